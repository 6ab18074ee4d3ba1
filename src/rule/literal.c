/*
 * Reads a pattern once, from left to right. An expression is either a small
 * set of exact strings, or has (perhaps) a set of which one must occur. Strings
 * that follow each other are joined; where that is not possible, what was joined so far
 * is a candidate, and the best candidate is kept.
 */
#include "base/base.h"
#include "rule/literal.h"

#include "base/utf8.h"
#include "rule/literal_sets.h"

#define DEPTH_MAX 24
#define MANY UINT32_MAX

/* What is known of an expression. */
struct part {
	bool exact;  /* it matches the strings of `set` and nothing else */
	bool useful; /* not exact: one of `set` occurs in every match */
	struct set set;
};

struct reader {
	const char *p, *end;
	bool caseless;
	bool lost; /* something was not understood */
	unsigned depth;
};

static const struct part nothing = {.exact = true, .set = {.count = 1}}; /* the empty string */

static void consider(struct part *best, const struct set *set)
{
	unsigned worth = set_worth(set);

	if (worth && (!best->useful || worth > set_worth(&best->set))) {
		best->useful = true;
		best->set = *set;
	}
}

/* ---- atoms ---- */

static bool take(struct reader *r, char c)
{
	if (r->p < r->end && *r->p == c) {
		r->p++;
		return true;
	}
	return false;
}

static struct part lost(struct reader *r)
{
	r->lost = true;
	return (struct part){0};
}

/* Whether a code point has no other case that (?i) would match too. */
static bool has_no_case(uint32_t code)
{
	return (code < 0x80 && !((code | 0x20) >= 'a' && (code | 0x20) <= 'z')) || (code >= 0x3000 && code <= 0x30ff) ||
	       (code >= 0x4e00 && code <= 0x9fff);
}

/* Adds one character to SET; false when it has forms that the prefilter would not see. */
static bool add_character(const struct reader *r, struct set *set, uint32_t code)
{
	char bytes[4];
	bool letter = code < 0x80 && (code | 0x20) >= 'a' && (code | 0x20) <= 'z';

	/* U+212A is a k to (?i), and U+017F an s. */
	if (r->caseless && (letter ? (code | 0x20) == 'k' || (code | 0x20) == 's' : !has_no_case(code)))
		return false;
	return set_add(set, bytes, utf8_put(bytes, code));
}

static struct part character(const struct reader *r, uint32_t code)
{
	struct part part = {.exact = true};

	if (!add_character(r, &part.set, code))
		part = (struct part){0};
	return part;
}

/* \xhh or \x{h...}, after the x. */
static bool hex_escape(struct reader *r, uint32_t *code)
{
	bool brace = take(r, '{');
	unsigned digits = 0, most = brace ? 6 : 2;

	*code = 0;
	for (; r->p < r->end && digits < most; r->p++, digits++) {
		char c = *r->p;
		int value = c >= '0' && c <= '9'                     ? c - '0'
			    : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
								     : -1;

		if (value < 0)
			break;
		*code = *code * 16 + (uint32_t)value;
	}
	if (digits == 0 || (brace && !take(r, '}')))
		return false;
	return *code > 0 && *code <= 0x10ffff && !(*code >= 0xd800 && *code <= 0xdfff);
}

/* What follows a backslash stands for one plain character: true, and *CODE is it. */
static bool plain_escape(struct reader *r, char c, uint32_t *code)
{
	static const char letters[] = "nrtfea", values[] = "\n\r\t\f\033\a";
	const char *at = strchr(letters, c);

	if (c == 'x')
		return hex_escape(r, code);
	if (at && c) {
		*code = (unsigned char)values[at - letters];
		return true;
	}
	*code = (unsigned char)c;
	return c > ' ' && c < 0x7f && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && !(c >= '0' && c <= '9');
}

/* The name after \p or \P. */
static bool skip_property(struct reader *r)
{
	if (!take(r, '{')) {
		r->p++;
		return r->p <= r->end;
	}
	while (r->p < r->end && *r->p != '}')
		r->p++;
	return take(r, '}');
}

static struct part escape(struct reader *r)
{
	uint32_t code;
	char c;

	if (r->p == r->end)
		return lost(r);
	c = *r->p++;
	if (c && strchr("bBAzZG", c))
		return nothing;
	if (c && strchr("dDwWsShHvVRNX", c)) /* \N{...} is something else */
		return c == 'N' && r->p < r->end && *r->p == '{' ? lost(r) : (struct part){0};
	if (c == 'p' || c == 'P')
		return skip_property(r) ? (struct part){0} : lost(r);
	return plain_escape(r, c, &code) ? character(r, code) : lost(r);
}

