/* The formatter: comments stay, order is made, nothing is lost, and it is done after one time. */
#include "rule_support.h"

#include "config/project_private.h"
#include "rule/fmt.h"

static void count_fault(void *arg, const struct yaml_file *file, const struct yaml_fault *fault)
{
	(void)file;
	(void)fault;
	++*(size_t *)arg;
}

/* 0, or -1 when TEXT has faults or is refused. */
static int format(struct buf *out, struct span text)
{
	struct arena arena;
	struct error e = {0};
	size_t faults = 0;
	int status = -1;

	arena_init(&arena);
	buf_reset(out);
	struct yaml_file *file = yaml_parse(&arena, "x.yaml", text, count_fault, &faults);
	if (faults == 0 && file->root)
		status = fmt_file(out, file, &rule_file_block, &e);
	arena_clear(&arena);
	return status;
}

static void becomes(const char *text, const char *wanted)
{
	struct buf once, twice;

	buf_init(&once, SIZE_MAX / 4);
	buf_init(&twice, SIZE_MAX / 4);
	assert_int_equal(format(&once, span_of(text)), 0);
	assert_string_equal(buf_text(&once), wanted);
	assert_int_equal(format(&twice, buf_span(&once)), 0);
	assert_string_equal(buf_text(&twice), wanted);
	buf_clear(&once);
	buf_clear(&twice);
}

static void keys_are_ordered_and_comments_go_with_them(void **state)
{
	(void)state;
	becomes("# yaml-language-server: $schema=x\n"
		"\n\n"
		"rules: # all of them\n"
		"# about the rule\n"
		"- title:   t   # beside the title\n"
		"  # above the query\n"
		"  query: q\n"
		"\n"
		"\n"
		"  # above the id\n"
		"  id:\n"
		"    a\n"
		"  tags:\n"
		"  - x\n"
		"  # above check\n"
		"  check:\n"
		"     - must_match: '^a$'   # one\n"
		"       field: f\n"
		"       # below the entry\n"
		"     # below the list\n"
		"# above the second\n"
		"- id: b\n"
		"  title: t\n"
		"  query: q\n"
		"  check: [ {required: true, field: f,} ]\n"
		"version: 1\n"
		"# the end\n"
		"\n",
		"# yaml-language-server: $schema=x\n"
		"\n"
		"version: 1\n"
		"rules: # all of them\n"
		"  # about the rule\n"
		"\n"
		"  # above the id\n"
		"  - id: a\n"
		"    title: t   # beside the title\n"
		"    # above the query\n"
		"    query: q\n"
		"    tags:\n"
		"      - x\n"
		"    # above check\n"
		"    check:\n"
		"      - field: f\n"
		"        must_match: '^a$'   # one\n"
		"        # below the entry\n"
		"      # below the list\n"
		"  # above the second\n"
		"  - id: b\n"
		"    title: t\n"
		"    query: q\n"
		"    check: [{field: f, required: true}]\n"
		"# the end\n");
}

static void texts_keep_every_byte(void **state)
{
	(void)state;
	becomes("version: 1\n"
		"rules:\n"
		"    -   id: a\n"
		"        description: |\n"
		"             one\n"
		"               two  \n"
		"\n"
		"             three\n"
		"        title: \"a\n"
		"          b\"\n"
		"        message: >2-\n"
		"            deep\n"
		"        keeps: |+\n"
		"          x\n"
		"\n"
		"\n"
		"        query: 'q ''#'' q'\n",
		"version: 1\n"
		"rules:\n"
		"  - id: a\n"
		"    title: \"a\n"
		"      b\"\n"
		"    description: |\n"
		"      one\n"
		"        two  \n"
		"\n"
		"      three\n"
		"    query: 'q ''#'' q'\n"
		"    message: >2-\n"
		"        deep\n"
		"    keeps: |+\n"
		"      x\n"
		"\n"
		"\n");
}

