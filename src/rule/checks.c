/*
 * The registry of the kinds of check, and one entry of `check:` compiled: each
 * key of it that names a kind becomes one check.
 */
#include "base/base.h"
#include "rule/check.h"

#include "rule/compile.h"

const struct check_ops *const check_kinds[CHECK_KIND_COUNT] = {
	&check_required,
	&check_type,
	&check_must_match,
	&check_must_not_match,
	&check_format,
	&check_one_of,
	&check_not_one_of,
	&check_min,
	&check_max,
	&check_min_chars,
	&check_max_chars,
	&check_compare,
	&check_age,
	&check_equals_sum,
};

static bool has(const struct check_entry *entry, const char *key)
{
	return yaml_find(entry->node, key) != NULL;
}

bool check_typed(const struct check_entry *entry)
{
	const struct yaml_node *type = yaml_find(entry->node, "type");

	return type && span_is(type->text, check_type_names[entry->type]);
}

/* Checks that look at a scalar only cannot stand beside a type that is none. */
static bool fits_type(const struct check_entry *entry, const struct check_ops *ops, struct compiler *k)
{
	bool of_text = ops == &check_format || ops == &check_min_chars || ops == &check_max_chars;
	bool of_number = ops == &check_min || ops == &check_max || ops == &check_age || ops == &check_compare ||
			 ops == &check_equals_sum;
	bool wrong = false;

	if (!check_typed(entry) || ops == &check_required || ops == &check_type)
		return true;
	switch ((enum check_type)entry->type) {
	case TYPE_LIST:
	case TYPE_MAP: wrong = true; break;
	case TYPE_NUMBER:
	case TYPE_INTEGER: wrong = of_text; break;
	case TYPE_BOOL: wrong = of_text || of_number; break;
	default: break;
	}
	if (wrong)
		diag_help(k->diags,
			diag_error(k->diags, "E0306", k->file, option_node(entry->node, ops->name),
				"%s cannot hold for a value of type %s", ops->name, check_type_names[entry->type]),
			"leave one of the two out");
	return !wrong;
}

static bool bounds_cross(const struct check_entry *entry, struct compiler *k)
{
	if (has(entry, "min_chars") && has(entry, "max_chars") && entry->min_chars > entry->max_chars) {
		diag_help(k->diags,
			diag_error(k->diags, "E0306", k->file, option_node(entry->node, "max_chars"),
				"max_chars %lld is less than min_chars %lld: nothing can hold",
				(long long)entry->max_chars, (long long)entry->min_chars),
			"min_chars is the least length that is right, max_chars the greatest");
		return true;
	}
	return false;
}

/* An entry with a key that nobody knows was meant to check something; that was told. */
static void checks_nothing(const struct check_entry *entry, size_t present, struct compiler *k)
{
	static const char *const modifiers[] = {"field", "message", "class", "ucp", "ignore_case"};
	size_t known = 0;
	struct diag *d;

	for (size_t i = 0; i < ARRAY_LEN(modifiers); i++)
		known += has(entry, modifiers[i]);
	if (known + present < entry->node->count || entry->field == NULL)
		return;
	d = diag_error(k->diags, "E0303", k->file, entry->node, "this entry checks nothing");
	if (present)
		diag_help(k->diags, d, "`required: false` says nothing: leave the entry out");
	else
		diag_help(k->diags, d, "add what must be true of \"%s\", e.g. required: true", entry->field);
}

/* Without a field that can be read, _id stands for it, so that the rest of the entry is looked at too. */
static int slot_of(const struct check_entry *entry, struct compiler *k)
{
	int slot = entry->field ? compile_slot(k, entry->field, option_node(entry->node, "field")) : -1;

	return slot < 0 ? compile_slot(k, "_id", entry->node) : slot;
}

bool check_compile(struct rule_check *out, const struct check_entry *entry, struct compiler *k)
{
	struct check *checks = arena_zalloc(k->arena, CHECK_KIND_COUNT * sizeof(*checks));
	size_t faults = k->diags->errors, present = 0;

	*out = (struct rule_check){
		.node = entry->node, .field = entry->field, .message = entry->message, .checks = checks};
	out->slot = k->slot = slot_of(entry, k);
	for (size_t i = 0; i < CHECK_KIND_COUNT; i++) {
		const struct check_ops *ops = check_kinds[i];
		struct check *c = &checks[out->count];

		if (!has(entry, ops->name))
			continue;
		present++;
		*c = (struct check){.ops = ops, .wants = "a text"};
		if (!fits_type(entry, ops, k) || !ops->compile(c, entry, k))
			continue;
		out->on_nothing = out->on_nothing || ops->on_nothing;
		out->count++;
	}
	if (out->count == 0 && k->diags->errors == faults)
		checks_nothing(entry, present, k);
	return entry->field != NULL && !bounds_cross(entry, k) && out->count > 0 && k->diags->errors == faults;
}

/* ---- classes ---- */

/* Whether findings called NAME can come from one field of the rule only. "type" may come from every check. */
static bool one_field(
	const struct rule_check *checks, const struct check_entry *const *entries, size_t count, const char *name)
{
	const char *field = NULL;
	bool any_check = strcmp(name, check_type.name) == 0;

	for (size_t i = 0; i < count; i++) {
		bool gives = any_check;

		if (entries[i]->klass)
			continue;
		for (size_t n = 0; n < checks[i].count && !gives; n++)
			gives = strcmp(checks[i].checks[n].ops->name, name) == 0;
		if (!gives)
			continue;
		if (field && strcmp(field, checks[i].field) != 0)
			return false;
		field = checks[i].field;
	}
	return true;
}

static const char *class_of(const struct rule_check *check, const struct check_entry *entry, bool alone,
	const char *name, struct arena *arena)
{
	if (entry->klass)
		return entry->klass;
	return alone ? name : arena_printf(arena, "%s:%s", name, check->field);
}

void check_classes(
	struct rule_check *checks, const struct check_entry *const *entries, size_t count, struct arena *arena)
{
	for (size_t i = 0; i < count; i++) {
		struct check *items = arena_alloc(arena, checks[i].count * sizeof(*items));

		for (size_t n = 0; n < checks[i].count; n++) {
			const char *name = checks[i].checks[n].ops->name;

			items[n] = checks[i].checks[n];
			items[n].klass =
				class_of(&checks[i], entries[i], one_field(checks, entries, count, name), name, arena);
		}
		checks[i].type_klass = class_of(&checks[i], entries[i],
			one_field(checks, entries, count, check_type.name), check_type.name, arena);
		checks[i].checks = items;
	}
}
