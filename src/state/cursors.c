/*
 * How far each windowed query was read, and how its last scan went. It does
 * not know what a window is.
 */
#include "base/base.h"
#include "state/store.h"

static int get_number(
	struct state *s, const char *statement, const char *query, const char *scope, int64_t *out, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, statement, e);

	*out = 0;
	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, query);
	sql_bind_str(q, 2, scope);
	int got = sql_step(q, e);
	if (got == 1)
		*out = sql_int(q, 0);
	sql_reset(q);
	return got < 0 ? -1 : 0;
}

static int set_number(
	struct state *s, const char *statement, const char *query, const char *scope, int64_t n, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, statement, e);

	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, query);
	sql_bind_str(q, 2, scope);
	sql_bind_int(q, 3, n);
	return sql_run(q, e);
}

int state_cursor(struct state *s, const char *query, const char *scope, int64_t *until, struct error *e)
{
	return get_number(s, SQL_CURSOR_GET, query, scope, until, e);
}

int state_cursor_set(struct state *s, const char *query, const char *scope, int64_t until, struct error *e)
{
	return set_number(s, SQL_CURSOR_SET, query, scope, until, e);
}

int state_scanned(struct state *s, const struct run *run, const char *query, const char *scope, bool complete,
	int64_t documents, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_SCANNED, e);

	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, query);
	sql_bind_str(q, 2, scope);
	sql_bind_int(q, 3, run->number);
	sql_bind_int(q, 4, complete);
	sql_bind_int(q, 5, documents);
	return sql_run(q, e);
}

int state_last_scanned(struct state *s, const char *query, int64_t *documents, bool *complete, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_LAST_SCANNED, e);

	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, query);
	int got = sql_step(q, e);
	if (got == 1) {
		*documents = sql_int(q, 0);
		*complete = sql_int(q, 1) != 0;
	}
	sql_reset(q);
	return got < 0 ? -1 : 0;
}

int state_norm(struct state *s, const char *query, const char *scope, int64_t *documents, struct error *e)
{
	return get_number(s, SQL_NORM_GET, query, scope, documents, e);
}

int state_norm_set(struct state *s, const char *query, const char *scope, int64_t documents, struct error *e)
{
	return set_number(s, SQL_NORM_SET, query, scope, documents, e);
}
