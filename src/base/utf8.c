/*
 * UTF-8: the check that lets everybody else trust their text, and the walk
 * over it by code points and by columns of a terminal.
 */
#include "base/base.h"
#include "base/utf8.h"

static bool is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* The length of the character at P, 0 when it is not valid or not whole. */
static size_t char_length(const unsigned char *p, size_t left)
{
	unsigned char c = p[0];

	if (c < 0x80)
		return 1;
	if (c < 0xc2 || c > 0xf4 || left < 2 || !is_tail(p[1]))
		return 0;
	if (c < 0xe0)
		return 2;
	if (left < 3 || !is_tail(p[2]))
		return 0;
	if (c < 0xf0)
		return (c == 0xe0 && p[1] < 0xa0) || (c == 0xed && p[1] > 0x9f) ? 0 : 3;
	if (left < 4 || !is_tail(p[3]))
		return 0;
	return (c == 0xf0 && p[1] < 0x90) || (c == 0xf4 && p[1] > 0x8f) ? 0 : 4;
}

ptrdiff_t utf8_invalid(struct span s)
{
	const unsigned char *begin = (const unsigned char *)s.p, *p = begin, *end = p + s.n;

	while (p < end) {
		size_t n = char_length(p, (size_t)(end - p));

		if (n == 0)
			return p - begin;
		p += n;
	}
	return -1;
}

uint32_t utf8_next(const char **p, const char *end)
{
	const unsigned char *s = (const unsigned char *)*p;
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	uint32_t code = n == 1 ? s[0] : s[0] & (0xffu >> (n + 1));

	if (n > (size_t)(end - *p))
		n = (size_t)(end - *p);
	for (size_t i = 1; i < n; i++)
		code = code << 6 | (s[i] & 0x3f);
	*p += n;
	return code;
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
		n += !is_tail((unsigned char)s.p[i]);
	return n;
}

struct range {
	uint32_t from, to;
};

static bool within(const struct range *ranges, size_t count, uint32_t code)
{
	for (size_t i = 0; i < count && code >= ranges[i].from; i++) {
		if (code <= ranges[i].to)
			return true;
	}
	return false;
}

unsigned utf8_width(uint32_t code)
{
	static const struct range none[] = {{0, 0x1f}, {0x7f, 0x9f}, {0x300, 0x36f}, {0x483, 0x489}, {0x591, 0x5bd},
		{0x610, 0x61a}, {0x64b, 0x65f}, {0xe31, 0xe31}, {0xe34, 0xe3a}, {0xe47, 0xe4e}, {0x1ab0, 0x1aff},
		{0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2064}, {0x20d0, 0x20ff},
		{0x302a, 0x302d}, {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff},
		{0xe0100, 0xe01ef}};
	static const struct range wide[] = {{0x1100, 0x115f}, {0x231a, 0x231b}, {0x2329, 0x232a}, {0x2e80, 0x303e},
		{0x3041, 0x33ff}, {0x3400, 0x4dbf}, {0x4e00, 0x9fff}, {0xa000, 0xa4cf}, {0xa960, 0xa97f},
		{0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe10, 0xfe19}, {0xfe30, 0xfe6f}, {0xff00, 0xff60},
		{0xffe0, 0xffe6}, {0x16fe0, 0x18cff}, {0x1b000, 0x1b2ff}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
		{0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

	if (code >= 0x20 && code < 0x7f)
		return 1;
	if (within(none, ARRAY_LEN(none), code))
		return 0;
	return within(wide, ARRAY_LEN(wide), code) ? 2 : 1;
}

size_t utf8_columns(struct span s)
{
	const char *p = s.p, *end = p + s.n;
	size_t columns = 0;

	while (p < end)
		columns += utf8_width(utf8_next(&p, end));
	return columns;
}

struct span utf8_cut(struct span s, size_t bytes)
{
	if (s.n <= bytes)
		return s;
	while (bytes > 0 && is_tail((unsigned char)s.p[bytes]))
		bytes--;
	return (struct span){s.p, bytes};
}
