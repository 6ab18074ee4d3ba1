/*
 * The record of runs. It does not know what they found.
 */
#include "base/base.h"
#include "state/store.h"

#include "base/jsonout.h"
#include "ext/json.h"

static void run_id(struct run *run)
{
	snprintf(run->id, sizeof(run->id), "r-%06lld", (long long)run->number);
}

int state_run_start(struct state *s, struct run *run, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_RUN_KILLED, e);

	*run = (struct run){.started = clock_now(s->clock), .status = "running"};
	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, run->started);
	if (sql_run(q, e) < 0 || (q = sql_prepare(s->db, SQL_RUN_START, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, run->started);
	if (sql_run(q, e) < 0)
		return -1;
	run->number = sql_last_id(s->db);
	run_id(run);
	s->recovered = (struct recovery_counts){0};
	return 0;
}

/* The counters by name, for both directions. */
#define COUNTER_OF(name, field)                                                                                        \
	{                                                                                                              \
		name, offsetof(struct run_counts, field)                                                               \
	}
#define COUNTER(field) COUNTER_OF(#field, field)
static const struct {
	const char *name;
	size_t offset;
} counters[] = {
	COUNTER(documents),
	COUNTER(bytes),
	COUNTER(pages),
	COUNTER(drafts),
	COUNTER(opened),
	COUNTER(reopened),
	COUNTER(changed),
	COUNTER(known),
	COUNTER(resolved),
	COUNTER(rule_errors),
	COUNTER(broken_documents),
	COUNTER(sent),
	COUNTER(owed),
	COUNTER(dead),
	COUNTER(actions),
	COUNTER(partitions),
	COUNTER(incomplete),
	COUNTER(silenced),
	COUNTER(suspects),
	COUNTER(inhibited),
	COUNTER(held),
	COUNTER(in_flight),
	COUNTER(forgotten),
	COUNTER_OF("corrections_proposed", recovery.proposed),
	COUNTER_OF("corrections_exported", recovery.exported),
	COUNTER_OF("corrections_applied", recovery.applied),
	COUNTER_OF("corrections_verified", recovery.verified),
	COUNTER_OF("corrections_self_healed", recovery.self_healed),
	COUNTER_OF("corrections_reopened", recovery.reopened),
	COUNTER_OF("corrections_escalated", recovery.escalated),
	COUNTER_OF("corrections_unreported", recovery.unreported),
	COUNTER(ms_read),
	COUNTER(ms_export),
	COUNTER(ms_deliver),
	COUNTER(peak_bytes),
};

static int64_t *counter(struct run_counts *c, size_t i)
{
	return (int64_t *)(void *)((char *)c + counters[i].offset);
}

int state_run_end(struct state *s, const struct run *run, struct error *e)
{
	struct run_counts counts = run->counts;
	struct jsonout j;
	struct buf text;
	struct sql_stmt *q = sql_prepare(s->db, SQL_RUN_END, e);

	if (q == NULL)
		return -1;
	buf_init(&text, 4096);
	jsonout_init(&j, &text);
	jsonout_open(&j, '{');
	for (size_t i = 0; i < ARRAY_LEN(counters); i++)
		jsonout_pair_int(&j, counters[i].name, *counter(&counts, i));
	jsonout_close(&j, '}');
	sql_bind_int(q, 1, run->number);
	sql_bind_int(q, 2, run->ended);
	sql_bind_str(q, 3, run->status);
	sql_bind_int(q, 4, run->exit_code);
	sql_bind_text(q, 5, buf_span(&text));
	sql_bind_str(q, 6, run->why);
	int result = sql_run(q, e);
	buf_clear(&text);
	return result;
}

static void read_counts(struct run_counts *counts, struct span text)
{
	struct error ignored;
	struct json *j = json_parse(text, ERROR_STATE, "", &ignored);

	for (size_t i = 0; i < ARRAY_LEN(counters); i++)
		*counter(counts, i) = json_int(j, counters[i].name, 0);
	json_free(j);
}

int state_runs(struct state *s, int64_t limit, state_visit_run *visit, void *arg, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_RUN_LIST, e);
	int got;

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, limit ? limit : -1);
	while ((got = sql_step(q, e)) == 1) {
		struct run run = {.number = sql_int(q, 0), .started = sql_int(q, 1), .ended = sql_int(q, 2)};

		run_id(&run);
		snprintf(run.status, sizeof(run.status), "%.*s", SPAN_ARG(sql_text(q, 3)));
		run.exit_code = (int)sql_int(q, 4);
		read_counts(&run.counts, sql_text(q, 5));
		snprintf(run.why, sizeof(run.why), "%.*s", SPAN_ARG(sql_text(q, 6)));
		if (visit(arg, &run, e) < 0) {
			sql_reset(q);
			return -1;
		}
	}
	return got;
}
