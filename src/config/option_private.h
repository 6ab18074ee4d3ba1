/*
 * Between the files of the table-driven reader.
 */
#ifndef KENPIN_OPTION_PRIVATE_H
#define KENPIN_OPTION_PRIVATE_H

#include "config/option.h"

/* One reading: the outermost block, from which the place of a key that stands in the wrong block is looked for. */
struct option_walk {
	struct option_reader *reader;
	const struct option_block *root;
};

/* Reads a scalar NODE into FIELD as O says; the field keeps what it holds when that is not possible. */
void option_read_scalar(struct option_reader *r, const struct option *o, void *field, const struct yaml_node *node);

/* The row of NAME, or NULL. */
const struct option *option_find(const struct option_block *block, struct span name);

/* Reports the key of PAIR, which BLOCK does not know. */
void option_unknown_key(struct option_walk *walk, const struct option_block *block, const struct yaml_pair *pair);

/* Calls VISIT once for every block that can stand in ROOT, ROOT first. */
typedef void option_visit(void *arg, const struct option_block *block);
void option_each_block(const struct option_block *root, option_visit *visit, void *arg);

/* "30s", "12m" and so on, as a file would say it. */
const char *option_duration_text(struct arena *arena, int64_t ms);
const char *option_bytes_text(struct arena *arena, int64_t bytes);
/* A value of O's type in words: "a duration", "one of a, b". In ARENA. */
const char *option_type_text(struct arena *arena, const struct option *o);
/* Joined by commas. */
const char *option_list_text(struct arena *arena, const char *const *items);

#endif
