/*
 * Documents out of Elasticsearch and OpenSearch: the kind of source, and the
 * completeness gate. How pages are fetched is in es_lanes.c, what is asked in
 * es_request.c, what comes back in hits.c and es_answer.c.
 */
#include "base/base.h"
#include "source/es_scan.h"

#include <inttypes.h>

#include "base/limits.h"

#define PUMP_EVERY 64

static struct es_scan *self(struct source_scan *s)
{
	return (struct es_scan *)(void *)s;
}

static struct source *open_source(
	const struct source_config *config, const struct source_context *context, struct error *e)
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
	http_answer_init(&s->hand);
	buf_init(&s->pit, LIMIT_CONTROL_BYTES);
	return &s->base;
}

static void close_scan(struct source_scan *base)
{
	struct es_scan *s = self(base);

	es_lanes_close(s);
	http_answer_clear(&s->hand);
	json_free(s->search.body);
	arena_clear(&s->page);
	buf_clear(&s->pit);
	free(s);
}

static bool limit_reached(const struct source_scan *base)
{
	return base->request->limit > 0 && base->verdict.read >= base->request->limit;
}

/* The gate: what was read against what was counted. */
static void judge_end(struct es_scan *s)
{
	const struct source_verdict *v = &s->base.verdict;

	if (limit_reached(&s->base) && v->counted > v->read)
		source_incomplete(&s->base, "only %" PRId64 " documents were asked for", s->base.request->limit);
	else if (v->counted < 0)
		source_incomplete(&s->base, "the server does not say how many documents there are");
	else if (v->read != v->counted)
		source_incomplete(&s->base, "%" PRId64 " documents were read, but the server counts %" PRId64, v->read,
			v->counted);
}

static int prepare(struct es_scan *s, struct error *e)
{
	int got = es_prepare(s, e);

	if (got == 1)
		es_lanes_open(s);
	s->prepared = true;
	return got;
}

/* A scroll skips a page when its request reaches the server twice, and a request does that on its own when a connection
 * that was kept open dies under it: libcurl sends it again without a word. */
static bool page_was_skipped(const struct es_scan *s)
{
	int64_t seen = 0;

	for (int64_t i = 0; i < s->lane_count; i++)
		seen += s->lanes[i].seen;
	return s->search.paging == ES_SCROLL && seen < s->base.verdict.counted;
}

static int find_page(struct es_scan *s, struct error *e)
{
	int got;

	arena_reset(&s->page);
	if (s->from != NULL)
		es_page_end(s, false); /* the caller had enough of it */
	if (!s->prepared && (got = prepare(s, e)) != 1)
		return got;
	if (!limit_reached(&s->base)) {
		got = es_lanes_next(s, e);
		if (got != 0)
			return got;
		if (page_was_skipped(s) && es_restart(s, "the server skipped documents", e))
			return es_lanes_next(s, e);
	}
	judge_end(s);
	return 0;
}

static int next_page(struct source_scan *base, struct error *e)
{
	struct es_scan *s = self(base);
	int got = find_page(s, e);

	base->verdict.retries = s->source->session.retries;
	return got;
}

/* The kernel's buffer must not stall the server while documents are evaluated. */
static void pump(struct es_scan *s)
{
	if (++s->since_pump < PUMP_EVERY)
		return;
	s->since_pump = 0;
	for (int64_t i = 0; i < s->lane_count; i++)
		if (s->lanes[i].call != NULL) {
			http_pump(s->source->session.http, s->lanes[i].call); /* moves all */
			return;
		}
}

static void report_lost(struct es_scan *s)
{
	const struct hit *hit = &s->hits.last;
	char place[256];

	if (s->hits.inside && hit->id.n > 0)
		snprintf(place, sizeof(place), "%.*s/%.*s", SPAN_ARG(hit->index), SPAN_ARG(hit->id));
	else
		snprintf(place, sizeof(place), "source %s", s->source->base.config->name);
	source_report_broken(&s->base, place, 0, 0, s->hits.why);
}

static int next_doc(struct source_scan *base, struct doc *doc)
{
	struct es_scan *s = self(base);
	int got;

	if (s->from == NULL || limit_reached(base))
		return 0;
	pump(s);
	while ((got = hits_next(&s->hits, doc)) < 0) {
		report_lost(s);
		if (!s->hits.inside)
			break;
	}
	if (got == 1)
		base->verdict.read++;
	else
		es_page_end(s, got == 0);
	return got == 1;
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
	int result = es_call(&s->session, "POST", buf_span(&path), buf_span(&body), "count", &answer, e);
	if (result == 0 && (*count = es_count_read(buf_span(&answer.body))) < 0)
		result = error_set(e, ERROR_INCOMPLETE, "source %s: the count is not whole", source->config->name);
	json_free(given);
	buf_clear(&path);
	buf_clear(&body);
	http_answer_clear(&answer);
	return result;
}

static int explain(struct source *source, const struct source_request *r, struct buf *out, struct error *e)
{
	const struct source_config *config = source->config;
	int fetch = r->query->fetch != FETCH_AUTO ? r->query->fetch : config->fetch;
	int paging = r->query->paging != PAGING_AUTO ? r->query->paging : config->paging;
	struct es_search search = {
		.request = r,
		.size = r->page        ? r->page
			: config->page ? config->page
				       : LIMIT_PAGE_DOCS,
		.slices = 1,
		.fields_only = fetch == FETCH_FIELDS && !r->whole,
		.paging = paging == PAGING_PIT ? ES_PIT_ELASTIC : ES_SCROLL,
		.sort = r->query->unique ? r->query->unique : "_shard_doc",
	};

	if (es_body_parse(&search.body, r, e) < 0)
		return -1;
	es_explain(out, &search, config->url);
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
	.live = es_live,
	.look_again = es_look_again,
	.census = es_census,
};
