/*
 * The lease between real processes, and what a process that is killed in the
 * middle of its transactions leaves behind.
 */
#include "state_support.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/limits.h"
#include "state/store.h"

#define TEXT_OF(limit) TEXT(limit)
#define TEXT(number) #number

static int in_folder(void **state)
{
	(void)state;
	make_folder();
	return 0;
}

static int out_of_folder(void **state)
{
	(void)state;
	remove_folder();
	return 0;
}

/* A child that takes the lease, says so, and waits to be killed. */
static pid_t holder(void)
{
	int ready[2];
	char byte = 0;

	assert_int_equal(pipe(ready), 0);
	pid_t child = fork();
	if (child == 0) {
		struct state *s = state_open(path, 0, &test_clock, &error);

		byte = s != NULL && state_lease_take(s, "scan", &error) == 0 ? 'y' : 'n';
		if (write(ready[1], &byte, 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	assert_true(child > 0);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(byte, 'y');
	close(ready[0]);
	close(ready[1]);
	return child;
}

static void end(pid_t child)
{
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void set_lease(const char *assignment)
{
	char script[256];
	struct sql *db = sql_open(path, 0, &error);

	assert_non_null(db);
	snprintf(script, sizeof(script), "UPDATE lease SET %s", assignment);
	must(sql_exec(db, script, &error));
	sql_close(db);
}

static void a_living_holder_is_named(void **state)
{
	char pid[32];

	(void)state;
	pid_t child = holder();
	struct state *s = open_store(0);
	assert_int_equal(state_lease_take(s, "scan", &error), -1);
	assert_int_equal(error.kind, ERROR_LEASE);
	snprintf(pid, sizeof(pid), "process %d on ", (int)child);
	assert_non_null(strstr(error.message, pid));
	must(state_lease_take(s, "another", &error));
	end(child);
	must(state_lease_take(s, "scan", &error));
	must(state_lease_renew(s, "scan", &error));
	state_lease_release(s, "scan");
	end(holder());
	state_close(s);
}

static void only_a_process_that_can_be_seen_is_seen_to_be_gone(void **state)
{
	(void)state;
	end(holder());
	struct state *s = open_store(0);
	set_lease("host = 'elsewhere'");
	assert_int_equal(state_lease_take(s, "scan", &error), -1);
	set_lease("beat = beat - 1000 * (1 + " TEXT_OF(LIMIT_LEASE_SECONDS) ")");
	must(state_lease_take(s, "scan", &error));
	set_lease("space = 'another container', pid = 999999999");
	assert_int_equal(state_lease_take(s, "scan", &error), -1);
	state_lease_release(s, "scan");
	assert_int_equal(state_lease_take(s, "scan", &error), -1);
	state_close(s);
}

static void a_number_that_was_given_again_is_another_process(void **state)
{
	(void)state;
	pid_t child = holder();
	struct state *s = open_store(0);
	set_lease("started = started + 1");
	must(state_lease_take(s, "scan", &error));
	end(child);
	state_close(s);
}

/* Whoever was taken to be dead must notice when it comes back. */
static void a_lost_lease_is_noticed(void **state)
{
	(void)state;
	struct state *s = open_store(0);
	must(state_lease_take(s, "scan", &error));
	set_lease("beat = 1, pid = pid + 1");
	must(state_lease_renew(s, "scan", &error)); /* too soon to write */
	s->lease.beat -= 10001;
	assert_int_equal(state_lease_renew(s, "scan", &error), -1);
	assert_int_equal(error.kind, ERROR_LEASE);
	state_lease_release(s, "scan");
	set_lease("pid = pid - 1");
	must(state_lease_renew(s, "scan", &error));
	assert_int_equal(state_lease_take(s, "scan", &error), -1);
	state_close(s);
}

/* ---- killed ---- */

#define PAGE 200
#define DRAFTS 3000

static int scan_once(struct state *s, struct run *run)
{
	struct finding f;
	enum state_change change;

	for (int i = 0; i < DRAFTS; i++) {
		char sku[16];

		snprintf(sku, sizeof(sku), "p%05d", i);
		struct draft d = draft_of("jan", sku, "1");
		d.action = SPAN_LITERAL("{\"op\":\"delete\",\"target\":{},\"precondition\":[]}");
		if ((i % PAGE == 0 && state_begin(s, &error) < 0) ||
			state_record(s, run, "", &d, &f, &change, &error) < 0)
			return -1;
		if (change == CHANGE_OPENED && (state_notice_add(s, run, "oncall", "rule=jan", &f, &error) < 0 ||
						       state_notice_add(s, run, "team", sku, &f, &error) < 0))
			return -1;
		if (i % PAGE == PAGE - 1 && state_commit(s, &error) < 0)
			return -1;
	}
	return 0;
}

static void scan_until_killed(void)
{
	struct state *s = state_open(path, 0, &test_clock, &error);
	struct run run;
	struct notice n;

	if (s == NULL || state_lease_take(s, "scan", &error) < 0)
		_exit(1);
	for (;;) {
		if (state_run_start(s, &run, &error) < 0 || scan_once(s, &run) < 0)
			_exit(1);
		for (int64_t after = 0; state_notice_due(s, INT64_MAX, after, &n, &error) == 1; after = n.id)
			if (state_notice_done(s, n.id, NOTICE_SENT, 0, "", &error) < 0)
				_exit(1);
	}
}

static int count_members(void *arg, const struct notice *n, const char *text, struct error *e)
{
	(void)text;
	(void)e;
	*(int64_t *)arg += n->members;
	return 0;
}

static void check_sound(struct state *s)
{
	struct buf faults;

	buf_init(&faults, 1 << 16);
	if (state_check(s, &faults, &error) != 0)
		fail_msg("%s", buf_text(&faults));
	buf_clear(&faults);
}

static void a_kill_loses_and_doubles_nothing(void **state)
{
	struct finding_filter all = {.least_severity = -1};
	int64_t by_severity[SEVERITY_COUNT];
	struct clock chance = {.seed = 20261124};

	(void)state;
	for (int round = 0; round < 20; round++) {
		int status;
		pid_t child = fork();

		if (child == 0)
			scan_until_killed();
		clock_sleep(5 + (int64_t)clock_random(&chance, 60));
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		struct state *s = open_store(0);
		check_sound(s);
		state_close(s);
	}
	struct state *s = open_store(0);
	struct run run = start(s);
	must(scan_once(s, &run));
	check_sound(s);
	must(state_count_findings(s, &all, by_severity, &error));
	assert_int_equal(by_severity[SEVERITY_ERROR], DRAFTS);
	/* each finding is in one notice of either receiver, whatever became of it */
	int64_t members = 0;
	must(state_notices(s, NOTICES_OWED | NOTICES_SENT | NOTICES_DEAD, 0, count_members, &members, &error));
	assert_int_equal(members, 2 * DRAFTS);
	state_close(s);
}

int main(void)
{
#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, in_folder, out_of_folder)
	const struct CMUnitTest tests[] = {FILE_TEST(a_living_holder_is_named),
		FILE_TEST(only_a_process_that_can_be_seen_is_seen_to_be_gone),
		FILE_TEST(a_number_that_was_given_again_is_another_process), FILE_TEST(a_lost_lease_is_noticed),
		FILE_TEST(a_kill_loses_and_doubles_nothing)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
