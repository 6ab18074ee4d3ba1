/* YAML files as a small tree: reading the file, and what both readers share. */
#include "base/base.h"
#include "ext/yaml.h"

#include <stdarg.h>

#include "base/buf.h"
#include "base/jsonscan.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "ext/yaml_private.h"
#include "ext/zread.h"

#define MANY_KEYS 32
#define CHUNK_BYTES 65536

void *yaml_fail(struct yaml_reader *r, const char *code, struct yaml_mark at, struct yaml_mark end, const char *help,
	const char *format, ...)
{
	char message[512];
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	struct yaml_fault fault = {.code = code, .at = at, .end = end, .help = help};

	fault.message = arena_strdup(r->arena, message);
	r->report(r->arg, r->file, &fault);
	return NULL;
}

struct yaml_node *yaml_new_node(struct yaml_reader *r, enum yaml_kind kind, struct yaml_mark at)
{
	struct yaml_node *node = arena_zalloc(r->arena, sizeof(*node));

	node->kind = kind;
	node->start = node->end = at;
	return node;
}

void yaml_add_item(struct yaml_reader *r, struct yaml_node *list, struct yaml_node *item, size_t *capacity)
{
	list->items = arena_grow(r->arena, list->items, list->count, capacity, sizeof(struct yaml_node *));
	list->items[list->count++] = item;
}

struct yaml_node *yaml_same_key(const struct yaml_pairs *pairs, struct span key)
{
	if (pairs->seen.count > 0)
		return map_find(&pairs->seen, key);
	for (size_t i = 0; i < pairs->map->count; i++)
		if (span_equal(pairs->map->pairs[i].key->text, key))
			return pairs->map->pairs[i].key;
	return NULL;
}

void yaml_add_pair(struct yaml_reader *r, struct yaml_pairs *pairs, struct yaml_node *key, struct yaml_node *value)
{
	struct yaml_node *map = pairs->map, *first = yaml_same_key(pairs, key->text);

	if (key->text.n > 0 && memchr(key->text.p, '\0', key->text.n) != NULL) {
		yaml_fail(r, "E0110", key->start, key->end, "remove the escape", "a NUL in a key");
		return;
	}
	if (first != NULL) {
		struct yaml_fault fault = {.code = "E0105", .at = key->start, .end = key->end, .also = first->start};

		fault.also_label = "first written here";
		fault.message = arena_printf(r->arena, "key \"%s\" stands twice in one block", key->text.p);
		fault.help = "keep one of the two";
		r->report(r->arg, r->file, &fault);
		return;
	}
	map->pairs = arena_grow(r->arena, map->pairs, map->count, &pairs->capacity, sizeof(*map->pairs));
	map->pairs[map->count++] = (struct yaml_pair){key, value};
	if (map->count < MANY_KEYS)
		return;
	for (size_t i = pairs->seen.count; i < map->count; i++)
		*map_put(&pairs->seen, map->pairs[i].key->text) = map->pairs[i].key;
}

void yaml_end_pairs(struct yaml_pairs *pairs)
{
	map_clear(&pairs->seen);
}

/* ---- what is looked at before any parser ---- */

static bool check_bytes(struct yaml_reader *r)
{
	struct span text = r->file->text;
	ptrdiff_t bad = utf8_invalid(text);

	if (bad >= 0) {
		struct yaml_mark at = yaml_here(r, (size_t)bad);
		yaml_fail(r, "E0102", at, at, "save the file as UTF-8", "byte 0x%02x is not valid UTF-8",
			(unsigned char)text.p[bad]);
		return false;
	}
	const char *nul = memchr(text.p, '\0', text.n);
	if (nul != NULL) {
		struct yaml_mark at = yaml_here(r, (size_t)(nul - text.p));
		yaml_fail(r, "E0102", at, at, "remove the byte, or save the file as UTF-8",
			"a NUL byte stands in the file");
		return false;
	}
	return true;
}

/* libfyaml ends a line at a lone carriage return, and nobody else does: their lines would be counted apart. */
static bool check_lines(struct yaml_reader *r)
{
	const char *end = r->file->text.p + r->file->text.n, *p = r->file->text.p;

	while ((p = memchr(p, '\r', (size_t)(end - p))) != NULL) {
		if (*++p == '\n')
			continue;
		struct yaml_mark at = yaml_here(r, (size_t)(p - 1 - r->file->text.p));
		yaml_fail(r, "E0103", at, at, "end lines with a line feed", "a carriage return without a line feed");
		return false;
	}
	return true;
}

static bool is_json(const char *path)
{
	size_t n = strlen(path);

	return n > 5 && strcmp(path + n - 5, ".json") == 0;
}

