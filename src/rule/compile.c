/*
 * What the compilers of a rule's parts share: slots, probes, bounds; and the
 * rule itself, put together from its parts.
 */
#include "base/base.h"
#include "rule/compile.h"

#include "base/clock.h"
#include "base/limits.h"
#include "ext/sha.h"

int compile_slot(struct compiler *k, const char *path, const struct yaml_node *at)
{
	return compile_slot_of(k->group, k, path, at);
}

int compile_slot_of(struct rule_group *group, struct compiler *k, const char *path, const struct yaml_node *at)
{
	struct error e = {0};
	int slot = fields_add(group->fields, path, &e);

	if (slot < 0) {
		struct diag *d = diag_error(k->diags, "E0305", k->file, at, "%s", e.message);

		diag_help(k->diags, d, "keys joined by dots, [] for every element of a list: a.b, items[].sku");
	}
	return slot;
}

/* The bracket that OFFSET of the pattern misses its partner of, or -1. */
static ptrdiff_t unclosed(struct span pattern)
{
	size_t open[64], depth = 0;

	for (size_t i = 0; i < pattern.n; i++) {
		if (pattern.p[i] == '\\') {
			i++;
		} else if (pattern.p[i] == '[') {
			size_t from = i++;

			if (i < pattern.n && pattern.p[i] == '^')
				i++;
			if (i < pattern.n && pattern.p[i] == ']')
				i++;
			while (i < pattern.n && pattern.p[i] != ']')
				i += pattern.p[i] == '\\' ? 2 : 1;
			if (i >= pattern.n)
				return (ptrdiff_t)from;
		} else if (pattern.p[i] == '(') {
			if (depth == ARRAY_LEN(open))
				return -1;
			open[depth++] = i;
		} else if (pattern.p[i] == ')' && depth > 0) {
			depth--;
		}
	}
	return depth ? (ptrdiff_t)open[depth - 1] : -1;
}

static void regex_fault(struct compiler *k, const struct yaml_node *scalar, const struct regex_fault *fault)
{
	size_t offset = fault->offset < scalar->text.n ? fault->offset : scalar->text.n;
	struct yaml_mark at = yaml_scalar_mark(k->file, scalar, offset), end = at;
	ptrdiff_t opened = offset == scalar->text.n ? unclosed(scalar->text) : -1;
	struct diag *d;

	if (offset < scalar->text.n)
		end = yaml_scalar_mark(k->file, scalar, offset + 1);
	d = diag_at(k->diags, DIAG_ERROR, "E0304", k->file, at, end, "regex does not compile: %s", fault->message);
	if (opened >= 0) {
		char open = scalar->text.p[opened];

		diag_also(d, yaml_scalar_mark(k->file, scalar, (size_t)opened), "opened here");
		diag_help(k->diags, d, "add the \"%c\", or write \\%c when the bracket itself is meant",
			open == '(' ? ')' : ']', open);
		return;
	}
	diag_help(k->diags, d, "seen at byte %zu of the pattern (PCRE2 %s)", fault->offset, regex_version());
}

/* The compiled regex, shared by all who write the same; NULL after E0304. */
static const struct regex *shared_regex(struct compiler *k, const struct yaml_node *scalar, unsigned flags)
{
	struct span name = span_of(arena_printf(k->arena, "%u:%.*s", flags, SPAN_ARG(scalar->text)));
	struct regex_fault fault = {0};
	struct regex *regex = map_find(k->regexes, name);

	if (regex)
		return regex;
	regex = regex_new(scalar->text, flags, &fault);
	if (regex == NULL) {
		regex_fault(k, scalar, &fault);
		return NULL;
	}
	*map_put(k->regexes, name) = regex;
	if (!regex_jitted(regex)) {
		struct diag *d = diag_warning(k->diags, "W0411", k->file, scalar, "this regex runs without JIT");

		diag_help(k->diags, d, "it finds the same, many times slower: its limits are reached sooner");
	}
	return regex;
}

