/*
 * The JSON scanner against RFC 8259: what it takes, what it refuses and where
 * it points, and that a walk by keys and a jump over a whole value agree.
 */
#include "base/base.h"
#include "base/buf.h"
#include "base/jsonscan.h"
#include "base/limits.h"

#include <setjmp.h>
#include <cmocka.h>

/* Reads a whole text by stepping into every object and array. */
static bool walk(struct jsonscan *s)
{
	struct span raw;
	bool escaped, first = true;

	switch (jsonscan_peek(s)) {
	case JSON_BAD: return false;
	case JSON_OBJECT:
		if (!jsonscan_enter(s, JSON_OBJECT))
			return false;
		while (jsonscan_key(s, &first, &raw, &escaped)) {
			if (!walk(s))
				return false;
		}
		return !s->why;
	case JSON_ARRAY:
		if (!jsonscan_enter(s, JSON_ARRAY))
			return false;
		while (jsonscan_element(s, &first)) {
			if (!walk(s))
				return false;
		}
		return !s->why;
	default: return jsonscan_value(s, &raw, &escaped) != JSON_BAD;
	}
}

/* Reads TEXT both ways; the offset of the failure, or -1. FOLLOWED is what the
 * buffer holds after the text: zero bytes, or text that is not part of it. */
static ptrdiff_t failure(struct span text, const char *followed)
{
	struct jsonscan whole, stepped;
	ptrdiff_t at_whole = -1, at_stepped = -1;
	struct span raw;
	struct buf b;
	bool escaped;

	buf_init(&b, 1 << 20);
	buf_add_span(&b, text);
	buf_adds(&b, followed);
	jsonscan_init(&whole, (struct span){b.data, text.n});
	stepped = whole;
	if (jsonscan_value(&whole, &raw, &escaped) == JSON_BAD || !jsonscan_end(&whole))
		at_whole = whole.p - whole.begin;
	if (!walk(&stepped) || !jsonscan_end(&stepped))
		at_stepped = stepped.p - stepped.begin;
	assert_int_equal(at_whole, at_stepped);
	if (at_whole >= 0) {
		assert_string_equal(whole.why, stepped.why);
		assert_int_equal(jsonscan_value(&whole, &raw, &escaped), JSON_BAD);
		assert_int_equal(jsonscan_peek(&whole), JSON_BAD);
		assert_false(jsonscan_end(&whole));
		assert_false(jsonscan_enter(&whole, JSON_OBJECT));
	}
	buf_clear(&b);
	return at_whole;
}

static void takes_what_the_standard_takes(maybe_unused void **state)
{
	static const char *const table[] = {"0", "-0", "-0.0", "1", "-1", "10", "1.5", "1e1", "1E+1", "1e-1", "0e0",
		"0.0e00", "123456789012345678901234567890", "1e400", "true", "false", "null", "\"\"", "\"a\"", "[]",
		"{}", " [ ] ", "\t{\r\n}\n", "[1]", "[1,2]", "[ 1 , 2 ]", "[[],[[]],{}]", "{\"a\":1}",
		"{ \"a\" : 1 , \"b\" : [ ] }", "{\"\":{\"\":[{}]}}", "{\"a\":1,\"a\":2}",
		"[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[\"\\u0000\"]", "{\"\\u0000\":0}", "[\"\\uD83D\\uDE00\"]",
		"[\"\\udbff\\udfff\"]", "[\"\\ud7ff\\ue000\"]", "[\"\\uAbCd\"]", "[\"\x7f\"]", "[\"/\"]",
		"[\"\xe5\x95\x86\xf0\x9f\x98\x80\"]", "[\"\xe2\x80\xa8\"]",
		"\"a string that is longer than sixteen bytes, \\n and goes on after an escape\"",
		"[null,true,false,0,\"x\",{\"k\":null}]"};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (failure(span_of(table[i]), "") != -1 || failure(span_of(table[i]), "\n{\"more\":1}") != -1)
			fail_msg("refused: %s", table[i]);
	}
}

