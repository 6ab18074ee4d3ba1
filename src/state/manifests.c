/*
 * Manifests: written, approved, handed out, over. What they hold moves with
 * them, in the same transaction and with an event for each finding. It does not
 * know their files.
 */
#include "base/base.h"
#include "state/store.h"

#include "state/manifests.h"

static int run_numbered(struct state *s, const char *statement, int64_t number, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, statement, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, number);
	return sql_run(q, e);
}

/* ---- writing ---- */

int state_manifest_last(struct state *s, char sha256[65], struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_MANIFEST_LAST, e);

	sha256[0] = '\0';
	if (q == NULL)
		return -1;
	int got = sql_step(q, e);
	if (got == 1)
		snprintf(sha256, 65, "%.*s", SPAN_ARG(sql_text(q, 0)));
	sql_reset(q);
	return got < 0 ? -1 : 0;
}

int state_manifest_begin(struct state *s, const char *kind, int64_t undoes, int64_t *number, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_MANIFEST_NEW, e);

	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, kind);
	sql_bind_int(q, 2, undoes);
	if (sql_run(q, e) < 0)
		return -1;
	*number = sql_last_id(s->db);
	return 0;
}

int state_manifest_add(struct state *s, int64_t number, const struct action *a, const char *undoes, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_MANIFEST_ADD, e);
	char undo_id[33] = "";
	struct fingerprint f;

	if (q == NULL)
		return -1;
	if (a->undo != NULL && action_identify(undo_id, a->rule, a->klass, span_of(a->undo), a->episode) < 0)
		return error_set(e, ERROR_STATE, "the undo of action %s is not well formed", a->action_id);
	if (fingerprint_parse(&f, span_of(a->finding)) < 0)
		return error_set(e, ERROR_STATE, "action %s names no finding", a->action_id);
	sql_bind_int(q, 1, number);
	sql_bind_str(q, 2, a->action_id);
	sql_bind_blob(q, 3, f.bytes, FINGERPRINT_BYTES);
	sql_bind_int(q, 4, a->attempt);
	sql_bind_str(q, 5, undoes);
	sql_bind_str(q, 6, undo_id);
	if (sql_run(q, e) < 0)
		return -1;
	return sql_changes(s->db) == 1 ? 0
				       : error_set(e, ERROR_STATE, "the finding %s of action %s is not in this store",
						 a->finding, a->action_id);
}

int state_manifest_takes(struct state *s, int64_t number, state_visit_id *visit, void *arg, struct error *e)
{
	struct sql_stmt *q;
	char id[64];
	int got;

	if (run_numbered(s, SQL_MANIFEST_TAKES, number, e) < 0 ||
		(q = sql_prepare(s->db, SQL_MANIFEST_TAKEN, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, number);
	while ((got = sql_step(q, e)) == 1) {
		snprintf(id, sizeof(id), "%.*s", SPAN_ARG(sql_text(q, 0)));
		if (visit(arg, id, e) < 0) {
			sql_reset(q);
			return -1;
		}
	}
	return got;
}

int state_manifest_seal(struct state *s, const struct manifest_record *r, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_MANIFEST_SEAL, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, r->number);
	sql_bind_str(q, 2, r->id);
	sql_bind_str(q, 3, r->sha256);
	sql_bind_str(q, 4, r->previous_sha256);
	sql_bind_str(q, 5, r->run_id);
	sql_bind_str(q, 6, r->path);
	sql_bind_int(q, 7, r->created);
	sql_bind_int(q, 8, r->expires);
	sql_bind_int(q, 9, clock_now(s->clock));
	return sql_run(q, e);
}

static int set_state(struct state *s, int64_t number, enum manifest_state state, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_MANIFEST_STATE, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, number);
	sql_bind_int(q, 2, state);
	sql_bind_int(q, 3, clock_now(s->clock));
	return sql_run(q, e);
}

