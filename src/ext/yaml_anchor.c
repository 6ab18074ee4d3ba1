/*
 * Anchors, aliases and merge keys, of files that were written for other
 * programs. It must not know libfyaml.
 */
#include "base/base.h"
#include "ext/yaml_private.h"

#include "base/limits.h"

struct yaml_anchor {
	struct yaml_node *node;
	size_t nodes; /* in it */
};

void yaml_anchor_add(
	struct yaml_reader *r, struct yaml_anchors *a, struct span name, struct yaml_node *node, size_t nodes)
{
	struct yaml_anchor *anchor = arena_alloc(r->arena, sizeof(*anchor));

	*anchor = (struct yaml_anchor){node, nodes};
	*map_put(&a->map, name) = anchor; /* the last of that name is meant */
}

struct yaml_node *yaml_anchor_find(struct yaml_reader *r, struct yaml_anchors *a, struct span name, struct yaml_mark at)
{
	const struct yaml_anchor *anchor = map_find(&a->map, name);

	if (anchor == NULL)
		return yaml_fail(r, "E0106", at, yaml_mark_after(r->file, at),
			"an anchor, &name, stands before its aliases", "no anchor \"%.*s\" stands before this alias",
			SPAN_ARG(name));
	a->nodes += anchor->nodes;
	if (a->nodes > LIMIT_YAML_NODES)
		return yaml_fail(r, "E0108", at, yaml_mark_after(r->file, at), "write the values out",
			"with its aliases written out the file has more than LIMIT_YAML_NODES (%u) values",
			LIMIT_YAML_NODES);
	return anchor->node;
}

static void merge_map(struct yaml_reader *r, struct yaml_pairs *pairs, const struct yaml_node *map)
{
	for (size_t i = 0; i < map->count; i++)
		if (yaml_same_key(pairs, map->pairs[i].key->text) == NULL)
			yaml_add_pair(r, pairs, map->pairs[i].key, map->pairs[i].value);
}

bool yaml_merge(struct yaml_reader *r, struct yaml_pairs *pairs, const struct yaml_node *value)
{
	if (value->kind == YAML_MAP)
		merge_map(r, pairs, value);
	for (size_t i = 0; value->kind == YAML_LIST && i < value->count; i++) {
		if (value->items[i]->kind != YAML_MAP)
			return false;
		merge_map(r, pairs, value->items[i]);
	}
	return value->kind != YAML_SCALAR;
}