static void refuses_what_the_standard_refuses(maybe_unused void **state)
{
	static const struct {
		const char *text;
		int at;
	} table[] = {
		/* cut */
		{"", 0},
		{"  ", 2},
		{"[", 1},
		{"[1", 2},
		{"[1,", 3},
		{"{", 1},
		{"{\"a", 3},
		{"{\"a\"", 4},
		{"{\"a\":", 5},
		{"{\"a\":1", 6},
		{"{\"a\":1,", 7},
		{"\"", 1},
		{"\"a", 2},
		{"\"\\", 2},
		{"\"\\u12", 5},
		{"-", 1},
		{"1.", 2},
		{"1e", 2},
		{"1e+", 3},
		{"[[]", 3},
		{"{\"a\":{}", 7},
		{"[\"a", 3},
		/* structure */
		{"[,]", 1},
		{"[,1]", 1},
		{"[1,]", 3},
		{"[1,,2]", 3},
		{"[1 2]", 3},
		{"[1:2]", 2},
		{"[1}", 2},
		{"{]", 1},
		{"{\"a\":1]", 6},
		{"{,}", 1},
		{"{\"a\":1,}", 7},
		{"{\"a\",1}", 4},
		{"{\"a\"1}", 4},
		{"{\"a\"::1}", 5},
		{"{1:1}", 1},
		{"{a:1}", 1},
		{"{'a':1}", 1},
		{"{\"a\":}", 5},
		{"{\"a\":1 \"b\":2}", 7},
		{"{null:1}", 1},
		{"]", 0},
		{"}", 0},
		{":", 0},
		{"[1]]", 3},
		{"{}{}", 2},
		{"1 1", 2},
		{"[1] x", 4},
		{"[1]\f", 3},
		{"\xef\xbb\xbf[]", 0},
		{"/*x*/[]", 0},
		{"[1]//x", 3},
		{"[\v1]", 1},
		{"[\xc2\xa0]", 1},
		/* words */
		{"nul", 0},
		{"nulL", 0},
		{"True", 0},
		{"TRUE", 0},
		{"tru", 0},
		{"[truE]", 1},
		{"nullx", 4},
		{"[truefalse]", 5},
		{"NaN", 0},
		{"[NaN]", 1},
		{"Infinity", 0},
		{"-Infinity", 1},
		{"undefined", 0},
		/* numbers */
		{"01", 0},
		{"-01", 1},
		{"00", 0},
		{"[01]", 1},
		{"+1", 0},
		{".5", 0},
		{"-.5", 1},
		{"[1.]", 3},
		{"[1.e1]", 3},
		{"[1e]", 3},
		{"[1e+]", 4},
		{"[1e1.5]", 4},
		{"1.2.3", 3},
		{"--1", 1},
		{"[-]", 2},
		{"0x1", 1},
		{"1a", 1},
		{"1_000", 1},
		{"\xef\xbc\x91", 0},
		/* strings */
		{"'a'", 0},
		{"\"\n\"", 1},
		{"\"\t\"", 1},
		{"\"a\x1f\"", 2},
		{"\"0123456789abcdef\x01\"", 17},
		{"\"\\x\"", 2},
		{"\"\\'\"", 2},
		{"\"\\U0041\"", 2},
		{"\"\\u004\"", 6},
		{"\"\\u00g0\"", 5},
		{"\"\\u 041\"", 3},
		{"\"\\a\"", 2},
		{"\"\\\n\"", 2},
		{"\"\\ud800\"", 1},
		{"\"\\udc00\"", 1},
		{"\"x\\ud800x\"", 2},
		{"\"\\ud800\\n\"", 1},
		{"\"\\ud800\\u0041\"", 1},
		{"\"\\ud800\\ud800\"", 1},
		{"\"\\ude00\\ud83d\"", 1},
		{"{\"\\ud800\":1}", 2},
		{"{\"a\nb\":1}", 3},
		{"{\"\\q\":1}", 3},
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		ptrdiff_t at = failure(span_of(table[i].text), "");

		if (at != table[i].at)
			fail_msg("%s: fails at %td instead of %d", table[i].text, at, table[i].at);
	}
}

static void text_that_follows_is_not_part_of_it(maybe_unused void **state)
{
	static const struct {
		const char *text, *followed;
	} table[] = {{"", "1"}, {"1", "2"}, {"[1", "]"}, {"[1,", "2]"}, {"{\"a\":", "1}"}, {"{\"a\":1", "}"},
		{"\"a", "b\""}, {"tru", "e"}, {"{\"a", "\":1}"}, {"{", "}"}, {"[", "]"}, {"1.", "5"}, {" ", "[]"},
		{"{\"a\":\"x", "\"}"}};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct span text = span_of(table[i].text);
		ptrdiff_t at = failure(text, table[i].followed);

		if (at != (ptrdiff_t)text.n)
			fail_msg("%s, then %s: fails at %td", table[i].text, table[i].followed, at);
	}
}

