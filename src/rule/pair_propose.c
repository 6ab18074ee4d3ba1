/*
 * A difference of two sides -> the action that would end it, and the one that
 * would undo that. What is behind takes what the other side holds, read again when it is
 * done; what is missing is made where the truth has it; nothing is ever deleted. Nothing is done here.
 */
#include "base/base.h"
#include "rule/pair.h"

#include "base/jsonscan.h"
#include "rule/action_text.h"
#include "rule/compile.h"

struct correction {
	struct sets *s;
	const struct rule *rule;
	const struct pair_spec *spec;
	const struct recover_spec *recover;
	const struct pair_match *m;
	const struct draft *draft;
	enum action_op op;
	int side; /* that is corrected; the other one is the truth */
};

/* ---- what is corrected by what ---- */

/* The side to correct; -1: none, since nobody said which is right, or what is right is that it is not there. */
static int side_to_correct(const struct recover_spec *recover, enum pair_class klass)
{
	switch (klass) {
	case PAIR_STALE_LEFT: return 0;
	case PAIR_STALE_RIGHT: return 1;
	case PAIR_MISMATCH: return recover->truth < 0 ? -1 : !recover->truth;
	case PAIR_MISSING_LEFT: return recover->truth == 1 ? 0 : -1;
	case PAIR_MISSING_RIGHT: return recover->truth == 0 ? 1 : -1;
	case PAIR_DUPLICATE_KEY:
	case PAIR_NULL_KEY:
	case PAIR_INVALID_LEFT:
	case PAIR_INVALID_RIGHT: break;
	}
	return -1;
}

static bool is_missing(const struct correction *c)
{
	return c->m->count[c->side] == 0;
}

/* What is compared, is of concern when it differs, or when the whole document is to be made. */
static bool concerns(const struct correction *c, size_t i)
{
	return is_missing(c) ? c->m->rows[!c->side].values[i].json.n > 0 : c->m->differs[i];
}

static const char *pointer_of(const struct correction *c, size_t i, int side)
{
	return path_pointer(&c->s->page, c->spec->compares[i].fields[side], -1);
}

static struct span value_of(const struct correction *c, size_t i, int side)
{
	return c->m->rows[side].values[i].json;
}

/* ---- parts of the body ---- */

/* Visits the parts of the key with their names on SIDE. */
static void each_part(const struct correction *c, int side,
	void (*visit)(void *arg, const char *path, struct span value, const struct correction *c), void *arg)
{
	const struct pair_side *s = &c->spec->sides[side];
	char *text = arena_zalloc(&c->s->page, c->draft->key.n + LIMIT_JSON_PADDING);
	struct span name, raw;
	struct jsonscan scan;
	bool first = true, escaped;

	memcpy(text, c->draft->key.p, c->draft->key.n);
	jsonscan_init(&scan, (struct span){text, c->draft->key.n});
	if (!jsonscan_enter(&scan, JSON_OBJECT))
		return;
	for (size_t i = 0; i < c->spec->key_count && jsonscan_key(&scan, &first, &name, &escaped); i++) {
		if (jsonscan_value(&scan, &raw, &escaped) == JSON_STRING)
			raw = (struct span){raw.p - 1, raw.n + 2};
		visit(arg, fields_path(s->group->fields, s->key_slots[i]), raw, c);
	}
}

static void add_part(void *arg, const char *path, struct span value, const struct correction *c)
{
	(void)c;
	jsonout_key(arg, path);
	jsonout_raw(arg, value);
}

static void write_place(struct jsonout *out, const struct correction *c, int side)
{
	const struct query *query = c->spec->sides[side].query;
	struct span index = c->m->rows[side].index;

	jsonout_pair(out, "system", query->source_name);
	if (index.n == 0 && query->index)
		index = span_of(template_render(
			&c->s->page, query->index, c->draft->shop.n ? c->draft->shop.p : NULL, c->s->now, false));
	jsonout_pair_span(out, "store", index);
	jsonout_key(out, "key");
	jsonout_open(out, '{');
	each_part(c, side, add_part, out);
	jsonout_close(out, '}');
}

