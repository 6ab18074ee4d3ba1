/*
 * Receivers behind notify_send: files that stay whole, what HTTP answers mean,
 * circuits, and secrets that are in no outcome.
 */
#include "notify_support.h"

#include <fcntl.h>

#define URL_NAME "KENPIN_TEST_HOOK_URL"
#define AUTHORIZATION_NAME "KENPIN_TEST_HOOK_AUTHORIZATION"

static struct outcome send_with(const struct receiver_config *config)
{
	struct finding f = finding_of("jan", "{\"sku\":\"a\"}", "short");
	struct message m = message_of(&f, 1, 1);
	struct outcome outcome;
	struct telling t;

	notify_send(telling_begin(&t, config, stdout, &never), config->name, &m, &outcome);
	notify_free(t.notify);
	return outcome;
}

/* ---- files ---- */

static size_t sound_lines(const char *path)
{
	struct buf text;
	size_t lines = 0;

	read_file(&text, path);
	for (const char *p = buf_text(&text); *p; lines++) {
		const char *end = strchr(p, '\n');

		assert_non_null(end);
		json_free(json_of((struct span){p, (size_t)(end - p)}));
		p = end + 1;
	}
	buf_clear(&text);
	return lines;
}

static void a_file_gets_a_line_a_message(void **state)
{
	char *path = new_path();
	struct receiver_config config = {.name = "log", .kind = RECEIVER_FILE, .path = path};

	(void)state;
	for (size_t i = 1; i <= 3; i++) {
		assert_int_equal(send_with(&config).verdict, VERDICT_SENT);
		assert_int_equal(sound_lines(path), i);
	}
	unlink(path);
	free(path);
}

static void writers_do_not_mix_their_lines(void **state)
{
	enum { WRITERS = 4, LINES = 25 };
	char *path = new_path();
	struct receiver_config config = {.name = "log", .kind = RECEIVER_FILE, .path = path};

	(void)state;
	for (int w = 0; w < WRITERS; w++) {
		if (fork() == 0) {
			for (int i = 0; i < LINES; i++)
				if (send_with(&config).verdict != VERDICT_SENT)
					_exit(1);
			_exit(0);
		}
	}
	for (int w = 0; w < WRITERS; w++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(sound_lines(path), WRITERS * LINES);
	unlink(path);
	free(path);
}

/* A line that a crash cut stays alone: the next one begins afresh. */
static void a_cut_line_spoils_no_other(void **state)
{
	char *path = new_path();
	struct receiver_config config = {.name = "log", .kind = RECEIVER_FILE, .path = path};
	FILE *out = fopen(path, "w");
	struct buf text;

	(void)state;
	fputs("{\"format\":\"kenp", out);
	fclose(out);
	assert_int_equal(send_with(&config).verdict, VERDICT_SENT);
	read_file(&text, path);
	assert_int_equal(strncmp(buf_text(&text), "{\"format\":\"kenp\n{\"format\":\"kenpin-message\"", 40), 0);
	buf_clear(&text);
	unlink(path);
	free(path);
}

static void a_file_that_cannot_be_written_is_owed(void **state)
{
	static const char *const paths[] = {"/nowhere/at/all", "/tmp", "/dev/full"};
	struct telling t;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct receiver_config config = {.name = "log", .kind = RECEIVER_FILE, .path = paths[i]};
		struct outcome outcome = send_with(&config);
		struct error e = {0};

		assert_int_equal(outcome.verdict, VERDICT_RETRY);
		assert_int_equal(strncmp(outcome.answer, paths[i], strlen(paths[i])), 0);
		int checked = notify_check(telling_begin(&t, &config, stdout, &never), "log", &e);
		assert_int_equal(checked, i < 2 ? -1 : 0);
		notify_free(t.notify);
	}
}

/* ---- webhook ---- */

static const struct receiver_config hook = {
	.name = "team",
	.kind = RECEIVER_WEBHOOK,
	.url = {SECRET_ENV, URL_NAME},
	.authorization = {SECRET_ENV, AUTHORIZATION_NAME},
	.timeout = 5000,
	.proxy = "",
};

static struct outcome ask(const char *answer, struct buf *asked)
{
	char *path = new_path(), *url;
	struct server s = server_begin(answer, 1, path);

	url = xasprintf("%s/services/T0000secret/B0000secret?token=abcdefgh", s.url);
	setenv(URL_NAME, url, 1);
	setenv(AUTHORIZATION_NAME, "Bearer very-secret-token", 1);
	struct outcome outcome = send_with(&hook);
	server_end(&s);
	if (asked)
		read_file(asked, path);
	unlink(path);
	free(path);
	free(url);
	return outcome;
}