static void zero_bytes_are_no_end(maybe_unused void **state)
{
	assert_int_equal(failure((struct span){"[1\0]", 4}, ""), 2);
	assert_int_equal(failure((struct span){"[\"a\0b\"]", 7}, ""), 3);
	assert_int_equal(failure((struct span){"[]\0", 3}, ""), 2);
	assert_int_equal(failure((struct span){"\0[]", 3}, ""), 0);
	assert_int_equal(failure((struct span){"[\"\\\0\"]", 6}, ""), 3);
}

/* Cutting a text anywhere makes it fail at the cut, wherever the cut is. */
static void every_cut_is_noticed(maybe_unused void **state)
{
	static const char text[] =
		"{\"a\\n\":[1.5e3,\"\xe5\x95\x86 long enough to need two steps of sixteen\\u00e9\\ud83d"
		"\\ude00\"],\"b\":{\"c\":[true,false,null,{}]},\"d\":-12}";

	assert_int_equal(failure(span_of(text), ""), -1);
	for (size_t n = 0; n + 1 < sizeof(text); n++) {
		assert_true(failure((struct span){text, n}, "") >= 0);
		assert_true(failure((struct span){text, n}, text + n) >= 0);
	}
}

static void nesting(struct buf *b, unsigned depth, const char *open, const char *inner, const char *close)
{
	buf_reset(b);
	for (unsigned i = 0; i < depth; i++)
		buf_adds(b, open);
	buf_adds(b, inner);
	for (unsigned i = 0; i < depth; i++)
		buf_adds(b, close);
}

static void depth_has_a_limit(maybe_unused void **state)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	nesting(&b, LIMIT_JSON_DEPTH, "[", "", "]");
	assert_int_equal(failure(buf_span(&b), ""), -1);
	nesting(&b, LIMIT_JSON_DEPTH, "[", "1", "]");
	assert_int_equal(failure(buf_span(&b), ""), -1);
	nesting(&b, LIMIT_JSON_DEPTH, "{\"a\":", "1", "}");
	assert_int_equal(failure(buf_span(&b), ""), -1);
	nesting(&b, LIMIT_JSON_DEPTH / 2, "{\"a\":[0,", "1", "]}");
	assert_int_equal(failure(buf_span(&b), ""), -1);
	nesting(&b, LIMIT_JSON_DEPTH / 2, "{\"a\":[0,", "1", "}]");
	assert_true(failure(buf_span(&b), "") > 0);
	nesting(&b, LIMIT_JSON_DEPTH + 1, "[", "", "]");
	assert_int_equal(failure(buf_span(&b), ""), LIMIT_JSON_DEPTH);
	nesting(&b, LIMIT_JSON_DEPTH + 1, "{\"a\":", "1", "}");
	assert_int_equal(failure(buf_span(&b), ""), LIMIT_JSON_DEPTH * 5);
	nesting(&b, 100000, "[", "", "]");
	assert_int_equal(failure(buf_span(&b), ""), LIMIT_JSON_DEPTH);
	nesting(&b, 10000, "[],", "", "");
	assert_int_equal(failure(buf_span(&b), ""), 2);
	buf_clear(&b);
}

static void numbers_have_a_limit(maybe_unused void **state)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_addf(&b, "[-1%0*d]", LIMIT_NUMBER_CHARS - 2, 0);
	assert_int_equal(failure(buf_span(&b), ""), -1);
	buf_reset(&b);
	buf_addf(&b, "[-10%0*d]", LIMIT_NUMBER_CHARS - 2, 0);
	assert_int_equal(failure(buf_span(&b), ""), 1);
	buf_clear(&b);
}

