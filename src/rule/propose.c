/*
 * A finding -> the action that would correct it, and the one that would undo
 * that. Nothing is done here. The body, by which the action's id is made too:
 *
 *   target        {system, store, key}
 *   op            call, patch, create, delete, copy, reindex
 *   call          name, and arguments when it has some: op call
 *   patch         JSON Patch (RFC 6902): ops patch and create
 *   precondition  what must still be true: {check: exists}, {check: absent}, {check: equals, path, value},
 *                 {check: absent, path}, {check: seq_no, seq_no, primary_term}
 *   source        {system, store, key, path, reread: true}: op copy
 *   before, after values by JSON pointer; a path that is not in one of them is absent there
 *   evidence      {index, id, seq_no, primary_term, value_digest}
 */
#include "base/base.h"
#include "rule/eval.h"

#include "base/limits.h"
#include "rule/action_text.h"
#include "rule/compile.h"

struct touched *proposal_touch(struct proposal *p, const char *pointer, struct span was)
{
	for (size_t i = 0; i < p->count; i++) {
		if (strcmp(p->fields[i].pointer, pointer) == 0)
			return &p->fields[i];
	}
	p->fields[p->count] = (struct touched){.pointer = pointer, .was = was};
	return &p->fields[p->count++];
}

static bool observe(
	struct proposal *p, struct eval *e, const char *pointer, const struct value *v, struct touched **out)
{
	struct span json = v ? eval_whole(e, v) : SPAN_NONE;

	if (json.n > LIMIT_ACTION_VALUE_BYTES) {
		e->trouble = "no correction is proposed: the value is longer than LIMIT_ACTION_VALUE_BYTES";
		return false;
	}
	*out = proposal_touch(p, pointer, json);
	return true;
}

/* The finding's own field first, then what the rule sets. */
static bool observe_all(struct proposal *p, struct eval *e, const struct rule_plan *plan, const struct verdict *verdict)
{
	const struct fields *fields = e->group->fields;
	struct touched *field;

	p->fields = arena_zalloc(&e->page, (p->spec->set_count + e->group->query->key.count + 1) * sizeof(*p->fields));
	if (verdict->check && verdict->entry->slot != fields_slot_id(fields) &&
		verdict->entry->slot != fields_slot_index(fields)) {
		const char *pointer = path_pointer(&e->page, verdict->entry->field, verdict->value->element);

		/* Inside of two lists the place is not known: the seq_no alone must do, or the key. */
		if (pointer && !observe(p, e, pointer, verdict->value, &field))
			return false;
	}
	for (size_t i = 0; i < p->spec->set_count; i++) {
		if (!observe(p, e, p->spec->set[i].path, eval_first(e, plan->set_slots[i]), &field))
			return false;
		field->changes = true;
		field->will = p->spec->set[i].value;
	}
	return true;
}

/* Of the document in the system that was read; what stands in another one counts its changes in its own way. */
static int64_t seq_no_of_target(const struct proposal *p)
{
	bool elsewhere = p->spec->system && strcmp(p->spec->system, p->source_name) != 0;

	return elsewhere ? -1 : p->draft->seq_no;
}

/* Where nothing else was observed, the key must do: an action that is tied to no state is not safe to do. */
static bool observe_key(struct proposal *p, struct eval *e)
{
	const struct texts *paths = &e->group->query->key;
	struct touched *field;

	if (p->count > 0 || seq_no_of_target(p) >= 0 || p->spec->op == ACTION_CREATE)
		return true;
	for (size_t i = 0; i < paths->count; i++) {
		const char *pointer = path_pointer(&e->page, paths->items[i], -1);
		const struct value *v = pointer ? eval_first(e, e->group->key_slots[i]) : NULL;

		if (v && v->kind > VALUE_NULL && !observe(p, e, pointer, v, &field))
			return false;
	}
	return true;
}

/* Whether the patch would do anything. */
static bool changes_nothing(const struct proposal *p)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct touched *f = &p->fields[i];

		if (f->changes && !span_equal(f->was, f->will))
			return false;
	}
	return p->spec->op == ACTION_PATCH;
}

static const char *render(struct proposal *p, const char *store)
{
	const char *shop = p->draft->shop.n ? p->draft->shop.p : NULL;

	return template_render(p->page, store, shop, p->now, false);
}

static void write_target(struct proposal *p, struct jsonout *out)
{
	const struct recover_spec *spec = p->spec;
	const char *store = spec->store ? render(p, spec->store) : NULL;

	jsonout_key(out, "target");
	jsonout_open(out, '{');
	jsonout_pair(out, "system", spec->system ? spec->system : p->source_name);
	if (store)
		jsonout_pair(out, "store", store);
	else
		jsonout_pair_span(out, "store", p->draft->index);
	jsonout_pair_raw(out, "key", p->draft->key);
	jsonout_close(out, '}');
}

/* From what is to what will be; the other way round for the undo. */
static void write_patch(struct proposal *p, struct jsonout *out, bool undo)
{
	bool create = p->spec->op == ACTION_CREATE;

	jsonout_key(out, "patch");
	jsonout_open(out, '[');
	for (size_t i = 0; i < p->count; i++) {
		const struct touched *f = &p->fields[i];
		struct span from = undo ? f->will : create ? SPAN_NONE : f->was, to = undo ? f->was : f->will;

		if (!f->changes || span_equal(from, to))
			continue;
		action_write_op(out, to.n == 0 ? "remove" : from.n == 0 ? "add" : "replace", f->pointer, to);
	}
	jsonout_close(out, ']');
}

