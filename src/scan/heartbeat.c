/*
 * The dead man's switch: somebody else watches that a sign of life comes, and
 * it comes only after a run that saw everything.
 */
#include "base/base.h"
#include "scan/scan.h"

#include "base/log.h"

/* Of everything that the project has, not of a part that was asked for. */
static bool whole(const struct scan_options *o)
{
	return !o->filtered && o->limit == 0 && o->since == 0 && !o->dry_run;
}

void scan_heartbeat(const struct scan_context *context, const struct scan_options *options, const struct run *run)
{
	const char *receiver = context->project->heartbeat;
	struct outcome outcome;

	if (receiver == NULL || context->notify == NULL || !whole(options) || strcmp(run->status, "complete") != 0)
		return;
	notify_heartbeat(context->notify, receiver, run->id, run->ended, &outcome);
	if (outcome.verdict != VERDICT_SENT)
		log_warning("heartbeat to %s: %s; the next complete run gives it again", receiver, outcome.answer);
}
