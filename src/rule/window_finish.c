/*
 * The partition has been read: the rows of a rule are read in the order of
 * their groups and of time, and what is wrong becomes drafts. One group is in hand at
 * a time, and of it no more than the limits say.
 */
#include "base/base.h"
#include "rule/window.h"

bool rule_group_has_windows(const struct rule_group *group)
{
	return group->window_count > 0;
}

const char *window_shape(const struct rule *rule, struct arena *arena)
{
	const struct window_spec *spec = rule->window;
	const char *shape = window_kind_names[spec->kind];

	for (size_t i = 0; i < spec->group_count; i++)
		shape = arena_printf(arena, "%s %s", shape, spec->groups[i].field);
	for (size_t i = 0; i < spec->value_count; i++)
		shape = arena_printf(arena, "%s%s%s", shape, i ? " " : ": ", spec->values[i].field);
	return shape;
}

int64_t window_reads_from(const struct rule *rule, const struct window_bounds *bounds)
{
	const struct window_spec *spec = rule->window;
	int64_t from = bounds->from;

	if (from == INT64_MIN)
		return INT64_MIN / 2;
	if (spec->kind == WINDOW_CHANGE)
		return from;
	if (spec->kind != WINDOW_NEW_TERM)
		return from - spec->length * (spec->kind == WINDOW_SPIKE ? 2 : 1) - 1;
	/* A rule that is new to the partition learns first. */
	return bounds->state.learned || from < bounds->until - 2 * spec->length ? from
										: bounds->until - 2 * spec->length;
}

/* ---- what is known ---- */

static int add_known(void *arg, const struct window_known *known, struct error *e)
{
	struct window_finish *f = arg;
	const struct window_row row = {.digest = known->digest,
		.side = SIDE_KNOWN,
		.time = known->last,
		.key = known->key,
		.shop = known->shop,
		.value = known->value,
		.first = known->first,
		.changed = known->changed,
		.before = known->change};

	(void)e;
	f->known++;
	window_keep(f->w, f->plan, &row);
	return 0;
}

static int put(struct window_finish *f, struct error *e)
{
	if (!f->is_known && f->known++ >= LIMIT_WINDOW_GROUPS) {
		windows_fail(f->w, f->plan, "it would have to remember more than LIMIT_WINDOW_GROUPS groups");
		return 0;
	}
	return f->memory->put(f->memory->arg, &f->group, e);
}

static int drop(struct window_finish *f, struct error *e)
{
	return f->is_known ? f->memory->drop(f->memory->arg, &f->group.digest, e) : 0;
}

/* ---- rows ---- */

/* 1 with f->row, 0 at the end; -1 when rows cannot be read, which is the rule's fault and not the walk's. */
static int next_row(struct window_finish *f)
{
	struct error e = {0};
	struct span record;
	int got = sorter_next(f->cursor, &record, &e);

	if (got == 1)
		window_row_read(&f->row, record);
	if (got < 0)
		windows_fail(f->w, f->plan, e.message);
	return got;
}

/* Rows of one document that say the same stand together. */
static bool comes_again(struct window_finish *f)
{
	const struct window_row *row = &f->row;
	struct buf *last = &f->previous;

	if (last->len == row->document.n + row->value.n + 1 &&
		memcmp(last->data, row->document.p, row->document.n) == 0 &&
		(row->value.n == 0 || memcmp(last->data + row->document.n + 1, row->value.p, row->value.n) == 0))
		return true;
	buf_reset(last);
	buf_add_span(last, row->document);
	buf_addc(last, '\0');
	buf_add_span(last, row->value);
	return false;
}

static struct span keep(struct window_finish *f, struct span text)
{
	return arena_span(&f->w->page, text);
}

/* f->row is the first of the group. */
static void begin_group(struct window_finish *f)
{
	const struct window_row *row = &f->row;

	arena_reset(&f->w->page);
	buf_reset(&f->previous);
	f->is_known = row->side == SIDE_KNOWN;
	f->group = (struct window_known){.digest = row->digest, .key = keep(f, row->key), .shop = keep(f, row->shop)};
	f->group.first = f->group.last = row->time;
	if (!f->is_known)
		return;
	f->group.first = row->first;
	f->group.changed = row->changed;
	f->group.value = keep(f, row->value);
	f->group.change = keep(f, row->before);
}

