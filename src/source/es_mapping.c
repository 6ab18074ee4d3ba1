/*
 * How fields are mapped, as far as aggregations over them are exact: what the
 * index holds must be what documents hold. Pure.
 */
#include "base/base.h"
#include "source/es_mapping.h"

#include "base/arena.h"

struct looking {
	const char *path;
	enum es_field field; /* so far */
	bool any;            /* an index was looked at */
};

static bool says(const struct json *leaf, const char *key)
{
	return json_get_key(leaf, span_of(key)) != NULL;
}

/* A value that is left out, changed or made up on its way into the index. */
static bool is_faithful(const struct json *leaf)
{
	int64_t cut = json_int(leaf, "ignore_above", 0);

	return (cut == 0 || cut >= INT32_MAX) && !says(leaf, "normalizer") && !says(leaf, "null_value") &&
	       !says(leaf, "script") && json_flag(leaf, "doc_values", true) && json_flag(leaf, "index", true);
}

static enum es_field field_of(const struct json *leaf)
{
	static const struct {
		const char *type;
		enum es_field field;
	} types[] = {
		{"keyword", ES_FIELD_TEXT},
		{"long", ES_FIELD_WHOLE},
		{"integer", ES_FIELD_WHOLE},
		{"short", ES_FIELD_WHOLE},
		{"byte", ES_FIELD_WHOLE},
		{"boolean", ES_FIELD_BOOL},
		{"date", ES_FIELD_TIME},
	};
	const char *type = json_text(leaf, "type", "");

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (strcmp(type, types[i].type) == 0)
			return is_faithful(leaf) ? types[i].field : ES_FIELD_OTHER;
	}
	return ES_FIELD_OTHER;
}

/* What is below `nested` is in documents of its own. */
static enum es_field find(const struct json *properties, const char *path)
{
	const char *dot = strchr(path, '.');
	struct span key = {path, dot ? (size_t)(dot - path) : strlen(path)};
	const struct json *node = json_get_key(properties, key);

	if (node == NULL || strcmp(json_text(node, "type", ""), "nested") == 0)
		return ES_FIELD_OTHER;
	return dot ? find(json_get(node, "properties"), dot + 1) : field_of(node);
}

static bool look(void *arg, const char *name, struct json *index)
{
	struct looking *l = arg;
	enum es_field field = find(json_get(index, "mappings.properties"), l->path);

	(void)name;
	if (l->any && field != l->field)
		field = ES_FIELD_OTHER;
	l->any = true;
	l->field = field;
	return field != ES_FIELD_OTHER;
}

enum es_field es_field_of(const struct json *mappings, const char *path)
{
	struct looking l = {.path = path, .field = ES_FIELD_OTHER};

	json_each(mappings, look, &l);
	return l.field;
}
