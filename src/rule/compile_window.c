/* window: of a rule -> what must not be in a window of time. */
#include "base/base.h"
#include "rule/compile.h"

#include "base/limits.h"
#include "rule/window.h"

#define STEPS_BY_DEFAULT 12

static void fault(struct compiler *k, const struct yaml_node *at, const char *what, const char *help)
{
	diag_help(k->diags, diag_error(k->diags, "E0316", k->file, at, "%s", what), "%s", help);
}

static const struct check_ops window_check = {
	.name = "window",
	.explain = "What the window counts or measures is of a kind that it can count or measure.",
};

/* One field: of the group, or what is measured. */
static bool compile_field(
	struct rule_check *out, struct compiler *k, const char *field, const struct yaml_node *at, const char *wants)
{
	struct check *check = arena_zalloc(k->arena, sizeof(*check));

	*check = (struct check){.ops = &window_check, .klass = "type", .wants = wants};
	*out = (struct rule_check){.node = at,
		.field = field,
		.checks = check,
		.count = 1,
		.type_klass = "type",
		.slot = compile_slot(k, field, at)};
	return out->slot >= 0;
}

static const char *join(struct arena *arena, const struct rule_check *fields, size_t count)
{
	const char *joined = count ? fields[0].field : "";

	for (size_t i = 1; i < count; i++)
		joined = arena_printf(arena, "%s, %s", joined, fields[i].field);
	return joined;
}

static bool is_one(struct compiler *k, const struct rule_check *field)
{
	if (!fields_each_element(k->group->fields, field->slot))
		return true;
	fault(k, field->node, "a path with [] has no one value here",
		"a document belongs to one group and holds one number; only cardinality and new_term take a.b[]");
	return false;
}

static bool compile_fields(const struct rule_check **out, size_t *count, struct compiler *k, const struct texts *paths,
	const struct yaml_node *at, const char *wants)
{
	struct rule_check *fields = arena_zalloc(k->arena, (paths->count + 1) * sizeof(*fields));
	bool good = paths->count <= LIMIT_SET_FIELDS;

	if (!good)
		fault(k, at, "there are more than LIMIT_SET_FIELDS fields", "make two rules of it");
	for (size_t i = 0; i < paths->count && good; i++)
		good = compile_field(&fields[i], k, paths->items[i], at, wants);
	*out = fields;
	*count = paths->count;
	return good;
}

static bool compile_groups(struct window_spec *spec, struct compiler *k, const struct window_entry *entry)
{
	const struct yaml_node *node = option_node(entry->node, "group_by");
	bool good = compile_fields(
		&spec->groups, &spec->group_count, k, &entry->group_by, node, "a text, a number, true or false");

	spec->shop = -1;
	for (size_t i = 0; i < spec->group_count && good; i++) {
		const char *shop = k->group->query->shop;

		good = is_one(k, &spec->groups[i]);
		if (shop && strcmp(spec->groups[i].field, shop) == 0)
			spec->shop = (int)i;
	}
	return good;
}

/* What is measured: one field, or those that must not change. */
static bool compile_values(struct window_spec *spec, struct compiler *k, const struct window_entry *entry)
{
	const struct texts one = {(const char **)(uintptr_t)&entry->field, entry->field ? 1 : 0};
	bool many = entry->kind == WINDOW_CHANGE,
	     each = entry->kind == WINDOW_CARDINALITY || entry->kind == WINDOW_NEW_TERM;

	spec->numbers = entry->field && !each && entry->kind != WINDOW_CHANGE;
	if (!compile_fields(&spec->values, &spec->value_count, k, many ? &entry->fields : &one,
		    option_node(entry->node, many ? "fields" : "field"),
		    spec->numbers ? "a number" : "a text, a number, true or false"))
		return false;
	for (size_t i = 0; i < spec->value_count && !each; i++)
		if (!is_one(k, &spec->values[i]))
			return false;
	return true;
}

/* The steps that a window is made of. */
static bool compile_steps(struct window_spec *spec, struct compiler *k, const struct window_entry *entry)
{
	const struct yaml_node *node = option_node(entry->node, "step");

	spec->length = entry->length;
	if (entry->kind == WINDOW_NEW_TERM || entry->kind == WINDOW_CHANGE || entry->length == 0)
		return entry->length > 0;
	spec->step = entry->step ? entry->step : entry->length / STEPS_BY_DEFAULT;
	if (entry->step == 0 && entry->length % STEPS_BY_DEFAULT)
		spec->step = entry->length;
	spec->steps = entry->length / spec->step;
	if (entry->length % spec->step) {
		fault(k, node, "the step does not divide the length of the window", "as in length: 1h, step: 5m");
		return false;
	}
	if (spec->steps > LIMIT_WINDOW_STEPS) {
		fault(k, node, "a window has more than LIMIT_WINDOW_STEPS steps", "take a longer step");
		return false;
	}
	return true;
}

