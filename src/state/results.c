/*
 * What executors said, line by line, and what it makes of the actions. Every
 * line goes in before anything is judged, so that the order of lines and files
 * does not matter. It does not know how lines look.
 */
#include "base/base.h"
#include "state/store.h"

#include "state/manifests.h"

/* Says nothing for good: another outcome takes its place. */
static bool provisional(enum outcome_kind outcome)
{
	return outcome == OUTCOME_TRANSIENT_ERROR || outcome == OUTCOME_DRY_RUN_OK;
}

static bool is_done(enum outcome_kind outcome)
{
	return outcome == OUTCOME_APPLIED || outcome == OUTCOME_ALREADY_APPLIED;
}

/* Of two outcomes the first says nothing for good, in the light of the second: a refusal may be followed by the deed,
 * once what stood against it is out of the way, and never the other way round. */
static bool gives_way(enum outcome_kind a, int64_t a_at, enum outcome_kind b, int64_t b_at)
{
	return (provisional(a) && !provisional(b)) || (a == OUTCOME_REJECTED && a_at < b_at);
}

static enum result_place compare(enum outcome_kind before, int64_t before_at, const struct recovery_result *now)
{
	if (before == now->outcome || (is_done(before) && is_done(now->outcome)) ||
		gives_way(now->outcome, now->at, before, before_at))
		return RESULT_DOUBLED;
	if (provisional(before) || gives_way(before, before_at, now->outcome, now->at))
		return RESULT_NEW;
	return RESULT_CONTRADICTS;
}

/* Where R belongs, and what is there. */
static int look_up(struct state *s, const struct recovery_result *r, int64_t *manifest, enum result_place *place,
	struct result_before *before, struct arena *arena, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_RESULT_PLACE, e);

	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, r->manifest_id);
	sql_bind_str(q, 2, r->action_id);
	int got = sql_step(q, e);
	if (got <= 0) {
		*place = RESULT_NO_MANIFEST;
		return got;
	}
	*manifest = sql_int(q, 0);
	*place = sql_int(q, 1) ? RESULT_NEW : RESULT_NO_ACTION;
	if (*place == RESULT_NEW && !sql_is_null(q, 2)) {
		*before = (struct result_before){
			(enum outcome_kind)sql_int(q, 2), text_of_column(q, 3, arena), sql_int(q, 4)};
		*place = compare(before->outcome, sql_int(q, 5), r);
	}
	sql_reset(q);
	return 0;
}

static int place_of(struct state *s, const struct recovery_result *r, int64_t *manifest, enum result_place *place,
	struct result_before *before, struct arena *arena, struct error *e)
{
	struct sql_stmt *q;

	if (look_up(s, r, manifest, place, before, arena, e) < 0)
		return -1;
	if (*place != RESULT_NO_ACTION)
		return 0;
	if ((q = sql_prepare(s->db, SQL_RESULT_OF_UNDO, e)) == NULL)
		return -1;
	sql_bind_str(q, 1, r->manifest_id);
	sql_bind_str(q, 2, r->action_id);
	if (sql_run(q, e) < 0)
		return -1;
	return sql_changes(s->db) == 0 ? 0 : look_up(s, r, manifest, place, before, arena, e);
}

static void bind_version(struct sql_stmt *q, int at, bool has, int64_t version)
{
	if (has)
		sql_bind_int(q, at, version);
	else
		sql_bind_null(q, at);
}

int state_result_add(struct state *s, const struct recovery_result *r, const char *file, int64_t line,
	enum result_place *place, struct result_before *before, struct arena *arena, struct error *e)
{
	struct sql_stmt *q;
	int64_t manifest = 0;

	if (place_of(s, r, &manifest, place, before, arena, e) < 0)
		return -1;
	if (*place != RESULT_NEW)
		return 0;
	if ((q = sql_prepare(s->db, SQL_RESULT_PUT, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, manifest);
	sql_bind_str(q, 2, r->action_id);
	sql_bind_int(q, 3, r->outcome);
	sql_bind_int(q, 4, r->at);
	sql_bind_str(q, 5, r->observed);
	bind_version(q, 6, r->has_observed_version, r->observed_version);
	bind_version(q, 7, r->has_written_version, r->written_version);
	sql_bind_str(q, 8, r->executor);
	sql_bind_int(q, 9, r->attempt);
	sql_bind_int(q, 10, clock_now(s->clock));
	sql_bind_str(q, 11, file);
	sql_bind_int(q, 12, line);
	return sql_run(q, e);
}

/* ---- what a result makes of its action ---- */

struct said {
	int64_t manifest, finding, attempt, at, undoes_manifest;
	char action_id[33], undoes[33];
	enum outcome_kind outcome;
	enum action_state state; /* in the manifest */
	const char *executor, *manifest_id;
};

static int next(struct state *s, struct said *r, struct arena *arena, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_RESULT_NEXT, e);

	if (q == NULL)
		return -1;
	int got = sql_step(q, e);
	if (got != 1)
		return got;
	*r = (struct said){.manifest = sql_int(q, 0),
		.outcome = (enum outcome_kind)sql_int(q, 2),
		.at = sql_int(q, 3),
		.executor = text_of_column(q, 4, arena),
		.manifest_id = text_of_column(q, 5, arena),
		.finding = sql_int(q, 6),
		.attempt = sql_int(q, 7),
		.state = (enum action_state)sql_int(q, 9),
		.undoes_manifest = sql_int(q, 10)};
	snprintf(r->action_id, sizeof(r->action_id), "%.*s", SPAN_ARG(sql_text(q, 1)));
	snprintf(r->undoes, sizeof(r->undoes), "%.*s", SPAN_ARG(sql_text(q, 8)));
	sql_reset(q);
	return 1;
}

static int mark(struct state *s, const struct said *r, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_RESULT_JUDGED, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, r->manifest);
	sql_bind_str(q, 2, r->action_id);
	return sql_run(q, e);
}

