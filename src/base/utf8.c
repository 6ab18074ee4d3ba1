/* UTF-8, strict (RFC 3629). */
#include "base/base.h"
#include "base/utf8.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static const unsigned char *skip_ascii(const unsigned char *p, const unsigned char *end)
{
#ifdef __SSE2__
	while (end - p >= 16 && _mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(const void *)p)) == 0)
		p += 16;
#endif
	while (p < end && *p < 0x80)
		p++;
	return p;
}

static bool tail(unsigned char c) { return (c & 0xc0) == 0x80; }

/* Length of the valid sequence at P (not ASCII), or 0. */
static size_t sequence(const unsigned char *p, const unsigned char *end)
{
	unsigned char c = *p;

	if (c >= 0xe0 && c < 0xf0) {
		if (end - p < 3 || !tail(p[1]) || !tail(p[2]) || (c == 0xe0 && p[1] < 0xa0) || (c == 0xed && p[1] > 0x9f))
			return 0;
		return 3;
	}
	if (c >= 0xc2 && c < 0xe0)
		return end - p < 2 || !tail(p[1]) ? 0 : 2;
	if (c >= 0xf0 && c < 0xf5) {
		if (end - p < 4 || !tail(p[1]) || !tail(p[2]) || !tail(p[3]) || (c == 0xf0 && p[1] < 0x90) ||
			(c == 0xf4 && p[1] > 0x8f))
			return 0;
		return 4;
	}
	return 0;
}

ptrdiff_t utf8_invalid(struct span s)
{
	const unsigned char *begin = (const unsigned char *)s.p, *p = begin, *end = begin + s.n;

	while (p < end) {
		if (*p < 0x80) {
			p = skip_ascii(p, end);
			continue;
		}
		size_t n = sequence(p, end);
		if (n == 0)
			return p - begin;
		p += n;
	}
	return -1;
}

uint32_t utf8_next(const char **at, const char *end)
{
	const unsigned char *p = (const unsigned char *)*at;
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

	if (n > (size_t)(end - *at))
		n = (size_t)(end - *at);
	*at += n;
	switch (n) {
	case 2: return (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
	case 3: return (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
	case 4: return (p[0] & 0x07u) << 18 | (p[1] & 0x3fu) << 12 | (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
	default: return p[0];
	}
}

size_t utf8_put(char out[4], uint32_t code)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

size_t utf8_chars(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += !tail((unsigned char)s.p[i]);
	return n;
}

struct range {
	uint32_t first, last;
};

static bool in_ranges(const struct range *ranges, size_t count, uint32_t code)
{
	for (size_t i = 0; i < count; i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

/* Unicode Standard Annex 11: wide and full-width blocks; combining marks take no column. */
unsigned utf8_width(uint32_t code)
{
	static const struct range none[] = {{0x0300, 0x036f}, {0x0483, 0x0489}, {0x200b, 0x200f}, {0x20d0, 0x20ff},
		{0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}};
	static const struct range wide[] = {{0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0x33ff}, {0x3400, 0x4dbf},
		{0x4e00, 0x9fff}, {0xa000, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe30, 0xfe6f}, {0xff01, 0xff60},
		{0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

	if (code < 0x20 || code == 0x7f)
		return 0;
	if (code < 0x300)
		return 1;
	if (in_ranges(none, ARRAY_LEN(none), code))
		return 0;
	return in_ranges(wide, ARRAY_LEN(wide), code) ? 2 : 1;
}

size_t utf8_columns(struct span s)
{
	const char *p = s.p, *end = s.p + s.n;
	size_t columns = 0;

	while (p < end)
		columns += utf8_width(utf8_next(&p, end));
	return columns;
}

struct span utf8_cut(struct span s, size_t bytes)
{
	if (s.n <= bytes)
		return s;
	while (bytes > 0 && tail((unsigned char)s.p[bytes]))
		bytes--;
	return (struct span){s.p, bytes};
}