/* [:name:] inside a class, after its `[`. */
static bool posix_class(struct reader *r)
{
	const char *p = r->p;

	if (p == r->end || *p != ':')
		return false;
	p++;
	if (p < r->end && *p == '^')
		p++;
	while (p < r->end && *p >= 'a' && *p <= 'z')
		p++;
	if (r->end - p < 2 || p[0] != ':' || p[1] != ']')
		return false;
	r->p = p + 2;
	return true;
}

/* One member of a class: a single character gives its code, anything wider MANY. */
static uint32_t class_member(struct reader *r)
{
	uint32_t code;
	char c = *r->p;

	if (c == '[') {
		const char *next = r->p + 1;

		r->p = next;
		if (next < r->end && (*next == ':' || *next == '.' || *next == '=')) {
			r->lost = r->lost || !posix_class(r);
			return MANY;
		}
		return '[';
	}
	if (c != '\\')
		return utf8_next(&r->p, r->end);
	r->p++;
	if (r->p == r->end) {
		r->lost = true;
		return MANY;
	}
	c = *r->p++;
	if (c && strchr("dDwWsShHvV", c))
		return MANY;
	if (c == 'p' || c == 'P') {
		r->lost = r->lost || !skip_property(r);
		return MANY;
	}
	if (!plain_escape(r, c, &code))
		r->lost = true;
	return code;
}

/* A class, after its `[`. A small one is a choice of characters. */
static struct part class(struct reader *r)
{
	struct part part = {.exact = true};
	bool negated = take(r, '^'), first = true;

	for (; r->p < r->end && !r->lost; first = false) {
		uint32_t low, high;

		if (*r->p == ']' && !first) {
			r->p++;
			return part.exact && !negated ? part : (struct part){0};
		}
		low = high = class_member(r);
		if (r->end - r->p > 1 && r->p[0] == '-' && r->p[1] != ']') {
			r->p++;
			high = class_member(r);
		}
		if (low == MANY || high == MANY || high < low || high - low >= LITERAL_COUNT)
			part.exact = false;
		for (uint32_t code = low; part.exact && code <= high; code++)
			part.exact = add_character(r, &part.set, code);
	}
	return lost(r);
}

static struct part alternation(struct reader *r);

/* (?i) and (?i:...): the letters after `(?`. False when there is another one than i, m and s. */
static bool option_letters(struct reader *r)
{
	bool on = true;

	for (; r->p < r->end && *r->p != ')' && *r->p != ':'; r->p++) {
		switch (*r->p) {
		case '-': on = false; break;
		case 'i': r->caseless = on; break;
		case 'm':
		case 's': break;
		default: return false;
		}
	}
	return r->p < r->end;
}

/* <name> of a group, after its opening sign. */
static bool skip_name(struct reader *r, char closing)
{
	while (r->p < r->end &&
		(*r->p == '_' || (*r->p >= '0' && *r->p <= '9') || ((*r->p | 0x20) >= 'a' && (*r->p | 0x20) <= 'z')))
		r->p++;
	return take(r, closing);
}

static struct part group_end(struct reader *r, struct part part, bool look_around)
{
	if (!take(r, ')'))
		return lost(r);
	return look_around ? nothing : part;
}

/* A group, after its `(`. Options that are set in it end with it. */
static struct part group(struct reader *r, bool *option_only)
{
	bool caseless = r->caseless, look_around = false;
	struct part part;

	*option_only = false;
	if (r->p < r->end && *r->p == '*')
		return lost(r);
	if (take(r, '?')) {
		if (take(r, ':') || take(r, '>')) {
			;
		} else if (take(r, '=') || take(r, '!')) {
			look_around = true;
		} else if (take(r, '<')) {
			look_around = take(r, '=') || take(r, '!');
			if (!look_around && !skip_name(r, '>'))
				return lost(r);
		} else if (take(r, 'P')) {
			if (!take(r, '<') || !skip_name(r, '>'))
				return lost(r);
		} else if (take(r, '\'')) {
			if (!skip_name(r, '\''))
				return lost(r);
		} else {
			if (!option_letters(r))
				return lost(r);
			if (take(r, ')')) {
				*option_only = true;
				return nothing;
			}
			r->p++;
		}
	}
	part = group_end(r, alternation(r), look_around);
	r->caseless = caseless;
	return part;
}

