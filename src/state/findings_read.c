/*
 * Findings, their events and counts, for people and messages. It changes
 * nothing.
 */
#include "base/base.h"
#include "state/store.h"

#include "base/str.h"

const char *text_of_column(struct sql_stmt *row, int column, struct arena *arena)
{
	struct span text = sql_text(row, column);

	return text.n ? arena_strndup(arena, text.p, text.n) : "";
}

struct fingerprint fingerprint_of_column(struct sql_stmt *row, int column)
{
	struct span bytes = sql_blob(row, column);
	struct fingerprint f = {{0}};

	if (bytes.n == FINGERPRINT_BYTES)
		memcpy(f.bytes, bytes.p, FINGERPRINT_BYTES);
	return f;
}

void finding_of_row(struct finding *f, struct sql_stmt *row, struct arena *arena)
{
	const char **texts[] = {&f->rule, &f->rule_rev, &f->query, &f->title, &f->tags, &f->shop, &f->key, &f->klass,
		&f->field, &f->value, &f->message, &f->index, &f->id};

	*f = (struct finding){.fingerprint = fingerprint_of_column(row, 0)};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		*texts[i] = text_of_column(row, (int)i + 1, arena);
	f->severity = (enum severity)sql_int(row, 14);
	f->state = (enum finding_state)sql_int(row, 15);
	f->episode = sql_int(row, 16);
	f->first_seen = sql_int(row, 17);
	f->last_seen = sql_int(row, 18);
	f->opened_at = sql_int(row, 19);
	f->resolved_at = sql_int(row, 20);
	f->times_seen = sql_int(row, 21);
	f->seq_no = sql_int(row, 22);
	f->primary_term = sql_int(row, 23);
	f->version = sql_int(row, 24);
	f->value_cut = sql_int(row, 25) != 0;
}

static void bind_filter(struct sql_stmt *q, const struct finding_filter *filter)
{
	unsigned states = filter->states ? filter->states : ~(1u << FINDING_RESOLVED);

	sql_bind_str(q, 1, filter->rule);
	sql_bind_str(q, 2, filter->shop);
	sql_bind_str(q, 3, filter->query);
	sql_bind_str(q, 4, filter->key);
	sql_bind_str(q, 5, filter->text);
	sql_bind_int(q, 6, filter->least_severity);
	sql_bind_int(q, 7, states);
	sql_bind_int(q, 8, filter->since);
	sql_bind_int(q, 9, filter->run);
}

int each_row(struct sql_stmt *q, row_visit *visit, void *arg, struct error *e)
{
	struct arena arena;
	int got;

	arena_init(&arena);
	while ((got = sql_step(q, e)) == 1) {
		if (visit(q, &arena, arg, e) < 0) {
			sql_reset(q);
			got = -1;
			break;
		}
		arena_reset(&arena);
	}
	arena_clear(&arena);
	return got;
}

struct finding_visit {
	state_visit_finding *visit;
	void *arg;
	int64_t *count;
};

static int visit_finding(struct sql_stmt *q, struct arena *arena, void *arg, struct error *e)
{
	struct finding_visit *v = arg;
	struct finding f;

	finding_of_row(&f, q, arena);
	(*v->count)++;
	return v->visit(v->arg, &f, e);
}

/* Calls VISIT for each row; each row's text lives during the call. */
static int visit_rows(struct sql_stmt *q, state_visit_finding *visit, void *arg, int64_t *count, struct error *e)
{
	struct finding_visit v = {visit, arg, count};

	*count = 0;
	return each_row(q, visit_finding, &v, e);
}

int state_findings(
	struct state *s, const struct finding_filter *filter, state_visit_finding *visit, void *arg, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_FINDINGS, e);
	int64_t count;

	if (q == NULL)
		return -1;
	bind_filter(q, filter);
	sql_bind_int(q, 10, filter->limit ? filter->limit : -1);
	return visit_rows(q, visit, arg, &count, e);
}

static int severities(struct sql_stmt *q, int64_t by_severity[SEVERITY_COUNT], struct error *e)
{
	int got;

	memset(by_severity, 0, SEVERITY_COUNT * sizeof(*by_severity));
	while ((got = sql_step(q, e)) == 1)
		if (sql_int(q, 0) >= 0 && sql_int(q, 0) < SEVERITY_COUNT)
			by_severity[sql_int(q, 0)] = sql_int(q, 1);
	return got;
}

