/* Pages of hits by the span scanner. */
#include "base/base.h"
#include "source/hits.h"

#include "base/utf8.h"

static int fail(struct hits *h, const char *why)
{
	snprintf(h->why, sizeof(h->why), "the answer is broken at byte %td: %s", h->scan.p - h->scan.begin,
		h->scan.why ? h->scan.why : why);
	return -1;
}

static struct span decoded(struct hits *h, struct span raw, bool escaped)
{
	return escaped ? jsonscan_unescape(h->arena, raw) : raw;
}

static int64_t integer(struct span raw)
{
	int64_t n;

	return span_to_int64(&n, raw) ? n : -1;
}

static bool read_shards(struct hits *h)
{
	struct span key, raw;
	bool first = true, escaped, value_escaped;

	if (!jsonscan_enter(&h->scan, JSON_OBJECT))
		return false;
	while (jsonscan_key(&h->scan, &first, &key, &escaped)) {
		if (jsonscan_value(&h->scan, &raw, &value_escaped) == JSON_BAD)
			return false;
		if (span_is(key, "total"))
			h->shards = integer(raw);
		else if (span_is(key, "failed"))
			h->failed = integer(raw);
	}
	return h->scan.why == NULL;
}

/* A number (Elasticsearch 6, rest_total_hits_as_int) or {"value":N,"relation":"eq"}. */
static bool read_total(struct hits *h)
{
	struct span key, raw;
	bool first = true, escaped, value_escaped;

	h->total_exact = true;
	if (jsonscan_peek(&h->scan) != JSON_OBJECT) {
		if (jsonscan_value(&h->scan, &raw, &escaped) == JSON_BAD)
			return false;
		h->total = integer(raw);
		return true;
	}
	if (!jsonscan_enter(&h->scan, JSON_OBJECT))
		return false;
	while (jsonscan_key(&h->scan, &first, &key, &escaped)) {
		if (jsonscan_value(&h->scan, &raw, &value_escaped) == JSON_BAD)
			return false;
		if (span_is(key, "value"))
			h->total = integer(raw);
		else if (span_is(key, "relation"))
			h->total_exact = span_is(raw, "eq");
	}
	return h->scan.why == NULL;
}

/* Keys of "hits", up to the array. */
static bool read_hits_keys(struct hits *h)
{
	struct span key, raw;
	bool escaped, value_escaped;

	while (jsonscan_key(&h->scan, &h->hits_first, &key, &escaped)) {
		if (span_is(key, "hits")) {
			h->inside = h->first = true;
			return jsonscan_enter(&h->scan, JSON_ARRAY);
		}
		if (span_is(key, "total") ? !read_total(h) : jsonscan_value(&h->scan, &raw, &value_escaped) == JSON_BAD)
			return false;
	}
	return h->scan.why == NULL;
}

/* Keys of the answer, up to the array of hits or to the end. */
static bool read_outer_keys(struct hits *h)
{
	struct span key, raw;
	bool escaped, value_escaped;

	while (!h->inside && jsonscan_key(&h->scan, &h->outer_first, &key, &escaped)) {
		if (span_is(key, "hits") && jsonscan_peek(&h->scan) == JSON_OBJECT) {
			h->hits_first = true;
			if (!jsonscan_enter(&h->scan, JSON_OBJECT) || !read_hits_keys(h))
				return false;
			continue;
		}
		if (span_is(key, "_shards")) {
			if (!read_shards(h))
				return false;
			continue;
		}
		enum json_kind kind = jsonscan_value(&h->scan, &raw, &value_escaped);
		if (kind == JSON_BAD)
			return false;
		if (span_is(key, "timed_out"))
			h->timed_out = kind == JSON_TRUE;
		else if (span_is(key, "_scroll_id") || span_is(key, "pit_id"))
			h->cursor = decoded(h, raw, value_escaped);
	}
	return h->scan.why == NULL;
}

int hits_open(struct hits *h, struct span text, struct arena *arena)
{
	ptrdiff_t bad = utf8_invalid(text);

	*h = (struct hits){.arena = arena, .shards = -1, .failed = -1, .total = -1, .outer_first = true};
	jsonscan_init(&h->scan, text);
	if (bad >= 0) {
		h->scan.p = text.p + bad;
		return fail(h, "bytes that are not UTF-8");
	}
	if (!jsonscan_enter(&h->scan, JSON_OBJECT) || !read_outer_keys(h))
		return fail(h, "");
	return h->inside ? 0 : fail(h, "there are no hits in it");
}

static bool read_hit(struct hits *h, struct doc *doc)
{
	struct span key, raw, index = SPAN_NONE, id = SPAN_NONE;
	bool first = true, escaped, value_escaped, found = false;

	if (!jsonscan_enter(&h->scan, JSON_OBJECT))
		return false;
	doc->seq_no = doc->primary_term = doc->version = -1;
	doc->line = 0;
	while (jsonscan_key(&h->scan, &first, &key, &escaped)) {
		if (span_is(key, "_source")) {
			if (doc_pull(doc, &h->scan) < 0)
				return false;
			found = true;
			continue;
		}
		if (jsonscan_value(&h->scan, &raw, &value_escaped) == JSON_BAD)
			return false;
		if (span_is(key, "_id"))
			id = decoded(h, raw, value_escaped);
		else if (span_is(key, "_index"))
			index = decoded(h, raw, value_escaped);
		else if (span_is(key, "sort"))
			h->sort = raw;
		else if (span_is(key, "_seq_no"))
			doc->seq_no = integer(raw);
		else if (span_is(key, "_primary_term"))
			doc->primary_term = integer(raw);
		else if (span_is(key, "_version"))
			doc->version = integer(raw);
	}
	if (h->scan.why != NULL)
		return false;
	if (!found)
		h->scan.why = "a hit without a _source: is _source disabled in the mapping?";
	doc_set_identity(doc, index, id);
	return found;
}

int hits_next(struct hits *h, struct doc *doc)
{
	if (!h->inside)
		return 0;
	if (jsonscan_element(&h->scan, &h->first)) {
		if (!read_hit(h, doc))
			return fail(h, "");
		h->count++;
		return 1;
	}
	h->inside = false;
	if (h->scan.why != NULL || !read_hits_keys(h) || h->inside || !read_outer_keys(h) || h->inside || !jsonscan_end(&h->scan))
		return fail(h, "hits stand in it twice");
	return 0;
}

struct span hits_last_sort(struct span text)
{
	static const struct span label = SPAN_LITERAL("\"sort\":");
	struct jsonscan s;
	struct span raw;
	bool escaped;

	for (size_t at = text.n; at >= label.n; at--) {
		const char *p = text.p + at - label.n;
		if (*p != '"' || memcmp(p, label.p, label.n) != 0)
			continue;
		jsonscan_init(&s, (struct span){text.p + at, text.n - at});
		return jsonscan_value(&s, &raw, &escaped) == JSON_ARRAY ? raw : SPAN_NONE;
	}
	return SPAN_NONE;
}
