/* required and type: what is there at all, and of what kind it is. */
#include "base/base.h"
#include "rule/check.h"

#include "rule/compile.h"
#include "rule/eval.h"

const char *const check_type_names[] = {"text", "number", "integer", "decimal", "bool", "list", "map", "instant", NULL};

/* ---- required ---- */

static bool required_compile(struct check *c, const struct check_entry *entry, struct compiler *k)
{
	(void)c;
	(void)k;
	return entry->required;
}

static enum check_outcome required_run(const struct check *c, struct eval *e, const struct value *v)
{
	(void)c;
	(void)e;
	return v->kind == VALUE_ABSENT || v->kind == VALUE_NULL ? CHECK_FAILS : CHECK_HOLDS;
}

static void required_say(struct buf *out, const struct check *c, struct eval *e, const struct value *v)
{
	(void)c;
	(void)e;
	(void)v;
	buf_adds(out, "but is required");
}

const struct check_ops check_required = {
	.name = "required",
	.on_nothing = true,
	.compile = required_compile,
	.run = required_run,
	.say = required_say,
	.explain = "The field must be there and not null; an empty text is there.",
};

/* ---- type ---- */

struct type_param {
	enum check_type type;
	int zone;
};

static bool type_compile(struct check *c, const struct check_entry *entry, struct compiler *k)
{
	static const char *const wants[] = {"a text", "a number", "a whole number",
		"a number, or a text that holds one", "true or false", "a list", "a map", "an instant"};
	struct type_param *param = arena_zalloc(k->arena, sizeof(*param));

	param->type = (enum check_type)entry->type;
	param->zone = k->zone;
	c->param = param;
	c->wants = wants[param->type];
	return true;
}

static bool is_of_type(const struct type_param *param, struct eval *e, const struct value *v)
{
	int64_t ms;

	switch (param->type) {
	case TYPE_TEXT: return v->kind == VALUE_TEXT;
	case TYPE_NUMBER: return v->kind == VALUE_NUMBER;
	case TYPE_INTEGER: return v->kind == VALUE_NUMBER && decimal_is_integer(v->raw);
	case TYPE_DECIMAL: return check_number(e, v, true).n > 0;
	case TYPE_BOOL: return v->kind == VALUE_BOOL;
	case TYPE_LIST: return v->kind == VALUE_LIST;
	case TYPE_MAP: return v->kind == VALUE_MAP;
	case TYPE_INSTANT: return value_instant(&ms, v, param->zone, &e->scratch) == 0;
	}
	return false;
}

static enum check_outcome type_run(const struct check *c, struct eval *e, const struct value *v)
{
	return is_of_type(c->param, e, v) ? CHECK_HOLDS : CHECK_TYPE;
}

/* Its failures are all of class "type", which has words of its own. */
static void type_say(struct buf *out, const struct check *c, struct eval *e, const struct value *v)
{
	(void)e;
	(void)v;
	buf_addf(out, "is not %s", c->wants);
}

const struct check_ops check_type = {
	.name = "type",
	.compile = type_compile,
	.run = type_run,
	.say = type_say,
	.explain = "The value must be of this kind; decimal also takes a text that holds a number, instant RFC 3339 "
		   "and epochs.",
};

struct span check_number(struct eval *e, const struct value *v, bool decimal_text)
{
	struct span text;

	if (v->kind == VALUE_NUMBER)
		return v->raw;
	if (v->kind != VALUE_TEXT || !decimal_text)
		return SPAN_NONE;
	text = eval_text(e, v);
	return decimal_valid(text) ? text : SPAN_NONE;
}
