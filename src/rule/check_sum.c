/*
 * equals_sum: the field is the sum of terms out of the same document, each a
 * field or a product of fields. Of a[].x * a[].y the two of each element are multiplied.
 */
#include "base/base.h"
#include "rule/check.h"

#include "base/utf8.h"
#include "model/amount.h"
#include "rule/compile.h"
#include "rule/eval.h"

struct factor {
	int slot;
	const char *path;
	bool each; /* a[].x */
};
struct term {
	struct factor *factors; /* a factor with [] comes first */
	size_t count;
	bool minus;
};
struct sum_param {
	struct term *terms;
	size_t count;
	struct span tolerance; /* n 0: none */
	bool decimal_text;
};

/* ---- compile ---- */

/* The array part of a path with one [] only: "items[]"; n 0 otherwise. */
static struct span only_array(const char *path)
{
	const char *at = strstr(path, "[]");

	return at && strstr(at + 2, "[]") == NULL ? (struct span){path, (size_t)(at - path)} : SPAN_NONE;
}

static void misfit(struct compiler *k, const struct sum_entry *entry, const char *what, const char *term)
{
	struct diag *d =
		diag_error(k->diags, "E0306", k->file, option_node(entry->node, "terms"), "%s: \"%s\"", what, term);

	diag_help(k->diags, d,
		"a term is a field, or fields joined by \" * \", with \"- \" before it to take it away: "
		"lines[].price * lines[].quantity");
}

static bool add_factor(
	struct term *t, struct span path, const char *text, const struct sum_entry *entry, struct compiler *k)
{
	struct factor *f = &t->factors[t->count++], first;

	f->path = arena_strndup(k->arena, path.p, path.n);
	f->slot = compile_slot(k, f->path, option_node(entry->node, "terms"));
	if (f->slot < 0)
		return false;
	f->each = fields_each_element(k->group->fields, f->slot);
	if (f->each && t->factors[0].each && t->count > 1 &&
		(only_array(f->path).n == 0 || !span_equal(only_array(f->path), only_array(t->factors[0].path)))) {
		misfit(k, entry, "these fields do not stand in one element of one list", text);
		return false;
	}
	if (f->each && !t->factors[0].each) {
		first = t->factors[0];
		t->factors[0] = *f;
		*f = first;
	}
	return true;
}

static bool compile_term(struct term *t, const char *text, const struct sum_entry *entry, struct compiler *k)
{
	struct span rest = span_of(text);

	t->factors = arena_zalloc(k->arena, (rest.n + 1) * sizeof(*t->factors));
	t->minus = span_starts(rest, "- ");
	if (t->minus)
		rest = (struct span){rest.p + 2, rest.n - 2};
	for (;;) {
		ptrdiff_t at = span_find(rest, SPAN_LITERAL(" * "));
		struct span path = {rest.p, at < 0 ? rest.n : (size_t)at};

		if (path.n == 0 || memchr(path.p, ' ', path.n)) {
			misfit(k, entry, "this term is not well formed", text);
			return false;
		}
		if (!add_factor(t, path, text, entry, k))
			return false;
		if (at < 0)
			return true;
		rest = (struct span){rest.p + at + 3, rest.n - (size_t)at - 3};
	}
}

static bool sum_compile(struct check *c, const struct check_entry *entry, struct compiler *k)
{
	const struct sum_entry *sum = entry->equals_sum;
	struct sum_param *param = arena_zalloc(k->arena, sizeof(*param));
	bool good = true;

	if (sum == NULL)
		return false;
	if (sum->terms.count == 0 && yaml_find(sum->node, "terms")) {
		diag_help(k->diags, diag_error(k->diags, "E0303", k->file, sum->node, "a sum of nothing"),
			"list the fields to be added: terms: [net, tax]");
		return false;
	}
	param->terms = arena_zalloc(k->arena, (sum->terms.count + 1) * sizeof(*param->terms));
	for (size_t i = 0; i < sum->terms.count; i++)
		good = compile_term(&param->terms[i], sum->terms.items[i], sum, k) && good;
	param->count = sum->terms.count;
	param->tolerance = span_of(sum->tolerance);
	if (param->tolerance.n && decimal_compare(param->tolerance, SPAN_LITERAL("0")) < 0) {
		diag_help(k->diags,
			diag_error(k->diags, "E0306", k->file, option_node(sum->node, "tolerance"),
				"tolerance is less than 0: nothing can hold"),
			"it is how far the two may be apart, in either direction");
		good = false;
	}
	param->decimal_text = check_typed(entry) && entry->type == TYPE_DECIMAL;
	c->param = param;
	c->wants = "a number";
	return good;
}

/* ---- run ---- */

/* What stopped a sum. */
struct fault {
	const struct factor *factor; /* NULL: a limit */
	const struct value *value;
};

static bool add_value(struct amount *a, const struct sum_param *p, struct eval *e, const struct factor *f,
	const struct value *v, struct fault *fault)
{
	struct span number = v ? check_number(e, v, p->decimal_text) : SPAN_NONE;

	*fault = (struct fault){0};
	if (number.n == 0) {
		*fault = (struct fault){f, v};
		return false;
	}
	return amount_set(a, number);
}

