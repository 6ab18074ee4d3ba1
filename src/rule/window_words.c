/* A window rule in plain words. */
#include "base/base.h"
#include "rule/explain_private.h"

#include "base/str.h"
#include "rule/window.h"

static void tell_bounds(struct buf *out, const struct window_spec *spec, const char *unit)
{
	if (spec->max.n)
		buf_addf(out, " more than %.*s%s", SPAN_ARG(spec->max), unit);
	if (spec->max.n && spec->min.n)
		buf_adds(out, ", or");
	if (spec->min.n)
		buf_addf(out, " less than %.*s%s", SPAN_ARG(spec->min), unit);
}

static void tell_match(struct buf *out, const struct window_spec *spec, const struct rule_group *group)
{
	for (size_t i = 0; i < spec->match->count; i++) {
		buf_adds(out, i ? " and " : "");
		explain_condition(out, group, &spec->match->items[i]);
	}
}

static void tell_spike(struct buf *out, const struct window_spec *spec)
{
	static const char *const words[] = {"more", "less", "more or less"};

	buf_addf(out, "%s%s %.*s times %s than in the window before", spec->numbers ? "the mean of " : "documents",
		spec->numbers ? spec->field : "", SPAN_ARG(spec->height), words[spec->direction]);
	if (spec->min_current)
		buf_addf(out, ", from %lld documents on", (long long)spec->min_current);
	if (spec->min_reference)
		buf_addf(out, ", and %lld in the window before", (long long)spec->min_reference);
}

/* What is wrong, after "in a window of 1 h: ". */
static void tell_wrong(struct buf *out, const struct rule_group *group, const struct window_spec *spec)
{
	switch (spec->kind) {
	case WINDOW_FREQUENCY: buf_addf(out, "%lld documents or more", (long long)spec->events); break;
	case WINDOW_FLATLINE:
		buf_addf(out, "fewer than %lld documents in the last one", (long long)spec->events);
		break;
	case WINDOW_SPIKE: tell_spike(out, spec); break;
	case WINDOW_CARDINALITY:
		buf_addf(out, "different values of %s:", spec->field);
		tell_bounds(out, spec, "");
		break;
	case WINDOW_PERCENTAGE:
		buf_adds(out, "the share of documents where ");
		tell_match(out, spec, group);
		buf_adds(out, ":");
		tell_bounds(out, spec, " %");
		if (spec->events > 1)
			buf_addf(out, ", from %lld documents on", (long long)spec->events);
		break;
	case WINDOW_METRIC:
		buf_addf(out, "the %s of %s:", window_metric_names[spec->metric], spec->field);
		tell_bounds(out, spec, "");
		break;
	case WINDOW_NEW_TERM:
	case WINDOW_CHANGE: break;
	}
}

static void tell_groups(struct buf *out, const struct window_spec *spec)
{
	for (size_t i = 0; i < spec->group_count; i++)
		buf_addf(out, "%s%s", i ? ", " : "  for every ", spec->groups[i].field);
	buf_adds(out, spec->group_count ? ", by itself\n" : "");
}

static void tell_windows(struct buf *out, const struct rule_group *group, const struct window_spec *spec)
{
	char length[32], step[32];

	str_duration_text(length, spec->length);
	str_duration_text(step, spec->step);
	buf_addf(out, "  in a window of %s: ", length);
	tell_wrong(out, group, spec);
	buf_addf(out, "   (class %s)\n", window_kind_names[spec->kind]);
	tell_groups(out, spec);
	buf_addf(out, "  Windows end every %s, in UTC. ", step);
	if (spec->kind == WINDOW_FLATLINE)
		buf_adds(out, "Nothing is said until one has passed since a group was there first.\n");
	else
		buf_adds(out, "Each that ended since the last scan is judged; the worst is told.\n");
}

static void tell_values(struct buf *out, const struct window_spec *spec)
{
	char length[32], within[32];

	str_duration_text(length, spec->length);
	str_duration_text(within, spec->within);
	if (spec->kind == WINDOW_NEW_TERM)
		buf_addf(out,
			"  a value of %s that was never there before, told for %s; what is there in the first %s is "
			"learned",
			spec->field, length, length);
	else
		buf_addf(out, "  %s is not as in the document before, told for %s", spec->field, length);
	if (spec->within)
		buf_addf(out, "; only within %s", within);
	buf_addf(out, "   (class %s)\n", window_kind_names[spec->kind]);
	tell_groups(out, spec);
}

void rule_explain_window(struct buf *out, const struct rule_group *group, const struct rule *rule)
{
	const struct window_spec *spec = rule->window;

	if (spec->step)
		tell_windows(out, group, spec);
	else
		tell_values(out, spec);
	buf_adds(out, "  Only a scan that has read everything says so, or resolves it.\n");
}
