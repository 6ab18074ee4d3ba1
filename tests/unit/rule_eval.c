/*
 * Rules on documents: gates, exceptions, keys, classes, limits, and that the
 * prefilter changes nothing.
 */
#include "rule_support.h"

#include "rule/eval.h"

struct eval_case {
	const char *name;
	const char *query; /* lines of the query file */
	const char *rule;  /* keys of one rule, from the third on */
	const char *id, *doc;
	const char *want; /* lines as collect_lines writes them; counts of gated and allowed after them */
};

static const struct eval_case cases[] = {
	{"gate closed", "", "when: {field: on, equals: true}\n    check: [{field: a, required: true}]", "1",
		"{\"on\":false}", "gated=1 allowed=0 errors=0"},
	{"gate open", "", "when: {field: on, equals: true}\n    check: [{field: a, required: true}]", "1",
		"{\"on\":true}",
		"r required a  shop= key={\"_id\":\"1\"} | a: is absent but is required\ngated=0 allowed=0 errors=0"},
	{"gate on an absent field", "", "when: {field: on, equals: true}\n    hit: true", "1", "{}",
		"gated=1 allowed=0 errors=0"},
	{"not_equals holds on an absent field", "", "when: {field: on, not_equals: x}\n    hit: true", "1", "{}",
		"r hit   shop= key={\"_id\":\"1\"} | t\ngated=0 allowed=0 errors=0"},
	{"not_equals of a list: no element", "", "when: {field: 'l[]', not_equals: x}\n    hit: true", "1",
		"{\"l\":[\"y\",\"x\"]}", "gated=1 allowed=0 errors=0"},
	{"all conditions of a list", "", "when: [{field: a, min: 5}, {field: b, match: '^x'}]\n    hit: true", "1",
		"{\"a\":5,\"b\":\"yx\"}", "gated=1 allowed=0 errors=0"},
	{"one element is enough", "", "when: {field: 'l[].k', one_of: [x, y]}\n    hit: true", "1",
		"{\"l\":[{\"k\":\"z\"},{\"k\":\"y\"}]}",
		"r hit   shop= key={\"_id\":\"1\"} | t\ngated=0 allowed=0 errors=0"},
	{"exists", "", "when: [{field: a, exists: true}, {field: b, exists: false}]\n    hit: {message: told}", "1",
		"{\"a\":1,\"b\":null}", "r hit   shop= key={\"_id\":\"1\"} | told\ngated=0 allowed=0 errors=0"},
	{"instants in a gate", "", "when: {field: at, min: 2026-01-01T00:00:00Z}\n    hit: true", "1",
		"{\"at\":\"2025-12-31T23:59:59Z\"}", "gated=1 allowed=0 errors=0"},
	{"allowed by match", "",
		"check: [{field: jan, must_match: '^[0-9]+$'}]\n    allow: [{field: jan, match: '^IN-', reason: r}]",
		"1", "{\"jan\":\"IN-1\"}", "gated=0 allowed=1 errors=0"},
	{"not allowed", "",
		"check: [{field: jan, must_match: '^[0-9]+$'}]\n    allow: [{field: jan, match: '^IN-', reason: r}]",
		"1", "{\"jan\":\"XX-1\"}",
		"r must_match jan \"XX-1\" shop= key={\"_id\":\"1\"} | jan: \"XX-1\" does not match ^[0-9]+$\ngated=0 "
		"allowed=0 errors=0"},
	{"the next element is looked at after an allowed one", "",
		"check: [{field: 'l[]', must_match: '^[0-9]+$'}]\n    allow: [{field: 'l[]', equals: x, reason: r}]",
		"1", "{\"l\":[\"x\",\"y\"]}",
		"r must_match l[] \"y\" shop= key={\"_id\":\"1\"} | l[1]: \"y\" does not match ^[0-9]+$\ngated=0 "
		"allowed=1 errors=0"},
	{"allow of another field", "",
		"check: [{field: a, required: true}]\n    allow: [{field: b, equals: x, reason: r}]", "1",
		"{\"b\":\"x\"}",
		"r required a  shop= key={\"_id\":\"1\"} | a: is absent but is required\ngated=0 allowed=0 errors=0"},
	{"allow by key", "key: [shop, sku]",
		"check: [{field: a, required: true}]\n    allow: [{key: 's1/*', reason: r}]", "1",
		"{\"shop\":\"s1\",\"sku\":\"x\"}", "gated=0 allowed=1 errors=0"},
	{"allow by key and field", "key: [shop, sku]",
		"check: [{field: a, required: true}]\n    allow: [{key: 's1/*', field: b, equals: x, reason: r}]", "1",
		"{\"shop\":\"s1\",\"sku\":\"x\",\"b\":\"y\"}",
		"r required a  shop= key={\"shop\":\"s1\",\"sku\":\"x\"} | a: is absent but is required\ngated=0 "
		"allowed=0 errors=0"},
	{"expired allow", "",
		"check: [{field: a, max: 1}]\n    allow: [{field: a, equals: 2, reason: r, until: 2026-11-23}]", "1",
		"{\"a\":2}", "r max a 2 shop= key={\"_id\":\"1\"} | a: 2 is more than 1\ngated=0 allowed=0 errors=0"},
	{"the last day of an allow", "",
		"check: [{field: a, max: 1}]\n    allow: [{field: a, equals: 2, reason: r, until: 2026-11-24}]", "1",
		"{\"a\":2}", "gated=0 allowed=1 errors=0"},
	{"allowed hit", "", "hit: true\n    allow: [{field: a, equals: 2, reason: r}]", "1", "{\"a\":2}",
		"gated=0 allowed=1 errors=0"},
	{"key with a null part", "key: [shop, n]\nshop: shop", "hit: true", "d1", "{\"shop\":\"s\\u0031\",\"n\":null}",
		"r hit   shop=s1 key={\"shop\":\"s1\",\"n\":null,\"_id\":\"d1\"} | t\ngated=0 allowed=0 errors=0"},
	{"key of numbers and bools", "key: [n, b]", "hit: true", "d1", "{\"n\":1.50,\"b\":true}",
		"r hit   shop= key={\"n\":1.50,\"b\":true} | t\ngated=0 allowed=0 errors=0"},
	{"two fields of one check", "", "check: [{field: a, max: 1}, {field: b, max: 1}]", "1", "{\"a\":2,\"b\":3}",
		"r max:a a 2 shop= key={\"_id\":\"1\"} | a: 2 is more than 1\nr max:b b 3 shop= key={\"_id\":\"1\"} | "
		"b: 3 is more than 1\ngated=0 allowed=0 errors=0"},
	{"two entries of one class tell once", "",
		"check: [{field: a, must_not_match: 'bad1'}, {field: a, must_not_match: 'bad2'}]", "1",
		"{\"a\":\"bad2 bad1\"}",
		"r must_not_match a \"bad2 bad1\" shop= key={\"_id\":\"1\"} | a: \"bad2 bad1\" matches bad1\ngated=0 "
		"allowed=0 errors=0"},
	{"classes of types", "", "check: [{field: a, max: 1}, {field: b, max_chars: 1}]", "1", "{\"a\":\"x\",\"b\":3}",
		"r type:a a \"x\" shop= key={\"_id\":\"1\"} | a: \"x\" is a text, and max needs a number\nr type:b b 3 "
		"shop= key={\"_id\":\"1\"} | b: 3 is a number, and max_chars needs a text\ngated=0 allowed=0 errors=0"},
	{"_id as a field", "", "check: [{field: _id, must_match: '^P'}]", "X\"1", "{}",
		"r must_match _id \"X\\\"1\" shop= key={\"_id\":\"X\\\"1\"} | _id: \"X\\\"1\" does not match "
		"^P\ngated=0 allowed=0 errors=0"},
	{"zone of the rule", "", "zone: '+09:00'\n    check: [{field: a, max: 2026-11-24T00:00:00Z}]", "1",
		"{\"a\":\"2026-11-24T08:59:59\"}", "gated=0 allowed=0 errors=0"},
	{"a pattern of many lines is told in one", "", "check: [{field: a, must_match: \"^(?x)\\n a\\n b$\"}]", "1",
		"{\"a\":\"x\"}",
		"r must_match a \"x\" shop= key={\"_id\":\"1\"} | a: \"x\" does not match ^(?x)  a  b$\ngated=0 "
		"allowed=0 errors=0"},
};

