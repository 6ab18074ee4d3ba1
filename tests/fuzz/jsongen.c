/*
 * The generator: tables of pieces, each with an odd one now and then.
 */
#include "base/base.h"
#include "jsongen.h"

#define PICK(g, table) ((table)[clock_random(&(g)->chance, ARRAY_LEN(table))])

static bool one_in(struct jsongen *g, uint64_t n)
{
	return clock_random(&g->chance, n) == 0;
}

static bool turn_odd(struct jsongen *g)
{
	return g->odd && one_in(g, 200);
}

static void add_space(struct jsongen *g, struct buf *out)
{
	static const char *const spaces[] = {" ", "\n", "\t", "\r\n", "  ", "\n\t\t"};

	if (one_in(g, 6))
		buf_adds(out, PICK(g, spaces));
	if (turn_odd(g) && one_in(g, 10))
		buf_addc(out, (char)clock_random(&g->chance, 256));
}

static void add_string(struct jsongen *g, struct buf *out)
{
	static const char *const pieces[] = {"a", "status", "a longer piece of plain text", "on_sale", " ",
		"0123456789abcdef", "\xe5\x95\x86\xe5\x93\x81", "\xe3\x82\xab\xe3\x83\xa9\xe3\x83\xbc", "\xef\xbd\xb1",
		"\xc3\xa9", "\xf0\x9f\x98\x80", "\x7f", "\\n", "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\r", "\\t",
		"\\u00e9", "\\u5546", "\\uD7FF", "\\uE000", "\\uFFFF", "\\ud83d\\ude00", "\\uDBFF\\uDFFF", "\\u0022",
		"\\u005c"};
	static const char *const odd[] = {"\n", "\t", "\x01", "\x1f", "\\ud800", "\\udc00", "\\ude00\\ud83d",
		"\\ud83d\\n", "\\ud83d\\u0041", "\\ud83d\\ud83d\\ude00", "\\x", "\\u12", "\\u12g4", "\\U0041", "\\",
		"\\'", "\xff", "\x80", "\xc0\x80", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe5\x95",
		"\xf0\x9f\x98", "\""};

	buf_addc(out, '"');
	for (uint64_t n = clock_random(&g->chance, 6); n > 0; n--) {
		buf_adds(out, PICK(g, pieces));
		if (one_in(g, 60))
			buf_adds(out, "\\u0000");
		if (turn_odd(g))
			buf_adds(out, PICK(g, odd));
	}
	buf_addc(out, '"');
}

static void add_key(struct jsongen *g, struct buf *out)
{
	static const char *const keys[] = {"\"shop\"", "\"sku\"", "\"a\"", "\"b\"", "\"price\"", "\"\"",
		"\"updated_at\"", "\"\\u0061\"", "\"a\\u0000b\"", "\"\xe5\x90\x8d\xe5\x89\x8d\""};
	static const char *const odd[] = {"a", "'a'", "1", "null", "[1]", "", "\"a", "\"a\":\"b\""};

	if (turn_odd(g))
		buf_adds(out, PICK(g, odd));
	else if (one_in(g, 3))
		add_string(g, out);
	else
		buf_adds(out, PICK(g, keys));
}

static void add_number(struct jsongen *g, struct buf *out)
{
	static const char *const numbers[] = {"0", "-0", "1", "-1", "10", "0.1", "1.10", "100.0", "-0.0", "1e5", "1E5",
		"1e+5", "1e-5", "1.5E-10", "1e400", "-1e400", "1e-400", "0e0", "9223372036854775807",
		"9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615",
		"18446744073709551616", "123456789012345678901234567890", "0.12345678901234567890"};
	static const char *const odd[] = {"1.", "-1.", "0.", "1.e5", ".5", "-.5", "01", "-01", "00", "+1", "1e", "1e+",
		"1e5.5", "1.2.3", "-", "--1", "1-", "1+1", "0x10", "1a", "NaN", "-NaN", "nan", "NAN", "Infinity",
		"-Infinity", "infinity", "inf", "1_0", "1,", "\xef\xbc\x91"};

	if (turn_odd(g))
		buf_adds(out, PICK(g, odd));
	else if (one_in(g, 2))
		buf_adds(out, PICK(g, numbers));
	else
		buf_addf(out, "%lld", (long long)clock_random(&g->chance, 1000000000) - 5000);
	if (turn_odd(g) && one_in(g, 20))
		buf_addf(out, "%0*d", 1000 + (int)clock_random(&g->chance, 40), 0);
}

static void add_word(struct jsongen *g, struct buf *out)
{
	static const char *const words[] = {"true", "false", "null"};
	static const char *const odd[] = {"True", "TRUE", "nULL", "nul", "tru", "truefalse", "undefined", "nullx",
		"'a'", "/*x*/1", "//x\n1", "N", "I", "-I", ",", ":",
		"\xef\xbb\xbf"
		"1"};

	if (turn_odd(g))
		buf_adds(out, PICK(g, odd));
	else
		buf_adds(out, PICK(g, words));
}

