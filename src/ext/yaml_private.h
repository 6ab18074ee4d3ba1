/*
 * Between the YAML reader's files: making nodes and reporting faults.
 */
#ifndef KENPIN_YAML_PRIVATE_H
#define KENPIN_YAML_PRIVATE_H

#include "ext/yaml.h"

struct yaml_reader {
	struct arena *arena;
	struct yaml_file *file;
	yaml_report *report;
	void *arg;
	bool failed;
};

/* Always NULL, for `return yaml_fail(...)`. */
void *yaml_fail(struct yaml_reader *r, const char *code, struct yaml_mark at, struct yaml_mark end, const char *help,
	const char *format, ...) printf_like(6, 7);
/* Line and column of byte OFFSET. */
struct yaml_mark yaml_mark_at(const struct yaml_file *file, size_t offset);
struct yaml_node *yaml_new_node(struct yaml_reader *r, enum yaml_kind kind, struct yaml_mark at);
void yaml_add_item(struct yaml_reader *r, struct yaml_node *list, struct yaml_node *item, size_t *capacity);
/* Reports a key that stands in the map already. */
void yaml_add_pair(struct yaml_reader *r, struct yaml_node *map, struct yaml_node *key, struct yaml_node *value, size_t *capacity);

/* The two readers; NULL after a fault that leaves no tree. */
struct yaml_node *yaml_read_json(struct yaml_reader *r);
struct yaml_node *yaml_read_events(struct yaml_reader *r);

#endif
