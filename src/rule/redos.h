/*
 * Regexes that take too long on a text made for it (ReDoS): suspected from
 * what they look like, then measured on the engine that will run them. Private to this room but for rule_set_redos
 * (rule.h); it knows patterns, not rules.
 */
#ifndef KENPIN_REDOS_H
#define KENPIN_REDOS_H

#include "base/arena.h"
#include "ext/regex.h"

enum redos_kind {
	REDOS_SAFE,       /* nothing is suspected, or what was takes steps in proportion to the text */
	REDOS_POLYNOMIAL, /* steps grow as a power of the text's length */
	REDOS_EXPLOSIVE,  /* a text of LIMIT_REDOS_SHORT passes LIMIT_REDOS_STEPS */
	REDOS_UNCHECKED,  /* not understood, and plain attacks found nothing */
};

struct redos_verdict {
	enum redos_kind kind;
	bool exponential;   /* of REDOS_EXPLOSIVE: the steps double with every repeat */
	unsigned degree;    /* of REDOS_POLYNOMIAL */
	bool uncounted;     /* of REDOS_POLYNOMIAL: it reads so often, but the match limit does not see it */
	uint32_t steps;     /* LIMIT_MATCH_STEPS; fewer for a large pattern, whose steps take longer */
	const char *attack; /* the shortest that passes those, for people: 14 x "a" + "!" */
	const char *why;    /* of REDOS_UNCHECKED: what is not understood */
	bool suspected;     /* there was something to measure */
};

/* PATTERN must compile with FLAGS. Texts of the verdict are in ARENA. */
struct redos_verdict redos_judge(struct span pattern, unsigned flags, struct arena *arena) must_check;

#endif
