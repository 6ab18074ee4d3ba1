/*
 * A rule in plain words, and one document's way through it. It asks the same
 * evaluation as a scan, and decides nothing itself.
 */
#ifndef KENPIN_EXPLAIN_H
#define KENPIN_EXPLAIN_H

#include "rule/rule.h"

/* Gate, checks (regexes item by item, and their literals), exceptions with what is left of them at NOW. */
void rule_explain_checks(struct buf *out, const struct rule_set *set, const struct rule *rule, int64_t now);
/* What would be proposed for a finding, and its guards. */
void rule_explain_recover(struct buf *out, const struct rule *rule);
/* Each step of DOC (JSON; a hit of Elasticsearch is one too) with the value that it saw, and what comes of it. NAME is
 * for messages. */
int rule_explain_doc(struct buf *out, const struct rule_set *set, const struct rule *rule, struct span doc,
	const char *name, int64_t now, struct error *e) must_check;

/* For EMIT alone, while a draft is handed over: the value it is about, with what a must_not_match met between OPEN and
 * CLOSE, and a must_match cut by them where it goes along no further. At most a line. */
void eval_marked(struct buf *out, struct eval *e, const char *open, const char *close);

#endif
