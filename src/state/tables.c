/*
 * The store table by table, whatever tables there are: as lines of JSON, and
 * how large they are. It does not know what stands in them.
 */
#include "base/base.h"
#include "state/store.h"

#include <sys/stat.h>

#include "base/jsonout.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/utf8.h"
#include "state/statements_care.h"

#define TABLES_MOST 64

struct tables {
	struct arena arena;
	const char *names[TABLES_MOST];
	size_t count;
};

static int list_tables(struct state *s, struct tables *t, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_TABLES, e);
	int got;

	if (q == NULL)
		return -1;
	while ((got = sql_step(q, e)) == 1 && t->count < TABLES_MOST)
		t->names[t->count++] = text_of_column(q, 0, &t->arena);
	sql_reset(q);
	return got < 0 ? -1 : 0;
}

/* The one text that STATEMENT says of TABLE; "" when it says none. In the arena. */
static const char *ask(struct state *s, struct tables *t, const char *statement, const char *table, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, statement, e);
	const char *text = NULL;

	if (q == NULL)
		return NULL;
	sql_bind_str(q, 1, table);
	int got = sql_step(q, e);
	if (got >= 0)
		text = got == 1 ? text_of_column(q, 0, &t->arena) : "";
	sql_reset(q);
	return text;
}

/* ---- export ---- */

/* What an answer of a receiver holds need not be UTF-8; then the bytes are shown. */
static void put_bytes(struct jsonout *j, struct span bytes)
{
	char *hex = xcalloc(1, 2 * bytes.n + 1);

	str_hex(hex, (const unsigned char *)bytes.p, bytes.n);
	jsonout_text(j, hex);
	free(hex);
}

static void put_value(struct jsonout *j, struct sql_stmt *q, int column)
{
	struct span text;

	switch (sql_type(q, column)) {
	case SQL_TYPE_NULL: jsonout_null(j); return;
	case SQL_TYPE_INT: jsonout_int(j, sql_int(q, column)); return;
	case SQL_TYPE_BLOB: put_bytes(j, sql_blob(q, column)); return;
	case SQL_TYPE_TEXT: break;
	}
	text = sql_text(q, column);
	if (utf8_invalid(text) >= 0)
		put_bytes(j, text);
	else
		jsonout_span(j, text);
}

static void put_row(struct buf *line, const char *table, struct sql_stmt *q)
{
	struct jsonout j;

	buf_reset(line);
	jsonout_init(&j, line);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "table", table);
	for (int i = 0; i < sql_columns(q); i++) {
		jsonout_key(&j, sql_column_name(q, i));
		put_value(&j, q, i);
	}
	jsonout_close(&j, '}');
	buf_addc(line, '\n');
}

static int export_rows(struct state *s, const char *table, struct sql_stmt *q, struct buf *line,
	state_visit_line *visit, void *arg, struct error *e)
{
	int got;

	while ((got = sql_step(q, e)) == 1) {
		put_row(line, table, q);
		if (buf_over(line))
			return error_at(e, ERROR_STATE, s->path, 0, 0,
				"a row of %s has more than %u bytes (LIMIT_EXPORT_BYTES)", table, LIMIT_EXPORT_BYTES);
		if (visit(arg, buf_span(line), e) < 0)
			return -1;
	}
	return got;
}

static int export_table(struct state *s, struct tables *t, const char *table, struct buf *line, state_visit_line *visit,
	void *arg, struct error *e)
{
	const char *key = ask(s, t, SQL_TABLE_KEY, table, e);
	int result = -1;

	if (key == NULL)
		return -1;
	char *text = xasprintf(SQL_TABLE_ROWS, table, key[0] ? key : "rowid");
	struct sql_stmt *q = sql_prepare_once(s->db, text, e);
	if (q != NULL)
		result = export_rows(s, table, q, line, visit, arg, e);
	sql_finish(q);
	free(text);
	return result;
}

int state_export(struct state *s, state_visit_line *visit, void *arg, struct error *e)
{
	struct tables t = {.count = 0};
	struct buf line;
	int result;

	buf_init(&line, LIMIT_EXPORT_BYTES);
	arena_init(&t.arena);
	result = sql_exec(s->db, "BEGIN", e) < 0 ? -1 : list_tables(s, &t, e);
	for (size_t i = 0; result == 0 && i < t.count; i++)
		result = export_table(s, &t, t.names[i], &line, visit, arg, e);
	sql_rollback(s->db);
	arena_clear(&t.arena);
	buf_clear(&line);
	return result;
}

/* ---- statistics ---- */

static int count_rows(struct state *s, struct tables *t, struct state_table *table, struct error *e)
{
	const char *column = ask(s, t, SQL_TABLE_TIME, table->name, e);
	int got = -1;

	if (column == NULL)
		return -1;
	char *text = column[0] ? xasprintf(SQL_TABLE_SPAN, column, column, table->name)
			       : xasprintf(SQL_TABLE_COUNT, table->name);
	struct sql_stmt *q = sql_prepare_once(s->db, text, e);
	if (q != NULL && (got = sql_step(q, e)) == 1) {
		table->rows = sql_int(q, 0);
		table->oldest = sql_int(q, 1);
		table->newest = sql_int(q, 2);
	}
	sql_finish(q);
	free(text);
	return got < 0 ? -1 : 0;
}

static int count_bytes(struct state *s, struct state_table *table, struct error *e)
{
	struct sql_stmt *q;

	table->bytes = -1;
	if (!sql_has_dbstat())
		return 0;
	if ((q = sql_prepare(s->db, SQL_TABLE_BYTES, e)) == NULL)
		return -1;
	sql_bind_str(q, 1, table->name);
	int got = sql_step(q, e);
	if (got == 1)
		table->bytes = sql_int(q, 0);
	sql_reset(q);
	return got < 0 ? -1 : 0;
}

static int measure_file(struct state *s, struct state_size *size, struct error *e)
{
	int64_t page, pages, unused;
	char *wal = xasprintf("%s-wal", s->path);
	struct stat st;

	size->wal = stat(wal, &st) == 0 ? (int64_t)st.st_size : 0;
	free(wal);
	if (sql_get_int(s->db, &page, "PRAGMA page_size", e) < 0 ||
		sql_get_int(s->db, &pages, "PRAGMA page_count", e) < 0 ||
		sql_get_int(s->db, &unused, "PRAGMA freelist_count", e) < 0)
		return -1;
	size->file = page * pages;
	size->unused = page * unused;
	return 0;
}

int state_stats(struct state *s, struct state_size *size, state_visit_table *visit, void *arg, struct error *e)
{
	struct tables t = {.count = 0};
	int result;

	arena_init(&t.arena);
	result = measure_file(s, size, e) < 0 ? -1 : list_tables(s, &t, e);
	for (size_t i = 0; result == 0 && i < t.count; i++) {
		struct state_table table = {.name = t.names[i]};

		result = count_rows(s, &t, &table, e) < 0 || count_bytes(s, &table, e) < 0 ? -1 : visit(arg, &table, e);
	}
	arena_clear(&t.arena);
	return result;
}
