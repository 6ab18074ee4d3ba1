/*
 * The verbs of `kenpin rules`: a file each, which is a command of its own with
 * its own options. To add one: write it, declare it below, add its row to the table in rules.c.
 */
#ifndef KENPIN_RULES_H
#define KENPIN_RULES_H

#include "command/command.h"

extern const struct command rules_check, rules_test, rules_list, rules_explain, rules_try, rules_schema, rules_fmt,
	rules_coverage, rules_new, rules_import;

/* Opens the project and its rules (RULES: NULL-terminated globs; NULL: all) without printing or failing on faults. */
int rules_open(struct loaded *l, const struct command_context *c, const char *const *rules, struct error *e) must_check;
/* The rule with this id, though others may have faults; NULL with *E (faults are printed) when there is none. */
const struct rule *rules_one(struct loaded *l, const char *id, struct error *e) must_check;

#endif
