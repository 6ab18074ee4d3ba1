/* Requests, built. */
#include "base/base.h"
#include "source/es_request.h"

#include "base/jsonout.h"
#include "base/str.h"
#include "ext/http.h"

#define KEEP_ALIVE "5m"

static const char *const allowed[] = {"query", "_source", "runtime_mappings", NULL};

/* Keys that people paste from a console, and why they are no use here. */
static const struct refusal {
	const char *key, *why;
} refusals[] = {
	{"size", "the page size is the source's setting `page`; --limit reads fewer documents"},
	{"from", "all documents that the query matches are read"},
	{"sort", "documents are read in the order of the index: any other costs the server seven times as much"},
	{"search_after", "paging is kenpin's business"},
	{"scroll", "paging is kenpin's business"},
	{"slice", "paging is kenpin's business; see the source's setting `slices`"},
	{"pit", "paging is kenpin's business; see the setting `paging`"},
	{"aggs", "documents are read, not aggregations"},
	{"aggregations", "documents are read, not aggregations"},
	{"timeout", "a search that is cut short is not complete; see the source's setting `timeout`"},
	{"terminate_after", "a search that is cut short is not complete"},
	{"track_total_hits", "the exact count is always asked for: it proves that everything was read"},
	{"min_score", "documents are not scored; say it as a filter"},
	{"post_filter", "say it in `query`"},
	{"fields", "rules read _source"},
	{"docvalue_fields", "rules read _source"},
	{"stored_fields", "rules read _source"},
	{"script_fields", "rules read _source"},
	{"highlight", "rules read _source"},
};

static bool check_key(void *arg, const char *key, struct json *value)
{
	const char **bad = arg;

	(void)value;
	for (size_t i = 0; allowed[i] != NULL; i++)
		if (strcmp(key, allowed[i]) == 0)
			return true;
	*bad = key;
	return false;
}

static int refuse(const char *key, const struct source_request *r, struct error *e)
{
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
		if (strcmp(key, refusals[i].key) == 0)
			return error_set(e, ERROR_CONFIG, "query %s: \"%s\" does not belong into the body: %s",
				r->query->name, key, refusals[i].why);
	const char *near = str_nearest(key, allowed);
	return error_set(e, ERROR_CONFIG,
		"query %s: \"%s\" does not belong into the body%s%s%s: only query, _source and runtime_mappings are "
		"taken",
		r->query->name, key, near ? " (did you mean \"" : "", near ? near : "", near ? "\"?)" : "");
}

int es_body_parse(struct json **body, const struct source_request *request, struct error *e)
{
	const char *text = request->body && request->body[0] ? request->body : "{}", *bad = NULL;
	int result = 0;

	*body = json_parse(span_of(text), ERROR_CONFIG, request->query->name, e);
	if (*body == NULL)
		return -1;
	if (json_type_of(*body) != JSON_TYPE_MAP)
		result = error_set(e, ERROR_CONFIG, "query %s: the body must be an object", request->query->name);
	else
		json_each(*body, check_key, &bad);
	if (bad != NULL)
		result = refuse(bad, request, e);
	else if (result == 0 && !json_flag(*body, "_source", true))
		result = error_set(e, ERROR_CONFIG, "query %s: \"_source\": false leaves the rules nothing to read",
			request->query->name);
	if (result < 0) {
		json_free(*body);
		*body = NULL;
	}
	return result;
}

static struct json *match_all(void)
{
	struct json *query = json_new_map();

	json_set(query, "match_all", json_new_map());
	return query;
}

/* {"bool":{"filter":[QUERY,{"range":{FIELD:{"gt":..,"lte":..,"format":"epoch_millis"}}}]}} */
static struct json *with_window(struct json *query, const struct source_request *r)
{
	struct json *range = json_new_map(), *field = json_new_map(), *filter = json_new_list(),
		    *inner = json_new_map(), *outer = json_new_map(), *window = json_new_map();

