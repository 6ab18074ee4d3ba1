/*
 * One scan of one query on one server: lanes (slices), cursors, pages. Shared
 * by the files of this kind of source, and by nobody else.
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

/* One slice of the documents, read page after page. */
struct lane {
	int64_t number;
	struct http_call *call;    /* that brings the next page; NULL: none is under way */
	struct http_answer answer; /* of the call */
	struct buf body, url;      /* of the call, kept for a repeat */
	struct buf cursor, after;  /* scroll id; sort values of the last document, as JSON */
	int64_t attempt, again;    /* tries of this page; when the next one is due (monotonic), 0: none is */
	int64_t asked;             /* documents that the pages asked for may hold */
	int64_t seen;              /* documents that the pages walked did hold */
	int64_t total;             /* of this slice; -1 until its first page */
	int64_t shards;            /* of its first page; -1 */
	bool done;
};

struct es_scan {
	struct source_scan base;
	struct es_source *source;
	struct es_search search;
	struct lane *lanes;
	int64_t lane_count, next_lane;
	struct http_answer hand; /* the page that is walked */
	struct lane *from;       /* whose page that is; NULL: none is in hand */
	struct hits hits;
	struct arena page;
	struct buf pit; /* id of the point in time */
	int64_t shards; /* that must answer; -1: not known yet */
	int restarts;
	bool prepared;
	unsigned since_pump;
};

/* es_prepare.c: looks before anything is read: is the index there, how large are documents, how many shards, what
 * paging. 1 to read, 0 when there is nothing to read, -1. */
int es_prepare(struct es_scan *s, struct error *e) must_check;

/* es_lanes.c */
void es_lanes_open(struct es_scan *s);
void es_lanes_close(struct es_scan *s);
/* Puts the page that arrives first in hand: 1, 0 when all lanes are done, -1. */
int es_lanes_next(struct es_scan *s, struct error *e) must_check;
/* The page in hand was walked, to its end when WHOLE. */
void es_page_end(struct es_scan *s, bool whole);
/* Begins anew, if that was not done too often; what was read so far does not count. False with *E untouched or filled.
 */
bool es_restart(struct es_scan *s, const char *why, struct error *e) must_check;

/* es_context.c: opens a point in time that can be sorted without losing documents. */
int es_pit_open(struct es_scan *s, struct error *e) must_check;
/* Frees what is held on the server; never fails. */
void es_contexts_close(struct es_scan *s);

/* es_again.c */
int es_look_again(struct source *s, struct source_ref *refs, size_t count, struct error *e) must_check;

/* es_census.c */
int es_census(struct source *s, const struct source_request *request, const struct census *census, census_visit *visit,
	void *arg, struct source_counted *out, struct error *e) must_check;

/* es_check.c */
void es_check(struct source *s, const struct source_request *request, source_check_report *report, void *arg);
/* es_live.c */
enum source_live es_live(struct source *s, const struct source_request *request, source_field_report *report, void *arg,
	struct error *e) must_check;

#endif
