/*
 * A copy takes the place of the store. The one that was there stays beside it:
 * nothing that could still be wanted is written over.
 */
#include "base/base.h"
#include "state/store.h"

#include <errno.h>
#include <unistd.h>

#include "base/limits.h"
#include "state/statements_care.h"

/* What belongs to a database that was not closed. */
static const char *const companions[] = {"", "-wal", "-shm", "-journal"};

static int cannot(const char *path, const char *what, struct error *e)
{
	return error_at(e, ERROR_STATE, path, 0, 0, "%s: %s", what, strerror(errno));
}

/* FILE is sound and one that this kenpin understands; its copy stands ready at READY, without the lease of whoever
 * held it when the copy was made. */
static int make_ready(const char *file, const char *ready, struct clock *clock, struct error *e)
{
	struct state *s;
	struct buf faults;
	int got = -1;

	if (access(file, R_OK) != 0)
		return cannot(file, "there is no such backup", e);
	if ((s = state_open(file, STATE_READ_ONLY | STATE_NO_MIGRATE, clock, e)) == NULL)
		return -1;
	buf_init(&faults, LIMIT_EXPORT_BYTES);
	got = state_check(s, &faults, e);
	if (got > 0)
		got = error_at(e, ERROR_STATE, file, 0, 0,
			"this backup is not sound, so nothing was changed; the first fault: %.*s",
			(int)strcspn(buf_text(&faults), "\n"), buf_text(&faults));
	if (got == 0 && (got = store_make_folders(ready, e)) == 0)
		got = sql_backup(s->db, ready, e);
	buf_clear(&faults);
	state_close(s);
	if (got < 0 || (s = state_open(ready, STATE_NETWORK_DISK | STATE_NO_MIGRATE, clock, e)) == NULL)
		return -1;
	got = sql_exec(s->db, SQL_LEASES_DROP, e);
	state_close(s);
	return got;
}

/* Nobody uses the present store, and nobody can begin to: the lease stays in it, ours. */
static int close_present(const struct state_place *at, bool force, struct clock *clock, struct error *e)
{
	struct state *s = state_open(at->path, at->flags | STATE_NO_MIGRATE, clock, e);

	if (s == NULL) {
		if (force)
			return 0;
		return error_prefix(e, "the present store cannot be read, so that nobody can tell whether a run uses "
				       "it; if none does, --force puts the backup in its place: ");
	}
	int result = state_lease_take(s, at->lease, e) < 0 ? -1 : sql_stand_alone(s->db, e);
	if (result < 0)
		state_lease_release(s, at->lease);
	state_close(s);
	return result;
}

/* A name for the former store that is free. */
static char *former_name(const char *path)
{
	for (int i = 1;; i++) {
		char *name = xasprintf("%s.former-%d", path, i);

		if (access(name, F_OK) != 0)
			return name;
		free(name);
	}
}

static int move_companions(const char *from, const char *to, struct error *e)
{
	int result = 0;

	for (size_t i = 0; i < ARRAY_LEN(companions) && result == 0; i++) {
		char *old = xasprintf("%s%s", from, companions[i]), *new = xasprintf("%s%s", to, companions[i]);

		if (rename(old, new) != 0 && errno != ENOENT)
			result = cannot(old, "the present store cannot be moved aside", e);
		free(old);
		free(new);
	}
	return result;
}

static int swap(const char *path, const char *ready, const char *former, struct error *e)
{
	if (move_companions(path, former, e) < 0)
		return -1;
	if (rename(ready, path) == 0)
		return sql_sync_folder(path, e);
	cannot(path, "the backup cannot be put in place", e);
	struct error ignored;
	if (move_companions(former, path, &ignored) < 0)
		error_prefix(e, "the former store is at %s; ", former);
	return -1;
}

static int put_in_place(const char *path, const char *ready, const char *former, struct error *e)
{
	if (former[0] != '\0')
		return swap(path, ready, former, e);
	if (rename(ready, path) != 0)
		return cannot(path, "the backup cannot be put in place", e);
	return sql_sync_folder(path, e);
}

int state_restore(
	const struct state_place *at, const char *file, bool force, struct clock *clock, char **former, struct error *e)
{
	bool here = access(at->path, F_OK) == 0;
	char *ready = xasprintf("%s.restored", at->path);
	int result = -1;

	*former = NULL;
	if (make_ready(file, ready, clock, e) == 0 && (!here || close_present(at, force, clock, e) == 0)) {
		*former = here ? former_name(at->path) : xstrdup("");
		result = put_in_place(at->path, ready, *former, e);
	}
	if (result < 0) {
		remove(ready);
		free(*former);
		*former = NULL;
	}
	free(ready);
	return result;
}
