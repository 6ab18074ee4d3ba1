/*
 * The table-driven reader: every type, everything that can be wrong with a
 * block, and what is made of the tables.
 */
#include "base/base.h"
#include "base/jsonscan.h"
#include "config/option.h"

#include <setjmp.h>
#include <cmocka.h>

enum colour { RED, GREEN, BLUE };
static const char *const colours[] = {"red", "green", "blue", NULL};
static const char *const shapes[] = {"round", "square", NULL};

struct part {
	const char *name;
	int64_t size;
	struct part *inner;
	const struct yaml_node *node;
};

#define P(field) offsetof(struct part, field)
extern const struct option_block part_block;
static const struct option part_options[] = {
	{"size", OPTION_INT, P(size), "7", .min = 1, .max = 10, .help = "how large"},
	{"inner", OPTION_BLOCK, P(inner), .block = &part_block, .help = "a part within"},
};
const struct option_block part_block = {
	"part", part_options, ARRAY_LEN(part_options), sizeof(struct part), P(node), .help = "a part"};

struct shape {
	const char *name;
	int kind;
	int64_t edge;
	const struct yaml_node *node;
};

#define S(field) offsetof(struct shape, field)
static const struct option round_options[] = {
	{"kind", OPTION_ENUM, S(kind), .required = true, .values = shapes, .help = "kind"},
};
static const struct option_block round_block = {
	"round shape", round_options, ARRAY_LEN(round_options), sizeof(struct shape), S(node), .help = "round"};
static const struct option square_options[] = {
	{"kind", OPTION_ENUM, S(kind), .required = true, .values = shapes, .help = "kind"},
	{"edge", OPTION_INT, S(edge), "2", .help = "its edge"},
};
static const struct option_block square_block = {
	"square shape", square_options, ARRAY_LEN(square_options), sizeof(struct shape), S(node), .help = "square"};
static const struct option_variant variants[] = {{"round", &round_block}, {"square", &square_block}, {NULL, NULL}};
extern const struct option_block shape_block;
static const struct option_block *pick_shape(struct option_reader *r, const struct yaml_node *node)
{
	return option_pick_kind(r, &shape_block, node);
}
const struct option_block shape_block = {"shape", .size = sizeof(struct shape), .node_offset = S(node),
	.help = "a shape", .pick = pick_shape, .variants = variants};

struct thing {
	int64_t version;
	const char *text, *name, *decimal, *path;
	bool flag;
	int64_t number, duration, bytes, instant;
	int colour;
	struct texts texts;
	struct secret secret;
	const struct yaml_node *any;
	struct part *part, *ready;
	struct blocks parts, shapes;
	bool finished;
	const struct yaml_node *node;
};

static void finish_thing(void *block, struct option_reader *reader, const struct yaml_node *node)
{
	struct thing *t = block;

	(void)reader;
	assert_ptr_equal(t->node, node);
	t->finished = true;
}

#define T(field) offsetof(struct thing, field)
static const struct option thing_options[] = {
	{"version", OPTION_INT, T(version), .required = true, .min = 1, .max = 1, .help = "version"},
	{"text", OPTION_TEXT, T(text), .help = "text"},
	{"name", OPTION_NAME, T(name), .help = "name"},
	{"flag", OPTION_BOOL, T(flag), "true", .help = "flag"},
	{"number", OPTION_INT, T(number), "5", .min = 0, .max = 9, .help = "number"},
	{"decimal", OPTION_DECIMAL, T(decimal), .help = "decimal"},
	{"duration", OPTION_DURATION, T(duration), "30s", .min = 1000, .max = 60000, .help = "duration"},
	{"bytes", OPTION_BYTES, T(bytes), "12m", .min = 1024, .max = 1 << 30, .help = "bytes"},
	{"colour", OPTION_ENUM, T(colour), "green", .values = colours, .help = "colour"},
	{"instant", OPTION_INSTANT, T(instant), .help = "instant"},
	{"texts", OPTION_TEXTS, T(texts), .help = "texts"},
	{"secret", OPTION_SECRET, T(secret), .help = "secret"},
	{"path", OPTION_PATH, T(path), "a/b", .help = "path"},
	{"any", OPTION_NODE, T(any), .block = &part_block, .help = "any"},
	{"part", OPTION_BLOCK, T(part), .block = &part_block, .help = "part"},
	{"ready", OPTION_BLOCK, T(ready), "{}", .block = &part_block, .help = "ready"},
	{"parts", OPTION_BLOCKS, T(parts), .block = &part_block, .help = "parts"},
	{"shapes", OPTION_NAMED, T(shapes), .block = &shape_block, .help = "shapes"},
};
static const struct option_block thing_block = {"thing", thing_options, ARRAY_LEN(thing_options), sizeof(struct thing),
	T(node), .help = "a thing", .finish = finish_thing};

