/* kenpin runs: what earlier runs did. */
#include "base/base.h"
#include "command/command.h"

#include <inttypes.h>

#include "base/str.h"
#include "command/table.h"

static struct {
	int64_t limit;
	const char *format;
} given;

static const struct cli_option table_of_options[] = {
	{"limit", CLI_INT, &given.limit, "N", "at most N, newest first; default 20"},
	{"format", CLI_TEXT, &given.format, "FORM", "table, ndjson or csv; default table"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

static const char *const columns[] = {"run", "started", "took", "status", "exit", "documents", "new", "reopened",
	"known", "resolved", "sent", "owed", "why"};

static struct span number(char text[24], int64_t n)
{
	snprintf(text, 24, "%" PRId64, n);
	return span_of(text);
}

static int print_run(void *arg, const struct run *r, struct error *e)
{
	char started[32], took[32] = "", n[8][24];

	(void)e;
	clock_text(started, r->started);
	if (r->ended > 0)
		str_duration_text(took, r->ended - r->started);
	table_row(arg, (struct span[]){span_of(r->id), span_of(started), span_of(took), span_of(r->status),
			       number(n[0], r->exit_code), number(n[1], r->counts.documents),
			       number(n[2], r->counts.opened), number(n[3], r->counts.reopened),
			       number(n[4], r->counts.known), number(n[5], r->counts.resolved),
			       number(n[6], r->counts.sent), number(n[7], r->counts.owed), span_of(r->why)});
	return 0;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	struct loaded l = {0};
	struct state *state = NULL;
	enum table_format format;
	int count, failed = -1;

	given.limit = 20;
	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0 ||
		table_format_parse(&format, given.format, e) < 0)
		return EXIT_CONFIG;
	if (count > 1 || (count == 1 && strcmp(argv[0], "list") != 0)) {
		error_set(e, ERROR_USAGE, "usage: kenpin runs list [options]");
		return EXIT_CONFIG;
	}
	if (load_project(&l, c, NULL, false, e) == 0 && (state = load_state(&l, c, STATE_READ_ONLY, e)) != NULL) {
		struct table *table = table_new(stdout, format, columns, ARRAY_LEN(columns));
		failed = state_runs(state, given.limit, print_run, table, e);
		table_end(table);
	}
	state_close(state);
	loaded_clear(&l);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command command_runs = {
	"runs", "list [options]", "Lists runs: how they ended and what they counted.", run, options};
