/*
 * Which types of a mapping go along with which checks of a rule.
 */
#ifndef KENPIN_RULES_TYPES_H
#define KENPIN_RULES_TYPES_H

#include "ext/yaml.h"

/* Whether a key of ENTRY (one of `check`, `when` or `allow`) wants something else than TYPES ("keyword, long"): then
 * *KEY is the first such one, and *WANTS what it wants. */
bool types_contradict(const char **key, const char **wants, const char *types, const struct yaml_node *entry);
/* The same of the field that `compare` of ENTRY names. */
bool types_contradict_compare(const char **wants, const char *types, const struct yaml_node *entry);
bool types_are_text(const char *types);

#endif
