/*
 * Silences: findings that match are recorded and told to nobody, until a time.
 * What a silence hides is looked at when a finding is recorded, and once when
 * it is added. It does not know how findings are found or told.
 */
#include "base/base.h"
#include "state/store.h"

#include "base/limits.h"
#include "base/str.h"

enum label { LABEL_RULE, LABEL_SHOP, LABEL_KEY, LABEL_TAG, LABEL_SEVERITY, LABEL_COUNT };
static const char *const label_names[LABEL_COUNT + 1] = {"rule", "shop", "key", "tag", "severity", NULL};

/* Terms of one label are alternatives, and every label that is named must match. */
struct matcher {
	struct {
		enum label label;
		const char *glob;
	} terms[LIMIT_SILENCE_TERMS];
	size_t count;
};

struct active_silence {
	struct matcher matcher;
	const char *by; /* "silence 3 until 2026-12-01T00:00:00Z: reason" */
};

/* ---- what a matcher says ---- */

/* The label that "label=..." at TEXT begins with, or LABEL_COUNT. */
static enum label label_at(const char *text)
{
	size_t n = strcspn(text, "=");

	for (unsigned i = 0; i < LABEL_COUNT; i++)
		if (text[n] == '=' && strlen(label_names[i]) == n && memcmp(text, label_names[i], n) == 0)
			return (enum label)i;
	return LABEL_COUNT;
}

/* A comma ends a term only where a label follows: keys may hold commas. */
static size_t term_length(const char *text)
{
	size_t n = 0;

	while (text[n] != '\0' && !(text[n] == ',' && label_at(text + n + 1) != LABEL_COUNT))
		n++;
	return n;
}

