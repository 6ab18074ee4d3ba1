/* A message as JSON and as lines for people. */
#include "base/base.h"
#include "notify/receiver.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/utf8.h"

static void counts(struct jsonout *j, const struct message *m)
{
	jsonout_key(j, "by_severity");
	jsonout_open(j, '{');
	for (int s = SEVERITY_COUNT - 1; s >= 0; s--)
		jsonout_pair_int(j, severity_name((enum severity)s), m->by_severity[s]);
	jsonout_close(j, '}');
}

size_t message_fitting(const struct message *m, size_t bytes)
{
	struct buf one;
	size_t count = 0;

	buf_init(&one, LIMIT_NOTICE_FINDINGS_BYTES);
	for (; count < m->top_count; count++) {
		buf_reset(&one);
		finding_json(&one, &m->top[count]);
		if (buf_over(&one) || one.len + 1 > bytes)
			break;
		bytes -= one.len + 1;
	}
	buf_clear(&one);
	return count;
}

void message_findings(struct jsonout *j, const struct message *m, size_t count)
{
	struct buf one;

	buf_init(&one, LIMIT_NOTICE_FINDINGS_BYTES);
	jsonout_key(j, "findings");
	jsonout_open(j, '[');
	for (size_t i = 0; i < count; i++) {
		buf_reset(&one);
		finding_json(&one, &m->top[i]);
		jsonout_raw(j, buf_span(&one));
	}
	jsonout_close(j, ']');
	jsonout_pair_int(j, "findings_left_out", m->total - (int64_t)count);
	buf_clear(&one);
}

void message_json(struct buf *out, const struct message *m)
{
	message_json_within(out, m, LIMIT_NOTICE_FINDINGS_BYTES);
}

void message_json_within(struct buf *out, const struct message *m, size_t bytes)
{
	struct jsonout j;
	struct buf title;
	char at[32];

	buf_init(&title, LIMIT_NOTICE_BYTES);
	clock_text(at, m->at);
	jsonout_init(&j, out);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "format", "kenpin-message");
	jsonout_pair_int(&j, "version", 1);
	jsonout_pair(&j, "event", m->resolved ? "resolved" : "found");
	jsonout_pair(&j, "dedup_key", m->dedup_key);
	jsonout_pair(&j, "group", m->group_key);
	jsonout_pair(&j, "severity", severity_name(m->severity));
	message_title(&title, m, 0);
	jsonout_pair_span(&j, "title", buf_span(&title));
	jsonout_pair_int(&j, "total", m->total);
	counts(&j, m);
	jsonout_pair(&j, "run", m->run_id);
	jsonout_pair(&j, "manifest", m->manifest);
	jsonout_pair(&j, "at", at);
	message_findings(&j, m, message_fitting(m, bytes));
	jsonout_close(&j, '}');
	buf_clear(&title);
}

/* Control characters, line and paragraph separators, and those that change the direction of writing. */
static bool unfit_for_a_line(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069);
}

void message_line(struct buf *out, struct span text)
{
	const char *p = text.p, *end = text.p + text.n;

	while (p < end) {
		const char *start = p;
		uint32_t code = utf8_next(&p, end);

		if (code == '\t' || code == '\n' || code == '\r')
			buf_addc(out, ' ');
		else if (unfit_for_a_line(code))
			buf_adds(out, "\xef\xbf\xbd");
		else
			buf_add(out, start, (size_t)(p - start));
	}
}

const char *message_label(const char *at, struct span *name, struct span *value)
{
	while (*at) {
		size_t equals = strcspn(at, "= "), whole = strcspn(at, " ");
		const char *label = at;

		at += whole + (at[whole] == ' ');
		if (equals > 0 && equals < whole) {
			*name = (struct span){label, equals};
			*value = (struct span){label + equals + 1, whole - equals - 1};
			return at;
		}
	}
	return NULL;
}

void message_title(struct buf *out, const struct message *m, size_t max_chars)
{
	struct buf title, line;

	buf_init(&title, LIMIT_NOTICE_BYTES);
	buf_init(&line, LIMIT_NOTICE_BYTES);
	if (m->resolved)
		buf_adds(&title, "resolved: ");
	if (m->total == 1 && m->top_count == 1) {
		const struct finding *f = &m->top[0];
		buf_addf(&title, "%s: ", f->rule);
		if (f->shop != NULL && f->shop[0] != '\0')
			buf_addf(&title, "shop %s, ", f->shop);
		key_display(&title, span_of(f->key));
		buf_addf(&title, ": %s", f->message);
	} else {
		buf_addf(&title, "%" PRId64 " findings (%s)", m->total, m->group_key);
		if (m->top_count > 0)
			buf_addf(&title, ", first: %s", m->top[0].message);
	}
	message_line(&line, buf_span(&title));
	message_cut(out, buf_span(&line), max_chars > 0 ? max_chars : SIZE_MAX);
	buf_clear(&line);
	buf_clear(&title);
}
