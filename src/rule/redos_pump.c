/*
 * A way round in the automaton as the text of an attack: what leads there, what
 * is repeated, and endings at which the match fails, so that all ways are tried.
 */
#include "base/base.h"
#include "rule/redos_private.h"

#include "base/buf.h"
#include "base/utf8.h"

/* Whether TO is reached from one of BEGIN: *LENGTH samples, those of all positions on the way but that it begins with.
 */
static bool shortest(const struct redos_nfa *nfa, const struct redos_bits *begin, const struct redos_bits *goals,
	uint16_t *word, size_t *length)
{
	int16_t before[LIMIT_REDOS_POSITIONS], queue[LIMIT_REDOS_POSITIONS];
	struct redos_bits seen = *begin;
	int head = 0, tail = 0, at = -1;

	for (int p = redos_each(begin, -1); p >= 0; p = redos_each(begin, p)) {
		before[p] = -1;
		queue[tail++] = (int16_t)p;
	}
	while (head < tail && !redos_has(goals, at = queue[head++])) {
		for (int q = redos_each(&nfa->next[at], -1); q >= 0; q = redos_each(&nfa->next[at], q)) {
			if (redos_has(&seen, q))
				continue;
			redos_put(&seen, q);
			before[q] = (int16_t)at;
			queue[tail++] = (int16_t)q;
		}
	}
	*length = 0;
	if (at < 0 || !redos_has(goals, at))
		return false;
	for (int p = at; p >= 0; p = before[p])
		++*length;
	for (size_t n = *length; at >= 0; at = before[at])
		word[--n] = (uint16_t)redos_set_first(&nfa->sets[at]);
	return true;
}

static struct span text_of(struct redos_suspects *s, const uint16_t *word, size_t length)
{
	char *text = arena_alloc(s->arena, length * 4 + 1), *p = text;

	for (size_t i = 0; i < length; i++)
		p += utf8_put(p, s->samples->codes[word[i]]);
	return (struct span){text, (size_t)(p - text)};
}

static bool known(const struct redos_suspects *s, struct span prefix, struct span pump)
{
	for (size_t i = 0; i < s->count; i++) {
		if (span_equal(s->pumps[i].prefix, prefix) && span_equal(s->pumps[i].pump, pump))
			return true;
	}
	return false;
}

/* A sample at which the match cannot go on from either position; -1 when every one is taken. */
static int stopper(const struct redos_suspects *s, int p, int q)
{
	static const char wanted[] = "!\n~ ";
	struct redos_set taken = {0};

	for (int to = 0; to < s->nfa->count; to++) {
		if (!redos_has(&s->nfa->next[p], to) && !redos_has(&s->nfa->next[q], to))
			continue;
		for (size_t i = 0; i < REDOS_SET_WORDS; i++)
			taken.words[i] |= s->nfa->sets[to].words[i];
	}
	for (const char *c = wanted; *c; c++) {
		for (size_t i = 0; i < s->samples->count; i++) {
			if (s->samples->codes[i] == (unsigned char)*c && !(taken.words[i / 64] >> (i % 64) & 1))
				return (int)i;
		}
	}
	for (size_t i = 0; i < s->samples->count; i++) {
		if (!(taken.words[i / 64] >> (i % 64) & 1))
			return (int)i;
	}
	return -1;
}

/* Endings: one that cannot be taken and then what the match still needs, since the engine looks for a needed character
 * before it begins; nothing; and for loops that take everything, what they need alone. */
static void add_suffixes(struct redos_suspects *s, struct redos_pump *pump, int from, int fail_at)
{
	uint16_t word[LIMIT_REDOS_POSITIONS + 1];
	struct redos_bits begin = {0};
	int stop = stopper(s, from, fail_at);
	size_t length;

	redos_put(&begin, fail_at);
	if (!shortest(s->nfa, &begin, &s->nfa->accept, word, &length) || length > LIMIT_REDOS_WORD)
		length = 1;
	if (stop >= 0) {
		word[0] = (uint16_t)stop;
		pump->suffixes[pump->suffix_count++] = text_of(s, word, length);
		if (length > 1)
			pump->suffixes[pump->suffix_count++] = text_of(s, word, 1);
	} else {
		/* a line of its own, which the last loop alone may pass */
		pump->suffixes[pump->suffix_count++] = SPAN_LITERAL("\n!");
	}
	pump->suffixes[pump->suffix_count++] = SPAN_NONE;
}

void redos_add_pump(
	struct redos_suspects *s, int from, int fail_at, const uint16_t *word, size_t length, bool exponential)
{
	uint16_t lead[LIMIT_REDOS_POSITIONS];
	struct redos_bits goal = {0};
	struct redos_pump *pump = &s->pumps[s->count];
	struct span prefix, text;
	size_t n;

	redos_put(&goal, from);
	if (s->count == LIMIT_REDOS_PUMPS || !shortest(s->nfa, &s->nfa->start, &goal, lead, &n))
		return;
	prefix = text_of(s, lead, n);
	text = text_of(s, word, length);
	if (known(s, prefix, text))
		return;
	*pump = (struct redos_pump){.prefix = prefix, .pump = text, .exponential = exponential};
	add_suffixes(s, pump, from, fail_at);
	s->count++;
}