static void note_probe(struct compiler *k, uint32_t probe)
{
	for (size_t i = 0; i < k->probe_count; i++) {
		if (k->probes[i] == probe)
			return;
	}
	k->probes = arena_grow(k->arena, k->probes, k->probe_count, &k->probe_capacity, sizeof(*k->probes));
	k->probes[k->probe_count++] = probe;
}

bool compile_probe(
	uint32_t *probe, struct compiler *k, int slot, const struct yaml_node *scalar, bool ucp, bool ignore_case)
{
	unsigned flags = (ucp ? REGEX_UCP : 0u) | (ignore_case ? REGEX_CASELESS : 0u);
	struct rule_group *g = k->group;
	const struct regex *regex;

	if (scalar->text.n == 0) {
		diag_help(k->diags, diag_error(k->diags, "E0303", k->file, scalar, "an empty regex matches everything"),
			"write what is to be found, or leave the key out");
		return false;
	}
	regex = shared_regex(k, scalar, flags);
	if (regex == NULL)
		return false;
	for (*probe = 0; *probe < g->probe_count; (*probe)++) {
		if (g->probes[*probe].regex == regex && g->probes[*probe].slot == slot)
			break;
	}
	if (*probe == g->probe_count) {
		g->probes = arena_grow(k->arena, g->probes, g->probe_count, &g->probe_capacity, sizeof(*g->probes));
		g->probes[g->probe_count++] =
			(struct probe){.regex = regex, .pattern = scalar->text, .flags = flags, .slot = slot};
	}
	note_probe(k, *probe);
	return true;
}

bool compile_bound_silent(
	struct span *number, int64_t *ms, bool *instant, const struct compiler *k, const struct yaml_node *at)
{
	*number = at->text;
	*instant = !decimal_valid(at->text);
	return !*instant || clock_parse(ms, at->text, k->zone == CLOCK_NO_ZONE ? 0 : k->zone) == 0;
}

bool compile_bound(struct span *number, int64_t *ms, bool *instant, struct compiler *k, const struct yaml_node *at)
{
	if (compile_bound_silent(number, ms, instant, k, at))
		return true;
	diag_help(k->diags,
		diag_error(k->diags, "E0306", k->file, at, "\"%.*s\" is neither a number nor an instant",
			SPAN_ARG(at->text)),
		"a number as in 1980 or 0.08, or an instant as in 2026-11-24T18:22:35+09:00");
	return false;
}

bool compile_zone_minutes(int *minutes, const char *zone)
{
	int64_t there, utc;

	if (strlen(zone) > 8)
		return false;
	char stamp[40];
	snprintf(stamp, sizeof(stamp), "2000-01-01T12:00:00%s", zone);
	if (clock_parse(&utc, SPAN_LITERAL("2000-01-01T12:00:00Z"), 0) < 0 ||
		clock_parse(&there, span_of(stamp), CLOCK_NO_ZONE) < 0)
		return false;
	*minutes = (int)((utc - there) / 60000);
	return true;
}

static void compile_zone(struct rule *rule, const struct rule_entry *entry, struct compiler *k)
{
	const struct query *query = rule->query;
	const char *zone = entry->zone   ? entry->zone
			   : query->zone ? query->zone
			   : query->time ? query->time->zone
					 : NULL;

	rule->zone = zone;
	k->zone = CLOCK_NO_ZONE;
	if (zone == NULL || compile_zone_minutes(&k->zone, zone))
		return;
	k->zone = 0;
	if (entry->zone == NULL)
		return; /* the query's own fault, told where it stands */
	diag_help(k->diags,
		diag_error(k->diags, "E0310", k->file, option_node(entry->node, "zone"), "\"%s\" is no offset from UTC",
			zone),
		"write +09:00 or Z");
}

static bool compile_checks(struct rule *rule, const struct blocks *entries, struct compiler *k)
{
	struct rule_check *checks = arena_zalloc(k->arena, (entries->count + 1) * sizeof(*checks));
	bool good = true;

	for (size_t i = 0; i < entries->count; i++)
		good = check_compile(&checks[i], entries->items[i], k) && good;
	if (good)
		check_classes(checks, (const struct check_entry *const *)entries->items, entries->count, k->arena);
	rule->checks = checks;
	rule->check_count = entries->count;
	return good;
}

