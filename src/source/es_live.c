/* What a server thinks of a query before anything is read: is it valid, is the index there, how are fields mapped. */
#include "base/base.h"
#include "source/es_scan.h"

#include "base/limits.h"
#include "base/str.h"

#define PATH_BYTES 3000 /* of a request line, which servers cut at 4,096 */

struct asking {
	struct es_source *source;
	const struct source_request *request;
	struct http_answer answer;
	struct error *e;
};

static enum source_live verdict_of(const struct http_answer *a)
{
	if (a->status == 401 || a->status == 403)
		return SOURCE_SHUT;
	if (es_index_missing(a))
		return SOURCE_NO_INDEX;
	return a->status == 400 ? SOURCE_BAD_QUERY : SOURCE_DOWN;
}

static int ask(struct asking *a, const char *method, const struct buf *path, struct span body, const char *doing)
{
	return es_call(&a->source->session, method, buf_span(path), body, doing, &a->answer, a->e);
}

/* ---- the query ---- */

static enum source_live judge_valid(struct asking *a)
{
	struct json *j = json_parse(buf_span(&a->answer.body), ERROR_INCOMPLETE, "", a->e);
	enum source_live live = SOURCE_LIVE;

	if (j == NULL)
		return SOURCE_DOWN;
	if (!json_flag(j, "valid", false)) {
		const char *why =
			json_text(json_at(json_get(j, "explanations"), 0), "error", json_text(j, "error", ""));
		live = SOURCE_BAD_QUERY;
		error_set(a->e, ERROR_CONFIG, "%.600s", why);
	}
	json_free(j);
	return live;
}

static enum source_live validate(struct asking *a)
{
	struct json *body, *query;
	struct buf path, text;
	enum source_live live;

	if (es_body_parse(&body, a->request, a->e) < 0)
		return SOURCE_BAD_QUERY;
	buf_init(&path, LIMIT_CONFIG_BYTES);
	buf_init(&text, LIMIT_CONFIG_BYTES);
	es_index_path(&path, a->request->index, "/_validate/query?explain=true");
	query = json_new_map();
	json_set(query, "query", es_query(body, a->request));
	json_write(&text, query);
	if (ask(a, "POST", &path, buf_span(&text), "validate") == 0)
		live = judge_valid(a);
	else
		live = verdict_of(&a->answer);
	json_free(query);
	json_free(body);
	buf_clear(&path);
	buf_clear(&text);
	return live;
}

/* ---- fields ---- */

struct names {
	const char **items;
	size_t count;
	struct buf text;
};

static bool add_name(void *arg, const char *key, struct json *value)
{
	struct names *names = arg;

	(void)value;
	names->items[names->count++] = key;
	return true;
}

static bool add_type(void *arg, const char *key, struct json *value)
{
	struct names *names = arg;

	(void)value;
	if (strcmp(key, "unmapped") != 0)
		buf_addf(&names->text, "%s%s", names->text.len ? ", " : "", key);
	return true;
}

struct above {
	const char *path;
	int64_t least; /* 0: none */
};

static bool read_leaf(void *arg, const char *key, struct json *leaf)
{
	struct above *above = arg;
	int64_t cut = json_int(leaf, "ignore_above", 0);

	(void)key;
	if (cut > 0 && cut < INT32_MAX && (above->least == 0 || cut < above->least))
		above->least = cut;
	return true;
}

/* Of each index: {"mappings":{PATH:{"mapping":{LEAF:{"ignore_above":N}}}}}. */
static bool read_index(void *arg, const char *key, struct json *index)
{
	const struct above *above = arg;
	const struct json *field = json_get_key(json_get(index, "mappings"), span_of(above->path));

	(void)key;
	json_each(json_get(field, "mapping"), read_leaf, arg);
	return true;
}

