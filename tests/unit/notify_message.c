/*
 * Messages: as JSON, as a title that fits, as lines that cannot move a
 * terminal's cursor.
 */
#include "notify_support.h"

static void json_says_all(void **state)
{
	struct finding top[2] = {
		finding_of("jan", "{\"sku\":\"a\"}", "short"), finding_of("jan", "{\"sku\":\"b\"}", "long")};
	struct message m = message_of(top, 2, 5000);
	struct buf out;

	(void)state;
	buf_init(&out, LIMIT_NOTICE_BYTES);
	message_json(&out, &m);
	struct json *j = json_of(buf_span(&out));
	assert_string_equal(json_text(j, "format", ""), "kenpin-message");
	assert_int_equal(json_int(j, "version", 0), 1);
	assert_string_equal(json_text(j, "event", ""), "found");
	assert_string_equal(json_text(j, "dedup_key", ""), "0123456789abcdef:1");
	assert_string_equal(json_text(j, "severity", ""), "error");
	assert_string_equal(json_text(j, "at", ""), "2026-11-24T16:00:07Z");
	assert_int_equal(json_int(j, "total", 0), 5000);
	assert_int_equal(json_int(j, "by_severity.error", 0), 5000);
	assert_int_equal(json_int(j, "by_severity.info", -1), 0);
	assert_int_equal(json_count(json_get(j, "findings")), 2);
	assert_string_equal(json_text(json_at(json_get(j, "findings"), 1), "key.sku", ""), "b");
	assert_int_equal(json_int(j, "findings_left_out", 0), 4998);
	json_free(j);
	m.resolved = true;
	m.manifest = NULL;
	buf_reset(&out);
	message_json(&out, &m);
	j = json_of(buf_span(&out));
	assert_string_equal(json_text(j, "event", ""), "resolved");
	assert_int_equal(json_type_of(json_get(j, "manifest")), JSON_TYPE_NULL);
	json_free(j);
	buf_clear(&out);
}

static void too_much_is_left_out_and_counted(void **state)
{
	size_t n = 300u << 10;
	char *title = xmalloc(n + 1);
	struct finding top[10];
	struct message m = message_of(top, 10, 10);
	struct buf out;

	(void)state;
	memset(title, 'x', n);
	title[n] = '\0';
	for (size_t i = 0; i < 10; i++) {
		top[i] = finding_of("jan", "{\"sku\":\"a\"}", "short");
		top[i].title = title;
	}
	buf_init(&out, LIMIT_NOTICE_BYTES);
	message_json(&out, &m);
	assert_false(buf_over(&out));
	struct json *j = json_of(buf_span(&out));
	assert_int_equal(json_count(json_get(j, "findings")), 3);
	assert_int_equal(json_int(j, "findings_left_out", 0), 7);
	json_free(j);
	buf_clear(&out);
	free(title);
}

static void fitting_is_exact(void **state)
{
	struct finding top[3] = {finding_of("jan", "{\"sku\":\"a\"}", "m"), finding_of("jan", "{\"sku\":\"b\"}", "m"),
		finding_of("jan", "{\"sku\":\"c\"}", "m")};
	struct message m = message_of(top, 3, 3);
	struct buf one;

	(void)state;
	buf_init(&one, 1u << 16);
	finding_json(&one, &top[0]);
	assert_int_equal(message_fitting(&m, 3 * (one.len + 1)), 3);
	assert_int_equal(message_fitting(&m, 3 * (one.len + 1) - 1), 2);
	assert_int_equal(message_fitting(&m, one.len), 0);
	assert_int_equal(message_fitting(&m, 0), 0);
	buf_clear(&one);
}

static void expect_title(const struct message *m, size_t chars, const char *wanted)
{
	struct buf out;

	buf_init(&out, LIMIT_NOTICE_BYTES);
	message_title(&out, m, chars);
	assert_string_equal(buf_text(&out), wanted);
	assert_true(chars == 0 || utf8_chars(buf_span(&out)) <= chars);
	buf_clear(&out);
}

