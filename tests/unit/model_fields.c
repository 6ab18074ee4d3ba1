/*
 * Field paths: what they are split into, which are refused and why, and how
 * Elasticsearch is asked for them.
 */
#include "base/base.h"
#include "base/limits.h"
#include "model/fields.h"

#include <setjmp.h>
#include <cmocka.h>

static void a_path_has_one_slot(void **state)
{
	struct fields *f = fields_new();
	struct error e;

	(void)state;
	assert_int_equal(fields_slot_id(f), -1);
	assert_int_equal(fields_slot_index(f), -1);
	assert_int_equal(fields_add(f, "a", &e), 0);
	assert_int_equal(fields_add(f, "a[]", &e), 1);
	assert_int_equal(fields_add(f, "a[].b", &e), 2);
	assert_int_equal(fields_add(f, "a.b", &e), 3);
	assert_int_equal(fields_add(f, "_id", &e), 4);
	assert_int_equal(fields_add(f, "_index", &e), 5);
	assert_int_equal(fields_add(f, "_id.x", &e), 6);
	assert_int_equal(fields_add(f, "a", &e), 0);
	assert_int_equal(fields_add(f, "a[].b", &e), 2);
	assert_int_equal(fields_add(f, "_id", &e), 4);
	assert_int_equal(fields_count(f), 7);
	assert_int_equal(fields_slot_id(f), 4);
	assert_int_equal(fields_slot_index(f), 5);
	assert_string_equal(fields_path(f, 2), "a[].b");
	assert_false(fields_each_element(f, 0));
	assert_true(fields_each_element(f, 1));
	assert_true(fields_each_element(f, 2));
	assert_false(fields_each_element(f, 3));
	fields_free(f);
	fields_free(NULL);
}

static void paths_become_a_tree(void **state)
{
	struct fields *f = fields_new();
	const struct field_node *n;
	struct error e;

	(void)state;
	assert_int_equal(fields_add(f, "a.b\\.c[].d", &e), 0);
	assert_int_equal(fields_add(f, "a.x", &e), 1);
	n = fields_root(f)->child;
	assert_true(span_is(n->key, "a") && n->slot == -1 && !n->sibling);
	n = n->child;
	assert_true(span_is(n->key, "b.c") && n->slot == -1 && n->order == 0 && n->elements);
	assert_true(span_is(n->sibling->key, "x") && n->sibling->slot == 1 && n->sibling->order == 1);
	n = n->elements;
	assert_true(n->slot == -1 && span_is(n->child->key, "d") && n->child->slot == 0);
	fields_free(f);
}

static void bad_paths_are_refused(void **state)
{
	static const struct {
		const char *path, *why;
	} cases[] = {
		{"", "empty"},
		{".", "empty"},
		{"a.", "empty"},
		{".a", "empty"},
		{"a..b", "empty"},
		{"[]", "must follow"},
		{"a.[]", "must follow"},
		{"a[0]", "\\["},
		{"a[", "\\["},
		{"a[*].b", "\\["},
		{"a]", "\\]"},
		{"a[]b", "dot must follow"},
		{"a[]\\.b", "dot must follow"},
		{"a\\", "backslash"},
		{"a\\b", "backslash"},
		{"a[].", "empty"},
	};
	struct fields *f = fields_new();
	struct error e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (fields_add(f, cases[i].path, &e) != -1)
			fail_msg("taken: %s", cases[i].path);
		if (!strstr(e.message, cases[i].why) || !strstr(e.message, cases[i].path))
			fail_msg("%s: %s", cases[i].path, e.message);
		assert_int_equal(e.kind, ERROR_CONFIG);
	}
	assert_int_equal(fields_count(f), 0);
	assert_null(fields_root(f)->child);
	fields_free(f);
}

static void paths_and_fields_have_limits(void **state)
{
	struct fields *f = fields_new();
	char path[4 * LIMIT_PATH_PARTS], name[16];
	struct error e;

	(void)state;
	for (int i = 0; i < LIMIT_PATH_PARTS; i++)
		memcpy(path + 2 * i, "a.", 3);
	path[2 * LIMIT_PATH_PARTS - 1] = '\0';
	assert_int_equal(fields_add(f, path, &e), 0);
	memcpy(path + 2 * LIMIT_PATH_PARTS - 1, ".a", 3);
	assert_int_equal(fields_add(f, path, &e), -1);
	assert_non_null(strstr(e.message, "LIMIT_PATH_PARTS"));
	memcpy(path + 2 * LIMIT_PATH_PARTS - 1, "[]", 3);
	assert_int_equal(fields_add(f, path, &e), -1);
	assert_non_null(strstr(e.message, "LIMIT_PATH_PARTS"));
	for (int i = 1; i < LIMIT_FIELDS; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		assert_int_equal(fields_add(f, name, &e), i);
	}
	assert_int_equal(fields_add(f, "f1", &e), 1);
	assert_int_equal(fields_add(f, "one_more", &e), -1);
	assert_non_null(strstr(e.message, "LIMIT_FIELDS"));
	fields_free(f);
}

static void the_source_is_asked_without_marks(void **state)
{
	static const char *const cases[][2] = {
		{"a", "a"}, {"a[].b[]", "a.b"}, {"a\\.b.c", "a.b.c"}, {"a\\[\\]\\\\", "a[]\\"}, {"a[][].c", "a.c"}};
	struct fields *f = fields_new();
	struct arena arena;
	struct error e;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int slot = fields_add(f, cases[i][0], &e);

		assert_string_equal(fields_source_path(f, slot, &arena), cases[i][1]);
	}
	assert_null(fields_source_path(f, fields_add(f, "_id", &e), &arena));
	assert_null(fields_source_path(f, fields_add(f, "_index", &e), &arena));
	arena_clear(&arena);
	fields_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_has_one_slot),
		cmocka_unit_test(paths_become_a_tree),
		cmocka_unit_test(bad_paths_are_refused),
		cmocka_unit_test(paths_and_fields_have_limits),
		cmocka_unit_test(the_source_is_asked_without_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