static void a_hook_gets_the_message(void **state)
{
	struct buf asked;
	struct outcome outcome = ask("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", &asked);

	(void)state;
	assert_int_equal(outcome.verdict, VERDICT_SENT);
	assert_int_equal(strncmp(buf_text(&asked), "POST /services/T0000secret/B0000secret?token=abcdefgh ", 54), 0);
	assert_non_null(strstr(buf_text(&asked), "Authorization: Bearer very-secret-token\r\n"));
	struct json *j = json_of(span_of(strstr(buf_text(&asked), "\r\n\r\n") + 4));
	assert_string_equal(json_text(j, "format", ""), "kenpin-message");
	json_free(j);
	buf_clear(&asked);
}

static void answers_are_honoured(void **state)
{
	struct outcome outcome =
		ask("HTTP/1.1 429 Slow Down\r\nRetry-After: 90\r\nContent-Length: 4\r\n\r\nwait", NULL);

	(void)state;
	assert_int_equal(outcome.verdict, VERDICT_RETRY);
	assert_int_equal(outcome.retry_after_ms, 90000);
	assert_string_equal(outcome.answer, "HTTP 429 wait");
	outcome = ask("HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n", NULL);
	assert_int_equal(outcome.verdict, VERDICT_RETRY);
	assert_int_equal(outcome.retry_after_ms, -1);
	outcome = ask("HTTP/1.1 410 Gone\r\nRetry-After: 90\r\nContent-Length: 0\r\n\r\n", NULL);
	assert_int_equal(outcome.verdict, VERDICT_REFUSED);
	assert_int_equal(outcome.retry_after_ms, -1);
	outcome = ask("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n", NULL);
	assert_int_equal(outcome.verdict, VERDICT_REFUSED);
	outcome = ask("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut", NULL);
	assert_int_equal(outcome.verdict, VERDICT_RETRY);
	outcome = ask("no HTTP at all", NULL);
	assert_int_equal(outcome.verdict, VERDICT_RETRY);
}

static void answers_become_one_sound_line(void **state)
{
	struct outcome outcome = ask("HTTP/1.1 400 Bad\r\nContent-Length: 9\r\n\r\na\nb\x1b[2J\xff!", NULL);
	char body[400] = "HTTP/1.1 400 Bad\r\nContent-Length: 300\r\n\r\n";
	size_t n = strlen(body);

	(void)state;
	assert_string_equal(outcome.answer, "HTTP 400 a b [2J");
	for (size_t i = 0; i < 100; i++)
		memcpy(body + n + 3 * i, "\xe5\x95\x86", 4);
	outcome = ask(body, NULL);
	assert_int_equal(utf8_invalid(span_of(outcome.answer)), -1);
	assert_in_range(strlen(outcome.answer), 150, 255);
}

static void no_secret(const char *text)
{
	static const char *const secrets[] = {"T0000secret", "B0000secret", "abcdefgh", "very-secret-token"};

	for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
		if (strstr(text, secrets[i]))
			fail_msg("\"%s\" is in \"%s\"", secrets[i], text);
}

static void secrets_are_in_no_outcome(void **state)
{
	struct outcome outcome = ask("HTTP/1.1 404 Not Found\r\nContent-Length: 118\r\n\r\n"
				     "no /services/T0000secret/B0000secret?token=abcdefgh, B0000secret; "
				     "abcdefgh, Bearer very-secret-token, very-secret-token",
		NULL);

	(void)state;
	assert_int_equal(outcome.verdict, VERDICT_REFUSED);
	assert_non_null(strstr(outcome.answer, "***"));
	no_secret(outcome.answer);
}

static void a_secret_in_the_wrong_place_is_not_repeated(void **state)
{
	struct error e = {0};
	struct telling t;

	(void)state;
	setenv(AUTHORIZATION_NAME, "Bearer very-secret-token", 1);
	setenv(URL_NAME, "very-secret-token", 1);
	struct outcome outcome = send_with(&hook);
	assert_int_equal(outcome.verdict, VERDICT_RETRY);
	no_secret(outcome.answer);
	assert_int_equal(notify_check(telling_begin(&t, &hook, stdout, &never), "team", &e), -1);
	no_secret(e.message);
	notify_free(t.notify);
	setenv(URL_NAME, "http://host.invalid:1/T0000secret", 1);
	no_secret(send_with(&hook).answer);
	unsetenv(URL_NAME);
	outcome = send_with(&hook);
	assert_int_equal(outcome.verdict, VERDICT_RETRY);
	assert_non_null(strstr(outcome.answer, "env:" URL_NAME));
}

