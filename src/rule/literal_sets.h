/*
 * Small sets of short strings, for literal.c alone: joined, crossed and
 * compared by how well they tell texts apart.
 */
#ifndef KENPIN_LITERAL_SETS_H
#define KENPIN_LITERAL_SETS_H

#include "rule/literal.h"

struct set {
	size_t count;
	struct {
		unsigned char n;
		char s[LITERAL_BYTES];
	} item[LITERAL_COUNT];
};

/* All three are false when the outcome would not fit; a union is then spoilt. */
bool set_add(struct set *set, const char *s, size_t n) must_check;
bool set_union(struct set *a, const struct set *b) must_check;
/* Every string of A followed by every one of B; A stays as it was when that does not fit. */
bool set_cross(struct set *a, const struct set *b) must_check;
bool set_has_empty(const struct set *set);
/* The more, the rarer the strings are in business texts; 0: of no use to a prefilter. */
unsigned set_worth(const struct set *set);

#endif
