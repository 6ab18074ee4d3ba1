/* SQLite: a connection, prepared statements kept by their text, transactions. */
#include "base/base.h"
#include "ext/sql.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/limits.h"

struct sql_stmt {
	struct sql_stmt *next;
	const char *text;
	sqlite3_stmt *handle;
	struct sql *db;
};

struct sql {
	sqlite3 *handle;
	struct sql_stmt *statements;
	char path[512];
};

static const char *remedy(int code)
{
	switch (code & 0xff) {
	case SQLITE_FULL: return "; the disk is full: free some space and run again, nothing is lost";
	case SQLITE_READONLY: return "; the file or its folder is read-only: make it writable for this user";
	case SQLITE_CANTOPEN: return "; check that the folder exists and that this user may write to it";
	case SQLITE_NOTADB: return "; this is no kenpin database: set state.path to another file";
	case SQLITE_CORRUPT: return "; the file is damaged: restore a backup (kenpin state backup makes them)";
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return "; another process holds it: wait until that one has ended";
	case SQLITE_IOERR: return "; reading or writing the disk failed: check the disk and its mount";
	default: return "";
	}
}

static int fail(const struct sql *db, struct error *e)
{
	int code = db->handle ? sqlite3_extended_errcode(db->handle) : SQLITE_NOMEM;
	const char *message = db->handle ? sqlite3_errmsg(db->handle) : "out of memory";

	return error_at(e, ERROR_STATE, db->path, 0, 0, "the state store failed: %s%s", message, remedy(code));
}

struct sql *sql_open(const char *path, unsigned flags, struct error *e)
{
	struct sql *db = xcalloc(1, sizeof(*db));
	int how = flags & SQL_READ_ONLY ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;

	if (flags & SQL_CREATE)
		how |= SQLITE_OPEN_CREATE;
	snprintf(db->path, sizeof(db->path), "%s", path);
	if (sqlite3_open_v2(path, &db->handle, how | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
		fail(db, e);
		sql_close(db);
		return NULL;
	}
	sqlite3_extended_result_codes(db->handle, 1);
	sqlite3_busy_timeout(db->handle, LIMIT_SQL_BUSY_MS);
	const char *journal = flags & SQL_READ_ONLY          ? ""
			      : flags & SQL_ROLLBACK_JOURNAL ? "PRAGMA journal_mode=DELETE;"
							     : "PRAGMA journal_mode=WAL;";
	char setup[256];
	snprintf(setup, sizeof(setup),
		"%sPRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA mmap_size=0;"
		"PRAGMA cache_size=-16384;PRAGMA temp_store=FILE;",
		journal);
	if (sql_exec(db, setup, e) < 0) {
		sql_close(db);
		return NULL;
	}
	return db;
}

void sql_close(struct sql *db)
{
	if (db == NULL)
		return;
	while (db->statements != NULL) {
		struct sql_stmt *next = db->statements->next;
		sqlite3_finalize(db->statements->handle);
		free(db->statements);
		db->statements = next;
	}
	sqlite3_close(db->handle);
	free(db);
}

int sql_exec(struct sql *db, const char *script, struct error *e)
{
	return sqlite3_exec(db->handle, script, NULL, NULL, NULL) == SQLITE_OK ? 0 : fail(db, e);
}

int sql_begin(struct sql *db, struct error *e)
{
	return sql_exec(db, "BEGIN IMMEDIATE", e);
}

int sql_commit(struct sql *db, struct error *e)
{
	return sql_exec(db, "COMMIT", e);
}

void sql_rollback(struct sql *db)
{
	if (sql_in_transaction(db))
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

bool sql_in_transaction(const struct sql *db)
{
	return !sqlite3_get_autocommit(db->handle);
}

struct sql_stmt *sql_prepare(struct sql *db, const char *text, struct error *e)
{
	struct sql_stmt **at = &db->statements;

	for (; *at != NULL; at = &(*at)->next)
		if ((*at)->text == text) {
			struct sql_stmt *found = *at;

			/* the one that is used most comes to the front */
			*at = found->next;
			found->next = db->statements;
			db->statements = found;
			sqlite3_reset(found->handle);
			sqlite3_clear_bindings(found->handle);
			return found;
		}
	struct sql_stmt *s = xcalloc(1, sizeof(*s));
	if (sqlite3_prepare_v3(db->handle, text, -1, SQLITE_PREPARE_PERSISTENT, &s->handle, NULL) != SQLITE_OK) {
		fail(db, e);
		free(s);
		return NULL;
	}
	s->text = text;
	s->db = db;
	s->next = db->statements;
	db->statements = s;
	return s;
}

void sql_bind_int(struct sql_stmt *s, int i, int64_t n)
{
	sqlite3_bind_int64(s->handle, i, n);
}

void sql_bind_text(struct sql_stmt *s, int i, struct span text)
{
	sqlite3_bind_text64(s->handle, i, text.p ? text.p : "", text.n, SQLITE_STATIC, SQLITE_UTF8);
}

void sql_bind_str(struct sql_stmt *s, int i, const char *text)
{
	if (text == NULL)
		sqlite3_bind_null(s->handle, i);
	else
		sql_bind_text(s, i, span_of(text));
}

void sql_bind_blob(struct sql_stmt *s, int i, const void *data, size_t len)
{
	sqlite3_bind_blob64(s->handle, i, data, len, SQLITE_STATIC);
}

void sql_bind_null(struct sql_stmt *s, int i)
{
	sqlite3_bind_null(s->handle, i);
}

int sql_step(struct sql_stmt *s, struct error *e)
{
	int code = sqlite3_step(s->handle);

	if (code == SQLITE_ROW)
		return 1;
	if (code != SQLITE_DONE)
		fail(s->db, e);
	sqlite3_reset(s->handle);
	return code == SQLITE_DONE ? 0 : -1;
}

int sql_run(struct sql_stmt *s, struct error *e)
{
	int got = sql_step(s, e);

	if (got == 1)
		sqlite3_reset(s->handle);
	return got < 0 ? -1 : 0;
}

void sql_reset(struct sql_stmt *s)
{
	sqlite3_reset(s->handle);
}

int64_t sql_int(struct sql_stmt *s, int column)
{
	return sqlite3_column_int64(s->handle, column);
}

struct span sql_text(struct sql_stmt *s, int column)
{
	const char *text = (const char *)sqlite3_column_text(s->handle, column);

	return text ? (struct span){text, (size_t)sqlite3_column_bytes(s->handle, column)} : SPAN_NONE;
}

struct span sql_blob(struct sql_stmt *s, int column)
{
	const char *data = sqlite3_column_blob(s->handle, column);

	return data ? (struct span){data, (size_t)sqlite3_column_bytes(s->handle, column)} : SPAN_NONE;
}

bool sql_is_null(struct sql_stmt *s, int column)
{
	return sqlite3_column_type(s->handle, column) == SQLITE_NULL;
}

int64_t sql_changes(struct sql *db)
{
	return sqlite3_changes64(db->handle);
}

int64_t sql_last_id(struct sql *db)
{
	return sqlite3_last_insert_rowid(db->handle);
}

int sql_get_int(struct sql *db, int64_t *out, const char *query, struct error *e)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(db->handle, query, -1, &s, NULL) != SQLITE_OK)
		return fail(db, e);
	int code = sqlite3_step(s);
	if (code == SQLITE_ROW)
		*out = sqlite3_column_int64(s, 0);
	else
		fail(db, e);
	sqlite3_finalize(s);
	return code == SQLITE_ROW ? 0 : -1;
}

