/*
 * Corrections of findings that are still there: at most one is alive for a
 * finding. What is proposed, and what a scan that sees the finding again makes
 * of what was handed out. It does not know how corrections are exported.
 */
#include "base/base.h"
#include "state/store.h"

#include <inttypes.h>

#include "base/limits.h"

int action_live(struct state *s, int64_t finding, struct live_action *l, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_ACTION_LIVE, e);

	*l = (struct live_action){.id = 0};
	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, finding);
	int got = sql_step(q, e);
	if (got == 1) {
		l->id = sql_int(q, 0);
		snprintf(l->action_id, sizeof(l->action_id), "%.*s", SPAN_ARG(sql_text(q, 1)));
		l->state = (enum action_state)sql_int(q, 2);
		l->attempt = sql_int(q, 3);
		l->word = sql_int(q, 4);
	}
	sql_reset(q);
	return got < 0 ? -1 : 0;
}

static int move_in_manifests(struct state *s, const struct live_action *l, enum action_state to, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_ACTION_MOVE_IN, e);

	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, l->action_id);
	sql_bind_int(q, 2, l->attempt);
	sql_bind_int(q, 3, to);
	return sql_run(q, e);
}

int action_move(struct state *s, int64_t run, int64_t finding, const struct live_action *l, enum action_state to,
	const char *who, const char *why, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_ACTION_MOVE, e);
	char what[48];

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, l->id);
	sql_bind_int(q, 2, to);
	sql_bind_int(q, 3, clock_now(s->clock));
	if (sql_run(q, e) < 0 || move_in_manifests(s, l, to, e) < 0)
		return -1;
	snprintf(what, sizeof(what), "correction %s", action_state_names[to]);
	return finding_event_by(s, finding, run, what, who, why, e);
}

/* ---- what a scan that sees the finding again makes of its correction ---- */

struct proposing {
	const struct run *run;
	const struct draft *draft;
	const struct finding *finding;
	bool another_value, another_rule;
	int64_t id; /* of the finding in the store */
	char action_id[33];
	struct live_action live;
	struct key_recovery key;
};

enum step {
	STEP_KEEP,    /* no word on it yet */
	STEP_REFRESH, /* the same proposal */
	STEP_REPLACE, /* another proposal, or the same one again */
	STEP_RETRY,   /* the attempt has failed */
};

static enum step step_of(const struct proposing *p)
{
	bool another = p->another_value, same = strcmp(p->live.action_id, p->action_id) == 0;

	switch (p->live.state) {
	case ACTION_PROPOSED: return same && p->key.escalated == 0 ? STEP_REFRESH : STEP_REPLACE;
	case ACTION_ESCALATED: return same ? STEP_REFRESH : STEP_REPLACE;
	case ACTION_APPROVED: return same && !another && !p->another_rule ? STEP_KEEP : STEP_REPLACE;
	case ACTION_EXPORTED: return another ? STEP_REPLACE : STEP_KEEP;
	case ACTION_APPLIED:
		/* it may have been read before the correction could be seen */
		if (p->live.word + LIMIT_RECOVERY_SETTLE_MS > p->run->started)
			return STEP_KEEP;
		return another ? STEP_REPLACE : STEP_RETRY;
	case ACTION_FAILED:
	case ACTION_UNREPORTED: return another ? STEP_REPLACE : STEP_RETRY;
	default: return STEP_REPLACE;
	}
}

static void bind_content(struct sql_stmt *q, int at, const struct draft *d)
{
	sql_bind_str(q, at, severity_name(d->severity));
	sql_bind_int(q, at + 1, d->action_auto);
	sql_bind_text(q, at + 2, d->action);
	if (d->undo.n > 0)
		sql_bind_text(q, at + 3, d->undo);
	else
		sql_bind_null(q, at + 3);
}

