/* The external sort: in memory, from runs, and from more runs than are merged at once. */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "base/limits.h"
#include "base/sorter.h"

/* A number that looks like chance, the same in every run. */
static uint32_t scramble(uint32_t i)
{
	return i * 2654435761u;
}

static void sorts(uint32_t count, size_t memory, size_t pad)
{
	struct sorter *s = sorter_new(memory);
	struct sorter_cursor *a, *b;
	struct span x, y;
	struct error e = {0};
	char record[512], last[512] = "";
	uint32_t seen = 0;

	for (uint32_t i = 0; i < count; i++) {
		int n = snprintf(record, sizeof(record), "%08x-%.*s", scramble(i), (int)(scramble(i) % (pad + 1)),
			"0123456789012345678901234567890123456789012345678901234567890123456789");

		assert_int_equal(sorter_add(s, (struct span){record, (size_t)n}, &e), 0);
	}
	assert_int_equal(sorter_sort(s, &e), 0);
	a = sorter_open(s);
	b = sorter_open(s);
	for (; sorter_next(a, &x, &e) == 1; seen++) {
		assert_int_equal(sorter_next(b, &y, &e), 1);
		assert_true(span_equal(x, y));
		assert_true(x.n < sizeof(last));
		assert_true(span_compare(span_of(last), x) <= 0);
		memcpy(last, x.p, x.n);
		last[x.n] = '\0';
	}
	assert_int_equal(seen, count);
	assert_int_equal(sorter_next(b, &y, &e), 0);
	assert_int_equal(sorter_next(b, &y, &e), 0);
	sorter_close(a);
	sorter_close(b);
	sorter_free(s);
}

static void sorts_whatever_the_number(void **state)
{
	(void)state;
	sorts(0, 0, 10);
	sorts(1, 0, 10);
	sorts(1000, 1 << 20, 10);
	sorts(20000, 1 << 18, 60);
	sorts(100000, 0, 60); /* some hundred runs: two passes */
}

static void keeps_equal_records_and_empty_ones(void **state)
{
	struct sorter *s = sorter_new(0);
	struct sorter_cursor *c;
	struct span record;
	struct error e = {0};
	int count = 0;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		assert_int_equal(sorter_add(s, SPAN_LITERAL("same"), &e), 0);
		assert_int_equal(sorter_add(s, SPAN_NONE, &e), 0);
	}
	assert_int_equal(sorter_sort(s, &e), 0);
	c = sorter_open(s);
	for (; sorter_next(c, &record, &e) == 1; count++)
		assert_true(count < 3000 ? record.n == 0 : span_is(record, "same"));
	assert_int_equal(count, 6000);
	sorter_close(c);
	sorter_free(s);
}

static void takes_records_up_to_the_limit(void **state)
{
	char *big = xcalloc(1, LIMIT_SORT_RECORD_BYTES + 1);
	struct sorter *s = sorter_new(0);
	struct sorter_cursor *c;
	struct span record;
	struct error e = {0};
	size_t most = LIMIT_SORT_RECORD_BYTES - 64;

	(void)state;
	assert_int_equal(sorter_add(s, (struct span){big, LIMIT_SORT_RECORD_BYTES + 1}, &e), -1);
	assert_non_null(strstr(e.message, "LIMIT_SORT_RECORD_BYTES"));
	for (char i = 5; i > 0; i--) {
		big[0] = i;
		assert_int_equal(sorter_add(s, (struct span){big, most}, &e), 0);
	}
	assert_int_equal(sorter_sort(s, &e), 0);
	c = sorter_open(s);
	for (char i = 1; i <= 5; i++) {
		assert_int_equal(sorter_next(c, &record, &e), 1);
		assert_int_equal(record.n, most);
		assert_int_equal(record.p[0], i);
	}
	assert_int_equal(sorter_next(c, &record, &e), 0);
	sorter_close(c);
	sorter_free(s);
	free(big);
}

static void says_that_there_is_no_room(void **state)
{
	struct sorter *s = sorter_new(0);
	struct error e = {0};
	char record[1000] = "";
	int failed = 0;

	(void)state;
	assert_int_equal(setenv("TMPDIR", "/nowhere/at/all", 1), 0);
	for (int i = 0; i < 1000 && failed == 0; i++)
		failed = sorter_add(s, (struct span){record, sizeof(record)}, &e);
	assert_int_equal(failed, -1);
	assert_non_null(strstr(e.message, "/nowhere/at/all"));
	assert_int_equal(unsetenv("TMPDIR"), 0);
	sorter_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorts_whatever_the_number),
		cmocka_unit_test(keeps_equal_records_and_empty_ones),
		cmocka_unit_test(takes_records_up_to_the_limit),
		cmocka_unit_test(says_that_there_is_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
