/* kenpin rules: check files, run inline tests, list. */
#include "base/base.h"
#include "command/rules.h"

#include "command/table.h"

static struct {
	const char *format;
	struct cli_list rules;
} given;

static const struct cli_option table_of_options[] = {
	{"rule", CLI_LIST, &given.rules, "ID", "only this rule (glob; may be given again)"},
	{"format", CLI_TEXT, &given.format, "FORM", "check: text, json or sarif; list: table, ndjson or csv"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

/* Opens the project and its rules without printing or failing on faults. */
static int open_rules(struct loaded *l, struct command_context *c, struct error *e)
{
	const struct rule_filter filter = {given.rules.items, NULL};

	arena_init(&l->arena);
	l->project = project_open(c->folder, e);
	if (l->project == NULL)
		return -1;
	l->rules = rule_set_open(l->project, &l->project->rule_files, &filter, &l->project->diags, &l->arena);
	return 0;
}

static int check(struct loaded *l, struct error *e)
{
	struct diags *diags = &l->project->diags;
	enum diag_format format = DIAG_TEXT;

	if (given.format != NULL && strcmp(given.format, "text") != 0) {
		if (strcmp(given.format, "json") != 0 && strcmp(given.format, "sarif") != 0)
			return error_set(
				e, ERROR_USAGE, "--format wants text, json or sarif, not \"%s\"", given.format);
		format = given.format[0] == 'j' ? DIAG_JSON : DIAG_SARIF;
	}
	if (diags->errors + diags->warnings > 0 || format == DIAG_SARIF)
		print_diags(diags, format);
	if (diags->errors > 0)
		return error_set(e, ERROR_CONFIG, "%zu error%s, %zu warning%s", diags->errors,
			diags->errors == 1 ? "" : "s", diags->warnings, diags->warnings == 1 ? "" : "s");
	if (l->rules->count == 0)
		return error_set(e, ERROR_CONFIG, "no rule was found; rule files are rules/*.yaml");
	if (format == DIAG_TEXT)
		printf("%zu rules, %zu queries: no error, %zu warning%s\n", l->rules->count, l->project->query_count,
			diags->warnings, diags->warnings == 1 ? "" : "s");
	return 0;
}

static const char *const outcomes[] = {"finding", "allowed", "clean"};

static int test_rule(struct loaded *l, struct command_context *c, const struct rule *rule, size_t *passed,
	size_t *failed, struct error *e)
{
	for (size_t i = 0; i < rule->test_count; i++) {
		const struct rule_test *test = &rule->tests[i];
		struct test_result result;
		struct arena arena;

		arena_init(&arena);
		if (rule_test_run(l->rules, rule, test, clock_now(&c->clock), &arena, &result, e) < 0) {
			arena_clear(&arena);
			return -1;
		}
		*(result.passed ? passed : failed) += 1;
		if (!result.passed)
			printf("FAIL %s: %s\n  --> %s:%d:%d\n  document: %.*s\n  expected: %s\n  got:      %s%s%s\n",
				rule->id, test->name, rule->file->path, test->node->start.line,
				test->node->start.column, SPAN_ARG(test->doc), outcomes[test->expect],
				outcomes[result.got], result.detail ? ", " : "", result.detail ? result.detail : "");
		arena_clear(&arena);
	}
	return 0;
}

static int test(struct loaded *l, struct command_context *c, struct error *e)
{
	size_t passed = 0, failed = 0;

	if (l->project->diags.errors > 0) {
		print_diags(&l->project->diags, DIAG_TEXT);
		return error_set(e, ERROR_CONFIG, "the rules have errors; no test was run");
	}
	for (size_t i = 0; i < l->rules->count; i++)
		if (test_rule(l, c, &l->rules->rules[i], &passed, &failed, e) < 0)
			return -1;
	if (passed + failed == 0)
		return error_set(e, ERROR_CONFIG, "no rule has a test");
	printf("%zu passed, %zu failed\n", passed, failed);
	return failed > 0 ? error_set(e, ERROR_CONFIG, "%zu of %zu rule tests failed", failed, passed + failed) : 0;
}

static int list(struct loaded *l, struct error *e)
{
	static const char *const columns[] = {"rule", "severity", "query", "title", "file"};
	enum table_format format;

	if (table_format_parse(&format, given.format, e) < 0)
		return -1;
	struct table *table = table_new(stdout, format, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < l->rules->count; i++) {
		const struct rule *r = &l->rules->rules[i];
		char place[600];

		snprintf(place, sizeof(place), "%s:%d", r->file->path, r->node->start.line);
		table_row(table, (struct span[]){span_of(r->id), span_of(severity_name(r->severity)),
					 span_of(r->query_name), span_of(r->title), span_of(place)});
	}
	table_end(table);
	return 0;
}

/* Verbs with options of their own. */
static const struct command *const verbs[] = {&rules_schema};

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	struct loaded l = {0};
	int count, failed = -1;

	for (size_t i = 0; argc > 0 && i < ARRAY_LEN(verbs); i++)
		if (strcmp(argv[0], verbs[i]->name) == 0)
			return verbs[i]->run(c, argc - 1, argv + 1, e);
	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	const char *verb = count == 1 ? argv[0] : "";
	if (strcmp(verb, "check") != 0 && strcmp(verb, "test") != 0 && strcmp(verb, "list") != 0) {
		error_set(e, ERROR_USAGE, "usage: kenpin rules check | test | list [options]");
		return EXIT_CONFIG;
	}
	if (open_rules(&l, c, e) == 0)
		failed = verb[0] == 'c' ? check(&l, e) : verb[0] == 't' ? test(&l, c, e) : list(&l, e);
	loaded_clear(&l);
	cli_list_clear(&given.rules);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command command_rules = {"rules", "check | test | list [options]",
	"Checks rule files, runs the tests that stand in them, or lists the rules.", run, options};
