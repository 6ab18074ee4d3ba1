/*
 * NDJSON files, from the file system to the document: kinds of lines, broken
 * lines, long lines, packed files, folders, windows.
 */
#include "base/base.h"
#include "base/buf.h"
#include "base/limits.h"
#include "source/source.h"

#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <setjmp.h>
#include <cmocka.h>

struct setup {
	char folder[64];
	char *files[16];
	size_t file_count;
	struct source_config config;
	struct time_config time;
	struct query query;
	struct source_request request;
	struct source_verdict verdict;
	struct buf seen, told; /* "index/id#line value " of every document; "line:column why|" of every broken line */
};

static int set_up(void **state)
{
	struct setup *s = xcalloc(1, sizeof(*s));
	struct fields *fields = fields_new();
	struct error e;

	snprintf(s->folder, sizeof(s->folder), "/tmp/kenpin-ndjson-XXXXXX");
	assert_non_null(mkdtemp(s->folder));
	assert_int_equal(fields_add(fields, "a", &e), 0);
	s->config = (struct source_config){.name = "files", .kind = SOURCE_NDJSON, .path = s->folder};
	s->time.field = "t";
	s->query = (struct query){.name = "q", .source = &s->config};
	s->request = (struct source_request){.query = &s->query, .fields = fields};
	buf_init(&s->seen, 1 << 20);
	buf_init(&s->told, 1 << 20);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct setup *s = *state;

	while (s->file_count > 0) {
		unlink(s->files[--s->file_count]);
		free(s->files[s->file_count]);
	}
	rmdir(s->folder);
	fields_free((struct fields *)(uintptr_t)s->request.fields);
	buf_clear(&s->seen);
	buf_clear(&s->told);
	free(s);
	return 0;
}

