/* Receiver: a topic of Amazon SNS. Subscribers may filter by the attributes severity, event and dedup_key. */
#include "base/base.h"
#include "notify/aws.h"

#include "base/limits.h"

static const struct aws_service service = {
	"sns", "sns", "/", "Content-Type: application/x-www-form-urlencoded; charset=utf-8", NULL};

/* As a form has it: a space is "+". */
static void pair(struct buf *out, const char *name, struct span value)
{
	buf_addf(out, "%s%s=", out->len ? "&" : "", name);
	for (size_t at = 0, n = 0; at < value.n; at += n) {
		for (n = 0; at + n < value.n && value.p[at + n] != ' ';)
			n++;
		http_escape(out, (struct span){value.p + at, n});
		if (at + n < value.n) {
			buf_addc(out, '+');
			n++;
		}
	}
}

static void attribute(struct buf *out, int n, const char *name, const char *value)
{
	char key[64];

	snprintf(key, sizeof(key), "MessageAttributes.entry.%d.Name", n);
	pair(out, key, span_of(name));
	snprintf(key, sizeof(key), "MessageAttributes.entry.%d.Value.DataType", n);
	pair(out, key, SPAN_LITERAL("String"));
	snprintf(key, sizeof(key), "MessageAttributes.entry.%d.Value.StringValue", n);
	pair(out, key, span_of(value));
}

/* A subject is ASCII; what it leaves out stands in the text. */
static void subject(struct buf *out, const struct message *m)
{
	struct buf text;

	buf_init(&text, LIMIT_NOTICE_BYTES);
	buf_adds(&text, m->resolved ? "resolved: " : "");
	message_counts(&text, m);
	if (text.len > LIMIT_SNS_SUBJECT_CHARS) {
		buf_reset(&text);
		buf_adds(&text, "findings");
	}
	pair(out, "Subject", buf_span(&text));
	buf_clear(&text);
}

static int build(const struct receiver *r, const struct message *m, struct buf *body, struct error *e)
{
	struct buf text;
	int result = 0;

	buf_init(&text, LIMIT_NOTICE_BYTES);
	if (r->config->content == AWS_CONTENT_JSON)
		result = aws_json(&text, m, LIMIT_SNS_BYTES, e);
	else
		message_plain(&text, m, LIMIT_SNS_BYTES / 4);
	if (result == 0) {
		pair(body, "Action", SPAN_LITERAL("Publish"));
		pair(body, "Version", SPAN_LITERAL("2010-03-31"));
		pair(body, "TopicArn", span_of(r->config->place));
		subject(body, m);
		pair(body, "Message", buf_span(&text));
		attribute(body, 1, "severity", severity_name(m->severity));
		attribute(body, 2, "event", m->resolved ? "resolved" : "found");
		attribute(body, 3, "dedup_key", m->dedup_key);
	}
	if (result == 0 && aws_is_fifo(r->config)) {
		char id[SHA_HEX];

		aws_message_id(id, m);
		pair(body, "MessageDeduplicationId", span_of(id));
		aws_group_id(id, m);
		pair(body, "MessageGroupId", span_of(id));
	}
	buf_clear(&text);
	return result;
}

const struct receiver_ops receiver_sns = {
	.kind = "sns",
	.limits = {.body_bytes = LIMIT_NOTICE_BYTES, .title_chars = LIMIT_SNS_SUBJECT_CHARS},
	.resolves = true,
	.build = build,
	.judge = aws_judge,
	.send = aws_send,
	.check = aws_check,
	.service = &service,
};
