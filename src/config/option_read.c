/*
 * Blocks of a file -> structs, as their tables say. It reads on after
 * everything that is wrong, so that one check shows all of it. It must not know
 * any table.
 */
#include "base/base.h"
#include "config/option_private.h"

#include "base/limits.h"

static void *read_block(struct option_walk *walk, const struct option_block *block, const struct yaml_node *node);

const struct option *option_find(const struct option_block *block, struct span name)
{
	for (size_t i = 0; i < block->count; i++)
		if (span_is(name, block->options[i].name))
			return &block->options[i];
	return NULL;
}

static const char *kind_text(const struct yaml_node *node)
{
	switch (node->kind) {
	case YAML_SCALAR: return "a single value";
	case YAML_LIST: return "a list";
	case YAML_MAP: return "a block of keys";
	}
	return "";
}

static void wrong_shape(
	struct option_reader *r, const char *name, const char *help, const char *wanted, const struct yaml_node *node)
{
	struct diag *d = diag_error(
		r->diags, "E0201", r->file, node, "\"%s\" must be %s, not %s", name, wanted, kind_text(node));

	if (help)
		diag_help(r->diags, d, "%s: %s", name, help);
}

static bool is_empty(const struct yaml_node *node)
{
	return node->kind == YAML_SCALAR && node->style == YAML_PLAIN && node->text.n == 0;
}

static void read_texts(struct option_reader *r, const struct option *o, struct texts *out, const struct yaml_node *node)
{
	const struct option text = {.name = o->name, .type = OPTION_TEXT};
	size_t count = node->kind == YAML_LIST ? node->count : 1;
	struct texts texts = {.items = arena_zalloc(r->arena, (count + 1) * sizeof(*texts.items))};

	for (size_t i = 0; i < count; i++) {
		const struct yaml_node *item = node->kind == YAML_LIST ? node->items[i] : node;
		const char *value = NULL;

		if (item->kind != YAML_SCALAR)
			wrong_shape(r, o->name, o->help, "a list of texts", item);
		else if (is_empty(item))
			diag_error(r->diags, "E0201", r->file, item->end.offset ? item : node,
				"an entry of \"%s\" has no value", o->name);
		else
			option_read_scalar(r, &text, &value, item);
		if (value)
			texts.items[texts.count++] = value;
	}
	*out = texts;
}

static void read_blocks(
	struct option_walk *walk, const struct option *o, struct blocks *out, const struct yaml_node *node)
{
	struct option_reader *r = walk->reader;

	if (node->kind != YAML_LIST) {
		struct diag *d = diag_error(r->diags, "E0201", r->file, node, "\"%s\" must be a list of blocks, not %s",
			o->name, kind_text(node));

		diag_help(r->diags, d, "begin every entry with \"- \"");
		return;
	}
	*out = (struct blocks){.items = arena_zalloc(r->arena, (node->count + 1) * sizeof(*out->items))};
	for (size_t i = 0; i < node->count; i++) {
		void *item = read_block(walk, o->block, node->items[i]);

		if (item)
			out->items[out->count++] = item;
	}
}

static void read_named(
	struct option_walk *walk, const struct option *o, struct blocks *out, const struct yaml_node *node)
{
	struct option_reader *r = walk->reader;

	if (node->kind != YAML_MAP) {
		wrong_shape(r, o->name, o->help, "a map of names to blocks", node);
		return;
	}
	*out = (struct blocks){.items = arena_zalloc(r->arena, (node->count + 1) * sizeof(*out->items))};
	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_node *key = node->pairs[i].key;
		void *item = read_block(walk, o->block, node->pairs[i].value);

		if (!option_name_valid(key->text)) {
			struct diag *d = diag_error(
				r->diags, "E0206", r->file, key, "not a name that a %s can have", o->block->name);

			diag_help(r->diags, d, "letters, digits, - _ and . alone, at most %d", LIMIT_NAME_CHARS);
		}
		if (!item)
			continue;
		*(const char **)item = key->text.p;
		out->items[out->count++] = item;
	}
}

