/*
 * Inhibition: findings of one rule are kept from being told while another
 * rule's are there, as those of a shop's products while the shop is down. It
 * does not know rules, only their names and what their findings share.
 *
 * Both sides are walked once and meet in a temporary table, which SQLite keeps
 * on disk when it is large, so that memory does not grow with their number.
 */
#include "base/base.h"
#include "state/store.h"

#include "base/limits.h"

/* A rule that hides others, and what its findings and theirs both have: the shop, fields of the key. */
struct inhibitor {
	const char *rule;
	bool there; /* a finding of it is */
	bool shop;
	struct shared {
		struct span *names;
		size_t count, capacity;
		struct arena *arena;
		bool same_query;
	} fields;
};

/* ---- what two rules share ---- */

static void add_name(void *arg, struct span name, struct span raw, bool escaped)
{
	struct shared *names = arg;

	(void)raw;
	(void)escaped;
	/* an _id says something within its own query alone */
	if (span_is(name, "_id") && !names->same_query)
		return;
	names->names = arena_grow(names->arena, names->names, names->count, &names->capacity, sizeof(*names->names));
	names->names[names->count++] = arena_span(names->arena, name);
}

struct common {
	struct shared *names;
	size_t kept;
};

static void keep_common(void *arg, struct span name, struct span raw, bool escaped)
{
	struct common *c = arg;

	(void)raw;
	(void)escaped;
	for (size_t i = c->kept; i < c->names->count; i++) {
		struct span *at = &c->names->names[i], moved = *at;

		if (!span_equal(moved, name))
			continue;
		*at = c->names->names[c->kept];
		c->names->names[c->kept++] = moved;
		return;
	}
}

/* Any one finding of a rule shows what all have: 1, 0 when there is none, -1. */
static int sample(struct state *s, const char *statement, const char *rule, struct arena *arena, struct finding *f,
	struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, statement, e);

	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, rule);
	int got = sql_step(q, e);
	if (got == 1) {
		f->shop = text_of_column(q, 0, arena);
		f->key = text_of_column(q, 1, arena);
		f->query = text_of_column(q, 2, arena);
	}
	sql_reset(q);
	return got;
}

static int share(
	struct state *s, struct inhibitor *by, const struct finding *hidden, struct arena *arena, struct error *e)
{
	struct common common = {&by->fields, 0};
	struct finding f;
	int got = sample(s, SQL_INHIBITOR_SAMPLE, by->rule, arena, &f, e);

	if (got <= 0)
		return got;
	by->there = true;
	by->shop = f.shop[0] != '\0' && hidden->shop[0] != '\0';
	by->fields.arena = arena;
	by->fields.same_query = strcmp(f.query, hidden->query) == 0;
	if (key_members(span_of(hidden->key), add_name, &by->fields))
		key_members(span_of(f.key), keep_common, &common);
	by->fields.count = common.kept;
	return 0;
}

/* ---- matching ---- */

struct part {
	struct buf *out;
	struct span name;
};

static void add_value(void *arg, struct span name, struct span raw, bool escaped)
{
	const struct part *p = arg;

	(void)escaped;
	if (span_equal(name, p->name))
		buf_add_span(p->out, raw);
}

/* What a finding must agree in with one that it is hidden behind, as one text. */
static void match_text(struct buf *out, const struct inhibitor *by, size_t number, struct span shop, struct span key)
{
	buf_reset(out);
	buf_addf(out, "%zu", number);
	if (by->shop) {
		buf_addc(out, '\n');
		buf_add_span(out, shop);
	}
	for (size_t i = 0; i < by->fields.count; i++) {
		struct part part = {out, by->fields.names[i]};

		buf_addc(out, '\n');
		key_members(key, add_value, &part);
	}
}

static int put_inhibitor(struct state *s, struct span match, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_INHIBITOR_ADD, e);

	if (q == NULL)
		return -1;
	sql_bind_text(q, 1, match);
	return sql_run(q, e);
}

/* What findings of the rules in BY there are. */
static int gather(struct state *s, const struct inhibitor *by, size_t count, struct buf *match, struct error *e)
{
	int got = 0;

	if (sql_exec(s->db, SQL_INHIBITOR_TABLE, e) < 0 || sql_exec(s->db, SQL_INHIBITOR_CLEAR, e) < 0)
		return -1;
	for (size_t i = 0; i < count && got == 0; i++) {
		struct sql_stmt *q = by[i].there ? sql_prepare(s->db, SQL_INHIBITORS, e) : NULL;

		if (!by[i].there)
			continue;
		if (q == NULL)
			return -1;
		sql_bind_str(q, 1, by[i].rule);
		while ((got = sql_step(q, e)) == 1) {
			match_text(match, &by[i], i, sql_text(q, 0), sql_text(q, 1));
			if (put_inhibitor(s, buf_span(match), e) < 0) {
				sql_reset(q);
				return -1;
			}
		}
	}
	return got;
}

/* Which of BY hides the finding, or COUNT; -1 on failure. */
static ptrdiff_t hidden_by(struct state *s, const struct inhibitor *by, size_t count, struct buf *match,
	struct span shop, struct span key, struct error *e)
{
	for (size_t i = 0; i < count; i++) {
		struct sql_stmt *q = by[i].there ? sql_prepare(s->db, SQL_INHIBITOR_GET, e) : NULL;

		if (!by[i].there)
			continue;
		if (q == NULL)
			return -1;
		match_text(match, &by[i], i, shop, key);
		sql_bind_text(q, 1, buf_span(match));
		int got = sql_step(q, e);
		sql_reset(q);
		if (got != 0)
			return got < 0 ? -1 : (ptrdiff_t)i;
	}
	return (ptrdiff_t)count;
}

