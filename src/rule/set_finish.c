/*
 * All documents have passed: the rows of a rule are read in the order of their
 * keys, and what is wrong becomes drafts. One key is in hand at a time, and of it no
 * more than the limits say.
 */
#include "base/base.h"
#include "rule/set.h"

#include "base/limits.h"
#include "base/utf8.h"

struct finishing {
	struct sets *s;
	const struct rule *rule;
	const struct set_spec *spec;
	eval_emit *emit;
	void *arg;
	struct set_result *result;
	bool targets; /* all of them were seen */
	struct sorter_cursor *cursor;
	struct set_row row; /* the one in hand */
	struct buf last;    /* document of the row before it */
};

/* 1 with f->row, 0 at the end; -1 when rows cannot be read, which is the rule's fault and not the walk's. */
static int next_row(struct finishing *f)
{
	struct error e = {0};
	struct span record;
	int got = sorter_next(f->cursor, &record, &e);

	if (got == 1)
		set_row_read(&f->row, record, f->spec->compare_count);
	if (got < 0)
		sets_fail(f->s, f->rule, e.message);
	return got;
}

static bool same_key(const struct fingerprint *a, const struct fingerprint *b)
{
	return memcmp(a->bytes, b->bytes, FINGERPRINT_BYTES) == 0;
}

/* Rows of one document stand together. */
static bool comes_again(struct buf *last, struct span document)
{
	if (span_equal(buf_span(last), document))
		return true;
	buf_reset(last);
	buf_add_span(last, document);
	return false;
}

/* ---- drafts ---- */

static struct span keep(struct finishing *f, struct span text)
{
	return arena_span(&f->s->page, text);
}

struct span set_message(struct sets *s, const char *authored)
{
	struct span said = buf_span(&s->work), cut;
	char *text = authored ? arena_printf(&s->page, "%s (%.*s)", authored, SPAN_ARG(said))
			      : arena_strndup(&s->page, said.p, said.n);

	for (char *p = text; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	}
	cut = utf8_cut(span_of(text), LIMIT_MESSAGE_BYTES);
	return cut.n < strlen(text)
		       ? span_of(arena_printf(&s->page, "%.*s…", SPAN_ARG(utf8_cut(cut, LIMIT_MESSAGE_BYTES - 3))))
		       : cut;
}

struct fault {
	const char *klass, *field;
	struct span value;
	bool cut;
	struct fingerprint digest;         /* of the value */
	const struct set_compare *compare; /* that does not hold; NULL: the key is what is wrong */
};

static int tell(struct finishing *f, const struct fault *fault, struct error *e)
{
	const struct rule *rule = f->rule;
	const struct set_row *row = &f->row;
	const char *why;
	struct draft d = draft_of(rule);

	if (row->allowed) {
		f->result->allowed++;
		return 0;
	}
	if (f->result->findings == LIMIT_FINDINGS_PER_RULE) {
		sets_fail(f->s, rule, "it found more than LIMIT_FINDINGS_PER_RULE");
		return 0;
	}
	f->result->findings++;
	d.klass = fault->klass;
	d.field = span_of(fault->field);
	d.value_cut = fault->cut;
	d.value_digest = fault->digest;
	d.seq_no = row->seq_no;
	d.primary_term = row->primary_term;
	d.version = row->version;
	d.shop = keep(f, row->shop);
	d.key = keep(f, f->spec->unique ? row->entity_of_one : row->entity);
	d.value = keep(f, fault->value);
	d.index = keep(f, row->index);
	d.id = keep(f, row->id);
	d.message = set_message(f->s, f->spec->message);
	draft_identify(&d);
	if (rule->recover && (why = set_propose(f->s, rule, row, fault->compare, &d)) != NULL)
		sets_fail(f->s, rule, why);
	return f->emit(f->arg, &d, e);
}

/* ---- unique ---- */

/* Documents of one key. */
struct crowd {
	struct fingerprint key;
	int64_t count;
	struct buf named; /* the first of them */
};

static void name_document(struct buf *out, const struct set_row *row)
{
	if (row->id.n)
		buf_add_span(out, utf8_cut(row->id, LIMIT_NAME_CHARS));
	else
		key_display(out, row->entity_of_one);
}