static void documents(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct eval_case *c = &cases[i];
		struct eval_options options = {.now = NOW};
		const struct rule_stats *stats;
		struct eval *eval;
		struct bench b;
		struct buf rules, got;

		buf_init(&rules, 1 << 16);
		buf_init(&got, 1 << 16);
		buf_addf(&rules, "version: 1\nrules:\n  - id: r\n    title: t\n    query: q\n    %s\n", c->rule);
		bench_open(&b, c->query, buf_text(&rules));
		bench_must_be_good(&b);
		eval = eval_new(b.set->groups[0], &options);
		bench_doc(&b, eval, c->id, c->doc, collect_lines, &got);
		stats = eval_stats(eval, 0);
		buf_addf(&got, "gated=%lld allowed=%lld errors=%lld", (long long)stats->gated,
			(long long)stats->allowed, (long long)stats->errors);
		assert_int_equal(stats->documents, 1);
		if (strcmp(buf_text(&got), c->want) != 0)
			fail_msg("%s:\n  want %s\n  got  %s", c->name, c->want, buf_text(&got));
		eval_free(eval);
		bench_close(&b);
		buf_clear(&rules);
		buf_clear(&got);
	}
}

/* ---- limits ---- */

static void a_limit_is_no_answer(void **state)
{
	static const char rules[] =
		"version: 1\nrules:\n"
		"  - {id: slow, title: t, query: q, check: [{field: a, must_not_match: '^(a+)+$'}]}\n"
		"  - {id: long, title: t, query: q, check: [{field: b, must_not_match: 'needle'}]}\n"
		"  - {id: gate, title: t, query: q, when: {field: a, match: '^(a+)+$'}, hit: true}\n";
	struct eval_options options = {.now = NOW};
	struct eval *eval;
	struct bench b;
	struct buf got, doc;

	(void)state;
	bench_open(&b, "", rules);
	bench_must_be_good(&b);
	eval = eval_new(b.set->groups[0], &options);
	buf_init(&got, 1 << 16);
	buf_init(&doc, 1 << 20);
	buf_adds(&doc, "{\"a\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\",\"b\":\"");
	for (size_t i = 0; i <= LIMIT_SUBJECT_BYTES; i++)
		buf_addc(&doc, 'x');
	buf_adds(&doc, "\"}");
	bench_doc(&b, eval, "d1", buf_text(&doc), collect_lines, &got);
	assert_int_equal(got.len, 0);
	assert_int_equal(eval_stats(eval, 0)->errors, 1);
	assert_string_equal(eval_stats(eval, 0)->why, "document d1, a: the match limit was hit (LIMIT_MATCH_STEPS)");
	assert_int_equal(eval_stats(eval, 1)->errors, 1);
	assert_string_equal(eval_stats(eval, 1)->why, "document d1, b: the text is longer than LIMIT_SUBJECT_BYTES");
	assert_int_equal(eval_stats(eval, 2)->errors, 1);
	assert_string_equal(eval_stats(eval, 2)->why, "document d1, when: the match limit was hit (LIMIT_MATCH_STEPS)");
	eval_free(eval);
	buf_clear(&got);
	buf_clear(&doc);
	bench_close(&b);
}

