/* The verdict on one regex: parse, search, measure. */
#include "base/base.h"
#include "rule/redos_private.h"

#include "base/buf.h"

#define FEW 2

static bool search(struct redos_suspects *s, struct redos_nfa *nfa, const struct redos_node *root, int unroll)
{
	s->nfa = nfa;
	return redos_nfa_make(nfa, root, unroll) && redos_find(s);
}

/* Suspects of the tree; false when it is too large. Counted repeats are written out, and in a second search taken for
 * endless: of many in one another none is a loop, and the whole may still explode. */
static bool suspects_of(struct redos_suspects *s, const struct redos_node *root)
{
	struct redos_nfa *nfa;
	bool whole;

	if (!redos_repeats(root, FEW))
		return true;
	nfa = arena_alloc(s->arena, sizeof(*nfa));
	whole = search(s, nfa, root, LIMIT_REDOS_UNROLL);
	return search(s, nfa, root, FEW) || whole || search(s, nfa, root, 1);
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
	m->left = LIMIT_REDOS_METER;
	m->cap = LIMIT_REDOS_STEPS / m->weight;
	buf_init(&text, LIMIT_CONFIG_BYTES);
	m->text = &text;
	for (size_t i = 0; i < s->count; i++)
		redos_measure(m, &s->pumps[i]);
	if (plain)
		redos_measure_plain(m, pattern);
	redos_measure_end(m);
	buf_clear(&text);
	regex_room_free(m->room);
	regex_free(m->regex);
}

/* The engine makes repeats possessive where giving back cannot help: then it reads as often, but takes one step for it
 * all. */
static void measure(
	struct redos_meter *m, struct span pattern, unsigned flags, const struct redos_suspects *s, bool plain)
{
	measure_all(m, pattern, flags, s, plain);
	if (m->verdict.kind != REDOS_SAFE || s->count == 0)
		return;
	m->uncounted = true;
	measure_all(m, pattern, flags | REGEX_NO_AUTO_POSSESS, s, false);
}

/* Steps of a large pattern may take longer: what can be empty is walked through within one. */
static uint32_t weight_of(const struct redos_node *root)
{
	int64_t size = root ? redos_size(root) / 128 : 0;

	return size < 15 ? (uint32_t)(1 + size * size) : 250;
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
	meter.weight = weight_of(root);
	if (root && !suspects_of(&suspects, root))
		parser.unknown = "a pattern of this size (LIMIT_REDOS_POSITIONS, LIMIT_REDOS_WORK)";
	if (suspects.count > 0 || parser.loose || parser.unknown)
		measure(&meter, pattern, flags, &suspects, parser.loose || parser.unknown);
	if (meter.verdict.kind == REDOS_SAFE && parser.unknown) {
		meter.verdict.kind = REDOS_UNCHECKED;
		meter.verdict.why = parser.unknown;
	}
	meter.verdict.suspected = suspects.count > 0;
	redos_samples_clear(&samples);
	arena_clear(&scratch);
	return meter.verdict;
}
