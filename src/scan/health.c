/*
 * The scanner watches itself: what is wrong with a scan is a finding like any
 * other, recorded, routed and resolved. It does not know what the rules say.
 */
#include "base/base.h"
#include "scan/walk.h"

#include <inttypes.h>

#include "base/jsonout.h"
#include "base/limits.h"
#include "base/str.h"

/* What can be wrong with the scan of a partition. */
struct health {
	const char *rule, *title;
	enum severity severity;
	const char *detail; /* names it within the partition: a rule's id; NULL when there is one at most */
};

static const struct health incomplete = {
	"kenpin-incomplete", "The scan of a query was not whole", SEVERITY_WARNING, NULL};
static const struct health too_few = {
	"kenpin-too-few", "The scan of a query found too few documents", SEVERITY_ERROR, NULL};
static const struct health shrank = {"kenpin-shrank", "A query gives far fewer documents", SEVERITY_ERROR, NULL};
static const struct health lagging = {"kenpin-lagging", "A query falls behind", SEVERITY_WARNING, NULL};
static const char *const of_partitions[] = {
	"kenpin-incomplete", "kenpin-too-few", "kenpin-shrank", "kenpin-lagging", "kenpin-rule-failed"};

static const char *scope_of(struct walk *w, const struct partition *p, const struct health *h)
{
	return arena_printf(&w->arena, h->detail ? "%s/%s/%s" : "%s/%s", p->query->name, p->scope, h->detail);
}

static const char *key_of(struct walk *w, const struct partition *p, const struct health *h)
{
	struct jsonout j;
	struct buf text;

	buf_init(&text, LIMIT_KEY_BYTES);
	jsonout_init(&j, &text);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "query", p->query->name);
	if (h->detail != NULL)
		jsonout_pair(&j, "rule", h->detail);
	jsonout_close(&j, '}');
	const char *key = arena_strdup(&w->arena, buf_text(&text));
	buf_clear(&text);
	return key;
}

static void make_draft(
	struct walk *w, const struct partition *p, const struct health *h, const char *message, struct draft *d)
{
	*d = (struct draft){.rule = h->rule,
		.rule_rev = "",
		.query = p->query->name,
		.title = h->title,
		.severity = h->severity,
		.klass = "scan",
		.tags = SPAN_LITERAL("kenpin"),
		.shop = span_of(p->scope),
		.key = span_of(key_of(w, p, h)),
		.field = SPAN_LITERAL(""),
		.value = SPAN_LITERAL("null"),
		.message = span_of(message),
		.index = span_of(p->index),
		.seq_no = -1,
		.primary_term = -1,
		.version = -1};
	draft_identify(d);
}

/* Records (BAD) or resolves what H says of P. Inside a transaction. */
static int set(struct walk *w, const struct partition *p, const struct health *h, bool bad, const char *message,
	struct error *e)
{
	const struct judgement j = {.rule = h->rule, .scope = scope_of(w, p, h)};
	struct draft d;

	if (!bad)
		return record_over(w, &j, e);
	make_draft(w, p, h, message, &d);
	return record_draft(w, j.scope, &d, e);
}

/* ---- one partition ---- */

static int judge_rules(struct walk *w, const struct partition *p, const struct eval *eval, struct error *e)
{
	char message[LIMIT_MESSAGE_BYTES];

	for (size_t i = 0; i < rule_group_count(p->group); i++) {
		const struct rule_stats *stats = eval_stats(eval, i);
		const struct health failed = {"kenpin-rule-failed", "A rule could not look at every document",
			SEVERITY_WARNING, rule_group_rule(p->group, i)->id};

		/* of a part nobody knows whether the rule would have failed on the rest */
		if (stats->errors == 0 && !p->complete)
			continue;
		snprintf(message, sizeof(message), "%.400s (%" PRId64 " times)", stats->why, stats->errors);
		if (set(w, p, &failed, stats->errors > 0, message, e) < 0)
			return -1;
	}
	return 0;
}

static int see_state(void *arg, const struct finding *f, struct error *e)
{
	(void)e;
	*(enum finding_state *)arg = f->state;
	return 0;
}

