/*
 * A key on which two sides do not agree -> a draft: what it is, and one line
 * for people that names both sides and what each holds.
 */
#include "base/base.h"
#include "rule/pair.h"

#include "base/jsonout.h"
#include "base/utf8.h"

#define SHOWN_BYTES 80 /* of a value in a message */
#define SHOWN_FIELDS 5 /* differences that a message tells */

/* ---- what is said ---- */

static void add_shown(struct buf *out, const struct pair_value *v)
{
	struct span cut = utf8_cut(v->json, SHOWN_BYTES);

	if (v->state == PAIR_ABSENT) {
		buf_adds(out, "nothing");
		return;
	}
	buf_add_span(out, cut);
	if (cut.n < v->json.n)
		buf_adds(out, "…");
}

static void say_side(struct buf *out, const struct pair_spec *spec, int side)
{
	buf_addf(out, "%s (%s)", pair_side_names[side], spec->sides[side].query->name);
}

static void say_versions(struct buf *out, const struct pair_match *m)
{
	if (m->rows[0].version.state != PAIR_HELD || m->rows[1].version.state != PAIR_HELD)
		return;
	buf_adds(out, "; version ");
	add_shown(out, &m->rows[0].version);
	buf_adds(out, " on the left, ");
	add_shown(out, &m->rows[1].version);
	buf_adds(out, " on the right");
}

/* price: left (shop) has 1980, right (back-end) has 2480; stock: 3, 0 */
static void say_differences(struct buf *out, const struct pair_spec *spec, const struct pair_match *m)
{
	size_t said = 0;

	for (size_t i = 0; i < spec->compare_count; i++) {
		if (!m->differs[i])
			continue;
		if (said++ == SHOWN_FIELDS) {
			buf_adds(out, "; …");
			break;
		}
		buf_addf(out, said > 1 ? "; %s: " : "%s: ", spec->compares[i].fields[0]);
		for (int side = 0; side < 2; side++) {
			if (said == 1) {
				say_side(out, spec, side);
				buf_adds(out, " has ");
			}
			add_shown(out, &m->rows[side].values[i]);
			buf_adds(out, side ? "" : ", ");
		}
	}
	say_versions(out, m);
}

static void say_duplicate(struct buf *out, const struct pair_spec *spec, const struct pair_match *m)
{
	bool both = m->count[0] > 1 && m->count[1] > 1;

	for (int side = 0; side < 2; side++) {
		if (m->count[side] < 2)
			continue;
		buf_adds(out, side && both ? "; " : "");
		say_side(out, spec, side);
		buf_addf(out, " has %lld documents with this key: %.*s%s", (long long)m->count[side],
			SPAN_ARG(buf_span(&m->named[side])), m->count[side] > LIMIT_SET_NAMED ? ", …" : "");
	}
}

static void say_key(struct buf *out, const struct pair_spec *spec, const struct pair_match *m, bool null)
{
	int side = m->count[0] ? 0 : 1;

	say_side(out, spec, side);
	buf_addf(out, ": a part of the key (");
	for (size_t i = 0; i < spec->key_count; i++)
		buf_addf(out, "%s%s", i ? ", " : "",
			fields_path(spec->sides[side].group->fields, spec->sides[side].key_slots[i]));
	buf_adds(out, null ? ") is absent or null" : ") is a list or a map");
}

static const char *wants(enum pair_as as)
{
	return as == PAIR_DECIMAL ? "a decimal number" : as == PAIR_INSTANT ? "an instant" : "a text, number or bool";
}

/* The first value that cannot be compared; compare_count when the key itself is what is wrong. */
static size_t misfit_at(const struct pair_spec *spec, const struct pair_row *row)
{
	size_t i = 0;

	while (i < spec->compare_count && row->values[i].state != PAIR_MISFIT)
		i++;
	return i;
}

static void say_misfit(struct buf *out, const struct pair_spec *spec, const struct pair_match *m, int side)
{
	size_t at = misfit_at(spec, &m->rows[side]);

	if (m->rows[side].kind == PAIR_KEY_BAD) {
		say_key(out, spec, m, false);
		return;
	}
	buf_addf(out, "%s: ", spec->compares[at].fields[side]);
	say_side(out, spec, side);
	buf_adds(out, " has ");
	add_shown(out, &m->rows[side].values[at]);
	buf_addf(out, ", which is not %s", wants(spec->compares[at].as));
}

static void say(struct buf *out, const struct pair_spec *spec, const struct pair_match *m, enum pair_class klass)
{
	switch (klass) {
	case PAIR_MISSING_LEFT:
	case PAIR_MISSING_RIGHT:
		buf_adds(out, "only in ");
		say_side(out, spec, klass == PAIR_MISSING_LEFT);
		buf_adds(out, ", not in ");
		say_side(out, spec, klass == PAIR_MISSING_RIGHT);
		break;
	case PAIR_STALE_LEFT:
	case PAIR_STALE_RIGHT:
	case PAIR_MISMATCH: say_differences(out, spec, m); break;
	case PAIR_DUPLICATE_KEY: say_duplicate(out, spec, m); break;
	case PAIR_NULL_KEY: say_key(out, spec, m, true); break;
	case PAIR_INVALID_LEFT:
	case PAIR_INVALID_RIGHT: say_misfit(out, spec, m, klass == PAIR_INVALID_RIGHT); break;
	}
}

