/*
 * The store as a file: made, refused, checked, copied; full disks, repeats
 * that must not make it grow, runs and cursors.
 */
#include "state_support.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "ext/sql.h"

static void write_file(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void run_script(const char *script)
{
	struct sql *db = sql_open(path, SQL_CREATE | SQL_ROLLBACK_JOURNAL, &error);

	assert_non_null(db);
	must(sql_exec(db, script, &error));
	sql_close(db);
}

static struct fingerprint digest_of_file(void)
{
	struct buf all;
	char block[4096];
	size_t n;
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	buf_init(&all, 1 << 24);
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(&all, block, n);
	fclose(f);
	struct fingerprint digest = fingerprint_of(buf_span(&all));
	buf_clear(&all);
	return digest;
}

/* Not opened, in no way; WANT stands in the message. */
static void assert_refused(unsigned flags, const char *want)
{
	struct state *s = state_open(path, flags, &test_clock, &error);

	assert_null(s);
	assert_int_equal(error.kind, ERROR_STATE);
	if (strstr(error.message, want) == NULL)
		fail_msg("%s", error.message);
}

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

static void a_new_one_is_made_with_its_folders(void **state)
{
	int version, newest;
	char below[128];

	(void)state;
	snprintf(below, sizeof(below), "%s/a/b/kenpin.db", folder);
	struct state *s = state_open(below, 0, &test_clock, &error);
	assert_non_null(s);
	must(state_version(s, &version, &newest, &error));
	assert_int_equal(version, newest);
	state_close(s);
	s = state_open(below, STATE_READ_ONLY, &test_clock, &error);
	assert_non_null(s);
	assert_int_equal(state_run_start(s, &(struct run){0}, &error), -1);
	assert_int_equal(error.kind, ERROR_STATE);
	state_close(s);
	static const char *const left[] = {"/a/b/kenpin.db", "/a/b/kenpin.db-wal", "/a/b/kenpin.db-shm", "/a/b", "/a"};
	for (size_t i = 0; i < ARRAY_LEN(left); i++) {
		snprintf(below, sizeof(below), "%s%s", folder, left[i]);
		remove(below);
	}
}

static void others_files_are_refused_untouched(void **state)
{
	(void)state;
	write_file("a note to self, of more than a hundred and five bytes, which is what the header of a database "
		   "needs at the very "
		   "least\n");
	struct fingerprint before = digest_of_file(), after;
	assert_refused(0, "this is no database");
	write_file("short\n");
	assert_refused(0, "this is no database");
	unlink(path);
	run_script("CREATE TABLE invoices (id INTEGER)");
	before = digest_of_file();
	assert_refused(0, "none of kenpin's");
	assert_refused(STATE_NO_MIGRATE, "none of kenpin's");
	after = digest_of_file();
	assert_memory_equal(&before, &after, sizeof(before));
	unlink(path);
	run_script("PRAGMA application_id = 7");
	assert_refused(0, "none of kenpin's");
	unlink(path);
	run_script("PRAGMA user_version = 0");
	state_close(open_store(0));
}

static void a_newer_one_says_who_wrote_it(void **state)
{
	(void)state;
	state_close(open_store(0));
	run_script("PRAGMA user_version = 99; UPDATE meta SET value = '7.8.9' WHERE name = 'written_by'");
	assert_refused(0, "written by kenpin 7.8.9");
	assert_refused(STATE_READ_ONLY, "written by kenpin 7.8.9");
	assert_refused(STATE_NO_MIGRATE, "written by kenpin 7.8.9");
}

static void none_is_no_failure_for_a_reader(void **state)
{
	struct finding_filter all = {.least_severity = -1};
	int64_t by_severity[SEVERITY_COUNT];

	(void)state;
	struct state *s = open_store(STATE_READ_ONLY);
	must(state_count_findings(s, &all, by_severity, &error));
	state_close(s);
	assert_int_equal(access(path, F_OK), -1);
	assert_refused(STATE_NO_MIGRATE, "there is no state store yet");
	assert_int_equal(access(path, F_OK), -1);
	char file[160], copy[160];
	snprintf(file, sizeof(file), "%s/kenpin.db/kenpin.db", folder);
	snprintf(copy, sizeof(copy), "%s", path);
	write_file("");
	assert_null(state_open(file, 0, &test_clock, &error));
	assert_int_equal(error.kind, ERROR_STATE);
}

static void damage_is_seen(void **state)
{
	char zeros[8192] = {0};
	struct buf faults;

	(void)state;
	struct state *s = open_store(0);
	struct run run = start(s);
	for (int i = 0; i < 300; i++) {
		char sku[16];
		struct finding f;

		snprintf(sku, sizeof(sku), "p%04d", i);
		struct draft d = draft_of("jan", sku, "1");
		record(s, &run, &d, &f);
	}
	state_close(s);
	run_script("PRAGMA foreign_keys = OFF; UPDATE seen SET state = 4 WHERE finding = 7; DELETE FROM finding WHERE "
		   "id = 9");
	buf_init(&faults, 1 << 20);
	s = open_store(STATE_NO_MIGRATE);
	assert_int_equal(state_check(s, &faults, &error), 1);
	assert_non_null(strstr(buf_text(&faults), "two accounts of one finding: "));
	assert_non_null(strstr(buf_text(&faults), "seen, but without its finding: "));
	assert_non_null(strstr(buf_text(&faults), "reference: table event"));
	state_close(s);
	FILE *f = fopen(path, "r+");
	assert_non_null(f);
	fseek(f, 65536, SEEK_SET);
	assert_int_equal(fwrite(zeros, 1, sizeof(zeros), f), sizeof(zeros));
	fclose(f);
	buf_reset(&faults);
	s = state_open(path, STATE_NO_MIGRATE, &test_clock, &error);
	assert_true(s == NULL || state_check(s, &faults, &error) != 0);
	state_close(s);
	buf_clear(&faults);
}

static void a_copy_stands_alone(void **state)
{
	char copy[128];
	int version, newest;

	(void)state;
	snprintf(copy, sizeof(copy), "%s.copy", path);
	struct state *s = open_store(0);
	struct run run = start(s);
	struct draft d = draft_of("jan", "a", "1");
	struct finding f;
	record(s, &run, &d, &f);
	must(state_backup(s, copy, &error));
	must(state_backup(s, copy, &error));
	assert_int_equal(state_backup(s, path, &error), -1);
	must(state_checkpoint(s, &error));
	state_close(s);
	s = state_open(copy, STATE_READ_ONLY, &test_clock, &error);
	assert_non_null(s);
	must(state_version(s, &version, &newest, &error));
	assert_events(s, &d, "opened");
	state_close(s);
}

static int64_t size_of_file(void)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

static void scan_many(struct state *s, int count)
{
	struct run run = start(s);
	struct finding f;
	enum state_change change;

	must(state_begin(s, &error));
	for (int i = 0; i < count; i++) {
		char sku[16];

		snprintf(sku, sizeof(sku), "p%05d", i);
		struct draft d = draft_of("jan", sku, "1");
		must(state_record(s, &run, "s001", &d, &f, &change, &error));
		if (change == CHANGE_OPENED)
			must(state_notice_add(s, &run, "oncall", "rule=jan", &f, &error));
	}
	must(state_commit(s, &error));
	must(state_run_end(s, &run, &error));
	must(state_checkpoint(s, &error));
}

static void a_repeat_leaves_it_as_large_as_it_was(void **state)
{
	(void)state;
	struct state *s = open_store(0);
	scan_many(s, 20000);
	int64_t before = size_of_file();
	for (int i = 0; i < 3; i++)
		scan_many(s, 20000);
	assert_true(size_of_file() - before <= before / 100);
	state_close(s);
}

/* In a child, since the limit stays. */
static void fill_the_disk(void)
{
	struct rlimit most = {600 << 10, 600 << 10};
	struct state *s = state_open(path, 0, &test_clock, &error);
	struct run run;
	struct finding f;
	enum state_change change;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &most);
	if (s == NULL || state_run_start(s, &run, &error) < 0)
		_exit(1);
	for (int i = 0; i < 100000; i++) {
		char sku[16];

		snprintf(sku, sizeof(sku), "p%05d", i);
		struct draft d = draft_of("jan", sku, "1");
		if (i % 100 == 0 && state_begin(s, &error) < 0)
			break;
		if (state_record(s, &run, "", &d, &f, &change, &error) < 0)
			break;
		if (i % 100 == 99 && state_commit(s, &error) < 0)
			break;
	}
	state_rollback(s);
	_exit(error.kind == ERROR_STATE && strstr(error.message, "disk") != NULL ? 0 : 1);
}

