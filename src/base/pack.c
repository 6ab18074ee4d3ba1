/* Records as bytes that sort as they stand. */
#include "base/base.h"
#include "base/pack.h"

#define LENGTH_BYTES 4
#define INT_BYTES 8
#define SIGN ((uint64_t)1 << 63)

void pack_text(struct buf *out, struct span text)
{
	const char length[LENGTH_BYTES] = {(char)(text.n >> 24 & 255), (char)(text.n >> 16 & 255),
		(char)(text.n >> 8 & 255), (char)(text.n & 255)};

	buf_add(out, length, LENGTH_BYTES);
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
	struct span text = {rest->p + LENGTH_BYTES, (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3]};

	*rest = (struct span){text.p + text.n, rest->n - LENGTH_BYTES - text.n};
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
