/*
 * What is sent to Elasticsearch and OpenSearch, byte by byte, and which bodies are refused.
 */
#include "base/base.h"
#include "base/buf.h"
#include "source/es_request.h"

#include <setjmp.h>
#include <cmocka.h>

struct setup {
	struct time_config time;
	struct query query;
	struct source_request request;
	struct es_search search;
	struct buf out;
	struct error e;
};

static int set_up(void **state)
{
	struct setup *s = xcalloc(1, sizeof(*s));

	s->time.field = "updated_at";
	s->query = (struct query){.name = "q", .time = &s->time};
	s->request = (struct source_request){.query = &s->query, .index = "products-*", .fields = fields_new()};
	s->search = (struct es_search){.request = &s->request, .size = 100, .slices = 1};
	buf_init(&s->out, 1 << 20);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct setup *s = *state;

	json_free(s->search.body);
	fields_free((struct fields *)(uintptr_t)s->request.fields);
	buf_clear(&s->out);
	free(s);
	return 0;
}

static void take_body(struct setup *s, const char *body)
{
	s->request.body = body;
	json_free(s->search.body);
	assert_int_equal(es_body_parse(&s->search.body, &s->request, &s->e), 0);
}

static void search_body(struct setup *s, const char *pit, const char *after)
{
	buf_reset(&s->out);
	es_search_body(&s->out, &s->search, span_of(pit), span_of(after));
}

static void scroll(void **state)
{
	struct setup *s = *state;

	take_body(s, NULL);
	search_body(s, NULL, NULL);
	assert_string_equal(buf_text(&s->out),
		"{\"size\":100,\"query\":{\"match_all\":{}},\"track_total_hits\":true,\"sort\":[{\"_doc\":\"asc\"}]}");
	s->search.slices = 3;
	s->search.slice = 2;
	s->request.versions = true;
	take_body(s, "{\"query\":{\"term\":{\"n\":12345678901234567890.10}}}");
	search_body(s, NULL, NULL);
	assert_string_equal(buf_text(&s->out),
		"{\"size\":100,\"query\":{\"term\":{\"n\":12345678901234567890.10}},\"track_total_hits\":true,"
		"\"seq_no_primary_term\":true,\"version\":true,\"sort\":[{\"_doc\":\"asc\"}],"
		"\"slice\":{\"id\":2,\"max\":3}}");
	buf_reset(&s->out);
	es_scroll_body(&s->out, SPAN_LITERAL("abc=="));
	assert_string_equal(buf_text(&s->out), "{\"scroll\":\"5m\",\"scroll_id\":\"abc==\"}");
	buf_reset(&s->out);
	es_scroll_close_body(&s->out, (struct span[]){SPAN_LITERAL("a"), SPAN_LITERAL("b")}, 2);
	assert_string_equal(buf_text(&s->out), "{\"scroll_id\":[\"a\",\"b\"]}");
}

static void point_in_time(void **state)
{
	struct setup *s = *state;

	take_body(s, "{}");
	s->search.paging = ES_PIT_OPENSEARCH;
	s->search.sort = "_shard_doc";
	search_body(s, "pid", "[12,\"x\"]");
	assert_string_equal(buf_text(&s->out),
		"{\"size\":100,\"query\":{\"match_all\":{}},\"track_total_hits\":true,\"sort\":[{\"_shard_doc\":"
		"\"asc\"}],"
		"\"pit\":{\"id\":\"pid\",\"keep_alive\":\"5m\"},\"search_after\":[12,\"x\"]}");
	buf_reset(&s->out);
	es_pit_close_body(&s->out, ES_PIT_OPENSEARCH, SPAN_LITERAL("pid"));
	assert_string_equal(buf_text(&s->out), "{\"pit_id\":[\"pid\"]}");
	buf_reset(&s->out);
	es_pit_close_body(&s->out, ES_PIT_ELASTIC, SPAN_LITERAL("pid"));
	assert_string_equal(buf_text(&s->out), "{\"id\":\"pid\"}");
}