static int refresh(struct state *s, const struct proposing *p, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_ACTION_REFRESH, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, p->live.id);
	sql_bind_str(q, 2, p->draft->rule_rev);
	bind_content(q, 3, p->draft);
	return sql_run(q, e);
}

static int flag(struct state *s, const struct proposing *p, bool recovering, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_SEEN_RECOVERY, e);

	if (q == NULL)
		return -1;
	sql_bind_blob(q, 1, p->finding->fingerprint.bytes, FINGERPRINT_BYTES);
	sql_bind_int(q, 2, recovering);
	return sql_run(q, e);
}

static int tell_proposed(struct state *s, const struct proposing *p, const char *what, struct error *e)
{
	char why[96];

	snprintf(why, sizeof(why), p->key.attempts ? "%s, attempt %" PRId64 : "%s", p->action_id, p->key.attempts + 1);
	return finding_event(s, p->id, p->run->number, what, why, e);
}

/* TRIED: when the attempt before was over, 0 when there was none. */
static int add(struct state *s, const struct proposing *p, int64_t tried, struct error *e)
{
	const struct draft *d = p->draft;
	struct sql_stmt *q = sql_prepare(s->db, SQL_ACTION_ADD, e);

	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, p->action_id);
	sql_bind_int(q, 2, p->id);
	sql_bind_int(q, 3, p->finding->episode);
	sql_bind_int(q, 4, p->key.attempts + 1);
	sql_bind_str(q, 5, d->rule);
	sql_bind_str(q, 6, d->rule_rev);
	sql_bind_str(q, 7, d->klass);
	sql_bind_text(q, 8, d->shop);
	bind_content(q, 9, d);
	sql_bind_int(q, 13, p->key.escalated ? ACTION_ESCALATED : ACTION_PROPOSED);
	sql_bind_int(q, 14, clock_now(s->clock));
	sql_bind_int(q, 15, p->run->number);
	sql_bind_int(q, 16, tried);
	if (sql_run(q, e) < 0)
		return -1;
	if (s->last.recovering && flag(s, p, false, e) < 0)
		return -1;
	s->last.recovering = false;
	return p->key.escalated ? 0 : tell_proposed(s, p, "correction proposed", e);
}

static int escalate(struct state *s, struct proposing *p, const char *why, struct error *e)
{
	p->key.escalated = clock_now(s->clock);
	if (recovery_put(s, p->id, &p->key, why, e) < 0)
		return -1;
	return finding_event(s, p->id, p->run->number, "correction escalated", why, e);
}

/* The correction that was there ends, unless it is the very one that is proposed again. */
static int supersede(struct state *s, const struct proposing *p, const char *why, struct error *e)
{
	if (p->live.id == 0 || strcmp(p->live.action_id, p->action_id) == 0)
		return 0;
	return action_move(s, p->run->number, p->id, &p->live, ACTION_SUPERSEDED, "scan", why, e);
}

static bool handed_out(enum action_state state)
{
	return state >= ACTION_EXPORTED && state <= ACTION_UNREPORTED;
}

static int replace(struct state *s, struct proposing *p, struct error *e)
{
	bool tried = p->live.id != 0 && handed_out(p->live.state);
	const char *why = p->another_value  ? "another value"
			  : p->another_rule ? "the rule was edited"
					    : "another state of the target";

	return supersede(s, p, why, e) < 0 ? -1 : add(s, p, tried ? clock_now(s->clock) : 0, e);
}

static int retry(struct state *s, struct proposing *p, struct error *e)
{
	char why[96];

	if (p->live.state == ACTION_APPLIED) {
		s->recovered.reopened++;
		if (move_in_manifests(s, &p->live, ACTION_REOPENED, e) < 0 ||
			finding_event(s, p->id, p->run->number, "correction reopened",
				"it was applied, and the value is as bad as before", e) < 0)
			return -1;
	}
	p->key.attempts++;
	snprintf(why, sizeof(why), "%" PRId64 " attempts in a row failed", p->key.attempts);
	if (supersede(s, p, "another state of the target", e) < 0)
		return -1;
	if (p->key.attempts >= LIMIT_RECOVERY_ATTEMPTS && p->key.escalated == 0) {
		if (escalate(s, p, why, e) < 0)
			return -1;
	} else if (recovery_put(s, p->id, &p->key, "", e) < 0) {
		return -1;
	}
	return add(s, p, clock_now(s->clock), e);
}

