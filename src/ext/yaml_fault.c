/*
 * What libfyaml says about a broken file, said so that its writer can mend it:
 * its own words are about tokens. It must not know libfyaml itself.
 */
#include "base/base.h"
#include "ext/yaml_private.h"

#include "base/limits.h"

enum place {
	PLACE_SEEN,    /* where libfyaml stopped */
	PLACE_QUOTE,   /* one character before it */
	PLACE_BRACKET, /* the same, and the open bracket is shown too */
	PLACE_OPENED,  /* the open bracket alone */
	PLACE_NEXT,    /* the next line that is not blank, and where libfyaml stopped is shown too */
};

struct known {
	const char *seen; /* part of libfyaml's message */
	enum place place;
	const char *message, *help;
};

/* The first row that fits is taken. */
static const struct known known[] = {
	{"invalid escape", PLACE_SEEN, "a backslash in double quotes that begins no escape",
		"write regexes in single quotes, as in '^\\d+$', or double the backslash"},
	{"hex escape", PLACE_SEEN, "hexadecimal digits are missing in an escape",
		"\\x takes two digits, \\u four and \\U eight; in single quotes a backslash is a backslash"},
	{"multiline plain key", PLACE_NEXT, "a block is indented below a value",
		"a key has either a value or a block: indent this line as the one above, or take the value away"},
	{"nested block mapping on the same line", PLACE_SEEN, "a second \": \" on one line",
		"quote text that holds \": \", as in 'price: too low'"},
	{"key on same line as previous key", PLACE_SEEN, "text follows a closing bracket",
		"what begins with [ or { is a list or a map: quote it when it is text, as in '[a-z]+'"},
	{"invalid value after mapping", PLACE_SEEN, "text follows a closing bracket",
		"what begins with [ or { is a list or a map: quote it when it is text, as in '[a-z]+'"},
	{"cannot start with", PLACE_SEEN, "a plain value cannot begin with this character",
		"put the value into single quotes"},
	{"expected ':'", PLACE_SEEN, "a key without a colon", "write \"key: value\", with a space after the colon"},
	{"missing ':'", PLACE_SEEN, "a key without a colon", "write \"key: value\", with a space after the colon"},
	{"'-' indicator", PLACE_SEEN, "the indentation of this line fits neither the list above it nor its items",
		"begin each item with \"- \", and indent all keys of an item alike"},
	{"end of block sequence", PLACE_SEEN,
		"the indentation of this line fits neither the list above it nor its items",
		"begin each item with \"- \", and indent all keys of an item alike"},
	{"indentation in mapping", PLACE_SEEN, "the indentation of this line fits no block above it",
		"indent all lines of one block alike"},
	{"expected key", PLACE_SEEN, "the indentation of this line fits no block above it",
		"indent all lines of one block alike"},
	{"wrong indendation", PLACE_SEEN, "the indentation of this line fits no block above it",
		"indent all lines of one block alike"},
	{"trailing content after double", PLACE_SEEN, "text follows the closing quote",
		"write \\\" for a quote inside double quotes, or put the text into single quotes"},
	{"trailing content after single", PLACE_SEEN, "text follows the closing quote",
		"write '' for a quote inside single quotes"},
	{"indented single-quoted scalar", PLACE_SEEN, "a quote is opened here and not closed",
		"close it; a text over several lines is indented deeper than its key"},
	{"indented double-quoted scalar", PLACE_SEEN, "a quote is opened here and not closed",
		"close it; a text over several lines is indented deeper than its key"},
	{"without closing quote", PLACE_QUOTE, "a quote is opened here and not closed", "close it"},
	{"without a closing bracket", PLACE_OPENED, "a bracket is opened here and not closed", "close it"},
	{"missing comma", PLACE_BRACKET, "a comma or a closing bracket is missing before this",
		"write a comma between two entries, and close the bracket"},
	{"mismatched flow", PLACE_BRACKET, "this does not close the bracket that is open",
		"[ is closed by ] and { by }"},
	{"extra closing", PLACE_SEEN, "a closing bracket that nothing opens",
		"remove it, or quote the value when it is text"},
	{"flow mode", PLACE_BRACKET, "a bracket is still open at this line",
		"close it, or indent the lines inside it deeper than their key"},
	{"indented flow", PLACE_BRACKET, "a bracket is still open at this line",
		"close it, or indent the lines inside it deeper than their key"},
	{"comma", PLACE_BRACKET, "a comma with nothing before it", "remove it"},
	{"sequence on the same line", PLACE_SEEN, "a list begins on the line of its key",
		"begin it on the next line, or write it in brackets, as in [a, b]"},
	{"sequence entries not allowed", PLACE_SEEN, "an item of a list cannot stand here",
		"begin the list on a line of its own, or quote the text"},
	{"node content", PLACE_SEEN, "a value is missing here", "write it, or null"},
	{"block scalar", PLACE_SEEN, "a line of this block of text is indented wrongly",
		"indent all its lines at least as deep as the first one"},
	{"comment", PLACE_SEEN, "a comment cannot stand here", "put a space before #, or quote text that holds it"},
};

