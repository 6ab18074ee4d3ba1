/*
 * JSON as a tree, by json-c. A struct json is a json_object under another
 * name, so that its reference count is ours too.
 */
#include "base/base.h"
#include "ext/json.h"

#include <json-c/json.h>

#include "base/jsonscan.h"
#include "base/utf8.h"

static struct json_object *in(const struct json *j)
{
	return (struct json_object *)(uintptr_t)j;
}

static struct json *out_of(struct json_object *o)
{
	return (struct json *)o;
}

static struct json *need(struct json_object *o)
{
	if (o == NULL) {
		fputs("kenpin: error: out of memory\n", stderr);
		_Exit(2);
	}
	return out_of(o);
}

/* ---- reading text: the scanner finds, json-c keeps ---- */

/*
 * json-c's own parser takes the last of two equal keys, cuts a key at a NUL,
 * clamps integers and lets bad UTF-8 pass, all without a word.
 */
struct reader {
	struct jsonscan scan;
	struct arena arena; /* texts without their escapes */
};

static bool read_value(struct reader *r, struct json_object **out);

static struct span plain_text(struct reader *r, struct span raw, bool escaped)
{
	return escaped ? jsonscan_unescape(&r->arena, raw) : raw;
}

static bool refuse(struct reader *r, const char *at, const char *why)
{
	r->scan.p = at;
	r->scan.why = why;
	return false;
}

static bool read_member(struct reader *r, struct json_object *map, struct span raw, bool escaped)
{
	struct span key = plain_text(r, raw, escaped);
	struct json_object *value = NULL;

	if (key.n > 0 && memchr(key.p, '\0', key.n) != NULL)
		return refuse(r, raw.p - 1, "a NUL in a key");
	char *name = arena_strndup(&r->arena, key.p, key.n);
	if (json_object_object_get_ex(map, name, NULL))
		return refuse(r, raw.p - 1, "a key that stands twice in one object");
	bool good = read_value(r, &value);
	if (json_object_object_add_ex(map, name, value, JSON_C_OBJECT_ADD_KEY_IS_NEW) != 0)
		need(NULL);
	return good;
}

static bool read_object(struct reader *r, struct json_object **out)
{
	struct span key;
	bool first = true, escaped;

	*out = in(json_new_map());
	if (!jsonscan_enter(&r->scan, JSON_OBJECT))
		return false;
	while (jsonscan_key(&r->scan, &first, &key, &escaped))
		if (!read_member(r, *out, key, escaped))
			return false;
	return r->scan.why == NULL;
}

static bool read_array(struct reader *r, struct json_object **out)
{
	bool first = true;

	*out = in(json_new_list());
	if (!jsonscan_enter(&r->scan, JSON_ARRAY))
		return false;
	while (jsonscan_element(&r->scan, &first)) {
		struct json_object *value = NULL;
		bool good = read_value(r, &value);

		json_push(out_of(*out), out_of(value));
		if (!good)
			return false;
	}
	return r->scan.why == NULL;
}

/* What fits into 64 bits is an integer; anything else keeps its text. */
static struct json *number(struct span text)
{
	int64_t n;

	return span_to_int64(&n, text) && !span_is(text, "-0") ? json_new_int(n) : json_new_number(text);
}

/* The next value; *OUT is owned by the caller even on a failure. */
static bool read_value(struct reader *r, struct json_object **out)
{
	struct span raw;
	bool escaped;
	enum json_kind kind = jsonscan_peek(&r->scan);

	if (kind == JSON_OBJECT)
		return read_object(r, out);
	if (kind == JSON_ARRAY)
		return read_array(r, out);
	kind = jsonscan_value(&r->scan, &raw, &escaped);
	if (kind == JSON_STRING)
		*out = in(json_new_text(plain_text(r, raw, escaped)));
	else if (kind == JSON_NUMBER)
		*out = in(number(raw));
	else if (kind == JSON_TRUE || kind == JSON_FALSE)
		*out = in(json_new_bool(kind == JSON_TRUE));
	return kind != JSON_BAD;
}

