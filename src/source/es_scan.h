/*
 * One scan of one query on one server: lanes (slices), cursors, pages.
 */
#ifndef KENPIN_ES_SCAN_H
#define KENPIN_ES_SCAN_H

#include "source/es_request.h"
#include "source/es_session.h"
#include "source/hits.h"
#include "source/source_private.h"

struct es_source {
	struct source base;
	struct es_session session;
};

/* One slice. While the page in hand is walked, the next one is under way into the other answer. */
struct lane {
	int64_t number;
	struct http_answer answers[2];
	int under_way;             /* which answer the call writes to */
	struct http_call *call;    /* NULL: none */
	struct buf cursor, after;  /* scroll id; search_after as JSON */
	struct buf body, url;      /* of the call, kept for a repeat */
	int64_t asked;             /* documents that pages asked for may hold so far */
	int64_t total;             /* of this slice; -1 until the first page */
	int64_t read, attempt;
	bool started, done;
};

struct es_scan {
	struct source_scan base;
	struct es_source *source;
	struct es_search search;
	struct lane *lanes;
	int64_t lane_count, next_lane;
	struct lane *hand;         /* whose page is walked */
	struct hits hits;
	struct arena page;
	struct buf pit;
	int64_t shards;            /* of the first page; -1 */
	int restarts;
	int64_t since_pump;
	bool prepared;
};

/* Looks before it reads: is the index there, how large are documents, how many shards, what paging works. 1 to read, 0 when there is
 * nothing (a missing optional index), -1. */
int es_prepare(struct es_scan *s, struct error *e) must_check;
int es_pit_open(struct es_scan *s, struct error *e) must_check;
/* Frees cursors on the server; never fails. */
void es_contexts_close(struct es_scan *s);
void es_check(struct source *s, const struct source_request *request, source_check_report *report, void *arg);

#endif
