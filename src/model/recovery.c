/* The words of a correction's life. */
#include "base/base.h"
#include "model/recovery.h"

const char *const action_state_names[ACTION_STATE_COUNT + 1] = {"proposed", "approved", "exported", "applied", "failed",
	"unreported", "expired", "escalated", "verified", "self-healed", "superseded", "undone", "reopened", NULL};

const char *const manifest_state_names[MANIFEST_STATE_COUNT + 1] = {
	"writing", "proposed", "approved", "exported", "superseded", "expired", "closed", NULL};

const char *const outcome_names[OUTCOME_COUNT + 1] = {"applied", "already_applied", "precondition_failed",
	"target_missing", "rejected", "transient_error", "permanent_error", "expired", "dry_run_ok", NULL};

int recovery_word(const char *const *names, struct span text)
{
	for (int i = 0; names[i] != NULL; i++)
		if (span_is(text, names[i]))
			return i;
	return -1;
}
