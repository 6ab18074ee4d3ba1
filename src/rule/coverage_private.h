/*
 * Between the files of coverage.
 */
#ifndef KENPIN_COVERAGE_PRIVATE_H
#define KENPIN_COVERAGE_PRIVATE_H

#include "rule/coverage.h"
#include "rule/eval.h"

/* Something that has two sides, known by where it stands in the compiled rule. */
struct seen {
	const void *what;
	size_t yes, no;
};

/* A regex of the rule, made once more to be watched. */
struct seen_item {
	size_t offset, length;
	bool reached;
};
struct seen_regex {
	const struct yaml_node *node; /* of the pattern */
	struct regex *regex;          /* NULL: it cannot be watched */
	struct seen_item *items;
	size_t count, capacity;
};

struct coverage {
	const struct rule *rule;
	const struct rule_group *group;
	struct arena arena;
	struct regex_room *room;
	struct seen *seen;
	size_t seen_count, seen_capacity;
	struct seen_regex *regexes;
	size_t regex_count, regex_capacity;
	size_t found, clean; /* tests by what they expect */
	/* of the report */
	struct coverage_sum *sum;
	coverage_visit *visit;
	void *arg;
};

struct seen *coverage_seen(struct coverage *c, const void *what) must_check;
/* TEXT is matched with PROBE, whose pattern is NODE. */
void coverage_match(struct coverage *c, const struct probe *probe, const struct yaml_node *node, struct span text);
void coverage_regexes_clear(struct coverage *c);
const struct seen_regex *coverage_regex(
	struct coverage *c, const struct probe *probe, const struct yaml_node *node) must_check;
/* The pattern of a condition in `when`, or NULL. */
const struct yaml_node *coverage_when_node(const struct coverage *c, const struct condition *condition);

/* coverage_report.c */
void coverage_report(struct coverage *c);

#endif
