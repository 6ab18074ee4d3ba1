/*
 * Subcommands: one file each. Options come from a table that also makes the
 * help; results go to standard output, everything else to standard error. To
 * add one: write it, declare it below, add its row to `commands` in command.c.
 */
#ifndef KENPIN_COMMAND_H
#define KENPIN_COMMAND_H

#include "base/clock.h"
#include "base/error.h"
#include "config/project.h"
#include "rule/rule.h"
#include "state/state.h"

/* What main hands to every command. */
struct command_context {
	struct clock clock;
	const char *folder; /* -C; NULL: the nearest project */
	const volatile int *stop, *stop_now;
	bool quiet;
};

enum cli_type { CLI_FLAG, CLI_TEXT, CLI_LIST, CLI_INT, CLI_DURATION, CLI_INSTANT };

struct cli_list {
	const char **items; /* NULL-terminated; NULL when not given */
	size_t count;
};

struct cli_option {
	const char *name; /* without dashes */
	enum cli_type type;
	void *value; /* bool, const char *, struct cli_list, int64_t */
	const char *argument, *help;
};

/* Reads options (--name VALUE, --name=VALUE) and leaves the rest in argv: *COUNT of them. Unknown ones get a
 * suggestion. */
int cli_parse(const struct cli_option *options, size_t option_count, int argc, char **argv, int *count,
	struct error *e) must_check;
void cli_list_clear(struct cli_list *list);

struct command {
	const char *name, *usage, *summary;
	/* The exit code; *E is printed when its kind is set. */
	enum exit_code (*run)(struct command_context *c, int argc, char **argv, struct error *e);
	/* The option table, for help; may be NULL. */
	const struct cli_option *(*options)(size_t *count);
};
extern const struct command command_scan, command_query, command_findings, command_manifest, command_state,
	command_runs, command_rules, command_doctor, command_explain, command_completion, command_silence,
	command_baseline, command_notify, command_routes;

extern const struct command *const commands[];
const struct command *command_find(const char *name);
void command_help(FILE *out, const struct command *command);
void command_usage(FILE *out);

/* ---- what commands share ---- */

/* A project with its rules; diagnostics are printed, and any error in them is ERROR_CONFIG. */
struct loaded {
	struct project *project;
	struct rule_set *rules;
	struct arena arena;
};
int load_project(struct loaded *l, const struct command_context *c, const struct rule_filter *filter, bool with_rules,
	struct error *e) must_check;
void loaded_clear(struct loaded *l);
/* The project's store; READ_ONLY for commands that only look. */
struct state *load_state(struct loaded *l, struct command_context *c, unsigned flags, struct error *e) must_check;
void print_diags(struct diags *diags, enum diag_format format);
bool colour_wanted(FILE *out);

#endif
