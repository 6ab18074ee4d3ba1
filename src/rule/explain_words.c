/* Items of a regex in words. */
#include "base/base.h"
#include "rule/explain_regex.h"

#include "base/utf8.h"

#define SHOWN_COLUMNS 24 /* of an item before its words */

/* ---- characters ---- */

/* One that nobody would see is told by its number. */
static void add_code(struct buf *out, uint32_t code)
{
	char bytes[4];

	if (code == ',')
		buf_adds(out, "a comma");
	else if (code <= 0x20 || code == 0x7f || code == 0x3000 || code == 0xfffd || utf8_width(code) == 0 ||
		 (code >= 0x80 && code <= 0xa0))
		buf_addf(out, "U+%04X", code);
	else
		buf_add(out, bytes, utf8_put(bytes, code));
}

static uint32_t hex(const char **p, const char *end)
{
	bool brace = *p < end && **p == '{';
	uint32_t code = 0;

	*p += brace;
	for (int i = 0; *p < end && i < (brace ? 8 : 2); i++, (*p)++) {
		const char *digits = "0123456789abcdef", *digit = strchr(digits, **p >= 'A' ? **p | 0x20 : **p);

		if (**p == '\0' || digit == NULL)
			break;
		code = code * 16 + (uint32_t)(digit - digits);
	}
	*p += brace && *p < end;
	return code;
}

/* The character at *P, which is plain or a plain escape. */
static uint32_t code_at(const char **p, const char *end)
{
	static const char letters[] = "nrtfea", values[] = "\n\r\t\f\033\a";
	const char *letter;

	if (**p != '\\' || *p + 1 == end)
		return utf8_next(p, end);
	++*p;
	if (**p == 'x') {
		++*p;
		return hex(p, end);
	}
	letter = strchr(letters, **p);
	if (**p && letter) {
		++*p;
		return (unsigned char)values[letter - letters];
	}
	return utf8_next(p, end);
}

/* ---- escapes ---- */

static const struct {
	char sign;
	const char *words;
} escapes[] = {
	{'d', "a digit"},
	{'D', "anything but a digit"},
	{'w', "a letter, digit or _"},
	{'W', "anything but a letter, digit or _"},
	{'s', "white space"},
	{'S', "anything but white space"},
	{'h', "a blank within a line"},
	{'H', "anything but a blank within a line"},
	{'v', "a line break"},
	{'V', "anything but a line break"},
	{'R', "a line break of any kind"},
	{'N', "anything but a line break"},
	{'X', "a character with what is put on it"},
	{'b', "the border of a word"},
	{'B', "no border of a word"},
	{'A', "the beginning of the text"},
	{'z', "the end of the text"},
	{'Z', "the end of the text, or a line break before it"},
	{'G', "where the match began"},
	{'K', "what was matched so far is left out"},
};

static void escape_words(struct buf *out, struct span atom)
{
	char c = atom.n > 1 ? atom.p[1] : '\0';

	for (size_t i = 0; i < ARRAY_LEN(escapes); i++)
		if (escapes[i].sign == c && atom.n == 2) {
			buf_adds(out, escapes[i].words);
			return;
		}
	if (c == 'p' || c == 'P') {
		bool negated = (c == 'P') != (atom.n > 3 && atom.p[3] == '^');
		struct span name = {atom.p + 2, atom.n - 2};

		if (atom.n > 4 && atom.p[2] == '{')
			name = (struct span){atom.p + 3 + (atom.p[3] == '^'), atom.n - 4 - (atom.p[3] == '^')};
		buf_addf(out, "a character %s the Unicode property %.*s", negated ? "without" : "of", SPAN_ARG(name));
	} else if ((c >= '1' && c <= '9') || c == 'k' || c == 'g') {
		buf_adds(out, "what that group matched, once more");
	} else {
		buf_adds(out, "as it stands");
	}
}

/* ---- classes ---- */

static bool posix_name(struct buf *out, const char **p, const char *end)
{
	const char *from = *p + 2, *close;

	if (end - *p < 4 || (*p)[0] != '[' || (*p)[1] != ':')
		return false;
	for (close = from; close + 1 < end && !(close[0] == ':' && close[1] == ']');)
		close++;
	if (close + 1 >= end)
		return false;
	buf_addf(out, "a character %s the kind %.*s", *from == '^' ? "not of" : "of",
		(int)(close - from - (*from == '^')), from + (*from == '^'));
	*p = close + 2;
	return true;
}

/* \d, \p{Han} and the like; false when it is a plain character. */
static bool class_escape(struct buf *out, const char **p, const char *end)
{
	const char *close = *p + 2;

	if (**p != '\\' || *p + 1 == end || strchr("dDwWsShHvVRNpP", (*p)[1]) == NULL)
		return false;
	if (((*p)[1] | 0x20) == 'p') {
		close++;
		if ((*p)[2] == '{')
			while (close < end && close[-1] != '}')
				close++;
	}
	escape_words(out, (struct span){*p, (size_t)(close - *p)});
	*p = close;
	return true;
}

static void member(struct buf *out, const char **p, const char *end)
{
	uint32_t low;

	if (posix_name(out, p, end) || class_escape(out, p, end))
		return;
	low = code_at(p, end);
	add_code(out, low);
	if (end - *p < 2 || **p != '-')
		return;
	++*p;
	buf_adds(out, " to ");
	add_code(out, code_at(p, end));
}

