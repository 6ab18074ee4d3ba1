/*
 * The body of a search: any YAML map -> JSON text. It must not know what a
 * search may say.
 */
#include "base/base.h"
#include "config/project_private.h"

#include "base/jsonout.h"
#include "base/limits.h"

#define BODY_BYTES (8 * (size_t)LIMIT_CONFIG_BYTES) /* more than the JSON of any file within its limit */

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

const char *body_of_node(struct option_reader *reader, const struct yaml_node *node)
{
	struct jsonout j;
	struct buf text;
	const char *body;

	if (node->kind != YAML_MAP) {
		struct diag *d =
			diag_error(reader->diags, "E0201", reader->file, node, "the body of a search must be a map");

		diag_help(reader->diags, d,
			"write it as YAML below \"body:\", or put the JSON into a file and name it by \"body_file:\"");
		return "{}";
	}
	buf_init(&text, BODY_BYTES);
	jsonout_init(&j, &text);
	write_node(&j, node);
	body = arena_strndup(reader->arena, buf_text(&text), text.len);
	buf_clear(&text);
	return body;
}

/* PATH beside the file of READER. */
static const char *beside(struct option_reader *reader, const char *path)
{
	const char *own = reader->file->path, *slash = strrchr(own, '/');

	if (path[0] == '/' || !slash)
		return path;
	return arena_printf(reader->arena, "%.*s/%s", (int)(slash - own), own, path);
}

static void remember(struct project_loader *l, const char *path)
{
	struct file_id id;

	if (!file_identify(&id, path))
		return;
	l->body_files =
		arena_grow(&l->project->arena, l->body_files, l->body_count, &l->body_capacity, sizeof(*l->body_files));
	l->body_files[l->body_count++] = id;
}

const char *body_of_file(struct project_loader *l, struct option_reader *reader, const struct query_file *file)
{
	const char *path = beside(reader, file->body_file);
	struct error e = {.kind = ERROR_NONE};
	struct option_reader inner = *reader;
	struct yaml_file *read = yaml_read(reader->arena, path, diag_yaml_fault, reader->diags, &e);

	if (!read) {
		diag_error(reader->diags, "E0101", reader->file, option_node(file->query.node, "body_file"), "%s: %s",
			file->body_file, e.message);
		return "{}";
	}
	remember(l, path);
	loader_add_text(l, path, read->text);
	inner.file = read;
	return read->root ? body_of_node(&inner, read->root) : "{}";
}
