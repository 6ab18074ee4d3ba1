/*
 * The restricted YAML: the tree, the place of everything in it, and of every
 * fault. Places of single characters inside scalars have a test of their own.
 */
#include "base/base.h"
#include "base/buf.h"
#include "base/limits.h"
#include "ext/yaml.h"

#include <fcntl.h>
#include <setjmp.h>
#include <unistd.h>
#include <cmocka.h>

static struct arena arena;
static struct buf seen; /* the faults of the last text, a line each */

static int set_up(maybe_unused void **state)
{
	arena_init(&arena);
	buf_init(&seen, 1 << 20);
	return 0;
}

static int tear_down(maybe_unused void **state)
{
	arena_clear(&arena);
	buf_clear(&seen);
	return 0;
}

static void note(maybe_unused void *arg, const struct yaml_file *file, const struct yaml_fault *fault)
{
	assert_non_null(file);
	assert_non_null(fault->message);
	assert_non_null(fault->help);
	assert_true(fault->at.offset <= file->text.n);
	buf_addf(&seen, "%s %d:%d-%d:%d", fault->code, fault->at.line, fault->at.column, fault->end.line,
		fault->end.column);
	if (fault->also.line > 0)
		buf_addf(&seen, " %d:%d", fault->also.line, fault->also.column);
	buf_addf(&seen, " %s\n", fault->message);
}

static const struct yaml_file *parsed(const char *path, struct span text)
{
	buf_reset(&seen);
	return yaml_parse(&arena, path, text, note, NULL);
}

static const struct yaml_node *root_of(const char *path, const char *text)
{
	const struct yaml_file *file = parsed(path, span_of(text));

	if (buf_text(&seen)[0] != '\0')
		fail_msg("%s: %s", text, buf_text(&seen));
	return file->root;
}

/* ---- the tree ---- */

static void add_node(struct buf *out, const struct yaml_node *n)
{
	static const char style[] = "psdlfj";

	buf_addf(out, "%d:%d-%d:%d", n->start.line, n->start.column, n->end.line, n->end.column);
	if (n->kind == YAML_SCALAR) {
		buf_addf(out, "%c<%s>", style[n->style], n->text.p);
		assert_int_equal(strlen(n->text.p), n->text.n);
		return;
	}
	buf_addc(out, n->kind == YAML_LIST ? '[' : '{');
	for (size_t i = 0; i < n->count; i++) {
		if (i > 0)
			buf_addc(out, ' ');
		if (n->kind == YAML_MAP) {
			add_node(out, n->pairs[i].key);
			buf_addc(out, '=');
		}
		add_node(out, n->kind == YAML_MAP ? n->pairs[i].value : n->items[i]);
	}
	buf_addc(out, n->kind == YAML_LIST ? ']' : '}');
}

