/*
 * Corrections that rules propose: the action's body, its undo, and what must
 * still be true when it is done.
 */
#include "rule_support.h"

struct propose_case {
	const char *recover, *doc;
	const char *action, *undo; /* without target and evidence; undo NULL: none */
};

static const struct propose_case cases[] = {
	{"{op: call, call: normalise-jan, arguments: {width: 13, pad: '0'}}", "{\"k\":\"1\",\"a\":50}",
		"\"op\":\"call\",\"call\":\"normalise-jan\",\"arguments\":{\"width\":13,\"pad\":\"0\"},"
		"\"precondition\":[{\"check\":\"exists\"},{\"check\":\"equals\",\"path\":\"/"
		"a\",\"value\":50},{\"check\":\"seq_no\",\"seq_no\":7,\"primary_term\":2}],"
		"\"before\":{\"/a\":50},\"after\":{}",
		NULL},
	{"{op: patch, set: {a: 9, b.c: off, 'd/e': null}, remove: [x, y]}",
		"{\"k\":\"1\",\"a\":50,\"b\":{\"c\":\"on\"},\"x\":[1,\n 2]}",
		"\"op\":\"patch\",\"patch\":[{\"op\":\"replace\",\"path\":\"/"
		"a\",\"value\":9},{\"op\":\"replace\",\"path\":\"/b/c\",\"value\":\"off\"},"
		"{\"op\":\"add\",\"path\":\"/d~1e\",\"value\":null},{\"op\":\"remove\",\"path\":\"/x\"}],"
		"\"precondition\":[{\"check\":\"exists\"},{\"check\":\"equals\",\"path\":\"/"
		"a\",\"value\":50},{\"check\":\"equals\",\"path\":\"/b/c\",\"value\":\"on\"},"
		"{\"check\":\"absent\",\"path\":\"/d~1e\"},{\"check\":\"equals\",\"path\":\"/"
		"x\",\"value\":[1,2]},{\"check\":\"absent\",\"path\":\"/y\"},"
		"{\"check\":\"seq_no\",\"seq_no\":7,\"primary_term\":2}],"
		"\"before\":{\"/a\":50,\"/b/c\":\"on\",\"/x\":[1,2]},\"after\":{\"/a\":9,\"/b/c\":\"off\",\"/"
		"d~1e\":null}",
		"\"op\":\"patch\",\"patch\":[{\"op\":\"replace\",\"path\":\"/"
		"a\",\"value\":50},{\"op\":\"replace\",\"path\":\"/b/c\",\"value\":\"on\"},"
		"{\"op\":\"remove\",\"path\":\"/d~1e\"},{\"op\":\"add\",\"path\":\"/x\",\"value\":[1,2]}],"
		"\"precondition\":[{\"check\":\"exists\"},{\"check\":\"equals\",\"path\":\"/"
		"a\",\"value\":9},{\"check\":\"equals\",\"path\":\"/b/c\",\"value\":\"off\"},"
		"{\"check\":\"equals\",\"path\":\"/d~1e\",\"value\":null},{\"check\":\"absent\",\"path\":\"/"
		"x\"},{\"check\":\"absent\",\"path\":\"/y\"}],"
		"\"before\":{\"/a\":9,\"/b/c\":\"off\",\"/d~1e\":null},\"after\":{\"/a\":50,\"/b/c\":\"on\",\"/"
		"x\":[1,2]}"},
	{"{op: create, set: {a: 9}}", "{\"k\":\"1\",\"a\":50}",
		"\"op\":\"create\",\"patch\":[{\"op\":\"add\",\"path\":\"/"
		"a\",\"value\":9}],\"precondition\":[{\"check\":\"absent\"}],\"before\":{},\"after\":{\"/a\":9}",
		"\"op\":\"delete\",\"precondition\":[{\"check\":\"exists\"},{\"check\":\"equals\",\"path\":\"/"
		"a\",\"value\":9}],\"before\":{\"/a\":9},\"after\":{}"},
	{"{op: delete}", "{\"k\":\"1\",\"a\":50}",
		"\"op\":\"delete\",\"precondition\":[{\"check\":\"exists\"},{\"check\":\"equals\",\"path\":\"/"
		"a\",\"value\":50},{\"check\":\"seq_no\",\"seq_no\":7,\"primary_term\":2}],"
		"\"before\":{\"/a\":50},\"after\":{}",
		NULL},
	{"{op: copy, mode: auto, source: {system: master, store: 'products-{shop}', path: price}}",
		"{\"k\":\"1\",\"a\":50}",
		"\"op\":\"copy\",\"precondition\":[{\"check\":\"exists\"},{\"check\":\"equals\",\"path\":\"/"
		"a\",\"value\":50},{\"check\":\"seq_no\",\"seq_no\":7,\"primary_term\":2}],"
		"\"source\":{\"system\":\"master\",\"store\":\"products-s1\",\"key\":{\"k\":\"1\"},\"path\":\"/"
		"price\",\"reread\":true},"
		"\"before\":{\"/a\":50},\"after\":{}",
		NULL},
	{"{op: reindex}", "{\"k\":\"1\",\"a\":50}",
		"\"op\":\"reindex\",\"precondition\":[{\"check\":\"exists\"},{\"check\":\"equals\",\"path\":\"/"
		"a\",\"value\":50},{\"check\":\"seq_no\",\"seq_no\":7,\"primary_term\":2}],"
		"\"before\":{\"/a\":50},\"after\":{}",
		NULL},
};

