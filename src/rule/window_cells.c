/*
 * The documents of one group on their way past, by steps: what is in a window
 * is added up anew for each one that is judged. Only windows in which something came
 * or went since the one before are judged: the others say the same. No more is held
 * than the steps of one window (of two, for a spike).
 */
#include "base/base.h"
#include "rule/window.h"

void window_walk_init(struct window_walk *w, const struct window_spec *spec)
{
	*w = (struct window_walk){.spec = spec};
	w->capacity = 4 * (size_t)spec->steps + 8;
	w->cells = xcalloc(w->capacity, sizeof(*w->cells));
	map_init(&w->values);
	arena_init(&w->names);
}

void window_walk_clear(struct window_walk *w)
{
	free(w->cells);
	map_clear(&w->values);
	arena_clear(&w->names);
}

static void forget_values(struct window_walk *w)
{
	map_clear(&w->values);
	map_init(&w->values);
	arena_reset(&w->names);
}

void window_walk_begin(struct window_walk *w, int64_t first, int64_t last)
{
	w->first = w->spec->kind == WINDOW_FLATLINE ? last : first;
	w->last = last;
	w->at = w->first == INT64_MIN ? INT64_MIN : w->first - 1;
	w->since = w->latest = INT64_MIN;
	w->begin = w->count = 0;
	w->worst = (struct window_verdict){0};
	w->broken = false;
	if (w->values.count)
		forget_values(w);
}

static int64_t span_of_steps(const struct window_spec *spec)
{
	return spec->kind == WINDOW_SPIKE ? 2 * spec->steps : spec->steps;
}

static bool less(const char *a, const char *b)
{
	return decimal_compare(span_of(a), span_of(b)) < 0;
}

/* What the steps from FROM up to TO, not TO itself, hold. */
static void add_up(struct window_totals *t, const struct window_walk *w, int64_t from, int64_t to)
{
	struct amount sum = {0}, one;

	*t = (struct window_totals){.least = "", .most = ""};
	for (size_t i = 0; i < w->count; i++) {
		const struct window_cell *c = &w->cells[w->begin + i];

		if (c->step < from || c->step >= to)
			continue;
		t->count += c->count;
		t->matched += c->matched;
		t->distinct += c->distinct;
		if (c->numbers == 0)
			continue;
		if (t->numbers == 0 || less(c->least, t->least))
			t->least = c->least;
		if (t->numbers == 0 || less(t->most, c->most))
			t->most = c->most;
		t->numbers += c->numbers;
		t->broken = !amount_set(&one, span_of(c->sum)) || !amount_add(&sum, &one) || t->broken;
	}
	if (t->numbers)
		t->broken = !window_amount(t->sum, &sum) || t->broken;
}

/* Whether the group was there for so long that its absence means something. */
static bool is_settled(const struct window_walk *w, int64_t end)
{
	const struct window_spec *spec = w->spec;
	int64_t need = spec->kind == WINDOW_SPIKE ? 2 * spec->length : spec->length;

	return w->since != INT64_MIN && w->since + need <= end * spec->step;
}

static void judge_at(struct window_walk *w, int64_t end)
{
	const struct window_spec *spec = w->spec;
	struct window_totals now, before;
	struct window_verdict v = {.from = (end - spec->steps) * spec->step, .to = end * spec->step};

	w->at = end;
	if (end < w->first || end > w->last)
		return;
	v.settled = is_settled(w, end);
	add_up(&now, w, end - spec->steps, end);
	if (spec->kind == WINDOW_SPIKE)
		add_up(&before, w, end - 2 * spec->steps, end - spec->steps);
	w->broken |= now.broken || (spec->kind == WINDOW_SPIKE && before.broken);
	window_judge(&v, spec, &now, &before);
	if (v.bad && (!w->worst.bad || v.weight > w->worst.weight))
		w->worst = v;
}

/* The next window in which something came or went. */
static int64_t next_change(const struct window_walk *w)
{
	int64_t next = w->first > w->at ? w->first : INT64_MAX;

	for (size_t i = 0; i < w->count; i++) {
		int64_t in = w->cells[w->begin + i].step + 1;
		const int64_t ends[] = {in, in + w->spec->steps, in + 2 * w->spec->steps};

		for (size_t k = 0; k < ARRAY_LEN(ends); k++) {
			if (ends[k] > w->at && ends[k] < next)
				next = ends[k];
		}
	}
	return next;
}

/* Judges all windows that end up to END. */
static void advance(struct window_walk *w, int64_t end)
{
	for (;;) {
		int64_t next = next_change(w);

		if (next > end)
			return;
		judge_at(w, next);
	}
}

