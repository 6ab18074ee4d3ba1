/*
 * Two values, side by side: what each is worth, and whether they are the same
 * in the sense of a rule. Nothing is rounded, cut or hashed. It does not know where they come from.
 */
#include "base/base.h"
#include "rule/pair.h"

#include "base/jsonout.h"
#include "base/jsonscan.h"
#include "model/amount.h"

/* ---- what stands in a document ---- */

static bool fits(struct eval *e, const struct value *v, enum pair_as as, int zone)
{
	int64_t ms;

	switch (as) {
	case PAIR_DECIMAL: return check_number(e, v, true).n > 0;
	case PAIR_INSTANT: return value_instant(&ms, v, zone, &e->scratch) == 0;
	case PAIR_TEXT: return v->kind <= VALUE_TEXT;
	case PAIR_LIST:
	case PAIR_SET: break;
	}
	return true;
}

/* Every element that the path names, as one list. */
static struct span gather(struct eval *e, int slot)
{
	struct jsonout out;
	struct buf list;
	struct span json;

	buf_init(&list, LIMIT_SORT_RECORD_BYTES);
	jsonout_init(&out, &list);
	jsonout_open(&out, '[');
	for (const struct value *v = eval_first(e, slot); v; v = eval_next(e, v)) {
		if (v->kind == VALUE_ABSENT)
			continue;
		jsonout_raw(&out, eval_whole(e, v));
	}
	jsonout_close(&out, ']');
	/* one that is too long makes a row that is too long, which is told there */
	json = arena_span(&e->page, buf_span(&list));
	buf_clear(&list);
	return json;
}

/* V as JSON in one form; most values are that as they stand in the document. */
static struct span json_of(struct eval *e, int slot, const struct value *v)
{
	const struct fields *fields = e->group->fields;

	if (v->kind == VALUE_NULL || v->kind == VALUE_BOOL || v->kind == VALUE_NUMBER)
		return v->raw;
	if (v->kind == VALUE_TEXT && !v->escaped && slot != fields_slot_id(fields) && slot != fields_slot_index(fields))
		return (struct span){v->raw.p - 1, v->raw.n + 2}; /* with its quotes */
	return eval_whole(e, v);
}

void pair_take(struct pair_value *out, struct eval *e, int slot, enum pair_as as, int zone)
{
	const struct value *v = eval_first(e, slot);

	*out = (struct pair_value){.state = PAIR_ABSENT};
	if (fields_each_element(e->group->fields, slot)) {
		*out = (struct pair_value){PAIR_HELD, gather(e, slot)};
		return;
	}
	if (v == NULL || v->kind == VALUE_ABSENT)
		return;
	out->json = json_of(e, slot, v);
	out->state = v->kind == VALUE_NULL ? PAIR_NULL : fits(e, v, as, zone) ? PAIR_HELD : PAIR_MISFIT;
}

static bool only_digits(struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
	}
	return true;
}

struct span pair_key_part(struct eval *e, int slot, const struct value *v)
{
	struct amount number;
	struct span text;
	struct buf out;

	if (v->kind != VALUE_NUMBER || only_digits(v->raw))
		return json_of(e, slot, v);
	text = eval_text(e, v);
	if (!decimal_valid(text) || !amount_set(&number, text))
		return text;
	buf_init(&out, SIZE_MAX / 4);
	amount_text(&out, &number);
	text = arena_span(&e->page, buf_span(&out));
	buf_clear(&out);
	return text;
}

/* ---- as it is compared ---- */

/* A scalar again out of its JSON. */
static struct value value_of(struct span json)
{
	switch (json.p[0]) {
	case '"':
		return (struct value){.kind = VALUE_TEXT,
			.raw = {json.p + 1, json.n - 2},
			.escaped = memchr(json.p, '\\', json.n) != NULL};
	case 't':
	case 'f': return (struct value){.kind = VALUE_BOOL, .raw = json};
	case 'n': return (struct value){.kind = VALUE_NULL, .raw = json};
	case '[': return (struct value){.kind = VALUE_LIST, .raw = json};
	case '{': return (struct value){.kind = VALUE_MAP, .raw = json};
	default: return (struct value){.kind = VALUE_NUMBER, .raw = json};
	}
}

static struct span text_of(struct span json, struct arena *arena)
{
	struct value v = value_of(json);

	return value_text(&v, arena);
}

/* Whether |a - b| <= tolerance; numbers of more digits than can be taken from one another must be equal. */
static bool near(struct span a, struct span b, struct span tolerance, struct arena *arena)
{
	struct amount *x = arena_alloc(arena, sizeof(*x)), *y = arena_alloc(arena, sizeof(*y));
	struct buf text;
	bool is_near;

	if (decimal_compare(a, b) == 0)
		return true;
	if (tolerance.n == 0 || !amount_set(x, a) || !amount_set(y, b))
		return false;
	amount_negate(y);
	if (!amount_add(x, y))
		return false;
	x->negative = false;
	buf_init(&text, SIZE_MAX / 4);
	amount_text(&text, x);
	is_near = decimal_compare(buf_span(&text), tolerance) <= 0;
	buf_clear(&text);
	return is_near;
}

