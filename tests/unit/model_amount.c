/* Exact sums and products. */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "model/amount.h"
#include "model/value.h"

static const char *text_of(struct buf *out, const struct amount *a)
{
	buf_reset(out);
	amount_text(out, a);
	return buf_text(out);
}

static void has_one_text(void **state)
{
	static const char *const pairs[][2] = {{"0", "0"}, {"-0", "0"}, {"0.000", "0"}, {"0e99", "0"}, {"1", "1"},
		{"1.0", "1"}, {"1e0", "1"}, {"-12.50", "-12.5"}, {"1200", "1200"}, {"1.2e3", "1200"},
		{"0.001", "0.001"}, {"1e-3", "0.001"}, {"+007.70", "7.7"}, {"9007199254740993", "9007199254740993"},
		{"1020.0305", "1020.0305"}};
	struct amount a;
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 16);
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		assert_true(amount_set(&a, span_of(pairs[i][0])));
		assert_string_equal(text_of(&out, &a), pairs[i][1]);
	}
	buf_clear(&out);
}

static void adds_and_multiplies(void **state)
{
	static const char *const rows[][4] = {
		/* a, b, a + b, a * b */
		{"0", "0", "0", "0"},
		{"1", "-1", "0", "-1"},
		{"0.1", "0.2", "0.3", "0.02"},
		{"-0.1", "0.02", "-0.08", "-0.002"},
		{"100", "-1", "99", "-100"},
		{"-100", "99.99", "-0.01", "-9999"},
		{"999", "1", "1000", "999"},
		{"5", "2e2", "205", "1000"},
		{"1e-5", "1e5", "100000.00001", "1"},
		{"-3", "-4", "-7", "12"},
		{"99999999999999999999", "99999999999999999999", "199999999999999999998",
			"9999999999999999999800000000000000000001"},
	};
	struct amount a, b, sum;
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 16);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(amount_set(&a, span_of(rows[i][0])));
		assert_true(amount_set(&b, span_of(rows[i][1])));
		sum = a;
		assert_true(amount_add(&sum, &b));
		assert_string_equal(text_of(&out, &sum), rows[i][2]);
		sum = b;
		assert_true(amount_add(&sum, &a));
		assert_string_equal(text_of(&out, &sum), rows[i][2]);
		assert_true(amount_multiply(&a, &b));
		assert_string_equal(text_of(&out, &a), rows[i][3]);
	}
	buf_clear(&out);
}

static void refuses_what_is_too_long(void **state)
{
	char nines[LIMIT_AMOUNT_DIGITS + 1];
	struct amount a, b;

	(void)state;
	assert_false(amount_set(&a, SPAN_LITERAL("1e2048")));
	assert_false(amount_set(&a, SPAN_LITERAL("1e-2049")));
	assert_false(amount_set(&a, SPAN_LITERAL("1e99999999999999999999")));
	assert_false(amount_set(&a, SPAN_LITERAL("1e-99999999999999999999")));
	assert_true(amount_set(&a, SPAN_LITERAL("1e2047")));
	assert_true(amount_set(&b, SPAN_LITERAL("10")));
	assert_false(amount_multiply(&a, &b));
	assert_int_equal(a.exponent, 2047);
	assert_true(amount_set(&b, SPAN_LITERAL("1e-2048")));
	assert_false(amount_add(&a, &b));
	memset(nines, '9', LIMIT_AMOUNT_DIGITS);
	assert_true(amount_set(&a, (struct span){nines, LIMIT_AMOUNT_DIGITS}));
	assert_true(amount_set(&b, SPAN_LITERAL("1")));
	assert_false(amount_add(&a, &b));
	amount_negate(&b);
	assert_true(amount_add(&a, &b));
	b = a;
	assert_false(amount_multiply(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_one_text),
		cmocka_unit_test(adds_and_multiplies),
		cmocka_unit_test(refuses_what_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
