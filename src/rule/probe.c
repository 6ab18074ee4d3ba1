/*
 * Regexes on values: each (field, pattern) is asked once a value, behind the
 * slot's prefilter where it has literals, within its limits and its time. It
 * must not know what the answer is good for.
 */
#include "base/base.h"
#include "rule/eval.h"

#include "base/limits.h"

#include <time.h>

#define SAMPLE_MASK 63u        /* one run in 64 is timed */
#define SLOW_NS INT64_C(20000) /* a run over this makes every later one timed */
#define LONG_BYTES 2048        /* a text over this is always timed */
#define JUDGE_NS INT64_C(50000000)

static int64_t monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct span eval_text(struct eval *e, const struct value *v)
{
	struct text_memo *memo;
	size_t at;

	if (likely(!v->escaped || v->kind != VALUE_TEXT))
		return v->kind == VALUE_TEXT || v->kind == VALUE_NUMBER || v->kind == VALUE_BOOL ? v->raw : SPAN_NONE;
	at = (size_t)(v - e->doc->values);
	if (at >= e->text_capacity) {
		size_t capacity = e->doc->value_capacity;

		e->texts = xrealloc(e->texts, capacity * sizeof(*e->texts));
		memset(e->texts + e->text_capacity, 0, (capacity - e->text_capacity) * sizeof(*e->texts));
		e->text_capacity = capacity;
	}
	memo = &e->texts[at];
	if (memo->generation != e->generation) {
		memo->generation = e->generation;
		memo->text = value_text(v, &e->scratch);
	}
	return memo->text;
}

/* Fills the bits of SLOT; true when some literal is there, or may be. */
static bool scan_slot(struct eval *e, int slot)
{
	const struct group_slot *s = &e->group->slots[slot];
	uint64_t *bits = e->bits + s->first_word;
	bool any = false;

	e->scanned[slot] = e->generation;
	for (uint32_t i = 0; i < s->words; i++)
		bits[i] = 0;
	for (const struct value *v = doc_first(e->doc, slot); v; v = doc_next(e->doc, v)) {
		struct span text = eval_text(e, v);

		if (likely(v->kind <= VALUE_TEXT && text.n <= LIMIT_SUBJECT_BYTES)) {
			any = prefilter_scan(s->prefilter, text, bits) || any;
			continue;
		}
		/* A wrong type, or a text too long for any regex: whoever asks must be told. */
		memset(bits, 0xff, s->words * sizeof(*bits));
		return true;
	}
	return any;
}

static void spend(struct eval *e, uint32_t probe, int64_t ns, bool sampled)
{
	struct probe_state *state = &e->probes[probe];

	state->slow = state->slow || ns > SLOW_NS;
	state->nanoseconds += sampled ? ns * (SAMPLE_MASK + 1) : ns;
	if (state->nanoseconds - state->judged > JUDGE_NS) {
		state->judged = state->nanoseconds;
		eval_judge_time(e, probe);
	}
}

static enum regex_outcome run(struct eval *e, uint32_t probe, struct span text)
{
	struct probe_state *state = &e->probes[probe];
	const struct regex *regex = e->group->probes[probe].regex;
	bool always = state->slow || text.n > LONG_BYTES;
	enum regex_outcome outcome;
	int64_t from;

	if (likely(!always && (++state->runs & SAMPLE_MASK) != 0))
		return regex_match(regex, e->room, text, NULL);
	from = monotonic_ns();
	outcome = regex_match(regex, e->room, text, NULL);
	spend(e, probe, monotonic_ns() - from, !always);
	return outcome;
}

static int answer(struct eval *e, uint32_t probe, const struct value *v)
{
	struct span text = eval_text(e, v);
	enum regex_outcome outcome;

	if (unlikely(text.n > LIMIT_SUBJECT_BYTES)) {
		e->trouble = "the text is longer than LIMIT_SUBJECT_BYTES";
		return -1;
	}
	outcome = run(e, probe, text);
	if (likely(outcome <= REGEX_MATCH))
		return outcome == REGEX_MATCH;
	e->trouble = regex_outcome_text(outcome);
	return -1;
}

int eval_match(struct eval *e, uint32_t probe, const struct value *v)
{
	const struct probe *p = &e->group->probes[probe];
	struct probe_state *state = &e->probes[probe];

	if (p->gated && !e->options.no_prefilter) {
		const struct group_slot *s = &e->group->slots[p->slot];

		if (e->scanned[p->slot] != e->generation)
			(void)scan_slot(e, p->slot);
		if (!((e->bits[s->first_word + p->bit / 64] >> (p->bit % 64)) & 1))
			return 0;
	}
	if (state->generation == e->generation && state->value == v) {
		if (state->answer < 0)
			e->trouble = state->trouble;
		return state->answer;
	}
	state->answer = answer(e, probe, v);
	state->generation = e->generation;
	state->value = v;
	state->trouble = e->trouble;
	return state->answer;
}

/* ---- who has something to do ---- */

static void wake(struct eval *e, const uint32_t *plans, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		e->awake[plans[i] / 64] |= (uint64_t)1 << (plans[i] % 64);
}

static void wake_by_literals(struct eval *e, int slot)
{
	const struct group_slot *s = &e->group->slots[slot];

	for (uint32_t word = 0; word < s->words; word++) {
		for (uint64_t bits = e->bits[s->first_word + word]; bits; bits &= bits - 1) {
			uint32_t bit = word * 64 + (uint32_t)__builtin_ctzll(bits);
			const struct probe *p;

			if (bit >= s->probe_count) /* all bits are set for a value that cannot be scanned */
				break;
			p = &e->group->probes[s->probes[bit]];
			wake(e, p->wakes, p->wake_count);
		}
	}
}

static bool stands(struct eval *e, const struct sentinel *s)
{
	const struct value *v = doc_first(e->doc, e->group->probes[s->probe].slot);

	for (; v; v = doc_next(e->doc, v)) {
		if (v->kind <= VALUE_NULL)
			continue;
		if (v->kind > VALUE_TEXT || eval_match(e, s->probe, v) != s->wanted)
			return false;
	}
	return true;
}

void eval_wake(struct eval *e)
{
	int count = fields_count(e->group->fields);

	for (int slot = 0; slot < count; slot++) {
		if (e->group->slots[slot].wakes && e->doc->slots[slot].first && scan_slot(e, slot))
			wake_by_literals(e, slot);
	}
	for (size_t i = 0; i < e->group->sentinel_count; i++) {
		const struct sentinel *s = &e->group->sentinels[i];

		if (e->sleepers[i] > 0 && !stands(e, s))
			wake(e, s->plans, s->count);
	}
}

void eval_dismiss(struct eval *e, size_t plan)
{
	for (size_t i = 0; i < e->group->sentinel_count; i++) {
		const struct sentinel *s = &e->group->sentinels[i];

		for (uint32_t n = 0; n < s->count; n++)
			e->sleepers[i] -= s->plans[n] == plan;
	}
}
