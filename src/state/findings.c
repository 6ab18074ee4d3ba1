/*
 * The life of a finding: recording what was seen, resolving what was not. It
 * does not know who is told of it.
 *
 * A finding that is known and unchanged costs one read and one write of the
 * narrow table `seen`. Only a change touches `finding` and makes an event.
 */
#include "base/base.h"
#include "state/store.h"

/* The row of `seen` as it was. */
struct seen {
	int64_t finding, run, times, episode;
	enum finding_state state;
	bool same_value, same_rule;
};

int finding_id(struct state *s, const struct fingerprint *f, int64_t *id, struct error *e)
{
	if (s->last.id != 0 && memcmp(&s->last.fingerprint, f, sizeof(*f)) == 0) {
		*id = s->last.id;
		return 0;
	}
	struct sql_stmt *q = sql_prepare(s->db, SQL_SEEN_ID, e);
	if (q == NULL)
		return -1;
	sql_bind_blob(q, 1, f->bytes, sizeof(f->bytes));
	int got = sql_step(q, e);
	*id = got == 1 ? sql_int(q, 0) : 0;
	sql_reset(q);
	s->last.fingerprint = *f;
	s->last.id = *id;
	return got < 0 ? -1 : 0;
}

int finding_event(struct state *s, int64_t finding, int64_t run, const char *what, const char *why, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_EVENT_ADD, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, finding);
	sql_bind_int(q, 2, clock_now(s->clock));
	sql_bind_int(q, 3, run);
	sql_bind_str(q, 4, what);
	sql_bind_str(q, 5, "scan");
	sql_bind_str(q, 6, why);
	return sql_run(q, e);
}

/* ---- recording ---- */

static int look_up(struct state *s, const struct draft *d, struct seen *seen, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_SEEN_GET, e);

	if (q == NULL)
		return -1;
	sql_bind_blob(q, 1, d->fingerprint.bytes, FINGERPRINT_BYTES);
	int got = sql_step(q, e);
	if (got == 1) {
		struct span digest = sql_blob(q, 5);

		*seen = (struct seen){.finding = sql_int(q, 0),
			.run = sql_int(q, 1),
			.times = sql_int(q, 2),
			.state = (enum finding_state)sql_int(q, 3),
			.episode = sql_int(q, 4),
			.same_value = digest.n == FINGERPRINT_BYTES &&
				      memcmp(digest.p, d->value_digest.bytes, FINGERPRINT_BYTES) == 0,
			.same_rule = span_is(sql_text(q, 6), d->rule_rev)};
		sql_reset(q);
	}
	return got;
}

/* What a new finding and one that is renewed have in common. */
static void bind_details(struct sql_stmt *q, const char *scope, const struct draft *d)
{
	sql_bind_str(q, 3, d->rule_rev);
	sql_bind_str(q, 4, d->query);
	sql_bind_str(q, 5, scope);
	sql_bind_text(q, 9, d->field);
	sql_bind_str(q, 10, d->title);
	sql_bind_text(q, 11, d->tags);
	sql_bind_int(q, 12, d->severity);
	sql_bind_text(q, 13, d->value);
	sql_bind_int(q, 14, d->value_cut);
	sql_bind_text(q, 15, d->message);
	sql_bind_text(q, 16, d->index);
	sql_bind_text(q, 17, d->id);
	sql_bind_int(q, 18, d->seq_no);
	sql_bind_int(q, 19, d->primary_term);
	sql_bind_int(q, 20, d->version);
}

static int add_new(
	struct state *s, const struct run *run, const char *scope, const struct draft *d, int64_t *id, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_FINDING_NEW, e);

	if (q == NULL)
		return -1;
	bind_details(q, scope, d);
	sql_bind_blob(q, 1, d->fingerprint.bytes, FINGERPRINT_BYTES);
	sql_bind_str(q, 2, d->rule);
	sql_bind_text(q, 6, d->shop);
	sql_bind_text(q, 7, d->key);
	sql_bind_str(q, 8, d->klass);
	sql_bind_int(q, 21, run->started);
	sql_bind_int(q, 22, run->number);
	if (sql_run(q, e) < 0)
		return -1;
	*id = sql_last_id(s->db);
	if ((q = sql_prepare(s->db, SQL_SEEN_NEW, e)) == NULL)
		return -1;
	sql_bind_blob(q, 1, d->fingerprint.bytes, FINGERPRINT_BYTES);
	sql_bind_int(q, 2, *id);
	sql_bind_int(q, 3, run->number);
	sql_bind_blob(q, 4, d->value_digest.bytes, FINGERPRINT_BYTES);
	sql_bind_str(q, 5, d->rule_rev);
	return sql_run(q, e) < 0 ? -1 : finding_event(s, *id, run->number, "opened", "", e);
}

