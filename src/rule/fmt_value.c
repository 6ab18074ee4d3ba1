/*
 * The formatter's values: scalars byte for byte, what stands in brackets with
 * one space behind every comma, blocks of text moved to where their key is.
 */
#include "base/base.h"
#include "rule/fmt_private.h"

#include "base/utf8.h"

#define WIDTH 120 /* columns; what was written in one line is never broken, however long it is */

static struct span source(const struct fmt_tree *tree, size_t from, size_t to)
{
	return (struct span){tree->file->text.p + from, to - from};
}

bool fmt_in_brackets(const struct yaml_file *file, const struct yaml_node *node)
{
	char c = node->start.offset < file->text.n ? file->text.p[node->start.offset] : '\0';

	return node->count == 0 || c == (node->kind == YAML_LIST ? '[' : '{');
}

/* ---- brackets ---- */

/* Whether all between AT and the end of NODE is words, commas and signs: no comment, no word over two lines. */
static bool is_simple(const struct fmt_tree *tree, const struct yaml_node *node, size_t *at)
{
	bool simple = true;

	if (node->kind == YAML_SCALAR) {
		struct span gap = source(tree, *at, node->start.offset > *at ? node->start.offset : *at);

		simple = node->start.line == node->end.line && !memchr(gap.p, '#', gap.n);
		*at = node->end.offset > *at ? node->end.offset : *at;
		return simple;
	}
	for (size_t i = 0; i < node->count && simple; i++) {
		if (node->kind == YAML_MAP)
			simple = is_simple(tree, node->pairs[i].key, at) && is_simple(tree, node->pairs[i].value, at);
		else
			simple = is_simple(tree, node->items[i], at);
	}
	struct span rest = source(tree, *at, node->end.offset > *at ? node->end.offset : *at);
	*at = node->end.offset > *at ? node->end.offset : *at;
	return simple && !memchr(rest.p, '#', rest.n);
}

static void add_flow(
	struct buf *out, const struct fmt_tree *tree, const struct yaml_node *node, const struct option_block *table);

static void add_pair(
	struct buf *out, const struct fmt_tree *tree, const struct yaml_pair *pair, const struct option_block *table)
{
	const struct yaml_node *value = pair->value;

	buf_add_span(out, source(tree, pair->key->start.offset, pair->key->end.offset));
	if (value->kind == YAML_SCALAR && value->start.offset == value->end.offset) {
		struct span sign = source(tree, pair->key->end.offset, value->end.offset);

		if (memchr(sign.p, ':', sign.n))
			buf_addc(out, ':');
		return;
	}
	buf_adds(out, ": ");
	add_flow(out, tree, value, table);
}

struct ranked {
	size_t rank, place;
};

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->place < y->place ? -1 : 1;
}

/* The entries of NODE, each as its own text, in canonical order. In the tree's arena. */
static struct span *flow_entries(
	const struct fmt_tree *tree, const struct yaml_node *node, const struct option_block *table)
{
	struct ranked *order = arena_zalloc(tree->arena, (node->count + 1) * sizeof(*order));
	struct span *entries = arena_zalloc(tree->arena, (node->count + 1) * sizeof(*entries));
	struct buf text;

	for (size_t i = 0; i < node->count; i++) {
		order[i].place = i;
		if (node->kind == YAML_MAP && table)
			fmt_table_of(&order[i].rank, table, node, node->pairs[i].key->text);
	}
	qsort(order, node->count, sizeof(*order), compare_ranked);
	buf_init(&text, SIZE_MAX / 4);
	for (size_t i = 0; i < node->count; i++) {
		size_t place = order[i].place, rank;

		buf_reset(&text);
		if (node->kind == YAML_MAP)
			add_pair(&text, tree, &node->pairs[place],
				table ? fmt_table_of(&rank, table, node, node->pairs[place].key->text) : NULL);
		else
			add_flow(&text, tree, node->items[place], table);
		entries[i] = arena_span(tree->arena, buf_span(&text));
	}
	buf_clear(&text);
	return entries;
}

static void add_flow(
	struct buf *out, const struct fmt_tree *tree, const struct yaml_node *node, const struct option_block *table)
{
	bool bare = node->kind == YAML_MAP && !fmt_in_brackets(tree->file, node); /* [a: 1] */
	const struct span *entries;

	if (node->kind == YAML_SCALAR) {
		buf_add_span(out, source(tree, node->start.offset, node->end.offset));
		return;
	}
	entries = flow_entries(tree, node, table);
	if (!bare)
		buf_addc(out, node->kind == YAML_MAP ? '{' : '[');
	for (size_t i = 0; i < node->count; i++) {
		buf_adds(out, i ? ", " : "");
		buf_add_span(out, entries[i]);
	}
	if (!bare)
		buf_addc(out, node->kind == YAML_MAP ? '}' : ']');
}

