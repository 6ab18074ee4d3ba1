/* Records as bytes that sort as they stand. */
#include "base/base.h"
#include "base/pack.h"

#define LENGTH_BYTES 4
#define LONG 255 /* a length from here on stands behind this byte */
#define INT_BYTES 8
#define SIGN ((uint64_t)1 << 63)

void pack_text(struct buf *out, struct span text)
{
	const char length[1 + LENGTH_BYTES] = {(char)LONG, (char)(text.n >> 24 & 255), (char)(text.n >> 16 & 255),
		(char)(text.n >> 8 & 255), (char)(text.n & 255)};

	if (text.n < LONG)
		buf_addc(out, (char)text.n);
	else
		buf_add(out, length, sizeof(length));
	buf_add_span(out, text);
}

void pack_int(struct buf *out, int64_t n)
{
	uint64_t bits = (uint64_t)n ^ SIGN;
	char bytes[INT_BYTES];

	for (size_t i = 0; i < INT_BYTES; i++)
		bytes[i] = (char)(bits >> (8 * (INT_BYTES - 1 - i)) & 255);
	buf_add(out, bytes, INT_BYTES);
}

struct span unpack_text(struct span *rest)
{
	const unsigned char *p = (const unsigned char *)rest->p;
	size_t head = 1, n = p[0];
	struct span text;

	if (n == LONG) {
		n = (size_t)p[1] << 24 | (size_t)p[2] << 16 | (size_t)p[3] << 8 | p[4];
		head += LENGTH_BYTES;
	}
	text = (struct span){rest->p + head, n};
	*rest = (struct span){text.p + n, rest->n - head - n};
	return text;
}

int64_t unpack_int(struct span *rest)
{
	unsigned char bytes[INT_BYTES];
	uint64_t bits = 0;

	unpack_bytes(bytes, INT_BYTES, rest);
	for (size_t i = 0; i < INT_BYTES; i++)
		bits = bits << 8 | bytes[i];
	bits ^= SIGN;
	return bits < SIGN ? (int64_t)bits : -(int64_t)(UINT64_MAX - bits) - 1;
}

void unpack_bytes(void *out, size_t n, struct span *rest)
{
	memcpy(out, rest->p, n);
	*rest = (struct span){rest->p + n, rest->n - n};
}
