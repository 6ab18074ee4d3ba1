/*
 * Tables for editors: a JSON Schema (2020-12). Choices are written as if and
 * then, never as oneOf, so that an editor can say what is wrong. It must not
 * know any table.
 */
#include "base/base.h"
#include "config/option_private.h"

#include "base/jsonout.h"
#include "base/limits.h"

#define NAME_PATTERN "^[A-Za-z0-9._-]+$"

static void add_types(struct jsonout *j, const char *const *types)
{
	jsonout_key(j, "type");
	jsonout_open(j, '[');
	for (; *types; types++)
		jsonout_text(j, *types);
	jsonout_close(j, ']');
}

/* Plain scalars are typed by the table, whatever an editor takes them for. */
static void add_text_type(struct jsonout *j)
{
	static const char *const types[] = {"string", "number", "boolean", NULL};

	add_types(j, types);
}

/* The name of a block's definition, after PREFIX: one word. */
static void definition_name(char out[128], const char *prefix, const struct option_block *block)
{
	snprintf(out, 128, "%s%s", prefix, block->name);
	for (; *out; out++)
		if (*out == ' ')
			*out = '-';
}

static void add_ref(struct jsonout *j, const struct option_block *block)
{
	char ref[128];

	definition_name(ref, "#/$defs/", block);
	jsonout_pair(j, "$ref", ref);
}

static void open_key(struct jsonout *j, const char *key)
{
	jsonout_key(j, key);
	jsonout_open(j, '{');
}

static void add_texts(struct jsonout *j)
{
	open_key(j, "if");
	jsonout_pair(j, "type", "array");
	jsonout_close(j, '}');
	open_key(j, "then");
	open_key(j, "items");
	add_text_type(j);
	jsonout_close(j, '}');
	jsonout_close(j, '}');
	open_key(j, "else");
	add_text_type(j);
	jsonout_close(j, '}');
}

/* Any shape; a map, or each map of a list, is the block. */
static void add_node(struct jsonout *j, const struct option_block *block)
{
	if (!block)
		return;
	open_key(j, "if");
	jsonout_pair(j, "type", "object");
	jsonout_close(j, '}');
	open_key(j, "then");
	add_ref(j, block);
	jsonout_close(j, '}');
	open_key(j, "else");
	open_key(j, "items");
	add_ref(j, block);
	jsonout_close(j, '}');
	jsonout_close(j, '}');
}

static void add_named(struct jsonout *j, const struct option_block *block)
{
	jsonout_pair(j, "type", "object");
	open_key(j, "propertyNames");
	jsonout_pair(j, "pattern", NAME_PATTERN);
	jsonout_pair_int(j, "maxLength", LIMIT_NAME_CHARS);
	jsonout_close(j, '}');
	open_key(j, "additionalProperties");
	add_ref(j, block);
	jsonout_close(j, '}');
}

static void add_list(struct jsonout *j, const struct option_block *block)
{
	jsonout_pair(j, "type", "array");
	open_key(j, "items");
	add_ref(j, block);
	jsonout_close(j, '}');
}

static void add_integer(struct jsonout *j, const struct option *o)
{
	jsonout_pair(j, "type", "integer");
	if (o->min != 0 || o->max != 0) {
		jsonout_pair_int(j, "minimum", o->min);
		jsonout_pair_int(j, "maximum", o->max);
	}
}

static void add_enum(struct jsonout *j, const char *const *values)
{
	jsonout_key(j, "enum");
	jsonout_open(j, '[');
	for (; *values; values++)
		jsonout_text(j, *values);
	jsonout_close(j, ']');
}