/* `hit: true` or `hit: {message: ...}`: the message becomes that of an entry without checks. */
static void compile_hit(struct rule *rule, const struct rule_entry *entry, struct compiler *k)
{
	struct option_reader reader = {k->arena, k->diags, k->file, k->project->folder};
	struct rule_check *check = arena_zalloc(k->arena, sizeof(*check));
	bool yes = false;

	rule->checks = check;
	*check = (struct rule_check){.node = entry->hit, .slot = -1};
	if (entry->hit->kind == YAML_MAP) {
		struct hit_entry *hit = option_read(&reader, &rule_hit_block, entry->hit);

		check->message = hit ? hit->message : NULL;
	} else if (!(yaml_is_bool(entry->hit, &yes) && yes)) {
		diag_help(k->diags,
			diag_error(
				k->diags, "E0303", k->file, entry->hit, "hit is either true or a map with a message"),
			"hit: {message: it must not be listed}");
	}
}

/* Which of the blocks that make a rule stands in it; one and only one must. */
static bool compile_kind(struct rule *rule, const struct rule_entry *entry, struct compiler *k)
{
	static const char *const kinds[] = {"check", "hit", "set", "pair", "window"};
	const struct yaml_node *check = yaml_find(entry->node, "check"), *first = NULL;
	const char *name = NULL;
	struct diag *d;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		const struct yaml_node *node = yaml_find(entry->node, kinds[i]);

		if (node && first) {
			d = diag_error(
				k->diags, "E0302", k->file, node, "this rule has both %s and %s", name, kinds[i]);
			diag_also(d, first->start, arena_printf(k->arena, "%s stands here", name));
			diag_help(k->diags, d, "make two rules of it");
			return false;
		}
		if (node) {
			first = node;
			name = kinds[i];
			rule->kind = (enum rule_kind)i;
		}
	}
	for (size_t i = 0; first == NULL && i < ARRAY_LEN(kinds); i++) {
		if (option_meant(&rule_block, entry->node, kinds[i]))
			return false; /* told as the key that it is not */
	}
	if (first == NULL) {
		d = diag_error(k->diags, "E0301", k->file, entry->node, "this rule does not say what is wrong");
		diag_help(k->diags, d,
			"add `check:` with what must be true, `hit: true` when every document of the query is wrong, "
			"`set:` with what must be true of all of them together, `pair:` with two sides that must "
			"agree, or `window:` with what must not be in a window of time");
		return false;
	}
	if (check && check->count == 0) {
		diag_help(k->diags, diag_error(k->diags, "E0303", k->file, check, "check is empty"),
			"- {field: jan, required: true} says that the field must be there");
		return false;
	}
	return true;
}

static const char *join(struct arena *arena, const struct texts *texts)
{
	const char *joined = "";

	for (size_t i = 0; i < texts->count; i++)
		joined = i ? arena_printf(arena, "%s,%s", joined, texts->items[i]) : texts->items[i];
	return joined;
}

static int compare_keys(const void *a, const void *b)
{
	const struct yaml_pair *x = a, *y = b;

	return span_compare(x->key->text, y->key->text);
}

static void hash_node(struct sha *sha, const struct yaml_node *node);

/* Keys sorted: their order says nothing, and the formatter changes it. */
static void hash_pairs(struct sha *sha, const struct yaml_node *map)
{
	struct yaml_pair *pairs = xcalloc(map->count + 1, sizeof(*pairs));

	if (map->count > 0)
		memcpy(pairs, map->pairs, map->count * sizeof(*pairs));
	qsort(pairs, map->count, sizeof(*pairs), compare_keys);
	for (size_t i = 0; i < map->count; i++) {
		if (span_is(pairs[i].key->text, "tests") || span_is(pairs[i].key->text, "silence"))
			continue;
		hash_node(sha, pairs[i].key);
		hash_node(sha, pairs[i].value);
	}
	free(pairs);
}

