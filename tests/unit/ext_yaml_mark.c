/*
 * From a byte of a scalar's text back to the character in the file that it was
 * made of: a regex's fault is shown under the very character.
 */
#include "base/base.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "ext/yaml.h"

#include <setjmp.h>
#include <cmocka.h>

static struct arena arena;

static int set_up(maybe_unused void **state)
{
	arena_init(&arena);
	return 0;
}

static int tear_down(maybe_unused void **state)
{
	arena_clear(&arena);
	return 0;
}

static void note(maybe_unused void *arg, maybe_unused const struct yaml_file *file, const struct yaml_fault *fault)
{
	fail_msg("%d:%d: %s", fault->at.line, fault->at.column, fault->message);
}

static const struct yaml_file *parsed(const char *path, const char *text)
{
	const struct yaml_file *file = yaml_parse(&arena, path, span_of(text), note, NULL);

	assert_non_null(file->root);
	return file;
}

/* Column by column what each byte of the scalar "k" was made of, as LINE:COLUMN. */
static void assert_marks(const char *path, const char *text, const char *want)
{
	const struct yaml_file *file = parsed(path, text);
	const struct yaml_node *n = yaml_find(file->root, "k");
	struct buf got;

	assert_non_null(n);
	buf_init(&got, 4096);
	for (size_t i = 0; i <= n->text.n; i++) {
		struct yaml_mark mark = yaml_scalar_mark(file, n, i);

		buf_addf(&got, "%s%d:%d", i > 0 ? " " : "", mark.line, mark.column);
	}
	if (strcmp(buf_text(&got), want) != 0)
		fail_msg("%s\n got %s\nwant %s", text, buf_text(&got), want);
	buf_clear(&got);
}

static void single_lines(maybe_unused void **state)
{
	assert_marks("a.yaml", "k: abc\n", "1:4 1:5 1:6 1:7");
	assert_marks("a.yaml", "x: 1\nk: 'a''b'\n", "2:5 2:6 2:8 2:9");
	assert_marks("a.yaml", "k: メb\n", "1:4 1:4 1:4 1:5 1:6");
	/* \n, \x41, \u30e1 (three bytes), \U0001F600 (four), \N (two), \P (three) */
	assert_marks("a.yaml", "k: \"a\\n\\x41b\"\n", "1:5 1:6 1:8 1:12 1:13");
	assert_marks("a.yaml", "k: \"\\u30e1b\"\n", "1:5 1:5 1:5 1:11 1:12");
	assert_marks("a.yaml", "k: \"\\U0001F600b\"\n", "1:5 1:5 1:5 1:5 1:15 1:16");
	assert_marks("a.yaml", "k: \"\\Nb\\Pc\"\n", "1:5 1:5 1:7 1:8 1:8 1:8 1:10 1:11");
	assert_marks("a.yaml", "k: \"a\\\"b\"\n", "1:5 1:6 1:8 1:9");
	assert_marks("a.yaml", "k: ''\n", "1:5");
	assert_marks("a.yaml", "k:\n", "1:3");
	assert_marks("a.json", "{\"k\":\"a\\/\\u30e1\\ud83d\\ude00b\"}",
		"1:7 1:8 1:10 1:10 1:10 1:16 1:16 1:16 1:16 1:28 1:29");
	assert_marks("a.json", "{\n\"k\": 12}", "2:6 2:7 2:8");
}

static void several_lines(maybe_unused void **state)
{
	assert_marks("a.yaml", "k: ab\n  cd\n", "1:4 1:5 1:6 2:3 2:4 2:5");
	assert_marks("a.yaml", "k: ab  \n\n\n  cd\n", "1:4 1:5 1:6 1:6 4:3 4:4 4:5");
	assert_marks("a.yaml", "k: 'ab\n  c''d'\n", "1:5 1:6 1:7 2:3 2:4 2:6 2:7");
	assert_marks("a.yaml", "k: \"a \\\n  \\ b\"\n", "1:5 1:6 2:3 2:5 2:6");
	assert_marks("a.yaml", "k: a\r\n  b\r\n", "1:4 1:5 2:3 2:4");
}