static bool holds(const char *text, const char *part)
{
	return span_find(span_of(text), span_of(part)) >= 0;
}

static const struct known *find(const char *seen)
{
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (holds(seen, known[i].seen))
			return &known[i];
	return NULL;
}

/* Whether a quote or bracket at P may open something: what stands before it ends nothing plain. */
static bool may_open(const struct yaml_file *file, size_t at)
{
	return at == 0 || strchr(" \t\r\n[{,:", file->text.p[at - 1]) != NULL;
}

/* Past the quoted text that begins at AT. */
static size_t skip_quoted(struct span text, size_t at)
{
	char quote = text.p[at++];

	while (at < text.n && text.p[at] != quote)
		at += quote == '"' && text.p[at] == '\\' ? 2 : 1;
	return at < text.n ? at + 1 : text.n;
}

static size_t skip_line(struct span text, size_t at)
{
	while (at < text.n && text.p[at] != '\n')
		at++;
	return at;
}

/* The innermost bracket that is open at END, of those after BEGIN. */
static bool open_bracket(const struct yaml_file *file, size_t begin, size_t end, size_t *where)
{
	size_t open[LIMIT_CONFIG_DEPTH], depth = 0;

	for (size_t i = begin; i < end && i < file->text.n;) {
		char c = file->text.p[i];

		if ((c == '"' || c == '\'') && may_open(file, i)) {
			i = skip_quoted(file->text, i);
			continue;
		}
		if (c == '#' && may_open(file, i)) {
			i = skip_line(file->text, i);
			continue;
		}
		if ((c == '[' || c == '{') && (depth > 0 || may_open(file, i)) && depth < ARRAY_LEN(open))
			open[depth++] = i;
		else if ((c == ']' || c == '}') && depth > 0)
			depth--;
		i++;
	}
	if (depth > 0)
		*where = open[depth - 1];
	return depth > 0;
}

static bool stands_at(const struct yaml_file *file, size_t at, const char *text)
{
	size_t n = strlen(text);

	return at + n <= file->text.n && memcmp(file->text.p + at, text, n) == 0;
}

/* The first character of line LINE that is no space. */
static struct yaml_mark begin_of_line(const struct yaml_file *file, int line)
{
	struct yaml_mark at = yaml_mark_of(file, line, 1);

	while (at.line == line && stands_at(file, at.offset, " "))
		at = yaml_mark_after(file, at);
	return at;
}

/* What editors show as a space, or as some of them. */
static const struct {
	const char *bytes, *name;
} blanks[] = {
	{"\t", "a tab"},
	{"\xe3\x80\x80", "a wide space (U+3000)"},
	{"\xc2\xa0", "a space that does not break (U+00A0)"},
};

/* The name of the first blank that is no space in the indentation of line LINE; NULL: there is none. */
static const char *blank_of_line(const struct yaml_file *file, int line, struct yaml_mark *where)
{
	struct yaml_mark at = begin_of_line(file, line);

	for (size_t i = 0; at.line == line && i < ARRAY_LEN(blanks); i++) {
		if (!stands_at(file, at.offset, blanks[i].bytes))
			continue;
		*where = at;
		return blanks[i].name;
	}
	return NULL;
}

/* libfyaml knows some tabs as such, and takes other blanks for text that goes on over two lines. */
static bool blank_fault(struct yaml_reader *r, const char *seen, struct yaml_mark at)
{
	struct yaml_mark blank = at;
	const char *name = blank_of_line(r->file, at.line, &blank);

	if (name == NULL)
		name = blank_of_line(r->file, at.line + 1, &blank);
	if (name == NULL && holds(seen, "tab"))
		name = blanks[0].name;
	if (name == NULL)
		return false;
	yaml_fail(r, "E0104", blank, yaml_mark_after(r->file, blank), "indent with spaces alone",
		"%s is used for indentation", name);
	return true;
}

