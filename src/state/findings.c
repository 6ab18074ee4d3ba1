/*
 * The life of a finding: recording what was seen. It does not know who is told
 * of it.
 *
 * A finding that is known and unchanged costs one read and one write of the
 * narrow table `seen`. Only a change touches `finding` and makes an event.
 */
#include "base/base.h"
#include "state/store.h"

/* The row of `seen` as it was. */
struct seen {
	int64_t finding, run, times, episode, baseline;
	enum finding_state state;
	bool wake, recovering;
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
	return finding_event_by(s, finding, run, what, "scan", why, e);
}

int finding_event_by(struct state *s, int64_t finding, int64_t run, const char *what, const char *who, const char *why,
	struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_EVENT_ADD, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, finding);
	sql_bind_int(q, 2, clock_now(s->clock));
	sql_bind_int(q, 3, run);
	sql_bind_str(q, 4, what);
	sql_bind_str(q, 5, who);
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
			.baseline = sql_int(q, 7),
			.wake = sql_int(q, 8) != 0,
			.recovering = sql_int(q, 9) != 0,
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

static int tell_birth(struct state *s, const struct run *run, int64_t id, const struct finding *f, const char *by,
	const char *what, struct error *e)
{
	if (f->state == FINDING_SUSPECT)
		return finding_event(s, id, run->number, "suspected", "", e);
	if (finding_event(s, id, run->number, what, "", e) < 0)
		return -1;
	return f->state == FINDING_SILENCED ? finding_event(s, id, run->number, "silenced", by, e) : 0;
}

static int add_new(struct state *s, const struct run *run, const char *scope, const struct draft *d,
	const struct finding *f, const char *by, int64_t *id, struct error *e)
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
	sql_bind_int(q, 23, f->state);
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
	sql_bind_int(q, 6, f->state);
	return sql_run(q, e) < 0 ? -1 : tell_birth(s, run, *id, f, by, "opened", e);
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
	sql_bind_int(q, 3, f->episode);
	sql_bind_blob(q, 4, d->value_digest.bytes, FINGERPRINT_BYTES);
	sql_bind_str(q, 5, d->rule_rev);
	return sql_run(q, e);
}

int state_touch(struct state *s, const struct run *run, const struct fingerprint *f, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_SEEN_TOUCH, e);

	if (q == NULL)
		return -1;
	sql_bind_blob(q, 1, f->bytes, FINGERPRINT_BYTES);
	sql_bind_int(q, 2, run->number);
	return sql_run(q, e);
}

