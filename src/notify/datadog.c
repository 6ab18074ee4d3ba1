/*
 * Receiver: Datadog, one of three intakes: events v1 (it wants the API key
 * alone), logs v2, series v2. What they cut silently is cut here and said.
 */
#include "base/base.h"
#include "notify/receiver.h"

#include "base/limits.h"

#define METRIC_AGE_MS 3000000 /* an hour is the oldest point that is taken; a late one is told as of now */

/* ---- tags ---- */

/* One tag a line: no text of a message has a line break in it. */
static void tag(struct buf *list, const char *name, struct span value)
{
	struct buf whole, line;

	if (value.n == 0)
		return;
	buf_init(&whole, LIMIT_NOTICE_BYTES);
	buf_init(&line, LIMIT_NOTICE_BYTES);
	buf_addf(&whole, "%s:%.*s", name, SPAN_ARG(value));
	message_line(&line, buf_span(&whole));
	message_cut(list, buf_span(&line), LIMIT_DATADOG_TAG_CHARS);
	buf_addc(list, '\n');
	buf_clear(&line);
	buf_clear(&whole);
}

static void own_tags(struct buf *list, const struct receiver *r)
{
	for (size_t i = 0; i < r->config->tags.count; i++) {
		message_line(list, span_of(r->config->tags.items[i]));
		buf_addc(list, '\n');
	}
}

static void group_tags(struct buf *list, const struct message *m)
{
	struct span name, value;

	for (const char *at = m->group_key; (at = message_label(at, &name, &value)) != NULL;) {
		if (name.n < LIMIT_NAME_CHARS) {
			char key[LIMIT_NAME_CHARS];

			snprintf(key, sizeof(key), "%.*s", SPAN_ARG(name));
			tag(list, key, value);
		}
	}
}

static void tag_list(struct jsonout *j, const struct buf *list)
{
	jsonout_key(j, "tags");
	jsonout_open(j, '[');
	for (const char *p = buf_text(list); *p;) {
		size_t n = strcspn(p, "\n");

		jsonout_span(j, (struct span){p, n});
		p += n + (p[n] == '\n');
	}
	jsonout_close(j, ']');
}

/* The same in one text, where a comma parts two tags. */
static void tag_text(struct jsonout *j, struct buf *list)
{
	for (size_t i = 0; i < list->len; i++) {
		if (list->data[i] == ',')
			list->data[i] = '_';
		else if (list->data[i] == '\n')
			list->data[i] = ',';
	}
	if (list->len > 0)
		list->len--;
	jsonout_pair_span(j, "ddtags", buf_span(list));
}

/* ---- events ---- */

static const char *alert_type(const struct message *m)
{
	static const char *const types[SEVERITY_COUNT] = {"info", "warning", "error", "error"};

	return m->resolved ? "success" : types[m->severity];
}

static void event_text(struct jsonout *j, const struct message *m)
{
	struct buf whole, cut;

	buf_init(&whole, LIMIT_NOTICE_BYTES);
	buf_init(&cut, LIMIT_NOTICE_BYTES);
	message_title(&cut, m, LIMIT_DATADOG_TITLE_CHARS);
	jsonout_pair_span(j, "title", buf_span(&cut));
	buf_reset(&cut);
	message_plain(&whole, m, LIMIT_DATADOG_TEXT_CHARS);
	message_cut(&cut, buf_span(&whole), LIMIT_DATADOG_TEXT_CHARS); /* a group key may be longer than that */
	jsonout_pair_span(j, "text", buf_span(&cut));
	buf_clear(&cut);
	buf_clear(&whole);
}

