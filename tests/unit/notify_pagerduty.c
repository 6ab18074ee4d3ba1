/*
 * PagerDuty events: what its own document lets through but the service refuses
 * or cuts must never be built.
 */
#include "notify_support.h"

#define KEY_NAME "KENPIN_TEST_ROUTING_KEY"
#define KEY "e93facc04764012d7bfb002500d5d1a6"

static const struct receiver_config config = {
	.name = "oncall",
	.kind = RECEIVER_PAGERDUTY,
	.routing_key = {SECRET_ENV, KEY_NAME},
	.timeout = 5000,
	.proxy = "",
	.send_resolved = true,
};

static int build(const struct message *m, struct buf *body, struct error *e)
{
	struct telling t;
	int result;

	buf_init(body, LIMIT_NOTICE_BYTES);
	result = notify_build(telling_begin(&t, &config, stdout, &never), "oncall", m, body, e);
	notify_free(t.notify);
	return result;
}

static struct json *event_of(const struct message *m, size_t *bytes)
{
	struct error e = {0};
	struct buf body;

	if (build(m, &body, &e) < 0)
		fail_msg("%s", e.message);
	struct json *j = json_of(buf_span(&body));
	*bytes = body.len;
	buf_clear(&body);
	return j;
}

/* The keys that the document names; it allows others, the service may not. */
static bool known_event_key(void *arg, const char *key, struct json *value)
{
	static const char *const keys[] = {"event_action", "dedup_key", "client", "payload"};

	(void)arg;
	(void)value;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	fail_msg("key %s", key);
	return false;
}

static bool known_payload_key(void *arg, const char *key, struct json *value)
{
	static const char *const keys[] = {
		"summary", "source", "severity", "timestamp", "group", "component", "class", "custom_details"};

	(void)arg;
	(void)value;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	fail_msg("key %s", key);
	return false;
}

static void a_trigger_has_a_payload(void **state)
{
	struct finding f = finding_of("jan", "{\"sku\":\"a\"}", "short");
	struct message m = message_of(&f, 1, 1);
	size_t bytes;
	struct json *j = event_of(&m, &bytes);

	(void)state;
	json_each(j, known_event_key, NULL);
	json_each(json_get(j, "payload"), known_payload_key, NULL);
	assert_string_equal(json_text(j, "event_action", ""), "trigger");
	assert_string_equal(json_text(j, "dedup_key", ""), m.dedup_key);
	assert_string_equal(json_text(j, "payload.summary", ""), "jan: shop s001, a: short");
	assert_string_equal(json_text(j, "payload.severity", ""), "error");
	assert_string_equal(json_text(j, "payload.source", ""), "products-v7");
	assert_string_equal(json_text(j, "payload.component", ""), "products-live");
	assert_string_equal(json_text(j, "payload.class", ""), "jan");
	assert_string_equal(json_text(j, "payload.group", ""), m.group_key);
	assert_string_equal(json_text(j, "payload.timestamp", ""), "2026-11-24T16:00:07Z");
	assert_int_equal(json_int(j, "payload.custom_details.total", 0), 1);
	assert_int_equal(json_int(j, "payload.custom_details.error", 0), 1);
	assert_string_equal(json_text(j, "payload.custom_details.manifest", ""), m.manifest);
	assert_int_equal(json_int(j, "payload.custom_details.findings_left_out", -1), 0);
	json_free(j);
}

static void what_is_not_known_is_not_said(void **state)
{
	struct finding f = finding_of("jan", "{\"sku\":\"a\"}", "short");
	struct message m = message_of(&f, 1, 1);
	size_t bytes;

	(void)state;
	f.index = f.query = "";
	m.manifest = NULL;
	struct json *j = event_of(&m, &bytes);
	assert_string_equal(json_text(j, "payload.source", ""), "kenpin");
	assert_null(json_get(j, "payload.component"));
	assert_null(json_get(j, "payload.custom_details.manifest"));
	json_free(j);
	m.top_count = 0;
	j = event_of(&m, &bytes);
	assert_string_equal(json_text(j, "payload.source", ""), "kenpin");
	assert_int_equal(json_int(j, "payload.custom_details.findings_left_out", 0), 1);
	json_free(j);
}

static void a_resolve_has_none(void **state)
{
	struct message m = message_of(NULL, 0, 3);
	size_t bytes;

	(void)state;
	m.resolved = true;
	struct json *j = event_of(&m, &bytes);
	assert_string_equal(json_text(j, "event_action", ""), "resolve");
	assert_string_equal(json_text(j, "dedup_key", ""), m.dedup_key);
	assert_int_equal(json_count(j), 2);
	json_free(j);
}

