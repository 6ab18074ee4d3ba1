/*
 * What a source may count by itself, in place of giving its documents: asked
 * for in its own words, so that who asks knows no source and the source no rule.
 */
#ifndef KENPIN_CENSUS_H
#define KENPIN_CENSUS_H

#include "base/error.h"
#include "base/span.h"

/* What a document must be like. */
struct census_filter {
	const char *path;
	enum {
		CENSUS_ONE_OF, /* a value is one of these */
		CENSUS_NONE_OF,
		CENSUS_THERE, /* there and not null */
		CENSUS_ABSENT,
		CENSUS_WITHIN /* a number from min to max; n 0: no bound */
	} is;
	const struct span *values;
	size_t count;
	struct span min, max;
};

/* All documents of a request, by their groups, and by steps of its query's time field. */
struct census {
	const char *const *groups; /* paths: the values of all make a group, none is one too */
	size_t group_count;
	const char *each;   /* path: its values each have a bucket of their own; NULL: none */
	const char *number; /* path: of a number to add up; NULL: none */
	int64_t step;       /* ms: a bucket begins at its multiples since 1970; 0: one bucket for all times */
	const struct census_filter *filters;
	size_t filter_count;
	const struct census_filter *match; /* which of the documents are counted apart */
	size_t match_count;
};

struct census_bucket {
	const struct span *groups; /* texts; p NULL: none */
	struct span each;          /* text; p NULL: none */
	int64_t first, last;       /* time of its documents, ms */
	int64_t documents, matched;
	int64_t numbers;              /* documents that have a number */
	struct span sum, least, most; /* of them, exact */
};
/* Spans live during the call. */
typedef int census_visit(void *arg, const struct census_bucket *bucket, struct error *e);

#endif