static int seen_again(struct state *s, const struct run *run, const struct draft *d, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_SEEN_AGAIN, e);

	if (q == NULL)
		return -1;
	sql_bind_blob(q, 1, d->fingerprint.bytes, FINGERPRINT_BYTES);
	sql_bind_int(q, 2, run->number);
	return sql_run(q, e);
}

static int seen_changed(
	struct state *s, const struct run *run, const struct draft *d, const struct finding *f, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_SEEN_CHANGED, e);

	if (q == NULL)
		return -1;
	sql_bind_blob(q, 1, d->fingerprint.bytes, FINGERPRINT_BYTES);
	sql_bind_int(q, 2, run->number);
	sql_bind_int(q, 3, f->state);
	sql_bind_int(q, 4, f->episode);
	sql_bind_blob(q, 5, d->value_digest.bytes, FINGERPRINT_BYTES);
	sql_bind_str(q, 6, d->rule_rev);
	return sql_run(q, e);
}

static int reopen(struct state *s, const struct run *run, int64_t id, int64_t episode, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_FINDING_REOPEN, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	sql_bind_int(q, 2, episode);
	sql_bind_int(q, 3, run->started);
	sql_bind_int(q, 4, run->number);
	return sql_run(q, e);
}

static int read_times(struct state *s, int64_t id, struct finding *f, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_FINDING_TIMES, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	int got = sql_step(q, e);
	if (got == 1) {
		f->first_seen = sql_int(q, 0);
		f->opened_at = sql_int(q, 1);
	}
	sql_reset(q);
	return got < 0 ? -1 : 0;
}

/* An edited rule is no change of the finding: with it come new details, but no event. */
static int tell_change(struct state *s, const struct run *run, int64_t id, const struct finding *f,
	enum state_change change, struct error *e)
{
	if (change == CHANGE_RULE)
		return 0;
	return change == CHANGE_VALUE ? finding_event(s, id, run->number, "value changed", f->value, e)
				      : finding_event(s, id, run->number, "reopened", "", e);
}

/* A known finding that is not as it was. */
static int change_known(struct state *s, const struct run *run, const char *scope, const struct draft *d, int64_t id,
	struct finding *f, enum state_change change, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_FINDING_RENEW, e);

	if (q == NULL)
		return -1;
	bind_details(q, scope, d);
	sql_bind_int(q, 1, id);
	if (sql_run(q, e) < 0)
		return -1;
	if (change == CHANGE_REOPENED) {
		f->state = FINDING_OPEN;
		f->episode++;
		if (reopen(s, run, id, f->episode, e) < 0)
			return -1;
	}
	if (seen_changed(s, run, d, f, e) < 0 || read_times(s, id, f, e) < 0 || actions_supersede(s, id, e) < 0)
		return -1;
	return tell_change(s, run, id, f, change, e);
}

static const char *keep(struct state *s, struct span text)
{
	return text.n ? arena_strndup(&s->draft, text.p, text.n) : "";
}

static void finding_of_draft(struct state *s, const struct draft *d, struct finding *f)
{
	arena_reset(&s->draft);
	*f = (struct finding){
		.fingerprint = d->fingerprint,
		.rule = d->rule,
		.rule_rev = d->rule_rev,
		.query = d->query,
		.title = d->title,
		.klass = d->klass,
		.tags = keep(s, d->tags),
		.shop = keep(s, d->shop),
		.key = keep(s, d->key),
		.field = keep(s, d->field),
		.value = keep(s, d->value),
		.message = keep(s, d->message),
		.index = keep(s, d->index),
		.id = keep(s, d->id),
		.severity = d->severity,
		.state = FINDING_OPEN,
		.episode = 1,
		.times_seen = 1,
		.seq_no = d->seq_no,
		.primary_term = d->primary_term,
		.version = d->version,
		.value_cut = d->value_cut,
	};
}

static enum state_change change_of(const struct seen *seen, const struct run *run)
{
	if (seen->state == FINDING_RESOLVED)
		return CHANGE_REOPENED;
	if (seen->run == run->number)
		return CHANGE_AGAIN;
	if (!seen->same_value)
		return CHANGE_VALUE;
	return seen->same_rule ? CHANGE_KNOWN : CHANGE_RULE;
}

