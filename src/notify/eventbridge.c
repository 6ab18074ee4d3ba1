/* Receiver: an event bus of Amazon EventBridge; the message is the event's detail. */
#include "base/base.h"
#include "notify/aws.h"

#include "base/limits.h"
#include "ext/json.h"

#define ROOM_FOR_ENVELOPE 1024

static const struct aws_service service = {
	"events", "events", "/", "Content-Type: application/x-amz-json-1.1", "X-Amz-Target: AWSEvents.PutEvents"};

static int build(const struct receiver *r, const struct message *m, struct buf *body, struct error *e)
{
	struct jsonout j;
	struct buf detail;

	buf_init(&detail, LIMIT_NOTICE_BYTES);
	if (aws_json(&detail, m, LIMIT_EVENTBRIDGE_BYTES - ROOM_FOR_ENVELOPE, e) < 0) {
		buf_clear(&detail);
		return -1;
	}
	jsonout_init(&j, body);
	jsonout_open(&j, '{');
	jsonout_key(&j, "Entries");
	jsonout_open(&j, '[');
	jsonout_open(&j, '{');
	jsonout_pair(&j, "Source", "kenpin");
	jsonout_pair(&j, "DetailType", m->resolved ? "findings resolved" : "findings found");
	jsonout_pair(&j, "EventBusName", r->config->place);
	jsonout_pair_int(&j, "Time", m->at / 1000);
	jsonout_pair_span(&j, "Detail", buf_span(&detail));
	jsonout_close(&j, '}');
	jsonout_close(&j, ']');
	jsonout_close(&j, '}');
	buf_clear(&detail);
	return 0;
}

/* 200 says that the request came; whether the event was taken stands in the answer. */
static void judge(const struct receiver *r, const struct http_answer *a, struct outcome *out)
{
	struct error e = {0};
	struct json *answer;
	const char *code;

	aws_judge(r, a, out);
	if (out->verdict != VERDICT_SENT)
		return;
	answer = json_parse(buf_span(&a->body), ERROR_OWED, "the answer", &e);
	code = json_text(json_at(json_get(answer, "Entries"), 0), "ErrorCode", NULL);
	if (answer == NULL || json_int(answer, "FailedEntryCount", -1) < 0)
		outcome_set(out, VERDICT_RETRY, "HTTP %ld with an answer that is none of EventBridge", a->status);
	else if (code && (strstr(code, "Throttl") || strstr(code, "Internal")))
		outcome_set(out, VERDICT_RETRY, "%s", code);
	else if (code)
		outcome_set(out, VERDICT_REFUSED, "%s: %s", code,
			json_text(json_at(json_get(answer, "Entries"), 0), "ErrorMessage", ""));
	json_free(answer);
}

const struct receiver_ops receiver_eventbridge = {
	.kind = "eventbridge",
	.limits = {.body_bytes = LIMIT_NOTICE_BYTES},
	.resolves = true,
	.build = build,
	.judge = judge,
	.send = aws_send,
	.check = aws_check,
	.service = &service,
};
