/*
 * Texts as a file of ours would hold them.
 */
#ifndef KENPIN_SCALAR_H
#define KENPIN_SCALAR_H

#include "base/buf.h"
#include "base/span.h"

/* Adds TEXT as one YAML scalar that reads as that text: plain where it may be, or in quotes. */
void scalar_write(struct buf *out, struct span text);

#endif
