/*
 * All documents of both sides have passed: their rows are read in the order of
 * scope and key, left before right, and each key is judged. One key is in hand at a
 * time, and of it one document a side.
 */
#include "base/base.h"
#include "rule/pair.h"

#include "base/utf8.h"

const char *const pair_class_names[] = {"missing_left", "missing_right", "stale_left", "stale_right", "mismatch",
	"duplicate_key", "null_key", "invalid_left", "invalid_right", NULL};

struct joining {
	struct sets *s;
	const struct rule *rule;
	const struct pair_spec *spec;
	int64_t now, from; /* what was changed after FROM is in flight */
	pair_whole *whole;
	pair_emit *emit;
	void *arg;
	struct pair_result *result;
	struct sorter_cursor *cursor;
	struct span record;
	struct pair_row row; /* the one in hand: RECORD, read */
	struct pair_match m;
	int64_t given; /* differences so far */
	bool flying;   /* the key in hand is in flight */
	bool stopped;
};

/* 1 with j->row, 0 at the end; -1 when rows cannot be read, which is the rule's fault and not the walk's. */
static int next_row(struct joining *j)
{
	struct error e = {0};
	int got = sorter_next(j->cursor, &j->record, &e);

	if (got == 1)
		pair_row_read(&j->row, j->record, j->spec->compare_count);
	if (got < 0)
		sets_fail(j->s, j->rule, e.message);
	return got;
}

/* ---- one key ---- */

/* The row in hand is kept until the next key: its bytes, read once more. */
static void keep_row(struct joining *j)
{
	pair_row_read(&j->m.rows[j->row.side], arena_span(&j->m.arena, j->record), j->spec->compare_count);
}

static void name_document(struct buf *out, const struct pair_row *row)
{
	buf_adds(out, out->len ? ", " : "");
	if (row->id.n)
		buf_add_span(out, utf8_cut(row->id, LIMIT_NAME_CHARS));
	else
		buf_addf(out, "line %lld of %.*s", (long long)row->line, SPAN_ARG(row->index));
}

static bool same_document(const struct pair_row *a, const struct pair_row *b)
{
	return span_equal(a->document, b->document) && span_equal(a->index, b->index) && span_equal(a->id, b->id);
}

/* The row in hand is one of the key. Of a document that came twice, since the scan began anew, the newer counts. */
static void add_row(struct joining *j)
{
	struct pair_match *m = &j->m;
	const struct pair_row *row = &j->row, *last = &m->rows[row->side];
	int64_t *count = &m->count[row->side];

	if (*count > 0 && same_document(last, row)) {
		if (*count == 1 && row->seq_no >= last->seq_no)
			keep_row(j);
		return;
	}
	if (++*count <= LIMIT_SET_NAMED)
		name_document(&m->named[row->side], row);
	keep_row(j);
}

static bool same_key(const struct pair_row *a, const struct pair_row *b)
{
	return a->kind == b->kind && span_equal(a->key, b->key) && span_equal(a->scope, b->scope);
}

/* Takes all rows of one key; j->row is the first of them, and of the next key afterwards. 1, 0 or -1 as next_row. */
static int take_key(struct joining *j)
{
	struct pair_match *m = &j->m;
	int got;

	arena_reset(&m->arena);
	for (int side = 0; side < 2; side++) {
		m->count[side] = 0;
		m->rows[side] = (struct pair_row){.seq_no = -1, .primary_term = -1, .es_version = -1};
		buf_reset(&m->named[side]);
	}
	memset(m->differs, 0, sizeof(m->differs));
	do {
		int side = j->row.side;

		add_row(j);
		got = next_row(j);
		if (got != 1 || !same_key(&j->row, &m->rows[side]))
			break;
	} while (true);
	return got;
}

/* ---- what is wrong with it ---- */

static int give(struct joining *j, enum pair_class klass, struct error *e)
{
	struct pair_candidate c;

	if (j->spec->severities[klass] == PAIR_NO_FINDING || j->stopped)
		return 0;
	if (j->m.rows[0].allowed || j->m.rows[1].allowed) {
		j->result->allowed++;
		return 0;
	}
	if (j->given == LIMIT_FINDINGS_PER_RULE && !j->flying) {
		sets_fail(j->s, j->rule, "it found more than LIMIT_FINDINGS_PER_RULE");
		j->stopped = true;
		return 0;
	}
	if (j->given == j->spec->stop_after && j->given > 0 && !j->flying) {
		sets_fail(j->s, j->rule,
			arena_printf(&j->s->page,
				"stop_after was reached: the sides are simply different, %lld times and more",
				(long long)j->given));
		j->stopped = true;
		return 0;
	}
	j->given += !j->flying;
	pair_draft(&c, j->s, j->rule, &j->m, klass);
	c.in_flight = j->flying;
	return j->emit(j->arg, &c, e);
}

