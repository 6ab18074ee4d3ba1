/* One partition: fetch, evaluate, record; then the completeness gate. */
#include "base/base.h"
#include "scan/walk.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/log.h"

#define PROGRESS_MS 200

struct passage {
	struct walk *w;
	struct partition *p;
	struct source *source;
	struct source_scan *scan;
	struct eval *eval;
	struct windows *windows; /* NULL: no rule looks at them */
	struct doc doc;
	struct source_request request;
	size_t number;
	bool ended, counted; /* counted: by the source itself, for window rules */
	struct source_counted count;
	int64_t documents, shown;
	char why[512]; /* why it is not complete; empty when it is */
};

static int collect(void *arg, const struct draft *d, struct error *e)
{
	(void)e;
	batch_add(arg, d);
	return 0;
}

static void report_broken(void *arg, const char *place, int64_t line, int column, const char *why)
{
	struct passage *g = arg;

	g->w->result->run.counts.broken_documents++;
	if (line > 0)
		log_error("%s:%" PRId64 ":%d: %s", place, line, column, why);
	else
		log_error("%s: %s", place, why);
}

static void show(struct passage *g, bool always)
{
	const struct scan_context *c = g->w->context;
	int64_t now = clock_monotonic();

	if (c->progress == NULL || g->counted || (!always && now - g->shown < PROGRESS_MS))
		return;
	g->shown = now;
	struct source_verdict v;
	source_verdict_of(g->scan, &v);
	c->progress(c->arg, &(struct scan_progress){
				    .query = g->p->query->name,
				    .shop = g->p->scope,
				    .partition = (int64_t)g->number,
				    .partitions = (int64_t)g->w->plan.count,
				    .documents = g->documents,
				    .expected = source_expected(g->scan),
				    .all_documents = g->w->result->run.counts.documents + g->documents,
				    .bytes = g->w->result->run.counts.bytes + v.bytes,
				    .findings = g->w->result->run.counts.drafts,
				    .elapsed_ms = now - g->w->started,
			    });
}

static int read_page(struct passage *g, struct error *e)
{
	struct batch *b = &g->w->batch;
	int got;

	while ((got = source_doc(g->scan, &g->doc)) == 1) {
		g->documents++;
		if (eval_doc(g->eval, &g->doc, collect, b, e) < 0)
			return -1;
		if (g->p->until != 0 && !eval_was_old(g->eval))
			batch_add_entity(b, eval_shop(g->eval), eval_key(g->eval));
		if (b->count >= LIMIT_BATCH_FINDINGS) {
			if (batch_commit(g->w, g->p, e) < 0)
				return -1;
			eval_page(g->eval);
		}
	}
	if (batch_commit(g->w, g->p, e) < 0)
		return -1;
	eval_page(g->eval);
	show(g, false);
	return 0;
}

bool walk_must_stop(struct walk *w, char why[512])
{
	if (*w->context->stop) {
		snprintf(why, 512, "asked to stop");
		w->stopped = true;
	} else if (w->deadline != 0 && clock_monotonic() >= w->deadline) {
		snprintf(why, 512, "the time budget is spent");
		w->stopped = true;
	}
	return w->stopped;
}

/* Reads a page. 1; 0 when there is none or no more is wanted; -1 when the store failed: a source that fails is no
 * failure of the walk. */
static int read_next(struct passage *g, struct error *e)
{
	struct error source_error = {0};
	int got = g->counted ? 0 : source_next(g->scan, &source_error);

	if (got == 1) {
		if (read_page(g, e) < 0)
			return -1;
		return !walk_must_stop(g->w, g->why);
	}
	if (got < 0 && source_error.kind == ERROR_CONFIG) {
		*e = source_error;
		return -1;
	}
	if (got < 0)
		snprintf(g->why, sizeof(g->why), "%.500s", source_error.message);
	return 0;
}

/* Reads all pages of all, a page of each in turn. */
static int read_all(struct passage *g, size_t count, struct error *e)
{
	size_t open = count;

	while (open > 0) {
		for (size_t i = 0; i < count; i++) {
			int got = g[i].ended ? 1 : read_next(&g[i], e);

			if (got < 0)
				return -1;
			if (got == 0) {
				g[i].ended = true;
				open--;
			}
		}
	}
	return 0;
}

static void judge(struct passage *g, struct source_verdict *v)
{
	struct run_counts *counts = &g->w->result->run.counts;

	if (g->counted)
		*v = (struct source_verdict){.complete = true, .read = g->count.documents, .pages = g->count.pages};
	else
		source_verdict_of(g->scan, v);
	g->documents = v->read; /* after a scan that began anew some came twice */
	counts->bytes += v->bytes;
	counts->pages += v->pages;
	counts->documents += g->documents;
	if (g->why[0] == '\0' && !v->complete)
		snprintf(g->why, sizeof(g->why), "%s", v->why[0] ? v->why : "the source did not give everything");
	if (g->why[0] == '\0' && g->w->options->limit > 0 && g->documents >= g->w->options->limit)
		snprintf(g->why, sizeof(g->why), "--limit %" PRId64 " was reached", g->w->options->limit);
	g->p->complete = g->why[0] == '\0';
}

