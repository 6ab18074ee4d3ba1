/*
 * Proposed corrections: at most one for a finding. It does not know how they
 * are exported.
 */
#include "base/base.h"
#include "state/store.h"

int actions_supersede(struct state *s, int64_t finding, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_ACTION_SUPERSEDE, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, finding);
	return sql_run(q, e);
}

int state_action_add(
	struct state *s, const struct run *run, const struct draft *d, const struct finding *f, struct error *e)
{
	struct sql_stmt *q;
	char id[33];
	int64_t finding;

	if (action_identify(id, d->rule, d->klass, d->action, f->episode) < 0)
		return error_set(e, ERROR_STATE, "rule %s: the action that it proposes is not well formed", d->rule);
	if (finding_id(s, &f->fingerprint, &finding, e) < 0 || actions_supersede(s, finding, e) < 0 ||
		(q = sql_prepare(s->db, SQL_ACTION_ADD, e)) == NULL)
		return -1;
	sql_bind_str(q, 1, id);
	sql_bind_int(q, 2, finding);
	sql_bind_int(q, 3, f->episode);
	sql_bind_str(q, 4, d->rule);
	sql_bind_str(q, 5, d->rule_rev);
	sql_bind_str(q, 6, d->klass);
	sql_bind_text(q, 7, d->shop);
	sql_bind_str(q, 8, severity_name(d->severity));
	sql_bind_int(q, 9, d->action_auto);
	sql_bind_text(q, 10, d->action);
	if (d->undo.n > 0)
		sql_bind_text(q, 11, d->undo);
	else
		sql_bind_null(q, 11);
	sql_bind_int(q, 12, clock_now(s->clock));
	sql_bind_int(q, 13, run->number);
	return sql_run(q, e);
}

static void action_of_row(struct action *a, struct sql_stmt *q, struct arena *arena)
{
	struct fingerprint f = fingerprint_of_column(q, 1);
	char hex[FINGERPRINT_HEX];

	fingerprint_text(hex, &f);
	*a = (struct action){
		.finding = arena_strdup(arena, hex),
		.episode = sql_int(q, 2),
		.attempt = sql_int(q, 3),
		.rule = text_of_column(q, 4, arena),
		.rule_rev = text_of_column(q, 5, arena),
		.klass = text_of_column(q, 6, arena),
		.shop = text_of_column(q, 7, arena),
		.severity = text_of_column(q, 8, arena),
		.automatic = sql_int(q, 9) != 0,
		.body = text_of_column(q, 10, arena),
		.undo = sql_is_null(q, 11) ? NULL : text_of_column(q, 11, arena),
		.proposed_at = sql_int(q, 12),
	};
	snprintf(a->action_id, sizeof(a->action_id), "%.*s", SPAN_ARG(sql_text(q, 0)));
}

int state_actions(struct state *s, const char *rule, state_visit_action *visit, void *arg, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_ACTION_LIST, e);
	struct arena arena;
	struct action a;
	int got;

	if (q == NULL)
		return -1;
	arena_init(&arena);
	sql_bind_str(q, 1, rule);
	while ((got = sql_step(q, e)) == 1) {
		action_of_row(&a, q, &arena);
		if (visit(arg, &a, e) < 0) {
			sql_reset(q);
			got = -1;
			break;
		}
		arena_reset(&arena);
	}
	arena_clear(&arena);
	return got;
}
