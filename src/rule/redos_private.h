/*
 * From a pattern to suspects, private to redos*.c: characters as sets over a
 * small alphabet of samples, the pattern as a tree, the tree as an automaton whose states are the characters of the
 * pattern (Glushkov), loops in it that one text can go round in two ways, and the text of such an attack.
 */
#ifndef KENPIN_REDOS_PRIVATE_H
#define KENPIN_REDOS_PRIVATE_H

#include "base/limits.h"
#include "rule/redos.h"

/* ---- characters (redos_set.c) ---- */

#define REDOS_SET_WORDS (LIMIT_REDOS_SAMPLES / 64)
struct redos_set {
	uint64_t words[REDOS_SET_WORDS]; /* bit: index of the sample */
};

/* The characters that stand for all: ASCII, some of every common script, and those that the pattern names. Those that
 * read best in a message come first. */
struct redos_samples {
	uint32_t codes[LIMIT_REDOS_SAMPLES];
	size_t count;
	char text[LIMIT_REDOS_SAMPLES * 4]; /* all of them in a row */
	size_t bytes;
	uint16_t index[LIMIT_REDOS_SAMPLES * 4]; /* of the sample at a byte of text */
	struct regex_room *room;
};

void redos_samples_init(struct redos_samples *s, struct span pattern);
void redos_samples_clear(struct redos_samples *s);
/* The samples that ATOM, which matches one character, matches with FLAGS and the inline options INLINE ("is"). False
 * when the engine refuses it. */
bool redos_set_of(struct redos_set *set, const struct redos_samples *s, struct span atom, const char *options,
	unsigned flags) must_check;
/* The one sample CODE; false when it is none. */
bool redos_set_of_code(struct redos_set *set, const struct redos_samples *s, uint32_t code) must_check;
void redos_set_all(struct redos_set *set, const struct redos_samples *s);

static inline struct redos_set redos_set_and(const struct redos_set *a, const struct redos_set *b)
{
	struct redos_set both;

	for (size_t i = 0; i < REDOS_SET_WORDS; i++)
		both.words[i] = a->words[i] & b->words[i];
	return both;
}

/* The first sample in the set, or -1. */
static inline int redos_set_first(const struct redos_set *set)
{
	for (int i = 0; i < REDOS_SET_WORDS; i++) {
		if (set->words[i])
			return i * 64 + __builtin_ctzll(set->words[i]);
	}
	return -1;
}

/* ---- the pattern (redos_parse.c, redos_atom.c) ---- */

enum redos_node_kind {
	REDOS_EMPTY,    /* and what looks at the text without taking any: ^ $ \b */
	REDOS_ONE,      /* one character of `set` */
	REDOS_SEQUENCE, /* of the children */
	REDOS_CHOICE,   /* of the children */
	REDOS_REPEAT,   /* of the only child */
	REDOS_ASIDE,    /* a lookahead: the child is tried, and the text goes on from where it began */
};
#define REDOS_ENDLESS 1000000
struct redos_node {
	enum redos_node_kind kind;
	struct redos_set set;
	int min, max; /* of REDOS_REPEAT */
	struct redos_node *child, *next;
};

struct redos_parser {
	const char *p, *end;
	struct arena *arena;
	const struct redos_samples *samples;
	unsigned flags;                           /* of regex_new */
	bool caseless, dot_all, extended, quoted; /* here: (?i), (?s), (?x), \Q */
	unsigned groups;                          /* opened so far */
	bool loose;                               /* something was taken for more than it is */
	const char *unknown;                      /* what is not understood */
};

/* Characters of the tree when all repeats are written out. */
int64_t redos_size(const struct redos_node *node);
/* Some repeat has more than MOST rounds. */
bool redos_repeats(const struct redos_node *node, int most);
/* The tree, or NULL with parser->unknown set. */
struct redos_node *redos_parse(struct redos_parser *parser) must_check;

/* For redos_parse.c: one character or escape at parser->p; NULL with parser->unknown set. */
struct redos_node *redos_atom(struct redos_parser *parser) must_check;
struct redos_node *redos_node_new(struct redos_parser *parser, enum redos_node_kind kind) must_check;
struct redos_node *redos_unknown(struct redos_parser *parser, const char *what);

/* ---- the automaton (redos_nfa.c) ---- */

#define REDOS_BITS_WORDS (LIMIT_REDOS_POSITIONS / 64)
struct redos_bits {
	uint64_t words[REDOS_BITS_WORDS]; /* bit: position */
};

