/*
 * Pages as servers answered them, and pages that no server should answer.
 */
#include "base/base.h"
#include "base/buf.h"
#include "source/hits.h"

#include <setjmp.h>
#include <cmocka.h>

struct page {
	struct buf text;
	struct arena arena;
	struct fields *fields;
	struct doc doc;
	struct hits hits;
};

static struct page page_of(const char *text)
{
	struct page p;
	struct error e;

	buf_init(&p.text, 1 << 20);
	buf_adds(&p.text, text);
	arena_init(&p.arena);
	p.fields = fields_new();
	assert_int_equal(fields_add(p.fields, "a", &e), 0);
	doc_init(&p.doc, p.fields);
	return p;
}

static void page_clear(struct page *p)
{
	doc_clear(&p->doc);
	fields_free(p->fields);
	arena_clear(&p->arena);
	buf_clear(&p->text);
}

static int open_page(struct page *p)
{
	return hits_open(&p->hits, buf_span(&p->text), &p->arena);
}

static int next(struct page *p)
{
	return hits_next(&p->hits, &p->doc);
}

static void assert_span(struct span s, const char *text)
{
	assert_int_equal(s.n, strlen(text));
	assert_memory_equal(s.p, text, s.n);
}

/* OpenSearch 2.19, scroll, with versions. */
static void scroll_page(void **state)
{
	struct page p =
		page_of("{\"_scroll_id\":\"FGluY2==\",\"took\":2,\"timed_out\":false,\"_shards\":{\"total\":3,"
			"\"successful\":3,\"skipped\":0,\"failed\":0},\"hits\":{\"total\":{\"value\":4499,"
			"\"relation\":\"eq\"},\"max_score\":null,\"hits\":[{\"_index\":\"s\",\"_id\":\"H\\u00e9\","
			"\"_version\":7,\"_seq_no\":5,\"_primary_term\":2,\"_score\":null,\"_source\":{\"a\":\"x\"},"
			"\"sort\":[0]},{\"_index\":\"s\",\"_id\":\"H2\",\"_score\":null,\"_source\":{\"b\":1},"
			"\"fields\":{\"a\":[1]},\"sort\":[1,\"z\"]}]}}\n");

	(void)state;
	assert_int_equal(open_page(&p), 0);
	assert_span(p.hits.cursor, "FGluY2==");
	assert_false(p.hits.timed_out);
	assert_int_equal(p.hits.shards, 3);
	assert_int_equal(p.hits.failed, 0);
	assert_int_equal(p.hits.total, 4499);
	assert_true(p.hits.total_exact);
	assert_span(hits_last_sort(buf_span(&p.text)), "[1,\"z\"]");
	assert_int_equal(next(&p), 1);
	assert_span(p.doc.index, "s");
	assert_span(p.doc.id, "H\xc3\xa9");
	assert_int_equal(p.doc.seq_no, 5);
	assert_int_equal(p.doc.primary_term, 2);
	assert_int_equal(p.doc.version, 7);
	assert_span(p.doc.source, "{\"a\":\"x\"}");
	assert_span(doc_first(&p.doc, 0)->raw, "x");
	assert_int_equal(next(&p), 1);
	assert_int_equal(p.doc.seq_no, -1);
	assert_null(doc_first(&p.doc, 0));
	assert_span(p.hits.last.sort, "[1,\"z\"]");
	assert_int_equal(next(&p), 0);
	assert_int_equal(p.hits.count, 2);
	assert_int_equal(next(&p), 0);
	page_clear(&p);
}

/* Keys in an order that no server uses today, and a total as a number. */
static void other_order(void **state)
{
	struct page p = page_of("{\"hits\":{\"hits\":[{\"sort\":[9],\"_source\":{\"a\":1},\"_id\":\"i\"}],\"total\":1},"
				"\"timed_out\":true,\"_shards\":{\"failed\":1,\"total\":2},\"pit_id\":\"p\"}");

	(void)state;
	assert_int_equal(open_page(&p), 0);
	assert_int_equal(p.hits.total, -1);
	assert_int_equal(next(&p), 1);
	assert_int_equal(next(&p), 0);
	assert_int_equal(p.hits.total, 1);
	assert_true(p.hits.total_exact);
	assert_true(p.hits.timed_out);
	assert_int_equal(p.hits.failed, 1);
	assert_span(p.hits.cursor, "p");
	page_clear(&p);
}

