/*
 * Every kind of check on every kind of value: the table of doc/values.md, row
 * by row, and the words that people get to read.
 */
#include "rule_support.h"

struct check_case {
	const char *entry; /* of check */
	const char *doc;
	const char *want; /* "[class] message"; NULL: clean */
};

static const struct check_case cases[] = {
	/* required */
	{"{field: a, required: true}", "{}", "[required] a: is absent but is required"},
	{"{field: a, required: true}", "{\"a\":null}", "[required] a: is null but is required"},
	{"{field: a, required: true}", "{\"a\":\"\"}", NULL},
	{"{field: a, required: true}", "{\"a\":0}", NULL},
	{"{field: a, required: true}", "{\"a\":[]}", NULL},
	{"{field: 'a[].b', required: true}", "{\"a\":[{\"b\":1},{\"c\":1}]}",
		"[required] a[1].b: is absent but is required"},
	{"{field: 'a[].b', required: true}", "{\"a\":[]}", NULL},
	{"{field: 'a[].b', required: true}", "{}", "[required] a[0].b: is absent but is required"},
	{"{field: a.b, required: true}", "{\"a\":null}", "[required] a.b: is null but is required"},
	{"{field: a, required: true, min_chars: 1}", "{\"a\":\"\"}",
		"[min_chars] a: \"\" has 0 characters, fewer than 1"},
	/* must_match */
	{"{field: a, must_match: '^[0-9]+$'}", "{\"a\":\"x1\"}", "[must_match] a: \"x1\" does not match ^[0-9]+$"},
	{"{field: a, must_match: '^[0-9]+$'}", "{\"a\":\"12\"}", NULL},
	{"{field: a, must_match: '^[0-9]+$'}", "{\"a\":\"12\\n\"}",
		"[must_match] a: \"12\\n\" does not match ^[0-9]+$"},
	{"{field: a, must_match: '^[0-9]+$'}", "{\"a\":12}", NULL},
	{"{field: a, must_match: '^[0-9]+$'}", "{\"a\":1.0}", "[must_match] a: 1.0 does not match ^[0-9]+$"},
	{"{field: a, must_match: '^true$'}", "{\"a\":true}", NULL},
	{"{field: a, must_match: '^[0-9]+$'}", "{}", NULL},
	{"{field: a, must_match: '^[0-9]+$'}", "{\"a\":null}", NULL},
	{"{field: a, must_match: '^[0-9]+$'}", "{\"a\":\"\"}", "[must_match] a: \"\" does not match ^[0-9]+$"},
	{"{field: a, must_match: '^[0-9]+$'}", "{\"a\":[\"1\"]}",
		"[type] a: [\"1\"] is a list, and must_match needs a text"},
	{"{field: a, must_match: '^[0-9]+$'}", "{\"a\":{\"b\":1}}",
		"[type] a: {\"b\":1} is a map, and must_match needs a text"},
	{"{field: 'a[]', must_match: '^[0-9]+$'}", "{\"a\":[\"1\",2,\"x\",\"y\"]}",
		"[must_match] a[2]: \"x\" does not match ^[0-9]+$"},
	{"{field: a, must_match: '^日本$'}", "{\"a\":\"\\u65e5\\u672c\"}", NULL},
	{"{field: a, must_match: '^abc$', ignore_case: true}", "{\"a\":\"aBC\"}", NULL},
	{"{field: a, must_match: '^\\w+$'}", "{\"a\":\"日本\"}", "[must_match] a: \"日本\" does not match ^\\w+$"},
	{"{field: a, must_match: '^\\w+$', ucp: true}", "{\"a\":\"日本\"}", NULL},
	/* must_not_match */
	{"{field: a, must_not_match: 'password='}", "{\"a\":\"x password=1\"}",
		"[must_not_match] a: \"x password=1\" matches password="},
	{"{field: a, must_not_match: 'password='}", "{\"a\":\"x pass\"}", NULL},
	{"{field: a, must_not_match: 'password='}", "{\"a\":{}}",
		"[type] a: {} is a map, and must_not_match needs a text"},
	{"{field: a, must_not_match: 'password='}", "{}", NULL},
	{"{field: a, must_not_match: '12345'}", "{\"a\":1234567}", "[must_not_match] a: 1234567 matches 12345"},
	{"{field: a, must_not_match: 'ab\"cd'}", "{\"a\":\"ab\\\"cd\"}",
		"[must_not_match] a: \"ab\\\"cd\" matches ab\"cd"},
	/* type */
	{"{field: a, type: text}", "{\"a\":1}", "[type] a: 1 is a number, not a text"},
	{"{field: a, type: text}", "{\"a\":\"\"}", NULL},
	{"{field: a, type: number}", "{\"a\":\"1\"}", "[type] a: \"1\" is a text, not a number"},
	{"{field: a, type: number}", "{\"a\":-1.5e3}", NULL},
	{"{field: a, type: integer}", "{\"a\":1.5}", "[type] a: 1.5 is a number, not a whole number"},
	{"{field: a, type: integer}", "{\"a\":1.50e1}", NULL},
	{"{field: a, type: decimal}", "{\"a\":\"1980.50\"}", NULL},
	{"{field: a, type: decimal}", "{\"a\":\"1,980\"}",
		"[type] a: \"1,980\" is a text, not a number, or a text that holds one"},
	{"{field: a, type: bool}", "{\"a\":\"true\"}", "[type] a: \"true\" is a text, not true or false"},
	{"{field: a, type: bool}", "{\"a\":false}", NULL},
	{"{field: a, type: list}", "{\"a\":[]}", NULL},
	{"{field: a, type: list}", "{\"a\":{}}", "[type] a: {} is a map, not a list"},
	{"{field: a, type: map}", "{\"a\":{}}", NULL},
	{"{field: a, type: instant}", "{\"a\":\"2026-02-30T00:00:00Z\"}",
		"[type] a: \"2026-02-30T00:00:00Z\" is a text, not an instant"},
	{"{field: a, type: instant}", "{\"a\":\"2026-02-28T00:00:00Z\"}", NULL},
	{"{field: a, type: instant}", "{\"a\":1795544555}", NULL},
	{"{field: a, type: integer}", "{}", NULL},
	/* min, max */
	{"{field: a, min: 1}", "{\"a\":0.99999999999999999999}", "[min] a: 0.99999999999999999999 is less than 1"},
	{"{field: a, min: 1}", "{\"a\":1.000}", NULL},
	{"{field: a, max: 9007199254740992}", "{\"a\":9007199254740993}",
		"[max] a: 9007199254740993 is more than 9007199254740992"},
	{"{field: a, min: 0, max: 10}", "{\"a\":1e1}", NULL},
	{"{field: a, min: 0}", "{\"a\":-0}", NULL},
	{"{field: a, min: 0}", "{\"a\":\"5\"}", "[type] a: \"5\" is a text, and min needs a number"},
	{"{field: a, type: decimal, min: 6}", "{\"a\":\"5.9\"}", "[min] a: \"5.9\" is less than 6"},
	{"{field: a, min: 0}", "{\"a\":true}", "[type] a: true is a bool, and min needs a number"},
	{"{field: a, min: 0}", "{\"a\":null}", NULL},
	{"{field: a, min: 2026-01-01T00:00:00+09:00}", "{\"a\":\"2025-12-31T14:59:59Z\"}",
		"[min] a: \"2025-12-31T14:59:59Z\" is before 2026-01-01T00:00:00+09:00"},
	{"{field: a, min: 2026-01-01T00:00:00+09:00}", "{\"a\":\"2025-12-31T15:00:00Z\"}", NULL},
	{"{field: a, max: 2026-01-01T00:00:00Z}", "{\"a\":\"2026-01-01T00:00:01Z\"}",
		"[max] a: \"2026-01-01T00:00:01Z\" is after 2026-01-01T00:00:00Z"},
	/* one_of, not_one_of */
	{"{field: a, one_of: [on_sale, sold_out]}", "{\"a\":\"reserved\"}",
		"[one_of] a: \"reserved\" is none of on_sale, sold_out"},
	{"{field: a, one_of: [on_sale, sold_out]}", "{\"a\":\"sold_out\"}", NULL},
	{"{field: a, one_of: [8, 10]}", "{\"a\":10.0}", NULL},
	{"{field: a, one_of: [8, 10]}", "{\"a\":\"10.0\"}", "[one_of] a: \"10.0\" is none of 10, 8"},
	{"{field: a, one_of: ['true']}", "{\"a\":true}", NULL},
	{"{field: a, one_of: [x]}", "{\"a\":[\"x\"]}",
		"[type] a: [\"x\"] is a list, and one_of needs a text, number or bool"},
	{"{field: a, not_one_of: [test, dummy]}", "{\"a\":\"test\"}", "[not_one_of] a: \"test\" is one of dummy, test"},
	{"{field: a, not_one_of: [test, dummy]}", "{\"a\":\"Test\"}", NULL},
	{"{field: a, not_one_of: ['0']}", "{\"a\":0.0}", "[not_one_of] a: 0.0 is one of 0"},
	/* min_chars, max_chars */
	{"{field: a, max_chars: 3}", "{\"a\":\"日本語\"}", NULL},
	{"{field: a, max_chars: 3}", "{\"a\":\"日本語x\"}", "[max_chars] a: \"日本語x\" has 4 characters, more than 3"},
	{"{field: a, min_chars: 2}", "{\"a\":\"\\u65e5\"}", "[min_chars] a: \"日\" has 1 character, fewer than 2"},
	{"{field: a, max_chars: 3}", "{\"a\":12345}", "[type] a: 12345 is a number, and max_chars needs a text"},
	/* compare */
	{"{field: a, compare: {field: b, op: le}}", "{\"a\":2,\"b\":1}", "[compare] a: 2 is more than b (1)"},
	{"{field: a, compare: {field: b, op: le}}", "{\"a\":1.0,\"b\":1}", NULL},
	{"{field: a, compare: {field: b, op: lt}}", "{\"a\":1}", NULL},
	{"{field: a, compare: {field: b, op: lt}}", "{\"a\":1,\"b\":null}", NULL},
	{"{field: a, compare: {field: b, op: lt}}", "{\"a\":1,\"b\":\"2\"}",
		"[type] a: 1 is a number, and compare needs a number in both fields"},
	{"{field: a, compare: {field: b, op: ne, as: text}}", "{\"a\":\"x\",\"b\":\"x\"}",
		"[compare] a: \"x\" is equal to b (\"x\")"},
	{"{field: a, compare: {field: b, op: ge, as: instant}}",
		"{\"a\":\"2026-01-01T00:00:00Z\",\"b\":\"2026-01-01T09:00:01+09:00\"}",
		"[compare] a: \"2026-01-01T00:00:00Z\" is less than b (\"2026-01-01T09:00:01+09:00\")"},
	{"{field: 'l[].x', compare: {field: 'l[].y', op: gt}}", "{\"l\":[{\"x\":2,\"y\":1},{\"x\":1,\"y\":1}]}",
		"[compare] l[1].x: 1 is not more than l[].y (1)"},
	{"{field: 'l[].x', compare: {field: 'l[].y', op: gt}}", "{\"l\":[{\"y\":9},{\"x\":2},{\"x\":3,\"y\":2}]}",
		NULL},
	{"{field: 'l[].x', compare: {field: top, op: le}}", "{\"top\":5,\"l\":[{\"x\":5},{\"x\":6}]}",
		"[compare] l[1].x: 6 is more than top (5)"},
	/* age */
	{"{field: a, age: {max: 3d}}", "{\"a\":\"2026-11-21T18:22:34Z\"}",
		"[age] a: \"2026-11-21T18:22:34Z\" is 3 days old, more than 3 days"},
	{"{field: a, age: {max: 3d}}", "{\"a\":\"2026-11-21T18:22:35Z\"}", NULL},
	{"{field: a, age: {min: 0s}}", "{\"a\":\"2026-11-24T19:22:35Z\"}",
		"[age] a: \"2026-11-24T19:22:35Z\" lies 1 h 00 m ahead, it must be at least 0 ms ago"},
	{"{field: a, age: {max: 1d}}", "{\"a\":\"yesterday\"}",
		"[type] a: \"yesterday\" is a text, and age needs an instant"},
	{"{field: a, age: {max: 1d}}", "{\"a\":\"2026-11-24T10:00:00\"}",
		"[type] a: \"2026-11-24T10:00:00\" is a text, and age needs an instant"},
	{"{field: a, age: {max: 1d}}", "{\"a\":1795544000}", NULL},
	{"{field: a, age: {max: 1d}}", "{}", NULL},
	/* several in one entry: the first that fails tells */
	{"{field: a, type: integer, min: 1, max: 9}", "{\"a\":0.5}", "[type] a: 0.5 is a number, not a whole number"},
	{"{field: a, type: integer, min: 1, max: 9}", "{\"a\":10}", "[max] a: 10 is more than 9"},
	{"{field: a, max: 9, message: too dear, class: price-cap}", "{\"a\":10}", "[price-cap] too dear (a: 10)"},
};

