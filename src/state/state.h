/*
 * The store: what has been found, what has been told, how far each query was
 * read, what is proposed. It does not know how findings are found or told.
 *
 * Everything that belongs together changes inside one transaction, which the
 * caller opens (state_begin) and commits once a page.
 */
#ifndef KENPIN_STATE_H
#define KENPIN_STATE_H

#include "base/clock.h"
#include "model/action.h"
#include "model/finding.h"
#include "model/recovery.h"
#include "model/run.h"

struct state;

enum state_open_flag { STATE_READ_ONLY = 1, STATE_NETWORK_DISK = 2, STATE_NO_MIGRATE = 4, STATE_MEMORY = 8 };

/* Opens, makes the folder and file when new, migrates when old (a backup PATH.vN is kept beside it first), refuses a
 * file of a newer kenpin. STATE_MEMORY: an empty store that leaves nothing (dry runs); PATH is then ignored. With
 * STATE_READ_ONLY and no file: an empty memory store. */
struct state *state_open(const char *path, unsigned flags, struct clock *clock, struct error *e) must_check;
void state_close(struct state *s);
int state_version(struct state *s, int *version, int *newest, struct error *e) must_check;
/* integrity_check, foreign keys, and that counts agree; each problem as one line into OUT; 0 when sound, 1 when not, -1
 * error. */
int state_check(struct state *s, struct buf *out, struct error *e) must_check;
int state_backup(struct state *s, const char *path, struct error *e) must_check;
int state_checkpoint(struct state *s, struct error *e) must_check;

/* ---- care ---- */
/* How long is kept, in ms, what is over; 0: for ever. What is open, and what names it, is never forgotten. */
struct state_keep {
	int64_t runs;     /* since they began; the last run that saw a finding stays as long as the finding */
	int64_t resolved; /* findings, since they were resolved; not while a message or a manifest names them */
	int64_t events;   /* of findings that were resolved as long ago */
	int64_t messages; /* sent, dead or dropped ones about what is all over, since they were made or taken last */
};
struct state_forgotten {
	int64_t runs, findings, events, messages, manifests;
	bool more; /* STEPS were too few: the next call goes on */
};
/* Forgets in transactions of at most 1,000 ids, STEPS of them a kind (0: all); renews LEASE, which the caller holds. */
int state_forget(struct state *s, const char *lease, const struct state_keep *keep, int64_t steps,
	struct state_forgotten *out, struct error *e) must_check;
/* Whether LIMIT_FORGET_EVERY_MS have gone since it was done whole. */
int state_forget_due(struct state *s, bool *due, struct error *e) must_check;
/* Writes the file anew without its gaps; needs as much free disk as it has. */
int state_vacuum(struct state *s, struct error *e) must_check;
/* Where a store is, how it is opened (enum state_open_flag), the lease of whoever writes into it. */
struct state_place {
	const char *path, *lease;
	unsigned flags;
};
/* Puts the store in FILE, which must be sound, in the place of the one AT, which stays beside it: *FORMER (owned, ""
 * when there was none). The present store's lease is taken first, so that no run can be using it; with FORCE also when
 * that store cannot be read. */
int state_restore(const struct state_place *at, const char *file, bool force, struct clock *clock, char **former,
	struct error *e) must_check;
typedef int state_visit_line(void *arg, struct span line, struct error *e);
/* Every row of every table but leases, as one JSON object a line: {"table": NAME, column: value ...}, bytes as hex;
 * tables by name, rows by key, all of one moment. */
int state_export(struct state *s, state_visit_line *visit, void *arg, struct error *e) must_check;
struct state_table {
	const char *name;
	int64_t rows, bytes;    /* with its indexes; -1 when this SQLite cannot tell */
	int64_t oldest, newest; /* ms; 0 when rows have no time, or there are none */
};
struct state_size {
	int64_t file, unused, wal; /* bytes; unused: gaps in the file */
};
typedef int state_visit_table(void *arg, const struct state_table *table, struct error *e);
int state_stats(
	struct state *s, struct state_size *size, state_visit_table *visit, void *arg, struct error *e) must_check;

