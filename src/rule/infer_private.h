/*
 * Between the files that infer a rule.
 */
#ifndef KENPIN_INFER_PRIVATE_H
#define KENPIN_INFER_PRIVATE_H

#include "base/map.h"
#include "rule/check.h"
#include "rule/infer.h"

#define INFER_ENUM_MOST 12     /* different values of what counts as an enumeration */
#define INFER_DISTINCT_MOST 32 /* different values that are told apart */
#define INFER_PARTS 24         /* parts of a shape */
#define INFER_FORMATS 12       /* rows of check_format_names */

/* The form of codes: parts of one kind of character each, S001-0001. */
struct infer_part {
	unsigned classes;  /* enum infer_class */
	struct span first; /* as in the first text */
	bool varies;
	size_t least, most; /* characters */
};
struct infer_shape {
	bool broken; /* the texts have no form in common */
	struct infer_part parts[INFER_PARTS];
	size_t count;
};

struct infer_field {
	const char *path;      /* as a rule writes it */
	struct span top;       /* its key at the top of the document, as written there */
	bool repeated;         /* reached through [] */
	size_t docs, last_doc; /* documents that have it; the number of the last one */
	size_t texts, numbers, integers, bools, others, empty;
	size_t formats[INFER_FORMATS];           /* texts that have this format */
	struct span values[INFER_DISTINCT_MOST]; /* different texts */
	size_t counts[INFER_DISTINCT_MOST];      /* how often each was seen */
	size_t value_count;                      /* INFER_DISTINCT_MOST: perhaps more */
	struct span least, greatest;             /* numbers */
	size_t most_chars;
	struct infer_shape runs, segments; /* by kinds of characters; by punctuation */
};

struct infer {
	struct arena arena;
	const char *const *wanted;
	struct map by_path;
	struct infer_field **fields; /* in the order in which they were seen */
	size_t field_count, field_capacity;
	size_t docs;
	struct span kept[64];
	size_t kept_count;
};

/* infer_shape.c */
void infer_shape_add(struct infer_field *f, struct span text, bool first);
/* The regex of what all texts have in common; false when it would say nothing. */
bool infer_shape_regex(struct buf *out, const struct infer_field *f);

bool infer_wanted(const struct infer *in, const char *path);
bool infer_required(const struct infer *in, const struct infer_field *f);
/* Whether the field gives a check at all. */
bool infer_useful(const struct infer_field *f);

#endif