struct stopper {
	struct eval *eval;
	size_t plan, drafts;
};

static int stop_at_draft(void *arg, const struct draft *d, struct error *e)
{
	struct stopper *s = arg;

	(void)d;
	(void)e;
	s->drafts++;
	eval_stop(s->eval, s->plan, "its time is over");
	return 0;
}

/* A rule that used up its budget is left out; one that shares its regex goes on until it is stopped too. */
static void a_stopped_rule_is_told(void **state)
{
	struct eval_options options = {.now = NOW};
	struct stopper stopper = {.plan = 0};
	const struct rule_stats *first, *second;
	struct bench b;

	(void)state;
	bench_open(&b, "",
		"version: 1\nrules:\n  - {id: r1, title: t, query: q, check: [{field: a, must_match: '^x'}]}\n"
		"  - {id: r2, title: t, query: q, check: [{field: a, must_match: '^x'}]}\n");
	bench_must_be_good(&b);
	stopper.eval = eval_new(b.set->groups[0], &options);
	bench_doc(&b, stopper.eval, "d1", "{\"a\":\"y\"}", stop_at_draft, &stopper);
	assert_int_equal(stopper.drafts, 2);
	assert_int_equal(stopper.eval->sleepers[0], 1);
	stopper.plan = 1;
	bench_doc(&b, stopper.eval, "d2", "{\"a\":\"z\"}", stop_at_draft, &stopper);
	bench_doc(&b, stopper.eval, "d3", "{\"a\":\"z\"}", stop_at_draft, &stopper);
	assert_int_equal(stopper.drafts, 3);
	assert_int_equal(stopper.eval->sleepers[0], 0);
	first = eval_stats(stopper.eval, 0);
	second = eval_stats(stopper.eval, 1);
	assert_int_equal(first->findings, 1);
	assert_int_equal(first->documents, 1);
	assert_true(first->over_budget);
	assert_string_equal(first->why, "its time is over, at document d1");
	assert_int_equal(second->findings, 2);
	assert_int_equal(second->documents, 2);
	eval_free(stopper.eval);
	bench_close(&b);
}

