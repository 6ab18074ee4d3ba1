/* kenpin findings list and export: what the store knows. */
#include "base/base.h"
#include "command/findings.h"

#include <inttypes.h>

#include "base/jsonout.h"
#include "command/table.h"

static struct {
	const char *rule, *shop, *query, *key, *text, *severity, *state, *format;
	int64_t since, limit;
	bool all, count;
} given;

static const struct cli_option table_of_options[] = {
	{"rule", CLI_TEXT, &given.rule, "ID", "of this rule (glob)"},
	{"shop", CLI_TEXT, &given.shop, "SHOP", "of this shop (glob)"},
	{"query", CLI_TEXT, &given.query, "NAME", "of this query (glob)"},
	{"key", CLI_TEXT, &given.key, "TEXT", "whose key as JSON matches (glob)"},
	{"text", CLI_TEXT, &given.text, "TEXT", "that hold TEXT in message, title, key or value"},
	{"severity", CLI_TEXT, &given.severity, "LEAST", "at least this severe: info, warning, error, critical"},
	{"state", CLI_TEXT, &given.state, "STATE",
		"suspect, open, acknowledged, silenced, inhibited or resolved; default: all but resolved"},
	{"all", CLI_FLAG, &given.all, NULL, "resolved ones too"},
	{"since", CLI_INSTANT, &given.since, "TIME", "opened since TIME (or 24h ago)"},
	{"limit", CLI_INT, &given.limit, "N", "at most N"},
	{"count", CLI_FLAG, &given.count, NULL, "only how many, by severity"},
	{"format", CLI_TEXT, &given.format, "FORM", "table, ndjson or csv; default table"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

static const char *const columns[] = {
	"finding", "severity", "state", "rule", "shop", "key", "message", "opened", "index", "id"};

struct listing {
	struct table *table;
	enum table_format format;
	struct buf text;
};

int findings_print_json(const struct finding *f)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	finding_json(&text, f);
	printf("%s\n", buf_text(&text));
	buf_clear(&text);
	return 0;
}

static int print_row(void *arg, const struct finding *f, struct error *e)
{
	struct listing *l = arg;
	char id[FINGERPRINT_HEX], opened[32];

	(void)e;
	if (l->format == TABLE_NDJSON)
		return findings_print_json(f);
	buf_reset(&l->text);
	fingerprint_text(id, &f->fingerprint);
	clock_text(opened, f->opened_at);
	key_display(&l->text, span_of(f->key));
	table_row(l->table,
		(struct span[]){{id, l->format == TABLE_TEXT ? 12 : 32}, span_of(severity_name(f->severity)),
			span_of(finding_state_names[f->state]), span_of(f->rule), span_of(f->shop), buf_span(&l->text),
			span_of(f->message), span_of(opened), span_of(f->index), span_of(f->id)});
	return 0;
}

static int filter_of_options(struct finding_filter *filter, struct error *e)
{
	enum severity least = SEVERITY_INFO;

	*filter = (struct finding_filter){
		given.rule, given.shop, given.query, given.key, given.text, -1, 0, given.since, 0, given.limit};
	if (given.severity != NULL) {
		if (!severity_parse(&least, given.severity))
			return error_set(e, ERROR_USAGE,
				"--severity wants info, warning, error or critical, not \"%s\"", given.severity);
		filter->least_severity = (int)least;
	}
	if (given.all)
		filter->states = (1u << FINDING_STATE_COUNT) - 1;
	for (unsigned i = 0; given.state != NULL && i < FINDING_STATE_COUNT; i++)
		if (strcmp(given.state, finding_state_names[i]) == 0)
			filter->states = 1u << i;
	if (given.state != NULL && filter->states == 0)
		return error_set(e, ERROR_USAGE,
			"--state wants suspect, open, acknowledged, silenced, inhibited or resolved, not \"%s\"",
			given.state);
	return 0;
}

static int print_count(struct state *state, const struct finding_filter *filter, struct error *e)
{
	int64_t by_severity[SEVERITY_COUNT] = {0}, all = 0;

	if (state_count_findings(state, filter, by_severity, e) < 0)
		return -1;
	for (int s = SEVERITY_COUNT - 1; s >= 0; s--) {
		printf("%-10s %" PRId64 "\n", severity_name((enum severity)s), by_severity[s]);
		all += by_severity[s];
	}
	printf("%-10s %" PRId64 "\n", "all", all);
	return 0;
}

static int list(struct state *state, struct error *e)
{
	struct finding_filter filter;
	struct listing l = {0};

	if (filter_of_options(&filter, e) < 0 || table_format_parse(&l.format, given.format, e) < 0)
		return -1;
	if (given.count)
		return print_count(state, &filter, e);
	buf_init(&l.text, 1 << 20);
	l.table = table_new(stdout, l.format, columns, ARRAY_LEN(columns));
	int failed = state_findings(state, &filter, print_row, &l, e);
	table_end(l.table);
	buf_clear(&l.text);
	return failed;
}

static enum exit_code run_list(struct command_context *c, int argc, char **argv, bool exports, struct error *e)
{
	struct loaded l = {0};
	struct state *state = NULL;
	int count, failed = -1;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count > 0) {
		error_set(e, ERROR_USAGE, "findings %s takes no argument \"%s\"; to choose use --rule, --key or --text",
			exports ? "export" : "list", argv[0]);
		return EXIT_CONFIG;
	}
	if (exports) {
		given.all = given.all || given.state == NULL;
		given.format = given.format ? given.format : "ndjson";
	}
	if (load_project(&l, c, NULL, false, e) == 0 && (state = load_state(&l, c, STATE_READ_ONLY, e)) != NULL)
		failed = list(state, e);
	state_close(state);
	loaded_clear(&l);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	return run_list(c, argc, argv, false, e);
}

static enum exit_code run_export(struct command_context *c, int argc, char **argv, struct error *e)
{
	return run_list(c, argc, argv, true, e);
}

const struct command findings_list = {
	"list", "[options]", "Lists findings, worst first: those that are not resolved.", run, options};
const struct command findings_export = {
	"export", "[options]", "Writes findings as NDJSON, resolved ones too.", run_export, options};
