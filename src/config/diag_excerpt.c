/*
 * The piece of a source line that a message is about, with carets below it by
 * display width. Long lines are shown around the mark; bytes that are not
 * UTF-8, controls and literal secrets are shown as something else. It must not
 * know what the message says.
 */
#include "base/base.h"
#include "config/diag_private.h"

#include "base/limits.h"
#include "base/utf8.h"

#define REACH 1024 /* bytes looked at on either side of a mark */
#define TAB_COLUMNS 4
#define REPLACEMENT 0xfffd

struct cell {
	uint32_t code;
	unsigned width;
	size_t offset; /* in the file */
};

struct view {
	struct cell cells[2 * REACH];
	size_t count;
	size_t first, last;       /* the window: cells first .. last - 1 */
	bool cut_left, cut_right; /* the line goes on beyond the window */
};

/* Where a mark stands in the text; -1 when it says no place. A mark in line 1 may come without an offset. */
static ptrdiff_t mark_offset(const struct yaml_file *file, struct yaml_mark mark)
{
	size_t at = mark.offset < file->text.n ? mark.offset : file->text.n;

	if (mark.line < 1 || (mark.offset == 0 && mark.line > 1))
		return -1;
	if (mark.offset > 0)
		return (ptrdiff_t)at;
	for (int column = 1; column < mark.column && at < file->text.n && file->text.p[at] != '\n'; column++) {
		do
			at++;
		while (at < file->text.n && ((unsigned char)file->text.p[at] & 0xc0) == 0x80);
	}
	return (ptrdiff_t)at;
}

bool diag_unprintable(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x202a && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069) || code == 0x200e || code == 0x200f;
}

/* Whether bytes BEGIN to END of FILE hold something to hide. */
static bool is_secret(const struct diags *d, const struct yaml_file *file, size_t begin, size_t end)
{
	for (size_t i = 0; i < d->count; i++) {
		const struct diag *item = &d->items[i];

		if (item->hide.line > 0 && item->file == file && item->hide.offset < end &&
			item->hide_end.offset > begin)
			return true;
	}
	return false;
}

/* Reads one character at *P, whatever bytes stand there. */
static uint32_t next_code(const char **p, const char *end)
{
	size_t length = 1;

	while (length < 4 && *p + length < end && ((unsigned char)(*p)[length] & 0xc0) == 0x80)
		length++;
	if (utf8_invalid((struct span){*p, length}) < 0)
		return utf8_next(p, end);
	(*p)++;
	return REPLACEMENT;
}

static struct cell make_cell(uint32_t code, size_t offset, bool secret)
{
	struct cell c = {code, 0, offset};

	if (code == '\t') {
		c.width = TAB_COLUMNS;
		return c;
	}
	if (diag_unprintable(code))
		c.code = REPLACEMENT;
	if (secret)
		c.code = '*';
	c.width = c.code == REPLACEMENT || c.code == '*' ? 1 : utf8_width(c.code);
	return c;
}

/* The line around byte AT, or as much of it as is within reach. */
static void read_line(struct view *v, const struct diags *d, const struct yaml_file *file, size_t at)
{
	const char *text = file->text.p;
	size_t begin = at, end = at;
	const char *p, *stop;
	bool secret;

	while (begin > 0 && at - begin < REACH && text[begin - 1] != '\n')
		begin--;
	v->cut_left = begin > 0 && text[begin - 1] != '\n';
	while (v->cut_left && begin < at && ((unsigned char)text[begin] & 0xc0) == 0x80)
		begin++;
	while (end < file->text.n && end - at < REACH - 1 && text[end] != '\n')
		end++;
	v->cut_right = end < file->text.n && text[end] != '\n';
	while (v->cut_right && end > at && ((unsigned char)text[end] & 0xc0) == 0x80)
		end--;
	if (!v->cut_right && end > begin && text[end - 1] == '\r')
		end--;
	secret = is_secret(d, file, begin, end);
	v->count = 0;
	for (p = text + begin, stop = text + end; p < stop;) {
		size_t offset = (size_t)(p - text);

		v->cells[v->count++] =
			make_cell(next_code(&p, stop), offset, secret && is_secret(d, file, offset, offset + 1));
	}
}

/* The first cell at or after byte OFFSET. */
static size_t cell_at(const struct view *v, size_t offset)
{
	size_t i = 0;

	while (i < v->count && v->cells[i].offset < offset)
		i++;
	return i;
}

