/*
 * Counting on the server: a composite aggregation, page after page, so that no
 * number of buckets is too many. Only where it is exact: fields are indexed as documents
 * hold them, every document is in one bucket, and the count stands still. Otherwise the
 * documents must be read.
 */
#include "base/base.h"
#include "source/es_scan.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/log.h"
#include "model/amount.h"
#include "source/es_mapping.h"

#define EXACT_SUM 9007199254740992.0 /* 2^53: whole numbers up to it are exact in what the server adds up in */

struct counting {
	struct es_source *source;
	const struct source_request *request;
	const struct census *census;
	struct json *body, *mappings; /* of the query; of the index */
	struct json *after;           /* key of the last bucket; NULL: the first page */
	enum es_field *kinds;         /* of the groups, then of `each` */
	struct http_answer answer;
	struct buf path, text;
	struct arena page;
	int64_t total, documents, *pages; /* TOTAL -1: not known yet */
	census_visit *visit;
	void *arg;
	struct error *e;
};

/* Why documents are read after all; always 0. */
static int cannot(const struct counting *c, const char *why)
{
	log_debug("query %s: documents are read, not counted: %s", c->request->query->name, why);
	return 0;
}

static int failed(const struct counting *c, const char *why)
{
	return error_set(c->e, ERROR_INCOMPLETE, "source %s: count: %s", c->source->base.config->name, why);
}

/* ---- is it exact? ---- */

static int read_mappings(struct counting *c)
{
	buf_reset(&c->path);
	es_index_path(&c->path, c->request->index, "/_mapping");
	if (es_call(&c->source->session, "GET", buf_span(&c->path), SPAN_NONE, "mapping", &c->answer, c->e) < 0)
		return c->answer.status == 0 ? -1 : cannot(c, "the mapping may not be seen");
	c->mappings = json_parse(buf_span(&c->answer.body), ERROR_INCOMPLETE, "", c->e);
	return c->mappings ? 1 : -1;
}

static bool is_countable(enum es_field field)
{
	return field == ES_FIELD_TEXT || field == ES_FIELD_WHOLE || field == ES_FIELD_BOOL;
}

static bool filters_fit(const struct counting *c, const struct census_filter *filters, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		enum es_field field = es_field_of(c->mappings, filters[i].path);

		if (!is_countable(field) || (filters[i].is == CENSUS_WITHIN && field != ES_FIELD_WHOLE))
			return false;
	}
	return true;
}

static int look_at_fields(struct counting *c)
{
	const struct census *s = c->census;

	if (es_field_of(c->mappings, c->request->query->time->field) != ES_FIELD_TIME)
		return cannot(c, "the time field is no date in every index");
	for (size_t i = 0; i < s->group_count + (s->each != NULL); i++) {
		const char *path = i < s->group_count ? s->groups[i] : s->each;

		c->kinds[i] = es_field_of(c->mappings, path);
		if (!is_countable(c->kinds[i]))
			return cannot(c, path);
	}
	if (s->number && es_field_of(c->mappings, s->number) != ES_FIELD_WHOLE)
		return cannot(c, s->number);
	if (!filters_fit(c, s->filters, s->filter_count) || !filters_fit(c, s->match, s->match_count))
		return cannot(c, "a condition is on a field that is not indexed as it is");
	return 1;
}

/* ---- the request ---- */

/* {KEY: {...}} around CHILD. */
static struct json *wrap(const char *key, struct json *child)
{
	struct json *map = json_new_map();

	json_set(map, key, child);
	return map;
}

static struct json *on_field(const char *kind, const char *field)
{
	return wrap(kind, wrap("field", json_new_text(span_of(field))));
}

/* As the field's kind has it; NULL: no value of the field can be this. */
static struct json *literal(enum es_field field, struct span text)
{
	struct amount amount;
	struct json *number;
	struct buf plain;

	if (field == ES_FIELD_BOOL)
		return span_is(text, "true") || span_is(text, "false") ? json_new_text(text) : NULL;
	if (field != ES_FIELD_WHOLE)
		return json_new_text(text);
	if (!decimal_valid(text) || !decimal_is_integer(text) || !amount_set(&amount, text))
		return NULL;
	buf_init(&plain, SIZE_MAX / 4);
	amount_text(&plain, &amount);
	number = plain.len < 19 ? json_new_number(buf_span(&plain)) : NULL; /* a longer one fits into no field */
	buf_clear(&plain);
	return number;
}

static struct json *terms(const struct counting *c, const struct census_filter *f)
{
	enum es_field field = es_field_of(c->mappings, f->path);
	struct json *list = json_new_list();

	for (size_t i = 0; i < f->count; i++) {
		struct json *one = literal(field, f->values[i]);

		if (one)
			json_push(list, one);
	}
	return wrap("terms", wrap(f->path, list));
}

static struct json *within(const struct census_filter *f)
{
	struct json *bounds = json_new_map();

