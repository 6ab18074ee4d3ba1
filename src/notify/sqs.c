/* Receiver: a queue of Amazon SQS gets the message as JSON. */
#include "base/base.h"
#include "notify/aws.h"

#include "base/limits.h"

#define ROOM_FOR_ATTRIBUTES 4096

static const struct aws_service service = {
	"sqs", "sqs", "/", "Content-Type: application/x-amz-json-1.0", "X-Amz-Target: AmazonSQS.SendMessage"};

static void attribute(struct jsonout *j, const char *name, const char *value)
{
	jsonout_key(j, name);
	jsonout_open(j, '{');
	jsonout_pair(j, "DataType", "String");
	jsonout_pair(j, "StringValue", value);
	jsonout_close(j, '}');
}

static int build(const struct receiver *r, const struct message *m, struct buf *body, struct error *e)
{
	struct jsonout j;
	struct buf text;

	buf_init(&text, LIMIT_NOTICE_BYTES);
	if (aws_json(&text, m, LIMIT_SQS_BYTES - ROOM_FOR_ATTRIBUTES, e) < 0) {
		buf_clear(&text);
		return -1;
	}
	jsonout_init(&j, body);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "QueueUrl", r->config->place);
	jsonout_pair_span(&j, "MessageBody", buf_span(&text));
	jsonout_key(&j, "MessageAttributes");
	jsonout_open(&j, '{');
	attribute(&j, "severity", severity_name(m->severity));
	attribute(&j, "event", m->resolved ? "resolved" : "found");
	attribute(&j, "dedup_key", m->dedup_key);
	jsonout_close(&j, '}');
	if (aws_is_fifo(r->config)) {
		char id[SHA_HEX];

		aws_message_id(id, m);
		jsonout_pair(&j, "MessageDeduplicationId", id);
		aws_group_id(id, m);
		jsonout_pair(&j, "MessageGroupId", id);
	}
	jsonout_close(&j, '}');
	buf_clear(&text);
	return 0;
}

const struct receiver_ops receiver_sqs = {
	.kind = "sqs",
	.limits = {.body_bytes = LIMIT_SQS_BYTES},
	.resolves = true,
	.build = build,
	.judge = aws_judge,
	.send = aws_send,
	.check = aws_check,
	.service = &service,
};
