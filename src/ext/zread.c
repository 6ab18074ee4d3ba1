/* A stream of bytes out of a plain, gzip or Zstandard file. */
#include "base/base.h"
#include "ext/zread.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define INPUT_BYTES (128u << 10)
#define MAGIC_BYTES 4

enum form { FORM_PLAIN, FORM_GZIP, FORM_ZSTD };

struct zread {
	int fd;
	enum form form;
	char path[512];
	int64_t position, size;
	unsigned char input[INPUT_BYTES];
	size_t at, have; /* bytes of input not used yet: at .. have */
	bool ended;      /* the file has no more */
	bool inside;     /* in the middle of a member or frame */
	z_stream gzip;
	ZSTD_DStream *zstd;
};

static int fail(const struct zread *z, struct error *e, const char *why)
{
	return error_at(e, ERROR_INCOMPLETE, z->path, 0, 0, "%s (after %lld bytes)", why, (long long)z->position);
}

/* One read; 0 at the end. */
static ptrdiff_t take(struct zread *z, void *data, size_t size, struct error *e)
{
	ssize_t got;

	do
		got = read(z->fd, data, size);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return error_at(e, ERROR_INCOMPLETE, z->path, 0, 0, "cannot be read: %s", strerror(errno));
	z->position += got;
	z->ended = got == 0;
	return got;
}

/* Fills the input when it is used up. */
static int refill(struct zread *z, struct error *e)
{
	if (z->at < z->have || z->ended)
		return 0;
	ptrdiff_t got = take(z, z->input, sizeof(z->input), e);
	if (got < 0)
		return -1;
	z->at = 0;
	z->have = (size_t)got;
	return 0;
}

/* A Zstandard file may begin with a skippable frame. */
static bool is_zstd(const unsigned char *p)
{
	static const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd}, skippable[] = {0x2a, 0x4d, 0x18};

	return memcmp(p, frame, sizeof(frame)) == 0 ||
	       ((p[0] & 0xf0) == 0x50 && memcmp(p + 1, skippable, sizeof(skippable)) == 0);
}

static int detect(struct zread *z, struct error *e)
{
	static const unsigned char gzip[] = {0x1f, 0x8b};

	/* a pipe may hand out its first bytes one by one */
	while (z->have < MAGIC_BYTES && !z->ended) {
		ptrdiff_t got = take(z, z->input + z->have, sizeof(z->input) - z->have, e);
		if (got < 0)
			return -1;
		z->have += (size_t)got;
	}
	if (z->have >= sizeof(gzip) && memcmp(z->input, gzip, sizeof(gzip)) == 0) {
		z->form = FORM_GZIP;
		if (inflateInit2(&z->gzip, 15 + 16) != Z_OK)
			return fail(z, e, "zlib cannot be started");
	} else if (z->have >= MAGIC_BYTES && is_zstd(z->input)) {
		z->form = FORM_ZSTD;
		z->zstd = ZSTD_createDStream();
		if (z->zstd == NULL)
			return fail(z, e, "libzstd cannot be started");
	}
	return 0;
}

struct zread *zread_open(const char *path, struct error *e)
{
	struct zread *z = xcalloc(1, sizeof(*z));
	struct stat st;

	z->size = -1;
	snprintf(z->path, sizeof(z->path), "%s", strcmp(path, "-") == 0 ? "standard input" : path);
	z->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (z->fd < 0) {
		error_at(e, ERROR_INCOMPLETE, path, 0, 0, "cannot be opened: %s", strerror(errno));
		goto fail;
	}
	if (fstat(z->fd, &st) == 0 && S_ISREG(st.st_mode))
		z->size = st.st_size;
	if (detect(z, e) < 0)
		goto fail;
	return z;
fail:
	zread_close(z);
	return NULL;
}

static ptrdiff_t read_plain(struct zread *z, char *data, size_t size, struct error *e)
{
	if (z->at < z->have) {
		size_t n = z->have - z->at < size ? z->have - z->at : size;
		memcpy(data, z->input + z->at, n);
		z->at += n;
		return (ptrdiff_t)n;
	}
	return z->ended ? 0 : take(z, data, size, e);
}

static ptrdiff_t read_gzip(struct zread *z, char *data, size_t size, struct error *e)
{
	z_stream *s = &z->gzip;

	s->next_out = (unsigned char *)data;
	s->avail_out = (unsigned)(size < UINT32_MAX ? size : UINT32_MAX);
	unsigned room = s->avail_out;
	while (s->avail_out == room) {
		if (refill(z, e) < 0)
			return -1;
		if (z->at == z->have && !z->inside)
			return 0;
		s->next_in = z->input + z->at;
		s->avail_in = (unsigned)(z->have - z->at);
		int code = inflate(s, Z_NO_FLUSH);
		/* at the end of the file the library may still hold text that found no room */
		if (z->ended && code == Z_BUF_ERROR)
			return fail(z, e, "the gzip stream is cut off");
		z->at = z->have - s->avail_in;
		z->inside = code != Z_STREAM_END;
		if (code == Z_STREAM_END)
			inflateReset(s);
		else if (code != Z_OK && code != Z_BUF_ERROR)
			return fail(z, e, s->msg ? s->msg : "the gzip stream is damaged");
	}
	return (ptrdiff_t)(room - s->avail_out);
}

static ptrdiff_t read_zstd(struct zread *z, char *data, size_t size, struct error *e)
{
	ZSTD_outBuffer out = {data, size, 0};

	while (out.pos == 0) {
		if (refill(z, e) < 0)
			return -1;
		if (z->at == z->have && !z->inside)
			return 0;
		ZSTD_inBuffer in = {z->input, z->have, z->at};
		size_t code = ZSTD_decompressStream(z->zstd, &out, &in);
		z->at = in.pos;
		if (ZSTD_isError(code))
			return fail(z, e, ZSTD_getErrorName(code));
		z->inside = code != 0;
		/* at the end of the file the library may still hold text that found no room */
		if (z->ended && z->at == z->have && z->inside && out.pos == 0)
			return fail(z, e, "the Zstandard stream is cut off");
	}
	return (ptrdiff_t)out.pos;
}

ptrdiff_t zread_read(struct zread *z, char *data, size_t size, struct error *e)
{
	switch (z->form) {
	case FORM_GZIP: return read_gzip(z, data, size, e);
	case FORM_ZSTD: return read_zstd(z, data, size, e);
	default: return read_plain(z, data, size, e);
	}
}

int64_t zread_position(const struct zread *z)
{
	return z->position;
}

int64_t zread_size(const struct zread *z)
{
	return z->size;
}

void zread_close(struct zread *z)
{
	if (z == NULL)
		return;
	if (z->form == FORM_GZIP)
		inflateEnd(&z->gzip);
	ZSTD_freeDStream(z->zstd);
	if (z->fd > STDIN_FILENO)
		close(z->fd);
	free(z);
}