	if (r->since > INT64_MIN / 2)
		json_set(field, "gt", json_new_int(r->since));
	json_set(field, "lte", json_new_int(r->until));
	json_set(field, "format", json_new_text(SPAN_LITERAL("epoch_millis")));
	json_set(range, r->query->time->field, field);
	json_set(window, "range", range);
	json_push(filter, query);
	json_push(filter, window);
	json_set(inner, "filter", filter);
	json_set(outer, "bool", inner);
	return outer;
}

/* {"bool":{"filter":[QUERY,ONLY]}}; ONLY is made by kenpin itself. */
static struct json *narrowed(struct json *query, const char *only)
{
	struct json *filter = json_new_list(), *inner = json_new_map(), *outer = json_new_map();
	struct error unseen;

	json_push(filter, query);
	json_push(filter, json_parse(span_of(only), ERROR_CONFIG, "", &unseen));
	json_set(inner, "filter", filter);
	json_set(outer, "bool", inner);
	return outer;
}

struct json *es_query(const struct json *body, const struct source_request *request)
{
	struct json *given = json_get_key(body, SPAN_LITERAL("query"));
	struct json *query = given ? json_copy(given) : match_all();

	if (request->only)
		query = narrowed(query, request->only);
	return request->until != 0 ? with_window(query, request) : query;
}

static struct json *source_fields(const struct source_request *r)
{
	struct json *list = json_new_list();
	struct arena arena;

	arena_init(&arena);
	for (int i = 0; i < fields_count(r->fields); i++)
		if (i != fields_slot_id(r->fields) && i != fields_slot_index(r->fields))
			json_push(list, json_new_text(span_of(fields_source_path(r->fields, i, &arena))));
	/* an empty list would mean all; no document has a field of this name */
	if (json_count(list) == 0)
		json_push(list, json_new_text(SPAN_LITERAL("_id")));
	arena_clear(&arena);
	return list;
}

/* What every search of the scan has in common. */
static struct json *common(const struct es_search *s, int64_t size)
{
	static const char *const keep[] = {"_source", "runtime_mappings"};
	struct json *body = json_new_map();

	json_set(body, "size", json_new_int(size));
	json_set(body, "query", es_query(s->body, s->request));
	for (size_t i = 0; i < ARRAY_LEN(keep); i++) {
		struct json *given = json_get_key(s->body, span_of(keep[i]));
		if (given != NULL)
			json_set(body, keep[i], json_copy(given));
	}
	if (s->fields_only && json_get_key(s->body, SPAN_LITERAL("_source")) == NULL)
		json_set(body, "_source", source_fields(s->request));
	json_set(body, "track_total_hits", json_new_bool(true));
	if (s->request->versions) {
		json_set(body, "seq_no_primary_term", json_new_bool(true));
		json_set(body, "version", json_new_bool(true));
	}
	return body;
}

static void write_and_free(struct buf *out, struct json *body)
{
	json_write(out, body);
	json_free(body);
}

void es_sample_body(struct buf *out, const struct es_search *s, int64_t size)
{
	write_and_free(out, common(s, size));
}

static void add_sort(struct json *body, const char *field)
{
	struct json *sort = json_new_list(), *item = json_new_map();

	json_set(item, field, json_new_text(SPAN_LITERAL("asc")));
	json_push(sort, item);
	json_set(body, "sort", sort);
}

void es_search_body(struct buf *out, const struct es_search *s, struct span pit, struct span after)
{
	struct json *body = common(s, s->size);

	add_sort(body, s->paging == ES_SCROLL ? "_doc" : s->sort);
	if (s->slices > 1) {
		struct json *slice = json_new_map();
		json_set(slice, "id", json_new_int(s->slice));
		json_set(slice, "max", json_new_int(s->slices));
		json_set(body, "slice", slice);
	}
	if (s->paging != ES_SCROLL) {
		struct json *point = json_new_map();
		json_set(point, "id", json_new_text(pit));
		json_set(point, "keep_alive", json_new_text(SPAN_LITERAL(KEEP_ALIVE)));
		json_set(body, "pit", point);
	}
	json_write(out, body);
	json_free(body);
	if (after.n > 0) {
		out->len--; /* the closing brace: sort values go in as they came */
		buf_adds(out, ",\"search_after\":");
		buf_add_span(out, after);
		buf_addc(out, '}');
	}
}