static void inexact_total(void **state)
{
	struct page p = page_of("{\"hits\":{\"total\":{\"relation\":\"gte\",\"value\":10000},\"hits\":[]}}");

	(void)state;
	assert_int_equal(open_page(&p), 0);
	assert_int_equal(p.hits.total, 10000);
	assert_false(p.hits.total_exact);
	assert_int_equal(p.hits.shards, -1);
	assert_int_equal(next(&p), 0);
	page_clear(&p);
}

#define PAGE(hits) "{\"_scroll_id\":\"c\",\"hits\":{\"total\":3,\"hits\":[" hits "]}}"
#define GOOD(id) "{\"_id\":\"" id "\",\"_source\":{\"a\":1}}"

/* A document that cannot be used costs itself, not what follows. */
static void lost_hit(struct page *p, const char *why)
{
	assert_int_equal(open_page(p), 0);
	assert_int_equal(next(p), 1);
	assert_int_equal(next(p), -1);
	assert_true(p->hits.inside);
	assert_span(p->hits.last.id, "bad");
	assert_non_null(strstr(p->hits.why, why));
	assert_int_equal(next(p), 1);
	assert_span(p->doc.id, "last");
	assert_int_equal(next(p), 0);
	assert_int_equal(p->hits.count, 3);
	page_clear(p);
}

static void lost_hits(void **state)
{
	struct page twice = page_of(PAGE(GOOD("1") ",{\"_id\":\"bad\",\"_source\":{\"a\":1,\"a\":2}}," GOOD("last")));
	struct page none = page_of(PAGE(GOOD("1") ",{\"_id\":\"bad\"}," GOOD("last")));
	struct page utf8 = page_of(PAGE(GOOD("1") ",{\"_id\":\"bad\",\"_source\":{\"a\":\"\xff\"}}," GOOD("last")));

	(void)state;
	lost_hit(&twice, "stands twice");
	lost_hit(&none, "no _source");
	lost_hit(&utf8, "not UTF-8");
}

/* Broken JSON: the rest of the page is lost, and it is said where. */
static void broken_pages(void **state)
{
	static const char *const texts[] = {
		PAGE(GOOD("1") ",{\"_id\":\"2\",\"_source\":{\"a\":!}}"),
		PAGE(GOOD("1") ",") "x",
		"{\"hits\":{\"hits\":[" GOOD("1"),
		"{\"hits\":{\"hits\":[" GOOD("1") "],\"hits\":[]}}",
		"{\"hits\":{\"hits\":[" GOOD("1") "]},\"hits\":{\"hits\":[]}}",
		PAGE(GOOD("1")) "{}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct page p = page_of(texts[i]);
		assert_int_equal(open_page(&p), 0);
		assert_int_equal(next(&p), 1);
		assert_int_equal(next(&p), -1);
		assert_false(p.hits.inside);
		assert_non_null(strstr(p.hits.why, "byte"));
		assert_int_equal(next(&p), 0);
		page_clear(&p);
	}
}

static void no_pages(void **state)
{
	static const char *const texts[] = {"", "<html>", "[]", "{}", "{\"hits\":{}}", "{\"hits\":[]}",
		"{\"hits\":{\"hits\":{}}}", "{\"_shards\":{\"total\":1", "null"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct page p = page_of(texts[i]);
		assert_int_equal(open_page(&p), -1);
		assert_int_not_equal(p.hits.why[0], '\0');
		page_clear(&p);
	}
}

/* A text that looks like sort values is none. */
static void last_sort(void **state)
{
	struct page p = page_of(PAGE("{\"_source\":{\"a\":\"\\\"sort\\\":[5]\"},\"sort\":[4]}"));
	struct page none = page_of(PAGE(GOOD("1")));

	(void)state;
	assert_span(hits_last_sort(buf_span(&p.text)), "[4]");
	assert_int_equal(hits_last_sort(buf_span(&none.text)).n, 0);
	page_clear(&p);
	page_clear(&none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scroll_page),
		cmocka_unit_test(other_order),
		cmocka_unit_test(inexact_total),
		cmocka_unit_test(lost_hits),
		cmocka_unit_test(broken_pages),
		cmocka_unit_test(no_pages),
		cmocka_unit_test(last_sort),
	};

	return cmocka_run_group_tests_name("source_hits", tests, NULL, NULL);
}
