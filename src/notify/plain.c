/* A message as plain text of many lines, and pieces of it. */
#include "base/base.h"
#include "notify/receiver.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/utf8.h"

void message_cut(struct buf *out, struct span text, size_t max_chars)
{
	const char *p = text.p, *end = text.p + text.n;

	if (utf8_chars(text) <= max_chars) {
		buf_add_span(out, text);
		return;
	}
	for (size_t i = 1; i < max_chars; i++)
		utf8_next(&p, end);
	buf_add(out, text.p, (size_t)(p - text.p));
	buf_adds(out, "\xe2\x80\xa6");
}

void message_counts(struct buf *out, const struct message *m)
{
	const char *between = "";

	buf_addf(out, "%" PRId64 " finding%s: ", m->total, m->total == 1 ? "" : "s");
	for (int s = SEVERITY_COUNT - 1; s >= 0; s--) {
		if (m->by_severity[s] == 0)
			continue;
		buf_addf(out, "%s%" PRId64 " %s", between, m->by_severity[s], severity_name((enum severity)s));
		between = ", ";
	}
}

void finding_text(struct buf *out, const struct finding *f, size_t max_chars)
{
	struct buf whole, line;

	buf_init(&whole, LIMIT_NOTICE_BYTES);
	buf_init(&line, LIMIT_NOTICE_BYTES);
	if (f->shop && f->shop[0])
		buf_addf(&whole, "shop %s, ", f->shop);
	key_display(&whole, span_of(f->key));
	buf_addf(&whole, ": %s", f->message);
	if (f->field && f->field[0] && f->value && f->value[0])
		buf_addf(&whole, " (%s: %s%s)", f->field, f->value, f->value_cut ? "\xe2\x80\xa6" : "");
	message_line(&line, buf_span(&whole));
	message_cut(out, buf_span(&line), max_chars);
	buf_clear(&line);
	buf_clear(&whole);
}

/* What stands below the findings. */
static void foot(struct buf *out, const struct message *m, int64_t left_out)
{
	if (left_out > 0)
		buf_addf(out, "%s%" PRId64 " more, not named here\n", m->top_count > 0 ? "and " : "", left_out);
	buf_addf(out, "\ngroup: %s\n", m->group_key);
	if (m->manifest)
		buf_addf(out, "manifest: %s\n", m->manifest);
	buf_addf(out, "run: %s\n", m->run_id);
}

void message_plain(struct buf *out, const struct message *m, size_t max_chars)
{
	struct buf tail, line;
	size_t count = 0, chars;

	buf_init(&tail, LIMIT_NOTICE_BYTES);
	buf_init(&line, LIMIT_NOTICE_BYTES);
	foot(&tail, m, INT64_MAX); /* its longest form: the count is not known yet */
	buf_adds(out, m->resolved ? "Resolved: " : "");
	message_counts(out, m);
	buf_adds(out, "\n\n");
	chars = utf8_chars(buf_span(out)) + utf8_chars(buf_span(&tail));
	for (; count < m->top_count; count++) {
		const struct finding *f = &m->top[count];

		buf_reset(&line);
		buf_addf(&line, "%zu. %s %s: ", count + 1, severity_name(f->severity), f->rule);
		finding_text(&line, f, LIMIT_MESSAGE_BYTES);
		buf_addc(&line, '\n');
		chars += utf8_chars(buf_span(&line));
		if (chars > max_chars)
			break;
		buf_add_span(out, buf_span(&line));
	}
	foot(out, m, m->total - (int64_t)count);
	buf_clear(&line);
	buf_clear(&tail);
}
