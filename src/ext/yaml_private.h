/*
 * Between the YAML reader's files: making nodes, places, and reporting faults.
 */
#ifndef KENPIN_YAML_PRIVATE_H
#define KENPIN_YAML_PRIVATE_H

#include "base/map.h"
#include "ext/yaml.h"

struct yaml_reader {
	struct arena *arena;
	struct yaml_file *file;
	yaml_report *report;
	void *arg;
	struct yaml_mark last; /* where yaml_here stood, so that it need not count from the beginning */
	bool foreign;          /* anchors, aliases, tags and merge keys are read */
};

/* A map under way. */
struct yaml_pairs {
	struct yaml_node *map;
	size_t capacity;
	struct map seen;         /* its keys, once there are too many to look through */
	struct yaml_node *merge; /* the value of `<<`, taken in at the end */
};

/* Always NULL, for `return yaml_fail(...)`. */
void *yaml_fail(struct yaml_reader *r, const char *code, struct yaml_mark at, struct yaml_mark end, const char *help,
	const char *format, ...) printf_like(6, 7);
struct yaml_node *yaml_new_node(struct yaml_reader *r, enum yaml_kind kind, struct yaml_mark at);
void yaml_add_item(struct yaml_reader *r, struct yaml_node *list, struct yaml_node *item, size_t *capacity);
/* The key of the map that reads like KEY, or NULL. */
struct yaml_node *yaml_same_key(const struct yaml_pairs *pairs, struct span key);
/* Reports a key that stands in the map already. */
void yaml_add_pair(struct yaml_reader *r, struct yaml_pairs *pairs, struct yaml_node *key, struct yaml_node *value);
void yaml_end_pairs(struct yaml_pairs *pairs);

/* What anchors name (yaml_anchor.c). */
struct yaml_anchors {
	struct map map; /* struct yaml_anchor * by name */
	size_t nodes;   /* of the tree so far, each as often as it is named */
};
void yaml_anchor_add(
	struct yaml_reader *r, struct yaml_anchors *a, struct span name, struct yaml_node *node, size_t nodes);
/* NULL after a fault. */
struct yaml_node *yaml_anchor_find(
	struct yaml_reader *r, struct yaml_anchors *a, struct span name, struct yaml_mark at);
/* Takes the keys of VALUE, a map or a list of maps, that are not there yet; false when it is neither. */
bool yaml_merge(struct yaml_reader *r, struct yaml_pairs *pairs, const struct yaml_node *value);

/* Places (yaml_mark.c). */
struct yaml_mark yaml_mark_forward(const struct yaml_file *file, struct yaml_mark mark, size_t offset);
struct yaml_mark yaml_here(struct yaml_reader *r, size_t offset);
/* Where column COLUMN (in characters) of line LINE stands. */
struct yaml_mark yaml_mark_of(const struct yaml_file *file, int line, int column);
/* One character further, on the same line. */
struct yaml_mark yaml_mark_after(const struct yaml_file *file, struct yaml_mark mark);

/* What the scalar between its start and LIMIT says. COLUMN is that of the key or dash it belongs to, 0 for none. */
struct span yaml_decode(struct yaml_reader *r, const struct yaml_node *scalar, size_t limit, int column);

/* A syntax fault that libfyaml has seen at LINE and COLUMN, said so that it can be mended. DONE is the offset up to
 * which the file was read outside of any bracket. */
void yaml_syntax_fault(struct yaml_reader *r, const char *seen, int line, int column, size_t done);

/* The two readers; NULL after a fault that leaves no tree. */
struct yaml_node *yaml_read_json(struct yaml_reader *r);
struct yaml_node *yaml_read_events(struct yaml_reader *r);

#endif