	if (f->min.n)
		json_set(bounds, "gte", json_new_text(f->min));
	if (f->max.n)
		json_set(bounds, "lte", json_new_text(f->max));
	return wrap("range", wrap(f->path, bounds));
}

/* Adds to FILTER what must be, to MUST_NOT what must not. */
static void add_filter(
	struct json *filter, struct json *must_not, const struct counting *c, const struct census_filter *f)
{
	switch (f->is) {
	case CENSUS_ONE_OF: json_push(filter, terms(c, f)); break;
	case CENSUS_NONE_OF: json_push(must_not, terms(c, f)); break;
	case CENSUS_THERE: json_push(filter, on_field("exists", f->path)); break;
	case CENSUS_ABSENT: json_push(must_not, on_field("exists", f->path)); break;
	case CENSUS_WITHIN: json_push(filter, within(f)); break;
	}
}

/* QUERY, if any, and all of FILTERS. */
static struct json *conjunction(
	struct json *query, const struct counting *c, const struct census_filter *filters, size_t count)
{
	struct json *filter = json_new_list(), *must_not = json_new_list(), *both = json_new_map();

	if (query)
		json_push(filter, query);
	for (size_t i = 0; i < count; i++)
		add_filter(filter, must_not, c, &filters[i]);
	json_set(both, "filter", filter);
	json_set(both, "must_not", must_not);
	return wrap("bool", both);
}

static const char *group_name(struct counting *c, size_t i)
{
	return arena_printf(&c->page, "g%zu", i);
}

static struct json *composite(struct counting *c)
{
	const struct census *s = c->census;
	struct json *sources = json_new_list(), *map = json_new_map();

	for (size_t i = 0; i < s->group_count + (s->each != NULL); i++) {
		struct json *by = on_field("terms", i < s->group_count ? s->groups[i] : s->each);

		json_set(json_get(by, "terms"), "missing_bucket", json_new_bool(true));
		json_push(sources, wrap(group_name(c, i), by));
	}
	if (s->step) {
		struct json *by = on_field("date_histogram", c->request->query->time->field);

		json_set(json_get(by, "date_histogram"), "fixed_interval",
			json_new_text(span_of(arena_printf(&c->page, "%" PRId64 "ms", s->step))));
		json_push(sources, wrap("step", by));
	}
	json_set(map, "size", json_new_int(LIMIT_CENSUS_BUCKETS));
	json_set(map, "sources", sources);
	if (c->after)
		json_set(map, "after", json_copy(c->after));
	return map;
}

static struct json *measures(struct counting *c)
{
	const struct census *s = c->census;
	struct json *map = json_new_map();

	json_set(map, "first", on_field("min", c->request->query->time->field));
	json_set(map, "last", on_field("max", c->request->query->time->field));
	if (s->match_count)
		json_set(map, "match", wrap("filter", conjunction(NULL, c, s->match, s->match_count)));
	if (s->number)
		json_set(map, "number", on_field("stats", s->number));
	return map;
}

static void write_request(struct counting *c)
{
	struct json *body = json_new_map(), *agg = json_new_map();

	json_set(agg, "composite", composite(c));
	json_set(agg, "aggs", measures(c));
	json_set(body, "size", json_new_int(0));
	json_set(body, "track_total_hits", json_new_bool(true));
	json_set(body, "query",
		conjunction(es_query(c->body, c->request), c, c->census->filters, c->census->filter_count));
	json_set(body, "aggs", wrap("groups", agg));
	buf_reset(&c->text);
	json_write(&c->text, body);
	json_free(body);
}

/* ---- the answer ---- */

/* Any JSON number. False when it is none, or not finite. */
static bool number_of(double *out, const struct json *j)
{
	enum json_sort sort = json_type_of(j);
	struct buf text;

	if (sort != JSON_TYPE_INT && sort != JSON_TYPE_DOUBLE)
		return false;
	buf_init(&text, 1 << 12);
	json_write(&text, j);
	*out = strtod(buf_text(&text), NULL);
	buf_clear(&text);
	return *out > -1e300 && *out < 1e300;
}

static bool whole_of(int64_t *out, const struct json *j)
{
	double number;

	if (!number_of(&number, j) || number <= -EXACT_SUM || number >= EXACT_SUM)
		return false;
	*out = (int64_t)number;
	return true;
}

/* The text of a bucket's key; SPAN_NONE for the bucket of those without one. */
static struct span text_of(struct counting *c, const struct json *key, enum es_field field)
{
	struct buf text;
	struct span out;

	switch (json_type_of(key)) {
	case JSON_TYPE_NULL: return SPAN_NONE;
	case JSON_TYPE_TEXT: return json_span(key);
	default: break;
	}
	buf_init(&text, 1 << 12);
	json_write(&text, key);
	out = arena_span(&c->page, buf_span(&text));
	buf_clear(&text);
	if (field == ES_FIELD_BOOL && out.n == 1)
		return span_of(out.p[0] == '1' ? "true" : "false");
	return out;
}

