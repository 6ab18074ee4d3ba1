/*
 * Templates of message bodies. It must not know what a message is, only which
 * names one has.
 */
#include "base/base.h"
#include "config/fill.h"

#include <inttypes.h>

#include "base/jsonout.h"
#include "base/limits.h"
#include "base/str.h"
#include "ext/json.h"

const struct fill_name fill_message_names[] = {{"title", false}, {"event", false}, {"severity", false},
	{"group", false}, {"key", false}, {"run", false}, {"manifest", false}, {"at", false}, {"text", false},
	{"total", true}, {"left_out", true}, {"critical", true}, {"error", true}, {"warning", true}, {"info", true},
	{NULL, false}};
const struct fill_name fill_finding_names[] = {{"rule", false}, {"title", false}, {"severity", false}, {"shop", false},
	{"key", false}, {"message", false}, {"field", false}, {"value", false}, {"query", false}, {"index", false},
	{"id", false}, {"state", false}, {"number", true}, {NULL, false}};

/* Where the writing stands. */
struct filling {
	const struct fill *fill;
	struct buf *out;
	const char *p;
	bool quoted;         /* within a JSON string */
	const char *loop;    /* after {{#findings}}; NULL outside */
	bool loop_quoted;    /* as it was there */
	size_t finding, end; /* of the loop */
	size_t named;        /* by the longest loop so far */
	bool passed_over;    /* the loop has no findings: its body is read and not written */
	struct error *e;
};

static int fault(struct filling *f, struct span hole, const char *what)
{
	return error_set(f->e, ERROR_CONFIG, "{{%.*s}}: %s", SPAN_ARG(hole), what);
}

static const struct fill_name *find_name(const struct fill_name *names, struct span name)
{
	for (; names->name; names++)
		if (span_is(name, names->name))
			return names;
	return NULL;
}

static int unknown(struct filling *f, struct span hole, struct span name)
{
	const char *list[32], *near;
	char word[LIMIT_NAME_CHARS];
	size_t count = 0;

	if (find_name(fill_finding_names, name))
		return fault(f, hole, "stands in {{#findings}} alone");
	for (const struct fill_name *n = fill_message_names; n->name; n++)
		list[count++] = n->name;
	for (const struct fill_name *n = fill_finding_names; f->loop && n->name; n++)
		list[count++] = n->name;
	list[count] = NULL;
	snprintf(word, sizeof(word), "%.*s", SPAN_ARG(name));
	near = str_nearest(word, list);
	if (near)
		return error_set(f->e, ERROR_CONFIG, "{{%.*s}}: a message has no \"%s\"; did you mean \"%s\"?",
			SPAN_ARG(hole), word, near);
	return error_set(f->e, ERROR_CONFIG, "{{%.*s}}: a message has no \"%s\"", SPAN_ARG(hole), word);
}

static void write_value(struct filling *f, struct span text, bool number)
{
	if (f->passed_over)
		return;
	if (f->quoted || number) {
		jsonout_escape(f->out, text);
		return;
	}
	buf_addc(f->out, '"');
	jsonout_escape(f->out, text);
	buf_addc(f->out, '"');
}

/* The number after a colon at the end of HOLE, which loses it; MOST when there is none; 0 for a fault. */
static size_t take_limit(struct span *hole, size_t most)
{
	const char *colon = memchr(hole->p, ':', hole->n);
	int64_t limit;

	if (colon == NULL)
		return most;
	size_t n = (size_t)(colon - hole->p);
	if (!span_to_int64(&limit, (struct span){colon + 1, hole->n - n - 1}) || limit < 1 ||
		limit > LIMIT_NOTICE_BYTES)
		return 0;
	hole->n = n;
	return (size_t)limit;
}

static int put_value(struct filling *f, struct span hole)
{
	const char *bar = memchr(hole.p, '|', hole.n);
	struct span name = {hole.p, bar ? (size_t)(bar - hole.p) : hole.n};
	struct span otherwise = bar ? (struct span){bar + 1, hole.n - name.n - 1} : SPAN_NONE;
	size_t most = take_limit(&name, SIZE_MAX);
	const struct fill_name *known = f->loop ? find_name(fill_finding_names, name) : NULL;
	ptrdiff_t finding = known ? (ptrdiff_t)f->finding : -1;
	struct buf value;

	if (most == 0)
		return fault(f, hole, "after the colon stands a number of characters, from 1");
	if (!known)
		known = find_name(fill_message_names, name);
	if (!known)
		return unknown(f, hole, name);
	buf_init(&value, LIMIT_NOTICE_BYTES);
	if (span_is(name, "left_out"))
		buf_addf(&value, "%" PRId64, f->fill->total - (int64_t)f->named);
	else if (!f->passed_over)
		f->fill->value(f->fill->arg, &value, known->name, finding, most);
	if (value.len == 0 && bar)
		write_value(f, otherwise, false);
	else
		write_value(f, buf_span(&value), known->number);
	buf_clear(&value);
	return 0;
}