/* What does not fit into a line: as many entries in each as it holds. */
static void fill_flow(
	struct buf *out, const struct fmt_tree *tree, const struct fmt_part *part, size_t indent, size_t column)
{
	const struct yaml_node *node = part->value;
	const struct span *entries = flow_entries(tree, node, part->table);

	buf_addc(out, node->kind == YAML_MAP ? '{' : '[');
	column++;
	for (size_t i = 0; i < node->count; i++) {
		size_t width = utf8_columns(entries[i]) + 1;

		if (i > 0 && column + 1 + width > WIDTH) {
			buf_addf(out, ",\n%*s", (int)indent, "");
			column = indent;
		} else if (i > 0) {
			buf_adds(out, ", ");
			column += 1;
		}
		buf_add_span(out, entries[i]);
		column += width;
	}
	buf_addc(out, node->kind == YAML_MAP ? '}' : ']');
}

/* ---- lines that are moved as they are ---- */

static struct span next_line(struct span *rest)
{
	const char *newline = memchr(rest->p, '\n', rest->n);
	struct span line = {rest->p, newline ? (size_t)(newline - rest->p) : rest->n};

	*rest = (struct span){line.p + line.n + (newline != NULL), rest->n - line.n - (newline != NULL)};
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

static size_t spaces_of(struct span line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] == ' ')
		n++;
	return n;
}

/* A text over several lines, plain or in quotes, or brackets with comments: white space before a line says nothing. */
static void add_continued(struct buf *out, struct span text, size_t indent)
{
	buf_add_span(out, next_line(&text));
	while (text.n > 0) {
		struct span line = next_line(&text);
		size_t skip = 0;

		while (skip < line.n && (line.p[skip] == ' ' || line.p[skip] == '\t'))
			skip++;
		buf_addc(out, '\n');
		if (skip < line.n)
			buf_addf(out, "%*s%.*s", (int)indent, "", (int)(line.n - skip), line.p + skip);
	}
}

/* How far the lines of a block are indented now, and will be, by its header "|2-" or by its first line. */
static size_t block_indent(
	size_t *wanted, struct span header, struct span lines, const struct fmt_part *part, size_t indent)
{
	struct span line = SPAN_NONE;

	for (size_t i = 1; i < header.n && header.p[i] != ' '; i++) {
		if (header.p[i] >= '1' && header.p[i] <= '9') {
			size_t digit = (size_t)(header.p[i] - '0');

			*wanted = indent + digit;
			return part->column + digit;
		}
	}
	*wanted = indent + 2;
	do
		line = next_line(&lines);
	while (lines.n > 0 && spaces_of(line) == line.n);
	return spaces_of(line);
}

static void add_literal(struct buf *out, const struct fmt_part *part, struct span text, size_t indent)
{
	struct span header = next_line(&text);
	size_t wanted, now = block_indent(&wanted, header, text, part, indent);

	while (header.n > 0 && (header.p[header.n - 1] == ' ' || header.p[header.n - 1] == '\t'))
		header.n--;
	buf_add_span(out, header);
	while (text.n > 0) {
		struct span line = next_line(&text);

		buf_addc(out, '\n');
		if (line.n > now)
			buf_addf(out, "%*s%.*s", (int)wanted, "", (int)(line.n - now), line.p + now);
		if (text.n == 0 && line.p + line.n < text.p && text.p[-1] == '\n')
			buf_addc(out, '\n');
	}
}

void fmt_value(struct buf *out, const struct fmt_tree *tree, const struct fmt_part *part, size_t indent, size_t column)
{
	const struct yaml_node *value = part->value;
	size_t at = value->start.offset;
	struct span text = source(tree, at, value->end.offset);
	struct buf line;

	if (value->kind == YAML_SCALAR) {
		if (value->style == YAML_LITERAL || value->style == YAML_FOLDED)
			add_literal(out, part, source(tree, at, part->end), indent);
		else
			add_continued(out, text, indent + 2);
		return;
	}
	if (!is_simple(tree, value, &at)) {
		add_continued(out, text, indent + 2);
		return;
	}
	buf_init(&line, SIZE_MAX / 4);
	add_flow(&line, tree, value, part->table);
	if (value->start.line == value->end.line || column + utf8_columns(buf_span(&line)) <= WIDTH)
		buf_add_span(out, buf_span(&line));
	else
		fill_flow(out, tree, part, indent + 2, column);
	buf_clear(&line);
}
