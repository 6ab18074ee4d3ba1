/* Requests, built. */
#include "base/base.h"
#include "source/es_request.h"

#include "base/jsonout.h"
#include "base/str.h"
#include "ext/http.h"

static const char *const allowed[] = {"query", "_source", "runtime_mappings", NULL};

struct body_check {
	const char *bad;
};

static bool check_key(void *arg, const char *key, struct json *value)
{
	struct body_check *c = arg;

	(void)value;
	for (size_t i = 0; allowed[i] != NULL; i++)
		if (strcmp(key, allowed[i]) == 0)
			return true;
	c->bad = key;
	return false;
}

int es_body_parse(struct json **body, const struct source_request *request, struct error *e)
{
	struct body_check check = {NULL};

	*body = json_parse(span_of(request->body && request->body[0] ? request->body : "{}"), ERROR_CONFIG, request->query->name, e);
	if (*body == NULL)
		return -1;
	json_each(*body, check_key, &check);
	if (check.bad == NULL)
		return 0;
	const char *near = str_nearest(check.bad, allowed);
	error_set(e, ERROR_CONFIG, "query %s: \"%s\" does not belong into the body%s%s%s; kenpin pages by itself, so only query, _source and runtime_mappings are taken",
		request->query->name, check.bad, near ? " (did you mean \"" : "", near ? near : "", near ? "\"?)" : "");
	json_free(*body);
	*body = NULL;
	return -1;
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
	struct json *range = json_new_map(), *field = json_new_map(), *filter = json_new_list(), *inner = json_new_map(),
		    *outer = json_new_map(), *window = json_new_map();

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

struct json *es_query(const struct json *body, const struct source_request *request)
{
	struct json *given = json_get_key(body, SPAN_LITERAL("query"));
	struct json *query = given ? json_copy(given) : match_all();

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

void es_sample_body(struct buf *out, const struct es_search *s) { write_and_free(out, common(s, 20)); }

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
		json_set(point, "keep_alive", json_new_text(SPAN_LITERAL(ES_KEEP_ALIVE)));
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

static void one_text(struct buf *out, const char *key, struct span text, bool list)
{
	struct jsonout j;

	jsonout_init(&j, out);
	jsonout_open(&j, '{');
	jsonout_key(&j, key);
	if (list)
		jsonout_open(&j, '[');
	jsonout_span(&j, text);
	if (list)
		jsonout_close(&j, ']');
	if (strcmp(key, "scroll_id") == 0 && !list)
		jsonout_pair(&j, "scroll", ES_KEEP_ALIVE);
	jsonout_close(&j, '}');
}

void es_scroll_body(struct buf *out, struct span cursor) { one_text(out, "scroll_id", cursor, false); }

void es_scroll_close_body(struct buf *out, struct span cursor) { one_text(out, "scroll_id", cursor, true); }

void es_pit_close_body(struct buf *out, enum es_paging paging, struct span pit)
{
	if (paging == ES_PIT_ELASTIC)
		one_text(out, "id", pit, false);
	else
		one_text(out, "pit_id", pit, true);
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
