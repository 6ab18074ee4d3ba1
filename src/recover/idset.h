/*
 * A set of 16-byte ids, for "has this one been here before". Ids are digests,
 * so their own bytes are the hash.
 */
#ifndef KENPIN_IDSET_H
#define KENPIN_IDSET_H

#include "base/span.h"

#define IDSET_BYTES 16

struct idset {
	unsigned char (*slots)[IDSET_BYTES]; /* all zero: free */
	size_t count, capacity;
	bool has_zero; /* the id that is all zeros */
};

void idset_init(struct idset *s);
void idset_clear(struct idset *s);
/* False when it stands there already. */
bool idset_add(struct idset *s, const unsigned char id[IDSET_BYTES]);
bool idset_has(const struct idset *s, const unsigned char id[IDSET_BYTES]);

#endif
