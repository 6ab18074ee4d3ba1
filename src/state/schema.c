/*
 * The store's schema: whose file it is, which version it has, and the
 * migrations that bring it to ours. It does not know what the tables mean.
 */
#include "base/base.h"
#include "state/store.h"

#include "migrations.h"

#define APPLICATION_ID 0x6b656e70 /* "kenp" */

int schema_newest(void)
{
	return (int)ARRAY_LEN(migration_files);
}

int schema_version(struct state *s, int *version, struct error *e)
{
	int64_t n = 0;

	if (sql_get_int(s->db, &n, "PRAGMA user_version", e) < 0)
		return -1;
	*version = (int)n;
	return 0;
}

static int refuse_foreign(const char *path, struct error *e)
{
	return error_at(
		e, ERROR_STATE, path, 0, 0, "this is a database, but none of kenpin's: set state.path to another file");
}

/* The header of an SQLite file: the application id stands at 68, and the first page, which holds the
 * schema, begins at 100 with its kind and, three bytes on, how many cells it has. */
int schema_refuse_file(const char *path, struct error *e)
{
	static const char magic[16] = "SQLite format 3";
	unsigned char head[105];
	FILE *f = fopen(path, "rb");

	if (f == NULL)
		return 0; /* SQLite says why */
	size_t n = fread(head, 1, sizeof(head), f);
	fclose(f);
	if (n == 0)
		return 0;
	if (n < sizeof(head) || memcmp(head, magic, sizeof(magic)) != 0)
		return error_at(e, ERROR_STATE, path, 0, 0, "this is no database: set state.path to another file");
	uint32_t application = (uint32_t)head[68] << 24 | (uint32_t)head[69] << 16 | (uint32_t)head[70] << 8 | head[71];
	bool empty = head[100] == 0x0d && head[103] == 0 && head[104] == 0;
	if (application != APPLICATION_ID && (application != 0 || !empty))
		return refuse_foreign(path, e);
	return 0;
}

static int refuse_newer(struct state *s, int version, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_META_GET, e);
	int got = -1;

	if (q != NULL) {
		sql_bind_str(q, 1, "written_by");
		got = sql_step(q, e);
	}
	struct span by = got == 1 ? sql_text(q, 0) : SPAN_LITERAL("a newer one");
	error_at(e, ERROR_STATE, s->path, 0, 0,
		"the store has schema %d, written by kenpin %.*s; this is kenpin %s, which knows schema %d: use that "
		"one, or restore a backup",
		version, SPAN_ARG(by), KENPIN_VERSION, schema_newest());
	if (q != NULL)
		sql_reset(q);
	return -1;
}

int schema_refuse(struct state *s, struct error *e)
{
	int64_t application = 0, tables = 0;
	int version;

	if (sql_get_int(s->db, &application, "PRAGMA application_id", e) < 0 ||
		sql_get_int(s->db, &tables, "SELECT count(*) FROM sqlite_master", e) < 0 ||
		schema_version(s, &version, e) < 0)
		return -1;
	if (application != APPLICATION_ID && (application != 0 || tables != 0))
		return refuse_foreign(s->path, e);
	return version > schema_newest() ? refuse_newer(s, version, e) : 0;
}

static int note_writer(struct state *s, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_META_PUT, e);

	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, "written_by");
	sql_bind_str(q, 2, KENPIN_VERSION);
	return sql_run(q, e);
}

static int step(struct state *s, int version, struct error *e)
{
	char header[96];

	snprintf(header, sizeof(header), "PRAGMA application_id = %d; PRAGMA user_version = %d;", APPLICATION_ID,
		version + 1);
	if (sql_exec(s->db, migration_files[version].text, e) == 0 && sql_exec(s->db, header, e) == 0)
		return 0;
	return error_prefix(e, "migration %s failed and was undone: ", migration_files[version].name);
}

static int all_from(struct state *s, int version, struct error *e)
{
	for (; version < schema_newest(); version++)
		if (step(s, version, e) < 0)
			return -1;
	return note_writer(s, e);
}

/* All steps or none: who is killed while making a new store leaves nothing that looks like an old one. Another process
 * may have done it while we waited. */
static int all_steps(struct state *s, struct error *e)
{
	int version;

	if (sql_begin(s->db, e) < 0)
		return -1;
	if (schema_version(s, &version, e) < 0)
		goto fail;
	if (version < schema_newest() && all_from(s, version, e) < 0)
		goto fail;
	if (sql_commit(s->db, e) == 0)
		return 0;
fail:
	sql_rollback(s->db);
	return -1;
}

int schema_migrate(struct state *s, bool keep_copy, struct error *e)
{
	int version;

	if (schema_version(s, &version, e) < 0)
		return -1;
	if (version > 0 && version < schema_newest() && keep_copy) {
		char *copy = xasprintf("%s.v%d", s->path, version);
		int failed = sql_backup(s->db, copy, e);

		free(copy);
		if (failed)
			return error_prefix(e, "before migrating, ");
	}
	return version < schema_newest() ? all_steps(s, e) : 0;
}