static int begin_loop(struct filling *f, struct span hole, const char *after)
{
	struct span name = hole;
	size_t most = take_limit(&name, SIZE_MAX);

	if (f->loop)
		return fault(f, hole, "a loop cannot stand in another");
	if (!span_is(name, "#findings"))
		return fault(f, hole, "the one loop is {{#findings}}");
	if (most == 0)
		return fault(f, hole, "after the colon stands a number of findings, from 1");
	f->loop = after;
	f->loop_quoted = f->quoted;
	f->finding = 0;
	f->end = f->fill->findings < most ? f->fill->findings : most;
	f->passed_over = f->end == 0;
	return 0;
}

static int end_loop(struct filling *f, struct span hole)
{
	if (!f->loop || !span_is(hole, "/findings"))
		return fault(f, hole, "ends a loop that was not begun");
	if (f->quoted != f->loop_quoted)
		return fault(f, hole, "a quote is open at the end of the loop");
	if (++f->finding < f->end) {
		f->p = f->loop;
		return 0;
	}
	if (f->named < f->end)
		f->named = f->end;
	f->loop = NULL;
	f->passed_over = false;
	return 0;
}

static int put_hole(struct filling *f, struct span hole)
{
	const char *after = hole.p + hole.n + 2;

	f->p = after;
	if (span_starts(hole, "#"))
		return begin_loop(f, hole, after);
	if (span_starts(hole, "/"))
		return end_loop(f, hole);
	if (!span_is(hole, ","))
		return put_value(f, hole);
	if (!f->loop)
		return fault(f, hole, "stands in {{#findings}} alone");
	if (!f->passed_over && f->finding + 1 < f->end)
		buf_addc(f->out, ',');
	return 0;
}

/* Copies up to the next hole, keeping track of quotes. */
static void copy_text(struct filling *f)
{
	const char *start = f->p;

	for (; *f->p && strncmp(f->p, "{{", 2) != 0; f->p++) {
		if (*f->p == '"')
			f->quoted = !f->quoted;
		else if (f->quoted && *f->p == '\\' && f->p[1])
			f->p++;
	}
	if (!f->passed_over)
		buf_add(f->out, start, (size_t)(f->p - start));
}

static int fill_text(struct filling *f)
{
	while (copy_text(f), *f->p) {
		const char *begin = f->p + 2, *end = strstr(begin, "}}");

		/* {"a":{{{total}}}}: the brace of JSON comes first */
		if (*begin == '{') {
			if (!f->passed_over)
				buf_addc(f->out, '{');
			f->p++;
			continue;
		}
		if (end == NULL)
			return error_set(f->e, ERROR_CONFIG, "{{ is not closed");
		if (put_hole(f, (struct span){begin, (size_t)(end - begin)}) < 0)
			return -1;
	}
	return f->loop ? error_set(f->e, ERROR_CONFIG, "{{#findings}} is not closed by {{/findings}}") : 0;
}

int fill_render(struct buf *out, const char *text, const struct fill *fill, struct error *e)
{
	struct filling f = {.fill = fill, .out = out, .p = text, .e = e};

	if (fill_text(&f) < 0)
		return -1;
	if (buf_over(out))
		return error_set(e, ERROR_CONFIG, "what comes out is larger than %zu bytes", out->max);
	struct json *j = json_parse(buf_span(out), ERROR_CONFIG, NULL, e);
	if (j == NULL)
		return error_prefix(e, "what comes out is no JSON: ");
	json_free(j);
	return 0;
}

/* ---- a sample ---- */

static void sample_value(void *arg, struct buf *out, const char *name, ptrdiff_t finding, size_t max_chars)
{
	const struct fill_name *names = finding < 0 ? fill_message_names : fill_finding_names;

	(void)arg;
	if (find_name(names, span_of(name))->number)
		buf_adds(out, "12");
	else if (max_chars < 16)
		buf_adds(out, "\""); /* as short as it may be, and still to be escaped */
	else
		buf_adds(out, "\xe5\x82\x98 \"a\" \\ \n");
}

/* What holds nothing where something may be missing. */
static void empty_value(void *arg, struct buf *out, const char *name, ptrdiff_t finding, size_t max_chars)
{
	if (find_name(finding < 0 ? fill_message_names : fill_finding_names, span_of(name))->number)
		sample_value(arg, out, name, finding, max_chars);
}

int fill_check(const char *text, struct error *e)
{
	static const struct fill samples[] = {{sample_value, NULL, 3, 12}, {sample_value, NULL, 1, 1},
		{sample_value, NULL, 0, 12}, {empty_value, NULL, 1, 1}};
	struct buf out;
	int result = 0;

	buf_init(&out, LIMIT_NOTICE_BYTES);
	for (size_t i = 0; i < ARRAY_LEN(samples) && result == 0; i++) {
		buf_reset(&out);
		result = fill_render(&out, text, &samples[i], e);
	}
	buf_clear(&out);
	return result;
}
