/*
 * Rule files -> one rule set. Every file is read, faults of all of them are
 * reported, and what is good is compiled query by query.
 */
#include "base/base.h"
#include "rule/rule.h"

#include "base/limits.h"
#include "base/str.h"
#include "ext/sha.h"
#include "rule/compile.h"

struct rule_set_owned {
	struct rule_set set; /* first: what others see */
	struct map regexes;  /* struct regex * */
	struct map ids;      /* struct rule_place * */
};

/* Where an id was seen first. */
struct rule_place {
	const struct yaml_file *file;
	const struct yaml_node *node;
	const struct rule *rule; /* NULL: not in the set */
};

/* A rule as it stands in its file. */
struct written {
	const struct rule_entry *entry;
	const struct yaml_file *file;
	bool good; /* it has what every rule needs, and its id is its own */
};

struct opener {
	struct compiler k;
	struct rule_set_owned *owned;
	const struct rule_filter *filter;
	struct sha *sha;
	struct written *written; /* of all files, with their places */
	size_t count, capacity;
	size_t group_capacity;
};

static bool wanted_by(const char *const *globs, const char *name)
{
	if (globs == NULL || *globs == NULL)
		return true;
	if (name == NULL)
		return false;
	for (; *globs; globs++) {
		if (str_glob(*globs, span_of(name)))
			return true;
	}
	return false;
}

/* An id that stands twice makes two rules one in the store: neither the second place nor the first is a guess. */
static bool claim_id(struct opener *o, const struct rule_entry *entry)
{
	void **slot = map_put(&o->owned->ids, span_of(entry->id));
	const struct yaml_node *at = option_node(entry->node, "id");
	struct rule_place *place = *slot;
	struct diag *d;

	if (place == NULL) {
		place = arena_zalloc(o->k.arena, sizeof(*place));
		*place = (struct rule_place){.file = o->k.file, .node = at};
		*slot = place;
		return true;
	}
	d = diag_error(o->k.diags, "E0207", o->k.file, at, "rule id \"%s\" stands twice", entry->id);
	if (place->file == o->k.file)
		diag_also(d, place->node->start, "first defined here");
	diag_help(o->k.diags, d, "first defined at %s:%d:%d; findings are known by the id, so each rule needs its own",
		place->file->path, place->node->start.line, place->node->start.column);
	return false;
}

static void take_entry(struct opener *o, struct rule_entry *entry)
{
	bool named = entry->id && claim_id(o, entry);

	entry->query = compile_query_name(&o->k, entry);
	o->written = arena_grow(o->k.arena, o->written, o->count, &o->capacity, sizeof(*o->written));
	o->written[o->count++] = (struct written){entry, o->k.file, named && entry->title && entry->query};
}

static void no_rules(struct opener *o, const struct yaml_node *at)
{
	struct diag *d = diag_error(o->k.diags, "E0311", o->k.file, at, "this file holds no rules");

	diag_help(o->k.diags, d,
		"a file that checks nothing looks like one that finds nothing: add a rule, or remove the file");
}

static void take_file(struct opener *o, const struct yaml_file *file)
{
	struct option_reader reader = {o->k.arena, o->k.diags, file, o->k.project->folder};
	size_t faults = o->k.diags->errors;
	struct rule_file *block;

	o->k.file = file;
	sha_add(o->sha, file->text.p, file->text.n);
	sha_add(o->sha, "", 1);
	if (!option_check_file(&reader, OPTION_FILE_RULES))
		return;
	block = option_read(&reader, &rule_file_block, file->root);
	if (block == NULL)
		return;
	if (block->rules.count == 0 && o->k.diags->errors == faults)
		no_rules(o, yaml_find(file->root, "rules"));
	for (size_t i = 0; i < block->rules.count; i++)
		take_entry(o, block->rules.items[i]);
}

static void read_file(struct opener *o, const char *path)
{
	struct error e = {0};
	const struct yaml_file *file = yaml_read(o->k.arena, path, diag_yaml_fault, o->k.diags, &e);

	if (file == NULL)
		diag_at(o->k.diags, DIAG_ERROR, "E0101", NULL, (struct yaml_mark){0}, (struct yaml_mark){0}, "%s: %s",
			path, e.message);
	else
		take_file(o, file);
}

