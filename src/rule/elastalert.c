/*
 * One file of ElastAlert 2: what every rule of it has, and the account. What
 * its type means is said in elastalert_kinds.c.
 */
#include "base/base.h"
#include "rule/elastalert_private.h"

#include <inttypes.h>
#include <stdarg.h>

#include "base/limits.h"
#include "base/jsonout.h"
#include "config/node_json.h"

#define ID_CHARS 100
#define MINUTE_MS INT64_C(60000)

/* ---- the account ---- */

static struct elastalert_key *key_of(const struct elastalert *x, const char *name)
{
	for (size_t i = 0; i < x->count; i++)
		if (strcmp(x->keys[i].path, name) == 0)
			return &x->keys[i];
	return NULL;
}

const struct yaml_node *elastalert_find(const struct elastalert *x, const char *key)
{
	const struct elastalert_key *k = key_of(x, key);

	return k && !yaml_is_null(k->value) ? k->value : NULL;
}

static const char *format_text(struct elastalert *x, const char *format, va_list args)
{
	struct buf text;
	const char *copy;

	buf_init(&text, LIMIT_CONFIG_BYTES);
	buf_vaddf(&text, format, args);
	copy = arena_strdup(x->arena, buf_text(&text));
	buf_clear(&text);
	return copy;
}

void elastalert_note(struct elastalert *x, enum elastalert_fate fate, const char *key, const char *format, ...)
{
	struct elastalert_key *k = key_of(x, key);
	va_list args;

	if (k == NULL || k->what)
		return;
	va_start(args, format);
	k->what = format_text(x, format, args);
	va_end(args);
	k->fate = fate;
}

void elastalert_refuse(struct elastalert *x, const char *format, ...)
{
	va_list args;

	if (x->refused)
		return;
	va_start(args, format);
	x->refused = format_text(x, format, args);
	va_end(args);
}

/* Keys of which nobody has spoken. */
static void finish_account(struct elastalert *x)
{
	for (size_t i = 0; i < x->count; i++) {
		struct elastalert_key *k = &x->keys[i];

		if (x->refused) {
			k->fate = ELASTALERT_LEFT;
			k->what = "no rule is made of this file";
		} else if (k->what == NULL) {
			k->what = elastalert_why(k->key->text);
		}
	}
}

/* ---- values ---- */

struct span elastalert_text(struct elastalert *x, const char *key, const char *what, bool needed)
{
	const struct yaml_node *node = elastalert_find(x, key);

	if (node && node->kind == YAML_SCALAR && node->text.n > 0) {
		elastalert_note(x, ELASTALERT_MAPPED, key, "%s", what);
		return node->text;
	}
	if (node)
		elastalert_refuse(x, "%s is no single value", key);
	else if (needed)
		elastalert_refuse(x, "%s is missing", key);
	return SPAN_NONE;
}

/* {hours: 1, minutes: 30}; false when a part is no unit, or no whole number. */
static bool read_period(int64_t *ms, const struct yaml_node *node)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = {{"weeks", 604800000}, {"days", 86400000}, {"hours", 3600000}, {"minutes", 60000},
		{"seconds", 1000}, {"milliseconds", 1}};

	*ms = 0;
	for (size_t i = 0; node->kind == YAML_MAP && i < node->count; i++) {
		const struct yaml_pair *pair = &node->pairs[i];
		size_t u = 0;
		int64_t count;

		while (u < ARRAY_LEN(units) && !span_is(pair->key->text, units[u].name))
			u++;
		if (u == ARRAY_LEN(units) || !span_to_int64(&count, pair->value->text) || count < 0 ||
			count > INT64_MAX / 4 / units[u].ms || *ms > INT64_MAX / 4)
			return false;
		*ms += count * units[u].ms;
	}
	return node->kind == YAML_MAP;
}

int64_t elastalert_period(struct elastalert *x, const char *key, const char *what, int64_t fallback)
{
	const struct yaml_node *node = elastalert_find(x, key);
	int64_t ms;

	if (node == NULL)
		return fallback;
	if (!read_period(&ms, node)) {
		elastalert_refuse(x, "%s is no period of whole weeks, days, hours, minutes or seconds", key);
		return -1;
	}
	elastalert_note(x, ELASTALERT_MAPPED, key, "%s", what);
	return ms;
}

void elastalert_add_period(struct buf *out, int64_t ms)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
	size_t i = 0;

	while (ms % units[i].ms != 0)
		i++;
	buf_addf(out, "%" PRId64 "%s", ms / units[i].ms, units[i].unit);
}

