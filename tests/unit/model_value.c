/*
 * Values: exact decimals of any size, their text and JSON, and instants.
 */
#include "base/base.h"
#include "base/clock.h"
#include "model/value.h"

#include <setjmp.h>
#include <cmocka.h>

static void kinds_have_names(void **state)
{
	(void)state;
	assert_string_equal(value_kind_name(VALUE_ABSENT), "absent");
	assert_string_equal(value_kind_name(VALUE_NULL), "null");
	assert_string_equal(value_kind_name(VALUE_NUMBER), "number");
	assert_string_equal(value_kind_name(VALUE_MAP), "map");
}

static void decimals_are_told_from_other_text(void **state)
{
	static const char *const valid[] = {"0", "-0", "+1", "007", "12.50", "1e5", "1E+5", "-1.5e-0005", "0.0"};
	static const char *const bad[] = {"", "-", "+", ".", ".5", "5.", "1e", "1e+", "e5", "1.e5", "--1", "1 ", " 1",
		"1,5", "0x10", "1.2.3", "inf", "nan", "1e5.0", "1e5e5"};

	(void)state;
	assert_false(decimal_valid(SPAN_NONE));
	for (size_t i = 0; i < ARRAY_LEN(valid); i++) {
		if (!decimal_valid(span_of(valid[i])))
			fail_msg("refused: %s", valid[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (decimal_valid(span_of(bad[i])) || decimal_is_integer(span_of(bad[i])))
			fail_msg("taken: %s", bad[i]);
	}
}

struct pair {
	const char *a, *b;
	int order;
};

static const struct pair pairs[] = {
	{"1", "2", -1},
	{"0", "0", 0},
	{"-0", "0", 0},
	{"-0.0e5", "0e99999999999999999999", 0},
	{"0.1", "0.10", 0},
	{"0.1", "0.100000000000000000000000000000001", -1},
	{"+5", "5", 0},
	{"007", "7", 0},
	{"10", "9", 1},
	{"100", "1e2", 0},
	{"100", "1E+02", 0},
	{"100", "99.999", 1},
	{"-100", "-99.999", -1},
	{"-1", "1", -1},
	{"-1", "0", -1},
	{"0", "1e-400", -1},
	{"0", "-1e-400", 1},
	{"1e400", "1e399", 1},
	{"1e400", "10e399", 0},
	{"0.001e403", "1e400", 0},
	{"0.001", "1e-3", 0},
	{"0.0012", "0.00119", 1},
	{"1.5", "1.50e0", 0},
	{"12.5", "125e-1", 0},
	{"1205", "120.5e1", 0},
	{"9007199254740993", "9007199254740992", 1},
	{"18446744073709551616", "18446744073709551615", 1},
	{"1e9223372036854775807", "1e9223372036854775808", -1},
	{"1e99999999999999999999999999", "1e99999999999999999999999998", 1},
	{"10e99999999999999999999999998", "1e99999999999999999999999999", 0},
	{"1e100000000000000000000", "10e99999999999999999999", 0},
	{"1e100000000000000000000", "11e99999999999999999999", -1},
	{"1e-99999999999999999999999999", "1e-99999999999999999999999998", -1},
	{"-1e-99999999999999999999999999", "-1e-99999999999999999999999998", 1},
	{"1e99999999999999999999", "1e-99999999999999999999", 1},
	{"1e00000000000000000000000000000000002", "100", 0},
	{"1e-00000000000000000000000000000000002", "0.01", 0},
	{"1e5", "2e4", 1},
	{"1980", "1980.00", 0},
	{"1980", "1980.01", -1},
};

static void decimals_are_compared_exactly(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		struct span a = span_of(pairs[i].a), b = span_of(pairs[i].b);

		if (decimal_compare(a, b) != pairs[i].order || decimal_compare(b, a) != -pairs[i].order)
			fail_msg("%s and %s: %d", pairs[i].a, pairs[i].b, decimal_compare(a, b));
	}
}

/* Every number of up to two places in three spellings, against whole hundredths. */
static void small_decimals_agree_with_integers(void **state)
{
	char spelt[3][2][32];

	(void)state;
	for (int a = -120; a <= 120; a += 3) {
		for (int b = -120; b <= 120; b++) {
			int n[] = {a, b};

			for (int i = 0; i < 2; i++) {
				unsigned size = (unsigned)abs(n[i]);
				const char *sign = n[i] < 0 ? "-" : "";

				snprintf(spelt[0][i], 32, "%s%u.%02u", sign, size / 100, size % 100);
				snprintf(spelt[1][i], 32, "%s%ue-2", sign, size);
				snprintf(spelt[2][i], 32, "%s0.000%03ue+4", sign, size);
			}
			for (int i = 0; i < 9; i++) {
				int order = decimal_compare(span_of(spelt[i / 3][0]), span_of(spelt[i % 3][1]));

				assert_int_equal(order, (a > b) - (a < b));
			}
		}
	}
}

static void integers_are_recognised_by_value(void **state)
{
	static const char *const whole[] = {"12", "12.0", "1.2e1", "0", "-0.00", "0e-5", "120e-1", "-7", "1e400",
		"1.5e99999999999999999999", "0.001e3", "0e-99999999999999999999", "1200.00e-2"};
	static const char *const broken[] = {"12.5", "1.25e1", "1e-1", "0.001", "125e-1", "1e-99999999999999999999",
		"0.1e0", "1000000000000000000000.000000000000000001"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(whole); i++) {
		if (!decimal_is_integer(span_of(whole[i])))
			fail_msg("no integer: %s", whole[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		if (decimal_is_integer(span_of(broken[i])))
			fail_msg("an integer: %s", broken[i]);
	}
}

static struct value of(enum value_kind kind, const char *raw, bool escaped)
{
	return (struct value){.kind = kind, .raw = span_of(raw), .escaped = escaped};
}

static void values_give_text_and_json(void **state)
{
	static const struct {
		enum value_kind kind;
		const char *raw;
		bool escaped;
		const char *text, *json; /* NULL: none */
	} cases[] = {
		{VALUE_TEXT, "a b", false, "a b", "\"a b\""},
		{VALUE_TEXT, "", false, "", "\"\""},
		{VALUE_TEXT, "a\\u3042\\n", true, "aあ\n", "\"a\\u3042\\n\""},
		{VALUE_TEXT, "a\"b\\c", false, "a\"b\\c", "\"a\\\"b\\\\c\""}, /* an _id */
		{VALUE_NUMBER, "1.50e+3", false, "1.50e+3", "1.50e+3"},
		{VALUE_BOOL, "true", false, "true", "true"},
		{VALUE_NULL, "null", false, NULL, "null"},
		{VALUE_LIST, "[1, 2]", false, NULL, "[1, 2]"},
		{VALUE_MAP, "{\"a\": 1}", false, NULL, "{\"a\": 1}"},
		{VALUE_ABSENT, NULL, false, NULL, NULL},
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct value v = of(cases[i].kind, cases[i].raw, cases[i].escaped);
		struct span text = value_text(&v, &arena), json = value_json(&v, &arena);

		assert_true(span_equal(text, span_of(cases[i].text)) && !text.p == !cases[i].text);
		assert_true(span_equal(json, span_of(cases[i].json)) && !json.p == !cases[i].json);
	}
	arena_clear(&arena);
}

#define REFUSED INT64_MIN

static void values_give_instants(void **state)
{
	static const struct {
		enum value_kind kind;
		const char *raw;
		int zone;
		int64_t ms;
	} cases[] = {
		{VALUE_TEXT, "2025-11-22T07:08:50Z", CLOCK_NO_ZONE, INT64_C(1763795330000)},
		{VALUE_TEXT, "2025-11-22T07:08:50", CLOCK_NO_ZONE, REFUSED},
		{VALUE_TEXT, "2025-11-22T16:08:50", 540, INT64_C(1763795330000)},
		{VALUE_TEXT, "2025-11-22T16:08:50.5+09:00", CLOCK_NO_ZONE, INT64_C(1763795330500)},
		{VALUE_TEXT, "1763795330000", 0, REFUSED},
		{VALUE_TEXT, "", 0, REFUSED},
		{VALUE_NUMBER, "0", CLOCK_NO_ZONE, 0},
		{VALUE_NUMBER, "-0.0", CLOCK_NO_ZONE, 0},
		{VALUE_NUMBER, "1763795330", CLOCK_NO_ZONE, INT64_C(1763795330000)},
		{VALUE_NUMBER, "1763795330000", CLOCK_NO_ZONE, INT64_C(1763795330000)},
		{VALUE_NUMBER, "1.76379533e9", CLOCK_NO_ZONE, INT64_C(1763795330000)},
		{VALUE_NUMBER, "1.76379533e+12", CLOCK_NO_ZONE, INT64_C(1763795330000)},
		{VALUE_NUMBER, "1763795330.1239", CLOCK_NO_ZONE, INT64_C(1763795330123)},
		{VALUE_NUMBER, "1763795330123.9", CLOCK_NO_ZONE, INT64_C(1763795330123)},
		{VALUE_NUMBER, "99999999999", CLOCK_NO_ZONE, INT64_C(99999999999000)},
		{VALUE_NUMBER, "100000000000", CLOCK_NO_ZONE, INT64_C(100000000000)},
		{VALUE_NUMBER, "-1", CLOCK_NO_ZONE, -1000},
		{VALUE_NUMBER, "-0.0005", CLOCK_NO_ZONE, -1},
		{VALUE_NUMBER, "0.0005", CLOCK_NO_ZONE, 0},
		{VALUE_NUMBER, "-1.0005", CLOCK_NO_ZONE, -1001},
		{VALUE_NUMBER, "1e-99999999999999999999", CLOCK_NO_ZONE, 0},
		{VALUE_NUMBER, "253402300799999", CLOCK_NO_ZONE, INT64_C(253402300799999)},
		{VALUE_NUMBER, "253402300800000", CLOCK_NO_ZONE, REFUSED},
		{VALUE_NUMBER, "-62167219200000", CLOCK_NO_ZONE, INT64_C(-62167219200000)},
		{VALUE_NUMBER, "-62167219200001", CLOCK_NO_ZONE, REFUSED},
		{VALUE_NUMBER, "1e400", CLOCK_NO_ZONE, REFUSED},
		{VALUE_NUMBER, "1e99999999999999999999", CLOCK_NO_ZONE, REFUSED},
		{VALUE_BOOL, "true", 0, REFUSED},
		{VALUE_NULL, "null", 0, REFUSED},
		{VALUE_ABSENT, NULL, 0, REFUSED},
		{VALUE_LIST, "[1]", 0, REFUSED},
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct value v = of(cases[i].kind, cases[i].raw, false);
		int64_t ms;

		if (value_instant(&ms, &v, cases[i].zone, &arena) != 0)
			ms = REFUSED;
		if (ms != cases[i].ms)
			fail_msg("%s: %lld", cases[i].raw, (long long)ms);
	}
	arena_clear(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_have_names),
		cmocka_unit_test(decimals_are_told_from_other_text),
		cmocka_unit_test(decimals_are_compared_exactly),
		cmocka_unit_test(small_decimals_agree_with_integers),
		cmocka_unit_test(integers_are_recognised_by_value),
		cmocka_unit_test(values_give_text_and_json),
		cmocka_unit_test(values_give_instants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
