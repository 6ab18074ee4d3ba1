/*
 * Rules over all documents, when everything has been read: what they find goes
 * into the store, and what they no longer find is over, if they saw it all.
 */
#include "base/base.h"
#include "scan/walk.h"

#include "base/limits.h"
#include "base/log.h"

struct settling {
	struct walk *w;
	const struct partition *p; /* stands for all partitions of the rule's query */
};

static int collect(void *arg, const struct draft *d, struct error *e)
{
	struct settling *s = arg;

	batch_add(&s->w->batch, d);
	if (s->w->batch.count < LIMIT_BATCH_FINDINGS)
		return 0;
	if (batch_commit(s->w, s->p, e) < 0)
		return -1;
	sets_page(s->w->sets);
	return 0;
}

/* Every document of QUERY was read in this run. */
static bool was_read(const struct walk *w, const struct query *query)
{
	size_t complete = 0, all = query->for_each_shop ? w->context->project->shops.count : 1;

	for (size_t i = 0; i < w->plan.count; i++)
		complete += w->plan.items[i].query == query && w->plan.items[i].complete;
	return complete == all;
}

void rule_not_whole(struct walk *w, const struct rule *rule, const char *why)
{
	char text[512];

	snprintf(text, sizeof(text), "rule %s: %.400s", rule->id, why);
	log_error("%s", text);
	w->result->run.counts.rule_errors++;
	walk_incomplete(w, NULL, text);
}

int record_conclude(
	struct walk *w, const struct partition *p, const struct rule *rule, const char *scope, struct error *e)
{
	struct state *state = w->context->state;

	if (state_begin(state, e) < 0)
		return -1;
	if (record_resolve_rule(w, p, rule, scope, e) < 0 || record_confirm_rule(w, rule, scope, e) < 0) {
		state_rollback(state);
		return -1;
	}
	return state_commit(state, e);
}

static int settle(struct walk *w, const struct rule *rule, struct error *e)
{
	const struct query *other = set_target_query(rule);
	const struct partition p = {.query = rule->query, .scope = ""};
	struct settling s = {w, &p};
	struct set_result result;
	bool own = was_read(w, rule->query), target = other == NULL || was_read(w, other);

	if (sets_finish(w->sets, rule, target, collect, &s, &result, e) < 0 || batch_commit(w, &p, e) < 0)
		return -1;
	sets_page(w->sets);
	if (result.why) {
		rule_not_whole(w, rule, result.why);
		return 0;
	}
	if (!own || !target) {
		log_warning("rule %s resolves nothing: not every document of query %s was read", rule->id,
			own ? other->name : rule->query->name);
		return 0;
	}
	return record_conclude(w, &p, rule, NULL, e);
}

int sets_settle(struct walk *w, struct error *e)
{
	const struct rule_set *rules = w->context->rules;
	char why[512];

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = &rules->rules[i];

		if (rule->kind != RULE_SET && rule->kind != RULE_PAIR)
			continue;
		if (walk_must_stop(w, why)) {
			walk_incomplete(w, NULL, why);
			return 0;
		}
		if ((rule->kind == RULE_PAIR ? pair_settle(w, rule, e) : settle(w, rule, e)) < 0)
			return -1;
	}
	return 0;
}