/* Reads NODE into FIELD as O says; the field keeps what it holds when that is not possible. */
static void read_value(struct option_walk *walk, const struct option *o, void *field, const struct yaml_node *node)
{
	struct option_reader *r = walk->reader;

	switch (o->type) {
	case OPTION_NODE: *(const struct yaml_node **)field = node; break;
	case OPTION_TEXTS: read_texts(r, o, field, node); break;
	case OPTION_BLOCK: *(void **)field = read_block(walk, o->block, node); break;
	case OPTION_BLOCKS: read_blocks(walk, o, field, node); break;
	case OPTION_NAMED: read_named(walk, o, field, node); break;
	default:
		if (node->kind == YAML_SCALAR)
			option_read_scalar(r, o, field, node);
		else
			wrong_shape(r, o->name, o->help, option_type_text(r->arena, o), node);
	}
}

/* Defaults are written as in a file; that of a block, "{}", stands for a block without keys at the place of its parent.
 */
static void read_fallback(struct option_walk *walk, const struct option *o, void *field, const struct yaml_node *parent)
{
	struct yaml_node node = *parent;

	node.kind = o->type == OPTION_BLOCK ? YAML_MAP : YAML_SCALAR;
	node.style = YAML_PLAIN;
	node.count = 0;
	node.text = span_of(o->fallback);
	read_value(walk, o, field, &node);
}

static void read_pair(
	struct option_walk *walk, const struct option_block *block, char *out, const struct yaml_pair *pair)
{
	struct option_reader *r = walk->reader;
	const struct option *o = option_find(block, pair->key->text);
	struct diag *d;

	if (!o) {
		option_unknown_key(walk, block, pair);
	} else if (o->type != OPTION_NODE && is_empty(pair->value)) {
		d = diag_error(r->diags, "E0201", r->file, pair->key, "\"%s\" has no value", o->name);
		diag_help(r->diags, d, "it must be %s", option_type_text(r->arena, o));
	} else {
		read_value(walk, o, out + o->offset, pair->value);
	}
}

static void check_required(struct option_reader *r, const struct option_block *block, const struct yaml_node *node)
{
	for (size_t i = 0; i < block->count; i++) {
		const struct option *o = &block->options[i];
		struct diag *d;

		if (!o->required || yaml_find(node, o->name) || option_meant(block, node, o->name))
			continue;
		d = diag_error(
			r->diags, "E0204", r->file, node, "\"%s\" is missing under \"%s\"", o->name, block->name);
		diag_help(r->diags, d, "%s: %s", o->name, o->help);
	}
}

static void *make_struct(struct option_reader *r, const struct option_block *block, const struct yaml_node *node)
{
	char *out = arena_zalloc(r->arena, block->size);

	if (block->node_offset != OPTION_NO_NODE)
		*(const struct yaml_node **)(void *)(out + block->node_offset) = node;
	return out;
}

/* The node of the block outlives it only when it came from a file, not from a default. */
static const struct yaml_node *lasting_node(struct option_reader *r, const struct yaml_node *node)
{
	struct yaml_node *copy;

	if (node->count > 0)
		return node;
	copy = arena_alloc(r->arena, sizeof(*copy));
	*copy = *node;
	return copy;
}

static void *read_block(struct option_walk *walk, const struct option_block *block, const struct yaml_node *node)
{
	struct option_reader *r = walk->reader;
	const struct option_block *table = block;
	char *out;

	if (node->kind != YAML_MAP) {
		wrong_shape(r, block->name, block->help, "a block of keys", node);
		return NULL;
	}
	node = lasting_node(r, node);
	if (block->pick)
		table = block->pick(r, node);
	if (!table)
		return make_struct(r, block, node);
	out = make_struct(r, table, node);
	for (size_t i = 0; i < table->count; i++) {
		if (table->options[i].fallback)
			read_fallback(walk, &table->options[i], out + table->options[i].offset, node);
	}
	for (size_t i = 0; i < node->count; i++)
		read_pair(walk, table, out, &node->pairs[i]);
	check_required(r, table, node);
	if (table->finish)
		table->finish(out, r, node);
	return out;
}

void *option_read(struct option_reader *reader, const struct option_block *block, const struct yaml_node *node)
{
	struct option_walk walk = {reader, block};

	return read_block(&walk, block, node);
}

const struct yaml_node *option_node(const struct yaml_node *block_node, const char *key)
{
	const struct yaml_node *node = yaml_find(block_node, key);

	return node ? node : block_node;
}
