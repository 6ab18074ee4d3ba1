/*
 * Slack messages: within the published limits, never formatted by what data
 * says, and a refusal in an answer of 200 is one.
 */
#include "notify_support.h"

#define TOKEN_NAME "KENPIN_TEST_SLACK_TOKEN"
#define TOKEN "xoxb-1234567890-abcdefghij"

static const struct receiver_config hook = {
	.name = "team",
	.kind = RECEIVER_SLACK,
	.timeout = 5000,
	.proxy = "",
	.send_resolved = true,
};
static const struct receiver_config bot = {
	.name = "team",
	.kind = RECEIVER_SLACK,
	.token = {SECRET_ENV, TOKEN_NAME},
	.channel = "C0123456789",
	.timeout = 5000,
	.proxy = "",
	.send_resolved = true,
};

static void build(const struct receiver_config *config, const struct message *m, struct buf *body)
{
	struct telling t;
	struct error e = {0};

	buf_init(body, LIMIT_NOTICE_BYTES);
	if (notify_build(telling_begin(&t, config, stdout, &never), "team", m, body, &e) < 0)
		fail_msg("%s", e.message);
	notify_free(t.notify);
}

static struct json *hook_body(const struct message *m)
{
	struct buf body;

	build(&hook, m, &body);
	struct json *j = json_of(buf_span(&body));
	buf_clear(&body);
	return j;
}

static const char *section_text(struct json *j, size_t i)
{
	return json_text(json_at(json_get(j, "blocks"), i), "text.text", "");
}

static void a_message_is_blocks(void **state)
{
	struct finding f = finding_of("jan", "{\"sku\":\"a\"}", "short <!channel> & *bold*");
	struct message m = message_of(&f, 1, 3);
	struct json *j = hook_body(&m), *blocks = json_get(j, "blocks");

	(void)state;
	assert_int_equal(json_count(blocks), 5);
	assert_string_equal(json_text(json_at(blocks, 0), "type", ""), "header");
	assert_string_equal(section_text(j, 1), "3 findings: 3 error");
	assert_string_equal(json_text(json_at(blocks, 2), "text.type", ""), "plain_text");
	assert_string_equal(section_text(j, 2), "error: jan\nshop s001, a: short <!channel> & *bold* (jan: \"4901\")");
	assert_string_equal(section_text(j, 3), "2 more, not named here");
	assert_string_equal(json_text(json_at(blocks, 4), "type", ""), "context");
	struct json *elements = json_get(json_at(blocks, 4), "elements");
	assert_int_equal(json_count(elements), 4);
	assert_string_equal(json_text(json_at(elements, 3), "text", ""), "key: 0123456789abcdef:1");
	/* the notification is markup: nobody is called by what data says */
	assert_non_null(strstr(json_text(j, "text", ""), "&lt;!channel&gt; &amp;"));
	json_free(j);
}

/* The whole of a message in its largest form. */
static void the_limits_hold(void **state)
{
	enum { CHARS = 20000 };
	char *long_text = xcalloc(CHARS + 1, 3);
	struct finding top[60];
	char key[LIMIT_SLACK_CONTEXT_CHARS * 2];

	(void)state;
	for (size_t i = 0; i < CHARS; i++)
		memcpy(long_text + 3 * i, "\xe6\xa4\x9c", 3);
	memset(key, '&', sizeof(key) - 1);
	key[sizeof(key) - 1] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(top); i++)
		top[i] = finding_of("jan", "{\"sku\":\"a\"}", i % 2 ? long_text : "short");
	for (size_t count = 0; count <= ARRAY_LEN(top); count += 20) {
		struct message m = message_of(top, count, 1000);
		size_t chars = 0, named = 0;

		m.group_key = key;
		struct json *j = hook_body(&m), *blocks = json_get(j, "blocks");
		assert_in_range(json_count(blocks), 4, LIMIT_SLACK_BLOCKS);
		assert_int_equal(utf8_chars(span_of(section_text(j, 0))), LIMIT_SLACK_HEADER_CHARS);
		for (size_t i = 1; i + 1 < json_count(blocks); i++) {
			size_t n = utf8_chars(span_of(section_text(j, i)));

			assert_in_range(n, 1, LIMIT_SLACK_SECTION_CHARS);
			chars += n;
			named += strncmp(section_text(j, i), "error: jan", 10) == 0;
		}
		assert_in_range(chars, 1, 13000);
		char *left_out = xasprintf("%d more, not named here", 1000 - (int)named);
		assert_string_equal(section_text(j, json_count(blocks) - 2), left_out);
		free(left_out);
		struct json *elements = json_get(json_at(blocks, json_count(blocks) - 1), "elements");
		assert_int_equal(
			utf8_chars(span_of(json_text(json_at(elements, 0), "text", ""))), LIMIT_SLACK_CONTEXT_CHARS);
		assert_in_range(utf8_chars(span_of(json_text(j, "text", ""))), 1, LIMIT_SLACK_TEXT_CHARS);
		json_free(j);
	}
	free(long_text);
}

