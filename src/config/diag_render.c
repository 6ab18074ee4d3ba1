/*
 * Messages as a terminal shows them. It must not know where they come from.
 */
#include "base/base.h"
#include "config/diag.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "config/diag_private.h"

#define REPLACEMENT "\xef\xbf\xbd"

static bool is_clean(struct span text)
{
	const char *p = text.p, *end = p + text.n;

	if (utf8_invalid(text) >= 0)
		return false;
	while (p < end) {
		uint32_t code = utf8_next(&p, end);

		if (code != '\n' && diag_unprintable(code))
			return false;
	}
	return true;
}

const char *diag_clean(const struct diags *d, const char *text)
{
	struct span rest = span_of(text);
	struct buf clean;
	const char *copy;

	if (is_clean(rest))
		return text;
	buf_init(&clean, 3 * rest.n);
	while (rest.n > 0) {
		ptrdiff_t bad = utf8_invalid(rest);
		const char *p = rest.p, *end = p + (bad < 0 ? rest.n : (size_t)bad);

		while (p < end) {
			const char *begin = p;
			uint32_t code = utf8_next(&p, end);

			if (code != '\n' && diag_unprintable(code))
				buf_adds(&clean, REPLACEMENT);
			else
				buf_add(&clean, begin, (size_t)(p - begin));
		}
		if (bad >= 0) {
			buf_adds(&clean, REPLACEMENT);
			end++;
		}
		rest = (struct span){end, (size_t)(rest.p + rest.n - end)};
	}
	copy = arena_strdup(d->arena, buf_text(&clean));
	buf_clear(&clean);
	return copy;
}

const char *diag_path(const struct diags *d, const struct yaml_file *file)
{
	size_t n = d->folder ? strlen(d->folder) : 0;
	const char *path = file->path;

	if (n > 0 && strncmp(path, d->folder, n) == 0 && path[n] == '/')
		path += n + 1;
	return diag_clean(d, path);
}

static int digits(int n)
{
	int count = 1;

	for (; n >= 10; n /= 10)
		count++;
	return count;
}

/* Lines after the first begin below the first. */
static void add_lines(struct buf *out, const char *text, int indent)
{
	for (; *text; text++) {
		buf_addc(out, *text);
		if (*text == '\n')
			buf_addf(out, "%*s", indent, "");
	}
}

static void render_one(struct buf *out, const struct diags *d, const struct diag *item, bool colour)
{
	bool error = item->level == DIAG_ERROR;
	const char *bold = colour ? error ? "\033[1;31m" : "\033[1;33m" : "";
	struct diag_paint paint = {bold, colour ? "\033[34m" : "", colour ? "\033[34m" : "", colour ? "\033[0m" : ""};
	int width = digits(item->also.line > item->at.line ? item->also.line : item->at.line);

	buf_addf(out, "%s%s[%s]%s: ", bold, error ? "error" : "warning", item->code, paint.reset);
	add_lines(out, diag_clean(d, item->message), 2);
	buf_addc(out, '\n');
	if (item->file) {
		buf_addf(out, "%s%*s-->%s %s", paint.gutter, width, "", paint.reset, diag_path(d, item->file));
		if (item->at.line > 0)
			buf_addf(out, ":%d:%d", item->at.line, item->at.column);
		buf_addc(out, '\n');
		diag_excerpt(out, d, item, width, &paint);
	}
	if (item->help) {
		buf_addf(out, "%s%*s =%s help: ", paint.gutter, width, "", paint.reset);
		add_lines(out, diag_clean(d, item->help), width + 9);
		buf_addc(out, '\n');
	}
}

static void render_text(struct buf *out, const struct diags *d, bool colour)
{
	for (size_t i = 0; i < d->count; i++) {
		if (i > 0)
			buf_addc(out, '\n');
		render_one(out, d, &d->items[i], colour);
	}
	if (d->dropped > 0)
		buf_addf(out, "\n%zu more messages are not shown: LIMIT_DIAGNOSTICS is %d\n", d->dropped,
			LIMIT_DIAGNOSTICS);
}

void diags_render(struct buf *out, struct diags *d, enum diag_format format, bool colour)
{
	diags_sort(d);
	switch (format) {
	case DIAG_TEXT: render_text(out, d, colour); break;
	case DIAG_JSON: diags_render_json(out, d); break;
	case DIAG_SARIF: diags_render_sarif(out, d); break;
	}
}