static struct yaml_file *parse(
	struct arena *arena, const char *path, struct span text, yaml_report *report, void *arg, bool foreign)
{
	struct yaml_file *file = arena_zalloc(arena, sizeof(*file));
	struct yaml_reader r = {.arena = arena, .file = file, .report = report, .arg = arg, .foreign = foreign};

	if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
		text = (struct span){text.p + 3, text.n - 3};
	char *copy = arena_zalloc(arena, text.n + LIMIT_JSON_PADDING);
	if (text.n > 0)
		memcpy(copy, text.p, text.n);
	file->path = arena_strdup(arena, path);
	file->text = (struct span){copy, text.n};
	if (text.n > LIMIT_CONFIG_BYTES)
		yaml_fail(&r, "E0108", (struct yaml_mark){0, 1, 1}, (struct yaml_mark){0, 1, 1},
			"cut it into several files", "the file is larger than LIMIT_CONFIG_BYTES (%u bytes)",
			LIMIT_CONFIG_BYTES);
	else if (check_bytes(&r))
		file->root = is_json(path) ? yaml_read_json(&r) : check_lines(&r) ? yaml_read_events(&r) : NULL;
	return file;
}

struct yaml_file *yaml_parse(struct arena *arena, const char *path, struct span text, yaml_report *report, void *arg)
{
	return parse(arena, path, text, report, arg, false);
}

/* Up to a little more than LIMIT_CONFIG_BYTES, so that a larger file is seen as one. */
static int read_all(struct buf *text, const char *path, struct error *e)
{
	struct zread *in = zread_open(path, e);
	ptrdiff_t got = in ? 1 : -1;

	while (got > 0 && text->len <= LIMIT_CONFIG_BYTES) {
		char *room = buf_reserve(text, CHUNK_BYTES);

		got = room ? zread_read(in, room, CHUNK_BYTES, e) : 0;
		if (got > 0)
			text->len += (size_t)got;
	}
	zread_close(in);
	return got < 0 ? -1 : 0;
}

static struct yaml_file *read_file(
	struct arena *arena, const char *path, yaml_report *report, void *arg, bool foreign, struct error *e)
{
	struct yaml_file *file = NULL;
	struct buf text;

	buf_init(&text, LIMIT_CONFIG_BYTES + 2 * CHUNK_BYTES);
	if (read_all(&text, path, e) < 0)
		e->kind = ERROR_CONFIG;
	else
		file = parse(arena, path, buf_span(&text), report, arg, foreign);
	buf_clear(&text);
	return file;
}

struct yaml_file *yaml_read(struct arena *arena, const char *path, yaml_report *report, void *arg, struct error *e)
{
	return read_file(arena, path, report, arg, false, e);
}

struct yaml_file *yaml_read_foreign(
	struct arena *arena, const char *path, yaml_report *report, void *arg, struct error *e)
{
	return read_file(arena, path, report, arg, true, e);
}

/* ---- the tree ---- */

struct yaml_node *yaml_find(const struct yaml_node *map, const char *key)
{
	if (map == NULL || map->kind != YAML_MAP)
		return NULL;
	for (size_t i = 0; i < map->count; i++)
		if (span_is(map->pairs[i].key->text, key))
			return map->pairs[i].value;
	return NULL;
}

static bool plain(const struct yaml_node *n)
{
	return n != NULL && n->kind == YAML_SCALAR && n->style == YAML_PLAIN;
}

bool yaml_is_null(const struct yaml_node *n)
{
	return plain(n) && (n->text.n == 0 || span_is(n->text, "~") || span_is(n->text, "null") ||
				   span_is(n->text, "Null") || span_is(n->text, "NULL"));
}

bool yaml_is_bool(const struct yaml_node *n, bool *value)
{
	if (!plain(n))
		return false;
	*value = span_is(n->text, "true") || span_is(n->text, "True") || span_is(n->text, "TRUE");
	return *value || span_is(n->text, "false") || span_is(n->text, "False") || span_is(n->text, "FALSE");
}

bool yaml_is_number(const struct yaml_node *n)
{
	struct jsonscan s;
	struct span raw;
	bool escaped;

	if (!plain(n) || n->text.n == 0 || n->text.n > LIMIT_NUMBER_CHARS)
		return false;
	char text[LIMIT_NUMBER_CHARS + LIMIT_JSON_PADDING] = {0};
	memcpy(text, n->text.p, n->text.n);
	jsonscan_init(&s, (struct span){text, n->text.n});
	return jsonscan_value(&s, &raw, &escaped) == JSON_NUMBER && jsonscan_end(&s);
}
