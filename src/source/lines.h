/*
 * A compressed or plain file as chunks of whole lines. Every chunk is followed
 * by LIMIT_JSON_PADDING zero bytes, so that its last line can be scanned where it lies.
 */
#ifndef KENPIN_LINES_H
#define KENPIN_LINES_H

#include "base/limits.h"
#include "base/span.h"
#include "ext/zread.h"

struct lines {
	struct zread *in;
	char *data;
	size_t capacity, have; /* of data, without the padding */
	size_t chunk, at;      /* length of the whole lines in data; where the next begins */
	int64_t number;        /* of the line read last */
	bool begun, ended;
	size_t kept;
	char saved[LIMIT_JSON_PADDING]; /* `kept` bytes behind the chunk, which zeros stand in for while it is read */
};

int lines_open(struct lines *l, const char *path, struct error *e) must_check;
void lines_close(struct lines *l);

enum { LINES_END, LINES_CHUNK, LINES_TOO_LONG };
/* The next chunk. LINES_TOO_LONG: line `number` is longer than LIMIT_LINE_BYTES and was passed over, ask again. -1: the
 * rest cannot be read. What the last chunk gave is gone. */
int lines_fill(struct lines *l, struct error *e) must_check;
/* The next line of the chunk, without its end; false when there is none. */
bool lines_next(struct lines *l, struct span *line) must_check;
/* The first line of the chunk that is not blank, without taking it. */
struct span lines_peek(const struct lines *l);
bool lines_blank(struct span line);
/* The whole chunk. */
struct span lines_chunk(const struct lines *l);

#endif
