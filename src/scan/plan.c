/* Which query, which shop, since when. */
#include "base/base.h"
#include "scan/walk.h"

#include "base/str.h"

static bool wanted(const char *const *globs, const char *name)
{
	if (globs == NULL || globs[0] == NULL)
		return true;
	for (; *globs != NULL; globs++)
		if (str_glob(*globs, span_of(name)))
			return true;
	return false;
}

static int set_window(struct walk *w, struct partition *p, struct error *e)
{
	const struct time_config *time = p->query->time;
	int64_t cursor;

	if (time == NULL)
		return 0;
	p->until = clock_now(w->context->clock) - time->lateness;
	if (state_cursor(w->context->state, p->query->name, p->scope, &cursor, e) < 0)
		return -1;
	p->since = w->options->since ? w->options->since : cursor ? cursor - time->overlap : INT64_MIN / 2;
	return 0;
}

static int add(struct walk *w, struct rule_group *group, const char *shop, struct error *e)
{
	struct plan *plan = &w->plan;
	const struct query *query = rule_group_query(group);
	int64_t now = clock_now(w->context->clock);

	plan->items = arena_grow(&w->arena, plan->items, plan->count, &plan->capacity, sizeof(*plan->items));
	struct partition *p = &plan->items[plan->count++];
	*p = (struct partition){.group = group, .query = query, .shop = shop, .scope = shop ? shop : ""};
	if (query->index != NULL)
		p->index = template_render(&w->arena, query->index, shop, now, false);
	p->body = template_render(&w->arena, query->body, shop, now, true);
	return set_window(w, p, e);
}

int plan_make(struct walk *w, struct error *e)
{
	const struct rule_set *rules = w->context->rules;
	const struct texts *shops = &w->context->project->shops;

	for (size_t g = 0; g < rules->group_count; g++) {
		const struct query *query = rule_group_query(rules->groups[g]);

		if (w->options->since != 0 && query->time == NULL)
			return error_set(e, ERROR_USAGE,
				"--since needs a query with a time field; query \"%s\" scans the present state whole",
				query->name);
		if (!query->for_each_shop) {
			if (add(w, rules->groups[g], NULL, e) < 0)
				return -1;
			continue;
		}
		for (size_t i = 0; i < shops->count; i++)
			if (wanted(w->options->shops, shops->items[i]) &&
				add(w, rules->groups[g], shops->items[i], e) < 0)
				return -1;
	}
	if (w->plan.count == 0)
		return error_set(e, ERROR_USAGE, "nothing to scan: no rule is left after --query, --rule and --shop");
	return 0;
}
