/*
 * Notices: what is told to one receiver about one group. A notice gathers
 * members until it is first attempted; then it is sealed, so that what was said
 * under a dedup key never changes. It does not know who receivers are.
 */
#include "base/base.h"
#include "state/store.h"

#include "base/limits.h"

/* The gathering notice of (receiver, group), made when there is none; -1 on failure. */
static int64_t gathering(
	struct state *s, const struct run *run, const char *receiver, const char *group_key, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_NOTICE_FIND, e);

	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, receiver);
	sql_bind_str(q, 2, group_key);
	int got = sql_step(q, e);
	int64_t id = got == 1 ? sql_int(q, 0) : -1;
	sql_reset(q);
	if (got != 0)
		return id;
	q = sql_prepare(s->db, SQL_NOTICE_NEW, e);
	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, receiver);
	sql_bind_str(q, 2, group_key);
	sql_bind_int(q, 3, clock_now(s->clock));
	sql_bind_int(q, 4, run->number);
	return sql_run(q, e) < 0 ? -1 : sql_last_id(s->db);
}

int state_notice_add(struct state *s, const struct run *run, const char *receiver, const char *group_key,
	const struct finding *f, struct error *e)
{
	int64_t id = gathering(s, run, receiver, group_key, e), finding;
	struct sql_stmt *q;

	if (id < 0 || finding_id(s, &f->fingerprint, &finding, e) < 0 ||
		(q = sql_prepare(s->db, SQL_NOTICE_JOIN, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	sql_bind_int(q, 2, finding);
	sql_bind_int(q, 3, f->episode);
	if (sql_run(q, e) < 0)
		return -1;
	if (sql_changes(s->db) == 0)
		return 0;
	q = sql_prepare(s->db, SQL_NOTICE_MORE, e);
	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	sql_bind_int(q, 2, f->severity);
	return sql_run(q, e);
}

/* ---- a finding is over ---- */

/* FINDING 0: the statement has no second parameter. */
static int run_with(struct state *s, const char *statement, int64_t notice, int64_t finding, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, statement, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, notice);
	if (finding != 0)
		sql_bind_int(q, 2, finding);
	return sql_run(q, e);
}

static int add_resolve(struct state *s, const struct run *run, int64_t trigger, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_NOTICE_RESOLVE, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, trigger);
	sql_bind_int(q, 2, clock_now(s->clock));
	sql_bind_int(q, 3, run->number);
	return sql_run(q, e);
}

static bool listed(const char *const *names, struct span name)
{
	for (; *names != NULL; names++)
		if (span_is(name, *names))
			return true;
	return false;
}

/* A notice that a finding is in, and how it stands without it. */
struct membership {
	int64_t notice, finding, others, others_open;
	enum notice_state state;
	bool resolves;
};

/* Never attempted: as if it had never been in it. */
static int leave(struct state *s, const struct run *run, const struct membership *m, struct error *e)
{
	if (run_with(s, SQL_NOTICE_LEAVE, m->notice, m->finding, e) < 0 ||
		run_with(s, m->others ? SQL_NOTICE_LESS : SQL_NOTICE_FORGET, m->notice, 0, e) < 0)
		return -1;
	return finding_event(s, m->finding, run->number, "not told", "resolved before it was told", e);
}

static int be_over(struct state *s, const struct run *run, const struct membership *m, struct error *e)
{
	if (run_with(s, SQL_NOTICE_MEMBER_OVER, m->notice, m->finding, e) < 0 ||
		run_with(s, SQL_NOTICE_OVER, m->notice, 0, e) < 0 ||
		run_with(s, SQL_NOTICE_REPEAT_OVER, m->notice, 0, e) < 0)
		return -1;
	bool owed = m->resolves && m->others_open == 0 && (m->state == SEALED || m->state == SENT);
	return owed ? add_resolve(s, run, m->notice, e) : 0;
}

/* The next notice that still counts FINDING as open; each is met once, since handling it ends that. */
static int next_membership(struct state *s, struct membership *m, const char *const *resolving, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_NOTICE_OF, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, m->finding);
	int got = sql_step(q, e);
	if (got != 1)
		return got;
	m->notice = sql_int(q, 0);
	m->state = (enum notice_state)sql_int(q, 1);
	m->others = sql_int(q, 2) - 1;
	m->others_open = sql_int(q, 3) - 1;
	m->resolves = listed(resolving, sql_text(q, 4));
	sql_reset(q);
	return 1;
}

int state_notice_resolved(
	struct state *s, const struct run *run, const struct finding *f, const char *const *resolving, struct error *e)
{
	struct membership m = {0};
	int got;

	if (finding_id(s, &f->fingerprint, &m.finding, e) < 0)
		return -1;
	while ((got = next_membership(s, &m, resolving, e)) == 1)
		if ((m.state == GATHERING ? leave(s, run, &m, e) : be_over(s, run, &m, e)) < 0)
			return -1;
	return got;
}

/* ---- sending ---- */

#define DEDUP_KEY 96

/* A finding that is told alone is known by itself. */
static int key_of_one(struct state *s, int64_t notice, char key[DEDUP_KEY], struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_NOTICE_LONE, e);
	char hex[FINGERPRINT_HEX];

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, notice);
	int got = sql_step(q, e);
	if (got == 1) {
		struct fingerprint f = fingerprint_of_column(q, 0);

		fingerprint_text(hex, &f);
		snprintf(key, DEDUP_KEY, "%s-%lld", hex, (long long)sql_int(q, 1));
	}
	sql_reset(q);
	return got < 0 ? -1 : 0;
}

