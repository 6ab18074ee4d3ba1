/*
 * The dead man's switch: somebody else watches that a sign of life comes, and
 * it comes only after a run that saw everything.
 */
#include "base/base.h"
#include "scan/scan.h"

#include "base/log.h"

bool scan_saw_everything(const struct scan_options *o, const struct run *run)
{
	bool part = o->filtered || o->limit != 0 || o->since != 0;

	return !part && !o->dry_run && strcmp(run->status, "complete") == 0;
}

void scan_heartbeat(const struct scan_context *context, const struct scan_options *options, const struct run *run)
{
	const char *receiver = context->project->heartbeat;
	struct outcome outcome;

	if (receiver == NULL || context->notify == NULL || !scan_saw_everything(options, run))
		return;
	notify_heartbeat(context->notify, receiver, run->id, run->ended, &outcome);
	if (outcome.verdict != VERDICT_SENT)
		log_warning("heartbeat to %s: %s; the next complete run gives it again", receiver, outcome.answer);
}
