/*
 * Documents pass: a row of each is kept for every window rule. A row that
 * cannot be kept is an error of its rule, not of the walk.
 */
#include "base/base.h"
#include "rule/window.h"

#include "base/jsonout.h"

struct windows *windows_new(const struct rule_group *group)
{
	struct windows *w = xcalloc(1, sizeof(*w));

	w->group = group;
	w->rows = xcalloc(group->count + 1, sizeof(*w->rows));
	w->memory = LIMIT_WINDOW_BYTES / (group->window_count ? group->window_count : 1);
	if (w->memory > LIMIT_SET_RULE_BYTES)
		w->memory = LIMIT_SET_RULE_BYTES;
	if (w->memory < 2 * LIMIT_SORT_RECORD_BYTES)
		w->memory = 2 * LIMIT_SORT_RECORD_BYTES;
	buf_init(&w->row, 4 * LIMIT_SORT_RECORD_BYTES);
	buf_init(&w->work, SIZE_MAX / 4);
	buf_init(&w->value, SIZE_MAX / 4);
	arena_init(&w->page);
	return w;
}

void windows_clear(struct windows *w)
{
	for (size_t i = 0; i < w->group->count; i++) {
		sorter_free(w->rows[i].sorter);
		free(w->rows[i].why);
		w->rows[i] = (struct window_rows){0};
	}
}

void windows_free(struct windows *w)
{
	if (w == NULL)
		return;
	windows_clear(w);
	free(w->rows);
	buf_clear(&w->row);
	buf_clear(&w->work);
	buf_clear(&w->value);
	arena_clear(&w->page);
	free(w);
}

void windows_fail(struct windows *w, size_t plan, const char *why)
{
	if (w->rows[plan].why == NULL)
		w->rows[plan].why = xstrdup(why);
}

void window_keep(struct windows *w, size_t plan, const struct window_row *row)
{
	struct window_rows *rows = &w->rows[plan];
	struct error error = {0};

	if (rows->why)
		return;
	buf_reset(&w->row);
	window_row_write(&w->row, row);
	if (row->side == SIDE_DOCUMENT && (rows->earliest == 0 || row->time < rows->earliest))
		rows->earliest = row->time;
	if (row->side == SIDE_DOCUMENT && row->last > rows->latest)
		rows->latest = row->last;
	if (rows->sorter == NULL)
		rows->sorter = sorter_new(w->memory);
	if (buf_over(&w->row))
		windows_fail(w, plan, "a document's row is over LIMIT_SORT_RECORD_BYTES");
	else if (sorter_add(rows->sorter, buf_span(&w->row), &error) < 0)
		windows_fail(w, plan, error.message);
}

/* ---- who the group is ---- */

/* 1, 1.0 and 1e0 are one number. */
static struct span canonical(struct windows *w, struct eval *e, const struct value *v)
{
	struct span text = eval_text(e, v);
	struct amount number;

	if (v->kind != VALUE_NUMBER || !decimal_valid(text) || !amount_set(&number, text))
		return text;
	buf_reset(&w->value);
	amount_text(&w->value, &number);
	return buf_span(&w->value);
}

/* A part of a group is a text, whatever a document writes it as: a server counts 12 and "12" as one, too. */
static void add_part(struct windows *w, struct eval *e, struct jsonout *out, const char *field, const struct value *v)
{
	jsonout_key(out, field);
	if (v == NULL || v->kind <= VALUE_NULL)
		jsonout_null(out);
	else
		jsonout_span(out, canonical(w, e, v));
}

struct span window_key_of_all(struct windows *w)
{
	struct jsonout out;

	buf_reset(&w->work);
	jsonout_init(&out, &w->work);
	jsonout_open(&out, '{');
	jsonout_pair(&out, "query", w->group->query->name);
	jsonout_close(&out, '}');
	return buf_span(&w->work);
}

/* The group's name in w->work. */
static struct span key_of(struct eval *e, const struct window_spec *spec, const struct value *term)
{
	struct windows *w = e->options.windows;
	struct jsonout out;

	if (spec->group_count == 0 && term == NULL)
		return window_key_of_all(w);
	buf_reset(&w->work);
	jsonout_init(&out, &w->work);
	jsonout_open(&out, '{');
	for (size_t i = 0; i < spec->group_count; i++)
		add_part(w, e, &out, spec->groups[i].field, eval_first(e, spec->groups[i].slot));
	if (term)
		add_part(w, e, &out, spec->values[0].field, term);
	jsonout_close(&out, '}');
	return buf_span(&w->work);
}

void window_name_row(struct window_row *row, struct span key, struct arena *arena)
{
	char hex[SHA_HEX];

	row->digest = fingerprint_of(key);
	row->key = key;
	if (key.n <= LIMIT_KEY_BYTES)
		return;
	sha_hex_of(hex, key);
	row->key = span_of(arena_printf(arena, "{\"key_sha256\":\"%s\"}", hex));
}

static struct span shop_of(struct eval *e, const struct window_spec *spec)
{
	const struct value *v = spec->shop < 0 ? NULL : eval_first(e, spec->groups[spec->shop].slot);

	if (e->options.shop)
		return span_of(e->options.shop);
	return v && v->kind > VALUE_NULL ? eval_text(e, v) : SPAN_NONE;
}

/* ---- rows ---- */