static int sync_file(const char *path, struct error *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int bad = fd < 0 || fsync(fd) != 0;

	if (fd >= 0)
		close(fd);
	return bad ? error_at(e, ERROR_STATE, path, 0, 0, "cannot be written to disk: %s", strerror(errno)) : 0;
}

int sql_backup(struct sql *db, const char *path, struct error *e)
{
	char *temporary = xasprintf("%s.tmp", path);
	sqlite3 *copy = NULL;
	int result = -1;

	remove(temporary);
	if (sqlite3_open_v2(temporary, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK) {
		error_at(e, ERROR_STATE, path, 0, 0, "the backup cannot be made: %s", sqlite3_errmsg(copy));
		goto out;
	}
	sqlite3_backup *backup = sqlite3_backup_init(copy, "main", db->handle, "main");
	int code = backup ? sqlite3_backup_step(backup, -1) : SQLITE_ERROR;
	if (backup != NULL)
		sqlite3_backup_finish(backup);
	if (code != SQLITE_DONE) {
		error_at(e, ERROR_STATE, path, 0, 0, "the backup failed: %s%s", sqlite3_errmsg(copy), remedy(code));
		goto out;
	}
	/* one file that stands alone */
	sqlite3_exec(copy, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
	sqlite3_close(copy);
	copy = NULL;
	if (sync_file(temporary, e) < 0)
		goto out;
	if (rename(temporary, path) != 0) {
		error_at(e, ERROR_STATE, path, 0, 0, "the backup cannot be put in place: %s", strerror(errno));
		goto out;
	}
	result = 0;
out:
	sqlite3_close(copy);
	if (result < 0)
		remove(temporary);
	free(temporary);
	return result;
}

int sql_checkpoint(struct sql *db, struct error *e)
{
	int code = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);

	return code == SQLITE_OK ? 0 : fail(db, e);
}

const char *sql_version(void)
{
	return sqlite3_libversion();
}
