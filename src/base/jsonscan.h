/*
 * A strict JSON reader that builds nothing: it walks over a text, checks
 * grammar (RFC 8259), depth and the size of numbers, and hands out spans into
 * the text. The text must be valid UTF-8 (utf8_invalid, once a page) and be
 * followed by LIMIT_JSON_PADDING zero bytes; buf gives both.
 *
 * After a failure `why` says what is wrong and `p` points at it; every
 * function then fails again. It must not know what a document is.
 */
#ifndef KENPIN_JSONSCAN_H
#define KENPIN_JSONSCAN_H

#include "base/arena.h"

struct jsonscan {
	const char *p, *end;
	const char *begin;
	const char *why; /* NULL while all is well */
	unsigned depth;
};

enum json_kind { JSON_BAD, JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

void jsonscan_init(struct jsonscan *s, struct span text);

/* What value comes next (white space is passed over); JSON_BAD on a failure. Consumes nothing else. */
enum json_kind jsonscan_peek(struct jsonscan *s);

/* Reads one whole value and checks it. RAW gets its text: a string without
 * its quotes, still escaped (*ESCAPED tells whether a backslash is in it), anything
 * else as written. Returns its kind or JSON_BAD. */
enum json_kind jsonscan_value(struct jsonscan *s, struct span *raw, bool *escaped);

/* Steps into an object or array: `{` or `[` is consumed. False on a failure. */
bool jsonscan_enter(struct jsonscan *s, enum json_kind kind) must_check;
/* The next key of the object that was entered, colon consumed; false at its end
 * (the `}` is consumed) or on a failure: tell them apart by `why`. *FIRST is true
 * before the first key and is kept by the function. The key is raw as above. */
bool jsonscan_key(struct jsonscan *s, bool *first, struct span *key, bool *escaped) must_check;
/* The same for the next element of an array. */
bool jsonscan_element(struct jsonscan *s, bool *first) must_check;

/* True when nothing but white space is left. */
bool jsonscan_end(struct jsonscan *s) must_check;

/* The text of a raw string with its escapes undone, in ARENA (terminated). Raw must come from
 * jsonscan_value, so it is well formed. */
struct span jsonscan_unescape(struct arena *arena, struct span raw);
/* Whether a raw string, unescaped, equals TEXT; allocates nothing. */
bool jsonscan_raw_is(struct span raw, bool escaped, struct span text);

/* Line and column (bytes, from 1) of where the scanner stands. */
void jsonscan_where(const struct jsonscan *s, int *line, int *column);

#endif
