/*
 * What a scalar says, and where in the file each byte of that was written.
 * libfyaml finds scalars well, but drops bytes of some: of 'x''''y', and of
 * folded blocks with a blank line before a deeper one.
 */
#include "base/base.h"
#include "ext/yaml_private.h"

#include "base/utf8.h"

struct decoder {
	enum yaml_style style;
	const char *p, *end; /* what is left of the source */
	size_t indent;       /* spaces that each line of a block begins with */
	char chomp;          /* of a block: '-', '+' or none */
	char *out;           /* NULL: only counts */
	size_t done;         /* bytes said so far */
	size_t target;       /* the byte that is looked for */
	const char *found;   /* where it was written */
};

static void say(struct decoder *d, const char *source, const char *bytes, size_t n)
{
	if (d->found == NULL && d->done + n > d->target)
		d->found = source;
	if (d->out != NULL)
		memcpy(d->out + d->done, bytes, n);
	d->done += n;
}

static void say_breaks(struct decoder *d, const char *source, size_t n)
{
	for (size_t i = 0; i < n; i++)
		say(d, source, "\n", 1);
}

/* ---- plain and quoted ---- */

static uint32_t hex(const char *p, size_t digits)
{
	char text[9] = {0};

	memcpy(text, p, digits);
	return (uint32_t)strtoul(text, NULL, 16);
}

/* The character that the escape at D->p stands for, and its length. The parsers have checked it. */
static uint32_t escape(const struct decoder *d, size_t *len)
{
	static const char letters[] = "0abtnvfre\t", values[] = "\0\a\b\t\n\v\f\r\x1b\t";
	const char *p = d->p, *letter = strchr(letters, p[1]);
	size_t digits = p[1] == 'x' ? 2 : p[1] == 'u' ? 4 : p[1] == 'U' ? 8 : 0;

	*len = 2 + digits;
	if (digits > 0 && (size_t)(d->end - p) >= *len) {
		uint32_t code = hex(p + 2, digits);

		if (d->style != YAML_JSON || code < 0xd800 || code > 0xdfff)
			return code;
		*len = 12;
		return 0x10000 + (code - 0xd800) * 0x400 + (hex(p + 8, 4) - 0xdc00);
	}
	*len = 2;
	switch (p[1]) {
	case 'N': return 0x85;
	case '_': return 0xa0;
	case 'L': return 0x2028;
	case 'P': return 0x2029;
	default: return letter ? (unsigned char)values[letter - letters] : (unsigned char)p[1];
	}
}

static void character(struct decoder *d)
{
	const char *p = d->p;
	size_t len = 1;

	if (d->style == YAML_SINGLE && *p == '\'') {
		say(d, p, p, 1);
		len = 2;
	} else if ((d->style == YAML_DOUBLE || d->style == YAML_JSON) && *p == '\\' && d->end - p > 1) {
		char bytes[4];
		uint32_t code = escape(d, &len);

		say(d, p, bytes, utf8_put(bytes, code));
	} else {
		say(d, p, p, 1);
	}
	d->p += len;
}

static const char *skip_blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

/* Line breaks and the white space around them: one is a space, more are one less. White space within a line stays.
 * False when something else is at D->p. */
static bool fold(struct decoder *d)
{
	bool escaped = d->style == YAML_DOUBLE && *d->p == '\\' && (d->p[1] == '\n' || d->p[1] == '\r');
	const char *from = d->p, *p = skip_blank(from + escaped, d->end);
	size_t lines = 0;

	while (p < d->end && *p == '\n') {
		lines++;
		p = skip_blank(p + 1, d->end);
	}
	/* blanks within a line, all at once: looking past them again from each would take forever */
	for (; lines == 0 && !escaped && d->p < p; d->p++)
		say(d, d->p, d->p, 1);
	if (lines == 0)
		return d->p > from;
	if (lines > 1)
		say_breaks(d, from, lines - 1);
	else if (!escaped)
		say(d, from, " ", 1);
	d->p = p;
	return true;
}

/* ---- blocks ---- */

struct line {
	const char *text, *end, *next; /* without indentation and line break; the line after it */
	bool blank, broken;            /* nothing in it; ended by a line break */
};

/* The line at D->p; false when the block ends before it. */
static bool take_line(const struct decoder *d, struct line *line)
{
	const char *p = d->p, *newline = memchr(p, '\n', (size_t)(d->end - p));

	line->broken = newline != NULL;
	line->end = newline ? newline : d->end;
	line->next = newline ? newline + 1 : d->end;
	if (newline != NULL && newline > p && newline[-1] == '\r')
		line->end--;
	for (line->text = p; line->text < line->end && *line->text == ' ' && line->text - p < (ptrdiff_t)d->indent;)
		line->text++;
	line->blank = line->text == line->end;
	return line->blank || line->text - p == (ptrdiff_t)d->indent;
}