/* PADDED: followed by LIMIT_JSON_PADDING zero bytes. */
static bool read_text(struct reader *r, struct json_object **out, struct span padded)
{
	ptrdiff_t bad = utf8_invalid(padded);

	jsonscan_init(&r->scan, padded);
	if (bad >= 0)
		return refuse(r, padded.p + bad, "bytes that are not UTF-8");
	if (!read_value(r, out) || !jsonscan_end(&r->scan))
		return false;
	return *out != NULL || refuse(r, padded.p, "null alone");
}

struct json *json_parse(struct span text, enum error_kind kind, const char *path, struct error *e)
{
	struct reader r;
	struct json_object *tree = NULL;
	struct buf copy;
	int line, column;

	buf_init(&copy, text.n + 1);
	buf_add_span(&copy, text);
	buf_addc(&copy, '\0'); /* there is data even when there is no text */
	arena_init(&r.arena);
	if (!read_text(&r, &tree, (struct span){copy.data, text.n})) {
		jsonscan_where(&r.scan, &line, &column);
		error_at(e, kind, path, line, column, "not valid JSON: %s", r.scan.why);
		json_object_put(tree);
		tree = NULL;
	}
	arena_clear(&r.arena);
	buf_clear(&copy);
	return out_of(tree);
}

void json_free(struct json *j)
{
	json_object_put(in(j));
}

struct json *json_keep(struct json *j)
{
	return out_of(json_object_get(in(j)));
}

/* ---- reading ---- */

enum json_sort json_type_of(const struct json *j)
{
	switch (json_object_get_type(in(j))) {
	case json_type_boolean: return JSON_TYPE_BOOL;
	case json_type_int: return JSON_TYPE_INT;
	case json_type_double: return JSON_TYPE_DOUBLE;
	case json_type_string: return JSON_TYPE_TEXT;
	case json_type_array: return JSON_TYPE_LIST;
	case json_type_object: return JSON_TYPE_MAP;
	default: return JSON_TYPE_NULL;
	}
}

struct json *json_get_key(const struct json *j, struct span key)
{
	struct json_object *child = NULL;
	char small[256], *name = small;

	/* a key with a NUL in it is in no tree: json_parse refuses it */
	if (json_type_of(j) != JSON_TYPE_MAP || (key.n > 0 && memchr(key.p, '\0', key.n) != NULL))
		return NULL;
	if (key.n >= sizeof(small))
		name = xmalloc(key.n + 1);
	if (key.n > 0)
		memcpy(name, key.p, key.n);
	name[key.n] = '\0';
	json_object_object_get_ex(in(j), name, &child);
	if (name != small)
		free(name);
	return out_of(child);
}

struct json *json_get(const struct json *j, const char *path)
{
	while (j != NULL && *path != '\0') {
		size_t n = strcspn(path, ".");

		j = json_get_key(j, (struct span){path, n});
		path += n + (path[n] == '.');
	}
	return out_of(in(j));
}

struct json *json_at(const struct json *list, size_t i)
{
	return json_type_of(list) == JSON_TYPE_LIST ? out_of(json_object_array_get_idx(in(list), i)) : NULL;
}

size_t json_count(const struct json *j)
{
	switch (json_type_of(j)) {
	case JSON_TYPE_LIST: return json_object_array_length(in(j));
	case JSON_TYPE_MAP: return (size_t)json_object_object_length(in(j));
	default: return 0;
	}
}

const char *json_text(const struct json *j, const char *path, const char *fallback)
{
	const struct json *found = json_get(j, path);

	return json_type_of(found) == JSON_TYPE_TEXT ? json_object_get_string(in(found)) : fallback;
}

struct span json_span(const struct json *j)
{
	if (json_type_of(j) != JSON_TYPE_TEXT)
		return SPAN_NONE;
	return (struct span){json_object_get_string(in(j)), (size_t)json_object_get_string_len(in(j))};
}

