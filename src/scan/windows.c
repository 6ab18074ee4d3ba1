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
		.overlap = p->query->time->overlap,
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

/* ---- where the source counts ---- */

struct counting {
	struct walk *w;
	const struct partition *p;
	struct windows *windows;
	size_t plan;
	char *why;
};

static int add_bucket(void *arg, const struct census_bucket *bucket, struct error *e)
{
	struct counting *c = arg;

	windows_add_bucket(c->windows, c->plan, c->p->shop, bucket);
	return walk_must_stop(c->w, c->why) ? error_set(e, ERROR_INCOMPLETE, "%s", c->why) : 0;
}

/* Each rule reaches back as far as it needs by itself. */
static int count_one(struct counting *c, struct source *source, const struct source_request *request,
	const struct census *census, struct source_counted *out, struct error *e)
{
	const struct rule *rule = rule_group_rule(c->p->group, c->plan);
	struct source_request own = *request;
	struct source_counted counted;
	struct window_bounds bounds;
	struct state_window window;
	int got;

	if (remembered(c->w, c->p, rule, &window, e) < 0)
		return -1;
	set_bounds(&bounds, c->w, c->p, &window);
	own.since = window_reads_from(rule, &bounds);
	got = source_census(source, &own, census, add_bucket, c, &counted, e);
	out->pages += counted.pages;
	if (counted.documents > out->documents)
		out->documents = counted.documents;
	return got;
}

int windows_count(struct walk *w, const struct partition *p, struct source *source,
	const struct source_request *request, struct windows *windows, struct source_counted *out, char why[512],
	struct error *e)
{
	struct counting c = {w, p, windows, 0, why};
	size_t count = rule_group_count(p->group);
	struct census *asked = arena_zalloc(&w->arena, (count + 1) * sizeof(*asked));
	struct error error = {0};

	*out = (struct source_counted){0};
	if (!rule_group_may_be_counted(p->group) || request->limit > 0)
		return 0;
	for (size_t i = 0; i < count; i++) {
		if (!window_census(&asked[i], p->group, i, &w->arena))
			return 0;
	}
	for (; c.plan < count; c.plan++) {
		int got = count_one(&c, source, request, &asked[c.plan], out, &error);

		if (got == 1)
			continue;
		windows_clear(windows);
		if (got == 0)
			return 0;
		if (error.kind != ERROR_INCOMPLETE) {
			*e = error;
			return -1;
		}
		snprintf(why, 512, "%.500s", error.message);
		return 1;
	}
	log_info("query %s: %lld documents were counted by the source for %zu rules", p->query->name,
		(long long)out->documents, count);
	return 1;
}

/* ---- when the partition was read ---- */

static int load_one(void *arg, const struct state_group *g, struct error *e)
{
	struct remembering *r = arg;
	const struct window_known known = {
		g->digest, g->key, g->shop, g->first, g->last, g->changed, g->value, g->change};

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
		.change = known->change,
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