static const char *put(struct setup *s, const char *name, const char *text, size_t n)
{
	char *path = xasprintf("%s/%s", s->folder, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	s->files[s->file_count++] = path;
	return path;
}

static void put_text(struct setup *s, const char *name, const char *text)
{
	put(s, name, text, strlen(text));
}

static void tell(void *arg, const char *place, int64_t line, int column, const char *why)
{
	struct setup *s = arg;

	(void)place;
	buf_addf(&s->told, "%d:%d %s|", (int)line, column, why);
}

static int scan(struct setup *s)
{
	const struct source_context context = {.folder = s->folder};
	struct error e = {.kind = ERROR_NONE};
	struct source *source = source_open(&s->config, &context, &e);
	struct source_scan *scan = source_scan(source, &s->request, &e);
	struct doc d;
	int got;

	assert_non_null(scan);
	buf_reset(&s->seen);
	buf_reset(&s->told);
	doc_init(&d, s->request.fields);
	source_on_broken(scan, tell, s);
	while ((got = source_next(scan, &e)) == 1)
		while (source_doc(scan, &d) == 1) {
			const struct value *v = doc_first(&d, 0);
			buf_addf(&s->seen, "%.*s/%.*s#%d %.*s|", SPAN_ARG(d.index), SPAN_ARG(d.id), (int)d.line,
				v && v->raw.n < 100 ? (int)v->raw.n : 0, v ? v->raw.p : "");
		}
	source_verdict_of(scan, &s->verdict);
	doc_clear(&d);
	source_scan_close(scan);
	source_close(source);
	return got;
}

static void assert_scan(struct setup *s, const char *seen, const char *told)
{
	assert_int_equal(scan(s), 0);
	assert_string_equal(buf_text(&s->seen), seen);
	assert_string_equal(buf_text(&s->told), told);
	assert_int_equal(s->verdict.complete, told[0] == '\0');
}

static void plain(void **state)
{
	struct setup *s = *state;

	put_text(
		s, "shop.ndjson", "\xef\xbb\xbf{\"a\":1}\n\n{\"a\":2,\"_id\":\"x\\u0041\"}\r\n  \n{\"_id\":7,\"a\":3}");
	assert_scan(s, "shop/#1 1|shop/xA#3 2|shop/7#5 3|", "");
	assert_int_equal(s->verdict.read, 3);
	assert_int_equal(s->verdict.counted, -1);
}

static void hits_and_bulk(void **state)
{
	struct setup *s = *state;

	put_text(s, "dump.jsonl",
		"{\"_index\":\"p\",\"_id\":\"1\",\"_score\":1,\"_source\":{\"a\":1}}\n"
		"{\"index\":{\"_index\":\"b\",\"_id\":\"2\"}}\n{\"a\":2}\n"
		"{\"create\":{\"_id\":\"\\u0033\"}}\n{\"a\":3}\n"
		"{\"delete\":{\"_id\":\"4\"}}\n"
		"{\"update\":{\"_id\":\"5\"}}\n{\"doc\":{\"a\":5}}\n"
		"{\"index\":{}}\n{\"index\":{\"a\":1}}\n"
		"{\"index\":{\"x\":1},\"a\":6}\n");
	assert_scan(s, "p/1#1 1|b/2#3 2|dump/3#5 3|dump/#10 |dump/#11 6|", "");
}

static void broken_lines(void **state)
{
	struct setup *s = *state;

	put_text(s, "x.ndjson",
		"{\"a\":1}\n{\"a\":}\n{\"a\":\"\xff\"}\n{\"a\":1} "
		"x\n[1]\n{\"_id\":\"1\",\"_source\":{\"a\":1,\"a\":2}}\n{\"a\":2}\n"
		"{\"index\":{}}\n");
	assert_scan(s, "x/#1 1|x/#7 2|",
		"2:6 a value is expected|3:7 bytes that are not UTF-8|4:9 something follows the end of the value|5:1 "
		"an object is "
		"expected|"
		"6:30 a key that a rule reads stands twice in one object|"
		"8:1 an action without its document, at the end of the file|");
	assert_int_equal(s->verdict.broken, 6);
}

/* Lines that do not fit into a chunk, and one that is too long. */
static void long_lines(void **state)
{
	struct setup *s = *state;
	const size_t sizes[] = {300 << 10, LIMIT_LINE_BYTES + (1u << 20), 2u << 20};
	struct buf b;

	buf_init(&b, 64u << 20);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		buf_adds(&b, "{\"b\":\"");
		memset(buf_reserve(&b, sizes[i]), 'x', sizes[i]);
		b.len += sizes[i];
		buf_addf(&b, "\",\"a\":%zu}\n{\"a\":0}\n", i);
	}
	put(s, "l.ndjson", b.data, b.len);
	assert_scan(s, "l/#1 0|l/#2 0|l/#4 0|l/#5 2|l/#6 0|", "3:1 a line longer than LIMIT_LINE_BYTES|");
	buf_clear(&b);
}

/* Names that an action gave live on when its document is in the next chunk, wherever the chunk ends. */
static void chunks(void **state)
{
	struct setup *s = *state;
	struct buf b;
	int64_t documents = 0;

	buf_init(&b, 64u << 20);
	for (int i = 0; b.len < (3u << 20); i++) {
		buf_addf(&b, "{\"index\":{\"_index\":\"i%d\",\"_id\":\"%d\"}}\n{\"a\":%d,\"b\":\"%.*s\"}\n", i % 7, i,
			i, i % 97,
			"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
			"xxx");
		documents++;
	}
	put(s, "c.ndjson", b.data, b.len);
	buf_clear(&s->seen);
	buf_init(&s->seen, 16u << 20);
	assert_int_equal(scan(s), 0);
	assert_true(s->verdict.complete);
	assert_int_equal(s->verdict.read, documents);
	buf_reset(&b);
	for (int i = 0; i < documents; i++)
		buf_addf(&b, "i%d/%d#%d %d|", i % 7, i, i * 2 + 2, i);
	assert_string_equal(buf_text(&s->seen), buf_text(&b));
	buf_clear(&b);
}

