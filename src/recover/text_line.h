/*
 * A file line by line, in bounded memory.
 */
#ifndef KENPIN_TEXT_LINE_H
#define KENPIN_TEXT_LINE_H

#include "base/buf.h"
#include "ext/sha.h"

/* One line without its line feed; false at the end of the file. ENDED: it had one. What is past the buffer's maximum
 * is counted and left. SHA may be NULL; BYTES gets what was read, line feed included. */
bool text_line_read(FILE *in, struct buf *line, bool *ended, struct sha *sha, int64_t *bytes);

#endif
