/*
 * Proposed actions into a manifest, and into the record of manifests. A kill
 * between the two leaves one that is there or not; scan_manifests_settle finds
 * out which.
 */
#include "base/base.h"
#include "scan/walk.h"

#include "base/limits.h"
#include "recover/manifest.h"
#include "scan/recovery.h"
#include "state/manifests.h"

struct exporting {
	const struct scan_context *context;
	const struct scan_plan *plan;
	struct manifest *manifest;
	struct canaries canaries;
	int64_t number; /* in the store; 0: only planned */
	int64_t now;
	struct scan_manifest *out;
};

static bool wanted(const struct scan_plan *plan, const struct action *a)
{
	return plan->mode == MODE_ANY || (plan->mode == MODE_AUTO) == a->automatic;
}

/* Why A must wait, or NULL. */
static const char *held_by(struct exporting *x, const struct action *a, struct error *e)
{
	const struct rule *rule = rule_find(x->context->rules, a->rule);
	const struct recover_spec *spec = rule ? rule->recover : NULL;
	int64_t wait = spec && spec->cool_down ? spec->cool_down : LIMIT_RECOVERY_COOL_DOWN_MS;

	if (a->tried != 0 && x->now < a->tried + (wait << (a->attempt > 1 ? a->attempt - 2 : 0))) {
		x->out->cooling++;
		return "cool_down";
	}
	int held = canary_holds(&x->canaries, x->context->state, spec, a, e);
	x->out->canary += held > 0;
	return held < 0 ? "" : held ? "canary" : NULL;
}

static int add(void *arg, const struct action *a, struct error *e)
{
	struct exporting *x = arg;

	if (!wanted(x->plan, a))
		return 0;
	const char *held = held_by(x, a, e);
	if (held != NULL) {
		manifest_hold(x->manifest, a);
		return held[0] ? 0 : -1;
	}
	x->out->actions++;
	x->out->automatic += a->automatic;
	if (x->plan->review != NULL && review_action(x->plan->review, a, e) < 0)
		return -1;
	if (manifest_add(x->manifest, a, e) < 0)
		return -1;
	return x->number ? state_manifest_add(x->context->state, x->number, a, "", e) : 0;
}

/* Whether a rule before number I proposes corrections for the same query. */
static bool counted(const struct rule_set *rules, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (rules->rules[k].recover != NULL && rules->rules[k].query == rules->rules[i].query)
			return true;
	return false;
}

/* The other query that RULE reads; NULL: none. */
static const struct query *other_query(const struct rule *rule)
{
	if (rule->kind == RULE_SET)
		return set_target_query(rule);
	return rule->kind == RULE_PAIR ? rule_group_query(pair_group(rule, 1)) : NULL;
}

/* How many documents RULE was asked of last, and whether each query that it reads was read whole then. */
static int last_scanned(
	const struct scan_context *c, const struct rule *rule, int64_t *documents, bool *whole, struct error *e)
{
	const struct query *other = other_query(rule);
	int64_t unused;
	bool other_whole = true;

	if (state_last_scanned(c->state, rule->query->name, documents, whole, e) < 0 ||
		(other != NULL && state_last_scanned(c->state, other->name, &unused, &other_whole, e) < 0))
		return -1;
	*whole &= other_whole;
	return 0;
}

/* The rules that can propose something, with their guards. */
static int set_guards(
	const struct scan_context *c, struct manifest *m, int64_t *documents, bool *complete, struct error *e)
{
	*documents = 0;
	*complete = true;
	for (size_t i = 0; i < c->rules->count; i++) {
		const struct rule *rule = &c->rules->rules[i];
		int64_t seen = 0;
		bool whole = false;

		if (rule->recover == NULL)
			continue;
		if (last_scanned(c, rule, &seen, &whole, e) < 0)
			return -1;
		if (!counted(c->rules, i))
			*documents += seen;
		*complete &= whole;
		if (m == NULL)
			continue;
		const struct recover_spec *spec = rule->recover;
		manifest_guard_rule(m, rule->id,
			&(struct manifest_guard){
				.max_actions = spec->max_actions ? spec->max_actions : LIMIT_MANIFEST_ACTIONS,
				.max_per_shop = spec->max_per_shop ? spec->max_per_shop : LIMIT_MANIFEST_PER_SHOP,
				.max_percent = spec->max_percent ? spec->max_percent : LIMIT_MANIFEST_PERCENT,
			},
			seen);
	}
	return 0;
}

static int64_t shortest_life(const struct scan_context *c)
{
	int64_t life = LIMIT_MANIFEST_LIFE_MS;

	for (size_t i = 0; i < c->rules->count; i++) {
		const struct recover_spec *spec = c->rules->rules[i].recover;
		if (spec != NULL && spec->expires_ms > 0 && spec->expires_ms < life)
			life = spec->expires_ms;
	}
	return life;
}

