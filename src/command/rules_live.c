/*
 * kenpin rules check --live: the servers are asked for index, query and
 * mapping, and rules are held against what they say. Nothing is read.
 */
#include "base/base.h"
#include "command/rules_live.h"

#include <inttypes.h>

#include "base/log.h"
#include "base/map.h"
#include "command/rules_types.h"
#include "source/source.h"

#define ATTEMPTS 2 /* a person waits */

struct live {
	struct loaded *loaded;
	struct command_context *context;
	struct buf *notes;
	enum exit_code code;
	/* of the query in hand */
	const struct rule_group *group;
	const struct query *query;
	const char *shop;
	struct map fields; /* struct live_field by path */
	int64_t asked;     /* indices or patterns of it */
	int64_t missing;   /* of them, that are not there */
	const char *gone;  /* the first of these */
	bool refused;      /* the query was, which is told once */
};

struct live_field {
	const char *types, *near, *missing_in; /* the first shop that does not map it */
	int64_t mapped, ignore_above;
};

/* ---- what is mapped ---- */

static void add_field(void *arg, const struct source_field *field)
{
	struct live *x = arg;
	struct arena *arena = &x->loaded->arena;
	struct live_field *f = map_find(&x->fields, span_of(field->path));

	if (f == NULL) {
		f = arena_zalloc(arena, sizeof(*f));
		*map_put(&x->fields, span_of(arena_strdup(arena, field->path))) = f;
	}
	if (field->types == NULL) {
		f->near = f->near || field->near == NULL ? f->near : arena_strdup(arena, field->near);
		f->missing_in = f->missing_in ? f->missing_in : x->shop ? x->shop : "";
		return;
	}
	f->mapped++;
	if (f->types == NULL)
		f->types = arena_strdup(arena, field->types);
	else if (strcmp(f->types, field->types) != 0 && strstr(f->types, field->types) == NULL)
		f->types = arena_printf(arena, "%s, %s", f->types, field->types);
	if (field->ignore_above && (f->ignore_above == 0 || field->ignore_above < f->ignore_above))
		f->ignore_above = field->ignore_above;
}

/* PATH is as a rule writes it; the mapping knows no [] and no backslash. */
static struct live_field *find_field(const struct live *x, const char *path)
{
	const struct fields *fields = rule_group_fields(x->group);

	for (int i = 0; i < fields_count(fields); i++) {
		if (strcmp(fields_path(fields, i), path) != 0)
			continue;
		const char *name = fields_source_path(fields, i, &x->loaded->arena);
		return name ? map_find(&x->fields, span_of(name)) : NULL;
	}
	return NULL;
}

static void say_unmapped(
	struct live *x, const struct live_field *f, const struct yaml_file *file, const struct yaml_node *at)
{
	struct diags *diags = &x->loaded->project->diags;
	struct diag *d;

	if (f->mapped > 0)
		d = diag_warning(diags, "W0603", file, at,
			"\"%.*s\" is in the mapping of %" PRId64 " of %" PRId64 " indices of query %s, not of shop %s",
			SPAN_ARG(at->text), f->mapped, x->asked, x->query->name, f->missing_in);
	else
		d = diag_warning(diags, "W0603", file, at, "\"%.*s\" is not in the mapping of %s", SPAN_ARG(at->text),
			x->query->index ? x->query->index : "the source");
	if (f->near != NULL)
		diag_help(diags, d, "did you mean \"%s\"?", f->near);
}

static void say_contradiction(struct live *x, const struct live_field *f, const struct yaml_file *file,
	const struct yaml_node *entry, const struct yaml_node *at)
{
	struct diags *diags = &x->loaded->project->diags;
	const char *key, *wants;

	if (!types_contradict(&key, &wants, f->types, entry))
		return;
	struct diag *d = diag_warning(diags, "W0604", file, option_node(entry, key),
		"%s wants %s, and \"%.*s\" is mapped as %s", key, wants, SPAN_ARG(at->text), f->types);
	if (types_are_text(f->types))
		diag_help(diags, d, "for numbers that are kept as texts say type: decimal");
}

