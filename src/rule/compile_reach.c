/*
 * What of a rule can never have an effect, seen from the rule alone: exceptions
 * for fields that it does not check, checks that its gate has settled.
 */
#include "base/base.h"
#include "rule/compile.h"

#include "base/str.h"

/* The field of a check that was most likely meant; NULL: none is near. */
static const char *nearest_field(const struct rule *rule, const char *field, struct arena *arena)
{
	const char **names = arena_zalloc(arena, (rule->check_count + 1) * sizeof(*names));

	for (size_t i = 0; i < rule->check_count; i++)
		names[i] = rule->checks[i].field;
	return str_nearest(field, names);
}

static bool checks_slot(const struct rule *rule, int slot)
{
	for (size_t i = 0; i < rule->check_count; i++) {
		if (rule->checks[i].slot == slot)
			return true;
	}
	return false;
}

static void reach_allow(struct compiler *k, const struct rule *rule, const struct rule_allow *allow)
{
	const struct yaml_node *at = option_node(allow->node, "field");
	const char *near;
	struct diag *d;

	if (allow->condition.slot < 0 || checks_slot(rule, allow->condition.slot))
		return;
	near = nearest_field(rule, at->text.p, k->arena);
	d = diag_warning(k->diags, "W0412", k->file, at, "this allow can never apply: the rule does not check \"%s\"",
		at->text.p);
	if (near)
		diag_help(k->diags, d, "did you mean \"%s\"?", near);
	else
		diag_help(k->diags, d, "name a field of a check; to allow a document whatever fails, name its key");
}

static bool same_literal(const struct literal *a, const struct literal *b)
{
	return a->number && b->number ? decimal_compare(a->text, b->text) == 0 : span_equal(a->text, b->text);
}

static bool holds_literal(const struct literals *l, const struct literal *value)
{
	for (size_t i = 0; i < l->count; i++) {
		if (same_literal(&l->items[i], value))
			return true;
	}
	return false;
}

/* CHECK holds of every value that passes GATE, a condition on the same field. */
static bool settles(const struct condition *gate, const struct check *check)
{
	bool wanted = check->ops == &check_one_of;

	if (gate->is == IS_NOT_THERE)
		return !check->ops->on_nothing;
	if (gate->is == IS_THERE)
		return check->ops == &check_required;
	if (gate->is != IS_MEMBER || (!wanted && check->ops != &check_not_one_of))
		return false;
	for (size_t i = 0; i < gate->literals.count; i++) {
		if (holds_literal(check->param, &gate->literals.items[i]) != wanted)
			return false;
	}
	return true;
}

static void reach_check(
	struct compiler *k, const struct rule *rule, const struct rule_check *entry, const struct check *check)
{
	for (size_t i = 0; i < rule->when->count; i++) {
		const struct condition *gate = &rule->when->items[i];

		if (gate->slot != entry->slot || !settles(gate, check))
			continue;
		diag_help(k->diags,
			diag_warning(k->diags, "W0413", k->file, option_node(entry->node, check->ops->name),
				"this check can never fail: `when` says the same of \"%s\"", entry->field),
			"take the check out, or the condition, which hides what the check is to find");
		return;
	}
}

void compile_reach(struct compiler *k, const struct rule *rule)
{
	for (size_t i = 0; rule->kind == RULE_CHECK && i < rule->allow_count; i++)
		reach_allow(k, rule, &rule->allows[i]);
	for (size_t i = 0; rule->kind == RULE_CHECK && rule->when && i < rule->check_count; i++) {
		const struct rule_check *entry = &rule->checks[i];

		for (size_t n = 0; n < entry->count && !fields_each_element(k->group->fields, entry->slot); n++)
			reach_check(k, rule, entry, &entry->checks[n]);
	}
}
