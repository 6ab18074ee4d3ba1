/*
 * Values that a rule file lists, compared with those of documents: texts by
 * bytes, numbers exactly (1, 1.0 and 1e0 are one), bools as written.
 */
#include "base/base.h"
#include "rule/check.h"

#include "rule/compile.h"
#include "rule/eval.h"

static int by_bytes(const void *a, const void *b)
{
	const struct literal *x = a, *y = b;

	return span_compare(x->text, y->text);
}

struct literals literals_make(const struct texts *texts, struct compiler *k)
{
	struct literal *items = arena_alloc(k->arena, (texts->count + 1) * sizeof(*items));
	struct literals out = {.items = items, .count = texts->count};

	for (size_t i = 0; i < texts->count; i++) {
		items[i].text = span_of(texts->items[i]);
		items[i].number = decimal_valid(items[i].text);
		out.numbers = out.numbers || items[i].number;
	}
	if (texts->count)
		qsort(items, texts->count, sizeof(*items), by_bytes);
	return out;
}

static bool number_held(const struct literals *l, struct span number)
{
	for (size_t i = 0; i < l->count; i++) {
		if (l->items[i].number && decimal_compare(l->items[i].text, number) == 0)
			return true;
	}
	return false;
}

bool literals_hold(const struct literals *l, struct eval *e, const struct value *v)
{
	struct literal wanted = {.text = eval_text(e, v)};

	if (v->kind != VALUE_TEXT && v->kind != VALUE_NUMBER && v->kind != VALUE_BOOL)
		return false;
	if (l->count && bsearch(&wanted, l->items, l->count, sizeof(*l->items), by_bytes))
		return true;
	return l->numbers && v->kind == VALUE_NUMBER && number_held(l, wanted.text);
}
