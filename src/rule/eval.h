/*
 * What changes while documents pass, private to this room.
 */
#ifndef KENPIN_EVAL_H
#define KENPIN_EVAL_H

#include "rule/group.h"

struct probe_state {
	uint64_t generation; /* of the document that the answer is about */
	int answer;          /* 1, 0, or -1: a limit was hit */
	const struct value *value;
	const char *trouble; /* of answer -1 */
	bool slow;           /* timed every time */
	uint32_t runs;
	int64_t nanoseconds, judged; /* so far, and when the budgets were last looked at */
};

struct text_memo {
	uint64_t generation;
	struct span text;
};

struct rule_state {
	struct rule_stats stats;
	int64_t skipped_from; /* documents before it was stopped */
	bool stopped;
};

/* Who the document is, made at its first finding. */
struct identity {
	uint64_t generation;
	struct span key, shop;
};

/* One step of a document through a rule, for whoever explains it. */
enum eval_step {
	STEP_WHEN,  /* condition, answer */
	STEP_ENTRY, /* entry: its values follow */
	STEP_CHECK, /* entry, check, value, answer; check NULL: nothing is there, and no check minds */
	STEP_ALLOW, /* allow, value, answer */
	STEP_AGAIN, /* check: its class was found in this document before */
};
struct eval_event {
	enum eval_step step;
	int answer; /* 1, 0, -1; of a check: enum check_outcome */
	const struct condition *condition;
	const struct rule_check *entry;
	const struct check *check;
	const struct value *value;
	const struct rule_allow *allow;
};
typedef void eval_tell(void *arg, struct eval *e, const struct eval_event *event);

struct eval {
	const struct rule_group *group;
	struct eval_options options;
	struct regex_room *room;
	const struct doc *doc;
	uint64_t generation; /* number of the document, never 0 */
	int64_t documents;
	struct arena page;       /* drafts */
	struct arena scratch;    /* this document */
	struct text_memo *texts; /* unescaped texts by value */
	size_t text_capacity;
	struct probe_state *probes;
	uint64_t *scanned;        /* by slot: generation of its bits */
	uint64_t *bits;           /* of all slots */
	uint64_t *always, *awake; /* plans, by bit */
	uint32_t *sleepers;       /* by sentinel: plans that it may still wake */
	size_t plan_words;
	struct rule_state *rules;
	struct identity *identity;
	struct buf work;     /* texts that are put together */
	const char *trouble; /* why the last probe had no answer */
	int zone;            /* of the rule that is run */
	int64_t time;        /* of the document, when the group has window rules */
	bool has_time;
	bool was_old;          /* the document is for window rules alone */
	const char *given[32]; /* classes that the rule has found in this document */
	size_t given_count;
	eval_emit *emit;
	void *emit_arg;
	eval_tell *tell; /* NULL: nobody asks */
	void *tell_arg;
	const struct verdict *verdict; /* that the draft being emitted is made of */
};

/* The text that checks look at: SPAN_NONE for null, list and map. Lives as long as the document. */
struct span eval_text(struct eval *e, const struct value *v);
/* The first value at SLOT; one of kind absent when there is none (NULL for a path with [], which then has nothing to
 * check). */
const struct value *eval_first(struct eval *e, int slot);
const struct value *eval_next(struct eval *e, const struct value *v);
/* Does the probe match V: 1, 0, or -1 with e->trouble. */
int eval_match(struct eval *e, uint32_t probe, const struct value *v);
/* Marks in e->awake the plans that sleep and have a reason not to. */
void eval_wake(struct eval *e);
/* PLAN is stopped: no regex is run for it alone any more. */
void eval_dismiss(struct eval *e, size_t plan);
/* Stops rules that have used up their time. */
void eval_judge_time(struct eval *e, uint32_t probe);
void eval_stop(struct eval *e, size_t plan, const char *why);
/* 1, 0 or -1. */
int eval_when(struct eval *e, const struct rule_when *when);
bool eval_allowed(struct eval *e, const struct rule *rule, int slot, const struct value *v);

/* Reads JSON, the document of a test, into DOC (made for the group; doc_clear is due whatever is returned). What
 * Elasticsearch calls a hit is one too: its _source is the document. NAME is for messages. */
int eval_read_doc(struct doc *doc, const struct rule_group *group, struct span json, const char *name,
	struct arena *arena, struct error *e) must_check;
/* The group of RULE, and its plan there; NULL when the set does not hold it. */
const struct rule_group *eval_group_of(const struct rule_set *set, const struct rule *rule, size_t *plan);

/* Its shop, when the key is not wanted too. */
struct span eval_shop_alone(struct eval *e);
/* Key and shop of the document. */
const struct identity *eval_identity(struct eval *e);
/* The key with the document's own id: of two that share a key it tells one from the other. */
struct span eval_key_of_one(struct eval *e);
/* A value as JSON in one form, in the page's arena: no escapes that JSON does not need in a text, no white space
 * between tokens. SPAN_NONE for an absent one. */
struct span eval_whole(struct eval *e, const struct value *v);
/* The same, cut to LIMIT bytes on a character border; *CUT tells, and then it is JSON no more. */
struct span eval_json(struct eval *e, const struct value *v, size_t limit, bool *cut);
/* What a failing check says. CHECK and ENTRY are NULL for a hit. */
struct verdict {
	const struct rule_check *entry;
	const struct check *check;
	const struct value *value;
	bool type; /* the value's type is what is wrong */
};
/* What every finding of RULE has; borrowed from it. */
struct draft draft_of(const struct rule *rule);
/* A finding of the rule, unless its class was found in the document before. */
int eval_find(struct eval *e, size_t plan, const struct verdict *verdict, struct error *error);
int eval_draft(struct eval *e, const struct rule_plan *plan, const struct verdict *verdict, struct error *error);
/* A field that a correction touches, or that the finding is about. */
struct touched {
	const char *pointer; /* JSON pointer */
	struct span was;     /* as JSON; n 0: absent */
	struct span will;
	bool changes;
};
/* What a correction is made of. */
struct proposal {
	struct arena *page; /* of what it is */
	struct buf *work;
	const char *source_name;
	int64_t now;
	const struct recover_spec *spec;
	struct draft *draft;    /* of the finding: whose document it is */
	struct touched *fields; /* room for all that are touched */
	size_t count;
};
/* The field, once however often it is touched. */
struct touched *proposal_touch(struct proposal *p, const char *pointer, struct span was);
/* Fills action and undo of the draft. NULL, or why nothing is proposed. */
const char *proposal_write(struct proposal *p);
/* The same of the document in hand. */
void eval_propose(struct eval *e, const struct rule_plan *plan, const struct verdict *verdict, struct draft *draft);
/* Counts an error of the rule; e->trouble says which. */
void eval_error(struct eval *e, size_t plan, const char *field);
/* DOC is in hand from now on. */
void eval_begin(struct eval *e, const struct doc *doc, eval_emit *emit, void *arg);
/* DOC is one that documents of RULE, of another group, may refer to. */
void eval_target(struct eval *e, const struct rule *rule, const struct doc *doc);
/* Evaluates one rule of the group on DOC. */
int eval_rule(
	struct eval *e, size_t plan, const struct doc *doc, eval_emit *emit, void *arg, struct error *error) must_check;

#endif
