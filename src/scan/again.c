/*
 * Differences looked at again: documents that were read by their ids, and
 * keys that were not there by a search. What has moved meanwhile was in flight, and is no finding.
 */
#include "base/base.h"
#include "scan/walk.h"

#include "base/limits.h"

struct again {
	struct walk *w;
	const struct rule *rule;
	struct source_context context;
	struct source *sources[2]; /* opened when first needed */
};

struct again *again_new(struct walk *w, const struct rule *rule)
{
	const struct scan_context *c = w->context;
	struct again *a = xcalloc(1, sizeof(*a));

	a->w = w;
	a->rule = rule;
	a->context = (struct source_context){.clock = c->clock,
		.run_id = w->result->run.id,
		.stop = c->stop,
		.stop_now = c->stop_now,
		.folder = c->project->folder};
	return a;
}

void again_free(struct again *a)
{
	source_close(a->sources[0]);
	source_close(a->sources[1]);
	free(a);
}

static int open_side(struct again *a, int side, struct error *e)
{
	const struct query *query = rule_group_query(pair_group(a->rule, side));

	if (a->sources[side] == NULL)
		a->sources[side] = source_open(query->source, &a->context, e);
	return a->sources[side] ? 0 : -1;
}

/* ---- documents that were there ---- */

static int look_at_documents(
	struct again *a, int side, const struct pair_candidate *c, size_t count, bool *gone, struct error *e)
{
	struct source_ref refs[LIMIT_PAIR_AGAIN];
	size_t of[LIMIT_PAIR_AGAIN], n = 0;

	for (size_t i = 0; i < count; i++) {
		const struct pair_seen *seen = &c[i].seen[side];

		if (c[i].in_flight || !seen->there || seen->id.n == 0)
			continue;
		of[n] = i;
		refs[n++] = (struct source_ref){seen->index, seen->id, seen->seq_no, seen->primary_term, false};
	}
	if (n > 0 && source_look_again(a->sources[side], refs, n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		gone[of[i]] |= refs[i].changed;
	return 0;
}

/* ---- keys that were not there ---- */

static bool is_missing(const struct pair_candidate *c, int side)
{
	return c->klass == (side ? PAIR_MISSING_RIGHT : PAIR_MISSING_LEFT) && !c->in_flight;
}

/* Those of CANDIDATES that KEY within SCOPE belongs to have come. */
static void has_come(
	struct span key, const char *scope, int side, const struct pair_candidate *c, size_t count, bool *gone)
{
	for (size_t i = 0; i < count; i++) {
		if (is_missing(&c[i], side) && span_is(c[i].scope, scope) && span_equal(c[i].draft.key, key))
			gone[i] = true;
	}
}

static int read_found(struct source_scan *scan, struct eval *eval, struct doc *doc, const char *scope, int side,
	const struct rule *rule, const struct pair_candidate *c, size_t count, bool *gone, struct error *e)
{
	int got;

	while ((got = source_next(scan, e)) == 1) {
		while (source_doc(scan, doc) == 1)
			has_come(pair_key_of(eval, rule, side, doc), scope, side, c, count, gone);
		eval_page(eval);
	}
	return got;
}

/* Searches the side's partition P for keys; SCOPE is where they miss. */
static int search(struct again *a, const struct partition *p, int side, const char *scope, const char *only,
	const struct pair_candidate *c, size_t count, bool *gone, struct error *e)
{
	const struct rule_group *group = pair_group(a->rule, side);
	const struct source_request request = {.query = p->query,
		.index = p->index,
		.body = p->body,
		.fields = rule_group_fields(group),
		.only = only};
	const struct eval_options options = {.now = clock_now(a->w->context->clock), .shop = p->shop};
	struct source_scan *scan = source_scan(a->sources[side], &request, e);
	struct source_verdict verdict;
	struct eval *eval;
	struct doc doc;

	if (scan == NULL)
		return -1;
	eval = eval_new(group, &options);
	doc_init(&doc, rule_group_fields(group));
	int result = read_found(scan, eval, &doc, scope, side, a->rule, c, count, gone, e);
	source_verdict_of(scan, &verdict);
	if (result == 0 && !verdict.complete)
		result = error_set(e, ERROR_INCOMPLETE, "keys could not be looked for again: %.400s", verdict.why);
	source_scan_close(scan);
	eval_free(eval);
	doc_clear(&doc);
	return result;
}

/* The keys that miss on SIDE within SCOPE, in every partition that could have them. */
static int search_scope(struct again *a, int side, const char *scope, const struct pair_candidate *c, size_t count,
	bool *gone, struct error *e)
{
	struct span keys[LIMIT_PAIR_AGAIN];
	const struct plan *plan = &a->w->plan;
	struct buf only;
	size_t n = 0;
	int result = 0;

	for (size_t i = 0; i < count; i++) {
		if (is_missing(&c[i], side) && !gone[i] && span_is(c[i].scope, scope))
			keys[n++] = c[i].draft.key;
	}
	buf_init(&only, LIMIT_CONFIG_BYTES);
	if (n > 0 && pair_query_keys(&only, a->rule, side, keys, n)) {
		for (size_t i = 0; i < plan->count && result == 0; i++) {
			const struct partition *p = &plan->items[i];

			if (p->query == rule_group_query(pair_group(a->rule, side)) &&
				(!pair_by_shop(a->rule) || strcmp(p->scope, scope) == 0))
				result = search(a, p, side, scope, buf_text(&only), c, count, gone, e);
		}
	}
	buf_clear(&only);
	return result;
}

static int look_for_keys(
	struct again *a, int side, const struct pair_candidate *c, size_t count, bool *gone, struct error *e)
{
	/* candidates come in the order of their scopes */
	for (size_t i = 0; i < count; i++) {
		if ((i == 0 || !span_equal(c[i].scope, c[i - 1].scope)) &&
			search_scope(a, side, c[i].scope.p, c, count, gone, e) < 0)
			return -1;
	}
	return 0;
}

int again_look(struct again *a, const struct pair_candidate *candidates, size_t count, bool *gone, struct error *e)
{
	for (int side = 0; side < 2; side++) {
		if (open_side(a, side, e) < 0)
			return -1;
		if (!source_looks_again(a->sources[side]))
			continue;
		if (look_at_documents(a, side, candidates, count, gone, e) < 0 ||
			look_for_keys(a, side, candidates, count, gone, e) < 0)
			return -1;
	}
	return 0;
}
