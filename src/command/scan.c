/* kenpin scan: one run. */
#include "base/base.h"
#include "command/command.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "command/manifests.h"
#include "command/table.h"
#include "scan/scan.h"

static struct {
	struct cli_list queries, rules, shops;
	int64_t since, limit, budget;
	bool dry_run, no_prefilter, no_census;
	const char *fail_on, *manifest, *format;
} given;

static const struct cli_option table_of_options[] = {
	{"query", CLI_LIST, &given.queries, "NAME", "only this query (glob; may be given again)"},
	{"rule", CLI_LIST, &given.rules, "ID", "only this rule (glob; may be given again)"},
	{"shop", CLI_LIST, &given.shops, "SHOP", "only this shop of queries with for_each (glob; may be given again)"},
	{"since", CLI_INSTANT, &given.since, "TIME", "read windowed queries from TIME (or 24h ago); cursors stay"},
	{"limit", CLI_INT, &given.limit, "N", "at most N documents a query; such a scan is not complete"},
	{"dry-run", CLI_FLAG, &given.dry_run, NULL, "tell nobody, keep nothing: show what a run would find"},
	{"fail-on", CLI_TEXT, &given.fail_on, "SEVERITY", "exit 1 when a new finding is at least this severe"},
	{"time-budget", CLI_DURATION, &given.budget, "TIME", "stop reading after TIME, as if asked to"},
	{"manifest", CLI_TEXT, &given.manifest, "DIR", "write a recovery manifest into DIR"},
	{"format", CLI_TEXT, &given.format, "FORM", "new findings as table, ndjson or csv; default table"},
	{"no-prefilter", CLI_FLAG, &given.no_prefilter, NULL,
		"run every regex on every text (slow; the findings are the same)"},
	{"no-census", CLI_FLAG, &given.no_census, NULL,
		"read documents where the server could count for window rules (the findings are the same)"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

static const char *const columns[] = {"severity", "rule", "shop", "key", "message", "finding"};

struct showing {
	struct table *table;
	enum table_format format;
	struct buf text;
	bool terminal, shown;
};

static bool progress_line; /* a progress line stands on the terminal */

static void wipe_progress(void)
{
	if (progress_line)
		fputs("\r\033[K", stderr);
	progress_line = false;
}

static void show_progress(void *arg, const struct scan_progress *p)
{
	char left[32] = "";
	int64_t rate = p->elapsed_ms > 0 ? p->all_documents * 1000 / p->elapsed_ms : 0;

	(void)arg;
	wipe_progress();
	if (p->expected > p->documents && rate > 0)
		str_duration_text(left, (p->expected - p->documents) * 1000 / rate);
	fprintf(stderr,
		"[%" PRId64 "/%" PRId64 "] %s%s%s  %" PRId64 " documents, %" PRId64 "/s, %" PRId64 " findings%s%s",
		p->partition, p->partitions, p->query, p->shop[0] ? " " : "", p->shop, p->all_documents, rate,
		p->findings, left[0] ? ", left " : "", left);
	progress_line = true;
}

static void show_finding(void *arg, const struct finding *f, enum state_change change)
{
	struct showing *s = arg;
	char id[FINGERPRINT_HEX];

	(void)change;
	wipe_progress();
	buf_reset(&s->text);
	if (s->format == TABLE_NDJSON) {
		finding_json(&s->text, f);
		printf("%s\n", buf_text(&s->text));
		return;
	}
	fingerprint_text(id, &f->fingerprint);
	key_display(&s->text, span_of(f->key));
	table_row(s->table, (struct span[]){span_of(severity_name(f->severity)), span_of(f->rule), span_of(f->shop),
				    buf_span(&s->text), span_of(f->message), {id, 12}});
}

/* ", 3 WHAT", or nothing at all. */
static const char *also(int64_t count, const char *what, char out[48])
{
	out[0] = '\0';
	if (count > 0)
		snprintf(out, 48, ", %" PRId64 " %s", count, what);
	return out;
}

static void summary(const struct scan_result *r)
{
	const struct run *run = &r->run;
	const struct run_counts *c = &run->counts;
	char took[32], more[48];

	str_duration_text(took, r->elapsed_ms);
	fprintf(stderr, "run %s: %s, %" PRId64 " documents in %s\n", run->id, run->status, c->documents, took);
	fprintf(stderr,
		"  findings: %" PRId64 " new, %" PRId64 " reopened, %" PRId64 " changed, %" PRId64 " known, %" PRId64
		" resolved\n",
		c->opened, c->reopened, c->changed, c->known, c->resolved);
	if (c->silenced + c->suspects + c->inhibited > 0)
		fprintf(stderr, "  told to nobody: %" PRId64 " silenced, %" PRId64 " suspect%s\n", c->silenced,
			c->suspects, also(c->inhibited, "inhibited", more));
	if (c->in_flight > 0)
		fprintf(stderr, "  in flight: %" PRId64 ", left as they are until the next scan\n", c->in_flight);
	if (c->sent + c->owed + c->dead + c->held > 0)
		fprintf(stderr, "  messages: %" PRId64 " sent, %" PRId64 " owed, %" PRId64 " dead%s\n", c->sent,
			c->owed, c->dead, also(c->held, "held by quiet hours", more));
	if (c->broken_documents > 0)
		fprintf(stderr, "  broken documents: %" PRId64 "\n", c->broken_documents);
	if (r->proposes)
		corrections_print(stderr, &c->recovery);
	if (r->manifest[0] != '\0')
		fprintf(stderr, "  manifest: %s\n", r->manifest);
	if (r->held > 0)
		fprintf(stderr, "  held back: %" PRId64 " corrections; kenpin manifest plan says why\n", r->held);
	if (run->why[0] != '\0')
		fprintf(stderr, "  not complete: %s\n", run->why);
}

static bool fail_on_met(const struct scan_result *r, enum severity least)
{
	for (int s = (int)least; s < SEVERITY_COUNT; s++)
		if (r->opened_by_severity[s] > 0)
			return true;
	return false;
}

/* A dry run works on a copy of the store. *PATH gets where it is (owned), NULL when there is none. */
static struct state *open_copy(struct loaded *l, struct command_context *c, char **path, struct error *e)
{
	struct state *real = load_state(l, c, STATE_READ_ONLY, e), *copy = NULL;
	const char *folder = getenv("TMPDIR");

	if (real == NULL)
		return NULL;
	folder = folder != NULL && folder[0] != '\0' ? folder : "/tmp";
	*path = xasprintf("%s/kenpin-dry-run-XXXXXX", folder);
	int fd = mkstemp(*path);
	if (fd >= 0) {
		close(fd);
		if (state_backup(real, *path, e) == 0)
			copy = state_open(*path, STATE_NETWORK_DISK, &c->clock, e);
	} else {
		error_set(e, ERROR_STATE, "no temporary file can be made in %s for the copy of the store: %s", folder,
			strerror(errno));
		free(*path);
		*path = NULL;
	}
	state_close(real);
	return copy;
}

static void print_emf(const struct project *project, const struct scan_numbers *numbers)
{
	const char *name = strrchr(project->folder, '/');
	struct buf line;

	buf_init(&line, LIMIT_METRICS_BYTES);
	scan_metrics_emf(&line, project->metrics->space, name ? name + 1 : project->folder, numbers);
	fputs(buf_text(&line), stdout);
	buf_clear(&line);
}

/* Of every run that began, also one that failed: those who watch want to see that. */
static void tell_metrics(const struct project *project, struct state *state, const struct run *run, bool failed)
{
	const struct finding_filter open = {.least_severity = -1};
	int64_t by_severity[SEVERITY_COUNT] = {0};
	struct error ignored;
	bool counted = !failed && state_count_findings(state, &open, by_severity, &ignored) == 0;
	const struct scan_numbers numbers = {run, counted ? by_severity : NULL};

	if (project->metrics == NULL || run->number == 0)
		return;
	if (project->metrics->textfile != NULL)
		scan_metrics_textfile(project->metrics->textfile, &numbers);
	if (project->metrics->emf)
		print_emf(project, &numbers);
}

static int walk(struct loaded *l, struct command_context *c, struct showing *showing, struct scan_result *result,
	struct error *e)
{
	struct notify *notify = NULL;
	struct notify_context notify_context = {&c->clock, "", c->stop_now, stdout, l->project->folder};
	char *copy = NULL;
	struct state *state = given.dry_run ? open_copy(l, c, &copy, e) : load_state(l, c, 0, e);
	int failed = -1;

	if (state != NULL)
		notify = notify_new(l->project, &notify_context, e);
	if (notify != NULL) {
		struct scan_context context = {l->project, l->rules, state, notify, &c->clock, c->stop, c->stop_now,
			showing->terminal && !c->quiet ? show_progress : NULL, show_finding, showing};
		struct scan_options scan_options = {given.shops.items,
			given.queries.count + given.rules.count + given.shops.count > 0, given.since, given.limit,
			given.budget, given.dry_run, given.no_prefilter, given.no_census, given.manifest};
		failed = scan_run(&context, &scan_options, result, e);
		if (!given.dry_run)
			tell_metrics(l->project, state, &result->run, failed != 0);
	}
	notify_free(notify);
	state_close(state);
	if (copy != NULL)
		unlink(copy);
	free(copy);
	return failed;
}

static enum exit_code run_loaded(struct loaded *l, struct command_context *c, enum severity least, struct error *e)
{
	struct showing showing = {.terminal = isatty(STDERR_FILENO)};
	struct scan_result result = {0};

	if (table_format_parse(&showing.format, given.format, e) < 0)
		return EXIT_CONFIG;
	buf_init(&showing.text, 1 << 20);
	showing.table = table_new(stdout, showing.format, columns, ARRAY_LEN(columns));
	log_before(wipe_progress);
	int failed = walk(l, c, &showing, &result, e);
	wipe_progress();
	table_end(showing.table);
	fflush(stdout);
	buf_clear(&showing.text);
	if (failed)
		return error_exit_code(e->kind);
	if (!c->quiet)
		summary(&result);
	if (given.fail_on != NULL && fail_on_met(&result, least))
		return exit_worse(result.code, EXIT_FOUND);
	return result.code;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	enum severity least = SEVERITY_INFO;
	enum exit_code code = EXIT_CONFIG;
	struct loaded l = {0};
	int count;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0)
		goto out;
	if (count > 0) {
		error_set(e, ERROR_USAGE, "scan takes no argument \"%s\"; to choose use --query or --rule", argv[0]);
		goto out;
	}
	if (given.fail_on != NULL && !severity_parse(&least, given.fail_on)) {
		error_set(
			e, ERROR_USAGE, "--fail-on wants info, warning, error or critical, not \"%s\"", given.fail_on);
		goto out;
	}
	const struct rule_filter filter = {given.rules.items, given.queries.items};
	if (load_project(&l, c, &filter, true, e) == 0)
		code = run_loaded(&l, c, least, e);
	else
		code = error_exit_code(e->kind);
out:
	loaded_clear(&l);
	cli_list_clear(&given.queries);
	cli_list_clear(&given.rules);
	cli_list_clear(&given.shops);
	return code;
}

const struct command command_scan = {"scan", "[options]",
	"Runs all rules over their queries, remembers what it finds, tells what is new.", run, options};