int state_count_findings(
	struct state *s, const struct finding_filter *filter, int64_t by_severity[SEVERITY_COUNT], struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_FINDINGS_COUNT, e);

	if (q == NULL)
		return -1;
	bind_filter(q, filter);
	return severities(q, by_severity, e);
}

/* The first and last fingerprint that begin with the hex digits of ID. */
static int prefix_range(const char *id, struct fingerprint *low, struct fingerprint *high, struct error *e)
{
	char digits[FINGERPRINT_HEX];
	size_t n = strlen(id);

	if (n < 8 || n > 2 * FINGERPRINT_BYTES)
		return error_set(e, ERROR_USAGE, "\"%s\" is no finding: give 8 to 32 hexadecimal digits", id);
	memset(digits, '0', sizeof(digits));
	memcpy(digits, id, n);
	int bad = str_unhex(low->bytes, FINGERPRINT_BYTES, (struct span){digits, sizeof(digits) - 1});
	memset(digits + n, 'f', sizeof(digits) - n);
	bad |= str_unhex(high->bytes, FINGERPRINT_BYTES, (struct span){digits, sizeof(digits) - 1});
	return bad ? error_set(e, ERROR_USAGE, "\"%s\" is no finding: give 8 to 32 hexadecimal digits", id) : 0;
}

static int count_only(void *arg, const struct finding *f, struct error *e)
{
	(void)arg;
	(void)f;
	(void)e;
	return 0;
}

int state_finding(struct state *s, const char *id, state_visit_finding *visit, void *arg, struct error *e)
{
	struct fingerprint low = {{0}}, high = {{0}};
	int64_t count = 0;

	if (prefix_range(id, &low, &high, e) < 0)
		return -1;
	/* first how many, then the one: it is shown only when it is alone */
	for (int pass = 0; pass < 2; pass++) {
		struct sql_stmt *q = sql_prepare(s->db, SQL_FINDING_BY_PREFIX, e);
		if (q == NULL)
			return -1;
		sql_bind_blob(q, 1, low.bytes, FINGERPRINT_BYTES);
		sql_bind_blob(q, 2, high.bytes, FINGERPRINT_BYTES);
		if (visit_rows(q, pass == 0 ? count_only : visit, arg, &count, e) < 0)
			return -1;
		if (count == 0)
			return 0;
		if (count > 1)
			return error_set(e, ERROR_USAGE, "more than one finding begins with %s; give more digits", id);
	}
	return 1;
}

struct event_visit {
	state_visit_event *visit;
	void *arg;
};

static int visit_event(struct sql_stmt *q, struct arena *arena, void *arg, struct error *e)
{
	struct event_visit *v = arg;
	const struct finding_event event = {.at = sql_int(q, 0),
		.run = sql_int(q, 1),
		.what = text_of_column(q, 2, arena),
		.who = text_of_column(q, 3, arena),
		.why = text_of_column(q, 4, arena)};

	return v->visit(v->arg, &event, e);
}

int state_events(struct state *s, const struct fingerprint *f, state_visit_event *visit, void *arg, struct error *e)
{
	struct event_visit v = {visit, arg};
	struct sql_stmt *q;
	int64_t id;

	if (finding_id(s, f, &id, e) < 0 || (q = sql_prepare(s->db, SQL_EVENT_LIST, e)) == NULL)
		return -1;
	sql_bind_int(q, 1, id);
	return each_row(q, visit_event, &v, e);
}

int state_notice_members(
	struct state *s, int64_t notice, int64_t limit, state_visit_finding *visit, void *arg, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_NOTICE_MEMBERS, e);
	int64_t count;

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, notice);
	sql_bind_int(q, 2, limit);
	return visit_rows(q, visit, arg, &count, e);
}

int state_notice_counts(struct state *s, int64_t notice, int64_t by_severity[SEVERITY_COUNT], struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_NOTICE_SEVERITIES, e);

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, notice);
	return severities(q, by_severity, e);
}
