/*
 * Documents in, drafts out: which rules have something to look at, which gate
 * is open, which entry fails first. It must not know where documents come from, or
 * what becomes of drafts.
 */
#include "base/base.h"
#include "rule/eval.h"

#include "base/limits.h"
#include "rule/pair.h"
#include "rule/window.h"

static const struct value absent = {.kind = VALUE_ABSENT};

static void set_bit(uint64_t *bits, size_t i)
{
	bits[i / 64] |= (uint64_t)1 << (i % 64);
}

struct eval *eval_new(const struct rule_group *group, const struct eval_options *options)
{
	struct eval *e = xcalloc(1, sizeof(*e));

	e->group = group;
	e->options = *options;
	e->room = regex_room_new(LIMIT_MATCH_STEPS);
	arena_init(&e->page);
	arena_init(&e->scratch);
	buf_init(&e->work, SIZE_MAX / 4);
	e->probes = xcalloc(group->probe_count + 1, sizeof(*e->probes));
	e->scanned = xcalloc((size_t)fields_count(group->fields) + 1, sizeof(*e->scanned));
	e->bits = xcalloc(group->words + 1, sizeof(*e->bits));
	e->plan_words = (group->count + 63) / 64;
	e->always = xcalloc(e->plan_words + 1, sizeof(*e->always));
	e->awake = xcalloc(e->plan_words + 1, sizeof(*e->awake));
	e->sleepers = xcalloc(group->sentinel_count + 1, sizeof(*e->sleepers));
	for (size_t i = 0; i < group->sentinel_count; i++)
		e->sleepers[i] = group->sentinels[i].count;
	e->rules = xcalloc(group->count + 1, sizeof(*e->rules));
	e->identity = xcalloc(1, sizeof(*e->identity));
	for (size_t i = 0; i < group->count; i++) {
		if (options->no_prefilter || !group->plans[i].sleeps)
			set_bit(e->always, i);
	}
	return e;
}

void eval_free(struct eval *e)
{
	if (e == NULL)
		return;
	regex_room_free(e->room);
	arena_clear(&e->page);
	arena_clear(&e->scratch);
	buf_clear(&e->work);
	free(e->texts);
	free(e->probes);
	free(e->scanned);
	free(e->bits);
	free(e->always);
	free(e->awake);
	free(e->sleepers);
	free(e->rules);
	free(e->identity);
	free(e);
}

void eval_page(struct eval *e)
{
	arena_reset(&e->page);
	*e->identity = (struct identity){0};
}

const struct value *eval_first(struct eval *e, int slot)
{
	const struct value *v = doc_first(e->doc, slot);

	if (v == NULL && !fields_each_element(e->group->fields, slot))
		return &absent;
	return v;
}

const struct value *eval_next(struct eval *e, const struct value *v)
{
	return v == &absent ? NULL : doc_next(e->doc, v);
}

/* ---- budgets ---- */

void eval_stop(struct eval *e, size_t plan, const char *why)
{
	struct rule_state *state = &e->rules[plan];

	if (state->stopped)
		return;
	state->stopped = true;
	eval_dismiss(e, plan);
	state->skipped_from = e->documents;
	state->stats.over_budget = true;
	snprintf(state->stats.why, sizeof(state->stats.why), "%s, at document %.*s", why, SPAN_ARG(e->doc->id));
}

static int64_t time_of(const struct eval *e, const struct rule_plan *plan)
{
	int64_t ns = 0;

	for (size_t i = 0; i < plan->probe_count; i++)
		ns += e->probes[plan->probes[i]].nanoseconds;
	return ns;
}

void eval_judge_time(struct eval *e, uint32_t probe)
{
	for (size_t i = 0; i < e->group->count; i++) {
		const struct rule_plan *plan = &e->group->plans[i];

		for (size_t n = 0; n < plan->probe_count; n++) {
			if (plan->probes[n] == probe && time_of(e, plan) > LIMIT_RULE_TIME_MS * INT64_C(1000000))
				eval_stop(e, i, "its regexes took longer than LIMIT_RULE_TIME_MS");
		}
	}
}

