/*
 * Words that rules and documents share, private to this room.
 */
#ifndef KENPIN_EXPLAIN_PRIVATE_H
#define KENPIN_EXPLAIN_PRIVATE_H

#include "rule/eval.h"

/* "sellable equals true". */
void explain_condition(struct buf *out, const struct rule_group *group, const struct condition *c);
/* "jan matches ^IN-[0-9]{6}$". */
void explain_allow(struct buf *out, const struct rule_group *group, const struct rule_allow *allow);
/* What the rule file says there, in one line. */
void explain_written(struct buf *out, const struct yaml_node *node);
/* TEXT on one line, cut to what fits there. */
void explain_text(struct buf *out, struct span text);
const struct probe *explain_probe(const struct rule_group *group, const struct check *c); /* NULL: c has no regex */

/* What a set rule asks of all documents. */
void rule_explain_set(struct buf *out, const struct rule *rule);
/* What a pair rule holds against what. */
void rule_explain_pair(struct buf *out, const struct rule *rule);
/* What is corrected by what; the rule has a `recover`. */
void rule_explain_pair_recover(struct buf *out, const struct rule *rule);
/* What a window rule asks of its windows. */
void rule_explain_window(struct buf *out, const struct rule_group *group, const struct rule *rule);

#endif
