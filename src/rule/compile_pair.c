/* pair: of a rule -> two sides and what must be the same on them. */
#include "base/base.h"
#include "rule/compile.h"

#include "base/limits.h"
#include "base/str.h"
#include "rule/pair.h"

static struct diag *fault(struct compiler *k, const struct yaml_node *at, const char *what)
{
	return diag_error(k->diags, "E0315", k->file, at, "%s", what);
}

const char *compile_query_name(struct compiler *k, const struct rule_entry *entry)
{
	const struct yaml_node *own = yaml_find(entry->node, "query");

	if (yaml_find(entry->node, "pair") == NULL && own == NULL && !option_meant(&rule_block, entry->node, "query") &&
		!option_meant(&rule_block, entry->node, "pair"))
		diag_help(k->diags,
			diag_error(k->diags, "E0204", k->file, entry->node, "\"query\" is missing under \"rule\""),
			"query: saved query whose documents it looks at");
	if (entry->pair == NULL)
		return entry->query;
	if (own)
		diag_help(k->diags, fault(k, own, "a pair rule has no query of its own"),
			"say `query` below `left` and below `right`");
	return own || !compile_pair_sides(entry) ? NULL : entry->pair->sides[0]->query;
}

bool compile_pair_sides(const struct rule_entry *entry)
{
	return entry->pair && entry->pair->sides[0] && entry->pair->sides[1];
}

/* ---- sides ---- */

static bool compile_key(
	struct pair_side *side, struct compiler *k, const struct texts *paths, const struct yaml_node *at)
{
	int *slots = arena_zalloc(k->arena, (paths->count + 1) * sizeof(*slots));

	side->key_slots = slots;
	for (size_t i = 0; i < paths->count; i++) {
		slots[i] = compile_slot_of((struct rule_group *)(uintptr_t)side->group, k, paths->items[i], at);
		if (slots[i] < 0)
			return false;
		if (fields_each_element(side->group->fields, slots[i])) {
			fault(k, at, "a part of a key is one value, no path with []");
			return false;
		}
	}
	return true;
}

/* The slot of an optional path that names one value; -1 without one. */
static bool compile_one(int *slot, struct compiler *k, const struct pair_side *side, const char *path,
	const struct yaml_node *entry, const char *key)
{
	const struct yaml_node *at = option_node(entry, key);

	*slot = -1;
	if (path == NULL)
		return true;
	*slot = compile_slot_of((struct rule_group *)(uintptr_t)side->group, k, path, at);
	if (*slot >= 0 && fields_each_element(side->group->fields, *slot)) {
		fault(k, at, "this is one value of the document, no path with []");
		return false;
	}
	return *slot >= 0;
}

/* The offset of stamps without one: the rule's, or that of the side's own query. */
static int zone_of(struct compiler *k, const struct rule_entry *entry, const struct query *query)
{
	const char *zone = query->zone ? query->zone : query->time ? query->time->zone : NULL;
	int minutes;

	if (entry->zone)
		return k->zone;
	return zone && compile_zone_minutes(&minutes, zone) ? minutes : CLOCK_NO_ZONE;
}

static bool compile_side(
	struct pair_side *side, struct compiler *k, const struct rule_entry *rule, const struct pair_side_entry *entry)
{
	side->query = side->group->query;
	side->version = entry->version;
	side->changed = entry->changed;
	side->zone = zone_of(k, rule, side->query);
	return compile_needs_whole(k, "E0315", side->query, option_node(entry->node, "query")) &&
	       compile_one(&side->version_slot, k, side, entry->version, entry->node, "version") &&
	       compile_one(&side->changed_slot, k, side, entry->changed, entry->node, "changed");
}

/* The paths of a side's key: its own, its query's, or the document's id. */
static const struct texts *key_of(const struct pair_side_entry *entry, const struct query *query)
{
	static const char *ids[] = {"_id"};
	static const struct texts by_id = {ids, 1};

	return entry->key.count ? &entry->key : query->key.count ? &query->key : &by_id;
}

