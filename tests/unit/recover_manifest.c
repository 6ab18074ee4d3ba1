/*
 * Manifests as they are written: whole, in files of bounded length, of a closed
 * format.
 */
#include "recover_support.h"

#include "ext/json.h"
#include "ext/sha.h"

static struct json *read_json(const char *folder, const char *name, char sha256[SHA_HEX])
{
	char *path = xasprintf("%s/%s", folder, name), block[4096];
	FILE *in = fopen(path, "rb");
	struct error e = {0};
	struct json *tree;
	struct buf text;
	size_t n;

	assert_non_null(in);
	buf_init(&text, 1u << 24);
	while ((n = fread(block, 1, sizeof(block), in)) > 0)
		buf_add(&text, block, n);
	fclose(in);
	sha_hex_of(sha256, buf_span(&text));
	tree = json_parse(buf_span(&text), ERROR_OWED, path, &e);
	assert_non_null(tree);
	buf_clear(&text);
	free(path);
	return tree;
}

static void what_is_written_is_sound(void **state)
{
	struct bench *b = *state;
	struct manifest *m = begin(b);
	char path[512], sha256[65], again[SHA_HEX];
	struct error e = {0};
	const char *faults;

	add_many(b, m, "price", "s1", 1, 3);
	add_many(b, m, "stock", "s2", 1, 2);
	assert_int_equal(entries_in(b->folder, ENTRIES_VISIBLE), 0);
	assert_int_equal(manifest_finish(m, path, sha256, &e), 0);
	manifest_free(m);
	assert_int_equal(entries_in(b->folder, ENTRIES_VISIBLE), 1);
	assert_int_equal(entries_in(b->folder, ENTRIES_HIDDEN), 0);
	assert_int_equal(entries_in(path, ENTRIES_VISIBLE), 3);
	if (checked(b, path, &faults) != 0)
		fail_msg("%s", faults);
	struct json *j = read_json(path, "manifest.json", again);
	assert_string_equal(again, sha256);
	assert_string_equal(json_text(j, "manifest_id", ""), strrchr(path, '/') + 1);
	assert_int_equal(strncmp(json_text(j, "manifest_id", ""), "20261124T160007Z-", 17), 0);
	assert_string_equal(json_text(j, "created_at", ""), "2026-11-24T16:00:07Z");
	assert_int_equal(json_int(j, "counts.actions", 0), 5);
	assert_int_equal(json_int(j, "counts.undo", 0), 5);
	assert_int_equal(json_int(j, "counts.by_rule.price", 0), 3);
	assert_int_equal(json_int(j, "counts.by_mode.auto", 0), 2);
	assert_int_equal(json_int(j, "counts.by_class.min", 0), 5);
	assert_int_equal(json_int(j, "coverage.documents", 0), 330112);
	assert_string_equal(json_text(j, "guard.stock.max_percent", ""), LIMIT_MANIFEST_PERCENT);
	assert_int_equal(json_type_of(json_get(j, "previous_sha256")), JSON_TYPE_NULL);
	json_free(j);
}

static void an_undo_line_has_an_id_of_its_own(void **state)
{
	struct bench *b = *state;
	const char *path = written(b, 1);
	char digest[SHA_HEX];
	struct json *action = read_json(path, "actions-0001.jsonl", digest),
		    *undo = read_json(path, "undo-0001.jsonl", digest);

	assert_string_equal(json_text(undo, "kind", ""), "undo");
	assert_string_equal(json_text(undo, "undoes", ""), json_text(action, "action_id", "?"));
	assert_string_not_equal(json_text(undo, "action_id", ""), json_text(action, "action_id", ""));
	assert_string_equal(json_text(undo, "mode", ""), "manual");
	assert_int_equal(json_int(undo, "seq", 0), json_int(action, "seq", -1));
	json_free(action);
	json_free(undo);
}

static void files_have_a_bounded_length(void **state)
{
	struct bench *b = *state;
	const char *path = written(b, 1201), *faults;
	char digest[SHA_HEX];
	struct json *j = read_json(path, "manifest.json", digest);

	assert_int_equal(json_count(json_get(j, "files")), 6);
	assert_int_equal(json_int(json_at(json_get(j, "files"), 1), "lines", 0), 500);
	assert_string_equal(json_text(json_at(json_get(j, "files"), 2), "name", ""), "actions-0003.jsonl");
	assert_int_equal(json_int(json_at(json_get(j, "files"), 2), "lines", 0), 201);
	assert_string_equal(json_text(json_at(json_get(j, "files"), 3), "name", ""), "undo-0001.jsonl");
	json_free(j);
	if (checked(b, path, &faults) != 0)
		fail_msg("%s", faults);
}