static void judge_rules(struct passage *g)
{
	for (size_t i = 0; i < rule_group_count(g->p->group); i++) {
		const struct rule_stats *stats = eval_stats(g->eval, i);
		char why[512];

		if (stats->errors == 0)
			continue;
		g->w->result->run.counts.rule_errors += stats->errors;
		snprintf(why, sizeof(why), "rule %s: %s (%" PRId64 " times)", rule_group_rule(g->p->group, i)->id,
			stats->why, stats->errors);
		log_error("%s", why);
		walk_incomplete(g->w, g->p, why);
		sets_fail(g->w->sets, rule_group_rule(g->p->group, i), stats->why);
	}
}

/* What a scan proves, in one transaction: resolved findings, cursor, health. */
static int settle(struct passage *g, const struct source_verdict *v, struct error *e)
{
	struct state *state = g->w->context->state;
	bool moves = g->p->complete && g->p->until != 0 && g->w->options->since == 0;
	const struct health_report report = {g->documents, v->missing, g->why};

	if (g->w->options->limit > 0 && !g->p->complete)
		return 0; /* a sample on purpose: neither proof nor news */
	if (state_begin(state, e) < 0)
		return -1;
	if ((g->p->complete &&
		    (record_resolve(g->w, g->p, g->eval, false, e) < 0 || record_confirm(g->w, g->p, g->eval, e) < 0 ||
			    windows_settle(g->w, g->p, g->eval, g->windows, e) < 0)) ||
		(moves && state_cursor_set(state, g->p->query->name, g->p->scope, g->p->until, e) < 0) ||
		health_partition(g->w, g->p, g->eval, &report, e) < 0 ||
		state_scanned(state, &g->w->result->run, g->p->query->name, g->p->scope, g->p->complete, g->documents,
			e) < 0 ||
		(g->p->until != 0 && state_entities_forget(state, e) < 0)) {
		state_rollback(state);
		return -1;
	}
	return state_commit(state, e);
}

static int passage_open(struct passage *g, struct error *e)
{
	const struct scan_context *c = g->w->context;
	const struct source_context source_context = {.clock = c->clock,
		.run_id = g->w->result->run.id,
		.stop = c->stop,
		.stop_now = c->stop_now,
		.folder = c->project->folder};
	struct eval_options eval_options = {
		.now = clock_now(c->clock),
		.no_prefilter = g->w->options->no_prefilter,
		.shop = g->p->shop,
		.source_name = g->p->query->source_name,
		.index = g->p->index,
		.sets = g->w->sets,
		.since = g->p->since,
	};

	g->source = source_open(g->p->query->source, &source_context, e);
	if (g->source == NULL)
		return -1;
	if (rule_group_has_windows(g->p->group))
		eval_options.windows = g->windows = windows_new(g->p->group);
	g->eval = eval_new(g->p->group, &eval_options);
	doc_init(&g->doc, rule_group_fields(g->p->group));
	return 0;
}

static void passage_close(struct passage *g)
{
	if (g->eval != NULL) {
		eval_free(g->eval);
		doc_clear(&g->doc);
	}
	windows_free(g->windows);
	source_close(g->source);
}

static int passage_begin(struct passage *g, struct error *e)
{
	const struct partition *p = g->p;

	g->request = (struct source_request){
		.query = p->query,
		.index = p->index,
		.body = p->body,
		.fields = rule_group_fields(p->group),
		.versions = rule_group_versions(p->group),
		.since = p->read_since,
		.until = p->until,
		.limit = g->w->options->limit,
	};
	if (passage_open(g, e) < 0)
		return -1;
	int counted = g->windows && !g->w->options->no_census
			      ? windows_count(g->w, p, g->source, &g->request, g->windows, &g->count, g->why, e)
			      : 0;
	g->counted = counted == 1;
	if (counted != 0)
		return counted < 0 ? -1 : 0;
	g->scan = source_scan(g->source, &g->request, e);
	if (g->scan == NULL)
		return -1;
	source_on_broken(g->scan, report_broken, g);
	return 0;
}

/* What was read is judged, and what it proves is recorded. */
static int passage_end(struct passage *g, struct error *e)
{
	struct partition *p = g->p;
	struct source_verdict v;

	show(g, true);
	judge(g, &v);
	judge_rules(g);
	if (!p->complete) {
		g->w->result->run.counts.incomplete++;
		walk_incomplete(g->w, p, g->why);
		log_warning(
			"query %s%s%s is not complete: %s", p->query->name, p->shop ? ", shop " : "", p->scope, g->why);
	}
	return settle(g, &v, e);
}

int partitions_run(struct walk *w, struct partition *first, struct partition *second, struct error *e)
{
	struct partition *const both[] = {first, second};
	struct passage g[ARRAY_LEN(both)] = {{0}};
	size_t count = second ? 2 : 1;
	int result = 0;

	for (size_t i = 0; i < count && result == 0; i++) {
		both[i]->ran = true;
		w->result->run.counts.partitions++;
		g[i].w = w;
		g[i].p = both[i];
		g[i].number = (size_t)(both[i] - w->plan.items) + 1;
		result = passage_begin(&g[i], e);
	}
	if (result == 0)
		result = read_all(g, count, e);
	for (size_t i = 0; i < count && result == 0; i++)
		result = passage_end(&g[i], e);
	for (size_t i = 0; i < count; i++) {
		if (g[i].scan != NULL)
			source_scan_close(g[i].scan);
		passage_close(&g[i]);
	}
	w->batch.count = w->batch.entity_count = 0;
	return result;
}
