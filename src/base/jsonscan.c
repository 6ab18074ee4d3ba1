/*
 * A strict JSON reader that builds nothing. Zero bytes behind the text
 * (LIMIT_JSON_PADDING) let it read ahead without asking for the end: a NUL is
 * no token, so every loop stops there.
 */
#include "base/base.h"
#include "base/jsonscan.h"

#include "base/limits.h"
#include "base/utf8.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static bool fail(struct jsonscan *s, const char *p, const char *why)
{
	if (s->why == NULL) {
		s->why = p >= s->end ? "the text ends too early" : why;
		s->p = p > s->end ? s->end : p;
	}
	return false;
}

void jsonscan_init(struct jsonscan *s, struct span text)
{
	*s = (struct jsonscan){.p = text.p, .end = text.p + text.n, .begin = text.p};
}

static inline const char *space(const char *p)
{
	if (likely((unsigned char)*p > ' '))
		return p;
	while (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r')
		p++;
	return p;
}

static int hex4(const char *p)
{
	int value = 0;

	for (int i = 0; i < 4; i++) {
		char c = p[i];
		if (c >= '0' && c <= '9')
			value = value << 4 | (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			value = value << 4 | ((c | 0x20) - 'a' + 10);
		else
			return -1;
	}
	return value;
}

/* P stands at a backslash; returns what follows the escape, or NULL. */
static const char *escape(struct jsonscan *s, const char *p)
{
	if (p[1] != 'u') {
		if (p[1] != '\0' && strchr("\"\\/bfnrt", p[1]) != NULL)
			return p + 2;
		fail(s, p, "an unknown escape");
		return NULL;
	}
	int unit = hex4(p + 2);
	if (unit < 0) {
		fail(s, p, "\\u wants four hexadecimal digits");
		return NULL;
	}
	if (unit < 0xd800 || unit > 0xdfff)
		return p + 6;
	int low = unit < 0xdc00 && p[6] == '\\' && p[7] == 'u' ? hex4(p + 8) : -1;
	if (low >= 0xdc00 && low <= 0xdfff)
		return p + 12;
	fail(s, p, "half of a surrogate pair");
	return NULL;
}

/* P just after the opening quote; returns the closing quote, or NULL. */
static inline const char *string_end(struct jsonscan *s, const char *p, bool *escaped)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), control = _mm_set1_epi8(0x1f);
	for (;;) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i stop = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, backslash)),
			_mm_cmpeq_epi8(_mm_min_epu8(v, control), v));
		unsigned mask = (unsigned)_mm_movemask_epi8(stop);
		if (likely(mask == 0)) {
			p += 16;
			continue;
		}
		p += __builtin_ctz(mask);
#else
	for (;;) {
		while (*p != '"' && *p != '\\' && (unsigned char)*p > 0x1f)
			p++;
#endif
		if (likely(*p == '"'))
			return p;
		if (*p != '\\') {
			fail(s, p, "a control character in a string");
			return NULL;
		}
		*escaped = true;
		p = escape(s, p);
		if (p == NULL)
			return NULL;
	}
}

static inline bool digit(char c) { return c >= '0' && c <= '9'; }

static const char *number_end(struct jsonscan *s, const char *p)
{
	const char *begin = p;

	if (*p == '-')
		p++;
	if (!digit(*p)) {
		fail(s, p, "a digit is expected");
		return NULL;
	}
	if (*p == '0' && digit(p[1])) {
		fail(s, p, "a number with a leading zero");
		return NULL;
	}
	while (digit(*p))
		p++;
	if (*p == '.') {
		if (!digit(*++p)) {
			fail(s, p, "a digit is expected after the point");
			return NULL;
		}
		while (digit(*p))
			p++;
	}
	if ((*p | 0x20) == 'e') {
		p++;
		if (*p == '+' || *p == '-')
			p++;
		if (!digit(*p)) {
			fail(s, p, "a digit is expected in the exponent");
			return NULL;
		}
		while (digit(*p))
			p++;
	}
	if (p - begin > LIMIT_NUMBER_CHARS) {
		fail(s, begin, "a number longer than LIMIT_NUMBER_CHARS");
		return NULL;
	}
	return p;
}

