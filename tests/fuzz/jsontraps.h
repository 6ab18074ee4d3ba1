/*
 * Where json-c 0.16 in strict mode differs from RFC 8259, and how a text is
 * rid of what it stumbles over. It must not know how the two are compared.
 */
#ifndef KENPIN_JSONTRAPS_H
#define KENPIN_JSONTRAPS_H

#include "base/buf.h"
#include "base/jsonscan.h"

/* Those of the second group were not known before this test found them; the third
 * are limits of the scanner. */
enum trap {
	TRAP_UTF8,
	TRAP_CONTROL,
	TRAP_SURROGATE,
	TRAP_POINT,
	TRAP_NAN,
	TRAP_CLAMP,
	TRAP_MINUS_ZERO,
	TRAP_DUPLICATE,
	TRAP_KEY_CUT,

	TRAP_QUOTE,
	TRAP_ZEROES,
	TRAP_MINUS_POINT,
	TRAP_PAIR,

	TRAP_DEPTH,
	TRAP_LONG_NUMBER,

	TRAPS,
	NO_TRAP = TRAPS,
};

extern const char *const trap_names[TRAPS];

/* The trap that made json-c take what S refused. B, the text of S, is changed so
 * that it is no longer there. */
enum trap traps_mend(struct buf *b, const struct jsonscan *s);
/* Puts ? for every byte that is not UTF-8. */
void traps_mend_utf8(struct buf *b);
/* Takes one pair away that stands for a code whose last 16 bits look like half of a pair; false when
 * there is none. */
bool traps_mend_pair(struct buf *b);

#endif