static void severities_are_those_of_the_service(void **state)
{
	static const char *const names[SEVERITY_COUNT] = {"info", "warning", "error", "critical"};
	size_t bytes;

	(void)state;
	for (int s = 0; s < SEVERITY_COUNT; s++) {
		struct message m = message_of(NULL, 0, 3);

		m.severity = (enum severity)s;
		struct json *j = event_of(&m, &bytes);
		assert_string_equal(json_text(j, "payload.severity", ""), names[s]);
		json_free(j);
	}
}

static void a_dedup_key_has_its_length(void **state)
{
	static const bool resolved[] = {false, true};
	char key[LIMIT_PAGERDUTY_DEDUP_CHARS * 3 + 4] = "";
	struct message m = message_of(NULL, 0, 3);
	struct error e = {0};
	struct buf body;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		m.resolved = resolved[i];
		m.dedup_key = NULL;
		assert_int_equal(build(&m, &body, &e), -1);
		m.dedup_key = "";
		assert_int_equal(build(&m, &body, &e), -1);
		for (size_t k = 0; k <= LIMIT_PAGERDUTY_DEDUP_CHARS; k++)
			memcpy(key + 3 * k, "\xe5\x95\x86", 4);
		m.dedup_key = key;
		assert_int_equal(build(&m, &body, &e), -1);
		assert_non_null(strstr(e.message, "255"));
		key[LIMIT_PAGERDUTY_DEDUP_CHARS * 3] = '\0';
		assert_int_equal(build(&m, &body, &e), 0);
		buf_clear(&body);
	}
}

/* 2,000 Japanese characters: the summary is cut, the details are whole as far as they fit. */
static void what_is_too_large_is_cut_and_counted(void **state)
{
	enum { COUNT = 5000, CHARS = 2000 };
	static const size_t counts[] = {1, 10, COUNT};
	struct finding *top = xcalloc(COUNT, sizeof(*top));
	char *long_text = xcalloc(CHARS + 1, 3);

	(void)state;
	for (size_t i = 0; i < CHARS; i++)
		memcpy(long_text + 3 * i, "\xe6\xa4\x9c", 3);
	for (size_t i = 0; i < COUNT; i++) {
		top[i] = finding_of("jan", "{\"sku\":\"a\"}", long_text);
		top[i].title = long_text;
	}
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		struct message m = message_of(top, counts[i], COUNT);
		size_t bytes, named;
		struct json *j = event_of(&m, &bytes);
		const char *summary = json_text(j, "payload.summary", "");

		assert_int_equal(utf8_chars(span_of(summary)), LIMIT_PAGERDUTY_SUMMARY_CHARS);
		assert_string_equal(summary + strlen(summary) - 3, "…");
		named = json_count(json_get(j, "payload.custom_details.findings"));
		assert_int_equal(json_int(j, "payload.custom_details.findings_left_out", -1), COUNT - (int64_t)named);
		assert_true(bytes + LIMIT_PAGERDUTY_KEY_BYTES <= LIMIT_PAGERDUTY_EVENT_BYTES);
		if (counts[i] == COUNT)
			assert_in_range(named, 35, 50); /* as many as fit: about 12 KB each */
		else
			assert_int_equal(named, counts[i]);
		json_free(j);
	}
	free(long_text);
	free(top);
}

static void what_cannot_be_cut_is_refused(void **state)
{
	struct message m = message_of(NULL, 0, 3);
	char *huge = xmalloc(LIMIT_PAGERDUTY_EVENT_BYTES + 1);
	struct outcome outcome;
	struct telling t;

	(void)state;
	memset(huge, 'x', LIMIT_PAGERDUTY_EVENT_BYTES);
	huge[LIMIT_PAGERDUTY_EVENT_BYTES] = '\0';
	m.group_key = huge;
	notify_send(telling_begin(&t, &config, stdout, &never), "oncall", &m, &outcome);
	assert_int_equal(outcome.verdict, VERDICT_REFUSED);
	assert_non_null(strstr(outcome.answer, "LIMIT_PAGERDUTY_EVENT_BYTES"));
	notify_free(t.notify);
	free(huge);
}

static void the_key_is_in_no_built_body(void **state)
{
	struct finding f = finding_of("jan", "{\"sku\":\"a\"}", "short");
	struct message m = message_of(&f, 1, 1);
	struct error e = {0};
	struct buf body;

	(void)state;
	setenv(KEY_NAME, KEY, 1);
	assert_int_equal(build(&m, &body, &e), 0);
	assert_null(strstr(buf_text(&body), KEY));
	buf_clear(&body);
}

