/*
 * What a rule costs and when its exceptions end, for lists.
 */
#ifndef KENPIN_OVERVIEW_H
#define KENPIN_OVERVIEW_H

#include "rule/rule.h"

struct rule_overview {
	size_t regexes, ungated; /* that are run; of them those that every text is matched with */
	size_t allows, expired;  /* exceptions; of them those that hold no more */
	int64_t next_end;        /* ms; INT64_MAX: none of those that hold has an end */
};
void rule_overview(struct rule_overview *out, const struct rule_set *set, const struct rule *rule, int64_t now);

#endif
