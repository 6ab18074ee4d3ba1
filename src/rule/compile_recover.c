/*
 * recover: -> struct recover_spec. What each op needs and what it must not
 * have; whether the correction exists is for the executor to know.
 */
#include "base/base.h"
#include "rule/compile.h"

#include "base/limits.h"
#include "config/node_json.h"

static struct span json_of(struct compiler *k, const struct yaml_node *node)
{
	struct buf out;
	struct span json;

	buf_init(&out, LIMIT_ACTION_VALUE_BYTES);
	node_json(&out, node);
	if (buf_over(&out)) {
		diag_error(k->diags, "E0312", k->file, node,
			"this value is longer than %u bytes (LIMIT_ACTION_VALUE_BYTES)", LIMIT_ACTION_VALUE_BYTES);
		buf_reset(&out);
		buf_adds(&out, "null");
	}
	json = arena_span(k->arena, buf_span(&out));
	buf_clear(&out);
	return json;
}

static void add_field(struct compiler *k, struct recover_field *fields, size_t *count, const char *path,
	const struct yaml_node *at, struct span value)
{
	struct recover_field *f = &fields[*count];
	int slot = compile_slot(k, path, at);

	if (slot < 0)
		return;
	*f = (struct recover_field){.path = path_pointer(k->arena, path, -1), .field = path, .value = value};
	if (f->path == NULL || slot == fields_slot_id(k->group->fields) ||
		slot == fields_slot_index(k->group->fields)) {
		diag_help(k->diags, diag_error(k->diags, "E0305", k->file, at, "\"%s\" cannot be set", path),
			"a correction sets single fields of the document: no [], no _id");
		return;
	}
	for (size_t i = 0; i < *count; i++) {
		if (strcmp(fields[i].path, f->path) == 0) {
			diag_help(k->diags, diag_error(k->diags, "E0312", k->file, at, "\"%s\" is changed twice", path),
				"a field is either set or removed, once");
			return;
		}
	}
	k->set_slots[(*count)++] = slot;
}

static void compile_set(struct recover_spec *spec, const struct recover_entry *entry, struct compiler *k)
{
	size_t most = (entry->set ? entry->set->count : 0) + entry->remove.count, count = 0;
	struct recover_field *fields = arena_zalloc(k->arena, (most + 1) * sizeof(*fields));

	k->set_slots = arena_zalloc(k->arena, (most + 1) * sizeof(*k->set_slots));
	if (entry->set && entry->set->kind != YAML_MAP) {
		diag_help(k->diags,
			diag_error(k->diags, "E0312", k->file, entry->set, "set is a map of field path to new value"),
			"set: {status: sold_out}");
		return;
	}
	for (size_t i = 0; entry->set && i < entry->set->count; i++) {
		const struct yaml_pair *pair = &entry->set->pairs[i];

		add_field(k, fields, &count, pair->key->text.p, pair->key, json_of(k, pair->value));
	}
	for (size_t i = 0; i < entry->remove.count; i++)
		add_field(k, fields, &count, entry->remove.items[i], option_node(entry->node, "remove"), SPAN_NONE);
	spec->set = fields;
	spec->set_count = count;
}

/* Which keys an op must have (+), may have (?) and must not have. */
static const struct {
	const char *must[2], *may[3];
} op_keys[ACTION_OP_COUNT] = {
	[ACTION_CALL] = {{"call"}, {"arguments"}},
	[ACTION_PATCH] = {{NULL}, {"set", "remove"}},
	[ACTION_CREATE] = {{"set"}, {NULL}},
	[ACTION_DELETE] = {{NULL}, {NULL}},
	[ACTION_COPY] = {{"source"}, {NULL}},
	[ACTION_REINDEX] = {{NULL}, {NULL}},
};

static bool names(const char *const *list, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++) {
		if (list[i] && strcmp(list[i], key) == 0)
			return true;
	}
	return false;
}

/* "op call needs call and may have arguments" */
static void say_keys(struct compiler *k, struct diag *d, enum action_op op)
{
	const char *text = "", *const *must = op_keys[op].must, *const *may = op_keys[op].may;

	for (size_t i = 0; i < ARRAY_LEN(op_keys[0].must) && must[i]; i++)
		text = arena_printf(k->arena, "%s%s%s", text, i ? ", " : " needs ", must[i]);
	for (size_t i = 0; i < ARRAY_LEN(op_keys[0].may) && may[i]; i++)
		text = arena_printf(k->arena, "%s%s%s", text,
			i       ? ", "
			: *text ? " and may have "
				: " may have ",
			may[i]);
	diag_help(k->diags, d, "op %s%s", action_op_names[op], *text ? text : " has none of these keys");
}

