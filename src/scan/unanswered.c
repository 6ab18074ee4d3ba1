/*
 * Between reading and telling: findings that nobody has acknowledged for as
 * long as their routes say are told to the next people, once a step.
 */
#include "base/base.h"
#include "scan/walk.h"

#include "base/limits.h"
#include "base/str.h"

struct step {
	struct walk *w;
	struct unanswered *u;
	int64_t now, reached, next; /* next: ms after since; 0: there is none */
	struct buf who;             /* that are told now */
};

static int tell_one(struct step *s, const char *receiver, const char *group_key, int64_t after, struct error *e)
{
	struct state *state = s->w->context->state;
	char waited[32];
	bool knows;

	if (state_notice_knows(state, receiver, &s->u->finding, &knows, e) < 0)
		return -1;
	if (knows)
		return 0;
	str_duration_text(waited, after);
	char *group = xasprintf("%s, not acknowledged for %s", group_key, waited);
	int failed = state_notice_add(state, &s->w->result->run, receiver, group, &s->u->finding, e);
	free(group);
	buf_addf(&s->who, "%s%s", s->who.len ? ", " : "", receiver);
	return failed;
}

static int visit(void *arg, const struct route_step *at, struct error *e)
{
	struct step *s = arg;

	if (at->fate != ROUTE_TAKEN)
		return 0;
	for (size_t i = 0; i < at->route->escalate.count; i++) {
		const struct escalate_config *x = at->route->escalate.items[i];

		if (x->after <= s->u->reached)
			continue;
		if (s->u->since + x->after > s->now) {
			if (s->next == 0 || x->after < s->next)
				s->next = x->after;
			continue;
		}
		if (x->after > s->reached)
			s->reached = x->after;
		for (size_t k = 0; k < x->receivers.count; k++)
			if (tell_one(s, x->receivers.items[k], at->group_key, x->after, e) < 0)
				return -1;
	}
	return 0;
}

static int take_step(struct walk *w, struct unanswered *u, int64_t now, struct error *e)
{
	struct step s = {.w = w, .u = u, .now = now, .reached = u->reached};
	char waited[32];

	buf_init(&s.who, LIMIT_NOTICE_BYTES);
	int failed = notify_routes_walk(w->context->notify, &u->finding, visit, &s, e);
	str_duration_text(waited, now - u->since);
	char *why = s.who.len ? xasprintf("not acknowledged for %s: %s", waited, buf_text(&s.who)) : NULL;
	u->reached = s.reached;
	if (!failed)
		failed = state_unanswered_reached(
			w->context->state, &w->result->run, u, s.next ? u->since + s.next : INT64_MAX, why, e);
	free(why);
	buf_clear(&s.who);
	return failed;
}

static int take_steps(struct walk *w, struct error *e)
{
	int64_t now = clock_now(w->context->clock), after = 0;
	struct unanswered u;
	struct arena arena;
	int got;

	arena_init(&arena);
	while ((got = state_unanswered_next(w->context->state, now, after, &u, &arena, e)) == 1) {
		after = u.id;
		if (take_step(w, &u, now, e) < 0) {
			got = -1;
			break;
		}
		arena_reset(&arena);
	}
	arena_clear(&arena);
	return got;
}

int scan_unanswered(struct walk *w, struct error *e)
{
	if (w->context->notify == NULL)
		return 0;
	if (state_begin(w->context->state, e) < 0)
		return -1;
	if (take_steps(w, e) < 0) {
		state_rollback(w->context->state);
		return -1;
	}
	return state_commit(w->context->state, e);
}
