/* kenpin notify: messages that are owed, dead or sent; and a test of a receiver. */
#include "base/base.h"
#include "command/command.h"

#include <inttypes.h>

#include "base/str.h"
#include "command/people.h"
#include "command/table.h"
#include "scan/scan.h"

static struct {
	bool dead, owed, sent, all;
	int64_t limit;
	const char *reason, *by, *format;
} given;

static const struct cli_option list_options[] = {
	{"owed", CLI_FLAG, &given.owed, NULL, "list: those that will be sent"},
	{"dead", CLI_FLAG, &given.dead, NULL, "list: those that were given up"},
	{"sent", CLI_FLAG, &given.sent, NULL, "list: those that a receiver took; without any of these: owed and dead"},
	{"limit", CLI_INT, &given.limit, "N", "list: at most N"},
	{"format", CLI_TEXT, &given.format, "FORM", "list: table, ndjson or csv; default table"},
};
static const struct cli_option retry_options[] = {
	{"all", CLI_FLAG, &given.all, NULL, "retry: all that are owed or dead"},
};
static const struct cli_option discard_options[] = {
	{"reason", CLI_TEXT, &given.reason, "TEXT", "discard: why, in one line"},
	{"by", CLI_TEXT, &given.by, "NAME", "discard: who does it; default: the user of this system"},
};

static const struct cli_option *options_of_list(size_t *count)
{
	*count = ARRAY_LEN(list_options);
	return list_options;
}

static const struct cli_option *options_of_retry(size_t *count)
{
	*count = ARRAY_LEN(retry_options);
	return retry_options;
}

static const struct cli_option *options_of_discard(size_t *count)
{
	*count = ARRAY_LEN(discard_options);
	return discard_options;
}

/* ---- list ---- */

static int print_notice(void *arg, const struct notice *n, const char *state, struct error *e)
{
	char id[24], findings[24], attempts[24], created[32], next[32] = "";

	(void)e;
	snprintf(id, sizeof(id), "%" PRId64, n->id);
	snprintf(findings, sizeof(findings), "%" PRId64, n->members);
	snprintf(attempts, sizeof(attempts), "%" PRId64, n->attempts);
	clock_text(created, n->created);
	if (n->held > 0)
		state = "held";
	if (n->held > 0 || (strcmp(state, "owed") == 0 && n->next_attempt > 0))
		clock_text(next, n->held > 0 ? n->held : n->next_attempt);
	table_row(arg, (struct span[]){span_of(id), span_of(state),
			       span_of(n->kind == NOTICE_RESOLVE ? "over" : "found"), span_of(n->receiver),
			       span_of(n->group_key), span_of(severity_name(n->severity)), span_of(findings),
			       span_of(attempts), span_of(created), span_of(next), span_of(n->last_answer)});
	return 0;
}

static enum exit_code run_list(struct command_context *c, int argc, char **argv, struct error *e)
{
	static const char *const columns[] = {"notice", "state", "says", "receiver", "group", "severity", "findings",
		"attempts", "made", "next", "answer"};
	struct loaded l = {0};
	struct state *state = NULL;
	enum table_format format;
	int count, failed = -1;