int state_begin(struct state *s, struct error *e) must_check;
int state_commit(struct state *s, struct error *e) must_check;
void state_rollback(struct state *s);

/* ---- lease: two runs never overlap ---- */
/* Takes it for HOLDER ("host pid start"), or ERROR_LEASE naming who holds it since when. Taken over when the holder has
 * been silent for LIMIT_LEASE_SECONDS, or is a process of this host that is no more (HOST, PID, START tell). */
int state_lease_take(struct state *s, const char *name, struct error *e) must_check;
int state_lease_renew(struct state *s, const char *name,
	struct error *e) must_check; /* at most every 10 s writes; fails when it was lost */
void state_lease_release(struct state *s, const char *name);

/* ---- runs ---- */
int state_run_start(struct state *s, struct run *run,
	struct error *e) must_check; /* fills number and id; older runs still "running" become "killed" */
int state_run_end(struct state *s, const struct run *run, struct error *e) must_check;
typedef int state_visit_run(void *arg, const struct run *run, struct error *e);
int state_runs(struct state *s, int64_t limit, state_visit_run *visit, void *arg, struct error *e) must_check;

/* ---- findings ---- */
enum state_change {
	CHANGE_KNOWN, /* still bad, as before */
	CHANGE_AGAIN, /* recorded already in this run */
	CHANGE_OPENED,
	CHANGE_REOPENED, /* was resolved: episode + 1 */
	CHANGE_VALUE,    /* open, another bad value */
	CHANGE_RULE,     /* open, the same value, but the rule was edited since: details and action are renewed */
	CHANGE_WOKEN,    /* open again after a silence, a baseline or an acknowledgement: told where it was not yet */
};
/* Records a draft as seen in RUN within SCOPE (the partition: "" or the shop). FINDING gets id, episode and times; its
 * text is borrowed from the draft. Inside a transaction. Callers record a page's drafts sorted by fingerprint.
 * FINDING's texts live until the next call. FINDING->state is what it is now: one that a silence hides or that waits
 * for open_after is recorded all the same, and told to nobody. Of CHANGE_KNOWN and CHANGE_AGAIN the wide table is not
 * read: first_seen and opened_at are then 0. first_seen, last_seen and opened_at are when the run started. */
int state_record(struct state *s, const struct run *run, const char *scope, const struct draft *d,
	struct finding *finding, enum state_change *change, struct error *e) must_check;

typedef int state_visit_finding(void *arg, const struct finding *f, struct error *e);
/* Which findings a complete scan judges: those of RULE in SCOPE (NULL: all scopes). AFTER: how many complete scans in
 * a row it takes; 0 and 1: one. A run counts once for a finding, however often it judges. */
struct judgement {
	const char *rule, *scope;
	int64_t after;
	int64_t age; /* ms since it was suspected first, of state_open_suspects */
};
/* Resolves every open finding that was not seen in RUN, or not for AFTER runs; a suspect one at once. VISIT is called
 * for each, and may add notices. Inside a transaction. Only for a complete scan. What was proposed for a resolved
 * finding is superseded. *COUNT is set. */
int state_resolve_unseen(struct state *s, const struct run *run, const struct judgement *j, state_visit_finding *visit,
	void *arg, int64_t *count, struct error *e) must_check;
/* What is behind F cannot be judged in this run: an open finding is not over, and nothing else is said of it. Inside a
 * transaction. */
int state_touch(struct state *s, const struct run *run, const struct fingerprint *f, struct error *e) must_check;
/* Opens every suspect finding that was seen in AFTER complete scans in a row; VISIT tells of it (it may be silenced).
 */
int state_open_suspects(struct state *s, const struct run *run, const struct judgement *j, state_visit_finding *visit,
	void *arg, int64_t *count, struct error *e) must_check;
