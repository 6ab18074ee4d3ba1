/*
 * A compressed or plain file as chunks of whole lines.
 */
#ifndef KENPIN_LINES_H
#define KENPIN_LINES_H

#include "base/buf.h"
#include "ext/zread.h"

struct lines {
	struct zread *in;
	struct buf buf;   /* the chunk, then the beginning of a line that is not whole yet */
	size_t chunk, at; /* length of the whole lines in buf; where the next begins */
	int64_t number;   /* of the line read last */
	bool ended;
	char saved[64]; /* bytes behind the chunk, which zeros stand in for while it is read */
};

int lines_open(struct lines *l, const char *path, struct error *e) must_check;
void lines_close(struct lines *l);
/* The next chunk: 1, 0 at the end, -1 (also for a line over LIMIT_LINE_BYTES). What the last one gave is gone. */
int lines_fill(struct lines *l, struct error *e) must_check;
/* The next line of the chunk, without its end; false when there is none. */
bool lines_next(struct lines *l, struct span *line) must_check;

#endif
