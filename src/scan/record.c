/* Drafts into the store: one transaction a page, findings with their notices and actions. */
#include "base/base.h"
#include "scan/walk.h"

#include <stdlib.h>

#include "base/limits.h"

void batch_add(struct batch *b, const struct draft *d)
{
	if (b->count == b->capacity) {
		b->capacity = b->capacity ? b->capacity * 2 : 64;
		b->drafts = xrealloc(b->drafts, b->capacity * sizeof(*b->drafts));
	}
	b->drafts[b->count++] = *d;
}

void batch_add_entity(struct batch *b, struct span shop, struct span key)
{
	if (b->entity_count + 2 > b->entity_capacity) {
		b->entity_capacity = b->entity_capacity ? b->entity_capacity * 2 : 64;
		b->entities = xrealloc(b->entities, b->entity_capacity * sizeof(*b->entities));
	}
	b->entities[b->entity_count++] = shop;
	b->entities[b->entity_count++] = key;
}

void batch_clear(struct batch *b)
{
	free(b->drafts);
	free(b->entities);
	*b = (struct batch){0};
}

/* Keys in order touch fewer pages of the store (measured: 2.4 x). Of two documents with one identity the same
 * one comes first in every run, so that the finding's value does not flap. */
static int by_fingerprint(const void *a, const void *b)
{
	const struct draft *x = a, *y = b;
	int order = memcmp(x->fingerprint.bytes, y->fingerprint.bytes, FINGERPRINT_BYTES);

	return order != 0 ? order : memcmp(x->value_digest.bytes, y->value_digest.bytes, FINGERPRINT_BYTES);
}

struct telling {
	struct walk *w;
	const struct finding *finding;
	bool again;         /* some were told before it was silenced or acknowledged */
	int64_t since, due; /* of the first step when nobody acknowledges it; due 0: there is none */
};

/* Waiting begins when quiet hours are over. */
static void plan_step(struct telling *t, const struct route_config *route)
{
	int64_t now = clock_now(t->w->context->clock), awake = route_quiet_until(route, t->finding->severity, now);
	int64_t since = awake > now ? awake : now;

	for (size_t i = 0; i < route->escalate.count; i++) {
		const struct escalate_config *x = route->escalate.items[i];

		if (t->due != 0 && t->due <= since + x->after)
			continue;
		t->since = since;
		t->due = since + x->after;
	}
}

static int add_notice(
	void *arg, const struct route_config *route, const char *receiver, const char *group_key, struct error *e)
{
	struct telling *t = arg;
	bool knows = false;

	plan_step(t, route);
	if (t->again && state_notice_knows(t->w->context->state, receiver, t->finding, &knows, e) < 0)
		return -1;
	return knows ? 0
		     : state_notice_add(t->w->context->state, &t->w->result->run, receiver, group_key, t->finding, e);
}

static int tell(struct walk *w, const struct finding *f, bool again, struct error *e)
{
	struct telling t = {.w = w, .finding = f, .again = again};

	if (w->context->notify == NULL || notify_routes(w->context->notify, f, add_notice, &t, e) < 0)
		return w->context->notify ? -1 : 0;
	return t.due ? state_unanswered_add(w->context->state, f, t.since, t.due, e) : 0;
}

int record_woken(void *walk, const struct finding *f, struct error *e)
{
	return tell(walk, f, true, e);
}

static int propose(
	struct walk *w, const struct draft *d, const struct finding *f, enum state_change change, struct error *e)
{
	bool proposed;

	if (state_propose(w->context->state, &w->result->run, d, f, change, &proposed, e) < 0)
		return -1;
	w->result->run.counts.actions += proposed;
	return 0;
}

/* A finding that is open since now; UNTOLD: nobody is to hear of it. */
static int open_finding(struct walk *w, const struct finding *f, enum state_change change, bool untold, struct error *e)
{
	struct run_counts *counts = &w->result->run.counts;

	if (change == CHANGE_REOPENED)
		counts->reopened++;
	else
		counts->opened++;
	w->result->opened_by_severity[f->severity]++;
	if (!untold && tell(w, f, false, e) < 0)
		return -1;
	if (w->context->found != NULL)
		w->context->found(w->context->arg, f, change);
	return 0;
}

static int record_known(
	struct walk *w, const struct draft *d, const struct finding *f, enum state_change change, struct error *e)
{
	struct run_counts *counts = &w->result->run.counts;

	if (change == CHANGE_VALUE)
		counts->changed++;
	else
		counts->known++;
	if (change == CHANGE_WOKEN && tell(w, f, true, e) < 0)
		return -1;
	if (d->renotify > 0 && f->state == FINDING_OPEN &&
		state_notice_repeat(w->context->state, f, d->renotify, e) < 0)
		return -1;
	return propose(w, d, f, change, e);
}