static void gives_the_tree_with_places(maybe_unused void **state)
{
	static const struct {
		const char *path, *text, *want;
	} rows[] = {
		{"a.yaml", "a: 1\nb: 'x''y'\n", "1:1-2:10{1:1-1:2p<a>=1:4-1:5p<1> 2:1-2:2p<b>=2:4-2:10s<x'y>}"},
		{"a.yaml", "\"メモ\": \"メ\\n\" # c\n", "1:1-1:12{1:1-1:5d<メモ>=1:7-1:12d<メ\n>}"},
		{"a.yaml", "a: ''\nb: \"\"\nc: ''''\n",
			"1:1-3:8{1:1-1:2p<a>=1:4-1:6s<> 2:1-2:2p<b>=2:4-2:6d<> 3:1-3:2p<c>=3:4-3:8s<'>}"},
		{"a.yaml", "- a\n-\n- # none\n- b:\n  c:\n- ~\n",
			"1:1-6:4[1:3-1:4p<a> 2:2-2:2p<> 3:2-3:2p<> "
			"4:3-5:5{4:3-4:4p<b>=4:5-4:5p<> 5:3-5:4p<c>=5:5-5:5p<>} 6:3-6:4p<~>]"},
		{"a.yaml", "k:\n- a\n- b\n", "1:1-3:4{1:1-1:2p<k>=2:1-3:4[2:3-2:4p<a> 3:3-3:4p<b>]}"},
		{"a.yaml", "a: [1, {b: 2}, c: 3]\nd: []\ne: {}\n",
			"1:1-3:6{1:1-1:2p<a>=1:4-1:21[1:5-1:6p<1> 1:8-1:14{1:9-1:10p<b>=1:12-1:13p<2>} "
			"1:16-1:20{1:16-1:17p<c>=1:19-1:20p<3>}] 2:1-2:2p<d>=2:4-2:6[] 3:1-3:2p<e>=3:4-3:6{}}"},
		{"a.yaml", "a: |  # why | so\n\n  x\n    y\n\nb: >-\n  x\n  y\n",
			"1:1-8:4{1:1-1:2p<a>=1:4-4:6l<\nx\n  y\n> 6:1-6:2p<b>=6:4-8:4f<x y>}"},
		{"a.yaml", "- |2\n    x\n- |+\n  y\n\n", "1:1-4:4[1:3-2:6l<  x\n> 3:3-4:4l<y\n\n>]"},
		{"a.yaml", "a: one\n  two\n\n  three\n", "1:1-4:8{1:1-1:2p<a>=1:4-4:8p<one two\nthree>}"},
		{"a.yaml", "a: |\n  x\n  \ty\nb: 1\n",
			"1:1-4:5{1:1-1:2p<a>=1:4-3:5l<x\n\ty\n> 4:1-4:2p<b>=4:4-4:5p<1>}"},
		{"a.yaml", "a:\t1\n\t\n\t# c\nb: 2\n", "1:1-4:5{1:1-1:2p<a>=1:4-1:5p<1> 4:1-4:2p<b>=4:4-4:5p<2>}"},
		{"a.yaml", "a: 1\r\nb: |\r\n  x\r\n  y\r\n",
			"1:1-4:4{1:1-1:2p<a>=1:4-1:5p<1> 2:1-2:2p<b>=2:4-4:4l<x\ny\n>}"},
		{"a.yaml",
			"\xef\xbb\xbf"
			"a: 1\n",
			"1:1-1:5{1:1-1:2p<a>=1:4-1:5p<1>}"},
		{"a.yaml", "b: {\n\t\"q\": [\n1\n]\n}\nc: d\n",
			"1:1-6:5{1:1-1:2p<b>=1:4-5:2{2:2-2:5d<q>=2:7-4:2[3:1-3:2p<1>]} 6:1-6:2p<c>=6:4-6:5p<d>}"},
		{"a.yaml", "k: 'x''''y'\nl: >-\n  a\n\n   b\n",
			"1:1-5:5{1:1-1:2p<k>=1:4-1:12s<x''y> 2:1-2:2p<l>=2:4-5:5f<a\n\n b>}"},
		{"a.yaml", "? a\n: 1\n", "1:1-2:4{1:3-1:4p<a>=2:3-2:4p<1>}"},
		{"a.yaml", "{\"a\":\"x\\/y\", \"t\": true}",
			"1:1-1:24{1:2-1:5d<a>=1:6-1:12d<x/y> 1:14-1:17d<t>=1:19-1:23p<true>}"},
		{"a.yaml", "---\na: no\n...\n", "2:1-2:6{2:1-2:2p<a>=2:4-2:6p<no>}"},
		{"a.json", "{\n\t\"a\":\t[1, null],\n\"\\ud83d\\ude00\":\"メ\"}\n",
			"1:1-3:20{2:2-2:5j<a>=2:7-2:16[2:8-2:9p<1> 2:11-2:15p<null>] 3:1-3:15j<😀>=3:16-3:19j<メ>}"},
		{"a.json", " [{}, -1.50e3]", "1:2-1:15[1:3-1:5{} 1:7-1:14p<-1.50e3>]"},
	};
	struct buf out;

	buf_init(&out, 1 << 16);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		buf_reset(&out);
		add_node(&out, root_of(rows[i].path, rows[i].text));
		if (strcmp(buf_text(&out), rows[i].want) != 0)
			fail_msg("%s\n got %s\nwant %s", rows[i].text, buf_text(&out), rows[i].want);
	}
	buf_clear(&out);
	assert_null(root_of("a.yaml", ""));
	assert_null(root_of("a.yaml", "# only a comment\n"));
}

