/* Proposed actions into a manifest. */
#include "base/base.h"
#include "scan/walk.h"

#include "base/limits.h"
#include "recover/manifest.h"

struct exporting {
	struct manifest *manifest;
	int64_t count;
};

static int add(void *arg, const struct action *a, struct error *e)
{
	struct exporting *x = arg;

	x->count++;
	return manifest_add(x->manifest, a, e);
}

/* Whether a rule before number I proposes corrections for the same query. */
static bool counted(const struct rule_set *rules, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (rules->rules[k].recover != NULL && rules->rules[k].query == rules->rules[i].query)
			return true;
	return false;
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
		if (state_last_scanned(c->state, rule->query->name, &seen, &whole, e) < 0)
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
	int64_t life = (int64_t)24 * 3600 * 1000;

	for (size_t i = 0; i < c->rules->count; i++) {
		const struct recover_spec *spec = c->rules->rules[i].recover;
		if (spec != NULL && spec->expires_ms > 0 && spec->expires_ms < life)
			life = spec->expires_ms;
	}
	return life;
}

int scan_export(const struct scan_context *c, const char *run_id, const char *folder, char path[512], int64_t *actions,
	struct error *e)
{
	struct exporting x = {0};
	int64_t now = clock_now(c->clock);
	struct manifest_header header = {
		.run_id = run_id,
		.rules_sha256 = c->rules->sha256,
		.config_sha256 = c->project->config_sha256,
		.created_at = now,
		.expires_at = now + shortest_life(c),
		.complete = true,
	};
	char sha256[65];
	int result = -1;

	path[0] = '\0';
	if (set_guards(c, NULL, &header.documents, &header.complete, e) < 0)
		return -1;
	if (!header.complete)
		return error_set(e, ERROR_INCOMPLETE,
			"no manifest is written: the last scan of a query whose rules propose corrections was not "
			"complete");
	x.manifest = manifest_begin(folder, &header, e);
	if (x.manifest == NULL)
		return -1;
	if (set_guards(c, x.manifest, &header.documents, &header.complete, e) == 0 &&
		state_actions(c->state, NULL, add, &x, e) == 0 && manifest_finish(x.manifest, path, sha256, e) == 0)
		result = 0;
	manifest_free(x.manifest);
	*actions = result == 0 ? x.count : 0;
	return result;
}
