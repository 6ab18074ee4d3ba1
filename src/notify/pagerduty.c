/*
 * Receiver: PagerDuty Events API v2 (https://developer.pagerduty.com, "Send an
 * event"). What its OpenAPI document lets through but the service refuses or
 * cuts is checked here: payload and dedup_key present, their lengths, the size of an event.
 */
#include "base/base.h"
#include "notify/receiver.h"

#include "base/limits.h"
#include "base/utf8.h"

#define DEFAULT_URL "https://events.pagerduty.com"
#define FINDINGS_HEAD 256 /* bytes around the findings in an event */

static void pair_if_filled(struct jsonout *j, const char *key, const char *text)
{
	if (text && *text)
		jsonout_pair(j, key, text);
}

static void details(struct jsonout *j, const struct message *m, size_t count)
{
	jsonout_key(j, "custom_details");
	jsonout_open(j, '{');
	jsonout_pair_int(j, "total", m->total);
	for (int s = SEVERITY_COUNT - 1; s >= 0; s--)
		jsonout_pair_int(j, severity_name((enum severity)s), m->by_severity[s]);
	pair_if_filled(j, "run", m->run_id);
	pair_if_filled(j, "manifest", m->manifest);
	message_findings(j, m, count);
	jsonout_close(j, '}');
}

static void payload(struct jsonout *j, const struct message *m, size_t count)
{
	const struct finding *first = m->top_count > 0 ? &m->top[0] : NULL;
	struct buf title;
	char at[32];

	buf_init(&title, LIMIT_NOTICE_BYTES);
	message_title(&title, m, LIMIT_PAGERDUTY_SUMMARY_CHARS);
	clock_text(at, m->at);
	jsonout_key(j, "payload");
	jsonout_open(j, '{');
	jsonout_pair_span(j, "summary", buf_span(&title));
	jsonout_pair(j, "source", first && first->index && first->index[0] ? first->index : "kenpin");
	jsonout_pair(j, "severity", severity_name(m->severity)); /* the four names are PagerDuty's own */
	jsonout_pair(j, "timestamp", at);
	jsonout_pair(j, "group", m->group_key);
	if (first) {
		pair_if_filled(j, "component", first->query);
		pair_if_filled(j, "class", first->rule);
	}
	details(j, m, count);
	jsonout_close(j, '}');
	buf_clear(&title);
}

/* The routing key is a secret and comes last, when it is sent. */
static void event(struct buf *body, const struct message *m, size_t count)
{
	struct jsonout j;

	jsonout_init(&j, body);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "event_action", m->resolved ? "resolve" : "trigger");
	jsonout_pair(&j, "dedup_key", m->dedup_key);
	if (!m->resolved) {
		jsonout_pair(&j, "client", "kenpin");
		payload(&j, m, count);
	}
	jsonout_close(&j, '}');
}

/* Too large: fewer findings are named, and how many are left out is said. */
static int build(const struct receiver *r, const struct message *m, struct buf *body, struct error *e)
{
	size_t most = LIMIT_PAGERDUTY_EVENT_BYTES - LIMIT_PAGERDUTY_KEY_BYTES - FINDINGS_HEAD;

	(void)r;
	if (m->dedup_key == NULL || m->dedup_key[0] == '\0' ||
		utf8_chars(span_of(m->dedup_key)) > LIMIT_PAGERDUTY_DEDUP_CHARS)
		return error_set(e, ERROR_OWED, "PagerDuty wants a dedup_key of 1 to %d characters",
			LIMIT_PAGERDUTY_DEDUP_CHARS);
	event(body, m, 0);
	if (body->len > most)
		return error_set(e, ERROR_OWED, "the event is larger than %u bytes (LIMIT_PAGERDUTY_EVENT_BYTES)",
			LIMIT_PAGERDUTY_EVENT_BYTES);
	size_t count = message_fitting(m, most - body->len);
	buf_reset(body);
	event(body, m, count);
	return 0;
}

static void judge(const struct receiver *r, const struct http_answer *a, struct outcome *out)
{
	receiver_judge(r, a, out);
	/* 202 is the only success that is documented */
	if (out->verdict == VERDICT_SENT && a->status != 202)
		outcome_set(out, VERDICT_RETRY, "HTTP %ld where 202 is documented", a->status);
}

static char *address(const struct receiver *r)
{
	struct span base = span_of(r->config->url_text ? r->config->url_text : DEFAULT_URL);

	while (base.n > 0 && base.p[base.n - 1] == '/')
		base.n--;
	return xasprintf("%.*s/v2/enqueue", SPAN_ARG(base));
}

/* BODY with the routing key before its other members. */
static void post(struct receiver *r, const char *key, struct span body, struct outcome *out)
{
	const char *secrets[] = {key, NULL};
	char *url = address(r);
	struct buf whole;

	buf_init(&whole, LIMIT_PAGERDUTY_EVENT_BYTES);
	buf_adds(&whole, "{\"routing_key\":\"");
	jsonout_escape(&whole, span_of(key));
	buf_adds(&whole, "\",");
	buf_add(&whole, body.p + 1, body.n - 1);
	if (buf_over(&whole))
		outcome_set(out, VERDICT_RETRY, "the routing key is longer than %d bytes", LIMIT_PAGERDUTY_KEY_BYTES);
	else
		receiver_post(r, &(struct post){.url = url, .body = buf_span(&whole), .secrets = secrets}, out);
	buf_clear(&whole);
	free(url);
}

static void send(struct receiver *r, const struct message *m, struct span body, struct outcome *out)
{
	struct error e = {0};
	struct arena arena;

	(void)m;
	arena_init(&arena);
	const char *key = secret_value(&r->config->routing_key, &arena, &e);
	if (key == NULL)
		outcome_set(out, VERDICT_RETRY, "%s", e.message);
	else
		post(r, key, body, out);
	arena_clear(&arena);
}

static int check(struct receiver *r, struct error *e)
{
	char *url = address(r);
	int result = receiver_reach_with(r, &r->config->routing_key, url, e);

	free(url);
	return result;
}

const struct receiver_ops receiver_pagerduty = {
	.kind = "pagerduty",
	.limits = {.body_bytes = LIMIT_PAGERDUTY_EVENT_BYTES, .title_chars = LIMIT_PAGERDUTY_SUMMARY_CHARS},
	.resolves = true,
	.build = build,
	.judge = judge,
	.send = send,
	.check = check,
};
