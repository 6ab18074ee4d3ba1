/* kenpin manifest: the table of its verbs, and what they share. */
#include "base/base.h"
#include "command/manifests.h"

#include "command/people.h"
#include "ext/json.h"

static const struct command *const verbs[] = {&manifest_plan_verb, &manifest_show, &manifest_approve, &manifest_export,
	&manifest_import, &manifest_status, &manifest_verify, &manifest_undo, &manifest_check_verb, &manifest_expire};

static const struct cli_option *options(size_t *count)
{
	static struct cli_option all[64];

	*count = verbs_options(all, ARRAY_LEN(all), verbs, ARRAY_LEN(verbs));
	return all;
}

int manifests_open(struct manifests *m, struct command_context *c, bool rules, bool writes, struct error *e)
{
	*m = (struct manifests){.command = c};
	arena_init(&m->arena);
	if (load_project(&m->loaded, c, NULL, rules, e) < 0 ||
		(m->state = load_state(&m->loaded, c, writes ? 0 : STATE_READ_ONLY, e)) == NULL)
		return -1;
	if (!writes)
		return 0;
	if (state_lease_take(m->state, SCAN_LEASE, e) < 0)
		return -1;
	m->leased = true;
	return scan_manifests_settle(m->state, e);
}

void manifests_close(struct manifests *m)
{
	if (m->leased)
		state_lease_release(m->state, SCAN_LEASE);
	state_close(m->state);
	loaded_clear(&m->loaded);
	arena_clear(&m->arena);
}

struct scan_context manifests_context(struct manifests *m)
{
	return (struct scan_context){.project = m->loaded.project,
		.rules = m->loaded.rules,
		.state = m->state,
		.clock = &m->command->clock,
		.stop = m->command->stop,
		.stop_now = m->command->stop_now};
}

/* The id of the manifest whose folder TEXT is; NULL when it is none. */
static const char *id_of_folder(struct manifests *m, const char *text)
{
	char digest[65];
	struct error ignored;
	struct json *head = manifest_head(text, digest, &ignored);
	const char *id = head ? arena_strdup(&m->arena, json_text(head, "manifest_id", "")) : NULL;

	json_free(head);
	return id;
}

int manifests_choose(
	struct manifests *m, const char *text, bool unknown_too, struct chosen_manifest *out, struct error *e)
{
	const char *folder_id = id_of_folder(m, text);
	int got = state_manifest_find(m->state, folder_id ? folder_id : text, &out->record, &m->arena, e);

	if (got < 0)
		return -1;
	out->known = got == 1;
	out->path = folder_id ? arena_strdup(&m->arena, text) : out->record.path;
	if (out->known || (unknown_too && folder_id != NULL))
		return 0;
	if (folder_id != NULL)
		return error_at(e, ERROR_USAGE, text, 0, 0,
			"this manifest was not written by this project's store; kenpin manifest status shows those "
			"that were");
	return error_set(e, ERROR_USAGE,
		"there is no manifest \"%s\": give an id, a beginning of it or a folder; kenpin manifest status shows "
		"them",
		text);
}

int manifests_prove(const struct chosen_manifest *chosen, struct error *e)
{
	struct buf faults;

	buf_init(&faults, 1 << 22);
	int failed = scan_manifest_prove(&chosen->record, chosen->path, &faults, e);
	fputs(buf_text(&faults), stdout);
	buf_clear(&faults);
	return failed;
}

int manifests_decided(const struct manifest_record *r, struct error *e)
{
	char at[32];

	clock_text(at, r->approved);
	switch (r->state) {
	case MANIFEST_SUPERSEDED: return error_set(e, ERROR_USAGE, "%s is superseded by %s", r->id, r->superseded_by);
	case MANIFEST_EXPIRED:
		clock_text(at, r->changed);
		return error_set(e, ERROR_USAGE,
			"%s expired at %s; what is still true is proposed again: kenpin manifest plan", r->id, at);
	default:
		return error_set(e, ERROR_USAGE, "%s was decided already: approved by %s as %s at %s", r->id, r->author,
			r->role, at);
	}
}

enum exit_code manifests_run(
	struct command_context *c, const char *name, bool rules, manifests_do *verb, struct error *e)
{
	struct chosen_manifest chosen;
	struct manifests m;
	int failed = -1;

	if (manifests_open(&m, c, rules, true, e) == 0 && manifests_choose(&m, name, false, &chosen, e) == 0)
		failed = verb(&m, &chosen, e);
	manifests_close(&m);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

/* ---- check ---- */

static int check(const char *path, struct error *e)
{
	struct buf faults;

	buf_init(&faults, 1 << 22);
	int got = manifest_check(path, &faults, e);
	fputs(buf_text(&faults), stdout);
	if (got == 0)
		printf("%s: sound\n", path);
	if (got > 0)
		error_at(e, ERROR_OWED, path, 0, 0, "the manifest is not sound; do not execute it, export it again");
	buf_clear(&faults);
	return got == 0 ? 0 : -1;
}

static enum exit_code run_check(struct command_context *c, int argc, char **argv, struct error *e)
{
	int count;

	(void)c;
	if (cli_parse(NULL, 0, argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count != 1) {
		error_set(e, ERROR_USAGE, "usage: kenpin manifest check DIR");
		return EXIT_CONFIG;
	}
	return check(argv[0], e) < 0 ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command manifest_check_verb = {"check", "DIR",
	"Proves a manifest: nothing is believed that can be counted, hashed or recomputed.", run_check, NULL};

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	return verbs_run("manifest", verbs, ARRAY_LEN(verbs), NULL, c, argc, argv, e);
}

const struct command command_manifest = {"manifest",
	"plan [--mode auto] [--to DIR] | show MANIFEST | approve MANIFEST --role R |\n"
	"       export [MANIFEST] [--to DIR] | import FILE... | status [MANIFEST] |\n"
	"       verify | undo MANIFEST [--to DIR] | check DIR | expire [MANIFEST]",
	"The life of corrections: planned, approved, handed out, reported, proven by a scan.", run, options};
