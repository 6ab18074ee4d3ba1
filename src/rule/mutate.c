/*
 * Mutants of a rule: which of its parts are changed, and what its tests say of
 * each. A mutant is the rule's tree with one node in another's place, compiled
 * as a file of its own; the file itself is not touched.
 */
#include "base/base.h"
#include "rule/mutate_private.h"

#include "model/value.h"
#include "rule/compile.h"

struct trial {
	struct mutation m; /* first: what the makers of mutants see */
	struct mutant_sum *sum;
	struct project *project;
	int64_t now;
	mutant_visit *visit;
	void *arg;
	struct arena arena;
};

/* ---- the changed tree ---- */

struct edit {
	const struct yaml_node *node;
	const char *text; /* NULL: it is taken away */
};

static struct yaml_node *edited(struct arena *arena, const struct yaml_node *node, const struct edit *edit);

static struct yaml_node *edited_list(struct arena *arena, const struct yaml_node *list, const struct edit *edit)
{
	struct yaml_node *copy = arena_zalloc(arena, sizeof(*copy));

	*copy = *list;
	copy->items = arena_zalloc(arena, (list->count + 1) * sizeof(*copy->items));
	copy->count = 0;
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i] != edit->node || edit->text)
			copy->items[copy->count++] = edited(arena, list->items[i], edit);
	}
	return copy;
}

static struct yaml_node *edited_map(struct arena *arena, const struct yaml_node *map, const struct edit *edit)
{
	struct yaml_node *copy = arena_zalloc(arena, sizeof(*copy));

	*copy = *map;
	copy->pairs = arena_zalloc(arena, (map->count + 1) * sizeof(*copy->pairs));
	copy->count = 0;
	for (size_t i = 0; i < map->count; i++) {
		if (map->pairs[i].value != edit->node || edit->text)
			copy->pairs[copy->count++] =
				(struct yaml_pair){map->pairs[i].key, edited(arena, map->pairs[i].value, edit)};
	}
	return copy;
}

static struct yaml_node *edited(struct arena *arena, const struct yaml_node *node, const struct edit *edit)
{
	struct yaml_node *copy;

	if (node->kind == YAML_LIST)
		return edited_list(arena, node, edit);
	if (node->kind == YAML_MAP)
		return edited_map(arena, node, edit);
	copy = arena_zalloc(arena, sizeof(*copy));
	*copy = *node;
	if (node == edit->node)
		copy->text = span_of(edit->text);
	return copy;
}

/* The rule's file with the rule alone. */
static const struct yaml_file *file_of(struct arena *arena, const struct rule *rule, const struct edit *edit)
{
	struct yaml_file *file = arena_zalloc(arena, sizeof(*file));
	struct yaml_node *root = arena_zalloc(arena, sizeof(*root)), *list = arena_zalloc(arena, sizeof(*list));

	*file = *rule->file;
	*root = *rule->file->root;
	*list = *yaml_find(root, "rules");
	root->pairs = arena_zalloc(arena, root->count * sizeof(*root->pairs));
	memcpy(root->pairs, rule->file->root->pairs, root->count * sizeof(*root->pairs));
	for (size_t i = 0; i < root->count; i++) {
		if (span_is(root->pairs[i].key->text, "rules"))
			root->pairs[i].value = list;
	}
	list->items = arena_zalloc(arena, sizeof(*list->items));
	list->items[0] = edited(arena, rule->node, edit);
	list->count = 1;
	file->root = root;
	return file;
}

/* ---- a trial ---- */

static int is_caught(bool *caught, struct trial *t, const struct rule_set *set)
{
	const struct rule *rule = &set->rules[0];

	*caught = false;
	for (size_t i = 0; i < rule->test_count && !*caught; i++) {
		struct test_result result;

		if (rule_test_run(set, rule, &rule->tests[i], t->now, &t->arena, &result, t->m.error) < 0)
			return -1;
		*caught = !result.passed;
	}
	return 0;
}

static int try(struct mutation *m, const struct mutant *mutant, const struct yaml_node *node, const char *text)
{
	struct trial *t = (struct trial *)m;
	struct diags diags;
	struct rule_set *set;
	bool caught;
	int failed = 0;

	diags_init(&diags, &t->arena);
	set = rule_set_of_file(t->project, file_of(&t->arena, m->rule, &(struct edit){node, text}), &diags, &t->arena);
	if (diags.errors == 0 && set->count == 1) {
		failed = is_caught(&caught, t, set);
		t->sum->made += failed == 0;
		t->sum->caught += failed == 0 && caught;
		if (failed == 0 && !caught)
			t->visit(t->arg, mutant);
	}
	rule_set_close(set);
	arena_reset(&t->arena);
	return failed;
}