/* The other field of `compare`. */
static void hold_other(struct live *x, const struct yaml_file *file, const struct yaml_node *entry)
{
	const struct yaml_node *compare = yaml_find(entry, "compare"),
			       *at = compare ? yaml_find(compare, "field") : NULL;
	const struct live_field *f = at && at->kind == YAML_SCALAR ? find_field(x, at->text.p) : NULL;
	const char *wants;

	if (f != NULL && f->types != NULL && types_contradict_compare(&wants, f->types, entry))
		diag_warning(&x->loaded->project->diags, "W0604", file, at,
			"compare wants %s, and \"%.*s\" is mapped as %s", wants, SPAN_ARG(at->text), f->types);
}

static void hold_against(struct live *x, const struct yaml_file *file, const struct yaml_node *entry)
{
	const struct yaml_node *at = yaml_find(entry, "field");
	const struct live_field *f = at && at->kind == YAML_SCALAR ? find_field(x, at->text.p) : NULL;

	if (f == NULL)
		return;
	if (f->missing_in != NULL)
		say_unmapped(x, f, file, at);
	if (f->types != NULL)
		say_contradiction(x, f, file, entry, at);
	hold_other(x, file, entry);
}

/* Every map that names a field, but for tests and corrections. */
static void walk(struct live *x, const struct yaml_file *file, const struct yaml_node *node)
{
	if (node->kind == YAML_LIST)
		for (size_t i = 0; i < node->count; i++)
			walk(x, file, node->items[i]);
	if (node->kind != YAML_MAP)
		return;
	hold_against(x, file, node);
	for (size_t i = 0; i < node->count; i++)
		if (!span_is(node->pairs[i].key->text, "tests") && !span_is(node->pairs[i].key->text, "recover"))
			walk(x, file, node->pairs[i].value);
}

/* A path alone. */
static void hold_path(struct live *x, const struct yaml_file *file, const struct yaml_node *at)
{
	const struct live_field *f = at && at->kind == YAML_SCALAR ? find_field(x, at->text.p) : NULL;

	if (f != NULL && f->missing_in != NULL)
		say_unmapped(x, f, file, at);
}

static void hold_paths(struct live *x, const struct yaml_file *file, const struct yaml_node *node)
{
	if (node == NULL || node->kind != YAML_LIST) {
		hold_path(x, file, node);
		return;
	}
	for (size_t i = 0; i < node->count; i++)
		hold_path(x, file, node->items[i]);
}

/* The key of a set rule, as far as its fields are those of the query in hand. */
static void hold_set(struct live *x, const struct rule *rule)
{
	const struct yaml_node *set = yaml_find(rule->node, "set"), *references = yaml_find(set, "references");
	const struct yaml_node *on = references ? yaml_find(references, "on") : NULL,
			       *compare = references ? yaml_find(references, "compare") : NULL;
	bool own = rule->query == x->query, other = set_target_query(rule) == x->query;

	if (own)
		hold_paths(x, rule->file, yaml_find(set, "unique"));
	for (size_t i = 0; on && i < on->count; i++) {
		if (own)
			hold_path(x, rule->file, on->pairs[i].key);
		if (other)
			hold_path(x, rule->file, on->pairs[i].value);
	}
	if (other && compare && compare->kind == YAML_MAP)
		hold_path(x, rule->file, yaml_find(compare, "other"));
	for (size_t i = 0; other && compare && compare->kind == YAML_LIST && i < compare->count; i++)
		hold_path(x, rule->file, yaml_find(compare->items[i], "other"));
}

/* Key, shop and time of the query itself. */
static void walk_query(struct live *x)
{
	static const char *const keys[] = {"key", "shop", "time"};
	const struct query *q = x->query;

	for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
		const struct yaml_node *node = yaml_find(q->node, keys[k]);

		hold_paths(x, q->file, node && node->kind == YAML_MAP ? yaml_find(node, "field") : node);
	}
}

static void add_notes(struct live *x)
{
	for (size_t i = 0; i < x->fields.count; i++) {
		const struct live_field *f = x->fields.entries[i].value;

		if (f->ignore_above > 0)
			buf_addf(x->notes,
				"note: query %s: keyword %s is not indexed over %" PRId64
				" characters (ignore_above): rules read longer values, queries do not find them\n",
				x->query->name, x->fields.entries[i].key.p, f->ignore_above);
	}
}

/* ---- asking ---- */

static void say_refused(struct live *x, const char *why)
{
	const struct query *q = x->query;
	const char *key = yaml_find(q->node, "body_file") ? "body_file" : "body";

	diag_error(&x->loaded->project->diags, "E0601", q->file, option_node(q->node, key),
		"the server refuses the query: %s", why);
}

