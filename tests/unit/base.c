/*
 * Buffers, arenas, maps, spans, text helpers, UTF-8, errors, the log and the
 * JSON writer. The clock and the JSON scanner have tests of their own.
 */
#include "base/base.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/jsonout.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/map.h"
#include "base/str.h"
#include "base/utf8.h"

#include <setjmp.h>
#include <unistd.h>
#include <cmocka.h>

static void assert_padded(const struct buf *b)
{
	for (size_t i = 0; i <= LIMIT_JSON_PADDING; i++)
		assert_int_equal(b->data[b->len + i], 0);
}

static void buf_keeps_text_and_padding(maybe_unused void **state)
{
	struct buf b;
	char *p;

	buf_init(&b, 100000);
	assert_string_equal(buf_text(&b), "");
	for (int i = 0; i < 1000; i++) {
		buf_addf(&b, "%d,", i);
		assert_padded(&b);
	}
	assert_true(span_starts(buf_span(&b), "0,1,2,3,"));
	buf_reset(&b);
	assert_padded(&b);
	assert_int_equal(b.len, 0);
	p = buf_reserve(&b, 3000);
	assert_non_null(p);
	memset(p, 'x', 10);
	b.len += 10;
	assert_padded(&b);
	buf_addc(&b, 'y');
	buf_adds(&b, "z");
	buf_add_span(&b, SPAN_LITERAL("!"));
	assert_string_equal(buf_text(&b), "xxxxxxxxxxyz!");
	p = buf_take(&b);
	assert_string_equal(p, "xxxxxxxxxxyz!");
	assert_string_equal(buf_text(&b), "");
	free(p);
	p = buf_take(&b);
	assert_string_equal(p, "");
	free(p);
}

static void buf_stops_at_its_maximum(maybe_unused void **state)
{
	struct buf b;

	buf_init(&b, 10);
	buf_adds(&b, "0123456789");
	assert_false(buf_over(&b));
	buf_addc(&b, 'x');
	assert_true(buf_over(&b));
	assert_string_equal(buf_text(&b), "0123456789");
	assert_padded(&b);
	assert_null(buf_reserve(&b, SIZE_MAX));
	buf_reset(&b);
	assert_false(buf_over(&b));
	buf_addf(&b, "%0600d", 1);
	assert_true(buf_over(&b));
	assert_int_equal(b.len, 0);
	buf_clear(&b);
	buf_init(&b, 1000);
	buf_addf(&b, "%0600d", 1);
	assert_int_equal(b.len, 600);
	assert_padded(&b);
	buf_clear(&b);
}

static void arena_gives_memory_that_does_not_overlap(maybe_unused void **state)
{
	struct arena a;
	unsigned char *parts[200];

	arena_init(&a);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
			parts[i] = arena_alloc(&a, i * 37);
			assert_int_equal((uintptr_t)parts[i] % _Alignof(max_align_t), 0);
			memset(parts[i], (int)i, i * 37);
		}
		for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
			for (size_t k = 0; k < i * 37; k++)
				assert_int_equal(parts[i][k], i);
		}
		assert_true(a.used >= 199 * 200 / 2 * 37);
		arena_reset(&a);
		assert_int_equal(a.used, 0);
	}
	arena_clear(&a);
	arena_reset(&a);
	assert_null(a.head);
}

