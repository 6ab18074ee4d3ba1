/* kenpin rules list. */
#include "base/base.h"
#include "command/rules.h"

#include "command/table.h"

static struct {
	const char *format;
	struct cli_list rules;
} given;

static const struct cli_option table_of_options[] = {
	{"rule", CLI_LIST, &given.rules, "ID", "only this rule (glob; may be given again)"},
	{"format", CLI_TEXT, &given.format, "FORM", "check: text, json or sarif; list: table, ndjson or csv"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

static int list(struct loaded *l, struct error *e)
{
	static const char *const columns[] = {"rule", "severity", "query", "title", "file"};
	enum table_format format;

	if (table_format_parse(&format, given.format, e) < 0)
		return -1;
	struct table *table = table_new(stdout, format, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < l->rules->count; i++) {
		const struct rule *r = &l->rules->rules[i];
		char place[600];

		snprintf(place, sizeof(place), "%s:%d", r->file->path, r->node->start.line);
		table_row(table, (struct span[]){span_of(r->id), span_of(severity_name(r->severity)),
					 span_of(r->query_name), span_of(r->title), span_of(place)});
	}
	table_end(table);
	return 0;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	int count;
	struct loaded l = {0};
	int failed = -1;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count > 0)
		error_set(e, ERROR_USAGE, "rules list takes no argument \"%s\"; to choose use --rule", argv[0]);
	else if (rules_open(&l, c, given.rules.items, e) == 0)
		failed = list(&l, e);
	loaded_clear(&l);
	cli_list_clear(&given.rules);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command rules_list = {"list", "[--rule ID] [--format table|ndjson|csv]", "Lists the rules.", run, options};
