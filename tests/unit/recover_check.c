/*
 * What a check says of manifests that were changed after they were written:
 * each kind of damage must be named.
 */
#include "recover_support.h"

#include <sys/resource.h>

#include "recover/guard.h"
#include "recover/idset.h"

static void read_all(struct buf *text, const char *path)
{
	FILE *in = fopen(path, "rb");
	char block[4096];
	size_t n;

	assert_non_null(in);
	while ((n = fread(block, 1, sizeof(block), in)) > 0)
		buf_add(text, block, n);
	fclose(in);
}

static void write_all(const char *path, struct span text)
{
	struct error e = {0};

	unlink(path);
	assert_int_equal(folder_write(path, text, &e), 0);
}

/* The first FROM in a file of the manifest becomes TO. */
static void edit(const char *folder, const char *name, const char *from, const char *to)
{
	char *path = xasprintf("%s/%s", folder, name);
	struct buf text, changed;
	ptrdiff_t at;

	buf_init(&text, 1u << 26);
	buf_init(&changed, 1u << 26);
	read_all(&text, path);
	at = span_find(buf_span(&text), span_of(from));
	if (at < 0)
		fail_msg("\"%s\" is not in %s", from, name);
	buf_add(&changed, text.data, (size_t)at);
	buf_adds(&changed, to);
	buf_adds(&changed, text.data + at + strlen(from));
	write_all(path, buf_span(&changed));
	buf_clear(&text);
	buf_clear(&changed);
	free(path);
}

static void says(struct bench *b, const char *path, const char *wanted)
{
	const char *faults;

	assert_int_equal(checked(b, path, &faults), 1);
	if (!strstr(faults, wanted))
		fail_msg("\"%s\" is not in:\n%s", wanted, faults);
}

