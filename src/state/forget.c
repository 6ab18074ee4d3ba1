/*
 * Forgetting what is old: runs, messages, what is resolved. What is open is
 * never touched, nor what names it. Each step is a transaction over a thousand
 * ids at most, and remembers how far it came, so that nothing waits for long
 * and a store of any size is walked over in the end.
 */
#include "base/base.h"
#include "state/store.h"

#include "base/limits.h"
#include "state/statements_care.h"

#define STEP_IDS 1000

/* One kind of thing: the walk over its ids, which of them are old, what goes with them. */
struct sweep {
	const char *place; /* in `meta`: how far the walk came */
	const char *step, *expired;
	const char *with[5]; /* NULL-terminated */
	const char *last;    /* what is counted */
	bool last_takes_time;
};

static const struct sweep of_messages = {"forgotten.messages", SQL_STEP_NOTICES, SQL_EXPIRED_NOTICES,
	{SQL_FORGET_MEMBERS, SQL_FORGET_RESOLVES}, SQL_FORGET_NOTICES, false};
static const struct sweep of_manifests = {"forgotten.manifests", SQL_STEP_MANIFESTS, SQL_EXPIRED_MANIFESTS,
	{SQL_FORGET_RESULTS, SQL_FORGET_MANIFEST_ACTIONS, SQL_FORGET_APPROVALS}, SQL_FORGET_MANIFESTS, false};
static const struct sweep of_findings = {"forgotten.findings", SQL_STEP_FINDINGS, SQL_EXPIRED_FINDINGS,
	{SQL_FORGET_EVENTS, SQL_FORGET_SEEN, SQL_FORGET_ACTIONS, SQL_FORGET_RECOVERY}, SQL_FORGET_FINDINGS, false};
static const struct sweep of_events = {
	"forgotten.events", SQL_STEP_FINDINGS, SQL_EXPIRED_STORIES, {NULL}, SQL_FORGET_OLD_EVENTS, true};
static const struct sweep of_runs = {"forgotten.runs", SQL_STEP_RUNS, SQL_EXPIRED_RUNS, {NULL}, SQL_FORGET_RUNS, false};

static int get_number(struct state *s, const char *name, int64_t *out, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_META_GET, e);

	*out = 0;
	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, name);
	int got = sql_step(q, e);
	if (got == 1 && !span_to_int64(out, sql_text(q, 0)))
		*out = 0;
	sql_reset(q);
	return got < 0 ? -1 : 0;
}

static int put_number(struct state *s, const char *name, int64_t n, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_META_PUT, e);
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)n);
	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, name);
	sql_bind_str(q, 2, text);
	return sql_run(q, e);
}

static int run_alone(struct state *s, const char *statement, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, statement, e);

	return q ? sql_run(q, e) : -1;
}

/* The last id of the step after FROM; 0 when there are no more. */
static int step_end(struct state *s, const struct sweep *w, int64_t from, int64_t *to, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, w->step, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, from);
	sql_bind_int(q, 2, STEP_IDS);
	int got = sql_step(q, e);
	*to = got == 1 ? sql_int(q, 0) : 0;
	sql_reset(q);
	return got < 0 ? -1 : 0;
}

static int take_away(struct state *s, const struct sweep *w, int64_t from, int64_t to, int64_t before, int64_t *count,
	struct error *e)
{
	struct sql_stmt *q;

	if (run_alone(s, SQL_EXPIRED_CLEAR, e) < 0 || (q = sql_prepare(s->db, w->expired, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, from);
	sql_bind_int(q, 2, to);
	sql_bind_int(q, 3, before);
	if (sql_run(q, e) < 0)
		return -1;
	for (size_t i = 0; w->with[i] != NULL; i++)
		if (run_alone(s, w->with[i], e) < 0)
			return -1;
	if ((q = sql_prepare(s->db, w->last, e)) == NULL)
		return -1;
	if (w->last_takes_time)
		sql_bind_int(q, 1, before);
	if (sql_run(q, e) < 0)
		return -1;
	*count += sql_changes(s->db);
	return 0;
}

/* One transaction. *MORE: there are ids after it. */
static int step(struct state *s, const struct sweep *w, int64_t before, int64_t *count, bool *more, struct error *e)
{
	int64_t from, to;

	if (state_begin(s, e) < 0)
		return -1;
	if (get_number(s, w->place, &from, e) < 0 || step_end(s, w, from, &to, e) < 0 ||
		(to != 0 && take_away(s, w, from, to, before, count, e) < 0) || put_number(s, w->place, to, e) < 0) {
		state_rollback(s);
		return -1;
	}
	*more = to != 0;
	return state_commit(s, e);
}

struct forgetting {
	struct state *s;
	const char *lease;
	int64_t now, steps; /* of each sweep; negative: as many as it takes */
	struct state_forgotten *out;
};

static int sweep(struct forgetting *f, const struct sweep *w, int64_t keep, int64_t *count, struct error *e)
{
	bool more = keep > 0;

	for (int64_t left = f->steps; more && left != 0; left--)
		if (state_lease_renew(f->s, f->lease, e) < 0 || step(f->s, w, f->now - keep, count, &more, e) < 0)
			return -1;
	f->out->more |= more;
	return 0;
}

/* What the findings need is asked once; what a run would add to it is younger than what is forgotten. */
static int sweep_runs(struct forgetting *f, int64_t keep, struct error *e)
{
	if (keep > 0 &&
		(sql_exec(f->s->db, SQL_RUNS_NEEDED_TABLE, e) < 0 || sql_exec(f->s->db, SQL_RUNS_NEEDED_CLEAR, e) < 0 ||
			sql_exec(f->s->db, SQL_RUNS_NEEDED, e) < 0))
		return -1;
	return sweep(f, &of_runs, keep, &f->out->runs, e);
}

int state_forget(struct state *s, const char *lease, const struct state_keep *keep, int64_t steps,
	struct state_forgotten *out, struct error *e)
{
	struct forgetting f = {s, lease, clock_now(s->clock), steps > 0 ? steps : -1, out};

	*out = (struct state_forgotten){0};
	/* messages and manifests first: they hold the findings that they name */
	if (sql_exec(s->db, SQL_EXPIRED_TABLE, e) < 0 ||
		sweep(&f, &of_messages, keep->messages, &out->messages, e) < 0 ||
		sweep(&f, &of_manifests, keep->resolved, &out->manifests, e) < 0 ||
		sweep(&f, &of_findings, keep->resolved, &out->findings, e) < 0 ||
		sweep(&f, &of_events, keep->events, &out->events, e) < 0 || sweep_runs(&f, keep->runs, e) < 0)
		return -1;
	return out->more ? 0 : put_number(s, "forgotten", f.now, e);
}

int state_forget_due(struct state *s, bool *due, struct error *e)
{
	int64_t last, now = clock_now(s->clock);

	if (get_number(s, "forgotten", &last, e) < 0)
		return -1;
	/* a clock that was set back does not put it off */
	*due = now - last >= LIMIT_FORGET_EVERY_MS || last - now >= LIMIT_FORGET_EVERY_MS;
	return 0;
}

int state_vacuum(struct state *s, struct error *e)
{
	return sql_exec(s->db, SQL_VACUUM, e) < 0 ? -1 : sql_checkpoint(s->db, e);
}