static void arena_copies_and_grows(maybe_unused void **state)
{
	struct arena a;
	size_t capacity = 0;
	int *numbers = NULL;
	char *zeroes;

	arena_init(&a);
	assert_string_equal(arena_strdup(&a, "text"), "text");
	assert_string_equal(arena_strndup(&a, "text", 2), "te");
	assert_string_equal(arena_printf(&a, "%s-%d", "n", 7), "n-7");
	assert_string_equal(arena_span(&a, SPAN_NONE).p, "");
	memset(arena_alloc(&a, 64), 1, 64);
	arena_reset(&a);
	zeroes = arena_zalloc(&a, 64);
	for (int i = 0; i < 64; i++)
		assert_int_equal(zeroes[i], 0);
	for (size_t i = 0; i < 1000; i++) {
		numbers = arena_grow(&a, numbers, i, &capacity, sizeof(*numbers));
		numbers[i] = (int)i;
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(numbers[i], i);
	arena_clear(&a);
}

static void map_finds_what_was_put(maybe_unused void **state)
{
	static char keys[5000][8];
	struct map m;

	map_init(&m);
	assert_null(map_find(&m, SPAN_LITERAL("x")));
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		snprintf(keys[i], sizeof(keys[i]), "k%zu", i);
		*map_put(&m, span_of(keys[i])) = keys[i];
	}
	assert_int_equal(m.count, ARRAY_LEN(keys));
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		assert_ptr_equal(map_find(&m, span_of(keys[i])), keys[i]);
		assert_true(span_is(m.entries[i].key, keys[i]));
	}
	*map_put(&m, SPAN_LITERAL("k7")) = NULL;
	assert_int_equal(m.count, ARRAY_LEN(keys));
	assert_true(map_has(&m, SPAN_LITERAL("k7")));
	assert_null(map_find(&m, SPAN_LITERAL("k7")));
	assert_false(map_has(&m, SPAN_LITERAL("k")));
	assert_false(map_has(&m, SPAN_NONE));
	*map_put(&m, SPAN_NONE) = keys;
	assert_ptr_equal(map_find(&m, SPAN_LITERAL("")), keys);
	map_clear(&m);
	assert_false(map_has(&m, SPAN_LITERAL("k7")));
}

static void spans_compare_and_search(maybe_unused void **state)
{
	assert_true(span_is(SPAN_NONE, ""));
	assert_true(span_equal(SPAN_NONE, SPAN_LITERAL("")));
	assert_true(span_compare(SPAN_LITERAL("a"), SPAN_LITERAL("ab")) < 0);
	assert_true(span_compare(SPAN_LITERAL("\xe3"), SPAN_LITERAL("a")) > 0);
	assert_int_equal(span_compare(SPAN_LITERAL("a"), SPAN_LITERAL("a")), 0);
	assert_true(span_starts(SPAN_LITERAL("abc"), "ab"));
	assert_false(span_starts(SPAN_LITERAL("a"), "ab"));
	assert_int_equal(span_find(SPAN_LITERAL("abababac"), SPAN_LITERAL("abac")), 4);
	assert_int_equal(span_find(SPAN_LITERAL("abc"), SPAN_LITERAL("c")), 2);
	assert_int_equal(span_find(SPAN_LITERAL("abc"), SPAN_LITERAL("abcd")), -1);
	assert_int_equal(span_find(SPAN_LITERAL("abc"), SPAN_LITERAL("")), 0);
	assert_int_equal(span_find(SPAN_NONE, SPAN_LITERAL("x")), -1);
}

static void spans_become_integers(maybe_unused void **state)
{
	static const char *const bad[] = {
		"", "-", "+1", " 1", "1 ", "1.0", "0x1", "9223372036854775808", "-9223372036854775809", "1e3"};
	int64_t n;

	assert_true(span_to_int64(&n, SPAN_LITERAL("9223372036854775807")));
	assert_true(n == INT64_MAX);
	assert_true(span_to_int64(&n, SPAN_LITERAL("-9223372036854775808")));
	assert_true(n == INT64_MIN);
	assert_true(span_to_int64(&n, SPAN_LITERAL("007")));
	assert_int_equal(n, 7);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(span_to_int64(&n, span_of(bad[i])));
}

static void typos_find_the_nearest_word(maybe_unused void **state)
{
	static const char *const words[] = {"severity", "query", "when", "check", "id", NULL};

	assert_int_equal(str_distance("", "", 2), 0);
	assert_int_equal(str_distance("kitten", "sitting", 5), 3);
	assert_int_equal(str_distance("kitten", "sitting", 2), 3);
	assert_int_equal(str_distance("ab", "ba", 2), 1);
	assert_int_equal(str_distance("abcdef", "", 3), 4);
	assert_int_equal(str_distance("xabcd", "xbacd", 1), 1);
	assert_string_equal(str_nearest("sevrity", words), "severity");
	assert_string_equal(str_nearest("chekc", words), "check");
	assert_string_equal(str_nearest("wehn", words), "when");
	assert_string_equal(str_nearest("di", words), "id");
	assert_null(str_nearest("xy", words));
	assert_null(str_nearest("nothing", words));
}

