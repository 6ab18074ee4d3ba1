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
	bool unbound; /* a binding failed: running it would write something else than was meant */
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
	case SQLITE_CANTOPEN:
		return "; check that it exists, or its folder, that this user may write there, and that the disk is "
		       "not read-only";
	case SQLITE_PERM:
	case SQLITE_AUTH: return "; check that this user may read and write it";
	case SQLITE_NOTADB: return "; this is no kenpin database: set state.path to another file";
	case SQLITE_CORRUPT: return "; the file is damaged: restore a backup (kenpin state restore)";
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return "; another process holds it: wait until that one has ended";
	case SQLITE_IOERR: return "; reading or writing the disk failed: check the disk, its free space and its mount";
	case SQLITE_TOOBIG: return "; one value is larger than SQLite takes";
	default: return "";
	}
}

/* Why the system refused a call, where SQLite says no more than that it did. */
static int system_error(const struct sql *db, int code)
{
	return (code & 0xff) == SQLITE_IOERR ? sqlite3_system_errno(db->handle) : 0;
}

static int fail(const struct sql *db, struct error *e)
{
	int code = db->handle ? sqlite3_extended_errcode(db->handle) : SQLITE_NOMEM;
	const char *message = db->handle ? sqlite3_errmsg(db->handle) : "out of memory";
	int why = db->handle ? system_error(db, code) : 0;

	if (why == 0)
		return error_at(e, ERROR_STATE, db->path, 0, 0, "the state store failed: %s%s", message, remedy(code));
	return error_at(e, ERROR_STATE, db->path, 0, 0, "the state store failed: %s (%s)%s", message, strerror(why),
		remedy(why == ENOSPC ? SQLITE_FULL : code));
}

/* A file system without shared memory leaves the journal as it was and calls that success. */
static int use_wal(struct sql *db, struct error *e)
{
	sqlite3_stmt *s;
	bool wal = false;

	if (sqlite3_prepare_v2(db->handle, "PRAGMA journal_mode=WAL", -1, &s, NULL) != SQLITE_OK)
		return fail(db, e);
	int code = sqlite3_step(s);
	if (code == SQLITE_ROW)
		wal = strcmp((const char *)sqlite3_column_text(s, 0), "wal") == 0;
	else
		fail(db, e);
	sqlite3_finalize(s);
	if (code != SQLITE_ROW || wal)
		return wal ? 0 : -1;
	return error_at(e, ERROR_STATE, db->path, 0, 0,
		"this file system cannot hold a database with a write-ahead log: "
		"keep it on a local disk, or set it up for a network disk");
}

static int set_up(struct sql *db, unsigned flags, struct error *e)
{
	sqlite3_extended_result_codes(db->handle, 1);
	sqlite3_busy_timeout(db->handle, LIMIT_SQL_BUSY_MS);
	if (flags & SQL_ROLLBACK_JOURNAL) {
		if (!(flags & SQL_READ_ONLY) && sql_exec(db, "PRAGMA journal_mode=DELETE", e) < 0)
			return -1;
	} else if (!(flags & SQL_READ_ONLY) && use_wal(db, e) < 0) {
		return -1;
	}
	/* the last one reads the file, so that a foreign or damaged one is seen here */
	return sql_exec(db,
		"PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA mmap_size=0;PRAGMA trusted_schema=OFF;"
		"PRAGMA cache_size=-16384;PRAGMA temp_store=FILE;PRAGMA schema_version",
		e);
}

struct sql *sql_open(const char *path, unsigned flags, struct error *e)
{
	struct sql *db = xcalloc(1, sizeof(*db));
	int how = flags & SQL_READ_ONLY ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;

