/* The verdict on one regex: parse, search, measure. */
#include "base/base.h"
#include "rule/redos_private.h"

#include "base/buf.h"

/* Suspects of the tree. With all repeats written out it may be too large, and is tried again with fewer. */
static bool suspects_of(struct redos_suspects *s, const struct redos_node *root)
{
	struct redos_nfa *nfa = arena_alloc(s->arena, sizeof(*nfa));

	s->nfa = nfa;
	for (int unroll = LIMIT_REDOS_UNROLL; unroll > 0; unroll /= 3) {
		s->count = 0;
		if (redos_nfa_make(nfa, root, unroll) && redos_find(s))
			return true;
	}
	return false;
}

static void measure_all(
	struct redos_meter *m, struct span pattern, unsigned flags, const struct redos_suspects *s, bool plain)
{
	struct regex_fault fault;
	struct buf text;

	m->regex = regex_new(pattern, flags | REGEX_NO_JIT | REGEX_NO_START_OPTIMISE, &fault);
	if (m->regex == NULL)
		return;
	m->room = regex_room_new(LIMIT_REDOS_STEPS);
	m->steps = LIMIT_REDOS_METER;
	buf_init(&text, LIMIT_CONFIG_BYTES);
	m->text = &text;
	for (size_t i = 0; i < s->count; i++)
		redos_measure(m, &s->pumps[i]);
	if (plain)
		redos_measure_plain(m, pattern);
	buf_clear(&text);
	regex_room_free(m->room);
	regex_free(m->regex);
}

struct redos_verdict redos_judge(struct span pattern, unsigned flags, struct arena *arena)
{
	struct arena scratch;
	struct redos_samples samples;
	struct redos_parser parser = {
		.p = pattern.p, .end = pattern.p + pattern.n, .arena = &scratch, .samples = &samples, .flags = flags};
	struct redos_meter meter = {.arena = arena};
	struct redos_suspects suspects = {.samples = &samples, .arena = &scratch};
	const struct redos_node *root;

	arena_init(&scratch);
	redos_samples_init(&samples, pattern);
	suspects.pumps = arena_alloc(&scratch, LIMIT_REDOS_PUMPS * sizeof(*suspects.pumps));
	root = redos_parse(&parser);
	if (root && !suspects_of(&suspects, root))
		parser.unknown = "a pattern of this size (LIMIT_REDOS_POSITIONS, LIMIT_REDOS_WORK)";
	meter.verdict.suspected = suspects.count > 0;
	if (suspects.count > 0 || parser.loose || parser.unknown)
		measure_all(&meter, pattern, flags, &suspects, parser.loose || parser.unknown);
	if (meter.verdict.kind == REDOS_SAFE && parser.unknown) {
		meter.verdict.kind = REDOS_UNCHECKED;
		meter.verdict.why = parser.unknown;
	}
	redos_samples_clear(&samples);
	arena_clear(&scratch);
	return meter.verdict;
}
