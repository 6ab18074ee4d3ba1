/*
 * What a complete scan proves: what it did not see is over, what it saw often
 * enough is more than a suspicion. It does not know who is told of it.
 */
#include "base/base.h"
#include "state/store.h"

typedef int judge_one(struct state *s, const struct run *run, int64_t id, struct finding *f, struct error *e);

/* What is walked over: findings of a rule, scope by scope, a batch at a time, so that a visit may change the tables. */
struct walk {
	const char *count_streak, *statement;
	const struct judgement *j;
	judge_one *act;
	bool aged; /* the statement asks how old it is */
	char *after_scope;
	struct fingerprint after;
	int64_t ids[STATE_BATCH];
	size_t count;
};

/* Rule, run and scopes: what every statement over them begins with. */
static void bind_judgement(struct sql_stmt *q, const struct run *run, const struct judgement *j, const char *from)
{
	sql_bind_str(q, 1, j->rule);
	sql_bind_int(q, 2, run->number);
	sql_bind_str(q, 3, from);
	if (j->scope != NULL)
		sql_bind_str(q, 4, j->scope);
	else
		sql_bind_blob(q, 4, "\xff", 1); /* a blob is above every text */
}

static const char *first_scope(const struct judgement *j)
{
	return j->scope ? j->scope : "";
}

static int count_streak(struct state *s, const struct run *run, const struct walk *u, struct error *e)
{
	struct sql_stmt *q;

	if (u->j->after <= 1)
		return 0;
	if ((q = sql_prepare(s->db, u->count_streak, e)) == NULL)
		return -1;
	bind_judgement(q, run, u->j, first_scope(u->j));
	return sql_run(q, e);
}

static int next_batch(struct state *s, const struct run *run, struct walk *u, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, u->statement, e);
	bool first = u->after_scope == NULL;
	int got;

	if (q == NULL)
		return -1;
	bind_judgement(q, run, u->j, first ? first_scope(u->j) : u->after_scope);
	sql_bind_blob(q, 5, u->after.bytes, first ? 0 : FINGERPRINT_BYTES);
	sql_bind_int(q, 6, STATE_BATCH);
	sql_bind_int(q, 7, u->j->after > 1 ? u->j->after : 0);
	if (u->aged)
		sql_bind_int(q, 8, run->started - u->j->age);
	u->count = 0;
	while ((got = sql_step(q, e)) == 1) {
		u->ids[u->count++] = sql_int(q, 0);
		if (u->count < STATE_BATCH)
			continue;
		free(u->after_scope);
		u->after_scope = xstrndup(sql_text(q, 1).p, sql_text(q, 1).n);
		u->after = fingerprint_of_column(q, 2);
		sql_reset(q);
		return 0;
	}
	return got;
}

static int run_on(struct state *s, const char *text, int64_t id, int64_t at, int64_t run, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, text, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	sql_bind_int(q, 2, at);
	if (run != 0)
		sql_bind_int(q, 3, run);
	return sql_run(q, e);
}