static void brackets_are_tidied(void **state)
{
	(void)state;
	becomes("version: 1\n"
		"rules:\n"
		"  - id: a\n"
		"    check:\n"
		"      - { one_of: [ a,b , \"c\" ],field: f }\n"
		"      - {field: f, one_of: [aaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, "
		"cccccccccccccccc,\n"
		"         ddddddddddddddddddddddddddd]}\n"
		"      - [x,\n"
		"         y, # with a comment\n"
		"         z]\n"
		"    tests:\n"
		"      - {doc: {b: 1, a: {c: , d: []}}, name: n}\n"
		"      - {name: n, doc:\n"
		"           {b: 1}}\n",
		"version: 1\n"
		"rules:\n"
		"  - id: a\n"
		"    check:\n"
		"      - {field: f, one_of: [a, b, \"c\"]}\n"
		"      - {field: f,\n"
		"        one_of: [aaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, cccccccccccccccc, "
		"ddddddddddddddddddddddddddd]}\n"
		"      - [x,\n"
		"        y, # with a comment\n"
		"        z]\n"
		"    tests:\n"
		"      - {name: n, doc: {b: 1, a: {c:, d: []}}}\n"
		"      - {name: n, doc: {b: 1}}\n");
}

static void what_it_does_not_know_is_refused(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, SIZE_MAX / 4);
	assert_int_equal(format(&out, span_of("{version: 1, rules: []}\n")), -1);
	assert_int_equal(format(&out, span_of("? version\n: 1\n")), -1);
	buf_clear(&out);
}

static void windows_lines_and_markers(void **state)
{
	(void)state;
	becomes("---\r\nrules: []\r\nversion: 1 # one\r\n", "---\nversion: 1 # one\nrules: []\n");
}

/* ---- every rule file of the tree ---- */

struct revs {
	struct project *project;
	struct rule_set *set;
	struct arena arena;
};

static void read_revs(struct revs *r, const char *folder, const char *path)
{
	struct error e = {0};
	const char *paths[] = {path};
	const struct texts one = {paths, 1};

	arena_init(&r->arena);
	r->project = project_open(folder, &e);
	assert_non_null(r->project);
	r->set = rule_set_open(r->project, &one, NULL, &r->project->diags, &r->arena);
}

static void close_revs(struct revs *r)
{
	rule_set_close(r->set);
	project_close(r->project);
	arena_clear(&r->arena);
}

static size_t compare_revs(const char *folder, const char *before, const char *after)
{
	struct revs a, b;
	size_t count;

	read_revs(&a, folder, before);
	read_revs(&b, folder, after);
	count = a.set->count;
	assert_int_equal(count, b.set->count);
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(a.set->rules[i].id, b.set->rules[i].id);
		assert_string_equal(a.set->rules[i].rev, b.set->rules[i].rev);
	}
	close_revs(&a);
	close_revs(&b);
	return count;
}

static size_t check_file(const char *path)
{
	struct arena arena;
	struct buf once, twice;
	struct error e = {0};
	struct span text;
	size_t rules = 0;
	char copy[] = "/tmp/kenpin-fmt-XXXXXX";

	arena_init(&arena);
	buf_init(&once, SIZE_MAX / 4);
	buf_init(&twice, SIZE_MAX / 4);
	assert_int_equal(read_text_file(&arena, path, &text, &e), 0);
	if (format(&once, text) == 0) {
		assert_int_equal(format(&twice, buf_span(&once)), 0);
		assert_string_equal(buf_text(&once), buf_text(&twice));
		int fd = mkstemp(copy);
		assert_true(fd >= 0);
		assert_int_equal(write(fd, once.data, once.len), once.len);
		close(fd);
		rules = compare_revs(".", path, copy) + compare_revs("tests/project", path, copy);
		unlink(copy);
	}
	buf_clear(&once);
	buf_clear(&twice);
	arena_clear(&arena);
	return rules;
}

static void every_rule_file_of_the_tree(void **state)
{
	static const char *const folders[] = {"rules", "tests/cases", "tests/project"}, *const endings[] = {
												".yaml", NULL};
	struct arena arena;
	struct error e = {0};
	size_t rules = 0;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		struct texts files;

		assert_int_equal(list_files(&arena, folders[i], endings, &files, &e), 0);
		for (size_t n = 0; n < files.count; n++)
			rules += check_file(files.items[n]);
	}
	arena_clear(&arena);
	assert_true(rules > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_ordered_and_comments_go_with_them),
		cmocka_unit_test(texts_keep_every_byte),
		cmocka_unit_test(brackets_are_tidied),
		cmocka_unit_test(what_it_does_not_know_is_refused),
		cmocka_unit_test(windows_lines_and_markers),
		cmocka_unit_test(every_rule_file_of_the_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
