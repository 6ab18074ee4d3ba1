/*
 * Documents out of Elasticsearch and OpenSearch. Each lane (slice) always has
 * its next page under way while one page is walked. A scroll page that may
 * have been lost on the way cannot be asked for again (the server has moved
 * on), so the scan begins anew: the store takes a finding twice in one run as
 * one. Completeness is judged at the end: what was read against what was counted.
 */
#include "base/base.h"
#include "source/es_scan.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/log.h"

#define RESTARTS 2
#define PUMP_EVERY 64

static struct es_scan *self(struct source_scan *s) { return (struct es_scan *)(void *)s; }

static struct source *open_source(const struct source_config *config, const struct source_context *context, struct error *e)
{
	struct es_source *s = xcalloc(1, sizeof(*s));

	if (es_session_open(&s->session, config, context, e) < 0) {
		free(s);
		return NULL;
	}
	return &s->base;
}

static void close_source(struct source *source)
{
	struct es_source *s = (struct es_source *)(void *)source;

	es_session_close(&s->session);
	free(s);
}

static struct source_scan *open_scan(struct source *source, const struct source_request *request, struct error *e)
{
	struct es_scan *s = xcalloc(1, sizeof(*s));

	(void)e;
	s->source = (struct es_source *)(void *)source;
	s->base.request = request;
	s->base.expected = s->base.verdict.counted = -1;
	s->shards = -1;
	arena_init(&s->page);
	buf_init(&s->pit, LIMIT_CONTROL_BYTES);
	return &s->base;
}

/* ---- lanes ---- */

static void lane_open(struct lane *l, int64_t number)
{
	*l = (struct lane){.number = number, .total = -1};
	http_answer_init(&l->answers[0]);
	http_answer_init(&l->answers[1]);
	buf_init(&l->cursor, LIMIT_CONTROL_BYTES);
	buf_init(&l->after, LIMIT_CONTROL_BYTES);
	buf_init(&l->body, LIMIT_CONTROL_BYTES);
	buf_init(&l->url, LIMIT_CONTROL_BYTES);
}

static void lane_close(struct es_scan *s, struct lane *l)
{
	if (l->call != NULL)
		http_cancel(s->source->session.http, l->call);
	http_answer_clear(&l->answers[0]);
	http_answer_clear(&l->answers[1]);
	buf_clear(&l->cursor);
	buf_clear(&l->after);
	buf_clear(&l->body);
	buf_clear(&l->url);
}

static void lanes_open(struct es_scan *s)
{
	s->lanes = xcalloc((size_t)s->lane_count, sizeof(*s->lanes));
	for (int64_t i = 0; i < s->lane_count; i++)
		lane_open(&s->lanes[i], i);
	s->hand = NULL;
	s->next_lane = 0;
}

static void lanes_close(struct es_scan *s)
{
	for (int64_t i = 0; s->lanes != NULL && i < s->lane_count; i++)
		lane_close(s, &s->lanes[i]);
	free(s->lanes);
	s->lanes = NULL;
	s->hand = NULL;
}

/* Writes the request of the lane's next page. */
static void build_request(struct es_scan *s, struct lane *l)
{
	struct buf path;

	buf_init(&path, LIMIT_CONTROL_BYTES);
	buf_reset(&l->body);
	if (s->search.paging == ES_SCROLL && l->started) {
		buf_adds(&path, "/_search/scroll");
		es_scroll_body(&l->body, buf_span(&l->cursor));
	} else {
		if (s->search.paging == ES_SCROLL)
			es_index_path(&path, s->base.request->index, "/_search?scroll=" ES_KEEP_ALIVE);
		else
			buf_adds(&path, "/_search");
		s->search.slice = l->number;
		es_search_body(&l->body, &s->search, buf_span(&s->pit), buf_span(&l->after));
	}
	buf_reset(&l->url);
	buf_adds(&l->url, es_url(&s->source->session, &s->page, buf_span(&path)));
	buf_clear(&path);
}

