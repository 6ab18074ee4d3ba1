/*
 * Values that people write in a file, as JSON.
 */
#ifndef KENPIN_NODE_JSON_H
#define KENPIN_NODE_JSON_H

#include "base/buf.h"
#include "ext/yaml.h"

/* Adds NODE as compact JSON: plain scalars typed as YAML 1.2 core does where JSON has such a value (0123 and +1 are
 * texts), quoted ones as texts, keys in order. */
void node_json(struct buf *out, const struct yaml_node *node);

#endif
