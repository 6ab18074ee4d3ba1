/*
 * How correcting goes on one finding: attempts that failed in a row, what was
 * proven and came back, whether people are wanted; and the end of what is alive
 * once the finding is over. It does not know manifests.
 */
#include "base/base.h"
#include "state/store.h"

#include "state/manifests.h"

int recovery_get(struct state *s, int64_t finding, struct key_recovery *k, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_RECOVERY_GET, e);

	*k = (struct key_recovery){0};
	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, finding);
	int got = sql_step(q, e);
	if (got == 1)
		*k = (struct key_recovery){sql_int(q, 0), sql_int(q, 1), sql_int(q, 2), sql_int(q, 3)};
	sql_reset(q);
	return got < 0 ? -1 : 0;
}

int recovery_put(struct state *s, int64_t finding, const struct key_recovery *k, const char *why, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_RECOVERY_PUT, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, finding);
	sql_bind_int(q, 2, k->attempts);
	sql_bind_int(q, 3, k->recovered);
	sql_bind_int(q, 4, k->recurred);
	sql_bind_int(q, 5, k->escalated);
	sql_bind_str(q, 6, why);
	return sql_run(q, e);
}

/* What the end of a finding makes of a correction. */
static enum action_state end_of(enum action_state state, bool by_hand)
{
	switch (state) {
	case ACTION_EXPORTED:
	case ACTION_APPLIED:
	case ACTION_UNREPORTED: return by_hand ? ACTION_SUPERSEDED : ACTION_VERIFIED;
	case ACTION_FAILED: return by_hand ? ACTION_SUPERSEDED : ACTION_SELF_HEALED;
	default: return ACTION_SUPERSEDED;
	}
}

/* A person who calls it over has looked at it: what came back before counts no more either. */
static int settle_key(struct state *s, int64_t run, int64_t finding, bool verified, struct error *e)
{
	struct key_recovery k;

	if (recovery_get(s, finding, &k, e) < 0)
		return -1;
	if (!verified && k.attempts == 0 && k.escalated == 0 && (run != 0 || (k.recovered == 0 && k.recurred == 0)))
		return 0;
	k.attempts = k.escalated = 0;
	if (verified)
		k.recovered = clock_now(s->clock);
	if (run == 0)
		k.recovered = k.recurred = 0;
	return recovery_put(s, finding, &k, "", e);
}

int recovery_close(struct state *s, int64_t run, int64_t finding, const char *who, struct error *e)
{
	struct live_action l;

	if (action_live(s, finding, &l, e) < 0)
		return -1;
	enum action_state to = l.id ? end_of(l.state, run == 0) : ACTION_SUPERSEDED;
	s->recovered.verified += to == ACTION_VERIFIED;
	s->recovered.self_healed += to == ACTION_SELF_HEALED;
	if (settle_key(s, run, finding, to == ACTION_VERIFIED, e) < 0)
		return -1;
	return l.id ? action_move(s, run, finding, &l, to, who, "the finding is over", e) : 0;
}

int state_recovery_counts(struct state *s, struct recovery_counts *out, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_ACTION_STANDING, e);
	int got;

	*out = s->recovered;
	if (q == NULL)
		return -1;
	while ((got = sql_step(q, e)) == 1) {
		int64_t count = sql_int(q, 1);

		switch (sql_int(q, 0)) {
		case ACTION_PROPOSED: out->proposed = count; break;
		case ACTION_EXPORTED: out->exported = count; break;
		case ACTION_APPLIED: out->applied = count; break;
		case ACTION_UNREPORTED: out->unreported = count; break;
		case ACTION_ESCALATED: out->escalated = count; break;
		default: break;
		}
	}
	return got;
}

int state_escalated(struct state *s, int64_t after, struct escalation *out, struct arena *arena, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_RECOVERY_ESCALATED, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, after);
	int got = sql_step(q, e);
	if (got != 1)
		return got;
	struct fingerprint f = fingerprint_of_column(q, 1);
	*out = (struct escalation){.number = sql_int(q, 0),
		.rule = text_of_column(q, 2, arena),
		.query = text_of_column(q, 3, arena),
		.shop = text_of_column(q, 4, arena),
		.key = text_of_column(q, 5, arena),
		.why = text_of_column(q, 6, arena)};
	fingerprint_text(out->finding, &f);
	sql_reset(q);
	return 1;
}