static void lane_send(struct es_scan *s, struct lane *l)
{
	l->call = es_start(&s->source->session, "POST", buf_text(&l->url), buf_span(&l->body), LIMIT_PAGE_BYTES_HARD,
		&l->answers[l->under_way]);
}

static void lane_ask(struct es_scan *s, struct lane *l)
{
	build_request(s, l);
	l->attempt = 0;
	lane_send(s, l);
	l->started = true;
	l->asked += s->search.size;
}

/* ---- contexts on the server ---- */

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
		.total_ms = 2000,
		.userinfo = session->userinfo};
	http_do(session->http, &request, &answer);
	if (es_judge(&answer) != ES_FINE && answer.status != 404)
		log_debug("source %s: a context was not closed: %s", s->source->base.config->name, answer.why);
	http_interrupt_flag(session->http, session->context->stop_now);
	http_answer_clear(&answer);
	arena_clear(&arena);
}

void es_contexts_close(struct es_scan *s)
{
	struct buf body;

	buf_init(&body, LIMIT_CONTROL_BYTES);
	for (int64_t i = 0; s->lanes != NULL && i < s->lane_count; i++) {
		struct lane *l = &s->lanes[i];
		if (l->call != NULL) {
			http_cancel(s->source->session.http, l->call);
			l->call = NULL;
		}
		if (l->cursor.len == 0 || s->search.paging != ES_SCROLL)
			continue;
		buf_reset(&body);
		es_scroll_close_body(&body, buf_span(&l->cursor));
		call_close(s, "/_search/scroll", &body);
		buf_reset(&l->cursor);
	}
	if (s->pit.len > 0) {
		buf_reset(&body);
		es_pit_close_body(&body, s->search.paging, buf_span(&s->pit));
		call_close(s, s->search.paging == ES_PIT_ELASTIC ? "/_pit" : "/_search/point_in_time", &body);
		buf_reset(&s->pit);
	}
	buf_clear(&body);
}

static void close_scan(struct source_scan *base)
{
	struct es_scan *s = self(base);

	es_contexts_close(s);
	lanes_close(s);
	json_free(s->search.body);
	arena_clear(&s->page);
	buf_clear(&s->pit);
	free(s);
}

/* ---- pages ---- */

/* Begins anew, if that was not done too often; what was read so far does not count. */
static bool restart(struct es_scan *s, const char *why, struct error *e)
{
	if (s->restarts >= RESTARTS || *s->source->session.context->stop_now)
		return false;
	s->restarts++;
	s->source->session.retries++;
	log_warning("query %s: %s; reading it again from the beginning", s->base.request->query->name, why);
	es_contexts_close(s);
	lanes_close(s);
	s->base.verdict.read = 0;
	s->base.verdict.counted = -1;
	s->shards = -1;
	if (s->search.paging != ES_SCROLL && es_pit_open(s, e) < 0)
		return false;
	lanes_open(s);
	return true;
}

/* Waits for the lane's page, repeating what may be repeated: 1 a page, 0 the scan begins anew, -1. */
static int lane_wait(struct es_scan *s, struct lane *l, struct error *e)
{
	struct es_session *session = &s->source->session;
	struct http_answer *a = &l->answers[l->under_way];

	for (;;) {
		http_wait(session->http, l->call);
		l->call = NULL;
		enum es_verdict verdict = es_judge(a);
		if (verdict == ES_FINE)
			return 1;
		es_error(session, a, "read a page", e);
		bool moved_on = s->search.paging == ES_SCROLL && (verdict == ES_LOST || a->status == 404);
		if ((verdict == ES_LOST || verdict == ES_AGAIN) && !es_wait(session, ++l->attempt, a))
			return -1;
		if (moved_on)
			return restart(s, e->message, e) ? 0 : -1;
		if (verdict == ES_REFUSED)
			return -1;
		lane_send(s, l);
	}
}

