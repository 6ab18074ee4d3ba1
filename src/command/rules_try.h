/*
 * What `kenpin rules try` has seen, between reading (rules_try.c) and telling
 * (rules_try_tell.c). Nothing of it leaves the process.
 */
#ifndef KENPIN_RULES_TRY_H
#define KENPIN_RULES_TRY_H

#include "base/map.h"
#include "command/rules.h"
#include "rule/explain.h"

#define TRY_SAMPLES 10
#define TRY_CLASSES 32 /* whose samples are told apart */

/* A finding that the store knows, or that the rule found, by fingerprint. */
struct try_finding {
	const char *shop, *key, *klass, *message; /* of a known one: as the store has it */
	bool known;                               /* the store has it, in STATE */
	enum finding_state state;
	bool found;
	bool read;                /* of a known one: its document was among those read */
	struct try_finding *next; /* of the same document */
};

struct try_sample {
	const char *shop, *key, *field, *value, *message;
};
struct try_class {
	const char *name;
	struct try_sample samples[TRY_SAMPLES];
	size_t count;
};

struct trying {
	struct command_context *context;
	struct loaded *loaded;
	const struct rule *rule;
	const struct rule_group *group;
	int64_t since, limit;
	struct arena arena;
	struct eval *eval;    /* of the shop that is read */
	struct map findings;  /* struct try_finding by fingerprint */
	struct map documents; /* the known ones by shop and key */
	struct map counts;    /* int64_t by class and shop, parted by a NUL */
	struct map actions;   /* int64_t by shop */
	struct try_class classes[TRY_CLASSES];
	size_t class_count;
	const char *action; /* the first, as JSON */
	int64_t documents_read, found, again, opened_before, resolved_before;
	int64_t action_count, undo_count, allowed, gated;
	int64_t nanoseconds, regex_nanoseconds;
	bool incomplete;
	char why[512];
};

void try_tell(struct trying *t);
void try_tell_diff(struct trying *t);

#endif
