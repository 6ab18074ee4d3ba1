/*
 * Findings that somebody was told of and nobody has acknowledged: since when,
 * and when the next people are told. It does not know who they are.
 */
#include "base/base.h"
#include "state/store.h"

int state_unanswered_add(struct state *s, const struct finding *f, int64_t since, int64_t due, struct error *e)
{
	struct sql_stmt *q;
	int64_t id;

	if (finding_id(s, &f->fingerprint, &id, e) < 0 || (q = sql_prepare(s->db, SQL_UNANSWERED_PUT, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	sql_bind_int(q, 2, f->episode);
	sql_bind_int(q, 3, since);
	sql_bind_int(q, 4, due);
	return sql_run(q, e);
}

int state_unanswered_next(
	struct state *s, int64_t now, int64_t after, struct unanswered *out, struct arena *arena, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_UNANSWERED_DUE, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, now);
	sql_bind_int(q, 2, after);
	int got = sql_step(q, e);
	if (got == 1)
		*out = (struct unanswered){.id = sql_int(q, 0), .since = sql_int(q, 1), .reached = sql_int(q, 2)};
	sql_reset(q);
	if (got != 1 || (q = sql_prepare(s->db, SQL_FINDING_GET, e)) == NULL)
		return got == 1 ? -1 : got;
	sql_bind_int(q, 1, out->id);
	got = sql_step(q, e);
	if (got == 1)
		finding_of_row(&out->finding, q, arena);
	sql_reset(q);
	return got;
}

int state_unanswered_reached(struct state *s, const struct run *run, const struct unanswered *u, int64_t due,
	const char *why, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_UNANSWERED_REACHED, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, u->id);
	sql_bind_int(q, 2, u->reached);
	sql_bind_int(q, 3, due);
	if (sql_run(q, e) < 0)
		return -1;
	return why ? finding_event(s, u->id, run->number, "escalated", why, e) : 0;
}
