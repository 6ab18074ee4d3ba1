/*
 * Streams: plain, gzip and Zstandard files give back what was put in, whatever
 * the size of the reads; a cut or damaged one is an error and never an end.
 */
#include "base/base.h"
#include "base/buf.h"
#include "base/clock.h"
#include "ext/zread.h"

#include <setjmp.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <cmocka.h>

static char path[64];

static int make_path(maybe_unused void **state)
{
	snprintf(path, sizeof(path), "/tmp/kenpin-zread-XXXXXX");
	int fd = mkstemp(path);

	return fd < 0 ? -1 : close(fd);
}

static int drop_path(maybe_unused void **state)
{
	return remove(path);
}

static void put(const struct buf *data, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(buf_text(data), 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

/* Reads all of PATH in pieces of SIZE bytes; the last answer of zread_read. */
static ptrdiff_t get(struct buf *out, size_t size, struct error *e)
{
	struct zread *z = zread_open(path, e);
	ptrdiff_t got;

	assert_non_null(z);
	buf_reset(out);
	do {
		char *room = buf_reserve(out, size);

		assert_non_null(room);
		got = zread_read(z, room, size, e);
		out->len += got > 0 ? (size_t)got : 0;
	} while (got > 0);
	if (got == 0) {
		assert_true(zread_position(z) == zread_size(z));
		assert_int_equal(zread_read(z, out->data, 1, e), 0);
	}
	zread_close(z);
	return got;
}

static void add_gzip(struct buf *out, struct span text)
{
	z_stream s = {0};

	assert_int_equal(deflateInit2(&s, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	size_t bound = deflateBound(&s, text.n);
	s.next_in = (unsigned char *)(uintptr_t)text.p;
	s.avail_in = (unsigned)text.n;
	s.next_out = (unsigned char *)buf_reserve(out, bound);
	s.avail_out = (unsigned)bound;
	assert_int_equal(deflate(&s, Z_FINISH), Z_STREAM_END);
	out->len += bound - s.avail_out;
	deflateEnd(&s);
}

static void add_zstd(struct buf *out, struct span text)
{
	size_t bound = ZSTD_compressBound(text.n);
	size_t n = ZSTD_compress(buf_reserve(out, bound), bound, text.p, text.n, 3);

	assert_false(ZSTD_isError(n));
	out->len += n;
}

static void add_plain(struct buf *out, struct span text)
{
	buf_add_span(out, text);
}

static void (*const adders[])(struct buf *, struct span) = {add_plain, add_gzip, add_zstd};

/* Some text that compresses well and some that hardly does. */
static void make_text(struct buf *text)
{
	uint32_t x = 1;

	buf_init(text, 1 << 24);
	for (int i = 0; i < 20000; i++) {
		x = x * 1664525 + 1013904223;
		buf_addf(text, "{\"n\":%d,\"x\":\"%08x\"}\n", i, i < 10000 ? 0 : x);
	}
	for (int i = 0; i < 500000; i++)
		buf_addc(text, 'a');
}

static void gives_back_what_was_put_in(maybe_unused void **state)
{
	static const size_t sizes[] = {1, 7, 4096, 65536, 1 << 20};
	struct buf text, file, out;
	struct error e = {0};

	make_text(&text);
	buf_init(&file, 1 << 24);
	buf_init(&out, 1 << 24);
	for (size_t form = 0; form < ARRAY_LEN(adders); form++) {
		for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
			size_t half = text.len / 2;

			buf_reset(&file);
			adders[form](&file, (struct span){text.data, half});
			adders[form](&file, SPAN_LITERAL(""));
			adders[form](&file, (struct span){text.data + half, text.len - half});
			put(&file, file.len);
			assert_int_equal(get(&out, sizes[i], &e), 0);
			assert_int_equal(out.len, text.len);
			assert_memory_equal(out.data, text.data, text.len);
		}
	}
	buf_clear(&text);
	buf_clear(&file);
	buf_clear(&out);
}

/* Every way to cut a small stream, and some of a large one. */
static void a_cut_stream_is_no_end(maybe_unused void **state)
{
	struct buf text, file, out;
	struct error e = {0};

	make_text(&text);
	buf_init(&file, 1 << 24);
	buf_init(&out, 1 << 24);
	for (size_t form = 1; form < ARRAY_LEN(adders); form++) {
		buf_reset(&file);
		adders[form](&file, SPAN_LITERAL("some text, some text, some text"));
		for (size_t len = 4; len < file.len; len++) {
			put(&file, len);
			assert_int_equal(get(&out, 5, &e), -1);
			assert_non_null(strstr(e.message, "cut off"));
			assert_string_equal(e.path, path);
		}
		buf_reset(&file);
		adders[form](&file, buf_span(&text));
		for (size_t len = file.len / 3; len < file.len; len += file.len / 7) {
			put(&file, len);
			assert_int_equal(get(&out, 65536, &e), -1);
			assert_non_null(strstr(e.message, "cut off"));
		}
	}
	buf_clear(&text);
	buf_clear(&file);
	buf_clear(&out);
}

static void damage_is_seen(maybe_unused void **state)
{
	struct buf file, out;
	struct error e = {0};

	buf_init(&file, 1 << 20);
	buf_init(&out, 1 << 20);
	add_gzip(&file, SPAN_LITERAL("some text, some text, some text"));
	file.data[file.len - 6] ^= 1; /* the checksum */
	put(&file, file.len);
	assert_int_equal(get(&out, 4096, &e), -1);
	assert_non_null(strstr(e.message, "incorrect data check"));
	buf_reset(&file);
	add_gzip(&file, SPAN_LITERAL("text"));
	buf_adds(&file, "something else");
	put(&file, file.len);
	assert_int_equal(get(&out, 4096, &e), -1);
	buf_reset(&file);
	add_zstd(&file, SPAN_LITERAL("text"));
	buf_adds(&file, "something else");
	put(&file, file.len);
	assert_int_equal(get(&out, 4096, &e), -1);
	buf_clear(&file);
	buf_clear(&out);
}

static void short_and_odd_files(maybe_unused void **state)
{
	static const struct {
		struct span file, want;
	} rows[] = {
		{SPAN_LITERAL(""), SPAN_LITERAL("")},
		{SPAN_LITERAL("x"), SPAN_LITERAL("x")},
		{SPAN_LITERAL("\x1f"), SPAN_LITERAL("\x1f")},
		{SPAN_LITERAL("\x28\xb5\x2f"), SPAN_LITERAL("\x28\xb5\x2f")},
		/* a Zstandard file that begins with a skippable frame */
		{SPAN_LITERAL("\x50\x2a\x4d\x18\x02\0\0\0ab"), SPAN_LITERAL("")},
	};
	struct buf file, out;
	struct error e = {0};

	buf_init(&file, 4096);
	buf_init(&out, 4096);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		buf_reset(&file);
		buf_add_span(&file, rows[i].file);
		put(&file, file.len);
		assert_int_equal(get(&out, 100, &e), 0);
		assert_true(span_equal(buf_span(&out), rows[i].want));
	}
	add_zstd(&file, SPAN_LITERAL("after it"));
	put(&file, file.len);
	assert_int_equal(get(&out, 100, &e), 0);
	assert_true(span_is(buf_span(&out), "after it"));
	buf_clear(&file);
	buf_clear(&out);
	assert_null(zread_open("/tmp/kenpin-zread-none/x", &e));
	assert_non_null(strstr(e.message, "cannot be opened: No such file"));
	assert_null(zread_open("/tmp", &e));
	assert_non_null(strstr(e.message, "cannot be read: Is a directory"));
	zread_close(NULL);
}

/* Standard input: a pipe whose first bytes come one by one. */
static void standard_input_is_told_apart_too(maybe_unused void **state)
{
	struct buf file;
	struct error e = {0};
	char text[32];
	size_t have = 0;
	int ends[2], saved = dup(STDIN_FILENO);

	buf_init(&file, 4096);
	add_gzip(&file, SPAN_LITERAL("from a pipe"));
	assert_int_equal(pipe(ends), 0);
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		for (size_t i = 0; i < file.len; i++)
			if (write(ends[1], file.data + i, 1) == 1 && i < 3)
				clock_sleep(20);
		_exit(0);
	}
	close(ends[1]);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	struct zread *z = zread_open("-", &e);
	assert_non_null(z);
	assert_true(zread_size(z) == -1);
	for (ptrdiff_t got = 1; got > 0; have += (size_t)got)
		got = zread_read(z, text + have, sizeof(text) - have, &e);
	assert_true(span_is((struct span){text, have}, "from a pipe"));
	zread_close(z);
	close(ends[0]);
	assert_int_equal(waitpid(child, NULL, 0), child);
	dup2(saved, STDIN_FILENO);
	close(saved);
	buf_clear(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_back_what_was_put_in),
		cmocka_unit_test(a_cut_stream_is_no_end),
		cmocka_unit_test(damage_is_seen),
		cmocka_unit_test(short_and_odd_files),
		cmocka_unit_test(standard_input_is_told_apart_too),
	};

	return cmocka_run_group_tests(tests, make_path, drop_path);
}
