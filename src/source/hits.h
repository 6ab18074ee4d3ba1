/*
 * A page of search hits, read by the span scanner: what surrounds the hits,
 * then hit after hit into a document. Pure: it sees text only.
 */
#ifndef KENPIN_HITS_H
#define KENPIN_HITS_H

#include "base/arena.h"
#include "model/doc.h"

struct hits {
	struct jsonscan scan;
	struct arena *arena;
	struct span cursor;         /* _scroll_id or pit_id, decoded; n 0 when there is none */
	bool timed_out;
	int64_t shards, failed;     /* -1: not said */
	int64_t total;              /* -1: not said */
	bool total_exact;
	int64_t count;              /* hits handed out */
	struct span sort;           /* of the last hit handed out, as JSON */
	bool inside, first;         /* in the array of hits */
	bool outer_first, hits_first;
	char why[160];              /* what is wrong with the page, "" while it is fine */
};

/* Reads up to the first hit. TEXT is followed by LIMIT_JSON_PADDING zero bytes and lives as long as the documents; decoded text goes
 * into ARENA. -1 with why. */
int hits_open(struct hits *h, struct span text, struct arena *arena) must_check;
/* The next hit: 1, 0 after the last (what follows was read too), -1 with why. */
int hits_next(struct hits *h, struct doc *doc) must_check;
/* The sort values of the last hit of a page that was not walked yet, by looking from its end; SPAN_NONE when there are none. */
struct span hits_last_sort(struct span text);

#endif