struct kept {
	struct draft draft;
	char *action, *undo;
	size_t count;
};

static int keep(void *arg, const struct draft *d, struct error *e)
{
	struct kept *k = arg;

	(void)e;
	k->draft = *d;
	k->action = xstrndup(d->action.p ? d->action.p : "", d->action.n);
	k->undo = xstrndup(d->undo.p ? d->undo.p : "", d->undo.n);
	k->count++;
	return 0;
}

static void judge(struct bench *b, const char *what, const char *got, const char *want)
{
	static const char tail[] =
		",\"evidence\":{\"index\":\"i\",\"id\":\"d1\",\"seq_no\":7,\"primary_term\":2,\"value_digest\":\"";
	const char *whole = arena_printf(
		&b->arena, "{\"target\":{\"system\":\"src\",\"store\":\"i\",\"key\":{\"k\":\"1\"}},%s%s", want, tail);

	if (strncmp(got, whole, strlen(whole)) != 0)
		fail_msg("%s\n  want %s\n  got  %s", what, whole, got);
}

static void run(struct bench *b, const char *json, struct kept *kept, struct rule_stats *stats)
{
	struct eval_options options = {.now = NOW, .shop = "s1", .source_name = "src", .index = "i"};
	struct eval *eval = eval_new(b->set->groups[0], &options);
	struct jsonscan scan;
	struct error e = {0};
	struct doc doc;

	*kept = (struct kept){.count = 0};
	doc_init(&doc, rule_group_fields(b->set->groups[0]));
	doc.id = SPAN_LITERAL("d1");
	doc.seq_no = 7;
	doc.primary_term = 2;
	jsonscan_init(&scan, padded(&b->arena, json));
	assert_int_equal(doc_pull(&doc, &scan), 0);
	assert_int_equal(eval_doc(eval, &doc, keep, kept, &e), 0);
	*stats = *eval_stats(eval, 0);
	eval_free(eval);
	doc_clear(&doc);
}

static void bodies(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct rule_stats stats;
		struct kept kept;
		struct buf rules;
		struct bench b;
		char id[33], again[33];

		buf_init(&rules, 1 << 16);
		buf_addf(&rules,
			"version: 1\nrules:\n  - {id: r, title: t, query: q, check: [{field: a, max: 9}],\n     "
			"recover: %s}\n",
			cases[i].recover);
		bench_open(&b, "key: [k]", buf_text(&rules));
		bench_must_be_good(&b);
		run(&b, cases[i].doc, &kept, &stats);
		assert_int_equal(kept.count, 1);
		judge(&b, "action", kept.action, cases[i].action);
		if (cases[i].undo)
			judge(&b, "undo", kept.undo, cases[i].undo);
		else
			assert_string_equal(kept.undo, "");
		assert_int_equal(kept.draft.action_auto, strstr(cases[i].recover, "auto") != NULL);
		assert_int_equal(action_identify(id, "r", kept.draft.klass, span_of(kept.action), 1), 0);
		assert_int_equal(action_identify(again, "r", kept.draft.klass, span_of(kept.action), 2), 0);
		assert_string_not_equal(id, again);
		free(kept.action);
		free(kept.undo);
		bench_close(&b);
		buf_clear(&rules);
	}
}

