/*
 * The scanner. Every loop ends at a zero byte, and the padding is made of
 * them, so nothing is compared with the end until a token is whole. It must
 * not know what a document is.
 */
#include "base/base.h"
#include "base/jsonscan.h"
#include "base/jsonstring.h"
#include "base/limits.h"
#include "base/utf8.h"

static const char *const why_cut = "the text ends too early";
static const char *const why_deep = "nested deeper than LIMIT_JSON_DEPTH";

static const uint8_t kind_of[256] = {
	['n'] = JSON_NULL,
	['f'] = JSON_FALSE,
	['t'] = JSON_TRUE,
	['"'] = JSON_STRING,
	['['] = JSON_ARRAY,
	['{'] = JSON_OBJECT,
	['-'] = JSON_NUMBER,
	['0'] = JSON_NUMBER,
	['1'] = JSON_NUMBER,
	['2'] = JSON_NUMBER,
	['3'] = JSON_NUMBER,
	['4'] = JSON_NUMBER,
	['5'] = JSON_NUMBER,
	['6'] = JSON_NUMBER,
	['7'] = JSON_NUMBER,
	['8'] = JSON_NUMBER,
	['9'] = JSON_NUMBER,
};

static inline enum json_kind kind_at(const char *p)
{
	return (enum json_kind)kind_of[(unsigned char)*p];
}

/* Keeps the first failure. What is wrong at the end or past it is a cut text. */
static const char *fail(struct jsonscan *s, const char *p, const char *why)
{
	if (!s->why) {
		s->why = p >= s->end ? why_cut : why;
		s->p = p >= s->end ? s->end : p;
	}
	return NULL;
}

static inline const char *skip_space(const char *p)
{
	while (unlikely((unsigned char)*p <= ' ') && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	return p;
}

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *p)
{
	while (is_digit(*p))
		p++;
	return p;
}

/* P is at the first character of a number; the answer is past its last. */
static const char *skip_number(struct jsonscan *s, const char *p)
{
	const char *begin = p;

	p += *p == '-';
	if (!is_digit(*p))
		return fail(s, p, "a digit is missing in a number");
	if (*p == '0' && is_digit(p[1]))
		return fail(s, p, "a number may not begin with 0");
	p = skip_digits(p);
	if (*p == '.') {
		if (!is_digit(*++p))
			return fail(s, p, "a digit is missing after the point of a number");
		p = skip_digits(p);
	}
	if (*p == 'e' || *p == 'E') {
		p++;
		p += *p == '+' || *p == '-';
		if (!is_digit(*p))
			return fail(s, p, "a digit is missing in the exponent of a number");
		p = skip_digits(p);
	}
	if (unlikely(p - begin > LIMIT_NUMBER_CHARS))
		return fail(s, begin, "a number longer than LIMIT_NUMBER_CHARS");
	return p;
}

static const char *skip_word(struct jsonscan *s, const char *p, const char *word, size_t n)
{
	if (memcmp(p, word, n) != 0)
		return fail(s, p, "not a value: only true, false and null are words");
	return p + n;
}

/* P is past the opening quote; the answer is at the closing one. */
static inline const char *skip_string(struct jsonscan *s, const char *p, bool *escaped)
{
	const char *why;

	*escaped = false;
	p = jsonstring_plain(p);
	if (likely(*p == '"'))
		return p;
	p = jsonstring_rest(p, escaped, &why);
	return why ? fail(s, p, why) : p;
}

/* Any value but an object or array; the answer is past it. */
static inline const char *skip_scalar(struct jsonscan *s, const char *p, bool *escaped)
{
	switch (kind_at(p)) {
	case JSON_STRING: p = skip_string(s, p + 1, escaped); return p ? p + 1 : NULL;
	case JSON_NUMBER: return skip_number(s, p);
	case JSON_NULL: return skip_word(s, p, "null", 4);
	case JSON_TRUE: return skip_word(s, p, "true", 4);
	case JSON_FALSE: return skip_word(s, p, "false", 5);
	default: return fail(s, p, "a value is expected");
	}
}

/* P is at a key's opening quote; the answer is at the value, past the colon. */
static inline const char *skip_key(struct jsonscan *s, const char *p, struct span *key, bool *escaped)
{
	const char *quote;

	if (unlikely(*p != '"'))
		return fail(s, p, "a key in double quotes is expected");
	quote = skip_string(s, p + 1, escaped);
	if (unlikely(!quote))
		return NULL;
	*key = (struct span){p + 1, (size_t)(quote - p) - 1};
	p = skip_space(quote + 1);
	if (unlikely(*p != ':'))
		return fail(s, p, "a colon is expected after a key");
	return skip_space(p + 1);
}

/* The objects and arrays that are open inside one value, a bit for each. */
struct nest {
	uint64_t objects[(LIMIT_JSON_DEPTH + 63) / 64];
	unsigned depth;
};

static inline bool nest_is_object(const struct nest *n)
{
	return n->objects[(n->depth - 1) / 64] >> ((n->depth - 1) % 64) & 1;
}