/* The line breaks between two texts. In a folded block they are kept around lines that are indented deeper. */
static void join(struct decoder *d, const char *from, size_t breaks, bool keep)
{
	if (keep)
		say_breaks(d, from, breaks);
	else if (breaks == 1)
		say(d, from, " ", 1);
	else
		say_breaks(d, from, breaks - 1);
}

static void decode_block(struct decoder *d)
{
	const char *from = d->p; /* where the line breaks begin that are not said yet */
	size_t breaks = 0;
	bool any = false, deep = false;
	struct line line;

	for (; d->p < d->end && take_line(d, &line); d->p = line.next) {
		if (line.blank) {
			breaks += line.broken;
			continue;
		}
		bool deeper = *line.text == ' ' || *line.text == '\t';
		if (any)
			join(d, from, breaks, d->style == YAML_LITERAL || deep || deeper);
		else
			say_breaks(d, from, breaks);
		for (const char *p = line.text; p < line.end; p++)
			say(d, p, p, 1);
		from = line.end;
		breaks = line.broken;
		any = true;
		deep = deeper;
	}
	if (d->chomp == '+' || (any && d->chomp != '-'))
		say_breaks(d, from, d->chomp == '+' || breaks == 0 ? breaks : 1);
}

/* Leading spaces of the first line that is more than spaces; so many that every line is blank when there is none. */
static size_t found_indent(const struct decoder *d)
{
	const char *line = d->p, *p;

	for (p = line; p < d->end && (*p == ' ' || *p == '\r' || *p == '\n'); p++)
		if (*p == '\n')
			line = p + 1;
	return p < d->end ? (size_t)(p - line) : (size_t)(d->end - d->p) + 1;
}

/* Reads the header. What it says of the indentation counts from COLUMN; without that it is found by WRITTEN, the
 * text. */
static void begin_block(struct decoder *d, int column, const struct span *written)
{
	size_t given = 0, kept = 0;

	for (d->p++; d->p < d->end && strchr("+-0123456789", *d->p) != NULL; d->p++) {
		if (*d->p == '+' || *d->p == '-')
			d->chomp = *d->p;
		else
			given = (size_t)(*d->p - '0');
	}
	const char *newline = memchr(d->p, '\n', (size_t)(d->end - d->p));
	d->p = newline ? newline + 1 : d->end;
	d->indent = found_indent(d);
	if (given == 0)
		return;
	if (written == NULL) {
		d->indent = given + (column > 0 ? (size_t)column - 1 : 0);
		return;
	}
	const char *text = written->p, *end = text + written->n;
	while (text < end && *text == '\n')
		text++;
	while (text + kept < end && text[kept] == ' ')
		kept++;
	d->indent -= kept < d->indent ? kept : d->indent;
}

static void decode(struct decoder *d, int column, const struct span *written)
{
	if (d->style == YAML_LITERAL || d->style == YAML_FOLDED) {
		begin_block(d, column, written);
		decode_block(d);
		return;
	}
	if (d->style != YAML_PLAIN && d->end - d->p >= 2) {
		d->p++;
		d->end--;
	}
	while (d->p < d->end)
		if (!fold(d))
			character(d);
}

struct span yaml_decode(struct yaml_reader *r, const struct yaml_node *scalar, size_t limit, int column)
{
	const char *text = r->file->text.p;
	const struct decoder fresh = {
		.style = scalar->style, .p = text + scalar->start.offset, .end = text + limit, .target = SIZE_MAX};
	struct decoder count = fresh, write = fresh;

	decode(&count, column, NULL);
	write.out = arena_alloc(r->arena, count.done + 1);
	decode(&write, column, NULL);
	write.out[write.done] = '\0';
	return (struct span){write.out, write.done};
}

struct yaml_mark yaml_scalar_mark(const struct yaml_file *file, const struct yaml_node *scalar, size_t offset)
{
	const char *text = file->text.p;
	struct decoder d = {.style = scalar->style,
		.p = text + scalar->start.offset,
		.end = text + scalar->end.offset,
		.target = offset};

	decode(&d, 0, &scalar->text);
	const char *found = d.found ? d.found : d.end;
	while (((unsigned char)*found & 0xc0) == 0x80)
		found--;
	return yaml_mark_forward(file, scalar->start, (size_t)(found - text));
}
