/*
 * A hash map from text to a pointer. Keys are borrowed: they must live as long
 * as the map. Order of iteration is the order of insertion.
 */
#ifndef KENPIN_MAP_H
#define KENPIN_MAP_H

#include "base/span.h"

struct map_entry {
	struct span key;
	void *value;
	uint64_t hash;
};
struct map {
	struct map_entry *entries; /* count of them, in order of insertion */
	uint32_t *slots;
	size_t count, capacity, slot_count;
};

void map_init(struct map *m);
void map_clear(struct map *m);
/* The value slot of KEY, made (with NULL in it) when it is new. Valid until the next map_put. */
void **map_put(struct map *m, struct span key) returns_nonnull;
void *map_find(const struct map *m, struct span key); /* NULL when absent */
bool map_has(const struct map *m, struct span key);

uint64_t map_hash(struct span key);

#endif
