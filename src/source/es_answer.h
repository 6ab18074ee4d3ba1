/*
 * What an answer of Elasticsearch or OpenSearch means, pages apart. Pure: it
 * sees a status and a text, and sends nothing.
 */
#ifndef KENPIN_ES_ANSWER_H
#define KENPIN_ES_ANSWER_H

#include "base/buf.h"
#include "ext/http.h"

enum es_verdict {
	ES_FINE,    /* 2xx */
	ES_AGAIN,   /* the server refused before it did anything: 429, 503 */
	ES_LOST,    /* nobody knows whether it was done: no answer, 502, 504 */
	ES_REFUSED, /* will not heal */
};
enum es_verdict es_judge(const struct http_answer *a);

/* Why the server refused. Error bodies are {"error":{"root_cause":[..],..}}, {"error":"text"}, {"message":"text"} from
 * a gateway, or no JSON at all. */
struct es_reason {
	char type[96]; /* "index_not_found_exception"; "" when not said */
	char text[600];
};
void es_reason_read(struct es_reason *r, struct span body);

/* The index is not there; a 404 of a proxy or of a wrong base path is something else. */
bool es_index_missing(const struct http_answer *a);
/* The scroll or point in time is gone: it timed out, or its node left. */
bool es_context_missing(const struct http_answer *a);
/* Scroll is not offered here, or not to this user, though searching is. */
bool es_scroll_unknown(const struct http_answer *a);

/* What a person can do about STATUS: "; check ...", or "". */
const char *es_remedy(long status);

/* The id of a point in time that was opened, in either dialect, into OUT; false when there is none. */
bool es_pit_id(struct buf *out, struct span body) must_check;
/* Primary shards of the index that has fewest, out of GET INDEX/_settings/...?flat_settings; 0 when not said. */
int64_t es_least_shards(struct span body);
/* "count" of a _count answer, or -1 when it is not there or a shard failed. */
int64_t es_count_read(struct span body);

#endif
