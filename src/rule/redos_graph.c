/*
 * Loops of the automaton that one text can go round in two ways (exponential),
 * and pairs of loops that one text can go round, each and from one to the other (polynomial): by search in the product
 * of two and three copies of it (Weber and Seidl, 1991). The text of the way found is the pump.
 *
 * That an unanchored search starts anew at every character is no loop here: the match limit, by which is measured,
 * starts anew too.
 */
#include "base/base.h"
#include "rule/redos_private.h"

/* One search, breadth first. A state is a number; what it came from and by which sample is kept for the way back. */
struct search {
	struct redos_suspects *s;
	uint32_t *from; /* one more than the state before; 0: not seen */
	uint16_t *by;
	uint32_t *queue;
	size_t head, tail, clean; /* clean: states that were ever cleared */
	struct loop {
		struct redos_bits bits;
		size_t count;
		int at[LIMIT_REDOS_POSITIONS];      /* count positions */
		size_t rank[LIMIT_REDOS_POSITIONS]; /* of a position among them */
	} left, right;                              /* positions that the first and the last copy may be in */
};

static struct search *search_new(struct redos_suspects *s)
{
	struct search *q = arena_zalloc(s->arena, sizeof(*q));

	q->s = s;
	q->from = arena_alloc(s->arena, LIMIT_REDOS_STATES * sizeof(*q->from));
	q->by = arena_alloc(s->arena, LIMIT_REDOS_STATES * sizeof(*q->by));
	q->queue = arena_alloc(s->arena, LIMIT_REDOS_STATES * sizeof(*q->queue));
	return q;
}

static void find_loop(struct loop *loop, const struct redos_nfa *nfa, int p)
{
	*loop = (struct loop){0};
	for (int q = 0; q < nfa->count; q++) {
		if (!redos_together(nfa, p, q))
			continue;
		redos_put(&loop->bits, q);
		loop->rank[q] = loop->count;
		loop->at[loop->count++] = q;
	}
}

/* Among STATES; with too many of them no more work is done. What the search before has seen is forgotten. */
static void search_start(struct search *q, size_t states, size_t state)
{
	for (size_t i = 0; i < q->tail; i++)
		q->from[q->queue[i]] = 0;
	q->head = q->tail = 0;
	if (states > LIMIT_REDOS_STATES) {
		q->s->work = -1;
		return;
	}
	if (states > q->clean) {
		memset(q->from + q->clean, 0, (states - q->clean) * sizeof(*q->from));
		q->clean = states;
	}
	q->queue[q->tail++] = (uint32_t)state;
}

static void search_see(struct search *q, size_t before, size_t state, int sample)
{
	if (q->from[state])
		return;
	q->from[state] = (uint32_t)before + 1;
	q->by[state] = (uint16_t)sample;
	q->queue[q->tail++] = (uint32_t)state;
}

/* The samples on the way from START to GOAL (which may be the same state), or 0 when there is none or it is too long.
 */
static size_t search_word(const struct search *q, uint16_t *word, size_t start, size_t goal)
{
	size_t n = 0, state = goal;

	do {
		if (q->from[state] == 0 || n == LIMIT_REDOS_WORD)
			return 0;
		word[n++] = q->by[state];
		state = q->from[state] - 1;
	} while (state != start);
	for (size_t i = 0; i < n / 2; i++) {
		uint16_t moved = word[i];

		word[i] = word[n - 1 - i];
		word[n - 1 - i] = moved;
	}
	return n;
}

/* ---- two copies ---- */

static size_t pair_state(const struct search *q, int a, int b, bool parted)
{
	size_t low = q->left.rank[a < b ? a : b], high = q->left.rank[a < b ? b : a];

	return (low * q->left.count + high) * 2 + (parted || a != b);
}

/* Goes on from STATE. Two copies that take two of several ways between the same positions have parted too. */
static void pair_step(struct search *q, size_t state)
{
	const struct redos_nfa *nfa = q->s->nfa;
	int a = q->left.at[state / 2 / q->left.count], b = q->left.at[state / 2 % q->left.count];
	struct redos_bits of_a = redos_bits_and(&nfa->next[a], &q->left.bits);
	struct redos_bits of_b = redos_bits_and(&nfa->next[b], &q->left.bits);

	for (int to_a = redos_each(&of_a, -1); to_a >= 0; to_a = redos_each(&of_a, to_a)) {
		struct redos_bits same = redos_bits_and(&of_b, &nfa->common[to_a]);

		for (int to_b = redos_each(&same, -1); to_b >= 0; to_b = redos_each(&same, to_b)) {
			struct redos_set both = redos_set_and(&nfa->sets[to_a], &nfa->sets[to_b]);
			bool parted = state % 2 || (a == b && to_a == to_b && nfa->follow[a][to_a] > 1);

			search_see(q, state, pair_state(q, to_a, to_b, parted), redos_set_first(&both));
			q->s->work--;
		}
	}
}

