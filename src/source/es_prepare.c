/*
 * What a scan has to know before its first page. Features are probed by asking
 * for them; versions are not looked at.
 */
#include "base/base.h"
#include "source/es_scan.h"

#include "base/limits.h"
#include "base/log.h"

#define SMALL_DOCUMENT_BYTES 4096
#define AUTO_SLICES 8

struct sample {
	int64_t documents, bytes, total;
	bool missing;
};

static int read_sample(struct es_scan *s, const struct http_answer *a, struct sample *out, struct error *e)
{
	struct hits hits;
	struct doc doc;
	int got;

	doc_init(&doc, s->base.request->fields);
	if (hits_open(&hits, buf_span(&a->body), &s->page) < 0)
		got = -1;
	else
		while ((got = hits_next(&hits, &doc)) == 1) {
			out->documents++;
			out->bytes += (int64_t)doc.source.n;
		}
	doc_clear(&doc);
	out->total = hits.total;
	/* a pattern that matches no index gives zero shards, not an error */
	out->missing = hits.shards == 0;
	return got < 0 ? error_set(e, ERROR_INCOMPLETE, "source %s: %s", s->source->base.config->name, hits.why) : 0;
}

/* The first request: also the probe of the index, the query and the credentials. */
static int take_sample(struct es_scan *s, struct sample *out, struct error *e)
{
	struct http_answer answer;
	struct buf path, body;

	http_answer_init(&answer);
	buf_init(&path, LIMIT_CONFIG_BYTES);
	buf_init(&body, LIMIT_CONFIG_BYTES);
	es_index_path(&path, s->base.request->index, "/_search");
	es_sample_body(&body, &s->search);
	int failed = es_call(&s->source->session, "POST", buf_span(&path), buf_span(&body), "search", &answer, e);
	if (failed && answer.status == 404)
		out->missing = true;
	if (failed && out->missing && s->base.request->query->optional)
		failed = 0;
	else if (!failed)
		failed = read_sample(s, &answer, out, e);
	buf_clear(&path);
	buf_clear(&body);
	http_answer_clear(&answer);
	return failed;
}

static bool least_shards(void *arg, const char *index, struct json *settings)
{
	int64_t *least = arg, shards;
	const char *text = json_text(json_get_key(json_get(settings, "settings"), SPAN_LITERAL("index.number_of_shards")), "", NULL);

	(void)index;
	if (text != NULL && span_to_int64(&shards, span_of(text)) && (*least == 0 || shards < *least))
		*least = shards;
	return true;
}

/* Slices up to the shards of the index that has fewest: more would make the server hash every document (measured: 4 times its time). */
static int64_t useful_slices(struct es_scan *s)
{
	struct http_answer answer;
	struct buf path;
	struct error ignored;
	int64_t least = 0;

	http_answer_init(&answer);
	buf_init(&path, LIMIT_CONFIG_BYTES);
	es_index_path(&path, s->base.request->index, "/_settings/index.number_of_shards?flat_settings=true");
	if (es_call(&s->source->session, "GET", buf_span(&path), SPAN_NONE, "shards", &answer, &ignored) == 0) {
		struct json *body = json_parse(buf_span(&answer.body), ERROR_INCOMPLETE, "", &ignored);
		json_each(body, least_shards, &least);
		json_free(body);
	}
	buf_clear(&path);
	http_answer_clear(&answer);
	return least > 1 ? least : 1;
}

static void choose_slices(struct es_scan *s, const struct sample *sample)
{
	int64_t wanted = s->source->base.config->slices;

	s->lane_count = 1;
	if (s->base.request->limit > 0 || (sample->total >= 0 && sample->total <= LIMIT_PAGE_DOCS))
		return;
	int64_t useful = wanted == 1 ? 1 : useful_slices(s);
	if (wanted == 0)
		wanted = useful < AUTO_SLICES ? useful : AUTO_SLICES;
	s->lane_count = wanted < useful ? wanted : useful;
	if (s->lane_count > LIMIT_SLICES)
		s->lane_count = LIMIT_SLICES;
}

static void choose_size(struct es_scan *s, const struct sample *sample)
{
	const struct source_config *config = s->source->base.config;
	const struct source_request *r = s->base.request;
	int64_t size = r->page ? r->page : config->page ? config->page : LIMIT_PAGE_DOCS;
	int64_t most = config->page_bytes ? config->page_bytes : LIMIT_PAGE_BYTES;
	int64_t each = sample->documents > 0 ? sample->bytes / sample->documents + 128 : 1024;

	/* two pages a lane are in memory at once */
	if (s->lane_count > 1)
		most = most * 2 / (s->lane_count + 1);
	while (size > 1 && size * each > most)
		size /= 2;
	if (r->limit > 0 && r->limit < size)
		size = r->limit;
	s->search.size = size;
}

