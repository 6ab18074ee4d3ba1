/*
 * The first actions of a rule's revision go alone; the rest waits until a scan
 * has proven as many of them.
 */
#include "base/base.h"
#include "scan/recovery.h"

#include "base/limits.h"

struct canary {
	int64_t left; /* that may go; -1: all */
};

void canaries_init(struct canaries *c)
{
	arena_init(&c->arena);
	map_init(&c->rules);
}

void canaries_clear(struct canaries *c)
{
	map_clear(&c->rules);
	arena_clear(&c->arena);
}

/* By default only what nobody looks at begins with a few. */
static int64_t bound_of(const struct recover_spec *spec, const struct action *a)
{
	if (spec != NULL && spec->canary >= 0)
		return spec->canary;
	return a->automatic ? LIMIT_RECOVERY_CANARY : 0;
}

int canary_holds(struct canaries *c, struct state *state, const struct recover_spec *spec, const struct action *a,
	struct error *e)
{
	int64_t bound = bound_of(spec, a), under_way, verified;
	const char *name = arena_printf(&c->arena, "%s %s", a->rule, a->rule_rev);
	struct canary *canary = map_find(&c->rules, span_of(name));

	if (bound == 0)
		return 0;
	if (canary == NULL) {
		if (state_rule_progress(state, a->rule, a->rule_rev, &under_way, &verified, e) < 0)
			return -1;
		canary = arena_zalloc(&c->arena, sizeof(*canary));
		canary->left = verified >= bound               ? -1
			       : under_way + verified >= bound ? 0
							       : bound - under_way - verified;
		*map_put(&c->rules, span_of(name)) = canary;
	}
	if (canary->left < 0)
		return 0;
	if (canary->left == 0)
		return 1;
	canary->left--;
	return 0;
}