static void durations_and_sizes(maybe_unused void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {{"0s", 0}, {"500ms", 500}, {"30s", 30000}, {"15m", 900000}, {"24h", 86400000}, {"7d", 604800000},
		{"2w", 1209600000}};
	static const char *const bad[] = {"", "s", "10", "-1s", "1.5h", "1 s", "1h30m", "1S", "99999999999999999w"};
	static const struct {
		int64_t ms;
		const char *text;
	} shown[] = {{0, "0 ms"}, {850, "850 ms"}, {12345, "12.3 s"}, {59999, "59.9 s"}, {245000, "4 m 05 s"},
		{7800000, "2 h 10 m"}, {-1500, "-1.5 s"}, {INT64_MIN, "-2562047788015 h 12 m"}};
	char text[32];
	int64_t n;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_int_equal(str_duration(&n, span_of(good[i].text)), 0);
		assert_true(n == good[i].ms);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(str_duration(&n, span_of(bad[i])), -1);
	for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
		str_duration_text(text, shown[i].ms);
		assert_string_equal(text, shown[i].text);
	}
	assert_int_equal(str_bytes(&n, SPAN_LITERAL("512")), 0);
	assert_int_equal(n, 512);
	assert_int_equal(str_bytes(&n, SPAN_LITERAL("64k")), 0);
	assert_int_equal(n, 65536);
	assert_int_equal(str_bytes(&n, SPAN_LITERAL("12MiB")), 0);
	assert_int_equal(n, 12 << 20);
	assert_int_equal(str_bytes(&n, SPAN_LITERAL("9999999999999g")), -1);
	assert_int_equal(str_bytes(&n, SPAN_LITERAL("1t")), -1);
}

static void globs_and_hex(maybe_unused void **state)
{
	unsigned char bytes[3];
	char text[7];

	assert_true(str_glob("*", SPAN_NONE));
	assert_true(str_glob("prod-*-live", SPAN_LITERAL("prod-a-live-b-live")));
	assert_false(str_glob("prod-*-live", SPAN_LITERAL("prod-a-live-b")));
	assert_true(str_glob("s00?", SPAN_LITERAL("s001")));
	assert_true(str_glob("a?b*", SPAN_LITERAL("a\xe5\x95\x86"
						  "b")));
	assert_false(str_glob("a", SPAN_LITERAL("ab")));
	assert_false(str_glob("", SPAN_LITERAL("a")));
	assert_false(str_glob("?", SPAN_NONE));
	str_hex(text, (const unsigned char *)"\x00\xaf\x19", 3);
	assert_string_equal(text, "00af19");
	assert_int_equal(str_unhex(bytes, 3, SPAN_LITERAL("00AF19")), 0);
	assert_memory_equal(bytes, "\x00\xaf\x19", 3);
	assert_int_equal(str_unhex(bytes, 3, SPAN_LITERAL("00AF1")), -1);
	assert_int_equal(str_unhex(bytes, 3, SPAN_LITERAL("00AF1g")), -1);
}

