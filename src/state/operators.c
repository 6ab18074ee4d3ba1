/*
 * What people do with findings: acknowledge, note, resolve by hand, accept as a
 * baseline. Each call is one transaction, with one event a finding: who, when,
 * why. It does not know who is told.
 */
#include "base/base.h"
#include "state/store.h"

static int chosen_one(struct state *s, int64_t id, const struct chosen *c, struct error *e)
{
	return chosen_begin(s, e) < 0 || chosen_add(s, id, e) < 0 ? -1 : chosen_change(s, c, e);
}

/* The finding as it is now, in ARENA. */
static int read_one(struct state *s, const struct fingerprint *fingerprint, int64_t *id, struct finding *f,
	struct arena *arena, struct error *e)
{
	struct sql_stmt *q;

	if (finding_id(s, fingerprint, id, e) < 0 || (q = sql_prepare(s->db, SQL_FINDING_GET, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, *id);
	int got = sql_step(q, e);
	if (got == 1)
		finding_of_row(f, q, arena);
	sql_reset(q);
	return got == 0 ? error_set(e, ERROR_USAGE, "there is no such finding") : got < 0 ? -1 : 0;
}

typedef int change_finding(struct state *s, int64_t id, struct finding *f, const struct chosen *c,
	const char *const *resolving, struct error *e);

/* One finding in one transaction. */
static int change_one(struct state *s, const struct fingerprint *fingerprint, change_finding *change,
	const struct chosen *c, const char *const *resolving, struct error *e)
{
	struct arena arena;
	struct finding f;
	int64_t id;

	if (state_begin(s, e) < 0)
		return -1;
	arena_init(&arena);
	int failed = read_one(s, fingerprint, &id, &f, &arena, e) < 0 || change(s, id, &f, c, resolving, e) < 0;
	arena_clear(&arena);
	if (!failed)
		return state_commit(s, e);
	state_rollback(s);
	return -1;
}

static int refuse(const struct finding *f, struct error *e)
{
	return error_set(e, ERROR_USAGE, "the finding is %s already", finding_state_names[f->state]);
}

/* ---- one finding ---- */

static int acknowledge(struct state *s, int64_t id, struct finding *f, const struct chosen *c,
	const char *const *resolving, struct error *e)
{
	(void)resolving;
	if (f->state == FINDING_RESOLVED || f->state == FINDING_ACKNOWLEDGED)
		return refuse(f, e);
	return chosen_one(s, id, c, e);
}

int state_acknowledge(struct state *s, const struct fingerprint *f, const char *who, const char *why, struct error *e)
{
	const struct chosen c = {.state = FINDING_ACKNOWLEDGED, .what = "acknowledged", .who = who, .why = why};

	return change_one(s, f, acknowledge, &c, NULL, e);
}

static int unacknowledge(struct state *s, int64_t id, struct finding *f, const struct chosen *c,
	const char *const *resolving, struct error *e)
{
	(void)resolving;
	if (f->state != FINDING_ACKNOWLEDGED)
		return error_set(e, ERROR_USAGE, "the finding is %s, not acknowledged", finding_state_names[f->state]);
	return chosen_one(s, id, c, e);
}

int state_unacknowledge(struct state *s, const struct fingerprint *f, const char *who, const char *why, struct error *e)
{
	const struct chosen c = {
		.state = FINDING_OPEN, .wake = true, .what = "no longer acknowledged", .who = who, .why = why};

	return change_one(s, f, unacknowledge, &c, NULL, e);
}

static int wake(struct state *s, int64_t id, struct finding *f, const struct chosen *c, const char *const *resolving,
	struct error *e)
{
	(void)resolving;
	return f->state == FINDING_OPEN ? chosen_one(s, id, c, e) : refuse(f, e);
}

int state_wake(struct state *s, const struct fingerprint *f, const char *who, const char *why, struct error *e)
{
	const struct chosen c = {.state = FINDING_OPEN, .wake = true, .what = "calm", .who = who, .why = why};

	return change_one(s, f, wake, &c, NULL, e);
}

static int note(struct state *s, int64_t id, struct finding *f, const struct chosen *c, const char *const *resolving,
	struct error *e)
{
	(void)f;
	(void)resolving;
	return finding_event_by(s, id, 0, c->what, c->who, c->why, e);
}

int state_note(struct state *s, const struct fingerprint *f, const char *who, const char *text, struct error *e)
{
	const struct chosen c = {.what = "note", .who = who, .why = text};

	return change_one(s, f, note, &c, NULL, e);
}

static int resolve(struct state *s, int64_t id, struct finding *f, const struct chosen *c, const char *const *resolving,
	struct error *e)
{
	const struct run no_run = {0};

	if (f->state == FINDING_RESOLVED)
		return refuse(f, e);
	if (finding_resolve(s, 0, id, f, c->who, c->why, e) < 0)
		return -1;
	return state_notice_resolved(s, &no_run, f, resolving, e);
}

int state_resolve(struct state *s, const struct fingerprint *f, const char *who, const char *why,
	const char *const *resolving, struct error *e)
{
	const struct chosen c = {.who = who, .why = why};

	return change_one(s, f, resolve, &c, resolving, e);
}

/* ---- baselines ---- */

static int write_baseline(struct state *s, struct baseline *b, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_BASELINE_ADD, e);

	b->created = clock_now(s->clock);
	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, b->rule ? b->rule : "");
	sql_bind_str(q, 2, b->query ? b->query : "");
	sql_bind_str(q, 3, b->reason);
	sql_bind_str(q, 4, b->author);
	sql_bind_int(q, 5, b->created);
	if (sql_run(q, e) < 0)
		return -1;
	b->id = sql_last_id(s->db);
	return 0;
}

