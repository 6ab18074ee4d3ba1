/*
 * The exec receiver with real processes: what they get, what their end means,
 * and that none outlives its time.
 */
#include "notify_support.h"

#include <errno.h>
#include <limits.h>

static struct outcome run_command(const char *const *argv, size_t count, int64_t timeout, const volatile int *stop_now)
{
	struct receiver_config config = {.name = "script",
		.kind = RECEIVER_EXEC,
		.command = {(const char **)(uintptr_t)argv, count},
		.timeout = timeout};
	struct finding f = finding_of("jan", "{\"sku\":\"a\"}", "short");
	struct message m = message_of(&f, 1, 1);
	struct outcome outcome;
	struct telling t;

	notify_send(telling_begin(&t, &config, stdout, stop_now), "script", &m, &outcome);
	notify_free(t.notify);
	return outcome;
}

static struct outcome run_script(const char *script, int64_t timeout)
{
	const char *argv[] = {"sh", "-c", script};

	return run_command(argv, 3, timeout, &never);
}

static void ends_have_a_meaning(void **state)
{
	static const struct {
		const char *script;
		enum verdict verdict;
		const char *answer;
	} cases[] = {
		{"exit 0", VERDICT_SENT, "exit 0"},
		{"cat >/dev/null", VERDICT_SENT, "exit 0"},
		{"exit 75", VERDICT_RETRY, "exit 75 (try again)"},
		{"exit 1", VERDICT_RETRY, "exit 1"},
		{"exit 255", VERDICT_RETRY, "exit 255"},
		{"exit 126", VERDICT_REFUSED, "cannot be executed"},
		{"exit 127", VERDICT_REFUSED, "was not found"},
		{"kill -TERM $$", VERDICT_RETRY, "signal 15"},
		{"kill -KILL $$", VERDICT_RETRY, "signal 9"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct outcome outcome = run_script(cases[i].script, 10000);

		assert_int_equal(outcome.verdict, cases[i].verdict);
		assert_int_equal(outcome.retry_after_ms, -1);
		if (!strstr(outcome.answer, cases[i].answer))
			fail_msg("\"%s\" is not in \"%s\"", cases[i].answer, outcome.answer);
	}
}

static void programs_that_cannot_be_run(void **state)
{
	const char *missing[] = {"/nowhere/program"}, *folder[] = {"/tmp"}, *unknown[] = {"kenpin-no-such-program"};

	(void)state;
	assert_int_equal(run_command(missing, 1, 1000, &never).verdict, VERDICT_REFUSED);
	assert_int_equal(run_command(folder, 1, 1000, &never).verdict, VERDICT_REFUSED);
	assert_int_equal(run_command(unknown, 1, 1000, &never).verdict, VERDICT_REFUSED);
}

/* No shell: what looks like one's work stays an argument. */
static void arguments_go_as_they_are(void **state)
{
	char *path = new_path();
	const char *argv[] = {"sh", "-c", "printf '%s|' \"$@\" >\"$0\"", path, "a b", "$(id)", "; true", "*"};
	struct buf got;

	(void)state;
	assert_int_equal(run_command(argv, ARRAY_LEN(argv), 10000, &never).verdict, VERDICT_SENT);
	read_file(&got, path);
	assert_string_equal(buf_text(&got), "a b|$(id)|; true|*|");
	buf_clear(&got);
	unlink(path);
	free(path);
}

static void the_message_is_on_standard_input(void **state)
{
	char *path = new_path();
	char *script = xasprintf(
		"cat >%s; pwd >>%s; echo $KENPIN_EVENT $KENPIN_SEVERITY $KENPIN_DEDUP_KEY \"$KENPIN_GROUP\" >>%s", path,
		path, path);
	struct buf got;

	(void)state;
	assert_int_equal(run_script(script, 10000).verdict, VERDICT_SENT);
	read_file(&got, path);
	const char *rest = strchr(buf_text(&got), '\n');
	struct json *j = json_of((struct span){got.data, (size_t)(rest - got.data)});
	assert_string_equal(json_text(j, "dedup_key", ""), "0123456789abcdef:1");
	assert_int_equal(json_count(json_get(j, "findings")), 1);
	json_free(j);
	assert_string_equal(rest, "\n/tmp\nfound error 0123456789abcdef:1 rule=jan-code-shape shop=s001\n");
	buf_clear(&got);
	unlink(path);
	free(path);
	free(script);
}

static void its_output_is_not_a_result(void **state)
{
	int ends[2], saved = dup(STDOUT_FILENO);
	char block[16];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	fflush(stdout);
	dup2(ends[1], STDOUT_FILENO);
	struct outcome outcome = run_script("echo this goes to standard error", 10000);
	dup2(saved, STDOUT_FILENO);
	close(ends[1]);
	close(saved);
	assert_int_equal(outcome.verdict, VERDICT_SENT);
	assert_int_equal(read(ends[0], block, sizeof(block)), 0);
	close(ends[0]);
}

static pid_t pid_in(const char *path)
{
	struct buf text;

	read_file(&text, path);
	pid_t pid = (pid_t)strtol(buf_text(&text), NULL, 10);
	buf_clear(&text);
	assert_true(pid > 1);
	return pid;
}

/* A killed process may be kept by init for a moment. */
static bool is_gone(pid_t pid)
{
	char *path = xasprintf("/proc/%ld/stat", (long)pid), state = 'Z';
	bool gone = false;

	for (int i = 0; i < 100 && !gone; i++) {
		FILE *in = fopen(path, "r");

		gone = in == NULL || fscanf(in, "%*d (%*[^)]) %c", &state) != 1 || state == 'Z';
		if (in)
			fclose(in);
		clock_sleep(10);
	}
	free(path);
	return gone;
}

static void a_time_that_is_over_ends_the_whole_group(void **state)
{
	char *path = new_path();
	char *script = xasprintf("sleep 600 & echo $! >%s; trap '' TERM; sleep 600", path);
	struct outcome outcome = run_script(script, 500);

	(void)state;
	assert_int_equal(outcome.verdict, VERDICT_RETRY);
	assert_non_null(strstr(outcome.answer, "did not end within 500 ms"));
	assert_true(is_gone(pid_in(path)));
	unlink(path);
	free(path);
	free(script);
}

static void a_second_signal_ends_it_too(void **state)
{
	static const volatile int now = 1;
	const char *argv[] = {"sleep", "600"};
	struct outcome outcome = run_command(argv, 2, 60000, &now);

	(void)state;
	assert_int_equal(outcome.verdict, VERDICT_RETRY);
	assert_non_null(strstr(outcome.answer, "second signal"));
}

/* More than a pipe holds, to a program that does not read or reads late. */
static void a_large_message_waits_for_its_reader(void **state)
{
	enum { COUNT = 10, CHARS = 60000 };
	static const char *const scripts[] = {"exit 0", "sleep 0.3; test $(wc -c) -gt 500000", "exec <&-; sleep 0.1"};
	struct finding top[COUNT];
	char *title = xcalloc(CHARS + 1, 1);

	(void)state;
	memset(title, 'x', CHARS);
	for (size_t i = 0; i < COUNT; i++) {
		top[i] = finding_of("jan", "{\"sku\":\"a\"}", "short");
		top[i].title = title;
	}
	for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
		const char *argv[] = {"sh", "-c", scripts[i]};
		struct receiver_config config = {
			.name = "script", .kind = RECEIVER_EXEC, .command = {argv, 3}, .timeout = 20000};
		struct message m = message_of(top, COUNT, COUNT);
		struct outcome outcome;
		struct telling t;

		notify_send(telling_begin(&t, &config, stdout, &never), "script", &m, &outcome);
		notify_free(t.notify);
		if (outcome.verdict != VERDICT_SENT)
			fail_msg("%s: %s", scripts[i], outcome.answer);
	}
	free(title);
}