/* The op is one that there is; another was told, and what would follow from it is not known. */
static bool op_known(const struct recover_entry *entry)
{
	const struct yaml_node *op = yaml_find(entry->node, "op");

	return op && span_is(op->text, action_op_names[entry->op]);
}

static void judge_keys(const struct recover_entry *entry, struct compiler *k)
{
	static const char *const keys[] = {"call", "arguments", "set", "remove", "source"};
	const char *op = action_op_names[entry->op];

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const struct yaml_node *node = yaml_find(entry->node, keys[i]);
		bool must = names(op_keys[entry->op].must, ARRAY_LEN(op_keys[0].must), keys[i]);
		bool may = must || names(op_keys[entry->op].may, ARRAY_LEN(op_keys[0].may), keys[i]);

		if (must && !node && !option_meant(&rule_recover_block, entry->node, keys[i]))
			say_keys(k, diag_error(k->diags, "E0312", k->file, entry->node, "op %s needs %s", op, keys[i]),
				(enum action_op)entry->op);
		else if (!may && node)
			say_keys(k, diag_error(k->diags, "E0312", k->file, node, "op %s has no %s", op, keys[i]),
				(enum action_op)entry->op);
	}
}

/* Which side is right is a matter of rules over two sides alone. */
static void judge_no_pair(const struct recover_entry *entry, struct compiler *k)
{
	static const char *const keys[] = {"truth", "auto"};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const struct yaml_node *node = yaml_find(entry->node, keys[i]);

		if (node)
			diag_help(k->diags,
				diag_error(k->diags, "E0312", k->file, node, "only a pair rule has %s", keys[i]),
				"say what may be done by `mode`");
	}
}

static void judge_guard(const struct recover_guard *guard, struct compiler *k)
{
	struct span percent = span_of(guard->max_percent);

	if (percent.n &&
		(decimal_compare(percent, SPAN_LITERAL("0")) <= 0 || decimal_compare(percent, SPAN_LITERAL("100")) > 0))
		diag_help(k->diags,
			diag_error(k->diags, "E0312", k->file, option_node(guard->node, "max_percent"),
				"max_percent lies between 0 and 100"),
			"it is a share of the documents scanned: max_percent: 1.0");
}

const struct recover_spec *compile_recover(struct compiler *k, const struct recover_entry *entry)
{
	struct recover_spec *spec = arena_zalloc(k->arena, sizeof(*spec));
	const struct recover_target *target = entry->target, *source = entry->source;

	*spec = (struct recover_spec){.op = (enum action_op)entry->op,
		.call = entry->call,
		.automatic = entry->mode == 1,
		.canary = -1,
		.expires_ms = entry->expires};
	if (k->rule->kind == RULE_PAIR) {
		compile_pair_recover(spec, k, entry);
	} else {
		judge_no_pair(entry, k);
		if (op_known(entry))
			judge_keys(entry, k);
	}
	if (target) {
		spec->system = target->system;
		spec->store = target->store;
	}
	if (source) {
		spec->source_system = source->system;
		spec->source_store = source->store;
		spec->source_path = source->path ? path_pointer(k->arena, source->path, -1) : NULL;
	}
	if (entry->guard) {
		judge_guard(entry->guard, k);
		spec->max_actions = entry->guard->max_actions;
		spec->max_percent = entry->guard->max_percent;
		spec->max_per_shop = entry->guard->max_per_shop;
		spec->cool_down = entry->guard->cool_down;
		if (yaml_find(entry->guard->node, "canary") != NULL)
			spec->canary = entry->guard->canary;
	}
	if (entry->arguments && entry->arguments->kind != YAML_MAP)
		diag_help(k->diags, diag_error(k->diags, "E0312", k->file, entry->arguments, "arguments is a map"),
			"arguments: {digits: 13}");
	else if (entry->arguments)
		spec->arguments = json_of(k, entry->arguments);
	compile_set(spec, entry, k);
	if (spec->op == ACTION_PATCH && !entry->set && entry->remove.count == 0)
		diag_help(k->diags, diag_error(k->diags, "E0312", k->file, entry->node, "op patch needs set or remove"),
			"set: {status: sold_out}, or remove: [status]");
	else if (entry->set && entry->set->kind == YAML_MAP && entry->set->count == 0)
		diag_help(k->diags, diag_error(k->diags, "E0312", k->file, entry->set, "set is empty"),
			"set: {status: sold_out}");
	if (source && source->path && spec->source_path == NULL)
		diag_error(k->diags, "E0305", k->file, option_node(source->node, "path"),
			"the path of a source has no []");
	if (spec->op == ACTION_DELETE && spec->automatic) {
		diag_help(k->diags,
			diag_error(k->diags, "E0312", k->file, option_node(entry->node, "mode"),
				"a delete is never automatic"),
			"leave mode out: a person approves it");
	}
	return spec;
}
