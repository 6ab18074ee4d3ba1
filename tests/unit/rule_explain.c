/*
 * Regexes in words: nothing of a pattern is left out, whatever it is, and the
 * first failing item is the one that fails.
 */
#include "base/base.h"
#include "rule/explain_regex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ext/regex.h"

static void put_together(struct buf *out, const struct regex_branch *branches, size_t count)
{
	for (size_t b = 0; b < count; b++) {
		buf_adds(out, b ? "|" : "");
		for (size_t i = 0; i < branches[b].count; i++) {
			const struct regex_item *item = &branches[b].items[i];

			if (item->kind != ITEM_GROUP) {
				buf_add_span(out, item->text);
				continue;
			}
			buf_add_span(out, item->opening);
			put_together(out, item->branches, item->branch_count);
			buf_addc(out, ')');
			buf_add_span(out, item->quantifier);
		}
	}
}

/* Every byte of PATTERN stands in some item, in order; and telling it does no harm. */
static void stays_whole(struct span pattern)
{
	struct arena arena;
	struct buf out;
	size_t count;

	arena_init(&arena);
	buf_init(&out, 1 << 20);
	struct regex_branch *branches = regex_take_apart(&arena, pattern, &count);
	put_together(&out, branches, count);
	if (!span_equal(buf_span(&out), pattern))
		fail_msg("%.*s became %s", SPAN_ARG(pattern), buf_text(&out));
	buf_reset(&out);
	regex_tell(&out, branches, count, 2);
	assert_true(out.len > 0);
	buf_clear(&out);
	arena_clear(&arena);
}

static const char *const patterns[] = {"^(?:[0-9]{8}|[0-9]{13})$", "a|b|", "|", "", "x{2}y{,3}z{4,}w{5,6}?v{",
	"[]a-]+[^]]*", "[[:alpha:][:^digit:]\\]\\p{Han}\\d-]", "(?<y>\\d+)(?'n'a)(?P<p>b)\\k<y>\\k{n}\\g{1}\\g-1\\1",
	"(?=a)(?!b)(?<=c)(?<!d)(?>e)", "(?i)a(?-i:b)(?s-m:c)", "(*UCP)\\w", "(?x) a # b\n c", "\\Qa.b\\Ec",
	"\\x41\\x{3042}\\t\\.\\\\", "\\pL\\P{^Lu}\\cA\\o{101}", "日本(語|国)?", "(a(b(c(d)*)+)?){2,3}+", "(?(1)a|b)",
	"(?#note)a", "a**", "[a", "(((", "\\"};

static void nothing_is_left_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(patterns); i++) {
		struct regex_fault fault;
		struct regex *regex = regex_new(span_of(patterns[i]), 0, &fault);

		if (regex != NULL)
			stays_whole((struct span){patterns[i], strlen(patterns[i])});
		regex_free(regex);
	}
}

static uint32_t dice(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

static void whatever_compiles_stays_whole(void **state)
{
	static const char *const pieces[] = {"a", "b", "(", ")", "(?:", "(?=", "(?<!", "(?<n>", "[", "]", "[^", "-",
		"|", "*", "+", "?", "{2}", "{1,}", "{", "}", "\\", "\\d", "\\b", "\\x{3042}", "\\1", "^", "$", ".",
		"日", "[:alpha:]", ",", "(?i)", "\\Q", "\\E", "(?#", "(*", "'", "<", ">", ":", "0"};
	uint32_t seed = 7, good = 0;

	(void)state;
	for (int round = 0; round < 60000; round++) {
		struct regex_fault fault;
		struct buf text;

		buf_init(&text, 1024);
		for (uint32_t n = dice(&seed, 9) + 1; n > 0; n--)
			buf_adds(&text, pieces[dice(&seed, ARRAY_LEN(pieces))]);
		struct regex *regex = regex_new(buf_span(&text), REGEX_NO_JIT, &fault);
		if (regex != NULL) {
			good++;
			stays_whole(buf_span(&text));
		}
		regex_free(regex);
		buf_clear(&text);
	}
	assert_true(good > 5000);
}

static void fails_at(const char *pattern, const char *text, const char *item, size_t done, uint32_t times)
{
	struct regex_progress progress;
	struct arena arena;
	size_t count;

	arena_init(&arena);
	struct regex_branch *branches = regex_take_apart(&arena, span_of(pattern), &count);
	regex_progress(&progress, 0, span_of(text), branches, count);
	if (item == NULL) {
		assert_null(progress.item);
	} else {
		assert_non_null(progress.item);
		if (!span_is(progress.item->text, item))
			fail_msg("%s on %s: %.*s", pattern, text, SPAN_ARG(progress.item->text));
		assert_int_equal(progress.done, done);
		assert_int_equal(progress.times, times);
	}
	arena_clear(&arena);
}

static void the_first_failing_item(void **state)
{
	(void)state;
	fails_at("^[0-9]{13}$", "4901", "[0-9]{13}", 4, 4);
	fails_at("^(?:[0-9]{8}|[0-9]{13})$", "490123", "[0-9]{8}", 6, 6);
	fails_at("^(?:[0-9]{8}|[0-9]{13})$", "49012345x", "$", 8, 0);
	fails_at("^IN-[0-9]{6}$", "in-123456", "IN-", 0, 0);
	fails_at("^(?:ab|ac(?:d|e))f", "acx", "d", 2, 0);
	fails_at("^a|^bc+d", "bccx", "d", 3, 0);
	fails_at("^日本語$", "日本語。", "$", 9, 0);
	fails_at("a(?!b)c", "abc", "(?!b)", 1, 0);
	fails_at("^(a)(b)\\2$", "abc", "\\2", 2, 0);
	/* what cannot be cut is not told */
	fails_at("^(?:a|b(?<=^ab))(?(1)x|y)", "q", "a", 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_left_out),
		cmocka_unit_test(whatever_compiles_stays_whole),
		cmocka_unit_test(the_first_failing_item),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
