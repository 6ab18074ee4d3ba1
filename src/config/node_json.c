/*
 * A YAML tree as JSON. It must not know what the values are for.
 */
#include "base/base.h"
#include "config/node_json.h"

#include "base/jsonout.h"

static void write_scalar(struct jsonout *j, const struct yaml_node *node)
{
	bool value;

	if (yaml_is_null(node))
		jsonout_null(j);
	else if (yaml_is_bool(node, &value))
		jsonout_bool(j, value);
	else if (yaml_is_number(node))
		jsonout_raw(j, node->text);
	else
		jsonout_span(j, node->text);
}

static void write_node(struct jsonout *j, const struct yaml_node *node)
{
	switch (node->kind) {
	case YAML_SCALAR: write_scalar(j, node); break;
	case YAML_LIST:
		jsonout_open(j, '[');
		for (size_t i = 0; i < node->count; i++)
			write_node(j, node->items[i]);
		jsonout_close(j, ']');
		break;
	case YAML_MAP:
		jsonout_open(j, '{');
		for (size_t i = 0; i < node->count; i++) {
			jsonout_key(j, node->pairs[i].key->text.p);
			write_node(j, node->pairs[i].value);
		}
		jsonout_close(j, '}');
		break;
	}
}

void node_json(struct buf *out, const struct yaml_node *node)
{
	struct jsonout j;

	jsonout_init(&j, out);
	write_node(&j, node);
}
