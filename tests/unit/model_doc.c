/*
 * What a field means, line by line, and that fields asked for together get
 * what each would get alone.
 */
#include "base/base.h"
#include "base/buf.h"
#include "base/limits.h"
#include "model/doc.h"

#include <setjmp.h>
#include <cmocka.h>

static struct fields *fields_of(const char *const *paths, size_t count)
{
	struct fields *f = fields_new();
	struct error e;

	for (size_t i = 0; i < count; i++)
		assert_int_equal(fields_add(f, paths[i], &e), (int)i);
	return f;
}

/* The values of SLOT as "kind@element:raw kind@element:raw", "-" when there are none. */
static void render(struct buf *out, const struct doc *d, int slot)
{
	buf_reset(out);
	for (const struct value *v = doc_first(d, slot); v; v = doc_next(d, v)) {
		if (out->len)
			buf_addc(out, ' ');
		buf_addf(out, "%s@%u", value_kind_name(v->kind), v->element);
		if (v->raw.n)
			buf_addf(out, ":%.*s", SPAN_ARG(v->raw));
	}
	if (!out->len)
		buf_addc(out, '-');
}

/* Pulls TEXT, with something in memory after it that is no part of it, and puts what FIELDS got into OUT, a text for
 * each slot. */
static const char *pull(const struct fields *fields, const char *text, char **out)
{
	struct jsonscan scan;
	struct doc d;
	struct buf page, line;
	const char *why;

	buf_init(&page, 16 << 20);
	buf_init(&line, 16 << 20);
	buf_adds(&page, text);
	buf_adds(&page, "}]");
	jsonscan_init(&scan, (struct span){page.data, strlen(text)});
	doc_init(&d, fields);
	why = doc_pull(&d, &scan) == 0 ? NULL : scan.why;
	if (!why) {
		assert_true(d.source.p == page.data + strspn(text, " "));
		assert_true(d.source.p + d.source.n == scan.p);
		for (int i = 0; i < fields_count(fields); i++) {
			render(&line, &d, i);
			out[i] = xstrdup(buf_text(&line));
		}
	}
	doc_clear(&d);
	buf_clear(&line);
	buf_clear(&page);
	return why;
}

struct meaning {
	const char *document, *path, *values;
};

