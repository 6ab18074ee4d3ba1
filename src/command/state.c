/* kenpin state: care of the store. */
#include "base/base.h"
#include "command/command.h"

#include <inttypes.h>

#include "command/people.h"
#include "command/table.h"
#include "scan/scan.h"

static struct {
	bool force;
	const char *format;
} given;

static const struct cli_option restore_options[] = {
	{"force", CLI_FLAG, &given.force, NULL, "restore: although the present store cannot be read"},
};
static const struct cli_option stats_options[] = {
	{"format", CLI_TEXT, &given.format, "FORM", "stats: table, ndjson or csv; default table"},
};

static const struct cli_option *options_of_restore(size_t *count)
{
	*count = ARRAY_LEN(restore_options);
	return restore_options;
}

static const struct cli_option *options_of_stats(size_t *count)
{
	*count = ARRAY_LEN(stats_options);
	return stats_options;
}

/* What a verb does to the project's store; FILE is its argument, where it has one. */
typedef int care(struct loaded *l, struct command_context *c, const char *file, struct error *e);

static enum exit_code run_verb(const char *usage, const struct cli_option *options, size_t option_count,
	bool takes_file, care *verb, struct command_context *c, int argc, char **argv, struct error *e)
{
	struct loaded l = {0};
	int count, failed = -1;

	if (cli_parse(options, option_count, argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count != takes_file) {
		error_set(e, ERROR_USAGE, "usage: kenpin state %s", usage);
		return EXIT_CONFIG;
	}
	if (load_project(&l, c, NULL, false, e) == 0)
		failed = verb(&l, c, takes_file ? argv[0] : NULL, e);
	loaded_clear(&l);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

/* ---- check, migrate, backup ---- */

static int check(struct loaded *l, struct command_context *c, const char *file, struct error *e)
{
	struct state *state = load_state(l, c, STATE_NO_MIGRATE, e);
	struct buf faults;

	(void)file;
	if (state == NULL)
		return -1;
	buf_init(&faults, 1 << 20);
	int got = state_check(state, &faults, e);
	if (got == 0)
		printf("%s: sound\n", l->project->state->path);
	else if (got > 0)
		fputs(buf_text(&faults), stdout);
	if (got > 0)
		error_at(e, ERROR_STATE, l->project->state->path, 0, 0,
			"the store is not sound: restore a backup (kenpin state restore)");
	buf_clear(&faults);
	state_close(state);
	return got == 0 ? 0 : -1;
}

static int migrate(struct loaded *l, struct command_context *c, const char *file, struct error *e)
{
	struct state *state = load_state(l, c, 0, e);
	int version, newest, failed = -1;

	(void)file;
	if (state != NULL && state_version(state, &version, &newest, e) == 0) {
		printf("%s: schema %d of %d\n", l->project->state->path, version, newest);
		failed = 0;
	}
	state_close(state);
	return failed;
}

static int backup(struct loaded *l, struct command_context *c, const char *file, struct error *e)
{
	struct state *state = load_state(l, c, STATE_READ_ONLY, e);
	int failed = state ? state_backup(state, file, e) : -1;

	if (!failed)
		printf("%s\n", file);
	state_close(state);
	return failed;
}

/* ---- restore ---- */

static int restore(struct loaded *l, struct command_context *c, const char *file, struct error *e)
{
	const struct state_config *config = l->project->state;
	const struct state_place at = {config->path, SCAN_LEASE, config->network_disk ? STATE_NETWORK_DISK : 0};
	char *former = NULL;

	if (state_restore(&at, file, given.force, &c->clock, &former, e) < 0)
		return -1;
	printf("%s: restored from %s\n", config->path, file);
	if (former[0] != '\0')
		printf("%s: the former store\n", former);
	free(former);
	return migrate(l, c, NULL, e);
}

/* ---- vacuum ---- */

static int ignore_table(void *arg, const struct state_table *table, struct error *e)
{
	(void)arg;
	(void)table;
	(void)e;
	return 0;
}

static int tidy(struct loaded *l, struct command_context *c, struct state *state, struct error *e)
{
	const struct scan_context context = {.project = l->project, .state = state, .clock = &c->clock};
	struct state_forgotten gone;
	struct state_size before, after;

	if (state_checkpoint(state, e) < 0 || state_stats(state, &before, ignore_table, NULL, e) < 0 ||
		scan_forget(&context, true, &gone, e) < 0 || state_vacuum(state, e) < 0 ||
		state_stats(state, &after, ignore_table, NULL, e) < 0)
		return -1;
	printf("forgotten: %" PRId64 " runs, %" PRId64 " findings, %" PRId64 " events, %" PRId64 " messages, %" PRId64
	       " manifests\n"
	       "%s: %" PRId64 " bytes, before %" PRId64 "\n",
		gone.runs, gone.findings, gone.events, gone.messages, gone.manifests, l->project->state->path,
		after.file, before.file);
	return 0;
}

static int vacuum(struct loaded *l, struct command_context *c, const char *file, struct error *e)
{
	struct state *state = load_state(l, c, 0, e);
	int failed = -1;

	(void)file;
	if (state != NULL && state_lease_take(state, SCAN_LEASE, e) == 0) {
		failed = tidy(l, c, state, e);
		state_lease_release(state, SCAN_LEASE);
	}
	state_close(state);
	return failed;
}

/* ---- export, stats ---- */

static int print_line(void *arg, struct span line, struct error *e)
{
	(void)arg;
	(void)e;
	fwrite(line.p, 1, line.n, stdout);
	return 0;
}

static int export(struct loaded *l, struct command_context *c, const char *file, struct error *e)
{
	struct state *state = load_state(l, c, STATE_READ_ONLY, e);
	int failed = state ? state_export(state, print_line, NULL, e) : -1;

	(void)file;
	state_close(state);
	return failed;
}

static void number(char out[24], int64_t n)
{
	snprintf(out, 24, "%" PRId64, n);
}

static int print_table(void *arg, const struct state_table *table, struct error *e)
{
	char rows[24], bytes[24] = "", oldest[32] = "", newest[32] = "";

	(void)e;
	number(rows, table->rows);
	if (table->bytes >= 0)
		number(bytes, table->bytes);
	if (table->oldest != 0)
		clock_text(oldest, table->oldest);
	if (table->newest != 0)
		clock_text(newest, table->newest);
	table_row(arg,
		(struct span[]){span_of(table->name), span_of(rows), span_of(bytes), span_of(oldest), span_of(newest)});
	return 0;
}

static void print_file(struct table *table, const char *name, int64_t bytes)
{
	char text[24];

	number(text, bytes);
	table_row(table,
		(struct span[]){span_of(name), SPAN_LITERAL(""), span_of(text), SPAN_LITERAL(""), SPAN_LITERAL("")});
}

static int stats(struct loaded *l, struct command_context *c, const char *file, struct error *e)
{
	static const char *const columns[] = {"table", "rows", "bytes", "oldest", "newest"};
	struct state *state = NULL;
	struct state_size size;
	enum table_format format;

	(void)file;
	if (table_format_parse(&format, given.format, e) < 0 || (state = load_state(l, c, STATE_READ_ONLY, e)) == NULL)
		return -1;
	struct table *table = table_new(stdout, format, columns, ARRAY_LEN(columns));
	int failed = state_stats(state, &size, print_table, table, e);
	if (!failed) {
		print_file(table, "(file)", size.file);
		print_file(table, "(gaps in it)", size.unused);
		print_file(table, "(write-ahead log)", size.wal);
	}
	table_end(table);
	state_close(state);
	return failed;
}

/* ---- verbs ---- */

#define VERB(name, usage, options, file)                                                                               \
	static enum exit_code run_##name(struct command_context *c, int argc, char **argv, struct error *e)            \
	{                                                                                                              \
		return run_verb(usage, options, file, name, c, argc, argv, e);                                         \
	}
#define NO_OPTIONS NULL, 0
#define OPTIONS(table) table, ARRAY_LEN(table)
VERB(check, "check", NO_OPTIONS, false)
VERB(migrate, "migrate", NO_OPTIONS, false)
VERB(backup, "backup FILE", NO_OPTIONS, true)
VERB(restore, "restore FILE [--force]", OPTIONS(restore_options), true)
VERB(vacuum, "vacuum", NO_OPTIONS, false)
VERB(export, "export", NO_OPTIONS, false)
VERB(stats, "stats [--format FORM]", OPTIONS(stats_options), false)

static const struct command state_check_verb = {"check", "", "", run_check, NULL},
			    state_migrate_verb = {"migrate", "", "", run_migrate, NULL},
			    state_backup_verb = {"backup", "", "", run_backup, NULL},
			    state_restore_verb = {"restore", "", "", run_restore, options_of_restore},
			    state_vacuum_verb = {"vacuum", "", "", run_vacuum, NULL},
			    state_export_verb = {"export", "", "", run_export, NULL},
			    state_stats_verb = {"stats", "", "", run_stats, options_of_stats};
static const struct command *const verbs[] = {&state_check_verb, &state_migrate_verb, &state_backup_verb,
	&state_restore_verb, &state_vacuum_verb, &state_export_verb, &state_stats_verb};

static const struct cli_option *options(size_t *count)
{
	static struct cli_option all[8];

	*count = verbs_options(all, ARRAY_LEN(all), verbs, ARRAY_LEN(verbs));
	return all;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	return verbs_run("state", verbs, ARRAY_LEN(verbs), NULL, c, argc, argv, e);
}

const struct command command_state = {"state",
	"check | migrate | backup FILE | restore FILE [--force] | vacuum | export | stats [--format FORM]",
	"Checks, migrates, backs up, restores, shrinks, exports or measures the state store.", run, options};
