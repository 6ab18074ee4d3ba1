/*
 * Rules over windows of time, private to this room: what is compiled, the rows
 * that are kept of documents, and the judgement of one group at a time.
 *
 * Windows end at multiples of the rule's step, counted from 1970 in UTC: neither
 * a change of the clock nor the moment of a run moves them. Every run reads what the
 * windows that it judges need and counts anew, so that a document that came late,
 * or is read again, is counted once. What cannot be read again (who was ever there,
 * what stood there last) comes from the store as rows of its own.
 *
 * A row begins with the digest of its group, so that all of one group stand
 * together once they are sorted: what is known first, then documents by time.
 */
#ifndef KENPIN_WINDOW_H
#define KENPIN_WINDOW_H

#include "base/limits.h"
#include "base/map.h"
#include "base/sorter.h"
#include "model/amount.h"
#include "ext/sha.h"
#include "rule/eval.h"

enum window_kind {
	WINDOW_FREQUENCY,
	WINDOW_FLATLINE,
	WINDOW_SPIKE,
	WINDOW_CARDINALITY,
	WINDOW_PERCENTAGE,
	WINDOW_METRIC,
	WINDOW_NEW_TERM,
	WINDOW_CHANGE
};
extern const char *const window_kind_names[];
enum window_direction { DIRECTION_UP, DIRECTION_DOWN, DIRECTION_BOTH };
extern const char *const window_direction_names[];
enum window_metric { METRIC_MIN, METRIC_MAX, METRIC_AVG, METRIC_SUM, METRIC_COUNT };
extern const char *const window_metric_names[];

/* `window:` as the option tables read it. */
struct window_entry {
	const struct yaml_node *node;
	int kind, direction, metric;
	int64_t length, step, events, min_current, min_reference, forget, within;
	struct texts group_by, fields;
	const char *message, *field, *min, *max, *height;
	struct yaml_node *match;
	bool ignore_null;
};

struct window_spec {
	enum window_kind kind;
	int64_t length, step; /* ms; step 0: no windows, the time itself (new_term, change) */
	int64_t steps;        /* of one window */
	const char *message;  /* of the rule's author, or NULL */
	const char *field;    /* for findings: what was measured, or the group: "a, b", or "" */
	const struct rule_check *groups, *values;
	size_t group_count, value_count;
	int shop; /* which of the groups is the query's shop; -1: none */
	const struct rule_when *match;
	struct span min, max, height; /* decimals; n 0: none */
	enum window_direction direction;
	enum window_metric metric;
	int64_t events, min_current, min_reference, forget, within;
	bool ignore_null;
	bool numbers;   /* documents carry one */
	bool remembers; /* what is known of groups is kept between runs */
};

/* ---- rows (window_row.c) ---- */

enum window_side { SIDE_KNOWN, SIDE_DOCUMENT };

struct window_row {
	struct fingerprint digest; /* of the group */
	enum window_side side;
	int64_t time;            /* of the document, ms; of what is known: when the group was last there */
	struct span document;    /* the same for one document only */
	int64_t last;            /* of several documents, time of the last */
	int64_t count, matched;  /* documents that it stands for */
	struct span value;       /* a number, or JSON */
	struct span key, shop;   /* of the group: a JSON object; text */
	int64_t first, changed;  /* of what is known */
	struct span before;      /* value before the last change */
	struct span least, most; /* numbers, when it stands for several documents; n 0: value is all */
	int64_t numbers;         /* how many of the documents have one */
};
void window_row_write(struct buf *out, const struct window_row *row);
/* Spans point into RECORD. */
void window_row_read(struct window_row *row, struct span record);

/* ---- one partition ---- */

struct window_rows {
	struct sorter *sorter;    /* NULL: no row yet */
	char *why;                /* what it could not look at; NULL: nothing */
	int64_t earliest, latest; /* times of documents */
};
struct windows {
	const struct rule_group *group;
	struct window_rows *rows; /* by plan */
	size_t memory;            /* of one sorter */
	struct buf row, work, value;
	struct arena page;
	uint64_t serial; /* of rows: tells documents without an id from one another */
};

