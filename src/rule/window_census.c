/*
 * Window rules where the source counts: what it is asked for, and its buckets
 * as rows. What only a look at the documents themselves can tell is not asked for.
 */
#include "base/base.h"
#include "rule/window.h"

#include "base/jsonout.h"
#include "model/census.h"

/* A path that means the same to a source and to a document: one value, no key with a dot in it. */
static bool is_plain(const char *path)
{
	return strpbrk(path, "[\\") == NULL && strcmp(path, "_id") != 0 && strcmp(path, "_index") != 0;
}

static bool take_literals(struct census_filter *f, const struct condition *c, struct arena *arena)
{
	struct span *values = arena_alloc(arena, (c->literals.count + 1) * sizeof(*values));

	for (size_t i = 0; i < c->literals.count; i++)
		values[i] = c->literals.items[i].text;
	f->values = values;
	f->count = c->literals.count;
	return true;
}

static bool take_condition(
	struct census_filter *f, const struct rule_group *group, const struct condition *c, struct arena *arena)
{
	*f = (struct census_filter){.path = fields_path(group->fields, c->slot)};
	if (!is_plain(f->path))
		return false;
	switch (c->is) {
	case IS_MATCH: return false;
	case IS_MEMBER: f->is = CENSUS_ONE_OF; return take_literals(f, c, arena);
	case IS_NO_MEMBER: f->is = CENSUS_NONE_OF; return take_literals(f, c, arena);
	case IS_THERE: f->is = CENSUS_THERE; return true;
	case IS_NOT_THERE: f->is = CENSUS_ABSENT; return true;
	case IS_WITHIN:
		f->is = CENSUS_WITHIN;
		f->min = c->min;
		f->max = c->max;
		return !c->instants;
	}
	return false;
}

static bool take_when(const struct census_filter **out, size_t *count, const struct rule_group *group,
	const struct rule_when *when, struct arena *arena)
{
	struct census_filter *filters;

	*out = NULL;
	*count = 0;
	if (when == NULL)
		return true;
	filters = arena_alloc(arena, (when->count + 1) * sizeof(*filters));
	for (size_t i = 0; i < when->count; i++) {
		if (!take_condition(&filters[i], group, &when->items[i], arena))
			return false;
	}
	*out = filters;
	*count = when->count;
	return true;
}

static bool take_groups(struct census *out, const struct window_spec *spec, struct arena *arena)
{
	const char **groups = arena_alloc(arena, (spec->group_count + 1) * sizeof(*groups));

	for (size_t i = 0; i < spec->group_count; i++) {
		groups[i] = spec->groups[i].field;
		if (!is_plain(groups[i]))
			return false;
	}
	out->groups = groups;
	out->group_count = spec->group_count;
	return true;
}

bool window_census(struct census *out, const struct rule_group *group, size_t plan, struct arena *arena)
{
	const struct rule *rule = group->plans[plan].rule;
	const struct window_spec *spec = rule->window;

	*out = (struct census){.step = spec->step};
	if (spec->kind == WINDOW_CHANGE || !is_plain(group->query->time->field) || !take_groups(out, spec, arena))
		return false;
	if (spec->value_count && !is_plain(spec->values[0].field))
		return false;
	if (spec->value_count && spec->numbers)
		out->number = spec->values[0].field;
	else if (spec->value_count)
		out->each = spec->values[0].field;
	return take_when(&out->filters, &out->filter_count, group, rule->when, arena) &&
	       take_when(&out->match, &out->match_count, group, spec->match, arena);
}

bool rule_group_may_be_counted(const struct rule_group *group)
{
	return group->window_count > 0 && group->window_count == group->count && group->feed_count == 0;
}

static void add_part(struct jsonout *out, const char *field, struct span text)
{
	jsonout_key(out, field);
	if (text.p)
		jsonout_span(out, text);
	else
		jsonout_null(out);
}

/* The group as window_add_document names it. */
static struct span key_of(struct windows *w, const struct window_spec *spec, const struct census_bucket *b)
{
	bool term = spec->kind == WINDOW_NEW_TERM;
	struct jsonout out;

	if (spec->group_count == 0 && !term)
		return window_key_of_all(w);
	buf_reset(&w->work);
	jsonout_init(&out, &w->work);
	jsonout_open(&out, '{');
	for (size_t i = 0; i < spec->group_count; i++)
		add_part(&out, spec->groups[i].field, b->groups[i]);
	if (term)
		add_part(&out, spec->values[0].field, b->each);
	jsonout_close(&out, '}');
	return buf_span(&w->work);
}

void windows_add_bucket(struct windows *w, size_t plan, const char *shop, const struct census_bucket *b)
{
	const struct window_spec *spec = w->group->plans[plan].rule->window;
	char serial[24];
	struct window_row row = {.side = SIDE_DOCUMENT,
		.time = b->first,
		.last = b->last,
		.count = b->documents,
		.matched = b->matched,
		.numbers = b->numbers,
		.value = b->sum,
		.least = b->least,
		.most = b->most};

	if (spec->kind == WINDOW_NEW_TERM && b->each.p == NULL)
		return;
	snprintf(serial, sizeof(serial), "%020llu", (unsigned long long)++w->serial);
	row.document = span_of(serial);
	row.shop = shop ? span_of(shop) : spec->shop >= 0 ? b->groups[spec->shop] : SPAN_NONE;
	arena_reset(&w->page);
	if (spec->kind == WINDOW_CARDINALITY && b->each.p)
		row.value = span_of(arena_printf(&w->page, "=%.*s", SPAN_ARG(b->each)));
	window_name_row(&row, key_of(w, spec, b), &w->page);
	window_keep(w, plan, &row);
}
