/*
 * Groups: the fields that a query's rules read together, and which regexes
 * can sleep behind a prefilter.
 */
#include "base/base.h"
#include "rule/group.h"

#include "rule/compile.h"
#include "rule/literal.h"

static int add_slot(struct rule_group *g, const char *path)
{
	struct error unseen; /* of the query's own paths the project told already */

	return fields_add(g->fields, path, &unseen);
}

struct rule_group *group_new(const struct query *query, struct compiler *k)
{
	struct rule_group *g = arena_zalloc(k->arena, sizeof(*g));
	int *keys = arena_alloc(k->arena, (query->key.count + 1) * sizeof(*keys));

	g->query = query;
	g->fields = fields_new();
	for (size_t i = 0; i < query->key.count; i++)
		keys[i] = add_slot(g, query->key.items[i]);
	g->key_slots = keys;
	g->shop_slot = query->shop ? add_slot(g, query->shop) : -1;
	return g;
}

void group_free(struct rule_group *group)
{
	fields_free(group->fields);
}

/* The literals of all probes on one slot make its prefilter. */
static void make_prefilter(struct rule_group *g, int slot, struct arena *arena)
{
	struct group_slot *s = &g->slots[slot];
	struct prefilter_item *items = NULL;
	struct literal_set set;
	size_t count = 0, capacity = 0;

	s->probes = arena_alloc(arena, (g->probe_count + 1) * sizeof(*s->probes));
	for (size_t i = 0; i < g->probe_count; i++) {
		struct probe *p = &g->probes[i];

		if (p->slot != slot || !literal_extract(&set, p->pattern, p->flags & REGEX_CASELESS, arena))
			continue;
		p->gated = true;
		p->bit = s->probe_count;
		s->probes[s->probe_count++] = (uint32_t)i;
		for (size_t n = 0; n < set.count; n++) {
			items = arena_grow(arena, items, count, &capacity, sizeof(*items));
			items[count++] = (struct prefilter_item){set.items[n], p->bit};
		}
	}
	if (count)
		s->prefilter = prefilter_make(arena, items, count);
	s->first_word = (uint32_t)g->words;
	s->words = (s->probe_count + 63) / 64;
	g->words += s->words;
}

static bool behind_literals(const struct rule_group *g, const struct check *c)
{
	return c->ops == &check_must_not_match && g->probes[*(const uint32_t *)c->param].gated;
}

/* A rule of regexes alone has nothing to do on most documents. Where no literal says so, its regexes must be run to
 * know, and a gate would have spared them: such a rule sleeps only without one. */
static bool can_sleep(const struct rule_group *g, const struct rule *rule)
{
	if (rule->kind != RULE_CHECK)
		return false;
	for (size_t i = 0; i < rule->check_count; i++) {
		for (size_t n = 0; n < rule->checks[i].count; n++) {
			const struct check *c = &rule->checks[i].checks[n];

			if (c->ops != &check_must_match && c->ops != &check_must_not_match)
				return false;
			if (rule->when && !behind_literals(g, c))
				return false;
		}
	}
	return true;
}

static void add_plan(uint32_t **plans, uint32_t *count, uint32_t plan, const struct rule_group *g, struct arena *arena)
{
	if (*plans == NULL)
		*plans = arena_alloc(arena, g->count * sizeof(**plans));
	if (*count == 0 || (*plans)[*count - 1] != plan)
		(*plans)[(*count)++] = plan;
}

static struct sentinel *sentinel_of(struct rule_group *g, uint32_t probe, bool wanted)
{
	for (size_t i = 0; i < g->sentinel_count; i++) {
		if (g->sentinels[i].probe == probe && g->sentinels[i].wanted == wanted)
			return &g->sentinels[i];
	}
	g->sentinels[g->sentinel_count] = (struct sentinel){.probe = probe, .wanted = wanted};
	return &g->sentinels[g->sentinel_count++];
}

static void put_to_sleep(struct rule_group *g, uint32_t plan, const struct rule *rule, struct arena *arena)
{
	for (size_t i = 0; i < rule->check_count; i++) {
		for (size_t n = 0; n < rule->checks[i].count; n++) {
			const struct check *c = &rule->checks[i].checks[n];
			uint32_t number = *(const uint32_t *)c->param;
			struct probe *p = &g->probes[number];
			struct sentinel *s;

			if (behind_literals(g, c)) {
				g->slots[p->slot].wakes = true;
				add_plan(&p->wakes, &p->wake_count, plan, g, arena);
				continue;
			}
			s = sentinel_of(g, number, c->ops == &check_must_match);
			add_plan(&s->plans, &s->count, plan, g, arena);
		}
	}
}

void group_finish(struct rule_group *group, struct arena *arena)
{
	int count = fields_count(group->fields);

	group->slots = arena_zalloc(arena, ((size_t)count + 1) * sizeof(*group->slots));
	for (int slot = 0; slot < count; slot++)
		make_prefilter(group, slot, arena);
	group->sentinels = arena_alloc(arena, 2 * (group->probe_count + 1) * sizeof(*group->sentinels));
	for (size_t i = 0; i < group->count; i++) {
		struct rule_plan *plan = &group->plans[i];

		plan->sleeps = can_sleep(group, plan->rule);
		if (plan->sleeps)
			put_to_sleep(group, (uint32_t)i, plan->rule, arena);
	}
}

const struct query *rule_group_query(const struct rule_group *group)
{
	return group->query;
}

const struct fields *rule_group_fields(const struct rule_group *group)
{
	return group->fields;
}

size_t rule_group_count(const struct rule_group *group)
{
	return group->count;
}

const struct rule *rule_group_rule(const struct rule_group *group, size_t i)
{
	return group->plans[i].rule;
}
