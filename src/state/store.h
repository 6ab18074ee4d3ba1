/*
 * What the files of the store share. Nothing outside this folder includes it.
 */
#ifndef KENPIN_STORE_H
#define KENPIN_STORE_H

#include "ext/sql.h"
#include "state/state.h"
#include "state/statements.h"
#include "state/statements_recovery.h"

#define STATE_BATCH 500 /* findings that a walk over the store holds at once */

struct state {
	struct sql *db;
	struct clock *clock;
	char path[512];
	struct arena draft;  /* texts of the finding that was recorded last */
	struct arena notice; /* texts of the notice that was due last */
	bool has_entities;   /* the table of a window's entities is there */
	struct {             /* those that hide something now; read again in every transaction */
		struct arena arena;
		struct active_silence *items;
		size_t count;
		bool fresh;
	} silences;
	struct { /* finding_id of the finding that was asked for last; 0: none */
		struct fingerprint fingerprint;
		int64_t id;
		/* of the one that was recorded last: a correction of it was handed out; what is not as it was */
		bool recovering, another_value, another_rule, begins;
	} last;
	struct recovery_counts recovered; /* since the run began */
	struct {                          /* who this process is to a lease */
		char host[256], space[64];
		int64_t pid, started;
		int64_t beat; /* monotonic ms of the last write */
	} lease;
};

/* store.c: the folders above PATH. */
int store_make_folders(const char *path, struct error *e) must_check;

/* schema.c */
int schema_newest(void);
int schema_version(struct state *s, int *version, struct error *e) must_check;
/* Looks at the file before SQLite does, so that one of another program is refused untouched. */
int schema_refuse_file(const char *path, struct error *e) must_check;
int schema_refuse(struct state *s, struct error *e) must_check; /* one of a newer kenpin, or of another program */
int schema_migrate(struct state *s, bool keep_copy, struct error *e) must_check;

/* findings.c */
int finding_id(
	struct state *s, const struct fingerprint *f, int64_t *id, struct error *e) must_check; /* 0 when unknown */
/* What a scan did. */
int finding_event(
	struct state *s, int64_t finding, int64_t run, const char *what, const char *why, struct error *e) must_check;
int finding_event_by(struct state *s, int64_t finding, int64_t run, const char *what, const char *who, const char *why,
	struct error *e) must_check;

/* chosen.c: the findings that an operator, or a silence, changes at once. Inside a transaction. */
struct chosen {
	enum finding_state state; /* that they get */
	int64_t baseline;         /* by which they are accepted; 0: none */
	bool wake;
	const char *what, *who, *why;
	int64_t run; /* 0: no run */
};
int chosen_begin(struct state *s, struct error *e) must_check;
int chosen_add(struct state *s, int64_t finding, struct error *e) must_check;
int chosen_count(struct state *s, int64_t *count, struct error *e) must_check;
int chosen_event(struct state *s, const struct chosen *c, struct error *e) must_check;
/* New state and event; what was gathered and never attempted forgets them unless they are open. */
int chosen_change(struct state *s, const struct chosen *c, struct error *e) must_check;

/* findings.c: the finding is in state F->state from now on. */
int finding_move(struct state *s, int64_t id, const struct finding *f, struct error *e) must_check;
/* findings.c: a suspect one is open, or silenced BY. */
int finding_open(struct state *s, const struct run *run, int64_t id, struct finding *f, const char *by,
	struct error *e) must_check;

/* settle.c */
int finding_resolve(struct state *s, int64_t run, int64_t id, struct finding *f, const char *who, const char *why,
	struct error *e) must_check;

/* notices.c: the notice of a row of NOTICE_COLUMNS; its texts live until the next one. */
enum notice_state { GATHERING, SEALED, SENT, DEAD, DROPPED };
void notice_of_row(struct state *s, struct notice *n, struct sql_stmt *q);

/* findings_read.c: the finding of a row of FINDING_COLUMNS, its texts in ARENA. */
void finding_of_row(struct finding *f, struct sql_stmt *row, struct arena *arena);
/* Calls ROW for each row of a statement that is ready to step; what it takes from ARENA lives during the call. The
 * first that is negative ends it: -1. */
typedef int row_visit(struct sql_stmt *row, struct arena *arena, void *arg, struct error *e);
int each_row(struct sql_stmt *q, row_visit *visit, void *arg, struct error *e) must_check;
const char *text_of_column(struct sql_stmt *row, int column, struct arena *arena); /* "" for NULL */
struct fingerprint fingerprint_of_column(struct sql_stmt *row, int column);

/* actions.c: the correction of a finding that is alive; *L has id 0 when there is none. */
struct live_action {
	int64_t id;
	char action_id[33];
	enum action_state state;
	int64_t attempt, word;
};
int action_live(struct state *s, int64_t finding, struct live_action *l, struct error *e) must_check;
/* Into state TO, in the manifests that it is in too; WHY goes into the finding's history. */
int action_move(struct state *s, int64_t run, int64_t finding, const struct live_action *l, enum action_state to,
	const char *who, const char *why, struct error *e) must_check;

/* manifests_read.c: the next one whose time is over; as state_manifest_unfinished. */
struct manifest_record;
int manifest_due(struct state *s, struct manifest_record *r, struct arena *arena, struct error *e) must_check;

/* recovery.c: how correcting goes on one finding. */
struct key_recovery {
	int64_t attempts, recovered, recurred, escalated;
};
int recovery_get(struct state *s, int64_t finding, struct key_recovery *k, struct error *e) must_check;
int recovery_put(
	struct state *s, int64_t finding, const struct key_recovery *k, const char *why, struct error *e) must_check;
/* A finding is over: by the scan RUN, or by hand (RUN 0). What is alive for it ends. */
int recovery_close(struct state *s, int64_t run, int64_t finding, const char *who, struct error *e) must_check;

#endif