struct fixture {
	struct arena arena;
	struct diags diags;
	struct option_reader reader;
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	arena_init(&f->arena);
	diags_init(&f->diags, &f->arena);
	f->reader = (struct option_reader){.arena = &f->arena, .diags = &f->diags, .folder = "/p"};
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	arena_clear(&f->arena);
	free(f);
	return 0;
}

static struct thing *read_text(struct fixture *f, const char *text)
{
	struct span copy = arena_span(&f->arena, span_of(text));

	diags_init(&f->diags, &f->arena);
	f->reader.file = yaml_parse(&f->arena, "t.yaml", copy, diag_yaml_fault, &f->diags);
	assert_non_null(f->reader.file->root);
	return option_read(&f->reader, &thing_block, f->reader.file->root);
}

static struct thing *read_good(struct fixture *f, const char *text)
{
	struct thing *t = read_text(f, text);

	if (f->diags.count > 0)
		fail_msg("%s: %s", f->diags.items[0].code, f->diags.items[0].message);
	assert_non_null(t);
	return t;
}

/* BODY after a good version has exactly one fault: CODE at LINE:COLUMN, with MESSAGE in its message. */
static void expect_fault(
	struct fixture *f, const char *body, const char *code, int line, int column, const char *message)
{
	const char *text = arena_printf(&f->arena, "version: 1\n%s", body);
	const struct diag *d;

	assert_non_null(read_text(f, text));
	diags_sort(&f->diags);
	if (f->diags.count != 1)
		fail_msg("%zu messages: %s", f->diags.count, body);
	d = &f->diags.items[0];
	if (strcmp(d->code, code) || d->at.line != line || d->at.column != column || !strstr(d->message, message))
		fail_msg("%s at %d:%d: %s", d->code, d->at.line, d->at.column, d->message);
}

static void defaults_fill_what_is_left_out(void **state)
{
	const struct thing *t = read_good(*state, "version: 1\n");

	assert_true(t->finished && t->flag);
	assert_int_equal(t->number, 5);
	assert_int_equal(t->duration, 30000);
	assert_int_equal(t->bytes, 12 << 20);
	assert_int_equal(t->colour, GREEN);
	assert_string_equal(t->path, "/p/a/b");
	assert_null(t->text);
	assert_null(t->part);
	assert_int_equal(t->ready->size, 7);
	assert_int_equal(t->ready->node->count, 0);
	assert_int_equal(t->secret.from, SECRET_NONE);
}

