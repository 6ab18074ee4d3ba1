/*
 * The words of a correction's life, which manifests, store and commands share:
 * states of actions and manifests, what executors say.
 */
#ifndef KENPIN_RECOVERY_H
#define KENPIN_RECOVERY_H

#include "base/span.h"

enum action_state {
	ACTION_PROPOSED,
	ACTION_APPROVED,
	ACTION_EXPORTED,
	ACTION_APPLIED, /* by the executor's word */
	ACTION_FAILED,
	ACTION_UNREPORTED,  /* handed out, and no word until the manifest expired */
	ACTION_EXPIRED,     /* approved or refused as too old: proposed again when it is still true */
	ACTION_ESCALATED,   /* people are wanted: it is not exported any more */
	ACTION_VERIFIED,    /* a complete scan sees that the rule passes. From here on nothing is alive */
	ACTION_SELF_HEALED, /* so it does, but not by this action */
	ACTION_SUPERSEDED,  /* the target, the rule or the world is another one now */
	ACTION_UNDONE,
	ACTION_REOPENED, /* only within one manifest: a scan saw the same bad value after it was applied */
};
#define ACTION_STATE_COUNT 13
extern const char *const action_state_names[ACTION_STATE_COUNT + 1];

enum manifest_state {
	MANIFEST_WRITING, /* its files are not there yet */
	MANIFEST_PROPOSED,
	MANIFEST_APPROVED,
	MANIFEST_EXPORTED,
	MANIFEST_SUPERSEDED,
	MANIFEST_EXPIRED, /* before it was exported */
	MANIFEST_CLOSED,  /* exported, and its time is over: what has no result is unreported */
};
#define MANIFEST_STATE_COUNT 7
extern const char *const manifest_state_names[MANIFEST_STATE_COUNT + 1];

enum outcome_kind {
	OUTCOME_APPLIED,
	OUTCOME_ALREADY_APPLIED,
	OUTCOME_PRECONDITION_FAILED,
	OUTCOME_TARGET_MISSING,
	OUTCOME_REJECTED,
	OUTCOME_TRANSIENT_ERROR,
	OUTCOME_PERMANENT_ERROR,
	OUTCOME_EXPIRED,
	OUTCOME_DRY_RUN_OK, /* this and transient_error give way to any other outcome */
};
#define OUTCOME_COUNT 9
extern const char *const outcome_names[OUTCOME_COUNT + 1];
/* Index of TEXT in NAMES, or -1. */
int recovery_word(const char *const *names, struct span text);

/* What an executor made of one action: a line of a result file. */
struct recovery_result {
	const char *manifest_id, *action_id, *executor;
	enum outcome_kind outcome;
	int64_t at;
	const char *observed; /* JSON object of values by JSON pointer */
	int64_t observed_version, written_version;
	bool has_observed_version, has_written_version;
	int64_t attempt;
};

#endif
