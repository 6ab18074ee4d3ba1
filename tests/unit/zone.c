/*
 * Time zones, held against the C library's reading of the same files, and at
 * the nights on which clocks are put forward or back.
 */
#include "base/base.h"
#include "base/zone.h"

#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"

#define HOUR INT64_C(3600000)
#define DAY (24 * HOUR)

static struct arena arena;
static struct error error;

static const struct zone *zone_of(const char *name)
{
	const struct zone *z = zone_read(&arena, name, &error);

	if (z == NULL)
		fail_msg("%s", error.message);
	return z;
}

static int64_t at(const char *text)
{
	int64_t ms;

	assert_int_equal(clock_parse(&ms, span_of(text), 0), 0);
	return ms;
}

static int64_t day_of(const char *text)
{
	return at(text) / DAY;
}

/* Seconds east of UTC, by the C library. */
static int64_t offset_of_library(int64_t ms)
{
	time_t t = (time_t)(ms / 1000);
	struct tm tm;

	assert_non_null(localtime_r(&t, &tm));
	return clock_from_civil(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) * 86400 + tm.tm_hour * 3600 +
	       tm.tm_min * 60 + tm.tm_sec - (int64_t)t;
}

static void the_library_agrees(void **state)
{
	static const char *const names[] = {"UTC", "Asia/Tokyo", "Europe/Berlin", "Europe/Dublin", "America/New_York",
		"America/Sao_Paulo", "America/St_Johns", "Australia/Lord_Howe", "Australia/Sydney", "Asia/Kolkata",
		"Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca", "Asia/Gaza"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct zone *z = zone_of(names[i]);

		setenv("TZ", names[i], 1);
		tzset();
		/* a step that is no whole number of hours meets every time of the day */
		for (int64_t ms = 0; ms < at("2090-01-01"); ms += 17 * HOUR + 1801000)
			if (zone_offset(z, ms) != offset_of_library(ms))
				fail_msg("%s: %lld is %lld, not %lld", names[i], (long long)ms,
					(long long)zone_offset(z, ms), (long long)offset_of_library(ms));
	}
}

static void clocks_are_put_forward(void **state)
{
	const struct zone *z = zone_of("Europe/Berlin");
	int64_t day = day_of("2026-03-29");

	(void)state;
	assert_int_equal(zone_instant(z, day, 0), at("2026-03-28T23:00:00Z"));
	assert_int_equal(zone_instant(z, day, 2 * HOUR - 1), at("2026-03-29T01:00:00Z") - 1);
	/* 02:00 to 03:00 is not there: the instant at which 03:00 is shown */
	assert_int_equal(zone_instant(z, day, 2 * HOUR), at("2026-03-29T01:00:00Z"));
	assert_int_equal(zone_instant(z, day, 2 * HOUR + HOUR / 2), at("2026-03-29T01:00:00Z"));
	assert_int_equal(zone_instant(z, day, 3 * HOUR), at("2026-03-29T01:00:00Z"));
	assert_int_equal(zone_instant(z, day, 7 * HOUR), at("2026-03-29T05:00:00Z"));
}

static void clocks_are_put_back(void **state)
{
	const struct zone *z = zone_of("Europe/Berlin");
	int64_t day = day_of("2026-10-25");

	(void)state;
	/* 02:00 to 03:00 is there twice: the first */
	assert_int_equal(zone_instant(z, day, 2 * HOUR + HOUR / 2), at("2026-10-25T00:30:00Z"));
	assert_int_equal(zone_instant(z, day, 3 * HOUR), at("2026-10-25T02:00:00Z"));
	assert_int_equal(zone_instant(z, day, 7 * HOUR), at("2026-10-25T06:00:00Z"));
	z = zone_of("America/New_York");
	assert_int_equal(zone_instant(z, day_of("2026-11-01"), HOUR), at("2026-11-01T05:00:00Z"));
	assert_int_equal(zone_instant(z, day_of("2028-02-29"), 0), at("2028-02-29T05:00:00Z"));
}

static void an_offset_is_a_zone(void **state)
{
	static const char *const wrong[] = {"", "Asia/Tokio", "../etc/passwd", "/etc/passwd", "+9", "+09:60", "Asia"};

	(void)state;
	assert_int_equal(zone_offset(zone_of("+09:00"), at("2026-01-01")), 9 * 3600);
	assert_int_equal(zone_offset(zone_of("-03:30"), at("2026-07-01")), -(3 * 3600 + 1800));
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_null(zone_read(&arena, wrong[i], &error));
}

/* Whatever a file holds, it is read or refused. */
static void broken_files_are_refused(void **state)
{
	FILE *file = fopen("/usr/share/zoneinfo/Europe/Berlin", "rb");
	static char bytes[65536], copy[65536];

	(void)state;
	assert_non_null(file);
	size_t n = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	assert_non_null(zone_parse(&arena, (struct span){bytes, n}, &error));
	for (size_t cut = 0; cut < n; cut++) {
		char *exact = xmalloc(cut + 1);

		memcpy(exact, bytes, cut);
		assert_null(zone_parse(&arena, (struct span){exact, cut}, &error));
		free(exact);
	}
	for (size_t i = 0; i < n; i++) {
		memcpy(copy, bytes, n);
		copy[i] = (char)(copy[i] ^ (char)0xff);
		const struct zone *z = zone_parse(&arena, (struct span){copy, n}, &error);
		if (z != NULL)
			zone_offset(z, at("2026-06-01"));
	}
}

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_clear(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_library_agrees, set_up, tear_down),
		cmocka_unit_test_setup_teardown(clocks_are_put_forward, set_up, tear_down),
		cmocka_unit_test_setup_teardown(clocks_are_put_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_offset_is_a_zone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(broken_files_are_refused, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