static void utf8_refuses_what_the_standard_refuses(maybe_unused void **state)
{
	static const struct {
		const char *text;
		int at;
	} table[] = {{"", -1}, {"abc", -1}, {"\xc2\x80", -1}, {"\xdf\xbf", -1}, {"\xe0\xa0\x80", -1},
		{"\xed\x9f\xbf", -1}, {"\xee\x80\x80", -1}, {"\xef\xbf\xbf", -1}, {"\xf0\x90\x80\x80", -1},
		{"\xf4\x8f\xbf\xbf", -1}, {"\x80", 0}, {"a\xbf", 1}, {"\xc0\x80", 0}, {"\xc1\xbf", 0}, {"\xc2", 0},
		{"\xc2\xc2\x80", 0}, {"\xe0\x80\xaf", 0}, {"\xe0\x9f\xbf", 0}, {"\xe3\x81", 0}, {"\xe3\x81x", 0},
		{"\xed\xa0\x80", 0}, {"\xed\xbf\xbf", 0}, {"\xf0\x80\x80\x80", 0}, {"\xf0\x8f\xbf\xbf", 0},
		{"\xf4\x90\x80\x80", 0}, {"\xf5\x80\x80\x80", 0}, {"\xf0\x9f\x98", 0}, {"\xfe", 0}, {"\xff", 0}};
	char text[256];

	/* Each at every place of a longer text, so that it crosses every edge of the fast path. */
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		size_t n = strlen(table[i].text);

		for (size_t at = 0; at + n <= 200; at++) {
			ptrdiff_t want = table[i].at < 0 ? -1 : (ptrdiff_t)at + table[i].at;

			memset(text, 'a', sizeof(text));
			memcpy(text + at, table[i].text, n);
			assert_int_equal(utf8_invalid((struct span){text, at + n}), want);
			assert_int_equal(utf8_invalid((struct span){text, 220}), want);
		}
	}
}

static void utf8_walks_by_code_points(maybe_unused void **state)
{
	struct span s = SPAN_LITERAL("a\xc3\xa9\xe5\x95\x86\xf0\x9f\x98\x80\xef\xbd\xb1");
	static const uint32_t codes[] = {'a', 0xe9, 0x5546, 0x1f600, 0xff71};
	const char *p = s.p;
	char out[4];

	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		const char *begin = p;

		assert_int_equal(utf8_next(&p, s.p + s.n), codes[i]);
		assert_int_equal(utf8_put(out, codes[i]), p - begin);
		assert_memory_equal(out, begin, (size_t)(p - begin));
	}
	assert_ptr_equal(p, s.p + s.n);
	assert_int_equal(utf8_chars(s), 5);
	assert_int_equal(utf8_columns(s), 1 + 1 + 2 + 2 + 1);
	assert_int_equal(utf8_width(0x3099), 0);
	assert_int_equal(utf8_width('\n'), 0);
	assert_int_equal(utf8_cut(s, 100).n, s.n);
	assert_int_equal(utf8_cut(s, 5).n, 3);
	assert_int_equal(utf8_cut(s, 6).n, 6);
	assert_int_equal(utf8_cut(s, 2).n, 1);
	assert_int_equal(utf8_cut(s, 0).n, 0);
}

static void errors_carry_place_and_cut_is_marked(maybe_unused void **state)
{
	struct error e;
	char long_text[3000];

	memset(long_text, 'x', sizeof(long_text));
	long_text[sizeof(long_text) - 1] = '\0';
	assert_int_equal(error_set(&e, ERROR_STATE, "no %s", "disk"), -1);
	assert_string_equal(e.message, "no disk");
	assert_int_equal(error_at(&e, ERROR_CONFIG, "rules/a.yaml", 3, 7, "bad"), -1);
	assert_string_equal(e.path, "rules/a.yaml");
	assert_int_equal(error_prefix(&e, "reading %s: ", "it"), -1);
	assert_string_equal(e.message, "reading it: bad");
	assert_int_equal(e.line, 3);
	error_set(&e, ERROR_USAGE, "%s", long_text);
	assert_int_equal(strlen(e.message), sizeof(e.message) - 1);
	assert_string_equal(e.message + sizeof(e.message) - 5, "x...");
	assert_int_equal(error_exit_code(ERROR_USAGE), EXIT_CONFIG);
	assert_int_equal(error_exit_code(ERROR_INCOMPLETE), EXIT_INCOMPLETE);
	assert_int_equal(exit_worse(EXIT_FOUND, EXIT_OWED), EXIT_OWED);
	assert_int_equal(exit_worse(EXIT_LEASE, EXIT_STATE), EXIT_STATE);
	assert_int_equal(exit_worse(EXIT_INCOMPLETE, EXIT_CONFIG), EXIT_CONFIG);
	assert_int_equal(exit_worse(EXIT_DONE, EXIT_FOUND), EXIT_FOUND);
}