/* For windows: remembers that entity (shop, key) was read in this run; then resolves only findings of entities that
 * were. */
int state_entity_seen(struct state *s, struct span shop, struct span key, struct error *e) must_check;
int state_resolve_seen_entities(struct state *s, const struct run *run, const struct judgement *j,
	state_visit_finding *visit, void *arg, int64_t *count, struct error *e) must_check;
int state_entities_forget(struct state *s, struct error *e) must_check;

/* ---- findings that come and go ---- */
/* How often F was opened or reopened since then. */
int state_flaps(
	struct state *s, const struct fingerprint *f, int64_t since, int64_t *count, struct error *e) must_check;
/* F's story says that nobody was told. Inside a transaction. */
int state_not_told(struct state *s, const struct run *run, const struct fingerprint *f, const char *why,
	struct error *e) must_check;
/* The next finding of RULE in SCOPE after *AT that is not resolved, and the finding OF which it is, whose fingerprint
 * is its document's id: 1, 0 none, -1. */
int state_flapping_next(struct state *s, const char *rule, const char *scope, struct fingerprint *at,
	struct fingerprint *of, struct error *e) must_check;

struct finding_filter {
	const char *rule, *shop, *query, *key, *text; /* globs; NULL: any */
	int least_severity;                           /* -1: any */
	unsigned states;                              /* bits of 1 << enum finding_state; 0: all but resolved */
	int64_t since;                                /* opened at or after; 0: any */
	int64_t run;                                  /* opened or reopened in this run; 0: any */
	int64_t limit;                                /* 0: all */
};
/* Sorted by severity (worst first), rule, shop, key. */
int state_findings(struct state *s, const struct finding_filter *filter, state_visit_finding *visit, void *arg,
	struct error *e) must_check;
/* By fingerprint or an unambiguous prefix of it (8 digits or more): 1 found, 0 none, -1 error (also ambiguous). */
int state_finding(struct state *s, const char *id, state_visit_finding *visit, void *arg, struct error *e) must_check;
int state_count_findings(struct state *s, const struct finding_filter *filter, int64_t by_severity[SEVERITY_COUNT],
	struct error *e) must_check;
/* Events of one finding, oldest first. */
struct finding_event {
	int64_t at, run;
	const char *what, *who, *why;
};
typedef int state_visit_event(void *arg, const struct finding_event *event, struct error *e);
int state_events(
	struct state *s, const struct fingerprint *f, state_visit_event *visit, void *arg, struct error *e) must_check;

/* ---- notices: what is told to one receiver about one group, under one dedup key ---- */
enum notice_kind { NOTICE_TRIGGER, NOTICE_RESOLVE };
struct notice {
	int64_t id;
	enum notice_kind kind;
	const char *receiver, *group_key; /* canonical, for people: "rule=jan-code-shape shop=s001" */
	const char *dedup_key;            /* the same for a trigger and its resolve */
	enum severity severity;           /* worst of its members */
	int64_t members;
	int64_t attempts, next_attempt; /* ms */
	int64_t created;
	const char *last_answer;
	int64_t held;          /* kept until then, by quiet hours; 0: not */
	int64_t done, repeats; /* when the receiver took it last; how often it was said again */
};
/* Adds a finding to the gathering, not yet attempted notice of (receiver, group), made when there is none. Inside the
 * transaction that records it. */
int state_notice_add(struct state *s, const struct run *run, const char *receiver, const char *group_key,
	const struct finding *f, struct error *e) must_check;
/* Whether RECEIVER is told of F's episode already, or will be. */
int state_notice_knows(
	struct state *s, const char *receiver, const struct finding *f, bool *knows, struct error *e) must_check;
/* F is still there: what was told of it is told again, under the same key, when the receiver took it longer ago than
 * INTERVAL, which doubles with every repeat up to LIMIT_RENOTIFY_MS. Inside a transaction. */