static void redaction_knows_parts(void **state)
{
	static const struct {
		const char *secret, *text, *wanted;
	} cases[] = {
		{"https://hooks.example/services/T00/abcdefghij", "no_service abcdefghij", "no_service ***"},
		{"https://hooks.example/services/T00/abcdefghij", "hooks.example", "hooks.example"},
		{"https://hooks.example/x", "https://hooks.example/x and https://hooks.example/x", "*** and ***"},
		{"Basic dXNlcjpwYXNz", "bad dXNlcjpwYXNz!", "bad ***!"},
		{"abc", "abc", "abc"}, /* three letters are no secret, but would tear every text */
		{"abcd", "abcdabcd", "******"},
	};
	struct buf text;

	(void)state;
	buf_init(&text, 1000);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *secrets[] = {cases[i].secret, NULL};

		buf_reset(&text);
		buf_adds(&text, cases[i].text);
		receiver_redact(&text, secrets);
		assert_string_equal(buf_text(&text), cases[i].wanted);
	}
	buf_clear(&text);
}

/* ---- all ---- */

static void two_failures_open_the_circuit(void **state)
{
	struct receiver_config config = hook;
	struct message m = message_of(NULL, 0, 1);
	struct outcome outcome;
	struct telling t;

	(void)state;
	setenv(URL_NAME, "http://127.0.0.1:1/", 1);
	setenv(AUTHORIZATION_NAME, "x", 1);
	telling_begin(&t, &config, stdout, &never);
	for (int i = 0; i < 5; i++) {
		notify_send(t.notify, "team", &m, &outcome);
		assert_int_equal(outcome.verdict, VERDICT_RETRY);
		assert_int_equal(strstr(outcome.answer, "circuit open") != NULL, i >= 2);
	}
	notify_free(t.notify);
}

static void an_unknown_receiver_is_refused(void **state)
{
	struct receiver_config config = {.name = "log", .kind = RECEIVER_FILE, .path = "/nowhere"};
	struct message m = message_of(NULL, 0, 1);
	struct outcome outcome;
	struct error e = {0};
	struct telling t;
	struct buf body;

	(void)state;
	buf_init(&body, 100);
	telling_begin(&t, &config, stdout, &never);
	notify_send(t.notify, "other", &m, &outcome);
	assert_int_equal(outcome.verdict, VERDICT_REFUSED);
	assert_int_equal(notify_build(t.notify, "other", &m, &body, &e), -1);
	assert_int_equal(notify_check(t.notify, "other", &e), -1);
	notify_free(t.notify);
}

static void resolves_go_to_those_who_want_them(void **state)
{
	struct receiver_config config = {.name = "log", .kind = RECEIVER_FILE, .send_resolved = true};
	struct telling t;

	(void)state;
	telling_begin(&t, &config, stdout, &never);
	assert_string_equal(notify_resolving(t.notify)[0], "log");
	assert_null(notify_resolving(t.notify)[1]);
	notify_free(t.notify);
	config.send_resolved = false;
	telling_begin(&t, &config, stdout, &never);
	assert_null(notify_resolving(t.notify)[0]);
	notify_free(t.notify);
}

static void waits_double_and_end(void **state)
{
	struct clock clock = {.seed = 11};

	(void)state;
	for (int64_t attempt = 1; attempt < 40; attempt++) {
		int64_t base = attempt < 10 ? (int64_t)LIMIT_BACKOFF_FIRST_MS << (attempt - 1) : LIMIT_BACKOFF_MOST_MS;

		if (base > LIMIT_BACKOFF_MOST_MS)
			base = LIMIT_BACKOFF_MOST_MS;
		for (int i = 0; i < 100; i++)
			assert_in_range(notify_backoff(&clock, attempt), base / 2, base);
	}
	assert_in_range(notify_backoff(&clock, 0), 1, LIMIT_BACKOFF_FIRST_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_gets_a_line_a_message),
		cmocka_unit_test(writers_do_not_mix_their_lines),
		cmocka_unit_test(a_cut_line_spoils_no_other),
		cmocka_unit_test(a_file_that_cannot_be_written_is_owed),
		cmocka_unit_test(a_hook_gets_the_message),
		cmocka_unit_test(answers_are_honoured),
		cmocka_unit_test(answers_become_one_sound_line),
		cmocka_unit_test(secrets_are_in_no_outcome),
		cmocka_unit_test(a_secret_in_the_wrong_place_is_not_repeated),
		cmocka_unit_test(redaction_knows_parts),
		cmocka_unit_test(two_failures_open_the_circuit),
		cmocka_unit_test(an_unknown_receiver_is_refused),
		cmocka_unit_test(resolves_go_to_those_who_want_them),
		cmocka_unit_test(waits_double_and_end),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
