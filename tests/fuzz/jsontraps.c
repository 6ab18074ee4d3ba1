/*
 * The traps, each with the change that takes it out of a text.
 */
#include "base/base.h"
#include "jsontraps.h"
#include "base/utf8.h"

const char *const trap_names[TRAPS] = {
	[TRAP_UTF8] = "invalid UTF-8 is taken",
	[TRAP_CONTROL] = "a raw control character in a string is taken",
	[TRAP_SURROGATE] = "half a surrogate pair becomes U+FFFD",
	[TRAP_POINT] = "a number that ends in a point is taken",
	[TRAP_NAN] = "NaN and Infinity are taken",
	[TRAP_CLAMP] = "an integer is clamped",
	[TRAP_MINUS_ZERO] = "-0 becomes 0",
	[TRAP_DUPLICATE] = "the last of equal keys wins",
	[TRAP_KEY_CUT] = "a key is cut at \\u0000",
	[TRAP_QUOTE] = "a key in single quotes is taken",
	[TRAP_ZEROES] = "zeroes before a number with a fraction or an exponent are taken",
	[TRAP_MINUS_POINT] = "a minus and a point without a digit between them are taken",
	[TRAP_PAIR] = "a surrogate pair for U+xD800 to U+xDFFF is taken for half a pair",
	[TRAP_DEPTH] = "an empty array or object is one deeper than the limit",
	[TRAP_LONG_NUMBER] = "a number over LIMIT_NUMBER_CHARS is taken",
};

static void replace(struct buf *b, size_t at, size_t len, const char *new)
{
	char *tail = xstrndup(b->data + at + len, b->len - at - len);
	size_t tail_len = b->len - at - len;

	b->len = at;
	buf_adds(b, new);
	buf_add(b, tail, tail_len);
	free(tail);
}

/* An empty array or object at AT becomes a 0. */
static bool mend_empty(struct buf *b, size_t at)
{
	size_t last = at + 1 + strspn(b->data + at + 1, " \t\r\n");

	if (b->data[last] != (b->data[at] == '{' ? '}' : ']'))
		return false;
	replace(b, at, last - at + 1, "0");
	return true;
}

/* A key in single quotes at AT becomes another in double quotes. */
static bool mend_quotes(struct buf *b, size_t at)
{
	size_t last = at + 1;

	while (last < b->len && b->data[last] != '\'')
		last += b->data[last] == '\\' ? 2 : 1;
	if (last >= b->len)
		return false;
	replace(b, at, last - at + 1, "\"x\"");
	return true;
}

static bool mend_word(struct buf *b, size_t at)
{
	static const char *const words[] = {"NaN", "Infinity"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strncmp(b->data + at, words[i], strlen(words[i])) == 0) {
			replace(b, at, strlen(words[i]), "0");
			return true;
		}
	}
	return false;
}

enum trap traps_mend(struct buf *b, const struct jsonscan *s)
{
	size_t at = (size_t)(s->p - s->begin);

	if (strstr(s->why, "control character") && b->data[at]) {
		b->data[at] = 'x';
		return TRAP_CONTROL;
	}
	if (strstr(s->why, "surrogate")) {
		replace(b, at, 6, "x");
		return TRAP_SURROGATE;
	}
	if (strstr(s->why, "LIMIT_NUMBER_CHARS")) {
		replace(b, at, strspn(b->data + at, "-+.eE0123456789"), "0");
		return TRAP_LONG_NUMBER;
	}
	if (strstr(s->why, "LIMIT_JSON_DEPTH"))
		return mend_empty(b, at) ? TRAP_DEPTH : NO_TRAP;
	if (mend_word(b, at))
		return TRAP_NAN;
	if (strstr(s->why, "a key in double quotes") && b->data[at] == '\'')
		return mend_quotes(b, at) ? TRAP_QUOTE : NO_TRAP;
	if (strstr(s->why, "begin with 0")) {
		replace(b, at, 1, "");
		return TRAP_ZEROES;
	}
	if (at > 0 && b->data[at - 1] == '-' && b->data[at] == '.') {
		replace(b, at, 0, "0");
		return TRAP_MINUS_POINT;
	}
	/* A point that ends the text is a text that ends too early. */
	if (at > 0 && b->data[at - 1] == '.') {
		replace(b, at, 0, "0");
		return TRAP_POINT;
	}
	return NO_TRAP;
}

void traps_mend_utf8(struct buf *b)
{
	ptrdiff_t at;

	while ((at = utf8_invalid(buf_span(b))) >= 0)
		b->data[at] = '?';
}

bool traps_mend_pair(struct buf *b)
{
	for (char *p = b->data; (p = strstr(p, "\\u")) != NULL; p += 2) {
		unsigned high, low;

		if (sscanf(p, "\\u%4x\\u%4x", &high, &low) != 2 || high < 0xd800 || high > 0xdbff)
			continue;
		if (((high << 10 | (low & 0x3ff)) & 0xf800) == 0xd800) {
			memset(p, 'x', 12);
			return true;
		}
	}
	return false;
}
