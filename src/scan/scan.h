/*
 * The walk: plan -> fetch -> evaluate -> record -> export -> deliver. One call
 * is one run. It knows neither argv nor terminals: what a command wants to show
 * comes through callbacks and the result.
 */
#ifndef KENPIN_SCAN_H
#define KENPIN_SCAN_H

#include "config/project.h"
#include "model/run.h"
#include "notify/notify.h"
#include "rule/rule.h"
#include "source/source.h"
#include "state/state.h"

struct scan_options {
	const char *const *shops; /* NULL-terminated globs; NULL: all */
	bool filtered;            /* not all rules or queries take part: nothing is resolved beyond what was scanned */
	int64_t since;            /* ms; overrides cursors, which then stay; 0: none */
	int64_t limit;            /* documents a partition; 0: all */
	int64_t time_budget_ms;   /* 0: none */
	bool dry_run;             /* tells nobody, writes no manifest; the store is a copy that is thrown away */
	bool no_prefilter;
	bool no_census;       /* documents are read even where the source could count for window rules */
	const char *manifest; /* folder; NULL: none is written */
};

struct scan_progress {
	const char *query, *shop; /* shop "" without one */
	int64_t partition, partitions;
	int64_t documents, expected; /* of this partition; expected -1 when not known */
	int64_t all_documents, bytes, findings, elapsed_ms;
};

struct scan_context {
	struct project *project;
	const struct rule_set *rules;
	struct state *state;
	struct notify *notify; /* NULL with dry_run */
	struct clock *clock;
	const volatile int *stop; /* finish the page, commit, deliver, end */
	const volatile int *stop_now;
	void (*progress)(void *arg, const struct scan_progress *p); /* may be NULL */
	/* A finding that is new in this run, after it was committed; may be NULL. */
	void (*found)(void *arg, const struct finding *f, enum state_change change);
	void *arg;
};

struct scan_result {
	struct run run;
	char manifest[512];                         /* folder of the manifest that was written, "" when none */
	bool proposes;                              /* some rule has a correction */
	int64_t held;                               /* corrections that wait: for a canary, for a cool-down */
	enum exit_code code;                        /* without --fail-on */
	int64_t opened_by_severity[SEVERITY_COUNT]; /* opened or reopened in this run */
	int64_t elapsed_ms;                         /* of the wall, also when the clock stands still (--now) */
};

/* Runs once. The lease is held while it does. 0 when the walk ended by itself (see result->code), -1 with *E when it
 * could not. */
int scan_run(const struct scan_context *context, const struct scan_options *options, struct scan_result *result,
	struct error *e) must_check;

#define SCAN_LEASE "scan"

/* Sends what is owed; used by a run and by `kenpin notify`. DEADLINE: monotonic ms, 0 for none. */
int scan_deliver(const struct scan_context *context, const struct run *run, const char *manifest, int64_t deadline,
	struct run_counts *counts, struct error *e) must_check;

/* RUN was complete, and of everything that the project has, not of a part that was asked for. */
bool scan_saw_everything(const struct scan_options *options, const struct run *run);

/* Forgets what state.keep of the project no longer keeps; the lease is held. ALL: not only as much as one run does. */
int scan_forget(const struct scan_context *context, bool all, struct state_forgotten *out, struct error *e) must_check;
/* The same once a day, as much as one run does; counted in RUN. */
int scan_forget_daily(const struct scan_context *context, struct run *run, struct error *e) must_check;

/* What the metrics of a run are made of. */
struct scan_numbers {
	const struct run *run;
	const int64_t *open; /* findings that are not resolved, by severity; NULL when the store cannot tell */
};
/* Writes PATH anew, whole or not at all; a warning when it cannot be. */
void scan_metrics_textfile(const char *path, const struct scan_numbers *numbers);
/* One line of CloudWatch's Embedded Metric Format (its specification, version of 2023: an object with `_aws` and the
 * values beside it), with the project's name as dimension. */
void scan_metrics_emf(struct buf *out, const char *space, const char *project, const struct scan_numbers *numbers);

/* Tells the project's heartbeat receiver of RUN when that was complete and of everything. */
void scan_heartbeat(const struct scan_context *context, const struct scan_options *options, const struct run *run);

#endif
