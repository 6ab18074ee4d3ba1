/*
 * Documents pass: a row of each is kept for every rule that looks at all of
 * them together. A row that cannot be kept is an error of its rule, not of the walk.
 */
#include "base/base.h"
#include "rule/set.h"

#include "base/jsonout.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "model/amount.h"
#include "rule/pair.h"

#define SHOWN_BYTES 80

const struct check_ops set_unique = {
	.name = "unique",
	.explain = "No two documents of the query have the same key; a key with an absent or null part is none.",
};
const struct check_ops set_references = {
	.name = "references",
	.explain = "A document of the other query has this key; a key with an absent or null part refers to none.",
};

/* ---- one run ---- */

struct sets *sets_new(const struct rule_set *rules)
{
	struct sets *s = xcalloc(1, sizeof(*s));
	size_t count = 0;

	s->rules = rules;
	s->states = xcalloc(rules->count + 1, sizeof(*s->states));
	for (size_t i = 0; i < rules->count; i++)
		count += rules->rules[i].kind == RULE_SET || rules->rules[i].kind == RULE_PAIR;
	s->memory = LIMIT_SET_BYTES / (count ? count : 1);
	if (s->memory > LIMIT_SET_RULE_BYTES)
		s->memory = LIMIT_SET_RULE_BYTES;
	s->sha = sha_new();
	buf_init(&s->row, 4 * LIMIT_SORT_RECORD_BYTES);
	buf_init(&s->work, SIZE_MAX / 4);
	arena_init(&s->page);
	return s;
}

void sets_free(struct sets *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->rules->count; i++) {
		sorter_free(s->states[i].sorter);
		free(s->states[i].why);
	}
	free(s->states);
	sha_free(s->sha);
	buf_clear(&s->row);
	buf_clear(&s->work);
	arena_clear(&s->page);
	free(s);
}

void sets_fail(struct sets *s, const struct rule *rule, const char *why)
{
	struct set_state *state = &s->states[rule->number];

	if (state->why == NULL)
		state->why = xstrdup(why);
}

const struct query *set_target_query(const struct rule *rule)
{
	return rule->set ? rule->set->target : rule->pair ? rule->pair->sides[1].query : NULL;
}

void set_keep_row(struct sets *s, const struct rule *rule)
{
	struct set_state *state = &s->states[rule->number];
	struct error error = {0};

	if (state->why)
		return;
	if (state->sorter == NULL)
		state->sorter = sorter_new(s->memory);
	if (buf_over(&s->row))
		sets_fail(s, rule, "a document's row is over LIMIT_SORT_RECORD_BYTES");
	else if (sorter_add(state->sorter, buf_span(&s->row), &error) < 0)
		sets_fail(s, rule, error.message);
}

static void keep(struct sets *s, const struct rule *rule, const struct set_row *row)
{
	buf_reset(&s->row);
	set_row_write(&s->row, row, rule->set->compare_count);
	set_keep_row(s, rule);
}

/* ---- keys ---- */

/* 1, 1.0 and 1e0 are one number, "1" is a text. */
static void hash_value(struct sets *s, struct eval *e, const struct value *v)
{
	struct span text = eval_text(e, v);
	struct amount number;
	uint64_t length;

	buf_reset(&s->work);
	if (v->kind == VALUE_NUMBER && decimal_valid(text) && amount_set(&number, text)) {
		amount_text(&s->work, &number);
		text = buf_span(&s->work);
	}
	length = text.n;
	sha_add(s->sha, &(char){(char)v->kind}, 1);
	sha_add(s->sha, &length, sizeof(length));
	sha_add(s->sha, text.p, text.n);
}

static void digest_of(
	struct fingerprint *digest, struct sets *s, struct eval *e, const struct value *const *values, size_t count)
{
	unsigned char whole[SHA_BYTES];

	sha_reset(s->sha);
	for (size_t i = 0; i < count; i++)
		hash_value(s, e, values[i]);
	sha_end(s->sha, whole);
	memcpy(digest->bytes, whole, FINGERPRINT_BYTES);
}

/* The key as a finding shows it: the value itself, or a map of several. */
static struct span show_key(
	struct sets *s, struct eval *e, const struct set_spec *spec, const struct value *const *values)
{
	struct jsonout out;

	if (spec->count == 1)
		return eval_whole(e, values[0]);
	buf_reset(&s->work);
	jsonout_init(&out, &s->work);
	jsonout_open(&out, '{');
	for (size_t i = 0; i < spec->count; i++) {
		jsonout_key(&out, spec->entries[i].field);
		jsonout_raw(&out, eval_whole(e, values[i]));
	}
	jsonout_close(&out, '}');
	return buf_span(&s->work);
}

/* ---- what is compared ---- */

static void take_value(struct set_value *out, struct eval *e, int slot, enum compare_as as, int zone)
{
	const struct value *v = eval_first(e, slot);
	struct span text = SPAN_NONE;
	int64_t ms;
	bool cut;

	*out = (struct set_value){.state = SET_NOTHING};
	if (v == NULL || v->kind <= VALUE_NULL)
		return;
	out->shown = eval_json(e, v, SHOWN_BYTES, &cut);
	if (as == COMPARE_NUMBER)
		text = check_number(e, v, false);
	else if (as == COMPARE_INSTANT && value_instant(&ms, v, zone, &e->scratch) == 0)
		text = span_of(arena_printf(&e->scratch, "%lld", (long long)ms));
	else if (as == COMPARE_TEXT && v->kind <= VALUE_TEXT)
		text = eval_text(e, v);
	out->state = text.p ? SET_VALUE : SET_MISFIT;
	out->text = text;
	if (out->text.n == 0 && as != COMPARE_TEXT)
		out->state = SET_MISFIT;
}