/* A scalar or key of JSON, with braces doubled. */
static void add_json_text(struct buf *out, const struct yaml_node *node, bool key)
{
	struct buf json;

	buf_init(&json, SIZE_MAX / 4);
	if (key) {
		buf_addc(&json, '"');
		jsonout_escape(&json, node->text);
		buf_addc(&json, '"');
	} else {
		node_json(&json, node);
	}
	for (size_t i = 0; i < json.len; i++) {
		char c = buf_text(&json)[i];

		buf_addc(out, c);
		if (c == '{' || c == '}')
			buf_addc(out, c);
	}
	buf_clear(&json);
}

void elastalert_add_json(struct buf *out, const struct yaml_node *node)
{
	if (node->kind == YAML_SCALAR) {
		add_json_text(out, node, false);
		return;
	}
	buf_addc(out, node->kind == YAML_MAP ? '{' : '[');
	for (size_t i = 0; i < node->count; i++) {
		if (i)
			buf_adds(out, ", ");
		if (node->kind == YAML_MAP) {
			add_json_text(out, node->pairs[i].key, true);
			buf_adds(out, ": ");
		}
		elastalert_add_json(out, node->kind == YAML_MAP ? node->pairs[i].value : node->items[i]);
	}
	buf_addc(out, node->kind == YAML_MAP ? '}' : ']');
}

/* ---- what every rule has ---- */

/* "SSH abuse (us)" -> ssh-abuse-us */
static const char *make_id(struct arena *arena, struct span name)
{
	char *id = arena_alloc(arena, ID_CHARS + 1);
	size_t n = 0;

	for (size_t i = 0; i < name.n && n < ID_CHARS; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (c >= 'A' && c <= 'Z')
			c |= 0x20;
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')
			id[n++] = (char)c;
		else if (n > 0 && id[n - 1] != '-')
			id[n++] = '-';
	}
	while (n > 0 && id[n - 1] == '-')
		n--;
	id[n] = '\0';
	return n ? id : "imported";
}

/* Days in the name of an index stand for any: the time field bounds what is read. */
static void add_index(struct elastalert *x)
{
	struct span index = elastalert_text(x, "index", "index of the query", true);
	const struct yaml_node *days = elastalert_find(x, "use_strftime_index");
	bool on = false, star = false;
	struct buf text;

	buf_init(&text, SIZE_MAX / 4);
	on = days && yaml_is_bool(days, &on) && on;
	for (size_t i = 0; i < index.n; i++) {
		if (on && index.p[i] == '%' && i + 1 < index.n) {
			i++;
			if (!star)
				buf_addc(&text, '*');
			star = true;
			continue;
		}
		if (star && strchr("-._/", index.p[i]) && i + 1 < index.n && index.p[i + 1] == '%')
			continue; /* between two parts of a day */
		star = index.p[i] == '*';
		buf_addc(&text, index.p[i]);
		if (index.p[i] == '{' || index.p[i] == '}')
			buf_addc(&text, index.p[i]);
	}
	if (on)
		elastalert_note(x, ELASTALERT_MAPPED, "use_strftime_index", "days in the index are written as *");
	buf_adds(&x->query, "index: ");
	scalar_write(&x->query, buf_span(&text));
	buf_addc(&x->query, '\n');
	buf_clear(&text);
}

static void add_time(struct elastalert *x)
{
	const struct yaml_node *field = elastalert_find(x, "timestamp_field");
	int64_t delay = elastalert_period(x, "query_delay", "time.lateness of the query", -1);

	buf_adds(&x->query, "time: {field: ");
	scalar_write(&x->query, field ? elastalert_text(x, "timestamp_field", "time.field of the query", true)
				      : SPAN_LITERAL("@timestamp"));
	if (delay >= 0) {
		buf_adds(&x->query, ", lateness: ");
		elastalert_add_period(&x->query, delay);
	}
	buf_adds(&x->query, "}\n");
}

/* `query: {...}` around a filter is the old way to write it. */
static const struct yaml_node *unwrap(const struct yaml_node *filter)
{
	const struct yaml_node *query = yaml_find(filter, "query");

	return query && query->kind == YAML_MAP ? query : filter;
}

static void add_filters(struct elastalert *x)
{
	const struct yaml_node *filter = elastalert_find(x, "filter");
	size_t count = filter && filter->kind == YAML_LIST ? filter->count : filter != NULL;

	if (count == 0) {
		elastalert_note(x, ELASTALERT_MAPPED, "filter", "nothing to say: all documents of the index");
		return;
	}
	buf_adds(&x->query, "body:\n  query:\n    bool:\n      filter:\n");
	for (size_t i = 0; i < count; i++) {
		const struct yaml_node *one = filter->kind == YAML_LIST ? filter->items[i] : filter;

		if (one->kind != YAML_MAP)
			elastalert_refuse(x, "filter holds something that is no filter of Elasticsearch");
		else if (yaml_find(one, "eql") || yaml_find(one, "esql"))
			elastalert_refuse(x, "filter is EQL or ES|QL, which a search body has not");
		buf_adds(&x->query, "        - ");
		elastalert_add_json(&x->query, unwrap(one));
		buf_addc(&x->query, '\n');
	}
	elastalert_note(x, ELASTALERT_MAPPED, "filter", "body of the query: all of bool.filter must hold");
}

