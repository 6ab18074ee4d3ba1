/*
 * What must hold of a query beyond its table: what it names exists, and its
 * keys agree with one another.
 */
#include "base/base.h"
#include "config/project_private.h"

#include "base/clock.h"
#include "base/str.h"
#include "model/fields.h"

static void find_source(struct project_loader *l, struct option_reader *r, struct query *q)
{
	const struct blocks *sources = &l->project->sources;
	const char **names = arena_zalloc(r->arena, (sources->count + 1) * sizeof(*names));
	const char *near, *list = "none";
	struct diag *d;

	if (!q->source_name)
		return;
	q->source = project_source(l->project, q->source_name);
	if (q->source)
		return;
	for (size_t i = 0; i < sources->count; i++) {
		names[i] = ((const struct source_config *)sources->items[i])->name;
		list = i ? arena_printf(r->arena, "%s, %s", list, names[i]) : names[i];
	}
	near = str_nearest(q->source_name, names);
	d = diag_error(r->diags, "E0209", r->file, option_node(q->node, "source"), "there is no source \"%s\"%s",
		q->source_name, near ? arena_printf(r->arena, "; did you mean \"%s\"?", near) : "");
	diag_help(r->diags, d, "sources of the project: %s", list);
}

/* False when nothing more can be said of the index. */
static bool check_index(struct option_reader *r, const struct query *q)
{
	const char *fault = q->index ? template_fault(r->arena, q->index) : NULL;

	if (fault)
		diag_error(r->diags, "E0202", r->file, option_node(q->node, "index"), "%s", fault);
	else if (q->index && *q->index == '\0')
		diag_error(r->diags, "E0202", r->file, option_node(q->node, "index"), "\"index\" is empty");
	else if (!q->index && q->source && q->source->kind == SOURCE_ELASTICSEARCH)
		diag_error(r->diags, "E0204", r->file, q->node, "\"index\" is missing: source \"%s\" is a cluster",
			q->source_name);
	return !fault;
}

static void check_shop(struct project_loader *l, struct option_reader *r, const struct query *q)
{
	bool in_index = q->index && template_uses(q->index, "shop", false),
	     in_body = template_uses(q->body, "shop", true);
	const struct yaml_node *each = option_node(q->node, "for_each");
	struct diag *d;

	if (!q->for_each_shop) {
		if (!in_index && !in_body)
			return;
		d = diag_error(r->diags, "E0202", r->file,
			option_node(q->node, in_index                     ? "index"
					     : yaml_find(q->node, "body") ? "body"
									  : "body_file"),
			"{shop} stands here, but the query does not say for which shops");
		diag_help(r->diags, d, "add \"for_each: shop\"");
		return;
	}
	if (l->project->shops.count == 0) {
		d = diag_error(r->diags, "E0209", r->file, each, "the project lists no shops");
		diag_help(r->diags, d, "add \"shops: [...]\" or \"shops: {file: shops.txt}\" to kenpin.yaml");
	}
	if (!in_index && !in_body) {
		d = diag_error(r->diags, "E0202", r->file, each, "every shop would read the same documents");
		diag_help(r->diags, d, "say {shop} in \"index\" or in the body");
	}
	if (q->shop) {
		d = diag_error(r->diags, "E0202", r->file, option_node(q->node, "shop"),
			"\"shop\" cannot stand beside \"for_each: shop\"");
		diag_help(r->diags, d, "the shop of every document is known already: remove the key");
	}
}

static void check_path(
	struct option_reader *r, struct fields *fields, const struct yaml_node *at, const char *path, const char *key)
{
	struct error e = {.kind = ERROR_NONE};
	int slot = fields_add(fields, path, &e);

	if (slot < 0)
		diag_error(r->diags, "E0305", r->file, at, "\"%s\" of \"%s\": %s", path, key, e.message);
	else if (fields_each_element(fields, slot))
		diag_error(r->diags, "E0305", r->file, at, "\"%s\" of \"%s\" may have many values in one document",
			path, key);
}

static void check_paths(struct option_reader *r, const struct query *q)
{
	const struct yaml_node *key = option_node(q->node, "key"), *time = option_node(q->node, "time");
	struct fields *fields = fields_new();

	for (size_t i = 0; i < q->key.count; i++)
		check_path(r, fields, key->kind == YAML_LIST && i < key->count ? key->items[i] : key, q->key.items[i],
			"key");
	if (q->shop)
		check_path(r, fields, option_node(q->node, "shop"), q->shop, "shop");
	if (q->unique)
		check_path(r, fields, option_node(q->node, "unique"), q->unique, "unique");
	if (q->time && q->time->field)
		check_path(r, fields, option_node(time, "field"), q->time->field, "field");
	fields_free(fields);
}

static void check_zone(struct option_reader *r, const struct yaml_node *at, const char *zone)
{
	char stamp[40];
	int64_t ms;
	int n;

	if (!zone)
		return;
	n = snprintf(stamp, sizeof(stamp), "2000-01-01T12:00:00%s", zone);
	if (n < (int)sizeof(stamp) && clock_parse(&ms, span_of(stamp), CLOCK_NO_ZONE) == 0)
		return;
	diag_help(r->diags, diag_error(r->diags, "E0310", r->file, at, "\"%s\" is no offset from UTC", zone),
		"write +09:00 or Z");
}

static const char *body_of(struct project_loader *l, struct option_reader *r, const struct query_file *file)
{
	if (file->body && file->body_file)
		diag_error(r->diags, "E0202", r->file, option_node(file->query.node, "body_file"),
			"\"body_file\" cannot stand beside \"body\"");
	if (file->body)
		return body_of_node(r, file->body);
	return file->body_file ? body_of_file(l, r, file) : "{}";
}

/* A file has no query language: every document of it would be read, whatever the body says. */
static void check_body(struct option_reader *r, const struct query_file *file)
{
	const struct query *q = &file->query;
	struct diag *d;

	if (q->source == NULL || q->source->kind != SOURCE_NDJSON || (!file->body && !file->body_file))
		return;
	d = diag_warning(r->diags, "W0211", r->file, option_node(q->node, file->body ? "body" : "body_file"),
		"source \"%s\" reads files, which take no body: all documents are read", q->source_name);
	diag_help(r->diags, d, "choose documents by \"when\" in the rules");
}

static void check_lag(struct option_reader *r, const struct yaml_node *node, const struct query *q)
{
	if (q->time->max_lag > 0 && q->time->max_lag <= q->time->lateness)
		diag_error(r->diags, "E0202", r->file, option_node(node, "max_lag"),
			"\"max_lag\" is not longer than \"lateness\", by which every run stays behind");
	if (q->max_drop > 0)
		diag_error(r->diags, "E0202", r->file, option_node(q->node, "max_drop"),
			"\"max_drop\" counts all documents, but a query with \"time\" reads those that changed");
}

void finish_query(struct project_loader *l, struct option_reader *reader, struct query_file *file)
{
	struct query *q = &file->query;

	q->file = reader->file;
	q->for_each_shop = yaml_find(q->node, "for_each") != NULL;
	q->body = body_of(l, reader, file);
	find_source(l, reader, q);
	check_body(reader, file);
	if (check_index(reader, q))
		check_shop(l, reader, q);
	check_paths(reader, q);
	check_zone(reader, option_node(q->node, "zone"), q->zone);
	if (q->time) {
		check_zone(reader, option_node(option_node(q->node, "time"), "zone"), q->time->zone);
		check_lag(reader, option_node(q->node, "time"), q);
	}
	if (!q->zone && q->time)
		q->zone = q->time->zone;
}