static bool compile_keys(struct pair_spec *spec, struct compiler *k, const struct pair_entry *entry)
{
	const struct texts *paths[2];

	for (int i = 0; i < 2; i++)
		paths[i] = key_of(entry->sides[i], spec->sides[i].query);
	if (spec->sides[0].query->name == NULL || spec->sides[1].query->name == NULL)
		return false; /* a query that is not there has no key */
	if (paths[0]->count != paths[1]->count) {
		diag_help(k->diags,
			diag_error(k->diags, "E0315", k->file, option_node(entry->sides[1]->node, "key"),
				"the key has %zu parts on the left side and %zu on the right", paths[0]->count,
				paths[1]->count),
			"give both sides a `key` of the same parts in the same order");
		return false;
	}
	if (paths[0]->count > LIMIT_SET_FIELDS) {
		fault(k, entry->node, "the key has more than LIMIT_SET_FIELDS fields");
		return false;
	}
	spec->key = paths[0]->items;
	spec->key_count = paths[0]->count;
	for (int i = 0; i < 2; i++) {
		if (!compile_key(&spec->sides[i], k, paths[i], option_node(entry->sides[i]->node, "key")))
			return false;
	}
	return true;
}

/* ---- what is compared ---- */

static bool compile_tolerance(struct pair_compare *c, struct compiler *k, const struct pair_compare_entry *entry)
{
	const struct yaml_node *at = option_node(entry->node, "tolerance");
	struct span text = span_of(entry->tolerance);
	bool good = false;

	if (entry->tolerance == NULL)
		return true;
	if (c->as == PAIR_DECIMAL) {
		good = decimal_valid(text) && decimal_compare(text, SPAN_LITERAL("0")) >= 0;
		c->tolerance = text;
	} else if (c->as == PAIR_INSTANT) {
		good = str_duration(&c->tolerance_ms, text) == 0;
	} else {
		fault(k, at, "only decimals and instants have a tolerance");
		return false;
	}
	if (!good)
		fault(k, at,
			c->as == PAIR_DECIMAL ? "the tolerance of decimals is a number, as in 0.5"
					      : "the tolerance of instants is a duration, as in 1s");
	return good;
}

static bool compile_field(int *slot, struct compiler *k, const struct pair_side *side, const struct pair_compare *c,
	const char *path, const struct yaml_node *at)
{
	*slot = compile_slot_of((struct rule_group *)(uintptr_t)side->group, k, path, at);
	if (*slot < 0)
		return false;
	if (c->as != PAIR_LIST && c->as != PAIR_SET && fields_each_element(side->group->fields, *slot)) {
		diag_help(
			k->diags, fault(k, at, "a path with [] has many values"), "compare it `as: list` or `as: set`");
		return false;
	}
	return true;
}

static bool compile_compare(struct pair_compare *c, int *slots[2], struct compiler *k, const struct pair_spec *spec,
	const struct pair_compare_entry *entry)
{
	const struct yaml_node *at = option_node(entry->node, "field");

	if (entry->field == NULL)
		return false; /* told */
	*c = (struct pair_compare){.fields = {entry->field, entry->right_field ? entry->right_field : entry->field},
		.as = (enum pair_as)entry->as,
		.absent_is_null = entry->absent_is_null};
	return compile_tolerance(c, k, entry) && compile_field(slots[0], k, &spec->sides[0], c, c->fields[0], at) &&
	       compile_field(slots[1], k, &spec->sides[1], c, c->fields[1],
		       entry->right_field ? option_node(entry->node, "right_field") : at);
}

