/*
 * A pattern -> a tree of items, from left to right. The pattern compiles, so
 * brackets are closed; what is not understood becomes one item that is shown as it stands.
 */
#include "base/base.h"
#include "rule/explain_regex.h"

#include "base/utf8.h"

#define DEPTH_MAX 32

struct reader {
	const char *p, *end;
	struct arena *arena;
	unsigned depth;
};

static bool at(const struct reader *r, const char *text)
{
	return span_starts((struct span){r->p, (size_t)(r->end - r->p)}, text);
}

static bool is_digit(const struct reader *r, const char *p)
{
	return p < r->end && *p >= '0' && *p <= '9';
}

static const char *number(const struct reader *r, const char *p, uint32_t *out)
{
	for (*out = 0; is_digit(r, p); p++)
		*out = *out < 100000 ? *out * 10 + (uint32_t)(*p - '0') : *out;
	return p;
}

/* The end of the {n}, {n,} or {n,m} at P; NULL when the brace is a plain character. */
static const char *braces(const struct reader *r, const char *p, uint32_t *min, uint32_t *max)
{
	if (!is_digit(r, p + 1))
		return NULL;
	p = number(r, p + 1, min);
	*max = *min;
	if (p < r->end && *p == ',') {
		*max = REGEX_MANY;
		if (is_digit(r, ++p))
			p = number(r, p, max);
	}
	return p < r->end && *p == '}' ? p + 1 : NULL;
}

/* The end of the quantifier at P, or P when there is none. */
static const char *quantifier(const struct reader *r, const char *p, uint32_t *min, uint32_t *max)
{
	const char *end = p + 1;

	*min = *max = 1;
	if (p >= r->end)
		return p;
	switch (*p) {
	case '*':
		*min = 0;
		*max = REGEX_MANY;
		break;
	case '+': *max = REGEX_MANY; break;
	case '?': *min = 0; break;
	case '{':
		end = braces(r, p, min, max);
		if (end == NULL) {
			*min = *max = 1;
			return p;
		}
		break;
	default: return p;
	}
	return end < r->end && (*end == '?' || *end == '+') ? end + 1 : end;
}

/* Past the closing sign of what stands at P; \x{..}, \p{..}, \k<..> and the like. */
static const char *past(const struct reader *r, const char *p, char closing)
{
	while (p < r->end && *p != closing)
		p++;
	return p < r->end ? p + 1 : p;
}