static void add_scalar(struct jsongen *g, struct buf *out)
{
	switch (clock_random(&g->chance, 5)) {
	case 0: add_word(g, out); break;
	case 1:
	case 2: add_number(g, out); break;
	default: add_string(g, out); break;
	}
}

static void add_value(struct jsongen *g, struct buf *out, unsigned depth);

static void add_items(struct jsongen *g, struct buf *out, unsigned depth, bool object)
{
	uint64_t count = clock_random(&g->chance, depth > 3 ? 12 : 5);

	for (uint64_t i = 0; i < count; i++) {
		if (i || turn_odd(g))
			buf_addc(out, ',');
		add_space(g, out);
		if (object) {
			add_key(g, out);
			add_space(g, out);
			if (!turn_odd(g))
				buf_addc(out, ':');
		}
		add_value(g, out, depth - 1);
	}
	if (turn_odd(g))
		buf_addc(out, ',');
}

static void add_value(struct jsongen *g, struct buf *out, unsigned depth)
{
	uint64_t roll = clock_random(&g->chance, 10);

	add_space(g, out);
	if (depth == 0 || roll > 3) {
		add_scalar(g, out);
	} else {
		bool object = roll < 3;

		buf_addc(out, object ? '{' : '[');
		add_items(g, out, depth, object);
		add_space(g, out);
		if (!turn_odd(g))
			buf_addc(out, object ? '}' : ']');
	}
	add_space(g, out);
}

/* Near the limit of depth, on both sides. */
static void add_nest(struct jsongen *g, struct buf *out)
{
	uint64_t depth = 122 + clock_random(&g->chance, 10);
	bool objects[132];

	for (uint64_t i = 0; i < depth; i++) {
		objects[i] = one_in(g, 2);
		buf_adds(out, objects[i] ? "{\"a\":" : "[0,");
	}
	add_value(g, out, (unsigned)clock_random(&g->chance, 4));
	while (depth > 0)
		buf_addc(out, objects[--depth] ? '}' : ']');
}

void jsongen_text(struct jsongen *g, struct buf *out)
{
	buf_reset(out);
	g->odd = one_in(g, 2);
	if (one_in(g, 50)) {
		add_nest(g, out);
	} else if (one_in(g, 50)) {
		add_value(g, out, 0);
	} else {
		buf_addc(out, '{');
		do {
			add_key(g, out);
			buf_addc(out, ':');
			add_value(g, out, 4);
			buf_addc(out, ',');
		} while (out->len < 300);
		buf_adds(out, "\"end\":0}");
	}
	if (turn_odd(g))
		add_value(g, out, 1);
}

/* Puts NEW in place of LEN bytes at AT. */
static void replace(struct buf *text, size_t at, size_t len, struct span new)
{
	size_t tail = text->len - at - len;
	char *copy = xstrndup(text->data + at + len, tail);

	memset(text->data + at, 0, len + tail);
	text->len = at;
	buf_add_span(text, new);
	buf_add(text, copy, tail);
	free(copy);
}

void jsongen_mutate(struct jsongen *g, struct buf *text)
{
	static const char *const tokens[] = {"{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\u0000", "\\ud800",
		"NaN", "null", "true", "1.", "-", "e", ".", "0", "9", "\n", " ", "[]", "{}", "\"a\":", "\"x\",", "\xff",
		"\xe3\x81", "\xef\xbb\xbf", "/*", "//", "'", "Infinity"};
	size_t at, len;
	char byte;

	if (text->len == 0)
		return;
	at = clock_random(&g->chance, text->len);
	len = 1 + clock_random(&g->chance, 8);
	if (len > text->len - at)
		len = text->len - at;
	byte = (char)clock_random(&g->chance, 256);
	switch (clock_random(&g->chance, 8)) {
	case 0: replace(text, at, 1, (struct span){&byte, 1}); break;
	case 1: replace(text, at, 0, (struct span){&byte, 1}); break;
	case 2: replace(text, at, len, SPAN_NONE); break;
	case 3: replace(text, at, 1, span_of(PICK(g, tokens))); break;
	case 4: replace(text, at, 0, span_of(PICK(g, tokens))); break;
	case 5: text->data[at] = (char)(text->data[at] ^ 1 << clock_random(&g->chance, 8)); break;
	case 6: text->data[at] = text->data[clock_random(&g->chance, text->len)]; break;
	default:
		if (one_in(g, 4))
			replace(text, at, text->len - at, SPAN_NONE);
		else
			replace(text, at, 1, SPAN_NONE);
	}
}
