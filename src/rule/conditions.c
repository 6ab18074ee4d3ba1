/* Gates and exceptions, on a document. */
#include "base/base.h"
#include "rule/eval.h"

#include "base/str.h"

static bool within_instants(struct eval *e, const struct condition *c, const struct value *v)
{
	int64_t ms;

	if (value_instant(&ms, v, e->zone, &e->scratch) < 0)
		return false;
	return (c->min.n == 0 || ms >= c->min_ms) && (c->max.n == 0 || ms <= c->max_ms);
}

static bool within_numbers(const struct condition *c, const struct value *v)
{
	if (v->kind != VALUE_NUMBER)
		return false;
	return (c->min.n == 0 || decimal_compare(v->raw, c->min) >= 0) &&
	       (c->max.n == 0 || decimal_compare(v->raw, c->max) <= 0);
}

static int condition_holds(struct eval *e, const struct condition *c, const struct value *v)
{
	if (v->kind == VALUE_ABSENT || v->kind == VALUE_NULL)
		return 0;
	switch (c->is) {
	case IS_MATCH: return v->kind <= VALUE_TEXT ? eval_match(e, c->probe, v) : 0;
	case IS_MEMBER:
	case IS_NO_MEMBER: return literals_hold(&c->literals, e, v);
	case IS_THERE:
	case IS_NOT_THERE: return 1;
	case IS_WITHIN: return c->instants ? within_instants(e, c, v) : within_numbers(c, v);
	}
	return 0;
}

/* Whether one of the field's values is so. */
static int any_value(struct eval *e, const struct condition *c)
{
	const struct value *v = eval_first(e, c->slot);
	int answer = 0;

	for (; v && answer == 0; v = eval_next(e, v))
		answer = condition_holds(e, c, v);
	return answer;
}

static int holds(struct eval *e, const struct condition *c)
{
	int answer = any_value(e, c);

	if (answer < 0)
		return answer;
	return c->is == IS_NO_MEMBER || c->is == IS_NOT_THERE ? !answer : answer;
}

int eval_when(struct eval *e, const struct rule_when *when)
{
	for (size_t i = 0; i < when->count; i++) {
		int answer = holds(e, &when->items[i]);

		if (unlikely(e->tell != NULL))
			e->tell(e->tell_arg, e,
				&(struct eval_event){
					.step = STEP_WHEN, .answer = answer, .condition = &when->items[i]});
		if (answer != 1)
			return answer;
	}
	return 1;
}

static bool names_key(struct eval *e, const struct texts *keys)
{
	struct buf display;
	bool named = false;

	buf_init(&display, SIZE_MAX / 4);
	key_display(&display, eval_identity(e)->key);
	for (size_t i = 0; i < keys->count && !named; i++)
		named = str_glob(keys->items[i], buf_span(&display));
	buf_clear(&display);
	return named;
}

/* A limit that is hit here does not excuse the value. */
static bool allows(struct eval *e, const struct rule_allow *allow, int slot, const struct value *v)
{
	const struct condition *c = &allow->condition;

	if (allow->until < e->options.now || (allow->keys.count && !names_key(e, &allow->keys)))
		return false;
	if (c->slot < 0)
		return true;
	if (c->slot == slot)
		return condition_holds(e, c, v) == 1;
	/* A key excuses every check of the document, and a hit has no field of its own. */
	return (allow->keys.count || slot < 0) && any_value(e, c) == 1;
}

bool eval_allowed(struct eval *e, const struct rule *rule, int slot, const struct value *v)
{
	for (size_t i = 0; i < rule->allow_count; i++) {
		bool applies = allows(e, &rule->allows[i], slot, v);

		if (unlikely(e->tell != NULL))
			e->tell(e->tell_arg, e,
				&(struct eval_event){
					.step = STEP_ALLOW, .answer = applies, .allow = &rule->allows[i], .value = v});
		if (applies)
			return true;
	}
	return false;
}