/* Chooses the findings of RULE in STATE that BY[WANTED] hides first; COUNT: those that none does. */
static int choose(struct state *s, const char *rule, enum finding_state state, const struct inhibitor *by, size_t count,
	size_t wanted, struct buf *match, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_INHIBITABLE, e);
	int got;

	if (q == NULL || chosen_begin(s, e) < 0)
		return -1;
	sql_bind_str(q, 1, rule);
	sql_bind_int(q, 2, state);
	while ((got = sql_step(q, e)) == 1) {
		ptrdiff_t i = hidden_by(s, by, count, match, sql_text(q, 1), sql_text(q, 2), e);

		if (i < 0 || ((size_t)i == wanted && chosen_add(s, sql_int(q, 0), e) < 0)) {
			sql_reset(q);
			return -1;
		}
	}
	return got;
}

static int hide(struct state *s, const struct run *run, const char *rule, const struct inhibitor *by, size_t count,
	struct buf *match, struct error *e)
{
	for (size_t i = 0; i < count; i++) {
		if (!by[i].there)
			continue;
		char why[LIMIT_NAME_CHARS + 32];
		const struct chosen c = {
			.state = FINDING_INHIBITED, .what = "inhibited", .who = "scan", .why = why, .run = run->number};

		snprintf(why, sizeof(why), "%s is open", by[i].rule);
		if (choose(s, rule, FINDING_OPEN, by, count, i, match, e) < 0 || chosen_change(s, &c, e) < 0)
			return -1;
	}
	return 0;
}

/* One that nothing hides any more: a silence may do so since. */
static int wake_one(struct state *s, const struct run *run, int64_t id, struct arena *arena, state_visit_finding *visit,
	void *arg, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_FINDING_GET, e);
	struct finding f;
	const char *by;

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	int got = sql_step(q, e);
	if (got <= 0)
		return got;
	arena_reset(arena);
	finding_of_row(&f, q, arena);
	sql_reset(q);
	s->last.fingerprint = f.fingerprint;
	s->last.id = id;
	if (state_silence_of(s, &f, &by, e) < 0)
		return -1;
	f.state = by ? FINDING_SILENCED : FINDING_OPEN;
	if (finding_move(s, id, &f, e) < 0 || finding_event(s, id, run->number, "no longer inhibited", "", e) < 0)
		return -1;
	if (by != NULL)
		return finding_event(s, id, run->number, "silenced", by, e);
	return visit(arg, &f, e);
}

static int wake(struct state *s, const struct run *run, state_visit_finding *visit, void *arg, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_CHOSEN_LIST, e);
	struct arena arena;
	int got;

	if (q == NULL)
		return -1;
	arena_init(&arena);
	while ((got = sql_step(q, e)) == 1) {
		if (wake_one(s, run, sql_int(q, 0), &arena, visit, arg, e) < 0) {
			sql_reset(q);
			got = -1;
			break;
		}
	}
	arena_clear(&arena);
	return got;
}

static int inhibit(struct state *s, const struct run *run, const char *rule, struct inhibitor *by, size_t count,
	struct arena *arena, state_visit_finding *visit, void *arg, struct error *e)
{
	struct finding hidden;
	struct buf match;
	int got = sample(s, SQL_INHIBITABLE_SAMPLE, rule, arena, &hidden, e);

	if (got <= 0)
		return got;
	for (size_t i = 0; i < count; i++)
		if (share(s, &by[i], &hidden, arena, e) < 0)
			return -1;
	buf_init(&match, LIMIT_KEY_BYTES * 4);
	int failed = gather(s, by, count, &match, e) < 0 || hide(s, run, rule, by, count, &match, e) < 0 ||
		     choose(s, rule, FINDING_INHIBITED, by, count, count, &match, e) < 0 ||
		     wake(s, run, visit, arg, e) < 0;
	buf_clear(&match);
	return failed ? -1 : 0;
}

int state_inhibit(struct state *s, const struct run *run, const char *rule, const char *const *by, size_t count,
	state_visit_finding *visit, void *arg, struct error *e)
{
	struct inhibitor *inhibitors;
	struct arena arena;

	arena_init(&arena);
	inhibitors = arena_zalloc(&arena, (count + 1) * sizeof(*inhibitors));
	for (size_t i = 0; i < count; i++)
		inhibitors[i].rule = by[i];
	int failed = inhibit(s, run, rule, inhibitors, count, &arena, visit, arg, e);
	arena_clear(&arena);
	return failed;
}

int state_inhibited_rules(struct state *s, struct arena *arena, const char ***names, size_t *count, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_INHIBITED_RULES, e);
	size_t capacity = 0;
	int got;

	*names = NULL;
	*count = 0;
	if (q == NULL)
		return -1;
	while ((got = sql_step(q, e)) == 1) {
		*names = arena_grow(arena, *names, *count, &capacity, sizeof(**names));
		(*names)[(*count)++] = text_of_column(q, 0, arena);
	}
	return got;
}

int state_inhibited(struct state *s, int64_t *count, struct error *e)
{
	return sql_get_int(s->db, count, SQL_INHIBITED_COUNT, e);
}