/* Reads on to the first row of the next key; f->row is the first of CROWD's. */
static int count_crowd(struct finishing *f, struct crowd *crowd)
{
	int got;

	crowd->key = f->row.digest;
	crowd->count = 0;
	buf_reset(&crowd->named);
	buf_reset(&f->last);
	do {
		if (comes_again(&f->last, f->row.document))
			continue;
		if (crowd->count++ < LIMIT_SET_NAMED) {
			buf_adds(&crowd->named, crowd->count > 1 ? ", " : "");
			name_document(&crowd->named, &f->row);
		}
	} while ((got = next_row(f)) == 1 && same_key(&f->row.digest, &crowd->key));
	return got;
}

static int tell_twin(struct finishing *f, const struct crowd *crowd, struct error *e)
{
	struct buf *out = &f->s->work;

	buf_reset(out);
	buf_addf(out, "%s: %.*s stands in %lld documents: %.*s%s", f->spec->field, SPAN_ARG(utf8_cut(f->row.key, 160)),
		(long long)crowd->count, SPAN_ARG(buf_span(&crowd->named)),
		crowd->count > LIMIT_SET_NAMED ? ", …" : "");
	return tell(f, &(struct fault){"unique", f->spec->field, f->row.key, f->row.key_cut, f->row.digest, NULL}, e);
}

/* F reads the rows for the second time, behind the cursor that counts. */
static int tell_crowd(struct finishing *f, const struct crowd *crowd, struct error *e)
{
	buf_reset(&f->last);
	while (same_key(&f->row.digest, &crowd->key)) {
		int got;

		if (crowd->count > 1 && !comes_again(&f->last, f->row.document) && tell_twin(f, crowd, e) < 0)
			return -1;
		got = next_row(f);
		if (got != 1)
			break;
	}
	return 0;
}

static int finish_unique(struct finishing *f, const struct sorter *rows, struct error *e)
{
	struct finishing ahead = *f;
	struct crowd crowd = {.count = 0};
	int more, failed = 0;

	ahead.cursor = sorter_open(rows);
	buf_init(&ahead.last, SIZE_MAX / 4);
	buf_init(&crowd.named, SIZE_MAX / 4);
	more = next_row(f) == 1 && next_row(&ahead) == 1;
	while (more && failed == 0) {
		more = count_crowd(&ahead, &crowd) == 1;
		failed = tell_crowd(f, &crowd, e);
	}
	buf_clear(&crowd.named);
	buf_clear(&ahead.last);
	sorter_close(ahead.cursor);
	return failed;
}

/* ---- references ---- */

/* What is referred to by one key. */
struct goal {
	struct fingerprint key;
	bool any;
	struct set_row rows[LIMIT_SET_TARGETS]; /* only of rules that compare */
	size_t count;
	struct arena arena;
};

static struct span copy(struct goal *g, struct span text)
{
	return arena_span(&g->arena, text);
}

static void add_target(struct finishing *f, struct goal *g)
{
	struct set_row *row;

	g->any = true;
	if (f->spec->compare_count == 0)
		return;
	if (g->count == LIMIT_SET_TARGETS) {
		sets_fail(f->s, f->rule, "one key has more than LIMIT_SET_TARGETS documents in the other query");
		f->targets = false;
		return;
	}
	row = &g->rows[g->count++];
	*row = f->row;
	row->id = copy(g, row->id);
	for (size_t i = 0; i < f->spec->compare_count; i++) {
		row->values[i].text = copy(g, row->values[i].text);
		row->values[i].shown = copy(g, row->values[i].shown);
	}
}

/* The first comparison of ROW with TARGET that does not hold; NULL when all do. */
static const struct set_compare *first_failing(
	const struct set_spec *spec, const struct set_row *row, const struct set_row *target, bool *type)
{
	for (size_t i = 0; i < spec->compare_count; i++) {
		const struct set_compare *c = &spec->compares[i];
		const struct set_value *a = &row->values[i], *b = &target->values[i];

		if (a->state == SET_NOTHING || b->state == SET_NOTHING)
			continue;
		*type = a->state == SET_MISFIT || b->state == SET_MISFIT;
		if (*type || !compare_holds(c->op, c->as == COMPARE_TEXT ? span_compare(a->text, b->text)
									 : decimal_compare(a->text, b->text)))
			return c;
	}
	return NULL;
}