/* In the one form that a number has. */
static bool take_number(
	struct span *out, struct compiler *k, const struct window_entry *entry, const char *key, const char *text)
{
	char number[WINDOW_NUMBER_BYTES];
	struct amount amount;

	if (text == NULL)
		return true;
	if (!amount_set(&amount, span_of(text)) || !window_amount(number, &amount)) {
		fault(k, option_node(entry->node, key), "the number is too long", "at most 63 digits");
		return false;
	}
	*out = arena_span(k->arena, span_of(number));
	return true;
}

static bool compile_bounds(struct window_spec *spec, struct compiler *k, const struct window_entry *entry)
{
	bool bounded =
		entry->kind == WINDOW_CARDINALITY || entry->kind == WINDOW_PERCENTAGE || entry->kind == WINDOW_METRIC;

	if (!take_number(&spec->min, k, entry, "min", entry->min) ||
		!take_number(&spec->max, k, entry, "max", entry->max) ||
		!take_number(&spec->height, k, entry, "height", entry->height))
		return false;
	if (bounded && entry->min == NULL && entry->max == NULL) {
		fault(k, entry->node, "the window has neither max nor min",
			"say which number is too great or too small");
		return false;
	}
	if (entry->min && entry->max && decimal_compare(spec->min, spec->max) > 0) {
		fault(k, option_node(entry->node, "min"), "min is over max", "every window would be a finding");
		return false;
	}
	if (entry->height && decimal_compare(spec->height, SPAN_LITERAL("1")) <= 0) {
		fault(k, option_node(entry->node, "height"), "the height is not over 1",
			"3: three times as much, or a third of it with direction: down");
		return false;
	}
	return true;
}

static bool compile_time(struct compiler *k, const struct rule_entry *entry)
{
	struct rule_group *g = k->group;

	if (g->query->name == NULL)
		return false; /* there is no such query: told */
	if (g->query->time == NULL) {
		fault(k, option_node(entry->node, "query"),
			arena_printf(k->arena, "query \"%s\" has no time field", g->query->name),
			"a window is one of time: add `time: {field: ...}` to the query, or to a query of its own");
		return false;
	}
	if (g->window_count == 0)
		g->time_slot = compile_slot(k, g->query->time->field, option_node(entry->node, "query"));
	if (g->query->time->zone == NULL || !compile_zone_minutes(&g->time_zone, g->query->time->zone))
		g->time_zone = CLOCK_NO_ZONE;
	return g->time_slot >= 0;
}

static bool fits_rule(struct compiler *k, const struct rule_entry *entry)
{
	if (entry->recover) {
		fault(k, option_node(entry->node, "recover"), "a window rule proposes no correction",
			"it finds that something is wrong in many documents, not which of them");
		return false;
	}
	for (size_t i = 0; i < entry->allow.count; i++) {
		const struct allow_entry *allow = entry->allow.items[i];

		if (allow->field) {
			fault(k, option_node(allow->node, "field"), "a window has no field that could be excused",
				"name the group: `key: s012/*`; or leave documents out with `when`");
			return false;
		}
	}
	return compile_time(k, entry);
}

const struct window_spec *compile_window_rule(struct compiler *k, const struct rule_entry *rule)
{
	const struct window_entry *entry = rule->window;
	struct window_spec *spec = arena_zalloc(k->arena, sizeof(*spec));

	if (entry == NULL || !fits_rule(k, rule))
		return NULL;
	*spec = (struct window_spec){.kind = (enum window_kind)entry->kind,
		.message = entry->message,
		.direction = (enum window_direction)entry->direction,
		.metric = (enum window_metric)entry->metric,
		.events = entry->events,
		.min_current = entry->min_current,
		.min_reference = entry->min_reference,
		.forget = entry->forget,
		.within = entry->within,
		.ignore_null = entry->ignore_null};
	spec->remembers = spec->kind == WINDOW_FLATLINE || spec->kind == WINDOW_SPIKE ||
			  (spec->kind == WINDOW_CARDINALITY && entry->min) || spec->kind == WINDOW_NEW_TERM ||
			  spec->kind == WINDOW_CHANGE;
	if (!compile_steps(spec, k, entry) || !compile_bounds(spec, k, entry) || !compile_groups(spec, k, entry) ||
		!compile_values(spec, k, entry))
		return NULL;
	if (entry->match)
		spec->match = compile_when(k, entry->match);
	spec->field = spec->value_count ? join(k->arena, spec->values, spec->value_count)
					: join(k->arena, spec->groups, spec->group_count);
	return spec;
}

void compile_window_plan(struct compiler *k)
{
	struct rule_group *g = k->group;

	g->windows = arena_grow(k->arena, g->windows, g->window_count, &g->window_capacity, sizeof(*g->windows));
	g->windows[g->window_count++] = g->count - 1;
}
