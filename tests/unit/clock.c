/*
 * Instants as text and back, civil dates, and chance that can be repeated.
 */
#include "base/base.h"
#include "base/clock.h"

#include <setjmp.h>
#include <cmocka.h>

static void reads_instants(maybe_unused void **state)
{
	static const struct {
		const char *text;
		int zone;
		int64_t ms;
	} table[] = {
		{"1970-01-01T00:00:00Z", CLOCK_NO_ZONE, 0},
		{"1970-01-01", 0, 0},
		{"1970-01-01", 540, -32400000},
		{"1969-12-31T23:59:59.999Z", CLOCK_NO_ZONE, -1},
		{"2026-11-24T18:22:35Z", CLOCK_NO_ZONE, 1795544555000},
		{"2026-11-24T18:22:35z", CLOCK_NO_ZONE, 1795544555000},
		{"2026-11-24t18:22:35Z", CLOCK_NO_ZONE, 1795544555000},
		{"2026-11-24 18:22:35Z", CLOCK_NO_ZONE, 1795544555000},
		{"2026-11-24T18:22:35", 0, 1795544555000},
		{"2026-11-24T18:22", 0, 1795544520000},
		{"2026-11-25T03:22:35+09:00", CLOCK_NO_ZONE, 1795544555000},
		{"2026-11-25T03:22:35+0900", CLOCK_NO_ZONE, 1795544555000},
		{"2026-11-25T03:22:35", 540, 1795544555000},
		{"2026-11-25T03:22:35+09:00", 0, 1795544555000},
		{"2026-11-24T13:22:35-05:00", CLOCK_NO_ZONE, 1795544555000},
		{"2026-11-24T18:22:35.1Z", CLOCK_NO_ZONE, 1795544555100},
		{"2026-11-24T18:22:35.12Z", CLOCK_NO_ZONE, 1795544555120},
		{"2026-11-24T18:22:35.123456789Z", CLOCK_NO_ZONE, 1795544555123},
		{"2026-11-24T18:22:35.000-00:00", CLOCK_NO_ZONE, 1795544555000},
		{"2024-02-29", 0, 1709164800000},
		{"2000-02-29T12:00:00Z", CLOCK_NO_ZONE, 951825600000},
		{"0001-01-01T00:00:00Z", CLOCK_NO_ZONE, -62135596800000},
		{"0000-01-01T00:00:00Z", CLOCK_NO_ZONE, -62167219200000},
		{"9999-12-31T23:59:59.999Z", CLOCK_NO_ZONE, 253402300799999},
		{"2016-12-31T23:59:60Z", CLOCK_NO_ZONE, 1483228800000},
		{"2017-01-01T08:59:60+09:00", CLOCK_NO_ZONE, 1483228800000},
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		int64_t ms = 12345;

		if (clock_parse(&ms, span_of(table[i].text), table[i].zone) != 0 || ms != table[i].ms)
			fail_msg("%s: %lld", table[i].text, (long long)ms);
	}
}

static void refuses_what_is_no_instant(maybe_unused void **state)
{
	static const char *const table[] = {"", "2026", "2026-11", "2026-1-1", "26-11-24", "2026/11/24", "20261124",
		"2026-00-10", "2026-13-10", "2026-11-00", "2026-11-31", "2026-02-29", "1900-02-29", "2100-02-29",
		"2026-04-31", "2026-11-24T", "2026-11-24T18", "2026-11-24T18:", "2026-11-24T24:00:00",
		"2026-11-24T18:60", "2026-11-24T18:22:61", "2026-11-24T18:22:60", "2026-12-31T23:59:60+09:00",
		"2026-11-24T18:22:35.", "2026-11-24T18:22:35.Z", "2026-11-24T18:22:35,5Z", "2026-11-24T18:22:35+9:00",
		"2026-11-24T18:22:35+09", "2026-11-24T18:22:35+24:00", "2026-11-24T18:22:35+09:60",
		"2026-11-24T18:22:35Zx", "2026-11-24T18:22:35 Z", " 2026-11-24", "2026-11-24 ", "2026-11-24Z",
		"2026-11-24+09:00", "-2026-11-24", "+2026-11-24",
		"\xef\xbc\x92\xef\xbc\x90\xef\xbc\x92\xef\xbc\x96-11-24"};
	int64_t ms;

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (clock_parse(&ms, span_of(table[i]), 0) == 0)
			fail_msg("%s was taken", table[i]);
	}
	assert_int_equal(clock_parse(&ms, (struct span){"2026-11-24T18:22:35\0Z", 21}, 0), -1);
	assert_int_equal(clock_parse(&ms, SPAN_LITERAL("2026-11-24"), CLOCK_NO_ZONE), -1);
	assert_int_equal(clock_parse(&ms, SPAN_LITERAL("2026-11-24T18:22:35"), CLOCK_NO_ZONE), -1);
}