static bool add_product(struct amount *sum, const struct sum_param *p, struct eval *e, const struct term *t,
	const struct value **at, struct fault *fault)
{
	struct amount product, next;

	for (size_t i = 0; i < t->count; i++) {
		const struct factor *f = &t->factors[i];
		const struct value *v = at[i];

		if (f->each) {
			while (v && v->element != at[0]->element)
				v = eval_next(e, v);
			at[i] = v;
		}
		if (!add_value(i ? &next : &product, p, e, f, v, fault) || (i && !amount_multiply(&product, &next)))
			return false;
	}
	if (t->minus)
		amount_negate(&product);
	return amount_add(sum, &product);
}

static bool add_term(
	struct amount *sum, const struct sum_param *p, struct eval *e, const struct term *t, struct fault *fault)
{
	const struct value **at = arena_alloc(&e->scratch, t->count * sizeof(*at));

	for (size_t i = 0; i < t->count; i++)
		at[i] = eval_first(e, t->factors[i].slot);
	if (!t->factors[0].each)
		return add_product(sum, p, e, t, at, fault);
	for (; at[0]; at[0] = eval_next(e, at[0])) {
		if (!add_product(sum, p, e, t, at, fault))
			return false;
	}
	return true;
}

static bool add_terms(struct amount *sum, const struct sum_param *p, struct eval *e, struct fault *fault)
{
	*fault = (struct fault){0};
	sum->negative = false;
	sum->exponent = sum->count = 0;
	for (size_t i = 0; i < p->count; i++) {
		if (!add_term(sum, p, e, &p->terms[i], fault))
			return false;
	}
	return true;
}

static enum check_outcome over_limit(struct eval *e)
{
	e->trouble = "the sum has more digits than LIMIT_AMOUNT_DIGITS";
	return CHECK_ERROR;
}

/* Sets *TOO_FAR when the sum and VALUE differ by more than the tolerance. */
static bool judge(bool *too_far, struct amount *sum, const struct sum_param *p, struct eval *e, struct span value)
{
	struct amount whole;

	if (!amount_set(&whole, value))
		return false;
	amount_negate(sum);
	if (!amount_add(&whole, sum))
		return false;
	*too_far = whole.count > 0;
	if (whole.count && p->tolerance.n) {
		whole.negative = false;
		buf_reset(&e->work);
		amount_text(&e->work, &whole);
		*too_far = decimal_compare(buf_span(&e->work), p->tolerance) > 0;
	}
	return true;
}

static enum check_outcome sum_run(const struct check *c, struct eval *e, const struct value *v)
{
	const struct sum_param *param = c->param;
	struct span value = check_number(e, v, param->decimal_text);
	struct amount sum;
	struct fault fault;
	bool too_far = false;

	if (value.n == 0)
		return CHECK_TYPE;
	if (!add_terms(&sum, param, e, &fault))
		return fault.factor ? CHECK_TYPE : over_limit(e);
	if (!judge(&too_far, &sum, param, e, value))
		return over_limit(e);
	return too_far ? CHECK_FAILS : CHECK_HOLDS;
}

/* ---- say ---- */

static void sum_say(struct buf *out, const struct check *c, struct eval *e, const struct value *v)
{
	const struct sum_param *param = c->param;
	struct amount sum;
	struct fault fault;

	(void)v;
	if (!add_terms(&sum, param, e, &fault))
		return;
	buf_adds(out, "is not ");
	amount_text(out, &sum);
	buf_adds(out, ", the sum of ");
	for (size_t i = 0; i < param->count; i++) {
		const struct term *t = &param->terms[i];

		buf_adds(out, t->minus ? (i ? " - " : "- ") : i ? " + " : "");
		for (size_t n = 0; n < t->count; n++)
			buf_addf(out, "%s%s", n ? " * " : "", t->factors[n].path);
	}
}

static bool sum_say_type(struct buf *out, const struct check *c, struct eval *e, const struct value *v)
{
	const struct sum_param *param = c->param;
	struct amount sum;
	struct fault fault;
	bool cut;

	if (check_number(e, v, param->decimal_text).n == 0 || add_terms(&sum, param, e, &fault) || fault.factor == NULL)
		return false;
	buf_addf(out, "has no sum to be compared with: %s ", fault.factor->path);
	if (fault.factor->each && fault.value)
		buf_addf(out, "of element %u ", fault.value->element);
	if (fault.value == NULL || fault.value->kind == VALUE_ABSENT)
		buf_adds(out, "is absent");
	else if (fault.value->kind == VALUE_NULL)
		buf_adds(out, "is null");
	else
		buf_addf(out, "is %.*s, not a number", SPAN_ARG(eval_json(e, fault.value, 80, &cut)));
	return true;
}

const struct check_ops check_equals_sum = {
	.name = "equals_sum",
	.compile = sum_compile,
	.run = sum_run,
	.say = sum_say,
	.say_type = sum_say_type,
	.explain = "The field is the sum of the terms, exactly or within the tolerance; a part of the sum that is "
		   "absent or no "
		   "number is a finding too.",
};
