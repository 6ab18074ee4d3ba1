/*
 * The puller: one walk over a document beside the tree of wanted fields. What
 * nobody asked for is checked by the scanner and passed over. It must not know
 * where the document came from.
 */
#include "base/base.h"
#include "model/doc.h"

#include "base/limits.h"
#include "model/fieldkey.h"

static const char *const why_twice = "a key that a rule reads stands twice in one object";
static const char *const why_values = "the fields that rules read hold more values than LIMIT_VALUES";

/* What the walk hands down: where it is inside arrays. */
struct place {
	uint32_t element; /* number of the innermost array element */
	bool in_array;
};

void doc_init(struct doc *d, const struct fields *fields)
{
	*d = (struct doc){.fields = fields, .seq_no = -1, .primary_term = -1, .version = -1};
	d->slots = xcalloc((size_t)fields_count(fields) + 1, sizeof(*d->slots));
}

void doc_clear(struct doc *d)
{
	free(d->slots);
	free(d->values);
	*d = (struct doc){.fields = NULL};
}

static void grow_values(struct doc *d)
{
	d->value_capacity = d->value_capacity ? d->value_capacity * 2 : 64;
	d->values = xrealloc(d->values, d->value_capacity * sizeof(*d->values));
}

/* Adds a value at the end of its field's list. */
static inline struct value *put_value(struct doc *d, int slot)
{
	struct doc_slot *s = &d->slots[slot];
	uint32_t at = ++d->value_count;

	if (unlikely(at > d->value_capacity))
		grow_values(d);
	if (s->first)
		d->values[s->last - 1].next = at;
	else
		s->first = at;
	s->last = at;
	return &d->values[at - 1];
}

static inline bool add_value(struct doc *d, struct jsonscan *scan, int slot, struct value v)
{
	if (unlikely(d->value_count >= LIMIT_VALUES)) {
		scan->why = why_values;
		return false;
	}
	*put_value(d, slot) = v;
	return true;
}

static void put_identity(struct doc *d, int slot, struct span text)
{
	struct value v = {.kind = VALUE_TEXT, .raw = text};

	if (slot < 0)
		return;
	if (d->slots[slot].first && text.n)
		d->values[d->slots[slot].first - 1] = v;
	else if (text.n)
		*put_value(d, slot) = v;
	else
		d->slots[slot] = (struct doc_slot){0};
}

void doc_set_identity(struct doc *d, struct span index, struct span id)
{
	d->index = index;
	d->id = id;
	put_identity(d, fields_slot_index(d->fields), index);
	put_identity(d, fields_slot_id(d->fields), id);
}

static bool add_below(struct doc *d, struct jsonscan *scan, const struct field_node *node, struct value v);

/* V for NODE and all below it: of a value that is not what their paths ask for. */
static bool add_all(struct doc *d, struct jsonscan *scan, const struct field_node *node, struct value v)
{
	if (node->slot >= 0 && !add_value(d, scan, node->slot, v))
		return false;
	return add_below(d, scan, node, v);
}

static bool add_below(struct doc *d, struct jsonscan *scan, const struct field_node *node, struct value v)
{
	for (const struct field_node *c = node->child; c; c = c->sibling) {
		if (!add_all(d, scan, c, v))
			return false;
	}
	return !node->elements || add_all(d, scan, node->elements, v);
}

/* For the fields of a key that is missing. Outside of arrays a field without [] simply has no value. */
static bool add_absent(struct doc *d, struct jsonscan *scan, const struct field_node *node, struct place at)
{
	struct value absent = {.kind = VALUE_ABSENT, .element = at.element};

	if (at.in_array)
		return add_all(d, scan, node, absent);
	if (!node->repeated)
		return true;
	for (const struct field_node *c = node->child; c; c = c->sibling) {
		if (!add_absent(d, scan, c, at))
			return false;
	}
	return !node->elements || add_all(d, scan, node->elements, absent);
}

static bool pull_value(struct doc *d, struct jsonscan *scan, const struct field_node *node, struct place at);

/* Escaped keys are rare: every child is looked at. */
static const struct field_node *find_escaped(const struct field_node *parent, struct span key)
{
	const struct field_node *c = parent->child;

	while (c && !jsonscan_raw_is(key, true, c->key))
		c = c->sibling;
	return c;
}

/* A bit for each child of a node, by its order. */
struct seen {
	uint64_t bits[LIMIT_FIELDS / 64];
	uint32_t count;
};

static inline void seen_init(struct seen *s, const struct field_node *node)
{
	memset(s->bits, 0, ((size_t)node->child_count + 63) / 64 * sizeof(s->bits[0]));
	s->count = 0;
}

static inline bool seen_has(const struct seen *s, const struct field_node *child)
{
	return s->bits[child->order / 64] >> (child->order % 64) & 1;
}

static inline void seen_add(struct seen *s, const struct field_node *child)
{
	s->bits[child->order / 64] |= UINT64_C(1) << (child->order % 64);
	s->count++;
}

