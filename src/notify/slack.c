/*
 * Receiver: Slack, by an incoming webhook or by chat.postMessage, as blocks
 * ("Reference: blocks", "chat.postMessage"). Texts of findings are plain_text,
 * so that what is written in data is neither formatted nor taken for a mention.
 */
#include "base/base.h"
#include "notify/receiver.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "ext/json.h"

#define API "https://slack.com/api"

static bool has_token(const struct receiver *r)
{
	return r->config->token.from != SECRET_NONE;
}

/* ---- blocks ---- */

static void plain_text(struct jsonout *j, struct span text)
{
	jsonout_open(j, '{');
	jsonout_pair(j, "type", "plain_text");
	jsonout_pair_span(j, "text", text);
	jsonout_pair_bool(j, "emoji", false);
	jsonout_close(j, '}');
}

static void block(struct jsonout *j, const char *type, struct span text)
{
	jsonout_open(j, '{');
	jsonout_pair(j, "type", type);
	jsonout_key(j, "text");
	plain_text(j, text);
	jsonout_close(j, '}');
}

static void element(struct jsonout *j, const char *name, const char *value)
{
	struct buf whole, text;

	if (value == NULL || value[0] == '\0')
		return;
	buf_init(&whole, LIMIT_NOTICE_BYTES);
	buf_init(&text, LIMIT_NOTICE_BYTES);
	buf_addf(&whole, "%s: %s", name, value);
	message_cut(&text, buf_span(&whole), LIMIT_SLACK_CONTEXT_CHARS);
	plain_text(j, buf_span(&text));
	buf_clear(&text);
	buf_clear(&whole);
}

static void context(struct jsonout *j, const struct message *m)
{
	jsonout_open(j, '{');
	jsonout_pair(j, "type", "context");
	jsonout_key(j, "elements");
	jsonout_open(j, '[');
	element(j, "group", m->group_key);
	element(j, "manifest", m->manifest);
	element(j, "run", m->run_id);
	element(j, "key", m->dedup_key);
	jsonout_close(j, ']');
	jsonout_close(j, '}');
}

/* Sections of the findings, as many as fit beside the other three or four blocks; the number of those named. */
static size_t sections(struct jsonout *j, const struct message *m)
{
	size_t count = 0, chars = 0;
	struct buf text;

	buf_init(&text, LIMIT_NOTICE_BYTES);
	for (; count < m->top_count && count < LIMIT_SLACK_BLOCKS - 4; count++) {
		const struct finding *f = &m->top[count];

		buf_reset(&text);
		buf_addf(&text, "%s: %s\n", severity_name(f->severity), f->rule);
		finding_text(&text, f, LIMIT_SLACK_SECTION_CHARS - utf8_chars(buf_span(&text)));
		chars += utf8_chars(buf_span(&text));
		if (chars > LIMIT_SLACK_BLOCKS_CHARS)
			break;
		block(j, "section", buf_span(&text));
	}
	buf_clear(&text);
	return count;
}

static void blocks(struct buf *out, const struct message *m)
{
	struct jsonout j;
	struct buf text;

	buf_init(&text, LIMIT_NOTICE_BYTES);
	jsonout_init(&j, out);
	jsonout_open(&j, '[');
	message_title(&text, m, LIMIT_SLACK_HEADER_CHARS);
	block(&j, "header", buf_span(&text));
	buf_reset(&text);
	message_counts(&text, m);
	block(&j, "section", buf_span(&text));
	int64_t left_out = m->total - (int64_t)sections(&j, m);
	if (left_out > 0) {
		buf_reset(&text);
		buf_addf(&text, "%lld more, not named here", (long long)left_out);
		block(&j, "section", buf_span(&text));
	}
	context(&j, m);
	jsonout_close(&j, ']');
	buf_clear(&text);
}

/* What a notification shows. It is read as Slack's own markup, so the three characters that begin some are escaped. */
static void notification(struct buf *out, const struct message *m)
{
	struct buf title;

	buf_init(&title, LIMIT_NOTICE_BYTES);
	message_title(&title, m, LIMIT_SLACK_TEXT_CHARS / 5); /* &amp; is five */
	for (size_t i = 0; i < title.len; i++) {
		switch (title.data[i]) {
		case '&': buf_adds(out, "&amp;"); break;
		case '<': buf_adds(out, "&lt;"); break;
		case '>': buf_adds(out, "&gt;"); break;
		default: buf_addc(out, title.data[i]); break;
		}
	}
	buf_clear(&title);
}

/* For programs that read the channel: which message is it, and is it over. */
static void metadata(struct buf *out, const struct message *m)
{
	struct jsonout j;

	jsonout_init(&j, out);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "event_type", "kenpin_message");
	jsonout_key(&j, "event_payload");
	jsonout_open(&j, '{');
	jsonout_pair(&j, "dedup_key", m->dedup_key);
	jsonout_pair(&j, "event", m->resolved ? "resolved" : "found");
	jsonout_pair(&j, "severity", severity_name(m->severity));
	jsonout_pair_int(&j, "total", m->total);
	jsonout_close(&j, '}');
	jsonout_close(&j, '}');
}

/* ---- body ---- */