/* ---- what is kept ---- */

/* {"price":{"left":1980,"right":2480}}: what differs, or what cannot be compared. */
static void write_values(struct buf *out, const struct pair_spec *spec, const struct pair_match *m)
{
	struct jsonout json;

	jsonout_init(&json, out);
	jsonout_open(&json, '{');
	for (size_t i = 0; i < spec->compare_count; i++) {
		if (!m->differs[i] && m->rows[0].values[i].state != PAIR_MISFIT &&
			m->rows[1].values[i].state != PAIR_MISFIT)
			continue;
		jsonout_key(&json, spec->compares[i].fields[0]);
		jsonout_open(&json, '{');
		for (int side = 0; side < 2; side++) {
			if (m->rows[side].values[i].json.n)
				jsonout_pair_raw(&json, pair_side_names[side], m->rows[side].values[i].json);
		}
		jsonout_close(&json, '}');
	}
	jsonout_close(&json, '}');
}

/* The same difference of the same versions has the same digest. */
static void take_value(struct draft *d, struct sets *s, const struct pair_spec *spec, const struct pair_match *m)
{
	struct span whole, cut;

	buf_reset(&s->work);
	write_values(&s->work, spec, m);
	whole = arena_span(&s->page, buf_span(&s->work));
	cut = utf8_cut(whole, LIMIT_VALUE_BYTES);
	d->value_cut = cut.n < whole.n;
	d->value = d->value_cut ? arena_span(&s->page, cut) : whole;
	for (int side = 0; side < 2; side++) {
		buf_addc(&s->work, '\n');
		buf_add_span(&s->work, m->rows[side].version.json);
		buf_addf(&s->work, "\n%lld", (long long)m->count[side]);
	}
	d->value_digest = fingerprint_of(buf_span(&s->work));
}

static const char *field_of(const struct pair_spec *spec, const struct pair_match *m, enum pair_class klass)
{
	if (klass == PAIR_INVALID_LEFT || klass == PAIR_INVALID_RIGHT) {
		int side = klass == PAIR_INVALID_RIGHT;
		size_t at = misfit_at(spec, &m->rows[side]);

		return at < spec->compare_count ? spec->compares[at].fields[side] : "";
	}
	for (size_t i = 0; i < spec->compare_count; i++) {
		if (m->differs[i])
			return spec->compares[i].fields[0];
	}
	return "";
}

/* The side that the finding is about: what is behind, what is wrong, or what is there alone. */
static int side_of(const struct pair_match *m, enum pair_class klass)
{
	if (m->count[0] == 0 || m->count[1] == 0)
		return m->count[0] == 0;
	if (klass == PAIR_DUPLICATE_KEY)
		return m->count[0] < 2;
	return klass == PAIR_STALE_RIGHT || klass == PAIR_MISMATCH || klass == PAIR_INVALID_RIGHT;
}

void pair_draft(struct pair_candidate *out, struct sets *s, const struct rule *rule, const struct pair_match *m,
	enum pair_class klass)
{
	const struct pair_spec *spec = rule->pair;
	const struct pair_row *row = &m->rows[side_of(m, klass)];
	struct draft *d = &out->draft;

	*out = (struct pair_candidate){.klass = klass, .scope = arena_span(&s->page, row->scope)};
	for (int side = 0; side < 2; side++)
		out->seen[side] = (struct pair_seen){m->count[side] > 0, arena_span(&s->page, m->rows[side].index),
			arena_span(&s->page, m->rows[side].id), m->rows[side].seq_no, m->rows[side].primary_term};
	*d = draft_of(rule);
	d->query = spec->sides[side_of(m, klass)].query->name;
	d->severity = (enum severity)spec->severities[klass];
	d->steady = true;
	d->klass = pair_class_names[klass];
	d->field = span_of(field_of(spec, m, klass));
	d->shop = arena_span(&s->page, m->rows[m->rows[0].shop.n == 0].shop);
	d->key = arena_span(&s->page, row->key);
	d->index = out->seen[side_of(m, klass)].index;
	d->id = out->seen[side_of(m, klass)].id;
	d->seq_no = row->seq_no;
	d->primary_term = row->primary_term;
	d->version = row->es_version;
	take_value(d, s, spec, m);
	buf_reset(&s->work);
	say(&s->work, spec, m, klass);
	d->message = set_message(s, spec->message);
	draft_identify(d);
	if (rule->recover)
		pair_propose(d, s, rule, m, klass);
}