static const struct meaning meanings[] = {
	/* a value there: its kind */
	{"{\"a\":\"x\"}", "a", "text@0:x"},
	{"{\"a\":\"\"}", "a", "text@0"},
	{"{\"a\":-1.50e+3}", "a", "number@0:-1.50e+3"},
	{"{\"a\":true}", "a", "bool@0:true"},
	{"{\"a\":false}", "a", "bool@0:false"},
	{"{\"a\":null}", "a", "null@0:null"},
	{"{\"a\": [1, 2] }", "a", "list@0:[1, 2]"},
	{"{\"a\": {\"b\":1} }", "a", "map@0:{\"b\":1}"},
	{"{\"a\":{\"b\":{\"c\":7}}}", "a.b.c", "number@0:7"},
	{"{ \"z\" : [{\"a\":2}] , \"a\" : 1 }", "a", "number@0:1"},

	/* key missing: no value; below an array element: one absent */
	{"{}", "a", "-"},
	{"{\"b\":1}", "a", "-"},
	{"{\"a\":{}}", "a.b", "-"},
	{"{\"a\":{\"c\":1}}", "a.b.c", "-"},
	{"{\"a\":[{\"b\":1},{},{\"b\":3}]}", "a[].b", "number@0:1 absent@1 number@2:3"},
	{"{\"a\":[{\"b\":{}},{\"b\":{\"c\":1}},{}]}", "a[].b.c", "absent@0 number@1:1 absent@2"},

	/* a[].b, a is []: no value */
	{"{\"a\":[]}", "a[].b", "-"},
	{"{\"a\":[ ]}", "a[]", "-"},

	/* a[].b, a missing or null */
	{"{}", "a[].b", "absent@0"},
	{"{}", "a[]", "absent@0"},
	{"{\"a\":null}", "a[].b", "null@0:null"},
	{"{\"a\":null}", "a[]", "null@0:null"},
	{"{\"x\":{}}", "x.a[].b", "absent@0"},
	{"{}", "x.a[].b", "absent@0"},
	{"{\"x\":null}", "x.a[].b", "null@0:null"},

	/* a[].b, a no array: one value, what stands there */
	{"{\"a\":5}", "a[].b", "number@0:5"},
	{"{\"a\":{\"b\":1}}", "a[].b", "map@0:{\"b\":1}"},
	{"{\"a\":\"x\"}", "a[]", "text@0:x"},

	/* a.b, a null or no map */
	{"{\"a\":null}", "a.b", "null@0:null"},
	{"{\"a\":5}", "a.b", "number@0:5"},
	{"{\"a\":\"x\"}", "a.b.c", "text@0:x"},

	/* a.b, a is an array: one list */
	{"{\"a\":[{\"b\":1}]}", "a.b", "list@0:[{\"b\":1}]"},
	{"{\"a\":[]}", "a.b", "list@0:[]"},

	/* elements */
	{"{\"a\":[1,\"x\",null,[2],{\"b\":3}]}", "a[]", "number@0:1 text@1:x null@2:null list@3:[2] map@4:{\"b\":3}"},
	{"{\"a\":[1,null,[2],{\"b\":3}]}", "a[].b", "number@0:1 null@1:null list@2:[2] number@3:3"},
	{"{\"a\":[[1,2],[],[3],4]}", "a[][]", "number@0:1 number@1:2 number@0:3 number@3:4"},
	{"{\"a\":[{\"b\":[{\"c\":1},{}]},{\"b\":[]},{},{\"b\":null},{\"b\":7},{\"b\":[{\"c\":2}]}]}", "a[].b[].c",
		"number@0:1 absent@1 absent@2 null@3:null number@4:7 number@0:2"},
	{"{\"a\":[{\"b\":[]}]}", "a[].b", "list@0:[]"},

	/* keys */
	{"{\"a.b\":1,\"a\":{\"b\":2}}", "a.b", "number@0:2"},
	{"{\"a.b\":1,\"a\":{\"b\":2}}", "a\\.b", "number@0:1"},
	{"{\"a[]\":1}", "a\\[\\]", "number@0:1"},
	{"{\"a\\\\b\":1}", "a\\\\b", "number@0:1"},
	{"{\"\\u0061\\u3042\":1}", "aあ", "number@0:1"},
	{"{\"aあ\":1}", "aあ", "number@0:1"},
	{"{\"\\ud83d\\ude00\":1}", "😀", "number@0:1"},
	{"{\"a\\u0000\":1,\"a\":2}", "a", "number@0:2"},
	{"{\"a\\\"\":1}", "a\"", "number@0:1"},
	{"{\"shop_ie\":1,\"shop_i\":2,\"shop_id\":3}", "shop_id", "number@0:3"},
	{"{\"a_key_of_25_characters_xx\":1,\"a_key_of_25_characters_yy\":2}", "a_key_of_25_characters_yy",
		"number@0:2"},
	{"{\"a_key_of_25_xharacters_yy\":1,\"a_key_of_25_characters_yy\":2}", "a_key_of_25_characters_yy",
		"number@0:2"},
	{"{\"_id\":\"of the source\"}", "_id", "-"},
};

static void each_field_means_what_the_table_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(meanings); i++) {
		const struct meaning *m = &meanings[i];
		struct fields *fields = fields_of(&m->path, 1);
		char *got = NULL;
		const char *why = pull(fields, m->document, &got);

		if (why || strcmp(got, m->values) != 0)
			fail_msg("%s of %s: %s", m->path, m->document, why ? why : got);
		free(got);
		fields_free(fields);
	}
}

