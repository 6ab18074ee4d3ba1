/*
 * A page of search hits, read by the span scanner: what surrounds the hits,
 * then hit after hit into a document. Pure: it sees text only.
 */
#ifndef KENPIN_HITS_H
#define KENPIN_HITS_H

#include "base/arena.h"
#include "model/doc.h"

/* Whether KEY, a span without escapes, is the literal TEXT; compiled to a length and a compare. */
#define hits_key_is(key, text) ((key).n == sizeof(text) - 1 && memcmp((key).p, text, sizeof(text) - 1) == 0)

/* What surrounds one document. */
struct hit {
	struct span index, id; /* decoded; n 0 when not there */
	struct span sort;      /* JSON array; n 0 when not there */
	const char *why;       /* the document cannot be used, but what follows can be read; NULL when all is well */
	const char *at;        /* where, in the text */
};

/* Reads the hit that SCAN stands at: {"_index":..,"_id":..,"_source":{..}} with its keys in any order. The document
 * goes into DOC, decoded text into ARENA. False when the JSON is broken (scan->why); otherwise look at hit->why. */
bool hit_read(struct jsonscan *scan, struct arena *arena, struct doc *doc, struct hit *hit) must_check;

struct hits {
	struct jsonscan scan;
	struct arena *arena;
	struct span cursor; /* _scroll_id or pit_id, decoded; n 0 when there is none */
	bool timed_out;
	int64_t shards, failed; /* -1: not said */
	int64_t total;          /* -1: not said */
	bool total_exact;
	int64_t count;      /* hits so far, those that cannot be used too */
	struct hit last;    /* the hit read last */
	bool bad_utf8;      /* somewhere on the page: every hit is looked at */
	bool inside, first; /* in the array of hits */
	bool outer_first, hits_first;
	char why[160]; /* of the last -1 */
};

/* Reads up to the first hit. TEXT is followed by LIMIT_JSON_PADDING zero bytes and lives as long as the documents;
 * decoded text goes into ARENA. -1 with why. */
int hits_open(struct hits *h, struct span text, struct arena *arena) must_check;
/* The next hit: 1, 0 after the last (what follows was read too), -1 with why: this hit is lost, and while `inside` is
 * still true the next can be had. */
int hits_next(struct hits *h, struct doc *doc) must_check;
/* The sort values of the last hit of a page that was not walked yet, by looking from its end; SPAN_NONE when there are
 * none. A guess: compare it with last.sort when the page was walked. */
struct span hits_last_sort(struct span text);

#endif
