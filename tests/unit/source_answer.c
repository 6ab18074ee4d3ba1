/*
 * Answers that are no pages, as OpenSearch 2.19, 3.9 and Elasticsearch 7.10, 8.19 gave them, and what gateways say.
 */
#include "base/base.h"
#include "source/es_answer.h"

#include <setjmp.h>
#include <cmocka.h>

static void set(struct http_answer *a, long status, const char *body)
{
	buf_reset(&a->body);
	buf_adds(&a->body, body);
	a->status = status;
}

static void verdicts(void **state)
{
	static const struct {
		long status;
		enum es_verdict verdict;
	} cases[] = {{200, ES_FINE}, {201, ES_FINE}, {0, ES_LOST}, {502, ES_LOST}, {504, ES_LOST}, {429, ES_AGAIN},
		{503, ES_AGAIN}, {400, ES_REFUSED}, {401, ES_REFUSED}, {404, ES_REFUSED}, {500, ES_REFUSED},
		{301, ES_REFUSED}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(es_judge(&(struct http_answer){.status = cases[i].status}), cases[i].verdict);
	assert_int_equal(es_judge(&(struct http_answer){.status = 0, .too_large = true}), ES_REFUSED);
}

#define SHARDS_FAILED                                                                                                  \
	"{\"error\":{\"root_cause\":[{\"type\":\"query_shard_exception\",\"reason\":\"No mapping found for "           \
	"[_shard_doc] in order "                                                                                       \
	"to sort "                                                                                                     \
	"on\",\"index\":\"p\",\"index_uuid\":\"u\"}],\"type\":\"search_phase_execution_exception\",\"reason\":\"all "  \
	"shards failed\",\"phase\":\"query\",\"grouped\":true,\"failed_shards\":[]},\"status\":400}"
#define CAUSED                                                                                                         \
	"{\"error\":{\"root_cause\":[{\"type\":\"x_content_parse_exception\",\"reason\":\"[1:9] failed\"}],\"type\":"  \
	"\"x_content_parse_exception\",\"reason\":\"[1:9] failed\",\"caused_by\":{\"type\":\"a\",\"reason\":\"no "     \
	"[trm] "                                                                                                       \
	"query\"}},\"status\":400}"

static void reasons(void **state)
{
	static const struct {
		const char *body, *type, *text;
	} cases[] = {
		{SHARDS_FAILED, "query_shard_exception", "No mapping found for [_shard_doc] in order to sort on"},
		{CAUSED, "x_content_parse_exception", "[1:9] failed: no [trm] query"},
		{"{\"error\":\"Incorrect HTTP method for uri [/] and method [GET], allowed: [HEAD]\",\"status\":405}",
			"", "Incorrect HTTP method for uri [/] and method [GET], allowed: [HEAD]"},
		{"{\"message\":\"The security token is expired\"}", "", "The security token is expired"},
		{"{\"Message\":\"not authorized\"}", "", "not authorized"},
		{"{\"error\":{\"reason\":\"alone\"}}", "", "alone"},
		{"Unauthorized\n", "", "Unauthorized "},
		{"\xff\xfe", "", ""},
		{"{}", "", ""},
		{"[1]", "", ""},
		{"", "", ""},
	};
	struct es_reason r;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 16);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_reset(&b);
		buf_adds(&b, cases[i].body);
		es_reason_read(&r, buf_span(&b));
		assert_string_equal(r.type, cases[i].type);
		assert_string_equal(r.text, cases[i].text);
	}
	buf_clear(&b);
}

#define NOT_FOUND(type)                                                                                                \
	"{\"error\":{\"root_cause\":[{\"type\":\"" type "\",\"reason\":\"r\"}],\"type\":\"x\"},\"status\":404}"

static void what_is_missing(void **state)
{
	struct http_answer a;

	(void)state;
	http_answer_init(&a);
	set(&a, 404, NOT_FOUND("index_not_found_exception"));
	assert_true(es_index_missing(&a));
	assert_false(es_context_missing(&a));
	assert_false(es_scroll_unknown(&a));
	set(&a, 404, NOT_FOUND("search_context_missing_exception"));
	assert_false(es_index_missing(&a));
	assert_true(es_context_missing(&a));
	/* a wrong base path is no missing index: `optional` must not pass it over */
	set(&a, 404, "<html>404 Not Found</html>");
	assert_false(es_index_missing(&a));
	assert_true(es_scroll_unknown(&a));
	set(&a, 400, NOT_FOUND("index_not_found_exception"));
	assert_false(es_index_missing(&a));
	set(&a, 401, "");
	assert_false(es_scroll_unknown(&a));
	set(&a, 410, "");
	assert_true(es_scroll_unknown(&a));
	http_answer_clear(&a);
}

static struct span text_in(struct buf *b, const char *text)
{
	buf_reset(b);
	buf_adds(b, text);
	return buf_span(b);
}

static void numbers(void **state)
{
	struct buf b, id;

	(void)state;
	buf_init(&b, 1 << 16);
	buf_init(&id, 1 << 16);
	assert_true(es_pit_id(&id, text_in(&b, "{\"id\":\"e==\",\"_shards\":{\"total\":1}}")));
	assert_string_equal(buf_text(&id), "e==");
	assert_true(es_pit_id(&id, text_in(&b, "{\"pit_id\":\"o==\",\"creation_time\":1}")));
	assert_string_equal(buf_text(&id), "o==");
	assert_false(es_pit_id(&id, text_in(&b, "{}")));
	assert_int_equal(es_least_shards(text_in(&b, "{\"p\":{\"settings\":{\"index.number_of_shards\":\"5\"}},"
						     "\"q.r\":{\"settings\":{\"index.number_of_shards\":\"3\"}}}")),
		3);
	assert_int_equal(es_least_shards(text_in(&b, "{}")), 0);
	assert_int_equal(es_least_shards(text_in(&b, "no")), 0);
	assert_int_equal(es_count_read(text_in(&b, "{\"count\":7,\"_shards\":{\"total\":3,\"failed\":0}}")), 7);
	assert_int_equal(es_count_read(text_in(&b, "{\"count\":7,\"_shards\":{\"total\":3,\"failed\":1}}")), -1);
	assert_int_equal(es_count_read(text_in(&b, "")), -1);
	buf_clear(&b);
	buf_clear(&id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(reasons),
		cmocka_unit_test(what_is_missing),
		cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests_name("source_answer", tests, NULL, NULL);
}
