/*
 * One value of a document, exactly as it was written: numbers stay text, so
 * nothing is rounded through a double.
 */
#ifndef KENPIN_VALUE_H
#define KENPIN_VALUE_H

#include "base/arena.h"

enum value_kind { VALUE_ABSENT, VALUE_NULL, VALUE_BOOL, VALUE_NUMBER, VALUE_TEXT, VALUE_LIST, VALUE_MAP };

struct value {
	enum value_kind kind;
	bool escaped;     /* a text with a backslash in `raw` */
	uint32_t element; /* number of the innermost array element that it came from, from 0 */
	uint32_t next;    /* doc.values index + 1 of the next value of the same field; 0 at the end */
	struct span raw;  /* in the page; a text without its quotes */
};

const char *value_kind_name(enum value_kind kind); /* "absent", "null", "bool", "number", "text", "list", "map" */

/* The text that checks look at: a text unescaped (in ARENA only when it was escaped), a number or bool as
 * written; SPAN_NONE for the others. */
struct span value_text(const struct value *v, struct arena *arena);
/* The value as JSON, as written in the document. */
struct span value_json(const struct value *v, struct arena *arena);

/* Exact comparison of two decimal numbers as JSON or YAML writes them (sign, digits, fraction, exponent), any length:
 * -1, 0 or 1. Both must satisfy decimal_valid. */
int decimal_compare(struct span a, struct span b);
bool decimal_valid(struct span text);      /* JSON's number grammar, a leading + and leading zeros allowed */
bool decimal_is_integer(struct span text); /* 12, 12.0 and 1.2e1 are */

/* An instant out of a value: RFC 3339 text, or a number of ms since the epoch (of seconds when it is
 * below 10^11). A stamp without a zone takes ZONE_MINUTES, or is refused with CLOCK_NO_ZONE. 0 or -1. */
int value_instant(int64_t *ms, const struct value *v, int zone_minutes, struct arena *arena) must_check;

#endif