int record_draft(struct walk *w, const char *scope, const struct draft *d, struct error *e)
{
	struct run_counts *counts = &w->result->run.counts;
	struct finding f;
	enum state_change change;
	bool flaps = false;

	if (state_record(w->context->state, &w->result->run, scope, d, &f, &change, e) < 0)
		return -1;
	if (change == CHANGE_AGAIN)
		return 0;
	counts->drafts++;
	counts->silenced += f.state == FINDING_SILENCED;
	counts->suspects += f.state == FINDING_SUSPECT;
	if (change != CHANGE_OPENED && change != CHANGE_REOPENED)
		return record_known(w, d, &f, change, e);
	if (f.state == FINDING_OPEN && change == CHANGE_REOPENED && flapping_judge(w, &f, &flaps, e) < 0)
		return -1;
	if (f.state == FINDING_OPEN && open_finding(w, &f, change, flaps, e) < 0)
		return -1;
	if (propose(w, d, &f, change, e) < 0)
		return -1;
	return flaps ? flapping_tell(w, d, e) : 0;
}

static int record_all(struct walk *w, const struct partition *p, struct error *e)
{
	struct batch *b = &w->batch;

	for (size_t i = 0; i < b->count; i++)
		if (record_draft(w, p->scope, &b->drafts[i], e) < 0)
			return -1;
	for (size_t i = 0; i < b->entity_count; i += 2)
		if (state_entity_seen(w->context->state, b->entities[i], b->entities[i + 1], e) < 0)
			return -1;
	return 0;
}

int batch_commit(struct walk *w, const struct partition *p, struct error *e)
{
	struct batch *b = &w->batch;

	if (state_lease_renew(w->context->state, SCAN_LEASE, e) < 0)
		return -1;
	if (b->count == 0 && b->entity_count == 0)
		return 0;
	if (b->count > 0)
		qsort(b->drafts, b->count, sizeof(*b->drafts), by_fingerprint);
	if (state_begin(w->context->state, e) < 0)
		return -1;
	if (record_all(w, p, e) < 0) {
		state_rollback(w->context->state);
		return -1;
	}
	b->count = b->entity_count = 0;
	return state_commit(w->context->state, e);
}

static int resolved(void *arg, const struct finding *f, struct error *e)
{
	static const char *const nobody[] = {NULL};
	struct walk *w = arg;

	return state_notice_resolved(w->context->state, &w->result->run, f,
		w->context->notify ? notify_resolving(w->context->notify) : nobody, e);
}

int record_resolve_rule(
	struct walk *w, const struct partition *p, const struct rule *rule, const char *scope, struct error *e)
{
	const struct judgement j = {.rule = rule->id, .scope = scope, .after = rule->resolve_after};
	struct state *state = w->context->state;
	const struct run *run = &w->result->run;
	int64_t count = 0;
	int failed = p->until ? state_resolve_seen_entities(state, run, &j, resolved, w, &count, e)
			      : state_resolve_unseen(state, run, &j, resolved, w, &count, e);

	w->result->run.counts.resolved += count;
	return failed;
}

/* A suspicion that was seen often enough. */
static int confirmed(void *arg, const struct finding *f, struct error *e)
{
	struct walk *w = arg;

	w->result->run.counts.suspects--;
	if (f->state == FINDING_OPEN)
		return open_finding(w, f, f->episode > 1 ? CHANGE_REOPENED : CHANGE_OPENED, false, e);
	w->result->run.counts.silenced++;
	return 0;
}

int record_confirm_rule(struct walk *w, const struct rule *rule, const char *scope, struct error *e)
{
	const struct judgement j = {
		rule->id, scope, rule->open_after, rule->kind == RULE_PAIR ? pair_recheck_after(rule) : 0};
	int64_t count;

	return rule->open_after > 1
		       ? state_open_suspects(w->context->state, &w->result->run, &j, confirmed, w, &count, e)
		       : 0;
}

int record_confirm(struct walk *w, const struct partition *p, const struct eval *eval, struct error *e)
{
	for (size_t i = 0; i < rule_group_count(p->group); i++) {
		const struct rule *rule = rule_group_rule(p->group, i);

		if (!rule_is_of_many(rule) && eval_stats(eval, i)->errors == 0 &&
			record_confirm_rule(w, rule, p->scope, e) < 0)
			return -1;
	}
	return 0;
}

int record_resolve(struct walk *w, const struct partition *p, const struct eval *eval, bool everywhere, struct error *e)
{
	for (size_t i = 0; i < rule_group_count(p->group); i++) {
		/* a rule that hit a limit has not looked at everything; one of many documents looks when all have
		 * passed */
		if ((eval != NULL && eval_stats(eval, i)->errors > 0) || rule_is_of_many(rule_group_rule(p->group, i)))
			continue;
		if (record_resolve_rule(w, p, rule_group_rule(p->group, i), everywhere ? NULL : p->scope, e) < 0)
			return -1;
	}
	return 0;
}

int record_over(struct walk *w, const struct judgement *j, struct error *e)
{
	int64_t count = 0;
	int failed = state_resolve_unseen(w->context->state, &w->result->run, j, resolved, w, &count, e);

	w->result->run.counts.resolved += count;
	return failed;
}

void walk_incomplete(struct walk *w, const struct partition *p, const char *why)
{
	struct run *run = &w->result->run;

	if (run->why[0] != '\0')
		return;
	if (p != NULL)
		snprintf(run->why, sizeof(run->why), "query %s%s%s: %s", p->query->name, p->shop ? ", shop " : "",
			p->scope, why);
	else
		snprintf(run->why, sizeof(run->why), "%s", why);
}
