/* What a rule costs and when its exceptions end. */
#include "base/base.h"
#include "rule/overview.h"

#include "rule/eval.h"

static void count_regexes(struct rule_overview *out, const struct rule_group *group, const struct rule_plan *plan)
{
	for (size_t i = 0; i < plan->probe_count; i++) {
		out->regexes++;
		out->ungated += !group->probes[plan->probes[i]].gated;
	}
}

void rule_overview(struct rule_overview *out, const struct rule_set *set, const struct rule *rule, int64_t now)
{
	size_t plan;
	const struct rule_group *group = eval_group_of(set, rule, &plan);

	*out = (struct rule_overview){.allows = rule->allow_count, .next_end = INT64_MAX};
	if (group)
		count_regexes(out, group, &group->plans[plan]);
	for (size_t i = 0; i < rule->allow_count; i++) {
		int64_t until = rule->allows[i].until;

		if (until < now)
			out->expired++;
		else if (until < out->next_end)
			out->next_end = until;
	}
}
