/*
 * Rules over two sides, when everything has been read: what they find is looked
 * at again, what still stands goes into the store, and what they no longer find is over, within every scope
 * of which both sides were read whole.
 */
#include "base/base.h"
#include "scan/walk.h"

#include "base/limits.h"
#include "base/log.h"

struct pairing {
	struct walk *w;
	const struct rule *rule;
	struct again *again;
	struct pair_candidate held[LIMIT_PAIR_AGAIN];
	size_t count;
	char why[512]; /* why the rule proves nothing in this run; "": all is well */
};

/* ---- what was read ---- */

/* Every document of SIDE within SCOPE was read in this run; NULL: everywhere. */
static bool side_whole(const struct pairing *g, int side, const char *scope)
{
	const struct walk *w = g->w;
	const struct query *query = rule_group_query(pair_group(g->rule, side));
	bool one = scope != NULL && pair_by_shop(g->rule);
	size_t complete = 0, all = !one && query->for_each_shop ? w->context->project->shops.count : 1;

	for (size_t i = 0; i < w->plan.count; i++) {
		const struct partition *p = &w->plan.items[i];

		complete += p->query == query && p->complete && (!one || strcmp(p->scope, scope) == 0);
	}
	return complete == all;
}

static bool both_whole(const struct pairing *g, const char *scope)
{
	return side_whole(g, 0, scope) && side_whole(g, 1, scope);
}

static bool whole(void *arg, struct span scope)
{
	return both_whole(arg, scope.p);
}

/* ---- what was found ---- */

/* The finding's key is in flight: whatever is known of it stays as it is. */
static int leave(struct pairing *g, const struct pair_candidate *c, struct error *e)
{
	struct draft d = c->draft;

	g->w->result->run.counts.in_flight++;
	for (size_t i = 0; i < PAIR_CLASS_COUNT; i++) {
		d.klass = pair_class_names[i];
		draft_identify(&d);
		if (state_touch(g->w->context->state, &g->w->result->run, &d.fingerprint, e) < 0)
			return -1;
	}
	return 0;
}

static int leave_all(struct pairing *g, const bool *gone, struct error *e)
{
	struct state *state = g->w->context->state;

	if (state_begin(state, e) < 0)
		return -1;
	for (size_t i = 0; i < g->count; i++) {
		if ((gone[i] || g->held[i].in_flight) && leave(g, &g->held[i], e) < 0) {
			state_rollback(state);
			return -1;
		}
	}
	return state_commit(state, e);
}

/* Commits what stands, scope by scope: candidates come in the order of their scopes. */
static int keep_all(struct pairing *g, const bool *gone, struct error *e)
{
	struct walk *w = g->w;

	for (size_t i = 0; i < g->count; i++) {
		const struct partition p = {.query = g->rule->query, .scope = g->held[i].scope.p};
		bool last = i + 1 == g->count || !span_equal(g->held[i].scope, g->held[i + 1].scope);

		if (!gone[i] && !g->held[i].in_flight)
			batch_add(&w->batch, &g->held[i].draft);
		if (last && batch_commit(w, &p, e) < 0)
			return -1;
	}
	return 0;
}

static int flush(struct pairing *g, struct error *e)
{
	bool gone[LIMIT_PAIR_AGAIN] = {false};
	struct error again = {0};

	if (g->count > 0 && again_look(g->again, g->held, g->count, gone, &again) < 0)
		snprintf(g->why, sizeof(g->why), "%.500s", again.message);
	else if (leave_all(g, gone, e) < 0 || keep_all(g, gone, e) < 0)
		return -1;
	g->count = 0;
	sets_page(g->w->sets);
	return 0;
}

static int hold(void *arg, const struct pair_candidate *c, struct error *e)
{
	struct pairing *g = arg;

	if (g->why[0] || walk_must_stop(g->w, g->why))
		return 0;
	g->held[g->count++] = *c;
	return g->count == LIMIT_PAIR_AGAIN ? flush(g, e) : 0;
}

/* ---- what that proves ---- */

static int conclude(struct pairing *g, const char *scope, struct error *e)
{
	const struct partition p = {.query = g->rule->query, .scope = scope ? scope : ""};

	return record_conclude(g->w, &p, g->rule, scope, e);
}

/* A shop at a time, where not all of them were read. */
static int conclude_some(struct pairing *g, struct error *e)
{
	bool any = false;

	for (size_t i = 0; i < g->w->plan.count && pair_by_shop(g->rule); i++) {
		const struct partition *p = &g->w->plan.items[i];

		if (p->query != g->rule->query || !both_whole(g, p->scope))
			continue;
		any = true;
		if (conclude(g, p->scope, e) < 0)
			return -1;
	}
	if (!any)
		log_warning("rule %s resolves nothing, and calls nothing missing: not every document of both sides was "
			    "read",
			g->rule->id);
	return 0;
}

static int settle(struct pairing *g, struct error *e)
{
	struct walk *w = g->w;
	struct pair_result result;

	if (pairs_finish(w->sets, g->rule, clock_now(w->context->clock), whole, hold, g, &result, e) < 0 ||
		flush(g, e) < 0)
		return -1;
	if (w->stopped) {
		walk_incomplete(w, NULL, g->why);
		return 0;
	}
	if (g->why[0] || result.why) {
		rule_not_whole(w, g->rule, g->why[0] ? g->why : result.why);
		return 0;
	}
	return both_whole(g, NULL) ? conclude(g, NULL, e) : conclude_some(g, e);
}

int pair_settle(struct walk *w, const struct rule *rule, struct error *e)
{
	struct pairing *g = xcalloc(1, sizeof(*g));

	g->w = w;
	g->rule = rule;
	g->again = again_new(w, rule);
	int failed = settle(g, e);
	again_free(g->again);
	free(g);
	return failed;
}
