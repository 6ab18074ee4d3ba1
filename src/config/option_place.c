/*
 * Keys and blocks that stand in the wrong place: what was meant, and where it
 * belongs. It must not know any table.
 */
#include "base/base.h"
#include "config/option_private.h"

#include "base/limits.h"
#include "base/str.h"

#define BLOCKS_MAX 64 /* kinds of block in one file */
#define OWNERS_MAX 3  /* blocks that one message names */

struct seen {
	const struct option_block *blocks[BLOCKS_MAX];
	size_t count;
};

static void each_block(struct seen *seen, const struct option_block *block, option_visit *visit, void *arg)
{
	for (size_t i = 0; i < seen->count; i++)
		if (seen->blocks[i] == block)
			return;
	if (seen->count == BLOCKS_MAX)
		return;
	seen->blocks[seen->count++] = block;
	visit(arg, block);
	for (size_t i = 0; i < block->count; i++)
		if (block->options[i].block)
			each_block(seen, block->options[i].block, visit, arg);
	for (const struct option_variant *v = block->variants; v && v->kind; v++)
		each_block(seen, v->block, visit, arg);
}

void option_each_block(const struct option_block *root, option_visit *visit, void *arg)
{
	struct seen seen = {.count = 0};

	each_block(&seen, root, visit, arg);
}

struct owners {
	struct span key;
	const char *names[OWNERS_MAX + 1];
	size_t count;
	bool secret; /* the key holds a secret where it belongs */
};

static void visit_owner(void *arg, const struct option_block *block)
{
	struct owners *o = arg;

	for (size_t i = 0; i < block->count && o->count < OWNERS_MAX; i++) {
		if (!span_is(o->key, block->options[i].name))
			continue;
		o->names[o->count++] = block->name;
		o->secret |= block->options[i].type == OPTION_SECRET;
	}
}

static const char *const *key_names(struct arena *arena, const struct option_block *block)
{
	const char **names = arena_zalloc(arena, (block->count + 1) * sizeof(*names));

	for (size_t i = 0; i < block->count; i++)
		names[i] = block->options[i].name;
	return names;
}

static const char *owners_text(struct arena *arena, const struct owners *o)
{
	const char *text = arena_printf(arena, "\"%s\"", o->names[0]);

	for (size_t i = 1; i < o->count; i++)
		text = arena_printf(arena, "%s%s\"%s\"", text, i + 1 < o->count ? ", " : " or ", o->names[i]);
	return text;
}

static bool is_secret(const struct option_block *block, const char *name)
{
	for (size_t i = 0; name && i < block->count; i++)
		if (strcmp(block->options[i].name, name) == 0)
			return block->options[i].type == OPTION_SECRET;
	return false;
}

bool option_meant(const struct option_block *block, const struct yaml_node *node, const char *name)
{
	struct arena arena;
	const char *const *names;
	bool meant = false;

	arena_init(&arena);
	names = key_names(&arena, block);
	for (size_t i = 0; i < node->count && !meant; i++) {
		struct span key = node->pairs[i].key->text;
		const char *near;

		if (option_find(block, key))
			continue;
		near = name ? str_nearest(key.p, names) : NULL;
		meant = name == NULL || (near && strcmp(near, name) == 0);
	}
	arena_clear(&arena);
	return meant;
}

void option_unknown_key(struct option_walk *walk, const struct option_block *block, const struct yaml_pair *pair)
{
	struct option_reader *r = walk->reader;
	const struct yaml_node *key = pair->key;
	const char *const *names = key_names(r->arena, block);
	const char *near = str_nearest(key->text.p, names), *text = key->text.p;
	struct owners owners = {.key = key->text};
	struct diag *d;

	option_each_block(walk->root, visit_owner, &owners);
	if (owners.count > 0)
		d = diag_error(r->diags, "E0208", r->file, key, "key \"%s\" stands under \"%s\"; it belongs under %s",
			text, block->name, owners_text(r->arena, &owners));
	else if (near)
		d = diag_error(r->diags, "E0203", r->file, key, "unknown key \"%s\"; did you mean \"%s\"?", text, near);
	else
		d = diag_error(r->diags, "E0203", r->file, key, "unknown key \"%s\"", text);
	if (owners.secret || is_secret(block, near))
		diag_hide(d, pair->value);
	if (owners.count > 0 && near)
		diag_help(r->diags, d, "or did you mean \"%s\"?", near);
	else
		diag_help(r->diags, d, "keys of %s: %s", block->name, option_list_text(r->arena, names));
}

