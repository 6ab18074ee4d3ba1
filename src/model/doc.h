/*
 * A document on its way through the scan: who it is and the values of the
 * fields that were asked for. All spans point into the page that it came with and die with it.
 */
#ifndef KENPIN_DOC_H
#define KENPIN_DOC_H

#include "base/jsonscan.h"
#include "model/fields.h"
#include "model/value.h"

struct doc_slot {
	uint32_t first; /* doc.values index + 1 of the first value; 0: no value */
	uint32_t last;
};

struct doc {
	struct span index, id;                 /* decoded text; n 0 when the source has none */
	int64_t seq_no, primary_term, version; /* -1 when not given */
	struct span source;                    /* the document as JSON */
	int64_t line;                          /* in the file that it came from, from 1; 0 for a server */

	const struct fields *fields;
	struct doc_slot *slots; /* one a field */
	struct value *values;
	uint32_t value_count, value_capacity;
};

/* FIELDS must have all its paths by then, and outlive D. */
void doc_init(struct doc *d, const struct fields *fields);
void doc_clear(struct doc *d);

/* Reads the JSON object that SCAN stands at, checks it whole and fills the slots
 * (forgetting what they held): d->source gets its span. What a field means:
 *   a value there            its kind
 *   key missing              no value (slot.first 0); below an array element: one VALUE_ABSENT with that element's
 * number a[].b, a is []           no value a[].b, a missing or null one VALUE_ABSENT / VALUE_NULL a[].b, a no array one
 * value: what stands there a.b, a null              one VALUE_NULL; a is no map: one value, what stands there a.b, a is
 * an array       one VALUE_LIST (no implicit loop: say a[].b) A wanted key that stands twice in one object, a depth or
 * a number of values over its limit, and broken JSON are failures: -1, and scan->why says what. 0 otherwise. */
int doc_pull(struct doc *d, struct jsonscan *scan) must_check;

/* Who the document is: d->index and d->id, and the values of _index and _id for those who asked for them. Call it once
 * a document (with SPAN_NONE when the source has no identity), before doc_pull or after it: neither undoes the other.
 * The spans are kept, not copied. */
void doc_set_identity(struct doc *d, struct span index, struct span id);

/* The first value of SLOT, or NULL when the field is absent. */
static inline const struct value *doc_first(const struct doc *d, int slot)
{
	return d->slots[slot].first ? &d->values[d->slots[slot].first - 1] : NULL;
}
static inline const struct value *doc_next(const struct doc *d, const struct value *v)
{
	return v->next ? &d->values[v->next - 1] : NULL;
}

#endif
