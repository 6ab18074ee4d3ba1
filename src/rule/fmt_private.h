/*
 * Between the files of the formatter: a file as parts, each with the lines
 * that go where it goes.
 */
#ifndef KENPIN_FMT_PRIVATE_H
#define KENPIN_FMT_PRIVATE_H

#include "rule/fmt.h"

/* Whole lines of comments; an empty span is a blank line. */
struct fmt_lines {
	struct span *items;
	size_t count, capacity;
};

/* A pair of a map, or an item of a list (then without a key), in blocks. */
struct fmt_part {
	const struct yaml_node *key, *value;
	struct fmt_lines lead;            /* above it */
	struct span beside;               /* behind it, with the space before it */
	struct fmt_block *block;          /* the value, when it is no scalar and not in brackets */
	size_t rank;                      /* of the key in its table */
	const struct option_block *table; /* of what stands in the value */
	size_t column;                    /* in which its key or dash stood */
	size_t end;                       /* of a scalar, with the empty lines that it keeps */
};
struct fmt_block {
	bool list;
	struct fmt_part *parts;
	size_t count;
	struct fmt_lines tail; /* below the last part */
};
struct fmt_tree {
	struct arena *arena;
	const struct yaml_file *file;
	struct fmt_lines head; /* above everything */
	struct fmt_block *root;
};

/* What stands in KEY of a block of TABLE, or NULL; *RANK gets the key's place. */
const struct option_block *fmt_table_of(
	size_t *rank, const struct option_block *table, const struct yaml_node *map, struct span key);

/* fmt_read.c: the parts of a file, in canonical order. */
int fmt_read(struct fmt_tree *tree, const struct option_block *root, struct error *e) must_check;
/* fmt_value.c: VALUE of a part, behind its key or dash. INDENT: of its block; COLUMN: where the line is now. */
void fmt_value(struct buf *out, const struct fmt_tree *tree, const struct fmt_part *part, size_t indent, size_t column);
bool fmt_in_brackets(const struct yaml_file *file, const struct yaml_node *node);
/* fmt_same.c: whether both files hold the same; what differs is said in *E. */
int fmt_same(const struct yaml_file *before, const struct yaml_file *after, struct error *e) must_check;

#endif
