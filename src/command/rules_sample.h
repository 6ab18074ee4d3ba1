/*
 * A rule that is being made: its tests are run as they would be from a file,
 * before anybody sees it.
 */
#ifndef KENPIN_RULES_SAMPLE_H
#define KENPIN_RULES_SAMPLE_H

#include "command/command.h"
#include "rule/infer.h"

struct rules_sample {
	struct loaded *loaded; /* the project; its rules are opened here */
	const char *id, *query;
	const char *head; /* of the file, up to and with `check:` */
	int64_t now;
};

/* The whole file, with one document of the sample that is clean and one, broken, that is a finding. */
int rules_sample_pick(struct buf *out, const struct infer *in, const struct rules_sample *sample, struct span checks,
	struct error *e) must_check;
/* That TEXT is a rule file in which rule ID is new, has no faults, and passes its tests. */
int rules_sample_prove(struct loaded *l, const char *id, struct span text, int64_t now, struct error *e) must_check;

#endif