/* The document passes by rule PLAN. */
int window_add_document(struct eval *e, size_t plan, struct error *error) must_check;
/* The one group of a rule without groups; valid until w->work is used again. */
struct span window_key_of_all(struct windows *w);
/* KEY becomes the row's, by its digest in ARENA where it is too long. */
void window_name_row(struct window_row *row, struct span key, struct arena *arena);
void window_keep(struct windows *w, size_t plan, const struct window_row *row);

/* ---- the judgement of one group (window_cells.c, window_judge.c) ---- */

#define WINDOW_NUMBER_BYTES 64 /* of a number, or a sum of them; a longer one is an error of the rule */

/* What one step of a group holds. */
struct window_cell {
	int64_t step, count, matched, numbers, distinct;
	char sum[WINDOW_NUMBER_BYTES], least[WINDOW_NUMBER_BYTES], most[WINDOW_NUMBER_BYTES]; /* of the numbers */
};

/* What a window holds. */
struct window_totals {
	int64_t count, matched, numbers, distinct;
	char sum[WINDOW_NUMBER_BYTES];
	const char *least, *most;
	bool broken; /* a sum had no room */
};

/* What was found wrong in one window. */
struct window_verdict {
	bool settled; /* the group was there for so long that its absence means something */
	bool bad;
	bool under;       /* less than the bound, not more */
	int64_t from, to; /* ms: from <= t < to */
	int64_t count;    /* documents */
	double weight;    /* of two windows the one with more is told */
	char value[WINDOW_NUMBER_BYTES];
	char bound[WINDOW_NUMBER_BYTES]; /* or what the window before holds */
};

/* Judges one window by what is in it and, for a spike, in the one before it: fills all of V but settled, from and to.
 */
void window_judge(struct window_verdict *v, const struct window_spec *spec, const struct window_totals *now,
	const struct window_totals *before);

/* Cells of one group on their way past. */
struct window_walk {
	const struct window_spec *spec;
	int64_t first, last;   /* windows that end at these steps are judged; first INT64_MIN: all up to last */
	int64_t at;            /* windows up to it were judged */
	int64_t since, latest; /* when the group was there first and last, ms; INT64_MIN: never */
	struct window_cell *cells;
	size_t begin, count, capacity;
	struct window_verdict worst;
	struct map values; /* of a cardinality: value -> the step that it was last in */
	struct arena names;
	bool broken; /* the group cannot be held */
};
void window_walk_init(struct window_walk *w, const struct window_spec *spec);
void window_walk_clear(struct window_walk *w);
/* The next group. */
void window_walk_begin(struct window_walk *w, int64_t first, int64_t last);
/* A row of the group, in the order of time. False with *WHY when it cannot be held. */
bool window_walk_add(struct window_walk *w, const struct window_row *row, const char **why) must_check;
void window_walk_end(struct window_walk *w);

int64_t window_step(const struct window_spec *spec, int64_t time);
bool window_amount(char out[WINDOW_NUMBER_BYTES], const struct amount *a) must_check; /* false: no room */

/* ---- findings (window_tell.c) ---- */

/* What is told of the group in hand: a window, or (verdict NULL) a value. */
struct window_told {
	const struct window_verdict *verdict;
	struct span value, before; /* JSON: the new value; the one that it was */
	int64_t at;
};
struct window_finish;
/* Counts it when it is allowed. 0, or -1 when EMIT failed. */
int window_tell(struct window_finish *f, const struct window_told *told, struct error *e) must_check;

/* All rows of one rule, in order. */
struct window_finish {
	struct windows *w;
	size_t plan;
	const struct rule *rule;
	const struct window_spec *spec;
	const struct window_bounds *bounds;
	const struct window_memory *memory;
	struct window_result *result;
	eval_emit *emit;
	void *arg;
	struct sorter_cursor *cursor;
	struct window_row row;     /* the one in hand */
	struct buf previous;       /* document and value of the row before it */
	struct window_known group; /* the one in hand: who it is, and what is known of it */
	bool is_known;
	struct window_walk walk;
	int64_t first, last; /* ends of windows that are judged, in steps */
	int64_t known;       /* groups that are remembered */
};

#endif