static void answers_about_the_tree(maybe_unused void **state)
{
	const struct yaml_node *root = root_of("a.yaml", "a: 1\nb: '1'\nc: ~\nd:\ne: 'null'\nf: true\ng: \"true\"\nh: "
							 "no\ni: 0123\nj: -1.5e3\nk: +1\nl: null\nm: 1 2\n");
	static const struct {
		const char *key;
		bool null, boolean, number;
	} rows[] = {{"a", false, false, true}, {"b", false, false, false}, {"c", true, false, false},
		{"d", true, false, false}, {"e", false, false, false}, {"f", false, true, false},
		{"g", false, false, false}, {"h", false, false, false}, {"i", false, false, false},
		{"j", false, false, true}, {"k", false, false, false}, {"l", true, false, false},
		{"m", false, false, false}};
	bool value;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct yaml_node *n = yaml_find(root, rows[i].key);

		assert_non_null(n);
		assert_int_equal(yaml_is_null(n), rows[i].null);
		assert_int_equal(yaml_is_bool(n, &value), rows[i].boolean);
		assert_int_equal(yaml_is_number(n), rows[i].number);
	}
	assert_true(yaml_is_bool(yaml_find(root, "f"), &value) && value);
	assert_null(yaml_find(root, "lost"));
	assert_null(yaml_find(yaml_find(root, "a"), "a"));
	assert_null(yaml_find(NULL, "a"));
	assert_false(yaml_is_null(NULL));
	root = root_of("a.json", "{\"a\":\"1\",\"b\":1,\"c\":null,\"d\":false}");
	assert_false(yaml_is_number(yaml_find(root, "a")));
	assert_true(yaml_is_number(yaml_find(root, "b")));
	assert_true(yaml_is_null(yaml_find(root, "c")));
	assert_true(yaml_is_bool(yaml_find(root, "d"), &value) && !value);
}

/* ---- faults ---- */

struct fault_row {
	const char *text, *want; /* WANT: the beginning of each line that is noted */
};

static void assert_faults(const char *path, const struct fault_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *want = rows[i].want, *got;

		parsed(path, span_of(rows[i].text));
		for (got = buf_text(&seen); *got != '\0'; got = strchr(got, '\n') + 1) {
			size_t n = strcspn(want, "|");

			if (n == 0 || strncmp(got, want, n) != 0)
				break;
			want += n + (want[n] == '|');
		}
		if (*got != '\0' || *want != '\0')
			fail_msg("%s\n got %s\nwant %s", rows[i].text, buf_text(&seen), rows[i].want);
	}
}

