/*
 * The JSON writer: commas, quotes and escapes. It must not know what is
 * written with it.
 */
#include "base/base.h"
#include "base/jsonout.h"

void jsonout_init(struct jsonout *j, struct buf *out)
{
	*j = (struct jsonout){.out = out};
}

static void before(struct jsonout *j)
{
	if (j->comma)
		buf_addc(j->out, ',');
}

/* A value at the top ends a text: the next one begins afresh. */
static void after(struct jsonout *j)
{
	j->comma = j->depth > 0;
}

void jsonout_open(struct jsonout *j, char bracket)
{
	before(j);
	buf_addc(j->out, bracket);
	j->depth++;
	j->comma = false;
}

void jsonout_close(struct jsonout *j, char bracket)
{
	buf_addc(j->out, bracket);
	j->depth--;
	after(j);
}

static void add_escaped(struct buf *out, unsigned char c)
{
	static const char shorts[] = "\b\f\n\r\t\"\\", letters[] = "bfnrt\"\\";
	const char *found = c ? strchr(shorts, c) : NULL;

	if (found) {
		char pair[2] = {'\\', letters[found - shorts]};

		buf_add(out, pair, 2);
	} else {
		buf_addf(out, "\\u%04x", c);
	}
}

void jsonout_escape(struct buf *out, struct span text)
{
	size_t plain = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (likely(c >= 0x20 && c != '"' && c != '\\'))
			continue;
		buf_add(out, text.p + plain, i - plain);
		add_escaped(out, c);
		plain = i + 1;
	}
	if (plain < text.n)
		buf_add(out, text.p + plain, text.n - plain);
}

static void add_string(struct buf *out, struct span text)
{
	buf_addc(out, '"');
	jsonout_escape(out, text);
	buf_addc(out, '"');
}

void jsonout_key(struct jsonout *j, const char *key)
{
	before(j);
	add_string(j->out, span_of(key));
	buf_addc(j->out, ':');
	j->comma = false;
}

void jsonout_span(struct jsonout *j, struct span text)
{
	before(j);
	add_string(j->out, text);
	after(j);
}

void jsonout_raw(struct jsonout *j, struct span json)
{
	before(j);
	buf_add_span(j->out, json);
	after(j);
}

void jsonout_text(struct jsonout *j, const char *text)
{
	if (text)
		jsonout_span(j, span_of(text));
	else
		jsonout_null(j);
}

void jsonout_int(struct jsonout *j, int64_t n)
{
	before(j);
	buf_addf(j->out, "%lld", (long long)n);
	after(j);
}

void jsonout_bool(struct jsonout *j, bool value)
{
	jsonout_raw(j, value ? SPAN_LITERAL("true") : SPAN_LITERAL("false"));
}

void jsonout_null(struct jsonout *j)
{
	jsonout_raw(j, SPAN_LITERAL("null"));
}

void jsonout_pair(struct jsonout *j, const char *key, const char *text)
{
	jsonout_key(j, key);
	jsonout_text(j, text);
}

void jsonout_pair_span(struct jsonout *j, const char *key, struct span text)
{
	jsonout_key(j, key);
	jsonout_span(j, text);
}

void jsonout_pair_int(struct jsonout *j, const char *key, int64_t n)
{
	jsonout_key(j, key);
	jsonout_int(j, n);
}

void jsonout_pair_bool(struct jsonout *j, const char *key, bool value)
{
	jsonout_key(j, key);
	jsonout_bool(j, value);
}

void jsonout_pair_raw(struct jsonout *j, const char *key, struct span json)
{
	jsonout_key(j, key);
	jsonout_raw(j, json);
}
