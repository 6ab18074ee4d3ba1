/* Between the parts of the mutation: what is changed, and who tries it. */
#ifndef KENPIN_MUTATE_PRIVATE_H
#define KENPIN_MUTATE_PRIVATE_H

#include "base/arena.h"
#include "rule/mutate.h"

struct mutation {
	const struct rule *rule;
	struct arena *arena; /* of the texts of the rule's mutants */
	int (*try)(struct mutation *m, const struct mutant *mutant, const struct yaml_node *node,
		const char *text); /* NODE becomes TEXT; NULL: it is taken away */
	struct error *error;
};

/* The scalar NODE becomes TEXT. 0, or -1 when the tests could not be run, which ends the work. */
int mutate_text(struct mutation *m, const char *kind, const struct yaml_node *node, const char *text) must_check;
/* Bytes FROM to FROM + N of the scalar NODE become TEXT. */
int mutate_part(struct mutation *m, const char *kind, const struct yaml_node *node, size_t from, size_t n,
	const char *text) must_check;
/* NODE and its key, or NODE of a list, is taken away. */
int mutate_away(struct mutation *m, const char *kind, const struct yaml_node *node) must_check;

/* A bound that stands in NODE (NULL: none): one step less and one more. INTEGER: no other values come to it. */
int mutate_bound(struct mutation *m, const struct yaml_node *node, bool integer) must_check;
int mutate_duration(struct mutation *m, const struct yaml_node *node) must_check;
int mutate_operator(struct mutation *m, const struct yaml_node *node) must_check;
/* The pattern that stands in NODE (NULL: none). CASELESS: by the rule's option. */
int mutate_regex(struct mutation *m, const struct yaml_node *node, bool caseless) must_check;

#endif