int64_t json_int(const struct json *j, const char *path, int64_t fallback)
{
	const struct json *found = json_get(j, path);

	return json_type_of(found) == JSON_TYPE_INT ? json_object_get_int64(in(found)) : fallback;
}

bool json_flag(const struct json *j, const char *path, bool fallback)
{
	const struct json *found = json_get(j, path);

	return json_type_of(found) == JSON_TYPE_BOOL ? json_object_get_boolean(in(found)) : fallback;
}

void json_each(const struct json *map, bool (*visit)(void *arg, const char *key, struct json *value), void *arg)
{
	if (json_type_of(map) != JSON_TYPE_MAP)
		return;
	json_object_object_foreach(in(map), key, value)
	{
		if (!visit(arg, key, out_of(value)))
			return;
	}
}

/* ---- making ---- */

struct json *json_new_map(void)
{
	return need(json_object_new_object());
}

struct json *json_new_list(void)
{
	return need(json_object_new_array());
}

struct json *json_new_text(struct span text)
{
	return need(json_object_new_string_len(text.p ? text.p : "", (int)text.n));
}

struct json *json_new_int(int64_t n)
{
	return need(json_object_new_int64(n));
}

struct json *json_new_bool(bool value)
{
	return need(json_object_new_boolean(value));
}

struct json *json_new_number(struct span as_written)
{
	char *text = xstrndup(as_written.p, as_written.n);
	struct json *j = need(json_object_new_double_s(0, text));

	free(text);
	return j;
}

void json_set(struct json *map, const char *key, struct json *child)
{
	json_object_object_add(in(map), key, in(child));
}

void json_push(struct json *list, struct json *child)
{
	json_object_array_add(in(list), in(child));
}

struct json *json_copy(const struct json *j)
{
	struct json_object *copy = NULL;

	if (j != NULL && json_object_deep_copy(in(j), &copy, NULL) != 0)
		need(NULL);
	return out_of(copy);
}

/* ---- writing ---- */

static void write_flags(struct buf *out, const struct json *j, int flags)
{
	size_t n = 0;
	const char *text = json_object_to_json_string_length(in(j), flags | JSON_C_TO_STRING_NOSLASHESCAPE, &n);

	buf_add(out, text, n);
}

void json_write(struct buf *out, const struct json *j)
{
	write_flags(out, j, JSON_C_TO_STRING_PLAIN);
}

void json_write_pretty(struct buf *out, const struct json *j)
{
	write_flags(out, j, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED);
}

struct member {
	const char *key;
	struct json_object *value;
};

static int by_bytes(const void *a, const void *b)
{
	return strcmp(((const struct member *)a)->key, ((const struct member *)b)->key);
}

static void write_sorted_map(struct buf *out, const struct json *map)
{
	size_t count = json_count(map), i = 0;
	struct member *members = xcalloc(count + 1, sizeof(*members));

	json_object_object_foreach(in(map), key, value)
	{
		members[i++] = (struct member){key, value};
	}
	qsort(members, count, sizeof(*members), by_bytes);
	buf_addc(out, '{');
	for (i = 0; i < count; i++) {
		struct json *name = json_new_text(span_of(members[i].key));

		if (i > 0)
			buf_addc(out, ',');
		json_write(out, name);
		json_free(name);
		buf_addc(out, ':');
		json_write_canonical(out, out_of(members[i].value));
	}
	buf_addc(out, '}');
	free(members);
}

void json_write_canonical(struct buf *out, const struct json *j)
{
	if (json_type_of(j) == JSON_TYPE_MAP) {
		write_sorted_map(out, j);
	} else if (json_type_of(j) == JSON_TYPE_LIST) {
		buf_addc(out, '[');
		for (size_t i = 0; i < json_count(j); i++) {
			if (i > 0)
				buf_addc(out, ',');
			json_write_canonical(out, json_at(j, i));
		}
		buf_addc(out, ']');
	} else {
		json_write(out, j);
	}
}
