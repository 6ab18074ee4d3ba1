/* Sends what is owed, whatever run it comes from. */
#include "base/base.h"
#include "scan/walk.h"

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

static int send_one(const struct scan_context *c, const struct notice *n, const struct run *run, const char *manifest,
	struct run_counts *counts, struct error *e)
{
	struct top top = {.count = 0};
	struct outcome outcome;
	struct message m = {
		.resolved = n->kind == NOTICE_RESOLVE,
		.dedup_key = n->dedup_key,
		.group_key = n->group_key,
		.severity = n->severity,
		.total = n->members,
		.run_id = run->id,
		.manifest = manifest,
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
		counts->sent++;
	else
		log_warning("receiver %s: %s%s", n->receiver, outcome.answer,
			told == NOTICE_DEAD ? "; kept as a dead letter" : "; will be tried again");
	result = state_notice_done(c->state, n->id, told, clock_now(c->clock) + wait, outcome.answer, e);
out:
	arena_clear(&top.arena);
	return result;
}

int scan_deliver(const struct scan_context *c, const struct run *run, const char *manifest, int64_t deadline,
	struct run_counts *counts, struct error *e)
{
	struct notice n = {0};
	int64_t after = 0, now = clock_now(c->clock);
	int got = 0;

	while (!*c->stop_now && (deadline == 0 || clock_monotonic() < deadline)) {
		got = state_notice_due(c->state, now, after, &n, e);
		if (got <= 0)
			break;
		after = n.id;
		if (state_lease_renew(c->state, SCAN_LEASE, e) < 0 || send_one(c, &n, run, manifest, counts, e) < 0)
			return -1;
	}
	if (got < 0)
		return -1;
	return state_notices_owed(c->state, &counts->owed, &counts->dead, e);
}
