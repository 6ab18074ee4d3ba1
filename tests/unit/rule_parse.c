/*
 * Rule files: what is wrong in them is told with its place, and what is good
 * becomes a set.
 */
#include "rule_support.h"

struct fault_case {
	const char *rules; /* after "version: 1\nrules:\n" */
	const char *want;
};

#define HEAD "  - {id: a, title: t, query: q,\n     "

static const struct fault_case cases[] = {
	{HEAD "tags: [x]}\n", "3:5 E0301 this rule does not say what is wrong\n"},
	{HEAD "hit: true,\n     check: [{field: a, required: true}]}\n",
		"4:11 E0302 this rule has both check and hit (5:13 check stands here)\n"},
	{HEAD "hit: false}\n", "4:11 E0303 hit is either true or a map with a message\n"},
	{HEAD "check: []}\n", "4:13 E0303 check is empty\n"},
	{HEAD "check: [{field: a}]}\n", "4:14 E0303 this entry checks nothing\n"},
	{HEAD "check: [{field: a, required: false}]}\n", "4:14 E0303 this entry checks nothing\n"},
	{HEAD "check: [{field: a, one_of: []}]}\n", "4:33 E0303 one_of lists no values\n"},
	{HEAD "check: [{field: a, age: {}}]}\n", "4:30 E0303 age has neither min nor max\n"},
	{HEAD "check: [{field: a, must_match: ''}]}\n", "4:37 E0303 an empty regex matches everything\n"},
	{HEAD "check: [{field: jan, must_match: '^(?:[0-9]{8}|[0-9]{13}$'}]}\n",
		"4:63 E0304 regex does not compile: missing closing parenthesis (4:41 opened here)\n"},
	{HEAD "check: [{field: jan, must_match: '^日本[a-z'}]}\n",
		"4:47 E0304 regex does not compile: missing terminating ] for character class (4:43 opened here)\n"},
	{HEAD "check: [{field: jan, must_match: \"a\\\\d**\"}]}\n",
		"4:45 E0304 regex does not compile: quantifier does not follow a repeatable item\n"},
	{HEAD "check: [{field: a..b, required: true}]}\n", NULL},
	{HEAD "check: [{field: a, min: 3, max: 1}]}\n", "4:38 E0306 max is less than min: nothing can hold\n"},
	{HEAD "check: [{field: a, min: low}]}\n", "4:30 E0306 \"low\" is neither a number nor an instant\n"},
	{HEAD "check: [{field: a, min: 1, max: 2026-01-01}]}\n",
		"4:38 E0306 min and max are not of one kind: a number and an instant\n"},
	{HEAD "check: [{field: a, min_chars: 3, max_chars: 1}]}\n",
		"4:50 E0306 max_chars 1 is less than min_chars 3: nothing can hold\n"},
	{HEAD "check: [{field: a, type: list, must_match: x}]}\n",
		"4:49 E0306 must_match cannot hold for a value of type list\n"},
	{HEAD "check: [{field: a, type: bool, min: 1}]}\n", "4:42 E0306 min cannot hold for a value of type bool\n"},
	{HEAD "check: [{field: a, type: instant, min: 1}]}\n", "4:45 E0306 min is a number, and the type is instant\n"},
	{HEAD "check: [{field: a, compare: {field: a, op: lt}}]}\n", "4:42 E0306 a field compared with itself\n"},
	{HEAD "check: [{field: a, compare: {field: 'l[].b', op: lt}}]}\n",
		"4:42 E0306 \"a\" and \"l[].b\" do not stand in one element of one list\n"},
	{"  - {id: a, title: t, query: qq, hit: true}\n", "3:30 E0307 there is no query \"qq\"\n"},
	{HEAD "hit: true, tests: [{name: n, doc: '{\"a\": ', expect: clean}]}\n", NULL},
	{HEAD "hit: true, tests: [{name: n, doc: [1], expect: clean}]}\n",
		"4:40 E0308 the document of a test is a map, or JSON in a text\n"},
	{HEAD "hit: true, tests: [{name: n, doc: {}, expect: clean, class: hit}]}\n",
		"4:66 E0308 only a finding has a class, a field and a severity\n"},
	{HEAD "hit: true, zone: Asia/Tokyo}\n", "4:23 E0310 \"Asia/Tokyo\" is no offset from UTC\n"},
	{HEAD "hit: true, recover: {op: patch}}\n", "4:26 E0312 op patch needs set or remove\n"},
	{HEAD "hit: true, recover: {op: call}}\n", "4:26 E0312 op call needs call\n"},
	{HEAD "hit: true, recover: {op: delete, mode: auto}}\n", "4:45 E0312 a delete is never automatic\n"},
	{HEAD "hit: true, recover: {op: reindex, set: {a: 1}}}\n", "4:45 E0312 op reindex has no set\n"},
	{HEAD "hit: true, recover: {op: patch, set: {'a[].b': 1}}}\n", "4:44 E0305 \"a[].b\" cannot be set\n"},
	{HEAD "hit: true, recover: {op: patch, set: {a: 1}, remove: [a]}}\n", "4:59 E0312 \"a\" is changed twice\n"},
	{HEAD "hit: true, recover: {op: patch, set: {a: 1}, guard: {max_percent: 101}}}\n",
		"4:72 E0312 max_percent lies between 0 and 100\n"},
	{HEAD "hit: true, when: {field: a}}\n", "4:23 E0313 this condition says nothing\n"},
	{HEAD "hit: true, when: {field: a, equals: 1, match: x}}\n",
		"4:23 E0313 this condition says more than one thing\n"},
	{HEAD "hit: true, when: []}\n", "4:23 E0313 when is a condition (a map) or a list of them\n"},
	{HEAD "hit: true, allow: [{reason: r}]}\n",
		"4:25 E0313 this allow does not say which value or document it means\n"},
	{HEAD "hit: true, allow: [{field: a, equals: 1, reason: r, until: 2020-01-01}]}\n",
		"4:65 W0410 this allow has expired and is ignored\n"},
	{HEAD "check: [{field: a, must_match: '(*NO_JIT)x'}]}\n", "4:37 W0411 this regex runs without JIT\n"},
	{"  - {id: a, title: t, query: q, hit: true}\n  - {id: a, title: u, query: q, hit: true}\n",
		"4:10 E0207 rule id \"a\" stands twice (3:10 first defined here)\n"},
	{"  []\n", "3:3 E0311 this file holds no rules\n"},
	{HEAD "check: [{field: a, must_mach: x}]}\n", NULL},
	{HEAD "check: [{field: a, format: jam}]}\n", NULL},
};