static void syntax_faults_have_their_place(maybe_unused void **state)
{
	static const struct fault_row rows[] = {
		{"m: \"^\\d+$\"\n", "E0103 1:6-1:7 a backslash in double quotes"},
		{"メ: \"メ\\d\"\n", "E0103 1:6-1:7 a backslash in double quotes"},
		{"a: \"\\x1\"\n", "E0103 1:5-1:6 hexadecimal digits are missing"},
		{"x: 1\na: 'open\nb: 1\n", "E0103 2:4-2:5 a quote is opened here and not closed"},
		{"x: 1\na: \"open\nb: 1\n", "E0103 2:4-2:5 a quote is opened here and not closed"},
		{"x: 1\na: 'open\n", "E0103 2:4-2:5 a quote is opened here and not closed"},
		{"x: 1\na: \"open", "E0103 2:4-2:5 a quote is opened here and not closed"},
		{"a: 'it's'\n", "E0103 1:8-1:9 text follows the closing quote"},
		{"a: \"x\" y\n", "E0103 1:8-1:9 text follows the closing quote"},
		{"a: [1, 2\nb: 3\n", "E0103 1:4-1:5 a bracket is opened here and not closed"},
		{"a: [1, 2\n", "E0103 1:4-1:5 a bracket is opened here and not closed"},
		{"a: [1, [2, 3]\nb: 3\nc: 4\n", "E0103 1:4-1:5 a bracket is opened here and not closed"},
		{"a: [1, [2, 3\nb: 3\nc: 4\n", "E0103 1:8-1:9 a bracket is opened here and not closed"},
		{"x: 'a [b'\ny: it's # [\na: {x: 1\nb: 3\n", "E0103 3:4-3:5 a bracket is opened here and not closed"},
		{"a: [1, 2}\n", "E0103 1:9-1:10 1:4 this does not close the bracket"},
		{"a: ]\n", "E0103 1:4-1:5 a closing bracket that nothing opens"},
		{"a: [, 1]\n", "E0103 1:5-1:6 1:4 a comma with nothing before it"},
		{"m: [a-z]+x\n", "E0103 1:9-1:10 text follows a closing bracket"},
		{"m: [a-z]+x: y\n", "E0103 1:9-1:10 text follows a closing bracket"},
		{"メモ: a: b\n", "E0103 1:6-1:7 a second \": \" on one line"},
		{"a: b\n  c: d\n", "E0103 2:3-2:4 1:4 a block is indented below a value"},
		{"a: @x\n", "E0103 1:4-1:5 a plain value cannot begin with this character"},
		{"a: %x\n", "E0103 1:4-1:5 a plain value cannot begin with this character"},
		{"a: `x\n", "E0103 1:4-1:5 a plain value cannot begin with this character"},
		{"a: 1\nb\nc: 2\n", "E0103 2:1-2:2 a key without a colon"},
		{"a: 1\nb:2\nc: 2\n", "E0103 2:1-2:2 a key without a colon"},
		{"r:\n  - id: x\n   match: 1\n", "E0103 3:4-3:5 the indentation of this line fits neither"},
		{"a:\n  - x\n b: 1\n", "E0103 3:2-3:3 the indentation of this line fits no block"},
		{"l:\n  - |-\n  x\n      y\n  abc\n", "E0103 3:3-3:4 a value is not indented deeper"},
		{"l:\n  k: >\n\n  x\n", "E0103 4:3-4:4 a value is not indented deeper"},
		{"a:\nfoo\n", "E0103 2:1-2:2 a value is not indented deeper"},
		{"l:\n  - a:\n    'foo'\n", "E0103 3:5-3:6 a value is not indented deeper"},
		{"l:\n  -\n  foo\n", "E0103 3:3-3:4 a value is not indented deeper"},
		{"a: {b:\n1}\n", ""},
		{"a: 1\r\nb: x\ry\n", "E0103 2:5-2:5 a carriage return without a line feed"},
		{"a: - x\n", "E0103 1:4-1:5 a list begins on the line of its key"},
	};

	assert_faults("a.yaml", rows, ARRAY_LEN(rows));
}

static void tabs_are_refused_where_they_indent(maybe_unused void **state)
{
	static const struct fault_row rows[] = {
		{"a: 1\n\tb: 2\n", "E0104 2:1-2:2 a tab"},
		{"a:\n\tb: 2\n", "E0104 2:1-2:2 a tab"},
		{"a:\n \tb: 2\n", "E0104 2:2-2:3 a tab"},
		{"a:\n\t- b\n", "E0104 2:1-2:2 a tab"},
		{"a:\n  b: 1\n\tc: 2\n", "E0104 3:1-3:2 a tab"},
		{"a: |\n\tx\n", "E0104 2:1-2:2 a tab"},
	};

	assert_faults("a.yaml", rows, ARRAY_LEN(rows));
}