static void every_kind_on_every_value(void **state)
{
	struct bench b;
	struct buf rules;

	(void)state;
	buf_init(&rules, 1 << 20);
	buf_adds(&rules, "version: 1\nrules:\n");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		buf_addf(&rules, "  - {id: c%zu, title: t, query: q, check: [%s]}\n", i, cases[i].entry);
	bench_open(&b, "", buf_text(&rules));
	bench_must_be_good(&b);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct rule_test test = {.name = "t",
			.doc = padded(&b.arena, cases[i].doc),
			.expect = cases[i].want ? EXPECT_FINDING : EXPECT_CLEAN};
		const struct rule *rule = rule_find(b.set, arena_printf(&b.arena, "c%zu", i));
		struct test_result result;
		struct error e = {0};

		assert_non_null(rule);
		if (rule_test_run(b.set, rule, &test, NOW, &b.arena, &result, &e) < 0)
			fail_msg("%s %s: %s", cases[i].entry, cases[i].doc, e.message);
		if (!result.passed || (cases[i].want && strcmp(result.detail, cases[i].want) != 0))
			fail_msg("%s on %s:\n  want %s\n  got  %s", cases[i].entry, cases[i].doc,
				cases[i].want ? cases[i].want : "clean", result.detail);
	}
	bench_close(&b);
	buf_clear(&rules);
}

