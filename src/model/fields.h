/*
 * Which fields of a document anybody will ask for. Paths become slots, and
 * slots a tree that the puller walks beside the document, once.
 *
 * A path is keys joined by dots; `[]` after a key means every element of the
 * array there; a backslash makes the next dot, bracket or backslash plain.
 * `_id` and `_index` name the document itself. A key in a document that itself holds dots ("a.b": 1), as
 * Elasticsearch allows, is found by the path a\.b only.
 */
#ifndef KENPIN_FIELDS_H
#define KENPIN_FIELDS_H

#include "base/arena.h"
#include "base/error.h"

struct field_node {
	struct span key;             /* of this node, unescaped */
	struct field_node *child;    /* first key below, when this is a map */
	struct field_node *elements; /* what every element of an array here is matched with; NULL without [] */
	struct field_node *sibling;
	int slot;       /* -1 when only something below is asked for */
	uint32_t order; /* position among its siblings */

	bool repeated; /* it, or something below it, is reached through [] */

	/* For finding children by their key: fieldkey.h. */
	uint64_t head, tail;         /* of the key */
	struct field_node *chain;    /* next sibling in the same bucket of the parent */
	struct field_node **buckets; /* of its children; NULL without any */
	uint32_t bucket_mask, child_count;
};

struct fields;

struct fields *fields_new(void) must_check returns_nonnull;
void fields_free(struct fields *f);
/* The slot of PATH, made when it is new; -1 with a message (no place) when the path is not well formed. */
int fields_add(struct fields *f, const char *path, struct error *e) must_check;
int fields_count(const struct fields *f);
const char *fields_path(const struct fields *f, int slot);
bool fields_each_element(const struct fields *f, int slot); /* the path holds [] */
const struct field_node *fields_root(const struct fields *f);
int fields_slot_id(const struct fields *f); /* slot of _id, or -1 when nobody asked */
int fields_slot_index(const struct fields *f);
/* The path as Elasticsearch wants it in _source includes: without [] and backslashes. In ARENA. NULL for _id and
 * _index, which are no part of the source. */
const char *fields_source_path(const struct fields *f, int slot, struct arena *arena);

#endif