static void blocks(maybe_unused void **state)
{
	assert_marks("a.yaml", "k: |\n  ab\n   c\n", "2:3 2:4 2:5 3:3 3:4 3:5 3:5");
	assert_marks("a.yaml", "k: |\n\n  a\n\n  b\n", "2:1 3:3 3:4 3:4 5:3 5:4 5:4");
	assert_marks("a.yaml", "k: |2\n    a\n  b\n", "2:3 2:4 2:5 2:6 3:3 3:4 3:4");
	assert_marks("a.yaml", "k: |-  # (?x) | >\n  a\n", "2:3 2:4");
	assert_marks("a.yaml", "k: >\n  ab\n  c\n\n  d\n", "2:3 2:4 2:5 3:3 3:4 5:3 5:4 5:4");
	assert_marks("a.yaml", "k: >\n  a\n    b\n  c\n", "2:3 2:4 3:3 3:4 3:5 3:6 4:3 4:4 4:4");
	assert_marks("a.yaml", "k: |\r\n  a\r\n  b\r\n", "2:3 2:4 3:3 3:4 3:4");
	assert_marks("a.yaml", "x: |\n  y\nk: |\n  a\nz: 1\n", "4:3 4:4 4:4");
}

/* Every ASCII character that is neither a space nor written as an escape stands where it is said to. */
static void every_character_is_found_again(maybe_unused void **state)
{
	static const char text[] = "a: plain text  \n   over lines\n\n   and more\n"
				   "b: 'single ''quoted''\n  text'\n"
				   "c: \"double quoted\n  text \\\n  here\"\n"
				   "d: |\n\n   literal\n     text\n\n   here\n"
				   "e: >-\n   folded\n   text\n     with more\n   here\n\n   メモ end\n"
				   "f:\n  - >\n     item\n     two\n  - |+\n   y\n\n"
				   "g: {h: 'x''y', i: [a b, \"c\n   d\"]}\n";
	const struct yaml_file *file = parsed("a.yaml", text);
	const struct yaml_node *todo[64] = {file->root};
	size_t count = 1, looked_at = 0;

	while (count > 0) {
		const struct yaml_node *n = todo[--count];

		for (size_t i = 0; i < n->count; i++) {
			todo[count++] = n->kind == YAML_MAP ? n->pairs[i].value : n->items[i];
			if (n->kind == YAML_MAP)
				todo[count++] = n->pairs[i].key;
		}
		for (size_t i = 0; n->kind == YAML_SCALAR && i < n->text.n; i++) {
			struct yaml_mark mark = yaml_scalar_mark(file, n, i);

			if (n->text.p[i] <= ' ')
				continue;
			assert_int_equal(file->text.p[mark.offset], n->text.p[i]);
			looked_at++;
		}
	}
	assert_true(looked_at > 100);
}

static void ignore(maybe_unused void *arg, maybe_unused const struct yaml_file *file, const struct yaml_fault *fault)
{
	assert_true(fault->at.line > 0 && fault->at.offset <= file->text.n && fault->end.offset <= file->text.n);
}

static void assert_inside(const struct yaml_file *file, const struct yaml_node *n)
{
	assert_true(n->start.offset <= n->end.offset && n->end.offset <= file->text.n);
	assert_true(utf8_invalid(n->text) < 0);
	for (size_t i = 0; n->kind == YAML_SCALAR && i <= n->text.n; i++) {
		size_t at = yaml_scalar_mark(file, n, i).offset;

		assert_true(at >= n->start.offset && at <= n->end.offset);
	}
	for (size_t i = 0; i < n->count; i++) {
		assert_inside(file, n->kind == YAML_MAP ? n->pairs[i].value : n->items[i]);
		if (n->kind == YAML_MAP)
			assert_inside(file, n->pairs[i].key);
	}
}

/* Whatever is done to a text, what is left of the tree keeps inside it. */
static void broken_texts_break_nothing(maybe_unused void **state)
{
	static const char seed[] = "a: 1\nb: 'x''y'\nc: \"d\\n\\u30e1\"\nl:\n  - |\n    x\n      y\n\n"
				   "  - >-\n    a\n    b\n  - [1, {b: 2}, c: 3]\n";
	static const char put[] = "\n\n  :-[]{}'\"|>#&*!\\a1\r\t";
	struct clock clock = {.seed = 7};
	struct arena own;

	arena_init(&own);
	for (int round = 0; round < 20000; round++) {
		char text[sizeof(seed)];

		memcpy(text, seed, sizeof(seed));
		for (uint64_t i = clock_random(&clock, 4) + 1; i > 0; i--)
			text[clock_random(&clock, sizeof(seed) - 1)] = put[clock_random(&clock, sizeof(put) - 1)];
		const struct yaml_file *file =
			yaml_parse(&own, "a.yaml", (struct span){text, sizeof(seed) - 1}, ignore, NULL);
		if (file->root != NULL)
			assert_inside(file, file->root);
		arena_reset(&own);
	}
	arena_clear(&own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_lines),
		cmocka_unit_test(several_lines),
		cmocka_unit_test(blocks),
		cmocka_unit_test(every_character_is_found_again),
		cmocka_unit_test(broken_texts_break_nothing),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
