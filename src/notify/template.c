/* What the names of a template stand for. */
#include "base/base.h"
#include "notify/receiver.h"

#include <inttypes.h>

#include "base/limits.h"
#include "config/fill.h"

struct word {
	const char *name, *text;
};

static const char *find(const struct word *words, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i].name, name) == 0)
			return words[i].text;
	return NULL;
}

static void of_finding(struct buf *out, const struct finding *f, size_t number, const char *name)
{
	const struct word words[] = {{"rule", f->rule}, {"title", f->title}, {"severity", severity_name(f->severity)},
		{"shop", f->shop}, {"message", f->message}, {"field", f->field}, {"value", f->value},
		{"query", f->query}, {"index", f->index}, {"id", f->id}, {"state", finding_state_names[f->state]}};
	const char *text = find(words, ARRAY_LEN(words), name);

	if (strcmp(name, "number") == 0)
		buf_addf(out, "%zu", number);
	else if (strcmp(name, "key") == 0)
		key_display(out, span_of(f->key));
	else if (text)
		buf_adds(out, text);
}

static void of_message(struct buf *out, const struct message *m, const char *name, size_t max_chars)
{
	char at[32];
	enum severity severity;

	clock_text(at, m->at);
	const struct word words[] = {{"event", m->resolved ? "resolved" : "found"},
		{"severity", severity_name(m->severity)}, {"group", m->group_key}, {"key", m->dedup_key},
		{"run", m->run_id}, {"manifest", m->manifest}, {"at", at}};
	const char *text = find(words, ARRAY_LEN(words), name);

	if (strcmp(name, "title") == 0)
		message_title(out, m, 0);
	else if (strcmp(name, "text") == 0)
		message_plain(out, m, max_chars);
	else if (strcmp(name, "total") == 0)
		buf_addf(out, "%" PRId64, m->total);
	else if (text)
		buf_adds(out, text);
	else if (severity_parse(&severity, name))
		buf_addf(out, "%" PRId64, m->by_severity[severity]);
}

static void value(void *arg, struct buf *out, const char *name, ptrdiff_t finding, size_t max_chars)
{
	const struct message *m = arg;
	struct buf whole;

	buf_init(&whole, LIMIT_NOTICE_BYTES);
	if (finding >= 0)
		of_finding(&whole, &m->top[finding], (size_t)finding + 1, name);
	else
		of_message(&whole, m, name, max_chars);
	message_cut(out, buf_span(&whole), max_chars);
	buf_clear(&whole);
}

int message_fill(struct buf *out, const struct message *m, const char *template, struct error *e)
{
	struct message copy = *m;
	struct fill fill = {value, &copy, m->top_count, m->total};

	return fill_render(out, template, &fill, e);
}
