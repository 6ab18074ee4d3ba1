/* kenpin rules explain: one rule in plain words, and one document's way through it. */
#include "base/base.h"
#include "command/rules.h"

#include <errno.h>
#include <inttypes.h>

#include "base/limits.h"
#include "base/str.h"
#include "notify/notify.h"
#include "rule/explain.h"
#include "source/source.h"

static const char *doc_path;

static const struct cli_option table_of_options[] = {
	{"doc", CLI_TEXT, &doc_path, "FILE", "explain: a JSON document to lead through the rule; - is standard input"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

struct explaining {
	size_t told; /* routes that were named */
	struct command_context *context;
	struct loaded *loaded;
	const struct rule *rule;
	struct buf out;
};

static void add_texts(struct buf *out, const struct texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		buf_addf(out, "%s%s", i ? ", " : "", texts->items[i]);
}

/* Below the project's folder files are named as people name them. */
static const char *short_path(const struct project *p, const char *path)
{
	size_t n = strlen(p->folder);

	return strncmp(path, p->folder, n) == 0 && path[n] == '/' ? path + n + 1 : path;
}

/* ---- what is read ---- */

static const struct rule_group *group_of(const struct rule_set *set, const struct query *query)
{
	for (size_t i = 0; i < set->group_count; i++)
		if (rule_group_query(set->groups[i]) == query)
			return set->groups[i];
	return NULL;
}

static void add_time(struct buf *out, const struct time_config *time)
{
	char overlap[32], lateness[32];

	if (time == NULL) {
		buf_adds(out, "  the present state, whole, at every scan\n");
		return;
	}
	str_duration_text(overlap, time->overlap);
	str_duration_text(lateness, time->lateness);
	buf_addf(out, "  what changed by %s: from %s before where the last scan ended until %s before now\n",
		time->field, overlap, lateness);
}

/* The window of the next scan; without a store, that of a first one. */
static void set_window(struct explaining *x, struct source_request *r, const char *scope)
{
	struct error ignored = {0};
	int64_t cursor = 0;

	if (r->query->time == NULL)
		return;
	struct state *state = load_state(x->loaded, x->context, STATE_READ_ONLY | STATE_NO_MIGRATE, &ignored);
	if (state != NULL && state_cursor(state, r->query->name, scope, &cursor, &ignored) < 0)
		cursor = 0;
	state_close(state);
	r->until = clock_now(&x->context->clock) - r->query->time->lateness;
	r->since = cursor ? cursor - r->query->time->overlap : INT64_MIN / 2;
}

static void add_request(struct explaining *x, const struct rule_group *group)
{
	const struct query *q = rule_group_query(group);
	const struct texts *shops = &x->loaded->project->shops;
	const char *shop = q->for_each_shop && shops->count ? shops->items[0] : NULL;
	struct command_context *c = x->context;
	const struct source_context context = {
		.clock = &c->clock, .run_id = "explain", .stop_now = c->stop_now, .folder = x->loaded->project->folder};
	struct arena *arena = &x->loaded->arena;
	int64_t now = clock_now(&c->clock);
	struct source_request request = {
		.query = q,
		.index = q->index ? template_render(arena, q->index, shop, now, false) : NULL,
		.body = template_render(arena, q->body, shop, now, true),
		.fields = rule_group_fields(group),
		.versions = rule_group_versions(group),
	};
	struct error e = {0};
	struct buf text;

	set_window(x, &request, shop ? shop : "");
	buf_init(&text, LIMIT_CONFIG_BYTES);
	struct source *source = source_open(q->source, &context, &e);
	if (source == NULL || source_explain(source, &request, &text, &e) < 0)
		buf_addf(&x->out, "  the request cannot be shown: %s\n", e.message);
	else
		buf_addf(&x->out, "  request%s%s:\n", shop ? " for shop " : "", shop ? shop : "");
	for (const char *p = buf_text(&text); *p != '\0';) {
		size_t n = strcspn(p, "\n");
		buf_addf(&x->out, "%s%.*s\n", n ? "    " : "", (int)n, p);
		p += n + (p[n] == '\n');
	}
	source_close(source);
	buf_clear(&text);
}

static void explain_query(struct explaining *x, const struct query *q)
{
	const struct project *project = x->loaded->project;
	const struct rule_group *group = group_of(x->loaded->rules, q);
	const struct fields *fields = rule_group_fields(group);
	size_t others = 0;

	for (size_t i = 0; i < rule_group_count(group); i++)
		others += rule_group_rule(group, i) != x->rule;
	buf_addf(&x->out, "  query %s (%s)%s%s\n  source %s (%s)", q->name, short_path(project, q->file->path),
		q->title ? ": " : "", q->title ? q->title : "", q->source_name,
		q->source->kind == SOURCE_NDJSON ? "ndjson" : "elasticsearch");
	if (q->index != NULL)
		buf_addf(&x->out, ", index %s", q->index);
	if (q->for_each_shop)
		buf_addf(&x->out, ", once for each of %zu shops", project->shops.count);
	buf_adds(&x->out, "\n  a document is known by ");
	if (q->key.count == 0)
		buf_adds(&x->out, "_id");
	add_texts(&x->out, &q->key);
	buf_addc(&x->out, '\n');
	add_time(&x->out, q->time);
	buf_adds(&x->out, "  fields that the rules of this query read:");
	for (int i = 0; i < fields_count(fields); i++)
		buf_addf(&x->out, "%s %s", i ? "," : "", fields_path(fields, i));
	buf_addc(&x->out, '\n');
	if (others)
		buf_addf(&x->out, "  %zu other rule%s share%s this pass\n", others, others == 1 ? "" : "s",
			others == 1 ? "s" : "");
	add_request(x, group);
}

static void explain_reading(struct explaining *x)
{
	const struct query *right = x->rule->kind == RULE_PAIR ? set_target_query(x->rule) : NULL;

	buf_adds(&x->out, "\nREAD\n");
	explain_query(x, x->rule->query);
	if (right && right != x->rule->query)
		explain_query(x, right);
}

/* ---- who is told ---- */

static void add_route(struct explaining *x, const struct route_config *route, const struct texts *shops, size_t depth)
{
	buf_addf(&x->out, "%*s%s:%d  ", 2 + 2 * (int)depth, "",
		short_path(x->loaded->project, x->loaded->project->path), route->node->start.line);
	buf_adds(&x->out, route->receivers.count ? "to " : "to nobody");
	add_texts(&x->out, &route->receivers);
	if (shops->count) {
		buf_adds(&x->out, ", of the shops ");
		add_texts(&x->out, shops);
		buf_adds(&x->out, " alone");
	}
	if (route->receivers.count) {
		buf_adds(&x->out, "; one message for each ");
		add_texts(&x->out, &route->group_by);
		buf_adds(&x->out, route->group_by.count ? "" : "scan");
	}
	buf_adds(&x->out, route->routes.count ? "; first of all:\n" : "\n");
}

/* Routes that a finding of the rule meets, in order, whatever its shop and class. */
static void explain_routes(struct explaining *x, const struct blocks *routes, const struct finding *f, size_t depth)
{
	for (size_t i = 0; i < routes->count; i++) {
		const struct route_config *route = routes->items[i];
		struct match_config match = route->match ? *route->match : (struct match_config){0};
		struct texts shops = match.shop;
		bool sure = shops.count + match.klass.count == 0;

		match.shop = match.klass = (struct texts){0};
		if (route_misfit(&match, f))
			continue;
		x->told++;
		add_route(x, route, &shops, depth);
		explain_routes(x, &route->routes, f, depth + 1);
		if (!route->go_on && sure)
			break;
	}
}

static void explain_telling(struct explaining *x)
{
	const struct rule *rule = x->rule;
	const struct finding f = {.rule = rule->id,
		.query = rule->query_name,
		.severity = rule->severity,
		.tags = rule->tags_joined,
		.shop = ""};

	buf_addf(&x->out, "\nTOLD\n  severity %s%s%s\n", severity_name(rule->severity),
		rule->tags.count ? ", tags " : "", rule->tags_joined);
	explain_routes(x, &x->loaded->project->routes, &f, 0);
	for (size_t i = 0; i < rule->unless_open.count; i++)
		buf_addf(&x->out, "  not while %s is open in the same shop, with the same key where both have one\n",
			rule->unless_open.items[i]);
	if (x->told == 0)
		buf_adds(&x->out, "  nobody: no route matches; findings are remembered\n");
}

/* ---- the document ---- */

static int read_document(struct buf *text, const char *path, struct error *e)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	char piece[4096];
	size_t n;

	if (file == NULL)
		return error_set(e, ERROR_USAGE, "%s cannot be opened: %s", path, strerror(errno));
	while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_add(text, piece, n);
	bool bad = ferror(file);
	if (file != stdin)
		fclose(file);
	if (bad)
		return error_set(e, ERROR_USAGE, "%s cannot be read", path);
	if (buf_over(text))
		return error_set(
			e, ERROR_USAGE, "%s is longer than %u bytes (LIMIT_LINE_BYTES)", path, LIMIT_LINE_BYTES);
	return 0;
}

static int explain_document(struct explaining *x, struct error *e)
{
	const char *name = strcmp(doc_path, "-") == 0 ? "standard input" : doc_path;
	struct buf text;

	buf_init(&text, LIMIT_LINE_BYTES);
	int failed = read_document(&text, doc_path, e);
	if (!failed)
		failed = rule_explain_doc(
			&x->out, x->loaded->rules, x->rule, buf_span(&text), name, clock_now(&x->context->clock), e);
	buf_clear(&text);
	return failed;
}

static int explain(struct explaining *x, struct error *e)
{
	const struct rule *rule = x->rule;
	int failed = 0;

	buf_init(&x->out, SIZE_MAX / 4);
	if (doc_path == NULL) {
		buf_addf(&x->out, "%s: %s\n  %s:%d, revision %s\n", rule->id, rule->title,
			short_path(x->loaded->project, rule->file->path), rule->node->start.line, rule->rev);
		if (rule->description)
			buf_addf(&x->out, "  %s\n", rule->description);
		explain_reading(x);
		rule_explain_checks(&x->out, x->loaded->rules, rule, clock_now(&x->context->clock));
		explain_telling(x);
		rule_explain_recover(&x->out, rule);
	} else {
		buf_addf(&x->out, "%s: %s\n", rule->id, rule->title);
		failed = explain_document(x, e);
	}
	if (!failed)
		fwrite(buf_text(&x->out), 1, x->out.len, stdout);
	buf_clear(&x->out);
	return failed;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	struct loaded l = {0};
	struct explaining x = {.context = c, .loaded = &l};
	int count, failed = -1;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count != 1)
		error_set(e, ERROR_USAGE, "usage: kenpin rules explain ID [--doc FILE]");
	else if (rules_open(&l, c, NULL, e) == 0 && (x.rule = rules_one(&l, argv[0], e)) != NULL)
		failed = explain(&x, e);
	loaded_clear(&l);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command rules_explain = {"explain", "ID [--doc FILE]",
	"Says in plain words what a rule reads, checks, tells and proposes; or leads one document through it.", run,
	options};
