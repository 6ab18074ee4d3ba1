/*
 * What a regular expression needs: a set of literals, one of which stands in
 * every text that it matches. A small parser of a safe subset of PCRE;
 * whatever it does not understand has no literals, and is always run.
 */
#ifndef KENPIN_LITERAL_H
#define KENPIN_LITERAL_H

#include "base/arena.h"

#define LITERAL_COUNT 16 /* strings of one set */
#define LITERAL_BYTES 32 /* of one string */
#define LITERAL_LEAST 4  /* shorter ones are worth nothing to the prefilter */

struct literal_set {
	size_t count;
	struct span items[LITERAL_COUNT]; /* in the arena; letters may be of either case */
};

/* False when PATTERN has no useful set. With CASELESS it was compiled so. */
bool literal_extract(struct literal_set *out, struct span pattern, bool caseless, struct arena *arena) must_check;

#endif
