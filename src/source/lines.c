/* Chunks of whole lines. */
#include "base/base.h"
#include "source/lines.h"

#include "base/limits.h"

#define CHUNK_BYTES (1u << 20)

int lines_open(struct lines *l, const char *path, struct error *e)
{
	*l = (struct lines){0};
	buf_init(&l->buf, LIMIT_LINE_BYTES + CHUNK_BYTES);
	l->in = zread_open(path, e);
	return l->in ? 0 : -1;
}

void lines_close(struct lines *l)
{
	zread_close(l->in);
	buf_clear(&l->buf);
	l->in = NULL;
}

/* Moves the line that was cut by the last chunk to the front. */
static void keep_rest(struct lines *l)
{
	size_t rest = l->buf.len - l->chunk;

	if (l->buf.data == NULL)
		return;
	memcpy(l->buf.data + l->chunk, l->saved, LIMIT_JSON_PADDING < rest ? LIMIT_JSON_PADDING : rest);
	memmove(l->buf.data, l->buf.data + l->chunk, rest);
	l->buf.len = rest;
	l->chunk = l->at = 0;
}

static ptrdiff_t last_newline(const struct buf *b, size_t from)
{
	for (size_t i = b->len; i > from; i--)
		if (b->data[i - 1] == '\n')
			return (ptrdiff_t)i;
	return -1;
}

/* The scanner reads up to LIMIT_JSON_PADDING bytes past a text and wants zeros there. */
static void set_chunk(struct lines *l, size_t end)
{
	size_t rest = l->buf.len - end;

	l->chunk = end;
	memcpy(l->saved, l->buf.data + end, LIMIT_JSON_PADDING < rest ? LIMIT_JSON_PADDING : rest);
	memset(l->buf.data + end, 0, LIMIT_JSON_PADDING);
}

int lines_fill(struct lines *l, struct error *e)
{
	keep_rest(l);
	while (!l->ended) {
		size_t from = l->buf.len;
		char *room = buf_reserve(&l->buf, CHUNK_BYTES);
		if (room == NULL)
			return error_set(e, ERROR_INCOMPLETE, "line %lld is longer than LIMIT_LINE_BYTES (%u bytes)",
				(long long)l->number + 1, LIMIT_LINE_BYTES);
		ptrdiff_t got = zread_read(l->in, room, CHUNK_BYTES, e);
		if (got < 0)
			return -1;
		l->buf.len += (size_t)got;
		l->ended = got == 0;
		ptrdiff_t end = last_newline(&l->buf, from);
		if (end > 0 && (size_t)end >= CHUNK_BYTES / 2) {
			set_chunk(l, (size_t)end);
			return 1;
		}
	}
	if (l->buf.len == 0)
		return 0;
	set_chunk(l, l->buf.len);
	return 1;
}

bool lines_next(struct lines *l, struct span *line)
{
	if (l->at >= l->chunk)
		return false;
	const char *p = l->buf.data + l->at, *newline = memchr(p, '\n', l->chunk - l->at);
	size_t n = newline ? (size_t)(newline - p) : l->chunk - l->at;

	l->at += n + 1;
	l->number++;
	if (n > 0 && p[n - 1] == '\r')
		n--;
	*line = (struct span){p, n};
	return true;
}