	if (flags & SQL_CREATE)
		how |= SQLITE_OPEN_CREATE;
	snprintf(db->path, sizeof(db->path), "%s", path);
	bool opened = sqlite3_open_v2(path, &db->handle, how | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK;
	if (!opened)
		fail(db, e);
	if (!opened || set_up(db, flags, e) < 0) {
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
		sql_finish(db->statements);
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

static struct sql_stmt *prepare(struct sql *db, const char *text, unsigned how, struct error *e)
{
	struct sql_stmt *s = xcalloc(1, sizeof(*s));

	if (sqlite3_prepare_v3(db->handle, text, -1, how, &s->handle, NULL) != SQLITE_OK) {
		fail(db, e);
		free(s);
		return NULL;
	}
	s->text = text;
	s->db = db;
	return s;
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
			found->unbound = false;
			return found;
		}
	struct sql_stmt *s = prepare(db, text, SQLITE_PREPARE_PERSISTENT, e);
	if (s == NULL)
		return NULL;
	s->next = db->statements;
	db->statements = s;
	return s;
}

struct sql_stmt *sql_prepare_once(struct sql *db, const char *text, struct error *e)
{
	return prepare(db, text, 0, e);
}

void sql_finish(struct sql_stmt *s)
{
	if (s == NULL)
		return;
	sqlite3_finalize(s->handle);
	free(s);
}

void sql_bind_int(struct sql_stmt *s, int i, int64_t n)
{
	s->unbound |= sqlite3_bind_int64(s->handle, i, n) != SQLITE_OK;
}

void sql_bind_text(struct sql_stmt *s, int i, struct span text)
{
	s->unbound |= sqlite3_bind_text64(s->handle, i, text.p ? text.p : "", text.n, SQLITE_STATIC, SQLITE_UTF8) !=
		      SQLITE_OK;
}

void sql_bind_str(struct sql_stmt *s, int i, const char *text)
{
	if (text == NULL)
		sql_bind_null(s, i);
	else
		sql_bind_text(s, i, span_of(text));
}

void sql_bind_blob(struct sql_stmt *s, int i, const void *data, size_t len)
{
	s->unbound |= sqlite3_bind_blob64(s->handle, i, data ? data : "", len, SQLITE_STATIC) != SQLITE_OK;
}

void sql_bind_null(struct sql_stmt *s, int i)
{
	s->unbound |= sqlite3_bind_null(s->handle, i) != SQLITE_OK;
}

int sql_step(struct sql_stmt *s, struct error *e)
{
	if (s->unbound)
		return error_at(e, ERROR_STATE, s->db->path, 0, 0, "a value could not be bound to: %s", s->text);
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

enum sql_type sql_type(struct sql_stmt *s, int column)
{
	switch (sqlite3_column_type(s->handle, column)) {
	case SQLITE_NULL: return SQL_TYPE_NULL;
	case SQLITE_INTEGER: return SQL_TYPE_INT;
	case SQLITE_BLOB: return SQL_TYPE_BLOB;
	default: return SQL_TYPE_TEXT;
	}
}

int sql_columns(struct sql_stmt *s)
{
	return sqlite3_column_count(s->handle);
}

const char *sql_column_name(struct sql_stmt *s, int column)
{
	return sqlite3_column_name(s->handle, column);
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
	else if (code == SQLITE_DONE)
		error_at(e, ERROR_STATE, db->path, 0, 0, "no row for: %s", query);
	else
		fail(db, e);
	sqlite3_finalize(s);
	return code == SQLITE_ROW ? 0 : -1;
}

static int sync_path(const char *path, struct error *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int why = fd < 0 || fsync(fd) != 0 ? errno : 0;

	if (fd >= 0)
		close(fd);
	return why ? error_at(e, ERROR_STATE, path, 0, 0, "cannot be written to disk: %s", strerror(why)) : 0;
}

int sql_sync_folder(const char *path, struct error *e)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL   ? xstrdup(".")
		       : slash == path ? xstrdup("/")
				       : xstrndup(path, (size_t)(slash - path));
	int result = sync_path(folder, e);

	free(folder);
	return result;
}

/* Copies the whole database into the new file PATH, in one step of one read transaction. */
static int copy_into(struct sql *db, const char *path, struct error *e)
{
	sqlite3 *copy = NULL;
	int code = sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);

	if (code == SQLITE_OK) {
		sqlite3_backup *backup = sqlite3_backup_init(copy, "main", db->handle, "main");
		if (backup != NULL)
			sqlite3_backup_step(backup, -1);
		code = backup ? sqlite3_backup_finish(backup) : sqlite3_errcode(copy);
	}
	/* one file that stands alone */
	if (code == SQLITE_OK)
		code = sqlite3_exec(copy, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
	if (code != SQLITE_OK)
		error_at(e, ERROR_STATE, path, 0, 0, "the backup failed: %s%s",
			copy ? sqlite3_errmsg(copy) : "out of memory", remedy(code));
	if (sqlite3_close(copy) != SQLITE_OK && code == SQLITE_OK)
		code = error_at(e, ERROR_STATE, path, 0, 0, "the backup cannot be closed");
	return code == SQLITE_OK ? 0 : -1;
}

int sql_backup(struct sql *db, const char *path, struct error *e)
{
	char *temporary = xasprintf("%s.tmp", path);
	int result = -1;

	remove(temporary);
	if (copy_into(db, temporary, e) < 0 || sync_path(temporary, e) < 0)
		goto out;
	if (rename(temporary, path) != 0) {
		error_at(e, ERROR_STATE, path, 0, 0, "the backup cannot be put in place: %s", strerror(errno));
		goto out;
	}
	result = sql_sync_folder(path, e);
out:
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

int sql_stand_alone(struct sql *db, struct error *e)
{
	return sql_exec(db, "PRAGMA journal_mode=DELETE", e);
}

bool sql_has_dbstat(void)
{
	return sqlite3_compileoption_used("ENABLE_DBSTAT_VTAB") != 0;
}

const char *sql_version(void)
{
	return sqlite3_libversion();
}
