/* kenpin state: care of the store. */
#include "base/base.h"
#include "command/command.h"

static int check(struct loaded *l, struct command_context *c, struct error *e)
{
	struct state *state = load_state(l, c, STATE_NO_MIGRATE, e);
	struct buf faults;

	if (state == NULL)
		return -1;
	buf_init(&faults, 1 << 20);
	int got = state_check(state, &faults, e);
	if (got == 0)
		printf("%s: sound\n", l->project->state->path);
	else if (got > 0)
		fputs(buf_text(&faults), stdout);
	if (got > 0)
		error_at(e, ERROR_STATE, l->project->state->path, 0, 0, "the store is not sound: restore a backup");
	buf_clear(&faults);
	state_close(state);
	return got == 0 ? 0 : -1;
}

static int migrate(struct loaded *l, struct command_context *c, struct error *e)
{
	struct state *state = load_state(l, c, 0, e);
	int version, newest, failed = -1;

	if (state != NULL && state_version(state, &version, &newest, e) == 0) {
		printf("%s: schema %d of %d\n", l->project->state->path, version, newest);
		failed = 0;
	}
	state_close(state);
	return failed;
}

static int backup(struct loaded *l, struct command_context *c, const char *path, struct error *e)
{
	struct state *state = load_state(l, c, STATE_READ_ONLY, e);
	int failed = state ? state_backup(state, path, e) : -1;

	if (!failed)
		printf("%s\n", path);
	state_close(state);
	return failed;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	struct loaded l = {0};
	int count, failed = -1;

	if (cli_parse(NULL, 0, argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	const char *verb = count > 0 ? argv[0] : "";
	bool copies = strcmp(verb, "backup") == 0;
	if ((!copies && strcmp(verb, "check") != 0 && strcmp(verb, "migrate") != 0) || count != (copies ? 2 : 1)) {
		error_set(e, ERROR_USAGE, "usage: kenpin state check | migrate | backup FILE");
		return EXIT_CONFIG;
	}
	if (load_project(&l, c, NULL, false, e) == 0)
		failed = copies                       ? backup(&l, c, argv[1], e)
			 : strcmp(verb, "check") == 0 ? check(&l, c, e)
						      : migrate(&l, c, e);
	loaded_clear(&l);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command command_state = {
	"state", "check | migrate | backup FILE", "Checks, migrates or backs up the state store.", run, NULL};
