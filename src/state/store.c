/*
 * The store as a file: opening, checking, copying, transactions. What stands
 * in it is the business of its neighbours.
 */
#include "base/base.h"
#include "state/store.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"

int store_make_folders(const char *path, struct error *e)
{
	char *folder = xstrdup(path);
	int result = 0;

	for (char *p = strchr(folder + (folder[0] == '/'), '/'); p != NULL; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
			result = error_at(e, ERROR_STATE, folder, 0, 0,
				"the folder of the state store cannot be made: %s", strerror(errno));
			break;
		}
		*p = '/';
	}
	free(folder);
	return result;
}

/* SQLite's own 1,000 pages are less than one page of findings writes, so the same pages moved again and again
 * (measured: half the speed of a first scan). */
static int gather_more(struct state *s, struct error *e)
{
	char text[64];

	snprintf(text, sizeof(text), "PRAGMA wal_autocheckpoint = %d", LIMIT_STATE_WAL_PAGES);
	return sql_exec(s->db, text, e);
}

static int open_file(struct state *s, unsigned flags, struct error *e)
{
	bool here = access(s->path, F_OK) == 0;
	unsigned how = flags & STATE_READ_ONLY ? SQL_READ_ONLY : SQL_CREATE;
	int version;

	if (strlen(s->path) + 1 >= sizeof(s->path))
		return error_set(e, ERROR_STATE,
			"the path of the state store is longer than %zu bytes: set a shorter state.path",
			sizeof(s->path) - 2);
	if (!here && (flags & STATE_NO_MIGRATE))
		return error_at(e, ERROR_STATE, s->path, 0, 0, "there is no state store yet: kenpin scan makes it");
	if (here ? schema_refuse_file(s->path, e) < 0 : store_make_folders(s->path, e) < 0)
		return -1;
	if (flags & STATE_NETWORK_DISK)
		how |= SQL_ROLLBACK_JOURNAL;
	if ((s->db = sql_open(s->path, how, e)) == NULL || schema_refuse(s, e) < 0 || gather_more(s, e) < 0)
		return -1;
	if (!(flags & (STATE_READ_ONLY | STATE_NO_MIGRATE)))
		return schema_migrate(s, true, e);
	if (schema_version(s, &version, e) < 0)
		return -1;
	if (version < schema_newest() && !(flags & STATE_NO_MIGRATE))
		return error_at(e, ERROR_STATE, s->path, 0, 0,
			"the store has schema %d, this kenpin wants %d: run kenpin state migrate", version,
			schema_newest());
	return 0;
}

static int open_memory(struct state *s, struct error *e)
{
	s->db = sql_open(s->path, SQL_CREATE | SQL_ROLLBACK_JOURNAL, e);
	return s->db ? schema_migrate(s, false, e) : -1;
}

/* Not there, or left without a byte by a run that could not write. */
static bool is_nothing(const char *path)
{
	struct stat st;

	return stat(path, &st) != 0 ? errno == ENOENT : S_ISREG(st.st_mode) && st.st_size == 0;
}

struct state *state_open(const char *path, unsigned flags, struct clock *clock, struct error *e)
{
	struct state *s = xcalloc(1, sizeof(*s));
	bool memory = (flags & STATE_MEMORY) || ((flags & STATE_READ_ONLY) && is_nothing(path));

	arena_init(&s->draft);
	arena_init(&s->notice);
	arena_init(&s->silences.arena);
	s->clock = clock;
	snprintf(s->path, sizeof(s->path), "%s", memory ? ":memory:" : path);
	if ((memory ? open_memory(s, e) : open_file(s, flags, e)) == 0)
		return s;
	state_close(s);
	return NULL;
}

void state_close(struct state *s)
{
	if (s == NULL)
		return;
	sql_close(s->db);
	arena_clear(&s->draft);
	arena_clear(&s->notice);
	arena_clear(&s->silences.arena);
	free(s->silences.items);
	free(s);
}

int state_version(struct state *s, int *version, int *newest, struct error *e)
{
	*newest = schema_newest();
	return schema_version(s, version, e);
}

