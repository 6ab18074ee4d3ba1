/*
 * Rules: files -> one immutable rule set; a rule set and one run's evaluation
 * state -> drafts. The set is compiled once; what changes while documents pass lives in struct eval.
 * It knows neither sources nor the store.
 */
#ifndef KENPIN_RULE_H
#define KENPIN_RULE_H

#include "base/clock.h"
#include "config/project.h"
#include "model/action.h"
#include "model/doc.h"
#include "model/finding.h"
#include "model/census.h"

enum rule_kind { RULE_CHECK, RULE_HIT, RULE_SET, RULE_PAIR, RULE_WINDOW };

struct rule_check; /* one entry of `check:` (check.h) */
struct rule_allow;
struct rule_when;
struct rule_test;
struct rule_silence;
struct set_spec;
struct pair_spec;
struct window_spec;

struct rule {
	const char *id, *title;
	const char *description; /* may be NULL */
	const char *query_name;
	const struct query *query;
	enum rule_kind kind;
	enum severity severity;
	int64_t open_after, resolve_after; /* complete scans in a row; 1: at once */
	int64_t renotify;                  /* ms; 0: told once */
	int64_t flap_after, flap_within;   /* openings within so many ms that are too many; 0: any */
	struct texts unless_open;          /* rules whose findings keep those of this one from being told */
	struct texts tags;
	const char *tags_joined;      /* by commas */
	const char *zone;             /* of stamps without one; the query's when NULL */
	const struct rule_when *when; /* NULL: always */
	const struct rule_check *checks;
	size_t check_count;
	const struct set_spec *set;       /* of RULE_SET */
	const struct pair_spec *pair;     /* of RULE_PAIR: `query` is the left side's */
	const struct window_spec *window; /* of RULE_WINDOW */
	const struct rule_allow *allows;
	size_t allow_count;
	const struct recover_spec *recover; /* NULL: none */
	const struct rule_test *tests;
	size_t test_count;
	struct rule_silence *silences; /* of codes, each with its reason */
	size_t silence_count;
	char rev[13]; /* first 12 hex of the SHA-256 of the rule's text without its tests and silences */
	const struct yaml_file *file;
	const struct yaml_node *node;
	uint32_t number; /* in the set */
};

/* Whether it looks at many documents together: one of them alone shows nothing. */
static inline bool rule_is_of_many(const struct rule *rule)
{
	return rule->kind == RULE_SET || rule->kind == RULE_PAIR || rule->kind == RULE_WINDOW;
}

/* All rules of one query, compiled together: they share one pass. */
struct rule_group;

struct rule_set {
	struct rule *rules;
	size_t count;
	struct rule *faulty; /* those with faults: only to find more of them */
	size_t faulty_count;
	struct rule_group **groups; /* one a query that has rules */
	size_t group_count;
	char sha256[65]; /* over all rule files */
};

/* Which rules are wanted; NULL or empty lists: all. Entries are globs over rule ids and query names. */
struct rule_filter {
	const char *const *rules, *const *queries; /* NULL-terminated */
};

/* Reads and compiles PATHS (absolute file names) against the project's queries. All faults go to DIAGS; the set holds
 * the rules that are good. Memory is in ARENA, compiled regexes are freed by rule_set_close. */
struct rule_set *rule_set_open(struct project *project, const struct texts *paths, const struct rule_filter *filter,
	struct diags *diags, struct arena *arena) must_check;
void rule_set_close(struct rule_set *set);
/* Which regexes of the set a text could be made for that takes them too long (redos.h): measured, so not done by
 * rule_set_open. Silences that silence nothing are reported too. */
void rule_set_redos(const struct rule_set *set, struct diags *diags);
const struct rule *rule_find(const struct rule_set *set, const char *id);

const struct query *rule_group_query(const struct rule_group *group);
const struct fields *rule_group_fields(const struct rule_group *group); /* incl. key, shop and what actions need */
size_t rule_group_count(const struct rule_group *group);
const struct rule *rule_group_rule(const struct rule_group *group, size_t i);
bool rule_group_versions(const struct rule_group *group); /* its documents' sequence numbers are wanted */
/* A rule holds the documents of the one against those of the other. */
bool rule_groups_meet(const struct rule_group *a, const struct rule_group *b);

/* ---- evaluation: one a (group, partition) ---- */

struct eval_options {
	int64_t now;                     /* business time, ms: `age`, expiry of allows */
	bool no_prefilter;               /* run every regex: for the test that both ways agree */
	const char *shop;                /* of the partition, NULL without for_each */
	const char *source_name, *index; /* for the target of actions; the document's own index wins */
	struct sets *sets;               /* where rules over all documents keep theirs; NULL: those rules do nothing */
	struct windows *windows;         /* the same of rules over windows of time */
	int64_t since;                   /* a document before it is for window rules alone */
};

