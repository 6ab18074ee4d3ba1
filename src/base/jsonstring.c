/*
 * Escapes: checked by the scanner, undone for those who want the text. It
 * must not know where a string stands in its text.
 */
#include "base/base.h"
#include "base/jsonstring.h"
#include "base/jsonscan.h"
#include "base/utf8.h"

/* One more than the value of a hexadecimal digit; 0 for anything else. */
/* clang-format off */
static const uint8_t digit_plus1[256] = {
	['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6, ['6'] = 7, ['7'] = 8, ['8'] = 9, ['9'] = 10,
	['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};
/* clang-format on */

/* The four digits at *P, or -1; *P ends at the first character that is no digit, or past the four. */
static inline int32_t take_hex4(const char **p)
{
	int32_t code = 0;

	for (int i = 0; i < 4; i++, ++*p) {
		int32_t digit = digit_plus1[(unsigned char)**p] - 1;

		if (unlikely(digit < 0))
			return -1;
		code = code << 4 | digit;
	}
	return code;
}

/* P is past \u; the answer is past the escape, both halves of a pair. */
static inline const char *take_unicode(const char *p, uint32_t *code, const char **why)
{
	const char *begin = p - 2;
	int32_t unit = take_hex4(&p), low;

	*code = (uint32_t)unit;
	if (unlikely(unit < 0)) {
		*why = "four hexadecimal digits are expected after \\u";
		return p;
	}
	if (likely(unit < 0xd800 || unit > 0xdfff))
		return p;
	if (unit < 0xdc00 && p[0] == '\\' && p[1] == 'u') {
		p += 2;
		low = take_hex4(&p);
		if (low >= 0xdc00 && low <= 0xdfff) {
			*code = 0x10000 + ((uint32_t)unit - 0xd800) * 0x400 + ((uint32_t)low - 0xdc00);
			return p;
		}
	}
	*why = "half of a surrogate pair stands alone";
	return begin;
}

/* P is at a backslash; the answer is past the escape, *CODE what it stands for. */
static inline const char *take_escape(const char *p, uint32_t *code, const char **why)
{
	*why = NULL;
	switch (p[1]) {
	case 'u': return take_unicode(p + 2, code, why);
	case '"':
	case '\\':
	case '/': *code = (unsigned char)p[1]; break;
	case 'b': *code = '\b'; break;
	case 'f': *code = '\f'; break;
	case 'n': *code = '\n'; break;
	case 'r': *code = '\r'; break;
	case 't': *code = '\t'; break;
	default:
		*code = 0;
		*why = "no such escape";
		return p + 1;
	}
	return p + 2;
}

const char *jsonstring_rest(const char *p, bool *escaped, const char **why)
{
	uint32_t code;

	*why = NULL;
	while (*p != '"') {
		if (*p != '\\') {
			*why = "a control character in a string; it must be escaped";
			return p;
		}
		*escaped = true;
		p = take_escape(p, &code, why);
		if (unlikely(*why))
			return p;
		/* Text that was escaped whole is one escape after another. */
		if (*p != '\\')
			p = jsonstring_plain(p);
	}
	return p;
}

struct span jsonscan_unescape(struct arena *arena, struct span raw)
{
	/* No escape is shorter than what it stands for. */
	char *text = arena_alloc(arena, raw.n + 1), *out = text;
	const char *p = raw.p, *end = p + raw.n, *slash, *why;
	uint32_t code;

	while (p < end && (slash = memchr(p, '\\', (size_t)(end - p)))) {
		memcpy(out, p, (size_t)(slash - p));
		out += slash - p;
		p = take_escape(slash, &code, &why);
		out += utf8_put(out, code);
	}
	if (p < end) {
		memcpy(out, p, (size_t)(end - p));
		out += end - p;
	}
	*out = '\0';
	return (struct span){text, (size_t)(out - text)};
}

bool jsonscan_raw_is(struct span raw, bool escaped, struct span text)
{
	const char *p = raw.p, *end = p + raw.n, *why;

	if (likely(!escaped))
		return span_equal(raw, text);
	while (p < end) {
		char bytes[4];
		size_t n = 1;
		uint32_t code;

		if (*p == '\\') {
			p = take_escape(p, &code, &why);
			n = utf8_put(bytes, code);
		} else {
			bytes[0] = *p++;
		}
		if (n > text.n || memcmp(bytes, text.p, n) != 0)
			return false;
		text = (struct span){text.p + n, text.n - n};
	}
	return text.n == 0;
}
