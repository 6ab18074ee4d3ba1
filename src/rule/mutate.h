/*
 * Mutants of a rule: one small change each, to what its tests should hold still: a bound, an operator, a quantifier,
 * an anchor, a class of characters, an exception, a part of a key, a field that is compared. Each is compiled and its
 * tests are run by the engine that scans; a mutant that passes all of them is one that no test notices.
 *
 * Not made are mutants that do not compile, and those that are provably the same: the most of a repeat at the edge of
 * a pattern (a search finds the rest with any), whatever lies in or beside something optional there, and a severity
 * that no test asks for.
 */
#ifndef KENPIN_MUTATE_H
#define KENPIN_MUTATE_H

#include "rule/rule.h"

struct mutant {
	const struct rule *rule;
	const char
		*kind; /* "bound", "operator", "quantifier", "anchor", "class", "allow", "key", "field", "severity" */
	struct yaml_mark at;
	struct span was, will; /* will: n 0 when it is taken away; valid until the visit ends */
};
typedef void mutant_visit(void *arg, const struct mutant *mutant);

struct mutant_sum {
	size_t made, caught;
};

/* Runs the tests of RULE, all of which pass, against its mutants, block by block. Visits those that no test
 * catches, and adds to *SUM. */
int rule_mutate(struct mutant_sum *sum, struct project *project, const struct rule *rule, int64_t now,
	mutant_visit *visit, void *arg, struct error *e) must_check;

#endif
