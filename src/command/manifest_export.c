/* kenpin manifest export: writes what is proposed, or hands out what was approved. */
#include "base/base.h"
#include "command/manifests.h"

#include "command/people.h"
#include "ext/json.h"

static struct {
	const char *to, *mode, *author;
} given;

static const struct cli_option table_of_options[] = {
	{"to", CLI_TEXT, &given.to, "DIR", "export: the folder that gets the manifest; default manifests"},
	{"mode", CLI_TEXT, &given.mode, "MODE", "only actions of this mode: auto or manual"},
	{"author", CLI_TEXT, &given.author, "NAME", "who does it; default: the user of this system"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

static int may_go_out(const struct manifest_record *r, struct error *e)
{
	switch (r->state) {
	case MANIFEST_APPROVED:
	case MANIFEST_EXPORTED: return 0;
	case MANIFEST_WRITING:
	case MANIFEST_PROPOSED:
		return error_set(
			e, ERROR_USAGE, "nobody has approved %s: kenpin manifest approve %s --role ROLE", r->id, r->id);
	case MANIFEST_CLOSED:
		return error_set(e, ERROR_USAGE, "%s was exported, and its time is over: kenpin manifest plan", r->id);
	case MANIFEST_SUPERSEDED:
	case MANIFEST_EXPIRED: break;
	}
	return manifests_decided(r, e);
}

/* The files first: what is said to be exported must be there. Doing it again after a kill finds them, and ends it. */
static int hand_out(struct manifests *m, const struct chosen_manifest *chosen, struct error *e)
{
	char digest[65];
	int64_t count;

	if (may_go_out(&chosen->record, e) < 0 || manifests_prove(chosen, e) < 0)
		return -1;
	struct json *head = manifest_head(chosen->path, digest, e);
	int failed = head == NULL || manifest_copy(chosen->path, head, given.to, e) < 0;
	json_free(head);
	if (failed || (chosen->record.state == MANIFEST_APPROVED &&
			      state_manifest_exported(m->state, &chosen->record, person(given.author), &count, e) < 0))
		return -1;
	printf("%s/%s\n", given.to, chosen->record.id);
	return 0;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	enum plan_mode mode;
	struct manifests m;
	int count, failed = -1;

	given.to = "manifests";
	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0 ||
		plan_mode_parse(&mode, given.mode, e) < 0)
		return EXIT_CONFIG;
	if (count > 1 || (count == 1 && given.mode != NULL)) {
		error_set(e, ERROR_USAGE, "usage: kenpin manifest export [--mode MODE | MANIFEST] [--to DIR]");
		return EXIT_CONFIG;
	}
	if (given.author != NULL && person_says("--author NAME", given.author, e) < 0)
		return EXIT_CONFIG;
	if (count == 1)
		return manifests_run(c, argv[0], false, hand_out, e);
	if (manifests_open(&m, c, true, true, e) == 0)
		failed = plan_write(&m, mode, given.to, e);
	manifests_close(&m);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command manifest_export = {"export", "[--mode MODE | MANIFEST] [--to DIR]",
	"Hands out an approved manifest; without one writes what is proposed now.", run, options};
