/* when: and allow: -> conditions on fields. */
#include "base/base.h"
#include "rule/compile.h"

#include "base/clock.h"

#define DAY_MS INT64_C(86400000)

static struct texts only(const char *text, struct arena *arena)
{
	const char **items = arena_alloc(arena, sizeof(*items));

	items[0] = text;
	return (struct texts){items, 1};
}

static bool has(const struct yaml_node *node, const char *key)
{
	return yaml_find(node, key) != NULL;
}

/* min and max of a gate. */
static bool compile_within(struct condition *c, const struct yaml_node *node, struct compiler *k)
{
	const struct yaml_node *min = yaml_find(node, "min"), *max = yaml_find(node, "max");
	bool min_instant = false, max_instant = false;

	c->is = IS_WITHIN;
	if (min && !compile_bound(&c->min, &c->min_ms, &min_instant, k, min))
		return false;
	if (max && !compile_bound(&c->max, &c->max_ms, &max_instant, k, max))
		return false;
	if (min && max && min_instant != max_instant) {
		diag_help(k->diags,
			diag_error(k->diags, "E0306", k->file, max,
				"min and max are not of one kind: a number and an instant"),
			"write both as numbers, or both as instants");
		return false;
	}
	c->instants = min_instant || max_instant;
	return true;
}

/* How many of KEYS stand in NODE. */
static unsigned count_keys(const struct yaml_node *node, const char *const *keys)
{
	unsigned count = 0;

	for (; *keys; keys++)
		count += has(node, *keys);
	return count;
}

static void compile_condition(struct condition *c, const struct condition_entry *entry, struct compiler *k)
{
	static const char *const keys[] = {"equals", "not_equals", "one_of", "match", "exists", "min", NULL};
	const struct yaml_node *node = entry->node;
	unsigned said = count_keys(node, keys) + (has(node, "max") && !has(node, "min"));

	c->slot = entry->field ? compile_slot(k, entry->field, option_node(node, "field")) : -1;
	if (said == 0 && option_meant(&rule_when_block, node, NULL))
		return;
	if (said != 1) {
		struct diag *d = diag_error(k->diags, "E0313", k->file, node, "this condition says %s",
			said ? "more than one thing" : "nothing");

		diag_help(k->diags, d,
			"one of equals, not_equals, one_of, match, exists, or min and max; all entries of a list must "
			"hold");
		return;
	}
	if (entry->equals || entry->not_equals) {
		struct texts text = only(entry->equals ? entry->equals : entry->not_equals, k->arena);

		c->is = entry->equals ? IS_MEMBER : IS_NO_MEMBER;
		c->literals = literals_make(&text, k);
	} else if (has(node, "one_of")) {
		c->is = IS_MEMBER;
		c->literals = literals_make(&entry->one_of, k);
	} else if (has(node, "match")) {
		c->is = IS_MATCH;
		if (!compile_probe(&c->probe, k, c->slot, yaml_find(node, "match"), entry->ucp, entry->ignore_case))
			c->slot = -1;
	} else if (has(node, "exists")) {
		c->is = entry->exists ? IS_THERE : IS_NOT_THERE;
	} else if (!compile_within(c, node, k)) {
		c->slot = -1;
	}
}

/* Gates that cost nothing come first; those that need a regex last. */
static void cheap_first(struct condition *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct condition moved = items[i];
		size_t n = i;

		for (; n > 0 && items[n - 1].is == IS_MATCH && moved.is != IS_MATCH; n--)
			items[n] = items[n - 1];
		items[n] = moved;
	}
}

const struct rule_when *compile_when(struct compiler *k, const struct yaml_node *node)
{
	struct option_reader reader = {k->arena, k->diags, k->file, k->project->folder};
	size_t count = node->kind == YAML_LIST ? node->count : 1;
	struct condition *items = arena_zalloc(k->arena, (count + 1) * sizeof(*items));
	struct rule_when *when = arena_zalloc(k->arena, sizeof(*when));

	if (count == 0 || node->kind == YAML_SCALAR) {
		diag_help(k->diags,
			diag_error(k->diags, "E0313", k->file, node, "when is a condition (a map) or a list of them"),
			"when: {field: sellable, equals: true}");
		return when;
	}
	for (size_t i = 0; i < count; i++) {
		const struct condition_entry *entry =
			option_read(&reader, &rule_when_block, node->kind == YAML_LIST ? node->items[i] : node);

		if (entry)
			compile_condition(&items[i], entry, k);
	}
	cheap_first(items, count);
	*when = (struct rule_when){items, count};
	return when;
}

/* ---- allow ---- */

/* `until: 2027-03-31` holds through that day, in the rule's zone. */
static int64_t last_moment(const struct allow_entry *entry, const struct compiler *k)
{
	const struct yaml_node *node = yaml_find(entry->node, "until");

	if (node == NULL)
		return INT64_MAX;
	if (node->text.n > 10)
		return entry->until;
	return entry->until - (k->zone == CLOCK_NO_ZONE ? 0 : k->zone) * INT64_C(60000) + DAY_MS - 1;
}

static void warn_expired(const struct rule_allow *allow, struct compiler *k)
{
	struct clock wall = {0};

	if (allow->until >= clock_now(&wall))
		return;
	diag_help(k->diags,
		diag_warning(k->diags, "W0410", k->file, option_node(allow->node, "until"),
			"this allow has expired and is ignored"),
		"take it out, or set a later day");
}

static void compile_allow(struct rule_allow *out, const struct allow_entry *entry, struct compiler *k)
{
	static const char *const keys[] = {"match", "equals", "one_of", NULL};
	const struct yaml_node *node = entry->node;
	unsigned said = count_keys(node, keys);
	struct condition *c = &out->condition;

	*out = (struct rule_allow){
		.node = node, .keys = entry->key, .reason = entry->reason, .until = last_moment(entry, k)};
	warn_expired(out, k);
	c->slot = entry->field ? compile_slot(k, entry->field, option_node(node, "field")) : -1;
	if (said == 0 && option_meant(&rule_allow_block, node, NULL))
		return;
	if (entry->field == NULL ? said > 0 || entry->key.count == 0 : said != 1) {
		struct diag *d = diag_error(
			k->diags, "E0313", k->file, node, "this allow does not say which value or document it means");

		diag_help(k->diags, d, "field with one of match, equals, one_of; or key; or both");
		return;
	}
	if (entry->field == NULL)
		return;
	if (has(node, "match")) {
		c->is = IS_MATCH;
		if (!compile_probe(&c->probe, k, c->slot, yaml_find(node, "match"), entry->ucp, entry->ignore_case))
			c->slot = -1;
	} else {
		struct texts text = entry->one_of;

		if (entry->equals)
			text = only(entry->equals, k->arena);
		c->is = IS_MEMBER;
		c->literals = literals_make(&text, k);
	}
}

const struct rule_allow *compile_allows(struct compiler *k, const struct blocks *entries)
{
	struct rule_allow *allows = arena_zalloc(k->arena, (entries->count + 1) * sizeof(*allows));

	for (size_t i = 0; i < entries->count; i++)
		compile_allow(&allows[i], entries->items[i], k);
	return allows;
}
