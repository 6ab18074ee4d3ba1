/*
 * Open addressing: the slots hold positions in the array of entries, plus one,
 * so that entries stay in the order of their insertion.
 */
#include "base/base.h"
#include "base/map.h"

static uint64_t mix(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t map_hash(struct span key)
{
	const uint64_t k0 = 0x9e3779b97f4a7c15u, k1 = 0xe7037ed1a0b428dbu;
	uint64_t h = k0 ^ key.n, word;
	const char *p = key.p;
	size_t n = key.n;

	for (; n >= sizeof(word); n -= sizeof(word), p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		h = mix(h ^ word, k1);
	}
	if (n) {
		word = 0;
		memcpy(&word, p, n);
		h = mix(h ^ word, k1);
	}
	return mix(h, k0);
}

void map_init(struct map *m)
{
	*m = (struct map){0};
}

void map_clear(struct map *m)
{
	free(m->entries);
	free(m->slots);
	map_init(m);
}

/* The slot that holds KEY, or the free one where it belongs. */
static uint32_t *slot_of(const struct map *m, struct span key, uint64_t hash)
{
	size_t mask = m->slot_count - 1, i = hash & mask;

	for (;; i = (i + 1) & mask) {
		const struct map_entry *e;

		if (m->slots[i] == 0)
			return &m->slots[i];
		e = &m->entries[m->slots[i] - 1];
		if (e->hash == hash && span_equal(e->key, key))
			return &m->slots[i];
	}
}

static void grow(struct map *m)
{
	size_t mask;

	m->capacity = m->capacity ? m->capacity * 2 : 8;
	m->entries = xrealloc(m->entries, m->capacity * sizeof(*m->entries));
	free(m->slots);
	m->slot_count = m->capacity * 2;
	m->slots = xcalloc(m->slot_count, sizeof(*m->slots));
	mask = m->slot_count - 1;
	for (size_t k = 0; k < m->count; k++) {
		size_t i = m->entries[k].hash & mask;

		while (m->slots[i])
			i = (i + 1) & mask;
		m->slots[i] = (uint32_t)(k + 1);
	}
}

void **map_put(struct map *m, struct span key)
{
	uint64_t hash = map_hash(key);
	uint32_t *slot;

	if (m->count == m->capacity)
		grow(m);
	slot = slot_of(m, key, hash);
	if (*slot == 0) {
		m->entries[m->count] = (struct map_entry){.key = key, .hash = hash};
		*slot = (uint32_t)++m->count;
	}
	return &m->entries[*slot - 1].value;
}

static const struct map_entry *entry_of(const struct map *m, struct span key)
{
	uint32_t position;

	if (m->count == 0)
		return NULL;
	position = *slot_of(m, key, map_hash(key));
	return position ? &m->entries[position - 1] : NULL;
}

void *map_find(const struct map *m, struct span key)
{
	const struct map_entry *e = entry_of(m, key);

	return e ? e->value : NULL;
}

bool map_has(const struct map *m, struct span key)
{
	return entry_of(m, key) != NULL;
}
