/*
 * What each kind of window takes for wrong, from the totals of one window:
 * exact decimal comparisons, and nothing but numbers.
 */
#include "base/base.h"
#include "rule/window.h"

#include <stdlib.h>

/* A product of up to four numbers. */
struct product {
	struct span items[4];
	size_t count;
};

static bool multiply(struct amount *out, const struct product *p)
{
	struct amount one;

	if (!amount_set(out, SPAN_LITERAL("1")))
		return false;
	for (size_t i = 0; i < p->count; i++) {
		if (!amount_set(&one, p->items[i]) || !amount_multiply(out, &one))
			return false;
	}
	return true;
}

/* -1, 0, 1: A against B. Numbers are at most WINDOW_NUMBER_BYTES long, so their products have room. */
static int compare(const struct product *a, const struct product *b)
{
	struct amount x, y;
	struct buf text;
	size_t middle;
	int order = 0;

	if (!multiply(&x, a) || !multiply(&y, b))
		return 0;
	buf_init(&text, SIZE_MAX / 4);
	amount_text(&text, &x);
	middle = text.len;
	amount_text(&text, &y);
	order = decimal_compare((struct span){text.data, middle}, (struct span){text.data + middle, text.len - middle});
	buf_clear(&text);
	return order;
}

static double number(const char *text)
{
	return strtod(text, NULL);
}

static struct span count_text(char out[WINDOW_NUMBER_BYTES], int64_t n)
{
	snprintf(out, WINDOW_NUMBER_BYTES, "%lld", (long long)n);
	return span_of(out);
}

/* The value that v->value tells is over max or under min; SCALE times it is A, as SCALE times a bound is. */
static void hold_against(
	struct window_verdict *v, const struct window_spec *spec, const struct product *a, struct span scale)
{
	const struct product max = {{spec->max, scale}, 2}, min = {{spec->min, scale}, 2};
	struct span bound;

	if (spec->max.n && compare(a, &max) > 0)
		bound = spec->max;
	else if (spec->min.n && v->settled && compare(a, &min) < 0)
		bound = spec->min;
	else
		return;
	v->bad = true;
	v->under = bound.p != spec->max.p;
	snprintf(v->bound, sizeof(v->bound), "%.*s", SPAN_ARG(bound));
	v->weight = number(v->value) - number(v->bound);
	if (v->under)
		v->weight = -v->weight;
}

static void judge_count(struct window_verdict *v, const struct window_spec *spec)
{
	bool over = spec->kind == WINDOW_FREQUENCY;

	v->bad = over ? v->count >= spec->events : v->settled && v->count < spec->events;
	v->under = !over;
	v->weight = (double)v->count;
	count_text(v->value, v->count);
	count_text(v->bound, spec->events);
}

static void judge_cardinality(struct window_verdict *v, const struct window_spec *spec, const struct window_totals *now)
{
	const struct product values = {{count_text(v->value, now->distinct)}, 1};

	hold_against(v, spec, &values, SPAN_LITERAL("1"));
}

static void judge_percentage(struct window_verdict *v, const struct window_spec *spec, const struct window_totals *now)
{
	char matched[WINDOW_NUMBER_BYTES], count[WINDOW_NUMBER_BYTES];
	const struct product hundredfold = {{count_text(matched, now->matched), SPAN_LITERAL("100")}, 2};

	if (now->count == 0 || now->count < spec->events)
		return;
	v->settled = true;
	snprintf(v->value, sizeof(v->value), "%.6g", 100.0 * (double)now->matched / (double)now->count);
	hold_against(v, spec, &hundredfold, count_text(count, now->count));
}

static void judge_metric(struct window_verdict *v, const struct window_spec *spec, const struct window_totals *now)
{
	char count[WINDOW_NUMBER_BYTES];
	struct product value = {.count = 1};
	struct span scale = SPAN_LITERAL("1");

	if (now->numbers == 0)
		return;
	v->settled = true;
	switch (spec->metric) {
	case METRIC_MIN: value.items[0] = span_of(now->least); break;
	case METRIC_MAX: value.items[0] = span_of(now->most); break;
	case METRIC_SUM: value.items[0] = span_of(now->sum); break;
	case METRIC_COUNT: value.items[0] = count_text(count, now->numbers); break;
	case METRIC_AVG:
		value.items[0] = span_of(now->sum);
		scale = count_text(count, now->numbers);
		break;
	}
	if (spec->metric == METRIC_AVG)
		snprintf(v->value, sizeof(v->value), "%.12g", number(now->sum) / (double)now->numbers);
	else
		snprintf(v->value, sizeof(v->value), "%.*s", SPAN_ARG(value.items[0]));
	hold_against(v, spec, &value, scale);
}

/* Now against before, both times the other's number of numbers when means are compared. */
static void judge_spike(struct window_verdict *v, const struct window_spec *spec, const struct window_totals *now,
	const struct window_totals *before)
{
	struct product a = {.count = 2}, b = {.count = 2}, high_a, high_b;
	char texts[2][WINDOW_NUMBER_BYTES];
	bool up, down;

	if (!v->settled || now->count < spec->min_current || before->count < spec->min_reference ||
		(now->count == 0 && before->count == 0))
		return;
	if (spec->numbers) {
		if (now->numbers == 0 || before->numbers == 0 || number(now->sum) == 0 || number(before->sum) == 0)
			return;
		a.items[0] = span_of(now->sum);
		b.items[0] = span_of(before->sum);
		a.items[1] = count_text(texts[0], before->numbers);
		b.items[1] = count_text(texts[1], now->numbers);
		snprintf(v->value, sizeof(v->value), "%.12g", number(now->sum) / (double)now->numbers);
		snprintf(v->bound, sizeof(v->bound), "%.12g", number(before->sum) / (double)before->numbers);
	} else {
		a.items[0] = count_text(v->value, now->count);
		b.items[0] = count_text(v->bound, before->count);
		a.items[1] = b.items[1] = SPAN_LITERAL("1");
	}
	high_a = a;
	high_b = b;
	high_a.items[high_a.count++] = spec->height;
	high_b.items[high_b.count++] = spec->height;
	up = spec->direction != DIRECTION_DOWN && compare(&a, &high_b) >= 0;
	down = spec->direction != DIRECTION_UP && compare(&high_a, &b) <= 0;
	v->bad = up || down;
	v->under = !up;
	v->weight = up ? number(v->value) - number(v->bound) : number(v->bound) - number(v->value);
}

void window_judge(struct window_verdict *v, const struct window_spec *spec, const struct window_totals *now,
	const struct window_totals *before)
{
	v->count = now->count;
	switch (spec->kind) {
	case WINDOW_FREQUENCY:
	case WINDOW_FLATLINE: judge_count(v, spec); break;
	case WINDOW_SPIKE: judge_spike(v, spec, now, before); break;
	case WINDOW_CARDINALITY: judge_cardinality(v, spec, now); break;
	case WINDOW_PERCENTAGE: judge_percentage(v, spec, now); break;
	case WINDOW_METRIC: judge_metric(v, spec, now); break;
	case WINDOW_NEW_TERM:
	case WINDOW_CHANGE: break;
	}
}