static void long_values_are_cut_on_a_character(void **state)
{
	struct eval_options options = {.now = NOW};
	struct eval *eval;
	struct bench b;
	struct buf got, doc;

	(void)state;
	bench_open(&b, "", "version: 1\nrules:\n  - {id: r, title: t, query: q, check: [{field: a, max_chars: 1}]}\n");
	eval = eval_new(b.set->groups[0], &options);
	buf_init(&got, 1 << 16);
	buf_init(&doc, 1 << 16);
	buf_adds(&doc, "{\"a\":\"");
	for (size_t i = 0; i < 1000; i++)
		buf_adds(&doc, "日");
	buf_adds(&doc, "\"}");
	bench_doc(&b, eval, "d1", buf_text(&doc), collect_lines, &got);
	assert_true(utf8_invalid(buf_span(&got)) < 0);
	assert_non_null(strstr(buf_text(&got), "(cut)"));
	assert_non_null(strstr(buf_text(&got), "… has 1000 characters, more than 1"));
	eval_free(eval);
	buf_clear(&got);
	buf_clear(&doc);
	bench_close(&b);
}

/* ---- the prefilter changes nothing ---- */

static uint64_t seed = 7;

static uint32_t chance(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((seed >> 33) % below);
}

static const char *const words[] = {"status=NG", "status=ERR", "timeout", "Fatal", "エラー", "不良品", "<script",
	"job=retry-", "E00", "1", "2", "3", " ", "ms", "\\n", "ks", "\\u212a", "failed", "price", "\\u30a8ラー1"};

static void random_doc(struct buf *out)
{
	static const char *const kinds[] = {"12345", "null", "true", "[\"timeout1\"]", "{\"x\":\"timeout1\"}"};

	buf_adds(out, "{");
	for (unsigned field = 0; field < 3; field++) {
		buf_addf(out, "%s\"f%u\":", field ? "," : "", field);
		if (chance(12) == 0) {
			buf_adds(out, kinds[chance(ARRAY_LEN(kinds))]);
			continue;
		}
		buf_addc(out, '"');
		for (unsigned n = chance(8); n > 0; n--)
			buf_adds(out, words[chance(ARRAY_LEN(words))]);
		buf_addc(out, '"');
	}
	buf_adds(out, ",\"l\":[");
	for (unsigned n = chance(4), i = 0; i < n; i++)
		buf_addf(out, "%s{\"m\":\"%s%s\"}", i ? "," : "", words[chance(ARRAY_LEN(words))],
			words[chance(ARRAY_LEN(words))]);
	buf_adds(out, "]}");
}

static void random_rules(struct buf *out)
{
	static const char *const patterns[] = {"E00%u: [a-z]+", "job=retry-%u", "status=(?:NG|ERR)%u", "(?i)fatal%u",
		"エラー%u", "timeout%u?\\d", "(?i)tasks%u", "不良品%u", "<(?:script|iframe)%u", "\\d{%u}ms", "(?i)KS%u",
		"price%u|failed%u"};
	static const char *const fields[] = {"f0", "f1", "f2", "l[].m", "f0"};

	buf_adds(out, "version: 1\nrules:\n");
	for (unsigned i = 0; i < 120; i++) {
		const char *field = fields[chance(ARRAY_LEN(fields))];
		char pattern[64], other[64];
		unsigned digit = 1 + chance(3);

		snprintf(pattern, sizeof(pattern), patterns[chance(ARRAY_LEN(patterns))], digit, digit);
		snprintf(other, sizeof(other), patterns[chance(ARRAY_LEN(patterns))], digit, digit);
		buf_addf(out, "  - {id: r%u, title: t, query: q, ", i);
		if (chance(4) == 0)
			buf_addf(out, "when: {field: f%u, match: '%s'}, ", chance(3), other);
		if (chance(4) == 0)
			buf_addf(out, "allow: [{field: '%s', match: '%s', reason: r}], ", field, other);
		buf_addf(out, "check: [{field: '%s', %s: '%s'%s}", field, chance(3) ? "must_not_match" : "must_match",
			pattern, chance(5) ? "" : ", ignore_case: true");
		if (chance(4) == 0)
			buf_addf(out, ", {field: f1, must_not_match: '%s'}", other);
		buf_adds(out, "]}\n");
	}
}

