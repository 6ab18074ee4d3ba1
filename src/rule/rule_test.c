/*
 * Inline tests of a rule, through the very engine that scans. It judges one
 * document and says what decided.
 */
#include "base/base.h"
#include "rule/eval.h"

#include "base/utf8.h"

struct collector {
	const struct rule_test *test;
	struct arena *arena;
	size_t count;
	bool found;       /* one is as the test wants it */
	const char *said; /* messages */
};

static int collect(void *arg, const struct draft *d, struct error *e)
{
	struct collector *c = arg;
	const struct rule_test *t = c->test;

	(void)e;
	c->found = c->found ||
		   ((!t->klass || strcmp(t->klass, d->klass) == 0) && (!t->field || span_is(d->field, t->field)));
	c->said = arena_printf(
		c->arena, "%s%s[%s] %.*s", c->said, c->count++ ? "; " : "", d->klass, SPAN_ARG(d->message));
	return 0;
}

static const struct rule_group *group_of(const struct rule_set *set, const struct rule *rule, size_t *plan)
{
	for (size_t i = 0; i < set->group_count; i++) {
		for (*plan = 0; *plan < set->groups[i]->count; ++*plan) {
			if (set->groups[i]->plans[*plan].rule == rule)
				return set->groups[i];
		}
	}
	return NULL;
}

/* The text of a key at the top of the test's document. */
static struct span top_text(struct span doc, const char *name, struct arena *arena)
{
	struct jsonscan scan;
	struct span key, raw;
	bool first = true, escaped;

	jsonscan_init(&scan, doc);
	if (!jsonscan_enter(&scan, JSON_OBJECT))
		return SPAN_NONE;
	while (jsonscan_key(&scan, &first, &key, &escaped)) {
		bool wanted = jsonscan_raw_is(key, escaped, span_of(name));
		enum json_kind kind = jsonscan_value(&scan, &raw, &escaped);

		if (wanted && kind == JSON_STRING)
			return jsonscan_unescape(arena, raw);
		if (wanted && kind == JSON_NUMBER)
			return raw;
	}
	return SPAN_NONE;
}

static void judge(const struct rule_test *test, const struct collector *c, const struct rule_stats *stats,
	struct arena *arena, struct test_result *result)
{
	static const char *const names[] = {"a finding", "allowed", "clean"};

	result->got = c->count ? EXPECT_FINDING : stats->allowed ? EXPECT_ALLOWED : EXPECT_CLEAN;
	result->passed =
		result->got == test->expect && (test->expect != EXPECT_FINDING || c->found) && stats->errors == 0;
	if (stats->errors)
		result->detail = arena_printf(arena, "the rule had an error: %s", stats->why);
	else if (c->count)
		result->detail = c->said;
	else if (result->got == EXPECT_CLEAN && stats->gated)
		result->detail = "clean: `when` did not hold";
	else
		result->detail = names[result->got];
}

int rule_test_run(const struct rule_set *set, const struct rule *rule, const struct rule_test *test, int64_t now,
	struct arena *arena, struct test_result *result, struct error *e)
{
	struct eval_options options = {.now = test->now ? test->now : now, .source_name = "test", .index = "test"};
	struct collector c = {.test = test, .arena = arena, .said = ""};
	struct jsonscan scan;
	struct doc doc;
	size_t plan = 0;
	const struct rule_group *group = group_of(set, rule, &plan);
	struct eval *eval;
	int status;

	if (group == NULL)
		return error_set(e, ERROR_CONFIG, "rule %s is not in the set", rule->id);
	if (utf8_invalid(test->doc) >= 0)
		return error_set(e, ERROR_CONFIG, "the document of test \"%s\" is not UTF-8", test->name);
	doc_init(&doc, group->fields);
	doc.index = top_text(test->doc, "_index", arena);
	doc.id = top_text(test->doc, "_id", arena);
	jsonscan_init(&scan, test->doc);
	if (doc_pull(&doc, &scan) < 0) {
		error_set(e, ERROR_CONFIG, "the document of test \"%s\" cannot be read: %s", test->name, scan.why);
		doc_clear(&doc);
		return -1;
	}
	eval = eval_new(group, &options);
	status = eval_rule(eval, plan, &doc, collect, &c, e);
	if (status == 0)
		judge(test, &c, eval_stats(eval, plan), arena, result);
	eval_free(eval);
	doc_clear(&doc);
	return status;
}