static int refuse_label(const char *text, struct error *e)
{
	char *name = xstrndup(text, strcspn(text, "=,"));
	const char *near = str_nearest(name, label_names);

	error_set(e, ERROR_USAGE,
		"a silence matches by rule, shop, key, tag and severity as in rule=jan-*,shop=s001, "
		"not \"%s\"%s%s%s",
		name, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
	free(name);
	return -1;
}

static int check_term(enum label label, const char *glob, struct error *e)
{
	enum severity ignored;

	if (*glob == '\0')
		return error_set(e, ERROR_USAGE, "%s= wants a name, or a pattern with * and ?", label_names[label]);
	if (label == LABEL_SEVERITY && strpbrk(glob, "*?") == NULL && !severity_parse(&ignored, glob))
		return error_set(e, ERROR_USAGE, "severity= wants info, warning, error or critical, not \"%s\"", glob);
	return 0;
}

static int matcher_parse(struct matcher *m, const char *text, struct arena *arena, struct error *e)
{
	m->count = 0;
	if (*text == '\0')
		return error_set(e, ERROR_USAGE, "a silence wants something to match; rule=* matches everything");
	for (;;) {
		size_t n = term_length(text);
		enum label label = label_at(text);

		if (label == LABEL_COUNT)
			return refuse_label(text, e);
		if (m->count == LIMIT_SILENCE_TERMS)
			return error_set(e, ERROR_USAGE,
				"a silence has at most %d terms (LIMIT_SILENCE_TERMS): add two silences",
				LIMIT_SILENCE_TERMS);
		size_t skip = strlen(label_names[label]) + 1;
		m->terms[m->count].label = label;
		m->terms[m->count].glob = arena_strndup(arena, text + skip, n - skip);
		if (check_term(label, m->terms[m->count++].glob, e) < 0)
			return -1;
		if (text[n] == '\0')
			return 0;
		text += n + 1;
	}
}

static bool tag_matches(const char *glob, const char *tags)
{
	for (;;) {
		size_t n = strcspn(tags, ",");

		if (str_glob(glob, (struct span){tags, n}))
			return true;
		if (tags[n] == '\0')
			return false;
		tags += n + 1;
	}
}

/* Keys match as people see them (s001/A) or as JSON. */
static bool key_matches(const char *glob, const char *key)
{
	struct buf shown;

	buf_init(&shown, LIMIT_KEY_BYTES * 2);
	key_display(&shown, span_of(key));
	bool matches = str_glob(glob, buf_span(&shown)) || str_glob(glob, span_of(key));
	buf_clear(&shown);
	return matches;
}

static bool term_matches(enum label label, const char *glob, const struct finding *f)
{
	switch (label) {
	case LABEL_RULE: return str_glob(glob, span_of(f->rule));
	case LABEL_SHOP: return str_glob(glob, span_of(f->shop));
	case LABEL_KEY: return key_matches(glob, f->key);
	case LABEL_TAG: return tag_matches(glob, f->tags);
	case LABEL_SEVERITY: return str_glob(glob, span_of(severity_name(f->severity)));
	case LABEL_COUNT: break;
	}
	return false;
}

static bool matcher_matches(const struct matcher *m, const struct finding *f)
{
	unsigned named = 0, matched = 0;

	for (size_t i = 0; i < m->count; i++) {
		unsigned bit = 1u << m->terms[i].label;

		named |= bit;
		if (!(matched & bit) && term_matches(m->terms[i].label, m->terms[i].glob, f))
			matched |= bit;
	}
	return named == matched;
}

/* ---- what hides a finding now ---- */

static int add_active(void *arg, const struct silence *silence, bool active, struct error *e)
{
	struct state *s = arg;
	struct active_silence *item;
	char until[32];

	(void)active;
	s->silences.items = xrealloc(s->silences.items, (s->silences.count + 1) * sizeof(*s->silences.items));
	item = &s->silences.items[s->silences.count];
	clock_text(until, silence->until);
	item->by = arena_printf(
		&s->silences.arena, "silence %lld until %s: %s", (long long)silence->id, until, silence->reason);
	if (matcher_parse(&item->matcher, silence->matches, &s->silences.arena, e) < 0)
		return error_prefix(e, "silence %lld: ", (long long)silence->id);
	s->silences.count++;
	return 0;
}

int state_silence_of(struct state *s, const struct finding *f, const char **by, struct error *e)
{
	*by = NULL;
	if (!s->silences.fresh) {
		arena_reset(&s->silences.arena);
		s->silences.count = 0;
		if (state_silences(s, 0, true, add_active, s, e) < 0)
			return -1;
		s->silences.fresh = true;
	}
	for (size_t i = 0; i < s->silences.count && *by == NULL; i++)
		if (matcher_matches(&s->silences.items[i].matcher, f))
			*by = s->silences.items[i].by;
	return 0;
}

/* ---- for operators ---- */

struct preview {
	struct matcher matcher;
	state_visit_finding *visit;
	void *arg;
};

static int visit_matching(void *arg, const struct finding *f, struct error *e)
{
	const struct preview *p = arg;

	return matcher_matches(&p->matcher, f) ? p->visit(p->arg, f, e) : 0;
}

int state_silence_preview(
	struct state *s, const char *matches, unsigned states, state_visit_finding *visit, void *arg, struct error *e)
{
	const struct finding_filter filter = {.least_severity = -1, .states = states};
	struct preview *p = xcalloc(1, sizeof(*p));
	struct arena arena;

	arena_init(&arena);
	p->visit = visit;
	p->arg = arg;
	int failed = matcher_parse(&p->matcher, matches, &arena, e) < 0 ||
		     state_findings(s, &filter, visit_matching, p, e) < 0;
	arena_clear(&arena);
	free(p);
	return failed ? -1 : 0;
}

static int choose(void *arg, const struct finding *f, struct error *e)
{
	struct state *s = arg;
	int64_t id;

	return finding_id(s, &f->fingerprint, &id, e) < 0 ? -1 : chosen_add(s, id, e);
}

static int write_silence(struct state *s, struct silence *silence, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_SILENCE_ADD, e);

	silence->created = clock_now(s->clock);
	if (silence->until <= silence->created || silence->until > silence->created + LIMIT_SILENCE_MS) {
		if (q != NULL)
			sql_reset(q);
		return error_set(e, ERROR_USAGE,
			"a silence ends in the future, at most %d days from now (LIMIT_SILENCE_MS)",
			(int)(LIMIT_SILENCE_MS / 86400000));
	}
	if (q == NULL)
		return -1;
	sql_bind_str(q, 1, silence->matches);
	sql_bind_str(q, 2, silence->reason);
	sql_bind_str(q, 3, silence->author);
	sql_bind_int(q, 4, silence->created);
	sql_bind_int(q, 5, silence->until);
	if (sql_run(q, e) < 0)
		return -1;
	silence->id = sql_last_id(s->db);
	return 0;
}