static void say_missing(struct live *x)
{
	const struct query *q = x->query;
	struct diag *d;

	if (x->missing == 0 || q->optional)
		return;
	d = diag_error(&x->loaded->project->diags, "E0602", q->file, option_node(q->node, "index"),
		"there is no index %s", x->gone);
	if (x->missing > 1)
		diag_help(&x->loaded->project->diags, d, "nor are %" PRId64 " more that the query stands for",
			x->missing - 1);
}

/* One index or pattern. False when the source cannot be asked. */
static bool ask_one(struct live *x, struct source *source, struct error *e)
{
	const struct query *q = x->query;
	struct arena *arena = &x->loaded->arena;
	int64_t now = clock_now(&x->context->clock);
	/* without a window: of a query in a query servers tell the outer one's fault */
	const struct source_request request = {
		.query = q,
		.index = q->index ? template_render(arena, q->index, x->shop, now, false) : NULL,
		.body = template_render(arena, q->body, x->shop, now, true),
		.fields = rule_group_fields(x->group),
	};

	x->asked++;
	switch (source_ask(source, &request, add_field, x, e)) {
	case SOURCE_LIVE: return true;
	case SOURCE_NO_INDEX:
		if (x->missing++ == 0)
			x->gone = request.index ? request.index : "at all";
		return true;
	case SOURCE_BAD_QUERY:
		if (!x->refused)
			say_refused(x, e->message);
		x->refused = true;
		return true;
	case SOURCE_DOWN:
	case SOURCE_SHUT: return false;
	}
	return false;
}

static bool ask_query(struct live *x, struct source *source, struct error *e)
{
	const struct texts *shops = &x->loaded->project->shops;
	size_t count = x->query->for_each_shop ? shops->count : 1;
	bool up = true;

	x->asked = x->missing = 0;
	x->refused = false;
	map_init(&x->fields);
	for (size_t i = 0; i < count && up && !*x->context->stop; i++) {
		x->shop = x->query->for_each_shop ? shops->items[i] : NULL;
		up = ask_one(x, source, e);
	}
	if (up) {
		say_missing(x);
		walk_query(x);
		for (size_t i = 0; i < rule_group_count(x->group); i++) {
			const struct rule *rule = rule_group_rule(x->group, i);
			walk(x, rule->file, rule->node);
		}
		for (size_t i = 0; i < x->loaded->rules->count; i++)
			if (x->loaded->rules->rules[i].kind == RULE_SET)
				hold_set(x, &x->loaded->rules->rules[i]);
		add_notes(x);
	}
	map_clear(&x->fields);
	return up;
}

/* All queries of one source; the first that gets no answer speaks for the rest. */
static void ask_source(struct live *x, const struct source_config *config)
{
	struct command_context *c = x->context;
	const struct rule_set *rules = x->loaded->rules;
	struct source_config hasty = *config;
	const struct source_context context = {.clock = &c->clock,
		.run_id = "check",
		.stop_now = c->stop_now,
		.folder = x->loaded->project->folder,
		.stop = c->stop};
	struct error e = {0};
	int64_t left_out = 0;

	hasty.attempts = ATTEMPTS;
	struct source *source = source_open(&hasty, &context, &e);
	bool up = source != NULL;
	for (size_t i = 0; i < rules->group_count; i++) {
		x->group = rules->groups[i];
		x->query = rule_group_query(x->group);
		if (x->query->source != config)
			continue;
		up = up && ask_query(x, source, &e);
		left_out += !up;
	}
	source_close(source);
	if (up)
		return;
	log_error("%s; %" PRId64 " quer%s of source %s %s not checked", e.message, left_out,
		left_out == 1 ? "y" : "ies", config->name, left_out == 1 ? "was" : "were");
	x->code = EXIT_INCOMPLETE;
}

enum exit_code rules_live(struct loaded *l, struct command_context *c, struct buf *notes)
{
	struct live x = {.loaded = l, .context = c, .notes = notes};
	const struct rule_set *rules = l->rules;

	for (size_t i = 0; i < rules->group_count && !*c->stop; i++) {
		const struct source_config *config = rule_group_query(rules->groups[i])->source;
		bool before = config == NULL;

		for (size_t k = 0; k < i; k++)
			before |= rule_group_query(rules->groups[k])->source == config;
		if (!before)
			ask_source(&x, config);
	}
	return *c->stop ? EXIT_INCOMPLETE : x.code;
}