int mutate_part(
	struct mutation *m, const char *kind, const struct yaml_node *node, size_t from, size_t n, const char *text)
{
	const struct span was = {node->text.p + from, n};
	const struct mutant mutant = {m->rule, kind, yaml_scalar_mark(m->rule->file, node, from), was, span_of(text)};
	const char *whole = arena_printf(m->arena, "%.*s%s%.*s", (int)from, node->text.p, text,
		(int)(node->text.n - from - n), node->text.p + from + n);

	return m->try(m, &mutant, node, whole);
}

int mutate_text(struct mutation *m, const char *kind, const struct yaml_node *node, const char *text)
{
	const struct mutant mutant = {m->rule, kind, node->start, node->text, span_of(text)};

	return m->try(m, &mutant, node, text);
}

int mutate_away(struct mutation *m, const char *kind, const struct yaml_node *node)
{
	const struct yaml_file *file = m->rule->file;
	const struct span was = {file->text.p + node->start.offset, node->end.offset - node->start.offset};
	const struct mutant mutant = {m->rule, kind, node->start, was, SPAN_NONE};

	return m->try(m, &mutant, node, NULL);
}

/* ---- the parts of a rule ---- */

static bool is_true(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *node = yaml_find(map, key);
	bool yes = false;

	return node && yaml_is_bool(node, &yes) && yes;
}

static bool has_text(const struct yaml_node *map, const char *key, const char *text)
{
	const struct yaml_node *node = yaml_find(map, key);

	return node && node->kind == YAML_SCALAR && span_is(node->text, text);
}

/* A block, or a list of them. */
static int each_block(struct mutation *m, const struct yaml_node *node,
	int (*change)(struct mutation *m, const struct yaml_node *block))
{
	if (node == NULL || node->kind == YAML_SCALAR)
		return 0;
	if (node->kind == YAML_MAP)
		return change(m, node);
	for (size_t i = 0; i < node->count; i++) {
		if (node->items[i]->kind == YAML_MAP && change(m, node->items[i]) < 0)
			return -1;
	}
	return 0;
}

static int mutate_check(struct mutation *m, const struct yaml_node *entry)
{
	const struct yaml_node *age = yaml_find(entry, "age"), *compare = yaml_find(entry, "compare"),
			       *sum = yaml_find(entry, "equals_sum");
	bool integer = has_text(entry, "type", "integer"), caseless = is_true(entry, "ignore_case");

	if (mutate_regex(m, yaml_find(entry, "must_match"), caseless) < 0 ||
		mutate_regex(m, yaml_find(entry, "must_not_match"), caseless) < 0 ||
		mutate_bound(m, yaml_find(entry, "min"), integer) < 0 ||
		mutate_bound(m, yaml_find(entry, "max"), integer) < 0 ||
		mutate_bound(m, yaml_find(entry, "min_chars"), true) < 0 ||
		mutate_bound(m, yaml_find(entry, "max_chars"), true) < 0)
		return -1;
	if (age && (mutate_duration(m, yaml_find(age, "min")) < 0 || mutate_duration(m, yaml_find(age, "max")) < 0))
		return -1;
	if (compare && mutate_operator(m, yaml_find(compare, "op")) < 0)
		return -1;
	return sum ? mutate_bound(m, yaml_find(sum, "tolerance"), false) : 0;
}

static int mutate_condition(struct mutation *m, const struct yaml_node *condition)
{
	if (mutate_regex(m, yaml_find(condition, "match"), is_true(condition, "ignore_case")) < 0 ||
		mutate_bound(m, yaml_find(condition, "min"), false) < 0)
		return -1;
	return mutate_bound(m, yaml_find(condition, "max"), false);
}

static int mutate_allow(struct mutation *m, const struct yaml_node *entry)
{
	if (mutate_away(m, "allow", entry) < 0)
		return -1;
	return mutate_regex(m, yaml_find(entry, "match"), is_true(entry, "ignore_case"));
}

static int mutate_set_compare(struct mutation *m, const struct yaml_node *entry)
{
	return mutate_operator(m, yaml_find(entry, "op"));
}

