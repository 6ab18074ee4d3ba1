/*
 * Rules over two sides, private to this room: what is compiled, the rows that
 * are kept of documents (pair_add.c), what two values have to do with one another (pair_value.c) and
 * the merge join of the rows (pair_join.c, which knows no message).
 *
 * A row begins with its scope and its key, both with their lengths before them, so that all rows of one key stand
 * together once they are sorted, those of the left side first; then comes who the document is, so that one that came
 * twice stands beside itself.
 */
#ifndef KENPIN_PAIR_H
#define KENPIN_PAIR_H

#include "base/limits.h"
#include "rule/set.h"

enum pair_as { PAIR_DECIMAL, PAIR_INSTANT, PAIR_TEXT, PAIR_LIST, PAIR_SET };
extern const char *const pair_as_names[], *const pair_side_names[];

struct pair_side {
	const struct query *query;
	const struct rule_group *group;
	const int *key_slots;
	const char *version, *changed; /* paths, or NULL */
	int version_slot, changed_slot;
	const int *slots; /* of what is compared */
	int zone;         /* minutes, or CLOCK_NO_ZONE */
};

struct pair_compare {
	const char *fields[2]; /* left, right */
	enum pair_as as;
	struct span tolerance; /* of decimals; n 0: none */
	int64_t tolerance_ms;  /* of instants */
	bool absent_is_null;
};

struct pair_spec {
	struct pair_side sides[2];
	const char *const *key; /* what the parts are called: the left side's paths */
	size_t key_count;
	const struct pair_compare *compares;
	size_t compare_count;
	int severities[PAIR_CLASS_COUNT]; /* enum severity; PAIR_NO_FINDING: the class is none */
	int64_t grace, recheck_after, stop_after;
	bool by_shop; /* both queries have one partition a shop: sides meet within it */
	const char *message;
};
#define PAIR_NO_FINDING (-1)
#define PAIR_LONG_KEY "key_sha256" /* name of what stands for a key over LIMIT_KEY_BYTES */

/* ---- values (pair_value.c) ---- */

struct pair_value {
	enum { PAIR_ABSENT, PAIR_NULL, PAIR_HELD, PAIR_MISFIT } state;
	struct span json; /* as it stands in the document; n 0 when absent */
};
/* What stands at SLOT of the document in hand; lives as long as that. */
void pair_take(struct pair_value *out, struct eval *e, int slot, enum pair_as as, int zone);
/* Both are no misfits. */
bool pair_same(const struct pair_compare *c, const struct pair_value *left, const struct pair_value *right,
	const struct pair_spec *spec, struct arena *arena) must_check;
/* -1, 0 or 1 when LEFT is an older version than RIGHT, the same, or a newer one; PAIR_UNKNOWN when that cannot be said.
 */
int pair_order(const struct pair_value *left, const struct pair_value *right, const struct pair_spec *spec,
	struct arena *arena) must_check;
#define PAIR_UNKNOWN 2
/* A part of a key, which stands at SLOT, in one form: 1, 1.0 and 1e0 are one number. */
struct span pair_key_part(struct eval *e, int slot, const struct value *v);

/* ---- rows (pair_row.c) ---- */

enum pair_row_kind { PAIR_KEYED, PAIR_KEY_NULL, PAIR_KEY_BAD };

struct pair_row {
	struct span scope, key; /* key: JSON object */
	enum pair_row_kind kind;
	int side;
	struct span document; /* tells those without an id from one another */
	struct span index, id, shop;
	int64_t seq_no, primary_term, es_version;
	int64_t line;    /* of a file; 0: not known */
	int64_t changed; /* ms; PAIR_NEVER: not known */
	bool allowed;
	struct pair_value version;
	struct pair_value values[LIMIT_SET_FIELDS];
};
#define PAIR_NEVER INT64_MIN

void pair_row_write(struct buf *out, const struct pair_row *row, size_t values);
/* Spans point into RECORD. */
void pair_row_read(struct pair_row *row, struct span record, size_t values);

/* ---- documents (pair_add.c) ---- */

/* The document in hand is one of SIDE of RULE. */
void pair_add_document(struct eval *e, const struct rule *rule, int side);

/* ---- one key ---- */

/* What the sides have under one key. */
struct pair_match {
	struct pair_row rows[2]; /* the first document of each side */
	int64_t count[2];
	struct buf named[2]; /* documents of a side, the first of them */
	bool differs[LIMIT_SET_FIELDS];
	struct arena arena;
};

/* The correction of D, and what undoes it; none where nobody said which side is right (pair_propose.c). */
void pair_propose(
	struct draft *d, struct sets *s, const struct rule *rule, const struct pair_match *m, enum pair_class klass);
/* A finding of CLASS out of M; in s->page (pair_draft.c). */
void pair_draft(struct pair_candidate *out, struct sets *s, const struct rule *rule, const struct pair_match *m,
	enum pair_class klass);

#endif