void eval_error(struct eval *e, size_t plan, const char *field)
{
	struct rule_stats *stats = &e->rules[plan].stats;

	if (stats->errors++ == 0 && stats->why[0] == '\0')
		snprintf(stats->why, sizeof(stats->why), "document %.*s, %s: %s", SPAN_ARG(e->doc->id), field,
			e->trouble);
}

/* ---- one rule ---- */

/* Only when somebody asks: the way of millions of documents pays for one look at a pointer. */
static void tell(struct eval *e, enum eval_step step, const struct rule_check *entry, const struct check *check,
	const struct value *v, enum check_outcome outcome)
{
	e->tell(e->tell_arg, e,
		&(struct eval_event){.step = step, .answer = (int)outcome, .entry = entry, .check = check, .value = v});
}

/* A class tells once a document. */
static bool told(struct eval *e, const char *klass)
{
	for (size_t i = 0; i < e->given_count; i++) {
		if (strcmp(e->given[i], klass) == 0)
			return true;
	}
	if (e->given_count < ARRAY_LEN(e->given))
		e->given[e->given_count++] = klass;
	return false;
}

int eval_find(struct eval *e, size_t plan, const struct verdict *verdict, struct error *error)
{
	struct rule_stats *stats = &e->rules[plan].stats;
	const char *klass = verdict->check == NULL ? "hit"
			    : verdict->type        ? verdict->entry->type_klass
						   : verdict->check->klass;

	if (told(e, klass)) {
		if (unlikely(e->tell != NULL))
			tell(e, STEP_AGAIN, verdict->entry, verdict->check, verdict->value, CHECK_FAILS);
		return 0;
	}
	if (stats->findings == LIMIT_FINDINGS_PER_RULE) {
		eval_stop(e, plan, "it found more than LIMIT_FINDINGS_PER_RULE");
		return 0;
	}
	stats->findings++;
	return eval_draft(e, &e->group->plans[plan], verdict, error);
}

/* The first check of ENTRY that V does not stand; NULL when it stands them all. */
static const struct check *first_failing(
	struct eval *e, const struct rule_check *entry, const struct value *v, enum check_outcome *outcome)
{
	bool nothing = v->kind <= VALUE_NULL;

	if (nothing && !entry->on_nothing) {
		if (unlikely(e->tell != NULL))
			tell(e, STEP_CHECK, entry, NULL, v, CHECK_HOLDS);
		return NULL;
	}
	for (size_t i = 0; i < entry->count; i++) {
		const struct check *c = &entry->checks[i];

		if (nothing && !c->ops->on_nothing)
			continue;
		*outcome = c->ops->run(c, e, v);
		if (unlikely(e->tell != NULL))
			tell(e, STEP_CHECK, entry, c, v, *outcome);
		if (*outcome != CHECK_HOLDS)
			return c;
	}
	return NULL;
}

static int run_entry(struct eval *e, size_t plan, const struct rule_check *entry, struct error *error)
{
	const struct rule *rule = e->group->plans[plan].rule;

	if (unlikely(e->tell != NULL))
		tell(e, STEP_ENTRY, entry, NULL, NULL, CHECK_HOLDS);
	for (const struct value *v = eval_first(e, entry->slot); v; v = eval_next(e, v)) {
		enum check_outcome outcome = CHECK_HOLDS;
		const struct check *failing = first_failing(e, entry, v, &outcome);

		if (likely(failing == NULL))
			continue;
		if (outcome == CHECK_ERROR) {
			eval_error(e, plan, entry->field);
			continue;
		}
		if (rule->allow_count && eval_allowed(e, rule, entry->slot, v)) {
			e->rules[plan].stats.allowed++;
			continue;
		}
		return eval_find(e, plan, &(struct verdict){entry, failing, v, outcome == CHECK_TYPE}, error);
	}
	return 0;
}

