/*
 * Literals out of patterns, and the prefilter that looks for them: what is
 * left out must never be something that the regex would have matched.
 */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "ext/regex.h"
#include "rule/literal.h"
#include "rule/prefilter.h"

struct literal_case {
	const char *pattern;
	bool caseless;
	const char *want; /* joined by |; NULL: none */
};

static const struct literal_case cases[] = {
	{"\\bE0010: [a-z]+ failed", false, "E0010: "},
	{"job=retry-3-\\d+", false, "job=retry-3-"},
	{"status=(?:NG|ERR)3", false, "status=NG3|status=ERR3"},
	{"(?i)fatal12\\b", false, "fatal12"},
	{"(?i)task12", false, NULL}, /* s and k have other forms; "ta" and "12" are too short */
	{"(?i)exception[^a-z]{1,3}7", false, "exception"},
	{"エラー3[：:]", false, "エラー3：|エラー3:"},
	{"(?i)エラー3", false, "エラー3"},
	{"(?i)ÄÖÜabcd", false, "abcd"},
	{"<(?:script|iframe|embed)5?>", false, "<script5>|<script>|<iframe5>|<iframe>|<embed5>|<embed>"},
	{"abcd|efgh", false, "abcd|efgh"},
	{"abcd|ef", false, NULL},
	{"(abcd)?", false, NULL},
	{"(abcd)*x", false, NULL},
	{"(abcd)+x", false, "abcdx"},
	{"ab(cd)+ef", false, "abcd"},
	{"wxyz{0}", false, NULL},
	{"a.*bcdefg", false, "bcdefg"},
	{"[A-Z]{2}\\d{3}[a-z]", false, NULL},
	{"^(?:[0-9]{8}|[0-9]{13})$", false, NULL},
	{"(?=abcd)xy", false, NULL},
	{"(?<=abcd)wxyz", false, "wxyz"},
	{"(?!abcd)wxyz", false, "wxyz"},
	{"[]ab]cde", false, "]cde|acde|bcde"},
	{"[^]ab]cdefg", false, "cdefg"},
	{"[[:alpha:]]cdefg", false, "cdefg"},
	{"(?x) a b c d ", false, NULL},
	{"\\Qabcd\\E", false, NULL},
	{"(abcd)\\1", false, NULL},
	{"(?i:abcd)efgh", false, "abcdefgh"},
	{"(?<name>abcd)-", false, "abcd-"},
	{"\\x41\\x{3042}bc", false, "Aあbc"},
	{"\\.example\\.com", false, ".example.com"},
	{"abcd{2,3}e", false, "abcd"},
	{"abc", false, NULL},
	{"price", true, "price"},
	{"stock", true, NULL},
	{"a(?i)bcde|f", false, NULL},
	{"a(b|c(d|e))fgh", false, "abfgh|acdfgh|acefgh"},
	{"(*UTF)abcd", false, NULL},
	{"abcd(?#note)", false, NULL},
	{"(?:abcd(?:ef)?){2}", false, "abcdef|abcd"},
};

static void literals_of_patterns(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct literal_set set;
		struct buf got;
		bool useful = literal_extract(&set, span_of(cases[i].pattern), cases[i].caseless, &arena);

		buf_init(&got, 4096);
		for (size_t k = 0; useful && k < set.count; k++)
			buf_addf(&got, "%s%.*s", k ? "|" : "", SPAN_ARG(set.items[k]));
		if (useful != (cases[i].want != NULL) || (useful && strcmp(buf_text(&got), cases[i].want) != 0))
			fail_msg("%s: got %s", cases[i].pattern, useful ? buf_text(&got) : "nothing");
		buf_clear(&got);
	}
	arena_clear(&arena);
}

/* ---- agreement with the regexes themselves ---- */

static uint64_t seed = 20261124;

static uint32_t chance(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((seed >> 33) % below);
}

static const char *const pieces[] = {"abcd", "EFGH", "ks", "K", "ſ", "\xe2\x84\xaa", "0123", "エラー", "不良", " ", "-",
	"ab", "CD", "ef", "gh", "wxyz", "stat", "us=", "NG", "É", "é", "\n", "E0", "10", ":", "x", "y", "task", "TASK",
	"Desk"};