static void titles_are_for_people(void **state)
{
	struct finding f = finding_of("jan", "{\"shop\":\"s001\",\"sku\":\"P-1\"}", "jan \"4901\" is short");
	struct message m = message_of(&f, 1, 1);

	(void)state;
	expect_title(&m, 0, "jan: shop s001, s001/P-1: jan \"4901\" is short");
	f.shop = "";
	m.resolved = true;
	expect_title(&m, 0, "resolved: jan: s001/P-1: jan \"4901\" is short");
	m.resolved = false;
	m.total = 5000;
	expect_title(&m, 0, "5000 findings (rule=jan-code-shape shop=s001), first: jan \"4901\" is short");
	m.top_count = 0;
	expect_title(&m, 0, "5000 findings (rule=jan-code-shape shop=s001)");
}

static void titles_are_cut_between_characters(void **state)
{
	struct finding f = finding_of("jan", "{\"sku\":\"a\"}", "商品名の𠮷が長い");
	struct message m = message_of(&f, 1, 1);

	(void)state;
	f.shop = "";
	expect_title(&m, 100, "jan: a: 商品名の𠮷が長い");
	expect_title(&m, 16, "jan: a: 商品名の𠮷が長い");
	expect_title(&m, 15, "jan: a: 商品名の𠮷が…");
	expect_title(&m, 13, "jan: a: 商品名の…");
	expect_title(&m, 1, "…");
}

static void lines_cannot_move_the_cursor(void **state)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{"", ""},
		{"plain 商品", "plain 商品"},
		{"a\nb\rc\td", "a b c d"},
		{"\x1b[2Jx\x7f", "\xef\xbf\xbd[2Jx\xef\xbf\xbd"},
		{"a\xc2\x9b"
		 "31m",
			"a\xef\xbf\xbd"
			"31m"},
		{"a\xe2\x80\xae"
		 "b\xe2\x80\xa8\xe2\x81\xa6",
			"a\xef\xbf\xbd"
			"b\xef\xbf\xbd\xef\xbf\xbd"},
	};
	struct finding f = finding_of("jan", "{\"sku\":\"a\\u001b[2J\\n\"}", "two\nlines");
	struct message m = message_of(&f, 1, 1);
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_reset(&out);
		message_line(&out, span_of(cases[i].text));
		assert_string_equal(buf_text(&out), cases[i].wanted);
	}
	buf_clear(&out);
	f.shop = "";
	expect_title(&m, 0, "jan: a\xef\xbf\xbd[2J : two lines");
}

static void standard_output_gets_lines(void **state)
{
	struct finding top[2] = {
		finding_of("jan", "{\"sku\":\"a\"}", "short"), finding_of("jan", "{\"sku\":\"b\\u0007\"}", "long\n")};
	struct receiver_config config = {.name = "screen", .kind = RECEIVER_STDOUT};
	struct message m = message_of(top, 2, 5000);
	struct outcome outcome;
	struct telling t;
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	(void)state;
	notify_send(telling_begin(&t, &config, out, &never), "screen", &m, &outcome);
	assert_int_equal(outcome.verdict, VERDICT_SENT);
	fclose(out);
	notify_free(t.notify);
	assert_string_equal(text, "[error] 5000 findings (rule=jan-code-shape shop=s001), first: short\n"
				  "    a: short\n"
				  "    b\xef\xbf\xbd: long \n"
				  "    and 4998 more\n"
				  "    corrections: manifests/20261124T160007Z-3fa9c1d2\n");
	free(text);
}

static void output_that_cannot_be_written_is_owed(void **state)
{
	struct finding f = finding_of("jan", "{\"sku\":\"a\"}", "short");
	struct receiver_config config = {.name = "screen", .kind = RECEIVER_STDOUT};
	struct message m = message_of(&f, 1, 1);
	struct outcome outcome;
	struct telling t;
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	notify_send(telling_begin(&t, &config, full, &never), "screen", &m, &outcome);
	assert_int_equal(outcome.verdict, VERDICT_RETRY);
	notify_free(t.notify);
	fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_says_all),
		cmocka_unit_test(too_much_is_left_out_and_counted),
		cmocka_unit_test(fitting_is_exact),
		cmocka_unit_test(titles_are_for_people),
		cmocka_unit_test(titles_are_cut_between_characters),
		cmocka_unit_test(lines_cannot_move_the_cursor),
		cmocka_unit_test(standard_output_gets_lines),
		cmocka_unit_test(output_that_cannot_be_written_is_owed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