static int run_hit(struct eval *e, size_t plan, struct error *error)
{
	const struct rule *rule = e->group->plans[plan].rule;

	if (rule->allow_count && eval_allowed(e, rule, -1, &absent)) {
		e->rules[plan].stats.allowed++;
		return 0;
	}
	return eval_find(e, plan, &(struct verdict){.entry = rule->checks, .value = &absent}, error);
}

static int run_rule(struct eval *e, size_t plan, struct error *error)
{
	const struct rule_plan *p = &e->group->plans[plan];
	const struct rule *rule = p->rule;

	if (unlikely(e->rules[plan].stopped))
		return 0;
	e->zone = p->zone;
	e->given_count = 0;
	if (rule->when) {
		int open = eval_when(e, rule->when);

		if (open < 0)
			eval_error(e, plan, "when");
		else if (open == 0)
			e->rules[plan].stats.gated++;
		if (open != 1)
			return 0;
	}
	if (rule->kind == RULE_HIT)
		return run_hit(e, plan, error);
	if (rule->kind == RULE_SET)
		return set_add_document(e, plan, error);
	if (rule->kind == RULE_WINDOW)
		return window_add_document(e, plan, error);
	if (rule->kind == RULE_PAIR)
		pair_add_document(e, rule, 0);
	for (size_t i = 0; i < rule->check_count; i++) {
		if (run_entry(e, plan, &rule->checks[i], error) < 0)
			return -1;
	}
	return 0;
}

/* ---- documents ---- */

static void read_time(struct eval *e)
{
	const struct value *v = doc_first(e->doc, e->group->time_slot);

	e->has_time = v && value_instant(&e->time, v, e->group->time_zone, &e->scratch) == 0;
	e->was_old = e->has_time && e->time <= e->options.since;
}

bool eval_was_old(const struct eval *e)
{
	return e->was_old;
}

void eval_begin(struct eval *e, const struct doc *doc, eval_emit *emit, void *arg)
{
	e->doc = doc;
	e->emit = emit;
	e->emit_arg = arg;
	e->documents++;
	e->generation++;
	if (e->scratch.used)
		arena_reset(&e->scratch);
	if (e->group->window_count)
		read_time(e);
}

/* What was read only because windows reach back so far. */
static int run_windows(struct eval *e, struct error *error)
{
	for (size_t i = 0; i < e->group->window_count; i++) {
		if (run_rule(e, e->group->windows[i], error) < 0)
			return -1;
	}
	return 0;
}

/* The document is one that RULE, of another query, looks up or holds its own against. */
static void feed(struct eval *e, const struct rule *rule)
{
	if (rule->kind == RULE_PAIR)
		pair_add_document(e, rule, 1);
	else
		set_add_target(e, rule);
}

int eval_doc(struct eval *e, const struct doc *doc, eval_emit *emit, void *arg, struct error *error)
{
	eval_begin(e, doc, emit, arg);
	if (e->was_old)
		return run_windows(e, error);
	memcpy(e->awake, e->always, e->plan_words * sizeof(*e->awake));
	if (!e->options.no_prefilter)
		eval_wake(e);
	for (size_t word = 0; word < e->plan_words; word++) {
		for (uint64_t bits = e->awake[word]; bits; bits &= bits - 1) {
			if (run_rule(e, word * 64 + (size_t)__builtin_ctzll(bits), error) < 0)
				return -1;
		}
	}
	for (size_t i = 0; i < e->group->feed_count; i++)
		feed(e, e->group->feeds[i]);
	return 0;
}

void eval_target(struct eval *e, const struct rule *rule, const struct doc *doc)
{
	eval_begin(e, doc, NULL, NULL);
	feed(e, rule);
}

int eval_rule(struct eval *e, size_t plan, const struct doc *doc, eval_emit *emit, void *arg, struct error *error)
{
	eval_begin(e, doc, emit, arg);
	return run_rule(e, plan, error);
}

const struct rule_stats *eval_stats(const struct eval *e, size_t i)
{
	struct rule_state *state = &e->rules[i];

	state->stats.documents = state->stopped ? state->skipped_from : e->documents;
	state->stats.nanoseconds = time_of(e, &e->group->plans[i]);
	return &state->stats;
}
