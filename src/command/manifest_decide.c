/* kenpin manifest approve, expire, undo: what people decide of a manifest. */
#include "base/base.h"
#include "command/manifests.h"

#include <inttypes.h>

#include "command/people.h"

static struct {
	const char *role, *author, *reason, *to;
} given;

static const struct cli_option table_of_options[] = {
	{"role", CLI_TEXT, &given.role, "ROLE", "approve: as what the author decides"},
	{"author", CLI_TEXT, &given.author, "NAME", "who does it; default: the user of this system"},
	{"reason", CLI_TEXT, &given.reason, "TEXT", "expire: why, in one line"},
	{"to", CLI_TEXT, &given.to, "DIR", "undo: the folder that gets the manifest; default manifests"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

/* Options and one MANIFEST, unless it MAY be left out; the name or NULL. -1 with *E. */
static int parse(int argc, char **argv, const struct command *verb, bool may, const char **name, struct error *e)
{
	int count;

	given.to = "manifests";
	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0)
		return -1;
	if (count > 1 || (count == 0 && !may))
		return error_set(e, ERROR_USAGE, "usage: kenpin manifest %s %s", verb->name, verb->usage);
	*name = count ? argv[0] : NULL;
	given.author = person(given.author);
	return person_says("--author NAME", given.author, e);
}

/* ---- approve ---- */

static int approve(struct manifests *m, const struct chosen_manifest *chosen, struct error *e)
{
	const struct manifest_record *r = &chosen->record;
	int64_t count;

	if (r->state != MANIFEST_PROPOSED)
		return manifests_decided(r, e);
	if (manifests_prove(chosen, e) < 0)
		return error_prefix(e, "not approved: ");
	if (state_manifest_approve(m->state, r, given.role, given.author, &count, e) < 0)
		return -1;
	printf("%s: approved by %s as %s, %" PRId64 " action%s\n", r->id, given.author, given.role, count,
		count == 1 ? "" : "s");
	if (count < r->actions)
		printf("%" PRId64 " of its actions are superseded since; their preconditions refuse them\n",
			r->actions - count);
	printf("sha256 %s\n", r->sha256);
	return 0;
}

static enum exit_code run_approve(struct command_context *c, int argc, char **argv, struct error *e)
{
	const char *name;

	if (parse(argc, argv, &manifest_approve, false, &name, e) < 0 || person_says("--role ROLE", given.role, e) < 0)
		return EXIT_CONFIG;
	return manifests_run(c, name, false, approve, e);
}

const struct command manifest_approve = {"approve", "MANIFEST --role ROLE [--author NAME]",
	"Approves exactly the bytes that were written: files that changed, or are too old, are refused.", run_approve,
	options};

/* ---- expire ---- */

static int expire(struct manifests *m, const struct chosen_manifest *chosen, struct error *e)
{
	const struct manifest_record *r = &chosen->record;
	int64_t count;

	if (r->state == MANIFEST_EXPORTED || r->state == MANIFEST_CLOSED)
		return error_set(e, ERROR_USAGE,
			"%s was exported: who has it may execute it until it expires; kenpin manifest undo takes back "
			"what "
			"was done",
			r->id);
	if (r->state != MANIFEST_PROPOSED && r->state != MANIFEST_APPROVED)
		return manifests_decided(r, e);
	if (state_manifest_expire(m->state, r, given.author, given.reason, &count, e) < 0)
		return -1;
	printf("%s: expired; what is still true is proposed again\n", r->id);
	return 0;
}

/* Opening for writing has swept already. */
static enum exit_code sweep(struct command_context *c, struct error *e)
{
	struct manifests m;
	int failed = manifests_open(&m, c, false, true, e);

	manifests_close(&m);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

static enum exit_code run_expire(struct command_context *c, int argc, char **argv, struct error *e)
{
	const char *name;

	if (parse(argc, argv, &manifest_expire, true, &name, e) < 0)
		return EXIT_CONFIG;
	if (name == NULL)
		return sweep(c, e);
	if (person_says("--reason TEXT", given.reason, e) < 0)
		return EXIT_CONFIG;
	return manifests_run(c, name, false, expire, e);
}

const struct command manifest_expire = {"expire", "[MANIFEST --reason TEXT] [--author NAME]",
	"Withdraws a manifest that was not exported; without one, ends those whose time is over.", run_expire, options};

/* ---- undo ---- */

static int undo(struct manifests *m, const struct chosen_manifest *chosen, struct error *e)
{
	const struct scan_context context = manifests_context(m);
	struct scan_manifest written;

	if (chosen->record.undoes != NULL)
		return error_set(e, ERROR_USAGE,
			"%s takes back %s; it is not taken back itself: scan, and export again", chosen->record.id,
			chosen->record.undoes);
	if (manifests_prove(chosen, e) < 0 ||
		scan_manifest_undo(&context, &chosen->record, chosen->path, given.to, &written, e) < 0)
		return -1;
	if (written.path[0] == '\0')
		printf("nothing of %s can be taken back; no manifest was written\n", chosen->record.id);
	else
		printf("%s\n", written.path);
	return 0;
}

static enum exit_code run_undo(struct command_context *c, int argc, char **argv, struct error *e)
{
	const char *name;

	if (parse(argc, argv, &manifest_undo, false, &name, e) < 0)
		return EXIT_CONFIG;
	return manifests_run(c, name, true, undo, e);
}

const struct command manifest_undo = {"undo", "MANIFEST [--to DIR]",
	"Writes a manifest that takes back what was applied, as long as what was written still holds.", run_undo,
	options};
