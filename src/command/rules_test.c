/* kenpin rules test: the tests that stand in rule files, through the engine of a scan. */
#include "base/base.h"
#include "command/rules.h"

static struct cli_list wanted;

static const struct cli_option table_of_options[] = {
	{"rule", CLI_LIST, &wanted, "ID", "only this rule (glob; may be given again)"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

static const char *const outcomes[] = {"finding", "allowed", "clean"};

static void tell_documents(const char *name, const struct span *docs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		printf("  %s %.*s\n", name, SPAN_ARG(docs[i]));
}

static void tell_failed(const struct rule *rule, const struct rule_test *test, const struct test_result *result)
{
	printf("FAIL %s: %s\n  --> %s:%d:%d\n", rule->id, test->name, rule->file->path, test->node->start.line,
		test->node->start.column);
	if (rule->kind == RULE_PAIR) {
		tell_documents("left:    ", test->docs, test->doc_count);
		tell_documents("right:   ", test->others, test->other_count);
	} else if (rule_is_of_many(rule)) {
		tell_documents("document:", test->docs, test->doc_count);
		tell_documents("other:   ", test->others, test->other_count);
	} else {
		tell_documents("document:", &test->doc, 1);
	}
	printf("  expected: %s\n  got:      %s%s%s\n", outcomes[test->expect], outcomes[result->got],
		result->detail ? ", " : "", result->detail ? result->detail : "");
}

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
			tell_failed(rule, test, &result);
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

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	int count;
	struct loaded l = {0};
	int failed = -1;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count > 0)
		error_set(e, ERROR_USAGE, "rules test takes no argument \"%s\"; to choose use --rule", argv[0]);
	else if (rules_open(&l, c, wanted.items, e) == 0)
		failed = test(&l, c, e);
	loaded_clear(&l);
	cli_list_clear(&wanted);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command rules_test = {
	"test", "[--rule ID]", "Runs the tests that stand in rule files, through the engine of a scan.", run, options};