/* Whoever acknowledges it says that the new number of documents is the norm. */
static int is_accepted(struct walk *w, const struct partition *p, bool *accepted, struct error *e)
{
	enum finding_state state = FINDING_RESOLVED;
	char id[FINGERPRINT_HEX];
	struct draft d;

	make_draft(w, p, &shrank, "", &d);
	fingerprint_text(id, &d.fingerprint);
	if (state_finding(w->context->state, id, see_state, &state, e) < 0)
		return -1;
	*accepted = state == FINDING_ACKNOWLEDGED;
	return 0;
}

/* Compared with the last number that was none too few, so that it stays open as long as documents are missing. */
static int judge_size(struct walk *w, const struct partition *p, int64_t documents, struct error *e)
{
	struct state *s = w->context->state;
	char message[LIMIT_MESSAGE_BYTES];
	int64_t norm, drop = p->query->max_drop;
	bool accepted = false;

	if (drop == 0 || p->until != 0)
		return 0;
	if (state_norm(s, p->query->name, p->scope, &norm, e) < 0)
		return -1;
	bool bad = documents < norm - norm / 100 * drop - norm % 100 * drop / 100;
	if (bad && is_accepted(w, p, &accepted, e) < 0)
		return -1;
	bad = bad && !accepted;
	snprintf(message, sizeof(message),
		"%" PRId64 " documents, before %" PRId64 ": more than %" PRId64 " %% are missing", documents, norm,
		drop);
	if (set(w, p, &shrank, bad, message, e) < 0)
		return -1;
	return bad ? 0 : state_norm_set(s, p->query->name, p->scope, documents, e);
}

int health_partition(struct walk *w, const struct partition *p, const struct eval *eval, const struct health_report *r,
	struct error *e)
{
	const struct query *query = p->query;
	bool few = query->min_documents > 0 && r->documents < query->min_documents && !p->until;
	char message[LIMIT_MESSAGE_BYTES];

	snprintf(message, sizeof(message), "incomplete: %.480s", r->why);
	if (set(w, p, &incomplete, !p->complete && !w->stopped, message, e) < 0 || judge_rules(w, p, eval, e) < 0)
		return -1;
	if (!p->complete)
		return 0;
	snprintf(message, sizeof(message), "%" PRId64 " documents%s, expected at least %" PRId64, r->documents,
		r->missing ? " (no such index)" : "", query->min_documents);
	if (set(w, p, &too_few, few, message, e) < 0)
		return -1;
	return judge_size(w, p, r->documents, e);
}

/* ---- the whole run ---- */

/* Also of one that the run did not come to: that is how it falls behind. */
static int judge_lag(struct walk *w, const struct partition *p, struct error *e)
{
	const struct time_config *time = p->query->time;
	int64_t cursor, now = clock_now(w->context->clock);
	char message[LIMIT_MESSAGE_BYTES], until[32], lag[32], most[32];

	if (time == NULL || time->max_lag == 0 || w->options->since != 0)
		return 0;
	if (state_cursor(w->context->state, p->query->name, p->scope, &cursor, e) < 0)
		return -1;
	clock_text(until, cursor);
	str_duration_text(lag, now - cursor);
	str_duration_text(most, time->max_lag);
	snprintf(message, sizeof(message), "read until %s, %s ago; max_lag is %s", until, lag, most);
	return set(w, p, &lagging, cursor != 0 && now - cursor > time->max_lag, message, e);
}

/* What is said of a query or rule that is no more is over. */
static int end_others(struct walk *w, struct error *e)
{
	for (size_t i = 0; i < ARRAY_LEN(of_partitions); i++) {
		const struct judgement j = {.rule = of_partitions[i]};

		if (record_over(w, &j, e) < 0)
			return -1;
	}
	return 0;
}

static int judge_run(struct walk *w, struct error *e)
{
	bool whole = !w->stopped && !w->options->filtered && w->options->limit == 0 && w->options->since == 0 &&
		     w->result->run.counts.incomplete == 0;

	for (size_t i = 0; i < w->plan.count; i++)
		if (judge_lag(w, &w->plan.items[i], e) < 0)
			return -1;
	return whole ? end_others(w, e) : 0;
}

int health_run(struct walk *w, struct error *e)
{
	struct state *state = w->context->state;

	if (state_begin(state, e) < 0)
		return -1;
	if (judge_run(w, e) < 0) {
		state_rollback(state);
		return -1;
	}
	return state_commit(state, e);
}
