/* Tables, NDJSON and CSV. */
#include "base/base.h"
#include "command/table.h"

#include "base/arena.h"
#include "base/jsonout.h"
#include "base/limits.h"
#include "base/utf8.h"

#define TABLE_SAMPLE 500
#define TABLE_COLUMN 60 /* columns of the terminal that a cell is shown with */

struct table {
	FILE *out;
	enum table_format format;
	const char *const *columns;
	size_t count;
	size_t *widths;
	struct span *held; /* cells of rows that wait for their widths */
	size_t rows;
	bool flowing;
	struct arena arena;
	struct buf line;
};

int table_format_parse(enum table_format *out, const char *name, struct error *e)
{
	static const char *const names[] = {"table", "ndjson", "csv"};

	for (size_t i = 0; name != NULL && i < ARRAY_LEN(names); i++)
		if (strcmp(name, names[i]) == 0) {
			*out = (enum table_format)i;
			return 0;
		}
	*out = TABLE_TEXT;
	return name == NULL ? 0 : error_set(e, ERROR_USAGE, "--format wants table, ndjson or csv, not \"%s\"", name);
}

static void put_csv(struct buf *line, struct span cell)
{
	bool quote = false;

	for (size_t i = 0; i < cell.n; i++)
		quote |= strchr(",\"\r\n", cell.p[i]) != NULL;
	if (!quote) {
		buf_add_span(line, cell);
		return;
	}
	buf_addc(line, '"');
	for (size_t i = 0; i < cell.n; i++) {
		if (cell.p[i] == '"')
			buf_addc(line, '"');
		buf_addc(line, cell.p[i]);
	}
	buf_addc(line, '"');
}

/* A cell for the terminal: control characters made visible, cut to a column with an ellipsis. */
static size_t put_cell(struct buf *line, struct span cell)
{
	const char *p = cell.p, *end = cell.p + cell.n;
	size_t columns = 0;

	while (p < end) {
		const char *from = p;
		uint32_t code = utf8_next(&p, end);
		unsigned width = code < 0x20 || code == 0x7f ? 1 : utf8_width(code);

		if (columns + width > TABLE_COLUMN - 1 && p < end) {
			buf_adds(line, "\xe2\x80\xa6");
			return columns + 1;
		}
		if (code < 0x20 || code == 0x7f)
			buf_adds(line, "\xe2\x90\xa3");
		else
			buf_add(line, from, (size_t)(p - from));
		columns += width;
	}
	return columns;
}

static size_t shown_width(struct table *t, struct span cell)
{
	buf_reset(&t->line);
	return put_cell(&t->line, cell);
}

static void print_line(struct table *t, const struct span *cells)
{
	buf_reset(&t->line);
	for (size_t i = 0; i < t->count; i++) {
		size_t width = put_cell(&t->line, cells[i]);

		if (i + 1 == t->count)
			break;
		for (; width < t->widths[i] + 2; width++)
			buf_addc(&t->line, ' ');
	}
	while (t->line.len > 0 && t->line.data[t->line.len - 1] == ' ')
		t->line.len--;
	fprintf(t->out, "%.*s\n", (int)t->line.len, buf_text(&t->line));
}

static void print_csv(struct table *t, const struct span *cells)
{
	buf_reset(&t->line);
	for (size_t i = 0; i < t->count; i++) {
		if (i > 0)
			buf_addc(&t->line, ',');
		put_csv(&t->line, cells[i]);
	}
	fprintf(t->out, "%s\r\n", buf_text(&t->line));
}

static void print_ndjson(struct table *t, const struct span *cells)
{
	struct jsonout j;

	buf_reset(&t->line);
	jsonout_init(&j, &t->line);
	jsonout_open(&j, '{');
	for (size_t i = 0; i < t->count; i++)
		jsonout_pair_span(&j, t->columns[i], cells[i]);
	jsonout_close(&j, '}');
	fprintf(t->out, "%s\n", buf_text(&t->line));
}

struct table *table_new(FILE *out, enum table_format format, const char *const *columns, size_t count)
{
	struct table *t = xcalloc(1, sizeof(*t));

	t->out = out;
	t->format = format;
	t->columns = columns;
	t->count = count;
	t->widths = xcalloc(count, sizeof(*t->widths));
	arena_init(&t->arena);
	buf_init(&t->line, LIMIT_LINE_BYTES);
	if (format == TABLE_CSV) {
		struct span *names = xcalloc(count, sizeof(*names));
		for (size_t i = 0; i < count; i++)
			names[i] = span_of(columns[i]);
		print_csv(t, names);
		free(names);
	}
	return t;
}

static void flow(struct table *t)
{
	struct span *names = xcalloc(t->count, sizeof(*names));

	for (size_t i = 0; i < t->count; i++) {
		names[i] = span_of(t->columns[i]);
		for (size_t r = 0; r <= t->rows; r++) {
			size_t width = shown_width(t, r < t->rows ? t->held[r * t->count + i] : names[i]);
			if (width > t->widths[i])
				t->widths[i] = width;
		}
	}
	if (t->rows > 0)
		print_line(t, names);
	for (size_t r = 0; r < t->rows; r++)
		print_line(t, &t->held[r * t->count]);
	t->flowing = true;
	free(names);
}

void table_row(struct table *t, const struct span *cells)
{
	if (t->format == TABLE_CSV) {
		print_csv(t, cells);
	} else if (t->format == TABLE_NDJSON) {
		print_ndjson(t, cells);
	} else if (t->flowing) {
		print_line(t, cells);
	} else {
		if (t->held == NULL)
			t->held = xcalloc(TABLE_SAMPLE * t->count, sizeof(*t->held));
		for (size_t i = 0; i < t->count; i++)
			t->held[t->rows * t->count + i] = arena_span(&t->arena, cells[i]);
		if (++t->rows == TABLE_SAMPLE)
			flow(t);
	}
}

void table_end(struct table *t)
{
	if (t->format == TABLE_TEXT && !t->flowing)
		flow(t);
	free(t->widths);
	free(t->held);
	arena_clear(&t->arena);
	buf_clear(&t->line);
	free(t);
}
