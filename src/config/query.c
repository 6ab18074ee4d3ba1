/*
 * Reading saved queries: all below queries/, or one from anywhere.
 */
#include "base/base.h"
#include "config/project_private.h"

#include "base/limits.h"
#include "config/diag_private.h"

static const char *const query_endings[] = {".yaml", ".yml", NULL};
static const char *const body_endings[] = {".json", NULL};

static struct option_reader reader_of(struct project_loader *l, const struct yaml_file *file)
{
	struct project *p = l->project;

	return (struct option_reader){.arena = &p->arena, .diags = &p->diags, .file = file, .folder = p->folder};
}

/* The name of a file without folder and ending. */
static const char *stem(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');

	return arena_strndup(arena, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

static void check_name(struct project_loader *l, const struct query *q)
{
	struct project *p = l->project;
	const struct query *other = project_query(p, q->name);
	struct diag *d;

	if (!option_name_valid(span_of(q->name))) {
		d = diag_error(
			&p->diags, "E0206", q->file, NULL, "the name of this file is not a name that a query can have");
		diag_help(&p->diags, d, "letters, digits, - _ and . alone, at most %d", LIMIT_NAME_CHARS);
	}
	if (other) {
		d = diag_error(&p->diags, "E0207", q->file, NULL, "there is a query \"%s\" already", q->name);
		diag_help(&p->diags, d, "it is in %s", diag_path(&p->diags, other->file));
	}
}

static struct query *read_query(struct project_loader *l, const struct yaml_file *file)
{
	struct option_reader reader = reader_of(l, file);
	struct query_file *read;

	if (!option_check_file(&reader, OPTION_FILE_QUERY))
		return NULL;
	read = option_read(&reader, &query_block, file->root);
	if (!read)
		return NULL;
	read->query.name = stem(&l->project->arena, file->path);
	finish_query(l, &reader, read);
	return &read->query;
}

static void add_query(struct project_loader *l, const char *path, size_t *capacity)
{
	struct project *p = l->project;
	struct error e = {.kind = ERROR_NONE};
	struct yaml_file *file = yaml_read(&p->arena, path, diag_yaml_fault, &p->diags, &e);
	struct query *q;

	if (!file) {
		loader_unreadable(l, path, &e);
		return;
	}
	loader_add_text(l, path, file->text);
	q = read_query(l, file);
	if (!q)
		return;
	check_name(l, q);
	p->queries = arena_grow(&p->arena, p->queries, p->query_count, capacity, sizeof(struct query *));
	p->queries[p->query_count++] = q;
}

static bool is_body_file(const struct project_loader *l, const char *path)
{
	struct file_id id;

	if (!file_identify(&id, path))
		return false;
	for (size_t i = 0; i < l->body_count; i++)
		if (file_same(&l->body_files[i], &id))
			return true;
	return false;
}

/* A JSON file that no query names would be passed over in silence. */
static void check_bodies(struct project_loader *l, const struct texts *bodies)
{
	struct project *p = l->project;

	for (size_t i = 0; i < bodies->count; i++) {
		const char *path = bodies->items[i], *name = stem(&p->arena, path);
		struct yaml_file *file;
		struct diag *d;

		if (is_body_file(l, path))
			continue;
		file = arena_zalloc(&p->arena, sizeof(*file));
		file->path = path;
		d = diag_error(&p->diags, "E0210", file, NULL, "a bare search body, which no query names");
		diag_help(&p->diags, d,
			"write %s.yaml beside it, with \"source: NAME\", \"index: NAME\" and \"body_file: %s.json\"",
			name, name);
	}
}

void read_queries(struct project_loader *l)
{
	struct project *p = l->project;
	const char *folder = arena_printf(&p->arena, "%s/queries", p->folder);
	struct texts files, bodies;
	struct error e = {.kind = ERROR_NONE};
	size_t capacity = 0;

	if (list_files(&p->arena, folder, query_endings, &files, &e) < 0 ||
		list_files(&p->arena, folder, body_endings, &bodies, &e) < 0) {
		loader_unreadable(l, folder, &e);
		return;
	}
	for (size_t i = 0; i < files.count; i++)
		add_query(l, files.items[i], &capacity);
	check_bodies(l, &bodies);
}

/* ---- one from anywhere ---- */

static void ignore_fault(void *arg, const struct yaml_file *file, const struct yaml_fault *fault)
{
	(void)file;
	(void)fault;
	*(bool *)arg = true;
}

/* Standard input has no ending: what is no YAML but begins like JSON is read as JSON, for its clearer messages. */
static struct yaml_file *read_input(struct project *p, struct error *e)
{
	bool faulty = false;
	struct yaml_file *file = yaml_read(&p->arena, "-", ignore_fault, &faulty, e);
	size_t blank;

	if (!file || !faulty)
		return file;
	blank = strspn(file->text.p, " \t\r\n");
	return yaml_parse(
		&p->arena, file->text.p[blank] == '{' ? "stdin.json" : "stdin", file->text, diag_yaml_fault, &p->diags);
}

static bool is_query_file(const struct yaml_node *root)
{
	static const char *const marks[] = {"source", "index", "body", "body_file", "for_each", "key"};

	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		if (yaml_find(root, marks[i]))
			return true;
	return false;
}

/* A query made of a bare body alone: it reads the only source there is, or leaves the choice to the caller. */
static struct query *bare_query(struct project_loader *l, const struct yaml_file *file)
{
	struct project *p = l->project;
	struct option_reader reader = reader_of(l, file);
	struct query *q = arena_zalloc(&p->arena, sizeof(*q));

	q->name = strcmp(file->path, "-") == 0 ? "stdin" : stem(&p->arena, file->path);
	q->file = file;
	q->node = file->root;
	q->body = body_of_node(&reader, file->root);
	if (p->sources.count == 1) {
		q->source = p->sources.items[0];
		q->source_name = q->source->name;
	}
	return q;
}

struct query *project_read_query(struct project *p, const char *path)
{
	struct project_loader l = {.project = p};
	struct error e = {.kind = ERROR_NONE};
	struct yaml_file *file;

	if (strcmp(path, "-") == 0)
		file = read_input(p, &e);
	else
		file = yaml_read(&p->arena, path, diag_yaml_fault, &p->diags, &e);
	if (!file) {
		loader_unreadable(&l, path, &e);
		return NULL;
	}
	if (!file->root)
		return NULL;
	return is_query_file(file->root) ? read_query(&l, file) : bare_query(&l, file);
}
