/* Mutants of a pattern: its items are changed one at a time. It does not know what the pattern is for. */
#include "base/base.h"
#include "rule/mutate_private.h"

#include "base/utf8.h"
#include "ext/regex.h"
#include "rule/explain_regex.h"

#define PARTS_MAX 4 /* of a class that loses one at a time; of a list of letters nobody tries each */

/* Where an item stands: nothing before or behind it in the pattern asks for anything. */
struct edges {
	bool left, right;
};

struct rewriting {
	struct mutation *m;
	const struct yaml_node *node;
	bool caseless;
};

static int change(const struct rewriting *r, const char *kind, struct span part, const char *text)
{
	return mutate_part(r->m, kind, r->node, (size_t)(part.p - r->node->text.p), part.n, text);
}

/* ---- quantifiers ---- */

static const char *braces(struct arena *arena, uint32_t min, uint32_t max, const char *tail)
{
	if (max == REGEX_MANY)
		return arena_printf(arena, "{%u,}%s", min, tail);
	return min == max ? arena_printf(arena, "{%u}%s", min, tail) : arena_printf(arena, "{%u,%u}%s", min, max, tail);
}

/* {n}, {n,} and {n,m}: one less and one more of each number. FREE: the greater of them makes no difference. */
static int change_braces(const struct rewriting *r, const struct regex_item *item, bool free, const char *tail)
{
	bool fixed = item->min == item->max, many = item->max == REGEX_MANY;
	struct arena *arena = r->m->arena;
	const struct {
		uint32_t min, max;
		bool makes_sense;
	} all[] = {
		{item->min - 1, fixed ? item->min - 1 : item->max, item->min > 0},
		{item->min + 1, fixed ? item->min + 1 : item->max, fixed || item->min < item->max},
		{item->min, item->max - 1, !fixed && !many && !free},
		{item->min, item->max + 1, !fixed && !many && !free},
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (all[i].makes_sense &&
			change(r, "quantifier", item->quantifier, braces(arena, all[i].min, all[i].max, tail)) < 0)
			return -1;
	}
	return 0;
}

static int change_quantifier(const struct rewriting *r, const struct regex_item *item, const struct edges *at)
{
	struct span q = item->quantifier;
	const char *tail = ""; /* lazy, possessive */

	if (q.n == 0)
		return 0;
	if (q.n > 1 && (q.p[q.n - 1] == '?' || q.p[q.n - 1] == '+'))
		tail = arena_strndup(r->m->arena, q.p + q.n - 1, 1);
	switch (q.p[0]) {
	case '*': return change(r, "quantifier", q, arena_printf(r->m->arena, "+%s", tail));
	case '+': return change(r, "quantifier", q, arena_printf(r->m->arena, "*%s", tail));
	case '?': return change(r, "quantifier", q, "");
	default: return change_braces(r, item, at->left || at->right, tail);
	}
}

/* ---- classes ---- */

/* The end of the character at P of a class: [:alpha:], an escape, or one that is itself. */
static const char *class_character(const char *p, const char *end)
{
	const char *close;

	if (p + 1 < end && *p == '[' && p[1] == ':') {
		close = strstr(p, ":]");
		return close && close < end ? close + 2 : end;
	}
	if (*p != '\\' || p + 1 >= end) {
		(void)utf8_next(&p, end);
		return p;
	}
	if ((p[1] == 'x' || p[1] == 'p' || p[1] == 'P') && p + 2 < end && p[2] == '{') {
		close = memchr(p, '}', (size_t)(end - p));
		return close ? close + 1 : end;
	}
	if (p[1] == 'x' || p[1] == 'p' || p[1] == 'P' || p[1] == 'Q' || (p[1] >= '0' && p[1] <= '9'))
		return NULL; /* of no length that is plain to see */
	p++;
	(void)utf8_next(&p, end);
	return p;
}

/* The parts of a class: characters and ranges. 0 when there are more than PARTS_MAX, or one is not understood. */
static size_t class_parts(struct span parts[PARTS_MAX], struct span inside)
{
	const char *p = inside.p, *end = p + inside.n;
	size_t count = 0;

	while (p < end) {
		const char *from = p;

		p = class_character(p, end);
		if (p && p + 1 < end && *p == '-')
			p = class_character(p + 1, end);
		if (p == NULL || count == PARTS_MAX)
			return 0;
		parts[count++] = (struct span){from, (size_t)(p - from)};
	}
	return count;
}

static const char *without(struct arena *arena, struct span whole, struct span part)
{
	const char *behind = part.p + part.n;

	return arena_printf(
		arena, "%.*s%.*s", (int)(part.p - whole.p), whole.p, (int)(whole.p + whole.n - behind), behind);
}

