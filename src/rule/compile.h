/*
 * From parsed blocks to a compiled rule, private to this room: what the
 * compilers of checks, gates and allows share.
 */
#ifndef KENPIN_COMPILE_H
#define KENPIN_COMPILE_H

#include "base/map.h"
#include "rule/group.h"

/* One rule as the option table reads it. */
struct rule_entry {
	const struct yaml_node *node;
	const char *id, *title, *description, *query, *zone;
	int severity;
	int64_t open_after, resolve_after, renotify, flap_after, flap_within;
	struct texts tags, unless_open;
	struct yaml_node *when, *hit;
	struct set_entry *set;
	struct pair_entry *pair;
	struct window_entry *window; /* window.h */
	struct blocks check, allow, tests, silence;
	struct recover_entry *recover;
};
struct rule_file {
	const struct yaml_node *node;
	int64_t version;
	struct blocks rules; /* struct rule_entry */
};
struct condition_entry {
	const struct yaml_node *node;
	const char *field, *equals, *not_equals, *match, *min, *max;
	struct texts one_of;
	bool exists;
	bool ucp, ignore_case;
};
struct allow_entry {
	const struct yaml_node *node;
	const char *field, *equals, *match, *reason;
	struct texts one_of, key;
	bool ucp, ignore_case;
	int64_t until;
};
struct hit_entry {
	const struct yaml_node *node;
	const char *message;
};
struct set_compare_entry {
	const struct yaml_node *node;
	const char *field, *other;
	int op, as; /* enum compare_op, compare_as */
};
struct set_references_entry {
	const struct yaml_node *node;
	const char *query;
	struct yaml_node *on;
	int missing;           /* enum set_missing */
	struct blocks compare; /* struct set_compare_entry */
};
enum set_missing { MISSING_FINDING, MISSING_CLEAN };
extern const char *const set_missing_names[];
struct set_entry {
	const struct yaml_node *node;
	struct texts unique;
	struct set_references_entry *references;
	const char *message;
};
struct pair_side_entry {
	const struct yaml_node *node;
	const char *query, *version, *changed;
	struct texts key;
};
struct pair_compare_entry {
	const struct yaml_node *node;
	const char *field, *right_field, *tolerance;
	int as; /* enum pair_as */
	bool absent_is_null;
};
struct pair_timing_entry {
	const struct yaml_node *node;
	int64_t grace, recheck_after, confirm, stop_after;
};
struct pair_classes_entry {
	const struct yaml_node *node;
	int severities[PAIR_CLASS_COUNT]; /* row of pair_severity_names, where the key stands */
};
struct pair_entry {
	const struct yaml_node *node;
	struct pair_side_entry *sides[2]; /* left, right */
	struct blocks compare;            /* struct pair_compare_entry */
	struct pair_timing_entry *timing;
	struct pair_classes_entry *classes;
	const char *message;
};
extern const char *const pair_as_names[], *const pair_severity_names[];
struct recover_target {
	const struct yaml_node *node;
	const char *system, *store, *path;
};
struct recover_guard {
	const struct yaml_node *node;
	int64_t max_actions, max_per_shop, canary, cool_down;
	const char *max_percent;
};
struct recover_entry {
	const struct yaml_node *node;
	int op, mode;
	const char *call;
	struct yaml_node *arguments, *set;
	struct texts remove;
	struct recover_target *target, *source;
	struct recover_guard *guard;
	int64_t expires;
	int truth;              /* row of pair_side_names, where the key stands */
	struct texts automatic; /* classes */
};
struct test_entry {
	const struct yaml_node *node;
	const char *name, *klass, *field;
	struct yaml_node *doc, *docs, *others, *left, *right;
	int expect, severity;
	int64_t now;
};
struct silence_entry {
	const struct yaml_node *node;
	const char *reason;
	int code; /* enum silence_code */
};
/* Messages that a rule may silence: those about what could happen, not about what is wrong. */
enum silence_code { SILENCE_E0501, SILENCE_W0502, SILENCE_W0503 };
extern const char *const silence_code_names[];
extern const struct option_block rule_hit_block;