static void every_edit_is_found(void **state)
{
	static const struct {
		const char *name, *from, *to, *wanted;
	} cases[] = {
		/* lines */
		{"actions-0001.jsonl", "\"value\":1980", "\"value\":1981", "actions-0001.jsonl: sha256: is "},
		{"actions-0001.jsonl", "\"value\":1980", "\"value\":1981",
			"actions-0001.jsonl:1: action_id: is not the id of what the line says"},
		{"actions-0001.jsonl", "\"value\":1980", "\"value\":19800", "actions-0001.jsonl: bytes: has "},
		{"actions-0001.jsonl", "\"seq\":2", "\"seq\":3",
			"actions-0001.jsonl:2: seq: is 3, but this is line 2 of the actions"},
		{"actions-0001.jsonl", "\"mode\":\"manual\"", "\"mode\":\"forced\"",
			"actions-0001.jsonl:1: mode: wants auto or manual"},
		{"actions-0001.jsonl", "\"mode\":\"manual\"", "\"mode\":\"auto\"",
			"counts.by_mode: is not what the files hold"},
		{"actions-0001.jsonl", "\"id\":\"price\"", "\"id\":\"other\"",
			"counts.by_rule: is not what the files hold"},
		{"actions-0001.jsonl", "\"id\":\"price\"", "\"id\":\"other\"", "guard: rule other has no bounds"},
		{"actions-0001.jsonl", "\"class\":\"min\"", "\"class\":\"max\"",
			"counts.by_class: is not what the files hold"},
		{"actions-0001.jsonl", "\"severity\":\"error\"", "\"severity\":\"high\"", "severity: wants a severity"},
		{"actions-0001.jsonl", "\"attempt\":1", "\"attempt\":0", "attempt: wants a whole number, at least 1"},
		{"actions-0001.jsonl", "{\"seq\":1", "{\"extra\":0,\"seq\":1",
			"actions-0001.jsonl:1: extra: is no key of the format"},
		{"actions-0001.jsonl", "{\"seq\":1", "{\"seq\":1,\"seq\":1", "actions-0001.jsonl:1: not valid JSON"},
		{"actions-0001.jsonl", "{\"seq\":2", "[{\"seq\":2", "actions-0001.jsonl:2: not valid JSON"},
		{"actions-0001.jsonl", "\"group_id\":null", "\"group_id\":7", "group_id: wants a text or null"},
		{"actions-0001.jsonl", "\"finding_id\":\"0", "\"finding_id\":\"g", "finding_id: wants 32 hex digits"},
		{"actions-0001.jsonl", "\n", "\n\n", "actions-0001.jsonl:2: not valid JSON"},
		{"actions-0001.jsonl", "\n", "\n7\n", "actions-0001.jsonl:2: is no JSON object"},
		{"actions-0001.jsonl", "\n", "\n\xff\n", "actions-0001.jsonl:2: not valid JSON"},
		{"undo-0001.jsonl", "\"undoes\":\"", "\"undoes\":\"0123456789abcdef0123456789abcdef\",\"was\":\"",
			"undo-0001.jsonl:1: undoes: no action of the manifest has this id"},
		{"undo-0001.jsonl", "\"seq\":2", "\"seq\":1", "undo-0001.jsonl:2: seq: does not rise"},
		{"undo-0001.jsonl", "\"kind\":\"undo\"", "\"kind\":\"redo\"", "kind: wants \"undo\""},
		{"undo-0001.jsonl", "\"kind\":\"undo\",", "", "undo-0001.jsonl:1: the key \"kind\" is missing"},
		/* manifest.json */
		{"manifest.json", "\"run_id\":\"r-000412\"", "\"run_id\":\"r-000413\"",
			"manifest_id: is not the id of what the manifest says"},
		{"manifest.json", "\"format\":\"recovery-manifest\"", "\"format\":\"recovery\"",
			"format: wants \"recovery-manifest\""},
		{"manifest.json", "\"version\":1", "\"version\":2", "version: only version 1 is known"},
		{"manifest.json", "\"version\":1", "\"version\":1.0", "version: wants a whole number"},
		{"manifest.json", "{\"format\"", "{ \"format\"", "does not begin with format, version and manifest_id"},
		{"manifest.json", "\"actions\":3", "\"actions\":4", "counts.actions: says 4, the files hold 3"},
		{"manifest.json", "\"undo\":3", "\"undo\":2", "counts.undo: says 2, the files hold 3"},
		{"manifest.json", "\"lines\":3", "\"lines\":2",
			"actions-0001.jsonl: lines: has 3, the manifest says 2"},
		{"manifest.json", "actions-0001", "actions-0002", "the name of a file is not actions-0001.jsonl"},
		{"manifest.json", "actions-0001.jsonl", "../actions-0001.jsonl",
			"the name of a file is not actions-0001.jsonl"},
		{"manifest.json", "\"role\":\"undo\"", "\"role\":\"actions\"",
			"the name of a file is not actions-0002.jsonl"},
		{"manifest.json", "\"complete\":true", "\"complete\":false",
			"coverage.complete: a manifest stands on complete scans only"},
		{"manifest.json", "\"max_actions\":10000", "\"max_actions\":2",
			"guard: rule price has more actions than max_actions"},
		{"manifest.json", "\"max_percent\":\"100\"", "\"max_percent\":\"0.0001\"",
			"guard: rule price has more actions than max_percent"},
		{"manifest.json", "\"max_percent\":\"100\"", "\"max_percent\":\"1 %\"",
			"guard.price.max_percent: wants a decimal number as text"},
		{"manifest.json", "\"created_at\":\"2026", "\"created_at\":\"2026-13", "created_at: wants an instant"},
		{"manifest.json", "\"supersedes\":[]", "\"supersedes\":[1]",
			"supersedes.0: wants a text that is not empty"},
		{"manifest.json", "\"previous_sha256\":null", "\"previous_sha256\":\"5e2b\"",
			"previous_sha256: wants 64 hex digits or null"},
		{"manifest.json", "\"kind\":", "\"kin\":", "kin: is no key of the format"},
		{"manifest.json", "\"kind\":", "\"kin\":", "the key \"kind\" is missing"},
		{"manifest.json", "}\n", "", "not valid JSON"},
	};
	struct bench *b = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *path = written(b, 3);

		edit(path, cases[i].name, cases[i].from, cases[i].to);
		says(b, path, cases[i].wanted);
		folder_remove(path);
	}
}

static void files_that_are_missing_or_too_many(void **state)
{
	struct bench *b = *state;
	const char *path = written(b, 600), *faults;
	char *file = xasprintf("%s/actions-0002.jsonl", path), *manifest = xasprintf("%s/manifest.json", path);

	write_all(arena_printf(&b->arena, "%s/actions-0003.jsonl", path), SPAN_LITERAL("{}\n"));
	says(b, path, "actions-0003.jsonl: stands in the folder, but not in the manifest");
	unlink(file);
	says(b, path, "actions-0002.jsonl: cannot be read: No such file");
	says(b, path, "undoes: no action of the manifest has this id");
	says(b, path, "counts.actions: says 600, the files hold 500");
	unlink(manifest);
	assert_int_equal(checked(b, path, &faults), -1);
	assert_int_equal(checked(b, "/nowhere", &faults), -1);
	free(file);
	free(manifest);
}

static void a_file_that_was_cut(void **state)
{
	struct bench *b = *state;
	const char *path = written(b, 3);
	char *file = xasprintf("%s/actions-0001.jsonl", path);
	struct stat st;

	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(truncate(file, st.st_size - 1), 0);
	says(b, path, "actions-0001.jsonl:3: has no line feed");
	assert_int_equal(truncate(file, st.st_size / 2), 0);
	says(b, path, "actions-0001.jsonl:2: not valid JSON");
	assert_int_equal(truncate(file, 0), 0);
	says(b, path, "actions-0001.jsonl: lines: has 0, the manifest says 3");
	free(file);
}