static void what_is_not_allowed_is_named(maybe_unused void **state)
{
	static const struct fault_row rows[] = {
		{"a: 1\nb: 2\na: 3\n", "E0105 3:1-3:2 1:1 key \"a\" stands twice"},
		{"x:\n  - {b: 1, b: 2}\n  - {b: 1}\nx: 1\n",
			"E0105 2:12-2:13 2:6 key \"b\"|E0105 4:1-4:2 1:1 key \"x\""},
		{"a: 1\n\"\\x61\": 1\n", "E0105 2:1-2:7 1:1 key \"a\""},
		{"a: &x 1\nb: *x\n", "E0106 1:4-1:6 an anchor|E0106 2:4-2:6 an alias"},
		{"a: &x\n  b: 1\nc: &y [1]\n", "E0106 1:4-1:6 an anchor|E0106 3:4-3:6 an anchor"},
		{"m: *x+\n", "E0106 1:4-1:7 an alias"},
		{"a: !foo 1\nb: !!str 2\n", "E0106 1:4-1:8 a tag|E0106 2:4-2:9 a tag"},
		{"a:\n  <<: {b: 1}\n", "E0106 2:3-2:5 a merge key"},
		{"a:\n  '<<': {b: 1}\n", ""},
		{"a: 1\n---\nb: 2\n", "E0107 2:1-2:4 a second document"},
		{"? [a, b]\n: 1\n? {x: y}\n: 2\n", "E0110 1:3-1:9 a key|E0110 3:3-3:9 a key"},
		{"a: 1\n: 2\n", "E0110 2:2-2:2 a key is missing"},
		{"a: {: 2}\n", "E0110 1:4-1:4 a key is missing"},
		{"\"a\\0b\": 1\n", "E0110 1:1-1:7 a NUL in a key"},
		{"a: \"\\ud83d\\ude00\"\n", "E0109 1:5-1:11 half of a surrogate|E0109 1:11-1:17 half of a surrogate"},
		{"a: \"\\\\ud83d \\uD7FF\"\n", ""},
		{"a: \"\\U0000d83d\"\n", "E0109 1:5-1:6 an escape that stands for no character"},
	};

	assert_faults("a.yaml", rows, ARRAY_LEN(rows));
}

static void json_faults_have_their_place(maybe_unused void **state)
{
	static const struct fault_row rows[] = {
		{"{\"a\":1,\n \"a\":2}", "E0105 2:2-2:5 1:2 key \"a\""},
		{"{\"メ\":'x'}", "E0103 1:6-1:7 not valid JSON: a value is expected"},
		{"{\"a\":[1,2", "E0103 1:10-1:10 1:6 not valid JSON: the text ends too early"},
		{"{\"a\":[1,2]", "E0103 1:11-1:11 1:1 not valid JSON: the text ends too early"},
		{"[1,2,]", "E0103 1:6-1:7 not valid JSON: a value is expected"},
		{"[1] x", "E0103 1:5-1:6 not valid JSON: something follows"},
		{"", "E0103 1:1-1:1 not valid JSON: the text ends too early"},
		{"{\"u\":\"\\ud83d\"}", "E0103 1:7-1:8 not valid JSON: half of a surrogate pair"},
		{"{\"a\\u0000\":1}", "E0110 1:2-1:11 a NUL in a key"},
	};

	assert_faults("a.json", rows, ARRAY_LEN(rows));
}

static void bytes_are_checked_first(maybe_unused void **state)
{
	assert_null(parsed("a.yaml", SPAN_LITERAL("メ: 1\nb: \xff\n"))->root);
	assert_string_equal(buf_text(&seen), "E0102 2:4-2:4 byte 0xff is not valid UTF-8\n");
	assert_null(parsed("a.json", SPAN_LITERAL("{\"a\":\"\x83\x65\"}"))->root);
	assert_string_equal(buf_text(&seen), "E0102 1:7-1:7 byte 0x83 is not valid UTF-8\n");
	assert_null(parsed("a.yaml", SPAN_LITERAL("a: 1\n\0"))->root);
	assert_string_equal(buf_text(&seen), "E0102 2:1-2:1 a NUL byte stands in the file\n");
	assert_null(parsed("a.yaml", SPAN_NONE)->root);
	assert_string_equal(buf_text(&seen), "");
}

