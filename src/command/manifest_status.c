/* kenpin manifest status: what became of manifests and of what is in them. */
#include "base/base.h"
#include "command/manifests.h"

#include <inttypes.h>

#include "command/table.h"

static const char *form;

static const struct cli_option table_of_options[] = {
	{"format", CLI_TEXT, &form, "FORM", "status: table, ndjson or csv; default table"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

/* Which states stand in the table, in the order of a life. */
static const enum action_state shown[] = {ACTION_PROPOSED, ACTION_APPROVED, ACTION_EXPORTED, ACTION_APPLIED,
	ACTION_FAILED, ACTION_UNREPORTED, ACTION_VERIFIED, ACTION_SELF_HEALED, ACTION_REOPENED, ACTION_SUPERSEDED,
	ACTION_EXPIRED, ACTION_UNDONE};
#define FIXED 5

static int print_manifest(
	void *arg, const struct manifest_record *r, const int64_t by_state[ACTION_STATE_COUNT], struct error *e)
{
	struct span cells[FIXED + ARRAY_LEN(shown)];
	char n[ARRAY_LEN(shown) + 1][24], expires[32];
	char *by = r->author ? xasprintf("%s as %s", r->author, r->role) : NULL;

	(void)e;
	clock_text(expires, r->expires);
	snprintf(n[ARRAY_LEN(shown)], 24, "%" PRId64, r->actions);
	cells[0] = span_of(r->id);
	cells[1] = span_of(manifest_state_names[r->state]);
	cells[2] = span_of(expires);
	cells[3] = span_of(by ? by : "");
	cells[4] = span_of(n[ARRAY_LEN(shown)]);
	for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
		snprintf(n[i], 24, "%" PRId64, by_state[shown[i]]);
		cells[FIXED + i] = span_of(n[i]);
	}
	table_row(arg, cells);
	free(by);
	return 0;
}

static int list(struct manifests *m, enum table_format format, struct error *e)
{
	const char *columns[FIXED + ARRAY_LEN(shown)] = {"manifest", "state", "expires", "approved by", "actions"};

	for (size_t i = 0; i < ARRAY_LEN(shown); i++)
		columns[FIXED + i] = action_state_names[shown[i]];
	struct table *table = table_new(stdout, format, columns, ARRAY_LEN(columns));
	int failed = state_manifests(m->state, print_manifest, table, e);
	table_end(table);
	return failed;
}

static int print_member(void *arg, const struct manifest_member *m, struct error *e)
{
	char attempt[24], at[32] = "";
	struct buf key;

	(void)e;
	buf_init(&key, 1 << 16);
	key_display(&key, span_of(m->key));
	snprintf(attempt, sizeof(attempt), "%" PRId64, m->attempt);
	if (m->at != 0)
		clock_text(at, m->at);
	table_row(arg, (struct span[]){span_of(m->action_id), span_of(m->rule), span_of(m->shop), buf_span(&key),
			       span_of(attempt), span_of(action_state_names[m->state]),
			       span_of(m->outcome >= 0 ? outcome_names[m->outcome] : ""), span_of(at),
			       span_of(m->executor), {m->finding, 12}});
	buf_clear(&key);
	return 0;
}

static int members(struct manifests *m, const char *name, enum table_format format, struct error *e)
{
	static const char *const columns[] = {
		"action", "rule", "shop", "key", "attempt", "state", "outcome", "at", "executor", "finding"};
	struct chosen_manifest chosen;

	if (manifests_choose(m, name, false, &chosen, e) < 0)
		return -1;
	struct table *table = table_new(stdout, format, columns, ARRAY_LEN(columns));
	int failed = state_manifest_members(m->state, chosen.record.number, print_member, table, e);
	table_end(table);
	return failed;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	enum table_format format;
	struct manifests m;
	int count, failed = -1;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0 ||
		table_format_parse(&format, form, e) < 0)
		return EXIT_CONFIG;
	if (count > 1) {
		error_set(e, ERROR_USAGE, "usage: kenpin manifest status [MANIFEST]");
		return EXIT_CONFIG;
	}
	if (manifests_open(&m, c, false, false, e) == 0)
		failed = count ? members(&m, argv[0], format, e) : list(&m, format, e);
	manifests_close(&m);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command manifest_status = {"status", "[MANIFEST]",
	"Lists manifests and in which state their actions are; of one, each action.", run, options};