/* ---- rows ---- */

struct span set_document_of(struct sets *s, struct eval *e)
{
	if (e->doc->id.n)
		return span_of(arena_printf(&e->scratch, "%.*s/%.*s", SPAN_ARG(e->doc->index), SPAN_ARG(e->doc->id)));
	return span_of(arena_printf(&e->scratch, "%020llu", (unsigned long long)++s->serial));
}

static void fill_own(struct set_row *row, struct eval *e, const struct rule *rule)
{
	const struct identity *identity = eval_identity(e);

	row->side = SIDE_OWN;
	row->shop = identity->shop;
	row->entity = identity->key;
	if (rule->set->unique)
		row->entity_of_one = eval_key_of_one(e);
	row->seq_no = e->doc->seq_no;
	row->primary_term = e->doc->primary_term;
	row->version = e->doc->version;
	if (row->index.n == 0)
		row->index = span_of(e->options.index);
	for (size_t i = 0; i < rule->set->compare_count; i++)
		take_value(&row->values[i], e, rule->set->compares[i].slot, rule->set->compares[i].as, e->zone);
}

static void fill_target(struct set_row *row, struct eval *e, const struct rule *rule)
{
	row->side = SIDE_TARGET;
	for (size_t i = 0; i < rule->set->compare_count; i++)
		take_value(&row->values[i], e, rule->set->compares[i].other_slot, rule->set->compares[i].as,
			rule->set->target_zone);
}

/* The next key of the document: of several fields there is one, of one field with [] one an element. */
static bool next_key(const struct value **values, struct eval *e, const int *slots, size_t count, bool first)
{
	if (!first && count > 1)
		return false;
	values[0] = first ? eval_first(e, slots[0]) : eval_next(e, values[0]);
	for (size_t i = 1; i < count; i++)
		values[i] = eval_first(e, slots[i]);
	return values[0] != NULL;
}

static bool is_there(const struct value *const *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (values[i] == NULL || values[i]->kind <= VALUE_NULL)
			return false;
	}
	return true;
}

/* The field whose value is a list or a map, which is no part of a key; COUNT when none is. */
static size_t misfit(const struct value *const *values, size_t count)
{
	size_t i = 0;

	while (i < count && values[i]->kind <= VALUE_TEXT)
		i++;
	return i;
}

static void add_own(struct eval *e, size_t plan, struct set_row *row, const struct value *const *values)
{
	const struct rule *rule = e->group->plans[plan].rule;
	const struct set_spec *spec = rule->set;
	struct sets *s = e->options.sets;
	struct span key;

	if (row->document.n == 0) {
		fill_own(row, e, rule);
		row->document = set_document_of(s, e);
	}
	digest_of(&row->digest, s, e, values, spec->count);
	row->allowed = false;
	for (size_t i = 0; rule->allow_count && i < spec->count && !row->allowed; i++)
		row->allowed = eval_allowed(e, rule, spec->entries[i].slot, values[i]);
	if (rule->recover)
		row->observed = set_observe(e, &e->group->plans[plan], values);
	s->now = e->options.now;
	key = show_key(s, e, spec, values);
	row->key = utf8_cut(key, LIMIT_VALUE_BYTES);
	row->key_cut = row->key.n < key.n;
	keep(s, rule, row);
}

int set_add_document(struct eval *e, size_t plan, struct error *error)
{
	const struct rule *rule = e->group->plans[plan].rule;
	const struct set_spec *spec = rule->set;
	const struct value *values[LIMIT_SET_FIELDS];
	struct set_row row = {.index = e->doc->index, .id = e->doc->id};
	int slots[LIMIT_SET_FIELDS];

	if (e->options.sets == NULL)
		return 0;
	for (size_t i = 0; i < spec->count; i++)
		slots[i] = spec->entries[i].slot;
	for (bool first = true; next_key(values, e, slots, spec->count, first); first = false) {
		size_t wrong;

		if (!is_there(values, spec->count))
			continue;
		wrong = misfit(values, spec->count);
		if (wrong < spec->count) {
			const struct rule_check *entry = &spec->entries[wrong];

			return eval_find(e, plan, &(struct verdict){entry, entry->checks, values[wrong], true}, error);
		}
		add_own(e, plan, &row, values);
	}
	return 0;
}

void set_add_target(struct eval *e, const struct rule *rule)
{
	const struct set_spec *spec = rule->set;
	const struct value *values[LIMIT_SET_FIELDS];
	struct sets *s = e->options.sets;
	struct set_row row = {.index = e->doc->index, .id = e->doc->id};

	if (s == NULL)
		return;
	for (bool first = true; next_key(values, e, spec->target_slots, spec->count, first); first = false) {
		if (!is_there(values, spec->count) || misfit(values, spec->count) < spec->count)
			continue;
		if (row.document.n == 0) {
			fill_target(&row, e, rule);
			row.document = set_document_of(s, e);
		}
		digest_of(&row.digest, s, e, values, spec->count);
		keep(s, rule, &row);
	}
}
