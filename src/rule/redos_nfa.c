/*
 * The tree of a pattern as an automaton whose states are the pattern's
 * characters (Glushkov). Edges count in how many ways they come about: two ways to go from one character to the next
 * are as good an attack as two characters.
 */
#include "base/base.h"
#include "rule/redos_private.h"

/* What a part of the pattern shows to its neighbours: in how many ways it is empty, begins with or ends in a position.
 */
struct part {
	uint8_t empty;
	uint8_t first[LIMIT_REDOS_POSITIONS], last[LIMIT_REDOS_POSITIONS];
};

struct maker {
	struct redos_nfa *nfa;
	int unroll;
};

/* Ways: none, one, more. */
static uint8_t ways(unsigned n)
{
	return (uint8_t)(n > 2 ? 2 : n);
}

static void add_ways(uint8_t *to, const uint8_t *from, unsigned times, int count)
{
	for (int i = 0; times && i < count; i++)
		to[i] = ways(to[i] + from[i] * times);
}

static void connect(struct redos_nfa *nfa, const uint8_t *from, const uint8_t *to)
{
	for (int p = 0; p < nfa->count; p++) {
		if (from[p])
			add_ways(nfa->follow[p], to, from[p], nfa->count);
	}
}

/* OUT, then NEXT. */
static void append(struct redos_nfa *nfa, struct part *out, const struct part *next)
{
	uint8_t last[LIMIT_REDOS_POSITIONS];

	connect(nfa, out->last, next->first);
	add_ways(out->first, next->first, out->empty, nfa->count);
	memcpy(last, next->last, sizeof(last));
	add_ways(last, out->last, next->empty, nfa->count);
	memcpy(out->last, last, sizeof(last));
	out->empty = ways(out->empty * next->empty);
}

static bool make(struct maker *m, const struct redos_node *node, struct part *out);

static bool make_one(struct maker *m, const struct redos_node *node, struct part *out)
{
	struct redos_nfa *nfa = m->nfa;

	if (nfa->count == LIMIT_REDOS_POSITIONS)
		return false;
	nfa->sets[nfa->count] = node->set;
	out->first[nfa->count] = out->last[nfa->count] = 1;
	nfa->count++;
	return true;
}

static bool make_sequence(struct maker *m, const struct redos_node *node, struct part *out)
{
	out->empty = 1;
	for (const struct redos_node *child = node->child; child; child = child->next) {
		struct part part;

		if (!make(m, child, &part))
			return false;
		append(m->nfa, out, &part);
	}
	return true;
}

static bool make_choice(struct maker *m, const struct redos_node *node, struct part *out)
{
	for (const struct redos_node *child = node->child; child; child = child->next) {
		struct part part;

		if (!make(m, child, &part))
			return false;
		out->empty = ways(out->empty + part.empty);
		add_ways(out->first, part.first, 1, m->nfa->count);
		add_ways(out->last, part.last, 1, m->nfa->count);
	}
	return true;
}

/* The child so often that every number of repeats has one way to come about: an end after any copy from MIN on, and a
 * loop at the last when there may be more. */
static bool make_repeat(struct maker *m, const struct redos_node *node, struct part *out)
{
	bool endless = node->max > m->unroll;
	int min = node->min < m->unroll ? node->min : m->unroll;
	int copies = endless ? (min ? min : 1) : node->max;
	struct part all = {.empty = 1};

	out->empty = min == 0;
	for (int i = 1; i <= copies; i++) {
		struct part part;

		if (!make(m, node->child, &part))
			return false;
		if (endless && i == copies)
			connect(m->nfa, part.last, part.first);
		append(m->nfa, &all, &part);
		if (i < min)
			continue;
		out->empty = ways(out->empty + all.empty);
		add_ways(out->last, all.last, 1, m->nfa->count);
	}
	memcpy(out->first, all.first, sizeof(out->first));
	return true;
}

static bool make(struct maker *m, const struct redos_node *node, struct part *out)
{
	memset(out, 0, sizeof(*out));
	switch (node->kind) {
	case REDOS_EMPTY: out->empty = 1; return true;
	case REDOS_ONE: return make_one(m, node, out);
	case REDOS_SEQUENCE: return make_sequence(m, node, out);
	case REDOS_CHOICE: return make_choice(m, node, out);
	case REDOS_REPEAT: return make_repeat(m, node, out);
	case REDOS_ASIDE:
		if (!make(m, node->child, out))
			return false;
		memset(out->last, 0, sizeof(out->last));
		out->empty = 1;
		return true;
	}
	return false;
}

/* The edges as bits, without those to a character that no sample is. */
static void make_bits(struct redos_nfa *nfa)
{
	for (int p = 0; p < nfa->count; p++) {
		for (int q = 0; q < nfa->count; q++) {
			struct redos_set both = redos_set_and(&nfa->sets[p], &nfa->sets[q]);

			if (redos_set_first(&both) >= 0)
				redos_put(&nfa->common[p], q);
			if (nfa->follow[p][q] && redos_set_first(&nfa->sets[q]) >= 0)
				redos_put(&nfa->next[p], q);
		}
	}
	memcpy(nfa->reach, nfa->next, sizeof(nfa->reach));
	for (int via = 0; via < nfa->count; via++) {
		for (int p = 0; p < nfa->count; p++) {
			for (size_t i = 0; redos_has(&nfa->reach[p], via) && i < REDOS_BITS_WORDS; i++)
				nfa->reach[p].words[i] |= nfa->reach[via].words[i];
		}
	}
}

bool redos_nfa_make(struct redos_nfa *nfa, const struct redos_node *root, int unroll)
{
	struct maker m = {nfa, unroll};
	struct part whole;

	memset(nfa, 0, sizeof(*nfa));
	if (!make(&m, root, &whole))
		return false;
	for (int p = 0; p < nfa->count; p++) {
		if (whole.first[p] && redos_set_first(&nfa->sets[p]) >= 0)
			redos_put(&nfa->start, p);
		if (whole.last[p])
			redos_put(&nfa->accept, p);
	}
	make_bits(nfa);
	return true;
}
