/* A JSON file as the same tree, with marks: json-c keeps none. */
#include "base/base.h"
#include "ext/yaml_private.h"

#include "base/jsonscan.h"
#include "base/limits.h"

static struct yaml_node *read_value(struct yaml_reader *r, struct jsonscan *s);

static struct yaml_mark here(struct yaml_reader *r, const char *p)
{
	return yaml_mark_at(r->file, (size_t)(p - r->file->text.p));
}

static struct yaml_node *text_node(struct yaml_reader *r, struct span raw, bool escaped, bool quoted)
{
	struct yaml_node *node = yaml_new_node(r, YAML_SCALAR, here(r, raw.p - quoted));

	node->end = here(r, raw.p + raw.n + quoted);
	node->style = quoted ? YAML_JSON : YAML_PLAIN;
	node->text = escaped ? jsonscan_unescape(r->arena, raw) : arena_span(r->arena, raw);
	return node;
}

static struct yaml_node *read_object(struct yaml_reader *r, struct jsonscan *s)
{
	struct yaml_node *map = yaml_new_node(r, YAML_MAP, here(r, s->p));
	struct span key;
	bool first = true, escaped;
	size_t capacity = 0;

	if (!jsonscan_enter(s, JSON_OBJECT))
		return NULL;
	while (jsonscan_key(s, &first, &key, &escaped)) {
		struct yaml_node *name = text_node(r, key, escaped, true), *value = read_value(r, s);
		if (value == NULL)
			return NULL;
		yaml_add_pair(r, map, name, value, &capacity);
	}
	map->end = here(r, s->p);
	return map;
}

static struct yaml_node *read_array(struct yaml_reader *r, struct jsonscan *s)
{
	struct yaml_node *list = yaml_new_node(r, YAML_LIST, here(r, s->p));
	bool first = true;
	size_t capacity = 0;

	if (!jsonscan_enter(s, JSON_ARRAY))
		return NULL;
	while (jsonscan_element(s, &first)) {
		struct yaml_node *item = read_value(r, s);
		if (item == NULL)
			return NULL;
		yaml_add_item(r, list, item, &capacity);
	}
	list->end = here(r, s->p);
	return list;
}

static struct yaml_node *read_value(struct yaml_reader *r, struct jsonscan *s)
{
	struct span raw;
	bool escaped;

	switch (jsonscan_peek(s)) {
	case JSON_BAD: return NULL;
	case JSON_OBJECT: return read_object(r, s);
	case JSON_ARRAY: return read_array(r, s);
	default: break;
	}
	enum json_kind kind = jsonscan_value(s, &raw, &escaped);
	return kind == JSON_BAD ? NULL : text_node(r, raw, escaped, kind == JSON_STRING);
}

struct yaml_node *yaml_read_json(struct yaml_reader *r)
{
	struct jsonscan s;

	jsonscan_init(&s, r->file->text);
	struct yaml_node *root = read_value(r, &s);
	if (s.why == NULL && jsonscan_end(&s))
		return root;
	struct yaml_mark at = here(r, s.p);
	return yaml_fail(r, "E0103", at, at, "JSON wants double quotes, no comments and no trailing commas",
		"not valid JSON: %s", s.why ? s.why : "cannot be read");
}
