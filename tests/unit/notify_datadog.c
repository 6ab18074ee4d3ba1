/*
 * Datadog: what is cut or refused by the service without its document saying
 * so must never be built.
 */
#include "notify_support.h"

#define KEY_NAME "KENPIN_TEST_DD_KEY"
#define KEY "0123456789abcdef0123456789abcdef"

static const char *own[] = {"env:test", "team:catalog"};

static struct receiver_config config_of(enum datadog_intake intake)
{
	return (struct receiver_config){
		.name = "dd",
		.kind = RECEIVER_DATADOG,
		.api_key = {SECRET_ENV, KEY_NAME},
		.site = "datadoghq.eu",
		.intake = (int)intake,
		.tags = {own, 2},
		.timeout = 5000,
		.proxy = "",
		.send_resolved = true,
	};
}

static struct json *body_of(enum datadog_intake intake, const struct message *m)
{
	struct receiver_config c = config_of(intake);
	struct telling t;
	struct error e = {0};
	struct buf body;

	buf_init(&body, LIMIT_NOTICE_BYTES);
	setenv(KEY_NAME, KEY, 1);
	if (notify_build(telling_begin(&t, &c, stdout, &never), "dd", m, &body, &e) < 0)
		fail_msg("%s", e.message);
	notify_free(t.notify);
	assert_null(strstr(buf_text(&body), KEY));
	struct json *j = json_of(buf_span(&body));
	buf_clear(&body);
	return j;
}

static void an_event_says_it_all(void **state)
{
	struct finding f = finding_of("jan", "{\"sku\":\"a\"}", "short");
	struct message m = message_of(&f, 1, 3);
	struct json *j = body_of(DATADOG_EVENTS, &m), *tags = json_get(j, "tags");

	(void)state;
	assert_string_equal(json_text(j, "aggregation_key", ""), m.dedup_key);
	assert_string_equal(json_text(j, "alert_type", ""), "error");
	assert_string_equal(json_text(j, "text", ""), "3 findings: 3 error\n\n"
						      "1. error jan: shop s001, a: short (jan: \"4901\")\n"
						      "and 2 more, not named here\n\n"
						      "group: rule=jan-code-shape shop=s001\n"
						      "manifest: manifests/20261124T160007Z-3fa9c1d2\n"
						      "run: r-000007\n");
	assert_int_equal(json_count(tags), 5);
	assert_true(span_is(json_span(json_at(tags, 0)), "env:test"));
	assert_true(span_is(json_span(json_at(tags, 2)), "severity:error"));
	assert_true(span_is(json_span(json_at(tags, 3)), "rule:jan-code-shape"));
	assert_true(span_is(json_span(json_at(tags, 4)), "shop:s001"));
	json_free(j);
	m.resolved = true;
	j = body_of(DATADOG_EVENTS, &m);
	assert_string_equal(json_text(j, "aggregation_key", ""), m.dedup_key);
	assert_string_equal(json_text(j, "alert_type", ""), "success");
	json_free(j);
}

static void the_limits_of_an_event_hold(void **state)
{
	enum { CHARS = 6000 };
	char *long_text = xcalloc(CHARS + 1, 3);
	struct finding top[10];

	(void)state;
	for (size_t i = 0; i < CHARS; i++)
		memcpy(long_text + 3 * i, "\xe6\xa4\x9c", 3);
	for (size_t i = 0; i < ARRAY_LEN(top); i++)
		top[i] = finding_of("jan", "{\"sku\":\"a\"}", long_text);
	struct message m = message_of(top, 10, 5000);
	struct json *j = body_of(DATADOG_EVENTS, &m);
	const char *text = json_text(j, "text", "");
	assert_int_equal(utf8_chars(span_of(json_text(j, "title", ""))), LIMIT_DATADOG_TITLE_CHARS);
	assert_in_range(utf8_chars(span_of(text)), LIMIT_DATADOG_TEXT_CHARS / 2, LIMIT_DATADOG_TEXT_CHARS);
	assert_non_null(strstr(text, "and 4993 more, not named here"));
	assert_non_null(strstr(text, "\nrun: r-000007\n"));
	json_free(j);
	/* the group is told whole or cut, never too long */
	m.group_key = long_text;
	j = body_of(DATADOG_EVENTS, &m);
	assert_int_equal(utf8_chars(span_of(json_text(j, "text", ""))), LIMIT_DATADOG_TEXT_CHARS);
	json_free(j);
	free(long_text);
}

static void a_key_that_is_too_long_is_refused(void **state)
{
	struct message m = message_of(NULL, 0, 3);
	struct receiver_config c = config_of(DATADOG_EVENTS);
	char key[LIMIT_DATADOG_KEY_CHARS + 2];
	struct outcome outcome;
	struct telling t;

	(void)state;
	memset(key, 'k', sizeof(key) - 1);
	key[sizeof(key) - 1] = '\0';
	m.dedup_key = key;
	notify_send(telling_begin(&t, &c, stdout, &never), "dd", &m, &outcome);
	assert_int_equal(outcome.verdict, VERDICT_REFUSED);
	notify_free(t.notify);
}

