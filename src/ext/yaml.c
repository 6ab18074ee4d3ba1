/* YAML files as a small tree: reading the file, marks, and what both readers share. */
#include "base/base.h"
#include "ext/yaml.h"

#include <stdarg.h>

#include "base/buf.h"
#include "base/jsonscan.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "ext/yaml_private.h"
#include "ext/zread.h"

struct yaml_mark yaml_mark_at(const struct yaml_file *file, size_t offset)
{
	struct yaml_mark mark = {.offset = offset, .line = 1, .column = 1};
	const char *text = file->text.p;

	for (size_t i = 0; i < offset && i < file->text.n; i++) {
		if (text[i] == '\n') {
			mark.line++;
			mark.column = 1;
		} else if (((unsigned char)text[i] & 0xc0) != 0x80) {
			mark.column++;
		}
	}
	return mark;
}

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
	r->failed = true;
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

void yaml_add_pair(
	struct yaml_reader *r, struct yaml_node *map, struct yaml_node *key, struct yaml_node *value, size_t *capacity)
{
	for (size_t i = 0; i < map->count; i++) {
		if (!span_equal(map->pairs[i].key->text, key->text))
			continue;
		struct yaml_fault fault = {
			.code = "E0105", .at = key->start, .end = key->end, .also = map->pairs[i].key->start};
		fault.also_label = "first written here";
		fault.message = arena_printf(r->arena, "key \"%s\" stands twice in one block", key->text.p);
		fault.help = "keep one of the two";
		r->failed = true;
		r->report(r->arg, r->file, &fault);
		return;
	}
	map->pairs = arena_grow(r->arena, map->pairs, map->count, capacity, sizeof(*map->pairs));
	map->pairs[map->count++] = (struct yaml_pair){key, value};
}

/* ---- what is looked at before any parser ---- */

static bool check_bytes(struct yaml_reader *r)
{
	struct span text = r->file->text;
	ptrdiff_t bad = utf8_invalid(text);

	if (bad >= 0) {
		struct yaml_mark at = yaml_mark_at(r->file, (size_t)bad);
		yaml_fail(r, "E0102", at, at, "save the file as UTF-8", "byte 0x%02x is not valid UTF-8",
			(unsigned char)text.p[bad]);
		return false;
	}
	const char *nul = text.n ? memchr(text.p, '\0', text.n) : NULL;
	if (nul != NULL) {
		struct yaml_mark at = yaml_mark_at(r->file, (size_t)(nul - text.p));
		yaml_fail(r, "E0102", at, at, "remove the byte", "a NUL byte stands in the file");
		return false;
	}
	return true;
}

/* libfyaml's own message for a tab says something else. Every line is reported. */
static bool check_tabs(struct yaml_reader *r)
{
	struct span text = r->file->text;
	bool clean = true, start = true;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (start && c == '\t') {
			struct yaml_mark at = yaml_mark_at(r->file, i);
			yaml_fail(r, "E0104", at, at, "indent with spaces", "a tab is used for indentation");
			clean = false;
		}
		start = c == '\n' || (start && c == ' ');
	}
	return clean;
}

static bool is_json(const char *path)
{
	size_t n = strlen(path);

	return n > 5 && strcmp(path + n - 5, ".json") == 0;
}

struct yaml_file *yaml_parse(struct arena *arena, const char *path, struct span text, yaml_report *report, void *arg)
{
	struct yaml_file *file = arena_zalloc(arena, sizeof(*file));
	struct yaml_reader r = {.arena = arena, .file = file, .report = report, .arg = arg};

	if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
		text = (struct span){text.p + 3, text.n - 3};
	file->path = arena_strdup(arena, path);
	file->text = text;
	if (!check_bytes(&r))
		return file;
	if (is_json(path))
		file->root = yaml_read_json(&r);
	else if (check_tabs(&r))
		file->root = yaml_read_events(&r);
	return file;
}

struct yaml_file *yaml_read(struct arena *arena, const char *path, yaml_report *report, void *arg, struct error *e)
{
	struct zread *in = zread_open(path, e);
	struct buf text;
	struct yaml_file *file = NULL;
	ptrdiff_t got = -1;

	if (in == NULL) {
		e->kind = ERROR_CONFIG;
		return NULL;
	}
	buf_init(&text, LIMIT_CONFIG_BYTES);
	for (;;) {
		char *room = buf_reserve(&text, 65536);
		if (room == NULL || (got = zread_read(in, room, 65536, e)) <= 0)
			break;
		text.len += (size_t)got;
	}
	if (buf_over(&text)) {
		error_at(e, ERROR_CONFIG, path, 0, 0, "the file is larger than LIMIT_CONFIG_BYTES (%u bytes)",
			LIMIT_CONFIG_BYTES);
	} else if (got < 0) {
		e->kind = ERROR_CONFIG;
	} else {
		char *copy = arena_alloc(arena, text.len + LIMIT_JSON_PADDING);
		if (text.len > 0)
			memcpy(copy, text.data, text.len);
		memset(copy + text.len, 0, LIMIT_JSON_PADDING);
		file = yaml_parse(arena, path, (struct span){copy, text.len}, report, arg);
	}
	buf_clear(&text);
	zread_close(in);
	return file;
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

/* How many bytes of source stand for one decoded byte run at SOURCE; *DECODED gets the bytes it gives. */
static size_t source_step(const struct yaml_node *n, struct span source, size_t *decoded)
{
	*decoded = 1;
	if (n->style == YAML_SINGLE && source.n > 1 && source.p[0] == '\'' && source.p[1] == '\'')
		return 2;
	if (n->style != YAML_DOUBLE || source.p[0] != '\\' || source.n < 2)
		return 1;
	static const struct {
		char letter;
		size_t digits;
	} hex[] = {{'x', 2}, {'u', 4}, {'U', 8}};
	for (size_t i = 0; i < ARRAY_LEN(hex); i++)
		if (source.p[1] == hex[i].letter && source.n >= 2 + hex[i].digits) {
			char digits[9] = {0}, put[4];
			memcpy(digits, source.p + 2, hex[i].digits);
			*decoded = utf8_put(put, (uint32_t)strtoul(digits, NULL, 16));
			return 2 + hex[i].digits;
		}
	return 2;
}

/* Where the text of a literal block begins: after the header line. */
static size_t block_begin(struct span source)
{
	const char *newline = memchr(source.p, '\n', source.n);

	return newline ? (size_t)(newline - source.p) + 1 : 0;
}

struct yaml_mark yaml_scalar_mark(const struct yaml_file *file, const struct yaml_node *scalar, size_t offset)
{
	size_t at = scalar->start.offset, end = scalar->end.offset, done = 0, indent = 0;
	bool block = scalar->style == YAML_LITERAL || scalar->style == YAML_FOLDED;

	if (scalar->style == YAML_SINGLE || scalar->style == YAML_DOUBLE)
		at++;
	if (block) {
		if (file->text.p[at] == '|' || file->text.p[at] == '>')
			at += block_begin((struct span){file->text.p + at, file->text.n - at});
		while (at + indent < end && file->text.p[at + indent] == ' ')
			indent++;
		at += indent;
	}
	while (done < offset && at < end) {
		size_t decoded;
		struct span rest = {file->text.p + at, end - at};
		bool newline = *rest.p == '\n';

		at += source_step(scalar, rest, &decoded);
		done += decoded;
		for (size_t i = 0; block && newline && i < indent && at < end && file->text.p[at] == ' '; i++)
			at++;
	}
	return yaml_mark_at(file, at < file->text.n ? at : file->text.n);
}
