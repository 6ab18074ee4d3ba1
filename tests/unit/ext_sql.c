/*
 * SQLite's wrapper: statements are kept, transactions hold, and whatever goes
 * wrong names the file and a remedy.
 */
#include "base/base.h"
#include "ext/sql.h"

#include <setjmp.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[64], path[96];

static int make_folder(maybe_unused void **state)
{
	snprintf(folder, sizeof(folder), "/tmp/kenpin-sql-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/a.db", folder);
	return 0;
}

static int drop_folder(maybe_unused void **state)
{
	char *command = xasprintf("rm -r '%s'", folder);
	int result = system(command);

	free(command);
	return result;
}

static struct sql *opened(unsigned flags)
{
	struct error e = {0};
	struct sql *db = sql_open(path, flags, &e);

	if (db == NULL)
		fail_msg("%s", e.message);
	return db;
}

static void write_file(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static int64_t number(struct sql *db, const char *query)
{
	struct error e = {0};
	int64_t n = -1;

	if (sql_get_int(db, &n, query, &e) < 0)
		fail_msg("%s", e.message);
	return n;
}

static void exec(struct sql *db, const char *script)
{
	struct error e = {0};

	if (sql_exec(db, script, &e) < 0)
		fail_msg("%s", e.message);
}

static void keeps_values(maybe_unused void **state)
{
	static const char *const insert = "INSERT INTO t VALUES (?, ?, ?, ?, ?)", *const read = "SELECT * FROM t";
	struct error e = {0};
	struct sql *db = opened(SQL_CREATE);
	struct sql_stmt *s;

	exec(db, "CREATE TABLE t (a, b, c, d, e); CREATE TABLE u (x INTEGER PRIMARY KEY)");
	s = sql_prepare(db, insert, &e);
	assert_non_null(s);
	sql_bind_int(s, 1, INT64_MIN);
	sql_bind_text(s, 2, SPAN_LITERAL("メモ\0x"));
	sql_bind_str(s, 3, NULL);
	sql_bind_blob(s, 4, "\0\1", 2);
	sql_bind_text(s, 5, SPAN_NONE);
	assert_int_equal(sql_run(s, &e), 0);
	assert_int_equal(sql_changes(db), 1);
	assert_int_equal(sql_last_id(db), 1);

	s = sql_prepare(db, read, &e);
	assert_int_equal(sql_step(s, &e), 1);
	assert_true(sql_int(s, 0) == INT64_MIN);
	assert_true(span_equal(sql_text(s, 1), SPAN_LITERAL("メモ\0x")));
	assert_true(sql_is_null(s, 2));
	assert_null(sql_text(s, 2).p);
	assert_true(span_equal(sql_blob(s, 3), (struct span){"\0\1", 2}));
	assert_false(sql_is_null(s, 4));
	assert_true(span_is(sql_text(s, 4), ""));
	assert_int_equal(sql_step(s, &e), 0);

	/* the same text gives the same statement, without its old bindings */
	s = sql_prepare(db, insert, &e);
	assert_int_equal(sql_run(s, &e), 0);
	assert_int_equal(number(db, "SELECT count(*) FROM t WHERE a IS NULL"), 1);
	assert_int_equal(sql_prepare(db, insert, &e) == s, true);
	sql_bind_int(s, 9, 1);
	assert_int_equal(sql_run(s, &e), -1);
	assert_non_null(strstr(e.message, insert));
	sql_close(db);
	sql_close(NULL);
}

static void transactions_hold(maybe_unused void **state)
{
	struct error e = {0};
	struct sql *db = opened(SQL_CREATE), *other;

	exec(db, "CREATE TABLE t (a)");
	assert_false(sql_in_transaction(db));
	assert_int_equal(sql_begin(db, &e), 0);
	assert_true(sql_in_transaction(db));
	exec(db, "INSERT INTO t VALUES (1)");
	sql_rollback(db);
	sql_rollback(db);
	assert_int_equal(number(db, "SELECT count(*) FROM t"), 0);

	assert_int_equal(sql_begin(db, &e), 0);
	exec(db, "INSERT INTO t VALUES (1)");
	other = opened(0);
	exec(other, "PRAGMA busy_timeout=1");
	assert_int_equal(sql_begin(other, &e), -1);
	assert_non_null(strstr(e.message, "another process holds it"));
	sql_close(other);
	other = opened(SQL_READ_ONLY);
	assert_int_equal(number(other, "SELECT count(*) FROM t"), 0);
	assert_int_equal(sql_commit(db, &e), 0);
	assert_int_equal(number(other, "SELECT count(*) FROM t"), 1);

	assert_int_equal(sql_exec(other, "INSERT INTO t VALUES (2)", &e), -1);
	assert_non_null(strstr(e.message, "make it writable"));
	sql_close(other);
	sql_close(db);
}

static void set_up_as_promised(maybe_unused void **state)
{
	struct sql *db = opened(SQL_CREATE);

	assert_int_equal(number(db, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
	assert_int_equal(number(db, "PRAGMA synchronous"), 2);
	assert_int_equal(number(db, "PRAGMA foreign_keys"), 1);
	sql_close(db);
	db = opened(SQL_CREATE | SQL_ROLLBACK_JOURNAL);
	assert_int_equal(number(db, "SELECT journal_mode = 'delete' FROM pragma_journal_mode"), 1);
	sql_close(db);
}

static void refusals_name_a_remedy(maybe_unused void **state)
{
	struct error e = {0};
	char *locked = xasprintf("%s/none/a.db", folder);

	assert_null(sql_open(path, 0, &e));
	assert_int_equal(e.kind, ERROR_STATE);
	assert_string_equal(e.path, path);
	assert_non_null(strstr(e.message, "check that it exists"));
	assert_null(sql_open(locked, SQL_CREATE, &e));
	free(locked);

	write_file("this is no database, and it is long enough to be looked at by the library as one");
	assert_null(sql_open(path, SQL_CREATE, &e));
	assert_non_null(strstr(e.message, "no kenpin database"));
	assert_null(sql_open(path, SQL_READ_ONLY, &e));
	assert_non_null(strstr(e.message, "no kenpin database"));
	assert_int_equal(remove(path), 0);

	struct sql *db = opened(SQL_CREATE);
	int64_t n;
	exec(db, "CREATE TABLE t (a NOT NULL); PRAGMA max_page_count=2");
	assert_int_equal(sql_exec(db, "INSERT INTO t VALUES (zeroblob(100000))", &e), -1);
	assert_non_null(strstr(e.message, "free some space"));
	assert_null(sql_prepare(db, "SELECT lost FROM t", &e));
	assert_non_null(strstr(e.message, "no such column: lost"));
	assert_int_equal(sql_get_int(db, &n, "SELECT a FROM t", &e), -1);
	assert_non_null(strstr(e.message, "no row"));
	struct sql_stmt *s = sql_prepare(db, "INSERT INTO t VALUES (NULL)", &e);
	assert_int_equal(sql_run(s, &e), -1);
	assert_non_null(strstr(e.message, "NOT NULL"));
	sql_close(db);
}

static void backup_stands_alone(maybe_unused void **state)
{
	struct error e = {0};
	struct sql *db = opened(SQL_CREATE), *copy;
	char *to = xasprintf("%s/copy.db", folder), *side = xasprintf("%s-wal", to), *half = xasprintf("%s.tmp", to);
	char *lost = xasprintf("%s/none/copy.db", folder);

	exec(db, "CREATE TABLE t (a)");
	for (int i = 0; i < 100; i++)
		exec(db, "INSERT INTO t VALUES (zeroblob(1000))");
	assert_int_equal(sql_backup(db, to, &e), 0);
	exec(db, "INSERT INTO t VALUES (1)");
	assert_int_equal(sql_backup(db, to, &e), 0);
	assert_int_equal(access(side, F_OK), -1);
	assert_int_equal(access(half, F_OK), -1);
	copy = sql_open(to, SQL_READ_ONLY, &e);
	assert_non_null(copy);
	assert_int_equal(number(copy, "SELECT count(*) FROM t"), 101);
	assert_int_equal(number(copy, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
	sql_close(copy);
	assert_int_equal(sql_backup(db, lost, &e), -1);
	assert_non_null(strstr(e.message, "the backup failed"));
	sql_close(db);
	free(to);
	free(side);
	free(half);
	free(lost);
}

static void checkpoint_empties_the_log(maybe_unused void **state)
{
	struct error e = {0};
	struct sql *db = opened(SQL_CREATE);
	char *log = xasprintf("%s-wal", path);
	struct stat st;

	exec(db, "CREATE TABLE t (a)");
	assert_int_equal(stat(log, &st), 0);
	assert_true(st.st_size > 0);
	assert_int_equal(sql_checkpoint(db, &e), 0);
	assert_int_equal(stat(log, &st), 0);
	assert_int_equal(st.st_size, 0);
	sql_close(db);
	free(log);
	assert_true(strncmp(sql_version(), "3.", 2) == 0);
}

#define fresh(test) cmocka_unit_test_setup_teardown(test, make_folder, drop_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		fresh(keeps_values),
		fresh(transactions_hold),
		fresh(set_up_as_promised),
		fresh(refusals_name_a_remedy),
		fresh(backup_stands_alone),
		fresh(checkpoint_empties_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