static void a_line_that_stands_twice(void **state)
{
	struct bench *b = *state;
	const char *path = written(b, 2);
	char *file = xasprintf("%s/actions-0001.jsonl", path);
	struct buf text;

	buf_init(&text, 1u << 20);
	read_all(&text, file);
	char *first = xstrndup(text.data, strcspn(text.data, "\n") + 1);
	buf_adds(&text, first);
	write_all(file, buf_span(&text));
	says(b, path, "actions-0001.jsonl:3: action_id: stands in the manifest already");
	free(first);
	buf_clear(&text);
	free(file);
}

/* A check must not need more memory because a file is hostile. */
static void endless_lines_are_counted_not_kept(void **state)
{
	struct bench *b = *state;
	const char *path = written(b, 1), *faults;
	char *file = xasprintf("%s/undo-0001.jsonl", path);
	struct buf text;

	buf_init(&text, 1u << 24);
	while (text.len < 3u << 20)
		buf_adds(&text, "xxxxxxxxxxxxxxxx");
	buf_addc(&text, '\n');
	for (int i = 0; i < 2 * LIMIT_MANIFEST_FAULTS; i++)
		buf_adds(&text, "{}\n");
	write_all(file, buf_span(&text));
	says(b, path, "undo-0001.jsonl:1: is longer than 65536 bytes");
	says(b, path, "faults more\n");
	assert_int_equal(checked(b, path, &faults), 1);
	assert_true(strlen(faults) < 1u << 20);
	buf_clear(&text);
	free(file);
}

/* ---- the parts ---- */

static void shares_are_exact(void **state)
{
	char text[48];

	(void)state;
	guard_percent(text, 1, 3);
	assert_string_equal(text, "033.333333333333333333");
	guard_percent(text, 5, 1000);
	assert_string_equal(text, "000.500000000000000000");
	guard_percent(text, 7, 2);
	assert_string_equal(text, "350.000000000000000000");
	assert_false(guard_over_percent(3301, 330100, "1"));
	assert_true(guard_over_percent(3302, 330100, "1"));
	assert_false(guard_over_percent(3302, 330100, "1.01"));
	assert_true(guard_over_percent(1, 3, "33.333333333333333333") == false);
	assert_true(guard_over_percent(1, 3, "33.33333333333333333"));
	assert_false(guard_over_percent(0, 0, "1"));
	assert_true(guard_over_percent(1, 0, "100"));
}

static void ids_are_remembered(void **state)
{
	unsigned char id[IDSET_BYTES] = {0};
	struct idset s;

	(void)state;
	idset_init(&s);
	assert_false(idset_has(&s, id));
	assert_true(idset_add(&s, id));
	assert_false(idset_add(&s, id));
	for (unsigned i = 1; i <= 5000; i++) {
		memcpy(id + (i % 2 ? 0 : 12), &i, sizeof(i));
		assert_false(idset_has(&s, id));
		assert_true(idset_add(&s, id));
		assert_false(idset_add(&s, id));
		memset(id, 0, sizeof(id));
	}
	assert_int_equal(s.count, 5000);
	for (unsigned i = 1; i <= 5000; i++) {
		memcpy(id + (i % 2 ? 0 : 12), &i, sizeof(i));
		assert_true(idset_has(&s, id));
		memset(id, 0, sizeof(id));
	}
	idset_clear(&s);
}

static long peak_kib(void)
{
	struct rusage usage;

	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	return usage.ru_maxrss;
}

/* Past the guard only counting goes on: no ids, no bytes. */
static void what_a_guard_refused_costs_nothing(void **state)
{
	struct bench *b = *state;
	struct manifest *m = begin(b);
	struct action a = action_of(&b->arena, "price", "s1", 1);
	struct manifest_summary summary;
	struct error e = {0};

	guard(m, "price", 10, 10, "100", 1000);
	add_many(b, m, "price", "s1", 100, 20);
	long before = peak_kib();
	for (int i = 0; i < 1000000; i++)
		assert_int_equal(manifest_add(m, &a, &e), 0);
	assert_true(peak_kib() - before < 1024);
	manifest_summarise(m, &summary);
	assert_int_equal(summary.actions, 1000020);
	assert_non_null(strstr(summary.refusal, "1000020 actions, at most 10"));
	manifest_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(every_edit_is_found),
		BENCH_TEST(files_that_are_missing_or_too_many),
		BENCH_TEST(a_file_that_was_cut),
		BENCH_TEST(a_line_that_stands_twice),
		BENCH_TEST(endless_lines_are_counted_not_kept),
		cmocka_unit_test(shares_are_exact),
		cmocka_unit_test(ids_are_remembered),
		BENCH_TEST(what_a_guard_refused_costs_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