/* The suspicion is another one now. */
static int suspect_anew(struct state *s, const struct run *run, const struct draft *d, int64_t id, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_SEEN_ANEW, e);

	if (q == NULL)
		return -1;
	sql_bind_blob(q, 1, d->fingerprint.bytes, FINGERPRINT_BYTES);
	if (sql_run(q, e) < 0 || (q = sql_prepare(s->db, SQL_FINDING_ANEW, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	sql_bind_int(q, 2, run->started);
	return sql_run(q, e);
}

static int reopen(struct state *s, const struct run *run, int64_t id, const struct finding *f, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_FINDING_REOPEN, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	sql_bind_int(q, 2, f->episode);
	sql_bind_int(q, 3, run->started);
	sql_bind_int(q, 4, run->number);
	sql_bind_int(q, 5, f->state);
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

/* A known finding that is not as it was. An edited rule is no change of the finding: with it come new details, but no
 * event. */
static int change_known(struct state *s, const struct run *run, const char *scope, const struct draft *d, int64_t id,
	struct finding *f, enum state_change change, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_FINDING_RENEW, e);

	if (q == NULL)
		return -1;
	bind_details(q, scope, d);
	sql_bind_int(q, 1, id);
	if (sql_run(q, e) < 0 || seen_changed(s, run, d, f, e) < 0)
		return -1;
	if (d->steady && f->state == FINDING_SUSPECT && change != CHANGE_RULE && suspect_anew(s, run, d, id, e) < 0)
		return -1;
	return change == CHANGE_VALUE ? finding_event(s, id, run->number, "value changed", f->value, e) : 0;
}

/* ---- from one state to another ---- */

int finding_move(struct state *s, int64_t id, const struct finding *f, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_SEEN_MOVED, e);

	if (q == NULL)
		return -1;
	sql_bind_blob(q, 1, f->fingerprint.bytes, FINGERPRINT_BYTES);
	sql_bind_int(q, 2, f->state);
	if (sql_run(q, e) < 0 || (q = sql_prepare(s->db, SQL_FINDING_STATE, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	sql_bind_int(q, 2, f->state);
	return sql_run(q, e);
}

/* Where a finding stands once it is seen, and what silences it. */
static int next_state(struct state *s, const struct draft *d, const struct seen *seen, const struct finding *f,
	enum finding_state *to, const char **by, struct error *e)
{
	bool begins = seen->state == FINDING_RESOLVED;

	*by = NULL;
	*to = seen->state;
	if (seen->state == FINDING_ACKNOWLEDGED || seen->state == FINDING_INHIBITED)
		return 0;
	if (d->open_after > 1 && (begins || seen->state == FINDING_SUSPECT)) {
		*to = FINDING_SUSPECT;
		return 0;
	}
	if (state_silence_of(s, f, by, e) < 0)
		return -1;
	*to = *by != NULL || seen->baseline != 0 ? FINDING_SILENCED : FINDING_OPEN;
	return 0;
}

int finding_open(struct state *s, const struct run *run, int64_t id, struct finding *f, const char *by, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_FINDING_OPENED, e);

	f->state = by ? FINDING_SILENCED : FINDING_OPEN;
	f->opened_at = run->started;
	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	sql_bind_int(q, 2, run->started);
	sql_bind_int(q, 3, run->number);
	if (sql_run(q, e) < 0 || finding_move(s, id, f, e) < 0)
		return -1;
	return tell_birth(s, run, id, f, by, f->episode > 1 ? "reopened" : "opened", e);
}

/* A silence came over an open one: what was gathered forgets it. */
static int hush(struct state *s, const struct run *run, int64_t id, const char *by, struct error *e)
{
	const struct chosen c = {
		.state = FINDING_SILENCED, .what = "silenced", .who = "scan", .why = by, .run = run->number};

	return chosen_begin(s, e) < 0 || chosen_add(s, id, e) < 0 ? -1 : chosen_change(s, &c, e);
}

/* The finding is in state F->state from now on; what that is to those who are told goes into *CHANGE. */
static int move(struct state *s, const struct run *run, const struct seen *seen, struct finding *f, const char *by,
	enum state_change *change, struct error *e)
{
	int64_t id = seen->finding;

	switch (seen->state) {
	case FINDING_RESOLVED:
		f->episode++;
		if (reopen(s, run, id, f, e) < 0 || finding_move(s, id, f, e) < 0)
			return -1;
		return tell_birth(s, run, id, f, by, "reopened", e);
	case FINDING_SUSPECT: *change = CHANGE_OPENED; return finding_open(s, run, id, f, by, e);
	case FINDING_SILENCED:
		*change = CHANGE_WOKEN;
		return finding_move(s, id, f, e) < 0 ? -1
						     : finding_event(s, id, run->number, "no longer silenced", "", e);
	default: break;
	}
	if (f->state == FINDING_SILENCED)
		return hush(s, run, id, by, e);
	*change = CHANGE_WOKEN;
	return finding_move(s, id, f, e);
}

/* ---- what a draft is to the store ---- */

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

/* A finding that is in the store already. */
static int record_known(struct state *s, const struct run *run, const char *scope, const struct draft *d,
	const struct seen *seen, struct finding *f, enum state_change *change, struct error *e)
{
	const char *by;

	if (*change == CHANGE_AGAIN)
		return 0;
	if (next_state(s, d, seen, f, &f->state, &by, e) < 0)
		return -1;
	bool moves = f->state != seen->state || (seen->wake && f->state == FINDING_OPEN);
	enum state_change details = *change;
	if (moves && move(s, run, seen, f, by, change, e) < 0)
		return -1;
	if (details == CHANGE_KNOWN ? seen_again(s, run, d, e) < 0
				    : change_known(s, run, scope, d, seen->finding, f, details, e) < 0)
		return -1;
	return *change == CHANGE_KNOWN ? 0 : read_times(s, seen->finding, f, e);
}

int state_record(struct state *s, const struct run *run, const char *scope, const struct draft *d,
	struct finding *finding, enum state_change *change, struct error *e)
{
	struct seen seen = {.state = FINDING_RESOLVED};
	const char *by;
	int got = look_up(s, d, &seen, e);

	if (got < 0)
		return -1;
	finding_of_draft(s, d, finding);
	finding->last_seen = run->started;
	s->last.fingerprint = d->fingerprint;
	s->last.recovering = s->last.another_value = s->last.another_rule = false;
	s->last.begins = true;
	if (got == 0) {
		*change = CHANGE_OPENED;
		finding->first_seen = finding->opened_at = run->started;
		if (next_state(s, d, &seen, finding, &finding->state, &by, e) < 0)
			return -1;
		return add_new(s, run, scope, d, finding, by, &s->last.id, e);
	}
	s->last.id = seen.finding;
	s->last.recovering = seen.recovering;
	s->last.another_value = !seen.same_value;
	s->last.another_rule = !seen.same_rule;
	s->last.begins = seen.state == FINDING_RESOLVED;
	*change = change_of(&seen, run);
	finding->state = seen.state;
	finding->episode = seen.episode;
	finding->times_seen = seen.times + (*change != CHANGE_AGAIN);
	return record_known(s, run, scope, d, &seen, finding, change, e);
}