static struct window_cell *cell_of(struct window_walk *w, int64_t step)
{
	int64_t span = span_of_steps(w->spec);
	struct window_cell *c;

	if (w->count && w->cells[w->begin + w->count - 1].step == step)
		return &w->cells[w->begin + w->count - 1];
	advance(w, step < w->last ? step : w->last);
	while (w->count && w->cells[w->begin].step < step + 1 - span) {
		w->begin++;
		w->count--;
	}
	if (w->begin + w->count == w->capacity) {
		memmove(w->cells, w->cells + w->begin, w->count * sizeof(*w->cells));
		w->begin = 0;
	}
	c = &w->cells[w->begin + w->count++];
	*c = (struct window_cell){.step = step};
	return c;
}

static bool keep_text(char out[WINDOW_NUMBER_BYTES], struct span text)
{
	if (text.n >= WINDOW_NUMBER_BYTES)
		return false;
	snprintf(out, WINDOW_NUMBER_BYTES, "%.*s", SPAN_ARG(text));
	return true;
}

bool window_amount(char out[WINDOW_NUMBER_BYTES], const struct amount *a)
{
	struct buf text;
	bool fits;

	buf_init(&text, SIZE_MAX / 4);
	amount_text(&text, a);
	fits = keep_text(out, buf_span(&text));
	buf_clear(&text);
	return fits;
}

static bool add_number(struct window_cell *c, const struct window_row *row)
{
	struct amount sum, one;
	bool first = c->numbers == 0;

	if (!amount_set(&one, row->value) || !amount_set(&sum, first ? SPAN_LITERAL("0") : span_of(c->sum)) ||
		!amount_add(&sum, &one) || !window_amount(c->sum, &sum))
		return false;
	c->numbers += row->numbers;
	if ((first || decimal_compare(row->least, span_of(c->least)) < 0) && !keep_text(c->least, row->least))
		return false;
	return (!first && decimal_compare(row->most, span_of(c->most)) <= 0) || keep_text(c->most, row->most);
}

/* Values of the windows to come: the others are forgotten. */
static void prune_values(struct window_walk *w)
{
	struct map old = w->values;
	struct arena names = w->names;
	int64_t begin = w->count ? w->cells[w->begin].step : INT64_MAX;

	map_init(&w->values);
	arena_init(&w->names);
	for (size_t i = 0; i < old.count; i++) {
		if (*(const int64_t *)old.entries[i].value < begin)
			continue;
		int64_t *step = arena_alloc(&w->names, sizeof(*step));

		*step = *(const int64_t *)old.entries[i].value;
		*map_put(&w->values, arena_span(&w->names, old.entries[i].key)) = step;
	}
	map_clear(&old);
	arena_clear(&names);
}

/* A value counts in the step that it was in last. */
static bool add_value(struct window_walk *w, struct window_cell *c, struct span value)
{
	int64_t *step = map_find(&w->values, value);

	if (step == NULL) {
		if (w->values.count == LIMIT_WINDOW_VALUES)
			prune_values(w);
		if (w->values.count == LIMIT_WINDOW_VALUES)
			return false;
		step = arena_alloc(&w->names, sizeof(*step));
		*map_put(&w->values, arena_span(&w->names, value)) = step;
	} else if (*step == c->step) {
		return true;
	} else {
		for (size_t i = 0; i < w->count; i++)
			w->cells[w->begin + i].distinct -= w->cells[w->begin + i].step == *step;
	}
	*step = c->step;
	c->distinct++;
	return true;
}

int64_t window_step(const struct window_spec *spec, int64_t time)
{
	int64_t step = time / spec->step;

	return step - (time % spec->step < 0);
}

bool window_walk_add(struct window_walk *w, const struct window_row *row, const char **why)
{
	const struct window_spec *spec = w->spec;
	struct window_cell *c = cell_of(w, window_step(spec, row->time));

	/* A spike forgets a group that was in neither window. */
	if (w->since == INT64_MIN || (spec->kind == WINDOW_SPIKE && row->time - w->latest > 2 * spec->length))
		w->since = row->time;
	if (row->last > w->latest)
		w->latest = row->last;
	c->count += row->count;
	c->matched += row->matched;
	if (row->numbers && !add_number(c, row)) {
		*why = "a number, or a sum of them, has more digits than a window holds";
		return false;
	}
	if (spec->kind == WINDOW_CARDINALITY && row->value.n && !add_value(w, c, row->value)) {
		*why = "one window has more than LIMIT_WINDOW_VALUES different values";
		return false;
	}
	return true;
}

void window_walk_end(struct window_walk *w)
{
	advance(w, w->last);
	if (w->at < w->last)
		judge_at(w, w->last);
}