struct format_case {
	const char *format, *good, *bad; /* texts, by spaces (‗ stands for one) */
};

static const struct format_case formats[] = {
	{"jan", "4901234567894 49123456 4006381333931",
		"4901 4901234567890 490123456789 49012345678941 ４９０１２３４５６７８９４ 490123456789X"},
	{"gtin", "036000291452 4006381333931 10614141000415 96385074", "036000291453 1061414100041"},
	{"ean", "4006381333931", "4006381333932"},
	{"isbn", "978-4-87311-336-4 9784873113364 4873113369 0-8044-2957-X",
		"978-4-87311-336-5 4873113360 X873113369 978--4-87311-336-4 4006381333931"},
	{"luhn", "79927398713 4111111111111111", "79927398710 x"},
	{"email", "a@example.jp first.last+tag@mail.example.com",
		"a@example @example.jp a..b@example.jp .a@example.jp a@-example.jp a@example.jp. a@ex_ample.jp "
		"ａ@example.jp"},
	{"url", "https://example.jp http://example.jp:8080/a?b=c%20d#e https://localhost/",
		"example.jp ftp://example.jp https:// https://example.jp:0/ https://example.jp:99999 https://a_b.jp "
		"https://example.jp/日本 https://example.jp/%zz"},
	{"iso-date", "2026-11-24 2024-02-29", "2026-2-3 2026-02-30 20261124 2026-11-24T00:00:00Z"},
	{"iso-datetime", "2026-11-24T18:22:35Z 2026-11-24T18:22:35.123+09:00",
		"2026-11-24 2026-11-24T18:22:35 2026-11-24T25:00:00Z"},
	{"postal-code-jp", "839-5943", "8395943 839-594 ８３９-５９４３ 839-59433"},
	{"phone-jp",
		"03-1234-5678 0312345678 090-1234-5678 08012345678 0120-123-456 0800-123-4567 +81-3-1234-5678 "
		"+819012345678 050-1234-5678",
		"1234-5678 03-1234-567 03-12345-67890 00-1234-5678 ０３-1234-5678 03--1234-5678 03-1234-5678- "
		"0312345678x"},
	{"prefecture-jp", "東京都 北海道 京都府 沖縄県", "東京 東京県 大阪 Tokyo"},
};