static const char *word_end(struct jsonscan *s, const char *p, const char *word, size_t n)
{
	if (memcmp(p, word, n) == 0)
		return p + n;
	fail(s, p, "a value is expected");
	return NULL;
}

/* A string, number or word; NULL on a failure. */
static inline const char *scalar_end(struct jsonscan *s, const char *p, bool *escaped)
{
	switch (*p) {
	case '"':
		p = string_end(s, p + 1, escaped);
		return p ? p + 1 : NULL;
	case 't': return word_end(s, p, "true", 4);
	case 'f': return word_end(s, p, "false", 5);
	case 'n': return word_end(s, p, "null", 4);
	default:
		if (*p != '-' && !digit(*p)) {
			fail(s, p, "a value is expected");
			return NULL;
		}
		return number_end(s, p);
	}
}

/* `"key":` with white space; returns the value's first byte, or NULL. */
static inline const char *member(struct jsonscan *s, const char *p)
{
	bool escaped = false;

	if (*p != '"') {
		fail(s, p, "a key in double quotes is expected");
		return NULL;
	}
	p = string_end(s, p + 1, &escaped);
	if (p == NULL)
		return NULL;
	p = space(p + 1);
	if (*p != ':') {
		fail(s, p, "a colon is expected");
		return NULL;
	}
	return space(p + 1);
}

/* Walks over an object or array without recursion; a bit a level tells which it is. */
static const char *nested_end(struct jsonscan *s, const char *p)
{
	unsigned char is_object[LIMIT_JSON_DEPTH + 1];
	unsigned depth = s->depth;
	const unsigned floor = depth;
	bool escaped = false;

	for (;;) {
		/* p stands at a value */
		if (*p == '{' || *p == '[') {
			bool object = *p == '{';

			if (depth >= LIMIT_JSON_DEPTH) {
				fail(s, p, "nested deeper than LIMIT_JSON_DEPTH");
				return NULL;
			}
			is_object[depth++] = object;
			p = space(p + 1);
			if (*p != (object ? '}' : ']')) {
				if (object && (p = member(s, p)) == NULL)
					return NULL;
				continue;
			}
		} else {
			p = scalar_end(s, p, &escaped);
			if (p == NULL)
				return NULL;
			p = space(p);
			if (*p == ',') {
				p = space(p + 1);
				if (is_object[depth - 1] && (p = member(s, p)) == NULL)
					return NULL;
				continue;
			}
		}
		/* close as many as end here */
		while (*p == (is_object[depth - 1] ? '}' : ']')) {
			p++;
			if (--depth == floor)
				return p;
			p = space(p);
		}
		if (*p != ',') {
			fail(s, p, is_object[depth - 1] ? "a comma or } is expected" : "a comma or ] is expected");
			return NULL;
		}
		p = space(p + 1);
		if (is_object[depth - 1] && (p = member(s, p)) == NULL)
			return NULL;
	}
}

static enum json_kind kind_of(char c)
{
	switch (c) {
	case '"': return JSON_STRING;
	case '{': return JSON_OBJECT;
	case '[': return JSON_ARRAY;
	case 't': return JSON_TRUE;
	case 'f': return JSON_FALSE;
	case 'n': return JSON_NULL;
	default: return c == '-' || digit(c) ? JSON_NUMBER : JSON_BAD;
	}
}

enum json_kind jsonscan_peek(struct jsonscan *s)
{
	if (s->why != NULL)
		return JSON_BAD;
	s->p = space(s->p);
	enum json_kind kind = kind_of(*s->p);
	if (kind == JSON_BAD)
		fail(s, s->p, "a value is expected");
	return kind;
}

enum json_kind jsonscan_value(struct jsonscan *s, struct span *raw, bool *escaped)
{
	enum json_kind kind = jsonscan_peek(s);
	const char *begin = s->p, *p;

