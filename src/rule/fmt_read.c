/*
 * The formatter's reading: walks over the text between the parser's marks and
 * hands every comment to the part that it belongs to.
 */
#include "base/base.h"
#include "rule/fmt_private.h"

struct walk {
	struct fmt_tree *tree;
	struct span text;
	size_t at; /* everything before it has been taken */
	struct error *e;
};

static void add_line(struct walk *w, struct fmt_lines *lines, struct span line)
{
	if (line.n == 0 && (lines->count == 0 || lines->items[lines->count - 1].n == 0) && lines->count > 0)
		return;
	lines->items =
		arena_grow(w->tree->arena, lines->items, lines->count, &lines->capacity, sizeof(*lines->items));
	lines->items[lines->count++] = line;
}

static size_t skip_spaces(const struct walk *w, size_t at)
{
	while (at < w->text.n && (w->text.p[at] == ' ' || w->text.p[at] == '\t' || w->text.p[at] == '\r'))
		at++;
	return at;
}

static size_t line_end(const struct walk *w, size_t at)
{
	const char *newline = memchr(w->text.p + at, '\n', w->text.n - at);

	return newline ? (size_t)(newline - w->text.p) : w->text.n;
}

/* FROM up to TO, without white space at its end. */
static struct span cut(const struct walk *w, size_t from, size_t to)
{
	while (to > from && strchr(" \t\r", w->text.p[to - 1]) != NULL)
		to--;
	return (struct span){w->text.p + from, to - from};
}

static size_t column_of(const struct walk *w, size_t at)
{
	size_t column = 0;

	while (at > column && w->text.p[at - column - 1] != '\n')
		column++;
	return column;
}

/* --- and ... stand alone in their line, before and behind the document. */
static bool is_marker(const struct walk *w, size_t at)
{
	struct span line = cut(w, at, line_end(w, at));

	return column_of(w, at) == 0 && (span_is(line, "---") || span_is(line, "..."));
}

/* A comment behind what was taken last, with the space before it; the walk goes on in the next line. */
static struct span take_beside(struct walk *w)
{
	size_t from = w->at, at = skip_spaces(w, from), end;
	struct span comment = SPAN_NONE;

	if (at < w->text.n && w->text.p[at] == '#') {
		end = line_end(w, at);
		comment = cut(w, from, end);
		at = end;
	}
	if (at < w->text.n && w->text.p[at] == '\n')
		w->at = at + 1;
	else if (at == w->text.n)
		w->at = at;
	return comment;
}

/* Takes lines of nothing but comments up to the next word; LEAST: only comments that stand so far to the right, and
 * no blank lines behind the last of them. */
static void take_lines(struct walk *w, struct fmt_lines *lines, size_t least)
{
	size_t kept = w->at;
	struct fmt_lines seen = {0};
	size_t at = w->at, kept_count = 0;

	for (;;) {
		size_t word = skip_spaces(w, at);
		bool comment = word < w->text.n && (w->text.p[word] == '#' || is_marker(w, word));

		if (word == w->text.n || (w->text.p[word] != '\n' && !comment))
			break;
		if (comment && column_of(w, word) < least)
			break;
		add_line(w, &seen, comment ? cut(w, word, line_end(w, word)) : (struct span){"", 0});
		at = line_end(w, word);
		at += at < w->text.n;
		if (comment || least == 0) {
			kept = at;
			kept_count = seen.count;
		}
	}
	for (size_t i = 0; i < kept_count; i++)
		add_line(w, lines, seen.items[i]);
	w->at = kept;
}

/* To OFFSET, over comments that stand in between: they go to LINES. */
static int go_to(struct walk *w, struct fmt_lines *lines, size_t offset)
{
	while (w->at < offset) {
		size_t at = skip_spaces(w, w->at);

		if (at >= offset)
			break;
		if (w->text.p[at] == '#')
			add_line(w, lines, cut(w, at, line_end(w, at)));
		else if (w->text.p[at] != '\n')
			return error_at(w->e, ERROR_CONFIG, w->tree->file->path, 0, 0,
				"there is something at byte %zu that the formatter does not know", at);
		w->at = line_end(w, at) + (line_end(w, at) < w->text.n);
	}
	w->at = offset;
	return 0;
}

/* Over SIGN, which must come next. */
static int take_sign(struct walk *w, struct fmt_lines *lines, char sign)
{
	size_t at = skip_spaces(w, w->at);

	while (at < w->text.n && w->text.p[at] != sign) {
		if (w->text.p[at] != '#' && w->text.p[at] != '\n')
			return error_at(w->e, ERROR_CONFIG, w->tree->file->path, 0, 0,
				"there is no %c at byte %zu, where the formatter looks for it", sign, at);
		if (w->text.p[at] == '#')
			add_line(w, lines, cut(w, at, line_end(w, at)));
		at = skip_spaces(w, line_end(w, at) + 1);
	}
	w->at = at + 1;
	return 0;
}