static void hash_node(struct sha *sha, const struct yaml_node *node)
{
	static const char marks[] = {'s', 'l', 'm'};

	sha_add(sha, &marks[node->kind], 1);
	if (node->kind == YAML_SCALAR) {
		sha_add(sha, &(char){node->style == YAML_PLAIN || node->style == YAML_JSON ? 'p' : 'q'}, 1);
		sha_add(sha, node->text.p, node->text.n);
		sha_add(sha, "", 1);
	}
	for (size_t i = 0; i < node->count && node->kind == YAML_LIST; i++)
		hash_node(sha, node->items[i]);
	if (node->kind == YAML_MAP)
		hash_pairs(sha, node);
	sha_add(sha, "e", 1);
}

/* Over what the rule says, not how it is laid out: comments and spaces make no new revision, and neither do tests and
 * silences. */
static void revise(struct rule *rule)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char digest[SHA_BYTES];
	struct sha *sha = sha_new();

	hash_node(sha, rule->node);
	sha_end(sha, digest);
	sha_free(sha);
	for (size_t i = 0; i < 6; i++) {
		rule->rev[2 * i] = hex[digest[i] >> 4];
		rule->rev[2 * i + 1] = hex[digest[i] & 15];
	}
	rule->rev[12] = '\0';
}

static void add_plan(const struct rule *rule, struct compiler *k)
{
	struct rule_group *g = k->group;

	g->plans = arena_grow(k->arena, g->plans, g->count, &g->capacity, sizeof(*g->plans));
	g->plans[g->count++] = (struct rule_plan){.rule = rule,
		.probes = k->probes,
		.probe_count = k->probe_count,
		.set_slots = k->set_slots,
		.zone = k->zone};
}

bool compile_rule(struct rule *rule, const struct rule_entry *entry, struct compiler *k)
{
	size_t faults = k->diags->errors;
	bool good;

	*rule = (struct rule){.id = entry->id,
		.title = entry->title,
		.description = entry->description,
		.query_name = k->group->query->name,
		.query = k->group->query,
		.severity = (enum severity)entry->severity,
		.open_after = entry->open_after,
		.resolve_after = entry->resolve_after,
		.renotify = entry->renotify,
		.flap_after = entry->flap_after,
		.flap_within = entry->flap_within,
		.unless_open = entry->unless_open,
		.tags = entry->tags,
		.tags_joined = join(k->arena, &entry->tags),
		.file = k->file,
		.node = entry->node};
	k->rule = rule;
	k->probes = NULL;
	k->set_slots = NULL;
	k->probe_count = k->probe_capacity = 0;
	compile_zone(rule, entry, k);
	good = compile_kind(rule, entry, k);
	if (rule->kind == RULE_CHECK)
		good = compile_checks(rule, &entry->check, k) && good;
	else if (rule->kind == RULE_SET)
		rule->set = compile_set_rule(k, entry);
	else if (rule->kind == RULE_PAIR && compile_pair_sides(entry))
		rule->pair = compile_pair_rule(k, entry);
	else if (rule->kind == RULE_WINDOW)
		rule->window = compile_window_rule(k, entry);
	else if (entry->hit)
		compile_hit(rule, entry, k);
	if (entry->when)
		rule->when = compile_when(k, entry->when);
	rule->allows = compile_allows(k, &entry->allow);
	rule->allow_count = entry->allow.count;
	if (entry->recover)
		rule->recover = compile_recover(k, entry->recover);
	/* what a test holds goes by the kind */
	if (rule->kind != RULE_CHECK || yaml_find(entry->node, "check")) {
		rule->tests = compile_tests(k, &entry->tests);
		rule->test_count = entry->tests.count;
	}
	rule->silences = compile_silences(k, &entry->silence);
	rule->silence_count = entry->silence.count;
	if (!good || k->spare || k->diags->errors != faults)
		return false;
	compile_reach(k, rule);
	revise(rule);
	add_plan(rule, k);
	if (rule->kind == RULE_SET || rule->kind == RULE_PAIR)
		compile_set_feed(k, rule);
	if (rule->kind == RULE_WINDOW)
		compile_window_plan(k);
	return true;
}
