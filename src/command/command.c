/* The table of commands, their help, and what they share. */
#include "base/base.h"
#include "command/command.h"

#include <unistd.h>

#include "base/log.h"

const struct command *const commands[] = {&command_scan, &command_query, &command_findings, &command_silence,
	&command_baseline, &command_notify, &command_routes, &command_rules, &command_manifest, &command_runs,
	&command_state, &command_doctor, &command_explain, &command_completion, NULL};

const struct command *command_find(const char *name)
{
	for (size_t i = 0; commands[i] != NULL; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static void print_options(FILE *out, const struct cli_option *options, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", options[i].name, options[i].argument ? " " : "",
			options[i].argument ? options[i].argument : "");
		fprintf(out, "  %-24s %s\n", left, options[i].help);
	}
}

void command_help(FILE *out, const struct command *command)
{
	size_t count = 0;

	fprintf(out, "usage: kenpin %s %s\n\n%s\n", command->name, command->usage, command->summary);
	if (command->options == NULL)
		return;
	const struct cli_option *options = command->options(&count);
	fprintf(out, "\noptions:\n");
	print_options(out, options, count);
}

void command_usage(FILE *out)
{
	fprintf(out, "usage: kenpin [-C DIR] [--now TIME] [--log text|json] [-v] [-q] COMMAND ...\n\n"
		     "Inspects business data in Elasticsearch, OpenSearch or NDJSON files by saved queries and "
		     "rules.\n\ncommands:\n");
	for (size_t i = 0; commands[i] != NULL; i++) {
		const char *end = strchr(commands[i]->summary, '\n');
		fprintf(out, "  %-10s %.*s\n", commands[i]->name,
			(int)(end ? end - commands[i]->summary : (ptrdiff_t)strlen(commands[i]->summary)),
			commands[i]->summary);
	}
	fprintf(out,
		"\nglobal options:\n"
		"  -C DIR                   the project folder; default: the nearest one upwards with a kenpin.yaml\n"
		"  --now TIME               the time that the run takes as the present (replays)\n"
		"  --log text|json          form of the log on standard error\n"
		"  -v, -q                   say more; say only errors\n"
		"  --version, --help\n\n"
		"exit codes: 0 done; 1 --fail-on was met; 2 incomplete, run again; 3 usage or configuration is wrong;\n"
		"  4 deliveries or exports are owed, run again; 5 the state store cannot be used; 6 another run holds "
		"the lease\n\n"
		"kenpin COMMAND --help tells more.\n");
}

bool colour_wanted(FILE *out)
{
	const char *no = getenv("NO_COLOR");

	return (no == NULL || *no == '\0') && isatty(fileno(out));
}

void print_diags(struct diags *diags, enum diag_format format)
{
	struct buf text;
	FILE *out = format == DIAG_TEXT ? stderr : stdout;

	buf_init(&text, SIZE_MAX / 2);
	diags_render(&text, diags, format, colour_wanted(out));
	fwrite(buf_text(&text), 1, text.len, out);
	buf_clear(&text);
}

int load_project(struct loaded *l, const struct command_context *c, const struct rule_filter *filter, bool with_rules,
	struct error *e)
{
	*l = (struct loaded){0};
	arena_init(&l->arena);
	l->project = project_open(c->folder, e);
	if (l->project == NULL)
		return -1;
	struct diags *diags = &l->project->diags;
	if (with_rules)
		l->rules = rule_set_open(l->project, &l->project->rule_files, filter, diags, &l->arena);
	if (diags->errors + diags->warnings > 0)
		print_diags(diags, DIAG_TEXT);
	if (diags->errors == 0)
		return 0;
	return error_set(e, ERROR_CONFIG, "%zu error%s in the project's files; nothing was run", diags->errors,
		diags->errors == 1 ? "" : "s");
}

void loaded_clear(struct loaded *l)
{
	if (l->rules != NULL)
		rule_set_close(l->rules);
	if (l->project != NULL)
		project_close(l->project);
	arena_clear(&l->arena);
}

struct state *load_state(struct loaded *l, struct command_context *c, unsigned flags, struct error *e)
{
	const struct state_config *config = l->project->state;

	if (config->network_disk)
		flags |= STATE_NETWORK_DISK;
	return state_open(config->path, flags, &c->clock, e);
}
