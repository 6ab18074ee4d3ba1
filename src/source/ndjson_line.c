/* Lines of NDJSON files. */
#include "base/base.h"
#include "source/ndjson_line.h"

#include "base/limits.h"

/* The first key of the object in LINE, raw; SPAN_NONE when there is none. */
static struct span first_key(struct span line)
{
	struct jsonscan s;
	struct span key;
	bool first = true, escaped;

	jsonscan_init(&s, line);
	if (!jsonscan_enter(&s, JSON_OBJECT) || !jsonscan_key(&s, &first, &key, &escaped))
		return SPAN_NONE;
	return key;
}

static bool is_hit(struct span key, struct span line)
{
	return key.n > 1 && key.p[0] == '_' && span_find(line, SPAN_LITERAL("\"_source\"")) >= 0;
}

static bool is_action(struct span key)
{
	return hits_key_is(key, "index") || hits_key_is(key, "create") || hits_key_is(key, "update") ||
	       hits_key_is(key, "delete");
}

static struct span decoded(struct line_reader *r, struct span raw, bool escaped)
{
	return escaped ? jsonscan_unescape(r->page, raw) : raw;
}

/* The inside of an action: {"_index":..,"_id":..}. */
static bool read_names(struct line_reader *r, struct jsonscan *s)
{
	struct span key, raw;
	bool first = true, escaped, value_escaped;

	r->index = r->id = SPAN_NONE;
	if (!jsonscan_enter(s, JSON_OBJECT))
		return false;
	while (jsonscan_key(s, &first, &key, &escaped)) {
		if (jsonscan_value(s, &raw, &value_escaped) == JSON_BAD)
			return false;
		if (hits_key_is(key, "_index"))
			r->index = decoded(r, raw, value_escaped);
		else if (hits_key_is(key, "_id"))
			r->id = decoded(r, raw, value_escaped);
	}
	return s->why == NULL;
}

/* {"index":{..}} and nothing else; false when the line is a document that happens to begin with such a key. */
static bool read_action(struct line_reader *r, struct span line)
{
	struct jsonscan s;
	struct span key;
	bool first = true, escaped;

	jsonscan_init(&s, line);
	if (line.n > LIMIT_KEY_BYTES || !jsonscan_enter(&s, JSON_OBJECT) || !jsonscan_key(&s, &first, &key, &escaped) ||
		!read_names(r, &s))
		return false;
	if (jsonscan_key(&s, &first, &key, &escaped) || s.why != NULL || !jsonscan_end(&s))
		return false;
	return true;
}

static enum line_kind take_action(struct line_reader *r, struct span key)
{
	r->pass_over = hits_key_is(key, "update");
	r->in_bulk = !hits_key_is(key, "delete");
	return LINE_NOTHING;
}

/* The value of a plain document's own _id, which checks found to be JSON. */
static struct span find_id(struct line_reader *r, struct span line)
{
	struct jsonscan s;
	struct span key, raw;
	bool first = true, escaped, value_escaped;

	jsonscan_init(&s, line);
	if (!jsonscan_enter(&s, JSON_OBJECT))
		return SPAN_NONE;
	while (jsonscan_key(&s, &first, &key, &escaped)) {
		enum json_kind kind = jsonscan_value(&s, &raw, &value_escaped);
		if (hits_key_is(key, "_id") && (kind == JSON_STRING || kind == JSON_NUMBER))
			return decoded(r, raw, value_escaped);
	}
	return SPAN_NONE;
}

static enum line_kind broken(struct hit *hit, const struct jsonscan *s)
{
	if (hit->why == NULL) {
		hit->why = s->why;
		hit->at = s->p;
	}
	return LINE_BROKEN;
}

static enum line_kind read_hit_line(struct line_reader *r, struct span line, struct doc *doc, struct hit *hit)
{
	struct jsonscan s;

	jsonscan_init(&s, line);
	bool fine = hit_read(&s, r->page, doc, hit) && hit->why == NULL && jsonscan_end(&s);
	return fine ? LINE_DOCUMENT : broken(hit, &s);
}

static enum line_kind read_document(
	struct line_reader *r, struct span line, bool own_id, struct doc *doc, struct hit *hit)
{
	struct jsonscan s;

	*hit = (struct hit){.index = r->index, .id = r->id};
	jsonscan_init(&s, line);
	doc->seq_no = doc->primary_term = doc->version = -1;
	if (doc_pull(doc, &s) < 0 || !jsonscan_end(&s))
		return broken(hit, &s);
	if (own_id && hit->id.n == 0)
		hit->id = find_id(r, line);
	return LINE_DOCUMENT;
}

enum line_kind line_read(struct line_reader *r, struct span line, bool own_id, struct doc *doc, struct hit *hit)
{
	if (r->in_bulk) {
		bool pass_over = r->pass_over;
		r->in_bulk = r->pass_over = false;
		return pass_over ? LINE_NOTHING : read_document(r, line, own_id, doc, hit);
	}
	struct span key = first_key(line);
	if (is_action(key) && read_action(r, line))
		return take_action(r, key);
	r->index = r->id = SPAN_NONE;
	return is_hit(key, line) ? read_hit_line(r, line, doc, hit) : read_document(r, line, own_id, doc, hit);
}

bool line_is_plain(struct span line)
{
	struct line_reader r = {.page = NULL};
	struct arena page;

	arena_init(&page);
	r.page = &page;
	struct span key = first_key(line);
	bool plain = !is_hit(key, line) && !(is_action(key) && read_action(&r, line));
	arena_clear(&page);
	return plain;
}
