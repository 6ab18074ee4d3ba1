/* equals_sum: what is a sum, and what is said of one that cannot be made. */
#include "rule_support.h"

#define RULE(check) "version: 1\nrules:\n  - id: r\n    title: t\n    query: q\n    check:\n      - " check "\n"
#define TOTAL "{field: total, equals_sum: {terms: ['lines[].price * lines[].quantity', postage, '- discount']}}"

static void expect(const char *rule, const char *doc, const char *lines)
{
	const struct eval_options options = {.now = NOW, .index = "i"};
	struct eval *eval;
	struct bench b;
	struct buf out;

	bench_open(&b, "key: a\n", rule);
	bench_must_be_good(&b);
	eval = eval_new(b.set->groups[0], &options);
	buf_init(&out, 1 << 20);
	bench_doc(&b, eval, "d1", doc, collect_lines, &out);
	for (size_t i = 0; i < rule_group_count(b.set->groups[0]); i++)
		buf_addf(&out, "%s%s", eval_stats(eval, i)->why, eval_stats(eval, i)->errors ? "\n" : "");
	assert_string_equal(buf_text(&out), lines);
	buf_clear(&out);
	eval_free(eval);
	bench_close(&b);
}

#define FOUND(klass, value, message) "r " klass " total " value " shop= key={\"a\":1} | " message "\n"

static void adds_up(void **state)
{
	(void)state;
	expect(RULE(TOTAL),
		"{\"a\":1,\"total\":28120,\"postage\":250,\"discount\":0,\"lines\":[{\"price\":14690,\"quantity\":1},"
		"{\"quantity\":2,\"price\":6590}]}",
		"");
	expect(RULE(TOTAL),
		"{\"a\":1,\"total\":28121,\"postage\":250,\"discount\":0,\"lines\":[{\"price\":14690,\"quantity\":1},"
		"{\"quantity\":2,\"price\":6590}]}",
		FOUND("equals_sum", "28121",
			"total: 28121 is not 28120, the sum of lines[].price * lines[].quantity + postage - discount"));
	expect(RULE(TOTAL),
		"{\"a\":1,\"total\":0.3,\"postage\":0.20,\"discount\":0,\"lines\":[{\"price\":0.1,\"quantity\":1e0}]}",
		"");
	expect(RULE(TOTAL), "{\"a\":1,\"total\":-1,\"postage\":0,\"discount\":1,\"lines\":[]}", "");
	expect(RULE(TOTAL), "{\"a\":1,\"postage\":0,\"discount\":1,\"lines\":[]}", "");
	expect(RULE("{field: total, equals_sum: {terms: ['rate * rows[].n']}}"),
		"{\"a\":1,\"total\":6,\"rate\":2,\"rows\":[{\"n\":1},{\"n\":2}]}", "");
}

static void keeps_a_tolerance(void **state)
{
	static const char rule[] = RULE("{field: total, equals_sum: {terms: [x], tolerance: 0.5}}");

	(void)state;
	expect(rule, "{\"a\":1,\"total\":1,\"x\":1.5}", "");
	expect(rule, "{\"a\":1,\"total\":1,\"x\":0.5}", "");
	expect(rule, "{\"a\":1,\"total\":1,\"x\":1.500001}",
		FOUND("equals_sum", "1", "total: 1 is not 1.500001, the sum of x"));
}

static void names_the_part(void **state)
{
	(void)state;
	expect(RULE(TOTAL), "{\"a\":1,\"total\":1,\"discount\":0,\"lines\":[]}",
		FOUND("type", "1", "total: 1 has no sum to be compared with: postage is absent"));
	expect(RULE(TOTAL), "{\"a\":1,\"total\":1,\"postage\":null,\"discount\":0,\"lines\":[]}",
		FOUND("type", "1", "total: 1 has no sum to be compared with: postage is null"));
	expect(RULE(TOTAL), "{\"a\":1,\"total\":1,\"postage\":\"1\",\"discount\":0,\"lines\":[]}",
		FOUND("type", "1", "total: 1 has no sum to be compared with: postage is \"1\", not a number"));
	expect(RULE(TOTAL),
		"{\"a\":1,\"total\":1,\"postage\":0,\"discount\":0,\"lines\":[{\"price\":1,\"quantity\":1},{\"price\":"
		"1}]}",
		FOUND("type", "1", "total: 1 has no sum to be compared with: lines[].quantity of element 1 is absent"));
	expect(RULE(TOTAL), "{\"a\":1,\"total\":1,\"postage\":0,\"discount\":0}",
		FOUND("type", "1", "total: 1 has no sum to be compared with: lines[].price of element 0 is absent"));
	expect(RULE(TOTAL), "{\"a\":1,\"total\":\"1\",\"postage\":0,\"discount\":0,\"lines\":[]}",
		FOUND("type", "\"1\"", "total: \"1\" is a text, and equals_sum needs a number"));
	expect(RULE("{field: total, type: decimal, equals_sum: {terms: [x]}}"),
		"{\"a\":1,\"total\":\"1.50\",\"x\":\"1.5\"}", "");
}

static void stops_at_the_limit(void **state)
{
	(void)state;
	expect(RULE("{field: total, equals_sum: {terms: [x]}}"), "{\"a\":1,\"total\":1,\"x\":1e5000}",
		"document d1, total: the sum has more digits than LIMIT_AMOUNT_DIGITS\n");
}

static void refuse(const char *rule, const char *faults)
{
	struct bench b;
	struct buf out;

	bench_open(&b, "key: a\n", rule);
	buf_init(&out, 1 << 20);
	bench_faults(&b, &out);
	assert_string_equal(buf_text(&out), faults);
	buf_clear(&out);
	bench_close(&b);
}

static void refuses_what_is_no_sum(void **state)
{
	(void)state;
	refuse(RULE("{field: t, equals_sum: {terms: []}}"), "7:32 E0303 a sum of nothing\n");
	refuse(RULE("{field: t, equals_sum: {terms: [a b]}}"), "7:40 E0306 this term is not well formed: \"a b\"\n");
	refuse(RULE("{field: t, equals_sum: {terms: ['a[].x * b[].x']}}"),
		"7:40 E0306 these fields do not stand in one element of one list: \"a[].x * b[].x\"\n");
	refuse(RULE("{field: t, equals_sum: {terms: [a], tolerance: -1}}"),
		"7:56 E0306 tolerance is less than 0: nothing can hold\n");
	refuse(RULE("{field: t, equals_sum: {terms: [a..b]}}"),
		"7:40 E0305 field path 'a..b': a key between two dots or at an end is empty\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_up),
		cmocka_unit_test(keeps_a_tolerance),
		cmocka_unit_test(names_the_part),
		cmocka_unit_test(stops_at_the_limit),
		cmocka_unit_test(refuses_what_is_no_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