/* A key of several fields loses one at a time. */
static int mutate_key(struct mutation *m, const struct yaml_node *key)
{
	for (size_t i = 0; key && key->count > 1 && i < key->count; i++) {
		if (mutate_away(m, "key", key->kind == YAML_LIST ? key->items[i] : key->pairs[i].value) < 0)
			return -1;
	}
	return 0;
}

static int mutate_set(struct mutation *m, const struct yaml_node *set)
{
	const struct yaml_node *references = yaml_find(set, "references");

	if (mutate_key(m, yaml_find(set, "unique")) < 0)
		return -1;
	if (references == NULL)
		return 0;
	if (mutate_key(m, yaml_find(references, "on")) < 0)
		return -1;
	return each_block(m, yaml_find(references, "compare"), mutate_set_compare);
}

static int mutate_window(struct mutation *m, const struct yaml_node *window)
{
	static const char *const counts[] = {"events", "min_events", "min_current", "min_reference"};
	static const char *const bounds[] = {"min", "max", "height"};
	static const char *const spans[] = {"length", "step", "within", "forget"};

	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		if (mutate_bound(m, yaml_find(window, counts[i]), true) < 0)
			return -1;
	for (size_t i = 0; i < ARRAY_LEN(bounds); i++)
		if (mutate_bound(m, yaml_find(window, bounds[i]), false) < 0)
			return -1;
	for (size_t i = 0; i < ARRAY_LEN(spans); i++)
		if (mutate_duration(m, yaml_find(window, spans[i])) < 0)
			return -1;
	if (each_block(m, yaml_find(window, "match"), mutate_condition) < 0)
		return -1;
	return mutate_key(m, yaml_find(window, "group_by"));
}

static int mutate_pair_compare(struct mutation *m, const struct yaml_node *entry)
{
	const struct yaml_node *tolerance = yaml_find(entry, "tolerance");

	if (mutate_away(m, "field", entry) < 0)
		return -1;
	return tolerance && tolerance->kind == YAML_SCALAR && !decimal_valid(tolerance->text)
		       ? mutate_duration(m, tolerance)
		       : mutate_bound(m, tolerance, false);
}

/* How long and how often a difference must be seen no test says: tests look once. */
static int mutate_pair(struct mutation *m, const struct yaml_node *pair)
{
	return each_block(m, yaml_find(pair, "compare"), mutate_pair_compare);
}

static int mutate_severity(struct mutation *m)
{
	const struct rule *rule = m->rule;
	const struct yaml_node *node = yaml_find(rule->node, "severity");
	bool asked_for = false;

	for (size_t i = 0; i < rule->test_count; i++)
		asked_for |= rule->tests[i].has_severity;
	if (node == NULL || !asked_for)
		return 0;
	if (rule->severity > SEVERITY_INFO &&
		mutate_text(m, "severity", node, severity_name((enum severity)(rule->severity - 1))) < 0)
		return -1;
	return rule->severity < SEVERITY_CRITICAL
		       ? mutate_text(m, "severity", node, severity_name((enum severity)(rule->severity + 1)))
		       : 0;
}

int rule_mutate(struct mutant_sum *sum, struct project *project, const struct rule *rule, int64_t now,
	mutant_visit *visit, void *arg, struct error *e)
{
	struct arena texts;
	struct trial t = {.m = {.rule = rule, .arena = &texts, .try = try, .error = e},
		.sum = sum,
		.project = project,
		.now = now,
		.visit = visit,
		.arg = arg};
	int failed;

	arena_init(&t.arena);
	arena_init(&texts);
	failed = mutate_severity(&t.m) < 0 || each_block(&t.m, yaml_find(rule->node, "when"), mutate_condition) < 0 ||
		 each_block(&t.m, yaml_find(rule->node, "check"), mutate_check) < 0 ||
		 each_block(&t.m, yaml_find(rule->node, "set"), mutate_set) < 0 ||
		 each_block(&t.m, yaml_find(rule->node, "window"), mutate_window) < 0 ||
		 each_block(&t.m, yaml_find(rule->node, "pair"), mutate_pair) < 0 ||
		 each_block(&t.m, yaml_find(rule->node, "allow"), mutate_allow) < 0;
	arena_clear(&texts);
	arena_clear(&t.arena);
	return failed ? -1 : 0;
}
