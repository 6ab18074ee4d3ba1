/*
 * Requests to Elasticsearch and OpenSearch as paths and bodies. Pure.
 */
#ifndef KENPIN_ES_REQUEST_H
#define KENPIN_ES_REQUEST_H

#include "base/buf.h"
#include "ext/json.h"
#include "source/source.h"

enum es_paging { ES_SCROLL, ES_PIT_ELASTIC, ES_PIT_OPENSEARCH };

/* What a scan asks for, page after page. */
struct es_search {
	const struct source_request *request;
	struct json *body; /* the query's body, checked; owned */
	enum es_paging paging;
	bool fields_only; /* _source reduced to what rules read */
	int64_t size;
	int64_t slice, slices; /* slices 1: none */
	const char *sort;      /* of a point in time: "_shard_doc" or a unique field */
};

/* Checks the keys of the body: query, _source and runtime_mappings are the user's. Any other is ERROR_CONFIG and why.
 */
int es_body_parse(struct json **body, const struct source_request *request, struct error *e) must_check;
/* The query with the window around it; owned. */
struct json *es_query(const struct json *body, const struct source_request *request) must_check;
/* Body of the first page (CURSOR n 0), or of a later page of a point in time (AFTER as JSON array). */
void es_search_body(struct buf *out, const struct es_search *s, struct span pit, struct span after);
void es_sample_body(struct buf *out, const struct es_search *s, int64_t size);
void es_count_body(struct buf *out, const struct json *body, const struct source_request *request);
void es_scroll_body(struct buf *out, struct span cursor);
void es_scroll_close_body(struct buf *out, const struct span *cursors, size_t count);
void es_pit_close_body(struct buf *out, enum es_paging paging, struct span pit);
/* "/INDEX/_search?..." with the index escaped, but for the signs that make index patterns. */
void es_index_path(struct buf *out, const char *index, const char *rest);

/* Of the first page of a scroll, or of every page of a point in time. */
void es_search_path(struct buf *out, enum es_paging paging, const char *index);
/* Where a point in time is opened. */
void es_pit_path(struct buf *out, enum es_paging paging, const char *index);
/* All that a scan will send, as far as it is known beforehand. */
void es_explain(struct buf *out, const struct es_search *s, const char *url);

#define ES_SAMPLE_DOCS 20

#endif
