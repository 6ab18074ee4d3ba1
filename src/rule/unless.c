/*
 * unless_open: the rules that a rule waits for are there, and none waits for
 * itself in the end: its findings would hide one another for ever. It must not
 * know what waiting is.
 */
#include "base/base.h"
#include "rule/compile.h"

#include "base/str.h"

enum colour { NEW, ON_THE_WAY, DONE };

struct node {
	const struct rule_entry *entry;
	const struct yaml_file *file;
	enum colour colour;
	const struct node *next; /* on the way */
};

struct graph {
	struct compiler *k;
	struct map ids; /* struct node */
	struct node *nodes;
	size_t count;
};

static const struct yaml_node *place(const struct rule_entry *entry, size_t i)
{
	const struct yaml_node *list = option_node(entry->node, "unless_open");

	return list->kind == YAML_LIST && i < list->count ? list->items[i] : list;
}

static void unknown(struct graph *g, const struct node *n, size_t i)
{
	const char *id = n->entry->unless_open.items[i], *near;
	const char **ids = xcalloc(g->count + 1, sizeof(*ids));
	struct diag *d;

	for (size_t k = 0; k < g->count; k++)
		ids[k] = g->nodes[k].entry->id;
	near = str_nearest(id, ids);
	free(ids);
	d = diag_error(g->k->diags, "E0209", n->file, place(n->entry, i), "there is no rule \"%s\"", id);
	if (near)
		diag_help(g->k->diags, d, "did you mean \"%s\"?", near);
	else
		diag_help(g->k->diags, d, "kenpin rules list shows all");
}

/* AT waits for START, from which the way leads to AT. */
static void ring(struct graph *g, const struct node *start, const struct node *at, size_t i)
{
	const char *way = start->entry->id;
	struct diag *d;

	for (const struct node *n = start; n != at; n = n->next)
		way = arena_printf(g->k->arena, "%s, %s", way, n->next->entry->id);
	d = diag_error(g->k->diags, "E0317", at->file, place(at->entry, i),
		"\"%s\" waits for itself in the end: %s, %s", start->entry->id, way, start->entry->id);
	diag_help(g->k->diags, d, "let the one that tells of the cause wait for none");
}

static void walk(struct graph *g, struct node *n)
{
	n->colour = ON_THE_WAY;
	for (size_t i = 0; i < n->entry->unless_open.count; i++) {
		struct node *other = map_find(&g->ids, span_of(n->entry->unless_open.items[i]));

		if (other == NULL) {
			unknown(g, n, i);
		} else if (other->colour == ON_THE_WAY) {
			ring(g, other, n, i);
		} else if (other->colour == NEW) {
			n->next = other;
			walk(g, other);
		}
	}
	n->colour = DONE;
}

void unless_check(struct compiler *k, const struct rule_entry **entries, const struct yaml_file **files, size_t count)
{
	struct graph g = {.k = k, .nodes = xcalloc(count + 1, sizeof(*g.nodes)), .count = count};

	map_init(&g.ids);
	for (size_t i = 0; i < count; i++) {
		g.nodes[i] = (struct node){.entry = entries[i], .file = files[i]};
		*map_put(&g.ids, span_of(entries[i]->id)) = &g.nodes[i];
	}
	for (size_t i = 0; i < count; i++)
		if (g.nodes[i].colour == NEW)
			walk(&g, &g.nodes[i]);
	map_clear(&g.ids);
	free(g.nodes);
}
