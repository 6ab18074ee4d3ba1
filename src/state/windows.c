/* What rules over windows of time remember. It does not know what a window or a group is. */
#include "base/base.h"
#include "state/store.h"

static int read_window(struct state *s, const char *rule, const char *scope, const char *shape,
	struct state_window *out, bool *same, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_WINDOW_GET, e);
	int got;

	*out = (struct state_window){0};
	*same = true;
	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, rule);
	sql_bind_str(q, 2, scope);
	got = sql_step(q, e);
	if (got == 1) {
		*same = span_is(sql_text(q, 1), shape);
		*out = (struct state_window){sql_int(q, 0), sql_int(q, 2), sql_int(q, 3), sql_int(q, 4)};
	}
	sql_reset(q);
	return got < 0 ? -1 : 0;
}

int state_window(struct state *s, const char *rule, const char *scope, const char *shape, struct state_window *out,
	struct error *e)
{
	bool same;

	if (read_window(s, rule, scope, shape, out, &same, e) < 0)
		return -1;
	if (!same)
		*out = (struct state_window){0};
	return 0;
}

static int forget(struct state *s, int64_t window, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_WINDOW_FORGET, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, window);
	return sql_run(q, e);
}

int state_window_set(struct state *s, const char *rule, const char *scope, const char *shape, struct state_window *w,
	struct error *e)
{
	struct state_window old;
	struct sql_stmt *q;
	bool same;

	if (read_window(s, rule, scope, shape, &old, &same, e) < 0 || (!same && forget(s, old.id, e) < 0))
		return -1;
	q = sql_prepare(s->db, SQL_WINDOW_SET, e);
	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, rule);
	sql_bind_str(q, 2, scope);
	sql_bind_str(q, 3, shape);
	sql_bind_int(q, 4, w->judged);
	sql_bind_int(q, 5, w->learned);
	sql_bind_int(q, 6, w->latest);
	if (sql_run(q, e) < 0)
		return -1;
	w->id = old.id ? old.id : sql_last_id(s->db);
	return 0;
}

int state_window_groups(struct state *s, int64_t window, state_visit_group *visit, void *arg, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_WINDOW_GROUPS, e);
	int got;

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, window);
	while ((got = sql_step(q, e)) == 1) {
		const struct state_group g = {.digest = fingerprint_of_column(q, 0),
			.key = sql_text(q, 1),
			.shop = sql_text(q, 2),
			.first = sql_int(q, 3),
			.last = sql_int(q, 4),
			.changed = sql_int(q, 5),
			.value = sql_text(q, 6),
			.change = sql_text(q, 7)};

		if (visit(arg, &g, e) < 0) {
			sql_reset(q);
			return -1;
		}
	}
	return got;
}

int state_window_put(struct state *s, int64_t window, const struct state_group *g, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_WINDOW_GROUP_PUT, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, window);
	sql_bind_blob(q, 2, g->digest.bytes, FINGERPRINT_BYTES);
	sql_bind_text(q, 3, g->key);
	sql_bind_text(q, 4, g->shop.p ? g->shop : SPAN_LITERAL(""));
	sql_bind_int(q, 5, g->first);
	sql_bind_int(q, 6, g->last);
	sql_bind_int(q, 7, g->changed);
	sql_bind_text(q, 8, g->value.p ? g->value : SPAN_LITERAL(""));
	sql_bind_text(q, 9, g->change.p ? g->change : SPAN_LITERAL(""));
	return sql_run(q, e);
}

int state_window_drop(struct state *s, int64_t window, const struct fingerprint *digest, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_WINDOW_GROUP_DROP, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, window);
	sql_bind_blob(q, 2, digest->bytes, FINGERPRINT_BYTES);
	return sql_run(q, e);
}
