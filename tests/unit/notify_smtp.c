/*
 * Letters: their headers whatever is in a title, and how the letter that all
 * is over finds the one that told of it. That a mail server takes them and what
 * its answers mean is tried by tests/servers/smtp.sh.
 */
#include "notify/letter.h"
#include "notify_support.h"

static const char *addresses[] = {"a@example.com", "b@example.com"};
static const struct receiver_config config = {
	.name = "mail",
	.kind = RECEIVER_SMTP,
	.url_text = "smtp://127.0.0.1:9",
	.from = "kenpin@example.com",
	.to = {addresses, 2},
	.timeout = 5000,
	.send_resolved = true,
};

static void build(const struct message *m, struct buf *body)
{
	struct telling t;
	struct error e = {0};

	buf_init(body, LIMIT_NOTICE_BYTES);
	if (notify_build(telling_begin(&t, &config, stdout, &never), "mail", m, body, &e) < 0)
		fail_msg("%s", e.message);
	notify_free(t.notify);
}

static void header_is(const char *text, const char *want)
{
	struct buf out;

	buf_init(&out, 4096);
	letter_header(&out, "Subject", span_of(text));
	assert_string_equal(buf_text(&out), want);
	buf_clear(&out);
}

static void headers_are_ascii(void **state)
{
	(void)state;
	header_is("", "Subject: \r\n");
	header_is("plain text", "Subject: plain text\r\n");
	header_is("=?no?", "Subject: =?UTF-8?B?PT9ubz8=?=\r\n");
	header_is("a\nBcc: x", "Subject: =?UTF-8?B?YQpCY2M6IHg=?=\r\n");
	header_is("検品", "Subject: =?UTF-8?B?5qSc5ZOB?=\r\n");
	/* 45 bytes a word, none ends inside a character, and what is ASCII after them is in one too */
	header_is("検品検品検品検品検品検品検品検品 and the rest of it that is plain",
		"Subject: =?UTF-8?B?5qSc5ZOB5qSc5ZOB5qSc5ZOB5qSc5ZOB5qSc5ZOB5qSc5ZOB5qSc5ZOB5qSc?=\r\n"
		" =?UTF-8?B?5ZOBIGFuZCB0aGUgcmVzdCBvZiBpdCB0aGF0IGlzIHBsYWlu?=\r\n");
	header_is("xx検品検品検品検品検品検品検品検品",
		"Subject: =?UTF-8?B?eHjmpJzlk4HmpJzlk4HmpJzlk4HmpJzlk4HmpJzlk4HmpJzlk4HmpJzlk4E=?=\r\n"
		" =?UTF-8?B?5qSc5ZOB?=\r\n");
}

static void a_resolve_stands_below_its_trigger(void **state)
{
	struct finding f = finding_of("jan", "{\"sku\":\"a\"}", "short");
	struct message m = message_of(&f, 1, 1);
	struct buf told, over;

	(void)state;
	build(&m, &told);
	m.resolved = true;
	build(&m, &over);
	const char *id = strstr(buf_text(&told), "\r\nMessage-ID: ") + strlen("\r\nMessage-ID: ");
	char *below = xasprintf("\r\nReferences: %.*s\r\n", (int)strcspn(id, "\r"), id);
	assert_non_null(strstr(buf_text(&over), below));
	assert_null(strstr(buf_text(&told), "References"));
	assert_int_equal(strncmp(buf_text(&told), "Date: Tue, 24 Nov 2026 16:00:07 +0000\r\n", 39), 0);
	assert_non_null(strstr(buf_text(&told), "\r\nTo: a@example.com,\r\n b@example.com\r\n"));
	assert_non_null(strstr(buf_text(&over), "\r\nSubject: resolved: jan: shop s001, a: short\r\n"));
	free(below);
	buf_clear(&told);
	buf_clear(&over);
}

static void lines_are_short_and_ascii(void **state)
{
	enum { CHARS = 5000 };
	char *long_text = xcalloc(CHARS + 1, 3);
	struct finding f = finding_of("jan", "{\"sku\":\"a\"}", long_text);
	struct message m = message_of(&f, 1, 1);
	struct buf letter;

	(void)state;
	for (size_t i = 0; i < CHARS; i++)
		memcpy(long_text + 3 * i, "\xe6\xa4\x9c", 3);
	build(&m, &letter);
	for (const char *p = buf_text(&letter); *p;) {
		size_t n = strcspn(p, "\r\n");

		assert_in_range(n, 0, 998);
		for (size_t i = 0; i < n; i++)
			assert_in_range((unsigned char)p[i], ' ', '~');
		assert_int_equal(strncmp(p + n, "\r\n", 2), 0);
		p += n + 2;
	}
	buf_clear(&letter);
	free(long_text);
}

static void nobody_there_is_tried_again(void **state)
{
	struct message m = message_of(NULL, 0, 3);
	struct outcome outcome;
	struct telling t;

	(void)state;
	telling_begin(&t, &config, stdout, &never);
	for (int i = 0; i < LIMIT_CONNECT_FAILURES; i++) {
		notify_send(t.notify, "mail", &m, &outcome);
		assert_int_equal(outcome.verdict, VERDICT_RETRY);
		assert_null(strstr(outcome.answer, "circuit"));
	}
	notify_send(t.notify, "mail", &m, &outcome);
	assert_non_null(strstr(outcome.answer, "circuit open"));
	notify_free(t.notify);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_are_ascii),
		cmocka_unit_test(a_resolve_stands_below_its_trigger),
		cmocka_unit_test(lines_are_short_and_ascii),
		cmocka_unit_test(nobody_there_is_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