static int change_class(const struct rewriting *r, const struct regex_item *item)
{
	bool inverse = item->atom.n > 1 && item->atom.p[1] == '^';
	const char *first = item->atom.p + 1 + inverse, *end = item->atom.p + item->atom.n - 1;
	const struct span inside = {first, (size_t)(end - first)};
	struct span parts[PARTS_MAX];
	size_t count;

	if (change(r, "class", item->atom,
		    arena_printf(r->m->arena, "[%s%.*s]", inverse ? "" : "^", SPAN_ARG(inside))) < 0)
		return -1;
	/* where letters are both cases, two parts may be one */
	count = r->caseless ? 0 : class_parts(parts, inside);
	for (size_t i = 0; i < count && count > 1; i++)
		if (change(r, "class", item->atom, without(r->m->arena, item->atom, parts[i])) < 0)
			return -1;
	return 0;
}

/* \d becomes \D, \b goes. */
static int change_escape(const struct rewriting *r, const struct regex_item *item)
{
	char letter = item->atom.n > 1 ? item->atom.p[1] : '\0';

	if (letter && strchr("bBAzZG", letter))
		return change(r, "anchor", item->text, "");
	if (letter == '\0' || strchr("dDsSwWhHvVpP", letter) == NULL)
		return 0;
	return change(r, "class", item->atom,
		arena_printf(r->m->arena, "\\%c%.*s", letter ^ ('a' ^ 'A'), (int)item->atom.n - 2, item->atom.p + 2));
}

/* ---- the tree ---- */

static int change_branches(
	const struct rewriting *r, const struct regex_branch *branches, size_t count, struct edges edges);

static int change_group(const struct rewriting *r, const struct regex_item *item, struct edges at)
{
	bool once = item->min == 1 && item->max == 1;
	bool plain = item->group == GROUP_PLAIN || item->group == GROUP_CAPTURE || item->group == GROUP_NAMED;

	if (!once || !plain)
		at = (struct edges){false, false};
	return change_branches(r, item->branches, item->branch_count, at);
}

static int change_item(const struct rewriting *r, const struct regex_item *item, struct edges at)
{
	int failed = change_quantifier(r, item, &at);

	if (failed || ((at.left || at.right) && item->min == 0))
		return failed; /* there without it too */
	switch (item->kind) {
	case ITEM_CLASS: return change_class(r, item);
	case ITEM_ESCAPE: return change_escape(r, item);
	case ITEM_GROUP: return change_group(r, item, at);
	case ITEM_SIGN: return *item->atom.p == '.' ? 0 : change(r, "anchor", item->text, "");
	case ITEM_TEXT:
	case ITEM_OPTIONS:
	case ITEM_UNKNOWN: break;
	}
	return 0;
}

static bool may_be_empty(const struct regex_branch *branch);

static bool item_may_be_empty(const struct regex_item *item)
{
	bool empty = item->min == 0 || item->kind == ITEM_OPTIONS;

	for (size_t b = 0; b < item->branch_count && !empty && item->group <= GROUP_NAMED; b++)
		empty = may_be_empty(&item->branches[b]);
	return empty;
}

static bool may_be_empty(const struct regex_branch *branch)
{
	for (size_t i = 0; i < branch->count; i++) {
		if (!item_may_be_empty(&branch->items[i]))
			return false;
	}
	return true;
}

/* At an edge nothing depends on a branch beside which another is content with nothing. */
static bool is_needless(const struct regex_branch *branches, size_t count, size_t branch)
{
	for (size_t b = 0; b < count; b++) {
		if (b != branch && may_be_empty(&branches[b]))
			return true;
	}
	return false;
}

static int change_branches(
	const struct rewriting *r, const struct regex_branch *branches, size_t count, struct edges edges)
{
	for (size_t b = 0; b < count; b++) {
		if ((edges.left || edges.right) && is_needless(branches, count, b))
			continue;
		for (size_t i = 0; i < branches[b].count; i++) {
			const struct edges at = {edges.left && i == 0, edges.right && i + 1 == branches[b].count};

			if (change_item(r, &branches[b].items[i], at) < 0)
				return -1;
		}
	}
	return 0;
}

int mutate_regex(struct mutation *m, const struct yaml_node *node, bool caseless)
{
	const struct edges edges = {true, true};
	struct rewriting r = {m, node, caseless};
	struct regex_branch *branches;
	size_t count;

	if (node == NULL || node->kind != YAML_SCALAR)
		return 0;
	branches = regex_take_apart(m->arena, node->text, &count);
	r.caseless = caseless || span_find(node->text, SPAN_LITERAL("(?i")) >= 0;
	return change_branches(&r, branches, count, edges);
}
