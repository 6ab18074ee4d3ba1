/*
 * What keeps a manifest from being written: guards, incomplete scans, and a
 * crash at any moment.
 */
#include "recover_support.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <utime.h>

static void refused(struct bench *b, struct manifest *m, const char *wanted)
{
	struct manifest_summary summary;
	char path[512], sha256[65];
	struct error e = {0};

	manifest_summarise(m, &summary);
	assert_true(summary.refused);
	assert_non_null(strstr(summary.refusal, wanted));
	assert_int_equal(manifest_finish(m, path, sha256, &e), -1);
	assert_int_equal(e.kind, ERROR_OWED);
	if (!strstr(e.message, wanted))
		fail_msg("\"%s\" is not in \"%s\"", wanted, e.message);
	manifest_free(m);
	assert_int_equal(entries_in(b->folder, ENTRIES_VISIBLE) + entries_in(b->folder, ENTRIES_HIDDEN), 0);
}

static void too_many_actions_are_refused_whole(void **state)
{
	struct bench *b = *state;
	struct manifest *m = begin(b);

	guard(m, "price", 3, 100, "100", 1000);
	guard(m, "price", 100000, 100000, "100", 1000); /* the first call counts */
	add_many(b, m, "stock", "s1", 1, 5);
	add_many(b, m, "price", "s1", 1, 7);
	refused(b, m, "guard max_actions of rule price refuses: 7 actions, at most 3");
}

static void too_many_for_one_shop_are_refused(void **state)
{
	struct bench *b = *state;
	struct manifest *m = begin(b);

	guard(m, "price", 100, 2, "100", 1000);
	add_many(b, m, "price", "s1", 1, 2);
	add_many(b, m, "price", "s2", 1, 3);
	add_many(b, m, "price", "", 100, 5); /* no shop, no bound of a shop */
	refused(b, m, "guard max_per_shop of rule price refuses: 3 actions in shop s2, at most 2");
}

static void too_large_a_share_is_refused(void **state)
{
	struct bench *b = *state;
	struct manifest *m = begin(b);

	guard(m, "price", 100, 100, "0.3", 1000);
	add_many(b, m, "price", "s1", 1, 3);
	guard(m, "stock", 100, 100, "0.3", 999);
	add_many(b, m, "stock", "s1", 1, 3);
	refused(b, m,
		"guard max_percent of rule stock refuses: 3 actions for 999 documents are 0.300300 %, at most 0.3 %");
}

static void a_share_of_nothing_is_refused(void **state)
{
	struct bench *b = *state;
	struct manifest *m = begin(b);

	guard(m, "price", 100, 100, "100", 0);
	add_many(b, m, "price", "s1", 1, 1);
	refused(b, m, "guard max_percent of rule price refuses: 1 actions for 0 documents, at most 100 %");
}

static void guards_are_on_without_being_asked(void **state)
{
	struct bench *b = *state;
	struct manifest *m = begin(b);

	add_many(b, m, "price", "s1", 1, LIMIT_MANIFEST_PER_SHOP + 1);
	for (int shop = 2; shop < 7; shop++) {
		const char *name = arena_printf(&b->arena, "s%d", shop);

		add_many(b, m, "price", name, 1, LIMIT_MANIFEST_PER_SHOP);
	}
	refused(b, m, "guard max_actions of rule price refuses: 1201 actions, at most 1000");
}

static void bounds_may_be_reached(void **state)
{
	struct bench *b = *state;
	struct manifest *m = begin(b);
	struct manifest_summary summary;

	guard(m, "price", 3, 3, "0.3", 1000);
	add_many(b, m, "price", "s1", 1, 3);
	manifest_summarise(m, &summary);
	assert_false(summary.refused);
	assert_null(summary.refusal);
	assert_int_equal(summary.actions, 3);
	assert_int_equal(summary.undo, 3);
	assert_int_equal(*(int64_t *)map_find(summary.by_shop, SPAN_LITERAL("s1")), 3);
	manifest_free(m);
}

static void an_incomplete_scan_corrects_nothing(void **state)
{
	struct bench *b = *state;
	struct manifest_header header = usual_header;
	struct error e = {0};
	char path[512], sha256[65];

	header.complete = false;
	struct manifest *m = manifest_begin(b->folder, &header, &e);
	add_many(b, m, "price", "s1", 1, 1);
	assert_int_equal(manifest_finish(m, path, sha256, &e), -1);
	assert_int_equal(e.kind, ERROR_INCOMPLETE);
	manifest_free(m);
	assert_int_equal(entries_in(b->folder, ENTRIES_VISIBLE), 0);
}

/* ---- crashes ---- */

static _Noreturn void write_and_die(struct bench *b, int actions)
{
	struct manifest *m = begin(b);

	guard(m, "price", 10000, 10000, "100", 330112);
	add_many(b, m, "price", "s1", 1, actions);
	_exit(0);
}

static void a_crash_leaves_nothing_visible(void **state)
{
	static const int moments[] = {1, 499, 500, 501, 1000, 1001};
	struct bench *b = *state;

	for (size_t i = 0; i < ARRAY_LEN(moments); i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0)
			write_and_die(b, moments[i]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
		assert_int_equal(entries_in(b->folder, ENTRIES_VISIBLE), 0);
		assert_int_equal(entries_in(b->folder, ENTRIES_HIDDEN), i + 1);
	}
	/* the next one is not disturbed */
	written(b, 3);
	assert_int_equal(entries_in(b->folder, ENTRIES_VISIBLE), 1);
}

static void age_all(const char *folder, time_t seconds)
{
	struct dirent *entry;
	DIR *dir = opendir(folder);

	while ((entry = readdir(dir)) != NULL) {
		char *path = xasprintf("%s/%s", folder, entry->d_name);

		if (strncmp(entry->d_name, ".manifest", 9) == 0)
			assert_int_equal(utime(path, &(struct utimbuf){time(NULL) - seconds, time(NULL) - seconds}), 0);
		free(path);
	}
	closedir(dir);
}

static void what_the_dead_left_is_removed_after_a_day(void **state)
{
	struct bench *b = *state;
	char *living = xasprintf("%s/.manifest-%ld-0", b->folder, (long)getppid());
	pid_t pid = fork();
	int status;

	if (pid == 0)
		write_and_die(b, 501);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(mkdir(living, 0700), 0);
	age_all(b->folder, 80000);
	manifest_free(begin(b));
	assert_int_equal(entries_in(b->folder, ENTRIES_HIDDEN), 2);
	age_all(b->folder, 100000);
	manifest_free(begin(b));
	assert_int_equal(entries_in(b->folder, ENTRIES_HIDDEN), 1);
	assert_int_equal(access(living, F_OK), 0);
	free(living);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(too_many_actions_are_refused_whole),
		BENCH_TEST(too_many_for_one_shop_are_refused),
		BENCH_TEST(too_large_a_share_is_refused),
		BENCH_TEST(a_share_of_nothing_is_refused),
		BENCH_TEST(guards_are_on_without_being_asked),
		BENCH_TEST(bounds_may_be_reached),
		BENCH_TEST(an_incomplete_scan_corrects_nothing),
		BENCH_TEST(a_crash_leaves_nothing_visible),
		BENCH_TEST(what_the_dead_left_is_removed_after_a_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
