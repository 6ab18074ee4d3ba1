/*
 * Corrections of what a set rule finds. The document has passed when that is
 * known, so what a correction is tied to is kept in its row: the key's fields, then those that are
 * compared, then those that the correction sets, each a pointer and a value as JSON.
 */
#include "base/base.h"
#include "rule/set.h"

#include "base/pack.h"
#include "rule/compile.h"

static void add(struct buf *out, const char *pointer, struct span was)
{
	pack_text(out, span_of(pointer ? pointer : ""));
	pack_text(out, was);
}

static struct span whole(struct eval *e, int slot)
{
	const struct value *v = eval_first(e, slot);

	return v ? eval_whole(e, v) : SPAN_NONE;
}

struct span set_observe(struct eval *e, const struct rule_plan *plan, const struct value *const *values)
{
	const struct set_spec *spec = plan->rule->set;
	const struct recover_spec *recover = plan->rule->recover;
	const struct fields *fields = e->group->fields;
	struct buf *out = &e->options.sets->work;

	buf_reset(out);
	for (size_t i = 0; i < spec->count; i++) {
		int slot = spec->entries[i].slot;
		bool named = slot == fields_slot_id(fields) || slot == fields_slot_index(fields);

		add(out, named ? NULL : path_pointer(&e->scratch, spec->entries[i].field, values[i]->element),
			eval_whole(e, values[i]));
	}
	for (size_t i = 0; i < spec->compare_count; i++)
		add(out, path_pointer(&e->scratch, spec->compares[i].field, -1), whole(e, spec->compares[i].slot));
	for (size_t i = 0; i < recover->set_count; i++)
		add(out, recover->set[i].path, whole(e, plan->set_slots[i]));
	return arena_span(&e->scratch, buf_span(out));
}

static struct touched *take(struct proposal *p, struct span *rest, bool wanted)
{
	struct span pointer = unpack_text(rest), was = unpack_text(rest);

	if (!wanted || pointer.n == 0)
		return NULL;
	return proposal_touch(p, arena_strndup(p->page, pointer.p, pointer.n), arena_span(p->page, was));
}

const char *set_propose(struct sets *s, const struct rule *rule, const struct set_row *row,
	const struct set_compare *compare, struct draft *draft)
{
	const struct set_spec *spec = rule->set;
	struct proposal p = {.page = &s->page,
		.work = &s->work,
		.source_name = rule->query->source_name,
		.now = s->now,
		.spec = rule->recover,
		.draft = draft};
	struct span rest = row->observed;

	p.fields = arena_zalloc(&s->page, (spec->count + spec->compare_count + p.spec->set_count) * sizeof(*p.fields));
	for (size_t i = 0; i < spec->count; i++)
		(void)take(&p, &rest, compare == NULL);
	for (size_t i = 0; i < spec->compare_count; i++)
		(void)take(&p, &rest, compare == &spec->compares[i]);
	for (size_t i = 0; i < p.spec->set_count; i++) {
		struct touched *field = take(&p, &rest, true);

		if (field == NULL)
			continue;
		field->changes = true;
		field->will = p.spec->set[i].value;
	}
	for (size_t i = 0; i < p.count; i++) {
		if (p.fields[i].was.n > LIMIT_ACTION_VALUE_BYTES)
			return "no correction is proposed: the value is longer than LIMIT_ACTION_VALUE_BYTES";
	}
	return proposal_write(&p);
}