static void nothing_proposed_writes_nothing(void **state)
{
	struct bench *b = *state;
	struct manifest *m = begin(b);
	char path[512] = "x", sha256[65] = "x";
	struct error e = {0};

	assert_int_equal(manifest_finish(m, path, sha256, &e), 0);
	assert_string_equal(path, "");
	assert_string_equal(sha256, "");
	manifest_free(m);
	assert_int_equal(entries_in(b->folder, ENTRIES_VISIBLE) + entries_in(b->folder, ENTRIES_HIDDEN), 0);
}

static void the_same_again_is_the_same_manifest(void **state)
{
	struct bench *b = *state;

	assert_string_equal(written(b, 4), written(b, 4));
	assert_int_equal(entries_in(b->folder, ENTRIES_VISIBLE), 1);
	assert_int_equal(entries_in(b->folder, ENTRIES_HIDDEN), 0);
	assert_string_not_equal(written(b, 4), written(b, 5));
	assert_int_equal(entries_in(b->folder, ENTRIES_VISIBLE), 2);
}

static void a_damaged_namesake_is_not_taken_for_it(void **state)
{
	struct bench *b = *state;
	const char *path = written(b, 4);
	char *name = xasprintf("%s/manifest.json", path), got[512], sha256[65];
	struct manifest *m = begin(b);
	struct error e = {0};

	assert_int_equal(truncate(name, 10), 0);
	guard(m, "price", 10000, 10000, "100", 330112);
	add_many(b, m, "price", "s1", 1, 4);
	assert_int_equal(manifest_finish(m, got, sha256, &e), -1);
	assert_string_equal(got, "");
	assert_int_equal(e.kind, ERROR_OWED);
	manifest_free(m);
	assert_int_equal(entries_in(b->folder, ENTRIES_HIDDEN), 0);
	free(name);
}

/* ---- lines ---- */

static void fails(struct bench *b, struct action *a, const char *wanted)
{
	struct manifest *m = begin(b);
	struct error e = {0};
	char path[512], sha256[65];

	add_many(b, m, "price", "s1", 1, 1);
	assert_int_equal(manifest_add(m, a, &e), -1);
	assert_int_equal(e.kind, ERROR_OWED);
	if (!strstr(e.message, wanted))
		fail_msg("\"%s\" is not in \"%s\"", wanted, e.message);
	e = (struct error){0};
	struct action good = action_of(&b->arena, "price", "s1", 2);
	assert_int_equal(manifest_add(m, &good, &e), -1);
	e = (struct error){0};
	assert_int_equal(manifest_finish(m, path, sha256, &e), -1);
	assert_non_null(strstr(e.message, wanted));
	manifest_free(m);
	assert_int_equal(entries_in(b->folder, ENTRIES_VISIBLE) + entries_in(b->folder, ENTRIES_HIDDEN), 0);
}

static void the_same_id_twice_fails_the_manifest(void **state)
{
	struct bench *b = *state;
	struct action a = action_of(&b->arena, "price", "s1", 1);

	fails(b, &a, "stands in the manifest already");
}

static void fails_with_body(struct bench *b, const char *body, const char *wanted)
{
	struct action a = action_of(&b->arena, "price", "s1", 7);

	a.body = body;
	a.undo = NULL;
	if (action_identify(a.action_id, a.rule, a.klass, span_of(body), 1) < 0)
		wanted = "its body is not well formed";
	fails(b, &a, wanted);
}

#define TARGET "\"target\":{\"system\":\"search\",\"store\":\"p\",\"key\":{\"sku\":\"a\"}}"
#define TAIL "\"before\":{},\"after\":{},\"evidence\":{}"
#define STATE "\"precondition\":[{\"check\":\"seq_no\",\"seq_no\":1,\"primary_term\":1}]"

