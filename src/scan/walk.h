/*
 * What the files of one walk share.
 */
#ifndef KENPIN_WALK_H
#define KENPIN_WALK_H

#include "scan/scan.h"

/* One query over one shop. */
struct partition {
	struct rule_group *group;
	const struct query *query;
	const char *shop;  /* NULL without for_each */
	const char *scope; /* the shop, or "" */
	const char *index, *body;
	int64_t since, until; /* window; until 0: none */
	int64_t read_since;   /* window rules look further back */
	bool complete;
	bool ran; /* it was read, or is being read */
};

struct plan {
	struct partition *items;
	size_t count, capacity;
};

/* Findings of a page on their way into the store. */
struct batch {
	struct draft *drafts;
	size_t count, capacity;
	struct span *entities; /* shop, key, shop, key ... of a window */
	size_t entity_count, entity_capacity;
};

struct walk {
	const struct scan_context *context;
	const struct scan_options *options;
	struct scan_result *result;
	struct arena arena;
	struct plan plan;
	struct batch batch;
	struct sets *sets;         /* rows of rules over all documents */
	int64_t started, deadline; /* monotonic ms; deadline 0: none */
	bool stopped;              /* asked to, or the budget is spent */
};

/* Looks again at what a pair rule found. */
struct again *again_new(struct walk *w, const struct rule *rule) must_check returns_nonnull;
void again_free(struct again *a);
/* GONE is set of those that are no differences of now: a document was changed since it was read, or one that was not
 * there has come. -1 with *E when that cannot be known. */
int again_look(
	struct again *a, const struct pair_candidate *candidates, size_t count, bool *gone, struct error *e) must_check;
/* What a pair rule finds, looked at again, recorded and resolved. -1 only when the store failed. */
int pair_settle(struct walk *w, const struct rule *rule, struct error *e) must_check;
/* What the rule proves of SCOPE (NULL: all), in one transaction: what it did not see is over, what it saw often enough
 * is no suspicion. */
int record_conclude(struct walk *w, const struct partition *p, const struct rule *rule, const char *scope,
	struct error *e) must_check;
/* The rule could not look at everything: this run proves nothing of it. */
void rule_not_whole(struct walk *w, const struct rule *rule, const char *why);
/* After all partitions: what set rules and pair rules find, recorded and resolved. -1 only when the store failed. */
int sets_settle(struct walk *w, struct error *e) must_check;
/* Resolves what RULE did not see in this run in SCOPE; NULL: in all scopes. Inside a transaction. */
int record_resolve_rule(struct walk *w, const struct partition *p, const struct rule *rule, const char *scope,
	struct error *e) must_check;
/* Opens what RULE saw often enough in a row in SCOPE; NULL: in all scopes. Inside a transaction. */
int record_confirm_rule(struct walk *w, const struct rule *rule, const char *scope, struct error *e) must_check;
/* Since when P is read, so that its window rules see all that they judge. */
int windows_plan(struct walk *w, struct partition *p, struct error *e) must_check;
/* After P was read whole: what its window rules find, recorded and resolved, and what they remember. Inside a
 * transaction. */
int windows_settle(struct walk *w, const struct partition *p, const struct eval *eval, struct windows *windows,
	struct error *e) must_check;
/* Lets the source count for the window rules of P, when nobody needs its documents. 1: done, WHY says why it is not
 * whole, if so; 0: the documents must be read; -1 when the query is refused. */
int windows_count(struct walk *w, const struct partition *p, struct source *source,
	const struct source_request *request, struct windows *windows, struct source_counted *out, char why[512],
	struct error *e) must_check;
int plan_make(struct walk *w, struct error *e) must_check;
/* Whether the walk is to end here: asked to, or its time budget is spent; WHY says which. */
bool walk_must_stop(struct walk *w, char why[512]);
/* Fetches, evaluates and records one partition, or two that are held against each other: page by page in turns, so that
 * both sources work at once. SECOND may be NULL. -1 only when the store failed. */
int partitions_run(struct walk *w, struct partition *first, struct partition *second, struct error *e) must_check;
/* Commits what is in the batch in one transaction, and empties it. */
int batch_commit(struct walk *w, const struct partition *p, struct error *e) must_check;
void batch_add(struct batch *b, const struct draft *d);
void batch_add_entity(struct batch *b, struct span shop, struct span key);
void batch_clear(struct batch *b);
/* Resolves what a complete scan of P did not see; EVERYWHERE: in all scopes. */
int record_resolve(struct walk *w, const struct partition *p, const struct eval *eval, bool everywhere,
	struct error *e) must_check;
/* Opens what a complete scan of P saw often enough in a row. */
int record_confirm(struct walk *w, const struct partition *p, const struct eval *eval, struct error *e) must_check;
/* What J names and this run did not see is over. Inside a transaction. */
int record_over(struct walk *w, const struct judgement *j, struct error *e) must_check;
/* How a partition was read, for health.c. */
struct health_report {
	int64_t documents;
	bool missing;    /* there is no such index */
	const char *why; /* it is not complete */
};
/* Records or resolves what is wrong with the scan of P. Inside a transaction. */
int health_partition(struct walk *w, const struct partition *p, const struct eval *eval, const struct health_report *r,
	struct error *e) must_check;
/* The same for the run: queries that fall behind; what is said of queries that are no more. */
int health_run(struct walk *w, struct error *e) must_check;
/* Whether F, which was just reopened, comes and goes too often to be told; its story says so then. Inside a
 * transaction. */
int flapping_judge(struct walk *w, const struct finding *f, bool *flaps, struct error *e) must_check;
/* That it does is a finding of its own: records it. Inside a transaction. */
int flapping_tell(struct walk *w, const struct draft *of, struct error *e) must_check;
/* Those that are calm again are over; what they are of is told, where it is still there, when it is seen next. Not
 * inside a transaction. */
int flapping_settle(struct walk *w, struct error *e) must_check;
/* Records one draft, its notices and its action. Inside a transaction. */
int record_draft(struct walk *w, const char *scope, const struct draft *d, struct error *e) must_check;
/* A finding that was hidden and is no more: told where it was not. A state_visit_finding, its ARG the walk. */
int record_woken(void *walk, const struct finding *f, struct error *e);
/* Hides the findings that wait for another rule's to be over, and tells those that need not any more. */
int scan_inhibit(struct walk *w, struct error *e) must_check;
/* Tells the next people of what nobody has acknowledged for as long as its routes say. */
int scan_unanswered(struct walk *w, struct error *e) must_check;
/* Remembers why the run is not complete (the first reason stays). */
void walk_incomplete(struct walk *w, const struct partition *p, const char *why);

#endif