static int tell_difference(
	struct finishing *f, const struct set_compare *c, bool type, const struct set_row *target, struct error *e)
{
	static const char *const wants[] = {"a number", "a text, number or bool", "an instant"};
	const struct set_value *a = &f->row.values[c - f->spec->compares], *b = &target->values[c - f->spec->compares];
	struct buf *out = &f->s->work;

	buf_reset(out);
	buf_addf(out, "%s: %.*s ", c->field, SPAN_ARG(a->shown));
	if (type && a->state == SET_MISFIT)
		buf_addf(out, "is not %s", wants[c->as]);
	else if (type)
		buf_addf(out, "cannot be compared: %s of %s %.*s is %.*s, not %s", c->other, f->spec->target->name,
			SPAN_ARG(target->id), SPAN_ARG(b->shown), wants[c->as]);
	else
		buf_addf(out, "%s %s (%.*s) of %s %.*s", compare_broken_words[c->op], c->other, SPAN_ARG(b->shown),
			f->spec->target->name, SPAN_ARG(target->id));
	return tell(f,
		&(struct fault){type ? "type" : "compare", c->field, a->shown, false, fingerprint_of(a->shown), c}, e);
}

static int judge(struct finishing *f, const struct goal *g, struct error *e)
{
	const struct set_compare *failing = NULL, *first = NULL;
	bool type = false, first_type = false;
	struct buf *out = &f->s->work;

	if (!f->targets)
		return 0; /* the document that it refers to may be one of those that were not seen */
	if (!g->any) {
		if (!f->spec->missing_is_finding)
			return 0;
		buf_reset(out);
		buf_addf(out, "%s: %.*s stands in no document of query %s", f->spec->field,
			SPAN_ARG(utf8_cut(f->row.key, 160)), f->spec->target->name);
		return tell(f,
			&(struct fault){"references", f->spec->field, f->row.key, f->row.key_cut, f->row.digest, NULL},
			e);
	}
	for (size_t i = 0; i < g->count; i++) {
		failing = first_failing(f->spec, &f->row, &g->rows[i], &type);
		if (failing == NULL)
			return 0;
		if (i == 0) {
			first = failing;
			first_type = type;
		}
	}
	return first ? tell_difference(f, first, first_type, &g->rows[0], e) : 0;
}

static int finish_references(struct finishing *f, struct error *e)
{
	struct goal *g = xcalloc(1, sizeof(*g));
	bool started = false;
	int failed = 0;

	arena_init(&g->arena);
	while (failed == 0 && next_row(f) == 1) {
		if (!started || !same_key(&g->key, &f->row.digest)) {
			started = true;
			g->key = f->row.digest;
			g->any = false;
			g->count = 0;
			arena_reset(&g->arena);
			buf_reset(&f->last);
		}
		if (f->row.side == SIDE_TARGET)
			add_target(f, g);
		else if (!comes_again(&f->last, f->row.document))
			failed = judge(f, g, e);
	}
	arena_clear(&g->arena);
	free(g);
	return failed;
}

/* ---- one rule ---- */

int sets_finish(struct sets *s, const struct rule *rule, bool targets, eval_emit *emit, void *arg,
	struct set_result *result, struct error *error)
{
	struct finishing f = {.s = s, .rule = rule, .spec = rule->set, .emit = emit, .arg = arg, .result = result};
	struct set_state *state = &s->states[rule->number];
	struct error e = {0};
	int failed = 0;

	*result = (struct set_result){0};
	f.targets = targets && state->why == NULL;
	if (state->sorter && sorter_sort(state->sorter, &e) < 0) {
		sets_fail(s, rule, e.message);
	} else if (state->sorter) {
		f.cursor = sorter_open(state->sorter);
		buf_init(&f.last, SIZE_MAX / 4);
		failed = rule->set->unique ? finish_unique(&f, state->sorter, error) : finish_references(&f, error);
		buf_clear(&f.last);
		sorter_close(f.cursor);
	}
	sorter_free(state->sorter);
	state->sorter = NULL;
	result->why = state->why;
	return failed;
}

void sets_page(struct sets *s)
{
	arena_reset(&s->page);
}