static int make_header(const struct exporting *x, struct manifest_header *header, char previous[65], struct error *e)
{
	const struct scan_context *c = x->context;

	*header = (struct manifest_header){
		.run_id = x->plan->run_id,
		.rules_sha256 = c->rules->sha256,
		.config_sha256 = c->project->config_sha256,
		.created_at = x->now,
		.expires_at = x->now + shortest_life(c),
	};
	if (set_guards(c, NULL, &header->documents, &header->complete, e) < 0 ||
		state_manifest_last(c->state, previous, e) < 0)
		return -1;
	header->previous_sha256 = previous[0] ? previous : NULL;
	if (!header->complete)
		return error_set(e, ERROR_INCOMPLETE,
			"no manifest is written: the last scan of a query whose rules propose corrections was not "
			"complete");
	return 0;
}

static int gather(struct exporting *x, const struct manifest_header *header, struct error *e)
{
	int64_t documents;
	bool complete;

	canaries_init(&x->canaries);
	x->manifest = x->plan->folder ? manifest_begin(x->plan->folder, header, e) : manifest_plan(header);
	if (x->manifest == NULL || set_guards(x->context, x->manifest, &documents, &complete, e) < 0)
		return -1;
	return state_actions(x->context->state, NULL, add, x, e);
}

static int take(void *arg, const char *id, struct error *e)
{
	(void)e;
	manifest_supersedes(arg, id);
	return 0;
}

/* All of it inside one transaction; the files are there, and not visible. */
static int seal(struct exporting *x, struct manifest_seal *sealed, struct error *e)
{
	struct state *state = x->context->state;
	struct manifest_header header;
	char previous[65];

	if (make_header(x, &header, previous, e) < 0 || state_manifest_begin(state, "repair", 0, &x->number, e) < 0 ||
		gather(x, &header, e) < 0 || state_manifest_takes(state, x->number, take, x->manifest, e) < 0 ||
		manifest_seal(x->manifest, sealed, e) < 0)
		return -1;
	if (sealed->id == NULL)
		return 0;
	return state_manifest_seal(state,
		&(struct manifest_record){.number = x->number,
			.id = sealed->id,
			.sha256 = sealed->sha256,
			.previous_sha256 = header.previous_sha256,
			.run_id = header.run_id,
			.path = sealed->path,
			.created = header.created_at,
			.expires = header.expires_at},
		e);
}

int scan_manifest_publish(struct state *state, struct manifest *m, int64_t number, struct error *e)
{
	struct error ignored;

	if (manifest_publish(m, e) == 0)
		return state_manifest_published(state, number, e);
	if (state_manifest_drop(state, number, &ignored) < 0)
		return -1; /* it is found and dropped by the next one */
	return -1;
}

/* What only automatic actions stand in needs nobody's word: rule, class and guards have allowed it. */
static int approve_by_policy(struct exporting *x, const char *id, struct error *e)
{
	struct state *state = x->context->state;
	struct manifest_record r;
	struct arena arena;
	int64_t count;

	if (x->out->automatic < x->out->actions)
		return 0;
	arena_init(&arena);
	int failed = state_manifest_find(state, id, &r, &arena, e) < 0 ||
		     state_manifest_approve(state, &r, "policy", "kenpin", &count, e) < 0 ||
		     state_manifest_exported(state, &r, "kenpin", &count, e) < 0;
	arena_clear(&arena);
	x->out->approved = !failed;
	return failed ? -1 : 0;
}

/* 1: it was written, 0: there is nothing to write. */
static int write_sealed(struct exporting *x, struct manifest_seal *sealed, struct error *e)
{
	struct state *state = x->context->state;

	if (state_begin(state, e) < 0)
		return -1;
	int failed = seal(x, sealed, e);
	if (failed < 0 || sealed->id == NULL) {
		state_rollback(state);
		return failed;
	}
	if (state_commit(state, e) < 0 || scan_manifest_publish(state, x->manifest, x->number, e) < 0)
		return -1;
	return 1;
}

static int write(struct exporting *x, struct error *e)
{
	struct manifest_seal sealed = {.id = NULL};
	int got = write_sealed(x, &sealed, e);

	if (got <= 0)
		return got;
	snprintf(x->out->path, sizeof(x->out->path), "%s/%s", x->plan->folder, sealed.id);
	return approve_by_policy(x, sealed.id, e);
}

int scan_export(const struct scan_context *c, const struct scan_plan *plan, struct scan_manifest *out, struct error *e)
{
	struct exporting x = {.context = c, .plan = plan, .now = clock_now(c->clock), .out = out};

	*out = (struct scan_manifest){.actions = 0};
	int failed = scan_manifests_settle(c->state, e) < 0 ? -1 : write(&x, e);
	canaries_clear(&x.canaries);
	manifest_free(x.manifest);
	return failed;
}

int scan_plan_manifest(const struct scan_context *c, const struct scan_plan *plan, struct scan_manifest *out,
	scan_visit_plan *visit, void *arg, struct error *e)
{
	struct exporting x = {.context = c, .plan = plan, .now = clock_now(c->clock), .out = out};
	struct manifest_header header;
	struct manifest_summary summary;
	char previous[65];
	int failed = -1;

	*out = (struct scan_manifest){.actions = 0};
	if (make_header(&x, &header, previous, e) == 0 && gather(&x, &header, e) == 0) {
		manifest_summarise(x.manifest, &summary);
		failed = visit(arg, &summary, e);
	}
	canaries_clear(&x.canaries);
	manifest_free(x.manifest);
	return failed;
}
