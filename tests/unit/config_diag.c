/*
 * Messages: their order, their text with carets by display width, their forms
 * for machines, and the registry of codes.
 */
#include "base/base.h"
#include "base/limits.h"
#include "config/diag.h"

#include <setjmp.h>
#include <cmocka.h>

struct fixture {
	struct arena arena;
	struct diags diags;
	struct buf out;
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	arena_init(&f->arena);
	diags_init(&f->diags, &f->arena);
	buf_init(&f->out, SIZE_MAX / 2);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	buf_clear(&f->out);
	arena_clear(&f->arena);
	free(f);
	return 0;
}

static const struct yaml_file *file_of(struct fixture *f, const char *path, const char *text)
{
	struct yaml_file *file = arena_zalloc(&f->arena, sizeof(*file));

	file->path = path;
	file->text = arena_span(&f->arena, span_of(text));
	return file;
}

/* The place of the first TEXT in FILE; *END just past it. */
static struct yaml_mark find(const struct yaml_file *file, const char *text, struct yaml_mark *end)
{
	ptrdiff_t at = span_find(file->text, span_of(text));
	struct yaml_mark mark = {.line = 1, .column = 1};

	assert_true(at >= 0);
	for (size_t i = 0; i < (size_t)at; i++) {
		if (file->text.p[i] == '\n') {
			mark.line++;
			mark.column = 1;
		} else if (((unsigned char)file->text.p[i] & 0xc0) != 0x80) {
			mark.column++;
		}
	}
	mark.offset = (size_t)at;
	*end = mark;
	end->offset += strlen(text);
	for (const char *p = text; *p; p++)
		end->column += ((unsigned char)*p & 0xc0) != 0x80;
	return mark;
}

static struct diag *add(struct fixture *f, const struct yaml_file *file, const char *at, const char *message)
{
	struct yaml_mark end, begin = find(file, at, &end);

	return diag_at(&f->diags, DIAG_ERROR, "E0203", file, begin, end, "%s", message);
}

static void expect(struct fixture *f, enum diag_format format, const char *want)
{
	diags_render(&f->out, &f->diags, format, false);
	assert_string_equal(buf_text(&f->out), want);
}

static void a_message_shows_its_line(void **state)
{
	struct fixture *f = *state;
	const struct yaml_file *file = file_of(f, "rules/catalog.yaml",
		"version: 1\nrules:\n  - id: a\n    x: 1\n    y: 1\n    z: 1\n    check:\n      - {field: a}\n      - "
		"{field: b}\n"
		"      - {field: jan, must_mach: '^x'}\n");
	struct diag *d = add(f, file, "must_mach", "unknown key \"must_mach\"; did you mean \"must_match\"?");

	diag_help(&f->diags, d, "keys of check: field,\nmust_match");
	expect(f, DIAG_TEXT,
		"error[E0203]: unknown key \"must_mach\"; did you mean \"must_match\"?\n"
		"  --> rules/catalog.yaml:10:22\n"
		"   |\n"
		"10 |       - {field: jan, must_mach: '^x'}\n"
		"   |                      ^^^^^^^^^\n"
		"   = help: keys of check: field,\n"
		"           must_match\n");
}

/* Japanese characters are two columns wide, a combining mark none. */
static void carets_stand_below_wide_text(void **state)
{
	struct fixture *f = *state;
	const struct yaml_file *file = file_of(f, "a.yaml", "{title: 商品コード, e\xcc\x81t: 価格表}\n");

	add(f, file, "価格", "here");
	expect(f, DIAG_TEXT,
		"error[E0203]: here\n"
		" --> a.yaml:1:21\n"
		"  |\n"
		"1 | {title: 商品コード, e\xcc\x81t: 価格表}\n"
		"  |                         ^^^^\n");
}

static void a_tab_is_as_wide_above_as_below(void **state)
{
	struct fixture *f = *state;

	add(f, file_of(f, "a.yaml", "a:\tbad\r\n"), "bad", "here");
	expect(f, DIAG_TEXT,
		"error[E0203]: here\n"
		" --> a.yaml:1:4\n"
		"  |\n"
		"1 | a:    bad\n"
		"  |       ^^^\n");
}

static void a_second_place_is_shown(void **state)
{
	struct fixture *f = *state;
	const struct yaml_file *file = file_of(f, "a.yaml", "price: 1\nb: 2\nc: 3\ncost: 4\n");
	struct yaml_mark end;

	diag_also(add(f, file, "cost", "twice"), find(file, "price", &end), "first written here");
	expect(f, DIAG_TEXT,
		"error[E0203]: twice\n"
		" --> a.yaml:4:1\n"
		"  |\n"
		"1 | price: 1\n"
		"  | - first written here\n"
		"...\n"
		"4 | cost: 4\n"
		"  | ^^^^\n");
}