static int set_in_manifest(
	struct state *s, int64_t manifest, const char *action_id, enum action_state to, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_RESULT_STATE, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, manifest);
	sql_bind_str(q, 2, action_id);
	sql_bind_int(q, 3, to);
	return sql_run(q, e);
}

static int action_by_id(struct state *s, const char *action_id, struct live_action *l, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_ACTION_BY_ID, e);

	*l = (struct live_action){.id = 0};
	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, action_id);
	int got = sql_step(q, e);
	if (got == 1) {
		l->id = sql_int(q, 0);
		l->state = (enum action_state)sql_int(q, 1);
		l->attempt = sql_int(q, 2);
		snprintf(l->action_id, sizeof(l->action_id), "%s", action_id);
	}
	sql_reset(q);
	return got < 0 ? -1 : 0;
}

static int set_word(struct state *s, int64_t action, int64_t at, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_ACTION_WORD, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, action);
	sql_bind_int(q, 2, at);
	return sql_run(q, e);
}

static enum action_state state_of(enum outcome_kind outcome)
{
	if (is_done(outcome))
		return ACTION_APPLIED;
	return outcome == OUTCOME_EXPIRED ? ACTION_EXPIRED : ACTION_FAILED;
}

/* The next scan that sees the finding is to judge it. */
static int watch(struct state *s, int64_t finding, struct error *e)
{
	struct sql_stmt *q;

	if (chosen_begin(s, e) < 0 || chosen_add(s, finding, e) < 0 ||
		(q = sql_prepare(s->db, SQL_CHOSEN_RECOVERY, e)) == NULL)
		return -1;
	return sql_run(q, e);
}

static int settle_repair(struct state *s, const struct said *r, int64_t *count, struct error *e)
{
	enum action_state to = state_of(r->outcome);
	char *why = xasprintf("%s, %s", outcome_names[r->outcome], r->manifest_id);
	struct live_action l;
	int failed = -1;

	if (action_by_id(s, r->action_id, &l, e) < 0)
		goto out;
	/* an executor refuses what nobody has approved: that is no attempt */
	if (l.state == ACTION_PROPOSED && r->outcome == OUTCOME_REJECTED) {
		failed = finding_event_by(s, r->finding, 0, "correction rejected", r->executor, why, e);
		goto out;
	}
	/* a scan, a newer proposal or a person was faster: it stays a note */
	if (l.id == 0 || l.state >= ACTION_ESCALATED || l.attempt != r->attempt || l.state == ACTION_APPLIED) {
		failed = finding_event_by(s, r->finding, 0, "correction reported late", r->executor, why, e);
		goto out;
	}
	if (set_in_manifest(s, r->manifest, r->action_id, to, e) < 0 || set_word(s, l.id, r->at, e) < 0 ||
		action_move(s, 0, r->finding, &l, to, r->executor, why, e) < 0 || watch(s, r->finding, e) < 0)
		goto out;
	++*count;
	failed = 0;
out:
	free(why);
	return failed;
}

/* What was put right is wrong again, as it was before, because a person wants it so: nothing is to repair it unasked.
 */
static int take_back(struct state *s, const struct said *r, const char *why, struct error *e)
{
	struct key_recovery k;
	struct live_action l;

	if (recovery_get(s, r->finding, &k, e) < 0 || action_by_id(s, r->undoes, &l, e) < 0)
		return -1;
	k.escalated = clock_now(s->clock);
	k.recovered = 0;
	if (recovery_put(s, r->finding, &k, "its correction was undone", e) < 0 || watch(s, r->finding, e) < 0 ||
		set_in_manifest(s, r->undoes_manifest, r->undoes, ACTION_UNDONE, e) < 0)
		return -1;
	if (l.id == 0)
		return finding_event_by(s, r->finding, 0, "correction undone", r->executor, why, e);
	return action_move(s, 0, r->finding, &l, ACTION_UNDONE, r->executor, why, e);
}

static int settle_undo(struct state *s, const struct said *r, int64_t *count, struct error *e)
{
	enum action_state to = state_of(r->outcome);
	char *why = xasprintf("%s, %s", outcome_names[r->outcome], r->manifest_id), what[48];
	int failed = set_in_manifest(s, r->manifest, r->action_id, to, e);

	snprintf(what, sizeof(what), "undo %s", action_state_names[to]);
	if (failed == 0)
		failed = to == ACTION_APPLIED ? take_back(s, r, why, e)
					      : finding_event_by(s, r->finding, 0, what, r->executor, why, e);
	*count += failed == 0;
	free(why);
	return failed;
}

static int settle_one(struct state *s, const struct said *r, int64_t *count, struct error *e)
{
	if (mark(s, r, e) < 0)
		return -1;
	if (r->outcome == OUTCOME_DRY_RUN_OK)
		return 0;
	return r->undoes[0] ? settle_undo(s, r, count, e) : settle_repair(s, r, count, e);
}

int state_results_settle(struct state *s, int64_t *count, struct error *e)
{
	struct arena arena;
	struct said r;
	int got;

	*count = 0;
	arena_init(&arena);
	while ((got = next(s, &r, &arena, e)) == 1) {
		if (settle_one(s, &r, count, e) < 0) {
			got = -1;
			break;
		}
		arena_reset(&arena);
	}
	arena_clear(&arena);
	return got;
}
