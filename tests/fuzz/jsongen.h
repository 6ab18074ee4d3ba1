/*
 * Makes JSON, and things that nearly are JSON, for the fuzz tests. The same
 * seed gives the same texts. It must not know who reads them.
 */
#ifndef KENPIN_JSONGEN_H
#define KENPIN_JSONGEN_H

#include "base/buf.h"
#include "base/clock.h"

struct jsongen {
	struct clock chance; /* set its seed */
	bool odd;            /* this text may hold what strict JSON does not allow */
};

/* One text in place of what OUT holds. */
void jsongen_text(struct jsongen *g, struct buf *out);
/* Changes some bytes of TEXT without regard for grammar. */
void jsongen_mutate(struct jsongen *g, struct buf *text);

#endif
