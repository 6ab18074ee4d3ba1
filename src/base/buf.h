/*
 * A growing buffer with a maximum. Adding past the maximum adds nothing and
 * leaves `over` set, so that a writer checks once, at the end (buf_over).
 * The data is always followed by a NUL and LIMIT_JSON_PADDING zero bytes.
 */
#ifndef KENPIN_BUF_H
#define KENPIN_BUF_H

#include "base/span.h"

struct buf {
	char *data; /* never NULL after the first addition */
	size_t len, cap, max;
	bool over;
};

void buf_init(struct buf *b, size_t max);
void buf_clear(struct buf *b); /* frees; the buffer is empty and usable again */
void buf_reset(struct buf *b); /* empties, keeps the memory, clears `over` */

void buf_add(struct buf *b, const void *data, size_t len);
void buf_adds(struct buf *b, const char *text);
void buf_add_span(struct buf *b, struct span s);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *format, ...) printf_like(2, 3);
void buf_vaddf(struct buf *b, const char *format, va_list args) printf_like(2, 0);

/* Room for MORE bytes at data + len, which the caller fills and then adds to
 * len itself; NULL (and over) when that is past the maximum. */
char *buf_reserve(struct buf *b, size_t more) must_check;

/* True when something did not fit since the last reset. */
static inline bool buf_over(const struct buf *b)
{
	return b->over;
}

struct span buf_span(const struct buf *b);
const char *buf_text(const struct buf *b); /* "" when empty; borrowed */
/* Takes the bytes as an owned string; the buffer is empty afterwards. */
char *buf_take(struct buf *b) must_check;

#endif