static struct span document_of(struct windows *w, struct eval *e)
{
	if (e->doc->id.n)
		return span_of(arena_printf(&e->scratch, "%.*s/%.*s", SPAN_ARG(e->doc->index), SPAN_ARG(e->doc->id)));
	return span_of(arena_printf(&e->scratch, "%020llu", (unsigned long long)++w->serial));
}

static bool is_empty(const struct value *v, struct span text)
{
	if (v == NULL || v->kind <= VALUE_NULL)
		return true;
	if (v->kind == VALUE_TEXT)
		return text.n == 0;
	return v->kind == VALUE_NUMBER && decimal_valid(text) && decimal_compare(text, SPAN_LITERAL("0")) == 0;
}

static void add_json(struct windows *w, struct eval *e, struct jsonout *out, const struct value *v)
{
	if (v == NULL || v->kind <= VALUE_NULL)
		jsonout_null(out);
	else if (v->kind == VALUE_TEXT)
		jsonout_span(out, eval_text(e, v));
	else
		jsonout_raw(out, canonical(w, e, v));
}

/* What must not change, as JSON; SPAN_NONE: the document is passed over. */
static struct span state_of(struct eval *e, const struct window_spec *spec)
{
	struct windows *w = e->options.windows;
	struct jsonout out;

	buf_reset(&w->work);
	jsonout_init(&out, &w->work);
	if (spec->value_count > 1)
		jsonout_open(&out, '{');
	for (size_t i = 0; i < spec->value_count; i++) {
		const struct value *v = eval_first(e, spec->values[i].slot);

		if (spec->ignore_null && is_empty(v, v ? eval_text(e, v) : SPAN_NONE))
			return SPAN_NONE;
		if (spec->value_count > 1)
			jsonout_key(&out, spec->values[i].field);
		add_json(w, e, &out, v);
	}
	if (spec->value_count > 1)
		jsonout_close(&out, '}');
	return arena_span(&e->scratch, buf_span(&w->work));
}

/* The document's only row. */
static void add_one(struct eval *e, size_t plan, struct window_row *row)
{
	const struct window_spec *spec = e->group->plans[plan].rule->window;

	if (spec->numbers) {
		row->value = eval_text(e, eval_first(e, spec->values[0].slot));
		row->numbers = row->value.n > 0;
		row->least = row->most = row->value;
	}
	if (spec->kind == WINDOW_CHANGE) {
		row->value = state_of(e, spec);
		if (row->value.p == NULL)
			return;
	}
	window_name_row(row, key_of(e, spec, NULL), &e->scratch);
	window_keep(e->options.windows, plan, row);
}

/* A row for every value of the field: one without any is none. */
static void add_each(struct eval *e, size_t plan, struct window_row *row)
{
	const struct window_spec *spec = e->group->plans[plan].rule->window;
	struct windows *w = e->options.windows;

	for (const struct value *v = eval_first(e, spec->values[0].slot); v; v = eval_next(e, v)) {
		bool term = spec->kind == WINDOW_NEW_TERM;

		if (v->kind <= VALUE_NULL) {
			if (term)
				continue;
			row->value = SPAN_NONE; /* the group was there, without a value */
		} else if (!term) {
			row->value = span_of(arena_printf(&e->scratch, "=%.*s", SPAN_ARG(canonical(w, e, v))));
		}
		window_name_row(row, key_of(e, spec, term ? v : NULL), &e->scratch);
		window_keep(w, plan, row);
	}
}

static bool fits(const struct value *v, bool number)
{
	if (v == NULL || v->kind <= VALUE_NULL)
		return true;
	return number ? v->kind == VALUE_NUMBER : v->kind <= VALUE_TEXT;
}

/* The first field whose value is of the wrong kind, in V; NULL when none is. */
static const struct rule_check *misfit(struct eval *e, const struct window_spec *spec, const struct value **v)
{
	for (size_t i = 0; i < spec->group_count; i++) {
		*v = eval_first(e, spec->groups[i].slot);
		if (!fits(*v, false))
			return &spec->groups[i];
	}
	for (size_t i = 0; i < spec->value_count; i++) {
		for (*v = eval_first(e, spec->values[i].slot); *v; *v = eval_next(e, *v)) {
			if (!fits(*v, spec->numbers))
				return &spec->values[i];
		}
	}
	return NULL;
}

int window_add_document(struct eval *e, size_t plan, struct error *error)
{
	const struct window_spec *spec = e->group->plans[plan].rule->window;
	struct window_row row = {.side = SIDE_DOCUMENT, .time = e->time, .last = e->time, .count = 1};
	const struct rule_check *wrong;
	const struct value *v;

	if (e->options.windows == NULL)
		return 0;
	if (!e->has_time) {
		e->trouble = "it holds no instant";
		eval_error(e, plan, e->group->query->time->field);
		return 0;
	}
	wrong = misfit(e, spec, &v);
	if (wrong)
		return eval_find(e, plan, &(struct verdict){wrong, wrong->checks, v, true}, error);
	if (spec->match) {
		int answer = eval_when(e, spec->match);

		if (answer < 0) {
			eval_error(e, plan, "match");
			return 0;
		}
		row.matched = answer;
	}
	row.shop = shop_of(e, spec);
	row.document = document_of(e->options.windows, e);
	if (spec->kind == WINDOW_CARDINALITY || spec->kind == WINDOW_NEW_TERM)
		add_each(e, plan, &row);
	else
		add_one(e, plan, &row);
	return 0;
}