/* A draft's memory lives until eval_page. */
typedef int eval_emit(void *arg, const struct draft *draft, struct error *e);

/* What a rule did in a run; a rule error is reported, never a "no match". */
struct rule_stats {
	int64_t documents, gated, findings,
		allowed;     /* gated: of the documents at which the rule had something to look at */
	int64_t errors;      /* limits hit: match, stack, subject, time */
	int64_t nanoseconds; /* sampled estimate of regex time */
	bool over_budget;    /* LIMIT_RULE_TIME_MS or LIMIT_FINDINGS_PER_RULE was hit: the rule was stopped */
	char why[256];       /* first error, for people, with the document's id */
};

struct eval;
struct eval *eval_new(const struct rule_group *group, const struct eval_options *options) must_check;
void eval_free(struct eval *e);
/* Evaluates all rules of the group on DOC. 0, or -1 when EMIT failed. */
int eval_doc(struct eval *e, const struct doc *doc, eval_emit *emit, void *arg, struct error *error) must_check;
/* Forgets what drafts of the last page pointed into. */
void eval_page(struct eval *e);
const struct rule_stats *eval_stats(const struct eval *e, size_t i); /* of rule_group_rule(group, i) */
/* The fingerprint-like identity of the last document evaluated: its key as JSON and shop; valid until eval_page. */
struct span eval_key(const struct eval *e);
struct span eval_shop(const struct eval *e);
/* The last document was for window rules alone. */
bool eval_was_old(const struct eval *e);

/* ---- rules over all documents of a query: one a run ---- */

/* While documents pass, eval_doc keeps a row of each for every set rule, sorted in temporary files; once all partitions
 * of both queries were read, sets_finish compares them. Memory is bounded whatever the number of documents. */
struct sets *sets_new(const struct rule_set *rules) must_check returns_nonnull;
void sets_free(struct sets *s);
/* The query whose documents RULE looks up, or that is its right side; NULL: none but its own. */
const struct query *set_target_query(const struct rule *rule);
/* RULE has not seen every document, for this reason; the first one stays. Nothing to a rule that is no set rule. */
void sets_fail(struct sets *s, const struct rule *rule, const char *why);

struct set_result {
	int64_t findings, allowed;
	const char *why; /* what RULE could not look at; NULL when it looked at everything */
};
/* What is wrong with the documents that were seen. TARGETS: every document of the other query was: a reference is
 * missing only then. 0, or -1 when EMIT failed. */
int sets_finish(struct sets *s, const struct rule *rule, bool targets, eval_emit *emit, void *arg,
	struct set_result *result, struct error *error) must_check;
/* Forgets what drafts pointed into; may be called by EMIT. */
void sets_page(struct sets *s);

/* ---- rules over two sides: rows are kept as for set rules, and joined when all has passed ---- */

enum pair_class {
	PAIR_MISSING_LEFT,
	PAIR_MISSING_RIGHT,
	PAIR_STALE_LEFT,
	PAIR_STALE_RIGHT,
	PAIR_MISMATCH,
	PAIR_DUPLICATE_KEY,
	PAIR_NULL_KEY,
	PAIR_INVALID_LEFT,
	PAIR_INVALID_RIGHT,
};
#define PAIR_CLASS_COUNT 9
extern const char *const pair_class_names[];

/* The document of a side as it was read. */
struct pair_seen {
	bool there;
	struct span index, id;
	int64_t seq_no, primary_term;
};
/* A difference as it was read; it may have been a change that had come to one side only. Lives until sets_page. */
struct pair_candidate {
	struct draft draft;
	enum pair_class klass;
	struct span scope; /* "" or the shop */
	bool in_flight;    /* one side was changed within the grace: no finding, and no end of one either */
	struct pair_seen seen[2];
};
typedef int pair_emit(void *arg, const struct pair_candidate *c, struct error *e);
/* Whether both sides were read whole within SCOPE: only then something is missing. */
typedef bool pair_whole(void *arg, struct span scope);
struct pair_result {
	int64_t allowed, undecided; /* undecided: would be missing, had everything been read */
	const char *why;            /* what RULE could not look at; NULL: it looked at everything */
};
/* NOW: business time, ms. 0, or -1 when EMIT failed. */
int pairs_finish(struct sets *s, const struct rule *rule, int64_t now, pair_whole *whole, pair_emit *emit, void *arg,
	struct pair_result *result, struct error *e) must_check;
/* Sides meet within a shop: both queries have a partition for each. */
bool pair_by_shop(const struct rule *rule);
/* Since when a suspicion must have been there to become a finding: ms. */
int64_t pair_recheck_after(const struct rule *rule);
const struct rule_group *pair_group(const struct rule *rule, int side); /* 0 left, 1 right */
/* A JSON query of Elasticsearch that finds the documents of SIDE under COUNT keys; false when they cannot be asked for.
 */