/* The end of the escape at P; *PLAIN: it stands for one character. */
static const char *escape_end(const struct reader *r, const char *p, bool *plain)
{
	char c = p + 1 < r->end ? p[1] : '\0', next = p + 2 < r->end ? p[2] : '\0';
	const char *end = p + (c ? 2 : 1);

	*plain = (c && strchr("nrtfeax", c)) || !((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
	if (c >= '0' && c <= '9') {
		*plain = false;
		while (is_digit(r, end))
			end++;
		return end;
	}
	if ((unsigned char)c >= 0x80) {
		end = p + 1;
		(void)utf8_next(&end, r->end);
		return end;
	}
	if (c == 'x' && next != '{') {
		for (int i = 0; i < 2 && end < r->end && *end && strchr("0123456789abcdefABCDEF", *end); i++)
			end++;
		return end;
	}
	if (c && strchr("xpPgkoN", c) && next == '{')
		return past(r, end, '}');
	if ((c == 'k' || c == 'g') && (next == '<' || next == '\''))
		return past(r, end + 1, next == '<' ? '>' : next);
	if (c == 'p' || c == 'P' || c == 'c')
		return end < r->end ? end + 1 : end;
	if (c == 'g')
		while (end < r->end && (*end == '-' || is_digit(r, end)))
			end++;
	return end;
}

static const char *class_end(const struct reader *r)
{
	const char *p = r->p + 1;

	if (p < r->end && *p == '^')
		p++;
	if (p < r->end && *p == ']')
		p++;
	while (p < r->end && *p != ']') {
		if (*p == '\\') {
			p += 2;
		} else if (*p == '[' && p + 1 < r->end && (p[1] == ':' || p[1] == '.' || p[1] == '=')) {
			const char *end = past(r, p + 2, ']');
			p = end[-2] == p[1] ? end : p + 1;
		} else {
			p++;
		}
	}
	return p < r->end ? p + 1 : r->end;
}

/* ---- groups ---- */

static const struct opening {
	const char *text;
	enum group_kind kind;
} openings[] = {
	{"(?:", GROUP_PLAIN},
	{"(?>", GROUP_ATOMIC},
	{"(?=", GROUP_AHEAD},
	{"(?!", GROUP_NOT_AHEAD},
	{"(?<=", GROUP_BEHIND},
	{"(?<!", GROUP_NOT_BEHIND},
	{"(?P<", GROUP_NAMED},
	{"(?<", GROUP_NAMED},
	{"(?'", GROUP_NAMED},
};

/* Past the bracket that closes the group at P, whatever is in it. */
static const char *group_end(const struct reader *r, const char *p)
{
	struct reader inner = *r;
	unsigned depth = 0;
	bool plain;

	for (inner.p = p; inner.p < r->end;) {
		if (*inner.p == '\\') {
			inner.p = escape_end(r, inner.p, &plain);
		} else if (*inner.p == '[') {
			inner.p = class_end(&inner);
		} else {
			char c = *inner.p++;

			depth += c == '(';
			if (c == ')' && --depth == 0)
				return inner.p;
		}
	}
	return r->end;
}

static struct regex_branch *alternation(struct reader *r, size_t *count);

/* (?i), (?-i), or (?i: with what is in it; false: it is something else. */
static bool options(struct reader *r, struct regex_item *item)
{
	const char *p = r->p + 2;

	while (p < r->end && (strchr("imsn-^", *p)))
		p++;
	if (p == r->end || p == r->p + 2 || (*p != ')' && *p != ':'))
		return false;
	item->kind = *p == ')' ? ITEM_OPTIONS : ITEM_GROUP;
	item->group = GROUP_PLAIN;
	item->opening = (struct span){r->p, (size_t)(p + 1 - r->p)};
	return true;
}

static bool open_group(struct reader *r, struct regex_item *item)
{
	const struct opening *o = NULL;

	item->kind = ITEM_GROUP;
	item->group = GROUP_CAPTURE;
	item->opening = (struct span){r->p, 1};
	if (r->p + 1 < r->end && r->p[1] == '*')
		return false;
	if (!at(r, "(?"))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(openings) && o == NULL; i++)
		if (at(r, openings[i].text))
			o = &openings[i];
	if (o == NULL)
		return options(r, item);
	item->group = o->kind;
	item->opening.n = strlen(o->text);
	if (o->kind == GROUP_NAMED) {
		const char *from = r->p + item->opening.n, *end = past(r, from, from[-1] == '<' ? '>' : '\'');

		item->name = (struct span){from, (size_t)(end - 1 - from)};
		item->opening.n = (size_t)(end - r->p);
	}
	return true;
}

static void group(struct reader *r, struct regex_item *item)
{
	const char *end = group_end(r, r->p);
	struct reader inner = *r;

	if (!open_group(r, item) || r->depth == DEPTH_MAX) {
		item->kind = ITEM_UNKNOWN;
	} else if (item->kind == ITEM_GROUP) {
		inner.p = r->p + item->opening.n;
		inner.end = end - 1;
		inner.depth++;
		item->branches = alternation(&inner, &item->branch_count);
	}
	r->p = end;
}

/* ---- items ---- */

/* Characters that stand for themselves, up to one with a quantifier, which is an item of its own. */
static void text(struct reader *r)
{
	const char *from = r->p;
	uint32_t min, max;
	bool plain = true;

	while (r->p < r->end && strchr("[(.^$|*+?", *r->p) == NULL) {
		const char *end = r->p;

		if (*end == '\\')
			end = escape_end(r, end, &plain);
		else
			(void)utf8_next(&end, r->end);
		if (!plain || (r->p > from && quantifier(r, end, &min, &max) > end))
			return;
		r->p = end;
		if (quantifier(r, end, &min, &max) > end)
			return;
	}
}

static void quoted(struct reader *r)
{
	while (r->p < r->end && !at(r, "\\E"))
		r->p++;
	r->p += at(r, "\\E") ? 2 : 0;
}

static void item_read(struct reader *r, struct regex_item *item)
{
	const char *from = r->p;
	bool plain = true;

	*item = (struct regex_item){.kind = ITEM_TEXT};
	switch (*r->p) {
	case '[':
		item->kind = ITEM_CLASS;
		r->p = class_end(r);
		break;
	case '(': group(r, item); break;
	case '.':
	case '^':
	case '$':
		item->kind = ITEM_SIGN;
		r->p++;
		break;
	case '\\':
		if (at(r, "\\Q")) {
			item->kind = ITEM_UNKNOWN;
			quoted(r);
			break;
		}
		r->p = escape_end(r, from, &plain);
		if (!plain) {
			item->kind = ITEM_ESCAPE;
			break;
		}
		r->p = from;
		text(r);
		break;
	default: text(r);
	}
	if (r->p == from)
		r->p++; /* a sign where none is expected stands as it is */
	item->atom = (struct span){from, (size_t)(r->p - from)};
	const char *end = quantifier(r, r->p, &item->min, &item->max);
	item->quantifier = (struct span){r->p, (size_t)(end - r->p)};
	item->text = (struct span){from, (size_t)(end - from)};
	r->p = end;
}

static struct regex_branch *alternation(struct reader *r, size_t *count)
{
	struct regex_branch *branches = NULL;
	size_t capacity = 0;

	*count = 0;
	for (bool more = true; more;) {
		struct regex_branch branch = {0};
		size_t items = 0;

		while (r->p < r->end && *r->p != '|') {
			branch.items = arena_grow(r->arena, branch.items, branch.count, &items, sizeof(*branch.items));
			item_read(r, &branch.items[branch.count++]);
		}
		more = r->p < r->end;
		r->p += more;
		branches = arena_grow(r->arena, branches, *count, &capacity, sizeof(*branches));
		branches[(*count)++] = branch;
	}
	return branches;
}

/* Under (?x) blanks and comments mean nothing, and none of the above holds. */
static bool is_extended(struct span pattern)
{
	for (size_t i = 0; i + 2 < pattern.n; i++) {
		size_t n = i + 2;

		if (pattern.p[i] != '(' || pattern.p[i + 1] != '?')
			continue;
		while (n < pattern.n && strchr("imsn", pattern.p[n]))
			n++;
		if (n < pattern.n && pattern.p[n] == 'x')
			return true;
	}
	return false;
}

struct regex_branch *regex_take_apart(struct arena *arena, struct span pattern, size_t *count)
{
	struct reader r = {.p = pattern.p, .end = pattern.p + pattern.n, .arena = arena};

	if (is_extended(pattern)) {
		struct regex_branch *whole = arena_zalloc(arena, sizeof(*whole));

		whole->items = arena_zalloc(arena, sizeof(*whole->items));
		whole->items[0] =
			(struct regex_item){.kind = ITEM_UNKNOWN, .text = pattern, .atom = pattern, .min = 1, .max = 1};
		whole->count = *count = 1;
		return whole;
	}
	return alternation(&r, count);
}
