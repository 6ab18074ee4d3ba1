/* set: of a rule -> what must be true of all documents together. */
#include "base/base.h"
#include "rule/compile.h"

#include "base/limits.h"
#include "rule/set.h"

static struct diag *fault(struct compiler *k, const struct yaml_node *at, const char *what)
{
	return diag_error(k->diags, "E0314", k->file, at, "%s", what);
}

bool compile_needs_whole(struct compiler *k, const char *code, const struct query *query, const struct yaml_node *at)
{
	struct diag *d;

	if (query->time == NULL)
		return true;
	d = diag_error(k->diags, code, k->file, at,
		"query \"%s\" reads what changed since the last run, not everything", query->name);
	diag_help(k->diags, d, "this rule needs all documents: make a query without `time` for it");
	return false;
}

static bool is_whole(struct compiler *k, const struct query *query, const struct yaml_node *at)
{
	return compile_needs_whole(k, "E0314", query, at);
}

/* One field of the key. */
static bool compile_part(struct rule_check *out, struct compiler *k, const char *field, const struct yaml_node *at,
	const struct check_ops *ops, const char *message)
{
	struct check *check = arena_zalloc(k->arena, sizeof(*check));

	*check = (struct check){.ops = ops, .klass = ops->name, .wants = "a text, a number, true or false"};
	*out = (struct rule_check){.node = at,
		.field = field,
		.checks = check,
		.count = 1,
		.type_klass = "type",
		.message = message,
		.slot = compile_slot(k, field, at)};
	return out->slot >= 0;
}

static bool fits_together(
	struct compiler *k, const struct rule_group *group, int slot, size_t count, const struct yaml_node *at)
{
	if (slot < 0 || count == 1 || !fields_each_element(group->fields, slot))
		return true;
	diag_help(k->diags, fault(k, at, "a path with [] is a key by itself"),
		"a key of several fields takes one value of each");
	return false;
}

static bool has_room(struct compiler *k, size_t count, const struct yaml_node *at)
{
	if (count > 0 && count <= LIMIT_SET_FIELDS)
		return true;
	fault(k, at, count ? "the key has more than LIMIT_SET_FIELDS fields" : "the key has no field");
	return false;
}

static const char *join_fields(struct arena *arena, const struct rule_check *entries, size_t count)
{
	const char *joined = entries[0].field;

	for (size_t i = 1; i < count; i++)
		joined = arena_printf(arena, "%s, %s", joined, entries[i].field);
	return joined;
}

static bool compile_unique(struct set_spec *spec, struct compiler *k, const struct set_entry *entry)
{
	const struct yaml_node *node = yaml_find(entry->node, "unique");
	struct rule_check *entries = arena_zalloc(k->arena, (entry->unique.count + 1) * sizeof(*entries));
	bool good = true;

	spec->unique = true;
	if (!has_room(k, entry->unique.count, node))
		return false;
	for (size_t i = 0; i < entry->unique.count; i++)
		good = compile_part(&entries[i], k, entry->unique.items[i], node, &set_unique, entry->message) &&
		       fits_together(k, k->group, entries[i].slot, entry->unique.count, node) && good;
	spec->entries = entries;
	spec->count = entry->unique.count;
	return good;
}

static bool compile_on(struct set_spec *spec, struct compiler *k, const struct set_entry *entry)
{
	const struct yaml_node *on = entry->references->on;
	struct rule_check *entries;
	bool good = true;
	int *slots;

	if (on->kind != YAML_MAP) {
		fault(k, on, "`on` is a map: own field to field of the other query");
		return false;
	}
	if (!has_room(k, on->count, on))
		return false;
	entries = arena_zalloc(k->arena, (on->count + 1) * sizeof(*entries));
	slots = arena_zalloc(k->arena, (on->count + 1) * sizeof(*slots));
	for (size_t i = 0; i < on->count; i++) {
		const struct yaml_node *own = on->pairs[i].key, *other = on->pairs[i].value;

		if (other->kind != YAML_SCALAR || other->text.n == 0) {
			fault(k, other, "`on` is a map: own field to field of the other query");
			return false;
		}
		slots[i] = compile_slot_of(k->target, k, other->text.p, other);
		good = compile_part(&entries[i], k, own->text.p, own, &set_references, entry->message) &&
		       slots[i] >= 0 && fits_together(k, k->group, entries[i].slot, on->count, own) &&
		       fits_together(k, k->target, slots[i], on->count, other) && good;
	}
	spec->entries = entries;
	spec->target_slots = slots;
	spec->count = on->count;
	return good;
}

