/* kenpin findings ack, unack, note, resolve: what a person does with a finding. */
#include "base/base.h"
#include "command/findings.h"

#include "command/people.h"
#include "notify/notify.h"

static struct {
	const char *by, *why;
} given;

static const struct cli_option table_of_options[] = {
	{"by", CLI_TEXT, &given.by, "NAME", "who does it; default: the user of this system"},
	{"why", CLI_TEXT, &given.why, "TEXT", "why, in one line"},
	{"reason", CLI_TEXT, &given.why, "TEXT", "the same as --why"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

struct change {
	struct command_context *context;
	struct loaded *loaded;
	struct state *state;
	const char *who, *why;
};

typedef int change_finding(const struct change *c, const struct finding *f, struct error *e);

static int acknowledge(const struct change *c, const struct finding *f, struct error *e)
{
	return state_acknowledge(c->state, &f->fingerprint, c->who, c->why, e);
}

static int unacknowledge(const struct change *c, const struct finding *f, struct error *e)
{
	return state_unacknowledge(c->state, &f->fingerprint, c->who, c->why, e);
}

static int note(const struct change *c, const struct finding *f, struct error *e)
{
	return state_note(c->state, &f->fingerprint, c->who, c->why, e);
}

/* Who was told that it is there is told that it is over. */
static int resolve(const struct change *c, const struct finding *f, struct error *e)
{
	struct notify_context context = {
		&c->context->clock, "", c->context->stop_now, stdout, c->loaded->project->folder};
	struct notify *notify = notify_new(c->loaded->project, &context, e);
	int failed = notify == NULL ||
		     state_resolve(c->state, &f->fingerprint, c->who, c->why, notify_resolving(notify), e) < 0;

	notify_free(notify);
	return failed ? -1 : 0;
}

/* What state_finding found; it is changed after the reading is over. */
struct target {
	struct finding finding;
	struct arena arena;
};

static int keep_target(void *arg, const struct finding *f, struct error *e)
{
	struct target *t = arg;

	(void)e;
	t->finding = *f;
	t->finding.rule = arena_strdup(&t->arena, f->rule);
	t->finding.key = arena_strdup(&t->arena, f->key);
	return 0;
}

static void print_done(const char *done, const struct finding *f)
{
	char id[FINGERPRINT_HEX];
	struct buf key;

	buf_init(&key, 1 << 20);
	key_display(&key, span_of(f->key));
	fingerprint_text(id, &f->fingerprint);
	printf("%.12s  %s  %s  %s\n", id, f->rule, buf_text(&key), done);
	buf_clear(&key);
}

static int change_one(const struct change *c, const char *id, change_finding *change, const char *done, struct error *e)
{
	struct target t = {.finding = {.episode = 0}};

	arena_init(&t.arena);
	int found = state_finding(c->state, id, keep_target, &t, e);
	if (found == 0)
		findings_unknown(id, e);
	int failed = found != 1 || change(c, &t.finding, e) < 0;
	if (found == 1 && failed)
		error_prefix(e, "%s: ", id);
	if (!failed)
		print_done(done, &t.finding);
	arena_clear(&t.arena);
	return failed ? -1 : 0;
}

static enum exit_code change_all(
	struct command_context *c, int count, char **ids, change_finding *change, const char *done, struct error *e)
{
	struct loaded l = {0};
	struct change x = {.context = c, .loaded = &l, .who = person(given.by), .why = given.why ? given.why : ""};
	int failed = -1;

	if (load_project(&l, c, NULL, false, e) == 0 && (x.state = load_state(&l, c, 0, e)) != NULL)
		failed = 0;
	for (int i = 0; i < count && !failed; i++)
		failed = change_one(&x, ids[i], change, done, e);
	state_close(x.state);
	loaded_clear(&l);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

/* Options, then IDs, and a reason when one is WANTED. */
static enum exit_code run_change(struct command_context *c, int argc, char **argv, const struct command *verb,
	bool wanted, change_finding *change, const char *done, struct error *e)
{
	int count;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count == 0) {
		error_set(e, ERROR_USAGE, "usage: kenpin findings %s %s", verb->name, verb->usage);
		return EXIT_CONFIG;
	}
	if ((wanted || given.why != NULL) && person_says("--why TEXT", given.why, e) < 0)
		return EXIT_CONFIG;
	if (given.by != NULL && person_says("--by NAME", given.by, e) < 0)
		return EXIT_CONFIG;
	return change_all(c, count, argv, change, done, e);
}

static enum exit_code run_ack(struct command_context *c, int argc, char **argv, struct error *e)
{
	return run_change(c, argc, argv, &findings_ack, true, acknowledge, "acknowledged", e);
}

static enum exit_code run_unack(struct command_context *c, int argc, char **argv, struct error *e)
{
	return run_change(c, argc, argv, &findings_unack, false, unacknowledge, "open", e);
}

static enum exit_code run_resolve(struct command_context *c, int argc, char **argv, struct error *e)
{
	return run_change(c, argc, argv, &findings_resolve, true, resolve, "resolved", e);
}

static enum exit_code run_note(struct command_context *c, int argc, char **argv, struct error *e)
{
	int count;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count != 2) {
		error_set(e, ERROR_USAGE, "usage: kenpin findings note %s", findings_note.usage);
		return EXIT_CONFIG;
	}
	given.why = argv[1];
	if (person_says("TEXT", given.why, e) < 0 || (given.by != NULL && person_says("--by NAME", given.by, e) < 0))
		return EXIT_CONFIG;
	return change_all(c, 1, argv, note, "noted", e);
}

const struct command findings_ack = {"ack", "ID... --why TEXT [--by NAME]",
	"Somebody is on it: it is told no more, and stays open.", run_ack, options};
const struct command findings_unack = {
	"unack", "ID... [--why TEXT] [--by NAME]", "Takes an acknowledgement back.", run_unack, options};
const struct command findings_note = {
	"note", "ID TEXT [--by NAME]", "Adds a line to a finding's history.", run_note, options};
const struct command findings_resolve = {"resolve", "ID... --reason TEXT [--by NAME]",
	"Calls it over by hand; a scan that still sees it opens it again.", run_resolve, options};
