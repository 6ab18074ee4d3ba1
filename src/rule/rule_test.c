/*
 * Inline tests of a rule, through the very engine that scans. It judges one
 * document and says what decided.
 */
#include "base/base.h"
#include "rule/eval.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "rule/pair.h"
#include "rule/window.h"

struct collector {
	const struct rule_test *test;
	struct arena *arena;
	size_t count;
	bool found;       /* one is as the test wants it */
	int64_t waits;    /* keys that are in flight */
	const char *said; /* messages */
};

static int collect(void *arg, const struct draft *d, struct error *e)
{
	struct collector *c = arg;
	const struct rule_test *t = c->test;

	(void)e;
	c->found = c->found ||
		   ((!t->klass || strcmp(t->klass, d->klass) == 0) && (!t->field || span_is(d->field, t->field)) &&
			   (!t->has_severity || t->severity == d->severity));
	c->said = arena_printf(
		c->arena, "%s%s[%s] %.*s", c->said, c->count++ ? "; " : "", d->klass, SPAN_ARG(d->message));
	if (t->has_severity && t->severity != d->severity)
		c->said = arena_printf(c->arena, "%s, severity %s", c->said, severity_name(d->severity));
	return 0;
}

const struct rule_group *eval_group_of(const struct rule_set *set, const struct rule *rule, size_t *plan)
{
	for (size_t i = 0; i < set->group_count; i++) {
		for (*plan = 0; *plan < set->groups[i]->count; ++*plan) {
			if (set->groups[i]->plans[*plan].rule == rule)
				return set->groups[i];
		}
	}
	return NULL;
}

/* What stands at the top of the test's document. */
struct top {
	struct span index, id;
	struct span source; /* of a hit; n 0: the document is plain */
};

static void read_top(struct top *top, struct span doc, struct arena *arena)
{
	struct jsonscan scan;
	struct span key, raw;
	bool first = true, escaped;

	jsonscan_init(&scan, doc);
	*top = (struct top){0};
	if (!jsonscan_enter(&scan, JSON_OBJECT))
		return;
	while (jsonscan_key(&scan, &first, &key, &escaped)) {
		struct span *out = jsonscan_raw_is(key, escaped, SPAN_LITERAL("_index"))    ? &top->index
				   : jsonscan_raw_is(key, escaped, SPAN_LITERAL("_id"))     ? &top->id
				   : jsonscan_raw_is(key, escaped, SPAN_LITERAL("_source")) ? &top->source
											    : NULL;
		enum json_kind kind = jsonscan_value(&scan, &raw, &escaped);

		if (out == NULL)
			continue;
		if (out == &top->source)
			*out = kind == JSON_OBJECT ? raw : SPAN_NONE;
		else
			*out = kind == JSON_STRING   ? jsonscan_unescape(arena, raw)
			       : kind == JSON_NUMBER ? raw
						     : SPAN_NONE;
	}
}

int eval_read_doc(struct doc *doc, const struct rule_group *group, struct span json, const char *name,
	struct arena *arena, struct error *e)
{
	char *text = arena_zalloc(arena, json.n + LIMIT_JSON_PADDING);
	struct jsonscan scan;
	struct top top;

	doc_init(doc, group->fields);
	if (utf8_invalid(json) >= 0)
		return error_set(e, ERROR_CONFIG, "%s is not UTF-8", name);
	if (json.n)
		memcpy(text, json.p, json.n);
	json.p = text;
	read_top(&top, json, arena);
	if (top.source.n) {
		text = arena_zalloc(arena, top.source.n + LIMIT_JSON_PADDING);
		memcpy(text, top.source.p, top.source.n);
		json = (struct span){text, top.source.n};
	}
	jsonscan_init(&scan, json);
	if (doc_pull(doc, &scan) < 0)
		return error_set(e, ERROR_CONFIG, "%s cannot be read: %s", name, scan.why);
	if (!jsonscan_end(&scan))
		return error_set(e, ERROR_CONFIG, "%s cannot be read: something stands behind its end", name);
	doc_set_identity(doc, top.index, top.id);
	return 0;
}

static void judge(const struct rule_test *test, const struct collector *c, const struct rule_stats *stats,
	const struct set_result *set, struct arena *arena, struct test_result *result)
{
	static const char *const names[] = {"a finding", "allowed", "clean"};

	result->got = c->count ? EXPECT_FINDING : stats->allowed || set->allowed ? EXPECT_ALLOWED : EXPECT_CLEAN;
	result->passed = result->got == test->expect && (test->expect != EXPECT_FINDING || c->found) &&
			 stats->errors == 0 && set->why == NULL;
	if (stats->errors)
		result->detail = arena_printf(arena, "the rule had an error: %s", stats->why);
	else if (set->why)
		result->detail = arena_printf(arena, "the rule had an error: %s", set->why);
	else if (c->count)
		result->detail = c->said;
	else if (c->waits)
		result->detail = "clean: in flight, changed within `grace`";
	else if (result->got == EXPECT_CLEAN && stats->gated)
		result->detail = "clean: `when` did not hold";
	else
		result->detail = names[result->got];
}

/* Documents of a set or window rule's test pass one by one, as in a scan. RULE: they are what others refer to. */
static int pass_all(struct eval *eval, size_t plan, const struct rule *rule, const struct span *docs, size_t count,
	struct collector *c, struct error *e)
{
	int status = 0;

