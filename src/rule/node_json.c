/*
 * Values that people write in a rule file -> JSON, and field paths -> JSON
 * pointers. It must not know what they are for.
 */
#include "base/base.h"
#include "rule/compile.h"

#include "base/jsonout.h"
#include "base/jsonscan.h"

/* Whether TEXT is a number by JSON's own grammar: 0123 and +1 are texts. */
static bool json_number(struct arena *arena, struct span text)
{
	struct jsonscan scan;
	char *padded = arena_zalloc(arena, text.n + 64);
	struct span raw;
	bool escaped;

	memcpy(padded, text.p, text.n);
	jsonscan_init(&scan, (struct span){padded, text.n});
	return jsonscan_value(&scan, &raw, &escaped) == JSON_NUMBER && jsonscan_end(&scan);
}

static void scalar(struct jsonout *out, const struct yaml_node *node, struct arena *arena)
{
	bool value;

	if (node->style == YAML_PLAIN || node->style == YAML_JSON) {
		if (yaml_is_null(node)) {
			jsonout_null(out);
			return;
		}
		if (yaml_is_bool(node, &value)) {
			jsonout_bool(out, value);
			return;
		}
		if (yaml_is_number(node) && json_number(arena, node->text)) {
			jsonout_raw(out, node->text);
			return;
		}
	}
	jsonout_span(out, node->text);
}

static void write_node(struct jsonout *out, const struct yaml_node *node, struct arena *arena)
{
	switch (node->kind) {
	case YAML_SCALAR: scalar(out, node, arena); break;
	case YAML_LIST:
		jsonout_open(out, '[');
		for (size_t i = 0; i < node->count; i++)
			write_node(out, node->items[i], arena);
		jsonout_close(out, ']');
		break;
	case YAML_MAP:
		jsonout_open(out, '{');
		for (size_t i = 0; i < node->count; i++) {
			jsonout_key(out, node->pairs[i].key->text.p);
			write_node(out, node->pairs[i].value, arena);
		}
		jsonout_close(out, '}');
		break;
	}
}

void node_json(struct buf *out, const struct yaml_node *node)
{
	struct jsonout json;
	struct arena arena;

	arena_init(&arena);
	jsonout_init(&json, out);
	write_node(&json, node, &arena);
	arena_clear(&arena);
}

const char *path_pointer(struct arena *arena, const char *path, int64_t element)
{
	struct buf out;
	const char *pointer;
	bool used = false;

	buf_init(&out, strlen(path) * 2 + 32);
	buf_addc(&out, '/');
	for (const char *p = path; *p; p++) {
		if (*p == '\\' && p[1]) {
			p++;
		} else if (*p == '.') {
			buf_addc(&out, '/');
			continue;
		} else if (p[0] == '[' && p[1] == ']') {
			if (used || element < 0) {
				buf_clear(&out);
				return NULL;
			}
			buf_addf(&out, "/%lld", (long long)element);
			used = true;
			p++;
			continue;
		}
		if (*p == '~')
			buf_adds(&out, "~0");
		else if (*p == '/')
			buf_adds(&out, "~1");
		else
			buf_addc(&out, *p);
	}
	pointer = arena_strdup(arena, buf_text(&out));
	buf_clear(&out);
	return pointer;
}
