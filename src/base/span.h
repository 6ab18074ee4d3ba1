/*
 * A span is a borrowed piece of text: not terminated, not owned. Whoever holds
 * one must know what it points into.
 */
#ifndef KENPIN_SPAN_H
#define KENPIN_SPAN_H

#include "base/base.h"

struct span {
	const char *p;
	size_t n;
};

#define SPAN_NONE ((struct span){NULL, 0})
#define SPAN_LITERAL(text) ((struct span){(text), sizeof(text) - 1})

/* For printf("%.*s"). */
#define SPAN_ARG(s) (int)(s).n, (s).p

struct span span_of(const char *text); /* NULL gives SPAN_NONE */
bool span_is(struct span s, const char *text);
bool span_equal(struct span a, struct span b);
int span_compare(struct span a, struct span b); /* by bytes, like memcmp */
bool span_starts(struct span s, const char *prefix);

/* The offset of the first NEEDLE in S, or -1. */
ptrdiff_t span_find(struct span s, struct span needle);

/* The whole of S as a decimal integer; false when it is anything else or does not fit. */
bool span_to_int64(int64_t *out, struct span s) must_check;

#endif