static void depth_and_size_are_limited(maybe_unused void **state)
{
	static char text[LIMIT_CONFIG_BYTES + 1];

	for (size_t depth = LIMIT_CONFIG_DEPTH; depth <= LIMIT_CONFIG_DEPTH + 1; depth++) {
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		for (int json = 0; json < 2; json++) {
			const struct yaml_file *file =
				parsed(json ? "a.json" : "a.yaml", (struct span){text, 2 * depth});

			assert_int_equal(file->root != NULL, depth == LIMIT_CONFIG_DEPTH);
			assert_int_equal(strncmp(buf_text(&seen), "E0108 1:65-1:66 ", 16) == 0, file->root == NULL);
		}
	}
	memset(text, '#', sizeof(text));
	assert_null(parsed("a.yaml", (struct span){text, sizeof(text)})->root);
	assert_int_equal(strncmp(buf_text(&seen), "E0108 1:1-1:1 the file is larger", 32), 0);
	parsed("a.yaml", (struct span){text, sizeof(text) - 1});
	assert_string_equal(buf_text(&seen), "");
}

static void large_maps_find_duplicates_too(maybe_unused void **state)
{
	struct buf text;

	buf_init(&text, 1 << 22);
	for (int i = 0; i < 50000; i++)
		buf_addf(&text, "key%d: %d\n", i, i);
	buf_adds(&text, "key777: again\n");
	const struct yaml_node *root = parsed("a.yaml", buf_span(&text))->root;
	assert_int_equal(root->count, 50000);
	assert_string_equal(buf_text(&seen), "E0105 50001:1-50001:7 778:1 key \"key777\" stands twice in one block\n");
	buf_clear(&text);
}

/* libfyaml likes to print by itself. */
static void nothing_is_printed(maybe_unused void **state)
{
	char path[] = "/tmp/kenpin-yaml-XXXXXX";
	int saved = dup(STDERR_FILENO), fd = mkstemp(path);

	fflush(stderr);
	dup2(fd, STDERR_FILENO);
	parsed("a.yaml", SPAN_LITERAL("a: [1\nb: *x\n---\n{"));
	parsed("a.yaml", SPAN_LITERAL("%BAD x\n\"\\q\": @\n"));
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	assert_true(lseek(fd, 0, SEEK_END) == 0);
	close(saved);
	close(fd);
	remove(path);
}

static void reads_files(maybe_unused void **state)
{
	char path[] = "/tmp/kenpin-yaml-XXXXXX";
	struct error e = {0};
	int fd = mkstemp(path);

	assert_int_equal(write(fd, "a: 1\n", 5), 5);
	close(fd);
	const struct yaml_file *file = yaml_read(&arena, path, note, NULL, &e);
	assert_string_equal(file->path, path);
	assert_true(span_is(file->text, "a: 1\n"));
	assert_true(span_is(yaml_find(file->root, "a")->text, "1"));
	remove(path);
	assert_null(yaml_read(&arena, path, note, NULL, &e));
	assert_int_equal(e.kind, ERROR_CONFIG);
	assert_non_null(strstr(e.message, "No such file"));
	assert_null(yaml_read(&arena, "/tmp", note, NULL, &e));
	assert_non_null(strstr(e.message, "Is a directory"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_tree_with_places),
		cmocka_unit_test(answers_about_the_tree),
		cmocka_unit_test(syntax_faults_have_their_place),
		cmocka_unit_test(tabs_are_refused_where_they_indent),
		cmocka_unit_test(what_is_not_allowed_is_named),
		cmocka_unit_test(json_faults_have_their_place),
		cmocka_unit_test(bytes_are_checked_first),
		cmocka_unit_test(depth_and_size_are_limited),
		cmocka_unit_test(large_maps_find_duplicates_too),
		cmocka_unit_test(nothing_is_printed),
		cmocka_unit_test(reads_files),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
