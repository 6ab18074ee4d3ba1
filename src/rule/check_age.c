/* age: now minus an instant. */
#include "base/base.h"
#include "rule/check.h"

#include "base/str.h"
#include "rule/compile.h"
#include "rule/eval.h"

struct age_param {
	int64_t min, max;
	bool has_min, has_max;
	int zone;
};

static bool age_compile(struct check *c, const struct check_entry *entry, struct compiler *k)
{
	const struct age_entry *age = entry->age;
	struct age_param *param = arena_zalloc(k->arena, sizeof(*param));

	if (age == NULL)
		return false;
	*param = (struct age_param){.min = age->min, .max = age->max, .zone = k->zone};
	param->has_min = yaml_find(age->node, "min") != NULL;
	param->has_max = yaml_find(age->node, "max") != NULL;
	if (!param->has_min && !param->has_max) {
		diag_error(k->diags, "E0303", k->file, age->node, "age has neither min nor max");
		return false;
	}
	if (param->has_min && param->has_max && param->min > param->max) {
		diag_error(k->diags, "E0306", k->file, option_node(age->node, "max"),
			"max is less than min: nothing can hold");
		return false;
	}
	c->param = param;
	c->wants = "an instant";
	return true;
}

static enum check_outcome age_run(const struct check *c, struct eval *e, const struct value *v)
{
	const struct age_param *param = c->param;
	int64_t ms, age;

	if (value_instant(&ms, v, param->zone, &e->scratch) < 0)
		return CHECK_TYPE;
	age = e->options.now - ms;
	if ((param->has_max && age > param->max) || (param->has_min && age < param->min))
		return CHECK_FAILS;
	return CHECK_HOLDS;
}

static void age_say(struct buf *out, const struct check *c, struct eval *e, const struct value *v)
{
	const struct age_param *param = c->param;
	char age_text[32], bound_text[32];
	int64_t ms = 0, age;
	bool old;

	if (value_instant(&ms, v, param->zone, &e->scratch) < 0)
		return;
	age = e->options.now - ms;
	old = param->has_max && age > param->max;
	str_duration_text(age_text, age < 0 ? -age : age);
	str_duration_text(bound_text, old ? param->max : param->min);
	if (age < 0)
		buf_addf(out, "lies %s ahead, it must be at least %s ago", age_text, bound_text);
	else
		buf_addf(out, "is %s old, %s than %s", age_text, old ? "more" : "less", bound_text);
}

const struct check_ops check_age = {
	.name = "age",
	.compile = age_compile,
	.run = age_run,
	.say = age_say,
	.explain = "Now minus the instant is within these bounds; an instant ahead of now has a negative age.",
};
