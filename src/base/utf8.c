/*
 * UTF-8: the check that lets everybody else trust their text, and the walk
 * over it by code points and by columns of a terminal.
 */
#include "base/base.h"
#include "base/utf8.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

#ifdef __SSE2__
static inline __m128i fill(int byte)
{
	return _mm_set1_epi8((char)byte);
}

static inline __m128i load(const unsigned char *p)
{
	return _mm_loadu_si128((const __m128i *)p);
}

/*
 * Sixteen bytes, each beside the one, two and three bytes before it: a byte
 * must be a tail exactly when one of those leads a character that reaches it;
 * after four of the leads the first tail has a narrower range; and some bytes
 * never occur. The answer has all bits set in the bytes that are right.
 */
static inline __m128i right_bytes(__m128i v, __m128i back1, __m128i back2, __m128i back3)
{
	__m128i led = _mm_or_si128(_mm_subs_epu8(back1, fill(0xbf)),
		_mm_or_si128(_mm_subs_epu8(back2, fill(0xdf)), _mm_subs_epu8(back3, fill(0xef))));
	__m128i right = _mm_xor_si128(_mm_cmpeq_epi8(led, _mm_setzero_si128()), _mm_cmplt_epi8(v, fill(0xc0)));
	__m128i low = _mm_or_si128(_mm_and_si128(_mm_cmpeq_epi8(back1, fill(0xe0)), _mm_cmplt_epi8(v, fill(0xa0))),
		_mm_and_si128(_mm_cmpeq_epi8(back1, fill(0xf0)), _mm_cmplt_epi8(v, fill(0x90))));
	__m128i high = _mm_or_si128(_mm_and_si128(_mm_cmpeq_epi8(back1, fill(0xed)), _mm_cmpgt_epi8(v, fill(0x9f))),
		_mm_and_si128(_mm_cmpeq_epi8(back1, fill(0xf4)), _mm_cmpgt_epi8(v, fill(0x8f))));
	__m128i never = _mm_or_si128(_mm_cmpeq_epi8(_mm_and_si128(v, fill(0xfe)), fill(0xc0)),
		_mm_cmpeq_epi8(_mm_max_epu8(v, fill(0xf5)), v));

	return _mm_andnot_si128(_mm_or_si128(never, _mm_or_si128(low, high)), right);
}

static inline __m128i right_at(const unsigned char *p)
{
	return right_bytes(load(p), load(p - 1), load(p - 2), load(p - 3));
}

static inline bool all_set(__m128i v)
{
	return _mm_movemask_epi8(v) == 0xffff;
}

static inline bool is_ascii64(const unsigned char *p)
{
	__m128i first = _mm_or_si128(load(p), load(p + 16)), second = _mm_or_si128(load(p + 32), load(p + 48));

	return _mm_movemask_epi8(_mm_or_si128(first, second)) == 0;
}

/* Where the character begins that is not whole before P; P when there is none. */
static const unsigned char *open_char(const unsigned char *p)
{
	if (p[-1] >= 0xc0)
		return p - 1;
	if (p[-2] >= 0xe0)
		return p - 2;
	return p[-3] >= 0xf0 ? p - 3 : p;
}

/* Past what is right for sure, at the beginning of a character. Short texts and
 * the last bytes are left to the caller, and so is saying what is wrong. */
static const unsigned char *skip_right(const unsigned char *p, const unsigned char *end)
{
	__m128i v;

	if (end - p < 16)
		return p;
	v = load(p);
	if (!all_set(right_bytes(v, _mm_slli_si128(v, 1), _mm_slli_si128(v, 2), _mm_slli_si128(v, 3))))
		return p;
	for (p += 16; end - p >= 64; p += 64) {
		if (is_ascii64(p)) {
			if (open_char(p) != p)
				break;
		} else if (!all_set(_mm_and_si128(_mm_and_si128(right_at(p), right_at(p + 16)),
				   _mm_and_si128(right_at(p + 32), right_at(p + 48))))) {
			break;
		}
	}
	while (end - p >= 16 && all_set(right_at(p)))
		p += 16;
	return open_char(p);
}
#else
/* The same in plain C: eight bytes of ASCII at once. */
static const unsigned char *skip_right(const unsigned char *p, const unsigned char *end)
{
	uint64_t word;
	size_t n;

	while (p < end) {
		while (end - p >= 8 && (memcpy(&word, p, sizeof(word)), (word & UINT64_C(0x8080808080808080)) == 0))
			p += 8;
		n = p < end ? char_length(p, (size_t)(end - p)) : 0;
		if (n == 0)
			break;
		p += n;
	}
	return p;
}
#endif

ptrdiff_t utf8_invalid(struct span s)
{
	const unsigned char *begin = (const unsigned char *)s.p, *p, *end = begin + s.n;

	for (p = skip_right(begin, end); p < end;) {
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
