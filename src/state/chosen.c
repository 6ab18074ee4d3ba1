/*
 * Findings that are changed together: one acknowledged, hundreds of thousands
 * accepted by a baseline. The same few statements serve all. It does not know
 * who chose them.
 */
#include "base/base.h"
#include "state/store.h"

static int run_alone(struct state *s, const char *statement, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, statement, e);

	return q ? sql_run(q, e) : -1;
}

int chosen_begin(struct state *s, struct error *e)
{
	return sql_exec(s->db, SQL_CHOSEN_TABLE, e) < 0 ? -1 : run_alone(s, SQL_CHOSEN_CLEAR, e);
}

int chosen_add(struct state *s, int64_t finding, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_CHOSEN_ADD, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, finding);
	return sql_run(q, e);
}

int chosen_count(struct state *s, int64_t *count, struct error *e)
{
	return sql_get_int(s->db, count, SQL_CHOSEN_COUNT, e);
}

static int write_events(struct state *s, const char *statement, const char *what, const char *why,
	const struct chosen *c, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, statement, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, clock_now(s->clock));
	sql_bind_int(q, 2, c->run);
	sql_bind_str(q, 3, what);
	sql_bind_str(q, 4, c->who);
	sql_bind_str(q, 5, why);
	return sql_run(q, e);
}

int chosen_event(struct state *s, const struct chosen *c, struct error *e)
{
	return write_events(s, SQL_CHOSEN_EVENT, c->what, c->why, c, e);
}

/* Never attempted: as if they had never been in it. */
static int leave_gathering(struct state *s, const struct chosen *c, struct error *e)
{
	char *why = xasprintf("%s before it was told", c->what);
	int failed = write_events(s, SQL_CHOSEN_UNTOLD, "not told", why, c, e) < 0 ||
		     run_alone(s, SQL_CHOSEN_LEAVE, e) < 0 || run_alone(s, SQL_GATHERING_COUNT, e) < 0 ||
		     run_alone(s, SQL_GATHERING_EMPTY, e) < 0;

	free(why);
	return failed ? -1 : 0;
}

static int write_states(struct state *s, const struct chosen *c, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_CHOSEN_FINDING, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, c->state);
	if (sql_run(q, e) < 0 || (q = sql_prepare(s->db, SQL_CHOSEN_SEEN, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, c->state);
	sql_bind_int(q, 2, c->baseline);
	sql_bind_int(q, 3, c->wake);
	return sql_run(q, e);
}

int chosen_change(struct state *s, const struct chosen *c, struct error *e)
{
	if (write_states(s, c, e) < 0 || chosen_event(s, c, e) < 0)
		return -1;
	return c->state == FINDING_OPEN ? 0 : leave_gathering(s, c, e);
}
