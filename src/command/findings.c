/* kenpin findings: the table of its verbs, and what they share. */
#include "base/base.h"
#include "command/findings.h"

#include "command/people.h"

static const struct command *const verbs[] = {&findings_list, &findings_show, &findings_history, &findings_ack,
	&findings_unack, &findings_note, &findings_resolve, &findings_export};

static const struct cli_option *options(size_t *count)
{
	static struct cli_option all[64];

	*count = verbs_options(all, ARRAY_LEN(all), verbs, ARRAY_LEN(verbs));
	return all;
}

int findings_unknown(const char *id, struct error *e)
{
	return error_set(e, ERROR_USAGE, "there is no finding %s; kenpin findings list --all shows them", id);
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	return verbs_run("findings", verbs, ARRAY_LEN(verbs), &findings_list, c, argc, argv, e);
}

const struct command command_findings = {"findings",
	"list [options] | show ID | history ID | ack ID... --why TEXT | unack ID... | note ID TEXT |\n"
	"       resolve ID... --reason TEXT | export [options]",
	"Lists what is remembered, tells a finding's story, changes its state by hand.", run, options};