/* The next row of the group that is a document not seen before: 1; 0 after the last, with *MORE when another group
 * follows. */
static int next_document(struct window_finish *f, bool *more)
{
	int got = 1;

	for (;;) {
		got = next_row(f);
		*more = got == 1;
		if (got != 1 || memcmp(f->row.digest.bytes, f->group.digest.bytes, FINGERPRINT_BYTES) != 0)
			return 0;
		if (f->row.side == SIDE_DOCUMENT && !comes_again(f))
			return 1;
	}
}

/* ---- windows ---- */

static int end_windows(struct window_finish *f, struct error *e)
{
	const struct window_spec *spec = f->spec;
	struct window_walk *walk = &f->walk;
	int64_t end = f->last * spec->step, latest = walk->latest;

	window_walk_end(walk);
	if (walk->broken) {
		windows_fail(f->w, f->plan, "a sum has more digits than a window holds");
		return 0;
	}
	if (walk->worst.bad && !(spec->forget && end - latest > spec->forget) &&
		window_tell(f, &(struct window_told){.verdict = &walk->worst}, e) < 0)
		return -1;
	if (!spec->remembers)
		return 0;
	if (spec->kind == WINDOW_SPIKE ? end - latest > 2 * spec->length : spec->forget && end - latest > spec->forget)
		return drop(f, e);
	if (f->is_known && f->group.first == walk->since && f->group.last == latest)
		return 0;
	f->group.first = walk->since;
	f->group.last = latest;
	return put(f, e);
}

/* A group that cannot be held whole is not judged. */
static void add_row(struct window_finish *f)
{
	const char *why;

	if (f->walk.broken || window_walk_add(&f->walk, &f->row, &why))
		return;
	windows_fail(f->w, f->plan, why);
	f->walk.broken = true;
}

static int pass_windows(struct window_finish *f, bool *more, struct error *e)
{
	window_walk_begin(&f->walk, f->first, f->last);
	if (f->is_known) {
		f->walk.since = f->group.first;
		f->walk.latest = f->group.last;
	} else {
		(void)comes_again(f);
		add_row(f);
	}
	while (next_document(f, more) == 1)
		add_row(f);
	return end_windows(f, e);
}

/* A rule without groups expects something even where nothing was ever seen: from its first look on. */
static int pass_nothing(struct window_finish *f, struct error *e)
{
	struct span key = window_key_of_all(f->w);

	if (f->spec->group_count || f->spec->kind != WINDOW_FLATLINE)
		return 0;
	f->is_known = false;
	f->group = (struct window_known){
		.digest = fingerprint_of(key), .key = keep(f, key), .shop = span_of(f->bounds->shop)};
	window_walk_begin(&f->walk, f->first, f->last);
	f->walk.since = f->walk.latest = f->bounds->until;
	return end_windows(f, e);
}

/* ---- terms ---- */

static int pass_term(struct window_finish *f, bool *more, struct error *e)
{
	int64_t length = f->spec->length;

	while (next_document(f, more) == 1) {
	}
	if (!f->is_known && put(f, e) < 0)
		return -1;
	if (f->group.first <= f->result->state.learned || f->group.first <= f->bounds->until - length)
		return 0;
	return window_tell(f, &(struct window_told){.at = f->group.first}, e);
}

/* ---- changes ---- */

/* The next value of the group. The last change is kept as two lines: what stood there before, and after. */
static void see(struct window_finish *f, bool first)
{
	struct window_known *g = &f->group;
	bool same = !first && span_equal(f->row.value, g->value);
	int64_t apart = f->row.time - g->last;

	g->last = f->row.time;
	if (same)
		return;
	if (!first && (f->spec->within == 0 || apart <= f->spec->within)) {
		g->change =
			span_of(arena_printf(&f->w->page, "%.*s\n%.*s", SPAN_ARG(g->value), SPAN_ARG(f->row.value)));
		g->changed = f->row.time;
	}
	g->value = keep(f, f->row.value);
}

