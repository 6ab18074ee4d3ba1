/*
 * JSON as a tree, by json-c. A struct json is a json_object under another
 * name, so that its reference count is ours too.
 */
#include "base/base.h"
#include "ext/json.h"

#include <json-c/json.h>

#include "base/jsonscan.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/utf8.h"

static struct json_object *in(const struct json *j)
{
	return (struct json_object *)(uintptr_t)j;
}

static struct json *out_of(struct json_object *o)
{
	return (struct json *)o;
}

/* ---- what json-c lets pass ---- */

static bool walk(struct jsonscan *s, struct arena *arena);

/* One object: a key twice is refused, since json-c would keep the last without a word. */
static bool walk_object(struct jsonscan *s, struct arena *arena)
{
	struct map keys;
	struct span key;
	bool first = true, escaped;

	if (!jsonscan_enter(s, JSON_OBJECT))
		return false;
	map_init(&keys);
	while (jsonscan_key(s, &first, &key, &escaped)) {
		struct span name = escaped ? jsonscan_unescape(arena, key) : key;
		if (map_has(&keys, name))
			s->why = "a key that stands twice in one object";
		else if (name.n > 0 && memchr(name.p, '\0', name.n) != NULL)
			s->why = "a NUL in a key";
		else
			*map_put(&keys, name) = &keys;
		if (s->why != NULL || !walk(s, arena))
			break;
	}
	map_clear(&keys);
	return s->why == NULL;
}

static bool walk_array(struct jsonscan *s, struct arena *arena)
{
	bool first = true;

	if (!jsonscan_enter(s, JSON_ARRAY))
		return false;
	while (jsonscan_element(s, &first))
		if (!walk(s, arena))
			return false;
	return s->why == NULL;
}

/* json-c clamps integers past 64 bits without a word. */
static bool fits(struct span number)
{
	int64_t n;

	for (size_t i = 0; i < number.n; i++)
		if (number.p[i] == '.' || (number.p[i] | 0x20) == 'e')
			return true;
	return span_to_int64(&n, number);
}

static bool walk(struct jsonscan *s, struct arena *arena)
{
	struct span raw;
	bool escaped;
	const char *at = s->p;

	switch (jsonscan_peek(s)) {
	case JSON_BAD: return false;
	case JSON_OBJECT: return walk_object(s, arena);
	case JSON_ARRAY: return walk_array(s, arena);
	case JSON_NUMBER:
		if (jsonscan_value(s, &raw, &escaped) == JSON_BAD)
			return false;
		if (!fits(raw)) {
			s->p = at;
			s->why = "an integer that does not fit into 64 bits";
		}
		return s->why == NULL;
	default: return jsonscan_value(s, &raw, &escaped) != JSON_BAD;
	}
}

static int refuse(struct jsonscan *s, enum error_kind kind, const char *path, struct error *e)
{
	int line, column;

	jsonscan_where(s, &line, &column);
	return error_at(e, kind, path, line, column, "not valid JSON: %s", s->why);
}

/* PADDED: followed by LIMIT_JSON_PADDING zero bytes. */
static int check(struct span padded, enum error_kind kind, const char *path, struct error *e)
{
	struct jsonscan s;
	struct arena arena;
	ptrdiff_t bad = utf8_invalid(padded);

	jsonscan_init(&s, padded);
	if (bad >= 0) {
		s.p = padded.p + bad;
		s.why = "bytes that are not UTF-8";
		return refuse(&s, kind, path, e);
	}
	arena_init(&arena);
	int result = walk(&s, &arena) && jsonscan_end(&s) ? 0 : refuse(&s, kind, path, e);
	arena_clear(&arena);
	return result;
}

struct json *json_parse(struct span text, enum error_kind kind, const char *path, struct error *e)
{
	struct buf copy;
	struct json *tree = NULL;

	buf_init(&copy, text.n + 1);
	buf_add_span(&copy, text);
	if (check(buf_span(&copy), kind, path, e) == 0) {
		struct json_tokener *tokener = json_tokener_new_ex(LIMIT_JSON_DEPTH + 2);

		tree = out_of(json_tokener_parse_ex(tokener, copy.data, (int)copy.len + 1));
		if (json_tokener_get_error(tokener) != json_tokener_success)
			error_at(e, kind, path, 0, 0, "not valid JSON: %s",
				json_tokener_error_desc(json_tokener_get_error(tokener)));
		else if (tree == NULL)
			error_at(e, kind, path, 0, 0, "the JSON text is null");
		json_tokener_free(tokener);
	}
	buf_clear(&copy);
	return tree;
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
	char name[LIMIT_KEY_BYTES];
	struct json_object *child = NULL;

	if (json_type_of(j) != JSON_TYPE_MAP || key.n >= sizeof(name))
		return NULL;
	memcpy(name, key.p, key.n);
	name[key.n] = '\0';
	return json_object_object_get_ex(in(j), name, &child) ? out_of(child) : NULL;
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

static struct json *need(struct json_object *o)
{
	if (o == NULL) {
		fputs("kenpin: error: out of memory\n", stderr);
		_Exit(2);
	}
	return out_of(o);
}

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

	if (json_object_deep_copy(in(j), &copy, NULL) != 0)
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

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void write_sorted_map(struct buf *out, const struct json *map)
{
	size_t count = json_count(map), i = 0;
	const char **keys = xcalloc(count + 1, sizeof(*keys));

	json_object_object_foreach(in(map), key, value)
	{
		(void)value;
		keys[i++] = key;
	}
	qsort(keys, count, sizeof(*keys), by_bytes);
	buf_addc(out, '{');
	for (i = 0; i < count; i++) {
		struct json *name = json_new_text(span_of(keys[i]));

		if (i > 0)
			buf_addc(out, ',');
		json_write(out, name);
		json_free(name);
		buf_addc(out, ':');
		json_write_canonical(out, json_get_key(map, span_of(keys[i])));
	}
	buf_addc(out, '}');
	free(keys);
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
