/*
 * Manifests as the store knows them: which were written, who approved the
 * bytes, which were handed out, what executors said. Files are the business of
 * recover/; what stands in them is proven there.
 */
#ifndef KENPIN_MANIFESTS_H
#define KENPIN_MANIFESTS_H

#include "state/state.h"

struct manifest_record {
	int64_t number;
	const char *id, *kind, *sha256, *run_id, *path; /* path: of the folder that was written */
	const char *previous_sha256;                    /* NULL: there was none before */
	int64_t created, expires, changed;              /* ms */
	enum manifest_state state;
	const char *superseded_by, *undoes; /* ids; NULL */
	const char *role, *author;          /* of the approval; NULL: nobody approved it */
	int64_t approved, actions;
};

/* ---- writing one: a kill leaves it whole or not at all ----
 * In one transaction: begin, add each action, takes, seal. After the commit the files are made visible, then
 * state_manifest_published in a transaction of its own. What a kill leaves between them is found by
 * state_manifest_unfinished, and published or dropped by whether the files are there. */
/* SHA-256 of the manifest.json before this one, "" for none. */
int state_manifest_last(struct state *s, char sha256[65], struct error *e) must_check;
/* UNDOES: number of the manifest that it takes back, 0 for none. */
int state_manifest_begin(
	struct state *s, const char *kind, int64_t undoes, int64_t *number, struct error *e) must_check;
/* UNDOES: the action that A takes back, "" for none. */
int state_manifest_add(
	struct state *s, int64_t number, const struct action *a, const char *undoes, struct error *e) must_check;
/* VISIT gets the ids of the undecided manifests that hold one of its actions too: it supersedes them. */
typedef int state_visit_id(void *arg, const char *id, struct error *e);
int state_manifest_takes(struct state *s, int64_t number, state_visit_id *visit, void *arg, struct error *e) must_check;
/* Number, id, sha256, previous_sha256, run_id, path, created and expires of R are kept. */
int state_manifest_seal(struct state *s, const struct manifest_record *r, struct error *e) must_check;
int state_manifest_published(struct state *s, int64_t number, struct error *e) must_check;
int state_manifest_drop(struct state *s, int64_t number, struct error *e) must_check;
/* 1: R is one that was sealed and not published, its texts in ARENA; 0: there is none. */
int state_manifest_unfinished(
	struct state *s, struct manifest_record *r, struct arena *arena, struct error *e) must_check;

/* ---- reading ---- */
/* By id or an unambiguous beginning of it: 1 found, 0 none, -1 error (also ambiguous). */
int state_manifest_find(
	struct state *s, const char *id, struct manifest_record *r, struct arena *arena, struct error *e) must_check;
/* Oldest first, with how many of its actions are in which state. */
typedef int state_visit_manifest(
	void *arg, const struct manifest_record *r, const int64_t by_state[ACTION_STATE_COUNT], struct error *e);
int state_manifests(struct state *s, state_visit_manifest *visit, void *arg, struct error *e) must_check;
int state_manifest_counts(
	struct state *s, int64_t number, int64_t by_state[ACTION_STATE_COUNT], struct error *e) must_check;
struct manifest_member {
	const char *action_id, *rule, *shop, *key, *undoes, *executor;
	char finding[FINGERPRINT_HEX];
	int64_t attempt, at; /* at: of the result, 0 without one */
	enum action_state state;
	int outcome; /* enum outcome_kind; -1: no result */
};
typedef int state_visit_member(void *arg, const struct manifest_member *m, struct error *e);
int state_manifest_members(
	struct state *s, int64_t number, state_visit_member *visit, void *arg, struct error *e) must_check;

/* VISIT gets the rules that have actions which a scan is to judge. */
int state_rules_waiting(struct state *s, state_visit_id *visit, void *arg, struct error *e) must_check;

/* The next finding after AFTER (0 to begin) whose automatic recovery is off while it is open; its texts in ARENA.
 * 1, 0 none, -1. */
struct escalation {
	int64_t number;
	char finding[FINGERPRINT_HEX];
	const char *rule, *query, *shop, *key, *why;
};
int state_escalated(
	struct state *s, int64_t after, struct escalation *out, struct arena *arena, struct error *e) must_check;

/* ---- what becomes of one; each in a transaction of its own, under the lease of a scan ---- */
/* Binds ROLE, AUTHOR and now to the bytes that R->sha256 names. The caller has proven that they are unchanged.
 * *COUNT: actions that are approved by it; what was superseded meanwhile is not. */
int state_manifest_approve(struct state *s, const struct manifest_record *r, const char *role, const char *author,
	int64_t *count, struct error *e) must_check;
/* Its files are where executors look. */
int state_manifest_exported(
	struct state *s, const struct manifest_record *r, const char *who, int64_t *count, struct error *e) must_check;
/* Nobody may execute it any more; what is still true is proposed again. */
int state_manifest_expire(struct state *s, const struct manifest_record *r, const char *who, const char *why,
	int64_t *count, struct error *e) must_check;
/* The same for all whose time is over. Of those that were exported, what has no result is unreported from now on. */
int state_manifests_sweep(struct state *s, struct error *e) must_check;

/* The state of one action in it: 1, 0 when it is not in it, -1. */
int state_manifest_member(
	struct state *s, int64_t number, const char *action_id, enum action_state *state, struct error *e) must_check;
/* Of actions of this revision of RULE: how many are approved or handed out, and how many were proven. */
int state_rule_progress(struct state *s, const char *rule, const char *rev, int64_t *under_way, int64_t *verified,
	struct error *e) must_check;

/* ---- results: inside one transaction, add every line, then settle ---- */
enum result_place { RESULT_NEW, RESULT_DOUBLED, RESULT_NO_MANIFEST, RESULT_NO_ACTION, RESULT_CONTRADICTS };
struct result_before { /* what the store has for the action, when there is something */
	enum outcome_kind outcome;
	const char *file;
	int64_t line;
};
/* FILE and LINE: where R was read. BEFORE's text is in ARENA. */
int state_result_add(struct state *s, const struct recovery_result *r, const char *file, int64_t line,
	enum result_place *place, struct result_before *before, struct arena *arena, struct error *e) must_check;
/* Does what the results say that are new. *COUNT: actions that changed by it. */
int state_results_settle(struct state *s, int64_t *count, struct error *e) must_check;

#endif