int state_notice_repeat(struct state *s, const struct finding *f, int64_t interval, struct error *e) must_check;
/* A finding was resolved: each sent or pending notice whose members are all resolved now gets a NOTICE_RESOLVE with its
 * dedup key, if the receiver is in RESOLVING (NULL-terminated; others are just closed). A finding that is resolved
 * before its notice was ever attempted leaves it again: nobody is woken for what is over. Inside the transaction that
 * resolves it. */
int state_notice_resolved(struct state *s, const struct run *run, const struct finding *f, const char *const *resolving,
	struct error *e) must_check;
/* Seals and returns the next notice that is due (a trigger before its resolve): no member is added from now on. 1, 0
 * none, -1. AFTER: the id that was handled last, 0 to begin. Strings live until the next call. Not inside a
 * transaction: the seal and the dedup key, which is decided now (a lone finding: fingerprint-episode; a group: a
 * digest), are on disk before anything is sent. A resolve is due only when its trigger was sent, and dropped when its
 * trigger is dead. */
int state_notice_due(struct state *s, int64_t now, int64_t after, struct notice *out, struct error *e) must_check;
/* The same without the seal, and the seal of that one alone: 1, or 0 when it is due no more. */
int state_notice_peek(struct state *s, int64_t now, int64_t after, struct notice *out, struct error *e) must_check;
int state_notice_seal(struct state *s, int64_t now, int64_t id, struct notice *out, struct error *e) must_check;
/* NOTICE is not told before UNTIL: it goes on gathering, if it does, and is not owed. Not inside a transaction. */
int state_notice_hold(struct state *s, int64_t notice, int64_t until, struct error *e) must_check;
int state_notice_members(struct state *s, int64_t notice, int64_t limit, state_visit_finding *visit, void *arg,
	struct error *e) must_check;
int state_notice_counts(
	struct state *s, int64_t notice, int64_t by_severity[SEVERITY_COUNT], struct error *e) must_check;
enum notice_outcome { NOTICE_SENT, NOTICE_RETRY, NOTICE_DEAD };
/* Not inside a transaction. NOTICE_RETRY becomes dead at LIMIT_DELIVERY_ATTEMPTS. */
int state_notice_done(struct state *s, int64_t notice, enum notice_outcome outcome, int64_t next_attempt,
	const char *answer, struct error *e) must_check;
/* Those that quiet hours keep are held, not owed. */
int state_notices_owed(struct state *s, int64_t *owed, int64_t *dead, struct error *e) must_check;
int state_notices_held(struct state *s, int64_t *held, struct error *e) must_check;
enum notice_list { NOTICES_OWED = 1, NOTICES_DEAD = 2, NOTICES_SENT = 4 };
typedef int state_visit_notice(void *arg, const struct notice *n, const char *state, struct error *e);
int state_notices(struct state *s, unsigned which, int64_t limit, state_visit_notice *visit, void *arg,
	struct error *e) must_check;

/* Those that F is in and that are not over for it, oldest first. */
int state_notices_of(
	struct state *s, const struct finding *f, state_visit_notice *visit, void *arg, struct error *e) must_check;
/* When what was taken at N->done is told again at the earliest; INTERVAL as of state_notice_repeat. */
int64_t notice_next_repeat(const struct notice *n, int64_t interval);

/* ---- escalation: who is told of what nobody acknowledges ---- */
struct unanswered {
	int64_t id, since, reached; /* reached: the last step that was taken, ms after since */
	struct finding finding;
};
/* F was told; its first step is DUE. Steps that were taken in this episode stay taken. Inside a transaction. */
int state_unanswered_add(
	struct state *s, const struct finding *f, int64_t since, int64_t due, struct error *e) must_check;
/* The next open finding after id AFTER with a step that is due: 1, 0 none, -1. Its texts are in ARENA. */
int state_unanswered_next(struct state *s, int64_t now, int64_t after, struct unanswered *out, struct arena *arena,
	struct error *e) must_check;