static void every_type_is_read(void **state)
{
	const struct thing *t = read_good(*state,
		"version: 1\ntext: no\nname: a-b_c.9\nflag: false\nnumber: 9\ndecimal: '1.10'\nduration: 1m\nbytes: "
		"64k\n"
		"colour: blue\ninstant: 2027-03-31\ntexts: [a, 1.10, 0123]\nsecret: env:TOKEN\npath: /abs\n"
		"any: {x: 1}\npart: {size: 3}\nparts:\n  - {size: 1}\n  - {}\n"
		"shapes: {one: {kind: round}, two: {kind: square, edge: 4}}\n");
	const struct part *second;
	const struct shape *two;

	assert_string_equal(t->text, "no");
	assert_string_equal(t->name, "a-b_c.9");
	assert_false(t->flag);
	assert_int_equal(t->number, 9);
	assert_string_equal(t->decimal, "1.10");
	assert_int_equal(t->duration, 60000);
	assert_int_equal(t->bytes, 65536);
	assert_int_equal(t->colour, BLUE);
	assert_int_equal(t->instant, INT64_C(1806451200000));
	assert_int_equal(t->texts.count, 3);
	assert_string_equal(t->texts.items[2], "0123");
	assert_int_equal(t->secret.from, SECRET_ENV);
	assert_string_equal(t->secret.name, "TOKEN");
	assert_string_equal(t->path, "/abs");
	assert_int_equal(t->any->count, 1);
	assert_int_equal(t->part->size, 3);
	assert_int_equal(t->parts.count, 2);
	second = t->parts.items[1];
	assert_int_equal(second->size, 7);
	two = t->shapes.items[1];
	assert_string_equal(two->name, "two");
	assert_int_equal(two->kind, 1);
	assert_int_equal(two->edge, 4);
}

static void other_ways_of_writing_are_read(void **state)
{
	const struct thing *t = read_good(*state, "version: 1\ntexts: one\ndecimal: -2\nsecret: file:s/key\npath: "
						  "'-'\ninstant: 1970-01-01T09:00:00+09:00\ntext: ''\n");

	assert_int_equal(t->texts.count, 1);
	assert_string_equal(t->secret.name, "/p/s/key");
	assert_string_equal(t->path, "-");
	assert_int_equal(t->instant, 0);
	assert_string_equal(t->text, "");
}

static void wrong_types_are_reported(void **state)
{
	struct fixture *f = *state;

	expect_fault(f, "text: [a]\n", "E0201", 2, 7, "\"text\" must be a text, not a list");
	expect_fault(f, "text:\n", "E0201", 2, 1, "\"text\" has no value");
	expect_fault(f, "flag: yes\n", "E0201", 2, 7, "true or false");
	expect_fault(f, "flag: 'true'\n", "E0201", 2, 7, "true or false");
	expect_fault(f, "number: \"5\"\n", "E0201", 2, 9, "a whole number");
	expect_fault(f, "number: 1.5\n", "E0201", 2, 9, "not \"1.5\"");
	expect_fault(f, "number: 99999999999999999999\n", "E0201", 2, 9, "a whole number");
	expect_fault(f, "decimal: 1,5\n", "E0201", 2, 10, "a decimal number");
	expect_fault(f, "duration: 30\n", "E0201", 2, 11, "a duration");
	expect_fault(f, "bytes: 1q\n", "E0201", 2, 8, "a size in bytes");
	expect_fault(f, "instant: 2027-02-30\n", "E0201", 2, 10, "a date or time");
	expect_fault(f, "instant: 2027-02-03T10:00:00\n", "E0201", 2, 10, "a date or time");
	expect_fault(f, "texts: {a: b}\n", "E0201", 2, 8, "a list of texts");
	expect_fault(f, "texts:\n  - a\n  - [b]\n", "E0201", 4, 5, "a list of texts");
	expect_fault(f, "part: 1\n", "E0201", 2, 7, "\"part\" must be a block of keys, not a single value");
	expect_fault(f, "parts: {size: 1}\n", "E0201", 2, 8, "a list of blocks");
	expect_fault(f, "parts: [1]\n", "E0201", 2, 9, "a block of keys");
	expect_fault(f, "shapes: [a]\n", "E0201", 2, 9, "a map of names");
	expect_fault(f, "shapes: {a: {kind: [b]}}\n", "E0201", 2, 20, "\"kind\" must be one word");
}

