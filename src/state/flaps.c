/*
 * Findings that come and go: how often one was opened lately, and those whose
 * flapping is a finding of its own. It does not know how often is too often.
 */
#include "base/base.h"
#include "state/store.h"

int state_flaps(struct state *s, const struct fingerprint *f, int64_t since, int64_t *count, struct error *e)
{
	struct sql_stmt *q;
	int64_t id;

	*count = 0;
	if (finding_id(s, f, &id, e) < 0 || (q = sql_prepare(s->db, SQL_FLAPS, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	sql_bind_int(q, 2, since);
	int got = sql_step(q, e);
	if (got == 1)
		*count = sql_int(q, 0);
	sql_reset(q);
	return got < 0 ? -1 : 0;
}

int state_not_told(
	struct state *s, const struct run *run, const struct fingerprint *f, const char *why, struct error *e)
{
	int64_t id;

	return finding_id(s, f, &id, e) < 0 ? -1 : finding_event(s, id, run->number, "not told", why, e);
}

int state_flapping_next(struct state *s, const char *rule, const char *scope, struct fingerprint *at,
	struct fingerprint *of, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_FLAPPING_NEXT, e);

	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, rule);
	sql_bind_str(q, 2, scope);
	sql_bind_blob(q, 3, at->bytes, FINGERPRINT_BYTES);
	int got = sql_step(q, e);
	if (got == 1) {
		*at = fingerprint_of_column(q, 0);
		if (fingerprint_parse(of, sql_text(q, 1)) < 0)
			*of = (struct fingerprint){{0}};
	}
	sql_reset(q);
	return got;
}
