/*
 * Rules over all documents of a query, private to this room: what is compiled,
 * the rows that are kept of documents, and the two halves of the work: rows are
 * added while documents pass (set_add.c) and compared at the end (set_finish.c).
 *
 * A row begins with the digest of its key, so that all of one key stand together once they are sorted; then comes
 * which side it is of, targets first; then who the document is, so that a document that came twice stands beside
 * itself.
 */
#ifndef KENPIN_SET_H
#define KENPIN_SET_H

#include "base/limits.h"
#include "base/sorter.h"
#include "ext/sha.h"
#include "rule/eval.h"

struct sets;

struct set_compare {
	const char *field, *other;
	int slot, other_slot;
	enum compare_op op;
	enum compare_as as;
};

struct set_spec {
	bool unique;                      /* or it refers to another query */
	const char *message;              /* of the rule's author, or NULL */
	const char *field;                /* of the key, for findings: "a, b" */
	const struct rule_check *entries; /* one a field of the key: what findings of class type are about */
	size_t count;
	const struct query *target; /* NULL: unique */
	const struct rule_group *target_group;
	const int *target_slots; /* by field of the key */
	int target_zone;
	bool missing_is_finding;
	const struct set_compare *compares;
	size_t compare_count;
};

/* ---- rows (set_row.c) ---- */

enum set_side { SIDE_TARGET, SIDE_OWN };

/* A value that is compared across a reference. */
struct set_value {
	enum { SET_NOTHING, SET_MISFIT, SET_VALUE } state;
	struct span text, shown; /* in the form that is compared; as JSON, cut */
};

struct set_row {
	struct fingerprint digest; /* of the key */
	enum set_side side;
	struct span document; /* the same for one document only */
	struct span index, id, shop, entity, entity_of_one;
	struct span key; /* as JSON, at most LIMIT_VALUE_BYTES */
	bool key_cut, allowed;
	int64_t seq_no, primary_term, version;
	struct set_value values[LIMIT_SET_FIELDS]; /* of compares */
	struct span observed;                      /* of a rule with recover: what a correction is tied to */
};

void set_row_write(struct buf *out, const struct set_row *row, size_t values);
/* Spans point into RECORD. */
void set_row_read(struct set_row *row, struct span record, size_t values);

/* ---- corrections (set_propose.c) ---- */

/* What stands in the document in hand, whose key has VALUES; in the page's scratch. */
struct span set_observe(struct eval *e, const struct rule_plan *plan, const struct value *const *values);
/* Fills action and undo of DRAFT, a finding about ROW; COMPARE: the comparison that does not hold, NULL: the key. NULL,
 * or why nothing is proposed. */
const char *set_propose(struct sets *s, const struct rule *rule, const struct set_row *row,
	const struct set_compare *compare, struct draft *draft);

/* ---- one run ---- */

struct set_state {
	struct sorter *sorter; /* NULL: no row yet */
	char *why;             /* what it could not look at; NULL: nothing */
};
struct sets {
	const struct rule_set *rules;
	struct set_state *states; /* by number of the rule */
	size_t memory;            /* of one sorter */
	struct sha *sha;
	struct buf row, work;
	struct arena page;
	int64_t now;     /* of the documents */
	uint64_t serial; /* of rows: tells documents without an id from one another */
};

/* The document passes by RULE of its own query. */
int set_add_document(struct eval *e, size_t plan, struct error *error) must_check;
/* The document is one that RULE of another query may look up. */
void set_add_target(struct eval *e, const struct rule *rule);

/* The row in s->row is one of RULE's; what cannot be kept is the rule's error. */
void set_keep_row(struct sets *s, const struct rule *rule);
/* What DOC is known by: one document is one, however often it came. */
struct span set_document_of(struct sets *s, struct eval *e);
/* What was composed in s->work, in one line of the right length, behind AUTHORED unless that is NULL; in s->page. */
struct span set_message(struct sets *s, const char *authored);

/* The kinds, for the words about wrong types. */
extern const struct check_ops set_unique, set_references;

#endif
