/*
 * How many, by name: the counts of a manifest.
 */
#ifndef KENPIN_TALLY_H
#define KENPIN_TALLY_H

#include "base/arena.h"
#include "base/jsonout.h"
#include "base/map.h"

struct tally {
	struct arena arena;
	struct map counts; /* int64_t * by name */
};

void tally_init(struct tally *t);
void tally_clear(struct tally *t);
/* The count of NAME (copied), 0 when it is new. */
int64_t *tally_of(struct tally *t, struct span name) returns_nonnull;
int64_t tally_get(const struct tally *t, struct span name);
/* {"name":count,...}, names sorted by bytes. */
void tally_write(const struct tally *t, struct jsonout *out);

#endif