/* The mapping of the fields that rules read, for what the capabilities leave out; NULL when it may not be seen. */
static struct json *mapping_of(struct asking *a, struct arena *arena)
{
	const struct fields *f = a->request->fields;
	struct error ignored = {0}, *kept = a->e;
	struct json *mapping = NULL;
	struct buf path, list;

	buf_init(&path, LIMIT_CONFIG_BYTES);
	buf_init(&list, LIMIT_CONFIG_BYTES);
	for (int i = 0; i < fields_count(f); i++) {
		const char *name = fields_source_path(f, i, arena);

		if (name == NULL)
			continue;
		buf_adds(&list, list.len ? "," : "");
		http_escape(&list, span_of(name));
	}
	es_index_path(&path, a->request->index, "/_mapping/field/");
	buf_adds(&path, list.len == 0 || list.len > PATH_BYTES ? "*" : buf_text(&list));
	a->e = &ignored;
	if (ask(a, "GET", &path, SPAN_NONE, "mapping") == 0)
		mapping = json_parse(buf_span(&a->answer.body), ERROR_INCOMPLETE, "", &ignored);
	a->e = kept;
	buf_clear(&path);
	buf_clear(&list);
	return mapping;
}

static void report_field(const char *path, const struct json *caps, const struct json *mapping, struct names *names,
	source_field_report *report, void *arg)
{
	struct above above = {.path = path};
	const struct json *types = json_get_key(caps, span_of(path));
	struct source_field field = {.path = path};

	buf_reset(&names->text);
	json_each(types, add_type, names);
	if (names->text.len) {
		json_each(mapping, read_index, &above);
		field.types = buf_text(&names->text);
		field.ignore_above = above.least;
	} else {
		field.near = str_nearest(path, names->items);
	}
	report(arg, &field);
}

static void report_fields(struct asking *a, const struct json *caps, source_field_report *report, void *arg)
{
	const struct fields *f = a->request->fields;
	struct names names = {.items = xcalloc(json_count(caps) + 1, sizeof(*names.items))};
	struct arena arena;

	arena_init(&arena);
	buf_init(&names.text, 1 << 16);
	json_each(caps, add_name, &names);
	struct json *mapping = mapping_of(a, &arena);
	for (int i = 0; i < fields_count(f); i++) {
		const char *path =
			i == fields_slot_id(f) || i == fields_slot_index(f) ? NULL : fields_source_path(f, i, &arena);
		if (path != NULL)
			report_field(path, caps, mapping, &names, report, arg);
	}
	json_free(mapping);
	buf_clear(&names.text);
	free(names.items);
	arena_clear(&arena);
}

static enum source_live ask_fields(struct asking *a, source_field_report *report, void *arg)
{
	enum source_live live = SOURCE_LIVE;
	struct json *j;
	struct buf path;

	buf_init(&path, LIMIT_CONFIG_BYTES);
	es_index_path(&path, a->request->index, "/_field_caps?fields=*");
	int failed = ask(a, "GET", &path, SPAN_NONE, "field_caps");
	buf_clear(&path);
	if (failed)
		return verdict_of(&a->answer);
	j = json_parse(buf_span(&a->answer.body), ERROR_INCOMPLETE, "", a->e);
	if (j == NULL)
		return SOURCE_DOWN;
	/* a pattern that matches no index is no error to the server */
	if (json_get(j, "indices") != NULL && json_count(json_get(j, "indices")) == 0)
		live = SOURCE_NO_INDEX;
	else
		report_fields(a, json_get(j, "fields"), report, arg);
	json_free(j);
	return live;
}

enum source_live es_live(
	struct source *s, const struct source_request *request, source_field_report *report, void *arg, struct error *e)
{
	struct asking a = {.source = (struct es_source *)(void *)s, .request = request, .e = e};

	http_answer_init(&a.answer);
	enum source_live live = validate(&a);
	if (live == SOURCE_LIVE)
		live = ask_fields(&a, report, arg);
	http_answer_clear(&a.answer);
	return live;
}
