/* min_chars and max_chars: characters (code points) of a text. */
#include "base/base.h"
#include "rule/check.h"

#include "base/utf8.h"
#include "rule/compile.h"
#include "rule/eval.h"

static bool chars_compile(struct check *c, const struct check_entry *entry, struct compiler *k)
{
	int64_t *bound = arena_alloc(k->arena, sizeof(*bound));

	*bound = c->ops == &check_min_chars ? entry->min_chars : entry->max_chars;
	c->param = bound;
	return true;
}

static enum check_outcome min_chars_run(const struct check *c, struct eval *e, const struct value *v)
{
	const int64_t *bound = c->param;

	if (v->kind != VALUE_TEXT)
		return CHECK_TYPE;
	return (int64_t)utf8_chars(eval_text(e, v)) >= *bound ? CHECK_HOLDS : CHECK_FAILS;
}

static enum check_outcome max_chars_run(const struct check *c, struct eval *e, const struct value *v)
{
	const int64_t *bound = c->param;
	struct span text;

	if (v->kind != VALUE_TEXT)
		return CHECK_TYPE;
	text = eval_text(e, v);
	if ((int64_t)text.n <= *bound) /* no text has more characters than bytes */
		return CHECK_HOLDS;
	return (int64_t)utf8_chars(text) <= *bound ? CHECK_HOLDS : CHECK_FAILS;
}

static void chars_say(struct buf *out, const struct check *c, struct eval *e, const struct value *v)
{
	const int64_t *bound = c->param;
	size_t chars = utf8_chars(eval_text(e, v));

	buf_addf(out, "has %zu character%s, %s %lld", chars, chars == 1 ? "" : "s",
		c->ops == &check_min_chars ? "fewer than" : "more than", (long long)*bound);
}

const struct check_ops check_min_chars = {
	.name = "min_chars",
	.compile = chars_compile,
	.run = min_chars_run,
	.say = chars_say,
	.explain = "The text has at least so many characters (code points, not bytes).",
};

const struct check_ops check_max_chars = {
	.name = "max_chars",
	.compile = chars_compile,
	.run = max_chars_run,
	.say = chars_say,
	.explain = "The text has at most so many characters (code points, not bytes).",
};
