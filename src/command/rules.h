/*
 * The verbs of `kenpin rules`: a file each, which is a command of its own with
 * its own options. To add one: write it, declare it below, add its row to the table in rules.c.
 */
#ifndef KENPIN_RULES_H
#define KENPIN_RULES_H

#include "command/command.h"

extern const struct command rules_schema;

#endif
