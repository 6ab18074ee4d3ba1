/* Sends what is owed, whatever run it comes from. */
#include "base/base.h"
#include "scan/walk.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/log.h"

struct top {
	struct finding items[LIMIT_GROUP_SHOW];
	size_t count;
	struct arena arena;
};

static const char *keep(struct arena *arena, const char *text)
{
	return arena_strdup(arena, text ? text : "");
}

static int add_top(void *arg, const struct finding *f, struct error *e)
{
	struct top *t = arg;
	struct finding *copy = &t->items[t->count++];
	const char **texts[] = {&copy->rule, &copy->rule_rev, &copy->query, &copy->title, &copy->tags, &copy->shop,
		&copy->key, &copy->klass, &copy->field, &copy->value, &copy->message, &copy->index, &copy->id};

	(void)e;
	*copy = *f;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		*texts[i] = keep(&t->arena, *texts[i]);
	return 0;
}

/* How many of its findings a message names: as the route of the worst one says. */
static size_t shown(const struct scan_context *c, const struct notice *n, const struct top *top)
{
	const struct route_config *route = top->count ? notify_route_to(c->notify, &top->items[0], n->receiver) : NULL;
	size_t most = route ? (size_t)route->show : LIMIT_GROUP_TOP;

	return top->count < most ? top->count : most;
}

/* What a receiver did not take in this run: one line of the log for all of it. */
struct trouble {
	const char *receiver;
	int64_t later, dead;
	char answer[sizeof(((struct outcome *)0)->answer)]; /* the first */
};

struct delivery {
	const struct scan_context *context;
	const struct run *run;
	const char *manifest;
	struct run_counts *counts;
	struct arena arena;
	struct trouble *troubles;
	size_t count, capacity;
};

static void note_trouble(struct delivery *d, const char *receiver, bool dead, const char *answer)
{
	struct trouble *t = NULL;

	for (size_t i = 0; i < d->count; i++)
		if (strcmp(d->troubles[i].receiver, receiver) == 0)
			t = &d->troubles[i];
	if (t == NULL) {
		d->troubles = arena_grow(&d->arena, d->troubles, d->count, &d->capacity, sizeof(*d->troubles));
		t = &d->troubles[d->count++];
		*t = (struct trouble){.receiver = arena_strdup(&d->arena, receiver)};
		snprintf(t->answer, sizeof(t->answer), "%s", answer);
	}
	t->dead += dead;
	t->later += !dead;
}

static void log_troubles(const struct delivery *d)
{
	for (size_t i = 0; i < d->count; i++) {
		const struct trouble *t = &d->troubles[i];

		if (t->dead + t->later == 1)
			log_warning("receiver %s: %s%s", t->receiver, t->answer,
				t->dead ? "; kept as a dead letter" : "; will be tried again");
		else
			log_warning("receiver %s did not take %" PRId64 " messages, the first: %s; %" PRId64
				    " will be tried again, %" PRId64 " are kept as dead letters",
				t->receiver, t->dead + t->later, t->answer, t->later, t->dead);
	}
}

static int send_one(struct delivery *d, const struct notice *n, struct error *e)
{
	const struct scan_context *c = d->context;
	struct top top = {.count = 0};
	struct outcome outcome;
	struct message m = {
		.resolved = n->kind == NOTICE_RESOLVE,
		.dedup_key = n->dedup_key,
		.group_key = n->group_key,
		.severity = n->severity,
		.total = n->members,
		.run_id = d->run->id,
		.manifest = d->manifest,
		.at = n->created,
		.attempt = n->attempts + 1,
	};
	int result = -1;

	arena_init(&top.arena);
	if (state_notice_counts(c->state, n->id, m.by_severity, e) < 0 ||
		state_notice_members(c->state, n->id, LIMIT_GROUP_SHOW, add_top, &top, e) < 0)
		goto out;
	m.top = top.items;
	m.top_count = shown(c, n, &top);
	notify_send(c->notify, n->receiver, &m, &outcome);
	enum notice_outcome told = outcome.verdict == VERDICT_SENT    ? NOTICE_SENT
				   : outcome.verdict == VERDICT_RETRY ? NOTICE_RETRY
								      : NOTICE_DEAD;
	if (told == NOTICE_RETRY && m.attempt >= LIMIT_DELIVERY_ATTEMPTS)
		told = NOTICE_DEAD;
	int64_t wait = outcome.retry_after_ms >= 0 ? outcome.retry_after_ms : notify_backoff(c->clock, m.attempt);
	if (told == NOTICE_SENT)
		d->counts->sent++;
	else
		note_trouble(d, n->receiver, told == NOTICE_DEAD, outcome.answer);
	result = state_notice_done(c->state, n->id, told, clock_now(c->clock) + wait, outcome.answer, e);
out:
	arena_clear(&top.arena);
	return result;
}

/* Until when the route of its worst finding keeps a notice; 0: it is told now. */
static int held_until(
	const struct scan_context *c, const struct notice *n, int64_t now, int64_t *until, struct error *e)
{
	struct top top = {.count = 0};
	const struct route_config *route;

	*until = 0;
	arena_init(&top.arena);
	int failed = state_notice_members(c->state, n->id, 1, add_top, &top, e);
	if (!failed && top.count && (route = notify_route_to(c->notify, &top.items[0], n->receiver)) != NULL)
		*until = route_quiet_until(route, top.items[0].severity, now);
	arena_clear(&top.arena);
	return failed;
}

/* The next notice that is told now: as state_notice_due, with quiet hours looked at before it is sealed. */
static int next_awake(const struct scan_context *c, int64_t now, int64_t after, struct notice *n, struct error *e)
{
	int64_t until;
	int got;

	while ((got = state_notice_peek(c->state, now, after, n, e)) == 1) {
		after = n->id;
		if (held_until(c, n, now, &until, e) < 0)
			return -1;
		if (until != n->held && state_notice_hold(c->state, n->id, until, e) < 0)
			return -1;
		if (until == 0 && (got = state_notice_seal(c->state, now, n->id, n, e)) != 0)
			return got;
	}
	return got;
}

static int send_due(struct delivery *d, int64_t deadline, struct error *e)
{
	const struct scan_context *c = d->context;
	int64_t after = 0, now = clock_now(c->clock);
	bool quiet = notify_has_quiet(c->notify);
	struct notice n = {0};
	int got = 0;

	while (!*c->stop_now && (deadline == 0 || clock_monotonic() < deadline)) {
		got = quiet ? next_awake(c, now, after, &n, e) : state_notice_due(c->state, now, after, &n, e);
		if (got <= 0)
			return got;
		after = n.id;
		if (state_lease_renew(c->state, SCAN_LEASE, e) < 0 || send_one(d, &n, e) < 0)
			return -1;
	}
	return 0;
}

int scan_deliver(const struct scan_context *c, const struct run *run, const char *manifest, int64_t deadline,
	struct run_counts *counts, struct error *e)
{
	struct delivery d = {.context = c, .run = run, .manifest = manifest, .counts = counts};

	arena_init(&d.arena);
	int failed = send_due(&d, deadline, e);
	log_troubles(&d);
	arena_clear(&d.arena);
	if (failed || state_notices_held(c->state, &counts->held, e) < 0)
		return -1;
	return state_notices_owed(c->state, &counts->owed, &counts->dead, e);
}
