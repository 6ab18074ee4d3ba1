/* Receiver: a letter by Amazon SES v2. */
#include "base/base.h"
#include "notify/aws.h"

#include "base/limits.h"

static const struct aws_service service = {
	"email", "ses", "/v2/email/outbound-emails", "Content-Type: application/json", NULL};

static void text_of(struct jsonout *j, const char *name, const struct buf *text)
{
	jsonout_key(j, name);
	jsonout_open(j, '{');
	jsonout_pair_span(j, "Data", buf_span(text));
	jsonout_pair(j, "Charset", "UTF-8");
	jsonout_close(j, '}');
}

static void content(struct jsonout *j, const struct message *m)
{
	struct buf text;

	buf_init(&text, LIMIT_NOTICE_BYTES);
	jsonout_key(j, "Content");
	jsonout_open(j, '{');
	jsonout_key(j, "Simple");
	jsonout_open(j, '{');
	message_title(&text, m, LIMIT_MAIL_SUBJECT_CHARS);
	text_of(j, "Subject", &text);
	buf_reset(&text);
	message_plain(&text, m, LIMIT_MAIL_TEXT_CHARS);
	jsonout_key(j, "Body");
	jsonout_open(j, '{');
	text_of(j, "Text", &text);
	jsonout_close(j, '}');
	jsonout_close(j, '}');
	jsonout_close(j, '}');
	buf_clear(&text);
}

static int build(const struct receiver *r, const struct message *m, struct buf *body, struct error *e)
{
	struct jsonout j;

	(void)e;
	jsonout_init(&j, body);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "FromEmailAddress", r->config->from);
	jsonout_key(&j, "Destination");
	jsonout_open(&j, '{');
	jsonout_key(&j, "ToAddresses");
	jsonout_open(&j, '[');
	for (size_t i = 0; i < r->config->to.count; i++)
		jsonout_text(&j, r->config->to.items[i]);
	jsonout_close(&j, ']');
	jsonout_close(&j, '}');
	content(&j, m);
	jsonout_close(&j, '}');
	return 0;
}

const struct receiver_ops receiver_ses = {
	.kind = "ses",
	.limits = {.body_bytes = LIMIT_NOTICE_BYTES, .title_chars = LIMIT_MAIL_SUBJECT_CHARS},
	.resolves = true,
	.build = build,
	.judge = aws_judge,
	.send = aws_send,
	.check = aws_check,
	.service = &service,
};
