/*
 * The lease: two runs never overlap on one store. A holder that is no more, or
 * silent for LIMIT_LEASE_SECONDS, is followed by the next. Leases live in real
 * time, whatever `--now` says.
 */
#include "base/base.h"
#include "state/store.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/limits.h"

#define BEAT_MS 10000 /* a heartbeat is written at most so often */

static int64_t real_now(void)
{
	return clock_now(&(struct clock){0});
}

/* When process PID of this host started, in clock ticks since boot; 0 when that cannot be told. */
static int64_t process_start(int64_t pid)
{
	char path[64], text[1024];
	int64_t start = 0;

	snprintf(path, sizeof(path), "/proc/%lld/stat", (long long)pid);
	FILE *f = fopen(path, "r");
	if (f == NULL)
		return 0;
	size_t n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	/* field 22; field 2 is a name that may hold anything, so count from its end */
	const char *p = strrchr(text, ')');
	for (int field = 2; p != NULL && field < 22; field++)
		p = strchr(p + 1, ' ');
	if (p != NULL && !span_to_int64(&start, (struct span){p + 1, strcspn(p + 1, " ")}))
		start = 0;
	return start;
}

/* Asked each time: a process that was forked off is another holder. */
static void who_am_i(struct state *s)
{
	ssize_t n = readlink("/proc/self/ns/pid", s->lease.space, sizeof(s->lease.space) - 1);

	s->lease.space[n > 0 ? n : 0] = '\0';
	s->lease.pid = getpid();
	s->lease.started = process_start(s->lease.pid);
	if (gethostname(s->lease.host, sizeof(s->lease.host) - 1) != 0)
		snprintf(s->lease.host, sizeof(s->lease.host), "unknown");
}

/* Whether the holder of the row in hand (SQL_LEASE_GET) is gone. Only a process that we could see can be seen to be
 * gone. */
static bool holder_is_gone(const struct state *s, struct sql_stmt *row)
{
	int64_t pid = sql_int(row, 2), started = sql_int(row, 3), beat = sql_int(row, 5);

	if (real_now() - beat > (int64_t)LIMIT_LEASE_SECONDS * 1000)
		return true;
	if (!span_is(sql_text(row, 0), s->lease.host) || !span_is(sql_text(row, 1), s->lease.space))
		return false;
	if (kill((pid_t)pid, 0) != 0 && errno == ESRCH)
		return true;
	int64_t now = process_start(pid);
	return now != 0 && started != 0 && now != started;
}

static int run_ours(struct state *s, const char *text, const char *name, bool beats, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, text, e);

	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, name);
	sql_bind_str(q, 2, s->lease.host);
	sql_bind_str(q, 3, s->lease.space);
	sql_bind_int(q, 4, s->lease.pid);
	sql_bind_int(q, 5, s->lease.started);
	if (beats)
		sql_bind_int(q, 6, real_now());
	return sql_run(q, e);
}

static int refuse(const struct state *s, struct sql_stmt *row, struct error *e)
{
	char since[32], beat[32];

	clock_text(since, sql_int(row, 4));
	clock_text(beat, sql_int(row, 5));
	return error_at(e, ERROR_LEASE, s->path, 0, 0,
		"another run holds the lease: process %lld on %.*s, since %s, last heard of at %s: wait until it has "
		"ended; a holder that is silent for %d s is taken to be dead",
		(long long)sql_int(row, 2), SPAN_ARG(sql_text(row, 0)), since, beat, LIMIT_LEASE_SECONDS);
}

/* Inside a transaction that no other writer can share. */
static int take(struct state *s, const char *name, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_LEASE_GET, e);

	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, name);
	int got = sql_step(q, e);
	if (got == 1 && !holder_is_gone(s, q))
		got = refuse(s, q, e);
	sql_reset(q);
	return got < 0 ? -1 : run_ours(s, SQL_LEASE_PUT, name, true, e);
}

int state_lease_take(struct state *s, const char *name, struct error *e)
{
	who_am_i(s);
	if (sql_begin(s->db, e) < 0)
		return -1;
	if (take(s, name, e) < 0) {
		sql_rollback(s->db);
		return -1;
	}
	s->lease.beat = clock_monotonic();
	return state_commit(s, e);
}

int state_lease_renew(struct state *s, const char *name, struct error *e)
{
	int64_t now = clock_monotonic();

	if (now - s->lease.beat < BEAT_MS)
		return 0;
	if (run_ours(s, SQL_LEASE_BEAT, name, true, e) < 0)
		return -1;
	if (sql_changes(s->db) == 0)
		return error_at(e, ERROR_LEASE, s->path, 0, 0,
			"the lease was taken over by another run, because this one was silent for %d s",
			LIMIT_LEASE_SECONDS);
	s->lease.beat = now;
	return 0;
}

void state_lease_release(struct state *s, const char *name)
{
	struct error ignored;

	/* one that cannot be released is seen to be dead, since its process is */
	if (run_ours(s, SQL_LEASE_DROP, name, false, &ignored) < 0)
		return;
}