/* What looks like a dash or a colon, and is none to YAML. */
static bool sign_fault(struct yaml_reader *r, struct yaml_mark at)
{
	struct yaml_mark first = begin_of_line(r->file, at.line), colon = at;

	if (stands_at(r->file, first.offset, "-") && first.offset + 1 < r->file->text.n &&
		strchr(" -\r\n", r->file->text.p[first.offset + 1]) == NULL) {
		yaml_fail(r, "E0103", first, yaml_mark_after(r->file, first), "write \"- \" before each item of a list",
			"no space stands behind the dash");
		return true;
	}
	while (colon.offset < r->file->text.n && r->file->text.p[colon.offset] != '\n' &&
		!stands_at(r->file, colon.offset, "\xef\xbc\x9a"))
		colon = yaml_mark_after(r->file, colon);
	if (!stands_at(r->file, colon.offset, "\xef\xbc\x9a"))
		return false;
	yaml_fail(r, "E0103", colon, yaml_mark_after(r->file, colon), "write the narrow one, with a space after it",
		"a wide colon (U+FF1A) is no colon");
	return true;
}

/* The quote that opens the text which ends at END, when that text goes over lines: most likely it was to be closed on
 * its first. */
static bool runaway_quote(const struct yaml_file *file, size_t begin, size_t end, size_t *where)
{
	while (end > begin && strchr(" \r\n", file->text.p[end - 1]) != NULL)
		end--;
	for (size_t i = begin; i < end; i++) {
		if ((file->text.p[i] != '"' && file->text.p[i] != '\'') || !may_open(file, i))
			continue;
		*where = i;
		i = skip_quoted(file->text, i);
		if (i-- >= end)
			return i + 1 == end && memchr(file->text.p + *where, '\n', end - *where) != NULL;
	}
	return false;
}

/* What is in brackets is indented deeper than the line on which they are opened: what is not has left them. */
static bool left_bracket(const struct yaml_file *file, struct yaml_mark bracket, struct yaml_mark at)
{
	return at.line > bracket.line &&
	       begin_of_line(file, at.line).column <= begin_of_line(file, bracket.line).column;
}

/* The places of a fault around the bracket that is open there. */
static void place_bracket(struct yaml_reader *r, struct yaml_fault *fault, enum place place, size_t done)
{
	size_t bracket, quote;
	struct yaml_mark opened;

	if (!open_bracket(r->file, done, fault->at.offset, &bracket))
		return;
	opened = yaml_here(r, bracket);
	if (runaway_quote(r->file, bracket, fault->at.offset, &quote)) {
		fault->at = yaml_here(r, quote);
		fault->message = "a quote is opened here and not closed on its line";
		fault->help = "close it";
	} else if (place == PLACE_OPENED || left_bracket(r->file, opened, fault->at)) {
		fault->at = opened;
		fault->message = "a bracket is opened here and not closed";
		fault->help = "close it";
	} else {
		fault->also = opened;
		fault->also_label = "opened here";
	}
	fault->end = yaml_mark_after(r->file, fault->at);
}

static void place_next(struct yaml_reader *r, struct yaml_fault *fault)
{
	struct yaml_mark next = begin_of_line(r->file, fault->at.line + 1);

	for (int line = next.line; next.line == line && stands_at(r->file, next.offset, "#");)
		next = begin_of_line(r->file, ++line);
	if (next.line <= fault->at.line)
		return;
	fault->also = fault->at;
	fault->also_label = "the value";
	fault->at = next;
	fault->end = yaml_mark_after(r->file, next);
}

void yaml_syntax_fault(struct yaml_reader *r, const char *seen, int line, int column, size_t done)
{
	struct yaml_mark at = yaml_mark_of(r->file, line, column);
	const struct known *row = find(seen);

	if (holds(seen, "UTF8 escape")) {
		yaml_fail(r, "E0109", at, yaml_mark_after(r->file, at), "write the character itself",
			"an escape that stands for no character");
		return;
	}
	if (blank_fault(r, seen, at) || sign_fault(r, at))
		return;
	if (row != NULL && row->place == PLACE_QUOTE)
		at = yaml_mark_of(r->file, line, column - 1);
	struct yaml_fault fault = {.code = "E0103", .at = at, .end = yaml_mark_after(r->file, at)};
	fault.message = row ? row->message : arena_strdup(r->arena, seen);
	fault.help = row ? row->help : "check quotes, brackets and indentation around here";
	if (row != NULL && row->place == PLACE_NEXT)
		place_next(r, &fault);
	else if (row != NULL && (row->place == PLACE_BRACKET || row->place == PLACE_OPENED))
		place_bracket(r, &fault, row->place, done);
	r->report(r->arg, r->file, &fault);
}