static void both_places_of_one_line_are_shown_once(void **state)
{
	struct fixture *f = *state;
	const struct yaml_file *file = file_of(f, "a.yaml", "{a: 1, b: 2}\n");
	struct yaml_mark end;

	diag_also(add(f, file, "b", "twice"), find(file, "a", &end), "first");
	expect(f, DIAG_TEXT,
		"error[E0203]: twice\n"
		" --> a.yaml:1:8\n"
		"  |\n"
		"1 | {a: 1, b: 2}\n"
		"  |        ^\n"
		"  |  - first\n");
}

static void a_long_line_is_shown_around_the_mark(void **state)
{
	struct fixture *f = *state;
	char line[6001];
	const char *source, *carets;

	memset(line, 'x', 6000);
	line[6000] = '\0';
	memcpy(line + 3000, "HERE", 4);
	add(f, file_of(f, "a.yaml", line), "HERE", "here");
	diags_render(&f->out, &f->diags, DIAG_TEXT, false);
	source = strstr(buf_text(&f->out), "1 | ...xx");
	assert_non_null(source);
	assert_true(strcspn(source, "\n") < LIMIT_DIAG_COLUMNS + 12);
	assert_memory_equal(strchr(source, '\n') - 3, "...", 3);
	carets = strchr(source, '\n') + 1;
	assert_int_equal(strstr(source, "HERE") - source, strstr(carets, "^^^^") - carets);
}

static void secrets_are_masked_in_every_message_of_their_line(void **state)
{
	struct fixture *f = *state;
	const struct yaml_file *file = file_of(f, "a.yaml", "auth: {basic: hunter2, x: 1}\n");
	struct diag *d;

	add(f, file, "x", "unknown");
	d = add(f, file, "hunter2", "a secret");
	d->hide = d->at;
	d->hide_end = d->end;
	diags_render(&f->out, &f->diags, DIAG_TEXT, false);
	diags_render(&f->out, &f->diags, DIAG_JSON, false);
	diags_render(&f->out, &f->diags, DIAG_SARIF, false);
	assert_null(strstr(buf_text(&f->out), "hunter2"));
	assert_non_null(strstr(buf_text(&f->out), "auth: {basic: *******, x: 1}"));
}

/* A file may hold anything: nothing of it may steer the terminal or break the form. */
static void broken_bytes_and_controls_are_replaced(void **state)
{
	struct fixture *f = *state;
	const struct yaml_file *file = file_of(f, "b\x1b.yaml", "k\xff: \x1b[31mred\n");

	add(f, file, "red", "key \"\x1b[2J\xfe\" is bad");
	expect(f, DIAG_TEXT,
		"error[E0203]: key \"\xef\xbf\xbd[2J\xef\xbf\xbd\" is bad\n"
		" --> b\xef\xbf\xbd.yaml:1:10\n"
		"  |\n"
		"1 | k\xef\xbf\xbd: \xef\xbf\xbd[31mred\n"
		"  |          ^^^\n");
}

static void messages_are_sorted_by_place(void **state)
{
	struct fixture *f = *state;
	const struct yaml_file *a = file_of(f, "a.yaml", "one\ntwo three\n"), *b = file_of(f, "b.yaml", "four\n");

	add(f, b, "four", "4");
	add(f, a, "three", "3");
	add(f, a, "one", "1");
	add(f, a, "two", "2");
	diag_error(&f->diags, "E0204", NULL, NULL, "%d", 0);
	diags_sort(&f->diags);
	for (size_t i = 0; i < f->diags.count; i++)
		assert_int_equal(f->diags.items[i].message[0], '0' + (int)i);
}

static void too_many_messages_are_counted(void **state)
{
	struct fixture *f = *state;
	const struct yaml_file *file = file_of(f, "a.yaml", "x\n");

	for (int i = 0; i < LIMIT_DIAGNOSTICS + 5; i++)
		diag_help(&f->diags, add(f, file, "x", "again"), "help");
	assert_int_equal(f->diags.errors, LIMIT_DIAGNOSTICS + 5);
	assert_int_equal(f->diags.count, LIMIT_DIAGNOSTICS);
	diags_render(&f->out, &f->diags, DIAG_TEXT, false);
	assert_non_null(strstr(buf_text(&f->out), "\n5 more messages are not shown: LIMIT_DIAGNOSTICS is 1000\n"));
}

