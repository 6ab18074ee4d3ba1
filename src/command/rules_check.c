/* kenpin rules check: everything that is wrong in rule and query files. */
#include "base/base.h"
#include "command/rules.h"
#include "command/rules_live.h"

static struct {
	const char *format;
	struct cli_list rules;
	bool live;
} given;

static const struct cli_option table_of_options[] = {
	{"rule", CLI_LIST, &given.rules, "ID", "only this rule (glob; may be given again)"},
	{"live", CLI_FLAG, &given.live, NULL, "check: ask the servers for index, query and mapping too"},
	{"format", CLI_TEXT, &given.format, "FORM",
		"check: text, json or sarif; test: text or json; list: table, ndjson or csv"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

static int format_of(enum diag_format *format, struct error *e)
{
	static const char *const names[] = {[DIAG_TEXT] = "text", [DIAG_JSON] = "json", [DIAG_SARIF] = "sarif"};

	*format = DIAG_TEXT;
	if (given.format == NULL)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(given.format, names[i]) == 0) {
			*format = (enum diag_format)i;
			return 0;
		}
	return error_set(e, ERROR_USAGE, "--format wants text, json or sarif, not \"%s\"", given.format);
}

static int check(struct loaded *l, enum diag_format format, const struct buf *notes, struct error *e)
{
	struct diags *diags = &l->project->diags;

	if (diags->errors + diags->warnings > 0 || format == DIAG_SARIF)
		print_diags(diags, format);
	if (diags->errors > 0)
		return error_set(e, ERROR_CONFIG, "%zu error%s, %zu warning%s", diags->errors,
			diags->errors == 1 ? "" : "s", diags->warnings, diags->warnings == 1 ? "" : "s");
	if (l->rules->count == 0)
		return error_set(e, ERROR_CONFIG, "no rule was found; rule files are rules/*.yaml");
	if (format == DIAG_TEXT)
		printf("%s%zu rules, %zu queries: no error, %zu warning%s\n", buf_text(notes), l->rules->count,
			l->project->query_count, diags->warnings, diags->warnings == 1 ? "" : "s");
	return 0;
}

/* Servers are asked about what is right in itself alone. */
static enum exit_code check_all(struct loaded *l, struct command_context *c, enum diag_format format, struct error *e)
{
	enum exit_code live = EXIT_DONE;
	struct buf notes;

	buf_init(&notes, SIZE_MAX / 4);
	rule_set_redos(l->rules, &l->project->diags);
	if (given.live && l->project->diags.errors == 0)
		live = rules_live(l, c, &notes);
	int failed = check(l, format, &notes, e);
	buf_clear(&notes);
	return failed ? error_exit_code(e->kind) : live;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	int count;
	struct loaded l = {0};
	enum diag_format format;
	enum exit_code code = EXIT_CONFIG;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count > 0)
		error_set(e, ERROR_USAGE, "rules check takes no argument \"%s\"; to choose use --rule", argv[0]);
	else if (format_of(&format, e) == 0 && rules_open(&l, c, given.rules.items, e) == 0)
		code = check_all(&l, c, format, e);
	loaded_clear(&l);
	cli_list_clear(&given.rules);
	return code;
}

const struct command rules_check = {"check", "[--rule ID] [--live] [--format text|json|sarif]",
	"Says everything that is wrong in rule and query files.", run, options};
