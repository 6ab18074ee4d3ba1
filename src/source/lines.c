/* Chunks of whole lines. */
#include "base/base.h"
#include "source/lines.h"

/* Small enough for the second-level cache: a chunk is walked three times. */
#define CHUNK_BYTES ((size_t)256 << 10)

int lines_open(struct lines *l, const char *path, struct error *e)
{
	*l = (struct lines){.in = zread_open(path, e)};
	return l->in ? 0 : -1;
}

void lines_close(struct lines *l)
{
	zread_close(l->in);
	free(l->data);
	*l = (struct lines){.in = NULL};
}

/* Moves the line that was cut by the last chunk to the front. */
static void keep_rest(struct lines *l)
{
	if (l->kept > 0)
		memcpy(l->data + l->chunk, l->saved, l->kept);
	l->kept = 0;
	l->have -= l->chunk;
	if (l->chunk > 0)
		memmove(l->data, l->data + l->chunk, l->have);
	l->chunk = l->at = 0;
}

static size_t after_last_newline(const struct lines *l, size_t from)
{
	for (size_t i = l->have; i > from; i--)
		if (l->data[i - 1] == '\n')
			return i;
	return 0;
}

static void set_chunk(struct lines *l, size_t end)
{
	l->kept = l->have - end < LIMIT_JSON_PADDING ? l->have - end : LIMIT_JSON_PADDING;
	memcpy(l->saved, l->data + end, l->kept);
	memset(l->data + end, 0, LIMIT_JSON_PADDING);
	l->chunk = end;
	/* what Windows programs like to begin a file with */
	if (!l->begun && end >= 3 && memcmp(l->data, "\xef\xbb\xbf", 3) == 0)
		l->at = 3;
	l->begun = true;
}

/* Adds bytes of the file at the end: how many, or -1. */
static ptrdiff_t read_more(struct lines *l, struct error *e)
{
	if (l->capacity - l->have < CHUNK_BYTES / 2) {
		l->capacity = l->capacity ? l->capacity * 2 : CHUNK_BYTES;
		if (l->capacity > LIMIT_LINE_BYTES + CHUNK_BYTES)
			l->capacity = LIMIT_LINE_BYTES + CHUNK_BYTES;
		l->data = xrealloc(l->data, l->capacity + LIMIT_JSON_PADDING);
	}
	ptrdiff_t got = zread_read(l->in, l->data + l->have, l->capacity - l->have, e);
	if (got > 0)
		l->have += (size_t)got;
	l->ended = got == 0;
	return got;
}

/* Passes over the rest of a line, of which the beginning fills the data. */
static int skip_line(struct lines *l, struct error *e)
{
	const char *newline = NULL;

	while (newline == NULL && !l->ended) {
		l->have = 0;
		if (read_more(l, e) < 0)
			return -1;
		newline = memchr(l->data, '\n', l->have);
	}
	size_t gone = newline ? (size_t)(newline - l->data) + 1 : l->have;
	l->have -= gone;
	memmove(l->data, l->data + gone, l->have);
	l->number++;
	l->begun = true;
	return LINES_TOO_LONG;
}

int lines_fill(struct lines *l, struct error *e)
{
	size_t from = 0, end;

	keep_rest(l);
	for (;;) {
		end = after_last_newline(l, from);
		if (end == 0 && l->have > LIMIT_LINE_BYTES)
			return skip_line(l, e);
		if (l->ended && l->have == 0)
			return LINES_END;
		/* not too little at a time; but lines that are whole do not wait for the end of a long one */
		if (l->ended || end >= CHUNK_BYTES / 2 || (end > 0 && l->have >= CHUNK_BYTES)) {
			set_chunk(l, l->ended ? l->have : end);
			return LINES_CHUNK;
		}
		from = end > 0 ? end - 1 : l->have;
		if (read_more(l, e) < 0)
			return -1;
	}
}

bool lines_next(struct lines *l, struct span *line)
{
	if (l->at >= l->chunk)
		return false;
	const char *p = l->data + l->at, *newline = memchr(p, '\n', l->chunk - l->at);
	size_t n = newline ? (size_t)(newline - p) : l->chunk - l->at;

	l->at += n + 1;
	l->number++;
	if (n > 0 && p[n - 1] == '\r')
		n--;
	*line = (struct span){p, n};
	return true;
}

bool lines_blank(struct span line)
{
	size_t i = 0;

	while (i < line.n && (line.p[i] == ' ' || line.p[i] == '\t'))
		i++;
	return i == line.n;
}

struct span lines_peek(const struct lines *l)
{
	struct lines ahead = *l;
	struct span line = SPAN_NONE;

	while (lines_next(&ahead, &line) && lines_blank(line))
		line = SPAN_NONE;
	return line;
}

struct span lines_chunk(const struct lines *l)
{
	return (struct span){l->data, l->chunk};
}
