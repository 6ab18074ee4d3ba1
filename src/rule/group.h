/*
 * The rules of one query, compiled together, private to this room. Nothing
 * here changes once the set is open.
 */
#ifndef KENPIN_GROUP_H
#define KENPIN_GROUP_H

#include "ext/regex.h"
#include "rule/check.h"
#include "rule/prefilter.h"
#include "rule/rule.h"

/* A regex on a field: whoever asks for the same pair shares the answer. */
struct probe {
	const struct regex *regex;
	struct span pattern;
	unsigned flags;
	int slot;
	bool gated;      /* it has literals: run only where the slot's prefilter says perhaps */
	uint32_t bit;    /* in the slot's bits */
	uint32_t *wakes; /* plans that sleep until this probe's literals are seen */
	uint32_t wake_count;
};

struct group_slot {
	const struct prefilter *prefilter; /* NULL: none */
	uint32_t first_word, words;        /* of the slot's bits */
	uint32_t *probes;                  /* by bit */
	uint32_t probe_count;
	bool wakes; /* some plan sleeps on it */
};

/* What plans that sleep take for granted: PROBE matches (or not) on every value of its field. Asked once a document. */
struct sentinel {
	uint32_t probe;
	bool wanted;
	uint32_t *plans; /* that wake when it is not so */
	uint32_t count;
};

/* How one rule of the group is run. */
struct rule_plan {
	const struct rule *rule;
	const uint32_t *probes;
	size_t probe_count;
	bool sleeps;          /* only must_not_match by gated probes: nothing to do unless one of them wakes it */
	const int *set_slots; /* of recover->set */
	int zone;             /* minutes, or CLOCK_NO_ZONE */
};

struct rule_group {
	const struct query *query;
	struct fields *fields;
	struct rule_plan *plans;
	size_t count, capacity;
	const struct rule **feeds; /* set rules that look up documents of this query */
	size_t feed_count, feed_capacity;
	struct probe *probes;
	size_t probe_count, probe_capacity;
	struct group_slot *slots; /* one a field, made by group_finish */
	struct sentinel *sentinels;
	size_t sentinel_count;
	size_t words; /* of all slots' bits */
	const int *key_slots;
	int shop_slot;   /* -1: none */
	size_t *windows; /* plans of window rules */
	size_t window_count, window_capacity;
	int time_slot, time_zone; /* when there are any: of the query's time field; minutes, or CLOCK_NO_ZONE */
};

struct condition {
	int slot;       /* -1: no field */
	uint32_t probe; /* of match */
	enum { IS_MATCH, IS_MEMBER, IS_NO_MEMBER, IS_THERE, IS_NOT_THERE, IS_WITHIN } is;
	struct literals literals;
	struct span min, max; /* of IS_WITHIN; n 0: none */
	int64_t min_ms, max_ms;
	bool instants; /* min and max are */
};

struct rule_when {
	const struct condition *items;
	size_t count;
};
struct rule_allow {
	const struct yaml_node *node;
	struct condition condition; /* slot -1: the key alone decides */
	struct texts keys;          /* globs over the key as people write it; empty: any */
	const char *reason;
	int64_t until; /* ms; INT64_MAX: for ever */
};

struct rule_group *group_new(const struct query *query, struct compiler *k);
void group_free(struct rule_group *group); /* what is not in the arena */
/* Prefilters and sleeping rules; after the last rule. */
void group_finish(struct rule_group *group, struct arena *arena);

#endif