/* A key is never cut: two that begin alike would be one. */
static int event(const struct receiver *r, const struct message *m, struct buf *body, struct error *e)
{
	struct jsonout j;
	struct buf tags;

	if (m->dedup_key == NULL || strlen(m->dedup_key) > LIMIT_DATADOG_KEY_CHARS)
		return error_set(e, ERROR_OWED, "Datadog wants an aggregation_key of at most %d characters",
			LIMIT_DATADOG_KEY_CHARS);
	buf_init(&tags, LIMIT_NOTICE_BYTES);
	jsonout_init(&j, body);
	jsonout_open(&j, '{');
	event_text(&j, m);
	jsonout_pair(&j, "aggregation_key", m->dedup_key);
	jsonout_pair(&j, "alert_type", alert_type(m));
	jsonout_pair(&j, "priority", m->severity == SEVERITY_INFO || m->resolved ? "low" : "normal");
	jsonout_pair(&j, "source_type_name", "kenpin");
	own_tags(&tags, r);
	tag(&tags, "severity", span_of(severity_name(m->severity)));
	group_tags(&tags, m);
	tag_list(&j, &tags);
	jsonout_close(&j, '}');
	buf_clear(&tags);
	return 0;
}

/* ---- logs ---- */

static void entry_head(struct jsonout *j, struct span message, enum severity severity, bool resolved, struct buf *tags)
{
	static const char *const status[SEVERITY_COUNT] = {"info", "warning", "error", "critical"};

	jsonout_open(j, '{');
	jsonout_pair_span(j, "message", message);
	jsonout_pair(j, "ddsource", "kenpin");
	jsonout_pair(j, "service", "kenpin");
	jsonout_pair(j, "status", resolved ? "ok" : status[severity]);
	tag_text(j, tags);
}

static void finding_entry(struct jsonout *j, const struct receiver *r, const struct message *m, const struct finding *f)
{
	struct buf text, tags;

	buf_init(&text, LIMIT_NOTICE_BYTES);
	buf_init(&tags, LIMIT_NOTICE_BYTES);
	own_tags(&tags, r);
	tag(&tags, "severity", span_of(severity_name(f->severity)));
	tag(&tags, "rule", span_of(f->rule));
	tag(&tags, "shop", span_of(f->shop));
	tag(&tags, "query", span_of(f->query));
	buf_addf(&text, "%s%s: ", m->resolved ? "resolved: " : "", f->rule);
	finding_text(&text, f, LIMIT_DATADOG_TEXT_CHARS);
	entry_head(j, buf_span(&text), f->severity, m->resolved, &tags);
	jsonout_pair(j, "dedup_key", m->dedup_key);
	jsonout_pair(j, "run", m->run_id);
	buf_reset(&text);
	finding_json(&text, f);
	jsonout_pair_raw(j, "finding", buf_span(&text));
	jsonout_close(j, '}');
	buf_clear(&tags);
	buf_clear(&text);
}

/* An entry for the message, then one a finding that it names. */
static void logs(const struct receiver *r, const struct message *m, struct buf *body)
{
	size_t count = message_fitting(m, LIMIT_DATADOG_LOG_BYTES);
	struct jsonout j;
	struct buf text, tags;

	buf_init(&text, LIMIT_NOTICE_BYTES);
	buf_init(&tags, LIMIT_NOTICE_BYTES);
	jsonout_init(&j, body);
	jsonout_open(&j, '[');
	own_tags(&tags, r);
	tag(&tags, "severity", span_of(severity_name(m->severity)));
	group_tags(&tags, m);
	message_title(&text, m, LIMIT_DATADOG_TEXT_CHARS);
	entry_head(&j, buf_span(&text), m->severity, m->resolved, &tags);
	jsonout_pair(&j, "dedup_key", m->dedup_key);
	jsonout_pair(&j, "group", m->group_key);
	jsonout_pair(&j, "run", m->run_id);
	if (m->manifest)
		jsonout_pair(&j, "manifest", m->manifest);
	jsonout_pair_int(&j, "total", m->total);
	jsonout_pair_int(&j, "findings_left_out", m->total - (int64_t)count);
	jsonout_close(&j, '}');
	for (size_t i = 0; i < count; i++)
		finding_entry(&j, r, m, &m->top[i]);
	jsonout_close(&j, ']');
	buf_clear(&tags);
	buf_clear(&text);
}

/* ---- metrics ---- */