static void both_ways_agree(void **state)
{
	struct eval_options with = {.now = NOW}, without = {.now = NOW, .no_prefilter = true};
	struct eval *fast, *slow;
	struct bench b;
	struct buf rules, doc, a, c;
	size_t found = 0;

	(void)state;
	buf_init(&rules, 1 << 20);
	buf_init(&doc, 1 << 20);
	buf_init(&a, 1 << 22);
	buf_init(&c, 1 << 22);
	for (unsigned round = 0; round < 4; round++) {
		buf_reset(&rules);
		random_rules(&rules);
		bench_open(&b, "", buf_text(&rules));
		bench_must_be_good(&b);
		fast = eval_new(b.set->groups[0], &with);
		slow = eval_new(b.set->groups[0], &without);
		for (unsigned n = 0; n < 1500; n++) {
			buf_reset(&doc);
			buf_reset(&a);
			buf_reset(&c);
			random_doc(&doc);
			bench_doc(&b, fast, "d", buf_text(&doc), collect_lines, &a);
			bench_doc(&b, slow, "d", buf_text(&doc), collect_lines, &c);
			if (strcmp(buf_text(&a), buf_text(&c)) != 0)
				fail_msg("%s\n-- with the prefilter:\n%s-- without:\n%s", buf_text(&doc), buf_text(&a),
					buf_text(&c));
			found += a.len > 0;
		}
		for (size_t i = 0; i < rule_group_count(b.set->groups[0]); i++) {
			assert_int_equal(eval_stats(fast, i)->findings, eval_stats(slow, i)->findings);
			assert_int_equal(eval_stats(fast, i)->allowed, eval_stats(slow, i)->allowed);
			assert_int_equal(eval_stats(fast, i)->errors, 0);
		}
		eval_free(fast);
		eval_free(slow);
		bench_close(&b);
	}
	assert_true(found > 1000);
	buf_clear(&rules);
	buf_clear(&doc);
	buf_clear(&a);
	buf_clear(&c);
}

/* ---- identity ---- */

static int keep_draft(void *arg, const struct draft *d, struct error *e)
{
	(void)e;
	*(struct draft *)arg = *d;
	return 0;
}

static void identity_outlives_index_and_value(void **state)
{
	struct eval_options options = {.now = NOW, .shop = "s9"};
	struct draft first, second;
	struct eval *eval;
	struct bench b;

	(void)state;
	bench_open(&b, "key: [sku]",
		"version: 1\nrules:\n  - {id: r, title: t, query: q, tags: [x, y], check: [{field: a, max: 1}]}\n");
	bench_must_be_good(&b);
	eval = eval_new(b.set->groups[0], &options);
	bench_doc(&b, eval, "d1", "{\"sku\":\"k\",\"a\":2}", keep_draft, &first);
	bench_doc(&b, eval, "d2", "{\"a\":3,\"sku\":\"\\u006b\"}", keep_draft, &second);
	assert_memory_equal(&first.fingerprint, &second.fingerprint, sizeof(first.fingerprint));
	assert_memory_not_equal(&first.value_digest, &second.value_digest, sizeof(first.value_digest));
	assert_string_equal(first.rule_rev, b.set->rules[0].rev);
	assert_int_equal(strlen(first.rule_rev), 12);
	eval_free(eval);
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents),
		cmocka_unit_test(a_limit_is_no_answer),
		cmocka_unit_test(a_stopped_rule_is_told),
		cmocka_unit_test(long_values_are_cut_on_a_character),
		cmocka_unit_test(both_ways_agree),
		cmocka_unit_test(identity_outlives_index_and_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
