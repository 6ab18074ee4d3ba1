/*
 * Where documents come from. A kind of source is one file that ends in one
 * const struct source_ops; to add one: write it, declare it below, add its row
 * to `kinds` in source.c, its kind to config/project.h and its options table.
 * A source knows no rule and no state, and writes nothing to what it reads.
 *
 * Documents come in pages: everything of a page lives until the next
 * source_next. Whether a scan was complete is known at its end only (source_verdict).
 */
#ifndef KENPIN_SOURCE_H
#define KENPIN_SOURCE_H

#include "base/clock.h"
#include "config/project.h"
#include "model/census.h"
#include "model/doc.h"

struct source_context {
	struct clock *clock;
	const char *run_id;           /* for X-Opaque-Id */
	const volatile int *stop_now; /* non-zero: end at once (a second signal) */
	const char *folder;           /* of the project */
	const volatile int *stop;     /* non-zero: finish the page, wait for nothing (the first signal); may be NULL */
};

/* What is read: one query over one partition (shop). Everything is borrowed and must outlive the scan. */
struct source_request {
	const struct query *query;
	const char *index; /* rendered; NULL for all of an ndjson source */
	const char *body;  /* rendered JSON object; its `query` and `sort` are used, paging keys are refused */
	const struct fields *fields; /* what rules read */
	bool versions;               /* _seq_no, _primary_term and _version are wanted (preconditions of actions) */
	bool whole;                  /* whole _source whatever `fetch` says (raw output) */
	int64_t since, until;        /* window of the query's time field, ms: since < t <= until; until 0: no window */
	int64_t limit;               /* documents; 0: all. A scan cut by it is not complete */
	int64_t page;                /* documents a page; 0: as configured */
	const char *only; /* JSON: a query of the source's language that narrows the query's own; NULL: none. A source
			     that cannot look again (source_looks_again) has none */
};

struct source_verdict {
	bool complete;
	int64_t counted; /* documents that the source says there are; -1: it cannot say */
	int64_t read;
	int64_t broken; /* documents or lines that could not be read; each makes it incomplete */
	int64_t bytes, wire_bytes, pages, retries;
	bool missing;  /* the index is not there */
	char why[512]; /* when not complete: the first reason, for people */
};

/* A broken document or line, as it happens. */
typedef void source_broken(void *arg, const char *place, int64_t line, int column, const char *why);

struct source_check {
	bool ok, warning;
	char what[128]; /* "reach", "permissions", "index products-*", "field jan", "clock" */
	char result[256];
	char remedy[256];
};
typedef void source_check_report(void *arg, const struct source_check *check);

struct source;
struct source_scan;

struct source *source_open(
	const struct source_config *config, const struct source_context *context, struct error *e) must_check;
void source_close(struct source *s);

/* Starts reading; nothing may have been sent yet when it returns. */
struct source_scan *source_scan(struct source *s, const struct source_request *request, struct error *e) must_check;
void source_on_broken(struct source_scan *scan, source_broken *report, void *arg);
/* The next page: 1, or 0 at the end of what can be read; -1 (with *E, ERROR_INCOMPLETE or ERROR_CONFIG when the query
 * itself is refused) when the rest cannot be had. After 0 and -1 source_verdict is final. The page after it is asked
 * for already. */
int source_next(struct source_scan *scan, struct error *e) must_check;
/* The next document of the page into DOC (made for request.fields): 1, or 0 at the end of the page. */
int source_doc(struct source_scan *scan, struct doc *doc) must_check;
/* Documents to expect in all (for progress), -1 while not known. */
int64_t source_expected(const struct source_scan *scan);
void source_verdict_of(const struct source_scan *scan, struct source_verdict *out);
/* Closes contexts on the server, whatever happened before. */
void source_scan_close(struct source_scan *scan);

/* How many documents the request matches, without reading them; -1 with *E. */
int source_count(struct source *s, const struct source_request *request, int64_t *count, struct error *e) must_check;
/* The request as it will be sent, for people (`explain`, `query --show`): method, path and body. */
int source_explain(struct source *s, const struct source_request *request, struct buf *out, struct error *e) must_check;
/* For the doctor: reach, permissions, index, mapping of every field, clock skew. */
void source_check_all(struct source *s, const struct source_request *request, source_check_report *report, void *arg);

/* For `rules check --live`: what the source thinks of a request before anything is read. */
enum source_live {
	SOURCE_LIVE, /* it can be asked so, and its fields were reported, if it knows any */
	SOURCE_DOWN, /* nobody answers, or not with what was asked */
	SOURCE_SHUT, /* credentials or permissions */
	SOURCE_NO_INDEX,
	SOURCE_BAD_QUERY,
};
struct source_field {
	const char *path;     /* as Elasticsearch names it: without [] */
	const char *types;    /* "keyword", "keyword, long" over several indices; NULL: not mapped */
	const char *near;     /* not mapped: a mapped name that looks like it, or NULL */
	int64_t ignore_above; /* characters at which a keyword is cut; 0: none */
};
typedef void source_field_report(void *arg, const struct source_field *field); /* texts live during the call */
/* All but SOURCE_LIVE fill *E, for SOURCE_NO_INDEX perhaps. */
enum source_live source_ask(struct source *s, const struct source_request *request, source_field_report *report,
	void *arg, struct error *e) must_check;

/* ---- looking again at documents that were read ---- */

struct source_ref {
	struct span index, id;
	int64_t seq_no, primary_term; /* as read; -1: not known */
	bool changed;                 /* it was written to since, or it is gone */
};
/* False: what was read is all there is, as in a file. */
bool source_looks_again(const struct source *s);
/* Fills `changed` of every document by its id, from what was written last, searchable or not. */
int source_look_again(struct source *s, struct source_ref *refs, size_t count, struct error *e) must_check;

/* ---- counting without reading ---- */

struct source_counted {
	int64_t documents, pages;
};
/* Counts the documents of the request by groups and steps, and tells every bucket. 1: all of them, each once. 0: it
 * cannot do that exactly, or not at all: what was told is void, and the documents must be read. -1 with *E. */
int source_census(struct source *s, const struct source_request *request, const struct census *census,
	census_visit *visit, void *arg, struct source_counted *out, struct error *e) must_check;

/* One kind. `scan` structs begin with a struct source_scan (source_private.h). */
struct source_ops {
	const char *kind;
	struct source *(*open)(const struct source_config *, const struct source_context *, struct error *);
	void (*close)(struct source *);
	struct source_scan *(*scan)(struct source *, const struct source_request *, struct error *);
	int (*next)(struct source_scan *, struct error *);
	int (*doc)(struct source_scan *, struct doc *);
	void (*scan_close)(struct source_scan *);
	int (*count)(struct source *, const struct source_request *, int64_t *, struct error *);
	int (*explain)(struct source *, const struct source_request *, struct buf *, struct error *);
	void (*check)(struct source *, const struct source_request *, source_check_report *, void *);
	/* May be NULL: it has no mapping, and what `check` says is all. */
	enum source_live (*live)(
		struct source *, const struct source_request *, source_field_report *, void *, struct error *);
	/* May be NULL: it cannot. */
	int (*look_again)(struct source *, struct source_ref *, size_t, struct error *);
	/* May be NULL: it counts nothing by itself. */
	int (*census)(struct source *, const struct source_request *, const struct census *, census_visit *, void *,
		struct source_counted *, struct error *);
};
extern const struct source_ops source_elasticsearch, source_ndjson;

#endif