static void well_known_forms(void **state)
{
	struct bench b;
	struct buf rules;

	(void)state;
	buf_init(&rules, 1 << 20);
	buf_adds(&rules, "version: 1\nrules:\n");
	for (size_t i = 0; i < ARRAY_LEN(formats); i++)
		buf_addf(&rules, "  - {id: %s, title: t, query: q, check: [{field: a, format: %s}]}\n",
			formats[i].format, formats[i].format);
	bench_open(&b, "", buf_text(&rules));
	bench_must_be_good(&b);
	for (size_t i = 0; i < 2 * ARRAY_LEN(formats); i++) {
		const struct format_case *c = &formats[i / 2];
		const char *p = i % 2 ? c->bad : c->good;

		while (*p) {
			size_t n = strcspn(p, " ");
			const char *doc = arena_printf(&b.arena, "{\"a\":\"%.*s\"}", (int)n, p);
			struct rule_test test = {.name = "t",
				.doc = padded(&b.arena, doc),
				.expect = i % 2 ? EXPECT_FINDING : EXPECT_CLEAN,
				.klass = i % 2 ? "format" : NULL};
			struct test_result result;
			struct error e = {0};

			assert_int_equal(
				rule_test_run(b.set, rule_find(b.set, c->format), &test, NOW, &b.arena, &result, &e),
				0);
			if (!result.passed)
				fail_msg("%s %s: %s", c->format, doc, result.detail);
			p += n + (p[n] == ' ');
		}
	}
	bench_close(&b);
	buf_clear(&rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_on_every_value),
		cmocka_unit_test(well_known_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
