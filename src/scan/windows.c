/*
 * Rules over windows of time, when a partition has been read: what they find
 * goes into the store with what they remember, in the partition's own transaction.
 */
#include "base/base.h"
#include "scan/walk.h"

#include "base/log.h"

struct remembering {
	struct walk *w;
	const struct partition *p;
	struct state_window window;
	bool keeps; /* this run moves what is remembered */
	window_each *each;
	void *each_arg;
};

/* Windows that a clock which was ahead called past were judged before they had happened: they are judged again, from
 * where the documents ended. */
static int64_t begin_again(const struct partition *p, const struct state_window *window)
{
	int64_t latest = window->latest < p->until ? window->latest : p->until;

	return window->latest ? latest - p->query->time->overlap : INT64_MIN;
}

/* With --since nothing that is remembered moves, as no cursor does. */
static void set_bounds(
	struct window_bounds *b, const struct walk *w, const struct partition *p, const struct state_window *window)
{
	*b = (struct window_bounds){.until = p->until,
		.now = clock_now(w->context->clock),
		.shop = p->shop,
		.index = p->index,
		.state = {window->judged, window->learned, window->latest}};
	if (w->options->since)
		b->from = w->options->since;
	else if (window->judged > b->now)
		b->from = begin_again(p, window);
	else if (window->judged)
		b->from = window->judged - p->query->time->overlap;
	else
		b->from = p->since <= INT64_MIN / 2 ? INT64_MIN : p->since;
	if (window->judged > b->now)
		b->state.judged = 0;
}

static int remembered(
	struct walk *w, const struct partition *p, const struct rule *rule, struct state_window *out, struct error *e)
{
	return state_window(w->context->state, rule->id, p->scope, window_shape(rule, &w->arena), out, e);
}

int windows_plan(struct walk *w, struct partition *p, struct error *e)
{
	p->read_since = p->since;
	for (size_t i = 0; i < rule_group_count(p->group); i++) {
		const struct rule *rule = rule_group_rule(p->group, i);
		struct state_window window;
		struct window_bounds bounds;
		int64_t from;

		if (rule->kind != RULE_WINDOW)
			continue;
		if (remembered(w, p, rule, &window, e) < 0)
			return -1;
		set_bounds(&bounds, w, p, &window);
		from = window_reads_from(rule, &bounds);
		if (from < p->read_since)
			p->read_since = from;
	}
	return 0;
}

static int load_one(void *arg, const struct state_group *g, struct error *e)
{
	struct remembering *r = arg;
	const struct window_known known = {
		g->digest, g->key, g->shop, g->first, g->last, g->changed, g->value, g->before};

	return r->each(r->each_arg, &known, e);
}

static int load(void *arg, window_each *each, void *each_arg, struct error *e)
{
	struct remembering *r = arg;

	r->each = each;
	r->each_arg = each_arg;
	return r->window.id ? state_window_groups(r->w->context->state, r->window.id, load_one, r, e) : 0;
}

static int put(void *arg, const struct window_known *known, struct error *e)
{
	struct remembering *r = arg;
	const struct state_group g = {.digest = known->digest,
		.key = known->key,
		.shop = known->shop,
		.value = known->value,
		.before = known->before,
		.first = known->first,
		.last = known->last,
		.changed = known->changed};

	return r->keeps ? state_window_put(r->w->context->state, r->window.id, &g, e) : 0;
}

static int drop(void *arg, const struct fingerprint *digest, struct error *e)
{
	struct remembering *r = arg;

	return r->keeps ? state_window_drop(r->w->context->state, r->window.id, digest, e) : 0;
}

static int collect(void *arg, const struct draft *d, struct error *e)
{
	struct remembering *r = arg;

	return record_draft(r->w, r->p->scope, d, e);
}

/* The rule could not look at everything: this run proves nothing of it. */
static void not_whole(struct walk *w, const struct partition *p, const struct rule *rule, const char *why)
{
	char text[512];

	snprintf(text, sizeof(text), "rule %s: %.400s", rule->id, why);
	log_error("%s", text);
	w->result->run.counts.rule_errors++;
	walk_incomplete(w, p, text);
}

static int remember(struct remembering *r, const struct rule *rule, const struct window_state *state, struct error *e)
{
	r->window.judged = state->judged;
	r->window.learned = state->learned;
	r->window.latest = state->latest;
	return state_window_set(
		r->w->context->state, rule->id, r->p->scope, window_shape(rule, &r->w->arena), &r->window, e);
}

/* What the rule no longer finds is over: like a set rule it has looked at everything that it tells of. */
static int conclude(struct remembering *r, const struct rule *rule, const struct window_state *state, struct error *e)
{
	const struct partition all = {.query = r->p->query, .scope = r->p->scope};

	if (!r->keeps)
		return 0;
	if (remember(r, rule, state, e) < 0 || record_resolve_rule(r->w, &all, rule, r->p->scope, e) < 0)
		return -1;
	return record_confirm_rule(r->w, rule, r->p->scope, e);
}

static int settle(struct walk *w, const struct partition *p, size_t plan, struct windows *windows, struct error *e)
{
	const struct rule *rule = rule_group_rule(p->group, plan);
	struct remembering r = {.w = w, .p = p, .keeps = w->options->since == 0};
	const struct window_memory memory = {&r, load, put, drop};
	struct window_bounds bounds;
	struct window_result result;

	if (remembered(w, p, rule, &r.window, e) < 0)
		return -1;
	set_bounds(&bounds, w, p, &r.window);
	if (r.keeps && remember(&r, rule, &bounds.state, e) < 0)
		return -1;
	if (windows_finish(windows, plan, &bounds, &memory, collect, &r, &result, e) < 0)
		return -1;
	if (result.why)
		not_whole(w, p, rule, result.why);
	return result.why || !result.judged ? 0 : conclude(&r, rule, &result.state, e);
}

int windows_settle(
	struct walk *w, const struct partition *p, const struct eval *eval, struct windows *windows, struct error *e)
{
	for (size_t i = 0; windows && i < rule_group_count(p->group); i++) {
		if (rule_group_rule(p->group, i)->kind != RULE_WINDOW || eval_stats(eval, i)->errors > 0)
			continue;
		if (settle(w, p, i, windows, e) < 0)
			return -1;
	}
	return 0;
}