/* Steps up to U->reached are taken, the next is DUE; WHY, unless NULL, is an event. Inside a transaction. */
int state_unanswered_reached(struct state *s, const struct run *run, const struct unanswered *u, int64_t due,
	const char *why, struct error *e) must_check;

/* ---- what operators do with notices; under the lease of a scan ---- */
/* Due now; a dead one is owed again from the first attempt, under the same key. ID 0: all that are owed or dead. One
 * whose findings are all over is left alone. */
int state_notice_retry(struct state *s, int64_t id, int64_t *count, struct error *e) must_check;
/* Nobody is told, and its findings' events say so. */
int state_notice_discard(struct state *s, int64_t id, const char *who, const char *why, struct error *e) must_check;

/* ---- what operators do with findings: each call is one transaction and one event a finding ---- */
int state_acknowledge(
	struct state *s, const struct fingerprint *f, const char *who, const char *why, struct error *e) must_check;
/* Open again; told with the next scan that sees it, where that was not done. */
int state_unacknowledge(
	struct state *s, const struct fingerprint *f, const char *who, const char *why, struct error *e) must_check;
/* An open one is told with the next scan that sees it, where that was not done. */
int state_wake(
	struct state *s, const struct fingerprint *f, const char *who, const char *why, struct error *e) must_check;
int state_note(
	struct state *s, const struct fingerprint *f, const char *who, const char *text, struct error *e) must_check;
/* By hand; the next scan that still sees it opens the next episode. */
int state_resolve(struct state *s, const struct fingerprint *f, const char *who, const char *why,
	const char *const *resolving, struct error *e) must_check;

/* ---- silences: findings that match are recorded and told to nobody ---- */
struct silence {
	int64_t id;
	const char *matches; /* "rule=GLOB,shop=GLOB": a label given twice means either; all labels must match */
	const char *reason, *author;
	int64_t created, until, ended; /* ms; ended: by hand, 0 when not */
	const char *ended_by;
};
/* VISIT is called for the findings in STATES (bits) that MATCHES hides; sorted as by state_findings. */
int state_silence_preview(struct state *s, const char *matches, unsigned states, state_visit_finding *visit, void *arg,
	struct error *e) must_check;
/* Fills id and created, hides what is open and matches at once: *HIDDEN of them. What was gathered and never attempted
 * forgets them. */
int state_silence_add(struct state *s, struct silence *silence, int64_t *hidden, struct error *e) must_check;
typedef int state_visit_silence(void *arg, const struct silence *silence, bool active, struct error *e);
/* ID 0: all, newest last; ACTIVE_ONLY: those that hide something today. */
int state_silences(struct state *s, int64_t id, bool active_only, state_visit_silence *visit, void *arg,
	struct error *e) must_check;
/* *BY gets what hides F now ("silence 3 until ...: reason"), or NULL; borrowed until the transaction ends, or the next
 * one begins. */
int state_silence_of(struct state *s, const struct finding *f, const char **by, struct error *e) must_check;
/* Ends it now. The next scan tells what it still sees. */
int state_silence_expire(struct state *s, int64_t id, const char *who, struct error *e) must_check;

/* ---- inhibition: findings of one rule are told to nobody while another rule's are there ---- */
/* Hides the open findings of RULE that agree, in the shop and in all fields that both keys have, with one of the COUNT
 * rules BY that is there in any state but suspect and resolved. Those that were hidden and are no more are open again
 * (or silenced): VISIT is called for those that are open. Inside a transaction. */
int state_inhibit(struct state *s, const struct run *run, const char *rule, const char *const *by, size_t count,
	state_visit_finding *visit, void *arg, struct error *e) must_check;
/* The rules that have hidden findings, in ARENA. */
int state_inhibited_rules(
	struct state *s, struct arena *arena, const char ***names, size_t *count, struct error *e) must_check;
int state_inhibited(struct state *s, int64_t *count, struct error *e) must_check;

