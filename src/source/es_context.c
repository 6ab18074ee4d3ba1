/*
 * What is held on the server while a scan reads: scrolls and points in time.
 * Each costs the cluster until it is closed or times out, so every way out of a scan comes by here.
 */
#include "base/base.h"
#include "source/es_scan.h"

#include "base/limits.h"
#include "base/log.h"

#define CLOSE_MS 2000

static void call_close(struct es_scan *s, const char *path, const struct buf *body)
{
	struct es_session *session = &s->source->session;
	struct http_answer answer;
	struct arena arena;

	arena_init(&arena);
	http_answer_init(&answer);
	/* also after a second signal: a context left open costs the cluster more than this costs us */
	http_interrupt_flag(session->http, NULL);
	const struct http_request request = {.method = "DELETE",
		.url = es_url(session, &arena, span_of(path)),
		.headers = session->headers,
		.body = buf_span(body),
		.total_ms = CLOSE_MS,
		.userinfo = session->userinfo};
	http_do(session->http, &request, &answer);
	if (es_judge(&answer) != ES_FINE && answer.status != 404)
		log_debug("source %s: a context was not closed (HTTP %ld): %s", session->config->name, answer.status,
			answer.why);
	http_interrupt_flag(session->http, session->context->stop_now);
	http_answer_clear(&answer);
	arena_clear(&arena);
}

static void close_scrolls(struct es_scan *s, struct buf *body)
{
	struct span *cursors = xcalloc((size_t)s->lane_count + 1, sizeof(*cursors));
	size_t count = 0;

	for (int64_t i = 0; s->lanes != NULL && i < s->lane_count; i++)
		if (s->lanes[i].cursor.len > 0)
			cursors[count++] = buf_span(&s->lanes[i].cursor);
	if (count > 0) {
		es_scroll_close_body(body, cursors, count);
		call_close(s, "/_search/scroll", body);
	}
	for (int64_t i = 0; s->lanes != NULL && i < s->lane_count; i++)
		buf_reset(&s->lanes[i].cursor);
	free(cursors);
}

void es_contexts_close(struct es_scan *s)
{
	struct buf body;

	buf_init(&body, LIMIT_CONTROL_BYTES);
	close_scrolls(s, &body);
	if (s->pit.len > 0) {
		buf_reset(&body);
		es_pit_close_body(&body, s->search.paging, buf_span(&s->pit));
		call_close(s, s->search.paging == ES_PIT_ELASTIC ? "/_pit" : "/_search/point_in_time", &body);
		buf_reset(&s->pit);
	}
	buf_clear(&body);
}

/* 0; -1, and *UNKNOWN when the server does not know this way. */
static int try_pit(struct es_scan *s, enum es_paging paging, bool *unknown, struct error *e)
{
	struct http_answer answer;
	struct buf path;
	int result;

	http_answer_init(&answer);
	buf_init(&path, LIMIT_CONFIG_BYTES);
	es_pit_path(&path, paging, s->base.request->index);
	result = es_call(&s->source->session, "POST", buf_span(&path), SPAN_NONE, "open a point in time", &answer, e);
	*unknown = answer.status == 400 || answer.status == 405;
	if (result == 0 && !es_pit_id(&s->pit, buf_span(&answer.body)))
		result = error_set(e, ERROR_INCOMPLETE, "source %s: the answer names no point in time",
			s->source->base.config->name);
	s->search.paging = paging;
	buf_clear(&path);
	http_answer_clear(&answer);
	return result;
}

/* Elasticsearch and OpenSearch each refuse the other's way. The more telling error is kept. */
static int open_pit(struct es_scan *s, struct error *e)
{
	struct error other = {.kind = ERROR_NONE};
	bool unknown, other_unknown;

	if (try_pit(s, ES_PIT_ELASTIC, &unknown, e) == 0 || try_pit(s, ES_PIT_OPENSEARCH, &other_unknown, &other) == 0)
		return 0;
	if (unknown && other_unknown)
		return error_set(e, ERROR_CONFIG, "source %s: this server opens no point in time; use `paging: scroll`",
			s->source->base.config->name);
	if (unknown)
		*e = other;
	return -1;
}

/* Whether the point in time can be sorted by FIELD, which is asked with one document: 1, 0 when the server refuses, -1.
 */
static int sort_works(struct es_scan *s, const char *field, struct error *e)
{
	struct es_search one = s->search;
	struct http_answer answer;
	struct buf body;

	if (field == NULL)
		return 0;
	http_answer_init(&answer);
	buf_init(&body, LIMIT_CONFIG_BYTES);
	s->search.sort = one.sort = field;
	one.size = 1;
	es_search_body(&body, &one, buf_span(&s->pit), SPAN_NONE);
	int result = es_call(&s->source->session, "POST", SPAN_LITERAL("/_search"), buf_span(&body),
		"sort a point in time", &answer, e);
	bool refused = answer.status == 400;
	buf_clear(&body);
	http_answer_clear(&answer);
	return result == 0 ? 1 : refused ? 0 : -1;
}

static int no_tiebreaker(const struct es_scan *s, struct error *e)
{
	const struct source_request *r = s->base.request;
	const char *name = s->source->base.config->name;

	if (r->query->unique != NULL)
		return error_set(e, ERROR_CONFIG,
			"source %s: index %s cannot be sorted by %s, the `unique` field of query %s", name, r->index,
			r->query->unique, r->query->name);
	return error_set(e, ERROR_CONFIG,
		"source %s: this server does not sort a point in time by _shard_doc, and without a tiebreaker its "
		"pages lose "
		"documents; use `paging: scroll`, or name a field that no two documents share (`unique: FIELD` in "
		"query %s)",
		name, r->query->name);
}

int es_pit_open(struct es_scan *s, struct error *e)
{
	int works;

	if (open_pit(s, e) < 0)
		return -1;
	works = sort_works(s, "_shard_doc", e);
	if (works == 0)
		works = sort_works(s, s->base.request->query->unique, e);
	if (works == 1)
		return 0;
	es_contexts_close(s);
	return works < 0 ? -1 : no_tiebreaker(s, e);
}
