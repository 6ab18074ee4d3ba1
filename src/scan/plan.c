/* Which query, which shop, since when. */
#include "base/base.h"
#include "scan/walk.h"

#include "base/log.h"
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

/* Since when. What a clock that was ahead called the past had not happened yet, so after it was set back nobody can say
 * from where on documents were missed: everything is read once, and what is known stays known. */
static int64_t window_begin(const struct partition *p, int64_t cursor, int64_t now)
{
	char was[32];

	if (cursor == 0)
		return INT64_MIN / 2;
	if (cursor <= now)
		return (cursor < p->until ? cursor : p->until) - p->query->time->overlap;
	clock_text(was, cursor);
	log_warning(
		"query %s%s%s was read until %s, which is still to come: the clock was set back, so it is read whole "
		"once",
		p->query->name, p->shop ? ", shop " : "", p->scope, was);
	return INT64_MIN / 2;
}

static int set_window(struct walk *w, struct partition *p, struct error *e)
{
	const struct time_config *time = p->query->time;
	int64_t cursor, now = clock_now(w->context->clock);

	if (time == NULL)
		return 0;
	p->until = now - time->lateness;
	if (state_cursor(w->context->state, p->query->name, p->scope, &cursor, e) < 0)
		return -1;
	p->since = w->options->since ? w->options->since : window_begin(p, cursor, now);
	return windows_plan(w, p, e);
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
