/* A pair rule in plain words. */
#include "base/base.h"
#include "rule/explain_private.h"

#include "base/str.h"
#include "rule/pair.h"

static void tell_side(struct buf *out, const struct pair_side *s, const char *name, size_t parts)
{
	buf_addf(out, "  %s: the documents of query %s, known by ", name, s->query->name);
	for (size_t i = 0; i < parts; i++)
		buf_addf(out, "%s%s", i ? ", " : "", fields_path(s->group->fields, s->key_slots[i]));
	if (s->version)
		buf_addf(out, "; its version is %s", s->version);
	if (s->changed)
		buf_addf(out, "; changed at %s", s->changed);
	buf_addc(out, '\n');
}

static void tell_compare(struct buf *out, const struct pair_compare *c)
{
	static const char *const words[] = {"decimal numbers", "instants", "texts", "lists", "sets"};
	char time[32];

	buf_addf(out, "  %s", c->fields[0]);
	if (strcmp(c->fields[0], c->fields[1]) != 0)
		buf_addf(out, " on the left and %s on the right", c->fields[1]);
	buf_addf(out, " must be the same, compared as %s", words[c->as]);
	if (c->tolerance.n)
		buf_addf(out, ", give or take %.*s", SPAN_ARG(c->tolerance));
	if (c->tolerance_ms) {
		str_duration_text(time, c->tolerance_ms);
		buf_addf(out, ", give or take %s", time);
	}
	buf_adds(out, c->absent_is_null ? "; absent and null are the same\n" : "; absent is not null\n");
}

static void tell_classes(struct buf *out, const struct pair_spec *spec)
{
	buf_adds(out, "  Classes:");
	for (int i = 0; i < PAIR_CLASS_COUNT; i++) {
		bool compared = i >= PAIR_STALE_LEFT && i <= PAIR_MISMATCH;

		if ((compared && spec->compare_count == 0) || spec->severities[i] == PAIR_NO_FINDING)
			continue;
		buf_addf(out, " %s (%s)", pair_class_names[i], severity_name((enum severity)spec->severities[i]));
	}
	buf_addc(out, '\n');
}

static void tell_timing(struct buf *out, const struct rule *rule)
{
	const struct pair_spec *spec = rule->pair;
	char time[32];

	if (spec->grace) {
		str_duration_text(time, spec->grace);
		buf_addf(out, "  A key changed within %s is in flight, and no finding.\n", time);
	}
	if (rule->open_after > 1) {
		buf_addf(out, "  A difference opens when %lld complete scans in a row saw it",
			(long long)rule->open_after);
		if (spec->recheck_after) {
			str_duration_text(time, spec->recheck_after);
			buf_addf(out, ", for %s at least", time);
		}
		buf_adds(out, "; other versions or values begin the count anew.\n");
	}
	if (spec->stop_after)
		buf_addf(out, "  After %lld differences it stops: the sides are simply different.\n",
			(long long)spec->stop_after);
}

static void tell_correction(struct buf *out, const struct recover_spec *spec, enum pair_class klass, const char *copied)
{
	buf_addf(out, "  %s: ", pair_class_names[klass]);
	if (spec->op == ACTION_CALL)
		buf_addf(out, "call the correction %s", spec->call);
	else
		buf_adds(out, copied);
	buf_adds(out, (spec->automatic_classes >> klass & 1u) ? "; by itself\n" : "; when a person has approved it\n");
}

void rule_explain_pair_recover(struct buf *out, const struct rule *rule)
{
	const struct recover_spec *spec = rule->recover;

	tell_correction(out, spec, PAIR_STALE_LEFT, "copy what the right side holds, read again when it is done");
	tell_correction(out, spec, PAIR_STALE_RIGHT, "copy what the left side holds, read again when it is done");
	if (spec->truth < 0) {
		buf_adds(out, "  nothing else: `truth` does not say which side is right\n");
		return;
	}
	tell_correction(out, spec, PAIR_MISMATCH, "copy what the side of the truth holds, read again when it is done");
	tell_correction(out, spec, spec->truth ? PAIR_MISSING_LEFT : PAIR_MISSING_RIGHT,
		"create it with its key and the fields that are compared");
	buf_adds(out, "  nothing else, and nothing is ever deleted\n");
}

void rule_explain_pair(struct buf *out, const struct rule *rule)
{
	const struct pair_spec *spec = rule->pair;

	tell_side(out, &spec->sides[0], "left", spec->key_count);
	tell_side(out, &spec->sides[1], "right", spec->key_count);
	if (spec->by_shop)
		buf_adds(out, "  shop by shop\n");
	for (size_t i = 0; i < spec->compare_count; i++)
		tell_compare(out, &spec->compares[i]);
	tell_classes(out, spec);
	tell_timing(out, rule);
	buf_adds(out, "  Differences are looked at again by key before they count. Findings come at the end of a scan; "
		      "only one\n  that has read both sides whole resolves them, or says that something is missing.\n");
}