static void packed(void **state)
{
	struct setup *s = *state;
	char *path = xasprintf("%s/p.json.gz", s->folder);
	gzFile z = gzopen(path, "w");

	s->files[s->file_count++] = path;
	assert_int_equal(gzputs(z, "{\"a\":1}\n{\"a\":2}\n"), 16);
	assert_int_equal(gzclose(z), Z_OK);
	put_text(s, "settings.json", "{\n}\n");
	put_text(s, ".hidden.ndjson", "{\"a\":0}\n");
	put_text(s, "q.ndjson", "{\"a\":3}\n");
	assert_scan(s, "p/#1 1|p/#2 2|q/#1 3|", "");
}

/* A damaged file costs itself, and makes the scan incomplete. */
static void damaged(void **state)
{
	struct setup *s = *state;

	put_text(s, "a.ndjson", "{\"a\":1}\n");
	put(s, "b.ndjson.gz", "\x1f\x8b\x08\x00garbage garbage", 19);
	put_text(s, "c.ndjson", "{\"a\":3}\n");
	assert_int_equal(scan(s), 0);
	assert_string_equal(buf_text(&s->seen), "a/#1 1|c/#1 3|");
	assert_false(s->verdict.complete);
	assert_int_equal(s->verdict.broken, 1);
}

static void indices(void **state)
{
	struct setup *s = *state;

	put_text(s, "p-1.ndjson", "{\"a\":1}\n");
	put_text(s, "p-2.ndjson", "{\"a\":2}\n");
	put_text(s, "other.ndjson", "not looked at");
	put_text(s, "z.ndjson",
		"{\"index\":{\"_index\":\"p-1\",\"_id\":\"i\"}}\n{\"a\":3}\n{\"index\":{\"_index\":\"r\"}}\n{\"a\":4}"
		"\n");
	s->request.index = "p-1,q-*";
	assert_scan(s, "p-1/#1 1|p-1/i#2 3|", "");
	s->request.index = "nothing";
	assert_int_equal(scan(s), 0);
	assert_true(s->verdict.missing);
	assert_false(s->verdict.complete);
	s->query.optional = true;
	assert_int_equal(scan(s), 0);
	assert_true(s->verdict.missing && s->verdict.complete);
}

static void nothing_there(void **state)
{
	struct setup *s = *state;

	assert_int_equal(scan(s), -1);
	assert_true(s->verdict.missing);
	assert_false(s->verdict.complete);
	s->config.path = "/nowhere/at/all";
	s->query.optional = true;
	assert_int_equal(scan(s), 0);
	assert_true(s->verdict.missing && s->verdict.complete);
}

static void windows(void **state)
{
	struct setup *s = *state;

	put_text(s, "w.ndjson",
		"{\"a\":1,\"t\":\"1970-01-01T00:00:01Z\"}\n{\"a\":2,\"t\":\"1970-01-01T00:00:02Z\"}\n"
		"{\"a\":3,\"t\":\"1970-01-01T00:00:03Z\"}\n{\"a\":4}\n{\"a\":5,\"t\":null}\n"
		"{\"a\":6,\"t\":\"1970-01-01T09:00:02\"}\n");
	s->query.time = &s->time;
	s->request.since = 1000;
	s->request.until = 2000;
	s->time.zone = "+09:00";
	assert_scan(s, "w/#2 2|w/#6 6|", "");
	s->time.zone = NULL;
	assert_int_equal(scan(s), 0);
	assert_string_equal(buf_text(&s->seen), "w/#2 2|");
	assert_int_equal(s->verdict.broken, 1);
}

static void limits(void **state)
{
	struct setup *s = *state;

	put_text(s, "l.ndjson", "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n");
	s->request.limit = 2;
	assert_int_equal(scan(s), 0);
	assert_string_equal(buf_text(&s->seen), "l/#1 1|l/#2 2|");
	assert_false(s->verdict.complete);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(plain, set_up, tear_down),
		cmocka_unit_test_setup_teardown(hits_and_bulk, set_up, tear_down),
		cmocka_unit_test_setup_teardown(broken_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(long_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(chunks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(packed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(damaged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(indices, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(windows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(limits, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("source_ndjson", tests, NULL, NULL);
}