static bool compile_compares(struct pair_spec *spec, struct compiler *k, const struct pair_entry *entry)
{
	struct pair_compare *compares = arena_zalloc(k->arena, (entry->compare.count + 1) * sizeof(*compares));
	int *slots[2];
	bool good = true;

	if (entry->compare.count > LIMIT_SET_FIELDS) {
		fault(k, option_node(entry->node, "compare"), "there are more than LIMIT_SET_FIELDS comparisons");
		return false;
	}
	for (int i = 0; i < 2; i++)
		slots[i] = arena_zalloc(k->arena, (entry->compare.count + 1) * sizeof(**slots));
	for (size_t i = 0; i < entry->compare.count; i++)
		good = compile_compare(&compares[i], (int *[2]){&slots[0][i], &slots[1][i]}, k, spec,
			       entry->compare.items[i]) &&
		       good;
	for (int i = 0; i < 2; i++)
		spec->sides[i].slots = slots[i];
	spec->compares = compares;
	spec->compare_count = entry->compare.count;
	return good;
}

/* ---- classes and timing ---- */

/* Without anything to compare some classes cannot come, and one that is left must. */
static bool can_find(const struct pair_spec *spec)
{
	for (int i = 0; i < PAIR_CLASS_COUNT; i++) {
		bool compared = (i >= PAIR_STALE_LEFT && i <= PAIR_MISMATCH);

		if (spec->severities[i] != PAIR_NO_FINDING && (!compared || spec->compare_count > 0))
			return true;
	}
	return false;
}

static bool compile_classes(struct pair_spec *spec, struct compiler *k, const struct rule_entry *entry)
{
	const struct pair_classes_entry *classes = entry->pair->classes;

	for (int i = 0; i < PAIR_CLASS_COUNT; i++) {
		bool own = classes && yaml_find(classes->node, pair_class_names[i]);

		/* the names are those of severities, with none before them */
		spec->severities[i] = own ? classes->severities[i] - 1 : entry->severity;
	}
	if (can_find(spec))
		return true;
	fault(k, classes ? classes->node : entry->pair->node, "every class that could be found is `none`");
	return false;
}

static bool compile_timing(struct pair_spec *spec, struct compiler *k, const struct rule_entry *entry)
{
	const struct pair_timing_entry *timing = entry->pair->timing;
	struct diag *d;

	if (timing == NULL)
		return true;
	spec->grace = timing->grace;
	spec->recheck_after = timing->recheck_after;
	spec->stop_after = timing->stop_after;
	if (spec->grace > 0 && spec->sides[0].changed == NULL && spec->sides[1].changed == NULL) {
		d = fault(k, option_node(timing->node, "grace"), "nothing says when a document was changed");
		diag_help(k->diags, d, "give a side the field: `changed: updated_at`");
		return false;
	}
	if (yaml_find(timing->node, "confirm")) {
		if (yaml_find(entry->node, "open_after")) {
			fault(k, option_node(entry->node, "open_after"), "`confirm` of a pair rule is its open_after");
			return false;
		}
		k->rule->open_after = timing->confirm;
	}
	/* so many scans in a row as it takes for the time to be over: two at least */
	if (spec->recheck_after > 0 && k->rule->open_after < 2)
		k->rule->open_after = 2;
	return true;
}

/* ---- corrections ---- */

static void no_key(struct compiler *k, const struct recover_entry *entry, const char *key, const char *help)
{
	const struct yaml_node *node = yaml_find(entry->node, key);

	if (node)
		diag_help(k->diags,
			diag_error(k->diags, "E0312", k->file, node, "`recover` of a pair rule has no %s", key), "%s",
			help);
}

/* Classes that a machine may correct: what is missing needs a person, and what cannot be compared evidence. */
static void compile_automatic(struct recover_spec *spec, struct compiler *k, const struct recover_entry *entry)
{
	for (size_t i = 0; i < entry->automatic.count; i++) {
		int klass = 0;

		while (klass < PAIR_CLASS_COUNT && strcmp(entry->automatic.items[i], pair_class_names[klass]) != 0)
			klass++;
		if (klass < PAIR_STALE_LEFT || klass > PAIR_MISMATCH)
			diag_help(k->diags,
				diag_error(k->diags, "E0312", k->file, option_node(entry->node, "auto"),
					"\"%s\" cannot be corrected by itself", entry->automatic.items[i]),
				"stale_left, stale_right and mismatch can");
		else
			spec->automatic_classes |= 1u << klass;
	}
}

