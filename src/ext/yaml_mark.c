/* Places in a YAML file: offsets to lines and columns. */
#include "base/base.h"
#include "ext/yaml_private.h"

#include "base/utf8.h"

struct yaml_mark yaml_mark_forward(const struct yaml_file *file, struct yaml_mark mark, size_t offset)
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
	r->last = yaml_mark_forward(r->file, r->last, offset);
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
