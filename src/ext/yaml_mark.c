/*
 * Places in a YAML file: offsets to lines and columns, and from the decoded
 * text of a scalar back to what was written.
 */
#include "base/base.h"
#include "ext/yaml_private.h"

#include "base/utf8.h"

/* From one place to a later one. */
static struct yaml_mark forward(const struct yaml_file *file, struct yaml_mark mark, size_t offset)
{
	const char *text = file->text.p;

	for (; mark.offset < offset && mark.offset < file->text.n; mark.offset++) {
		if (text[mark.offset] == '\n') {
			mark.line++;
			mark.column = 1;
		} else if (((unsigned char)text[mark.offset] & 0xc0) != 0x80) {
			mark.column++;
		}
	}
	return mark;
}

struct yaml_mark yaml_here(struct yaml_reader *r, size_t offset)
{
	if (r->last.line == 0 || offset < r->last.offset)
		r->last = (struct yaml_mark){0, 1, 1};
	r->last = forward(r->file, r->last, offset);
	return r->last;
}

struct yaml_mark yaml_mark_of(const struct yaml_file *file, int line, int column)
{
	struct yaml_mark mark = {0, 1, 1};

	while (mark.offset < file->text.n && mark.line < line) {
		const char *from = file->text.p + mark.offset;
		const char *newline = memchr(from, '\n', file->text.n - mark.offset);

		if (newline == NULL)
			break;
		mark.offset += (size_t)(newline - from) + 1;
		mark.line++;
	}
	while (mark.column < column && mark.offset < file->text.n && file->text.p[mark.offset] != '\n')
		mark = yaml_mark_after(file, mark);
	return mark;
}

struct yaml_mark yaml_mark_after(const struct yaml_file *file, struct yaml_mark mark)
{
	const char *p = file->text.p + mark.offset, *end = file->text.p + file->text.n;

	if (p == end || *p == '\n')
		return mark;
	utf8_next(&p, end);
	return (struct yaml_mark){(size_t)(p - file->text.p), mark.line, mark.column + 1};
}

/* ---- from decoded text back to the file ---- */

struct walk {
	const struct yaml_node *scalar;
	const char *p, *end; /* what is left of the source */
	size_t done, indent; /* bytes of decoded text passed; indentation of a block's lines */
};

static bool is_block(const struct yaml_node *n)
{
	return n->style == YAML_LITERAL || n->style == YAML_FOLDED;
}

/* Bytes of what the escape at P stands for; *LEN gets its own length. */
static size_t escape_bytes(const struct walk *w, size_t *len)
{
	size_t left = (size_t)(w->end - w->p);
	size_t digits = w->p[1] == 'x' ? 2 : w->p[1] == 'u' ? 4 : w->p[1] == 'U' ? 8 : 0;
	char hex[9] = {0}, put[4];

	*len = 2;
	if (digits == 0)
		return w->scalar->style == YAML_JSON      ? 1
		       : w->p[1] == 'N' || w->p[1] == '_' ? 2
		       : w->p[1] == 'L' || w->p[1] == 'P' ? 3
							  : 1;
	if (left < 2 + digits)
		return 1;
	memcpy(hex, w->p + 2, digits);
	unsigned long code = strtoul(hex, NULL, 16);
	*len = 2 + digits;
	if (w->scalar->style == YAML_JSON && code >= 0xd800 && code <= 0xdfff) {
		*len = 12;
		return 4;
	}
	return utf8_put(put, (uint32_t)code);
}

/* How much source the character at P is; *DECODED gets the bytes that it gives. */
static size_t step(const struct walk *w, size_t *decoded)
{
	size_t len = 1;
	bool escapes = w->scalar->style == YAML_DOUBLE || w->scalar->style == YAML_JSON;

	*decoded = 1;
	if (w->end - w->p < 2)
		return 1;
	if (w->scalar->style == YAML_SINGLE && w->p[0] == '\'')
		return 2;
	if (escapes && w->p[0] == '\\')
		*decoded = escape_bytes(w, &len);
	return len;
}

static const char *skip_blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

/* Past the line breaks at P and the white space around them; NULL when there are none. */
static const char *flow_break(const struct walk *w, size_t *decoded)
{
	bool escaped = w->scalar->style == YAML_DOUBLE && w->p[0] == '\\';
	const char *p = skip_blank(w->p + escaped, w->end);
	size_t lines = 0;

	while (p < w->end && *p == '\n') {
		lines++;
		p = skip_blank(p + 1, w->end);
	}
	*decoded = lines > 1 ? lines - 1 : !escaped;
	return lines > 0 ? p : NULL;
}

static const char *skip_indent(const struct walk *w, const char *p)
{
	for (size_t i = 0; i < w->indent && p < w->end && *p == ' '; i++)
		p++;
	return p;
}

/* The same in a block, where a literal keeps each line break and a folded one joins lines. */
static const char *block_break(const struct walk *w, size_t *decoded)
{
	struct span text = w->scalar->text;
	const char *p = w->p;

	if (p[0] == '\r' && p + 1 < w->end && p[1] == '\n')
		p++;
	if (*p != '\n')
		return NULL;
	p = skip_indent(w, p + 1);
	*decoded = 1;
	if (w->scalar->style == YAML_LITERAL)
		return p;
	while (p < w->end && *p == '\n')
		p = skip_indent(w, p + 1);
	while (w->done + *decoded < text.n && text.p[w->done] == '\n' && text.p[w->done + *decoded] == '\n')
		++*decoded;
	return p;
}

/* A block's lines lose as many spaces as its first line that is not empty has lost. */
static size_t block_indent(const struct walk *w)
{
	struct span text = w->scalar->text;
	const char *p = w->p;
	size_t written = 0, kept = 0;

	while (p + written < w->end && (p[written] == ' ' || p[written] == '\r' || p[written] == '\n')) {
		if (p[written] == ' ') {
			written++;
		} else {
			p += written + 1;
			written = 0;
		}
	}
	while (text.n > 0 && *text.p == '\n')
		text = (struct span){text.p + 1, text.n - 1};
	while (kept < text.n && text.p[kept] == ' ')
		kept++;
	return written > kept ? written - kept : 0;
}

static void begin(struct walk *w, const struct yaml_file *file, const struct yaml_node *scalar)
{
	*w = (struct walk){.scalar = scalar, .p = file->text.p + scalar->start.offset};
	w->end = file->text.p + scalar->end.offset;
	if (is_block(scalar)) {
		const char *newline = memchr(w->p, '\n', (size_t)(w->end - w->p));

		w->p = newline ? newline + 1 : w->end;
		w->indent = block_indent(w);
		w->p = skip_indent(w, w->p);
	} else if (scalar->style != YAML_PLAIN && w->end - w->p >= 2) {
		w->p++;
		w->end--;
	}
}

struct yaml_mark yaml_scalar_mark(const struct yaml_file *file, const struct yaml_node *scalar, size_t offset)
{
	struct walk w;

	begin(&w, file, scalar);
	while (w.p < w.end) {
		size_t decoded;
		const char *next = is_block(scalar) ? block_break(&w, &decoded) : flow_break(&w, &decoded);

		if (next == NULL)
			next = w.p + step(&w, &decoded);
		if (w.done + decoded > offset)
			break;
		w.done += decoded;
		w.p = next;
	}
	while (((unsigned char)*w.p & 0xc0) == 0x80)
		w.p--;
	return forward(file, scalar->start, (size_t)(w.p - file->text.p));
}
