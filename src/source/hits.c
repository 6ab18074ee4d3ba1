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

static struct span decoded(struct arena *arena, struct span raw, bool escaped)
{
	return escaped ? jsonscan_unescape(arena, raw) : raw;
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
		if (hits_key_is(key, "total"))
			h->shards = integer(raw);
		else if (hits_key_is(key, "failed"))
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
		if (hits_key_is(key, "value"))
			h->total = integer(raw);
		else if (hits_key_is(key, "relation"))
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
		if (hits_key_is(key, "hits")) {
			h->inside = h->first = true;
			return jsonscan_enter(&h->scan, JSON_ARRAY);
		}
		if (hits_key_is(key, "total") ? !read_total(h)
					      : jsonscan_value(&h->scan, &raw, &value_escaped) == JSON_BAD)
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
		if (hits_key_is(key, "hits") && jsonscan_peek(&h->scan) == JSON_OBJECT) {
			h->hits_first = true;
			if (!jsonscan_enter(&h->scan, JSON_OBJECT) || !read_hits_keys(h))
				return false;
			continue;
		}
		if (hits_key_is(key, "_shards")) {
			if (!read_shards(h))
				return false;
			continue;
		}
		enum json_kind kind = jsonscan_value(&h->scan, &raw, &value_escaped);
		if (kind == JSON_BAD)
			return false;
		if (hits_key_is(key, "timed_out"))
			h->timed_out = kind == JSON_TRUE;
		else if (hits_key_is(key, "_scroll_id") || hits_key_is(key, "pit_id"))
			h->cursor = decoded(h->arena, raw, value_escaped);
	}
	return h->scan.why == NULL;
}

int hits_open(struct hits *h, struct span text, struct arena *arena)
{
	*h = (struct hits){.arena = arena, .shards = -1, .failed = -1, .total = -1, .outer_first = true};
	h->bad_utf8 = utf8_invalid(text) >= 0;
	jsonscan_init(&h->scan, text);
	if (!jsonscan_enter(&h->scan, JSON_OBJECT) || !read_outer_keys(h))
		return fail(h, "");
	return h->inside ? 0 : fail(h, "there are no hits in it");
}

/* Pulls the document. What the puller refuses (a key that stands twice, too many values) may well be JSON: then it is
 * passed over, so that the hits behind it are not lost. */
static bool read_source(struct jsonscan *scan, struct doc *doc, struct hit *hit)
{
	const struct jsonscan before = *scan;
	struct span raw;
	bool escaped;

	if (doc_pull(doc, scan) == 0)
		return true;
	const struct jsonscan after = *scan;
	*scan = before;
	if (jsonscan_value(scan, &raw, &escaped) == JSON_BAD) {
		*scan = after;
		return false;
	}
	hit->why = after.why;
	hit->at = after.p;
	return true;
}

bool hit_read(struct jsonscan *scan, struct arena *arena, struct doc *doc, struct hit *hit)
{
	struct span key, raw;
	bool first = true, escaped, value_escaped, found = false;

	*hit = (struct hit){.why = NULL};
	if (!jsonscan_enter(scan, JSON_OBJECT))
		return false;
	hit->at = scan->p;
	doc->seq_no = doc->primary_term = doc->version = -1;
	doc->line = 0;
	while (jsonscan_key(scan, &first, &key, &escaped)) {
		if (hits_key_is(key, "_source")) {
			if (!read_source(scan, doc, hit))
				return false;
			found = true;
			continue;
		}
		if (jsonscan_value(scan, &raw, &value_escaped) == JSON_BAD)
			return false;
		if (hits_key_is(key, "_id"))
			hit->id = decoded(arena, raw, value_escaped);
		else if (hits_key_is(key, "_index"))
			hit->index = decoded(arena, raw, value_escaped);
		else if (hits_key_is(key, "sort"))
			hit->sort = raw;
		else if (hits_key_is(key, "_seq_no"))
			doc->seq_no = integer(raw);
		else if (hits_key_is(key, "_primary_term"))
			doc->primary_term = integer(raw);
		else if (hits_key_is(key, "_version"))
			doc->version = integer(raw);
	}
	if (scan->why == NULL && !found)
		hit->why = "there is no _source: it is disabled in the mapping, or the query leaves it out";
	return scan->why == NULL;
}

static int next_hit(struct hits *h, struct doc *doc)
{
	const char *begin = h->scan.p;

	if (!hit_read(&h->scan, h->arena, doc, &h->last)) {
		h->inside = false;
		return fail(h, "");
	}
	h->count++;
	if (h->bad_utf8 && h->last.why == NULL) {
		ptrdiff_t bad = utf8_invalid((struct span){begin, (size_t)(h->scan.p - begin)});
		if (bad >= 0) {
			h->last.why = "bytes that are not UTF-8";
			h->last.at = begin + bad;
		}
	}
	if (h->last.why == NULL) {
		doc_set_identity(doc, h->last.index, h->last.id);
		return 1;
	}
	snprintf(h->why, sizeof(h->why), "%s (byte %td of the page)", h->last.why, h->last.at - h->scan.begin);
	return -1;
}

int hits_next(struct hits *h, struct doc *doc)
{
	if (!h->inside)
		return 0;
	if (jsonscan_element(&h->scan, &h->first))
		return next_hit(h, doc);
	h->inside = false;
	if (h->scan.why != NULL || !read_hits_keys(h) || !read_outer_keys(h))
		return fail(h, "");
	if (h->inside) {
		h->inside = false;
		return fail(h, "hits stand in it twice");
	}
	return jsonscan_end(&h->scan) ? 0 : fail(h, "text after its end");
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
