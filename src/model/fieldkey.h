/*
 * Finds the wanted field that a key of a document names, for the puller: keys
 * come by the million, most in one or two words of eight bytes. fields.c fills
 * what this looks at.
 */
#ifndef KENPIN_FIELDKEY_H
#define KENPIN_FIELDKEY_H

#include "model/fields.h"

/* The first and the last eight bytes of a key; together they are the whole of one of up to 16 bytes. Of a
 * shorter one than eight, HEAD ends in zeros and TAIL is 0. Eight bytes must be readable whatever its length. */
static inline void fieldkey_words(uint64_t *head, uint64_t *tail, struct span key)
{
	static const unsigned char masks[16] = {255, 255, 255, 255, 255, 255, 255, 255};
	uint64_t mask;

	memcpy(head, key.p, 8);
	*tail = 0;
	if (key.n >= 8) {
		memcpy(tail, key.p + key.n - 8, 8);
	} else {
		memcpy(&mask, masks + 8 - key.n, 8);
		*head &= mask;
	}
}

static inline uint32_t fieldkey_hash(uint64_t head, uint64_t tail, size_t n)
{
	uint64_t hash = (head ^ (tail << 31 | tail >> 33) ^ n) * UINT64_C(0x9e3779b97f4a7c15);

	return (uint32_t)(hash >> 32);
}

/* The child of PARENT, which has some, with this key, or NULL. KEY as above, without escapes. */
static inline const struct field_node *fieldkey_find(const struct field_node *parent, struct span key)
{
	const struct field_node *c;
	uint64_t head, tail;

	fieldkey_words(&head, &tail, key);
	for (c = parent->buckets[fieldkey_hash(head, tail, key.n) & parent->bucket_mask]; c; c = c->chain) {
		if (c->head == head && c->tail == tail && c->key.n == key.n &&
			(key.n <= 16 || memcmp(c->key.p + 8, key.p + 8, key.n - 16) == 0))
			break;
	}
	return c;
}

#endif
