/*
 * compare: one field with another of the same document. Of a[].x and a[].y the
 * two of each element are compared.
 */
#include "base/base.h"
#include "rule/check.h"

#include "rule/compile.h"
#include "rule/eval.h"

const char *const compare_op_names[] = {"lt", "le", "eq", "ne", "ge", "gt", NULL};
const char *const compare_broken_words[] = {
	"is not less than", "is more than", "is not equal to", "is equal to", "is less than", "is not more than"};
const char *const compare_as_names[] = {"number", "text", "instant", NULL};

struct compare_param {
	int slot;
	bool paired; /* by element */
	const char *field;
	enum compare_op op;
	enum compare_as as;
	bool decimal_text;
	int zone;
};

/* The array part of a path with one [] only: "items[]"; NULL otherwise. */
static const char *only_array(const char *path)
{
	const char *at = strstr(path, "[]");

	return at && strstr(at + 2, "[]") == NULL ? at + 2 : NULL;
}

static bool may_pair(const char *a, const char *b)
{
	const char *end = only_array(a), *other = only_array(b);

	return end && other && end - a == other - b && memcmp(a, b, (size_t)(end - a)) == 0;
}

static bool compare_compile(struct check *c, const struct check_entry *entry, struct compiler *k)
{
	static const char *const wants[] = {
		"a number in both fields", "a text, number or bool in both fields", "an instant in both fields"};
	const struct compare_entry *other = entry->compare;
	struct compare_param *param = arena_zalloc(k->arena, sizeof(*param));

	if (other == NULL || other->field == NULL)
		return false;
	*param = (struct compare_param){.field = other->field,
		.op = (enum compare_op)other->op,
		.as = (enum compare_as)other->as,
		.zone = k->zone};
	param->decimal_text = check_typed(entry) && entry->type == TYPE_DECIMAL;
	param->slot = compile_slot(k, other->field, option_node(other->node, "field"));
	if (param->slot < 0)
		return false;
	if (param->slot == k->slot) {
		diag_help(k->diags,
			diag_error(k->diags, "E0306", k->file, option_node(other->node, "field"),
				"a field compared with itself"),
			"name another field of the document");
		return false;
	}
	param->paired = fields_each_element(k->group->fields, param->slot);
	if (param->paired && !may_pair(entry->field, other->field)) {
		struct diag *d = diag_error(k->diags, "E0306", k->file, option_node(other->node, "field"),
			"\"%s\" and \"%s\" do not stand in one element of one list", entry->field, other->field);

		diag_help(k->diags, d, "compare a field with a single one, or a[].x with a[].y");
		return false;
	}
	c->param = param;
	c->wants = wants[param->as];
	return true;
}

static const struct value *other_value(const struct compare_param *param, struct eval *e, const struct value *v)
{
	const struct value *other = eval_first(e, param->slot);

	while (param->paired && other && other->element != v->element)
		other = eval_next(e, other);
	return other;
}

static int sign(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* -1, 0, 1; false when one of the two is not what they are compared as. */
static bool compare_values(
	int *order, const struct compare_param *param, struct eval *e, const struct value *a, const struct value *b)
{
	struct span x, y;
	int64_t p, q;

	switch (param->as) {
	case COMPARE_NUMBER:
		x = check_number(e, a, param->decimal_text);
		y = check_number(e, b, param->decimal_text);
		if (x.n == 0 || y.n == 0)
			return false;
		*order = decimal_compare(x, y);
		return true;
	case COMPARE_TEXT:
		if (a->kind > VALUE_TEXT || b->kind > VALUE_TEXT)
			return false;
		*order = span_compare(eval_text(e, a), eval_text(e, b));
		return true;
	case COMPARE_INSTANT:
		if (value_instant(&p, a, param->zone, &e->scratch) < 0 ||
			value_instant(&q, b, param->zone, &e->scratch) < 0)
			return false;
		*order = sign(p, q);
		return true;
	}
	return false;
}

bool compare_holds(enum compare_op op, int order)
{
	switch (op) {
	case COMPARE_LT: return order < 0;
	case COMPARE_LE: return order <= 0;
	case COMPARE_EQ: return order == 0;
	case COMPARE_NE: return order != 0;
	case COMPARE_GE: return order >= 0;
	case COMPARE_GT: return order > 0;
	}
	return false;
}

static enum check_outcome compare_run(const struct check *c, struct eval *e, const struct value *v)
{
	const struct compare_param *param = c->param;
	const struct value *other = other_value(param, e, v);
	int order;

	if (other == NULL || other->kind == VALUE_ABSENT || other->kind == VALUE_NULL)
		return CHECK_HOLDS;
	if (!compare_values(&order, param, e, v, other))
		return CHECK_TYPE;
	return compare_holds(param->op, order) ? CHECK_HOLDS : CHECK_FAILS;
}

static void compare_say(struct buf *out, const struct check *c, struct eval *e, const struct value *v)
{
	const struct compare_param *param = c->param;
	const struct value *other = other_value(param, e, v);
	bool cut;

	buf_addf(out, "%s %s", compare_broken_words[param->op], param->field);
	if (other)
		buf_addf(out, " (%.*s)", SPAN_ARG(eval_json(e, other, 80, &cut)));
}

const struct check_ops check_compare = {
	.name = "compare",
	.compile = compare_compile,
	.run = compare_run,
	.say = compare_say,
	.explain = "The field stands so to another one of the same document; when either is absent or null it holds.",
};
