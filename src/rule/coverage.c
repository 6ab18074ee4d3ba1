/* Coverage: runs the tests of a rule and remembers what happened in them. */
#include "base/base.h"
#include "rule/coverage.h"

#include "base/limits.h"
#include "rule/coverage_private.h"

struct seen *coverage_seen(struct coverage *c, const void *what)
{
	for (size_t i = 0; i < c->seen_count; i++)
		if (c->seen[i].what == what)
			return &c->seen[i];
	c->seen = arena_grow(&c->arena, c->seen, c->seen_count, &c->seen_capacity, sizeof(*c->seen));
	c->seen[c->seen_count] = (struct seen){.what = what};
	return &c->seen[c->seen_count++];
}

/* ---- regexes ---- */

static struct seen_item *item_at(struct seen_regex *r, size_t offset)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->items[i].offset == offset)
			return &r->items[i];
	return NULL;
}

struct making {
	struct coverage *c;
	struct seen_regex *r;
};

/* Brackets and bars are not reached for their own sake, and the end of the pattern is no item. */
static void add_item(void *arg, size_t offset, size_t length)
{
	struct making *m = arg;
	struct seen_regex *r = m->r;

	if (length == 0 || offset >= r->node->text.n || length > r->node->text.n - offset ||
		strchr("()|", r->node->text.p[offset]) || item_at(r, offset))
		return;
	r->items = arena_grow(&m->c->arena, r->items, r->count, &r->capacity, sizeof(*r->items));
	r->items[r->count++] = (struct seen_item){offset, length, false};
}

static void reach_item(void *arg, size_t offset, size_t length)
{
	struct seen_item *item = item_at(arg, offset);

	(void)length;
	if (item)
		item->reached = true;
}

static struct seen_regex *find_regex(struct coverage *c, const struct probe *probe, const struct yaml_node *node)
{
	struct regex_fault fault;
	struct seen_regex *r;

	for (size_t i = 0; i < c->regex_count; i++)
		if (c->regexes[i].node == node)
			return &c->regexes[i];
	c->regexes = arena_grow(&c->arena, c->regexes, c->regex_count, &c->regex_capacity, sizeof(*c->regexes));
	r = &c->regexes[c->regex_count++];
	*r = (struct seen_regex){.node = node};
	r->regex = regex_new(
		probe->pattern, probe->flags | REGEX_AUTO_CALLOUT | REGEX_NO_START_OPTIMISE | REGEX_NO_JIT, &fault);
	if (r->regex)
		regex_each_item(r->regex, add_item, &(struct making){c, r});
	return r;
}

const struct seen_regex *coverage_regex(struct coverage *c, const struct probe *probe, const struct yaml_node *node)
{
	return find_regex(c, probe, node);
}

void coverage_match(struct coverage *c, const struct probe *probe, const struct yaml_node *node, struct span text)
{
	struct seen_regex *r = find_regex(c, probe, node);

	/* The outcome is known already: a limit that is hit here has been told by the engine. */
	if (r->regex && regex_match_visiting(r->regex, c->room, text, reach_item, r) == REGEX_FAILED)
		return;
}

void coverage_regexes_clear(struct coverage *c)
{
	for (size_t i = 0; i < c->regex_count; i++)
		regex_free(c->regexes[i].regex);
}

/* ---- what happens ---- */

static void match_all(
	struct coverage *c, struct eval *e, const struct condition *condition, const struct yaml_node *node)
{
	if (condition->slot < 0 || condition->is != IS_MATCH || node == NULL)
		return;
	for (const struct value *v = eval_first(e, condition->slot); v; v = eval_next(e, v))
		if (v->kind > VALUE_NULL && v->kind <= VALUE_TEXT)
			coverage_match(c, &c->group->probes[condition->probe], node, eval_text(e, v));
}

const struct yaml_node *coverage_when_node(const struct coverage *c, const struct condition *condition)
{
	const struct yaml_node *when = yaml_find(c->rule->node, "when"), *match;
	size_t count = when && when->kind == YAML_LIST ? when->count : 1;
	struct span pattern;

	if (condition->is != IS_MATCH || condition->slot < 0)
		return NULL;
	pattern = c->group->probes[condition->probe].pattern;
	for (size_t i = 0; when && i < count; i++) {
		match = yaml_find(when->kind == YAML_LIST ? when->items[i] : when, "match");
		if (match && span_equal(match->text, pattern))
			return match;
	}
	return NULL;
}