/* All paths of the table at once, in three orders, over each of its documents. */
static void fields_do_not_disturb_each_other(void **state)
{
	const char *paths[ARRAY_LEN(meanings)];
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(meanings); i++) {
		size_t known = 0;

		while (known < count && strcmp(paths[known], meanings[i].path) != 0)
			known++;
		paths[known] = meanings[i].path;
		count += known == count;
	}
	for (size_t order = 0; order < 3; order++) {
		struct fields *all;
		char *together[ARRAY_LEN(meanings)], *alone;

		for (size_t i = 0; order && i < count / (order + 1); i++) {
			const char *path = paths[i];

			paths[i] = paths[count - 1 - i];
			paths[count - 1 - i] = path;
		}
		all = fields_of(paths, count);
		for (size_t i = 0; i < ARRAY_LEN(meanings); i++) {
			assert_null(pull(all, meanings[i].document, together));
			for (size_t p = 0; p < count; p++) {
				struct fields *one = fields_of(&paths[p], 1);

				assert_null(pull(one, meanings[i].document, &alone));
				assert_string_equal(alone, together[p]);
				free(alone);
				free(together[p]);
				fields_free(one);
			}
		}
		fields_free(all);
	}
}

static void many_fields_are_found_in_any_order(void **state)
{
	struct fields *fields = fields_new();
	char *got[LIMIT_FIELDS], path[32], want[32];
	struct buf document;
	struct error e;

	(void)state;
	buf_init(&document, 1 << 20);
	buf_addc(&document, '{');
	for (int i = 0; i < LIMIT_FIELDS; i++) {
		snprintf(path, sizeof(path), "attribute_%d_of_item", i);
		assert_int_equal(fields_add(fields, path, &e), i);
		buf_addf(&document, "\"attribute_%d_of_item\":%d,", LIMIT_FIELDS - 1 - i, LIMIT_FIELDS - 1 - i);
	}
	buf_adds(&document, "\"attribute_9999_of_item\":0}");
	assert_null(pull(fields, buf_text(&document), got));
	for (int i = 0; i < LIMIT_FIELDS; i++) {
		snprintf(want, sizeof(want), "number@0:%d", i);
		assert_string_equal(got[i], want);
		free(got[i]);
	}
	buf_clear(&document);
	fields_free(fields);
}

static void wanted_keys_that_stand_twice_are_refused(void **state)
{
	static const struct {
		const char *document;
		bool refused;
	} cases[] = {
		{"{\"a\":1,\"a\":1}", true},
		{"{\"a\":1,\"x\":0,\"\\u0061\":2}", true},
		{"{\"m\":{\"b\":1,\"b\":2}}", true},
		{"{\"m\":{\"b\":1},\"m\":{}}", true},
		{"{\"l\":[{\"c\":1,\"d\":2},{\"c\":1,\"c\":2}]}", true},
		{"{\"l\":[{\"c\":1},{\"c\":1}],\"m\":{\"b\":1}}", false},
		{"{\"x\":1,\"x\":2,\"a\":1}", false},
		{"{\"x\":{\"a\":1,\"a\":2},\"m\":{\"a\":1,\"a\":1}}", false},
	};
	static const char *const paths[] = {"a", "m.b", "l[].c"};
	struct fields *fields = fields_of(paths, ARRAY_LEN(paths));

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *got[ARRAY_LEN(paths)];
		const char *why = pull(fields, cases[i].document, got);

		if (cases[i].refused != (why && strstr(why, "twice")))
			fail_msg("%s: %s", cases[i].document, why ? why : "taken");
		for (size_t p = 0; !why && p < ARRAY_LEN(paths); p++)
			free(got[p]);
	}
	fields_free(fields);
}

static void broken_documents_are_refused(void **state)
{
	static const char *const documents[] = {"[1]", "1", "\"a\"", "", "{\"a\":1", "{\"a\":01}", "{\"a\":}",
		"{\"a\" 1}", "{\"a\":1,}", "{\"z\":[1,]}", "{\"m\":{\"b\":1]}", "{\"l\":[{\"c\":1}",
		"{\"l\":[{\"c\":tru}]}", "{\"m\":{\"b\":\"\\x\"}}", "{\"z\":nul}", "{\"l\":[1 2]}"};
	static const char *const paths[] = {"a", "m.b", "l[].c"};
	struct fields *some = fields_of(paths, ARRAY_LEN(paths)), *none = fields_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
		char *got[ARRAY_LEN(paths)] = {NULL};

		if (!pull(some, documents[i], got) || !pull(none, documents[i], got))
			fail_msg("taken: %s", documents[i]);
	}
	fields_free(none);
	fields_free(some);
}