static int choose_for(struct state *s, struct baseline *b, struct error *e)
{
	struct sql_stmt *q;

	if (chosen_begin(s, e) < 0 || (q = sql_prepare(s->db, SQL_BASELINE_CHOOSE, e)) == NULL)
		return -1;
	sql_bind_str(q, 1, b->rule ? b->rule : "");
	sql_bind_str(q, 2, b->query ? b->query : "");
	if (sql_run(q, e) < 0 || chosen_count(s, &b->accepted, e) < 0 ||
		(q = sql_prepare(s->db, SQL_BASELINE_ACCEPTED, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, b->id);
	sql_bind_int(q, 2, b->accepted);
	return sql_run(q, e);
}

static int accept(struct state *s, struct baseline *b, struct error *e)
{
	if (write_baseline(s, b, e) < 0 || choose_for(s, b, e) < 0)
		return -1;
	if (b->accepted == 0)
		return error_set(e, ERROR_USAGE, "nothing that is open fits, so there is nothing to accept");
	char *why = xasprintf("baseline %lld: %s", (long long)b->id, b->reason);
	const struct chosen c = {
		.state = FINDING_SILENCED, .baseline = b->id, .what = "accepted", .who = b->author, .why = why};
	int failed = chosen_change(s, &c, e);
	free(why);
	return failed;
}

int state_baseline_accept(struct state *s, struct baseline *b, struct error *e)
{
	if (state_begin(s, e) < 0)
		return -1;
	if (accept(s, b, e) < 0) {
		state_rollback(s);
		return -1;
	}
	return state_commit(s, e);
}

struct baseline_visit {
	state_visit_baseline *visit;
	void *arg;
};

static int visit_baseline(struct sql_stmt *q, struct arena *arena, void *arg, struct error *e)
{
	struct baseline_visit *v = arg;
	const struct baseline b = {.id = sql_int(q, 0),
		.rule = text_of_column(q, 1, arena),
		.query = text_of_column(q, 2, arena),
		.reason = text_of_column(q, 3, arena),
		.author = text_of_column(q, 4, arena),
		.created = sql_int(q, 5),
		.accepted = sql_int(q, 6),
		.undone = sql_int(q, 7),
		.undone_by = text_of_column(q, 8, arena)};

	return v->visit(v->arg, &b, sql_int(q, 9), e);
}

int state_baselines(struct state *s, state_visit_baseline *visit, void *arg, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_BASELINES, e);
	struct baseline_visit v = {visit, arg};

	return q ? each_row(q, visit_baseline, &v, e) : -1;
}

/* They stay silenced until a scan sees them: it knows whether a silence hides them too, and tells. */
static int undo(struct state *s, int64_t id, const char *who, int64_t *count, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_BASELINE_UNDO, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	sql_bind_int(q, 2, clock_now(s->clock));
	sql_bind_str(q, 3, who);
	if (sql_run(q, e) < 0)
		return -1;
	if (sql_changes(s->db) == 0)
		return error_set(e, ERROR_USAGE, "there is no baseline %lld to undo; kenpin baseline list shows them",
			(long long)id);
	if (chosen_begin(s, e) < 0 || (q = sql_prepare(s->db, SQL_BASELINE_MEMBERS, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	if (sql_run(q, e) < 0 || chosen_count(s, count, e) < 0)
		return -1;
	char *why = xasprintf("baseline %lld was undone", (long long)id);
	const struct chosen c = {.state = FINDING_SILENCED, .what = "no longer accepted", .who = who, .why = why};
	int failed = chosen_change(s, &c, e);
	free(why);
	return failed;
}

int state_baseline_undo(struct state *s, int64_t id, const char *who, int64_t *count, struct error *e)
{
	if (state_begin(s, e) < 0)
		return -1;
	if (undo(s, id, who, count, e) < 0) {
		state_rollback(s);
		return -1;
	}
	return state_commit(s, e);
}
