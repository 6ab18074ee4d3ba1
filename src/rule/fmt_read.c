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

/* A second blank line in a row is none. */
static void add_line(struct walk *w, struct fmt_lines *lines, struct span line)
{
	if (line.n == 0 && lines->count > 0 && lines->items[lines->count - 1].n == 0)
		return;
	lines->items = arena_grow(w->tree->arena, lines->items, lines->count, &lines->capacity, sizeof(*lines->items));
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

/* Takes lines of nothing but comments, up to the next word. */
static void take_lines(struct walk *w, struct fmt_lines *lines)
{
	for (;;) {
		size_t word = skip_spaces(w, w->at);
		bool blank = word < w->text.n && w->text.p[word] == '\n';

		if (word == w->text.n)
			w->at = word;
		if (word == w->text.n || (!blank && w->text.p[word] != '#' && !is_marker(w, word)))
			return;
		add_line(w, lines, blank ? (struct span){"", 0} : cut(w, word, line_end(w, word)));
		w->at = line_end(w, word);
		w->at += w->at < w->text.n;
	}
}

/* Takes the comments below a block that stand at least as far to the right as COLUMN; what comes after the last of
 * them is above the next part. */
static void take_tail(struct walk *w, struct fmt_lines *lines, size_t column)
{
	struct walk ahead = *w;
	size_t at = w->at, kept = w->at;

	while (at < w->text.n) {
		size_t word = skip_spaces(w, at);

		if (word == w->text.n || (w->text.p[word] != '\n' && w->text.p[word] != '#') ||
			(w->text.p[word] == '#' && column_of(w, word) < column))
			break;
		at = line_end(w, word) + (line_end(w, word) < w->text.n);
		if (w->text.p[word] == '#')
			kept = at;
	}
	ahead.text.n = kept;
	take_lines(&ahead, lines);
	w->at = kept;
}

static int unknown_form(struct walk *w, size_t at)
{
	int line = 1;

	for (size_t i = 0; i < at && i < w->text.n; i++)
		line += w->text.p[i] == '\n';
	return error_at(w->e, ERROR_CONFIG, w->tree->file->path, line, (int)column_of(w, at) + 1,
		"here is something that the formatter does not know");
}

/* To OFFSET, over comments that stand in between: they go to LINES. */
static int go_to(struct walk *w, struct fmt_lines *lines, size_t offset)
{
	size_t at;

	while ((at = skip_spaces(w, w->at)) < offset) {
		if (w->text.p[at] == '#')
			add_line(w, lines, cut(w, at, line_end(w, at)));
		else if (w->text.p[at] != '\n')
			return unknown_form(w, at);
		w->at = line_end(w, at) + 1;
	}
	w->at = offset;
	return 0;
}

/* Over SIGN, which must come next. */
static int take_sign(struct walk *w, char sign)
{
	w->at = skip_spaces(w, w->at);
	if (w->at >= w->text.n || w->text.p[w->at] != sign)
		return unknown_form(w, w->at);
	w->at++;
	return 0;
}

static struct fmt_block *read_block(struct walk *w, const struct fmt_part *above, const struct yaml_node *node,
	const struct option_block *table, struct fmt_lines *lead);

/* `|+` keeps the empty lines behind it: they are a part of the text. */
static size_t end_of(const struct walk *w, const struct yaml_node *value)
{
	size_t end = value->end.offset, header = line_end(w, value->start.offset), word;

	if (value->kind != YAML_SCALAR || (value->style != YAML_LITERAL && value->style != YAML_FOLDED) ||
		!memchr(w->text.p + value->start.offset, '+', header - value->start.offset))
		return end;
	end = line_end(w, end);
	while (end < w->text.n && (word = skip_spaces(w, end + 1)) < w->text.n && w->text.p[word] == '\n')
		end = word;
	return end;
}

static int read_value(struct walk *w, struct fmt_part *part, struct fmt_lines *lead)
{
	const struct yaml_node *value = part->value;

	if (value->kind != YAML_SCALAR && !fmt_in_brackets(w->tree->file, value)) {
		if (part->key)
			part->beside = take_beside(w);
		/* what stands between a dash and the first key stands above the dash from now on */
		part->block = read_block(w, part, value, part->table, part->key ? NULL : lead);
		return part->block ? 0 : -1;
	}
	if (go_to(w, lead, value->start.offset) < 0)
		return -1;
	w->at = part->end = end_of(w, value);
	part->beside = take_beside(w);
	return 0;
}

static int read_part(struct walk *w, struct fmt_part *part, struct fmt_lines *lead)
{
	take_lines(w, lead);
	if (part->key) {
		if (go_to(w, lead, part->key->start.offset) < 0)
			return -1;
		part->column = column_of(w, w->at);
		w->at = part->key->end.offset;
	}
	if (take_sign(w, part->key ? ':' : '-') < 0)
		return -1;
	if (!part->key)
		part->column = column_of(w, w->at - 1);
	return read_value(w, part, lead);
}

static int compare_parts(const void *a, const void *b)
{
	const struct fmt_part *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return (x->key->start.offset > y->key->start.offset) - (x->key->start.offset < y->key->start.offset);
}

/* ABOVE: the part whose value it is, NULL for the root. LEAD: where lines above the first part go; NULL: to that part.
 */
static struct fmt_block *read_block(struct walk *w, const struct fmt_part *above, const struct yaml_node *node,
	const struct option_block *table, struct fmt_lines *lead)
{
	struct fmt_block *block = arena_zalloc(w->tree->arena, sizeof(*block));
	size_t column = 0;

	block->list = node->kind == YAML_LIST;
	block->parts = arena_zalloc(w->tree->arena, (node->count + 1) * sizeof(*block->parts));
	for (; block->count < node->count; block->count++) {
		struct fmt_part *part = &block->parts[block->count];

		part->value = block->list ? node->items[block->count] : node->pairs[block->count].value;
		part->key = block->list ? NULL : node->pairs[block->count].key;
		part->table = table;
		if (part->key)
			part->table = fmt_table_of(&part->rank, table, node, part->key->text);
		if (read_part(w, part, block->count == 0 && lead ? lead : &part->lead) < 0)
			return NULL;
		column = part->column;
	}
	/* a list need not stand further to the right than its key */
	if (above && column <= above->column)
		column = above->column + 1;
	take_tail(w, &block->tail, column);
	if (!block->list && table)
		qsort(block->parts, block->count, sizeof(*block->parts), compare_parts);
	return block;
}

int fmt_read(struct fmt_tree *tree, const struct option_block *root, struct error *e)
{
	struct walk w = {.tree = tree, .text = tree->file->text, .e = e};

	if (tree->file->root->kind == YAML_SCALAR || fmt_in_brackets(tree->file, tree->file->root))
		return unknown_form(&w, tree->file->root->start.offset);
	take_lines(&w, &tree->head);
	tree->root = read_block(&w, NULL, tree->file->root, root, NULL);
	if (tree->root == NULL)
		return -1;
	take_lines(&w, &tree->root->tail);
	while (tree->root->tail.count > 0 && tree->root->tail.items[tree->root->tail.count - 1].n == 0)
		tree->root->tail.count--;
	return w.at < w.text.n ? unknown_form(&w, w.at) : 0;
}