static bool is_misfit(const struct joining *j, int side)
{
	for (size_t i = 0; i < j->spec->compare_count; i++) {
		if (j->m.rows[side].values[i].state == PAIR_MISFIT)
			return true;
	}
	return false;
}

/* Marks the fields that differ; the scratch of this is the key's. */
static bool differs(struct joining *j)
{
	struct pair_match *m = &j->m;
	bool any = false;

	for (size_t i = 0; i < j->spec->compare_count; i++) {
		m->differs[i] = !pair_same(
			&j->spec->compares[i], &m->rows[0].values[i], &m->rows[1].values[i], j->spec, &m->arena);
		any = any || m->differs[i];
	}
	return any;
}

/* A clock that is ahead by more than the grace is wrong, and hides nothing. */
static bool in_flight(const struct joining *j)
{
	for (int side = 0; side < 2; side++) {
		int64_t changed = j->m.rows[side].changed;

		if (j->spec->grace > 0 && j->m.count[side] > 0 && changed != PAIR_NEVER && changed > j->from &&
			changed <= j->now + j->spec->grace)
			return true;
	}
	return false;
}

static enum pair_class by_version(struct joining *j)
{
	int order = pair_order(&j->m.rows[0].version, &j->m.rows[1].version, j->spec, &j->m.arena);

	return order == -1 ? PAIR_STALE_LEFT : order == 1 ? PAIR_STALE_RIGHT : PAIR_MISMATCH;
}

static int judge_both(struct joining *j, struct error *e)
{
	bool left = is_misfit(j, 0), right = is_misfit(j, 1);

	if (left && give(j, PAIR_INVALID_LEFT, e) < 0)
		return -1;
	if (right && give(j, PAIR_INVALID_RIGHT, e) < 0)
		return -1;
	if (left || right || !differs(j))
		return 0;
	return give(j, by_version(j), e);
}

static int judge_one(struct joining *j, struct error *e)
{
	int missing = j->m.count[0] == 0 ? 0 : 1;

	if (is_misfit(j, !missing) && give(j, missing ? PAIR_INVALID_LEFT : PAIR_INVALID_RIGHT, e) < 0)
		return -1;
	if (!j->whole(j->arg, j->m.rows[!missing].scope)) {
		j->result->undecided++;
		return 0;
	}
	return give(j, missing ? PAIR_MISSING_RIGHT : PAIR_MISSING_LEFT, e);
}

static int judge(struct joining *j, enum pair_row_kind kind, struct error *e)
{
	const struct pair_match *m = &j->m;

	j->flying = in_flight(j);
	if (kind == PAIR_KEY_NULL)
		return give(j, PAIR_NULL_KEY, e);
	if (kind == PAIR_KEY_BAD)
		return give(j, m->count[0] ? PAIR_INVALID_LEFT : PAIR_INVALID_RIGHT, e);
	if (m->count[0] > 1 || m->count[1] > 1)
		return give(j, PAIR_DUPLICATE_KEY, e);
	return m->count[0] && m->count[1] ? judge_both(j, e) : judge_one(j, e);
}

/* ---- all of them ---- */

static int join(struct joining *j, struct error *e)
{
	int more = next_row(j), failed = 0;

	while (more == 1 && failed == 0 && !j->stopped) {
		enum pair_row_kind kind = j->row.kind;

		more = take_key(j);
		if (more >= 0)
			failed = judge(j, kind, e);
	}
	return failed;
}

int pairs_finish(struct sets *s, const struct rule *rule, int64_t now, pair_whole *whole, pair_emit *emit, void *arg,
	struct pair_result *result, struct error *e)
{
	struct set_state *state = &s->states[rule->number];
	struct joining j = {.s = s,
		.rule = rule,
		.spec = rule->pair,
		.now = now,
		.from = now - rule->pair->grace,
		.whole = whole,
		.emit = emit,
		.arg = arg,
		.result = result};
	struct error sorting = {0};
	int failed = 0;

	*result = (struct pair_result){0};
	s->now = now;
	if (state->sorter && sorter_sort(state->sorter, &sorting) < 0) {
		sets_fail(s, rule, sorting.message);
	} else if (state->sorter) {
		arena_init(&j.m.arena);
		for (int side = 0; side < 2; side++)
			buf_init(&j.m.named[side], SIZE_MAX / 4);
		j.cursor = sorter_open(state->sorter);
		failed = join(&j, e);
		sorter_close(j.cursor);
		for (int side = 0; side < 2; side++)
			buf_clear(&j.m.named[side]);
		arena_clear(&j.m.arena);
	}
	sorter_free(state->sorter);
	state->sorter = NULL;
	result->why = state->why;
	return failed;
}
