/*
 * Notices as operators see them: lists and counts; sent again, given up. It
 * does not know who receivers are.
 */
#include "base/base.h"
#include "state/store.h"

#include "base/limits.h"

int state_notices_owed(struct state *s, int64_t *owed, int64_t *dead, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_NOTICES_OWED, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, clock_now(s->clock));
	int got = sql_step(q, e);
	*owed = got == 1 ? sql_int(q, 0) : 0;
	*dead = got == 1 ? sql_int(q, 1) : 0;
	sql_reset(q);
	return got < 0 ? -1 : 0;
}

int state_notices_held(struct state *s, int64_t *held, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_NOTICES_HELD, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, clock_now(s->clock));
	int got = sql_step(q, e);
	*held = got == 1 ? sql_int(q, 0) : 0;
	sql_reset(q);
	return got < 0 ? -1 : 0;
}

static int visit_all(struct state *s, struct sql_stmt *q, state_visit_notice *visit, void *arg, struct error *e)
{
	static const char *const names[] = {"gathering", "owed", "sent", "dead", "dropped"};
	int got;

	while ((got = sql_step(q, e)) == 1) {
		struct notice n;

		notice_of_row(s, &n, q);
		if (visit(arg, &n, names[sql_int(q, 11)], e) < 0) {
			sql_reset(q);
			return -1;
		}
	}
	return got;
}

int state_notices(struct state *s, unsigned which, int64_t limit, state_visit_notice *visit, void *arg, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_NOTICE_LIST, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, which);
	sql_bind_int(q, 2, limit ? limit : -1);
	return visit_all(s, q, visit, arg, e);
}

int state_notices_of(struct state *s, const struct finding *f, state_visit_notice *visit, void *arg, struct error *e)
{
	struct sql_stmt *q;
	int64_t finding;

	if (finding_id(s, &f->fingerprint, &finding, e) < 0 || (q = sql_prepare(s->db, SQL_NOTICES_OF, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, finding);
	return visit_all(s, q, visit, arg, e);
}

/* ---- told before, told again ---- */

int state_notice_knows(struct state *s, const char *receiver, const struct finding *f, bool *knows, struct error *e)
{
	struct sql_stmt *q;
	int64_t finding;

	if (finding_id(s, &f->fingerprint, &finding, e) < 0 || (q = sql_prepare(s->db, SQL_NOTICE_KNOWS, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, finding);
	sql_bind_str(q, 2, receiver);
	int got = sql_step(q, e);
	*knows = got == 1;
	sql_reset(q);
	return got < 0 ? -1 : 0;
}

int state_notice_repeat(struct state *s, const struct finding *f, int64_t interval, struct error *e)
{
	struct sql_stmt *q;
	int64_t finding;

	if (finding_id(s, &f->fingerprint, &finding, e) < 0 || (q = sql_prepare(s->db, SQL_NOTICE_REPEAT, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, finding);
	sql_bind_int(q, 2, interval);
	sql_bind_int(q, 3, LIMIT_RENOTIFY_MS);
	sql_bind_int(q, 4, clock_now(s->clock));
	return sql_run(q, e);
}

/* As SQL_NOTICE_REPEAT has it. */
int64_t notice_next_repeat(const struct notice *n, int64_t interval)
{
	int64_t most = interval > LIMIT_RENOTIFY_MS ? interval : LIMIT_RENOTIFY_MS, wait = interval;

	for (int64_t i = 0; i < n->repeats && wait < most; i++)
		wait *= 2;
	return n->done + (wait < most ? wait : most);
}

/* ---- what operators do ---- */

/* Why a notice is neither owed nor dead. */
static int refuse(struct state *s, int64_t id, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_NOTICE_STANDS, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	int got = sql_step(q, e);
	enum notice_state state = got == 1 ? (enum notice_state)sql_int(q, 0) : DROPPED;
	bool worth = got == 1 && sql_int(q, 1);
	sql_reset(q);
	if (got <= 0)
		return got < 0 ? -1
			       : error_set(e, ERROR_USAGE, "there is no notice %lld; kenpin notify list shows them",
					 (long long)id);
	return error_set(e, ERROR_USAGE, "notice %lld %s", (long long)id,
		state == GATHERING          ? "was never tried: the next scan sends it"
		: state == SENT             ? "was sent"
		: state == DROPPED || worth ? "was discarded"
					    : "is about findings that are all over: nobody is told of them");
}

static int run_changing(struct state *s, struct sql_stmt *q, int64_t *count, struct error *e)
{
	if (q == NULL || sql_run(q, e) < 0)
		return -1;
	*count = sql_changes(s->db);
	return 0;
}

int state_notice_retry(struct state *s, int64_t id, int64_t *count, struct error *e)
{
	struct sql_stmt *q;

	if (state_begin(s, e) < 0)
		return -1;
	q = sql_prepare(s->db, SQL_NOTICE_RETRY, e);
	if (q != NULL)
		sql_bind_int(q, 1, id);
	if (run_changing(s, q, count, e) < 0 || (id != 0 && *count == 0 && refuse(s, id, e) < 0)) {
		state_rollback(s);
		return -1;
	}
	return state_commit(s, e);
}

static int discard(struct state *s, int64_t id, const char *who, const char *why, struct error *e)
{
	const struct chosen c = {.what = "notice discarded", .who = who, .why = why};
	struct sql_stmt *q = sql_prepare(s->db, SQL_NOTICE_DISCARD, e);
	char *answer = xasprintf("discarded by %s: %s", who, why);
	int64_t count = 0;

	if (q != NULL) {
		sql_bind_int(q, 1, id);
		sql_bind_str(q, 2, answer);
	}
	int failed = run_changing(s, q, &count, e);
	free(answer);
	if (failed || (count == 0 && refuse(s, id, e) < 0) || chosen_begin(s, e) < 0)
		return -1;
	if ((q = sql_prepare(s->db, SQL_CHOOSE_MEMBERS, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	return sql_run(q, e) < 0 ? -1 : chosen_event(s, &c, e);
}

int state_notice_discard(struct state *s, int64_t id, const char *who, const char *why, struct error *e)
{
	if (state_begin(s, e) < 0)
		return -1;
	if (discard(s, id, who, why, e) < 0) {
		state_rollback(s);
		return -1;
	}
	return state_commit(s, e);
}
