/*
 * A correction that is proposed for one finding: the op, what must still hold
 * when it is done, and how to undo it. The action id is the idempotency key:
 * no time, run or attempt goes into it.
 */
#ifndef KENPIN_ACTION_H
#define KENPIN_ACTION_H

#include "base/arena.h"
#include "base/error.h"

enum action_op { ACTION_CALL, ACTION_PATCH, ACTION_CREATE, ACTION_DELETE, ACTION_COPY, ACTION_REINDEX };
#define ACTION_OP_COUNT 6
extern const char *const action_op_names[ACTION_OP_COUNT + 1];

/* `recover:` of a rule. Strings live as long as the rule set. */
struct recover_field {
	const char *path;  /* JSON pointer made of the field path: /price */
	const char *field; /* field path */
	struct span value; /* new value as JSON; p NULL: remove the field */
};
struct recover_spec {
	enum action_op op;
	const char *call;                /* name of the correction, for op call */
	struct span arguments;           /* of the call, JSON object; n 0 for none */
	bool automatic;                  /* mode: auto */
	const char *system, *store;      /* target; default: the query's source and index */
	const struct recover_field *set; /* for op patch and create */
	size_t set_count;
	const char *source_system, *source_store, *source_path; /* for op copy */
	int64_t max_actions;                                    /* guard; 0: the default */
	const char *max_percent;                                /* decimal text; NULL: the default */
	int64_t max_per_shop;
	int64_t canary;             /* actions of a new revision that go first; -1: the default */
	int64_t cool_down;          /* ms between two attempts on a key; 0: the default */
	int truth;                  /* of a pair rule: the side that is right, 0 left, 1 right; -1: not said */
	unsigned automatic_classes; /* of a pair rule, in place of `automatic`: bits of its classes */
	int64_t expires_ms;         /* how long an action may wait; 0: 24 h */
};

/* One action as the store keeps it between scan and export. */
struct action {
	char action_id[33];
	const char *finding; /* fingerprint, hex */
	int64_t episode, attempt;
	const char *rule, *rule_rev, *klass, *shop, *severity;
	bool automatic;
	const char *body; /* JSON object: target, op, patch, call, precondition, source, before, after, evidence */
	const char *undo; /* JSON object, or NULL: not undoable */
	int64_t proposed_at;
	int64_t tried; /* when the attempt before was over, ms; 0: there was none */
};

/* The idempotency key: first 32 hex digits of SHA-256 over the canonical JSON (keys sorted, compact) of
 * {class, episode, op, patch, precondition, rule, target}; op, patch, precondition and target come out of BODY (with
 * `call` and `arguments` in the place of patch for op call). 0, or -1 when BODY is not such an object. */
int action_identify(char id[33], const char *rule, const char *klass, struct span body, int64_t episode) must_check;

#endif
