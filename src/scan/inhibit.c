/*
 * Between reading and telling: findings that wait for another rule's to be over
 * (unless_open). Looked at once, at the end, whatever order the queries were
 * read in; a run of some rules looks at those alone.
 */
#include "base/base.h"
#include "scan/walk.h"

static int inhibit_rule(struct walk *w, const char *name, const struct texts *by, struct error *e)
{
	return state_inhibit(w->context->state, &w->result->run, name, by->items, by->count, record_woken, w, e);
}

/* Rules that no longer wait for anything, or that are no more. */
static int release(struct walk *w, struct error *e)
{
	const struct rule_set *set = w->context->rules;
	const struct texts nothing = {0};
	const char **names;
	size_t count;

	if (state_inhibited_rules(w->context->state, &w->arena, &names, &count, e) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct rule *rule = rule_find(set, names[i]);
		bool looked_at = rule ? rule->unless_open.count > 0 : w->options->filtered;

		if (!looked_at && inhibit_rule(w, names[i], &nothing, e) < 0)
			return -1;
	}
	return 0;
}

static int inhibit_all(struct walk *w, struct error *e)
{
	const struct rule_set *set = w->context->rules;

	for (size_t i = 0; i < set->count; i++) {
		const struct rule *rule = &set->rules[i];

		if (rule->unless_open.count > 0 && inhibit_rule(w, rule->id, &rule->unless_open, e) < 0)
			return -1;
	}
	if (release(w, e) < 0)
		return -1;
	return state_inhibited(w->context->state, &w->result->run.counts.inhibited, e);
}

int scan_inhibit(struct walk *w, struct error *e)
{
	if (state_begin(w->context->state, e) < 0)
		return -1;
	if (inhibit_all(w, e) < 0) {
		state_rollback(w->context->state);
		return -1;
	}
	return state_commit(w->context->state, e);
}