/* ---- baselines: what is wrong today is accepted, without an end ---- */
struct baseline {
	int64_t id;
	const char *rule, *query; /* globs; NULL or "": any */
	const char *reason, *author;
	int64_t created, accepted, undone; /* accepted: how many findings; undone: when, 0 when not */
	const char *undone_by;
};
/* Fills id, created and accepted. An accepted finding is silenced until it is resolved; a new episode is told. */
int state_baseline_accept(struct state *s, struct baseline *b, struct error *e) must_check;
typedef int state_visit_baseline(void *arg, const struct baseline *b, int64_t still_open, struct error *e);
int state_baselines(struct state *s, state_visit_baseline *visit, void *arg, struct error *e) must_check;
/* The next scan tells what it still sees. *COUNT: findings that were still accepted. */
int state_baseline_undo(struct state *s, int64_t id, const char *who, int64_t *count, struct error *e) must_check;

/* ---- cursors of windowed queries ---- */
int state_cursor(struct state *s, const char *query, const char *scope, int64_t *until,
	struct error *e) must_check; /* 0 when none */
int state_cursor_set(struct state *s, const char *query, const char *scope, int64_t until, struct error *e) must_check;

/* ---- what rules over windows of time remember of a scope ---- */
struct state_window {
	int64_t id;                      /* 0: nothing yet */
	int64_t judged, learned, latest; /* ms; 0: none */
};
struct state_group {
	struct fingerprint digest;
	struct span key, shop, value, change;
	int64_t first, last, changed; /* ms */
};
/* What was remembered under another SHAPE, the word for what makes the rule's groups, is nothing. */
int state_window(struct state *s, const char *rule, const char *scope, const char *shape, struct state_window *out,
	struct error *e) must_check;
/* The rest inside a transaction. Fills out->id, and forgets the groups of another shape. */
int state_window_set(struct state *s, const char *rule, const char *scope, const char *shape, struct state_window *w,
	struct error *e) must_check;
typedef int state_visit_group(void *arg, const struct state_group *g, struct error *e);
int state_window_groups(
	struct state *s, int64_t window, state_visit_group *visit, void *arg, struct error *e) must_check;
int state_window_put(struct state *s, int64_t window, const struct state_group *g, struct error *e) must_check;
int state_window_drop(struct state *s, int64_t window, const struct fingerprint *digest, struct error *e) must_check;

/* ---- actions ---- */
/* After state_record of D, which gave F and CHANGE: proposes D's action (its id is made of D and the episode), and
 * judges what was handed out for F before: the same bad value again is one attempt more, another one makes the old
 * action superseded, a third failed attempt escalates. *PROPOSED: an action is proposed by this call. Of a known
 * finding for which nothing was handed out no row is read. Inside the transaction. */
int state_propose(struct state *s, const struct run *run, const struct draft *d, const struct finding *f,
	enum state_change change, bool *proposed, struct error *e) must_check;
typedef int state_visit_action(void *arg, const struct action *a, struct error *e);
/* Actions that are proposed for findings that are open now, sorted by rule, shop, id. RULE NULL: all. */
int state_actions(struct state *s, const char *rule, state_visit_action *visit, void *arg, struct error *e) must_check;
/* How corrections stand, and what this run judged; run_counts.recovery says which is which. */
int state_recovery_counts(struct state *s, struct recovery_counts *out, struct error *e) must_check;

/* ---- scans of partitions, for guards and for `findings` ---- */
int state_scanned(struct state *s, const struct run *run, const char *query, const char *scope, bool complete,
	int64_t documents, struct error *e) must_check;
/* How many documents a scan gave when it gave none too few; 0 when that is not known. Set inside a transaction. */
int state_norm(struct state *s, const char *query, const char *scope, int64_t *documents, struct error *e) must_check;
int state_norm_set(
	struct state *s, const char *query, const char *scope, int64_t documents, struct error *e) must_check;
int state_last_scanned(
	struct state *s, const char *query, int64_t *documents, bool *complete, struct error *e) must_check;

#endif