static void add_type(struct jsonout *j, const struct option *o)
{
	static const char *const name[] = {"string", "number", NULL}, *const size[] = {"string", "integer", NULL};

	switch (o->type) {
	case OPTION_TEXT: add_text_type(j); break;
	case OPTION_NAME:
		add_types(j, name);
		jsonout_pair(j, "pattern", NAME_PATTERN);
		jsonout_pair_int(j, "maxLength", LIMIT_NAME_CHARS);
		break;
	case OPTION_BOOL: jsonout_pair(j, "type", "boolean"); break;
	case OPTION_INT: add_integer(j, o); break;
	case OPTION_DECIMAL: add_types(j, name); break;
	case OPTION_DURATION:
		jsonout_pair(j, "type", "string");
		jsonout_pair(j, "pattern", "^[0-9]+(ms|s|m|h|d|w)$");
		break;
	case OPTION_BYTES:
		add_types(j, size);
		jsonout_pair(j, "pattern", "^[0-9]+(k|K|KiB|m|M|MiB|g|G|GiB)?$");
		break;
	case OPTION_ENUM: add_enum(j, o->values); break;
	case OPTION_INSTANT:
	case OPTION_PATH: jsonout_pair(j, "type", "string"); break;
	case OPTION_TEXTS: add_texts(j); break;
	case OPTION_SECRET:
		jsonout_pair(j, "type", "string");
		jsonout_pair(j, "pattern", "^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$");
		break;
	case OPTION_NODE: add_node(j, o->block); break;
	case OPTION_BLOCK: add_ref(j, o->block); break;
	case OPTION_BLOCKS: add_list(j, o->block); break;
	case OPTION_NAMED: add_named(j, o->block); break;
	}
}

static void add_default(struct jsonout *j, const struct option *o)
{
	jsonout_key(j, "default");
	if (o->type == OPTION_BOOL || o->type == OPTION_INT || o->type == OPTION_BLOCK)
		jsonout_raw(j, span_of(o->fallback));
	else
		jsonout_text(j, o->fallback);
}

static void add_properties(struct jsonout *j, const struct option_block *block)
{
	open_key(j, "properties");
	for (size_t i = 0; i < block->count; i++) {
		const struct option *o = &block->options[i];

		open_key(j, o->name);
		jsonout_pair(j, "description", o->help);
		add_type(j, o);
		if (o->fallback)
			add_default(j, o);
		jsonout_close(j, '}');
	}
	jsonout_close(j, '}');
}

static void add_required(struct jsonout *j, const struct option_block *block)
{
	jsonout_key(j, "required");
	jsonout_open(j, '[');
	for (size_t i = 0; i < block->count; i++)
		if (block->options[i].required)
			jsonout_text(j, block->options[i].name);
	jsonout_close(j, ']');
}

static void add_variants(struct jsonout *j, const struct option_variant *variants)
{
	open_key(j, "properties");
	open_key(j, "kind");
	jsonout_key(j, "enum");
	jsonout_open(j, '[');
	for (const struct option_variant *v = variants; v->kind; v++)
		jsonout_text(j, v->kind);
	jsonout_close(j, ']');
	jsonout_close(j, '}');
	jsonout_close(j, '}');
	jsonout_key(j, "required");
	jsonout_raw(j, SPAN_LITERAL("[\"kind\"]"));
	jsonout_key(j, "allOf");
	jsonout_open(j, '[');
	for (const struct option_variant *v = variants; v->kind; v++) {
		jsonout_open(j, '{');
		open_key(j, "if");
		open_key(j, "properties");
		open_key(j, "kind");
		jsonout_pair(j, "const", v->kind);
		jsonout_close(j, '}');
		jsonout_close(j, '}');
		jsonout_close(j, '}');
		open_key(j, "then");
		add_ref(j, v->block);
		jsonout_close(j, '}');
		jsonout_close(j, '}');
	}
	jsonout_close(j, ']');
}

static void add_definition(void *arg, const struct option_block *block)
{
	struct jsonout *j = arg;
	char name[128];

	definition_name(name, "", block);
	open_key(j, name);
	jsonout_pair(j, "description", block->help);
	jsonout_pair(j, "type", "object");
	if (block->variants) {
		add_variants(j, block->variants);
	} else {
		jsonout_pair_bool(j, "additionalProperties", false);
		add_required(j, block);
		add_properties(j, block);
	}
	jsonout_close(j, '}');
}

void option_schema(struct buf *out, const struct option_block *root, const char *id, const char *title)
{
	struct jsonout j;

	jsonout_init(&j, out);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "$schema", "https://json-schema.org/draft/2020-12/schema");
	jsonout_pair(&j, "$id", id);
	jsonout_pair(&j, "title", title);
	add_ref(&j, root);
	open_key(&j, "$defs");
	option_each_block(root, add_definition, &j);
	jsonout_close(&j, '}');
	jsonout_close(&j, '}');
	buf_addc(out, '\n');
}
