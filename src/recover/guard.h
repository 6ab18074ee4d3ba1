/*
 * Guards: how many corrections of one rule a manifest may hold before it looks
 * more like a bad rule than like bad data. On by default; they refuse the whole manifest.
 */
#ifndef KENPIN_GUARD_H
#define KENPIN_GUARD_H

#include "recover/manifest.h"
#include "recover/tally.h"

struct guard_rule {
	const char *rule, *max_percent;
	int64_t max_actions, max_per_shop, documents;
	int64_t actions;
	struct tally shops;
};

struct guards {
	struct arena arena;
	struct map rules;  /* struct guard_rule * by rule id */
	int64_t documents; /* for a rule that was not told of */
	bool refused;
};

void guards_init(struct guards *g, int64_t documents);
void guards_clear(struct guards *g);
/* The first call for a rule counts. */
void guards_set(struct guards *g, const char *rule, const struct manifest_guard *bound, int64_t documents);
/* One action of RULE more. SHOP may be NULL or "": it is then held to no shop's bound. */
void guards_count(struct guards *g, const char *rule, const char *shop);
/* Which guard refuses, with the counts of now, as a sentence; "" when none does. */
void guards_refusal(const struct guards *g, struct buf *out);
/* What guards say of R, with its counts and bounds, for people; true when one refuses. */
bool guard_verdict(const struct guard_rule *r, struct buf *out);
/* {"rule":{"max_actions":..},...} of rules that have actions, in order of their first mention. */
void guards_write(const struct guards *g, struct jsonout *out);

/* COUNT of DOCUMENTS as a percentage, written out exactly down to 18 decimals (the rest is cut). */
void guard_percent(char out[48], int64_t count, int64_t documents);
/* Whether that is more than BOUND, a decimal text; anything is more than a share of no documents. */
bool guard_over_percent(int64_t count, int64_t documents, const char *bound);

#endif