static void the_format_is_closed(void **state)
{
	static const struct {
		const char *body, *wanted;
	} cases[] = {
		{"{" TARGET ",\"op\":\"delete\",\"precondition\":[{\"check\":\"exists\"}]," TAIL "}",
			"needs a check of the state"},
		{"{" TARGET ",\"op\":\"delete\",\"precondition\":[]," TAIL "}", "needs a check of the state"},
		{"{" TARGET ",\"op\":\"delete\"," STATE "," TAIL ",\"note\":1}", "note: is no key of the format"},
		{"{" TARGET ",\"op\":\"delete\"," STATE "," TAIL ",\"seq\":1}", "twice"},
		{"{" TARGET ",\"op\":\"delete\"," STATE ",\"before\":{},\"after\":{}}",
			"the key \"evidence\" is missing"},
		{"{" TARGET ",\"op\":\"delete\"," STATE ",\"before\":{},\"after\":[],\"evidence\":{}}",
			"after: wants an object"},
		{"{" TARGET ",\"op\":\"delete\",\"call\":\"f\"," STATE "," TAIL "}", "call: is no key of op delete"},
		{"{" TARGET ",\"op\":\"call\"," STATE "," TAIL "}", "op call needs the key \"call\""},
		{"{" TARGET ",\"op\":\"patch\"," STATE "," TAIL "}", "op patch needs the key \"patch\""},
		{"{" TARGET ",\"op\":\"copy\"," STATE "," TAIL "}", "op copy needs the key \"source\""},
		{"{" TARGET ",\"op\":\"remove\"," STATE "," TAIL "}", ""},
		{"{\"target\":{\"system\":\"search\",\"key\":{}},\"op\":\"delete\"," STATE "," TAIL "}",
			"target: the key \"store\" is missing"},
		{"{" TARGET ",\"op\":\"patch\",\"patch\":[{\"op\":\"replace\",\"path\":\"price\",\"value\":1}]," STATE
		 "," TAIL "}",
			"patch.0.path: wants a JSON pointer"},
		{"{" TARGET ",\"op\":\"patch\",\"patch\":[{\"op\":\"replace\",\"path\":\"/a\"}]," STATE "," TAIL "}",
			"patch.0: the key \"value\" is missing"},
		{"{" TARGET ",\"op\":\"patch\",\"patch\":[{\"op\":\"move\",\"path\":\"/a\",\"value\":1}]," STATE
		 "," TAIL "}",
			"patch.0.op: wants add, replace, test or remove"},
		{"{" TARGET ",\"op\":\"patch\",\"patch\":[{\"op\":\"remove\",\"path\":\"/a\",\"value\":1}]," STATE
		 "," TAIL "}",
			"patch.0.value: is no key of the format"},
		{"{" TARGET ",\"op\":\"delete\",\"precondition\":[{\"check\":\"perhaps\"}]," TAIL "}",
			"precondition.0: wants an object with a check of the format"},
		{"{" TARGET ",\"op\":\"delete\",\"precondition\":[{\"check\":\"equals\",\"path\":\"/a\"}]," TAIL "}",
			"precondition.0: the key \"value\" is missing"},
		{"{" TARGET ",\"op\":\"delete\",\"precondition\":[{\"check\":\"version\",\"path\":\"/"
		 "r\",\"is\":\">\",\"value\":1}]," TAIL "}",
			"precondition.0.is: wants \"=\" or \"<=\""},
		{"{" TARGET
		 ",\"op\":\"delete\",\"precondition\":[{\"check\":\"seq_no\",\"seq_no\":-1,\"primary_term\":1}]," TAIL
		 "}",
			"precondition.0.seq_no: wants a whole number, at least 0"},
		{"[]", ""},
		{"{}", ""},
		{"{" TARGET ",\"op\":\"delete\"," STATE ",\n" TAIL "}", "its body is not well formed"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		fails_with_body(*state, cases[i].body, cases[i].wanted);
}

static void every_op_has_its_form(void **state)
{
	static const char *const bodies[] = {
		"{" TARGET ",\"op\":\"call\",\"call\":\"f\"," STATE "," TAIL "}",
		"{" TARGET ",\"op\":\"call\",\"call\":\"f\",\"arguments\":{\"a\":[1]}," STATE "," TAIL "}",
		"{" TARGET ",\"op\":\"patch\",\"patch\":[{\"op\":\"remove\",\"path\":\"/a\"}]," STATE "," TAIL "}",
		"{" TARGET ",\"op\":\"create\",\"patch\":[{\"op\":\"add\",\"path\":\"/a\",\"value\":null}],"
		"\"precondition\":[{\"check\":\"absent\"}]," TAIL "}",
		"{" TARGET
		",\"op\":\"delete\",\"precondition\":[{\"check\":\"equals\",\"path\":\"/a\",\"value\":null}]," TAIL "}",
		"{" TARGET
		",\"op\":\"copy\",\"source\":{\"system\":\"m\",\"store\":\"t\",\"key\":{\"k\":1},\"reread\":true},"
		"\"precondition\":[{\"check\":\"version\",\"path\":\"/rev\",\"is\":\"<=\",\"value\":41}]," TAIL "}",
		"{" TARGET ",\"op\":\"reindex\",\"precondition\":[{\"check\":\"not_equals\",\"path\":\"/"
		"a\",\"value\":12345678901234567890123},{\"check\":\"equals\",\"path\":\"/b\",\"value\":-5}],"
		"\"before\":{\"/a\":1.10},\"after\":{\"/b\":1e400},\"evidence\":{\"index\":\"p\",\"id\":\"\\u0000\"}}",
	};
	struct bench *b = *state;
	struct manifest *m = begin(b);
	char path[512], sha256[65];
	struct error e = {0};
	const char *faults;

	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		struct action a = action_of(&b->arena, "price", "s1", (int)i);

		a.body = bodies[i];
		a.undo = NULL;
		assert_int_equal(action_identify(a.action_id, a.rule, a.klass, span_of(a.body), 1), 0);
		if (manifest_add(m, &a, &e) < 0)
			fail_msg("%s", e.message);
	}
	assert_int_equal(manifest_finish(m, path, sha256, &e), 0);
	manifest_free(m);
	assert_int_equal(entries_in(path, ENTRIES_VISIBLE), 2); /* no undo file */
	if (checked(b, path, &faults) != 0)
		fail_msg("%s", faults);
}

static void an_id_of_something_else_is_refused(void **state)
{
	struct bench *b = *state;
	struct action a = action_of(&b->arena, "price", "s1", 9);

	a.action_id[0] = a.action_id[0] == '0' ? '1' : '0';
	fails(b, &a, "its id is not well formed");
}

static void a_long_line_is_refused(void **state)
{
	struct bench *b = *state;
	size_t n = LIMIT_MANIFEST_LINE_BYTES;
	char *text = arena_alloc(&b->arena, n + 1);

	memset(text, 'x', n);
	text[n] = '\0';
	fails_with_body(b,
		arena_printf(&b->arena,
			"{" TARGET ",\"op\":\"delete\"," STATE
			",\"before\":{\"/a\":\"%s\"},\"after\":{},\"evidence\":{}}",
			text),
		"LIMIT_MANIFEST_LINE_BYTES");
}

static void a_folder_is_made_with_its_parents(void **state)
{
	struct bench *b = *state;
	char *deep = xasprintf("%s/a/b", b->folder), *under_file = xasprintf("%s/a/file/b", b->folder);
	char *file = xasprintf("%s/a/file", b->folder), *parent = xasprintf("%s/a", b->folder);
	struct error e = {0};
	struct manifest *m = manifest_begin(deep, &usual_header, &e);

	assert_non_null(m);
	manifest_free(m);
	assert_int_equal(access(deep, F_OK), 0);
	assert_int_equal(folder_write(file, SPAN_LITERAL("x"), &e), 0);
	assert_null(manifest_begin(under_file, &usual_header, &e));
	assert_int_equal(e.kind, ERROR_OWED);
	assert_string_equal(e.path, under_file);
	unlink(file);
	rmdir(deep);
	rmdir(parent);
	free(deep);
	free(under_file);
	free(file);
	free(parent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(what_is_written_is_sound),
		BENCH_TEST(an_undo_line_has_an_id_of_its_own),
		BENCH_TEST(files_have_a_bounded_length),
		BENCH_TEST(nothing_proposed_writes_nothing),
		BENCH_TEST(the_same_again_is_the_same_manifest),
		BENCH_TEST(a_damaged_namesake_is_not_taken_for_it),
		BENCH_TEST(the_same_id_twice_fails_the_manifest),
		BENCH_TEST(the_format_is_closed),
		BENCH_TEST(every_op_has_its_form),
		BENCH_TEST(an_id_of_something_else_is_refused),
		BENCH_TEST(a_long_line_is_refused),
		BENCH_TEST(a_folder_is_made_with_its_parents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
