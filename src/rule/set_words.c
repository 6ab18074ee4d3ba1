/* A set rule in plain words. */
#include "base/base.h"
#include "rule/explain_private.h"

#include "rule/set.h"

static void tell_compare(struct buf *out, const struct set_compare *c, const char *query)
{
	static const char *const words[] = {"less than", "at most", "equal to", "other than", "at least", "more than"};

	buf_addf(out,
		"  its %s is %s %s of the document there, as %ss; of several there one is enough   (class compare)\n",
		c->field, words[c->op], c->other, compare_as_names[c->as]);
	buf_addf(out, "  when either is absent or null it holds; what is no %s is a finding of class type, of %s too\n",
		compare_as_names[c->as], query);
}

void rule_explain_set(struct buf *out, const struct rule *rule)
{
	const struct set_spec *spec = rule->set;

	if (spec->unique) {
		buf_addf(out, "  no two documents of the query have the same %s   (class unique)\n", spec->field);
	} else {
		buf_addf(out, "  a document of query %s has", spec->target->name);
		for (size_t i = 0; i < spec->count; i++)
			buf_addf(out, "%s this %s as its %s", i ? " and" : "", spec->entries[i].field,
				fields_path(rule_group_fields(spec->target_group), spec->target_slots[i]));
		buf_adds(out,
			spec->missing_is_finding ? "   (class references)\n" : "; when none has, nothing is said\n");
		for (size_t i = 0; i < spec->compare_count; i++)
			tell_compare(out, &spec->compares[i], spec->target->name);
	}
	buf_adds(out, "  A document where a part of the key is absent or null is left out. Findings come at the end of "
		      "a scan; only "
		      "one\n  that has read everything resolves them");
	buf_adds(out, spec->target ? ", or says that something is missing.\n" : ".\n");
}