static void see_values(struct coverage *c, struct eval *e, const struct check *check, const struct value *v)
{
	const struct literals *all = check->param;

	for (size_t i = 0; i < all->count; i++) {
		struct literals one = {&all->items[i], 1, all->numbers};

		coverage_seen(c, &all->items[i])->yes += literals_hold(&one, e, v);
	}
}

static void see_check(struct coverage *c, struct eval *e, const struct eval_event *event)
{
	const struct check *check = event->check;
	const struct value *v = event->value;
	struct seen *seen;

	if (check == NULL)
		return;
	seen = coverage_seen(c, check);
	seen->yes += event->answer == CHECK_HOLDS;
	seen->no += event->answer == CHECK_FAILS || event->answer == CHECK_TYPE;
	if (v->kind <= VALUE_NULL || v->kind > VALUE_TEXT)
		return;
	if (check->ops == &check_must_match || check->ops == &check_must_not_match)
		coverage_match(c, &c->group->probes[*(const uint32_t *)check->param],
			yaml_find(event->entry->node, check->ops->name), eval_text(e, v));
	else if (check->ops == &check_one_of || check->ops == &check_not_one_of)
		see_values(c, e, check, v);
}

static void see(void *arg, struct eval *e, const struct eval_event *event)
{
	struct coverage *c = arg;
	struct seen *seen;

	switch (event->step) {
	case STEP_WHEN:
		seen = coverage_seen(c, event->condition);
		seen->yes += event->answer == 1;
		seen->no += event->answer == 0;
		match_all(c, e, event->condition, coverage_when_node(c, event->condition));
		break;
	case STEP_ALLOW:
		coverage_seen(c, event->allow)->yes += event->answer == 1;
		match_all(c, e, &event->allow->condition, yaml_find(event->allow->node, "match"));
		break;
	case STEP_CHECK: see_check(c, e, event); break;
	case STEP_ENTRY:
	case STEP_AGAIN: break;
	}
}

static int ignore(void *arg, const struct draft *draft, struct error *e)
{
	(void)arg;
	(void)draft;
	(void)e;
	return 0;
}

static int run_test(struct coverage *c, size_t plan, const struct rule_test *test, int64_t now, struct error *e)
{
	struct eval_options options = {.now = test->now ? test->now : now, .source_name = "test", .index = "test"};
	struct arena arena;
	struct eval *eval;
	struct doc doc;
	int status;

	c->found += test->expect == EXPECT_FINDING;
	c->clean += test->expect == EXPECT_CLEAN;
	if (rule_is_of_many(c->rule))
		return 0; /* it has no checks of one document whose parts could be left untried */
	arena_init(&arena);
	status = eval_read_doc(&doc, c->group, test->doc, test->name, &arena, e);
	if (status == 0) {
		eval = eval_new(c->group, &options);
		eval->tell = see;
		eval->tell_arg = c;
		status = eval_rule(eval, plan, &doc, ignore, NULL, e);
		eval_free(eval);
	}
	doc_clear(&doc);
	arena_clear(&arena);
	return status;
}

int rule_coverage(struct coverage_sum *sum, const struct rule_set *set, const struct rule *rule, int64_t now,
	coverage_visit *visit, void *arg, struct error *e)
{
	struct coverage c = {.rule = rule, .sum = sum, .visit = visit, .arg = arg};
	size_t plan;
	int status = 0;

	c.group = eval_group_of(set, rule, &plan);
	if (c.group == NULL)
		return error_set(e, ERROR_CONFIG, "rule %s is not in the set", rule->id);
	arena_init(&c.arena);
	c.room = regex_room_new(LIMIT_MATCH_STEPS);
	for (size_t i = 0; i < rule->test_count && status == 0; i++)
		status = run_test(&c, plan, &rule->tests[i], now, e);
	if (status == 0)
		coverage_report(&c);
	coverage_regexes_clear(&c);
	regex_room_free(c.room);
	arena_clear(&c.arena);
	return status;
}