static void write_precondition(struct proposal *p, struct jsonout *out, bool undo)
{
	bool create = p->spec->op == ACTION_CREATE && !undo;

	jsonout_key(out, "precondition");
	jsonout_open(out, '[');
	action_write_check(out, create ? "absent" : "exists");
	jsonout_close(out, '}');
	for (size_t i = 0; i < p->count && !create; i++) {
		if (!undo || p->fields[i].changes)
			action_write_state(out, p->fields[i].pointer, undo ? p->fields[i].will : p->fields[i].was);
	}
	if (!undo && !create)
		action_write_seq_no(out, seq_no_of_target(p), p->draft->primary_term);
	jsonout_close(out, ']');
}

static void write_source(struct proposal *p, struct jsonout *out)
{
	const struct recover_spec *spec = p->spec;

	jsonout_key(out, "source");
	jsonout_open(out, '{');
	jsonout_pair(out, "system", spec->source_system);
	jsonout_pair(out, "store", render(p, spec->source_store));
	jsonout_pair_raw(out, "key", p->draft->key);
	if (spec->source_path)
		jsonout_pair(out, "path", spec->source_path);
	jsonout_pair_bool(out, "reread", true);
	jsonout_close(out, '}');
}

static void write_values(struct proposal *p, struct jsonout *out, const char *name, bool after)
{
	jsonout_key(out, name);
	jsonout_open(out, '{');
	for (size_t i = 0; i < p->count; i++) {
		const struct touched *f = &p->fields[i];
		struct span value = after ? (f->changes ? f->will : SPAN_NONE) : f->was;

		if (value.n && !(p->spec->op == ACTION_CREATE && !after))
			jsonout_pair_raw(out, f->pointer, value);
	}
	jsonout_close(out, '}');
}

static void write_evidence(struct proposal *p, struct jsonout *out)
{
	char digest[FINGERPRINT_HEX];

	fingerprint_text(digest, &p->draft->value_digest);
	jsonout_key(out, "evidence");
	jsonout_open(out, '{');
	jsonout_pair_span(out, "index", p->draft->index);
	jsonout_pair_span(out, "id", p->draft->id);
	if (p->draft->seq_no >= 0) {
		jsonout_pair_int(out, "seq_no", p->draft->seq_no);
		jsonout_pair_int(out, "primary_term", p->draft->primary_term);
	}
	jsonout_pair(out, "value_digest", digest);
	jsonout_close(out, '}');
}

static struct span write_body(struct proposal *p, enum action_op op, bool undo)
{
	struct jsonout out;

	buf_reset(p->work);
	jsonout_init(&out, p->work);
	jsonout_open(&out, '{');
	write_target(p, &out);
	jsonout_pair(&out, "op", action_op_names[op]);
	if (op == ACTION_CALL) {
		jsonout_pair(&out, "call", p->spec->call);
		if (p->spec->arguments.n)
			jsonout_pair_raw(&out, "arguments", p->spec->arguments);
	}
	if (op == ACTION_PATCH || op == ACTION_CREATE)
		write_patch(p, &out, undo);
	write_precondition(p, &out, undo);
	if (op == ACTION_COPY)
		write_source(p, &out);
	write_values(p, &out, "before", undo);
	write_values(p, &out, "after", !undo);
	write_evidence(p, &out);
	jsonout_close(&out, '}');
	return arena_span(p->page, buf_span(p->work));
}

const char *proposal_write(struct proposal *p)
{
	const struct recover_spec *spec = p->spec;
	struct draft *draft = p->draft;

	if (p->count == 0 && draft->seq_no < 0 && spec->op != ACTION_CREATE)
		return "no correction is proposed: the document has neither a key nor a seq_no to tie it to";
	if (changes_nothing(p))
		return NULL;
	draft->action = write_body(p, spec->op, false);
	if (draft->action.n > LIMIT_MANIFEST_LINE_BYTES - ACTION_LINE_MARGIN) {
		draft->action = SPAN_NONE;
		return "no correction is proposed: it is longer than LIMIT_MANIFEST_LINE_BYTES";
	}
	draft->action_auto = spec->automatic;
	if (spec->op == ACTION_PATCH)
		draft->undo = write_body(p, ACTION_PATCH, true);
	else if (spec->op == ACTION_CREATE)
		draft->undo = write_body(p, ACTION_DELETE, true);
	return NULL;
}

void eval_propose(struct eval *e, const struct rule_plan *plan, const struct verdict *verdict, struct draft *draft)
{
	struct proposal p = {.page = &e->page,
		.work = &e->work,
		.source_name = e->options.source_name,
		.now = e->options.now,
		.spec = plan->rule->recover,
		.draft = draft};
	const char *trouble = NULL;

	if (!observe_all(&p, e, plan, verdict) || !observe_key(&p, e))
		trouble = e->trouble;
	else
		trouble = proposal_write(&p);
	if (trouble == NULL)
		return;
	e->trouble = trouble;
	eval_error(e, (size_t)(plan - e->group->plans), "recover");
}
