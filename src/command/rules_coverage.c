/* kenpin rules coverage: what the tests of rules leave untried. */
#include "base/base.h"
#include "command/rules.h"

#include "command/table.h"
#include "rule/coverage.h"

static struct {
	const char *format;
	struct cli_list rules;
	int64_t fail_under;
} given;

static const struct cli_option table_of_options[] = {
	{"rule", CLI_LIST, &given.rules, "ID", "only this rule (glob; may be given again)"},
	{"fail-under", CLI_INT, &given.fail_under, "PERCENT", "exit 1 when less than this was tried"},
	{"format", CLI_TEXT, &given.format, "FORM", "table, ndjson or csv; default table"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

struct report {
	struct table *table;
	const char *folder;
};

static void print_gap(void *arg, const struct coverage_gap *gap)
{
	const struct report *r = arg;
	const char *path = gap->rule->file->path;
	size_t n = strlen(r->folder);
	char place[600];

	if (strncmp(path, r->folder, n) == 0 && path[n] == '/')
		path += n + 1;
	snprintf(place, sizeof(place), "%s:%d:%d", path, gap->at.line, gap->at.column);
	table_row(r->table,
		(struct span[]){span_of(gap->rule->id), span_of(gap->kind), span_of(place), span_of(gap->what)});
}

static int measure(struct coverage_sum *sum, struct loaded *l, struct command_context *c, struct error *e)
{
	static const char *const columns[] = {"rule", "kind", "at", "gap"};
	struct report report = {.folder = l->project->folder};
	enum table_format format;
	int failed = 0;

	if (table_format_parse(&format, given.format, e) < 0)
		return -1;
	if (l->rules->count == 0)
		return error_set(e, ERROR_CONFIG, "no rule was found; rule files are rules/*.yaml");
	report.table = table_new(stdout, format, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < l->rules->count && !failed; i++)
		failed = rule_coverage(sum, l->rules, &l->rules->rules[i], clock_now(&c->clock), print_gap, &report, e);
	table_end(report.table);
	return failed;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	struct coverage_sum sum = {0};
	struct loaded l = {0};
	int count, failed = -1;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	const struct rule_filter filter = {given.rules.items, NULL};
	if (count > 0 || given.fail_under > 100)
		error_set(e, ERROR_USAGE, "usage: kenpin rules coverage [--rule ID] [--fail-under PERCENT]");
	else if (load_project(&l, c, &filter, true, e) == 0)
		failed = measure(&sum, &l, c, e);
	if (!failed && !c->quiet)
		fprintf(stderr, "%zu rule%s, %zu of %zu tried (%.1f %%)\n", l.rules->count,
			l.rules->count == 1 ? "" : "s", sum.tried, sum.points,
			100.0 * (double)sum.tried / (double)sum.points);
	loaded_clear(&l);
	cli_list_clear(&given.rules);
	if (failed)
		return error_exit_code(e->kind);
	return sum.tried * 100 < sum.points * (size_t)given.fail_under ? EXIT_FOUND : EXIT_DONE;
}

const struct command rules_coverage = {"coverage", "[--rule ID] [--fail-under PERCENT]",
	"Lists what the tests of rules leave untried: bounds, values, exceptions, items of regexes.", run, options};