static bool take_number(struct span *out, struct counting *c, const struct json *j)
{
	int64_t whole;

	if (!whole_of(&whole, j))
		return false;
	*out = span_of(arena_printf(&c->page, "%" PRId64, whole));
	return true;
}

/* 1, or 0 when the server has several values of a field in one document, or a sum that is not exact. */
static int take_bucket(struct counting *c, const struct json *j)
{
	const struct census *s = c->census;
	const struct json *number = json_get(j, "number");
	struct span *groups = arena_alloc(&c->page, (s->group_count + 1) * sizeof(*groups));
	struct census_bucket b = {.groups = groups,
		.documents = json_int(j, "doc_count", 0),
		.matched = s->match_count ? json_int(j, "match.doc_count", 0) : 0,
		.numbers = json_int(number, "count", 0)};

	for (size_t i = 0; i < s->group_count; i++)
		groups[i] = text_of(c, json_get_key(json_get(j, "key"), span_of(group_name(c, i))), c->kinds[i]);
	if (s->each)
		b.each = text_of(c, json_get_key(json_get(j, "key"), span_of(group_name(c, s->group_count))),
			c->kinds[s->group_count]);
	if (!whole_of(&b.first, json_get(j, "first.value")) || !whole_of(&b.last, json_get(j, "last.value")))
		return failed(c, "a bucket has no time");
	if (b.numbers > b.documents || (b.numbers && (!take_number(&b.sum, c, json_get(number, "sum")) ||
							     !take_number(&b.least, c, json_get(number, "min")) ||
							     !take_number(&b.most, c, json_get(number, "max")))))
		return cannot(c, "numbers are not exact");
	c->documents += b.documents;
	return c->visit(c->arg, &b, c->e) < 0 ? -1 : 1;
}

static int take_buckets(struct counting *c, const struct json *buckets)
{
	size_t count = json_count(buckets);

	for (size_t i = 0; i < count; i++) {
		int got = take_bucket(c, json_at(buckets, i));

		if (got != 1)
			return got;
	}
	return 1;
}

/* 2 when a page follows. */
static int take_page(struct counting *c, const struct json *j)
{
	const struct json *after = json_get(j, "aggregations.groups.after_key");
	int64_t total = json_int(j, "hits.total.value", -1);
	int got;

	if (json_flag(j, "timed_out", false) || json_int(j, "_shards.failed", 0) > 0)
		return failed(c, "not every shard answered");
	if (total < 0 || (c->total >= 0 && total != c->total))
		return cannot(c, "the index changes while it is counted");
	c->total = total;
	got = take_buckets(c, json_get(j, "aggregations.groups.buckets"));
	if (got != 1 || after == NULL)
		return got;
	json_free(c->after);
	c->after = json_copy(after);
	return 2;
}

static int read_page(struct counting *c)
{
	struct json *j;
	int got;

	arena_reset(&c->page);
	write_request(c);
	if (es_call(&c->source->session, "POST", buf_span(&c->path), buf_span(&c->text), "count", &c->answer, c->e) < 0)
		return c->answer.status == 400 || es_index_missing(&c->answer) ? cannot(c, c->e->message) : -1;
	++*c->pages;
	j = json_parse(buf_span(&c->answer.body), ERROR_INCOMPLETE, "", c->e);
	if (j == NULL)
		return -1;
	got = take_page(c, j);
	json_free(j);
	return got;
}

static int count_all(struct counting *c)
{
	int got;

	buf_reset(&c->path);
	es_index_path(&c->path, c->request->index, "/_search");
	while ((got = read_page(c)) == 2) {
		if (!es_may_wait(&c->source->session))
			return failed(c, "asked to stop");
	}
	if (got == 1 && c->documents != c->total)
		return cannot(c, "documents have several values of a field");
	return got;
}

int es_census(struct source *source, const struct source_request *request, const struct census *census,
	census_visit *visit, void *arg, struct source_counted *out, struct error *e)
{
	struct counting c = {.source = (struct es_source *)(void *)source,
		.request = request,
		.census = census,
		.total = -1,
		.pages = &out->pages,
		.visit = visit,
		.arg = arg,
		.e = e};
	int got;

	if (es_body_parse(&c.body, request, e) < 0)
		return -1;
	http_answer_init(&c.answer);
	buf_init(&c.path, LIMIT_CONFIG_BYTES);
	buf_init(&c.text, LIMIT_CONTROL_BYTES);
	arena_init(&c.page);
	c.kinds = xcalloc(census->group_count + 2, sizeof(*c.kinds));
	if (json_count(c.body) > (json_get_key(c.body, SPAN_LITERAL("query")) != NULL))
		got = cannot(&c, "the query says what documents look like");
	else if ((got = read_mappings(&c)) == 1 && (got = look_at_fields(&c)) == 1)
		got = count_all(&c);
	out->documents = c.documents;
	free(c.kinds);
	json_free(c.after);
	json_free(c.mappings);
	json_free(c.body);
	arena_clear(&c.page);
	buf_clear(&c.text);
	buf_clear(&c.path);
	http_answer_clear(&c.answer);
	return got;
}