static void field(struct buf *form, const char *name, struct span value)
{
	buf_addf(form, "%s%s=", form->len > 0 ? "&" : "", name);
	http_escape(form, value);
}

/* chat.postMessage as a form: the one body that the service's own document describes. */
static int build(const struct receiver *r, const struct message *m, struct buf *body, struct error *e)
{
	struct buf text, list, meta;
	struct jsonout j;

	(void)e;
	buf_init(&text, LIMIT_NOTICE_BYTES);
	buf_init(&list, LIMIT_NOTICE_BYTES);
	buf_init(&meta, LIMIT_NOTICE_BYTES);
	notification(&text, m);
	blocks(&list, m);
	if (has_token(r)) {
		metadata(&meta, m);
		field(body, "channel", span_of(r->config->channel));
		field(body, "text", buf_span(&text));
		field(body, "blocks", buf_span(&list));
		field(body, "metadata", buf_span(&meta));
		field(body, "unfurl_links", span_of("false"));
	} else {
		jsonout_init(&j, body);
		jsonout_open(&j, '{');
		jsonout_pair_span(&j, "text", buf_span(&text));
		jsonout_pair_raw(&j, "blocks", buf_span(&list));
		jsonout_close(&j, '}');
	}
	buf_clear(&meta);
	buf_clear(&list);
	buf_clear(&text);
	return 0;
}

/* ---- answers ---- */

/* What chat.postMessage gives as a reason and may not say a minute later. */
static bool passes(const char *reason)
{
	static const char *const reasons[] = {"ratelimited", "rate_limited", "message_limit_exceeded", "internal_error",
		"fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"};

	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (strcmp(reason, reasons[i]) == 0)
			return true;
	return false;
}

/* HTTP 200 with "ok": false is a refusal. */
static void judge_api(const struct http_answer *a, struct outcome *out)
{
	struct error e = {0};
	struct json *answer = json_parse(buf_span(&a->body), ERROR_OWED, "answer", &e);
	const char *reason = json_text(answer, "error", "");

	if (json_flag(answer, "ok", false))
		outcome_set(out, VERDICT_SENT, "ok, message %s", json_text(answer, "ts", "without a ts"));
	else if (reason[0] == '\0')
		outcome_set(out, VERDICT_RETRY, "the answer is not one of chat.postMessage");
	else
		outcome_set(out, passes(reason) ? VERDICT_RETRY : VERDICT_REFUSED, "Slack says %s", reason);
	if (out->verdict == VERDICT_RETRY)
		out->retry_after_ms = a->retry_after_ms;
	json_free(answer);
}

static void judge(const struct receiver *r, const struct http_answer *a, struct outcome *out)
{
	receiver_judge(r, a, out);
	if (out->verdict != VERDICT_SENT)
		return;
	if (has_token(r))
		judge_api(a, out);
	else if (!span_is(buf_span(&a->body), "ok"))
		outcome_set(out, VERDICT_RETRY, "HTTP %ld without \"ok\": no incoming webhook of Slack", a->status);
}

/* ---- sending ---- */

/* The address, and the header that lets a bot in; NULL with *E. */
static const char *access_read(
	const struct receiver *r, struct arena *arena, const char **token, const char **header, struct error *e)
{
	const struct receiver_config *c = r->config;
	const char *base = c->url_text ? c->url_text : API;
	size_t n = strlen(base);

	*token = *header = NULL;
	if (!has_token(r))
		return c->url.from == SECRET_NONE ? c->url_text : secret_value(&c->url, arena, e);
	*token = secret_value(&c->token, arena, e);
	if (*token == NULL)
		return NULL;
	*header = arena_printf(arena, "Authorization: Bearer %s", *token);
	return arena_printf(arena, "%.*s/chat.postMessage", (int)(n > 0 && base[n - 1] == '/' ? n - 1 : n), base);
}

static void send(struct receiver *r, const struct message *m, struct span body, struct outcome *out)
{
	const char *token, *header;
	struct error e = {0};
	struct arena arena;

	(void)m;
	arena_init(&arena);
	const char *url = access_read(r, &arena, &token, &header, &e);
	if (url == NULL) {
		outcome_set(out, VERDICT_RETRY, "%s", e.message);
	} else {
		const char *secrets[] = {token ? token : url, NULL};
		struct post post = {.url = url, .authorization = header, .body = body, .secrets = secrets};

		if (token)
			post.content_type = "Content-Type: application/x-www-form-urlencoded; charset=utf-8";
		receiver_post(r, &post, out);
	}
	arena_clear(&arena);
}

static int check(struct receiver *r, struct error *e)
{
	const char *token, *header;
	struct arena arena;

	arena_init(&arena);
	const char *url = access_read(r, &arena, &token, &header, e);
	int result = url ? receiver_reach(r, url, e) : -1;
	arena_clear(&arena);
	return result;
}

const struct receiver_ops receiver_slack = {
	.kind = "slack",
	.limits = {.body_bytes = LIMIT_NOTICE_BYTES, .title_chars = LIMIT_SLACK_HEADER_CHARS},
	.resolves = true,
	.build = build,
	.judge = judge,
	.send = send,
	.check = check,
};