bool pair_query_keys(
	struct buf *out, const struct rule *rule, int side, const struct span *keys, size_t count) must_check;
/* The key under which DOC, one of SIDE, meets the other side; SPAN_NONE when it has none. Lives until eval_page. */
struct span pair_key_of(struct eval *e, const struct rule *rule, int side, const struct doc *doc);

/* ---- rules over windows of time: one a partition ---- */

/* While documents pass, eval_doc keeps a row of each for every window rule, sorted in temporary files; once the
 * partition was read whole, windows_finish judges them. What outlives a run is in the caller's memory. */
struct windows;
struct windows *windows_new(const struct rule_group *group) must_check returns_nonnull;
void windows_free(struct windows *w);
void windows_clear(struct windows *w); /* forgets all rows */
bool rule_group_has_windows(const struct rule_group *group);
/* Rule PLAN has not seen every document, for this reason; the first one stays. */
void windows_fail(struct windows *w, size_t plan, const char *why);

/* What a rule remembers of a partition. */
struct window_state {
	int64_t judged;  /* end of the last window that was judged, ms; 0: none yet */
	int64_t learned; /* new_term: what was there by then is known; 0: nothing was there yet */
	int64_t latest;  /* time of a document; 0: there was none */
};
/* Windows that end after FROM (INT64_MIN: all), up to UNTIL, are judged. */
struct window_bounds {
	int64_t from, until, now;
	int64_t overlap;          /* what the next run reads again, ms */
	const char *shop, *index; /* of the partition, or NULL */
	struct window_state state;
};
/* One word for what makes the rule's groups: what is remembered under another is of no use to it. In ARENA. */
const char *window_shape(const struct rule *rule, struct arena *arena);
/* The earliest document that this takes, less one ms. */
int64_t window_reads_from(const struct rule *rule, const struct window_bounds *bounds);

/* Where a source counts by itself. Every rule of the group is one of windows, so that nobody needs the documents. */
bool rule_group_may_be_counted(const struct rule_group *group);
/* What rule PLAN asks for, in ARENA; false when it needs the documents. */
bool window_census(struct census *out, const struct rule_group *group, size_t plan, struct arena *arena);
/* A bucket in the place of its documents. SHOP: of the partition, or NULL. */
void windows_add_bucket(struct windows *w, size_t plan, const char *shop, const struct census_bucket *b);

/* What is remembered of one group. */
struct window_known {
	struct fingerprint digest;
	struct span key, shop;     /* a JSON object; text */
	int64_t first, last;       /* when it was there, ms */
	int64_t changed;           /* its value, the last time; 0: never */
	struct span value, change; /* JSON: its value; before and after that change, a line each */
};
typedef int window_each(void *arg, const struct window_known *known, struct error *e);
struct window_memory {
	void *arg;
	int (*load)(void *arg, window_each *each, void *each_arg, struct error *e); /* all groups, in any order */
	int (*put)(void *arg, const struct window_known *known, struct error *e);
	int (*drop)(void *arg, const struct fingerprint *digest, struct error *e);
};

struct window_result {
	int64_t findings, allowed;
	const char *why; /* what the rule could not look at; NULL when it looked at everything */
	bool judged;     /* some window was; else nothing is known anew */
	struct window_state state;
};
/* What is wrong in the windows of rule PLAN, told by EMIT (a draft lives during the call), and what is to be
 * remembered. 0, or -1 when EMIT or MEMORY failed. */
int windows_finish(struct windows *w, size_t plan, const struct window_bounds *bounds,
	const struct window_memory *memory, eval_emit *emit, void *arg, struct window_result *result,
	struct error *error) must_check;

/* ---- inline tests, by the same engine ---- */

enum test_expect { EXPECT_FINDING, EXPECT_ALLOWED, EXPECT_CLEAN };
struct rule_test {
	const char *name;
	struct span doc;                  /* JSON */
	const struct span *docs, *others; /* of a set or window rule, in place of it; of a pair rule: left and right */
	size_t doc_count, other_count;
	enum test_expect expect;
	int64_t now;               /* 0: that of the run */
	const char *klass, *field; /* expected, or NULL */
	bool has_severity;         /* one is expected */
	enum severity severity;
	const struct yaml_node *node;
};
struct test_result {
	bool passed;
	enum test_expect got;
	const char *detail; /* what decided, in the arena */
};
int rule_test_run(const struct rule_set *set, const struct rule *rule, const struct rule_test *test, int64_t now,
	struct arena *arena, struct test_result *result, struct error *e) must_check;

/* Option tables, for help and schema. */
extern const struct option_block rule_file_block, rule_block, rule_check_block, rule_allow_block, rule_when_block,
	rule_recover_block, rule_test_block, rule_silence_block, rule_set_block, rule_pair_block, rule_window_block;

#endif