int finding_resolve(
	struct state *s, int64_t run, int64_t id, struct finding *f, const char *who, const char *why, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_SEEN_RESOLVED, e);

	f->state = FINDING_RESOLVED;
	f->resolved_at = clock_now(s->clock);
	if (q == NULL)
		return -1;
	sql_bind_blob(q, 1, f->fingerprint.bytes, FINGERPRINT_BYTES);
	if (sql_run(q, e) < 0 || run_on(s, SQL_FINDING_RESOLVED, id, f->resolved_at, 0, e) < 0)
		return -1;
	if ((q = sql_prepare(s->db, SQL_UNANSWERED_OVER, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	if (sql_run(q, e) < 0)
		return -1;
	return recovery_close(s, run, id, who, e) < 0 ? -1 : finding_event_by(s, id, run, "resolved", who, why, e);
}

static int resolve(struct state *s, const struct run *run, int64_t id, struct finding *f, struct error *e)
{
	return finding_resolve(s, run->number, id, f, "scan", "", e);
}

/* A silence may have begun since it was suspected. */
static int open_suspect(struct state *s, const struct run *run, int64_t id, struct finding *f, struct error *e)
{
	const char *by;

	if (state_silence_of(s, f, &by, e) < 0)
		return -1;
	return finding_open(s, run, id, f, by, e);
}

static int judge(struct state *s, const struct run *run, judge_one *act, int64_t id, struct arena *arena,
	state_visit_finding *visit, void *arg, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_FINDING_GET, e);
	struct finding f;

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	int got = sql_step(q, e);
	if (got <= 0)
		return got < 0 ? -1
			       : error_at(e, ERROR_STATE, s->path, 0, 0,
					 "the details of a finding are missing: run kenpin state check");
	arena_reset(arena);
	finding_of_row(&f, q, arena);
	sql_reset(q);
	s->last.fingerprint = f.fingerprint;
	s->last.id = id;
	return act(s, run, id, &f, e) < 0 ? -1 : visit(arg, &f, e);
}

static int judge_all(struct state *s, const struct run *run, struct walk *u, state_visit_finding *visit, void *arg,
	int64_t *count, struct error *e)
{
	struct arena arena;
	int result = 0;

	*count = 0;
	if (count_streak(s, run, u, e) < 0)
		return -1;
	arena_init(&arena);
	do {
		result = next_batch(s, run, u, e);
		for (size_t i = 0; result == 0 && i < u->count; i++) {
			result = judge(s, run, u->act, u->ids[i], &arena, visit, arg, e);
			*count += result == 0;
		}
	} while (result == 0 && u->count == STATE_BATCH);
	arena_clear(&arena);
	free(u->after_scope);
	return result;
}

int state_resolve_unseen(struct state *s, const struct run *run, const struct judgement *j, state_visit_finding *visit,
	void *arg, int64_t *count, struct error *e)
{
	struct walk u = {.count_streak = SQL_STREAK_UNSEEN, .statement = SQL_UNSEEN_ANY, .j = j, .act = resolve};

	return judge_all(s, run, &u, visit, arg, count, e);
}

int state_open_suspects(struct state *s, const struct run *run, const struct judgement *j, state_visit_finding *visit,
	void *arg, int64_t *count, struct error *e)
{
	struct walk u = {.count_streak = SQL_STREAK_SUSPECTS,
		.statement = SQL_SUSPECTS,
		.j = j,
		.act = open_suspect,
		.aged = true};

	return judge_all(s, run, &u, visit, arg, count, e);
}

/* ---- entities of a window ---- */

static int need_entities(struct state *s, struct error *e)
{
	if (!s->has_entities && sql_exec(s->db, SQL_ENTITY_TABLE, e) < 0)
		return -1;
	s->has_entities = true;
	return 0;
}

int state_entity_seen(struct state *s, struct span shop, struct span key, struct error *e)
{
	struct sql_stmt *q;

	if (need_entities(s, e) < 0 || (q = sql_prepare(s->db, SQL_ENTITY_ADD, e)) == NULL)
		return -1;
	sql_bind_text(q, 1, shop);
	sql_bind_text(q, 2, key);
	return sql_run(q, e);
}

int state_resolve_seen_entities(struct state *s, const struct run *run, const struct judgement *j,
	state_visit_finding *visit, void *arg, int64_t *count, struct error *e)
{
	struct walk u = {
		.count_streak = SQL_STREAK_UNSEEN_ENTITIES, .statement = SQL_UNSEEN_ENTITIES, .j = j, .act = resolve};

	*count = 0;
	return need_entities(s, e) < 0 ? -1 : judge_all(s, run, &u, visit, arg, count, e);
}

int state_entities_forget(struct state *s, struct error *e)
{
	return need_entities(s, e) < 0 ? -1 : sql_exec(s->db, SQL_ENTITY_FORGET, e);
}