static void hands_out_keys_and_values(maybe_unused void **state)
{
	static const struct {
		const char *key, *raw;
		enum json_kind kind;
		bool key_escaped, escaped;
	} want[] = {{"a", "1.50", JSON_NUMBER, false, false}, {"b\\n", "x\\ty", JSON_STRING, true, true},
		{"c", "[1, {\"d\":[]}]", JSON_ARRAY, false, false}, {"", "{ }", JSON_OBJECT, false, false},
		{"a", "true", JSON_TRUE, false, false}, {"e", "", JSON_STRING, false, false},
		{"f", "null", JSON_NULL, false, false}, {"g", "false", JSON_FALSE, false, false}};
	struct jsonscan s;
	struct buf b;
	struct span key, raw;
	bool first = true, key_escaped, escaped;
	size_t n = 0;

	buf_init(&b, 1000);
	buf_adds(&b,
		"{ \"a\" : 1.50 , \"b\\n\":\"x\\ty\",\"c\":[1, {\"d\":[]}],\"\":{ },\"a\":true,\"e\":\"\",\"f\":null,"
		"\"g\":false} ");
	jsonscan_init(&s, buf_span(&b));
	assert_true(jsonscan_enter(&s, JSON_OBJECT));
	for (; jsonscan_key(&s, &first, &key, &key_escaped); n++) {
		assert_true(n < ARRAY_LEN(want));
		assert_int_equal(jsonscan_peek(&s), want[n].kind);
		assert_int_equal(jsonscan_value(&s, &raw, &escaped), want[n].kind);
		assert_true(span_is(key, want[n].key) && span_is(raw, want[n].raw));
		assert_int_equal(key_escaped, want[n].key_escaped);
		assert_int_equal(escaped, want[n].escaped);
	}
	assert_int_equal(n, ARRAY_LEN(want));
	assert_int_equal(s.depth, 0);
	assert_true(jsonscan_end(&s));
	buf_clear(&b);
}

static void undoes_escapes(maybe_unused void **state)
{
	static const struct {
		const char *raw;
		struct span text;
	} table[] = {{"", {"", 0}}, {"plain", {"plain", 5}}, {"\\\"\\\\\\/\\b\\f\\n\\r\\t", {"\"\\/\b\f\n\r\t", 8}},
		{"a\\u0000b", {"a\0b", 3}}, {"\\u00e9", {"\xc3\xa9", 2}},
		{"\\u5546\\u54C1", {"\xe5\x95\x86\xe5\x93\x81", 6}}, {"x\\uD83D\\uDE00y", {"x\xf0\x9f\x98\x80y", 6}},
		{"\xe5\x95\x86\\n", {"\xe5\x95\x86\n", 4}}, {"\\\\u0041", {"\\u0041", 6}},
		{"\\u005c\\u0022", {"\\\"", 2}}};
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct span raw = span_of(table[i].raw), text = jsonscan_unescape(&a, raw), other = table[i].text;
		bool escaped = strchr(table[i].raw, '\\') != NULL;

		assert_true(span_equal(text, table[i].text));
		assert_int_equal(text.p[text.n], 0);
		assert_true(jsonscan_raw_is(raw, escaped, text));
		assert_true(jsonscan_raw_is(raw, true, text));
		assert_false(jsonscan_raw_is(raw, true, SPAN_LITERAL("something else")));
		if (other.n) {
			other.n--;
			assert_false(jsonscan_raw_is(raw, escaped, other));
		}
	}
	arena_clear(&a);
}

static void tells_line_and_column(maybe_unused void **state)
{
	struct jsonscan s;
	struct span raw;
	struct buf b;
	int line, column;
	bool escaped;

	buf_init(&b, 100);
	buf_adds(&b, "{\n  \"a\": 1,\n  \"b\": tru\n}");
	jsonscan_init(&s, buf_span(&b));
	jsonscan_where(&s, &line, &column);
	assert_true(line == 1 && column == 1);
	assert_int_equal(jsonscan_value(&s, &raw, &escaped), JSON_BAD);
	jsonscan_where(&s, &line, &column);
	assert_true(line == 3 && column == 8);
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_the_standard_takes),
		cmocka_unit_test(refuses_what_the_standard_refuses),
		cmocka_unit_test(text_that_follows_is_not_part_of_it),
		cmocka_unit_test(zero_bytes_are_no_end),
		cmocka_unit_test(every_cut_is_noticed),
		cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(numbers_have_a_limit),
		cmocka_unit_test(hands_out_keys_and_values),
		cmocka_unit_test(undoes_escapes),
		cmocka_unit_test(tells_line_and_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
