/*
 * JSON trees: what is refused and where, what keeps its text, and what comes
 * out again.
 */
#include "base/base.h"
#include "base/limits.h"
#include "ext/json.h"

#include <setjmp.h>
#include <cmocka.h>

static struct json *parsed(struct span text)
{
	struct error e = {0};
	struct json *j = json_parse(text, ERROR_CONFIG, "a.json", &e);

	if (j == NULL)
		fail_msg("%.*s: %s", SPAN_ARG(text), e.message);
	return j;
}

/* What JSON text becomes by WRITE. */
static void assert_written(void (*write)(struct buf *, const struct json *), const char *text, const char *want)
{
	struct json *j = parsed(span_of(text));
	struct buf out;

	buf_init(&out, 1 << 20);
	write(&out, j);
	assert_string_equal(buf_text(&out), want);
	buf_clear(&out);
	json_free(j);
}

static void refuses_what_json_c_lets_pass(maybe_unused void **state)
{
	static const struct {
		struct span text;
		int line, column;
		const char *part;
	} rows[] = {
		{SPAN_LITERAL("{\"a\":1,\n \"a\":2}"), 2, 2, "twice"},
		{SPAN_LITERAL("{\"a\":1,\"\\u0061\":2}"), 1, 8, "twice"},
		{SPAN_LITERAL("{\"a\\u0000b\":1}"), 1, 2, "NUL"},
		{SPAN_LITERAL("{\"a\":\"\xc0\x80\"}"), 1, 7, "UTF-8"},
		{SPAN_LITERAL("{} {}"), 1, 4, "follows the end"},
		{SPAN_LITERAL("[1,]"), 1, 4, "value is expected"},
		{SPAN_LITERAL("[NaN]"), 1, 2, "value"},
		{SPAN_LITERAL("{'a':1}"), 1, 2, "double quotes"},
		{SPAN_LITERAL("/* x */ {}"), 1, 1, "value is expected"},
		{SPAN_LITERAL("[\"a\nb\"]"), 1, 4, "control character"},
		{SPAN_LITERAL("[\"\\ud83d\"]"), 1, 3, "surrogate"},
		{SPAN_LITERAL("{\"a\":{\"b\":[{}, 1"), 1, 17, "ends too early"},
		{SPAN_LITERAL("[1."), 1, 4, "ends too early"},
		{SPAN_LITERAL("[01]"), 1, 2, "begin with 0"},
		{SPAN_LITERAL(""), 1, 1, "ends too early"},
		{SPAN_LITERAL("null"), 1, 1, "null alone"},
		{SPAN_LITERAL("[1]\0"), 1, 4, "follows the end"},
	};
	struct error e;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		e = (struct error){0};
		assert_null(json_parse(rows[i].text, ERROR_STATE, "a.json", &e));
		assert_int_equal(e.kind, ERROR_STATE);
		assert_string_equal(e.path, "a.json");
		if (strstr(e.message, rows[i].part) == NULL || e.line != rows[i].line || e.column != rows[i].column)
			fail_msg("row %zu: %d:%d: %s", i, e.line, e.column, e.message);
	}
	assert_null(json_parse(SPAN_NONE, ERROR_STATE, "a.json", &e));
}

static void depth_is_limited(maybe_unused void **state)
{
	char text[2 * (LIMIT_JSON_DEPTH + 1)];
	struct error e = {0};

	for (size_t depth = LIMIT_JSON_DEPTH; depth <= LIMIT_JSON_DEPTH + 1; depth++) {
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		struct json *j = json_parse((struct span){text, 2 * depth}, ERROR_STATE, "", &e);
		assert_int_equal(j != NULL, depth == LIMIT_JSON_DEPTH);
		json_free(j);
	}
	assert_non_null(strstr(e.message, "LIMIT_JSON_DEPTH"));
}

static void numbers_keep_their_text(maybe_unused void **state)
{
	static const char text[] = "[9223372036854775807,-9223372036854775808,18446744073709551615,0.10,1e400,-0,"
				   "123456789012345678901234567890,1.10E+5]";
	struct json *j = parsed(span_of(text)), *copy = json_copy(j);

	assert_written(json_write, text, text);
	assert_int_equal(json_type_of(json_at(j, 0)), JSON_TYPE_INT);
	assert_true(json_int(json_at(j, 0), "", 0) == INT64_MAX);
	assert_true(json_int(json_at(j, 1), "", 0) == INT64_MIN);
	assert_int_equal(json_type_of(json_at(j, 2)), JSON_TYPE_DOUBLE);
	assert_int_equal(json_int(json_at(j, 2), "", 7), 7);
	struct buf out;
	buf_init(&out, 4096);
	json_free(j);
	json_write(&out, copy);
	assert_string_equal(buf_text(&out), text);
	json_free(copy);
	buf_clear(&out);
}

