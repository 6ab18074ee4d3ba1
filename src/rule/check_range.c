/* min and max, of numbers (exactly) and of instants. */
#include "base/base.h"
#include "rule/check.h"

#include "rule/compile.h"
#include "rule/eval.h"

struct range_param {
	struct span text; /* as written in the rule */
	int64_t ms;
	bool instant, decimal_text;
	int zone;
};

/* Both bounds of an entry must be of one kind and leave room between them. */
static bool agrees(const struct check_entry *entry, const struct range_param *max, struct compiler *k)
{
	const struct yaml_node *node = yaml_find(entry->node, "min");
	struct span number;
	int64_t ms;
	bool instant;

	if (node == NULL)
		return true;
	if (!compile_bound_silent(&number, &ms, &instant, k, node))
		return false; /* told when min itself was compiled */
	if (instant != max->instant) {
		diag_help(k->diags,
			diag_error(k->diags, "E0306", k->file, option_node(entry->node, "max"),
				"min and max are not of one kind: a number and an instant"),
			"write both as numbers, or both as instants");
		return false;
	}
	if (instant ? ms > max->ms : decimal_compare(number, max->text) > 0) {
		diag_help(k->diags,
			diag_error(k->diags, "E0306", k->file, option_node(entry->node, "max"),
				"max is less than min: nothing can hold"),
			"min is the least value that is right, max the greatest");
		return false;
	}
	return true;
}

static bool range_compile(struct check *c, const struct check_entry *entry, struct compiler *k)
{
	const struct yaml_node *node = yaml_find(entry->node, c->ops->name);
	bool typed = check_typed(entry);
	struct range_param *param = arena_zalloc(k->arena, sizeof(*param));

	if (!compile_bound(&param->text, &param->ms, &param->instant, k, node))
		return false;
	param->decimal_text = typed && entry->type == TYPE_DECIMAL;
	param->zone = k->zone;
	if (typed && (entry->type == TYPE_INSTANT) != param->instant) {
		diag_help(k->diags,
			diag_error(k->diags, "E0306", k->file, node, "%s is %s, and the type is %s", c->ops->name,
				param->instant ? "an instant" : "a number", check_type_names[entry->type]),
			"bounds of type instant are instants, those of any other type are numbers");
		return false;
	}
	c->param = param;
	c->wants = param->instant ? "an instant" : "a number";
	return c->ops != &check_max || agrees(entry, param, k);
}

/* How V stands to the bound: -1, 0, 1; false when it cannot be compared. */
static bool range_compare(int *order, const struct range_param *param, struct eval *e, const struct value *v)
{
	struct span number;
	int64_t ms;

	if (param->instant) {
		if (value_instant(&ms, v, param->zone, &e->scratch) < 0)
			return false;
		*order = (ms > param->ms) - (ms < param->ms);
		return true;
	}
	number = check_number(e, v, param->decimal_text);
	if (number.n == 0)
		return false;
	*order = decimal_compare(number, param->text);
	return true;
}

static enum check_outcome min_run(const struct check *c, struct eval *e, const struct value *v)
{
	int order;

	if (!range_compare(&order, c->param, e, v))
		return CHECK_TYPE;
	return order >= 0 ? CHECK_HOLDS : CHECK_FAILS;
}

static enum check_outcome max_run(const struct check *c, struct eval *e, const struct value *v)
{
	int order;

	if (!range_compare(&order, c->param, e, v))
		return CHECK_TYPE;
	return order <= 0 ? CHECK_HOLDS : CHECK_FAILS;
}

static void range_say(struct buf *out, const struct check *c, struct eval *e, const struct value *v)
{
	const struct range_param *param = c->param;
	const char *words = c->ops == &check_min ? (param->instant ? "is before" : "is less than")
						 : (param->instant ? "is after" : "is more than");

	(void)e;
	(void)v;
	buf_addf(out, "%s %.*s", words, SPAN_ARG(param->text));
}

const struct check_ops check_min = {
	.name = "min",
	.compile = range_compile,
	.run = min_run,
	.say = range_say,
	.explain = "The number is at least this (compared digit by digit, never rounded), or the instant not earlier.",
};

const struct check_ops check_max = {
	.name = "max",
	.compile = range_compile,
	.run = max_run,
	.say = range_say,
	.explain = "The number is at most this, or the instant not later.",
};