static void add_query(struct elastalert *x)
{
	buf_addf(&x->query, "# Imported from a rule of ElastAlert 2.\ntitle: ");
	scalar_write(&x->query, span_of(arena_printf(x->arena, "Documents of %s", x->name)));
	buf_addf(&x->query, "\nsource: %s\n", x->source);
	add_index(x);
	add_time(x);
	add_filters(x);
}

static void add_renotify(struct elastalert *x)
{
	int64_t wait;

	if (elastalert_find(x, "realert") == NULL)
		return;
	wait = elastalert_period(x, "realert", "renotify of the rule: it is said again while it is there", -1);
	if (wait < 0)
		return;
	if (wait < MINUTE_MS || wait > LIMIT_RENOTIFY_MS) {
		key_of(x, "realert")->what = NULL;
		elastalert_note(x, ELASTALERT_LEFT, "realert",
			wait ? "renotify is a minute at least and 7 days at most: what is known is told once"
			     : "every finding is told once, and a known one not again");
		return;
	}
	buf_adds(&x->rule, "    renotify: ");
	elastalert_add_period(&x->rule, wait);
	buf_addc(&x->rule, '\n');
}

static void add_rule(struct elastalert *x)
{
	struct span description = SPAN_NONE;

	if (elastalert_find(x, "description"))
		description = elastalert_text(x, "description", "description of the rule", false);
	buf_addf(&x->rule,
		"# yaml-language-server: $schema=../contrib/schema/rules.schema.json\n"
		"# Imported from a rule of ElastAlert 2. Give it tests, and a severity that fits.\n"
		"version: 1\nrules:\n  - id: %s\n    title: ",
		x->id);
	scalar_write(&x->rule, span_of(x->name));
	if (description.n) {
		buf_adds(&x->rule, "\n    description: ");
		scalar_write(&x->rule, description);
	}
	buf_addf(&x->rule, "\n    query: %s\n    severity: warning\n", x->id);
	add_renotify(x);
	elastalert_kind(x);
}

/* All keys of the file; those of its alerts stand behind `alert`. */
static void list_keys(struct elastalert *x, const struct yaml_node *root)
{
	const struct yaml_node *alert = yaml_find(root, "alert");

	x->keys = arena_zalloc(
		x->arena, (root->count + (alert ? elastalert_nested(x, NULL, alert) : 0) + 1) * sizeof(*x->keys));
	for (size_t i = 0; i < root->count; i++) {
		const struct yaml_pair *pair = &root->pairs[i];

		x->keys[x->count++] = (struct elastalert_key){
			.path = arena_strndup(x->arena, pair->key->text.n ? pair->key->text.p : "", pair->key->text.n),
			.key = pair->key,
			.value = pair->value};
		if (pair->value == alert && span_is(pair->key->text, "alert"))
			x->count += elastalert_nested(x, x->keys + x->count, alert);
	}
}

void elastalert_import(struct elastalert *x, const struct yaml_file *file, const char *source, struct arena *arena)
{
	const struct yaml_node *root = file->root;

	*x = (struct elastalert){.arena = arena, .file = file, .source = source};
	buf_init(&x->rule, SIZE_MAX / 4);
	buf_init(&x->query, SIZE_MAX / 4);
	buf_init(&x->project, SIZE_MAX / 4);
	list_keys(x, root);
	struct span name = elastalert_text(x, "name", "title of the rule, and its id", true);
	struct span type = elastalert_text(x, "type", "kind of the rule", true);
	x->name = arena_strndup(arena, name.n ? name.p : "", name.n);
	x->type = arena_strndup(arena, type.n ? type.p : "", type.n);
	x->id = make_id(arena, name);
	if (elastalert_find(x, "import"))
		elastalert_refuse(x, "import: the keys of the other file are not here; put them into this one");
	add_query(x);
	add_rule(x);
	if (!x->refused)
		elastalert_alerts(x);
	finish_account(x);
}

void elastalert_clear(struct elastalert *x)
{
	buf_clear(&x->rule);
	buf_clear(&x->query);
	buf_clear(&x->project);
}
