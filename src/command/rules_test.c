/* kenpin rules test: the tests that stand in rule files, through the engine of a scan; and what they would not notice.
 */
#include "base/base.h"
#include "command/rules.h"

#include "base/jsonout.h"
#include "rule/mutate.h"

#define LINE_BYTES (64u << 20) /* of one result as JSON: a test holds its documents */

static struct {
	struct cli_list rules;
	const char *format;
	bool mutate, all;
	int64_t min_caught;
} given;

static const struct cli_option table_of_options[] = {
	{"rule", CLI_LIST, &given.rules, "ID", "only this rule (glob; may be given again)"},
	{"mutate", CLI_FLAG, &given.mutate, NULL,
		"change rules one thing at a time: list the changes that no test notices"},
	{"min-caught", CLI_INT, &given.min_caught, "PERCENT", "with --mutate: exit 1 when less of them is noticed"},
	{"format", CLI_TEXT, &given.format, "FORM", "text or json (lines); default text"},
	{"all", CLI_FLAG, &given.all, NULL, "test: with --format json, tests that pass too, each with its documents"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

static const char *const outcomes[] = {"finding", "allowed", "clean"};

struct testing {
	struct loaded loaded;
	struct command_context *c;
	bool json;
	size_t passed, failed;
	struct mutant_sum mutants;
	struct buf line;
	struct jsonout out;
};

/* ---- one result ---- */

static const char *path_of(const struct testing *t, const struct rule *rule)
{
	const char *path = rule->file->path, *folder = t->loaded.project->folder;
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && path[n] == '/' ? path + n + 1 : path;
}

static void begin_line(struct testing *t, const char *kind)
{
	buf_reset(&t->line);
	jsonout_init(&t->out, &t->line);
	jsonout_open(&t->out, '{');
	jsonout_pair(&t->out, "kind", kind);
}

static void write_place(struct testing *t, const struct rule *rule, struct yaml_mark at)
{
	jsonout_pair(&t->out, "rule", rule->id);
	jsonout_pair(&t->out, "path", path_of(t, rule));
	jsonout_pair_int(&t->out, "line", at.line);
	jsonout_pair_int(&t->out, "column", at.column);
}

static void end_line(struct testing *t)
{
	jsonout_close(&t->out, '}');
	printf("%s\n", buf_text(&t->line));
}

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

static void write_documents(struct testing *t, const char *key, const struct span *docs, size_t count)
{
	jsonout_key(&t->out, key);
	jsonout_open(&t->out, '[');
	for (size_t i = 0; i < count; i++)
		jsonout_raw(&t->out, docs[i]);
	jsonout_close(&t->out, ']');
}

/* For programs that judge the same documents in another way. */
static void write_setting(struct testing *t, const struct rule *rule, const struct rule_test *test)
{
	char now[32];

	if (test->now)
		clock_text(now, test->now);
	jsonout_pair(&t->out, "now", test->now ? now : NULL);
	if (!rule_is_of_many(rule)) {
		jsonout_pair_raw(&t->out, "doc", test->doc);
		return;
	}
	write_documents(t, rule->kind == RULE_PAIR ? "left" : "docs", test->docs, test->doc_count);
	write_documents(t, rule->kind == RULE_PAIR ? "right" : "others", test->others, test->other_count);
}

static void write_result(
	struct testing *t, const struct rule *rule, const struct rule_test *test, const struct test_result *result)
{
	begin_line(t, result->passed ? "passed" : "failed");
	write_place(t, rule, test->node->start);
	jsonout_pair(&t->out, "test", test->name);
	jsonout_pair(&t->out, "expected", outcomes[test->expect]);
	jsonout_pair(&t->out, "got", outcomes[result->got]);
	jsonout_pair(&t->out, "detail", result->detail);
	if (given.all)
		write_setting(t, rule, test);
	end_line(t);
}

static int test_rule(struct testing *t, const struct rule *rule, struct error *e)
{
	for (size_t i = 0; i < rule->test_count; i++) {
		const struct rule_test *test = &rule->tests[i];
		struct test_result result;
		struct arena arena;

		arena_init(&arena);
		if (rule_test_run(t->loaded.rules, rule, test, clock_now(&t->c->clock), &arena, &result, e) < 0) {
			arena_clear(&arena);
			return -1;
		}
		*(result.passed ? &t->passed : &t->failed) += 1;
		if (t->json && (given.all || !result.passed))
			write_result(t, rule, test, &result);
		else if (!result.passed && !t->json)
			tell_failed(rule, test, &result);
		arena_clear(&arena);
	}
	return 0;
}

/* ---- mutants ---- */

static void show_mutant(void *arg, const struct mutant *mutant)
{
	struct testing *t = arg;

	if (t->json) {
		begin_line(t, "mutant");
		write_place(t, mutant->rule, mutant->at);
		jsonout_pair(&t->out, "change", mutant->kind);
		jsonout_pair_span(&t->out, "was", mutant->was);
		jsonout_pair_span(&t->out, "became", mutant->will);
		end_line(t);
		return;
	}
	printf("%s:%d:%d: %s: %s: ", path_of(t, mutant->rule), mutant->at.line, mutant->at.column, mutant->rule->id,
		mutant->kind);
	if (mutant->will.n)
		printf("%.*s -> %.*s\n", SPAN_ARG(mutant->was), SPAN_ARG(mutant->will));
	else
		printf("without %.*s\n", SPAN_ARG(mutant->was));
}

static int mutate(struct testing *t, struct error *e)
{
	for (size_t i = 0; i < t->loaded.rules->count && !*t->c->stop; i++) {
		if (rule_mutate(&t->mutants, t->loaded.project, &t->loaded.rules->rules[i], clock_now(&t->c->clock),
			    show_mutant, t, e) < 0)
			return -1;
	}
	return *t->c->stop ? error_set(e, ERROR_INCOMPLETE, "asked to stop") : 0;
}

static double percent(const struct mutant_sum *sum)
{
	return sum->made ? 100.0 * (double)sum->caught / (double)sum->made : 100.0;
}

/* ---- all ---- */

static void summary(struct testing *t)
{
	if (t->json) {
		begin_line(t, "summary");
		jsonout_pair_int(&t->out, "passed", (int64_t)t->passed);
		jsonout_pair_int(&t->out, "failed", (int64_t)t->failed);
		if (given.mutate && t->failed == 0) {
			jsonout_pair_int(&t->out, "mutants", (int64_t)t->mutants.made);
			jsonout_pair_int(&t->out, "caught", (int64_t)t->mutants.caught);
		}
		end_line(t);
		return;
	}
	printf("%zu passed, %zu failed\n", t->passed, t->failed);
	if (given.mutate && t->failed == 0)
		printf("%zu mutants, %zu caught (%.1f %%)\n", t->mutants.made, t->mutants.caught, percent(&t->mutants));
}

static int test(struct testing *t, struct error *e)
{
	struct loaded *l = &t->loaded;

	if (l->project->diags.errors > 0) {
		print_diags(&l->project->diags, t->json ? DIAG_JSON : DIAG_TEXT);
		return error_set(e, ERROR_CONFIG, "the rules have errors; no test was run");
	}
	for (size_t i = 0; i < l->rules->count; i++)
		if (test_rule(t, &l->rules->rules[i], e) < 0)
			return -1;
	if (t->passed + t->failed == 0)
		return error_set(e, ERROR_CONFIG, "no rule has a test");
	if (given.mutate && t->failed == 0 && mutate(t, e) < 0)
		return -1;
	summary(t);
	if (t->failed == 0)
		return 0;
	return error_set(e, ERROR_CONFIG, "%zu of %zu rule tests failed%s", t->failed, t->passed + t->failed,
		given.mutate ? "; mutants are made of rules whose tests pass" : "");
}

/* Options that say nothing together, or that hold no such value. */
static int judge_options(struct testing *t, int count, char **argv, struct error *e)
{
	const char *format = given.format ? given.format : "text";

	if (count > 0)
		return error_set(e, ERROR_USAGE, "rules test takes no argument \"%s\"; to choose use --rule", argv[0]);
	t->json = strcmp(format, "json") == 0;
	if (!t->json && strcmp(format, "text") != 0)
		return error_set(e, ERROR_USAGE, "--format is text or json, not \"%s\"", format);
	if (given.all && !t->json)
		return error_set(e, ERROR_USAGE, "--all gives the documents of all tests: it needs --format json");
	if (given.min_caught != 0 && !given.mutate)
		return error_set(e, ERROR_USAGE, "--min-caught counts mutants: it needs --mutate");
	if (given.min_caught < 0 || given.min_caught > 100)
		return error_set(e, ERROR_USAGE, "--min-caught is a percentage: 0 to 100");
	return 0;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	struct testing t = {.c = c};
	int count, failed = -1;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	buf_init(&t.line, LINE_BYTES);
	if (judge_options(&t, count, argv, e) == 0 && rules_open(&t.loaded, c, given.rules.items, e) == 0)
		failed = test(&t, e);
	loaded_clear(&t.loaded);
	buf_clear(&t.line);
	cli_list_clear(&given.rules);
	if (failed)
		return error_exit_code(e->kind);
	return t.mutants.caught * 100 < t.mutants.made * (size_t)given.min_caught ? EXIT_FOUND : EXIT_DONE;
}

const struct command rules_test = {"test", "[--rule ID] [--mutate [--min-caught PERCENT]] [--format text|json [--all]]",
	"Runs the tests that stand in rule files, through the engine of a scan.", run, options};
