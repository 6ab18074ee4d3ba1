/* The verdicts of the ReDoS check. */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "base/buf.h"
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

	for (size_t i = 0; i < ARRAY_LEN(patterns); i++)
		must_be(patterns[i], 0, REDOS_SAFE);
	must_be("^(a|A)+$", 0, REDOS_SAFE);
	must_be("^(\\d|[０-９])+$", 0, REDOS_SAFE);
}

/* What a match limit does not count is read all the same. */
static void reads_that_are_not_counted(maybe_unused void **state)
{
	static const char *const patterns[] = {"^\\d+\\d+$", "^[a-z]+\\w+$"};

	for (size_t i = 0; i < ARRAY_LEN(patterns); i++) {
		struct redos_verdict v = judged(patterns[i], 0);

		assert_int_equal(v.kind, REDOS_POLYNOMIAL);
		assert_int_equal(v.degree, 2);
		assert_true(v.uncounted);
	}
	assert_false(judged("^[0-9,]+(,[0-9]+)+$", 0).uncounted);
}

static void attacks_are_for_people(maybe_unused void **state)
{
	assert_string_equal(judged("^(a+)+$", 0).attack, "16 x \"a\" + \"!\"");
	assert_string_equal(judged("(x+x+)+y", 0).attack, "17 x \"x\" + \"!xy\"");
	assert_string_equal(judged("^\"(\\\\.|[^\"])*\"$", 0).attack, "\"\\\"\\\\\" + 14 x \"a\\\\\" + \"\\n\"");
	assert_true(judged("^(a+)+$", 0).exponential);
	assert_false(judged("^(.*?,){8}P", 0).exponential);
}

static void what_is_not_understood(maybe_unused void **state)
{
	must_be("^(\\((?:[^()]|(?1))*\\))$", 0, REDOS_UNCHECKED);
	must_be("^(?(?=a)a+b|c+)$", 0, REDOS_UNCHECKED);
	/* but plain attacks find what is plain */
	must_be("^(?:(?(?=a)a|b)+)+$", 0, REDOS_EXPLOSIVE);
	must_be("(?<n>a+)+(?&n)$", 0, REDOS_EXPLOSIVE);
}

/* Large patterns come to an end, and words without a loop are no suspects however many. */
static void large_patterns(maybe_unused void **state)
{
	struct buf words;

	buf_init(&words, 1 << 20);
	buf_adds(&words, "\\b(?:");
	for (int i = 0; i < 500; i++)
		buf_addf(&words, "word%d|", i * 7919);
	buf_adds(&words, "last)");
	assert_false(judged(buf_text(&words), 0).suspected);
	must_be(buf_text(&words), 0, REDOS_SAFE);
	buf_addc(&words, '+');
	must_be(buf_text(&words), 0, REDOS_UNCHECKED);
	buf_clear(&words);
	must_be("^(?:(?:(?:a?){12}){12}){12}$", 0, REDOS_EXPLOSIVE);
	must_be("(?:\\+81|0)\\d{1,4}-?\\d{1,4}-?\\d{4}", 0, REDOS_SAFE);
}

static bool accepts(const struct redos_nfa *nfa, const struct redos_samples *samples, struct span text)
{
	struct redos_bits now = {0}, next;

	for (size_t i = 0; i < text.n; i++) {
		struct redos_set one;

		memset(&next, 0, sizeof(next));
		assert_true(redos_set_of_code(&one, samples, (unsigned char)text.p[i]));
		for (int p = 0; p < nfa->count; p++) {
			struct redos_set both = redos_set_and(&one, &nfa->sets[p]);
			bool led = i == 0 && redos_has(&nfa->start, p);

			for (int from = 0; i > 0 && from < nfa->count; from++)
				led = led || (redos_has(&now, from) && redos_has(&nfa->next[from], p));
			if (led && redos_set_first(&both) >= 0)
				redos_put(&next, p);
		}
		now = next;
	}
	now = redos_bits_and(&now, &nfa->accept);
	return redos_each(&now, -1) >= 0;
}

/* Texts of a, b, c and 1 are taken by the automaton when they are by the engine. */
static void automaton_is_the_pattern(maybe_unused void **state)
{
	static const char *const patterns[] = {"a*b+c?", "(?:a|bc)*1", "(ab?){2,3}c*", "[ab]{0,2}(?:c|1a)+",
		"(?i:A)b|\\d+c", "(?:(a|b)*c){1,}", "(?x: a b | c # two\n 1)*", "(?:a{2}|b{1,3}|c)*?1",
		"\\Qab\\E+(?:|c)", "(?:a?b?c?){3}", "\\w\\D*?.", "[^a1][[:digit:]\\x61]*", "(?:(?:a{0,2}b){2}|c){0,2}",
		"((a|b)(c|1))+|()"};
	struct redos_nfa *nfa = arena_alloc(&arena, sizeof(*nfa));
	struct redos_samples samples;
	uint32_t seed = 1;

	for (size_t i = 0; i < ARRAY_LEN(patterns); i++) {
		struct span pattern = span_of(patterns[i]);
		struct span whole = span_of(arena_printf(&arena, "^(?:%s)$", patterns[i]));
		struct redos_parser parser = {
			.p = pattern.p, .end = pattern.p + pattern.n, .arena = &arena, .samples = &samples};
		struct regex_fault fault;
		struct regex *regex = regex_new(whole, 0, &fault);
		const struct redos_node *root;

		assert_non_null(regex);
		redos_samples_init(&samples, pattern);
		root = redos_parse(&parser);
		assert_non_null(root);
		assert_false(parser.loose);
		assert_true(redos_nfa_make(nfa, root, LIMIT_REDOS_UNROLL));
		for (int n = 0; n < 3000; n++) {
			char text[8];
			size_t length = 1 + (size_t)n % sizeof(text);

			for (size_t c = 0; c < length; c++) {
				seed = seed * 1664525 + 1013904223;
				text[c] = "abc1"[seed >> 30];
			}
			struct span subject = {text, length};
			bool engine = regex_match(regex, samples.room, subject, NULL) == REGEX_MATCH;

			if (accepts(nfa, &samples, subject) != engine)
				fail_msg("%s on %.*s: the engine says %d", patterns[i], SPAN_ARG(subject), engine);
		}
		redos_samples_clear(&samples);
		regex_free(regex);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(explosive),
		cmocka_unit_test(polynomial),
		cmocka_unit_test(safe),
		cmocka_unit_test(reads_that_are_not_counted),
		cmocka_unit_test(attacks_are_for_people),
		cmocka_unit_test(what_is_not_understood),
		cmocka_unit_test(large_patterns),
		cmocka_unit_test(automaton_is_the_pattern),
	};
	int failed;

	arena_init(&arena);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_clear(&arena);
	return failed;
}
