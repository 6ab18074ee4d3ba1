/*
 * A pattern as a tree, for the ReDoS check: groups, alternatives, repeats. It
 * may take a part for more than it is (atomic groups and possessive repeats give nothing back, a backreference is no
 * free text): that only makes suspects, which are measured. It reads what PCRE2 has accepted.
 */
#include "base/base.h"
#include "rule/redos_private.h"

struct redos_node *redos_node_new(struct redos_parser *r, enum redos_node_kind kind)
{
	struct redos_node *node = arena_zalloc(r->arena, sizeof(*node));

	node->kind = kind;
	return node;
}

struct redos_node *redos_unknown(struct redos_parser *r, const char *what)
{
	if (r->unknown == NULL)
		r->unknown = what;
	return NULL;
}

static struct redos_node *choice(struct redos_parser *r);

static bool next_is(const struct redos_parser *r, const char *text)
{
	size_t n = strlen(text);

	return (size_t)(r->end - r->p) >= n && memcmp(r->p, text, n) == 0;
}

static bool skip(struct redos_parser *r, const char *text)
{
	if (!next_is(r, text))
		return false;
	r->p += strlen(text);
	return true;
}

static bool skip_past(struct redos_parser *r, char c)
{
	const char *found = memchr(r->p, c, (size_t)(r->end - r->p));

	r->p = found ? found + 1 : r->end;
	return found != NULL;
}

/* Comments, the end of \Q, and with (?x) spaces. */
static void skip_blank(struct redos_parser *r)
{
	for (;;) {
		if (r->quoted) {
			if (!skip(r, "\\E"))
				return;
			r->quoted = false;
		} else if (skip(r, "(?#")) {
			skip_past(r, ')');
		} else if (r->extended && r->p < r->end && strchr(" \t\n\v\f\r", *r->p) && *r->p) {
			r->p++;
		} else if (!r->extended || !skip(r, "#")) {
			return;
		} else {
			skip_past(r, '\n');
		}
	}
}

static bool at_end(struct redos_parser *r)
{
	skip_blank(r);
	return r->p == r->end || (!r->quoted && (*r->p == '|' || *r->p == ')'));
}

/* The rest of a group, with its parenthesis. */
static struct redos_node *body(struct redos_parser *r)
{
	struct redos_parser outside = *r;
	struct redos_node *inside = choice(r);

	if (inside && !skip(r, ")"))
		inside = redos_unknown(r, "a parenthesis");
	r->caseless = outside.caseless;
	r->dot_all = outside.dot_all;
	r->extended = outside.extended;
	return inside;
}

static struct redos_node *aside(struct redos_parser *r)
{
	struct redos_node *node = redos_node_new(r, REDOS_ASIDE);

	r->loose = true;
	node->child = body(r);
	return node->child ? node : NULL;
}

/* A lookbehind sees a bounded number of characters: nothing in it can grow. */
static struct redos_node *behind(struct redos_parser *r)
{
	r->loose = true;
	return body(r) ? redos_node_new(r, REDOS_EMPTY) : NULL;
}

/* (?i) or (?i-s: at the first letter. */
static struct redos_node *options(struct redos_parser *r)
{
	struct redos_parser outside = *r;
	struct redos_node *inside;
	bool on = true;

	for (; r->p < r->end && *r->p != ')' && *r->p != ':'; r->p++) {
		if (*r->p == '-')
			on = false;
		else if (*r->p == '^')
			r->caseless = r->dot_all = r->extended = false;
		else if (*r->p == 'i')
			r->caseless = on;
		else if (*r->p == 's')
			r->dot_all = on;
		else if (*r->p == 'x' && r->p[1] != 'x' && r->p[-1] != 'x')
			r->extended = on;
		else if (strchr("mnJU", *r->p) == NULL || (*r->p == 'n' && on))
			return redos_unknown(r, "a group of this kind");
	}
	if (skip(r, ")"))
		return redos_node_new(r, REDOS_EMPTY);
	r->p++;
	inside = body(r);
	r->caseless = outside.caseless;
	r->dot_all = outside.dot_all;
	r->extended = outside.extended;
	return inside;
}

/* "?1", "?-1", "?R", "?&name", "?P>name" */
static bool calls(const struct redos_parser *r)
{
	const char *p = r->p + 1;

	if (!next_is(r, "?") || p == r->end)
		return false;
	if ((*p == '+' || *p == '-') && p + 1 < r->end)
		p++;
	return (*p >= '0' && *p <= '9') || *p == 'R' || *p == '&' || next_is(r, "?P>");
}

/* After "(". */
static struct redos_node *group(struct redos_parser *r)
{
	bool named = next_is(r, "?<") || next_is(r, "?P<") || next_is(r, "?'");

