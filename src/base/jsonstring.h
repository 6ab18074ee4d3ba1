/*
 * The inside of JSON strings, for the scanner alone: where a string ends, and
 * whether its escapes are well formed.
 */
#ifndef KENPIN_JSONSTRING_H
#define KENPIN_JSONSTRING_H

#include "base/base.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* The first quote, backslash or control character at P or after it. There must
 * be a zero byte somewhere, and 15 readable bytes after it. */
static inline const char *jsonstring_plain(const char *p)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), control = _mm_set1_epi8(0x1f);

	for (;; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)p);
		__m128i stop = _mm_or_si128(_mm_cmpeq_epi8(v, quote),
			_mm_or_si128(_mm_cmpeq_epi8(v, slash), _mm_cmpeq_epi8(_mm_min_epu8(v, control), v)));
		int mask = _mm_movemask_epi8(stop);

		if (mask)
			return p + __builtin_ctz((unsigned)mask);
	}
#else
	while (*p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		p++;
	return p;
#endif
}

/* Goes on from a character that jsonstring_plain stopped at, to the closing quote. On a
 * failure *WHY is set and the answer points at what is wrong. */
const char *jsonstring_rest(const char *p, bool *escaped, const char **why);

#endif
