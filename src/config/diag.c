/*
 * Collecting messages about files, in any order, and putting them into the one
 * in which people read. It must not know how they are printed.
 */
#include "base/base.h"
#include "config/diag.h"

#include "base/limits.h"

void diags_init(struct diags *d, struct arena *arena)
{
	*d = (struct diags){.arena = arena};
}

/* Room for one more message; one that does not count when there are too many. */
static struct diag *new_diag(struct diags *d, enum diag_level level)
{
	if (level == DIAG_ERROR)
		d->errors++;
	else
		d->warnings++;
	if (d->count >= LIMIT_DIAGNOSTICS) {
		d->dropped++;
		return arena_zalloc(d->arena, sizeof(*d->items));
	}
	d->items = arena_grow(d->arena, d->items, d->count, &d->capacity, sizeof(*d->items));
	d->items[d->count] = (struct diag){0};
	return &d->items[d->count++];
}

static const char *format_text(struct diags *d, const char *format, va_list args)
{
	struct buf text;
	const char *copy;

	buf_init(&text, LIMIT_CONFIG_BYTES);
	buf_vaddf(&text, format, args);
	copy = arena_strdup(d->arena, buf_text(&text));
	buf_clear(&text);
	return copy;
}

static struct diag *add(struct diags *d, enum diag_level level, const char *code, const struct yaml_file *file,
	struct yaml_mark at, struct yaml_mark end, const char *message)
{
	struct diag *item = new_diag(d, level);

	item->code = code;
	item->level = level;
	item->file = file;
	item->at = at;
	item->end = end;
	item->message = message;
	return item;
}

/* A block that goes over many lines is named by its first key. */
static struct yaml_mark node_end(const struct yaml_node *node)
{
	const struct yaml_node *first = node;

	if (node->start.line == node->end.line)
		return node->end;
	if (node->kind == YAML_MAP && node->count > 0)
		first = node->pairs[0].key;
	else if (node->kind == YAML_LIST && node->count > 0)
		first = node->items[0];
	else
		return node->end;
	return first->start.offset == node->start.offset ? node_end(first) : node->start;
}

/* NODE was refused as a value: the reader of options has said so. */
static bool refused(const struct diags *d, const struct yaml_node *node)
{
	static const char *const codes[] = {"E0201", "E0202", "E0206"};

	for (size_t i = 0; node && i < d->count; i++) {
		if (d->items[i].node != node)
			continue;
		for (size_t n = 0; n < ARRAY_LEN(codes); n++)
			if (strcmp(d->items[i].code, codes[n]) == 0)
				return true;
	}
	return false;
}

static struct diag *add_node(struct diags *d, enum diag_level level, const char *code, const struct yaml_file *file,
	const struct yaml_node *node, const char *format, va_list args)
{
	struct yaml_mark at = {.line = file ? 1 : 0, .column = file ? 1 : 0}, end = at;
	struct diag *item;

	if (refused(d, node))
		return arena_zalloc(d->arena, sizeof(*item));
	if (node) {
		at = node->start;
		end = node_end(node);
	}
	item = add(d, level, code, file, at, end, format_text(d, format, args));
	item->node = node;
	return item;
}

struct diag *diag_error(struct diags *d, const char *code, const struct yaml_file *file, const struct yaml_node *node,
	const char *format, ...)
{
	struct diag *item;
	va_list args;

	va_start(args, format);
	item = add_node(d, DIAG_ERROR, code, file, node, format, args);
	va_end(args);
	return item;
}

struct diag *diag_warning(struct diags *d, const char *code, const struct yaml_file *file, const struct yaml_node *node,
	const char *format, ...)
{
	struct diag *item;
	va_list args;

	va_start(args, format);
	item = add_node(d, DIAG_WARNING, code, file, node, format, args);
	va_end(args);
	return item;
}

struct diag *diag_at(struct diags *d, enum diag_level level, const char *code, const struct yaml_file *file,
	struct yaml_mark at, struct yaml_mark end, const char *format, ...)
{
	struct diag *item;
	va_list args;

	va_start(args, format);
	item = add(d, level, code, file, at, end, format_text(d, format, args));
	va_end(args);
	return item;
}

void diag_help(struct diags *d, struct diag *item, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	item->help = format_text(d, format, args);
	va_end(args);
}

void diag_also(struct diag *item, struct yaml_mark mark, const char *label)
{
	item->also = mark;
	item->also_label = label;
}

void diag_hide(struct diag *item, const struct yaml_node *node)
{
	item->hide = node->start;
	item->hide_end = node->end;
}

void diag_yaml_fault(void *arg, const struct yaml_file *file, const struct yaml_fault *fault)
{
	struct diag *item = add(arg, DIAG_ERROR, fault->code, file, fault->at, fault->end, fault->message);

	item->help = fault->help;
	diag_also(item, fault->also, fault->also_label);
}

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare(const void *a, const void *b)
{
	const struct diag *x = a, *y = b;
	int order = strcmp(x->file ? x->file->path : "", y->file ? y->file->path : "");

	if (order == 0)
		order = compare_numbers(x->at.line, y->at.line);
	if (order == 0)
		order = compare_numbers(x->at.column, y->at.column);
	if (order == 0)
		order = strcmp(x->code, y->code);
	return order ? order : strcmp(x->message, y->message);
}

void diags_sort(struct diags *d)
{
	if (d->count > 1)
		qsort(d->items, d->count, sizeof(*d->items), compare);
}