static bool add_missing(
	struct doc *d, struct jsonscan *scan, const struct field_node *node, const struct seen *seen, struct place at)
{
	if (seen->count == node->child_count || !(at.in_array || node->repeated))
		return true;
	for (const struct field_node *c = node->child; c; c = c->sibling) {
		if (!seen_has(seen, c) && !add_absent(d, scan, c, at))
			return false;
	}
	return true;
}

/* NODE has children; the scanner stands at an object. */
static bool pull_object(struct doc *d, struct jsonscan *scan, const struct field_node *node, struct place at)
{
	struct seen seen;
	struct span key, raw;
	bool first = true, escaped;

	seen_init(&seen, node);
	if (!jsonscan_enter(scan, JSON_OBJECT))
		return false;
	while (jsonscan_key(scan, &first, &key, &escaped)) {
		const struct field_node *child = unlikely(escaped) ? find_escaped(node, key) : fieldkey_find(node, key);

		if (!child) {
			if (jsonscan_value(scan, &raw, &escaped) == JSON_BAD)
				return false;
			continue;
		}
		if (unlikely(seen_has(&seen, child))) {
			scan->p = key.p;
			scan->why = why_twice;
			return false;
		}
		seen_add(&seen, child);
		if (!pull_value(d, scan, child, at))
			return false;
	}
	return !scan->why && add_missing(d, scan, node, &seen, at);
}

static bool pull_array(struct doc *d, struct jsonscan *scan, const struct field_node *elements)
{
	struct place at = {.in_array = true};
	bool first = true;

	if (!jsonscan_enter(scan, JSON_ARRAY))
		return false;
	for (; jsonscan_element(scan, &first); at.element++) {
		if (!pull_value(d, scan, elements, at))
			return false;
	}
	return !scan->why;
}

static inline struct value value_of(enum json_kind kind, struct span raw, bool escaped, struct place at)
{
	static const uint8_t kinds[] = {[JSON_NULL] = VALUE_NULL,
		[JSON_FALSE] = VALUE_BOOL,
		[JSON_TRUE] = VALUE_BOOL,
		[JSON_NUMBER] = VALUE_NUMBER,
		[JSON_STRING] = VALUE_TEXT,
		[JSON_ARRAY] = VALUE_LIST,
		[JSON_OBJECT] = VALUE_MAP};

	return (struct value){(enum value_kind)kinds[kind], escaped, at.element, 0, raw};
}

/* The value is an object or array that something below NODE is matched with. What asks for the other
 * of the two, and NODE's own slot, get it as it stands. */
static bool pull_into(
	struct doc *d, struct jsonscan *scan, const struct field_node *node, enum json_kind kind, struct place at)
{
	const char *begin = scan->p;
	const struct field_node *other = NULL;
	struct value v;

	if (kind == JSON_OBJECT ? !pull_object(d, scan, node, at) : !pull_array(d, scan, node->elements))
		return false;
	v = value_of(kind, (struct span){begin, (size_t)(scan->p - begin)}, false, at);
	if (node->slot >= 0 && !add_value(d, scan, node->slot, v))
		return false;
	if (kind == JSON_OBJECT)
		return !node->elements || add_all(d, scan, node->elements, v);
	for (other = node->child; other; other = other->sibling) {
		if (!add_all(d, scan, other, v))
			return false;
	}
	return true;
}

static bool pull_value(struct doc *d, struct jsonscan *scan, const struct field_node *node, struct place at)
{
	struct span raw;
	struct value v;
	enum json_kind kind;
	bool escaped;

	if (node->child || node->elements) {
		kind = jsonscan_peek(scan);
		if ((kind == JSON_OBJECT && node->child) || (kind == JSON_ARRAY && node->elements))
			return pull_into(d, scan, node, kind, at);
	}
	kind = jsonscan_value(scan, &raw, &escaped);
	if (unlikely(kind == JSON_BAD))
		return false;
	v = value_of(kind, raw, escaped, at);
	if (likely(!node->child && !node->elements))
		return add_value(d, scan, node->slot, v);
	return add_all(d, scan, node, v);
}

/* Nobody asked for anything: the document is only checked. */
static bool pass_over(struct jsonscan *scan)
{
	struct span raw;
	bool escaped;

	return jsonscan_value(scan, &raw, &escaped) != JSON_BAD;
}

int doc_pull(struct doc *d, struct jsonscan *scan)
{
	const struct field_node *root = fields_root(d->fields);
	const char *begin;
	bool pulled;

	d->value_count = 0;
	memset(d->slots, 0, (size_t)fields_count(d->fields) * sizeof(*d->slots));
	doc_set_identity(d, d->index, d->id);
	if (jsonscan_peek(scan) == JSON_BAD)
		return -1;
	begin = scan->p;
	if (*begin == '{' && !root->child)
		pulled = pass_over(scan);
	else
		pulled = pull_object(d, scan, root, (struct place){.in_array = false});
	if (!pulled)
		return -1;
	d->source = (struct span){begin, (size_t)(scan->p - begin)};
	return 0;
}
