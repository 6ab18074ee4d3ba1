/*
 * Manifests and what became of their actions, for people and for those who are
 * about to do something with them. It changes nothing.
 */
#include "base/base.h"
#include "state/store.h"

#include "state/manifests.h"

static const char *text_or_null(struct sql_stmt *q, int column, struct arena *arena)
{
	return sql_is_null(q, column) ? NULL : text_of_column(q, column, arena);
}

static void manifest_of_row(struct manifest_record *r, struct sql_stmt *q, struct arena *arena)
{
	*r = (struct manifest_record){
		.number = sql_int(q, 0),
		.id = text_of_column(q, 1, arena),
		.kind = text_of_column(q, 2, arena),
		.sha256 = text_of_column(q, 3, arena),
		.previous_sha256 = text_or_null(q, 4, arena),
		.run_id = text_of_column(q, 5, arena),
		.path = text_of_column(q, 6, arena),
		.created = sql_int(q, 7),
		.expires = sql_int(q, 8),
		.state = (enum manifest_state)sql_int(q, 9),
		.changed = sql_int(q, 10),
		.superseded_by = text_or_null(q, 11, arena),
		.undoes = text_or_null(q, 12, arena),
		.role = text_or_null(q, 13, arena),
		.author = text_or_null(q, 14, arena),
		.approved = sql_int(q, 15),
		.actions = sql_int(q, 16),
	};
}

/* The row that Q gives, when it gives one. */
static int one_of(struct sql_stmt *q, struct manifest_record *r, struct arena *arena, struct error *e)
{
	int got = sql_step(q, e);

	if (got == 1)
		manifest_of_row(r, q, arena);
	return got;
}

int state_manifest_unfinished(struct state *s, struct manifest_record *r, struct arena *arena, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_MANIFEST_UNFINISHED, e);
	int got = q ? one_of(q, r, arena, e) : -1;

	if (got == 1)
		sql_reset(q);
	return got;
}

int manifest_due(struct state *s, struct manifest_record *r, struct arena *arena, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_MANIFEST_DUE, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, clock_now(s->clock));
	int got = one_of(q, r, arena, e);
	if (got == 1)
		sql_reset(q);
	return got;
}

int state_manifest_find(
	struct state *s, const char *id, struct manifest_record *r, struct arena *arena, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_MANIFEST_FIND, e);
	struct manifest_record other;

	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, id);
	int got = one_of(q, r, arena, e);
	if (got != 1 || strcmp(r->id, id) == 0) {
		if (got == 1)
			sql_reset(q);
		return got;
	}
	int more = one_of(q, &other, arena, e);
	if (more == 1) {
		sql_reset(q);
		return error_set(e, ERROR_USAGE, "\"%s\" begins more than one manifest: %s and %s; give more of it", id,
			r->id, other.id);
	}
	return more < 0 ? -1 : 1;
}

int state_manifest_counts(struct state *s, int64_t number, int64_t by_state[ACTION_STATE_COUNT], struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_MANIFEST_COUNTS, e);
	int got;

	for (int i = 0; i < ACTION_STATE_COUNT; i++)
		by_state[i] = 0;
	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, number);
	while ((got = sql_step(q, e)) == 1) {
		int64_t state = sql_int(q, 0);

		if (state >= 0 && state < ACTION_STATE_COUNT)
			by_state[state] = sql_int(q, 1);
	}
	return got;
}

int state_manifests(struct state *s, state_visit_manifest *visit, void *arg, struct error *e)
{
	struct manifest_record r = {.number = 0};
	int64_t by_state[ACTION_STATE_COUNT];
	struct arena arena;
	int got;

	arena_init(&arena);
	do {
		struct sql_stmt *q = sql_prepare(s->db, SQL_MANIFEST_LIST, e);

		if (q == NULL) {
			got = -1;
			break;
		}
		sql_bind_int(q, 1, r.number);
		arena_reset(&arena);
		got = one_of(q, &r, &arena, e);
		if (got == 1)
			sql_reset(q);
		if (got == 1 &&
			(state_manifest_counts(s, r.number, by_state, e) < 0 || visit(arg, &r, by_state, e) < 0))
			got = -1;
	} while (got == 1);
	arena_clear(&arena);
	return got;
}

int state_manifest_member(
	struct state *s, int64_t number, const char *action_id, enum action_state *state, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_MANIFEST_MEMBER, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, number);
	sql_bind_str(q, 2, action_id);
	int got = sql_step(q, e);
	if (got == 1) {
		*state = (enum action_state)sql_int(q, 0);
		sql_reset(q);
	}
	return got;
}

int state_rule_progress(
	struct state *s, const char *rule, const char *rev, int64_t *under_way, int64_t *verified, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_RULE_PROGRESS, e);

	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, rule);
	sql_bind_str(q, 2, rev);
	int got = sql_step(q, e);
	if (got == 1) {
		*under_way = sql_int(q, 0);
		*verified = sql_int(q, 1);
		sql_reset(q);
	}
	return got < 0 ? -1 : 0;
}

struct id_visit {
	state_visit_id *visit;
	void *arg;
};

static int visit_id(struct sql_stmt *q, struct arena *arena, void *arg, struct error *e)
{
	struct id_visit *v = arg;

	return v->visit(v->arg, text_of_column(q, 0, arena), e);
}

int state_rules_waiting(struct state *s, state_visit_id *visit, void *arg, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_RULES_WAITING, e);
	struct id_visit v = {visit, arg};

	return q ? each_row(q, visit_id, &v, e) : -1;
}

static void member_of_row(struct manifest_member *m, struct sql_stmt *q, struct arena *arena)
{
	struct fingerprint f = fingerprint_of_column(q, 1);

	*m = (struct manifest_member){
		.action_id = text_of_column(q, 0, arena),
		.rule = text_of_column(q, 2, arena),
		.shop = text_of_column(q, 3, arena),
		.key = text_of_column(q, 4, arena),
		.attempt = sql_int(q, 5),
		.state = (enum action_state)sql_int(q, 6),
		.undoes = text_of_column(q, 7, arena),
		.outcome = sql_is_null(q, 8) ? -1 : (int)sql_int(q, 8),
		.at = sql_int(q, 9),
		.executor = text_of_column(q, 10, arena),
	};
	fingerprint_text(m->finding, &f);
}

struct member_visit {
	state_visit_member *visit;
	void *arg;
};

static int visit_member(struct sql_stmt *q, struct arena *arena, void *arg, struct error *e)
{
	struct member_visit *v = arg;
	struct manifest_member m;

	member_of_row(&m, q, arena);
	return v->visit(v->arg, &m, e);
}

int state_manifest_members(struct state *s, int64_t number, state_visit_member *visit, void *arg, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_MANIFEST_ACTIONS, e);
	struct member_visit v = {visit, arg};

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, number);
	return each_row(q, visit_member, &v, e);
}
