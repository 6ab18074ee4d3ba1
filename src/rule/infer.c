/*
 * Documents -> what their fields have in common. Nothing is believed of a
 * field that is not so in all of them, but for formats, of which a few may be wrong: that is what the rule is for.
 */
#include "base/base.h"
#include "rule/infer.h"

#include "base/jsonscan.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/utf8.h"
#include "rule/infer_private.h"

#define PARTS_MOST 8          /* parts of a path */
#define DOC_BYTES (16u << 10) /* of a document that may be kept for a test */

struct infer *infer_new(const char *const *fields)
{
	struct infer *in = xcalloc(1, sizeof(*in));

	arena_init(&in->arena);
	map_init(&in->by_path);
	in->wanted = fields;
	return in;
}

void infer_free(struct infer *in)
{
	if (in == NULL)
		return;
	map_clear(&in->by_path);
	arena_clear(&in->arena);
	free(in);
}

bool infer_wanted(const struct infer *in, const char *path)
{
	if (in->wanted == NULL || *in->wanted == NULL)
		return true;
	for (const char *const *glob = in->wanted; *glob; glob++)
		if (str_glob(*glob, span_of(path)))
			return true;
	return false;
}

/* Where the walk is in the document. */
struct place {
	const char *path;
	struct span top;
	bool repeated;
	unsigned parts;
};

static struct infer_field *field_at(struct infer *in, const struct place *at)
{
	struct infer_field *f = map_find(&in->by_path, span_of(at->path));

	if (f == NULL) {
		if (in->field_count == LIMIT_FIELDS || !infer_wanted(in, at->path))
			return NULL;
		f = arena_zalloc(&in->arena, sizeof(*f));
		f->path = arena_strdup(&in->arena, at->path);
		f->top = arena_span(&in->arena, at->top);
		f->repeated = at->repeated;
		in->fields = arena_grow(
			&in->arena, in->fields, in->field_count, &in->field_capacity, sizeof(struct infer_field *));
		in->fields[in->field_count++] = f;
		*map_put(&in->by_path, span_of(f->path)) = f;
	}
	if (f->last_doc != in->docs)
		f->docs++;
	f->last_doc = in->docs;
	return f;
}

static void note_text(struct infer *in, struct infer_field *f, struct span text)
{
	size_t chars = utf8_chars(text), i;
	bool first = f->texts++ == 0;

	f->empty += text.n == 0;
	f->most_chars = chars > f->most_chars ? chars : f->most_chars;
	for (i = 0; i < INFER_FORMATS; i++)
		f->formats[i] += check_format_holds((int)i, text);
	for (i = 0; i < f->value_count && !span_equal(f->values[i], text);)
		i++;
	if (i < f->value_count) {
		f->counts[i]++;
		return;
	}
	if (i < INFER_DISTINCT_MOST || !f->runs.broken || !f->segments.broken)
		text = arena_span(&in->arena, text);
	if (i < INFER_DISTINCT_MOST) {
		f->counts[f->value_count] = 1;
		f->values[f->value_count++] = text;
	}
	infer_shape_add(f, text, first);
}

static void note_number(struct infer *in, struct infer_field *f, struct span text)
{
	f->integers += decimal_is_integer(text);
	if (f->numbers++ == 0 || decimal_compare(text, f->least) < 0)
		f->least = arena_span(&in->arena, text);
	if (f->numbers == 1 || decimal_compare(text, f->greatest) > 0)
		f->greatest = arena_span(&in->arena, text);
}

static void walk(struct infer *in, struct jsonscan *s, const struct place *at);

static void walk_map(struct infer *in, struct jsonscan *s, const struct place *at)
{
	struct span key, raw;
	bool first = true, escaped, skipped;

	if (!jsonscan_enter(s, JSON_OBJECT))
		return;
	while (jsonscan_key(s, &first, &key, &escaped)) {
		struct place below = *at;

		/* a key with signs of paths in it can be written with backslashes, by hand */
		if (escaped || key.n == 0 || memchr(key.p, '.', key.n) || memchr(key.p, '[', key.n) ||
			(at->parts == 0 && key.p[0] == '_') || at->parts == PARTS_MOST) {
			jsonscan_value(s, &raw, &skipped);
			continue;
		}
		below.path = arena_printf(&in->arena, "%s%s%.*s", at->path, at->parts ? "." : "", SPAN_ARG(key));
		below.top = at->parts ? at->top : key;
		below.parts++;
		walk(in, s, &below);
	}
}

static void walk_list(struct infer *in, struct jsonscan *s, const struct place *at)
{
	struct place below = *at;
	bool first = true;

	below.path = arena_printf(&in->arena, "%s[]", at->path);
	below.repeated = true;
	if (!jsonscan_enter(s, JSON_ARRAY))
		return;
	while (jsonscan_element(s, &first))
		walk(in, s, &below);
}

static void walk(struct infer *in, struct jsonscan *s, const struct place *at)
{
	enum json_kind kind = jsonscan_peek(s);
	struct infer_field *f;
	struct span raw;
	bool escaped;

	if (kind == JSON_OBJECT) {
		walk_map(in, s, at);
		return;
	}
	if (kind == JSON_ARRAY && !(at->parts && at->path[strlen(at->path) - 1] == ']')) {
		walk_list(in, s, at);
		return;
	}
	kind = jsonscan_value(s, &raw, &escaped);
	if (kind == JSON_NULL || kind == JSON_BAD || (f = field_at(in, at)) == NULL)
		return;
	switch (kind) {
	case JSON_STRING: note_text(in, f, escaped ? jsonscan_unescape(&in->arena, raw) : raw); break;
	case JSON_NUMBER: note_number(in, f, raw); break;
	case JSON_TRUE:
	case JSON_FALSE: f->bools++; break;
	default: f->others++; break;
	}
}

/* The document in a hit, or itself. */
static struct span source_of(struct span doc)
{
	struct jsonscan s;
	struct span key, raw, source = doc;
	bool first = true, escaped;

	jsonscan_init(&s, doc);
	if (!jsonscan_enter(&s, JSON_OBJECT))
		return doc;
	while (jsonscan_key(&s, &first, &key, &escaped)) {
		bool wanted = jsonscan_raw_is(key, escaped, SPAN_LITERAL("_source"));

		if (jsonscan_value(&s, &raw, &escaped) == JSON_OBJECT && wanted)
			source = raw;
	}
	return source;
}

void infer_add(struct infer *in, struct span doc)
{
	static const struct place top = {.path = ""};
	struct jsonscan s;

	doc = source_of(doc);
	in->docs++;
	if (in->kept_count < ARRAY_LEN(in->kept) && doc.n <= DOC_BYTES) {
		char *copy = arena_zalloc(&in->arena, doc.n + LIMIT_JSON_PADDING);

		memcpy(copy, doc.p, doc.n);
		in->kept[in->kept_count++] = (struct span){copy, doc.n};
	}
	jsonscan_init(&s, doc);
	walk_map(in, &s, &top);
}

bool infer_required(const struct infer *in, const struct infer_field *f)
{
	return f->docs == in->docs && !f->repeated;
}

bool infer_useful(const struct infer_field *f)
{
	return f->others == 0 && f->texts + f->numbers + f->bools > 0;
}

size_t infer_kept(const struct infer *in)
{
	return in->kept_count;
}
