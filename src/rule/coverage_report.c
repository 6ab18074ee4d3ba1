/* Coverage: what was seen, held against all that could have been. */
#include "base/base.h"
#include "rule/coverage_private.h"

#include "base/utf8.h"

static void point(struct coverage *c, bool tried, const char *kind, struct yaml_mark at, const char *what)
{
	c->sum->points++;
	if (tried)
		c->sum->tried++;
	else
		c->visit(c->arg, &(struct coverage_gap){c->rule, kind, at, what});
}

/* One character that means itself. */
static bool is_letter(struct span pattern, const struct seen_item *item)
{
	struct span text = {pattern.p + item->offset, item->length};

	return utf8_chars(text) == 1 && strchr(".^$*+?{}[]\\|()", text.p[0]) == NULL;
}

/* Letters side by side are one word, which is reached when its last one is. */
static void report_regex(struct coverage *c, uint32_t probe, const struct yaml_node *node)
{
	const struct seen_regex *r = node ? coverage_regex(c, &c->group->probes[probe], node) : NULL;

	for (size_t i = 0; r && i < r->count; i++) {
		size_t offset = r->items[i].offset;

		while (i + 1 < r->count && is_letter(node->text, &r->items[i]) &&
			is_letter(node->text, &r->items[i + 1]) &&
			r->items[i].offset + r->items[i].length == r->items[i + 1].offset)
			i++;
		size_t length = r->items[i].offset + r->items[i].length - offset;
		struct span text = {node->text.p + offset, length};

		point(c, r->items[i].reached, "regex", yaml_scalar_mark(c->rule->file, node, offset),
			arena_printf(&c->arena, "item %.*s is never reached", SPAN_ARG(text)));
	}
}

static void report_when(struct coverage *c)
{
	const struct rule_when *when = c->rule->when;
	const struct yaml_node *node = yaml_find(c->rule->node, "when");

	for (size_t i = 0; when && i < when->count; i++) {
		const struct condition *condition = &when->items[i];
		const struct seen *seen = coverage_seen(c, condition);
		const char *field = condition->slot < 0 ? "?" : fields_path(c->group->fields, condition->slot);
		size_t yes = seen->yes, no = seen->no;

		point(c, yes > 0, "when", node->start,
			arena_printf(&c->arena, "the condition on %s never holds", field));
		point(c, no > 0, "when", node->start,
			arena_printf(&c->arena, "the condition on %s never fails", field));
		if (condition->is == IS_MATCH && condition->slot >= 0)
			report_regex(c, condition->probe, coverage_when_node(c, condition));
	}
}

static void report_value(struct coverage *c, const struct check *check, const struct yaml_node *node)
{
	const struct literals *all = check->param;

	for (size_t i = 0; i < all->count; i++) {
		struct span text = all->items[i].text;

		if (span_equal(text, node->text))
			point(c, coverage_seen(c, &all->items[i])->yes > 0, "value", node->start,
				arena_printf(&c->arena, "%.*s of %s is never tried", text.n ? (int)text.n : 2,
					text.n ? text.p : "''", check->ops->name));
	}
}

/* In the order of the file; a single value need not stand in a list. */
static void report_values(struct coverage *c, const struct check *check, const struct yaml_node *node)
{
	for (size_t i = 0; node->kind == YAML_LIST && i < node->count; i++)
		report_value(c, check, node->items[i]);
	if (node->kind == YAML_SCALAR)
		report_value(c, check, node);
}

static void report_check(struct coverage *c, const struct rule_check *entry, const struct check *check)
{
	const struct yaml_node *node = yaml_find(entry->node, check->ops->name);
	const struct seen seen = *coverage_seen(c, check);
	struct yaml_mark at = node ? node->start : entry->node->start;
	const char *value = node && node->kind == YAML_SCALAR && node->text.n <= 40 ? node->text.p : "";
	const char *name =
		arena_printf(&c->arena, "%s: %s%s%s", entry->field, check->ops->name, *value ? " " : "", value);

	point(c, seen.no > 0, "check", at, arena_printf(&c->arena, "%s never fails", name));
	point(c, seen.yes > 0, "check", at, arena_printf(&c->arena, "%s never holds", name));
	if (check->ops == &check_must_match || check->ops == &check_must_not_match)
		report_regex(c, *(const uint32_t *)check->param, node);
	else if ((check->ops == &check_one_of || check->ops == &check_not_one_of) && node)
		report_values(c, check, node);
}

static void report_allows(struct coverage *c)
{
	for (size_t i = 0; i < c->rule->allow_count; i++) {
		const struct rule_allow *allow = &c->rule->allows[i];

		point(c, coverage_seen(c, allow)->yes > 0, "allow", allow->node->start,
			arena_printf(&c->arena, "no test is allowed by this (%s)", allow->reason));
		if (allow->condition.is == IS_MATCH && allow->condition.slot >= 0)
			report_regex(c, allow->condition.probe, yaml_find(allow->node, "match"));
	}
}

void coverage_report(struct coverage *c)
{
	const struct rule *rule = c->rule;

	report_when(c);
	for (size_t i = 0; i < rule->check_count && rule->kind == RULE_CHECK; i++)
		for (size_t n = 0; n < rule->checks[i].count; n++)
			report_check(c, &rule->checks[i], &rule->checks[i].checks[n]);
	report_allows(c);
	point(c, c->found > 0, "test", rule->node->start, "no test expects a finding");
	/* every document of a hit without a gate is a finding */
	if (rule->kind == RULE_CHECK || rule->when)
		point(c, c->clean > 0, "test", rule->node->start, "no test expects a clean document");
}
