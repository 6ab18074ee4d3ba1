/*
 * Finds many literals in a text at once: windows of 4 bytes of each, the case
 * bit set, are hashed into a bitmap; where one is seen, the literal is compared
 * and its bit given out. Letters match in either case, so a bit means "perhaps". When all literals are longer than a
 * window only every 2nd or 4th place of the text is looked at, and as many windows of each literal are in the map.
 */
#ifndef KENPIN_PREFILTER_H
#define KENPIN_PREFILTER_H

#include "base/arena.h"

struct prefilter;
struct prefilter_item {
	struct span literal; /* at least LITERAL_LEAST bytes; copied */
	uint32_t bit;
};

struct prefilter *prefilter_make(struct arena *arena, const struct prefilter_item *items, size_t count);
/* Sets the bits of the literals in TEXT; true when there was one. */
bool prefilter_scan(const struct prefilter *f, struct span text, uint64_t *bits);

#endif