static void wrong_values_are_reported(void **state)
{
	struct fixture *f = *state;

	expect_fault(f, "number: 10\n", "E0202", 2, 9, "\"number\" must be from 0 to 9, not 10");
	expect_fault(f, "duration: 2h\n", "E0202", 2, 11, "must be from 1s to 1m, not 2h");
	expect_fault(f, "bytes: 2g\n", "E0202", 2, 8, "must be from 1k to 1g, not 2g");
	expect_fault(f, "colour: gren\n", "E0202", 2, 9, "did you mean \"green\"?");
	expect_fault(f, "shapes: {a: {kind: squre}}\n", "E0202", 2, 20, "did you mean \"square\"?");
	expect_fault(f, "text: \"a\\0b\"\n", "E0202", 2, 7, "NUL");
	expect_fault(f, "name: a b\n", "E0206", 2, 7, "\"a b\" is not a name");
	expect_fault(f, "shapes: {'a b': {kind: round}}\n", "E0206", 2, 10, "not a name that a shape can have");
	expect_fault(f, "secret: hunter2\n", "E0205", 2, 9, "plain sight");
	expect_fault(f, "secret: 'env:'\n", "E0205", 2, 9, "plain sight");
	assert_null(strstr(f->diags.items[0].message, "env:"));
	assert_int_equal(f->diags.items[0].hide.column, 9);
}

static void unknown_keys_are_explained(void **state)
{
	struct fixture *f = *state;

	expect_fault(f, "nummber: 1\n", "E0203", 2, 1, "unknown key \"nummber\"; did you mean \"number\"?");
	expect_fault(f, "weather: 1\n", "E0203", 2, 1, "unknown key \"weather\"");
	assert_non_null(strstr(f->diags.items[0].help, "keys of thing: version, text, "));
	expect_fault(f, "edge: 1\n", "E0208", 2, 1,
		"key \"edge\" stands under \"thing\"; it belongs under \"square shape\"");
	expect_fault(f, "shapes: {a: {kind: round, edge: 1}}\n", "E0208", 2, 27, "it belongs under \"square shape\"");
	expect_fault(f, "part: {inner: {colour: red}}\n", "E0208", 2, 16, "it belongs under \"thing\"");
}

/* The value of a misspelt key may be the secret that the key is for. */
static void what_may_be_a_secret_is_hidden(void **state)
{
	struct fixture *f = *state;

	expect_fault(f, "secrt: hunter2\n", "E0203", 2, 1, "did you mean \"secret\"?");
	assert_int_equal(f->diags.items[0].hide.column, 8);
	expect_fault(f, "part: {secret: hunter2}\n", "E0208", 2, 8, "it belongs under \"thing\"");
	assert_int_equal(f->diags.items[0].hide.column, 16);
	expect_fault(f, "nummber: 1\n", "E0203", 2, 1, "number");
	assert_int_equal(f->diags.items[0].hide.line, 0);
}

static void missing_keys_are_reported(void **state)
{
	struct fixture *f = *state;

	assert_non_null(read_text(f, "text: a\n"));
	assert_int_equal(f->diags.count, 1);
	assert_string_equal(f->diags.items[0].code, "E0204");
	assert_string_equal(f->diags.items[0].message, "\"version\" is missing under \"thing\"");
	expect_fault(f, "shapes: {a: {edge: 1}}\n", "E0204", 2, 13, "\"kind\" is missing under \"shape\"");
}

static void an_unknown_version_is_reported(void **state)
{
	struct fixture *f = *state;

	assert_non_null(read_text(f, "version: 2\n"));
	assert_int_equal(f->diags.count, 1);
	assert_string_equal(f->diags.items[0].code, "E0210");
}

static void all_that_is_wrong_is_told_at_once(void **state)
{
	struct fixture *f = *state;

	assert_non_null(read_text(f, "flag: 1\nnumber: 77\nbad: 1\nparts: [{size: 0}, {size: 11}]\n"));
	assert_int_equal(f->diags.errors, 6);
	assert_null(read_text(f, "- a\n"));
	assert_int_equal(f->diags.errors, 1);
}