/* The group of QUERY, made when it is new. */
static struct rule_group *group_of(struct opener *o, const struct query *query)
{
	struct rule_set *set = &o->owned->set;

	for (size_t i = 0; i < set->group_count; i++) {
		if (set->groups[i]->query == query)
			return set->groups[i];
	}
	set->groups =
		arena_grow(o->k.arena, set->groups, set->group_count, &o->group_capacity, sizeof(struct rule_group *));
	set->groups[set->group_count] = group_new(query, &o->k);
	return set->groups[set->group_count++];
}

/* The query NAME that NODE asks for; NULL after E0307. */
static const struct query *query_of(struct opener *o, const char *name, const struct yaml_node *node)
{
	const struct query *query = project_query(o->k.project, name);
	const char *near;
	struct diag *d;

	if (query)
		return query;
	d = diag_error(o->k.diags, "E0307", o->k.file, option_node(node, "query"), "there is no query \"%s\"", name);
	near = project_nearest_query(o->k.project, name);
	if (near)
		diag_help(o->k.diags, d, "did you mean \"%s\"?", near);
	else
		diag_help(o->k.diags, d, "queries are the files below queries/, by name without .yaml");
	return NULL;
}

static const struct query no_query;

/* The query that the rule's references are looked up in, or that is its right side: NULL when it has none such,
 * no_query when that is not there. */
static const struct query *target_of(struct opener *o, const struct rule_entry *entry)
{
	const struct set_references_entry *references = entry->set ? entry->set->references : NULL;
	const struct pair_side_entry *right = entry->pair ? entry->pair->sides[1] : NULL;
	const char *name = right ? right->query : references ? references->query : NULL;
	const struct query *query;

	if (right == NULL && references == NULL)
		return NULL;
	query = name ? query_of(o, name, right ? right->node : references->node) : NULL;
	return query ? query : &no_query;
}

/* One of the queries that ENTRY reads is wanted. */
static bool reads_wanted(const struct opener *o, const struct rule_entry *entry)
{
	return wanted_by(o->filter->queries, entry->query) ||
	       (compile_pair_sides(entry) && wanted_by(o->filter->queries, entry->pair->sides[1]->query));
}

/* A rule that has faults already, or asks for a query that is not there: its other faults are told in the same run. */
static void compile_spare(
	struct opener *o, const struct rule_entry *entry, const struct query *query, const struct query *target)
{
	struct rule_set *set = &o->owned->set;

	o->k.group = group_new(query, &o->k);
	o->k.target = target ? group_new(target, &o->k) : NULL;
	o->k.spare = true;
	if (!compile_rule(&set->faulty[set->faulty_count], entry, &o->k))
		set->faulty_count++;
	o->k.spare = false;
	if (target)
		group_free(o->k.target);
	group_free(o->k.group);
}

static void compile_entry(struct opener *o, const struct written *written)
{
	const struct rule_entry *entry = written->entry;
	struct rule_set *set = &o->owned->set;
	struct rule *rule = &set->rules[set->count];
	const struct query *query, *target;

	o->k.file = written->file;
	if (o->filter && (!wanted_by(o->filter->rules, entry->id) || !reads_wanted(o, entry)))
		return;
	query = entry->query ? query_of(o, entry->query, entry->pair ? entry->pair->sides[0]->node : entry->node)
			     : NULL;
	target = target_of(o, entry);
	if (query == NULL || target == &no_query || !written->good) {
		compile_spare(o, entry, query ? query : &no_query, target);
		return;
	}
	if (set->count == LIMIT_RULES) {
		diag_error(o->k.diags, "E0311", o->k.file, entry->node, "there are more than %d rules (LIMIT_RULES)",
			LIMIT_RULES);
		return;
	}
	o->k.group = group_of(o, query);
	o->k.target = target ? group_of(o, target) : NULL;
	if (!compile_rule(rule, entry, &o->k)) {
		set->faulty[set->faulty_count++] = *rule;
		return;
	}
	rule->number = (uint32_t)set->count++;
	((struct rule_place *)map_find(&o->owned->ids, span_of(rule->id)))->rule = rule;
}

/* Documents of one of the groups from FROM on are looked up in groups[AT]. */
static bool is_looked_up_later(const struct rule_set *set, size_t from, size_t at)
{
	const struct rule_group *g = set->groups[at];

	for (size_t i = from; i < set->group_count; i++) {
		for (size_t k = 0; i != at && k < g->feed_count; k++) {
			if (g->feeds[k]->query == set->groups[i]->query)
				return true;
		}
	}
	return false;
}