/* Both are instants, known to be some. */
static bool instants(
	int64_t ms[2], struct span left, struct span right, const struct pair_spec *spec, struct arena *arena)
{
	struct value a = value_of(left), b = value_of(right);

	return value_instant(&ms[0], &a, spec->sides[0].zone, arena) == 0 &&
	       value_instant(&ms[1], &b, spec->sides[1].zone, arena) == 0;
}

/* One form of an element: numbers by what they are worth, all else as it stands. */
static struct span element_form(struct span json, struct arena *arena)
{
	struct amount *number;
	struct buf out;
	struct span form;

	if (value_of(json).kind != VALUE_NUMBER)
		return json;
	number = arena_alloc(arena, sizeof(*number));
	if (!amount_set(number, json))
		return json;
	buf_init(&out, SIZE_MAX / 4);
	amount_text(&out, number);
	form = arena_span(arena, buf_span(&out));
	buf_clear(&out);
	return form;
}

static int compare_elements(const void *a, const void *b)
{
	return span_compare(*(const struct span *)a, *(const struct span *)b);
}

/* The elements; a single value is a list of one, as Elasticsearch has it. */
static struct span *elements(size_t *count, struct span json, bool set, struct arena *arena)
{
	char *text = arena_zalloc(arena, json.n + LIMIT_JSON_PADDING);
	struct span *items = NULL, raw;
	size_t capacity = 0, kept = 0;
	struct jsonscan scan;
	bool first = true, escaped, list = json.p[0] == '[';

	memcpy(text, json.p, json.n);
	jsonscan_init(&scan, (struct span){text, json.n});
	*count = 0;
	if (list && !jsonscan_enter(&scan, JSON_ARRAY))
		return NULL;
	while (list ? jsonscan_element(&scan, &first) : *count == 0) {
		enum json_kind kind = jsonscan_value(&scan, &raw, &escaped);

		if (kind == JSON_BAD)
			break;
		if (kind == JSON_STRING)
			raw = (struct span){raw.p - 1, raw.n + 2};
		items = arena_grow(arena, items, *count, &capacity, sizeof(*items));
		items[(*count)++] = element_form(raw, arena);
	}
	if (!set || *count == 0)
		return items;
	qsort(items, *count, sizeof(*items), compare_elements);
	for (size_t i = 0; i < *count; i++) {
		if (i == 0 || !span_equal(items[i], items[kept - 1]))
			items[kept++] = items[i];
	}
	*count = kept;
	return items;
}

static bool same_elements(struct span left, struct span right, bool set, struct arena *arena)
{
	size_t a_count, b_count;
	const struct span *a = elements(&a_count, left, set, arena), *b = elements(&b_count, right, set, arena);

	if (a_count != b_count)
		return false;
	for (size_t i = 0; i < a_count; i++) {
		if (!span_equal(a[i], b[i]))
			return false;
	}
	return true;
}

bool pair_same(const struct pair_compare *c, const struct pair_value *left, const struct pair_value *right,
	const struct pair_spec *spec, struct arena *arena)
{
	int64_t ms[2];

	if (left->state != PAIR_HELD || right->state != PAIR_HELD)
		return left->state == right->state ||
		       (c->absent_is_null && left->state != PAIR_HELD && right->state != PAIR_HELD);
	if (span_equal(left->json, right->json))
		return true;
	switch (c->as) {
	case PAIR_DECIMAL: return near(text_of(left->json, arena), text_of(right->json, arena), c->tolerance, arena);
	case PAIR_INSTANT:
		return instants(ms, left->json, right->json, spec, arena) &&
		       (ms[0] < ms[1] ? ms[1] - ms[0] : ms[0] - ms[1]) <= c->tolerance_ms;
	case PAIR_TEXT: return span_equal(text_of(left->json, arena), text_of(right->json, arena));
	case PAIR_LIST: return same_elements(left->json, right->json, false, arena);
	case PAIR_SET: return same_elements(left->json, right->json, true, arena);
	}
	return false;
}

int pair_order(const struct pair_value *left, const struct pair_value *right, const struct pair_spec *spec,
	struct arena *arena)
{
	struct span a, b;
	int64_t ms[2];

	if (left->state != PAIR_HELD || right->state != PAIR_HELD)
		return PAIR_UNKNOWN;
	a = text_of(left->json, arena);
	b = text_of(right->json, arena);
	if (decimal_valid(a) && decimal_valid(b))
		return decimal_compare(a, b);
	if (!instants(ms, left->json, right->json, spec, arena))
		return PAIR_UNKNOWN;
	return ms[0] < ms[1] ? -1 : ms[0] > ms[1];
}