/* Nothing is alive. What was proven before and is there again is a recurrence. */
static int begin(struct state *s, struct proposing *p, struct error *e)
{
	int64_t now = clock_now(s->clock);
	bool recurs = s->last.begins && p->key.recovered != 0;

	if (!recurs)
		return add(s, p, 0, e);
	bool often = p->key.recurred != 0 && now - p->key.recurred <= LIMIT_RECOVERY_RECUR_MS;
	p->key.recurred = now;
	p->key.recovered = 0;
	if (often ? escalate(s, p, "it came back twice within 7 days of a correction", e) < 0
		  : recovery_put(s, p->id, &p->key, "", e) < 0)
		return -1;
	return add(s, p, now, e);
}

/* The rule proposes nothing any more, or nothing for this value. */
static int propose_nothing(struct state *s, struct proposing *p, struct error *e)
{
	p->action_id[0] = '\0';
	if (p->live.id == 0 || step_of(p) == STEP_KEEP)
		return 0;
	if (s->last.recovering && flag(s, p, false, e) < 0)
		return -1;
	return supersede(s, p, "the rule proposes none", e);
}

static int judge(struct state *s, struct proposing *p, bool *proposed, struct error *e)
{
	if (p->live.id == 0) {
		*proposed = true;
		return begin(s, p, e);
	}
	enum step step = step_of(p);
	*proposed = step != STEP_KEEP;
	switch (step) {
	case STEP_KEEP: return 0;
	case STEP_REFRESH: return refresh(s, p, e);
	case STEP_REPLACE: return replace(s, p, e);
	case STEP_RETRY: break;
	}
	return retry(s, p, e);
}

int state_propose(struct state *s, const struct run *run, const struct draft *d, const struct finding *f,
	enum state_change change, bool *proposed, struct error *e)
{
	struct proposing p = {.run = run,
		.draft = d,
		.finding = f,
		.another_value = s->last.another_value,
		.another_rule = s->last.another_rule};

	*proposed = false;
	if (change == CHANGE_AGAIN || (change == CHANGE_KNOWN && !s->last.recovering) ||
		(d->action.n == 0 && s->last.begins))
		return 0;
	if (d->action.n > 0 && action_identify(p.action_id, d->rule, d->klass, d->action, f->episode) < 0)
		return error_set(e, ERROR_STATE, "rule %s: the action that it proposes is not well formed", d->rule);
	if (finding_id(s, &f->fingerprint, &p.id, e) < 0 || action_live(s, p.id, &p.live, e) < 0 ||
		recovery_get(s, p.id, &p.key, e) < 0)
		return -1;
	return d->action.n == 0 ? propose_nothing(s, &p, e) : judge(s, &p, proposed, e);
}

/* ---- what is proposed ---- */

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
		.tried = sql_int(q, 13),
	};
	snprintf(a->action_id, sizeof(a->action_id), "%.*s", SPAN_ARG(sql_text(q, 0)));
}

struct action_visit {
	state_visit_action *visit;
	void *arg;
};

static int visit_action(struct sql_stmt *q, struct arena *arena, void *arg, struct error *e)
{
	struct action_visit *v = arg;
	struct action a;

	action_of_row(&a, q, arena);
	return v->visit(v->arg, &a, e);
}

int state_actions(struct state *s, const char *rule, state_visit_action *visit, void *arg, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_ACTION_LIST, e);
	struct action_visit v = {visit, arg};

	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, rule);
	return each_row(q, visit_action, &v, e);
}
