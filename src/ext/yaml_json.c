/* A JSON file as the same tree, with marks: json-c keeps none. */
#include "base/base.h"
#include "ext/yaml_private.h"

#include "base/jsonscan.h"
#include "base/limits.h"

struct json_reader {
	struct yaml_reader *r;
	struct jsonscan scan;
	const struct yaml_node *open; /* the innermost object or array that was open at a failure */
	unsigned depth;
	bool deep; /* the failure is one of depth, and told already */
};

static struct yaml_node *read_value(struct json_reader *j);

static struct yaml_mark here(struct json_reader *j, const char *p)
{
	return yaml_here(j->r, (size_t)(p - j->r->file->text.p));
}

static struct yaml_node *text_node(struct json_reader *j, struct span raw, bool escaped, bool quoted)
{
	struct yaml_node *node = yaml_new_node(j->r, YAML_SCALAR, here(j, raw.p - quoted));

	node->end = here(j, raw.p + raw.n + quoted);
	node->style = quoted ? YAML_JSON : YAML_PLAIN;
	node->text = escaped ? jsonscan_unescape(j->r->arena, raw) : arena_span(j->r->arena, raw);
	return node;
}

static void read_members(struct json_reader *j, struct yaml_node *map)
{
	struct yaml_pairs pairs = {.map = map};
	struct span key;
	bool first = true, escaped;

	while (jsonscan_key(&j->scan, &first, &key, &escaped)) {
		struct yaml_node *name = text_node(j, key, escaped, true), *value = read_value(j);

		if (value == NULL)
			break;
		yaml_add_pair(j->r, &pairs, name, value);
	}
	yaml_end_pairs(&pairs);
}

static void read_elements(struct json_reader *j, struct yaml_node *list)
{
	bool first = true;
	size_t capacity = 0;

	while (jsonscan_element(&j->scan, &first)) {
		struct yaml_node *item = read_value(j);

		if (item == NULL)
			break;
		yaml_add_item(j->r, list, item, &capacity);
	}
}

static struct yaml_node *read_collection(struct json_reader *j, enum json_kind kind)
{
	struct yaml_node *node = yaml_new_node(j->r, kind == JSON_OBJECT ? YAML_MAP : YAML_LIST, here(j, j->scan.p));

	if (j->depth >= LIMIT_CONFIG_DEPTH) {
		j->deep = true;
		return yaml_fail(j->r, "E0108", node->start, yaml_mark_after(j->r->file, node->start), "flatten it",
			"nested deeper than LIMIT_CONFIG_DEPTH (%d)", LIMIT_CONFIG_DEPTH);
	}
	if (!jsonscan_enter(&j->scan, kind))
		return NULL;
	j->depth++;
	if (kind == JSON_OBJECT)
		read_members(j, node);
	else
		read_elements(j, node);
	j->depth--;
	if (j->scan.why != NULL || j->deep) {
		if (j->open == NULL)
			j->open = node;
		return NULL;
	}
	node->end = here(j, j->scan.p);
	return node;
}

static struct yaml_node *read_value(struct json_reader *j)
{
	enum json_kind kind = jsonscan_peek(&j->scan);
	struct span raw;
	bool escaped;

	if (kind == JSON_OBJECT || kind == JSON_ARRAY)
		return read_collection(j, kind);
	kind = jsonscan_value(&j->scan, &raw, &escaped);
	return kind == JSON_BAD ? NULL : text_node(j, raw, escaped, kind == JSON_STRING);
}

static void report(struct json_reader *j)
{
	struct yaml_file *file = j->r->file;
	struct yaml_fault fault = {.code = "E0103", .at = here(j, j->scan.p)};

	fault.end = yaml_mark_after(file, fault.at);
	fault.message = arena_printf(j->r->arena, "not valid JSON: %s", j->scan.why);
	fault.help = "JSON wants double quotes, no comments and no trailing commas";
	if (j->scan.p == j->scan.end && j->open != NULL) {
		fault.also = j->open->start;
		fault.also_label = "opened here and not closed";
	}
	j->r->report(j->r->arg, file, &fault);
}

struct yaml_node *yaml_read_json(struct yaml_reader *r)
{
	struct json_reader j = {.r = r};

	jsonscan_init(&j.scan, r->file->text);
	struct yaml_node *root = read_value(&j);
	if (root != NULL && jsonscan_end(&j.scan))
		return root;
	if (!j.deep)
		report(&j);
	return NULL;
}
