/*
 * must_match and must_not_match. The matching itself, shared between the
 * rules of a group, is done by probe.c.
 */
#include "base/base.h"
#include "rule/check.h"

#include "rule/compile.h"
#include "rule/eval.h"

static bool regex_compile(struct check *c, const struct check_entry *entry, struct compiler *k)
{
	uint32_t *probe = arena_alloc(k->arena, sizeof(*probe));

	c->param = probe;
	return compile_probe(probe, k, k->slot, yaml_find(entry->node, c->ops->name), entry->ucp, entry->ignore_case);
}

static enum check_outcome regex_run(const struct check *c, struct eval *e, const struct value *v, int wanted)
{
	const uint32_t *probe = c->param;
	int answer;

	if (v->kind == VALUE_LIST || v->kind == VALUE_MAP)
		return CHECK_TYPE;
	answer = eval_match(e, *probe, v);
	if (answer < 0)
		return CHECK_ERROR;
	return answer == wanted ? CHECK_HOLDS : CHECK_FAILS;
}

static enum check_outcome must_run(const struct check *c, struct eval *e, const struct value *v)
{
	return regex_run(c, e, v, 1);
}

static enum check_outcome must_not_run(const struct check *c, struct eval *e, const struct value *v)
{
	return regex_run(c, e, v, 0);
}

static void say(struct buf *out, const struct check *c, const struct eval *e, const char *verb)
{
	const uint32_t *probe = c->param;

	buf_addf(out, "%s ", verb);
	buf_add_span(out, e->group->probes[*probe].pattern);
}

static void must_say(struct buf *out, const struct check *c, struct eval *e, const struct value *v)
{
	(void)v;
	say(out, c, e, "does not match");
}

static void must_not_say(struct buf *out, const struct check *c, struct eval *e, const struct value *v)
{
	(void)v;
	say(out, c, e, "matches");
}

const struct check_ops check_must_match = {
	.name = "must_match",
	.compile = regex_compile,
	.run = must_run,
	.say = must_say,
	.explain = "The regex must match somewhere in the value; anchor it with ^ and $ to judge the whole.",
};

const struct check_ops check_must_not_match = {
	.name = "must_not_match",
	.compile = regex_compile,
	.run = must_not_run,
	.say = must_not_say,
	.explain = "The regex must match nowhere in the value.",
};
