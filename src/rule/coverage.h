/*
 * What the tests of a rule leave untried: a kind of verdict, a side of a
 * bound, a value of an enumeration, an exception, an item of a regex. It runs the tests by the engine that scans, and
 * watches; whether they pass is not its business.
 */
#ifndef KENPIN_COVERAGE_H
#define KENPIN_COVERAGE_H

#include "rule/rule.h"

struct coverage_gap {
	const struct rule *rule;
	const char *kind; /* "test", "when", "check", "value", "allow", "regex" */
	struct yaml_mark at;
	const char *what; /* until the visit ends */
};
typedef void coverage_visit(void *arg, const struct coverage_gap *gap);

/* What could be tried, and what was. */
struct coverage_sum {
	size_t points, tried;
};

/* Visits the gaps of RULE in the order of the file's blocks, and adds to *SUM. */
int rule_coverage(struct coverage_sum *sum, const struct rule_set *set, const struct rule *rule, int64_t now,
	coverage_visit *visit, void *arg, struct error *e) must_check;

#endif