static void a_full_disk_loses_nothing(void **state)
{
	struct finding_filter all = {.least_severity = -1};
	int64_t by_severity[SEVERITY_COUNT];
	struct buf faults;
	int status;

	(void)state;
	pid_t child = fork();
	if (child == 0)
		fill_the_disk();
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	struct state *s = open_store(0);
	buf_init(&faults, 1 << 16);
	assert_int_equal(state_check(s, &faults, &error), 0);
	buf_clear(&faults);
	must(state_count_findings(s, &all, by_severity, &error));
	assert_true(by_severity[SEVERITY_ERROR] > 0 && by_severity[SEVERITY_ERROR] % 100 == 0);
	state_close(s);
}

static int add_run(void *arg, const struct run *run, struct error *e)
{
	(void)e;
	buf_addf(arg, "%s:%s:%d:%lld:%s ", run->id, run->status, run->exit_code, (long long)run->counts.incomplete,
		run->why);
	return 0;
}

static void runs_are_remembered(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct buf out;

	run = start(s);
	snprintf(run.status, sizeof(run.status), "incomplete");
	snprintf(run.why, sizeof(run.why), "a shard");
	run.exit_code = 2;
	run.counts.incomplete = 3;
	run.ended = run.started + 5;
	must(state_run_end(s, &run, &error));
	start(s);
	buf_init(&out, 4096);
	must(state_runs(s, 0, add_run, &out, &error));
	assert_string_equal(
		buf_text(&out), "r-000003:running:0:0: r-000002:incomplete:2:3:a shard r-000001:killed:0:0: ");
	buf_reset(&out);
	must(state_runs(s, 1, add_run, &out, &error));
	assert_string_equal(buf_text(&out), "r-000003:running:0:0: ");
	buf_clear(&out);
}