	*escaped = false;
	if (kind == JSON_BAD)
		return JSON_BAD;
	p = kind == JSON_OBJECT || kind == JSON_ARRAY ? nested_end(s, begin) : scalar_end(s, begin, escaped);
	if (p == NULL)
		return JSON_BAD;
	if (p > s->end) {
		fail(s, s->end, "");
		return JSON_BAD;
	}
	s->p = p;
	*raw = kind == JSON_STRING ? (struct span){begin + 1, (size_t)(p - begin) - 2} : (struct span){begin, (size_t)(p - begin)};
	return kind;
}

bool jsonscan_enter(struct jsonscan *s, enum json_kind kind)
{
	if (jsonscan_peek(s) != kind)
		return fail(s, s->p, kind == JSON_OBJECT ? "an object is expected" : "an array is expected");
	if (s->depth >= LIMIT_JSON_DEPTH)
		return fail(s, s->p, "nested deeper than LIMIT_JSON_DEPTH");
	s->depth++;
	s->p++;
	return true;
}

/* Passes over what stands before the next member; false at the end or on a failure. */
static inline bool advance(struct jsonscan *s, bool *first, char closing)
{
	if (s->why != NULL)
		return false;
	const char *p = space(s->p);
	if (*p == closing) {
		s->p = p + 1;
		s->depth--;
		return false;
	}
	if (!*first) {
		if (*p != ',')
			return fail(s, p, closing == '}' ? "a comma or } is expected" : "a comma or ] is expected");
		p = space(p + 1);
	}
	*first = false;
	s->p = p;
	return true;
}

bool jsonscan_key(struct jsonscan *s, bool *first, struct span *key, bool *escaped)
{
	if (!advance(s, first, '}'))
		return false;
	const char *p = s->p;
	if (*p != '"')
		return fail(s, p, "a key in double quotes is expected");
	*escaped = false;
	const char *quote = string_end(s, p + 1, escaped);
	if (quote == NULL)
		return false;
	*key = (struct span){p + 1, (size_t)(quote - p) - 1};
	p = space(quote + 1);
	if (*p != ':')
		return fail(s, p, "a colon is expected");
	s->p = space(p + 1);
	return true;
}

bool jsonscan_element(struct jsonscan *s, bool *first)
{
	return advance(s, first, ']');
}

bool jsonscan_end(struct jsonscan *s)
{
	if (s->why != NULL)
		return false;
	s->p = space(s->p);
	return s->p == s->end || fail(s, s->p, "text after the end of the value");
}

/* One character of a raw string at *P: code point, *P moved past it. */
static uint32_t raw_next(const char **p, const char *end)
{
	static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";

	if (**p != '\\')
		return utf8_next(p, end);
	char c = (*p)[1];
	if (c != 'u') {
		const char *known = strchr(letters, c);
		*p += 2;
		return (unsigned char)(known ? meant[known - letters] : c);
	}
	uint32_t unit = (uint32_t)hex4(*p + 2);
	*p += 6;
	if (unit < 0xd800 || unit > 0xdbff)
		return unit;
	uint32_t low = (uint32_t)hex4(*p + 2);
	*p += 6;
	return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
}

struct span jsonscan_unescape(struct arena *arena, struct span raw)
{
	char *text = arena_alloc(arena, raw.n + 4), *out;
	const char *p = raw.p, *end = raw.p + raw.n;

	for (out = text; p < end; out += utf8_put(out, raw_next(&p, end)))
		;
	*out = '\0';
	return (struct span){text, (size_t)(out - text)};
}

bool jsonscan_raw_is(struct span raw, bool escaped, struct span text)
{
	const char *p = raw.p, *end = raw.p + raw.n, *t = text.p, *t_end = text.p + text.n;

	if (!escaped)
		return span_equal(raw, text);
	while (p < end && t < t_end)
		if (raw_next(&p, end) != utf8_next(&t, t_end))
			return false;
	return p == end && t == t_end;
}

void jsonscan_where(const struct jsonscan *s, int *line, int *column)
{
	*line = *column = 1;
	for (const char *p = s->begin; p < s->p; p++) {
		(*column)++;
		if (*p == '\n') {
			(*line)++;
			*column = 1;
		}
	}
}