/* A group is known by where and when it began in this store, so that one of a store that was lost is another. */
static void key_of_group(const struct notice *n, int64_t run, char key[DEDUP_KEY])
{
	char *text = xasprintf("%s\n%s\n%lld\n%lld\n%lld", n->receiver, n->group_key, (long long)n->id, (long long)run,
		(long long)n->created);
	struct fingerprint f = fingerprint_of(span_of(text));

	free(text);
	fingerprint_text(key, &f);
}

static int write_seal(struct state *s, struct notice *n, const char *key, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_NOTICE_SEAL, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, n->id);
	sql_bind_str(q, 2, key);
	if (sql_run(q, e) < 0 || (q = sql_prepare(s->db, SQL_NOTICE_SEVERITY, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, n->id);
	int got = sql_step(q, e);
	if (got == 1)
		n->severity = (enum severity)sql_int(q, 0);
	sql_reset(q);
	return got < 0 ? -1 : 0;
}

/* On disk before anything is sent: what was said under a key can be said again, but not changed. */
static int seal(struct state *s, struct notice *n, int64_t run, struct error *e)
{
	char key[DEDUP_KEY] = "";

	if (n->members != 1)
		key_of_group(n, run, key);
	else if (key_of_one(s, n->id, key, e) < 0)
		return -1;
	if (write_seal(s, n, key, e) < 0)
		return -1;
	n->dedup_key = arena_strdup(&s->notice, key);
	return 0;
}

void notice_of_row(struct state *s, struct notice *n, struct sql_stmt *q)
{
	arena_reset(&s->notice);
	*n = (struct notice){
		.id = sql_int(q, 0),
		.kind = (enum notice_kind)sql_int(q, 1),
		.receiver = text_of_column(q, 2, &s->notice),
		.group_key = text_of_column(q, 3, &s->notice),
		.dedup_key = text_of_column(q, 4, &s->notice),
		.severity = (enum severity)sql_int(q, 5),
		.members = sql_int(q, 6),
		.attempts = sql_int(q, 7),
		.next_attempt = sql_int(q, 8),
		.created = sql_int(q, 9),
		.last_answer = text_of_column(q, 10, &s->notice),
		.done = sql_int(q, 12),
		.repeats = sql_int(q, 13),
		.held = sql_int(q, 14),
	};
}

/* ONLY: that one or none. */
static int next_due(struct state *s, int64_t now, int64_t after, int64_t only, struct notice *out, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_NOTICE_DUE, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, now);
	sql_bind_int(q, 2, after);
	int got = sql_step(q, e);
	if (got != 1)
		return got;
	notice_of_row(s, out, q);
	enum notice_state state = (enum notice_state)sql_int(q, 11);
	int64_t run = sql_int(q, 15);
	sql_reset(q);
	if (only != 0 && out->id != only)
		return 0;
	if (state == GATHERING && seal(s, out, run, e) < 0)
		return -1;
	return 1;
}

/* Looked up and sealed in one transaction: an operator may take members away at any time. */
static int seal_due(struct state *s, int64_t now, int64_t after, int64_t only, struct notice *out, struct error *e)
{
	if (state_begin(s, e) < 0)
		return -1;
	int got = next_due(s, now, after, only, out, e);
	if (got >= 0)
		return state_commit(s, e) < 0 ? -1 : got;
	state_rollback(s);
	return -1;
}

int state_notice_due(struct state *s, int64_t now, int64_t after, struct notice *out, struct error *e)
{
	return seal_due(s, now, after, 0, out, e);
}

int state_notice_seal(struct state *s, int64_t now, int64_t id, struct notice *out, struct error *e)
{
	return seal_due(s, now, id - 1, id, out, e);
}

int state_notice_peek(struct state *s, int64_t now, int64_t after, struct notice *out, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_NOTICE_DUE, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, now);
	sql_bind_int(q, 2, after);
	int got = sql_step(q, e);
	if (got == 1)
		notice_of_row(s, out, q);
	sql_reset(q);
	return got;
}

int state_notice_hold(struct state *s, int64_t notice, int64_t until, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_NOTICE_HOLD, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, notice);
	sql_bind_int(q, 2, until);
	return sql_run(q, e);
}

static int be_done(struct state *s, int64_t notice, enum notice_outcome outcome, int64_t next_attempt,
	const char *answer, struct error *e)
{
	static const enum notice_state states[] = {[NOTICE_SENT] = SENT, [NOTICE_RETRY] = SEALED, [NOTICE_DEAD] = DEAD};
	struct sql_stmt *q = sql_prepare(s->db, SQL_NOTICE_DONE, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, notice);
	sql_bind_int(q, 2, states[outcome]);
	sql_bind_int(q, 3, next_attempt);
	sql_bind_str(q, 4, answer ? answer : "");
	sql_bind_int(q, 5, LIMIT_DELIVERY_ATTEMPTS);
	sql_bind_int(q, 6, clock_now(s->clock));
	if (sql_run(q, e) < 0)
		return -1;
	if (sql_changes(s->db) != 1)
		return error_at(e, ERROR_STATE, s->path, 0, 0, "notice %lld was not being sent", (long long)notice);
	/* whoever was never told of a group is not told that it is over */
	return run_with(s, SQL_NOTICE_DROP_RESOLVE, notice, 0, e);
}

int state_notice_done(struct state *s, int64_t notice, enum notice_outcome outcome, int64_t next_attempt,
	const char *answer, struct error *e)
{
	if (sql_begin(s->db, e) < 0)
		return -1;
	if (be_done(s, notice, outcome, next_attempt, answer, e) < 0) {
		state_rollback(s);
		return -1;
	}
	return state_commit(s, e);
}