static void paths_are_relative_to_the_project(void **state)
{
	struct fixture *f = *state;

	f->diags.folder = "/srv/project";
	diag_error(&f->diags, "E0101", file_of(f, "/srv/project/queries/a.yaml", ""), NULL, "one");
	diag_error(&f->diags, "E0101", file_of(f, "/srv/projector/b.yaml", ""), NULL, "two");
	expect(f, DIAG_TEXT,
		"error[E0101]: one\n --> queries/a.yaml:1:1\n\nerror[E0101]: two\n --> /srv/projector/b.yaml:1:1\n");
}

static void json_lines_hold_everything(void **state)
{
	struct fixture *f = *state;
	const struct yaml_file *file = file_of(f, "日.yaml", "a: 1\nb: 2\n");
	struct yaml_mark end;
	struct diag *d = add(f, file, "b", "say \"b\"");

	diag_help(&f->diags, d, "do");
	diag_also(d, find(file, "a", &end), "first");
	diag_warning(&f->diags, "W0410", NULL, NULL, "old");
	expect(f, DIAG_JSON,
		"{\"level\":\"warning\",\"code\":\"W0410\",\"message\":\"old\"}\n"
		"{\"level\":\"error\",\"code\":\"E0203\",\"message\":\"say "
		"\\\"b\\\"\",\"path\":\"日.yaml\",\"line\":2,\"column\":1,"
		"\"end_line\":2,\"end_column\":2,\"also\":{\"line\":1,\"column\":1,\"label\":\"first\"},\"help\":"
		"\"do\"}\n");
}

static void sarif_names_code_and_region(void **state)
{
	struct fixture *f = *state;

	add(f, file_of(f, "rules/a b.yaml", "abc: 1\n"), "abc", "unknown");
	diags_render(&f->out, &f->diags, DIAG_SARIF, false);
	assert_non_null(strstr(buf_text(&f->out), "\"version\":\"2.1.0\""));
	assert_non_null(strstr(buf_text(&f->out), "\"rules\":[{\"id\":\"E0203\","));
	assert_non_null(strstr(buf_text(&f->out), "\"columnKind\":\"unicodeCodePoints\""));
	assert_non_null(
		strstr(buf_text(&f->out), "{\"ruleId\":\"E0203\",\"level\":\"error\",\"message\":{\"text\":\"unknown\"}"
					  ",\"locations\":[{\"physicalLocation\":"
					  "{\"artifactLocation\":{\"uri\":\"rules/"
					  "a%20b.yaml\"},\"region\":{\"startLine\":1,\"startColumn\":1,\"endLine\":1,"
					  "\"endColumn\":4}}}]}"));
}

static void colours_are_asked_for(void **state)
{
	struct fixture *f = *state;

	add(f, file_of(f, "a.yaml", "x\n"), "x", "m");
	diags_render(&f->out, &f->diags, DIAG_TEXT, true);
	assert_non_null(strstr(buf_text(&f->out), "\033[1;31merror[E0203]\033[0m: m\n"));
}

static void every_code_has_a_page(void **state)
{
	size_t count;
	const struct diag_code *codes = diag_codes(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && strcmp(codes[i - 1].code + 1, codes[i].code + 1) >= 0)
			fail_msg("out of order: %s", codes[i].code);
		if (!codes[i].title[0] || strlen(codes[i].explain) < 40 || !codes[i].bad[0] || !codes[i].good[0])
			fail_msg("page of %s is not whole", codes[i].code);
		assert_ptr_equal(diag_code_find(codes[i].code), &codes[i]);
	}
	assert_null(diag_code_find("E9999"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_message_shows_its_line),
		TEST(carets_stand_below_wide_text),
		TEST(a_tab_is_as_wide_above_as_below),
		TEST(a_second_place_is_shown),
		TEST(both_places_of_one_line_are_shown_once),
		TEST(a_long_line_is_shown_around_the_mark),
		TEST(secrets_are_masked_in_every_message_of_their_line),
		TEST(broken_bytes_and_controls_are_replaced),
		TEST(messages_are_sorted_by_place),
		TEST(too_many_messages_are_counted),
		TEST(paths_are_relative_to_the_project),
		TEST(json_lines_hold_everything),
		TEST(sarif_names_code_and_region),
		TEST(colours_are_asked_for),
		TEST(every_code_has_a_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