/* Goes into an object or array, up to its first value; *EMPTY when there is none, and the answer is past it. */
static const char *nest_open(struct jsonscan *s, struct nest *n, const char *p, bool *empty)
{
	bool object = *p == '{', escaped;
	uint64_t bit = UINT64_C(1) << (n->depth % 64), *word = &n->objects[n->depth / 64];
	struct span key;

	if (unlikely(s->depth + n->depth >= LIMIT_JSON_DEPTH))
		return fail(s, p, why_deep);
	p = skip_space(p + 1);
	*empty = *p == (object ? '}' : ']');
	if (*empty)
		return p + 1;
	*word = object ? *word | bit : *word & ~bit;
	n->depth++;
	return object ? skip_key(s, p, &key, &escaped) : p;
}

/* After a value: closes what ends here, and goes to the next value if the outermost is still open. */
static const char *nest_next(struct jsonscan *s, struct nest *n, const char *p)
{
	struct span key;
	bool escaped;

	while (n->depth) {
		bool object = nest_is_object(n);

		p = skip_space(p);
		if (*p == ',') {
			p = skip_space(p + 1);
			return object ? skip_key(s, p, &key, &escaped) : p;
		}
		if (*p != (object ? '}' : ']'))
			return fail(s, p, object ? "a comma or } is expected" : "a comma or ] is expected");
		p++;
		n->depth--;
	}
	return p;
}

/* P is at the bracket of an object or array; the answer is past its end. */
static const char *skip_nested(struct jsonscan *s, const char *p)
{
	struct nest n = {.depth = 0};
	bool empty, escaped;

	do {
		if (*p == '{' || *p == '[') {
			p = nest_open(s, &n, p, &empty);
			if (p && !empty)
				continue;
		} else {
			p = skip_scalar(s, p, &escaped);
		}
		if (p)
			p = nest_next(s, &n, p);
	} while (p && n.depth);
	return p;
}

void jsonscan_init(struct jsonscan *s, struct span text)
{
	*s = (struct jsonscan){.p = text.p, .end = text.p + text.n, .begin = text.p};
}

enum json_kind jsonscan_peek(struct jsonscan *s)
{
	enum json_kind kind;

	if (unlikely(s->why))
		return JSON_BAD;
	s->p = skip_space(s->p);
	kind = s->p < s->end ? kind_at(s->p) : JSON_BAD;
	if (unlikely(kind == JSON_BAD))
		fail(s, s->p, "a value is expected");
	return kind;
}

enum json_kind jsonscan_value(struct jsonscan *s, struct span *raw, bool *escaped)
{
	const char *p, *end;
	enum json_kind kind;

	*escaped = false;
	if (unlikely(s->why))
		return JSON_BAD;
	p = skip_space(s->p);
	kind = kind_at(p);
	end = kind == JSON_OBJECT || kind == JSON_ARRAY ? skip_nested(s, p) : skip_scalar(s, p, escaped);
	if (unlikely(!end || end > s->end)) {
		fail(s, s->end, why_cut);
		return JSON_BAD;
	}
	s->p = end;
	if (kind == JSON_STRING)
		*raw = (struct span){p + 1, (size_t)(end - p) - 2};
	else
		*raw = (struct span){p, (size_t)(end - p)};
	return kind;
}

bool jsonscan_enter(struct jsonscan *s, enum json_kind kind)
{
	const char *p;

	if (unlikely(s->why))
		return false;
	p = skip_space(s->p);
	if (p >= s->end || *p != (kind == JSON_OBJECT ? '{' : '[')) {
		fail(s, p, kind == JSON_OBJECT ? "an object is expected" : "an array is expected");
		return false;
	}
	if (s->depth >= LIMIT_JSON_DEPTH) {
		fail(s, p, why_deep);
		return false;
	}
	s->depth++;
	s->p = p + 1;
	return true;
}

/* Past the comma before the next key or element; NULL after the last one or on a failure. */
static inline const char *next_item(struct jsonscan *s, bool *first, char close, const char *why)
{
	const char *p;

	if (unlikely(s->why))
		return NULL;
	p = skip_space(s->p);
	if (*p == close && p < s->end) {
		s->p = p + 1;
		s->depth--;
		return NULL;
	}
	if (*first) {
		*first = false;
		return p;
	}
	if (unlikely(*p != ','))
		return fail(s, p, why);
	return skip_space(p + 1);
}

bool jsonscan_key(struct jsonscan *s, bool *first, struct span *key, bool *escaped)
{
	const char *p = next_item(s, first, '}', "a comma or } is expected");

	if (p)
		p = skip_key(s, p, key, escaped);
	if (!p)
		return false;
	if (unlikely(p >= s->end)) {
		fail(s, p, why_cut);
		return false;
	}
	s->p = p;
	return true;
}

bool jsonscan_element(struct jsonscan *s, bool *first)
{
	const char *p = next_item(s, first, ']', "a comma or ] is expected");

	if (!p)
		return false;
	if (unlikely(p >= s->end || kind_at(p) == JSON_BAD)) {
		fail(s, p, "a value is expected");
		return false;
	}
	s->p = p;
	return true;
}

bool jsonscan_end(struct jsonscan *s)
{
	const char *p;

	if (s->why)
		return false;
	p = skip_space(s->p);
	if (p < s->end) {
		fail(s, p, "something follows the end of the value");
		return false;
	}
	s->p = s->end;
	return true;
}

void jsonscan_where(const struct jsonscan *s, int *line, int *column)
{
	const char *line_begin = s->begin;

	*line = 1;
	for (const char *p = s->begin; p < s->p; p++) {
		if (*p == '\n') {
			++*line;
			line_begin = p + 1;
		}
	}
	*column = (int)(s->p - line_begin) + 1;
}