/* ---- sending ---- */

static void send_to(const char *base, const struct message *m, struct outcome *outcome)
{
	struct receiver_config c = config;
	struct telling t;

	c.url_text = base;
	notify_send(telling_begin(&t, &c, stdout, &never), "oncall", m, outcome);
	notify_free(t.notify);
}

static void the_key_comes_last_and_first(void **state)
{
	struct finding f = finding_of("jan", "{\"sku\":\"a\"}", "short");
	struct message m = message_of(&f, 1, 1);
	char *path = new_path();
	struct server s = server_begin("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}", 1, path);
	char *base = xasprintf("%s/", s.url); /* one slash is one too many */
	struct outcome outcome;
	struct buf asked;

	(void)state;
	setenv(KEY_NAME, KEY, 1);
	send_to(base, &m, &outcome);
	if (outcome.verdict != VERDICT_SENT)
		fail_msg("%s", outcome.answer);
	server_end(&s);
	read_file(&asked, path);
	assert_int_equal(strncmp(buf_text(&asked), "POST /v2/enqueue HTTP/1.1\r\n", 27), 0);
	assert_non_null(strstr(buf_text(&asked), "Content-Type: application/json\r\n"));
	struct json *j = json_of(span_of(strstr(buf_text(&asked), "\r\n\r\n") + 4));
	assert_string_equal(json_text(j, "routing_key", ""), KEY);
	assert_string_equal(json_text(j, "event_action", ""), "trigger");
	json_free(j);
	buf_clear(&asked);
	unlink(path);
	free(path);
	free(base);
}

static void answers_are_judged(void **state)
{
	static const struct {
		long status;
		enum verdict verdict;
	} cases[] = {
		{202, VERDICT_SENT},
		{200, VERDICT_RETRY},
		{204, VERDICT_RETRY},
		{400, VERDICT_REFUSED},
		{403, VERDICT_REFUSED},
		{404, VERDICT_REFUSED},
		{408, VERDICT_RETRY},
		{429, VERDICT_RETRY},
		{500, VERDICT_RETRY},
		{503, VERDICT_RETRY},
		{0, VERDICT_RETRY},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct http_answer a;
		struct outcome outcome;

		http_answer_init(&a);
		a.status = cases[i].status;
		a.retry_after_ms = 7000;
		receiver_pagerduty.judge(NULL, &a, &outcome);
		assert_int_equal(outcome.verdict, cases[i].verdict);
		http_answer_clear(&a);
	}
}

static void a_key_that_is_missing_is_tried_again(void **state)
{
	struct message m = message_of(NULL, 0, 3);
	struct outcome outcome;

	(void)state;
	unsetenv(KEY_NAME);
	send_to("http://127.0.0.1:9", &m, &outcome);
	assert_int_equal(outcome.verdict, VERDICT_RETRY);
	assert_non_null(strstr(outcome.answer, "env:" KEY_NAME));
}

static void an_answer_that_repeats_the_key_is_cleaned(void **state)
{
	struct message m = message_of(NULL, 0, 3);
	char *path = new_path();
	struct server s = server_begin("HTTP/1.1 400 Bad Request\r\nContent-Length: 58\r\n\r\n"
				       "{\"message\":\"no such key " KEY "\"}",
		1, path);
	struct outcome outcome;

	(void)state;
	setenv(KEY_NAME, KEY, 1);
	send_to(s.url, &m, &outcome);
	server_end(&s);
	assert_int_equal(outcome.verdict, VERDICT_REFUSED);
	assert_non_null(strstr(outcome.answer, "no such key ***"));
	unlink(path);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_trigger_has_a_payload),
		cmocka_unit_test(what_is_not_known_is_not_said),
		cmocka_unit_test(a_resolve_has_none),
		cmocka_unit_test(severities_are_those_of_the_service),
		cmocka_unit_test(a_dedup_key_has_its_length),
		cmocka_unit_test(what_is_too_large_is_cut_and_counted),
		cmocka_unit_test(what_cannot_be_cut_is_refused),
		cmocka_unit_test(the_key_is_in_no_built_body),
		cmocka_unit_test(the_key_comes_last_and_first),
		cmocka_unit_test(answers_are_judged),
		cmocka_unit_test(a_key_that_is_missing_is_tried_again),
		cmocka_unit_test(an_answer_that_repeats_the_key_is_cleaned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