static int tell_change(struct window_finish *f, const struct window_known *g, struct error *e)
{
	ptrdiff_t line = span_find(g->change, SPAN_LITERAL("\n"));
	struct window_told told = {.at = g->changed};

	if (g->changed == 0 || g->changed <= f->bounds->until - f->spec->length || line < 0)
		return 0;
	told.before = (struct span){g->change.p, (size_t)line};
	told.value = (struct span){g->change.p + line + 1, g->change.n - (size_t)line - 1};
	return window_tell(f, &told, e);
}

/* A document may still come late into what the next run reads again, so only what is older is remembered. */
static int pass_change(struct window_finish *f, bool *more, struct error *e)
{
	int64_t settled = f->bounds->until - f->bounds->overlap, known = f->is_known ? f->group.last : INT64_MIN;
	struct window_known old = f->group, latest;
	bool remembered = f->is_known, first = !f->is_known;

	while (first || next_document(f, more) == 1) {
		if (!first && f->row.time <= known)
			continue;
		see(f, first);
		first = false;
		if (f->row.time > settled)
			continue;
		old = f->group;
		remembered = true;
	}
	latest = f->group;
	f->group = old;
	if (remembered && old.last != known && put(f, e) < 0)
		return -1;
	return tell_change(f, &latest, e);
}

/* ---- one rule ---- */

static int pass_group(struct window_finish *f, bool *more, struct error *e)
{
	begin_group(f);
	switch (f->spec->kind) {
	case WINDOW_NEW_TERM: return pass_term(f, more, e);
	case WINDOW_CHANGE: return pass_change(f, more, e);
	default: return pass_windows(f, more, e);
	}
}

/* Which windows are judged; false: none, since the clock stands where it was, or before. */
static bool set_bounds(struct window_finish *f)
{
	const struct window_bounds *b = f->bounds;
	struct window_state *state = &f->result->state;
	int64_t step = f->spec->step ? f->spec->step : 1, end;

	f->last = f->spec->step ? window_step(f->spec, b->until + 1) : b->until;
	f->first = b->from == INT64_MIN ? INT64_MIN : f->spec->step ? window_step(f->spec, b->from) + 1 : b->from;
	end = f->last * step;
	*state = b->state;
	if (f->first > f->last || (state->judged && end < state->judged))
		return false;
	state->judged = f->spec->kind == WINDOW_CHANGE ? end - b->overlap : end;
	if (f->w->rows[f->plan].latest > state->latest)
		state->latest = f->w->rows[f->plan].latest;
	if (f->spec->kind == WINDOW_NEW_TERM && state->learned == 0 && f->w->rows[f->plan].earliest)
		state->learned = f->w->rows[f->plan].earliest + f->spec->length;
	return true;
}

static int pass_all(struct window_finish *f, struct error *e)
{
	struct sorter *sorter = f->w->rows[f->plan].sorter;
	struct error unsorted = {0};
	bool more;
	int failed = 0;

	if (sorter == NULL)
		return pass_nothing(f, e);
	if (sorter_sort(sorter, &unsorted) < 0) {
		windows_fail(f->w, f->plan, unsorted.message);
		return 0;
	}
	f->cursor = sorter_open(sorter);
	more = next_row(f) == 1;
	while (more && failed == 0)
		failed = pass_group(f, &more, e);
	sorter_close(f->cursor);
	return failed;
}

int windows_finish(struct windows *w, size_t plan, const struct window_bounds *bounds,
	const struct window_memory *memory, eval_emit *emit, void *arg, struct window_result *result,
	struct error *error)
{
	const struct rule *rule = w->group->plans[plan].rule;
	struct window_finish f = {.w = w,
		.plan = plan,
		.rule = rule,
		.spec = rule->window,
		.bounds = bounds,
		.memory = memory,
		.result = result,
		.emit = emit,
		.arg = arg};
	int failed = 0;

	*result = (struct window_result){.judged = true};
	if (!set_bounds(&f)) {
		result->judged = false;
	} else if (w->rows[plan].why == NULL) {
		window_walk_init(&f.walk, f.spec);
		buf_init(&f.previous, SIZE_MAX / 4);
		if (f.spec->remembers)
			failed = memory->load(memory->arg, add_known, &f, error);
		if (failed == 0)
			failed = pass_all(&f, error);
		buf_clear(&f.previous);
		window_walk_clear(&f.walk);
	}
	result->why = w->rows[plan].why;
	return failed;
}
