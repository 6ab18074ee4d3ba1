/*
 * UTF-8, strict: no overlong form, no surrogate, nothing past U+10FFFF
 * (RFC 3629).
 */
#ifndef KENPIN_UTF8_H
#define KENPIN_UTF8_H

#include "base/span.h"

/* The offset of the first byte that is not valid, or -1. SSE2 over ASCII. */
ptrdiff_t utf8_invalid(struct span s);

/* Reads one code point of valid UTF-8 at *P (before END) and moves *P past it. */
uint32_t utf8_next(const char **p, const char *end);
/* Writes one code point; the number of bytes (1 to 4). */
size_t utf8_put(char out[4], uint32_t code);

size_t utf8_chars(struct span s);   /* code points of valid UTF-8 */
unsigned utf8_width(uint32_t code); /* columns on a terminal: 0, 1 or 2 */
size_t utf8_columns(struct span s); /* columns of valid UTF-8 */
/* The longest prefix of S of at most BYTES bytes that ends on a code point. */
struct span utf8_cut(struct span s, size_t bytes);

#endif