static void logs_hold_an_entry_a_finding(void **state)
{
	struct finding top[2] = {
		finding_of("jan", "{\"sku\":\"a\"}", "short"), finding_of("jan,2", "{\"sku\":\"b\"}", "long")};
	struct message m = message_of(top, 2, 7);
	struct json *j = body_of(DATADOG_LOGS, &m);

	(void)state;
	assert_int_equal(json_count(j), 3);
	assert_int_equal(json_int(json_at(j, 0), "findings_left_out", 0), 5);
	assert_string_equal(json_text(json_at(j, 1), "message", ""), "jan: shop s001, a: short (jan: \"4901\")");
	assert_string_equal(json_text(json_at(j, 1), "status", ""), "error");
	assert_string_equal(json_text(json_at(j, 1), "finding.rule", ""), "jan");
	/* a comma would be two tags */
	assert_string_equal(json_text(json_at(j, 2), "ddtags", ""),
		"env:test,team:catalog,severity:error,rule:jan_2,shop:s001,query:products-live");
	json_free(j);
}

static void metrics_count_by_severity(void **state)
{
	struct message m = message_of(NULL, 0, 7);
	struct json *j, *first;

	(void)state;
	m.by_severity[SEVERITY_ERROR] = 5;
	m.by_severity[SEVERITY_CRITICAL] = 2;
	j = body_of(DATADOG_METRICS, &m);
	assert_int_equal(json_count(json_get(j, "series")), 2);
	first = json_at(json_get(j, "series"), 0);
	assert_string_equal(json_text(first, "metric", ""), "kenpin.findings.found");
	assert_int_equal(json_int(json_at(json_get(first, "points"), 0), "value", 0), 5);
	assert_int_equal(json_int(json_at(json_get(first, "points"), 0), "timestamp", 0), 1795536007);
	json_free(j);
	/* a day late: such a point would be thrown away */
	m.at -= 86400000;
	j = body_of(DATADOG_METRICS, &m);
	first = json_at(json_get(j, "series"), 0);
	assert_int_equal(json_int(json_at(json_get(first, "points"), 0), "timestamp", 0), 1795536007);
	json_free(j);
}

static void answers_are_judged(void **state)
{
	static const struct {
		long status;
		int64_t retry_after, reset, wait;
		enum verdict verdict;
	} cases[] = {
		{200, -1, -1, -1, VERDICT_SENT},
		{202, -1, -1, -1, VERDICT_SENT},
		{204, -1, -1, -1, VERDICT_RETRY},
		{400, -1, -1, -1, VERDICT_REFUSED},
		{403, -1, 5000, -1, VERDICT_REFUSED},
		{413, -1, -1, -1, VERDICT_REFUSED},
		{429, -1, 5000, 5000, VERDICT_RETRY},
		{429, 9000, 5000, 9000, VERDICT_RETRY},
		{429, -1, -1, -1, VERDICT_RETRY},
		{503, -1, -1, -1, VERDICT_RETRY},
		{0, -1, -1, -1, VERDICT_RETRY},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct http_answer a;
		struct outcome outcome;

		http_answer_init(&a);
		a.status = cases[i].status;
		a.retry_after_ms = cases[i].retry_after;
		a.reset_ms = cases[i].reset;
		receiver_datadog.judge(NULL, &a, &outcome);
		assert_int_equal(outcome.verdict, cases[i].verdict);
		assert_int_equal(outcome.retry_after_ms, cases[i].wait);
		http_answer_clear(&a);
	}
}

static void the_key_is_a_header_and_the_reset_is_heard(void **state)
{
	struct receiver_config c = config_of(DATADOG_METRICS);
	struct message m = message_of(NULL, 0, 3);
	char *path = new_path();
	struct server s =
		server_begin("HTTP/1.1 429 Too Many\r\nX-RateLimit-Reset: 42\r\nContent-Length: 2\r\n\r\n{}", 1, path);
	struct outcome outcome;
	struct telling t;
	struct buf asked;

	(void)state;
	setenv(KEY_NAME, KEY, 1);
	c.url_text = s.url;
	notify_send(telling_begin(&t, &c, stdout, &never), "dd", &m, &outcome);
	notify_free(t.notify);
	server_end(&s);
	assert_int_equal(outcome.verdict, VERDICT_RETRY);
	assert_int_equal(outcome.retry_after_ms, 42000);
	read_file(&asked, path);
	assert_int_equal(strncmp(buf_text(&asked), "POST /api/v2/series HTTP/1.1\r\n", 30), 0);
	assert_non_null(strstr(buf_text(&asked), "\r\nDD-API-KEY: " KEY "\r\n"));
	buf_clear(&asked);
	unlink(path);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_says_it_all),
		cmocka_unit_test(the_limits_of_an_event_hold),
		cmocka_unit_test(a_key_that_is_too_long_is_refused),
		cmocka_unit_test(logs_hold_an_entry_a_finding),
		cmocka_unit_test(metrics_count_by_severity),
		cmocka_unit_test(answers_are_judged),
		cmocka_unit_test(the_key_is_a_header_and_the_reset_is_heard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
