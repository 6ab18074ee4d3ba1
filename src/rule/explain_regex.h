/*
 * A regex taken apart for people, private to this room: its items in words,
 * and the first that a text does not give. It is never asked whether a value holds: the engine alone says that.
 */
#ifndef KENPIN_EXPLAIN_REGEX_H
#define KENPIN_EXPLAIN_REGEX_H

#include "base/arena.h"
#include "base/buf.h"

#define REGEX_MANY UINT32_MAX

enum item_kind {
	ITEM_TEXT,   /* plain characters */
	ITEM_CLASS,  /* [...] */
	ITEM_ESCAPE, /* \d, \p{..}, \b, \1, ... */
	ITEM_SIGN,   /* . ^ $ */
	ITEM_GROUP,
	ITEM_OPTIONS, /* (?i) */
	ITEM_UNKNOWN, /* shown as it stands */
};
enum group_kind {
	GROUP_PLAIN,
	GROUP_CAPTURE,
	GROUP_NAMED,
	GROUP_ATOMIC,
	GROUP_AHEAD,
	GROUP_NOT_AHEAD,
	GROUP_BEHIND,
	GROUP_NOT_BEHIND
};

struct regex_branch;
struct regex_item {
	enum item_kind kind;
	struct span text, atom; /* with and without its quantifier */
	struct span quantifier;
	uint32_t min, max;
	/* of a group */
	enum group_kind group;
	struct span opening, name;
	struct regex_branch *branches;
	size_t branch_count;
};
struct regex_branch {
	struct regex_item *items;
	size_t count;
};

/* The branches of PATTERN, which must compile; in ARENA. Always at least one. */
struct regex_branch *regex_take_apart(struct arena *arena, struct span pattern, size_t *count);
/* What one item means, with its quantifier; a group without what is in it. */
void regex_item_words(struct buf *out, const struct regex_item *item);
/* One line an item, those of groups below them, each after INDENT blanks. */
void regex_tell(struct buf *out, const struct regex_branch *branches, size_t count, unsigned indent);

/* How far a text goes along with a regex that does not match it. */
struct regex_progress {
	const struct regex_item *item; /* the first that TEXT does not give; NULL: it cannot be told */
	size_t done;                   /* bytes of the text up to the end of what the items before it matched */
	uint32_t times;                /* how often the item is there, of item->min */
};
void regex_progress(struct regex_progress *out, unsigned flags, struct span text, const struct regex_branch *branches,
	size_t count);

#endif
