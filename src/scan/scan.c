/* One run, from the lease to the exit code. */
#include "base/base.h"
#include "scan/walk.h"

#include "scan/recovery.h"

#include "base/limits.h"
#include "base/log.h"

/* Every partition of a query was complete: what was found in a scope that is no more is over too. */
static int resolve_everywhere(struct walk *w, struct error *e)
{
	struct state *state = w->context->state;

	if (w->options->filtered || w->options->limit > 0 || w->options->since != 0)
		return 0;
	for (size_t i = 0; i < w->plan.count; i++) {
		const struct partition *p = &w->plan.items[i];
		bool first = i == 0 || w->plan.items[i - 1].query != p->query, whole = true;

		for (size_t k = i; k < w->plan.count && w->plan.items[k].query == p->query; k++)
			whole &= w->plan.items[k].complete;
		if (!first || !whole || p->until != 0)
			continue;
		if (state_begin(state, e) < 0)
			return -1;
		if (w->result->run.counts.rule_errors == 0 && record_resolve(w, p, NULL, true, e) < 0) {
			state_rollback(state);
			return -1;
		}
		if (state_commit(state, e) < 0)
			return -1;
	}
	return 0;
}

/* The partition that P is held against, and that has not been read yet; NULL: none. */
static struct partition *partner_of(struct walk *w, const struct partition *p)
{
	for (size_t i = 0; i < w->plan.count; i++) {
		struct partition *other = &w->plan.items[i];

		if (!other->ran && other != p && rule_groups_meet(p->group, other->group) &&
			(p->shop == NULL || other->shop == NULL || strcmp(p->shop, other->shop) == 0))
			return other;
	}
	return NULL;
}

static int run_partitions(struct walk *w, struct error *e)
{
	for (size_t i = 0; i < w->plan.count && !w->stopped; i++) {
		struct partition *p = &w->plan.items[i];

		if (p->ran)
			continue;
		if (partitions_run(w, p, partner_of(w, p), e) < 0)
			return -1;
		if (*w->context->stop && !w->stopped && i + 1 < w->plan.count) {
			w->stopped = true;
			walk_incomplete(w, NULL, "asked to stop");
		}
	}
	if (w->stopped)
		return 0;
	if (sets_settle(w, e) < 0)
		return -1;
	return w->stopped ? 0 : resolve_everywhere(w, e);
}

/* A guard that refuses and an export that cannot be made are owed, not lost: the walk goes on. */
static enum exit_code export(struct walk *w) {
	const struct scan_plan plan = {.run_id = w->result->run.id, .folder = w->options->manifest};
	struct scan_manifest written; struct error e = {0};

	if (w->options->manifest == NULL || w->options->dry_run || w->stopped) return EXIT_DONE;
	if (scan_export(w->context, &plan, &written, &e) == 0){
		snprintf(w->result->manifest, sizeof(w->result->manifest), "%s", written.path);
		w->result->held = written.canary + written.cooling; return EXIT_DONE;}
error_print(&e);
return error_exit_code(e.kind);
}

static int deliver(struct walk *w, struct error *e)
{
	struct scan_result *r = w->result;
	int64_t deadline = w->stopped && *w->context->stop ? clock_monotonic() + LIMIT_STOP_DELIVER_MS : 0;

	if (w->context->notify == NULL || w->options->dry_run)
		return 0;
	return scan_deliver(w->context, &r->run, r->manifest[0] ? r->manifest : NULL, deadline, &r->run.counts, e);
}

static void conclude(struct walk *w, enum exit_code exported)
{
	struct run *run = &w->result->run;
	bool incomplete = w->stopped || run->counts.incomplete > 0 || run->counts.rule_errors > 0;

	w->result->code = exit_worse(incomplete ? EXIT_INCOMPLETE : EXIT_DONE, exported);
	if (run->counts.owed > 0)
		w->result->code = exit_worse(w->result->code, EXIT_OWED);
	run->ended = clock_now(w->context->clock);
	run->counts.peak_bytes = memory_peak();
	run->exit_code = (int)w->result->code;
	snprintf(run->status, sizeof(run->status), "%s",
		w->stopped   ? "stopped"
		: incomplete ? "incomplete"
			     : "complete");
	if (w->stopped && run->why[0] == '\0')
		walk_incomplete(w, NULL, "asked to stop");
}

/* The run record says that it failed, as far as the store still listens. */
static void record_failure(struct walk *w, const struct error *e)
{
	struct run *run = &w->result->run;
	struct error ignored;

	state_rollback(w->context->state);
	run->ended = clock_now(w->context->clock);
	run->exit_code = (int)error_exit_code(e->kind);
	snprintf(run->status, sizeof(run->status), "failed");
	snprintf(run->why, sizeof(run->why), "%.500s", e->message);
	if (state_run_end(w->context->state, run, &ignored) < 0)
		log_debug("the run record could not be closed: %s", ignored.message);
}

/* What a stage that began at SINCE took; when the next begins. */
static int64_t lap(int64_t *ms, int64_t since)
{
	int64_t now = clock_monotonic();

	*ms = now - since;
	return now;
}

static int walk_all(struct walk *w, struct error *e)
{
	struct state *state = w->context->state;
	struct run_counts *counts = &w->result->run.counts;

	if (state_run_start(state, &w->result->run, e) < 0)
		return -1;
	log_run_id(w->result->run.id);
	if (scan_manifests_settle(state, e) < 0 || plan_make(w, e) < 0 || run_partitions(w, e) < 0 ||
		health_run(w, e) < 0 || flapping_settle(w, e) < 0 || scan_escalations(w, e) < 0 ||
		scan_inhibit(w, e) < 0 || scan_unanswered(w, e) < 0) {
		record_failure(w, e);
		return -1;
	}
	int64_t at = lap(&counts->ms_read, w->started);
	enum exit_code exported = export(w);
	at = lap(&counts->ms_export, at);
	if (deliver(w, e) < 0) {
		record_failure(w, e);
		return -1;
	}
	lap(&counts->ms_deliver, at);
	conclude(w, exported);
	if (scan_saw_everything(w->options, &w->result->run) && scan_forget_daily(w->context, &w->result->run, e) < 0) {
		record_failure(w, e);
		return -1;
	}
	if (state_recovery_counts(state, &counts->recovery, e) < 0 || state_run_end(state, &w->result->run, e) < 0)
		return -1;
	scan_heartbeat(w->context, w->options, &w->result->run);
	return state_checkpoint(state, e);
}

int scan_run(const struct scan_context *context, const struct scan_options *options, struct scan_result *result,
	struct error *e)
{
	struct walk w = {.context = context, .options = options, .result = result, .started = clock_monotonic()};

	*result = (struct scan_result){0};
	for (size_t i = 0; i < context->rules->count; i++)
		result->proposes |= context->rules->rules[i].recover != NULL;
	if (options->time_budget_ms > 0)
		w.deadline = w.started + options->time_budget_ms;
	if (state_lease_take(context->state, SCAN_LEASE, e) < 0)
		return -1;
	arena_init(&w.arena);
	w.sets = sets_new(context->rules);
	int failed = walk_all(&w, e);
	result->elapsed_ms = clock_monotonic() - w.started;
	batch_clear(&w.batch);
	sets_free(w.sets);
	arena_clear(&w.arena);
	state_lease_release(context->state, SCAN_LEASE);
	return failed;
}