static void window(void **state)
{
	struct setup *s = *state;

	s->request.since = 1000;
	s->request.until = 2000;
	take_body(s, "{\"query\":{\"term\":{\"shop\":\"s\"}}}");
	es_count_body(&s->out, s->search.body, &s->request);
	assert_string_equal(buf_text(&s->out),
		"{\"query\":{\"bool\":{\"filter\":[{\"term\":{\"shop\":\"s\"}},{\"range\":{\"updated_at\":"
		"{\"gt\":1000,\"lte\":2000,\"format\":\"epoch_millis\"}}}]}}}");
	/* the first run of an incremental query: everything up to now */
	s->request.since = INT64_MIN / 2;
	take_body(s, "{}");
	buf_reset(&s->out);
	es_count_body(&s->out, s->search.body, &s->request);
	assert_string_equal(buf_text(&s->out),
		"{\"query\":{\"bool\":{\"filter\":[{\"match_all\":{}},{\"range\":{\"updated_at\":"
		"{\"lte\":2000,\"format\":\"epoch_millis\"}}}]}}}");
}

static void field_lists(void **state)
{
	struct setup *s = *state;
	struct fields *f = (struct fields *)(uintptr_t)s->request.fields;

	take_body(s, "{}");
	s->search.fields_only = true;
	assert_true(fields_add(f, "_id", &s->e) >= 0);
	es_sample_body(&s->out, &s->search, 20);
	/* nothing but the identity: an empty list would mean all */
	assert_string_equal(buf_text(&s->out),
		"{\"size\":20,\"query\":{\"match_all\":{}},\"_source\":[\"_id\"],\"track_total_hits\":true}");
	assert_true(fields_add(f, "items[].sku", &s->e) >= 0);
	assert_true(fields_add(f, "a\\.b.c", &s->e) >= 0);
	buf_reset(&s->out);
	es_sample_body(&s->out, &s->search, 20);
	assert_non_null(strstr(buf_text(&s->out), "\"_source\":[\"items.sku\",\"a.b.c\"]"));
	/* the user's own _source wins */
	take_body(s, "{\"_source\":{\"excludes\":[\"x\"]},\"runtime_mappings\":{\"r\":{\"type\":\"long\"}}}");
	buf_reset(&s->out);
	es_sample_body(&s->out, &s->search, 20);
	assert_string_equal(buf_text(&s->out),
		"{\"size\":20,\"query\":{\"match_all\":{}},\"_source\":{\"excludes\":[\"x\"]},"
		"\"runtime_mappings\":{\"r\":{\"type\":\"long\"}},\"track_total_hits\":true}");
}

static void refused_bodies(void **state)
{
	static const struct {
		const char *body, *says;
	} cases[] = {
		{"{\"size\":1}", "\"size\" does not belong into the body: the page size"},
		{"{\"aggs\":{}}", "documents are read, not aggregations"},
		{"{\"sort\":[]}", "\"sort\""},
		{"{\"search_after\":[1]}", "\"search_after\""},
		{"{\"track_total_hits\":false}", "proves"},
		{"{\"qurey\":{}}", "did you mean \"query\"?"},
		{"{\"zzz\":{}}", "only query, _source and runtime_mappings"},
		{"{\"_source\":false}", "nothing to read"},
		{"[]", "must be an object"},
		{"{\"query\":{}", ""},
		{"{\"query\":{},\"query\":{}}", ""},
	};
	struct setup *s = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		s->request.body = cases[i].body;
		s->e = (struct error){.kind = ERROR_NONE};
		assert_int_equal(es_body_parse(&s->search.body, &s->request, &s->e), -1);
		assert_int_equal(s->e.kind, ERROR_CONFIG);
		assert_non_null(strstr(s->e.message, cases[i].says));
		assert_null(s->search.body);
	}
}

static void paths(void **state)
{
	struct setup *s = *state;

	es_index_path(&s->out, "a-*,-b,<x-{now/d}>,c d/e", "/_search");
	assert_string_equal(buf_text(&s->out), "/a-*,-b,%3Cx-%7Bnow%2Fd%7D%3E,c%20d%2Fe/_search");
	buf_reset(&s->out);
	es_search_path(&s->out, ES_SCROLL, "p");
	assert_string_equal(buf_text(&s->out), "/p/_search?scroll=5m");
	buf_reset(&s->out);
	es_search_path(&s->out, ES_PIT_ELASTIC, "p");
	assert_string_equal(buf_text(&s->out), "/_search");
	buf_reset(&s->out);
	es_pit_path(&s->out, ES_PIT_ELASTIC, "p");
	es_pit_path(&s->out, ES_PIT_OPENSEARCH, "p");
	assert_string_equal(buf_text(&s->out), "/p/_pit?keep_alive=5m/p/_search/point_in_time?keep_alive=5m");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(scroll, set_up, tear_down),
		cmocka_unit_test_setup_teardown(point_in_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(window, set_up, tear_down),
		cmocka_unit_test_setup_teardown(field_lists, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refused_bodies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(paths, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("source_request", tests, NULL, NULL);
}