static int publish(struct state *s, int64_t number, struct error *e)
{
	struct sql_stmt *q;

	if (set_state(s, number, MANIFEST_PROPOSED, e) < 0 ||
		(q = sql_prepare(s->db, SQL_MANIFEST_SUPERSEDE, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, number);
	sql_bind_int(q, 2, clock_now(s->clock));
	return sql_run(q, e);
}

int state_manifest_published(struct state *s, int64_t number, struct error *e)
{
	if (state_begin(s, e) < 0)
		return -1;
	if (publish(s, number, e) == 0)
		return state_commit(s, e);
	state_rollback(s);
	return -1;
}

int state_manifest_drop(struct state *s, int64_t number, struct error *e)
{
	if (state_begin(s, e) < 0)
		return -1;
	if (run_numbered(s, SQL_MANIFEST_UNTAKE, number, e) == 0 &&
		run_numbered(s, SQL_MANIFEST_FORGET_ACTIONS, number, e) == 0 &&
		run_numbered(s, SQL_MANIFEST_FORGET, number, e) == 0)
		return state_commit(s, e);
	state_rollback(s);
	return -1;
}

/* ---- what becomes of one ---- */

struct moving {
	const struct manifest_record *manifest;
	unsigned from; /* states, as bits */
	enum action_state to;
	const char *who, *why;
};

/* The findings whose action, or undo, moves. */
static int choose(struct state *s, const struct moving *m, struct error *e)
{
	struct sql_stmt *q;

	if (chosen_begin(s, e) < 0 ||
		(q = sql_prepare(s->db, m->manifest->undoes ? SQL_MANIFEST_CHOOSE_UNDO : SQL_MANIFEST_CHOOSE, e)) ==
			NULL)
		return -1;
	sql_bind_int(q, 1, m->manifest->number);
	sql_bind_int(q, 2, m->from);
	return sql_run(q, e);
}

static int move_chosen(struct state *s, const struct moving *m, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_MANIFEST_MOVE_IN, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, m->manifest->number);
	sql_bind_int(q, 2, m->from);
	sql_bind_int(q, 3, m->to);
	if (sql_run(q, e) < 0)
		return -1;
	if (m->manifest->undoes != NULL)
		return 0; /* the action that it takes back moves when it is applied */
	if ((q = sql_prepare(s->db, SQL_CHOSEN_ACTION, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, m->to);
	sql_bind_int(q, 2, clock_now(s->clock));
	if (sql_run(q, e) < 0)
		return -1;
	if (m->to == ACTION_APPROVED)
		return 0;
	return (q = sql_prepare(s->db, SQL_CHOSEN_RECOVERY, e)) == NULL ? -1 : sql_run(q, e);
}

static int move_actions(struct state *s, const struct moving *m, int64_t *count, struct error *e)
{
	char what[48];
	const struct chosen c = {.what = what, .who = m->who, .why = m->why};

	snprintf(what, sizeof(what), "%s %s", m->manifest->undoes ? "undo" : "correction", action_state_names[m->to]);
	return choose(s, m, e) < 0 || chosen_count(s, count, e) < 0 || move_chosen(s, m, e) < 0
		       ? -1
		       : chosen_event(s, &c, e);
}

static int move_all(struct state *s, const struct moving *m, enum manifest_state to, int64_t *count, struct error *e)
{
	return set_state(s, m->manifest->number, to, e) < 0 ? -1 : move_actions(s, m, count, e);
}

static int move_alone(struct state *s, const struct moving *m, enum manifest_state to, int64_t *count, struct error *e)
{
	if (state_begin(s, e) < 0)
		return -1;
	if (move_all(s, m, to, count, e) == 0)
		return state_commit(s, e);
	state_rollback(s);
	return -1;
}

static int approve(struct state *s, const struct moving *m, const char *role, int64_t *count, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_APPROVAL_ADD, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, m->manifest->number);
	sql_bind_str(q, 2, role);
	sql_bind_str(q, 3, m->who);
	sql_bind_int(q, 4, clock_now(s->clock));
	sql_bind_str(q, 5, m->manifest->sha256);
	return sql_run(q, e) < 0 ? -1 : move_all(s, m, MANIFEST_APPROVED, count, e);
}

int state_manifest_approve(struct state *s, const struct manifest_record *r, const char *role, const char *author,
	int64_t *count, struct error *e)
{
	char *why = xasprintf("%s, as %s", r->id, role);
	const struct moving m = {r, 1u << ACTION_PROPOSED, ACTION_APPROVED, author, why};
	int failed = state_begin(s, e);

	if (failed == 0 && (failed = approve(s, &m, role, count, e)) < 0)
		state_rollback(s);
	else if (failed == 0)
		failed = state_commit(s, e);
	free(why);
	return failed;
}

int state_manifest_exported(
	struct state *s, const struct manifest_record *r, const char *who, int64_t *count, struct error *e)
{
	const struct moving m = {r, 1u << ACTION_APPROVED, ACTION_EXPORTED, who, r->id};

	return move_alone(s, &m, MANIFEST_EXPORTED, count, e);
}

int state_manifest_expire(struct state *s, const struct manifest_record *r, const char *who, const char *why,
	int64_t *count, struct error *e)
{
	char *text = xasprintf("%s: %s", r->id, why);
	const struct moving m = {r, 1u << ACTION_APPROVED, ACTION_EXPIRED, who, text};
	int failed = move_alone(s, &m, MANIFEST_EXPIRED, count, e);

	free(text);
	return failed;
}

int state_manifests_sweep(struct state *s, struct error *e)
{
	struct manifest_record r;
	struct arena arena;
	int64_t count;
	int got;

	arena_init(&arena);
	while ((got = manifest_due(s, &r, &arena, e)) == 1) {
		bool handed_out = r.state == MANIFEST_EXPORTED;
		const struct moving m = {&r, handed_out ? 1u << ACTION_EXPORTED : 1u << ACTION_APPROVED,
			handed_out ? ACTION_UNREPORTED : ACTION_EXPIRED, "kenpin", r.id};

		if (move_alone(s, &m, handed_out ? MANIFEST_CLOSED : MANIFEST_EXPIRED, &count, e) < 0) {
			got = -1;
			break;
		}
		arena_reset(&arena);
	}
	arena_clear(&arena);
	return got;
}
