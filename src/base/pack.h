/*
 * Records as bytes that sort as they stand: numbers with the high byte first,
 * texts behind their length. Who reads must know what was written.
 */
#ifndef KENPIN_PACK_H
#define KENPIN_PACK_H

#include "base/buf.h"

void pack_text(struct buf *out, struct span text); /* under 4 GiB */
void pack_int(struct buf *out, int64_t n);         /* -1 sorts before 0 */

/* Taken from the front of REST, which shrinks. */
struct span unpack_text(struct span *rest); /* points into REST */
int64_t unpack_int(struct span *rest);
void unpack_bytes(void *out, size_t n, struct span *rest);

#endif
