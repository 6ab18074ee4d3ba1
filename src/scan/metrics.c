/*
 * A run in numbers, for those who watch programs: Prometheus' text format and
 * CloudWatch's Embedded Metric Format, out of one table. It does not print.
 */
#include "base/base.h"
#include "scan/scan.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/jsonout.h"
#include "base/limits.h"
#include "base/log.h"

enum unit { COUNT, BYTES, SECONDS, RATE }; /* SECONDS are given in ms */

struct metric {
	const char *name, *label, *value; /* Prometheus' name; one label and its value, or NULL */
	const char *emf;                  /* CloudWatch's name */
	enum unit unit;
	int64_t number;
	const char *help; /* of the first with this name */
};

#define METRICS_MOST 32
struct metrics {
	struct metric items[METRICS_MOST];
	size_t count;
};

static void add(struct metrics *m, struct metric metric)
{
	if (m->count < METRICS_MOST)
		m->items[m->count++] = metric;
}

static void add_counts(struct metrics *m, const struct run_counts *n)
{
	const struct metric all[] = {
		{"documents", NULL, NULL, "Documents", COUNT, n->documents, "documents that were read"},
		{"bytes", NULL, NULL, "Bytes", BYTES, n->bytes, "bytes that were read"},
		{"findings", "change", "new", "FindingsNew", COUNT, n->opened, "findings by what the run made of them"},
		{"findings", "change", "reopened", "FindingsReopened", COUNT, n->reopened, NULL},
		{"findings", "change", "changed", "FindingsChanged", COUNT, n->changed, NULL},
		{"findings", "change", "known", "FindingsKnown", COUNT, n->known, NULL},
		{"findings", "change", "resolved", "FindingsResolved", COUNT, n->resolved, NULL},
		{"messages", "state", "sent", "MessagesSent", COUNT, n->sent,
			"messages sent, and those owed and dead now"},
		{"messages", "state", "owed", "MessagesOwed", COUNT, n->owed, NULL},
		{"messages", "state", "dead", "MessagesDead", COUNT, n->dead, NULL},
		{"incomplete_partitions", NULL, NULL, "IncompletePartitions", COUNT, n->incomplete,
			"queries, or shops of one, that were not read whole"},
		{"rule_errors", NULL, NULL, "RuleErrors", COUNT, n->rule_errors,
			"times that a rule hit a limit or failed"},
		{"broken_documents", NULL, NULL, "BrokenDocuments", COUNT, n->broken_documents,
			"documents that could not be read"},
		{"stage_seconds", "stage", "read", "ReadSeconds", SECONDS, n->ms_read,
			"what the stages of the run took"},
		{"stage_seconds", "stage", "manifest", "ManifestSeconds", SECONDS, n->ms_export, NULL},
		{"stage_seconds", "stage", "deliver", "DeliverSeconds", SECONDS, n->ms_deliver, NULL},
		{"documents_per_second", NULL, NULL, "DocumentsPerSecond", RATE,
			n->ms_read > 0 ? n->documents * 1000 / n->ms_read : 0, "documents a second while reading"},
		{"peak_memory_bytes", NULL, NULL, "PeakMemory", BYTES, n->peak_bytes,
			"the most memory that the run had"},
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		add(m, all[i]);
}

static const char *const emf_of_severity[SEVERITY_COUNT] = {"OpenInfo", "OpenWarning", "OpenError", "OpenCritical"};

static void collect(struct metrics *m, const struct scan_numbers *n)
{
	const struct run *run = n->run;

	add(m, (struct metric){"run_number", NULL, NULL, "RunNumber", COUNT, run->number, "number of the last run"});
	add(m, (struct metric){"run_ended_seconds", NULL, NULL, NULL, SECONDS, run->ended,
		       "when the last run ended, since 1970"});
	add(m, (struct metric){"run_complete", NULL, NULL, "Complete", COUNT, strcmp(run->status, "complete") == 0,
		       "1 when the last run read everything"});
	add(m, (struct metric){"run_exit_code", NULL, NULL, "ExitCode", COUNT, run->exit_code,
		       "with which the last run ended"});
	for (int s = 0; n->open != NULL && s < SEVERITY_COUNT; s++)
		add(m, (struct metric){"open_findings", "severity", severity_name((enum severity)s), emf_of_severity[s],
			       COUNT, n->open[s], s ? NULL : "findings that are not resolved"});
	add_counts(m, &run->counts);
}

/* ---- Prometheus ---- */

static void put_prometheus(struct buf *out, const struct metric *m)
{
	if (m->help != NULL)
		buf_addf(out, "# HELP kenpin_%s %s\n# TYPE kenpin_%s gauge\n", m->name, m->help, m->name);
	buf_addf(out, "kenpin_%s", m->name);
	if (m->label != NULL)
		buf_addf(out, "{%s=\"%s\"}", m->label, m->value);
	if (m->unit == SECONDS)
		buf_addf(out, " %" PRId64 ".%03d\n", m->number / 1000, (int)(m->number % 1000));
	else
		buf_addf(out, " %" PRId64 "\n", m->number);
}

/* Whoever reads the file sees the old run or the new one, never a part. */
static int replace(const char *path, struct span text)
{
	char *fresh = xasprintf("%s.tmp", path);
	FILE *f = fopen(fresh, "w");
	bool written = f != NULL && fwrite(text.p, 1, text.n, f) == text.n && fflush(f) == 0;

	if (f != NULL)
		written = fclose(f) == 0 && written;
	written = written && rename(fresh, path) == 0;
	if (!written) {
		int why = errno;

		if (f != NULL)
			unlink(fresh);
		errno = why;
	}
	free(fresh);
	return written ? 0 : -1;
}

void scan_metrics_textfile(const char *path, const struct scan_numbers *numbers)
{
	struct metrics m = {.count = 0};
	struct buf text;

	buf_init(&text, LIMIT_METRICS_BYTES);
	collect(&m, numbers);
	for (size_t i = 0; i < m.count; i++)
		put_prometheus(&text, &m.items[i]);
	if (replace(path, buf_span(&text)) < 0)
		log_warning("the metrics cannot be written to %s: %s", path, strerror(errno));
	buf_clear(&text);
}

/* ---- CloudWatch ---- */

static const char *const emf_units[] = {"Count", "Bytes", "Seconds", "Count/Second"};

static void declare(struct jsonout *j, const struct metrics *m, const char *space, int64_t at)
{
	jsonout_key(j, "_aws");
	jsonout_open(j, '{');
	jsonout_pair_int(j, "Timestamp", at);
	jsonout_key(j, "CloudWatchMetrics");
	jsonout_open(j, '[');
	jsonout_open(j, '{');
	jsonout_pair(j, "Namespace", space);
	jsonout_pair_raw(j, "Dimensions", SPAN_LITERAL("[[\"Project\"]]"));
	jsonout_key(j, "Metrics");
	jsonout_open(j, '[');
	for (size_t i = 0; i < m->count; i++) {
		if (m->items[i].emf == NULL)
			continue;
		jsonout_open(j, '{');
		jsonout_pair(j, "Name", m->items[i].emf);
		jsonout_pair(j, "Unit", emf_units[m->items[i].unit]);
		jsonout_close(j, '}');
	}
	jsonout_close(j, ']');
	jsonout_close(j, '}');
	jsonout_close(j, ']');
	jsonout_close(j, '}');
}

void scan_metrics_emf(struct buf *out, const char *space, const char *project, const struct scan_numbers *numbers)
{
	struct metrics m = {.count = 0};
	struct jsonout j;

	collect(&m, numbers);
	jsonout_init(&j, out);
	jsonout_open(&j, '{');
	declare(&j, &m, space, numbers->run->ended);
	jsonout_pair(&j, "Project", project);
	jsonout_pair(&j, "Run", numbers->run->id);
	jsonout_pair(&j, "Status", numbers->run->status);
	for (size_t i = 0; i < m.count; i++) {
		char text[32];

		if (m.items[i].emf == NULL)
			continue;
		snprintf(text, sizeof(text), "%" PRId64 ".%03d", m.items[i].number / 1000,
			(int)(m.items[i].number % 1000));
		if (m.items[i].unit == SECONDS)
			jsonout_pair_raw(&j, m.items[i].emf, span_of(text));
		else
			jsonout_pair_int(&j, m.items[i].emf, m.items[i].number);
	}
	jsonout_close(&j, '}');
	buf_addc(out, '\n');
}