static void choose_fetch(struct es_scan *s, const struct sample *sample)
{
	const struct source_request *r = s->base.request;
	int fetch = r->query->fetch != FETCH_AUTO ? r->query->fetch : s->source->base.config->fetch;

	if (r->whole || fetch == FETCH_FULL || fields_count(r->fields) == 0)
		return;
	s->search.fields_only = fetch == FETCH_FIELDS ||
				(sample->documents > 0 && sample->bytes / sample->documents > SMALL_DOCUMENT_BYTES);
}

/* ---- paging ---- */

static bool try_pit(struct es_scan *s, enum es_paging paging, struct error *e)
{
	struct http_answer answer;
	struct buf path;
	bool fine = false;

	http_answer_init(&answer);
	buf_init(&path, LIMIT_CONFIG_BYTES);
	es_index_path(&path, s->base.request->index,
		paging == ES_PIT_ELASTIC ? "/_pit?keep_alive=" ES_KEEP_ALIVE : "/_search/point_in_time?keep_alive=" ES_KEEP_ALIVE);
	if (es_call(&s->source->session, "POST", buf_span(&path), SPAN_NONE, "open a point in time", &answer, e) == 0) {
		struct json *body = json_parse(buf_span(&answer.body), ERROR_INCOMPLETE, "", e);
		const char *id = json_text(body, paging == ES_PIT_ELASTIC ? "id" : "pit_id", NULL);
		fine = id != NULL;
		buf_reset(&s->pit);
		if (fine)
			buf_adds(&s->pit, id);
		json_free(body);
	}
	buf_clear(&path);
	http_answer_clear(&answer);
	s->search.paging = paging;
	return fine;
}

/* Whether the point in time can be sorted by S->search.sort: asked with one document. */
static bool sort_works(struct es_scan *s, struct error *e)
{
	struct http_answer answer;
	struct buf body;
	int64_t size = s->search.size;

	http_answer_init(&answer);
	buf_init(&body, LIMIT_CONFIG_BYTES);
	s->search.size = 1;
	es_search_body(&body, &s->search, buf_span(&s->pit), SPAN_NONE);
	s->search.size = size;
	bool fine = es_call(&s->source->session, "POST", SPAN_LITERAL("/_search"), buf_span(&body), "sort a point in time", &answer, e) == 0;
	buf_clear(&body);
	http_answer_clear(&answer);
	return fine;
}

int es_pit_open(struct es_scan *s, struct error *e)
{
	struct error first = {0};

	/* Elasticsearch and OpenSearch answer 400 to each other's way */
	if (!try_pit(s, ES_PIT_ELASTIC, &first) && !try_pit(s, ES_PIT_OPENSEARCH, e))
		return error_prefix(e, "this server has no point in time (use paging: scroll): ");
	s->search.sort = "_shard_doc";
	if (sort_works(s, e))
		return 0;
	es_contexts_close(s);
	s->search.sort = s->base.request->query->unique;
	if (s->search.sort == NULL)
		return error_set(e, ERROR_CONFIG,
			"source %s: a point in time without _shard_doc loses documents here: name a field that is unique over the index (`unique: FIELD` in query %s), or use paging: scroll",
			s->source->base.config->name, s->base.request->query->name);
	return try_pit(s, s->search.paging, e) ? 0 : -1;
}

static int choose_paging(struct es_scan *s, struct error *e)
{
	int paging = s->base.request->query->paging != PAGING_AUTO ? s->base.request->query->paging : s->source->base.config->paging;

	s->search.paging = ES_SCROLL; /* the one way that is complete everywhere */
	return paging == PAGING_PIT ? es_pit_open(s, e) : 0;
}

int es_prepare(struct es_scan *s, struct error *e)
{
	struct sample sample = {.total = -1};

	s->search.request = s->base.request;
	s->search.slices = 1;
	if (es_body_parse(&s->search.body, s->base.request, e) < 0 || take_sample(s, &sample, e) < 0)
		return -1;
	if (sample.missing) {
		s->base.verdict.missing = true;
		s->base.verdict.counted = s->base.expected = 0;
		if (s->base.request->query->optional)
			return 0;
		return error_set(e, ERROR_INCOMPLETE, "source %s: there is no index %s; correct the name, or say `optional: true` in query %s",
			s->source->base.config->name, s->base.request->index, s->base.request->query->name);
	}
	s->base.expected = sample.total;
	choose_fetch(s, &sample);
	choose_slices(s, &sample);
	choose_size(s, &sample);
	s->search.slices = s->lane_count;
	log_debug("query %s: %lld documents, %lld a page, %lld slices", s->base.request->query->name, (long long)sample.total,
		(long long)s->search.size, (long long)s->lane_count);
	return choose_paging(s, e) < 0 ? -1 : 1;
}
