/* The verdicts of the ReDoS check. */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "base/clock.h"
#include "rule/redos_private.h"

static struct arena arena;

static struct redos_verdict judged(const char *pattern, unsigned flags)
{
	return redos_judge(span_of(pattern), flags, &arena);
}

static const char *const kinds[] = {"safe", "polynomial", "explosive", "unchecked"};

static void must_be(const char *pattern, unsigned flags, enum redos_kind kind)
{
	struct redos_verdict v = judged(pattern, flags);

	if (getenv("SHOW"))
		fprintf(stderr, "%-40s %-10s %s degree %u %s %s\n", pattern, kinds[v.kind],
			v.suspected ? "suspect" : "-", v.degree, v.attack ? v.attack : "", v.why ? v.why : "");
	if (v.kind != kind)
		fail_msg("%s is %s (%s)", pattern, kinds[v.kind], v.attack ? v.attack : v.why ? v.why : "");
}

static void explosive(maybe_unused void **state)
{
	static const char *const patterns[] = {"^(a+)+$", "(x+x+)+y", "^(.*?,){8}P", "^(a|aa)+$", "^(a|a)*$",
		"^(?:a*)*$",
		"^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]"
		"{2,3}))$",
		"^\"(\\\\.|[^\"])*\"$", "^(\\w+\\s?)*$", "^(?:.*,)*;$", "(?=(a+)+b)a", "^(?i:A+)+$", "^(a?){30}a{30}$",
		"^(x(?:a?|b?))+$", "^([ァ-ヶー]+ ?)+$", "^(?x: ( a + ) + # spaces\n )$", "^((ab)*)*c",
		"(?:\\d+|[0-9]+)*!", "^\\Qa.\\E(b+)+$", "(.*)*\\1x", "^(([a-z])+.)+[A-Z]([a-z])+$"};

	for (size_t i = 0; i < ARRAY_LEN(patterns); i++)
		must_be(patterns[i], 0, REDOS_EXPLOSIVE);
	must_be("^(a|A)+$", REGEX_CASELESS, REDOS_EXPLOSIVE);
	must_be("^(\\d|[０-９])+$", REGEX_UCP, REDOS_EXPLOSIVE);
}

static void polynomial(maybe_unused void **state)
{
	static const char *const patterns[] = {
		"^[0-9,]+(,[0-9]+)+$", ".*,.*,.*;", "^a*[ab]*a*$", "^\\s*.*\\s*x$", "^[ァ-ヶー]+[ー・]+$"};

	for (size_t i = 0; i < ARRAY_LEN(patterns); i++)
		must_be(patterns[i], 0, REDOS_POLYNOMIAL);
	assert_int_equal(judged("^[0-9,]+(,[0-9]+)+$", 0).degree, 2);
	assert_int_equal(judged(".*,.*,.*;", 0).degree, 3);
	assert_int_equal(judged("^(.*?,){4}P", 0).degree, 4);
}

static void safe(maybe_unused void **state)
{
	static const char *const patterns[] = {"(xa*)+$", "^[0-9,]+(,[0-9]+)?$", "(a+)+", "^[0-9]+$", "", "a|b",
		"^(?:ab)*$", "^(a|b)*$", "^(?>a+)+$", "^(a++)+$", "^[a-z]+(?:-[a-z]+)*-?$", "[\\]a]{2,3}", "縺(?!れ)",
		"^(?<year>[0-9]{4})-\\k<year>$", "(?<=a+?)b|c", "^[[:alpha:]]+[[:digit:]]+$", "a{,3}b{x"};

	for (size_t i = 0; i < ARRAY_LEN(patterns); i++) {
		must_be(patterns[i], 0, REDOS_SAFE);
	}
	must_be("^(a|A)+$", 0, REDOS_SAFE);
	must_be("^(\\d|[０-９])+$", 0, REDOS_SAFE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(explosive),
		cmocka_unit_test(polynomial),
		cmocka_unit_test(safe),
	};
	int failed;

	arena_init(&arena);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_clear(&arena);
	return failed;
}
