/*
 * Receiver: PagerDuty Events API v2 (https://developer.pagerduty.com, "Send an
 * event"). What its OpenAPI document lets through but the service refuses or
 * cuts is checked here: payload and dedup_key present, their lengths, the size of an event.
 */
#include "base/base.h"
#include "notify/receiver.h"

#include <inttypes.h>

#include "base/jsonout.h"
#include "base/utf8.h"

#define DEFAULT_URL "https://events.pagerduty.com"
#define MOST_DEDUP_CHARS 255
#define MOST_SUMMARY_CHARS 1024
#define MOST_EVENT_BYTES (512u * 1024)

static void top(struct jsonout *j, const struct message *m, size_t count)
{
	struct buf one;

	buf_init(&one, 1 << 20);
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

static void payload(struct jsonout *j, const struct message *m, size_t count)
{
	struct buf title;
	char at[32];

	buf_init(&title, 1 << 20);
	message_title(&title, m, MOST_SUMMARY_CHARS);
	clock_text(at, m->at);
	jsonout_key(j, "payload");
	jsonout_open(j, '{');
	jsonout_pair_span(j, "summary", buf_span(&title));
	jsonout_pair(
		j, "source", m->top_count > 0 && m->top[0].index && m->top[0].index[0] ? m->top[0].index : "kenpin");
	jsonout_pair(j, "severity", severity_name(m->severity)); /* the four names are PagerDuty's own */
	jsonout_pair(j, "timestamp", at);
	jsonout_pair(j, "group", m->group_key);
	if (m->top_count > 0) {
		jsonout_pair(j, "component", m->top[0].query);
		jsonout_pair(j, "class", m->top[0].rule);
	}
	jsonout_key(j, "custom_details");
	jsonout_open(j, '{');
	jsonout_pair_int(j, "total", m->total);
	for (int s = SEVERITY_COUNT - 1; s >= 0; s--)
		jsonout_pair_int(j, severity_name((enum severity)s), m->by_severity[s]);
	jsonout_pair(j, "run", m->run_id);
	if (m->manifest != NULL)
		jsonout_pair(j, "manifest", m->manifest);
	top(j, m, count);
	jsonout_close(j, '}');
	jsonout_close(j, '}');
	buf_clear(&title);
}

static void event(struct buf *body, const struct message *m, const char *key, size_t count)
{
	struct jsonout j;

	jsonout_init(&j, body);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "routing_key", key);
	jsonout_pair(&j, "event_action", m->resolved ? "resolve" : "trigger");
	jsonout_pair(&j, "dedup_key", m->dedup_key);
	if (!m->resolved) {
		jsonout_pair(&j, "client", "kenpin");
		payload(&j, m, count);
	}
	jsonout_close(&j, '}');
}

static int build(const struct receiver *r, const struct message *m, struct buf *body, struct error *e)
{
	struct arena arena;
	int result = 0;

	if (m->dedup_key == NULL || m->dedup_key[0] == '\0' || utf8_chars(span_of(m->dedup_key)) > MOST_DEDUP_CHARS)
		return error_set(e, ERROR_OWED, "PagerDuty wants a dedup_key of 1 to %d characters", MOST_DEDUP_CHARS);
	arena_init(&arena);
	const char *key = secret_value(&r->config->routing_key, &arena, e);
	if (key == NULL)
		result = -1;
	/* too large: fewer findings are named, and how many are left out is said */
	for (size_t count = m->top_count; result == 0; count--) {
		buf_reset(body);
		event(body, m, key, count);
		if (!buf_over(body) && body->len <= MOST_EVENT_BYTES)
			break;
		if (count == 0)
			result = error_set(e, ERROR_OWED, "the event is larger than %u bytes", MOST_EVENT_BYTES);
	}
	arena_clear(&arena);
	return result;
}

static void judge(const struct receiver *r, const struct http_answer *a, struct outcome *out)
{
	receiver_judge(r, a, out);
	/* 202 is the only success that is documented */
	if (out->verdict == VERDICT_SENT && a->status != 202)
		outcome_set(out, VERDICT_RETRY, "HTTP %ld where 202 is documented", a->status);
}

static void send(struct receiver *r, const struct message *m, struct span body, struct outcome *out)
{
	const char *base = r->config->url_text ? r->config->url_text : DEFAULT_URL;
	char *url = xasprintf("%s/v2/enqueue", base);

	(void)m;
	receiver_post(r, url, NULL, body, out);
	free(url);
}

static int check(struct receiver *r, struct error *e)
{
	struct arena arena;

	arena_init(&arena);
	int result = secret_value(&r->config->routing_key, &arena, e) ? 0 : -1;
	arena_clear(&arena);
	return result;
}

const struct receiver_ops receiver_pagerduty = {
	.kind = "pagerduty",
	.limits = {.body_bytes = MOST_EVENT_BYTES, .title_chars = MOST_SUMMARY_CHARS},
	.resolves = true,
	.build = build,
	.judge = judge,
	.send = send,
	.check = check,
};
