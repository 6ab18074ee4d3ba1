/*
 * The formatter: parts in canonical order -> text. What was written is read
 * again before it is believed.
 */
#include "base/base.h"
#include "rule/fmt.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "rule/fmt_private.h"

#define STEP 2

/* The table of a block whose keys depend on its kind. */
static const struct option_block *variant_of(const struct option_block *table, const struct yaml_node *map)
{
	const struct yaml_node *kind = yaml_find(map, "kind");

	for (const struct option_variant *v = table->variants; v && v->kind; v++)
		if (kind && span_is(kind->text, v->kind))
			return v->block;
	return table;
}

const struct option_block *fmt_table_of(
	size_t *rank, const struct option_block *table, const struct yaml_node *map, struct span key)
{
	*rank = SIZE_MAX;
	if (table == NULL)
		return NULL;
	table = variant_of(table, map);
	for (size_t i = 0; i < table->count; i++) {
		if (!span_is(key, table->options[i].name))
			continue;
		*rank = i;
		return table->options[i].type == OPTION_NAMED ? NULL : table->options[i].block;
	}
	return NULL;
}

/* ---- writing ---- */

struct writer {
	struct buf *out;
	const struct fmt_tree *tree;
};

static void add_lines(struct writer *w, const struct fmt_lines *lines, size_t indent)
{
	for (size_t i = 0; i < lines->count; i++) {
		bool blank = lines->items[i].n == 0;

		/* neither above everything nor twice in a row */
		if (blank && (w->out->len == 0 || (w->out->len > 1 && w->out->data[w->out->len - 2] == '\n')))
			continue;
		if (!blank)
			buf_addf(w->out, "%*s", (int)indent, "");
		buf_add_span(w->out, lines->items[i]);
		buf_addc(w->out, '\n');
	}
}

/* What stands above the first key of a part in a list stands above its dash. */
static void add_hoisted(struct writer *w, const struct fmt_part *part, size_t indent)
{
	const struct fmt_block *block = part->block;

	if (part->key || block == NULL || block->count == 0)
		return;
	add_lines(w, &block->parts[0].lead, indent);
	add_hoisted(w, &block->parts[0], indent);
}

static void add_block(struct writer *w, const struct fmt_block *block, size_t indent, bool inside);

static size_t column_now(const struct writer *w)
{
	const struct buf *out = w->out;
	size_t from = out->len;

	while (from > 0 && out->data[from - 1] != '\n')
		from--;
	return utf8_columns((struct span){out->data + from, out->len - from});
}

/* INSIDE: the line has been begun, and the part's lines stand above it. */
static void add_part(struct writer *w, const struct fmt_part *part, size_t indent, bool inside)
{
	if (!inside) {
		add_lines(w, &part->lead, indent);
		add_hoisted(w, part, indent);
		buf_addf(w->out, "%*s", (int)indent, "");
	}
	if (part->key) {
		struct span text = w->tree->file->text;

		buf_add(w->out, text.p + part->key->start.offset, part->key->end.offset - part->key->start.offset);
		buf_addc(w->out, ':');
	} else {
		buf_addc(w->out, '-');
	}
	if (part->block && !part->key) {
		buf_addc(w->out, ' ');
		add_block(w, part->block, indent + STEP, true);
		return;
	}
	if (!part->block && part->value->start.offset < part->value->end.offset) {
		buf_addc(w->out, ' ');
		fmt_value(w->out, w->tree, part, indent, column_now(w));
	}
	buf_add_span(w->out, part->beside);
	buf_addc(w->out, '\n');
	if (part->block)
		add_block(w, part->block, indent + STEP, false);
}

static void add_block(struct writer *w, const struct fmt_block *block, size_t indent, bool inside)
{
	for (size_t i = 0; i < block->count; i++)
		add_part(w, &block->parts[i], indent, inside && i == 0);
	add_lines(w, &block->tail, indent);
}

/* ---- reading it again ---- */

static void count_fault(void *arg, const struct yaml_file *file, const struct yaml_fault *fault)
{
	(void)file;
	(void)fault;
	++*(size_t *)arg;
}

static int check_result(struct fmt_tree *tree, const struct buf *out, struct error *e)
{
	size_t faults = 0;
	const struct yaml_file *again = yaml_parse(tree->arena, "formatted", buf_span(out), count_fault, &faults);

	if (faults == 0 && again->root && fmt_same(tree->file, again, e) == 0)
		return 0;
	return error_at(e, ERROR_CONFIG, tree->file->path, 0, 0,
		"it has a form that the formatter does not know, and was left as it is");
}

int fmt_file(struct buf *out, const struct yaml_file *file, const struct option_block *root, struct error *e)
{
	struct arena arena;
	struct fmt_tree tree = {.arena = &arena, .file = file};
	struct writer w = {out, &tree};
	int status;

	arena_init(&arena);
	status = fmt_read(&tree, root, e);
	if (status == 0) {
		add_lines(&w, &tree.head, 0);
		add_block(&w, tree.root, 0, false);
		status = check_result(&tree, out, e);
	}
	arena_clear(&arena);
	return status;
}
