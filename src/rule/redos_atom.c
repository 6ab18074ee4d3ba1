/*
 * One character, class or escape of a pattern, for the ReDoS check. Only where
 * it ends is found out here; what it matches is the engine's word (redos_set.c).
 */
#include "base/base.h"
#include "rule/redos_private.h"

#include "base/utf8.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static char at(const struct redos_parser *r, size_t ahead)
{
	return (size_t)(r->end - r->p) > ahead ? r->p[ahead] : '\0';
}

/* One character of the set that the engine gives to the next N bytes. */
static struct redos_node *one_of(struct redos_parser *r, size_t n)
{
	struct redos_node *node = redos_node_new(r, REDOS_ONE);
	const char *options = r->caseless ? r->dot_all ? "is" : "i" : r->dot_all ? "s" : "";

	if (!redos_set_of(&node->set, r->samples, (struct span){r->p, n}, options, r->flags))
		return redos_unknown(r, "a character class");
	if (redos_set_first(&node->set) < 0)
		r->loose = true;
	r->p += n;
	return node;
}

static struct redos_node *literal(struct redos_parser *r)
{
	uint32_t code = utf8_next(&r->p, r->end);
	struct redos_node *node;
	char name[16];

	if (r->caseless || (r->flags & REGEX_CASELESS)) {
		struct redos_parser named = *r;

		named.end = name + snprintf(name, sizeof(name), "\\x{%x}", (unsigned)code);
		named.p = name;
		node = one_of(&named, (size_t)(named.end - name));
		r->loose = named.loose;
		r->unknown = named.unknown;
		return node;
	}
	node = redos_node_new(r, REDOS_ONE);
	if (!redos_set_of_code(&node->set, r->samples, code))
		r->loose = true;
	return node;
}

/* The length of "{...}" that begins AHEAD of here, or 0. */
static size_t braces(const struct redos_parser *r, size_t ahead)
{
	const char *close;

	if (at(r, ahead) != '{')
		return 0;
	close = memchr(r->p + ahead, '}', (size_t)(r->end - r->p) - ahead);
	return close ? (size_t)(close - r->p) + 1 - ahead : 0;
}

/* The length of a backslash and what belongs to it. */
static size_t escape_length(const struct redos_parser *r)
{
	size_t n = 2;

	switch (at(r, 1)) {
	case 'x':
		if (braces(r, 2))
			return 2 + braces(r, 2);
		while (n < 4 && is_hex(at(r, n)))
			n++;
		return n;
	case 'o':
	case 'N': return 2 + braces(r, 2);
	case 'p':
	case 'P': return braces(r, 2) ? 2 + braces(r, 2) : 3;
	case 'c': return 3;
	default:
		if (is_digit(at(r, 1)))
			while (n < 4 && is_octal(at(r, n)))
				n++;
		return n;
	}
}

/* What was matched before may be any text. */
static struct redos_node *backreference(struct redos_parser *r, size_t n)
{
	struct redos_node *repeat = redos_node_new(r, REDOS_REPEAT);

	repeat->child = redos_node_new(r, REDOS_ONE);
	redos_set_all(&repeat->child->set, r->samples);
	repeat->max = REDOS_ENDLESS;
	r->loose = true;
	r->p += n;
	return repeat;
}

/* \12 is a group when there are so many, and a character otherwise. */
static struct redos_node *number(struct redos_parser *r)
{
	unsigned group = 0;
	size_t n = 1;

	for (; is_digit(at(r, n)) && group < 1000; n++)
		group = group * 10 + (unsigned)(at(r, n) - '0');
	if (at(r, 1) != '0' && (group < 10 || group <= r->groups))
		return backreference(r, n);
	return one_of(r, escape_length(r));
}

/* \g{...}, \k<...>: the length with its brackets, or 0. */
static size_t bracketed(const struct redos_parser *r)
{
	char open = at(r, 2), close = open == '<' ? '>' : open == '{' ? '}' : open == '\'' ? '\'' : '\0';
	const char *end = close && r->end - r->p > 3 ? memchr(r->p + 3, close, (size_t)(r->end - r->p) - 3) : NULL;

	return end ? (size_t)(end - r->p) + 1 : 0;
}

static struct redos_node *group_escape(struct redos_parser *r)
{
	size_t n = bracketed(r);

	if (at(r, 1) == 'k' || at(r, 2) == '{')
		return n ? backreference(r, n) : redos_unknown(r, "a reference to a group");
	if (n)
		return redos_unknown(r, "a call of a group");
	for (n = 2; is_digit(at(r, n)) || at(r, n) == '-' || at(r, n) == '+';)
		n++;
	return backreference(r, n);
}

static struct redos_node *escape(struct redos_parser *r)
{
	char c = at(r, 1);

	if (is_digit(c))
		return number(r);
	if (c != '\0' && strchr("bBAzZGKE", c)) {
		r->p += 2;
		return redos_node_new(r, REDOS_EMPTY);
	}
	if (c == 'g' || c == 'k')
		return group_escape(r);
	if (c == 'Q') {
		r->quoted = true;
		r->p += 2;
		return redos_node_new(r, REDOS_EMPTY);
	}
	if (c == 'X')
		return backreference(r, 2);
	if (!is_letter(c)) {
		r->p++;
		return literal(r);
	}
	return one_of(r, escape_length(r));
}

/* The length of a class, "[" to "]". */
static size_t class_length(const struct redos_parser *r)
{
	size_t n = 1;

	if (at(r, n) == '^')
		n++;
	if (at(r, n) == ']')
		n++;
	for (; r->p + n < r->end && r->p[n] != ']'; n++) {
		if (r->p[n] == '\\' && at(r, n + 1) == 'Q')
			return 0;
		if (r->p[n] == '\\') {
			n++;
		} else if (r->p[n] == '[' && at(r, n + 1) == ':') {
			const char *close = memchr(r->p + n, ']', (size_t)(r->end - r->p) - n);

			if (close && close[-1] == ':')
				n = (size_t)(close - r->p);
		}
	}
	return r->p + n < r->end ? n + 1 : 0;
}

struct redos_node *redos_atom(struct redos_parser *r)
{
	size_t n;

	if (r->quoted)
		return literal(r);
	switch (*r->p) {
	case '^':
	case '$': r->p++; return redos_node_new(r, REDOS_EMPTY);
	case '.': return one_of(r, 1);
	case '\\': return escape(r);
	case '[': n = class_length(r); return n ? one_of(r, n) : redos_unknown(r, "a character class");
	default: return literal(r);
	}
}