static struct fmt_block *read_block(
	struct walk *w, const struct yaml_node *node, const struct option_block *table, struct fmt_lines *above);

/* `|+` keeps the empty lines behind it: they are a part of the text. */
static size_t end_of(const struct walk *w, const struct yaml_node *value)
{
	size_t end = value->end.offset, header = line_end(w, value->start.offset), at;

	if (value->kind != YAML_SCALAR || (value->style != YAML_LITERAL && value->style != YAML_FOLDED) ||
		!memchr(w->text.p + value->start.offset, '+', header - value->start.offset))
		return end;
	for (at = line_end(w, end); at < w->text.n; at = line_end(w, at + 1)) {
		size_t word = skip_spaces(w, at + 1);

		end = at;
		if (word >= w->text.n || w->text.p[word] != '\n')
			break;
	}
	return end;
}

static int read_value(struct walk *w, struct fmt_part *part, struct fmt_lines *above)
{
	const struct yaml_node *value = part->value;

	if (value->kind != YAML_SCALAR && !fmt_in_brackets(w->tree->file, value)) {
		if (part->key)
			part->beside = take_beside(w);
		part->block = read_block(w, value, part->table, above);
		return part->block ? 0 : -1;
	}
	if (go_to(w, above, value->start.offset) < 0)
		return -1;
	w->at = end_of(w, value);
	part->beside = take_beside(w);
	return 0;
}

static int read_part(struct walk *w, struct fmt_part *part, struct fmt_lines *above)
{
	struct fmt_lines below = {0};
	size_t i;

	take_lines(w, above, 0);
	if (part->key) {
		part->column = part->key->start.column > 0 ? (size_t)part->key->start.column - 1 : 0;
		if (go_to(w, above, part->key->start.offset) < 0)
			return -1;
		w->at = part->key->end.offset;
		if (take_sign(w, above, ':') < 0)
			return -1;
	} else {
		if (take_sign(w, above, '-') < 0)
			return -1;
		part->column = column_of(w, w->at - 1);
	}
	if (read_value(w, part, part->key && (part->value->kind != YAML_SCALAR) ? &below : above) < 0)
		return -1;
	if (!part->block || below.count == 0)
		for (i = 0; i < below.count; i++)
			add_line(w, above, below.items[i]);
	return 0;
}

static int compare_rank(const void *a, const void *b)
{
	const struct fmt_part *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->key && y->key ? (x->key->start.offset > y->key->start.offset ? 1 : -1) : 0;
}

/* ABOVE: lines that were found before the first part, when they do not belong to the whole. */
static struct fmt_block *read_block(
	struct walk *w, const struct yaml_node *node, const struct option_block *table, struct fmt_lines *above)
{
	struct fmt_block *block = arena_zalloc(w->tree->arena, sizeof(*block));
	size_t column = 0;

	block->list = node->kind == YAML_LIST;
	block->count = node->count;
	block->parts = arena_zalloc(w->tree->arena, (node->count + 1) * sizeof(*block->parts));
	for (size_t i = 0; i < node->count; i++) {
		struct fmt_part *part = &block->parts[i];

		part->value = block->list ? node->items[i] : node->pairs[i].value;
		part->table = table;
		if (!block->list) {
			part->key = node->pairs[i].key;
			part->table = fmt_table_of(&part->rank, table, node, part->key->text);
		}
		/* what stands between a dash and the first key stands above the dash from now on */
		if (read_part(w, part, i == 0 && above ? above : &part->lead) < 0)
			return NULL;
		column = part->column;
	}
	take_lines(w, &block->tail, column);
	if (!block->list && table)
		qsort(block->parts, block->count, sizeof(*block->parts), compare_rank);
	return block;
}

int fmt_read(struct fmt_tree *tree, const struct option_block *root, struct error *e)
{
	struct walk w = {.tree = tree, .text = tree->file->text, .e = e};

	take_lines(&w, &tree->head, 0);
	if (tree->file->root->kind == YAML_SCALAR || fmt_in_brackets(tree->file, tree->file->root))
		return error_at(e, ERROR_CONFIG, tree->file->path, 1, 1, "a file in brackets is not laid out");
	tree->root = read_block(&w, tree->file->root, root, NULL);
	if (tree->root == NULL)
		return -1;
	take_lines(&w, &tree->root->tail, 0);
	if (skip_spaces(&w, w.at) < w.text.n)
		return error_at(e, ERROR_CONFIG, tree->file->path, 0, 0,
			"there is something at byte %zu that the formatter does not know", w.at);
	return 0;
}