/* Every day of 800 years follows the one before it, by the calendar. */
static void civil_days_follow_each_other(maybe_unused void **state)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year = 1599, month = 12, day = 31;
	int64_t last = clock_from_civil(2400, 1, 1);

	for (int64_t days = clock_from_civil(1600, 1, 1); days < last; days++) {
		bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
		int y, m, d;

		if (++day > lengths[month - 1] + (month == 2 && leap)) {
			day = 1;
			if (++month > 12) {
				month = 1;
				year++;
			}
		}
		clock_to_civil(days, &y, &m, &d);
		assert_true(y == year && m == month && d == day);
		assert_true(clock_from_civil(y, m, d) == days);
	}
	assert_int_equal(clock_from_civil(1970, 1, 1), 0);
}

static void writes_what_it_reads(maybe_unused void **state)
{
	static const int64_t steps[] = {1, 999, 86399999, 7654321987};
	char text[32];
	int64_t back;

	clock_text(text, 1795544555000);
	assert_string_equal(text, "2026-11-24T18:22:35Z");
	clock_text(text, 1795544555007);
	assert_string_equal(text, "2026-11-24T18:22:35.007Z");
	clock_text(text, -1);
	assert_string_equal(text, "1969-12-31T23:59:59.999Z");
	for (int64_t ms = -62135596800000; ms < 253402300800000; ms += 12345678901 + steps[(uint64_t)ms % 4]) {
		clock_text(text, ms);
		assert_int_equal(clock_parse(&back, span_of(text), CLOCK_NO_ZONE), 0);
		assert_true(back == ms);
	}
	clock_text(text, INT64_MIN);
	assert_string_equal(text, "-292275055-05-16T16:47:04.192Z");
	clock_text(text, INT64_MAX);
	assert_string_equal(text, "292278994-08-17T07:12:55.807Z");
}

static void time_stands_still_when_told(maybe_unused void **state)
{
	struct clock c = {.fixed = true, .fixed_ms = 42};
	int64_t begin = clock_monotonic();

	assert_int_equal(clock_now(&c), 42);
	clock_sleep(20);
	clock_sleep(-5);
	assert_true(clock_monotonic() - begin >= 19);
	c.fixed = false;
	assert_true(clock_now(&c) > INT64_C(1700000000000));
}

static void chance_can_be_repeated(maybe_unused void **state)
{
	struct clock a = {.seed = 7}, b = {.seed = 7}, other = {0};
	unsigned counts[10] = {0};

	for (int i = 0; i < 10000; i++) {
		uint64_t n = clock_random(&a, 10);

		assert_true(n < 10);
		assert_true(clock_random(&b, 10) == n);
		counts[n]++;
	}
	for (int i = 0; i < 10; i++)
		assert_true(counts[i] > 800 && counts[i] < 1200);
	assert_true(clock_random(&a, 0) == 0);
	assert_true(clock_random(&a, 1) == 0);
	clock_random(&other, 2);
	assert_true(other.seed != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_instants),
		cmocka_unit_test(refuses_what_is_no_instant),
		cmocka_unit_test(civil_days_follow_each_other),
		cmocka_unit_test(writes_what_it_reads),
		cmocka_unit_test(time_stands_still_when_told),
		cmocka_unit_test(chance_can_be_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