static void series(struct jsonout *j, const struct receiver *r, const struct message *m, enum severity s, int64_t at)
{
	struct buf tags;

	buf_init(&tags, LIMIT_NOTICE_BYTES);
	own_tags(&tags, r);
	tag(&tags, "severity", span_of(severity_name(s)));
	group_tags(&tags, m);
	jsonout_open(j, '{');
	jsonout_pair(j, "metric", m->resolved ? "kenpin.findings.resolved" : "kenpin.findings.found");
	jsonout_pair_int(j, "type", 1); /* count */
	jsonout_pair(j, "unit", "finding");
	jsonout_key(j, "points");
	jsonout_open(j, '[');
	jsonout_open(j, '{');
	jsonout_pair_int(j, "timestamp", at / 1000);
	jsonout_pair_int(j, "value", m->by_severity[s]);
	jsonout_close(j, '}');
	jsonout_close(j, ']');
	tag_list(j, &tags);
	jsonout_close(j, '}');
	buf_clear(&tags);
}

/* The time is the message's, not that of the try: a point that is sent twice counts once. */
static void metrics(const struct receiver *r, const struct message *m, struct buf *body)
{
	int64_t now = clock_now(r->context->clock), at = now - m->at > METRIC_AGE_MS ? now : m->at;
	struct jsonout j;

	jsonout_init(&j, body);
	jsonout_open(&j, '{');
	jsonout_key(&j, "series");
	jsonout_open(&j, '[');
	for (int s = 0; s < SEVERITY_COUNT; s++)
		if (m->by_severity[s] > 0)
			series(&j, r, m, (enum severity)s, at);
	jsonout_close(&j, ']');
	jsonout_close(&j, '}');
}

/* ---- requests ---- */

static int build(const struct receiver *r, const struct message *m, struct buf *body, struct error *e)
{
	switch ((enum datadog_intake)r->config->intake) {
	case DATADOG_EVENTS: return event(r, m, body, e);
	case DATADOG_LOGS: logs(r, m, body); break;
	case DATADOG_METRICS: metrics(r, m, body); break;
	}
	return 0;
}

static void judge(const struct receiver *r, const struct http_answer *a, struct outcome *out)
{
	receiver_judge(r, a, out);
	if (out->verdict == VERDICT_SENT && a->status != 200 && a->status != 202)
		outcome_set(out, VERDICT_RETRY, "HTTP %ld where 202 is documented", a->status);
	if (a->status == 429 && out->retry_after_ms < 0)
		out->retry_after_ms = a->reset_ms;
}

static char *address(const struct receiver *r)
{
	static const struct {
		const char *host, *path;
	} intakes[] = {
		[DATADOG_EVENTS] = {"api", "/api/v1/events"},
		[DATADOG_LOGS] = {"http-intake.logs", "/api/v2/logs"},
		[DATADOG_METRICS] = {"api", "/api/v2/series"},
	};
	const struct receiver_config *c = r->config;
	struct span base = span_of(c->url_text);

	if (c->url_text == NULL)
		return xasprintf("https://%s.%s%s", intakes[c->intake].host, c->site, intakes[c->intake].path);
	while (base.n > 0 && base.p[base.n - 1] == '/')
		base.n--;
	return xasprintf("%.*s%s", SPAN_ARG(base), intakes[c->intake].path);
}

static void send(struct receiver *r, const struct message *m, struct span body, struct outcome *out)
{
	struct error e = {0};
	struct arena arena;

	(void)m;
	arena_init(&arena);
	const char *key = secret_value(&r->config->api_key, &arena, &e);
	if (key == NULL) {
		outcome_set(out, VERDICT_RETRY, "%s", e.message);
	} else {
		const char *secrets[] = {key, NULL};
		char *url = address(r);

		receiver_post(r,
			&(struct post){.url = url,
				.authorization = arena_printf(&arena, "DD-API-KEY: %s", key),
				.body = body,
				.secrets = secrets},
			out);
		free(url);
	}
	arena_clear(&arena);
}

static int check(struct receiver *r, struct error *e)
{
	char *url = address(r);
	int result = receiver_reach_with(r, &r->config->api_key, url, e);

	free(url);
	return result;
}

const struct receiver_ops receiver_datadog = {
	.kind = "datadog",
	.limits = {.body_bytes = LIMIT_NOTICE_BYTES, .title_chars = LIMIT_DATADOG_TITLE_CHARS},
	.resolves = true,
	.build = build,
	.judge = judge,
	.send = send,
	.check = check,
};
