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

/* A rule that can only fail where some gated probe matches has nothing to do on most documents. */
static bool can_sleep(const struct rule_group *g, const struct rule *rule)
{
	if (rule->kind != RULE_CHECK)
		return false;
	for (size_t i = 0; i < rule->check_count; i++) {
		for (size_t n = 0; n < rule->checks[i].count; n++) {
			const struct check *c = &rule->checks[i].checks[n];

			if (c->ops != &check_must_not_match || !g->probes[*(const uint32_t *)c->param].gated)
				return false;
		}
	}
	return true;
}

static void sleep_on(struct rule_group *g, uint32_t plan, const struct rule *rule, struct arena *arena)
{
	for (size_t i = 0; i < rule->check_count; i++) {
		g->slots[rule->checks[i].slot].wakes = true;
		for (size_t n = 0; n < rule->checks[i].count; n++) {
			struct probe *p = &g->probes[*(const uint32_t *)rule->checks[i].checks[n].param];

			if (p->wakes == NULL)
				p->wakes = arena_alloc(arena, g->count * sizeof(*p->wakes));
			if (p->wake_count == 0 || p->wakes[p->wake_count - 1] != plan)
				p->wakes[p->wake_count++] = plan;
		}
	}
}

void group_finish(struct rule_group *group, struct arena *arena)
{
	int count = fields_count(group->fields);

	group->slots = arena_zalloc(arena, ((size_t)count + 1) * sizeof(*group->slots));
	for (int slot = 0; slot < count; slot++)
		make_prefilter(group, slot, arena);
	for (size_t i = 0; i < group->count; i++) {
		struct rule_plan *plan = &group->plans[i];

		plan->sleeps = can_sleep(group, plan->rule);
		if (plan->sleeps)
			sleep_on(group, (uint32_t)i, plan->rule, arena);
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
