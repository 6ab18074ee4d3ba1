/*
 * Templates of index names and bodies, and references to secrets.
 */
#include "base/base.h"
#include "config/project.h"

#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

static void expect_render(const char *text, const char *shop, bool json, const char *want)
{
	struct arena arena;

	arena_init(&arena);
	assert_string_equal(template_render(&arena, text, shop, INT64_C(1795651200000), json), want);
	arena_clear(&arena);
}

static void templates_are_rendered(void **state)
{
	(void)state;
	expect_render("products-{shop}-{date}", "s1", false, "products-s1-2026.11.26");
	expect_render("a-{{shop}}-{x}", "s1", false, "a-{shop}-{x}");
	expect_render("{shop}", NULL, false, "{shop}");
	expect_render("{\"a\":\"{shop}\",\"b\":\"{now}\",\"c\":{\"{x}\":{{}}}}", "a\"b", true,
		"{\"a\":\"a\\\"b\",\"b\":\"2026-11-26T00:00:00Z\",\"c\":{\"{x}\":{{}}}}");
	expect_render("{shop}{shop}", "{now}", false, "{now}{now}");
}

static void put(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static void expect_secret(const char *reference, const char *want)
{
	struct arena arena;
	struct secret s;
	struct error e;
	const char *value;

	arena_init(&arena);
	assert_true(secret_parse(&s, reference));
	value = secret_value(&s, &arena, &e);
	if (want)
		assert_string_equal(value, want);
	else
		assert_null(value);
	/* What is wrong is said of the reference. */
	if (!value && (!strstr(e.message, s.name) || strstr(e.message, "Evil")))
		fail_msg("%s", e.message);
	arena_clear(&arena);
}

static void references_are_told_from_literals(void **state)
{
	static const char *const literals[] = {"hunter2", "env:A B", "env:1A", "env:", "file:", "ENV:A", ""};
	struct secret s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(literals); i++)
		if (secret_parse(&s, literals[i]) || s.from != SECRET_NONE)
			fail_msg("taken: %s", literals[i]);
	assert_true(secret_parse(&s, "env:_A1"));
	assert_int_equal(s.from, SECRET_ENV);
	assert_true(secret_parse(&s, "file:/run/secrets/a b"));
	assert_int_equal(s.from, SECRET_FILE);
}

static void variables_are_read(void **state)
{
	(void)state;
	unsetenv("KENPIN_TEST_SECRET");
	expect_secret("env:KENPIN_TEST_SECRET", NULL);
	setenv("KENPIN_TEST_SECRET", "", 1);
	expect_secret("env:KENPIN_TEST_SECRET", NULL);
	setenv("KENPIN_TEST_SECRET", "a\r\nX-Evil: b", 1);
	expect_secret("env:KENPIN_TEST_SECRET", NULL);
	setenv("KENPIN_TEST_SECRET", "hunter2", 1);
	expect_secret("env:KENPIN_TEST_SECRET", "hunter2");
}

static void files_are_read(void **state)
{
	char path[] = "/tmp/kenpin-secret-XXXXXX", reference[64];
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	snprintf(reference, sizeof(reference), "file:%s", path);
	expect_secret(reference, NULL);
	put(path, "from-file\r\n");
	expect_secret(reference, "from-file");
	put(path, "two\nEvil\n");
	expect_secret(reference, NULL);
	unlink(path);
	expect_secret(reference, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(templates_are_rendered),
		cmocka_unit_test(references_are_told_from_literals),
		cmocka_unit_test(variables_are_read),
		cmocka_unit_test(files_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
