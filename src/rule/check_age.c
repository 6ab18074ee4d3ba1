/* age: now minus an instant. */
#include "base/base.h"
#include "rule/check.h"

#include "base/str.h"
#include "rule/compile.h"
#include "rule/eval.h"

#define DAY_MS INT64_C(86400000)

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
		diag_help(k->diags, diag_error(k->diags, "E0303", k->file, age->node, "age has neither min nor max"),
			"max: 30d holds for what is 30 days old at most");
		return false;
	}
	if (param->has_min && param->has_max && param->min > param->max) {
		diag_help(k->diags,
			diag_error(k->diags, "E0306", k->file, option_node(age->node, "max"),
				"max is less than min: nothing can hold"),
			"min is the least age that is right, max the greatest");
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

/* People count long times in days. */
static void add_time(struct buf *out, int64_t ms)
{
	char text[32];

	if (ms >= 3 * DAY_MS) {
		buf_addf(out, "%lld days", (long long)(ms / DAY_MS));
		return;
	}
	str_duration_text(text, ms);
	buf_adds(out, text);
}

static void age_say(struct buf *out, const struct check *c, struct eval *e, const struct value *v)
{
	const struct age_param *param = c->param;
	int64_t ms = 0, age;
	bool old;

	if (value_instant(&ms, v, param->zone, &e->scratch) < 0)
		return;
	age = e->options.now - ms;
	old = param->has_max && age > param->max;
	buf_adds(out, age < 0 ? "lies " : "is ");
	add_time(out, age < 0 ? -age : age);
	buf_adds(out, age < 0 ? " ahead, it must be at least " : old ? " old, more than " : " old, less than ");
	add_time(out, old ? param->max : param->min);
	if (age < 0)
		buf_adds(out, " ago");
}

const struct check_ops check_age = {
	.name = "age",
	.compile = age_compile,
	.run = age_run,
	.say = age_say,
	.explain = "Now minus the instant is within these bounds; an instant ahead of now has a negative age.",
};
