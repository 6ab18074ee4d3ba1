/* A set of 16-byte ids: open addressing, at most half full. */
#include "base/base.h"
#include "recover/idset.h"

#define FIRST_CAPACITY 256 /* a power of two, as every capacity */

static const unsigned char zero[IDSET_BYTES];

void idset_init(struct idset *s)
{
	*s = (struct idset){.count = 0};
}

void idset_clear(struct idset *s)
{
	free(s->slots);
	idset_init(s);
}

/* The slot that holds ID, or the free one where it belongs. */
static size_t slot_of(const struct idset *s, const unsigned char id[IDSET_BYTES])
{
	uint64_t at;

	memcpy(&at, id, sizeof(at));
	while (memcmp(s->slots[at & (s->capacity - 1)], id, IDSET_BYTES) != 0 &&
		memcmp(s->slots[at & (s->capacity - 1)], zero, IDSET_BYTES) != 0)
		at++;
	return at & (s->capacity - 1);
}

static void grow(struct idset *s)
{
	struct idset old = *s;

	s->capacity = old.capacity ? old.capacity * 2 : FIRST_CAPACITY;
	s->slots = xcalloc(s->capacity, sizeof(*s->slots));
	for (size_t i = 0; i < old.capacity; i++) {
		if (memcmp(old.slots[i], zero, IDSET_BYTES) != 0)
			memcpy(s->slots[slot_of(s, old.slots[i])], old.slots[i], IDSET_BYTES);
	}
	free(old.slots);
}

bool idset_has(const struct idset *s, const unsigned char id[IDSET_BYTES])
{
	if (memcmp(id, zero, IDSET_BYTES) == 0)
		return s->has_zero;
	return s->capacity && memcmp(s->slots[slot_of(s, id)], id, IDSET_BYTES) == 0;
}

bool idset_add(struct idset *s, const unsigned char id[IDSET_BYTES])
{
	if (idset_has(s, id))
		return false;
	if (memcmp(id, zero, IDSET_BYTES) == 0) {
		s->has_zero = true;
		return true;
	}
	if (s->count * 2 >= s->capacity)
		grow(s);
	memcpy(s->slots[slot_of(s, id)], id, IDSET_BYTES);
	s->count++;
	return true;
}