static void write_place_of(struct jsonout *out, const char *name, const struct correction *c, int side)
{
	jsonout_key(out, name);
	jsonout_open(out, '{');
	write_place(out, c, side);
	if (side != c->side) {
		struct span version = c->m->rows[side].version.json;

		if (c->spec->compare_count == 1 && strcmp(pointer_of(c, 0, side), pointer_of(c, 0, c->side)) != 0)
			jsonout_pair(out, "path", pointer_of(c, 0, side));
		jsonout_pair_bool(out, "reread", true);
		if (decimal_valid(version) && decimal_is_integer(version))
			jsonout_pair_raw(out, "min_version", version);
	}
	jsonout_close(out, '}');
}

/* What a new document is made of: the maps on the way to a value come before it, each once. */
struct making {
	struct jsonout *out;
	const char *made[LIMIT_PATH_PARTS * 2 * LIMIT_SET_FIELDS];
	size_t count;
};

static void make_way(struct making *m, const struct correction *c, const char *pointer)
{
	for (const char *end = strchr(pointer + 1, '/'); end; end = strchr(end + 1, '/')) {
		const char *map = arena_strndup(&c->s->page, pointer, (size_t)(end - pointer));
		size_t i = 0;

		while (i < m->count && strcmp(m->made[i], map) != 0)
			i++;
		if (i < m->count)
			continue;
		m->made[m->count++] = map;
		action_write_op(m->out, "add", map, SPAN_LITERAL("{}"));
	}
}

static void make_field(struct making *m, const struct correction *c, const char *pointer, struct span value)
{
	make_way(m, c, pointer);
	action_write_op(m->out, "add", pointer, value);
}

static void make_key_field(void *arg, const char *path, struct span value, const struct correction *c)
{
	const char *pointer = path_pointer(&c->s->page, path, -1);

	if (strcmp(path, "_id") != 0 && strcmp(path, "_index") != 0 && pointer)
		make_field(arg, c, pointer, value);
}

static void write_new(struct jsonout *out, const struct correction *c)
{
	struct making m = {.out = out, .count = 0};

	each_part(c, c->side, make_key_field, &m);
	for (size_t i = 0; i < c->spec->compare_count; i++) {
		if (concerns(c, i))
			make_field(&m, c, pointer_of(c, i, c->side), value_of(c, i, !c->side));
	}
}

/* From what stands on the side to what stands on the other; the other way round for the undo. */
static void write_patch(struct jsonout *out, const struct correction *c, bool undo)
{
	jsonout_key(out, "patch");
	jsonout_open(out, '[');
	if (is_missing(c))
		write_new(out, c);
	for (size_t i = 0; i < c->spec->compare_count && !is_missing(c); i++) {
		struct span is = value_of(c, i, c->side), will = value_of(c, i, !c->side);
		struct span from = undo ? will : is, to = undo ? is : will;

		if (concerns(c, i))
			action_write_op(out,
				to.n == 0     ? "remove"
				: from.n == 0 ? "add"
					      : "replace",
				pointer_of(c, i, c->side), to);
	}
	jsonout_close(out, ']');
}

static void write_precondition(struct jsonout *out, const struct correction *c, bool undo)
{
	const struct pair_row *row = &c->m->rows[c->side];
	bool absent = is_missing(c) && !undo;

	jsonout_key(out, "precondition");
	jsonout_open(out, '[');
	action_write_check(out, absent ? "absent" : "exists");
	jsonout_close(out, '}');
	for (size_t i = 0; i < c->spec->compare_count && !absent; i++) {
		if (concerns(c, i))
			action_write_state(out, pointer_of(c, i, c->side), value_of(c, i, undo ? !c->side : c->side));
	}
	if (!undo && !absent)
		action_write_seq_no(out, row->seq_no, row->primary_term);
	jsonout_close(out, ']');
}

static void write_values(struct jsonout *out, const struct correction *c, const char *name, int side)
{
	jsonout_key(out, name);
	jsonout_open(out, '{');
	for (size_t i = 0; i < c->spec->compare_count; i++) {
		if (concerns(c, i) && value_of(c, i, side).n)
			jsonout_pair_raw(out, pointer_of(c, i, c->side), value_of(c, i, side));
	}
	jsonout_close(out, '}');
}