struct redos_nfa {
	int count; /* positions */
	struct redos_set sets[LIMIT_REDOS_POSITIONS];
	uint8_t follow[LIMIT_REDOS_POSITIONS][LIMIT_REDOS_POSITIONS]; /* in how many ways: 0, 1, 2 (or more) */
	struct redos_bits start, accept;
	struct redos_bits next[LIMIT_REDOS_POSITIONS];   /* follow, as bits */
	struct redos_bits common[LIMIT_REDOS_POSITIONS]; /* positions that can take the same character */
	struct redos_bits reach[LIMIT_REDOS_POSITIONS];  /* in one step or more */
};

/* Repeats are written out up to UNROLL times, more are taken for endless. False when there are too many positions. */
bool redos_nfa_make(struct redos_nfa *nfa, const struct redos_node *root, int unroll) must_check;

static inline bool redos_has(const struct redos_bits *bits, int position)
{
	return bits->words[position / 64] >> (position % 64) & 1;
}
static inline void redos_put(struct redos_bits *bits, int position)
{
	bits->words[position / 64] |= UINT64_C(1) << (position % 64);
}
static inline struct redos_bits redos_bits_and(const struct redos_bits *a, const struct redos_bits *b)
{
	struct redos_bits both;

	for (size_t i = 0; i < REDOS_BITS_WORDS; i++)
		both.words[i] = a->words[i] & b->words[i];
	return both;
}
/* The next position in BITS after POSITION (-1: the first), or -1. */
static inline int redos_each(const struct redos_bits *bits, int position)
{
	int word = ++position / 64;

	if (word >= REDOS_BITS_WORDS)
		return -1;
	uint64_t left = bits->words[word] & UINT64_MAX << (position % 64);
	while (left == 0) {
		if (++word == REDOS_BITS_WORDS)
			return -1;
		left = bits->words[word];
	}
	return word * 64 + __builtin_ctzll(left);
}
/* P and Q lie on one loop. */
static inline bool redos_together(const struct redos_nfa *nfa, int p, int q)
{
	return redos_has(&nfa->reach[p], q) && redos_has(&nfa->reach[q], p);
}

/* ---- suspects (redos_pump.c, redos_graph.c) ---- */

/* An attack: the prefix, the pump many times, a suffix. */
struct redos_pump {
	struct span prefix, pump;
	struct span suffixes[3];
	size_t suffix_count;
	bool exponential; /* suspected to be */
};
struct redos_suspects {
	const struct redos_nfa *nfa;
	const struct redos_samples *samples;
	struct arena *arena;
	struct redos_pump *pumps; /* LIMIT_REDOS_PUMPS */
	size_t count;
	int64_t work; /* LIMIT_REDOS_WORK less what was done */
};

/* Finds all, as far as the limits go; false when they were hit. */
bool redos_find(struct redos_suspects *suspects) must_check;
/* One more attack: the pump takes position FROM back to itself, WORD holds its samples; FAIL_AT is where the text must
 * not go on (from FROM or another position of the attack). */
void redos_add_pump(
	struct redos_suspects *suspects, int from, int fail_at, const uint16_t *word, size_t length, bool exponential);
/* The shortest way from FROM to TO (one step or more): its samples, those of FROM not among them, TO's among them. */
size_t redos_path(const struct redos_nfa *nfa, uint16_t *word, int from, int to);

/* ---- measurement (redos_measure.c) ---- */

struct redos_meter {
	struct regex *regex; /* without start optimisation, which hides much until the text holds the right byte */
	struct regex_room *room;
	struct buf *text;
	bool uncounted;  /* the regex counts what it reads in vain too: without automatic possessive repeats */
	uint32_t weight; /* how much longer a step may take than in a small pattern */
	uint32_t cap;    /* LIMIT_REDOS_STEPS by it */
	int64_t left;    /* LIMIT_REDOS_METER less the steps done */
	struct arena *arena;
	/* The worst so far. */
	struct redos_verdict verdict;
	struct redos_pump pump;
	struct span suffix;
	uint32_t most; /* steps for 64 repeats */
};
void redos_measure(struct redos_meter *meter, const struct redos_pump *pump);
/* Attacks that know nothing of the pattern but its literal characters. */
void redos_measure_plain(struct redos_meter *meter, struct span pattern);
/* After the last one: the attack of the verdict. */
void redos_measure_end(struct redos_meter *meter);

#endif
