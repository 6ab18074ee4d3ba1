/* kenpin baseline: what is wrong today is accepted, what comes new is told. */
#include "base/base.h"
#include "command/command.h"

#include <inttypes.h>

#include "command/people.h"
#include "command/table.h"

static struct {
	const char *rule, *query, *reason, *author, *format;
} given;

static const struct cli_option table_of_options[] = {
	{"rule", CLI_TEXT, &given.rule, "ID", "only findings of this rule (glob)"},
	{"query", CLI_TEXT, &given.query, "NAME", "only findings of this query (glob)"},
	{"reason", CLI_TEXT, &given.reason, "TEXT", "why, in one line"},
	{"author", CLI_TEXT, &given.author, "NAME", "who does it; default: the user of this system"},
	{"format", CLI_TEXT, &given.format, "FORM", "list: table, ndjson or csv; default table"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

static int accept(struct state *state, struct error *e)
{
	struct baseline b = {
		.rule = given.rule, .query = given.query, .reason = given.reason, .author = person(given.author)};

	if (person_says("--reason TEXT", given.reason, e) < 0 || person_says("--author NAME", b.author, e) < 0 ||
		state_baseline_accept(state, &b, e) < 0)
		return -1;
	printf("baseline %" PRId64 ": %" PRId64 " finding%s accepted\n", b.id, b.accepted, b.accepted == 1 ? "" : "s");
	return 0;
}

static int print_baseline(void *arg, const struct baseline *b, int64_t still_open, struct error *e)
{
	char id[24], accepted[24], still[24], created[32], undone[32] = "";

	(void)e;
	snprintf(id, sizeof(id), "%" PRId64, b->id);
	snprintf(accepted, sizeof(accepted), "%" PRId64, b->accepted);
	snprintf(still, sizeof(still), "%" PRId64, still_open);
	clock_text(created, b->created);
	if (b->undone)
		clock_text(undone, b->undone);
	table_row(
		arg, (struct span[]){span_of(id), span_of(created), span_of(accepted), span_of(still), span_of(b->rule),
			     span_of(b->query), span_of(b->author), span_of(b->reason), span_of(undone)});
	return 0;
}

static int list(struct state *state, struct error *e)
{
	static const char *const columns[] = {
		"baseline", "made", "accepted", "still there", "rule", "query", "author", "reason", "undone"};
	enum table_format format;

	if (table_format_parse(&format, given.format, e) < 0)
		return -1;
	struct table *table = table_new(stdout, format, columns, ARRAY_LEN(columns));
	int failed = state_baselines(state, print_baseline, table, e);
	table_end(table);
	return failed;
}

static int undo(struct state *state, const char *text, struct error *e)
{
	const char *who = person(given.author);
	int64_t id, count;

	if (person_number(&id, text, "baseline", e) < 0 || person_says("--author NAME", who, e) < 0 ||
		state_baseline_undo(state, id, who, &count, e) < 0)
		return -1;
	printf("baseline %" PRId64 " is undone: the next scan tells what it still sees of %" PRId64 " finding%s\n", id,
		count, count == 1 ? "" : "s");
	return 0;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	struct loaded l = {0};
	struct state *state = NULL;
	int count, failed = -1;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	const char *verb = count > 0 ? argv[0] : "list";
	bool undoes = strcmp(verb, "undo") == 0, accepts = strcmp(verb, "accept") == 0;
	if ((!undoes && !accepts && strcmp(verb, "list") != 0) || count > 1 + undoes || (undoes && count < 2)) {
		error_set(e, ERROR_USAGE,
			"usage: kenpin baseline accept [--query NAME] [--rule ID] --reason TEXT | list | undo ID");
		return EXIT_CONFIG;
	}
	if (load_project(&l, c, NULL, false, e) == 0 &&
		(state = load_state(&l, c, undoes || accepts ? 0 : STATE_READ_ONLY, e)) != NULL)
		failed = undoes ? undo(state, argv[1], e) : accepts ? accept(state, e) : list(state, e);
	state_close(state);
	loaded_clear(&l);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command command_baseline = {"baseline", "accept [--query NAME] [--rule ID] --reason TEXT | list | undo ID",
	"Accepts all that is wrong today, so that only what is new is told.", run, options};