static void a_place_in_a_list(void **state)
{
	struct rule_stats stats;
	struct kept kept;
	struct bench b;

	(void)state;
	bench_open(&b, "key: [k]",
		"version: 1\nrules:\n  - {id: r, title: t, query: q, check: [{field: 'l[].a', max: 9}], recover: {op: "
		"call, call: fix}}\n");
	bench_must_be_good(&b);
	run(&b, "{\"k\":\"1\",\"l\":[{\"a\":1},{\"a\":10}]}", &kept, &stats);
	assert_non_null(strstr(kept.action, "{\"check\":\"equals\",\"path\":\"/l/1/a\",\"value\":10}"));
	free(kept.action);
	free(kept.undo);
	bench_close(&b);
}

/* A hit has no field of its own, and a line of a file no seq_no: the key ties the action to what was seen. */
static void the_key_ties_when_nothing_else_does(void **state)
{
	static const char *const keys[] = {"key: [k]", ""};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		struct eval_options options = {.now = NOW, .source_name = "src", .index = "i"};
		struct kept kept = {.count = 0};
		struct eval *eval;
		struct bench b;

		bench_open(&b, keys[i],
			"version: 1\nrules:\n  - {id: r, title: t, query: q, hit: true, recover: {op: delete}}\n");
		bench_must_be_good(&b);
		eval = eval_new(b.set->groups[0], &options);
		bench_doc(&b, eval, "d1", "{\"k\":\"1\"}", keep, &kept);
		if (i == 0) {
			assert_non_null(strstr(kept.action, "\"precondition\":[{\"check\":\"exists\"},{\"check\":"
							    "\"equals\",\"path\":\"/k\",\"value\":\"1\"}]"));
		} else {
			assert_string_equal(kept.action, "");
			assert_int_equal(eval_stats(eval, 0)->errors, 1);
		}
		free(kept.action);
		free(kept.undo);
		eval_free(eval);
		bench_close(&b);
	}
}

static void nothing_to_change(void **state)
{
	struct rule_stats stats;
	struct kept kept;
	struct bench b;

	(void)state;
	bench_open(&b, "key: [k]",
		"version: 1\nrules:\n  - {id: r, title: t, query: q, check: [{field: a, max: 9}], recover: {op: patch, "
		"remove: [b]}}\n");
	bench_must_be_good(&b);
	run(&b, "{\"k\":\"1\",\"a\":10}", &kept, &stats);
	assert_int_equal(kept.count, 1);
	assert_string_equal(kept.action, "");
	assert_int_equal(stats.errors, 0);
	free(kept.action);
	free(kept.undo);
	bench_close(&b);
}

static void too_long_to_carry(void **state)
{
	struct rule_stats stats;
	struct kept kept;
	struct bench b;
	struct buf doc;

	(void)state;
	bench_open(&b, "key: [k]",
		"version: 1\nrules:\n  - {id: r, title: t, query: q, check: [{field: a, max_chars: 9}], recover: {op: "
		"call, call: fix}}\n");
	bench_must_be_good(&b);
	buf_init(&doc, 1 << 16);
	buf_adds(&doc, "{\"k\":\"1\",\"a\":\"");
	for (unsigned i = 0; i < LIMIT_ACTION_VALUE_BYTES; i++)
		buf_addc(&doc, 'x');
	buf_adds(&doc, "\"}");
	run(&b, buf_text(&doc), &kept, &stats);
	assert_int_equal(kept.count, 1);
	assert_string_equal(kept.action, "");
	assert_int_equal(stats.errors, 1);
	assert_non_null(strstr(stats.why, "LIMIT_ACTION_VALUE_BYTES"));
	free(kept.action);
	free(kept.undo);
	buf_clear(&doc);
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies),
		cmocka_unit_test(a_place_in_a_list),
		cmocka_unit_test(the_key_ties_when_nothing_else_does),
		cmocka_unit_test(nothing_to_change),
		cmocka_unit_test(too_long_to_carry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
