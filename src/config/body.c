/*
 * The body of a search: any YAML map -> JSON text. It must not know what a
 * search may say.
 */
#include "base/base.h"
#include "config/project_private.h"

#include "base/limits.h"
#include "config/node_json.h"

#define BODY_BYTES (8 * (size_t)LIMIT_CONFIG_BYTES) /* more than the JSON of any file within its limit */

const char *body_of_node(struct option_reader *reader, const struct yaml_node *node)
{
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
	node_json(&text, node);
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
