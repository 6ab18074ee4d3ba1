/* kenpin manifest export: writes what is proposed, or hands out what was approved. */
#include "base/base.h"
#include "command/manifests.h"

#include "command/people.h"
#include "ext/json.h"

static struct {
	const char *to, *mode, *author, *as, *bucket;
	enum manifest_form form;
} given;

static const struct cli_option table_of_options[] = {
	{"to", CLI_TEXT, &given.to, "DIR",
		"export: the folder that gets the manifest; default manifests; with --as a file"},
	{"mode", CLI_TEXT, &given.mode, "MODE", "only actions of this mode: auto or manual"},
	{"as", CLI_TEXT, &given.as, "FORM", "export: another form, with its loss: jsonl, s3-batch or csv (for people)"},
	{"bucket", CLI_TEXT, &given.bucket, "NAME", "export: with --as s3-batch, where the manifest's folder is"},
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

/* A copy of the folder, or one file in another form. */
static int write_out(const struct chosen_manifest *chosen, struct error *e)
{
	char digest[65];

	if (given.form != FORM_MANIFEST)
		return manifest_form_write(given.to, given.form, chosen->path, given.bucket, e);
	struct json *head = manifest_head(chosen->path, digest, e);
	int failed = head == NULL ? -1 : manifest_copy(chosen->path, head, given.to, e);
	json_free(head);
	return failed;
}

/* The files first: what is said to be exported must be there. Doing it again after a kill finds them, and ends it. */
static int hand_out(struct manifests *m, const struct chosen_manifest *chosen, struct error *e)
{
	int64_t count;

	if (may_go_out(&chosen->record, e) < 0 || manifests_prove(chosen, e) < 0 || write_out(chosen, e) < 0)
		return -1;
	if (chosen->record.state == MANIFEST_APPROVED &&
		state_manifest_exported(m->state, &chosen->record, person(given.author), &count, e) < 0)
		return -1;
	if (given.form == FORM_MANIFEST)
		printf("%s/%s\n", given.to, chosen->record.id);
	return 0;
}

/* To be read by people: nothing is handed out, so nobody must have approved it. */
static enum exit_code list(struct command_context *c, const char *name, struct error *e)
{
	struct chosen_manifest chosen;
	struct manifests m;
	int failed = -1;

	if (manifests_open(&m, c, false, false, e) == 0 && manifests_choose(&m, name, true, &chosen, e) == 0)
		failed = write_out(&chosen, e);
	manifests_close(&m);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	enum plan_mode mode;
	struct manifests m;
	int count, failed = -1;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0 ||
		plan_mode_parse(&mode, given.mode, e) < 0 ||
		manifest_form_parse(&given.form, given.as, given.bucket, e) < 0)
		return EXIT_CONFIG;
	if (count > 1 || (count == 1 && given.mode != NULL) || (count == 0 && given.form != FORM_MANIFEST)) {
		error_set(e, ERROR_USAGE, "usage: kenpin manifest export %s", manifest_export.usage);
		return EXIT_CONFIG;
	}
	if (given.to == NULL && given.form == FORM_MANIFEST)
		given.to = "manifests";
	if (given.author != NULL && person_says("--author NAME", given.author, e) < 0)
		return EXIT_CONFIG;
	if (given.form == FORM_CSV)
		return list(c, argv[0], e);
	if (count == 1)
		return manifests_run(c, argv[0], false, hand_out, e);
	if (manifests_open(&m, c, true, true, e) == 0)
		failed = plan_write(&m, mode, given.to, e);
	manifests_close(&m);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command manifest_export = {"export", "[--mode MODE | MANIFEST [--as FORM]] [--to DIR]",
	"Hands out an approved manifest; without one writes what is proposed now.", run, options};