const struct option_block *option_pick_kind(
	struct option_reader *r, const struct option_block *block, const struct yaml_node *node)
{
	const struct yaml_node *kind = yaml_find(node, "kind");
	const char *names[BLOCKS_MAX + 1] = {NULL};
	const char *list, *near;
	struct diag *d;

	for (size_t i = 0; i < BLOCKS_MAX && block->variants[i].kind; i++) {
		names[i] = block->variants[i].kind;
		if (kind && kind->kind == YAML_SCALAR && span_is(kind->text, names[i]))
			return block->variants[i].block;
	}
	list = option_list_text(r->arena, names);
	if (!kind) {
		d = diag_error(r->diags, "E0204", r->file, node, "\"kind\" is missing under \"%s\"", block->name);
	} else if (kind->kind != YAML_SCALAR) {
		d = diag_error(r->diags, "E0201", r->file, kind, "\"kind\" must be one word");
	} else {
		near = str_nearest(kind->text.p, names);
		d = diag_error(r->diags, "E0202", r->file, kind, "\"kind\" of a %s cannot be \"%s\"%s", block->name,
			kind->text.p, near ? arena_printf(r->arena, "; did you mean \"%s\"?", near) : "");
	}
	diag_help(r->diags, d, "it is one of: %s", list);
	return NULL;
}

/* What tells one kind of file from another, and where it lives. */
static const struct {
	const char *name, *place;
	const char *marks[6];
} files[] = {
	[OPTION_FILE_PROJECT] = {"project", "kenpin.yaml", {"sources", "receivers", "routes"}},
	[OPTION_FILE_QUERY] = {"query", "queries/NAME.yaml", {"source", "index", "body", "body_file", "for_each"}},
	[OPTION_FILE_RULES] = {"rule", "rules/NAME.yaml", {"rules"}},
};

static bool has_mark(const struct yaml_node *root, size_t kind)
{
	for (size_t i = 0; i < ARRAY_LEN(files[kind].marks) && files[kind].marks[i]; i++)
		if (yaml_find(root, files[kind].marks[i]))
			return true;
	return false;
}

static bool has_fault(const struct diags *d, const struct yaml_file *file)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->items[i].file == file && d->items[i].level == DIAG_ERROR)
			return true;
	return false;
}

bool option_check_file(struct option_reader *r, enum option_file kind)
{
	const struct yaml_node *root = r->file->root;
	struct diag *d;

	if (!root || yaml_is_null(root)) {
		if (!has_fault(r->diags, r->file)) {
			d = diag_error(r->diags, "E0210", r->file, NULL, "the file is empty: a %s file is wanted here",
				files[kind].name);
			diag_help(r->diags, d, "see the example in `kenpin explain E0210`");
		}
		return false;
	}
	if (has_mark(root, kind))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		if (!has_mark(root, i))
			continue;
		d = diag_error(r->diags, "E0210", r->file, root, "this is a %s file, and a %s file is wanted here",
			files[i].name, files[kind].name);
		diag_help(r->diags, d, "%s files live in %s", files[i].name, files[i].place);
		return false;
	}
	if (kind == OPTION_FILE_QUERY && (yaml_find(root, "query") || yaml_find(root, "aggs"))) {
		d = diag_error(r->diags, "E0210", r->file, root,
			"this is a bare search body, and a query file is wanted here");
		diag_help(r->diags, d, "say \"source: NAME\" and put the body under \"body:\"");
		return false;
	}
	return true;
}