void es_count_body(struct buf *out, const struct json *body, const struct source_request *request)
{
	struct json *j = json_new_map();

	json_set(j, "query", es_query(body, request));
	write_and_free(out, j);
}

void es_scroll_body(struct buf *out, struct span cursor)
{
	struct jsonout j;

	jsonout_init(&j, out);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "scroll", KEEP_ALIVE);
	jsonout_pair_span(&j, "scroll_id", cursor);
	jsonout_close(&j, '}');
}

static void list_body(struct buf *out, const char *key, const struct span *texts, size_t count)
{
	struct jsonout j;

	jsonout_init(&j, out);
	jsonout_open(&j, '{');
	jsonout_key(&j, key);
	jsonout_open(&j, '[');
	for (size_t i = 0; i < count; i++)
		jsonout_span(&j, texts[i]);
	jsonout_close(&j, ']');
	jsonout_close(&j, '}');
}

void es_scroll_close_body(struct buf *out, const struct span *cursors, size_t count)
{
	list_body(out, "scroll_id", cursors, count);
}

void es_pit_close_body(struct buf *out, enum es_paging paging, struct span pit)
{
	struct jsonout j;

	if (paging == ES_PIT_OPENSEARCH) {
		list_body(out, "pit_id", &pit, 1);
		return;
	}
	jsonout_init(&j, out);
	jsonout_open(&j, '{');
	jsonout_pair_span(&j, "id", pit);
	jsonout_close(&j, '}');
}

void es_index_path(struct buf *out, const char *index, const char *rest)
{
	buf_addc(out, '/');
	for (const char *p = index ? index : "_all"; *p != '\0'; p++) {
		if (strchr(",*", *p) != NULL)
			buf_addc(out, *p);
		else
			http_escape(out, (struct span){p, 1});
	}
	buf_adds(out, rest);
}

void es_search_path(struct buf *out, enum es_paging paging, const char *index)
{
	if (paging == ES_SCROLL)
		es_index_path(out, index, "/_search?scroll=" KEEP_ALIVE);
	else
		buf_adds(out, "/_search");
}

void es_pit_path(struct buf *out, enum es_paging paging, const char *index)
{
	es_index_path(out, index,
		paging == ES_PIT_ELASTIC ? "/_pit?keep_alive=" KEEP_ALIVE
					 : "/_search/point_in_time?keep_alive=" KEEP_ALIVE);
}

static void explain_one(struct buf *out, const char *url, const char *index, const char *path)
{
	buf_addf(out, "POST %s", url);
	es_index_path(out, index, path);
	buf_addc(out, '\n');
}

void es_explain(struct buf *out, const struct es_search *s, const char *url)
{
	const char *index = s->request->index;

	explain_one(out, url, index, "/_search");
	es_sample_body(out, s, ES_SAMPLE_DOCS);
	buf_adds(out, "\n\n");
	if (s->paging == ES_SCROLL) {
		explain_one(out, url, index, "/_search?scroll=" KEEP_ALIVE);
	} else {
		explain_one(out, url, index, "/_pit?keep_alive=" KEEP_ALIVE " (or /_search/point_in_time)");
		buf_addf(out, "\nPOST %s/_search\n", url);
	}
	es_search_body(out, s, SPAN_LITERAL("POINT-IN-TIME"), SPAN_NONE);
	buf_addc(out, '\n');
	if (s->paging == ES_SCROLL) {
		buf_addf(out, "\nPOST %s/_search/scroll (for every page)\n", url);
		es_scroll_body(out, SPAN_LITERAL("SCROLL-ID"));
		buf_addc(out, '\n');
	}
}