int state_record(struct state *s, const struct run *run, const char *scope, const struct draft *d,
	struct finding *finding, enum state_change *change, struct error *e)
{
	struct seen seen = {0};
	int got = look_up(s, d, &seen, e);

	if (got < 0)
		return -1;
	finding_of_draft(s, d, finding);
	finding->last_seen = run->started;
	s->last.fingerprint = d->fingerprint;
	if (got == 0) {
		*change = CHANGE_OPENED;
		finding->first_seen = finding->opened_at = run->started;
		return add_new(s, run, scope, d, &s->last.id, e);
	}
	s->last.id = seen.finding;
	*change = change_of(&seen, run);
	finding->state = seen.state;
	finding->episode = seen.episode;
	finding->times_seen = seen.times + (*change != CHANGE_AGAIN);
	switch (*change) {
	case CHANGE_AGAIN: return 0;
	case CHANGE_KNOWN: return seen_again(s, run, d, e);
	default: return change_known(s, run, scope, d, seen.finding, finding, *change, e);
	}
}

/* ---- resolving ---- */

/* What is walked over: findings of a rule, scope by scope, a batch at a time, so that a visit may change the tables. */
struct unseen {
	const char *statement, *rule, *scope;
	char *after_scope;
	struct fingerprint after;
	int64_t ids[STATE_BATCH];
	size_t count;
};

static int next_batch(struct state *s, const struct run *run, struct unseen *u, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, u->statement, e);
	bool first = u->after_scope == NULL;
	int got;

	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, u->rule);
	sql_bind_int(q, 2, run->number);
	sql_bind_str(q, 3, !first ? u->after_scope : u->scope ? u->scope : "");
	if (u->scope != NULL)
		sql_bind_str(q, 4, u->scope);
	else
		sql_bind_blob(q, 4, "\xff", 1); /* a blob is above every text */
	sql_bind_blob(q, 5, u->after.bytes, first ? 0 : FINGERPRINT_BYTES);
	sql_bind_int(q, 6, STATE_BATCH);
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

static int run_on(struct state *s, const char *text, int64_t id, int64_t at, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, text, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	sql_bind_int(q, 2, at);
	return sql_run(q, e);
}

static int resolve(struct state *s, const struct run *run, int64_t id, struct finding *f, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_SEEN_RESOLVED, e);

	f->state = FINDING_RESOLVED;
	f->resolved_at = clock_now(s->clock);
	if (q == NULL)
		return -1;
	sql_bind_blob(q, 1, f->fingerprint.bytes, FINGERPRINT_BYTES);
	if (sql_run(q, e) < 0 || run_on(s, SQL_FINDING_RESOLVED, id, f->resolved_at, e) < 0)
		return -1;
	return actions_supersede(s, id, e) < 0 ? -1 : finding_event(s, id, run->number, "resolved", "", e);
}

static int resolve_one(struct state *s, const struct run *run, int64_t id, struct arena *arena,
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
	return resolve(s, run, id, &f, e) < 0 ? -1 : visit(arg, &f, e);
}

static int resolve_all(struct state *s, const struct run *run, struct unseen *u, state_visit_finding *visit, void *arg,
	int64_t *count, struct error *e)
{
	struct arena arena;
	int result = 0;

	arena_init(&arena);
	*count = 0;
	do {
		result = next_batch(s, run, u, e);
		for (size_t i = 0; result == 0 && i < u->count; i++) {
			result = resolve_one(s, run, u->ids[i], &arena, visit, arg, e);
			*count += result == 0;
		}
	} while (result == 0 && u->count == STATE_BATCH);
	arena_clear(&arena);
	free(u->after_scope);
	return result;
}

int state_resolve_unseen(struct state *s, const struct run *run, const char *rule, const char *scope,
	state_visit_finding *visit, void *arg, int64_t *count, struct error *e)
{
	struct unseen u = {.statement = SQL_UNSEEN_ANY, .rule = rule, .scope = scope};

	return resolve_all(s, run, &u, visit, arg, count, e);
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

int state_resolve_seen_entities(struct state *s, const struct run *run, const char *rule, const char *scope,
	state_visit_finding *visit, void *arg, int64_t *count, struct error *e)
{
	struct unseen u = {.statement = SQL_UNSEEN_ENTITIES, .rule = rule, .scope = scope};

	*count = 0;
	return need_entities(s, e) < 0 ? -1 : resolve_all(s, run, &u, visit, arg, count, e);
}

int state_entities_forget(struct state *s, struct error *e)
{
	return need_entities(s, e) < 0 ? -1 : sql_exec(s->db, SQL_ENTITY_FORGET, e);
}
