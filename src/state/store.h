/*
 * What the files of the store share. Nothing outside this folder includes it.
 */
#ifndef KENPIN_STORE_H
#define KENPIN_STORE_H

#include "ext/sql.h"
#include "state/state.h"
#include "state/statements.h"

#define STATE_BATCH 500 /* findings that a walk over the store holds at once */

struct state {
	struct sql *db;
	struct clock *clock;
	char path[512];
	struct arena draft;  /* texts of the finding that was recorded last */
	struct arena notice; /* texts of the notice that was due last */
	bool has_entities;   /* the table of a window's entities is there */
	struct {             /* finding_id of the finding that was asked for last; 0: none */
		struct fingerprint fingerprint;
		int64_t id;
	} last;
	struct { /* who this process is to a lease */
		char host[256], space[64];
		int64_t pid, started;
		int64_t beat; /* monotonic ms of the last write */
	} lease;
};

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
int finding_event(
	struct state *s, int64_t finding, int64_t run, const char *what, const char *why, struct error *e) must_check;

/* findings_read.c: the finding of a row of FINDING_COLUMNS, its texts in ARENA. */
void finding_of_row(struct finding *f, struct sql_stmt *row, struct arena *arena);
const char *text_of_column(struct sql_stmt *row, int column, struct arena *arena); /* "" for NULL */
struct fingerprint fingerprint_of_column(struct sql_stmt *row, int column);

/* actions.c: what was proposed for a finding is no longer. */
int actions_supersede(struct state *s, int64_t finding, struct error *e) must_check;

#endif