/* A status that cannot be had is never taken for success. */
static void ignored_children_are_waited_for(void **state)
{
	(void)state;
	signal(SIGCHLD, SIG_IGN);
	assert_int_equal(run_script("exit 3", 10000).verdict, VERDICT_RETRY);
	signal(SIGCHLD, SIG_DFL);
}

static void no_descriptor_and_no_child_is_left(void **state)
{
	int first = dup(0), last;

	(void)state;
	for (int i = 0; i < 20; i++)
		run_script("exit 0", 10000);
	last = dup(0);
	assert_int_equal(last, first + 1);
	close(first);
	close(last);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static int check_of(const char *program, struct error *e)
{
	struct receiver_config config = {.name = "script", .kind = RECEIVER_EXEC, .command = {&program, 1}};
	struct telling t;
	int result = notify_check(telling_begin(&t, &config, stdout, &never), "script", e);

	notify_free(t.notify);
	return result;
}

static void the_doctor_looks_for_the_program(void **state)
{
	char *path = new_path();
	struct error e = {0};
	FILE *out = fopen(path, "w");

	(void)state;
	fputs("#!/bin/sh\n", out);
	fclose(out);
	assert_int_equal(check_of("sh", &e), 0);
	assert_int_equal(check_of("/bin/sh", &e), 0);
	assert_int_equal(check_of("kenpin-no-such-program", &e), -1);
	assert_non_null(strstr(e.message, "kenpin-no-such-program"));
	assert_int_equal(check_of("/tmp", &e), -1);
	assert_int_equal(check_of(path, &e), -1);
	chmod(path, 0700);
	assert_int_equal(check_of(path, &e), 0);
	/* relative to the project's folder, which is /tmp here */
	char *relative = xasprintf("./%s", path + strlen("/tmp/"));
	assert_int_equal(check_of(relative, &e), 0);
	free(relative);
	unlink(path);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_have_a_meaning),
		cmocka_unit_test(programs_that_cannot_be_run),
		cmocka_unit_test(arguments_go_as_they_are),
		cmocka_unit_test(the_message_is_on_standard_input),
		cmocka_unit_test(its_output_is_not_a_result),
		cmocka_unit_test(a_time_that_is_over_ends_the_whole_group),
		cmocka_unit_test(a_second_signal_ends_it_too),
		cmocka_unit_test(a_large_message_waits_for_its_reader),
		cmocka_unit_test(ignored_children_are_waited_for),
		cmocka_unit_test(no_descriptor_and_no_child_is_left),
		cmocka_unit_test(the_doctor_looks_for_the_program),
	};

	signal(SIGPIPE, SIG_IGN); /* as main does */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