static struct part atom(struct reader *r, bool *zero_width)
{
	uint32_t code;

	*zero_width = false;
	switch (*r->p) {
	case '[': r->p++; return class(r);
	case '(': r->p++; return group(r, zero_width);
	case '\\': r->p++; return escape(r);
	case '.': r->p++; return (struct part){0};
	case '^':
	case '$': r->p++; return nothing;
	case '*':
	case '+':
	case '?':
	case '{': return lost(r);
	default: code = utf8_next(&r->p, r->end); return character(r, code);
	}
}

/* ---- expressions ---- */

static bool number(struct reader *r, uint32_t *out)
{
	const char *from = r->p;

	for (*out = 0; r->p < r->end && *r->p >= '0' && *r->p <= '9' && *out < 100000; r->p++)
		*out = *out * 10 + (uint32_t)(*r->p - '0');
	return r->p > from;
}

static void quantifier(struct reader *r, uint32_t *min, uint32_t *max)
{
	*min = *max = 1;
	if (r->p == r->end)
		return;
	if (take(r, '*')) {
		*min = 0;
		*max = MANY;
	} else if (take(r, '+')) {
		*max = MANY;
	} else if (take(r, '?')) {
		*min = 0;
	} else if (take(r, '{')) {
		if (!number(r, min)) {
			r->lost = true;
			return;
		}
		*max = *min;
		if (take(r, ',') && !number(r, max))
			*max = MANY;
		if (!take(r, '}')) {
			r->lost = true;
			return;
		}
	} else {
		return;
	}
	if (!take(r, '?')) /* lazy or possessive: the same strings */
		(void)take(r, '+');
}

/* Goes on with PART, repeated MIN to MAX times, after RUN, the exact strings joined so far. */
static void follow(struct part *whole, struct set *run, const struct part *part, uint32_t min, uint32_t max)
{
	struct set joined = *run, choice = part->set;
	bool optional = min == 0 && max == 1;

	if (part->exact && min + (uint32_t)optional >= 1) {
		bool fits = (!optional || set_add(&choice, "", 0)) && set_cross(&joined, &choice);

		if (fits && max == 1) {
			*run = joined;
			return;
		}
		whole->exact = false;
		consider(whole, fits ? &joined : run);
		*run = optional ? nothing.set : part->set; /* the last time around stands before what follows */
		return;
	}
	whole->exact = false;
	consider(whole, run);
	if (min > 0 && part->useful)
		consider(whole, &part->set);
	*run = nothing.set;
}

static struct part sequence(struct reader *r)
{
	struct part whole = {.exact = true};
	struct set run = nothing.set;

	while (r->p < r->end && *r->p != '|' && *r->p != ')' && !r->lost) {
		bool options;
		struct part part = atom(r, &options);
		uint32_t min = 1, max = 1;

		if (!options && !r->lost)
			quantifier(r, &min, &max);
		if (!r->lost)
			follow(&whole, &run, &part, min, max);
	}
	if (whole.exact) {
		whole.set = run;
		return whole;
	}
	consider(&whole, &run);
	return whole;
}

static struct part alternation(struct reader *r)
{
	struct part all;

	if (++r->depth > DEPTH_MAX)
		return lost(r);
	all = sequence(r);
	while (!r->lost && take(r, '|')) {
		struct part branch = sequence(r);
		bool exact = all.exact && branch.exact;
		bool known = (all.exact || all.useful) && (branch.exact || branch.useful);

		if (!known || !set_union(&all.set, &branch.set)) {
			all = (struct part){0};
		} else if (!exact) {
			all.exact = false;
			all.useful = !set_has_empty(&all.set) && set_worth(&all.set) > 0;
		}
	}
	r->depth--;
	return all;
}

bool literal_extract(struct literal_set *out, struct span pattern, bool caseless, struct arena *arena)
{
	struct reader r = {.p = pattern.p, .end = pattern.p + pattern.n, .caseless = caseless};
	struct part part = alternation(&r);

	out->count = 0;
	if (r.lost || r.p != r.end || !(part.exact || part.useful) || set_worth(&part.set) == 0)
		return false;
	for (size_t i = 0; i < part.set.count; i++)
		out->items[out->count++] = arena_span(arena, (struct span){part.set.item[i].s, part.set.item[i].n});
	return true;
}
