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

/* ---- one run ---- */

struct wanted {
	int64_t number;
	bool found;
};

static void line_count(const char *name, int64_t n)
{
	if (n != 0)
		printf("%-18s %" PRId64 "\n", name, n);
}

static void line_duration(const char *name, int64_t ms)
{
	char text[32];

	str_duration_text(text, ms);
	if (ms > 0)
		printf("%-18s %s\n", name, text);
}

static void print_counts(const struct run_counts *n)
{
	const struct {
		const char *name;
		int64_t count;
	} lines[] = {{"partitions", n->partitions}, {"incomplete", n->incomplete}, {"documents", n->documents},
		{"pages", n->pages}, {"bytes", n->bytes}, {"broken documents", n->broken_documents},
		{"rule errors", n->rule_errors}, {"findings seen", n->drafts}, {"new", n->opened},
		{"reopened", n->reopened}, {"changed", n->changed}, {"known", n->known}, {"resolved", n->resolved},
		{"silenced", n->silenced}, {"suspect", n->suspects}, {"inhibited", n->inhibited},
		{"in flight", n->in_flight}, {"corrections", n->actions}, {"  proposed", n->recovery.proposed},
		{"  exported", n->recovery.exported}, {"  applied", n->recovery.applied},
		{"  verified", n->recovery.verified}, {"  self-healed", n->recovery.self_healed},
		{"  reopened", n->recovery.reopened}, {"  escalated", n->recovery.escalated},
		{"  unreported", n->recovery.unreported}, {"messages sent", n->sent}, {"messages owed", n->owed},
		{"messages held", n->held}, {"messages dead", n->dead}, {"forgotten", n->forgotten}};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		line_count(lines[i].name, lines[i].count);
	line_duration("reading took", n->ms_read);
	line_duration("manifest took", n->ms_export);
	line_duration("delivery took", n->ms_deliver);
	if (n->ms_read > 0)
		line_count("documents a second", n->documents * 1000 / n->ms_read);
	line_count("peak memory", n->peak_bytes);
}

static int show_run(void *arg, const struct run *r, struct error *e)
{
	struct wanted *wanted = arg;
	char started[32], ended[32] = "";

	(void)e;
	if (r->number != wanted->number)
		return 0;
	wanted->found = true;
	clock_text(started, r->started);
	if (r->ended > 0)
		clock_text(ended, r->ended);
	printf("%-18s %s\n%-18s %s\n%-18s %s\n", "run", r->id, "status", r->status, "started", started);
	if (r->ended > 0)
		printf("%-18s %s\n%-18s %d\n", "ended", ended, "exit code", r->exit_code);
	if (r->why[0] != '\0')
		printf("%-18s %s\n", "why", r->why);
	print_counts(&r->counts);
	return 0;
}

static int show(struct state *state, const char *id, struct error *e)
{
	struct wanted wanted = {0};

	if (!span_to_int64(&wanted.number, span_of(strncmp(id, "r-", 2) == 0 ? id + 2 : id)))
		return error_set(e, ERROR_USAGE, "\"%s\" is no run: give r-000412, or 412", id);
	if (state_runs(state, 0, show_run, &wanted, e) < 0)
		return -1;
	return wanted.found ? 0 : error_set(e, ERROR_USAGE, "there is no run %s; kenpin runs list shows them", id);
}

static int list(struct state *state, enum table_format format, struct error *e)
{
	struct table *table = table_new(stdout, format, columns, ARRAY_LEN(columns));
	int failed = state_runs(state, given.limit, print_run, table, e);

	table_end(table);
	return failed;
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
	bool shows = count == 2 && strcmp(argv[0], "show") == 0;
	if (!shows && (count > 1 || (count == 1 && strcmp(argv[0], "list") != 0))) {
		error_set(e, ERROR_USAGE, "usage: kenpin runs list [options], kenpin runs show ID");
		return EXIT_CONFIG;
	}
	if (load_project(&l, c, NULL, false, e) == 0 && (state = load_state(&l, c, STATE_READ_ONLY, e)) != NULL)
		failed = shows ? show(state, argv[1], e) : list(state, format, e);
	state_close(state);
	loaded_clear(&l);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command command_runs = {"runs", "list [options] | show ID",
	"Lists runs, or shows one: how it ended, what it counted, why.", run, options};
