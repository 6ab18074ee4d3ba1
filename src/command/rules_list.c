/* kenpin rules list: what there is, what it finds, what it costs, and which exceptions end. */
#include "base/base.h"
#include "command/rules.h"

#include <inttypes.h>

#include "base/log.h"
#include "base/map.h"
#include "command/table.h"
#include "rule/overview.h"

static struct {
	const char *format;
	struct cli_list rules;
} given;

static const struct cli_option table_of_options[] = {
	{"rule", CLI_LIST, &given.rules, "ID", "only this rule (glob; may be given again)"},
	{"format", CLI_TEXT, &given.format, "FORM", "table, ndjson or csv; default table"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

/* What the store remembers of a rule. */
struct record {
	int64_t open, last;
};
struct records {
	struct map by_rule; /* struct record *; keys are the rules' own ids */
	bool known;
};

static int count_finding(void *arg, const struct finding *f, struct error *e)
{
	struct record *record = map_find(arg, span_of(f->rule));

	(void)e;
	if (record == NULL)
		return 0;
	record->open += f->state != FINDING_RESOLVED && f->state != FINDING_SUSPECT;
	if (f->last_seen > record->last)
		record->last = f->last_seen;
	return 0;
}

/* A store that cannot be read hides no rule: what it would say is left out. */
static void read_records(struct records *records, struct loaded *l, struct command_context *c)
{
	static const struct finding_filter all = {.least_severity = -1, .states = (1u << FINDING_STATE_COUNT) - 1};
	struct error e = {0};
	struct state *state = load_state(l, c, STATE_READ_ONLY, &e);

	for (size_t i = 0; i < l->rules->count; i++)
		*map_put(&records->by_rule, span_of(l->rules->rules[i].id)) =
			arena_zalloc(&l->arena, sizeof(struct record));
	records->known = state && state_findings(state, &all, count_finding, &records->by_rule, &e) == 0;
	if (!records->known)
		log_warning("what was found is not shown: %s", e.message);
	state_close(state);
}

/* A gated regex is run only on texts that hold one of its literals. */
static void cost_text(char out[64], const struct rule_overview *o)
{
	if (o->regexes == 0)
		snprintf(out, 64, "no regex");
	else if (o->ungated == 0)
		snprintf(out, 64, "%zu gated", o->regexes);
	else if (o->ungated == o->regexes)
		snprintf(out, 64, "%zu regex%s", o->regexes, o->regexes == 1 ? "" : "es");
	else
		snprintf(out, 64, "%zu regexes, %zu gated", o->regexes, o->regexes - o->ungated);
}

/* "until 2027-03-31, 1 expired": the first day on which one ends. */
static void allow_text(char out[64], const struct rule_overview *o)
{
	char end[32];
	int n = 0;

	out[0] = '\0';
	if (o->next_end != INT64_MAX) {
		clock_text(end, o->next_end);
		n = snprintf(out, 64, "until %.10s", end);
	} else if (o->allows > o->expired) {
		n = snprintf(out, 64, "%zu", o->allows - o->expired);
	}
	if (o->expired)
		snprintf(out + n, 64 - (size_t)n, "%s%zu expired", n ? ", " : "", o->expired);
}

static void list_rule(
	struct table *table, const struct rule *r, const struct records *records, struct loaded *l, int64_t now)
{
	const struct record *record = map_find(&records->by_rule, span_of(r->id));
	struct rule_overview overview;
	const char *queries = r->kind == RULE_PAIR
				      ? arena_printf(&l->arena, "%s, %s", r->query_name, set_target_query(r)->name)
				      : r->query_name;
	const char *path = r->file->path;
	size_t n = strlen(l->project->folder);
	char open[24] = "", last[32] = "", cost[64], allows[64], place[600];

	rule_overview(&overview, l->rules, r, now);
	if (records->known)
		snprintf(open, sizeof(open), "%" PRId64, record->open);
	if (record->last)
		clock_text(last, record->last);
	cost_text(cost, &overview);
	allow_text(allows, &overview);
	if (strncmp(path, l->project->folder, n) == 0 && path[n] == '/')
		path += n + 1;
	snprintf(place, sizeof(place), "%s:%d", path, r->node->start.line);
	table_row(table,
		(struct span[]){span_of(r->id), span_of(severity_name(r->severity)), span_of(queries), span_of(open),
			span_of(last), span_of(cost), span_of(allows), span_of(r->title), span_of(place)});
}

static int list(struct loaded *l, struct command_context *c, struct error *e)
{
	static const char *const columns[] = {
		"rule", "severity", "query", "open", "last_seen", "cost", "allows", "title", "file"};
	struct records records = {.known = false};
	enum table_format format;

	if (table_format_parse(&format, given.format, e) < 0)
		return -1;
	if (l->project->diags.errors > 0)
		log_warning("%zu error%s: what is wrong is not in this list; kenpin rules check shows it",
			l->project->diags.errors, l->project->diags.errors == 1 ? "" : "s");
	map_init(&records.by_rule);
	read_records(&records, l, c);
	struct table *table = table_new(stdout, format, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < l->rules->count; i++)
		list_rule(table, &l->rules->rules[i], &records, l, clock_now(&c->clock));
	table_end(table);
	map_clear(&records.by_rule);
	return 0;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	int count;
	struct loaded l = {0};
	int failed = -1;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count > 0)
		error_set(e, ERROR_USAGE, "rules list takes no argument \"%s\"; to choose use --rule", argv[0]);
	else if (rules_open(&l, c, given.rules.items, e) == 0)
		failed = list(&l, c, e);
	loaded_clear(&l);
	cli_list_clear(&given.rules);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command rules_list = {"list", "[--rule ID] [--format table|ndjson|csv]",
	"Lists the rules: what they find, what they cost, which of their exceptions end.", run, options};
