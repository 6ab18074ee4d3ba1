/*
 * Regular expressions: what the options promise, that no limit is ever taken
 * for "no match", and that the quick path is quick.
 */
#include "base/base.h"
#include "base/limits.h"
#include "ext/regex.h"

#include <setjmp.h>
#include <cmocka.h>

static struct regex_room *room;

static int make_room(maybe_unused void **state)
{
	room = regex_room_new(LIMIT_MATCH_STEPS);
	return 0;
}

static int drop_room(maybe_unused void **state)
{
	regex_room_free(room);
	return 0;
}

static struct regex *compiled(const char *pattern, unsigned flags)
{
	struct regex_fault fault;
	struct regex *r = regex_new(span_of(pattern), flags, &fault);

	if (r == NULL)
		fail_msg("%s: %s", pattern, fault.message);
	return r;
}

static enum regex_outcome outcome(const char *pattern, unsigned flags, struct span text)
{
	struct regex *r = compiled(pattern, flags);
	enum regex_outcome got = regex_match(r, room, text, NULL);

	regex_free(r);
	return got;
}

static void matches_as_documented(maybe_unused void **state)
{
	static const struct {
		const char *pattern;
		unsigned flags;
		const char *text;
		enum regex_outcome want;
	} rows[] = {
		{"^[0-9]+$", 0, "123", REGEX_MATCH},
		{"^[0-9]+$", 0, "123\n", REGEX_NO_MATCH}, /* DOLLAR_ENDONLY */
		{"^.$", 0, "メ", REGEX_MATCH},
		{"^\\w+$", 0, "メモ", REGEX_NO_MATCH},
		{"^\\w+$", REGEX_UCP, "メモ", REGEX_MATCH},
		{"^abc$", 0, "ABC", REGEX_NO_MATCH},
		{"^abc$", REGEX_CASELESS, "ABC", REGEX_MATCH},
		{"(?i)^straße$", 0, "STRAßE", REGEX_MATCH},
		{"^$", 0, "", REGEX_MATCH},
		{"", 0, "", REGEX_MATCH},
		{"[ァ-ヶ]", 0, "ｱ", REGEX_NO_MATCH},
		{"[ｦ-ﾟ]", 0, "ｱ", REGEX_MATCH},
	};
	const unsigned ways[] = {0, REGEX_NO_JIT, REGEX_NO_START_OPTIMISE, REGEX_AUTO_CALLOUT};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (size_t way = 0; way < ARRAY_LEN(ways); way++)
			assert_int_equal(outcome(rows[i].pattern, rows[i].flags | ways[way], span_of(rows[i].text)),
				rows[i].want);
	assert_int_equal(outcome("^$", 0, SPAN_NONE), REGEX_MATCH);
	assert_int_equal(outcome("^a\\x00b$", 0, SPAN_LITERAL("a\0b")), REGEX_MATCH);
}

static void says_where(maybe_unused void **state)
{
	static const char text[] = "price 1.980 yen";
	struct regex *r = compiled("[0-9.]+", 0), *odd = compiled("(?(DEFINE)(?<k>price\\K))(?=(?&k))", 0);
	struct span where = SPAN_NONE;

	assert_int_equal(regex_match(r, room, span_of(text), &where), REGEX_MATCH);
	assert_int_equal(where.p - text, 6);
	assert_int_equal(where.n, 5);
	assert_int_equal(regex_min_length(r), 1);
	/* \K in a lookahead puts the start behind the end */
	assert_int_equal(regex_match(odd, room, span_of(text), &where), REGEX_MATCH);
	assert_int_equal(where.p - text, 0);
	assert_int_equal(where.n, 0);
	regex_free(odd);
	regex_free(r);
}

static void faults_have_a_place(maybe_unused void **state)
{
	static const struct {
		const char *pattern;
		size_t offset;
	} rows[] = {{"^(a", 3}, {"[a-", 3}, {"a{2,1}", 5}, {"(?<n>a)(?<n>b)", 12}, {"a\\C", 3}, {"メ(?P<", 7}};
	struct regex_fault fault;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_null(regex_new(span_of(rows[i].pattern), 0, &fault));
		assert_true(fault.message[0] != '\0');
		assert_int_equal(fault.offset, rows[i].offset);
	}
	assert_null(regex_new(SPAN_LITERAL("a\xff"), 0, &fault));
	assert_int_equal(fault.offset, 1);
	regex_free(NULL);
}

static void limits_are_outcomes(maybe_unused void **state)
{
	static char many[200000];
	struct span text = {many, 40};
	struct regex_room *own;
	struct regex *slow;

	memset(many, 'a', sizeof(many));
	many[39] = '!';
	assert_int_equal(outcome("^(a+)+$", 0, text), REGEX_MATCH_LIMIT);
	assert_int_equal(outcome("^(a+)+$", REGEX_NO_JIT, text), REGEX_MATCH_LIMIT);
	slow = compiled("^(a+)+$", 0);
	own = regex_room_new(1);
	assert_int_equal(regex_match_interpreted(slow, own, text, 1000), REGEX_MATCH_LIMIT);
	assert_int_equal(regex_match_interpreted(slow, own, SPAN_LITERAL("aaa"), 1000), REGEX_MATCH);
	assert_int_equal(regex_match_interpreted(slow, own, SPAN_NONE, 1000), REGEX_NO_MATCH);
	regex_room_free(own);
	regex_free(slow);
	many[39] = 'a';
	assert_int_equal(outcome("^(?:a|b)*$", 0, (struct span){many, 4000}), REGEX_MATCH);
	assert_int_equal(outcome("^(?:a|b)*$", 0, (struct span){many, sizeof(many)}), REGEX_STACK_LIMIT);
	for (int i = REGEX_NO_MATCH; i <= REGEX_FAILED; i++)
		assert_true(regex_outcome_text((enum regex_outcome)i)[0] != '\0');
}

/* Memory of the interpreter is bounded, whatever the number of steps allowed. */
static void heap_is_bounded(maybe_unused void **state)
{
	static char many[2000000];
	struct regex_room *wide = regex_room_new(UINT32_MAX);
	struct regex *r = compiled("^(?:(a)|(b)|(c)|(d))*$", REGEX_NO_JIT);

	memset(many, 'a', sizeof(many));
	assert_int_equal(regex_match(r, wide, (struct span){many, sizeof(many)}, NULL), REGEX_HEAP_LIMIT);
	regex_free(r);
	regex_room_free(wide);
	regex_room_free(NULL);
}

static void knows_whether_it_is_jitted(maybe_unused void **state)
{
	struct regex *with = compiled("a", 0), *without = compiled("a", REGEX_NO_JIT),
		     *refused = compiled("(*NO_JIT)a", 0);

	assert_true(regex_jitted(with));
	assert_false(regex_jitted(without));
	assert_false(regex_jitted(refused));
	assert_int_equal(regex_match(refused, room, SPAN_LITERAL("xa"), NULL), REGEX_MATCH);
	regex_free(with);
	regex_free(without);
	regex_free(refused);
	assert_true(strncmp(regex_version(), "10.", 3) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_as_documented),
		cmocka_unit_test(says_where),
		cmocka_unit_test(faults_have_a_place),
		cmocka_unit_test(limits_are_outcomes),
		cmocka_unit_test(heap_is_bounded),
		cmocka_unit_test(knows_whether_it_is_jitted),
	};

	return cmocka_run_group_tests(tests, make_room, drop_room);
}