	if (next_is(r, "*"))
		return redos_unknown(r, "a verb");
	if (skip(r, "?:") || skip(r, "?|"))
		return body(r);
	if (skip(r, "?>")) {
		r->loose = true;
		return body(r);
	}
	if (skip(r, "?=") || skip(r, "?!") || skip(r, "?*"))
		return aside(r);
	if (skip(r, "?<=") || skip(r, "?<!") || skip(r, "?<*"))
		return behind(r);
	if (calls(r))
		return redos_unknown(r, "a call of a group");
	if (next_is(r, "?P=") || next_is(r, "?C") || next_is(r, "?("))
		return redos_unknown(r, "a condition, a callout or a reference in Python's way");
	r->groups++;
	if (named)
		return skip(r, "?'") ? skip_past(r, '\''), body(r) : (skip_past(r, '>'), body(r));
	if (!skip(r, "?"))
		return body(r);
	r->groups--;
	return options(r);
}

static bool read_count(int *count, const char **p, const char *end)
{
	const char *from = *p;

	for (*count = 0; *p < end && **p >= '0' && **p <= '9'; (*p)++)
		*count = *count < 100000 ? *count * 10 + (**p - '0') : *count;
	return *p > from;
}

/* "{2}", "{2,}", "{2,5}"; anything else in braces is text. */
static bool counted(int *min, int *max, struct redos_parser *r)
{
	const char *p = r->p + 1;

	if (!read_count(min, &p, r->end))
		return false;
	*max = *min;
	if (p < r->end && *p == ',') {
		p++;
		if (!read_count(max, &p, r->end))
			*max = REDOS_ENDLESS;
	}
	if (p == r->end || *p != '}')
		return false;
	r->p = p + 1;
	return true;
}

static bool quantifier(int *min, int *max, struct redos_parser *r)
{
	*min = 0;
	*max = REDOS_ENDLESS;
	skip_blank(r);
	if (r->quoted || r->p == r->end)
		return false;
	if (skip(r, "?")) {
		*max = 1;
	} else if (skip(r, "+")) {
		*min = 1;
	} else if (!skip(r, "*") && !(*r->p == '{' && counted(min, max, r))) {
		return false;
	}
	if (skip(r, "+"))
		r->loose = true;
	else
		skip(r, "?");
	return true;
}

static struct redos_node *repeated(struct redos_parser *r)
{
	struct redos_node *node = !r->quoted && skip(r, "(") ? group(r) : redos_atom(r);
	int min, max;

	while (node && quantifier(&min, &max, r)) {
		struct redos_node *repeat = redos_node_new(r, REDOS_REPEAT);

		repeat->child = node;
		repeat->min = min;
		repeat->max = max;
		node = repeat;
	}
	return node;
}

static struct redos_node *sequence(struct redos_parser *r)
{
	struct redos_node *all = redos_node_new(r, REDOS_SEQUENCE), **end = &all->child;

	while (!at_end(r)) {
		*end = repeated(r);
		if (*end == NULL)
			return NULL;
		end = &(*end)->next;
	}
	return all;
}

static struct redos_node *choice(struct redos_parser *r)
{
	struct redos_node *all = redos_node_new(r, REDOS_CHOICE), **end = &all->child;

	do {
		*end = sequence(r);
		if (*end == NULL)
			return NULL;
		end = &(*end)->next;
	} while (skip(r, "|"));
	return all;
}

int64_t redos_size(const struct redos_node *node)
{
	int64_t size = node->kind == REDOS_ONE;

	for (const struct redos_node *child = node->child; child; child = child->next)
		size += redos_size(child);
	/* a repeat of one character is one step, whatever its count */
	if (node->kind == REDOS_REPEAT && node->child->kind != REDOS_ONE)
		size *= node->max == REDOS_ENDLESS ? (node->min ? node->min : 1) : node->max;
	return size < REDOS_ENDLESS ? size : REDOS_ENDLESS;
}

bool redos_repeats(const struct redos_node *node, int most)
{
	if (node->kind == REDOS_REPEAT && node->max > most)
		return true;
	for (const struct redos_node *child = node->child; child; child = child->next) {
		if (redos_repeats(child, most))
			return true;
	}
	return false;
}

struct redos_node *redos_parse(struct redos_parser *r)
{
	struct redos_node *root;

	/* (*NO_JIT) and the like say how to match, not what. */
	while (next_is(r, "(*") && skip_past(r, ')'))
		r->loose = true;
	root = choice(r);
	return root && r->p < r->end ? redos_unknown(r, "a parenthesis") : root;
}