static int add_and_hide(struct state *s, struct silence *silence, int64_t *hidden, struct error *e)
{
	if (write_silence(s, silence, e) < 0 || chosen_begin(s, e) < 0 ||
		state_silence_preview(s, silence->matches, 1u << FINDING_OPEN, choose, s, e) < 0 ||
		chosen_count(s, hidden, e) < 0)
		return -1;
	char *why = xasprintf("silence %lld: %s", (long long)silence->id, silence->reason);
	const struct chosen c = {.state = FINDING_SILENCED, .what = "silenced", .who = silence->author, .why = why};
	int failed = chosen_change(s, &c, e);
	free(why);
	return failed;
}

int state_silence_add(struct state *s, struct silence *silence, int64_t *hidden, struct error *e)
{
	if (state_begin(s, e) < 0)
		return -1;
	if (add_and_hide(s, silence, hidden, e) < 0) {
		state_rollback(s);
		return -1;
	}
	return state_commit(s, e);
}

struct silence_visit {
	state_visit_silence *visit;
	void *arg;
};

static int visit_silence(struct sql_stmt *q, struct arena *arena, void *arg, struct error *e)
{
	struct silence_visit *v = arg;
	const struct silence silence = {.id = sql_int(q, 0),
		.matches = text_of_column(q, 1, arena),
		.reason = text_of_column(q, 2, arena),
		.author = text_of_column(q, 3, arena),
		.created = sql_int(q, 4),
		.until = sql_int(q, 5),
		.ended = sql_int(q, 6),
		.ended_by = text_of_column(q, 7, arena)};

	return v->visit(v->arg, &silence, sql_int(q, 8) != 0, e);
}

int state_silences(
	struct state *s, int64_t id, bool active_only, state_visit_silence *visit, void *arg, struct error *e)
{
	struct sql_stmt *q = sql_prepare(s->db, SQL_SILENCES, e);
	struct silence_visit v = {visit, arg};

	if (q == NULL)
		return -1;
	sql_bind_int(q, 1, clock_now(s->clock));
	sql_bind_int(q, 2, id);
	sql_bind_int(q, 3, active_only);
	return each_row(q, visit_silence, &v, e);
}

int state_silence_expire(struct state *s, int64_t id, const char *who, struct error *e)
{
	struct sql_stmt *q;

	if (state_begin(s, e) < 0)
		return -1;
	if ((q = sql_prepare(s->db, SQL_SILENCE_END, e)) == NULL)
		goto fail;
	sql_bind_int(q, 1, id);
	sql_bind_int(q, 2, clock_now(s->clock));
	sql_bind_str(q, 3, who);
	if (sql_run(q, e) < 0)
		goto fail;
	if (sql_changes(s->db) == 0) {
		error_set(e, ERROR_USAGE, "no silence %lld is active; kenpin silence list shows those that are",
			(long long)id);
		goto fail;
	}
	return state_commit(s, e);
fail:
	state_rollback(s);
	return -1;
}
