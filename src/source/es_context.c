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

static int try_pit(struct es_scan *s, enum es_paging paging, struct error *e)
{
	struct http_answer answer;
	struct buf path;
	int result;

	http_answer_init(&answer);
	buf_init(&path, LIMIT_CONFIG_BYTES);
	es_pit_path(&path, paging, s->base.request->index);
	result = es_call(&s->source->session, "POST", buf_span(&path), SPAN_NONE, "open a point in time", &answer, e);
	if (result == 0 && !es_pit_id(&s->pit, buf_span(&answer.body)))
		result = error_set(e, ERROR_INCOMPLETE, "the answer names no point in time");
	s->search.paging = paging;
	buf_clear(&path);
	http_answer_clear(&answer);
	return result;
}

/* Whether the point in time can be sorted by the field of S->search: asked with one document. */
static bool sort_works(struct es_scan *s)
{
	struct es_search one = s->search;
	struct http_answer answer;
	struct error ignored;
	struct buf body;

	http_answer_init(&answer);
	buf_init(&body, LIMIT_CONFIG_BYTES);
	one.size = 1;
	es_search_body(&body, &one, buf_span(&s->pit), SPAN_NONE);
	bool fine = es_call(&s->source->session, "POST", SPAN_LITERAL("/_search"), buf_span(&body),
			    "sort a point in time", &answer, &ignored) == 0;
	buf_clear(&body);
	http_answer_clear(&answer);
	return fine;
}

int es_pit_open(struct es_scan *s, struct error *e)
{
	const char *unique = s->base.request->query->unique;
	struct error first = {.kind = ERROR_NONE};

	/* Elasticsearch and OpenSearch refuse each other's way with a 400 */
	if (try_pit(s, ES_PIT_ELASTIC, &first) < 0 && try_pit(s, ES_PIT_OPENSEARCH, e) < 0) {
		if (e->kind == ERROR_CONFIG && first.kind == ERROR_CONFIG)
			return error_set(e, ERROR_CONFIG,
				"source %s: this server opens no point in time; use `paging: scroll`",
				s->source->base.config->name);
		if (e->kind == ERROR_CONFIG)
			*e = first;
		return -1;
	}
	s->search.sort = "_shard_doc";
	if (sort_works(s))
		return 0;
	s->search.sort = unique;
	if (unique != NULL && sort_works(s))
		return 0;
	es_contexts_close(s);
	if (unique != NULL)
		return error_set(e, ERROR_CONFIG,
			"source %s: index %s cannot be sorted by %s, the `unique` field of query %s",
			s->source->base.config->name, s->base.request->index, unique, s->base.request->query->name);
	return error_set(e, ERROR_CONFIG,
		"source %s: this server does not sort a point in time by _shard_doc, and without a tiebreaker its "
		"pages lose "
		"documents; use `paging: scroll`, or name a field that no two documents share (`unique: FIELD` in "
		"query %s)",
		s->source->base.config->name, s->base.request->query->name);
}
