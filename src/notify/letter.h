/*
 * A message as a letter (RFC 5322): plain text, UTF-8 in base64.
 */
#ifndef KENPIN_LETTER_H
#define KENPIN_LETTER_H

#include "notify/notify.h"

/* FROM and TO are addresses of ASCII. Lines end in CR LF. */
void letter_write(struct buf *out, const struct message *m, const char *from, const struct texts *to);
/* A header line whose text may be any UTF-8 of one line (RFC 2047). */
void letter_header(struct buf *out, const char *name, struct span text);

#endif
