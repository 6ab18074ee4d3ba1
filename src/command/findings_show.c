/* kenpin findings show and history: one finding and its story. */
#include "base/base.h"
#include "command/findings.h"

#include <inttypes.h>

#include "command/table.h"

static const char *form;

static const struct cli_option table_of_options[] = {
	{"format", CLI_TEXT, &form, "FORM", "table, ndjson or csv; default table"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

static void line(const char *name, const char *value)
{
	if (value != NULL && value[0] != '\0')
		printf("%-12s %s\n", name, value);
}

static void line_time(const char *name, int64_t at)
{
	char text[32];

	clock_text(text, at);
	line(name, at ? text : NULL);
}

/* Lines, not a table: a reason is shown whole, however long it is. ARG: what stands before them. */
static int print_event(void *arg, const struct finding_event *v, struct error *e)
{
	char at[32], run[24] = "";

	(void)e;
	clock_text(at, v->at);
	if (v->run > 0)
		snprintf(run, sizeof(run), "r-%06" PRId64, v->run);
	printf("%s%s  %-8s  %-22s  %s%s%s\n", (const char *)arg, at, run, v->what, v->who, v->why[0] ? ": " : "",
		v->why);
	return 0;
}

static int print_one(void *arg, const struct finding *f, struct error *e)
{
	static char indent[] = "  ";
	char id[FINGERPRINT_HEX];
	struct state *state = arg;

	if (form != NULL && strcmp(form, "ndjson") == 0)
		return findings_print_json(f);
	fingerprint_text(id, &f->fingerprint);
	line("finding", id);
	line("title", f->title);
	line("rule", f->rule);
	line("query", f->query);
	line("severity", severity_name(f->severity));
	line("state", finding_state_names[f->state]);
	line("shop", f->shop);
	line("key", f->key);
	line("class", f->klass);
	line("field", f->field);
	line("value", f->value);
	line("message", f->message);
	line("index", f->index);
	line("id", f->id);
	line("tags", f->tags);
	printf("%-12s %" PRId64 "\n%-12s %" PRId64 "\n", "episode", f->episode, "times seen", f->times_seen);
	line_time("first seen", f->first_seen);
	line_time("last seen", f->last_seen);
	line_time("opened", f->opened_at);
	line_time("resolved", f->resolved_at);
	printf("history\n");
	return state_events(state, &f->fingerprint, print_event, indent, e);
}

/* ---- history ---- */

struct story {
	struct state *state;
	struct table *table; /* NULL: as lines */
};

static int add_event(void *arg, const struct finding_event *v, struct error *e)
{
	char at[32], run[24] = "";

	(void)e;
	clock_text(at, v->at);
	if (v->run > 0)
		snprintf(run, sizeof(run), "r-%06" PRId64, v->run);
	table_row(arg, (struct span[]){span_of(at), span_of(run), span_of(v->what), span_of(v->who), span_of(v->why)});
	return 0;
}

static int print_story(void *arg, const struct finding *f, struct error *e)
{
	static char indent[] = "";
	const struct story *s = arg;

	if (s->table == NULL)
		return state_events(s->state, &f->fingerprint, print_event, indent, e);
	return state_events(s->state, &f->fingerprint, add_event, s->table, e);
}

static int history(struct state *state, const char *id, enum table_format format, struct error *e)
{
	static const char *const columns[] = {"at", "run", "what", "who", "why"};
	struct story story = {
		state, format == TABLE_TEXT ? NULL : table_new(stdout, format, columns, ARRAY_LEN(columns))};
	int found = state_finding(state, id, print_story, &story, e);

	if (story.table != NULL)
		table_end(story.table);
	return found;
}

/* ---- both ---- */

static enum exit_code run_one(struct command_context *c, int argc, char **argv, bool shows, struct error *e)
{
	struct loaded l = {0};
	struct state *state = NULL;
	enum table_format format;
	int count, found = -1;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0 ||
		table_format_parse(&format, form, e) < 0)
		return EXIT_CONFIG;
	if (count != 1) {
		error_set(e, ERROR_USAGE, "usage: kenpin findings %s ID", shows ? "show" : "history");
		return EXIT_CONFIG;
	}
	if (load_project(&l, c, NULL, false, e) == 0 && (state = load_state(&l, c, STATE_READ_ONLY, e)) != NULL)
		found = shows ? state_finding(state, argv[0], print_one, state, e) : history(state, argv[0], format, e);
	if (found == 0)
		findings_unknown(argv[0], e);
	state_close(state);
	loaded_clear(&l);
	return found != 1 ? error_exit_code(e->kind) : EXIT_DONE;
}

static enum exit_code run_show(struct command_context *c, int argc, char **argv, struct error *e)
{
	return run_one(c, argc, argv, true, e);
}

static enum exit_code run_history(struct command_context *c, int argc, char **argv, struct error *e)
{
	return run_one(c, argc, argv, false, e);
}

const struct command findings_show = {"show", "ID", "Shows one finding with its history.", run_show, options};
const struct command findings_history = {
	"history", "ID", "Tells a finding's story: what was done, when, by whom and why.", run_history, options};