static bool collect(void *arg, const char *key, struct json *value)
{
	buf_addf(arg, "%s=%d ", key, json_type_of(value));
	return strcmp(key, "c") != 0;
}

static void reads(maybe_unused void **state)
{
	struct json *j = parsed(SPAN_LITERAL("{\"hits\":{\"total\":{\"value\":12,\"relation\":\"eq\"}},\"ok\":true,"
					     "\"a.b\":1,\"none\":null,\"t\":\"x\\u0000y\",\"l\":[1,\"z\"]}"));
	struct buf seen;

	assert_int_equal(json_int(j, "hits.total.value", -1), 12);
	assert_string_equal(json_text(j, "hits.total.relation", ""), "eq");
	assert_null(json_text(j, "hits.total.value", NULL));
	assert_int_equal(json_int(j, "hits.total.relation", -1), -1);
	assert_true(json_flag(j, "ok", false));
	assert_true(json_flag(j, "none", true));
	assert_null(json_get(j, "hits.lost.value"));
	assert_null(json_get(j, "ok.value"));
	assert_null(json_get(j, "a.b"));
	assert_int_equal(json_int(json_get_key(j, SPAN_LITERAL("a.b")), "", 0), 1);
	assert_null(json_get_key(j, SPAN_LITERAL("ok\0")));
	assert_true(span_equal(json_span(json_get(j, "t")), SPAN_LITERAL("x\0y")));
	assert_null(json_span(json_get(j, "ok")).p);
	assert_int_equal(json_count(j), 6);
	assert_int_equal(json_count(json_get(j, "l")), 2);
	assert_int_equal(json_count(json_get(j, "ok")), 0);
	assert_string_equal(json_text(json_at(json_get(j, "l"), 1), "", ""), "z");
	assert_null(json_at(json_get(j, "l"), 2));
	assert_int_equal(json_type_of(NULL), JSON_TYPE_NULL);
	buf_init(&seen, 4096);
	json_each(json_get(j, "l"), collect, &seen);
	json_each(j, collect, &seen);
	assert_string_equal(buf_text(&seen), "hits=6 ok=1 a.b=2 none=0 t=4 l=5 ");
	buf_clear(&seen);
	json_free(j);
}

static void makes_and_writes(maybe_unused void **state)
{
	struct json *map = json_new_map(), *list = json_new_list(), *kept = json_keep(list);
	struct buf out;

	json_push(list, json_new_int(-5));
	json_push(list, json_new_bool(false));
	json_push(list, NULL);
	json_push(list, json_new_number(SPAN_LITERAL("1.50")));
	json_set(map, "z", list);
	json_set(map, "a/b", json_new_text(SPAN_LITERAL("メ\"\\\n/\x7f\x01")));
	json_set(map, "z2", NULL);
	json_set(map, "z2", json_new_text(SPAN_NONE));
	buf_init(&out, 4096);
	json_write(&out, map);
	assert_string_equal(
		buf_text(&out), "{\"z\":[-5,false,null,1.50],\"a/b\":\"メ\\\"\\\\\\n/\x7f\\u0001\",\"z2\":\"\"}");
	json_free(map);
	assert_int_equal(json_count(kept), 4);
	json_free(kept);
	json_free(NULL);
	buf_reset(&out);
	json_write(&out, NULL);
	assert_string_equal(buf_text(&out), "null");
	buf_clear(&out);
}

static void canonical_form_is_sorted(maybe_unused void **state)
{
	char *key = xmalloc(3001), *text, *want;

	assert_written(json_write_canonical,
		"{\"b\":{\"y\":1,\"x\":[{\"n\":1,\"m\":null}]},\"a\":\"\xe3\x83\xa1\",\"B\":1}",
		"{\"B\":1,\"a\":\"\xe3\x83\xa1\",\"b\":{\"x\":[{\"m\":null,\"n\":1}],\"y\":1}}");
	assert_written(json_write_canonical, "{}", "{}");
	assert_written(json_write_canonical, "[]", "[]");
	assert_written(json_write_pretty, "{\"a\":[1]}", "{\n  \"a\": [\n    1\n  ]\n}");
	memset(key, 'k', 3000);
	key[3000] = '\0';
	text = xasprintf("{\"x\":1,\"%s\":2}", key);
	want = xasprintf("{\"%s\":2,\"x\":1}", key);
	assert_written(json_write_canonical, text, want);
	struct json *j = parsed(span_of(text));
	assert_int_equal(json_int(j, key, 0), 2);
	json_free(j);
	free(key);
	free(text);
	free(want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_json_c_lets_pass),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(numbers_keep_their_text),
		cmocka_unit_test(reads),
		cmocka_unit_test(makes_and_writes),
		cmocka_unit_test(canonical_form_is_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