static void write_document(struct jsonout *out, const struct pair_row *row)
{
	jsonout_pair_span(out, "index", row->index);
	if (row->id.n)
		jsonout_pair_span(out, "id", row->id);
	if (row->seq_no >= 0) {
		jsonout_pair_int(out, "seq_no", row->seq_no);
		jsonout_pair_int(out, "primary_term", row->primary_term);
	}
}

static void write_evidence(struct jsonout *out, const struct correction *c)
{
	char digest[FINGERPRINT_HEX];

	fingerprint_text(digest, &c->draft->value_digest);
	jsonout_key(out, "evidence");
	jsonout_open(out, '{');
	if (!is_missing(c))
		write_document(out, &c->m->rows[c->side]);
	jsonout_pair(out, "value_digest", digest);
	for (int side = 0; side < 2; side++) {
		if (c->m->count[side] == 0)
			continue;
		jsonout_key(out, pair_side_names[side]);
		jsonout_open(out, '{');
		write_document(out, &c->m->rows[side]);
		jsonout_close(out, '}');
	}
	jsonout_close(out, '}');
}

static struct span write_body(const struct correction *c, enum action_op op, bool undo)
{
	struct jsonout out;

	buf_reset(&c->s->work);
	jsonout_init(&out, &c->s->work);
	jsonout_open(&out, '{');
	jsonout_key(&out, "target");
	jsonout_open(&out, '{');
	write_place(&out, c, c->side);
	jsonout_close(&out, '}');
	jsonout_pair(&out, "op", action_op_names[op]);
	if (op == ACTION_CALL) {
		jsonout_pair(&out, "call", c->recover->call);
		if (c->recover->arguments.n)
			jsonout_pair_raw(&out, "arguments", c->recover->arguments);
	}
	if (op == ACTION_COPY || op == ACTION_CREATE || op == ACTION_PATCH)
		write_patch(&out, c, undo);
	write_precondition(&out, c, undo);
	if (op == ACTION_COPY)
		write_place_of(&out, "source", c, !c->side);
	write_values(&out, c, "before", undo ? !c->side : c->side);
	write_values(&out, c, "after", undo ? c->side : !c->side);
	write_evidence(&out, c);
	jsonout_close(&out, '}');
	return arena_span(&c->s->page, buf_span(&c->s->work));
}

/* ---- the action ---- */

/* A value that no line of a manifest can hold is no small matter: the rule says so. */
static bool has_room(const struct correction *c)
{
	for (size_t i = 0; i < c->spec->compare_count; i++) {
		for (int side = 0; side < 2; side++) {
			if (concerns(c, i) && value_of(c, i, side).n > LIMIT_ACTION_VALUE_BYTES)
				return false;
		}
	}
	return true;
}

/* The key is known by its digest alone: no document is found by it. */
static bool has_key(const struct correction *c)
{
	return !span_starts(c->draft->key, "{\"" PAIR_LONG_KEY "\"");
}

void pair_propose(
	struct draft *d, struct sets *s, const struct rule *rule, const struct pair_match *m, enum pair_class klass)
{
	struct correction c = {.s = s, .rule = rule, .spec = rule->pair, .recover = rule->recover, .m = m, .draft = d};
	bool call = rule->recover->op == ACTION_CALL;

	c.side = side_to_correct(rule->recover, klass);
	if (c.side < 0)
		return;
	if (!has_room(&c) || !has_key(&c)) {
		sets_fail(s, rule,
			"no correction is proposed: a value is over LIMIT_ACTION_VALUE_BYTES, or a key over "
			"LIMIT_KEY_BYTES");
		return;
	}
	c.op = call ? ACTION_CALL : is_missing(&c) ? ACTION_CREATE : ACTION_COPY;
	d->action = write_body(&c, c.op, false);
	if (d->action.n > LIMIT_MANIFEST_LINE_BYTES - ACTION_LINE_MARGIN) {
		d->action = SPAN_NONE;
		sets_fail(s, rule, "no correction is proposed: it is longer than LIMIT_MANIFEST_LINE_BYTES");
		return;
	}
	d->action_auto = (rule->recover->automatic_classes >> klass & 1u) != 0;
	if (c.op == ACTION_CREATE)
		d->undo = write_body(&c, ACTION_DELETE, true);
	else if (c.op == ACTION_COPY)
		d->undo = write_body(&c, ACTION_PATCH, true);
}