/* A pattern of random pieces; often one that the parser understands, always one that PCRE2 is asked about. */
static void random_pattern(struct buf *out, unsigned depth)
{
	static const char *const quantifiers[] = {"", "", "", "?", "*", "+", "{2}", "{0,1}", "{1,2}", "+?", "?+"};
	static const char *const atoms[] = {".", "\\d", "\\w", "[a-d]", "[^x]", "\\b", "^", "$", "[ks]", "\\s", "(?i)",
		"\\x41", "[0-9]", "\\p{Han}", "[[:alpha:]]", "(?-i)"};
	unsigned count = 1 + chance(4);

	for (unsigned i = 0; i < count; i++) {
		bool quantified = true;

		switch (chance(depth ? 6 : 4)) {
		case 0: {
			const char *atom = atoms[chance(ARRAY_LEN(atoms))];

			buf_adds(out, atom);
			quantified = atom[0] != '(' && atom[0] != '^' && atom[0] != '$' && strcmp(atom, "\\b") != 0;
			break;
		}
		case 4:
			buf_adds(out, "(?:");
			random_pattern(out, depth - 1);
			buf_adds(out, ")");
			break;
		case 5:
			buf_adds(out, chance(4) ? "(" : chance(2) ? "(?i:" : "(?=");
			random_pattern(out, depth - 1);
			buf_adds(out, "|");
			random_pattern(out, depth - 1);
			buf_adds(out, ")");
			break;
		default: buf_adds(out, pieces[chance(ARRAY_LEN(pieces))]);
		}
		if (quantified)
			buf_adds(out, quantifiers[chance(ARRAY_LEN(quantifiers))]);
	}
	if (chance(8) == 0) {
		buf_adds(out, "|");
		buf_adds(out, pieces[chance(ARRAY_LEN(pieces))]);
	}
}

static void random_text(struct buf *out)
{
	for (unsigned i = chance(12); i > 0; i--)
		buf_adds(out, pieces[chance(ARRAY_LEN(pieces))]);
}

#define BATCH 60

static void prefilter_hides_nothing(void **state)
{
	struct regex_room *room = regex_room_new(100000);
	size_t gated = 0, matches = 0, scans = 0, passed = 0;

	(void)state;
	for (unsigned round = 0; round < 60; round++) {
		struct regex *regexes[BATCH] = {NULL};
		struct prefilter_item items[BATCH * LITERAL_COUNT];
		char *patterns[BATCH] = {NULL};
		size_t item_count = 0;
		struct arena arena;
		struct buf text;

		arena_init(&arena);
		buf_init(&text, 1 << 16);
		for (uint32_t i = 0; i < BATCH; i++) {
			struct literal_set set;
			struct regex_fault fault;
			bool caseless = chance(3) == 0;

			buf_reset(&text);
			random_pattern(&text, 3);
			if (!literal_extract(&set, buf_span(&text), caseless, &arena))
				continue;
			regexes[i] = regex_new(buf_span(&text),
				(caseless ? REGEX_CASELESS : 0u) | (chance(4) ? 0u : REGEX_UCP), &fault);
			if (regexes[i] == NULL)
				continue;
			patterns[i] = xstrdup(buf_text(&text));
			gated++;
			for (size_t k = 0; k < set.count; k++)
				items[item_count++] = (struct prefilter_item){set.items[k], i};
		}
		if (item_count > 0) {
			struct prefilter *f = prefilter_make(&arena, items, item_count);

			for (unsigned n = 0; n < 400; n++) {
				uint64_t bits[(BATCH + 63) / 64] = {0};

				buf_reset(&text);
				random_text(&text);
				assert_true(utf8_invalid(buf_span(&text)) < 0);
				prefilter_scan(f, buf_span(&text), bits);
				for (unsigned i = 0; i < BATCH; i++) {
					bool perhaps = (bits[i / 64] >> (i % 64)) & 1;

					if (regexes[i] == NULL)
						continue;
					scans++;
					passed += perhaps;
					if (regex_match(regexes[i], room, buf_span(&text), NULL) != REGEX_MATCH)
						continue;
					matches++;
					if (!perhaps)
						fail_msg("pattern %s matches \"%s\", and the prefilter says no",
							patterns[i], buf_text(&text));
				}
			}
		}
		for (unsigned i = 0; i < BATCH; i++) {
			regex_free(regexes[i]);
			free(patterns[i]);
		}
		buf_clear(&text);
		arena_clear(&arena);
	}
	regex_room_free(room);
	/* The test would be worth nothing if hardly anything were gated, matched or left out. */
	assert_true(gated > 500);
	assert_true(matches > 3000);
	assert_true(passed < scans / 2);
}

static void prefilter_at_every_offset(void **state)
{
	static const char *const literals[] = {"abcd", "abcde", "abcdefg", "エラー3"};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < ARRAY_LEN(literals); i++) {
		struct prefilter_item item = {span_of(literals[i]), 5};
		struct prefilter *f = prefilter_make(&arena, &item, 1);

		for (size_t before = 0; before < 9; before++) {
			for (size_t after = 0; after < 9; after++) {
				char *text = arena_printf(&arena, "%.*s%s%.*s", (int)before, "---------", literals[i],
					(int)after, "+++++++++");
				uint64_t bits = 0;

				assert_true(prefilter_scan(f, span_of(text), &bits));
				assert_int_equal(bits, 1u << 5);
				bits = 0;
				assert_false(prefilter_scan(
					f, (struct span){text, before + strlen(literals[i]) - 1}, &bits));
				assert_int_equal(bits, 0);
			}
		}
	}
	arena_clear(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literals_of_patterns),
		cmocka_unit_test(prefilter_at_every_offset),
		cmocka_unit_test(prefilter_hides_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
