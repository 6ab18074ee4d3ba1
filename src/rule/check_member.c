/* one_of and not_one_of. */
#include "base/base.h"
#include "rule/check.h"

#include "rule/compile.h"
#include "rule/eval.h"

#define NAMED_MOST 8 /* values that a message lists */

static bool member_compile(struct check *c, const struct check_entry *entry, struct compiler *k)
{
	const struct texts *texts = c->ops == &check_one_of ? &entry->one_of : &entry->not_one_of;
	struct literals *param = arena_zalloc(k->arena, sizeof(*param));

	if (texts->count == 0) {
		diag_help(k->diags,
			diag_error(k->diags, "E0303", k->file, option_node(entry->node, c->ops->name),
				"%s lists no values", c->ops->name),
			"list at least one, or leave %s out", c->ops->name);
		return false;
	}
	*param = literals_make(texts, k);
	c->param = param;
	c->wants = "a text, number or bool";
	return true;
}

static enum check_outcome one_of_run(const struct check *c, struct eval *e, const struct value *v)
{
	if (v->kind == VALUE_LIST || v->kind == VALUE_MAP)
		return CHECK_TYPE;
	return literals_hold(c->param, e, v) ? CHECK_HOLDS : CHECK_FAILS;
}

static enum check_outcome not_one_of_run(const struct check *c, struct eval *e, const struct value *v)
{
	if (v->kind == VALUE_LIST || v->kind == VALUE_MAP)
		return CHECK_TYPE;
	return literals_hold(c->param, e, v) ? CHECK_FAILS : CHECK_HOLDS;
}

static void member_say(struct buf *out, const struct check *c, struct eval *e, const struct value *v)
{
	const struct literals *l = c->param;

	(void)e;
	(void)v;
	buf_adds(out, c->ops == &check_one_of ? "is none of " : "is one of ");
	for (size_t i = 0; i < l->count && i < NAMED_MOST; i++)
		buf_addf(out, "%s%.*s", i ? ", " : "", SPAN_ARG(l->items[i].text));
	if (l->count > NAMED_MOST)
		buf_addf(out, " and %zu more", l->count - NAMED_MOST);
}

const struct check_ops check_one_of = {
	.name = "one_of",
	.compile = member_compile,
	.run = one_of_run,
	.say = member_say,
	.explain = "The value is one of these; numbers are compared as numbers (1 and 1.0 are one), texts by bytes.",
};

const struct check_ops check_not_one_of = {
	.name = "not_one_of",
	.compile = member_compile,
	.run = not_one_of_run,
	.say = member_say,
	.explain = "The value is none of these.",
};
