/*
 * The list of shops: in the project file, or in a text file beside it with one
 * a line.
 */
#include "base/base.h"
#include "config/project_private.h"

#include "base/limits.h"
#include "base/map.h"

struct shops {
	struct option_reader *reader;
	struct texts *out;
	size_t capacity;
	struct map seen; /* struct yaml_mark by name */
};

static void add_shop(
	struct shops *s, const struct yaml_file *file, struct span name, struct yaml_mark at, struct yaml_mark end)
{
	struct option_reader *r = s->reader;
	struct yaml_mark *first, *place;
	struct diag *d;

	if (!option_name_valid(name)) {
		d = diag_at(r->diags, DIAG_ERROR, "E0206", file, at, end, "not a name that a shop can have");
		diag_help(r->diags, d, "letters, digits, - _ and . alone, at most %d", LIMIT_NAME_CHARS);
		return;
	}
	first = map_find(&s->seen, name);
	if (first) {
		d = diag_at(
			r->diags, DIAG_ERROR, "E0207", file, at, end, "shop \"%.*s\" is listed twice", SPAN_ARG(name));
		diag_also(d, *first, "first listed here");
		return;
	}
	place = arena_alloc(r->arena, sizeof(*place));
	*place = at;
	*map_put(&s->seen, name) = place;
	s->out->items = arena_grow(r->arena, s->out->items, s->out->count, &s->capacity, sizeof(*s->out->items));
	s->out->items[s->out->count++] = arena_strndup(r->arena, name.p, name.n);
}

static void add_list(struct shops *s, const struct yaml_node *node)
{
	struct option_reader *r = s->reader;

	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_node *item = node->items[i];

		if (item->kind == YAML_SCALAR)
			add_shop(s, r->file, item->text, item->start, item->end);
		else
			diag_error(r->diags, "E0201", r->file, item, "a shop is a name");
	}
}

/* A line without its comment and the blanks around it. */
static struct span trim(struct span line)
{
	const char *comment = memchr(line.p, '#', line.n);

	if (comment)
		line.n = (size_t)(comment - line.p);
	while (line.n > 0 && strchr(" \t\r", line.p[line.n - 1]))
		line.n--;
	while (line.n > 0 && strchr(" \t", line.p[0]))
		line = (struct span){line.p + 1, line.n - 1};
	return line;
}

static void add_lines(struct shops *s, const struct yaml_file *file)
{
	const char *p = file->text.p, *end = p + file->text.n;

	for (int line = 1; p < end; line++) {
		const char *newline = memchr(p, '\n', (size_t)(end - p)), *stop = newline ? newline : end;
		struct span name = trim((struct span){p, (size_t)(stop - p)});
		struct yaml_mark at = {(size_t)(name.p - file->text.p), line, (int)(name.p - p) + 1}, after = at;

		after.offset += name.n;
		after.column += (int)name.n;
		if (name.n > 0)
			add_shop(s, file, name, at, after);
		p = newline ? newline + 1 : end;
	}
}

static void add_file(struct shops *s, const struct yaml_node *node, struct span *text)
{
	struct option_reader *r = s->reader;
	const struct yaml_node *name = yaml_find(node, "file");
	struct yaml_file *file;
	struct error e;

	if (!name || node->count > 1 || name->kind != YAML_SCALAR || name->text.n == 0) {
		diag_error(r->diags, "E0204", r->file, node,
			"\"file\" is missing: shops is a list, or {file: PATH} alone");
		return;
	}
	file = arena_zalloc(r->arena, sizeof(*file));
	file->path = option_path(r, name->text.p);
	if (read_text_file(r->arena, file->path, text, &e) < 0) {
		diag_error(r->diags, "E0101", r->file, name, "%s", e.message);
		return;
	}
	file->text = *text;
	add_lines(s, file);
}

void read_shops(struct option_reader *reader, struct texts *out, const struct yaml_node *node, struct span *text)
{
	struct shops s = {.reader = reader, .out = out};

	map_init(&s.seen);
	if (node->kind == YAML_LIST)
		add_list(&s, node);
	else if (node->kind == YAML_MAP)
		add_file(&s, node, text);
	else
		diag_error(reader->diags, "E0201", reader->file, node,
			"\"shops\" must be a list of names, or {file: PATH}");
	map_clear(&s.seen);
}