/* What DO_LOG writes to standard error. */
static void capture(char *out, size_t size, void (*do_log)(void))
{
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);
	size_t n;

	assert_non_null(file);
	dup2(fileno(file), STDERR_FILENO);
	do_log();
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	n = fread(out, 1, size - 1, file);
	out[n] = '\0';
	fclose(file);
}

static void log_some(void)
{
	struct error e;

	error_at(&e, ERROR_CONFIG, "a.yaml", 1, 2, "one\x1b[31m\nkenpin: error: two \xff\xc2\x9b");
	error_print(&e);
	log_debug("not shown");
	log_warning("%d", 5);
}

static void log_cannot_be_forged(maybe_unused void **state)
{
	char text[2000];

	log_configure(LOG_INFO, LOG_TEXT);
	log_run_id("r-1");
	capture(text, sizeof(text), log_some);
	assert_string_equal(text, "kenpin[r-1]: error: a.yaml:1:2: one?[31m\n    kenpin: error: two \xef\xbf\xbd?\n"
				  "kenpin[r-1]: warning: 5\n");
	log_configure(LOG_ERROR, LOG_JSON);
	log_run_id(NULL);
	capture(text, sizeof(text), log_some);
	assert_true(span_starts(span_of(text), "{\"time\":\"20"));
	assert_non_null(
		strstr(text, "Z\",\"level\":\"error\",\"message\":\"a.yaml:1:2: one?[31m\\nkenpin: error: two "));
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	log_configure(LOG_INFO, LOG_TEXT);
}

static void json_is_written_with_its_commas(maybe_unused void **state)
{
	struct jsonout j;
	struct buf b;

	buf_init(&b, 1000);
	jsonout_init(&j, &b);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "a\"", "\x01\n\t\\\x7f/\xe5\x95\x86");
	jsonout_pair(&j, "none", NULL);
	jsonout_pair_int(&j, "i", INT64_MIN);
	jsonout_pair_bool(&j, "t", true);
	jsonout_key(&j, "list");
	jsonout_open(&j, '[');
	jsonout_bool(&j, false);
	jsonout_null(&j);
	jsonout_span(&j, (struct span){"\0", 1});
	jsonout_open(&j, '{');
	jsonout_close(&j, '}');
	jsonout_close(&j, ']');
	jsonout_pair_raw(&j, "raw", SPAN_LITERAL("[1, 2]"));
	jsonout_pair_span(&j, "s", SPAN_NONE);
	jsonout_close(&j, '}');
	jsonout_int(&j, 1);
	assert_string_equal(buf_text(&b), "{\"a\\\"\":\"\\u0001\\n\\t\\\\\x7f/\xe5\x95\x86\",\"none\":null,"
					  "\"i\":-9223372036854775808,\"t\":true,\"list\":[false,null,\"\\u0000\",{}],"
					  "\"raw\":[1, 2],\"s\":\"\"}1");
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buf_keeps_text_and_padding),
		cmocka_unit_test(buf_stops_at_its_maximum),
		cmocka_unit_test(arena_gives_memory_that_does_not_overlap),
		cmocka_unit_test(arena_copies_and_grows),
		cmocka_unit_test(map_finds_what_was_put),
		cmocka_unit_test(spans_compare_and_search),
		cmocka_unit_test(spans_become_integers),
		cmocka_unit_test(typos_find_the_nearest_word),
		cmocka_unit_test(durations_and_sizes),
		cmocka_unit_test(globs_and_hex),
		cmocka_unit_test(utf8_refuses_what_the_standard_refuses),
		cmocka_unit_test(utf8_walks_by_code_points),
		cmocka_unit_test(errors_carry_place_and_cut_is_marked),
		cmocka_unit_test(log_cannot_be_forged),
		cmocka_unit_test(json_is_written_with_its_commas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