static void depth_has_a_limit(void **state)
{
	static const char *const paths[] = {"a[][][].b"};
	struct fields *fields = fields_of(paths, 1);
	char *got = NULL;
	struct buf b;

	(void)state;
	for (int over = 0; over < 2; over++) {
		const char *why;

		buf_init(&b, 1 << 20);
		buf_adds(&b, "{\"a\":");
		for (int i = 0; i < LIMIT_JSON_DEPTH - 1 + over; i++)
			buf_addc(&b, '[');
		for (int i = 0; i < LIMIT_JSON_DEPTH - 1 + over; i++)
			buf_addc(&b, ']');
		buf_addc(&b, '}');
		why = pull(fields, buf_text(&b), &got);
		assert_true(over ? why && strstr(why, "LIMIT_JSON_DEPTH") : !why);
		buf_clear(&b);
	}
	free(got);
	fields_free(fields);
}

static void values_have_a_limit(void **state)
{
	static const char *const paths[] = {"a[]"};
	struct fields *fields = fields_of(paths, 1);
	char *got = NULL;
	struct buf b;

	(void)state;
	for (int over = 0; over < 2; over++) {
		const char *why;

		buf_init(&b, 16 << 20);
		buf_adds(&b, "{\"a\":[0");
		for (int i = 1; i < LIMIT_VALUES + over; i++)
			buf_adds(&b, ",1");
		buf_adds(&b, "]}");
		why = pull(fields, buf_text(&b), &got);
		assert_true(over ? why && strstr(why, "LIMIT_VALUES") : !why);
		buf_clear(&b);
	}
	free(got);
	fields_free(fields);
}

static void expect_text(const struct doc *d, int slot, const char *text)
{
	const struct value *v = doc_first(d, slot);

	if (!text) {
		assert_null(v);
		return;
	}
	assert_non_null(v);
	assert_int_equal(v->kind, VALUE_TEXT);
	assert_true(span_is(v->raw, text));
	assert_null(doc_next(d, v));
}

static void identity_and_pull_come_in_either_order(void **state)
{
	static const char *const paths[] = {"_id", "a", "_index"};
	struct fields *fields = fields_of(paths, ARRAY_LEN(paths));
	struct jsonscan scan;
	struct buf page;
	struct doc d;

	(void)state;
	buf_init(&page, 1000);
	buf_adds(&page, "{\"a\":\"1\"}{\"a\":\"2\"}{\"a\":\"3\"}");
	jsonscan_init(&scan, buf_span(&page));
	doc_init(&d, fields);

	doc_set_identity(&d, span_of("products"), span_of("p\"1"));
	assert_int_equal(doc_pull(&d, &scan), 0);
	expect_text(&d, 0, "p\"1");
	expect_text(&d, 1, "1");
	expect_text(&d, 2, "products");

	assert_int_equal(doc_pull(&d, &scan), 0);
	doc_set_identity(&d, span_of("others"), span_of("p2"));
	expect_text(&d, 0, "p2");
	expect_text(&d, 1, "2");
	expect_text(&d, 2, "others");

	doc_set_identity(&d, SPAN_NONE, SPAN_NONE);
	expect_text(&d, 0, NULL);
	assert_int_equal(doc_pull(&d, &scan), 0);
	expect_text(&d, 0, NULL);
	expect_text(&d, 1, "3");
	expect_text(&d, 2, NULL);
	assert_true(jsonscan_end(&scan));
	doc_clear(&d);
	buf_clear(&page);
	fields_free(fields);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_field_means_what_the_table_says),
		cmocka_unit_test(fields_do_not_disturb_each_other),
		cmocka_unit_test(many_fields_are_found_in_any_order),
		cmocka_unit_test(wanted_keys_that_stand_twice_are_refused),
		cmocka_unit_test(broken_documents_are_refused),
		cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(values_have_a_limit),
		cmocka_unit_test(identity_and_pull_come_in_either_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