/* One path names the value on both sides, or there is one value only: the executor is told one place to read. */
static void judge_copied(struct compiler *k, const struct recover_entry *entry)
{
	const struct pair_spec *pair = k->rule->pair;

	if (pair->compare_count == 0)
		diag_help(k->diags,
			diag_error(k->diags, "E0312", k->file, entry->node, "without `compare` nothing can be copied"),
			"compare what is to be the same, or use op call");
	for (size_t i = 0; i < pair->compare_count; i++) {
		const char *const *fields = pair->compares[i].fields;

		if (path_pointer(k->arena, fields[0], -1) == NULL || path_pointer(k->arena, fields[1], -1) == NULL)
			diag_help(k->diags,
				diag_error(
					k->diags, "E0312", k->file, entry->node, "\"%s\" cannot be copied", fields[0]),
				"a path with [] is no one place: compare the list itself, or use op call");
		else if (pair->compare_count > 1 && strcmp(fields[0], fields[1]) != 0)
			diag_help(k->diags,
				diag_error(k->diags, "E0312", k->file, entry->node,
					"\"%s\" and \"%s\" cannot be copied together with others", fields[0],
					fields[1]),
				"make a rule of each field that has two names, or use op call");
	}
}

void compile_pair_recover(struct recover_spec *spec, struct compiler *k, const struct recover_entry *entry)
{
	bool call = entry->op == ACTION_CALL;

	if (yaml_find(entry->node, "op") && entry->op != ACTION_COPY && !call)
		diag_help(k->diags,
			diag_error(k->diags, "E0312", k->file, option_node(entry->node, "op"),
				"a pair rule has no op %s", action_op_names[entry->op]),
			"op copy takes what the other side holds, op call leaves it to a function of yours");
	no_key(k, entry, "mode", "say which classes may be corrected by themselves: auto: [stale_right]");
	no_key(k, entry, "set", "what is written is what the other side holds");
	no_key(k, entry, "remove", "what is written is what the other side holds");
	no_key(k, entry, "target", "a side is corrected where its document was read");
	no_key(k, entry, "source", "the truth is read again where the other side was read");
	if (call && entry->call == NULL)
		diag_error(k->diags, "E0312", k->file, entry->node, "op call needs call");
	if (!call)
		no_key(k, entry, "call", "op call has it");
	if (!call)
		no_key(k, entry, "arguments", "op call has them");
	spec->truth = yaml_find(entry->node, "truth") ? entry->truth : -1;
	compile_automatic(spec, k, entry);
	if (entry->op == ACTION_COPY && k->rule->pair)
		judge_copied(k, entry);
}

static bool fits_rule(struct compiler *k, const struct rule_entry *entry)
{
	struct diag *d;

	if (entry->when) {
		d = fault(k, entry->when, "a pair rule has no `when`");
		diag_help(k->diags, d, "what is left out on one side would be missing there: say it in both queries");
		return false;
	}
	return true;
}

const struct pair_spec *compile_pair_rule(struct compiler *k, const struct rule_entry *entry)
{
	struct pair_spec *spec = arena_zalloc(k->arena, sizeof(*spec));
	const struct pair_entry *pair = entry->pair;

	spec->message = pair->message;
	spec->sides[0].group = k->group;
	spec->sides[1].group = k->target;
	spec->by_shop = k->group->query->for_each_shop && k->target->query->for_each_shop;
	for (int i = 0; i < 2; i++) {
		if (!compile_side(&spec->sides[i], k, entry, pair->sides[i]))
			return NULL;
	}
	bool good = fits_rule(k, entry);

	good = compile_keys(spec, k, pair) && good;
	good = compile_compares(spec, k, pair) && good;
	good = compile_classes(spec, k, entry) && good;
	return compile_timing(spec, k, entry) && good ? spec : NULL;
}