/* What the page says about itself. False when it tells that documents are missing. */
static bool page_is_whole(struct es_scan *s, char why[160])
{
	const struct hits *h = &s->hits;

	if (h->timed_out)
		snprintf(why, 160, "a page timed out on the server");
	else if (h->failed > 0)
		snprintf(why, 160, "%" PRId64 " of %" PRId64 " shards failed", h->failed, h->shards);
	else if (s->shards >= 0 && h->shards >= 0 && h->shards < s->shards)
		snprintf(why, 160, "only %" PRId64 " of %" PRId64 " shards answered", h->shards, s->shards);
	else
		return true;
	return false;
}

static void count_total(struct es_scan *s, struct lane *l)
{
	if (l->total >= 0 || s->hits.total < 0)
		return;
	l->total = s->hits.total;
	s->base.verdict.counted = s->base.verdict.counted < 0 ? l->total : s->base.verdict.counted + l->total;
	if (!s->hits.total_exact)
		source_incomplete(&s->base, "the server does not say exactly how many documents there are");
}

/* Asks for the page after the one in hand, unless that holds the last. */
static int ask_next(struct es_scan *s, struct lane *l, struct span text, struct error *e)
{
	if (s->hits.cursor.n > 0) {
		struct buf *keep = s->search.paging == ES_SCROLL ? &l->cursor : &s->pit;
		buf_reset(keep);
		buf_add_span(keep, s->hits.cursor);
	}
	l->done = l->total >= 0 && l->asked >= l->total;
	if (s->base.request->limit > 0 && l->asked >= s->base.request->limit)
		l->done = true;
	if (l->done)
		return 0;
	if (s->search.paging != ES_SCROLL) {
		struct span sort = hits_last_sort(text);
		buf_reset(&l->after);
		buf_add_span(&l->after, sort);
		if (sort.n == 0)
			return error_set(e, ERROR_INCOMPLETE, "source %s: a page without sort values", s->source->base.config->name);
	} else if (l->cursor.len == 0) {
		return error_set(e, ERROR_INCOMPLETE, "source %s: a page without a scroll id", s->source->base.config->name);
	}
	l->under_way ^= 1;
	lane_ask(s, l);
	return 0;
}

/* Takes the page that has arrived in lane L: 1, 0 the scan begins anew, -1. */
static int take_page(struct es_scan *s, struct lane *l, struct error *e)
{
	struct http_answer *a = &l->answers[l->under_way];
	char why[160];

	s->base.verdict.bytes += (int64_t)a->body.len;
	s->base.verdict.wire_bytes += a->wire_bytes;
	s->base.verdict.pages++;
	if (hits_open(&s->hits, buf_span(&a->body), &s->page) < 0) {
		error_set(e, ERROR_INCOMPLETE, "source %s: %s", s->source->base.config->name, s->hits.why);
		return restart(s, e->message, e) ? 0 : -1;
	}
	if (!page_is_whole(s, why)) {
		if (restart(s, why, e))
			return 0;
		source_incomplete(&s->base, "%s", why);
	}
	if (s->shards < 0)
		s->shards = s->hits.shards;
	count_total(s, l);
	if (ask_next(s, l, buf_span(&a->body), e) < 0)
		return -1;
	s->hand = l;
	return 1;
}

/* The next lane, in turn, that still has a page to come; NULL when all are done. */
static struct lane *pick_lane(struct es_scan *s)
{
	for (int64_t i = 0; i < s->lane_count; i++) {
		struct lane *l = &s->lanes[(s->next_lane + i) % s->lane_count];
		if (l->call != NULL || !l->done) {
			s->next_lane = (l->number + 1) % s->lane_count;
			return l;
		}
	}
	return NULL;
}

static void judge_end(struct es_scan *s)
{
	const struct source_verdict *v = &s->base.verdict;
	const int64_t limit = s->base.request->limit;

	s->base.verdict.retries = s->source->session.retries;
	if (limit > 0 && v->counted > limit)
		source_incomplete(&s->base, "only %" PRId64 " documents were asked for", limit);
	else if (v->counted >= 0 && v->read != v->counted)
		source_incomplete(&s->base, "%" PRId64 " documents were read, but the server counts %" PRId64, v->read, v->counted);
	else if (v->counted < 0)
		source_incomplete(&s->base, "the server does not say how many documents there are");
}

