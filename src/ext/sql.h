/*
 * SQLite: a connection, prepared statements kept by their text, transactions.
 * It knows no table.
 */
#ifndef KENPIN_SQL_H
#define KENPIN_SQL_H

#include "base/error.h"
#include "base/span.h"

struct sql;      /* one connection */
struct sql_stmt; /* one prepared statement, owned by its connection */

enum sql_open_flag { SQL_READ_ONLY = 1, SQL_CREATE = 2, SQL_ROLLBACK_JOURNAL = 4 };

/* WAL and synchronous FULL (a rollback journal when asked), foreign keys on, busy timeout
 * LIMIT_SQL_BUSY_MS, mmap off. Failures are ERROR_STATE and name the file and a remedy. */
struct sql *sql_open(const char *path, unsigned flags, struct error *e) must_check;
void sql_close(struct sql *db); /* finalizes its statements */

int sql_exec(struct sql *db, const char *script, struct error *e) must_check;
int sql_begin(struct sql *db, struct error *e) must_check; /* BEGIN IMMEDIATE */
int sql_commit(struct sql *db, struct error *e) must_check;
void sql_rollback(struct sql *db); /* nothing when no transaction is open */
bool sql_in_transaction(const struct sql *db);

/* The statement of this text (a string literal or one that outlives the connection), prepared at its
 * first use and kept; reset and with its bindings cleared. NULL on failure. */
struct sql_stmt *sql_prepare(struct sql *db, const char *text, struct error *e) must_check;
/* A statement whose text is made at run time: it is not kept, and ended by sql_finish. */
struct sql_stmt *sql_prepare_once(struct sql *db, const char *text, struct error *e) must_check;
void sql_finish(struct sql_stmt *s); /* NULL is nothing */
/* Binding, from parameter 1; text and bytes are copied only when COPY functions are used: the
 * plain ones borrow until the next sql_prepare or sql_reset of that statement. */
void sql_bind_int(struct sql_stmt *s, int i, int64_t n);
void sql_bind_text(struct sql_stmt *s, int i, struct span text);
void sql_bind_str(struct sql_stmt *s, int i, const char *text); /* NULL binds NULL */
void sql_bind_blob(struct sql_stmt *s, int i, const void *data, size_t len);
void sql_bind_null(struct sql_stmt *s, int i);
/* 1: a row, 0: done (and reset), -1: failed (reset, *E filled). */
int sql_step(struct sql_stmt *s, struct error *e) must_check;
/* Runs a statement that gives no row. */
int sql_run(struct sql_stmt *s, struct error *e) must_check;
void sql_reset(struct sql_stmt *s);
/* Columns, from 0; valid until the next step or reset. */
int64_t sql_int(struct sql_stmt *s, int column);
struct span sql_text(struct sql_stmt *s, int column); /* NULL gives SPAN_NONE */
struct span sql_blob(struct sql_stmt *s, int column);
bool sql_is_null(struct sql_stmt *s, int column);
enum sql_type { SQL_TYPE_NULL, SQL_TYPE_INT, SQL_TYPE_TEXT, SQL_TYPE_BLOB }; /* another number counts as text */
enum sql_type sql_type(struct sql_stmt *s, int column);
int sql_columns(struct sql_stmt *s);
const char *sql_column_name(struct sql_stmt *s, int column);

int64_t sql_changes(struct sql *db); /* rows of the last statement */
int64_t sql_last_id(struct sql *db);
/* One integer of a query without parameters. */
int sql_get_int(struct sql *db, int64_t *out, const char *query, struct error *e) must_check;

/* Online backup into a new file (written beside it and renamed). */
int sql_backup(struct sql *db, const char *path, struct error *e) must_check;
/* wal_checkpoint(TRUNCATE): the one file is whole afterwards. */
int sql_checkpoint(struct sql *db, struct error *e) must_check;
/* One file that nobody else has open: the log is moved into it and removed. Fails while another process has it. */
int sql_stand_alone(struct sql *db, struct error *e) must_check;
/* The name of a new file PATH is safe only when its folder is. */
int sql_sync_folder(const char *path, struct error *e) must_check;
bool sql_has_dbstat(void); /* this SQLite tells how many pages a table has */
const char *sql_version(void);

#endif