	if (cli_parse(list_options, ARRAY_LEN(list_options), argc, argv, &count, e) < 0 ||
		table_format_parse(&format, given.format, e) < 0)
		return EXIT_CONFIG;
	if (count > 0) {
		error_set(e, ERROR_USAGE, "usage: kenpin notify list [--owed] [--dead] [--sent] [--limit N]");
		return EXIT_CONFIG;
	}
	unsigned which =
		(given.owed ? NOTICES_OWED : 0u) | (given.dead ? NOTICES_DEAD : 0u) | (given.sent ? NOTICES_SENT : 0u);
	if (load_project(&l, c, NULL, false, e) == 0 && (state = load_state(&l, c, STATE_READ_ONLY, e)) != NULL) {
		struct table *table = table_new(stdout, format, columns, ARRAY_LEN(columns));
		failed = state_notices(
			state, which ? which : NOTICES_OWED | NOTICES_DEAD, given.limit, print_notice, table, e);
		table_end(table);
	}
	state_close(state);
	loaded_clear(&l);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

/* ---- retry, discard ---- */

static int retry(struct state *state, int64_t id, struct error *e)
{
	int64_t count;

	if (state_notice_retry(state, id, &count, e) < 0)
		return -1;
	if (count == 0)
		printf("nothing is owed or dead that could be sent again\n");
	else
		printf("%" PRId64 " notice%s due now; the next scan sends %s\n", count, count == 1 ? " is" : "s are",
			count == 1 ? "it" : "them");
	return 0;
}

static int discard(struct state *state, int64_t id, struct error *e)
{
	if (state_notice_discard(state, id, person(given.by), given.reason, e) < 0)
		return -1;
	printf("notice %" PRId64 " is discarded\n", id);
	return 0;
}

/* A scan that is sending must not find its notice changed: both wait for the lease of a scan. */
static enum exit_code under_lease(struct command_context *c, int64_t id,
	int (*work)(struct state *state, int64_t id, struct error *e), struct error *e)
{
	struct loaded l = {0};
	struct state *state = NULL;
	int failed = -1;

	if (load_project(&l, c, NULL, false, e) == 0 && (state = load_state(&l, c, 0, e)) != NULL &&
		state_lease_take(state, SCAN_LEASE, e) == 0) {
		failed = work(state, id, e);
		state_lease_release(state, SCAN_LEASE);
	}
	state_close(state);
	loaded_clear(&l);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

static enum exit_code run_retry(struct command_context *c, int argc, char **argv, struct error *e)
{
	int64_t id = 0;
	int count;

	if (cli_parse(retry_options, ARRAY_LEN(retry_options), argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count != (given.all ? 0 : 1)) {
		error_set(e, ERROR_USAGE, "usage: kenpin notify retry ID | --all");
		return EXIT_CONFIG;
	}
	if (!given.all && person_number(&id, argv[0], "notice", e) < 0)
		return EXIT_CONFIG;
	return under_lease(c, id, retry, e);
}

static enum exit_code run_discard(struct command_context *c, int argc, char **argv, struct error *e)
{
	int64_t id;
	int count;

	if (cli_parse(discard_options, ARRAY_LEN(discard_options), argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count != 1) {
		error_set(e, ERROR_USAGE, "usage: kenpin notify discard ID --reason TEXT [--by NAME]");
		return EXIT_CONFIG;
	}
	if (person_number(&id, argv[0], "notice", e) < 0 || person_says("--reason TEXT", given.reason, e) < 0 ||
		person_says("--by NAME", person(given.by), e) < 0)
		return EXIT_CONFIG;
	return under_lease(c, id, discard, e);
}

/* ---- test ---- */

static int unknown_receiver(const struct project *project, const char *name, struct error *e)
{
	const char **names = xcalloc(project->receivers.count + 1, sizeof(*names));

	for (size_t i = 0; i < project->receivers.count; i++)
		names[i] = ((const struct receiver_config *)project->receivers.items[i])->name;
	const char *near = str_nearest(name, names);
	error_set(e, ERROR_USAGE, "there is no receiver \"%s\"%s%s%s", name,
		near ? "; did you mean \"" : "; kenpin.yaml names those that are there", near ? near : "",
		near ? "\"?" : "");
	free(names);
	return -1;
}

static const char *verdict_text(enum verdict verdict)
{
	return verdict == VERDICT_SENT ? "sent" : verdict == VERDICT_RETRY ? "not sent, worth another try" : "refused";
}

static bool send_test(struct notify *notify, const char *receiver, const struct message *m, struct error *e)
{
	struct outcome outcome;

	notify_send(notify, receiver, m, &outcome);
	printf("%s: %s: %s%s%s\n", receiver, m->resolved ? "end of the test" : "test message",
		verdict_text(outcome.verdict), outcome.answer[0] ? ": " : "", outcome.answer);
	if (outcome.verdict != VERDICT_SENT)
		error_set(e, ERROR_OWED, "receiver %s did not take the test message: %s", receiver, outcome.answer);
	return outcome.verdict == VERDICT_SENT;
}

static bool resolves(struct notify *notify, const char *receiver)
{
	const char *const *names = notify_resolving(notify);

	while (*names != NULL && strcmp(*names, receiver) != 0)
		names++;
	return *names != NULL;
}

/* Where an end can be told it is, so that no test stays open there. */
static void test(struct command_context *c, struct notify *notify, const char *receiver, struct error *e)
{
	int64_t now = clock_now(&c->clock);
	char *text = xasprintf("kenpin-test\n%s\n%lld", receiver, (long long)now);
	const struct finding finding = {.fingerprint = fingerprint_of(span_of(text)),
		.rule = "kenpin-test",
		.rule_rev = "",
		.query = "",
		.title = "TEST of kenpin: nothing is wrong",
		.tags = "kenpin,test",
		.shop = "",
		.key = "{\"test\":\"kenpin notify test\"}",
		.klass = "test",
		.field = "",
		.value = "null",
		.message = "This is a test message that a person sent by kenpin notify test. Nothing is wrong.",
		.index = "",
		.id = "",
		.severity = SEVERITY_INFO,
		.state = FINDING_OPEN,
		.episode = 1,
		.first_seen = now,
		.last_seen = now,
		.opened_at = now,
		.times_seen = 1,
		.seq_no = -1,
		.primary_term = -1,
		.version = -1};
	char hex[FINGERPRINT_HEX], key[FINGERPRINT_HEX + 16];
	struct message m = {.dedup_key = key,
		.group_key = "kenpin test",
		.severity = SEVERITY_INFO,
		.total = 1,
		.by_severity = {[SEVERITY_INFO] = 1},
		.top = &finding,
		.top_count = 1,
		.run_id = "test",
		.at = now,
		.attempt = 1};

	free(text);
	fingerprint_text(hex, &finding.fingerprint);
	snprintf(key, sizeof(key), "kenpin-test-%s", hex);
	if (!send_test(notify, receiver, &m, e) || !resolves(notify, receiver))
		return;
	m.resolved = true;
	send_test(notify, receiver, &m, e);
}

static enum exit_code run_test(struct command_context *c, int argc, char **argv, struct error *e)
{
	struct notify *notify = NULL;
	struct loaded l = {0};
	int count;

	if (cli_parse(NULL, 0, argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count != 1) {
		error_set(e, ERROR_USAGE, "usage: kenpin notify test RECEIVER");
		return EXIT_CONFIG;
	}
	if (load_project(&l, c, NULL, false, e) < 0)
		goto out;
	if (project_receiver(l.project, argv[0]) == NULL) {
		unknown_receiver(l.project, argv[0], e);
		goto out;
	}
	const struct notify_context context = {&c->clock, "test", c->stop_now, stdout, l.project->folder};
	notify = notify_new(l.project, &context, e);
	if (notify != NULL)
		test(c, notify, argv[0], e);
out:
	notify_free(notify);
	loaded_clear(&l);
	return e->kind == ERROR_NONE ? EXIT_DONE : error_exit_code(e->kind);
}

static const struct command notify_list = {"list", "", "", run_list, options_of_list};
static const struct command notify_retry = {"retry", "", "", run_retry, options_of_retry};
static const struct command notify_discard = {"discard", "", "", run_discard, options_of_discard};
static const struct command notify_test = {"test", "", "", run_test, NULL};
static const struct command *const verbs[] = {&notify_list, &notify_retry, &notify_discard, &notify_test};

static const struct cli_option *options(size_t *count)
{
	static struct cli_option all[16];

	*count = verbs_options(all, ARRAY_LEN(all), verbs, ARRAY_LEN(verbs));
	return all;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	return verbs_run("notify", verbs, ARRAY_LEN(verbs), &notify_list, c, argc, argv, e);
}

const struct command command_notify = {"notify",
	"list [--owed] [--dead] [--sent] | retry ID | retry --all | discard ID --reason TEXT | test RECEIVER",
	"Lists messages that are owed or dead, sends them again or gives them up; tests a receiver.", run, options};