/* What is referred to is read after what refers to it: a document that came while the run was under way is there then.
 * Where queries refer to one another in a ring, one of them must be first. */
static void order_groups(struct rule_set *set)
{
	for (size_t place = 0; place < set->group_count; place++) {
		size_t next = place;
		struct rule_group *group;

		while (next < set->group_count && is_looked_up_later(set, place, next))
			next++;
		if (next == set->group_count)
			next = place;
		group = set->groups[next];
		memmove(&set->groups[place + 1], &set->groups[place], (next - place) * sizeof(struct rule_group *));
		set->groups[place] = group;
	}
}

/* Groups whose rules all had faults are none. */
static void finish_groups(struct rule_set *set, struct arena *arena)
{
	size_t kept = 0;

	for (size_t i = 0; i < set->group_count; i++) {
		if (set->groups[i]->count == 0 && set->groups[i]->feed_count == 0) {
			group_free(set->groups[i]);
			continue;
		}
		group_finish(set->groups[i], arena);
		set->groups[kept++] = set->groups[i];
	}
	set->group_count = kept;
	order_groups(set);
}

static void check_waits(struct opener *o)
{
	const struct rule_entry **entries = xcalloc(o->count + 1, sizeof(*entries));
	const struct yaml_file **files = xcalloc(o->count + 1, sizeof(*files));
	size_t count = 0;

	for (size_t i = 0; i < o->count; i++) {
		if (o->written[i].entry->id == NULL)
			continue;
		entries[count] = o->written[i].entry;
		files[count++] = o->written[i].file;
	}
	unless_check(&o->k, entries, files, count);
	free(entries);
	free(files);
}

static void begin(struct opener *o, struct project *project, struct diags *diags, struct arena *arena)
{
	o->owned = arena_zalloc(arena, sizeof(*o->owned));
	o->sha = sha_new();
	map_init(&o->owned->regexes);
	map_init(&o->owned->ids);
	o->k = (struct compiler){.project = project, .diags = diags, .arena = arena, .regexes = &o->owned->regexes};
}

static struct rule_set *compile_all(struct opener *o)
{
	struct rule_set *set = &o->owned->set;
	unsigned char digest[SHA_BYTES];

	sha_end(o->sha, digest);
	sha_free(o->sha);
	str_hex(set->sha256, digest, sizeof(digest));
	set->rules = arena_zalloc(o->k.arena, (o->count + 1) * sizeof(struct rule));
	set->faulty = arena_zalloc(o->k.arena, (o->count + 1) * sizeof(struct rule));
	for (size_t i = 0; i < o->count; i++)
		compile_entry(o, &o->written[i]);
	finish_groups(set, o->k.arena);
	return set;
}

struct rule_set *rule_set_open(struct project *project, const struct texts *paths, const struct rule_filter *filter,
	struct diags *diags, struct arena *arena)
{
	struct opener o = {.filter = filter};
	struct rule_set *set;

	begin(&o, project, diags, arena);
	for (size_t i = 0; i < paths->count; i++)
		read_file(&o, paths->items[i]);
	set = compile_all(&o);
	check_waits(&o);
	return set;
}

struct rule_set *rule_set_of_file(
	struct project *project, const struct yaml_file *file, struct diags *diags, struct arena *arena)
{
	struct opener o = {0};

	begin(&o, project, diags, arena);
	take_file(&o, file);
	return compile_all(&o);
}

void rule_set_close(struct rule_set *set)
{
	struct rule_set_owned *owned = (struct rule_set_owned *)set;

	if (set == NULL)
		return;
	for (size_t i = 0; i < set->group_count; i++)
		group_free(set->groups[i]);
	for (size_t i = 0; i < owned->regexes.count; i++)
		regex_free(owned->regexes.entries[i].value);
	map_clear(&owned->regexes);
	map_clear(&owned->ids);
}

const struct rule *rule_find(const struct rule_set *set, const char *id)
{
	const struct rule_set_owned *owned = (const struct rule_set_owned *)set;
	const struct rule_place *place = map_find(&owned->ids, span_of(id));

	return place ? place->rule : NULL;
}