static void expect_kind(struct fixture *f, enum option_file kind, const char *text, const char *message)
{
	diags_init(&f->diags, &f->arena);
	f->reader.file =
		yaml_parse(&f->arena, "t.yaml", arena_span(&f->arena, span_of(text)), diag_yaml_fault, &f->diags);
	assert_int_equal(option_check_file(&f->reader, kind), message == NULL);
	assert_int_equal(f->diags.count, message != NULL);
	if (message && !strstr(f->diags.items[0].message, message))
		fail_msg("%s", f->diags.items[0].message);
}

static void the_wrong_kind_of_file_is_told(void **state)
{
	struct fixture *f = *state;

	expect_kind(f, OPTION_FILE_QUERY, "source: a\n", NULL);
	expect_kind(f, OPTION_FILE_QUERY, "titel: a\n", NULL);
	expect_kind(f, OPTION_FILE_QUERY, "", "the file is empty");
	expect_kind(f, OPTION_FILE_QUERY, "# nothing\n", "the file is empty");
	expect_kind(f, OPTION_FILE_QUERY, "rules: []\n", "this is a rule file, and a query file is wanted");
	expect_kind(f, OPTION_FILE_RULES, "sources: {}\n", "this is a project file");
	expect_kind(f, OPTION_FILE_PROJECT, "source: a\n", "this is a query file");
	expect_kind(f, OPTION_FILE_QUERY, "query: {match_all: {}}\n", "this is a bare search body");
	expect_kind(f, OPTION_FILE_QUERY, "a: [\n", "");
}

static void help_shows_types_ranges_and_defaults(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, SIZE_MAX / 2);
	option_help(&out, &thing_block, 2);
	assert_non_null(strstr(buf_text(&out), "  number           a whole number from 0 to 9; default 5\n"));
	assert_non_null(strstr(buf_text(&out), "  duration         a duration from 1s to 1m; default 30s\n"));
	assert_non_null(strstr(buf_text(&out), "  version          a whole number: 1; required\n"));
	assert_non_null(strstr(buf_text(&out), "  colour           one of red, green, blue; default green\n"));
	assert_non_null(strstr(buf_text(&out), "      kind: square (square)\n"));
	assert_non_null(strstr(buf_text(&out), "(keys as of part above)\n"));
	buf_clear(&out);
}

static void the_schema_is_json(void **state)
{
	struct jsonscan scan;
	struct span raw;
	struct buf out;
	bool escaped;

	(void)state;
	buf_init(&out, SIZE_MAX / 2);
	option_schema(&out, &thing_block, "thing.json", "Thing");
	jsonscan_init(&scan, buf_span(&out));
	assert_int_equal(jsonscan_value(&scan, &raw, &escaped), JSON_OBJECT);
	assert_true(jsonscan_end(&scan));
	assert_non_null(strstr(buf_text(&out), "\"$ref\":\"#/$defs/thing\""));
	assert_non_null(strstr(buf_text(&out), "\"number\":{\"description\":\"number\",\"type\":\"integer\","
					       "\"minimum\":0,\"maximum\":9,\"default\":5}"));
	assert_non_null(strstr(buf_text(&out), "\"then\":{\"$ref\":\"#/$defs/square-shape\"}"));
	assert_null(strstr(buf_text(&out), "oneOf"));
	buf_clear(&out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(defaults_fill_what_is_left_out),
		TEST(every_type_is_read),
		TEST(other_ways_of_writing_are_read),
		TEST(wrong_types_are_reported),
		TEST(wrong_values_are_reported),
		TEST(unknown_keys_are_explained),
		TEST(what_may_be_a_secret_is_hidden),
		TEST(missing_keys_are_reported),
		TEST(an_unknown_version_is_reported),
		TEST(all_that_is_wrong_is_told_at_once),
		TEST(the_wrong_kind_of_file_is_told),
		TEST(help_shows_types_ranges_and_defaults),
		TEST(the_schema_is_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