struct compiler {
	struct project *project;
	struct diags *diags;
	struct arena *arena; /* of the set */
	struct map *regexes; /* struct regex * by flags and pattern */
	const struct yaml_file *file;
	struct rule_group *group;
	struct rule_group *target; /* of the rule's references, or of its right side; NULL: none */
	bool spare;                /* the rule is looked at for its faults alone: it has one already */
	/* of the rule that is compiled */
	struct rule *rule;
	int zone;         /* minutes, or CLOCK_NO_ZONE */
	uint32_t *probes; /* that it uses */
	size_t probe_count, probe_capacity;
	int *set_slots; /* of recover.set */
	int slot;       /* of the entry that is compiled */
};

/* The slot of PATH; -1 after E0305. */
int compile_slot(struct compiler *k, const char *path, const struct yaml_node *at);
int compile_slot_of(struct rule_group *group, struct compiler *k, const char *path, const struct yaml_node *at);
/* The probe of the pattern in SCALAR on SLOT; false after E0304. */
bool compile_probe(
	uint32_t *probe, struct compiler *k, int slot, const struct yaml_node *scalar, bool ucp, bool ignore_case);
/* A bound: a decimal number, or an instant (then *MS is set). False after E0306. */
bool compile_bound(struct span *number, int64_t *ms, bool *instant, struct compiler *k, const struct yaml_node *at);
/* The same without a message: false when it is neither. */
bool compile_bound_silent(
	struct span *number, int64_t *ms, bool *instant, const struct compiler *k, const struct yaml_node *at);

/* The set of the rules of FILE alone, which was read before, or made. rule_set_close frees what it holds. */
struct rule_set *rule_set_of_file(
	struct project *project, const struct yaml_file *file, struct diags *diags, struct arena *arena) must_check;

/* Compiles ENTRY into RULE and adds its plan to k->group. False after a fault and for a spare one, then nothing was
 * added. */
bool compile_rule(struct rule *rule, const struct rule_entry *entry, struct compiler *k);
/* What is wrong with unless_open among all ENTRIES, each of its file. */
void unless_check(struct compiler *k, const struct rule_entry **entries, const struct yaml_file **files, size_t count);
const struct rule_when *compile_when(struct compiler *k, const struct yaml_node *node);
const struct rule_allow *compile_allows(struct compiler *k, const struct blocks *entries);
const struct recover_spec *compile_recover(struct compiler *k, const struct recover_entry *entry);
/* NULL after a fault. */
const struct set_spec *compile_set_rule(struct compiler *k, const struct rule_entry *entry);
/* `recover` of a pair rule, whose SPEC is done. */
void compile_pair_recover(struct recover_spec *spec, struct compiler *k, const struct recover_entry *entry);
const struct pair_spec *compile_pair_rule(struct compiler *k, const struct rule_entry *entry);
/* The saved query that ENTRY begins with: its own, or that of its left side; NULL when it names none, after E0204. */
const char *compile_query_name(struct compiler *k, const struct rule_entry *entry);
/* ENTRY is a pair, and both sides of it could be read. */
bool compile_pair_sides(const struct rule_entry *entry);
/* Only the whole of a query shows what is missing in it, or there twice; false after an error CODE. */
bool compile_needs_whole(struct compiler *k, const char *code, const struct query *query, const struct yaml_node *at);
/* "+09:00", "Z" -> minutes; false when it is neither. */
bool compile_zone_minutes(int *minutes, const char *zone);
/* RULE is good: its target's documents are kept for it. */
void compile_set_feed(struct compiler *k, const struct rule *rule);
const struct window_spec *compile_window_rule(struct compiler *k, const struct rule_entry *entry);
/* The plan added last is one of a window rule. */
void compile_window_plan(struct compiler *k);
struct rule_silence *compile_silences(struct compiler *k, const struct blocks *entries);
/* Warns of what of RULE, which has no faults, can never have an effect. */
void compile_reach(struct compiler *k, const struct rule *rule);
const struct rule_test *compile_tests(struct compiler *k, const struct blocks *entries);

/* JSON pointer of a field path without []; NULL when it has one. `[]` is written as element ELEMENT when that is not
 * negative and there is one only. */
const char *path_pointer(struct arena *arena, const char *path, int64_t element);

#endif