	for (size_t i = 0; i < count && status == 0; i++) {
		const char *name = arena_printf(c->arena, "document %zu of test \"%s\"", i + 1, c->test->name);
		struct doc doc;

		status = eval_read_doc(&doc, eval->group, docs[i], name, c->arena, e);
		doc.line = (int64_t)i + 1;
		if (status == 0 && rule)
			eval_target(eval, rule, &doc);
		else if (status == 0)
			status = eval_rule(eval, plan, &doc, collect, c, e);
		doc_clear(&doc);
	}
	return status;
}

static const struct rule_group *target_group(const struct rule_set *set, const struct rule *rule)
{
	for (size_t i = 0; i < set->group_count; i++) {
		if (set->groups[i]->query == set_target_query(rule))
			return set->groups[i];
	}
	return NULL;
}

static bool whole(void *arg, struct span scope)
{
	(void)arg;
	(void)scope;
	return true;
}

static int collect_pair(void *arg, const struct pair_candidate *candidate, struct error *e)
{
	struct collector *c = arg;

	c->waits += candidate->in_flight;
	return candidate->in_flight ? 0 : collect(c, &candidate->draft, e);
}

/* What is wrong with all documents together. */
static int finish(struct sets *sets, const struct rule *rule, int64_t now, struct collector *c, struct set_result *done,
	struct error *e)
{
	struct pair_result pair;

	if (rule->kind == RULE_SET)
		return sets_finish(sets, rule, true, collect, c, done, e);
	if (pairs_finish(sets, rule, now, whole, collect_pair, c, &pair, e) < 0)
		return -1;
	*done = (struct set_result){.allowed = pair.allowed, .why = pair.why};
	return 0;
}

static int run_set_test(const struct rule_set *set, const struct rule_group *group, size_t plan, struct collector *c,
	const struct eval_options *options, struct test_result *result, struct error *e)
{
	const struct rule *rule = rule_group_rule(group, plan);
	const struct rule_group *other = target_group(set, rule);
	struct eval_options with_sets = *options;
	struct eval *eval, *target = NULL;
	struct set_result done = {0};
	int status;

	with_sets.sets = sets_new(set);
	eval = eval_new(group, &with_sets);
	if (other)
		target = eval_new(other, &with_sets);
	status = pass_all(eval, plan, NULL, c->test->docs, c->test->doc_count, c, e);
	if (status == 0 && target)
		status = pass_all(target, 0, rule, c->test->others, c->test->other_count, c, e);
	if (status == 0)
		status = finish(with_sets.sets, rule, options->now, c, &done, e);
	if (status == 0)
		judge(c->test, c, eval_stats(eval, plan), &done, c->arena, result);
	eval_free(target);
	eval_free(eval);
	sets_free(with_sets.sets);
	return status;
}

static int load_nothing(void *arg, window_each *each, void *each_arg, struct error *e)
{
	(void)arg;
	(void)each;
	(void)each_arg;
	(void)e;
	return 0;
}

static int put_nothing(void *arg, const struct window_known *known, struct error *e)
{
	(void)arg;
	(void)known;
	(void)e;
	return 0;
}

static int drop_nothing(void *arg, const struct fingerprint *digest, struct error *e)
{
	(void)arg;
	(void)digest;
	(void)e;
	return 0;
}

/* As in a first scan, which judges every window up to now. */
static int run_window_test(const struct rule_group *group, size_t plan, struct collector *c,
	const struct eval_options *options, struct test_result *result, struct error *e)
{
	static const struct window_memory memory = {NULL, load_nothing, put_nothing, drop_nothing};
	const struct window_bounds bounds = {.from = INT64_MIN, .until = options->now, .now = options->now};
	struct eval_options with_windows = *options;
	struct window_result done = {0};
	struct eval *eval;
	int status;

	with_windows.windows = windows_new(group);
	eval = eval_new(group, &with_windows);
	status = pass_all(eval, plan, NULL, c->test->docs, c->test->doc_count, c, e);
	if (status == 0)
		status = windows_finish(with_windows.windows, plan, &bounds, &memory, collect, c, &done, e);
	if (status == 0)
		judge(c->test, c, eval_stats(eval, plan),
			&(struct set_result){.allowed = done.allowed, .why = done.why}, c->arena, result);
	eval_free(eval);
	windows_free(with_windows.windows);
	return status;
}

int rule_test_run(const struct rule_set *set, const struct rule *rule, const struct rule_test *test, int64_t now,
	struct arena *arena, struct test_result *result, struct error *e)
{
	struct eval_options options = {.now = test->now ? test->now : now, .source_name = "test", .index = "test"};
	struct collector c = {.test = test, .arena = arena, .said = ""};
	struct doc doc;
	size_t plan = 0;
	const struct rule_group *group = eval_group_of(set, rule, &plan);
	const char *name = arena_printf(arena, "the document of test \"%s\"", test->name);
	struct eval *eval;
	int status;

	if (group == NULL)
		return error_set(e, ERROR_CONFIG, "rule %s is not in the set", rule->id);
	if (rule->kind == RULE_SET || rule->kind == RULE_PAIR)
		return run_set_test(set, group, plan, &c, &options, result, e);
	if (rule->kind == RULE_WINDOW)
		return run_window_test(group, plan, &c, &options, result, e);
	status = eval_read_doc(&doc, group, test->doc, name, arena, e);
	if (status == 0) {
		eval = eval_new(group, &options);
		status = eval_rule(eval, plan, &doc, collect, &c, e);
		if (status == 0)
			judge(test, &c, eval_stats(eval, plan), &(struct set_result){0}, arena, result);
		eval_free(eval);
	}
	doc_clear(&doc);
	return status;
}