static void cursors_and_scans_are_kept_by_scope(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	int64_t until, documents;
	bool complete;

	must(state_cursor(s, "orders", "s001", &until, &error));
	assert_int_equal(until, 0);
	must(state_cursor_set(s, "orders", "s001", 41, &error));
	must(state_cursor_set(s, "orders", "s001", 42, &error));
	must(state_cursor_set(s, "orders", "s002", 7, &error));
	must(state_cursor(s, "orders", "s001", &until, &error));
	assert_int_equal(until, 42);
	must(state_last_scanned(s, "orders", &documents, &complete, &error));
	assert_int_equal(documents, 0);
	assert_false(complete);
	must(state_scanned(s, &run, "orders", "s001", false, 10, &error));
	must(state_scanned(s, &run, "orders", "s001", true, 10, &error));
	must(state_scanned(s, &run, "orders", "s002", true, 5, &error));
	must(state_last_scanned(s, "orders", &documents, &complete, &error));
	assert_int_equal(documents, 15);
	assert_true(complete);
	must(state_scanned(s, &run, "orders", "s002", false, 1, &error));
	must(state_last_scanned(s, "orders", &documents, &complete, &error));
	assert_int_equal(documents, 11);
	assert_false(complete);
}

int main(void)
{
#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, in_folder, out_of_folder)
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest files[] = {FILE_TEST(a_new_one_is_made_with_its_folders),
		FILE_TEST(others_files_are_refused_untouched), FILE_TEST(a_newer_one_says_who_wrote_it),
		FILE_TEST(none_is_no_failure_for_a_reader), FILE_TEST(damage_is_seen), FILE_TEST(a_copy_stands_alone),
		FILE_TEST(a_repeat_leaves_it_as_large_as_it_was), FILE_TEST(a_full_disk_loses_nothing)};
	const struct CMUnitTest tests[] = {TEST(runs_are_remembered), TEST(cursors_and_scans_are_kept_by_scope)};
	int failed = cmocka_run_group_tests_name("files", files, NULL, NULL) +
		     cmocka_run_group_tests_name("in a file", tests, NULL, NULL);

	in_memory = true;
	return failed + cmocka_run_group_tests_name("in memory", tests, NULL, NULL);
}
