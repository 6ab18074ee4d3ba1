/*
 * What a person looks at before approving: counts, and samples with what is
 * there before and after. It does not know how it is shown.
 */
#ifndef KENPIN_REVIEW_H
#define KENPIN_REVIEW_H

#include "ext/json.h"
#include "model/action.h"
#include "recover/guard.h"

#define REVIEW_SAMPLES 3 /* of each rule */

struct review_sample {
	const char *rule, *shop, *op;     /* op: with the name of the correction, for op call */
	const char *key, *before, *after; /* JSON */
	bool cut;                         /* before or after is longer than a person wants to see */
};

struct review {
	struct arena arena;
	int64_t actions;
	struct tally by_rule, by_class, by_shop, by_mode;
	struct review_sample *samples;
	size_t count, capacity;
};

void review_init(struct review *r);
void review_clear(struct review *r);
/* One action that is proposed. */
int review_action(struct review *r, const struct action *a, struct error *e) must_check;
/* One line of a manifest. SHOP: as the store has it, NULL when nobody knows: the key may have it. */
void review_line(struct review *r, const struct json *line, const char *shop);

#endif
