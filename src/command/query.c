/* kenpin query: one question, now; touches no state. */
#include "base/base.h"
#include "command/command.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/log.h"
#include "command/table.h"
#include "source/source.h"

static struct {
	const char *body, *source, *index, *shop, *format, *rules;
	struct cli_list fields;
	int64_t limit, since;
	bool count, show;
} given;

static const struct cli_option table_of_options[] = {
	{"body", CLI_TEXT, &given.body, "FILE",
		"a query that is not saved: a query file or a bare body; - is standard input"},
	{"source", CLI_TEXT, &given.source, "NAME", "with --body: the source, when the file names none"},
	{"index", CLI_TEXT, &given.index, "PATTERN", "read this index instead"},
	{"shop", CLI_TEXT, &given.shop, "SHOP", "the shop that {shop} stands for"},
	{"since", CLI_INSTANT, &given.since, "TIME", "only what the time field puts after TIME (or 24h ago)"},
	{"field", CLI_LIST, &given.fields, "PATH", "a column (may be given again); default: the whole document"},
	{"limit", CLI_INT, &given.limit, "N", "at most N documents; default 100, 0 for all"},
	{"count", CLI_FLAG, &given.count, NULL, "only how many there are"},
	{"show", CLI_FLAG, &given.show, NULL, "only the request that would be sent"},
	{"rules", CLI_TEXT, &given.rules, "FILE", "evaluate the rules of FILE and print what they find"},
	{"format", CLI_TEXT, &given.format, "FORM", "table, ndjson or csv; default table"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

/* One question being asked. */
struct asking {
	struct command_context *context;
	struct loaded *loaded;
	const struct query *query;
	struct source *source;
	struct source_request request;
	struct fields *fields; /* of --field; NULL with --rules */
	int *slots;
	struct rule_group *group; /* of --rules */
	struct eval *eval;
	struct table *table;
	enum table_format format;
	struct arena page;
	int64_t found;
};

static const char *const document_columns[] = {"_index", "_id", "document"};
static const char *const finding_columns[] = {"severity", "rule", "shop", "key", "field", "value", "message"};

static int print_draft(void *arg, const struct draft *d, struct error *e)
{
	struct asking *a = arg;
	struct buf key;

	(void)e;
	buf_init(&key, LIMIT_KEY_BYTES * 4);
	key_display(&key, d->key);
	table_row(a->table, (struct span[]){span_of(severity_name(d->severity)), span_of(d->rule), d->shop,
				    buf_span(&key), d->field, d->value, d->message});
	buf_clear(&key);
	a->found++;
	return 0;
}

static void print_document(struct asking *a, const struct doc *doc)
{
	struct span cells[LIMIT_FIELDS];
	size_t count = given.fields.count;

	if (count == 0 && a->format == TABLE_NDJSON) {
		printf("%.*s\n", SPAN_ARG(doc->source));
		return;
	}
	if (count == 0) {
		table_row(a->table, (struct span[]){doc->index, doc->id, doc->source});
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const struct value *v = doc_first(doc, a->slots[i]);
		cells[i] = v == NULL               ? SPAN_LITERAL("")
			   : v->kind == VALUE_TEXT ? value_text(v, &a->page)
						   : value_json(v, &a->page);
	}
	table_row(a->table, cells);
}

static int read_all(struct asking *a, struct source_scan *scan, struct doc *doc, struct error *e)
{
	int got = 0;

	while (!*a->context->stop && (got = source_next(scan, e)) == 1) {
		while (source_doc(scan, doc) == 1) {
			if (a->eval == NULL)
				print_document(a, doc);
			else if (eval_doc(a->eval, doc, print_draft, a, e) < 0)
				return -1;
		}
		arena_reset(&a->page);
		if (a->eval != NULL)
			eval_page(a->eval);
	}
	return *a->context->stop ? error_set(e, ERROR_INCOMPLETE, "asked to stop") : got;
}

static void report_broken(void *arg, const char *place, int64_t line, int column, const char *why)
{
	(void)arg;
	log_error("%s:%" PRId64 ":%d: %s", place, line, column, why);
}

static enum exit_code judge(struct asking *a, const struct source_scan *scan)
{
	struct source_verdict v;

	source_verdict_of(scan, &v);
	if (a->eval != NULL && !a->context->quiet)
		fprintf(stderr, "%" PRId64 " documents, %" PRId64 " findings\n", v.read, a->found);
	else if (!a->context->quiet && v.counted > v.read)
		fprintf(stderr, "%" PRId64 " of %" PRId64 " documents; --limit 0 shows all\n", v.read, v.counted);
	/* a sample that was asked for is an answer */
	if (v.complete || (v.broken == 0 && a->request.limit > 0 && v.read >= a->request.limit))
		return EXIT_DONE;
	log_warning("not complete: %s", v.why);
	return EXIT_INCOMPLETE;
}

static enum exit_code ask(struct asking *a, struct error *e)
{
	enum exit_code code;
	struct doc doc;
	struct source_scan *scan = source_scan(a->source, &a->request, e);

	if (scan == NULL)
		return error_exit_code(e->kind);
	source_on_broken(scan, report_broken, NULL);
	doc_init(&doc, a->request.fields);
	code = read_all(a, scan, &doc, e) < 0 ? error_exit_code(e->kind) : judge(a, scan);
	doc_clear(&doc);
	source_scan_close(scan);
	return code;
}

static enum exit_code answer(struct asking *a, struct error *e)
{
	struct buf text;
	int64_t count;
	int failed;

	if (given.count) {
		if (source_count(a->source, &a->request, &count, e) < 0)
			return error_exit_code(e->kind);
		printf("%" PRId64 "\n", count);
		return EXIT_DONE;
	}
	if (given.show) {
		buf_init(&text, LIMIT_CONFIG_BYTES);
		failed = source_explain(a->source, &a->request, &text, e);
		fputs(buf_text(&text), stdout);
		buf_clear(&text);
		return failed ? error_exit_code(e->kind) : EXIT_DONE;
	}
	const char *const *columns = a->eval              ? finding_columns
				     : given.fields.count ? given.fields.items
							  : document_columns;
	size_t width = a->eval              ? ARRAY_LEN(finding_columns)
		       : given.fields.count ? given.fields.count
					    : ARRAY_LEN(document_columns);
	a->table = table_new(stdout, a->format, columns, width);
	enum exit_code code = ask(a, e);
	table_end(a->table);
	return code;
}

static int add_fields(struct asking *a, struct error *e)
{
	if (given.fields.count > LIMIT_FIELDS)
		return error_set(e, ERROR_USAGE, "at most %d fields (LIMIT_FIELDS)", LIMIT_FIELDS);
	a->fields = fields_new();
	a->slots = xcalloc(given.fields.count + 1, sizeof(*a->slots));
	for (size_t i = 0; i < given.fields.count; i++)
		if ((a->slots[i] = fields_add(a->fields, given.fields.items[i], e)) < 0)
			return -1;
	if (given.since != 0 && a->query->time != NULL && fields_add(a->fields, a->query->time->field, e) < 0)
		return -1;
	return 0;
}

/* The rules of --rules that belong to the query. */
static int add_rules(struct asking *a, struct error *e)
{
	struct texts paths = {(const char *[]){given.rules}, 1};
	struct diags *diags = &a->loaded->project->diags;
	struct eval_options eval_options = {.now = clock_now(&a->context->clock), .shop = given.shop};

	a->loaded->rules = rule_set_open(a->loaded->project, &paths, NULL, diags, &a->loaded->arena);
	if (diags->errors + diags->warnings > 0)
		print_diags(diags, DIAG_TEXT);
	if (diags->errors > 0)
		return error_set(e, ERROR_CONFIG, "%s has errors", given.rules);
	for (size_t i = 0; i < a->loaded->rules->group_count; i++)
		if (rule_group_query(a->loaded->rules->groups[i]) == a->query)
			a->group = a->loaded->rules->groups[i];
	if (a->group == NULL)
		return error_set(e, ERROR_USAGE, "%s holds no rule of query %s", given.rules, a->query->name);
	eval_options.source_name = a->query->source_name;
	eval_options.index = a->request.index;
	for (size_t i = 0; i < a->loaded->rules->count; i++)
		if (rule_is_of_many(&a->loaded->rules->rules[i]))
			log_warning("rule %s is left out: it looks at many documents together, as only a scan does",
				a->loaded->rules->rules[i].id);
	a->eval = eval_new(a->group, &eval_options);
	return 0;
}

static const struct query *find_query(struct loaded *l, int count, char **argv, struct error *e)
{
	struct diags *diags = &l->project->diags;

	if ((count == 1) == (given.body != NULL)) {
		error_set(e, ERROR_USAGE, "usage: kenpin query NAME, or kenpin query --body FILE");
		return NULL;
	}
	if (given.body != NULL) {
		struct query *query = project_read_query(l->project, given.body);
		if (query != NULL && given.source != NULL) {
			query->source_name = given.source;
			query->source = project_source(l->project, given.source);
		}
		if (diags->errors > 0)
			print_diags(diags, DIAG_TEXT);
		if (query == NULL || diags->errors > 0)
			error_set(e, ERROR_CONFIG, "%s cannot be used", given.body);
		else if (query->source == NULL)
			error_set(e, ERROR_USAGE, "say which source is to be asked: --source NAME");
		return e->kind == ERROR_NONE ? query : NULL;
	}
	const struct query *query = project_query(l->project, argv[0]);
	if (query == NULL) {
		const char *near = project_nearest_query(l->project, argv[0]);
		error_set(e, ERROR_USAGE, "there is no query \"%s\"%s%s%s", argv[0], near ? "; did you mean \"" : "",
			near ? near : "", near ? "\"?" : "");
	}
	return query;
}

static int prepare(struct asking *a, struct error *e)
{
	struct command_context *c = a->context;
	struct arena *arena = &a->loaded->arena;
	const struct query *q = a->query;
	int64_t now = clock_now(&c->clock);
	const struct source_context context = {.clock = &c->clock,
		.run_id = "query",
		.stop = c->stop,
		.stop_now = c->stop_now,
		.folder = a->loaded->project->folder};

	if (q->for_each_shop && given.shop == NULL)
		return error_set(e, ERROR_USAGE, "query %s is asked for each shop: say --shop SHOP", q->name);
	if (given.since != 0 && q->time == NULL)
		return error_set(e, ERROR_USAGE, "--since needs a query with a time field");
	const char *index = given.index ? given.index : q->index;
	a->request = (struct source_request){
		.query = q,
		.index = index ? template_render(arena, index, given.shop, now, false) : NULL,
		.body = template_render(arena, q->body, given.shop, now, true),
		.whole = given.rules == NULL && given.fields.count == 0,
		.since = given.since,
		.until = given.since ? now : 0,
		.limit = given.rules != NULL && given.limit == 100 ? 0 : given.limit,
	};
	if ((given.rules ? add_rules(a, e) : add_fields(a, e)) < 0)
		return -1;
	a->request.fields = a->group ? rule_group_fields(a->group) : a->fields;
	a->source = source_open(q->source, &context, e);
	return a->source ? 0 : -1;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	struct loaded l = {0};
	struct asking a = {.context = c, .loaded = &l};
	enum exit_code code = EXIT_CONFIG;
	int count;

	given.limit = 100;
	arena_init(&a.page);
	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) == 0 &&
		table_format_parse(&a.format, given.format, e) == 0 && load_project(&l, c, NULL, false, e) == 0 &&
		(a.query = find_query(&l, count, argv, e)) != NULL && prepare(&a, e) == 0)
		code = answer(&a, e);
	else
		code = error_exit_code(e->kind);
	eval_free(a.eval);
	source_close(a.source);
	if (a.fields != NULL)
		fields_free(a.fields);
	free(a.slots);
	arena_clear(&a.page);
	loaded_clear(&l);
	cli_list_clear(&given.fields);
	return code;
}

const struct command command_query = {"query", "NAME | --body FILE [options]",
	"Asks one question now: documents as a table, NDJSON or CSV. Touches no state.", run, options};