/* ---- checking ---- */

struct check {
	bool meaning; /* needs the newest schema */
	const char *label, *query;
};

static const struct check checks[] = {
	{false, "integrity", "PRAGMA integrity_check"},
	{false, "reference",
		"SELECT 'table ' || \"table\" || ', row ' || coalesce(rowid, '?') || ' names a row of ' || parent || "
		"' that is not there' FROM pragma_foreign_key_check"},
	{true, "a finding that was never seen",
		"SELECT lower(hex(fingerprint)) FROM finding f WHERE NOT EXISTS "
		"(SELECT 1 FROM seen s WHERE s.fingerprint = f.fingerprint AND s.finding = f.id)"},
	{true, "seen, but without its finding",
		"SELECT lower(hex(fingerprint)) FROM seen s WHERE NOT EXISTS (SELECT 1 FROM finding f WHERE f.id = "
		"s.finding)"},
	{true, "two accounts of one finding",
		"SELECT lower(hex(f.fingerprint)) FROM finding f JOIN seen s ON s.fingerprint = f.fingerprint "
		"WHERE f.state <> s.state OR f.episode <> s.episode"},
	{true, "a notice with a wrong count",
		"SELECT n.id FROM notice n LEFT JOIN (SELECT notice, count(*) AS members, sum(open) AS open_members "
		"FROM notice_member GROUP BY notice) m ON m.notice = n.id WHERE n.kind = 0 AND "
		"(n.members, n.open_members) <> (coalesce(m.members, 0), coalesce(m.open_members, 0))"},
	{true, "an action for a finding that is over",
		"SELECT a.action_id FROM action a JOIN finding f ON f.id = a.finding WHERE a.state < 8 AND f.state = "
		"4"},
	{true, "a finding with two actions",
		"SELECT f.rule || ' ' || f.key FROM action a JOIN finding f ON f.id = a.finding WHERE a.state < 8 "
		"GROUP BY a.finding HAVING count(*) > 1"},
	{true, "a manifest whose approval is of other bytes",
		"SELECT m.id FROM approval p JOIN manifest m ON m.number = p.manifest WHERE p.sha256 <> m.sha256"},
};

static int run_check(struct state *s, const struct check *check, struct buf *out, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, check->query, e);
	int got, faults = 0;

	if (q == NULL)
		return -1;
	while ((got = sql_step(q, e)) == 1) {
		struct span text = sql_text(q, 0);

		if (span_is(text, "ok"))
			continue;
		buf_addf(out, "%s: %.*s\n", check->label, SPAN_ARG(text));
		faults++;
	}
	return got < 0 ? -1 : faults;
}

int state_check(struct state *s, struct buf *out, struct error *e)
{
	int version, faults = 0;

	if (schema_version(s, &version, e) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		int got = checks[i].meaning && version != schema_newest() ? 0 : run_check(s, &checks[i], out, e);

		if (got < 0)
			return -1;
		faults += got;
	}
	return faults > 0;
}

/* ---- copying and transactions ---- */

int state_backup(struct state *s, const char *path, struct error *e)
{
	struct stat store, copy;

	if (stat(s->path, &store) == 0 && stat(path, &copy) == 0 && store.st_dev == copy.st_dev &&
		store.st_ino == copy.st_ino)
		return error_at(e, ERROR_STATE, path, 0, 0, "this is the store itself: give the backup another name");
	return sql_backup(s->db, path, e);
}

int state_checkpoint(struct state *s, struct error *e)
{
	return sql_checkpoint(s->db, e);
}

int state_begin(struct state *s, struct error *e)
{
	s->silences.fresh = false; /* another process may have added one */
	return sql_begin(s->db, e);
}

int state_commit(struct state *s, struct error *e)
{
	if (sql_commit(s->db, e) == 0)
		return 0;
	state_rollback(s);
	return -1;
}

void state_rollback(struct state *s)
{
	/* both may be gone with it */
	s->last.id = 0;
	s->has_entities = false;
	sql_rollback(s->db);
}
