/*
 * Documents of two sides pass: a row of each is kept for the rules that hold
 * the sides against each other. A row that cannot be kept is an error of its rule, not of the walk.
 */
#include "base/base.h"
#include "rule/pair.h"

#include "base/jsonout.h"

static const struct value nothing = {.kind = VALUE_ABSENT};

/* ---- keys ---- */

/* A key over its limit is known by its digest. Lives until e->work is used again. */
static struct span key_text(struct eval *e)
{
	char hex[SHA_HEX];

	if (e->work.len <= LIMIT_KEY_BYTES)
		return buf_span(&e->work);
	sha_hex_of(hex, buf_span(&e->work));
	return span_of(arena_printf(&e->page, "{\"" PAIR_LONG_KEY "\":\"%s\"}", hex));
}

/* What the document in hand meets the other side by. */
static enum pair_row_kind make_key(struct span *key, struct eval *e, const struct pair_spec *spec, int side)
{
	const struct value *values[LIMIT_SET_FIELDS];
	enum pair_row_kind kind = PAIR_KEYED;
	struct jsonout out;

	*key = SPAN_NONE;
	for (size_t i = 0; i < spec->key_count; i++) {
		values[i] = eval_first(e, spec->sides[side].key_slots[i]);
		if (values[i] == NULL || values[i]->kind <= VALUE_NULL)
			return PAIR_KEY_NULL;
		if (values[i]->kind > VALUE_TEXT)
			kind = PAIR_KEY_BAD;
	}
	if (kind != PAIR_KEYED)
		return kind;
	buf_reset(&e->work);
	jsonout_init(&out, &e->work);
	jsonout_open(&out, '{');
	for (size_t i = 0; i < spec->key_count; i++) {
		jsonout_key(&out, spec->key[i]);
		jsonout_raw(&out, pair_key_part(e, spec->sides[side].key_slots[i], values[i]));
	}
	jsonout_close(&out, '}');
	*key = key_text(e);
	return kind;
}

/* What a document without a key is known by: its side and itself. */
static struct span own_key(struct eval *e, const struct pair_side *side)
{
	struct jsonout out;

	buf_reset(&e->work);
	jsonout_init(&out, &e->work);
	jsonout_open(&out, '{');
	jsonout_pair(&out, "query", side->query->name);
	if (e->doc->id.n || e->doc->line == 0)
		jsonout_pair_span(&out, "_id", e->doc->id);
	else
		jsonout_pair_int(&out, "_line", e->doc->line);
	jsonout_close(&out, '}');
	return key_text(e);
}

struct span pair_key_of(struct eval *e, const struct rule *rule, int side, const struct doc *doc)
{
	struct span key;

	eval_begin(e, doc, NULL, NULL);
	return make_key(&key, e, rule->pair, side) == PAIR_KEYED ? key : SPAN_NONE;
}

/* ---- rows ---- */

static int64_t changed_at(struct eval *e, const struct pair_side *side)
{
	const struct value *v = side->changed ? eval_first(e, side->changed_slot) : NULL;
	int64_t ms;

	return v && v->kind > VALUE_NULL && value_instant(&ms, v, side->zone, &e->scratch) == 0 ? ms : PAIR_NEVER;
}

void pair_add_document(struct eval *e, const struct rule *rule, int side)
{
	const struct pair_spec *spec = rule->pair;
	const struct pair_side *s = &spec->sides[side];
	struct pair_row row = {.side = side, .scope = SPAN_LITERAL("")};

	if (e->options.sets == NULL)
		return;
	if (spec->by_shop && e->options.shop)
		row.scope = span_of(e->options.shop);
	if (e->doc->id.n == 0)
		row.document = set_document_of(e->options.sets, e);
	row.index = e->doc->index.n ? e->doc->index : span_of(e->options.index);
	row.id = e->doc->id;
	row.shop = eval_shop_alone(e);
	row.seq_no = e->doc->seq_no;
	row.primary_term = e->doc->primary_term;
	row.es_version = e->doc->version;
	row.line = e->doc->line;
	row.changed = changed_at(e, s);
	row.allowed = rule->allow_count && eval_allowed(e, rule, -1, &nothing);
	if (s->version)
		pair_take(&row.version, e, s->version_slot, PAIR_TEXT, s->zone);
	for (size_t i = 0; i < spec->compare_count; i++)
		pair_take(&row.values[i], e, s->slots[i], spec->compares[i].as, s->zone);
	/* last: what the rest has to put together stands in the same place */
	row.kind = make_key(&row.key, e, spec, side);
	if (row.kind != PAIR_KEYED)
		row.key = own_key(e, s);
	buf_reset(&e->options.sets->row);
	pair_row_write(&e->options.sets->row, &row, spec->compare_count);
	set_keep_row(e->options.sets, rule);
}

bool pair_by_shop(const struct rule *rule)
{
	return rule->pair->by_shop;
}

int64_t pair_recheck_after(const struct rule *rule)
{
	return rule->pair->recheck_after;
}

const struct rule_group *pair_group(const struct rule *rule, int side)
{
	return rule->pair->sides[side].group;
}

/* ---- groups ---- */

bool rule_group_versions(const struct rule_group *group)
{
	for (size_t i = 0; i < group->count; i++) {
		if (group->plans[i].rule->recover || group->plans[i].rule->kind == RULE_PAIR)
			return true;
	}
	for (size_t i = 0; i < group->feed_count; i++) {
		if (group->feeds[i]->kind == RULE_PAIR)
			return true;
	}
	return false;
}

/* A rule of A has its right side in B. */
static bool leads_to(const struct rule_group *a, const struct rule_group *b)
{
	for (size_t i = 0; i < b->feed_count; i++) {
		if (b->feeds[i]->kind == RULE_PAIR && b->feeds[i]->pair->sides[0].group == a)
			return true;
	}
	return false;
}

bool rule_groups_meet(const struct rule_group *a, const struct rule_group *b)
{
	return leads_to(a, b) || leads_to(b, a);
}
