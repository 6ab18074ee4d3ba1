/* kenpin manifest: export what is proposed, check what was written. */
#include "base/base.h"
#include "command/command.h"

#include <inttypes.h>

#include "recover/manifest.h"
#include "scan/scan.h"

static struct {
	const char *to;
} given;

static const struct cli_option table_of_options[] = {
	{"to", CLI_TEXT, &given.to, "DIR", "export: the folder that gets the manifest; default manifests"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

static int export(struct loaded *l, struct command_context *c, struct error *e)
{
	struct state *state = load_state(l, c, 0, e);
	struct scan_context context = {.project = l->project,
		.rules = l->rules,
		.state = state,
		.clock = &c->clock,
		.stop = c->stop,
		.stop_now = c->stop_now};
	char path[512];
	int64_t actions;
	int failed = -1;

	if (state == NULL)
		return -1;
	if (state_lease_take(state, SCAN_LEASE, e) == 0) {
		failed = scan_export(&context, "export", given.to, path, &actions, e);
		state_lease_release(state, SCAN_LEASE);
	}
	state_close(state);
	if (failed)
		return -1;
	if (path[0] == '\0')
		printf("no corrections are proposed; no manifest was written\n");
	else
		printf("%s\n", path);
	return 0;
}

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

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	struct loaded l = {0};
	int count, failed = -1;

	given.to = "manifests";
	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	const char *verb = count > 0 ? argv[0] : "";
	if (strcmp(verb, "check") == 0 && count == 2)
		return check(argv[1], e) < 0 ? error_exit_code(e->kind) : EXIT_DONE;
	if (strcmp(verb, "export") != 0 || count != 1) {
		error_set(e, ERROR_USAGE, "usage: kenpin manifest export [--to DIR] | check DIR");
		return EXIT_CONFIG;
	}
	if (load_project(&l, c, NULL, true, e) == 0)
		failed = export(&l, c, e);
	loaded_clear(&l);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command command_manifest = {"manifest", "export [--to DIR] | check DIR",
	"Writes the corrections that are proposed now, or proves a manifest that was written.", run, options};
