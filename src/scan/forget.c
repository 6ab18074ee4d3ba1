/*
 * What is old is forgotten after a run that saw everything: a run that is in
 * trouble has better things to do, and needs its past.
 */
#include "base/base.h"
#include "scan/scan.h"

#include "base/limits.h"

int scan_forget(const struct scan_context *context, bool all, struct state_forgotten *out, struct error *e)
{
	const struct keep_config *config = context->project->state->keep;
	const struct state_keep keep = {config->runs, config->resolved, config->events, config->messages};

	return state_forget(context->state, SCAN_LEASE, &keep, all ? 0 : LIMIT_FORGET_STEPS, out, e);
}

int scan_forget_daily(const struct scan_context *context, struct run *run, struct error *e)
{
	struct state_forgotten gone = {0};
	bool due;

	if (state_forget_due(context->state, &due, e) < 0 || (due && scan_forget(context, false, &gone, e) < 0))
		return -1;
	run->counts.forgotten = gone.runs + gone.findings + gone.events + gone.messages + gone.manifests;
	return 0;
}
