/*
 * Templates of message bodies: what comes out is JSON, whatever the values
 * hold, or the template is refused when it is read.
 */
#include "base/base.h"
#include "base/limits.h"
#include "config/fill.h"

#include <setjmp.h>
#include <cmocka.h>

static void value(void *arg, struct buf *out, const char *name, ptrdiff_t finding, size_t max_chars)
{
	(void)arg;
	if (strcmp(name, "manifest") == 0)
		return;
	if (strcmp(name, "total") == 0)
		buf_adds(out, "7");
	else if (max_chars < 10)
		buf_addf(out, "%zu", max_chars);
	else if (finding >= 0)
		buf_addf(out, "%s%td", name, finding);
	else
		buf_addf(out, "%s \"q\" \\", name);
}

static void expect(const char *text, size_t findings, const char *want)
{
	struct fill fill = {value, NULL, findings, 7};
	struct error e = {0};
	struct buf out;

	buf_init(&out, LIMIT_NOTICE_BYTES);
	if (fill_render(&out, text, &fill, &e) < 0)
		fail_msg("%s: %s", text, e.message);
	assert_string_equal(buf_text(&out), want);
	buf_clear(&out);
	if (fill_check(text, &e) < 0)
		fail_msg("%s: %s", text, e.message);
}

static void holes_are_filled(void **state)
{
	(void)state;
	expect("{\"a\":{{total}}}", 0, "{\"a\":7}");
	expect("{\"a\":\"{{total}}\"}", 0, "{\"a\":\"7\"}");
	expect("{\"a\":{{title}}}", 0, "{\"a\":\"title \\\"q\\\" \\\\\"}");
	expect("{\"a\":\"<{{title}}>\"}", 0, "{\"a\":\"<title \\\"q\\\" \\\\>\"}");
	expect("{\"\\\"\":{{title:5}}}", 0, "{\"\\\"\":\"5\"}");
	expect("{\"a\":{{manifest|none}}}", 0, "{\"a\":\"none\"}");
	expect("{\"a\":\"{{manifest|say \"no\"}}\"}", 0, "{\"a\":\"say \\\"no\\\"\"}");
	expect("{\"a\":\"{{manifest}}\"}", 0, "{\"a\":\"\"}");
	expect("{{{title:3}}:{\"b\":{{total}}}}", 0, "{\"3\":{\"b\":7}}");
}

static void loops_are_written_once_a_finding(void **state)
{
	static const char text[] = "[{{#findings:2}}{\"r\":{{rule}}}{{,}}{{/findings}}]";

	(void)state;
	expect(text, 0, "[]");
	expect(text, 1, "[{\"r\":\"rule0\"}]");
	expect(text, 2, "[{\"r\":\"rule0\"},{\"r\":\"rule1\"}]");
	expect(text, 9, "[{\"r\":\"rule0\"},{\"r\":\"rule1\"}]");
	expect("[\"{{#findings}}{{rule}} of {{total}}; {{/findings}}{{left_out}}\"]", 2,
		"[\"rule0 of 7; rule1 of 7; 5\"]");
	expect("[{{#findings:1}}1{{,}}{{/findings}}]", 3, "[1]");
}

static void what_is_wrong_is_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{"{\"a\":{{titel}}}", "did you mean \"title\"?"},
		{"{\"a\":{{rule}}}", "stands in {{#findings}} alone"},
		{"{\"a\":{{nothing}}}", "a message has no \"nothing\""},
		{"{\"a\":{{title:0}}}", "a number of characters"},
		{"{\"a\":{{title:x}}}", "a number of characters"},
		{"{\"a\":{{title}", "not closed"},
		{"[{{#findings}}1{{,}}]", "not closed by"},
		{"[{{/findings}}]", "not begun"},
		{"[{{#findings}}{{#findings}}{{/findings}}{{/findings}}]", "cannot stand in another"},
		{"[{{#rules}}{{/rules}}]", "the one loop"},
		{"[{{,}}]", "alone"},
		{"[{{#findings}}\"{{,}}{{/findings}}]", "a quote is open"},
		{"[{{#findings}}{{rule}}{{/findings}}]", "no JSON"}, /* with three findings */
		{"[1,{{#findings}}1{{,}}{{/findings}}]", "no JSON"}, /* with none */
		{"{{title}", "not closed"},
		{"just words", "no JSON"},
		{"", "no JSON"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct error e = {0};

		if (fill_check(cases[i].text, &e) == 0)
			fail_msg("%s is taken", cases[i].text);
		if (!strstr(e.message, cases[i].why))
			fail_msg("%s: %s", cases[i].text, e.message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holes_are_filled),
		cmocka_unit_test(loops_are_written_once_a_finding),
		cmocka_unit_test(what_is_wrong_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