/* The whole of what is told; of cases without a wish the code of one line alone. */
static void faults_have_places(void **state)
{
	static const char *const codes[] = {"E0305", "E0308", "E0203", "E0202"};
	size_t code = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct bench b;
		struct buf rules, got;

		buf_init(&rules, 1 << 16);
		buf_init(&got, 1 << 16);
		buf_addf(&rules, "version: 1\nrules:\n%s", cases[i].rules);
		bench_open(&b, "", buf_text(&rules));
		bench_faults(&b, &got);
		if (cases[i].want == NULL) {
			if (b.project->diags.errors != 1 || strstr(buf_text(&got), codes[code]) == NULL)
				fail_msg("%s\n  want %s\n  got  %s", cases[i].rules, codes[code], buf_text(&got));
			code++;
		} else if (strcmp(buf_text(&got), cases[i].want) != 0) {
			fail_msg("%s\n  want %s\n  got  %s", cases[i].rules, cases[i].want, buf_text(&got));
		}
		bench_close(&b);
		buf_clear(&rules);
		buf_clear(&got);
	}
}

static void every_code_has_a_page(void **state)
{
	static const char *const codes[] = {"E0301", "E0302", "E0303", "E0304", "E0305", "E0306", "E0307", "E0308",
		"E0310", "E0311", "E0312", "E0313", "W0410", "W0411", "E0207"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		assert_non_null(diag_code_find(codes[i]));
}

static const char good[] =
	"version: 1\n"
	"rules:\n"
	"  - id: jan-code-shape\n"
	"    title: JAN code must be 8 or 13 digits\n"
	"    query: q\n"
	"    severity: error\n"
	"    tags: [catalogue, jan]\n"
	"    when: {field: sellable, equals: true}\n"
	"    check:\n"
	"      - {field: jan, must_match: '^(?:[0-9]{8}|[0-9]{13})$'}\n"
	"    allow:\n"
	"      - {field: jan, match: '^IN-[0-9]{6}$', reason: issued in-house, until: 2999-03-31}\n"
	"    recover: {op: call, call: normalise-jan, mode: manual}\n"
	"    tests:\n"
	"      - {name: short code, doc: {sku: a, jan: '4901', sellable: true}, expect: finding, class: must_match, "
	"field: jan}\n"
	"      - {name: own brand, doc: '{\"sku\":\"b\",\"jan\":\"IN-000123\",\"sellable\":true}', expect: allowed}\n"
	"      - {name: good, doc: {sku: c, jan: '4901234567894', sellable: true}, expect: clean}\n"
	"      - {name: not sold, doc: {sku: c, jan: x, sellable: false}, expect: clean}\n"
	"  - id: listed-though-banned\n"
	"    title: banned\n"
	"    query: q\n"
	"    hit: {message: take it down}\n";

static void a_good_file_becomes_a_set(void **state)
{
	struct bench b;
	const struct rule *rule;
	char rev[13];

	(void)state;
	bench_open(&b, "key: [sku]", good);
	bench_must_be_good(&b);
	assert_int_equal(b.set->count, 2);
	assert_int_equal(b.set->group_count, 1);
	assert_int_equal(strlen(b.set->sha256), 64);
	rule = rule_find(b.set, "jan-code-shape");
	assert_non_null(rule);
	assert_null(rule_find(b.set, "jan"));
	assert_string_equal(rule->tags_joined, "catalogue,jan");
	assert_int_equal(rule->severity, SEVERITY_ERROR);
	assert_int_equal(rule->recover->op, ACTION_CALL);
	assert_int_equal(rule->test_count, 4);
	for (size_t i = 0; i < rule->test_count; i++) {
		struct test_result result;
		struct error e = {0};

		assert_int_equal(rule_test_run(b.set, rule, &rule->tests[i], NOW, &b.arena, &result, &e), 0);
		if (!result.passed)
			fail_msg("%s: %s", rule->tests[i].name, result.detail);
	}
	snprintf(rev, sizeof(rev), "%s", rule->rev);
	bench_close(&b);
	/* A comment, another layout and other tests make no new revision; another regex does. */
	bench_open(&b, "",
		"version: 1\nrules:\n  - id: x\n    title: t\n    query: q\n    check: [{field: a, must_match: "
		"'x'}]\n");
	snprintf(rev, sizeof(rev), "%s", b.set->rules[0].rev);
	bench_close(&b);
	bench_open(&b, "",
		"version: 1\nrules: # all\n  - {id: x, title: t, query: q, check: [{field: a, must_match: 'x'}],\n     "
		"tests: [{name: n, doc: {a: x}, expect: clean}]}\n");
	assert_string_equal(rev, b.set->rules[0].rev);
	bench_close(&b);
	bench_open(&b, "",
		"version: 1\nrules:\n  - id: x\n    title: t\n    query: q\n    check: [{field: a, must_match: "
		"'y'}]\n");
	assert_string_not_equal(rev, b.set->rules[0].rev);
	bench_close(&b);
}

static void a_failing_test_says_why(void **state)
{
	static const struct {
		const char *test, *want;
	} table[] = {
		{"{name: n, doc: {a: 5}, expect: finding}", "clean"},
		{"{name: n, doc: {a: 50}, expect: clean}", "[max] a: 50 is more than 9"},
		{"{name: n, doc: {a: 50}, expect: finding, class: min}", "[max] a: 50 is more than 9"},
		{"{name: n, doc: {a: 50, off: true}, expect: finding}", "clean: `when` did not hold"},
		{"{name: n, doc: {a: 10}, expect: finding}", "allowed"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct test_result result;
		struct error e = {0};
		struct buf rules;
		struct bench b;

		buf_init(&rules, 1 << 16);
		buf_addf(&rules,
			"version: 1\nrules:\n  - {id: r, title: t, query: q, when: {field: off, not_equals: true}, "
			"check: [{field: a, max: 9}],\n"
			"     allow: [{field: a, equals: 10, reason: r}],\n     tests: [%s]}\n",
			table[i].test);
		bench_open(&b, "", buf_text(&rules));
		bench_must_be_good(&b);
		assert_int_equal(
			rule_test_run(b.set, &b.set->rules[0], b.set->rules[0].tests, NOW, &b.arena, &result, &e), 0);
		assert_false(result.passed);
		assert_string_equal(result.detail, table[i].want);
		bench_close(&b);
		buf_clear(&rules);
	}
}

static void a_filter_takes_rules_and_queries(void **state)
{
	static const char *const ids[] = {"jan-*", NULL}, *const queries[] = {"p*", NULL};
	struct rule_filter by_id = {.rules = ids}, by_query = {.queries = queries};
	struct rule_set *set;
	struct bench b;

	(void)state;
	bench_open(&b, "", good);
	set = rule_set_open(b.project, &b.project->rule_files, &by_id, &b.project->diags, &b.arena);
	assert_int_equal(set->count, 1);
	assert_string_equal(set->rules[0].id, "jan-code-shape");
	assert_null(rule_find(set, "listed-though-banned"));
	rule_set_close(set);
	set = rule_set_open(b.project, &b.project->rule_files, &by_query, &b.project->diags, &b.arena);
	assert_int_equal(set->count, 0);
	assert_int_equal(set->group_count, 0);
	rule_set_close(set);
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_have_places),
		cmocka_unit_test(every_code_has_a_page),
		cmocka_unit_test(a_good_file_becomes_a_set),
		cmocka_unit_test(a_failing_test_says_why),
		cmocka_unit_test(a_filter_takes_rules_and_queries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
