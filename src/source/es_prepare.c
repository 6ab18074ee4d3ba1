/*
 * What a scan has to know before its first page. Features are probed by asking
 * for them; versions are not looked at.
 */
#include "base/base.h"
#include "source/es_scan.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/log.h"

#define SMALL_DOCUMENT_BYTES 4096
#define AUTO_SLICES 8

struct sample {
	int64_t documents, bytes, total, shards;
	bool missing, whole; /* WHOLE: every shard answered in time */
};

/* What cannot be used here is no matter: the scan itself will meet it and say so. */
static int read_sample(struct es_scan *s, const struct http_answer *a, struct sample *out, struct error *e)
{
	struct hits hits;
	struct doc doc;
	int got;

	*out = (struct sample){.total = -1};
	if (hits_open(&hits, buf_span(&a->body), &s->page) < 0)
		return error_set(e, ERROR_INCOMPLETE, "source %s: search: %s", s->source->base.config->name, hits.why);
	doc_init(&doc, s->base.request->fields);
	while ((got = hits_next(&hits, &doc)) == 1 || hits.inside) {
		out->documents += got == 1;
		out->bytes += got == 1 ? (int64_t)doc.source.n : 0;
	}
	doc_clear(&doc);
	if (out->documents == 0 && hits.count > 0)
		return error_set(e, ERROR_INCOMPLETE, "source %s: no document can be read: %s",
			s->source->base.config->name, hits.last.why);
	out->total = hits.total_exact ? hits.total : -1;
	out->shards = hits.shards;
	out->whole = !hits.timed_out && hits.failed <= 0;
	/* a pattern that matches no index gives zero shards, not an error */
	out->missing = hits.shards == 0;
	return 0;
}

/* The first request: also the probe of the index, the query and the credentials. */
static int take_sample(struct es_scan *s, struct sample *out, struct error *e)
{
	struct http_answer answer;
	struct buf path, body;
	int64_t size = ES_SAMPLE_DOCS;
	int result;

	http_answer_init(&answer);
	buf_init(&path, LIMIT_CONFIG_BYTES);
	buf_init(&body, LIMIT_CONFIG_BYTES);
	es_index_path(&path, s->base.request->index, "/_search");
	do {
		buf_reset(&body);
		es_sample_body(&body, &s->search, size);
		result = es_call(&s->source->session, "POST", buf_span(&path), buf_span(&body), "search", &answer, e);
		size /= 4;
	} while (answer.too_large && size > 0);
	/* of a list, the other indices may well be there */
	*out = (struct sample){
		.missing = result < 0 && es_index_missing(&answer) && strchr(s->base.request->index, ',') == NULL};
	if (result == 0)
		result = read_sample(s, &answer, out, e);
	buf_clear(&path);
	buf_clear(&body);
	http_answer_clear(&answer);
	return out->missing ? 0 : result;
}

/* Slices up to the shards of the index that has fewest: more would make the server hash every document (measured: four
 * times its time). Whoever may not ask for settings reads in one lane. */
static int64_t useful_slices(struct es_scan *s)
{
	struct http_answer answer;
	struct buf path;
	struct error ignored;
	int64_t least = 0;

	http_answer_init(&answer);
	buf_init(&path, LIMIT_CONFIG_BYTES);
	es_index_path(&path, s->base.request->index, "/_settings/index.number_of_shards?flat_settings=true");
	if (es_call(&s->source->session, "GET", buf_span(&path), SPAN_NONE, "shards", &answer, &ignored) == 0)
		least = es_least_shards(buf_span(&answer.body));
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

	/* what two pages of one lane would take is shared by one page of each lane and the one in hand */
	if (s->lane_count > 1)
		most = most * 2 / (s->lane_count + 1);
	while (size > 1 && size * each > most)
		size /= 2;
	if (r->limit > 0 && r->limit < size)
		size = r->limit;
	s->search.size = size;
}

/* Small documents come whole: asking for three fields costs the server 2.4 times as much (measured). */
static int choose_fetch(struct es_scan *s, struct sample *sample, struct error *e)
{
	const struct source_request *r = s->base.request;
	int fetch = r->query->fetch != FETCH_AUTO ? r->query->fetch : s->source->base.config->fetch;

	s->search.fields_only = fetch == FETCH_FIELDS && !r->whole;
	if (take_sample(s, sample, e) < 0)
		return -1;
	if (fetch != FETCH_AUTO || r->whole || sample->documents == 0 ||
		sample->bytes / sample->documents < SMALL_DOCUMENT_BYTES)
		return 0;
	s->search.fields_only = true;
	return take_sample(s, sample, e);
}

static int choose_paging(struct es_scan *s, struct error *e)
{
	int paging = s->base.request->query->paging != PAGING_AUTO ? s->base.request->query->paging
								   : s->source->base.config->paging;

	s->search.paging = ES_SCROLL; /* the one way that is complete everywhere */
	return paging == PAGING_PIT ? es_pit_open(s, e) : 0;
}

static int missing(struct es_scan *s, struct error *e)
{
	const struct source_request *r = s->base.request;

	s->base.verdict.missing = true;
	if (!r->query->optional)
		return error_set(e, ERROR_INCOMPLETE,
			"source %s: there is no index %s; correct `index`, or say `optional: true`, in query %s",
			s->source->base.config->name, r->index, r->query->name);
	s->base.verdict.counted = s->base.expected = 0;
	return 0;
}

int es_prepare(struct es_scan *s, struct error *e)
{
	struct sample sample;

	s->search.request = s->base.request;
	s->search.slices = 1;
	if (es_body_parse(&s->search.body, s->base.request, e) < 0 || choose_fetch(s, &sample, e) < 0)
		return -1;
	if (sample.missing)
		return missing(s, e);
	s->base.expected = sample.total;
	s->shards = sample.shards;
	if (sample.total == 0 && sample.whole) {
		s->base.verdict.counted = 0;
		return 0;
	}
	choose_slices(s, &sample);
	choose_size(s, &sample);
	s->search.slices = s->lane_count;
	log_debug("query %s: %" PRId64 " documents, %" PRId64 " a page, %" PRId64 " slices, %s",
		s->base.request->query->name, sample.total, s->search.size, s->lane_count,
		s->search.fields_only ? "fields" : "whole documents");
	return choose_paging(s, e) < 0 ? -1 : 1;
}