static void a_bot_sends_a_form(void **state)
{
	struct finding f = finding_of("jan", "{\"sku\":\"a\"}", "short");
	struct message m = message_of(&f, 1, 1);
	struct buf body;

	(void)state;
	m.resolved = true;
	setenv(TOKEN_NAME, TOKEN, 1);
	build(&bot, &m, &body);
	assert_int_equal(strncmp(buf_text(&body), "channel=C0123456789&text=resolved%3A%20jan", 42), 0);
	assert_non_null(strstr(buf_text(&body), "&blocks=%5B%7B%22type%22%3A%22header%22"));
	assert_non_null(strstr(buf_text(&body), "%22dedup_key%22%3A%220123456789abcdef%3A1%22"));
	assert_null(strstr(buf_text(&body), TOKEN));
	buf_clear(&body);
}

static void answers_are_judged(void **state)
{
	static const struct {
		const struct receiver_config *config;
		long status;
		const char *body;
		enum verdict verdict;
	} cases[] = {
		{&hook, 200, "ok", VERDICT_SENT},
		{&hook, 200, "<html>", VERDICT_RETRY},
		{&hook, 400, "invalid_blocks", VERDICT_REFUSED},
		{&hook, 403, "action_prohibited", VERDICT_REFUSED},
		{&hook, 404, "channel_not_found", VERDICT_REFUSED},
		{&hook, 410, "channel_is_archived", VERDICT_REFUSED},
		{&hook, 429, "", VERDICT_RETRY},
		{&hook, 500, "rollup_error", VERDICT_RETRY},
		{&hook, 0, "", VERDICT_RETRY},
		{&bot, 200, "{\"ok\":true,\"ts\":\"1.2\"}", VERDICT_SENT},
		{&bot, 200, "{\"ok\":false,\"error\":\"invalid_auth\"}", VERDICT_REFUSED},
		{&bot, 200, "{\"ok\":false,\"error\":\"msg_blocks_too_long\"}", VERDICT_REFUSED},
		{&bot, 200, "{\"ok\":false,\"error\":\"ratelimited\"}", VERDICT_RETRY},
		{&bot, 200, "{\"ok\":false,\"error\":\"internal_error\"}", VERDICT_RETRY},
		{&bot, 200, "{\"ok\":false}", VERDICT_RETRY},
		{&bot, 200, "ok", VERDICT_RETRY},
		{&bot, 200, "[]", VERDICT_RETRY},
		{&bot, 429, "{\"ok\":false,\"error\":\"ratelimited\"}", VERDICT_RETRY},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct receiver r = {.ops = &receiver_slack, .config = cases[i].config};
		struct http_answer a;
		struct outcome outcome;

		http_answer_init(&a);
		a.status = cases[i].status;
		a.retry_after_ms = 7000;
		buf_adds(&a.body, cases[i].body);
		receiver_slack.judge(&r, &a, &outcome);
		if (outcome.verdict != cases[i].verdict)
			fail_msg("%ld %s: %s", cases[i].status, cases[i].body, outcome.answer);
		if (outcome.verdict == VERDICT_RETRY && cases[i].config == &bot)
			assert_int_equal(outcome.retry_after_ms, 7000);
		http_answer_clear(&a);
	}
}

static void the_token_goes_into_the_header_alone(void **state)
{
	struct message m = message_of(NULL, 0, 3);
	char *path = new_path();
	struct server s =
		server_begin("HTTP/1.1 200 OK\r\nContent-Length: 78\r\n\r\n"
			     "{\"ok\":false,\"error\":\"invalid_auth\",\"needed\":\"" TOKEN "\",\"a\":\"\"}  ",
			1, path);
	struct receiver_config c = bot;
	struct outcome outcome;
	struct telling t;
	struct buf asked;

	(void)state;
	setenv(TOKEN_NAME, TOKEN, 1);
	c.url_text = s.url;
	notify_send(telling_begin(&t, &c, stdout, &never), "team", &m, &outcome);
	notify_free(t.notify);
	server_end(&s);
	read_file(&asked, path);
	assert_int_equal(strncmp(buf_text(&asked), "POST /chat.postMessage HTTP/1.1\r\n", 33), 0);
	assert_non_null(strstr(buf_text(&asked), "\r\nAuthorization: Bearer " TOKEN "\r\n"));
	assert_non_null(strstr(buf_text(&asked), "\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8"));
	assert_null(strstr(strstr(buf_text(&asked), "\r\n\r\n"), TOKEN));
	assert_null(strstr(outcome.answer, TOKEN));
	buf_clear(&asked);
	unlink(path);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_blocks),
		cmocka_unit_test(the_limits_hold),
		cmocka_unit_test(a_bot_sends_a_form),
		cmocka_unit_test(answers_are_judged),
		cmocka_unit_test(the_token_goes_into_the_header_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