/* Chooses what is shown of a long line: a third of the room before FOCUS. */
static void choose_window(struct view *v, size_t focus)
{
	unsigned columns = 0;

	for (size_t i = 0; i < v->count; i++)
		columns += v->cells[i].width;
	v->first = 0;
	v->last = v->count;
	if (columns <= LIMIT_DIAG_COLUMNS)
		return;
	columns = 0;
	for (size_t i = 0; i < focus && i < v->count; i++)
		columns += v->cells[i].width;
	while (v->first < focus && columns > LIMIT_DIAG_COLUMNS / 3)
		columns -= v->cells[v->first++].width;
	columns = 0;
	for (v->last = v->first; v->last < v->count; v->last++) {
		columns += v->cells[v->last].width;
		if (columns > LIMIT_DIAG_COLUMNS)
			break;
	}
	while (v->last == v->count && v->first > 0 && columns + v->cells[v->first - 1].width <= LIMIT_DIAG_COLUMNS)
		columns += v->cells[--v->first].width;
	v->cut_left |= v->first > 0;
	v->cut_right |= v->last < v->count;
}

static void add_gutter(struct buf *out, int width, int line, const struct diag_paint *paint)
{
	if (line > 0)
		buf_addf(out, "%s%*d |%s", paint->gutter, width, line, paint->reset);
	else
		buf_addf(out, "%s%*s |%s", paint->gutter, width, "", paint->reset);
}

static void add_source(struct buf *out, const struct view *v)
{
	buf_adds(out, v->cut_left ? " ..." : " ");
	for (size_t i = v->first; i < v->last; i++) {
		char bytes[4];

		if (v->cells[i].code == '\t')
			buf_addf(out, "%*s", TAB_COLUMNS, "");
		else
			buf_add(out, bytes, utf8_put(bytes, v->cells[i].code));
	}
	if (v->cut_right)
		buf_adds(out, "...");
	while (out->len > 0 && out->data[out->len - 1] == ' ')
		out->len--;
	buf_addc(out, '\n');
}

/* Signs below the cells from byte BEGIN to END, at least one. */
static void add_signs(struct buf *out, const struct view *v, size_t begin, size_t end, char sign, const char *label)
{
	size_t i = v->first, from = cell_at(v, begin), to = cell_at(v, end);
	unsigned signs = 0;

	buf_adds(out, v->cut_left ? "    " : " ");
	for (; i < from && i < v->last; i++)
		buf_addf(out, "%*s", (int)v->cells[i].width, "");
	for (; i < to && i < v->last; i++)
		signs += v->cells[i].width;
	do
		buf_addc(out, sign);
	while (signs > 1 && --signs);
	if (label)
		buf_addf(out, " %s", label);
}

struct marked {
	struct yaml_mark at;
	size_t begin, end; /* bytes */
	char sign;
	const char *label, *paint;
};

static void add_marks(
	struct buf *out, const struct view *v, const struct marked *m, int width, const struct diag_paint *paint)
{
	add_gutter(out, width, 0, paint);
	buf_adds(out, m->paint);
	add_signs(out, v, m->begin, m->end, m->sign, m->label);
	buf_addf(out, "%s\n", paint->reset);
}

/* One source line with the marks of M, and of NEXT when that is on the same line. */
static void add_line(struct buf *out, const struct diags *d, const struct yaml_file *file, const struct marked *m,
	const struct marked *next, int width, const struct diag_paint *paint)
{
	struct view v;
	size_t focus = next && next->begin < m->begin ? next->begin : m->begin;

	read_line(&v, d, file, m->begin);
	choose_window(&v, cell_at(&v, focus));
	if (cell_at(&v, m->begin) > v.last)
		choose_window(&v, cell_at(&v, m->begin));
	add_gutter(out, width, m->at.line, paint);
	add_source(out, &v);
	add_marks(out, &v, m, width, paint);
	if (next)
		add_marks(out, &v, next, width, paint);
}

static bool make_marked(struct marked *m, const struct yaml_file *file, struct yaml_mark at, struct yaml_mark end)
{
	ptrdiff_t begin = mark_offset(file, at);

	if (begin < 0)
		return false;
	m->at = at;
	m->begin = (size_t)begin;
	m->end = end.line == at.line ? end.offset : SIZE_MAX;
	return true;
}

void diag_excerpt(
	struct buf *out, const struct diags *d, const struct diag *item, int width, const struct diag_paint *paint)
{
	struct marked main = {.sign = '^', .paint = paint->primary};
	struct marked also = {.sign = '-', .paint = paint->secondary, .label = item->also_label};
	bool two;

	if (!item->file || item->file->text.n == 0 || !make_marked(&main, item->file, item->at, item->end))
		return;
	two = item->also.line > 0 && make_marked(&also, item->file, item->also, item->also);
	add_gutter(out, width, 0, paint);
	buf_addc(out, '\n');
	if (two && also.at.line < main.at.line) {
		add_line(out, d, item->file, &also, NULL, width, paint);
		if (also.at.line + 1 < main.at.line)
			buf_adds(out, "...\n");
	}
	add_line(out, d, item->file, &main, two && also.at.line == main.at.line ? &also : NULL, width, paint);
	if (two && also.at.line > main.at.line) {
		if (main.at.line + 1 < also.at.line)
			buf_adds(out, "...\n");
		add_line(out, d, item->file, &also, NULL, width, paint);
	}
}