static bool compile_compare(struct set_compare *out, struct compiler *k, const struct set_compare_entry *entry)
{
	const struct yaml_node *own, *other;

	if (entry->field == NULL || entry->other == NULL)
		return false;
	own = option_node(entry->node, "field");
	other = option_node(entry->node, "other");
	*out = (struct set_compare){.field = entry->field,
		.other = entry->other,
		.op = (enum compare_op)entry->op,
		.as = (enum compare_as)entry->as,
		.slot = compile_slot(k, entry->field, own),
		.other_slot = compile_slot_of(k->target, k, entry->other, other)};
	if (out->slot < 0 || out->other_slot < 0)
		return false;
	if (fields_each_element(k->group->fields, out->slot) ||
		fields_each_element(k->target->fields, out->other_slot)) {
		fault(k, entry->node, "a comparison across a reference takes one value of each side, no path with []");
		return false;
	}
	return true;
}

static bool compile_references(struct set_spec *spec, struct compiler *k, const struct set_entry *entry)
{
	const struct set_references_entry *r = entry->references;
	struct set_compare *compares = arena_zalloc(k->arena, (r->compare.count + 1) * sizeof(*compares));
	bool good = true;

	if (r->query == NULL || r->on == NULL)
		return false; /* told */
	spec->target = k->target->query;
	spec->target_group = k->target;
	spec->missing_is_finding = r->missing == MISSING_FINDING;
	if (!is_whole(k, spec->target, option_node(r->node, "query")) || !compile_on(spec, k, entry))
		return false;
	if (r->compare.count > LIMIT_SET_FIELDS) {
		fault(k, option_node(r->node, "compare"), "there are more than LIMIT_SET_FIELDS comparisons");
		return false;
	}
	for (size_t i = 0; i < r->compare.count; i++)
		good = compile_compare(&compares[i], k, r->compare.items[i]) && good;
	if (r->compare.count == 0 && !spec->missing_is_finding) {
		fault(k, option_node(r->node, "missing"),
			"with `missing: clean` and nothing to compare, nothing can be found");
		good = false;
	}
	spec->compares = compares;
	spec->compare_count = r->compare.count;
	spec->target_zone = k->zone;
	return good;
}

/* Every finding of a set rule is about a document that is there; a unique one is about all that share the key. */
static bool may_recover(const struct rule_entry *entry)
{
	int op = entry->recover->op;

	return op != ACTION_CREATE && (op != ACTION_DELETE || entry->set->references);
}

static bool fits_rule(struct compiler *k, const struct rule_entry *entry)
{
	const struct set_entry *set = entry->set;
	struct diag *d;

	if ((yaml_find(set->node, "unique") != NULL) == (set->references != NULL)) {
		d = fault(k, set->node,
			set->references ? "unique and references are two rules" : "this set says nothing");
		diag_help(k->diags, d, "say `unique: [field]`, or `references: {query: ..., on: {field: field}}`");
		return false;
	}
	if (entry->recover && !may_recover(entry)) {
		d = fault(k, option_node(entry->recover->node, "op"),
			entry->recover->op == ACTION_CREATE ? "a document that is there cannot be created"
							    : "documents that share a key are not deleted");
		diag_help(k->diags, d,
			"which of several documents is the wrong one, a person or a call decides: op: call");
		return false;
	}
	return is_whole(k, k->group->query, option_node(entry->node, "query"));
}

const struct set_spec *compile_set_rule(struct compiler *k, const struct rule_entry *entry)
{
	struct set_spec *spec = arena_zalloc(k->arena, sizeof(*spec));
	bool good;

	if (entry->set == NULL || !fits_rule(k, entry))
		return NULL;
	spec->message = entry->set->message;
	good = entry->set->references ? compile_references(spec, k, entry->set) : compile_unique(spec, k, entry->set);
	if (!good)
		return NULL;
	spec->field = join_fields(k->arena, spec->entries, spec->count);
	return spec;
}

void compile_set_feed(struct compiler *k, const struct rule *rule)
{
	struct rule_group *g = k->target;

	if (g == NULL)
		return;
	g->feeds = arena_grow(k->arena, g->feeds, g->feed_count, &g->feed_capacity, sizeof(struct rule *));
	g->feeds[g->feed_count++] = rule;
}