static void class_words(struct buf *out, struct span atom)
{
	const char *p = atom.p + 1, *end = atom.p + atom.n - 1;
	bool negated = p < end && *p == '^';
	struct span only = {p, (size_t)(end - p)};

	if (span_is(only, "0-9")) {
		buf_adds(out, "a digit 0 to 9");
		return;
	}
	buf_adds(out, negated ? "a character, but none of " : "one of ");
	p += negated;
	for (bool first = true; p < end; first = false) {
		if (!first)
			buf_adds(out, ", ");
		member(out, &p, end);
	}
}

/* ---- the rest ---- */

static void text_words(struct buf *out, struct span atom)
{
	const char *p = atom.p, *end = p + atom.n;
	size_t count = 0;

	for (const char *q = p; q < end; count++)
		(void)code_at(&q, end);
	buf_adds(out, count == 1 ? "the character " : "the text ");
	while (p < end)
		add_code(out, code_at(&p, end));
}

static void sign_words(struct buf *out, char sign)
{
	buf_adds(out, sign == '^'   ? "the beginning of the text"
		      : sign == '$' ? "the end of the text"
				    : "any character but a line break");
}

static void group_words(struct buf *out, const struct regex_item *item)
{
	static const char *const words[] = {
		[GROUP_PLAIN] = "",
		[GROUP_CAPTURE] = "",
		[GROUP_NAMED] = "",
		[GROUP_ATOMIC] = "once it is matched, nothing of it is given back: ",
		[GROUP_AHEAD] = "what follows is looked at, not taken, and must be: ",
		[GROUP_NOT_AHEAD] = "what follows is looked at, not taken, and must not be: ",
		[GROUP_BEHIND] = "what stands before it must be: ",
		[GROUP_NOT_BEHIND] = "what stands before it must not be: ",
	};

	buf_adds(out, words[item->group]);
	if (item->branch_count > 1)
		buf_addf(out, "one of these %zu", item->branch_count);
	else
		buf_adds(out, "this");
	if (item->name.n)
		buf_addf(out, ", by the name %.*s", SPAN_ARG(item->name));
}

static void option_words(struct buf *out, struct span atom)
{
	buf_adds(out, "from here on: ");
	if (span_find(atom, SPAN_LITERAL("i")) >= 0)
		buf_adds(out, "small and capital letters are one");
	else
		buf_adds(out, "as it stands");
}

static void times_words(struct buf *out, const struct regex_item *item)
{
	char last = item->quantifier.n > 1 ? item->quantifier.p[item->quantifier.n - 1] : '\0';

	if (item->quantifier.n == 0)
		return;
	if (item->min == 0 && item->max == 1)
		buf_adds(out, ", or nothing");
	else if (item->min == 0 && item->max == REGEX_MANY)
		buf_adds(out, ", any number of times or not at all");
	else if (item->min == 1 && item->max == REGEX_MANY)
		buf_adds(out, ", once or more");
	else if (item->max == REGEX_MANY)
		buf_addf(out, ", %u times or more", item->min);
	else if (item->min == item->max)
		buf_addf(out, ", exactly %u time%s", item->min, item->min == 1 ? "" : "s");
	else
		buf_addf(out, ", %u to %u times", item->min, item->max);
	if (last == '?')
		buf_adds(out, ", as few as possible");
	else if (last == '+')
		buf_adds(out, ", and gives nothing back");
}

void regex_item_words(struct buf *out, const struct regex_item *item)
{
	switch (item->kind) {
	case ITEM_TEXT: text_words(out, item->atom); break;
	case ITEM_CLASS: class_words(out, item->atom); break;
	case ITEM_ESCAPE: escape_words(out, item->atom); break;
	case ITEM_SIGN: sign_words(out, item->atom.p[0]); break;
	case ITEM_GROUP: group_words(out, item); break;
	case ITEM_OPTIONS: option_words(out, item->atom); break;
	case ITEM_UNKNOWN: buf_adds(out, "as it stands"); break;
	}
	times_words(out, item);
}

/* What stands before the words: a group without what is in it. */
static void add_shown(struct buf *out, const struct regex_item *item, unsigned indent)
{
	size_t from = out->len, columns;

	if (item->kind == ITEM_GROUP)
		buf_addf(out, "%.*s…)%.*s", SPAN_ARG(item->opening), SPAN_ARG(item->quantifier));
	else
		buf_add_span(out, item->text);
	for (size_t i = from; i < out->len; i++)
		if ((unsigned char)out->data[i] < 0x20)
			out->data[i] = ' ';
	columns = utf8_columns((struct span){out->data + from, out->len - from});
	if (columns > SHOWN_COLUMNS) {
		buf_addf(out, "\n%*s", (int)indent, "");
		columns = 0;
	}
	buf_addf(out, "%*s", (int)(SHOWN_COLUMNS - columns + 2), "");
}

void regex_tell(struct buf *out, const struct regex_branch *branches, size_t count, unsigned indent)
{
	for (size_t b = 0; b < count; b++) {
		if (b > 0)
			buf_addf(out, "%*sor\n", (int)indent, "");
		if (branches[b].count == 0)
			buf_addf(out, "%*s(nothing)\n", (int)indent, "");
		for (size_t i = 0; i < branches[b].count; i++) {
			const struct regex_item *item = &branches[b].items[i];

			buf_addf(out, "%*s", (int)indent, "");
			add_shown(out, item, indent);
			regex_item_words(out, item);
			buf_addc(out, '\n');
			if (item->kind == ITEM_GROUP)
				regex_tell(out, item->branches, item->branch_count, indent + 2);
		}
	}
}