static int next_page(struct source_scan *base, struct error *e)
{
	struct es_scan *s = self(base);
	int got;

	arena_reset(&s->page);
	if (!s->prepared) {
		got = es_prepare(s, e);
		if (got <= 0)
			return got;
		lanes_open(s);
		s->prepared = true;
	}
	for (;;) {
		for (int64_t i = 0; i < s->lane_count; i++)
			if (!s->lanes[i].started)
				lane_ask(s, &s->lanes[i]);
		struct lane *l = pick_lane(s);
		if (l == NULL) {
			judge_end(s);
			return 0;
		}
		got = lane_wait(s, l, e);
		if (got == 1)
			got = take_page(s, l, e);
		if (got != 0)
			return got;
	}
}

static int next_doc(struct source_scan *base, struct doc *doc)
{
	struct es_scan *s = self(base);

	if (s->hand == NULL || (base->request->limit > 0 && base->verdict.read >= base->request->limit))
		return 0;
	if (++s->since_pump >= PUMP_EVERY) {
		/* the kernel's buffer must not stall the server while we evaluate */
		s->since_pump = 0;
		if (s->hand->call != NULL)
			http_pump(s->source->session.http, s->hand->call);
	}
	int got = hits_next(&s->hits, doc);
	if (got < 0)
		source_report_broken(base, s->source->base.config->name, 0, 0, s->hits.why);
	if (got <= 0) {
		s->hand = NULL;
		return 0;
	}
	base->verdict.read++;
	return 1;
}

/* ---- asking without reading ---- */

static int count_documents(struct source *source, const struct source_request *r, int64_t *count, struct error *e)
{
	struct es_source *s = (struct es_source *)(void *)source;
	struct http_answer answer;
	struct buf path, body;
	struct json *given;

	if (es_body_parse(&given, r, e) < 0)
		return -1;
	http_answer_init(&answer);
	buf_init(&path, LIMIT_CONFIG_BYTES);
	buf_init(&body, LIMIT_CONFIG_BYTES);
	es_index_path(&path, r->index, "/_count");
	es_count_body(&body, given, r);
	int failed = es_call(&s->session, "POST", buf_span(&path), buf_span(&body), "count", &answer, e);
	if (!failed) {
		struct json *reply = json_parse(buf_span(&answer.body), ERROR_INCOMPLETE, "", e);
		*count = json_int(reply, "count", -1);
		if (*count < 0 || json_int(reply, "_shards.failed", 0) > 0)
			failed = error_set(e, ERROR_INCOMPLETE, "source %s: the count is not whole", source->config->name);
		json_free(reply);
	}
	json_free(given);
	buf_clear(&path);
	buf_clear(&body);
	http_answer_clear(&answer);
	return failed;
}

static int explain(struct source *source, const struct source_request *r, struct buf *out, struct error *e)
{
	struct es_search search = {.request = r, .size = source->config->page, .slices = 1};

	if (es_body_parse(&search.body, r, e) < 0)
		return -1;
	search.fields_only = r->query->fetch == FETCH_FIELDS;
	buf_addf(out, "POST %s", source->config->url);
	es_index_path(out, r->index, "/_search?scroll=" ES_KEEP_ALIVE);
	buf_addc(out, '\n');
	es_search_body(out, &search, SPAN_NONE, SPAN_NONE);
	buf_addc(out, '\n');
	json_free(search.body);
	return 0;
}

const struct source_ops source_elasticsearch = {
	.kind = "elasticsearch",
	.open = open_source,
	.close = close_source,
	.scan = open_scan,
	.next = next_page,
	.doc = next_doc,
	.scan_close = close_scan,
	.count = count_documents,
	.explain = explain,
	.check = es_check,
};
