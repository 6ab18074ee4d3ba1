/* Mutants of single values: bounds, spans of time, operators. */
#include "base/base.h"
#include "rule/mutate_private.h"

#include "base/clock.h"
#include "model/amount.h"
#include "model/value.h"

#define STEP_MS 1000 /* of a bound that is an instant */

/* The least difference that TEXT, a number, is written with: 1, or 0.01 of 0.08. */
static const char *step_of(struct mutation *m, struct span text, bool integer)
{
	const char *point = memchr(text.p, '.', text.n);
	size_t places = 0;

	while (point && point + 1 + places < text.p + text.n && point[1 + places] >= '0' && point[1 + places] <= '9')
		places++;
	return integer ? "1" : arena_printf(m->arena, "1e-%zu", places);
}

static int mutate_number(struct mutation *m, const struct yaml_node *node, bool integer)
{
	struct amount *sum = arena_zalloc(m->arena, 2 * sizeof(*sum)), *step = sum + 1;
	struct buf text;
	int failed = 0;

	buf_init(&text, LIMIT_AMOUNT_DIGITS * 4);
	for (int sign = 0; sign < 2 && failed == 0; sign++) {
		if (!amount_set(sum, node->text) || !amount_set(step, span_of(step_of(m, node->text, integer))))
			break;
		if (sign == 0)
			amount_negate(step);
		if (!amount_add(sum, step))
			break;
		buf_reset(&text);
		amount_text(&text, sum);
		failed = mutate_text(m, "bound", node, arena_strndup(m->arena, text.data, text.len));
	}
	buf_clear(&text);
	return failed;
}

int mutate_bound(struct mutation *m, const struct yaml_node *node, bool integer)
{
	char text[32];
	int64_t ms;

	if (node == NULL || node->kind != YAML_SCALAR)
		return 0;
	if (decimal_valid(node->text))
		return mutate_number(m, node, integer);
	if (clock_parse(&ms, node->text, 0) < 0)
		return 0;
	for (int sign = -1; sign <= 1; sign += 2) {
		clock_text(text, ms + sign * STEP_MS);
		if (mutate_text(m, "bound", node, arena_strdup(m->arena, text)) < 0)
			return -1;
	}
	return 0;
}

int mutate_duration(struct mutation *m, const struct yaml_node *node)
{
	size_t digits = 0;
	uint64_t n = 0;

	if (node == NULL || node->kind != YAML_SCALAR)
		return 0;
	while (digits < node->text.n && digits < 15 && node->text.p[digits] >= '0' && node->text.p[digits] <= '9')
		n = n * 10 + (uint64_t)(node->text.p[digits++] - '0');
	if (digits == 0)
		return 0;
	if (n > 0 && mutate_text(m, "bound", node,
			     arena_printf(m->arena, "%llu%s", (unsigned long long)n - 1, node->text.p + digits)) < 0)
		return -1;
	return mutate_text(
		m, "bound", node, arena_printf(m->arena, "%llu%s", (unsigned long long)n + 1, node->text.p + digits));
}

int mutate_operator(struct mutation *m, const struct yaml_node *node)
{
	/* its neighbour at the border, and its opposite */
	static const struct {
		const char *op, *border, *opposite;
	} others[] = {{"lt", "le", "ge"}, {"le", "lt", "gt"}, {"ge", "gt", "lt"}, {"gt", "ge", "le"},
		{"eq", NULL, "ne"}, {"ne", NULL, "eq"}};

	for (size_t i = 0; node && i < ARRAY_LEN(others); i++) {
		if (!span_is(node->text, others[i].op))
			continue;
		if (others[i].border && mutate_text(m, "operator", node, others[i].border) < 0)
			return -1;
		return mutate_text(m, "operator", node, others[i].opposite);
	}
	return 0;
}
