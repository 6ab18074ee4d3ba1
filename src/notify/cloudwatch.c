/* Receiver: counts by severity as metrics of Amazon CloudWatch. */
#include "base/base.h"
#include "notify/aws.h"

#include "base/limits.h"

#define METRIC_AGE_MS 1209600000 /* two weeks is the oldest point that is taken; a late one is told as of now */

static const struct aws_service service = {"monitoring", "monitoring", "/", "Content-Type: application/x-amz-json-1.0",
	"X-Amz-Target: GraniteServiceVersion20100801.PutMetricData"};

/* A value is ASCII: another character becomes "?", one too long is cut and ends in "~". */
static void dimension(struct jsonout *j, struct span name, struct span value)
{
	struct buf text;

	if (value.n == 0)
		return;
	buf_init(&text, LIMIT_CLOUDWATCH_VALUE_CHARS);
	for (size_t i = 0; i < value.n && text.len < LIMIT_CLOUDWATCH_VALUE_CHARS - 1; i++) {
		unsigned char c = (unsigned char)value.p[i];

		if ((c & 0xc0) != 0x80) /* one for each character, not for each byte */
			buf_addc(&text, c > ' ' && c < 0x7f && !(c == ':' && text.len == 0) ? (char)c : '?');
	}
	if (value.n >= LIMIT_CLOUDWATCH_VALUE_CHARS)
		buf_addc(&text, '~');
	jsonout_open(j, '{');
	jsonout_pair_span(j, "Name", name);
	jsonout_pair_span(j, "Value", buf_span(&text));
	jsonout_close(j, '}');
	buf_clear(&text);
}

static void dimensions(struct jsonout *j, const struct message *m, enum severity s)
{
	struct span name, value;
	int count = 1;

	jsonout_key(j, "Dimensions");
	jsonout_open(j, '[');
	dimension(j, SPAN_LITERAL("severity"), span_of(severity_name(s)));
	for (const char *at = m->group_key;
		count < LIMIT_CLOUDWATCH_DIMENSIONS && (at = message_label(at, &name, &value)) != NULL;) {
		if (!span_is(name, "severity")) {
			dimension(j, name, value);
			count++;
		}
	}
	jsonout_close(j, ']');
}

static int build(const struct receiver *r, const struct message *m, struct buf *body, struct error *e)
{
	int64_t now = clock_now(r->context->clock), at = now - m->at > METRIC_AGE_MS ? now : m->at;
	struct jsonout j;

	(void)e;
	jsonout_init(&j, body);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "Namespace", r->config->place);
	jsonout_key(&j, "MetricData");
	jsonout_open(&j, '[');
	for (int s = 0; s < SEVERITY_COUNT; s++) {
		if (m->by_severity[s] == 0)
			continue;
		jsonout_open(&j, '{');
		jsonout_pair(&j, "MetricName", m->resolved ? "FindingsResolved" : "FindingsFound");
		dimensions(&j, m, (enum severity)s);
		jsonout_pair_int(&j, "Timestamp", at / 1000);
		jsonout_pair_int(&j, "Value", m->by_severity[s]);
		jsonout_pair(&j, "Unit", "Count");
		jsonout_close(&j, '}');
	}
	jsonout_close(&j, ']');
	jsonout_close(&j, '}');
	return 0;
}

const struct receiver_ops receiver_cloudwatch = {
	.kind = "cloudwatch",
	.limits = {.body_bytes = LIMIT_NOTICE_BYTES},
	.resolves = true,
	.build = build,
	.judge = aws_judge,
	.send = aws_send,
	.check = aws_check,
	.service = &service,
};