static bool loops(const struct redos_nfa *nfa, int p)
{
	return redos_has(&nfa->reach[p], p);
}

/* A loop of which one position has no second way round has none at all. */
static void find_exponential(struct redos_suspects *s)
{
	const struct redos_nfa *nfa = s->nfa;
	uint16_t word[LIMIT_REDOS_WORD];
	struct search *q = search_new(s);
	struct redos_bits settled = {0};
	size_t start, goal, n;

	for (int p = 0; p < nfa->count && s->work > 0; p++) {
		if (!loops(nfa, p) || redos_has(&settled, p))
			continue;
		find_loop(&q->left, nfa, p);
		start = pair_state(q, p, p, false);
		goal = pair_state(q, p, p, true);
		search_start(q, q->left.count * q->left.count * 2, start);
		while (q->head < q->tail && q->from[goal] == 0 && s->work > 0)
			pair_step(q, q->queue[q->head++]);
		n = s->work > 0 ? search_word(q, word, start, goal) : 0;
		if (n)
			redos_add_pump(s, p, p, word, n, true);
		for (size_t i = 0; q->from[goal] == 0 && i < q->left.count; i++)
			redos_put(&settled, q->left.at[i]);
	}
}

/* ---- three copies ---- */

/* The state of copies at A (on the first loop), B (between) and C (on the second). */
static size_t triple_state(const struct search *q, int a, int b, int c)
{
	return (q->left.rank[a] * (size_t)q->s->nfa->count + (size_t)b) * q->right.count + q->right.rank[c];
}

static void triple_step(struct search *q, size_t state, int goal)
{
	const struct redos_nfa *nfa = q->s->nfa;
	size_t count = (size_t)nfa->count, ends = q->right.count;
	int a = q->left.at[state / ends / count], b = (int)(state / ends % count), c = q->right.at[state % ends];
	struct redos_bits of_a = redos_bits_and(&nfa->next[a], &q->left.bits);
	struct redos_bits of_c = redos_bits_and(&nfa->next[c], &q->right.bits);

	for (int to_a = redos_each(&of_a, -1); to_a >= 0; to_a = redos_each(&of_a, to_a)) {
		struct redos_bits same = redos_bits_and(&of_c, &nfa->common[to_a]);

		for (int to_c = redos_each(&same, -1); to_c >= 0; to_c = redos_each(&same, to_c)) {
			struct redos_set two = redos_set_and(&nfa->sets[to_a], &nfa->sets[to_c]);
			struct redos_bits middle = redos_bits_and(&nfa->next[b], &nfa->common[to_a]);

			for (int to_b = redos_each(&middle, -1); to_b >= 0; to_b = redos_each(&middle, to_b)) {
				struct redos_set all = redos_set_and(&two, &nfa->sets[to_b]);

				q->s->work--;
				if (redos_set_first(&all) >= 0 && (to_b == goal || redos_has(&nfa->reach[to_b], goal)))
					search_see(q, state, triple_state(q, to_a, to_b, to_c), redos_set_first(&all));
			}
		}
	}
}

/* One text leads from P to P, from P to Q and from Q to Q. */
static void find_pair(struct search *q, int from, int to)
{
	const struct redos_nfa *nfa = q->s->nfa;
	uint16_t word[LIMIT_REDOS_WORD];
	size_t start, goal, n;

	find_loop(&q->left, nfa, from);
	find_loop(&q->right, nfa, to);
	start = triple_state(q, from, from, to);
	goal = triple_state(q, from, to, to);
	search_start(q, q->left.count * (size_t)nfa->count * q->right.count, start);
	while (q->head < q->tail && q->from[goal] == 0 && q->s->work > 0)
		triple_step(q, q->queue[q->head++], to);
	n = q->s->work > 0 ? search_word(q, word, start, goal) : 0;
	if (n)
		redos_add_pump(q->s, from, to, word, n, false);
}

static void find_polynomial(struct redos_suspects *s)
{
	const struct redos_nfa *nfa = s->nfa;
	struct search *q = NULL;

	for (int from = 0; from < nfa->count && s->work > 0; from++) {
		for (int to = 0; to < nfa->count && s->work > 0; to++) {
			if (!loops(nfa, from) || !loops(nfa, to) || !redos_has(&nfa->reach[from], to) ||
				redos_has(&nfa->reach[to], from))
				continue;
			if (q == NULL)
				q = search_new(s);
			find_pair(q, from, to);
		}
	}
}

bool redos_find(struct redos_suspects *s)
{
	s->work = LIMIT_REDOS_WORK;
	find_exponential(s);
	if (s->work > 0)
		find_polynomial(s);
	return s->work > 0;
}
