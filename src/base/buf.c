/*
 * The growing buffer. What follows the data is zeroed as it is handed out, so
 * that a text in a buffer can be scanned where it lies.
 */
#include "base/base.h"
#include "base/buf.h"
#include "base/limits.h"

#define PADDING (LIMIT_JSON_PADDING + 1)

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max};
}

void buf_clear(struct buf *b)
{
	free(b->data);
	buf_init(b, b->max);
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->over = false;
	if (b->data)
		memset(b->data, 0, PADDING);
}

static bool make_room(struct buf *b, size_t more)
{
	size_t need, cap;

	if (more > b->max - b->len || more > SIZE_MAX / 2 - b->len - PADDING) {
		b->over = true;
		return false;
	}
	need = b->len + more + PADDING;
	if (need <= b->cap)
		return true;
	cap = b->cap ? b->cap * 2 : 256;
	/* The last step goes to the maximum and no further. */
	if (cap > b->max && cap - b->max > PADDING)
		cap = b->max + PADDING;
	if (cap < need)
		cap = need;
	b->data = xrealloc(b->data, cap);
	b->cap = cap;
	return true;
}

char *buf_reserve(struct buf *b, size_t more)
{
	if (!make_room(b, more))
		return NULL;
	memset(b->data + b->len, 0, more + PADDING);
	return b->data + b->len;
}

void buf_add(struct buf *b, const void *data, size_t len)
{
	if (!make_room(b, len))
		return;
	if (len)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	memset(b->data + b->len, 0, PADDING);
}

void buf_adds(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void buf_add_span(struct buf *b, struct span s)
{
	buf_add(b, s.p, s.n);
}

void buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_vaddf(struct buf *b, const char *format, va_list args)
{
	char small[512], *p;
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(small, sizeof(small), format, args);
	if (len < 0) {
		b->over = true;
	} else if ((size_t)len < sizeof(small)) {
		buf_add(b, small, (size_t)len);
	} else if ((p = buf_reserve(b, (size_t)len))) {
		vsnprintf(p, (size_t)len + 1, format, again);
		b->len += (size_t)len;
	}
	va_end(again);
}

void buf_addf(struct buf *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_vaddf(b, format, args);
	va_end(args);
}

struct span buf_span(const struct buf *b)
{
	return (struct span){buf_text(b), b->len};
}

const char *buf_text(const struct buf *b)
{
	return b->data ? b->data : "";
}

char *buf_take(struct buf *b)
{
	char *text = b->data ? b->data : xstrdup("");

	buf_init(b, b->max);
	return text;
}
