/*
 * What can be said of a receiver that is a service of AWS. It must not know
 * how one is told, nor where keys come from.
 */
#include "base/base.h"
#include "config/receiver_options.h"

#include "base/limits.h"

#define REGION                                                                                                         \
	{                                                                                                              \
		"region", OPTION_TEXT, R(region),                                                                      \
			.help = "of the service; default: AWS_REGION or AWS_DEFAULT_REGION in the environment"         \
	}
#define ENDPOINT                                                                                                       \
	{                                                                                                              \
		"url", OPTION_TEXT, R(url_text),                                                                       \
			.help = "address of the service in the place of the region's own: a VPC endpoint, a test"      \
	}

static const char *const content_names[] = {[AWS_CONTENT_TEXT] = "text", [AWS_CONTENT_JSON] = "json", NULL};

/* What all of them share. */
static void finish_aws(void *block, struct option_reader *r, const struct yaml_node *node)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	const struct receiver_config *c = block;

	check_url(r, node, "url", c->url_text, false);
	check_proxy(r, node, c->proxy);
	if (c->region && (c->region[0] == '\0' || c->region[strspn(c->region, allowed)] != '\0'))
		diag_error(r->diags, "E0202", r->file, option_node(node, "region"),
			"\"region\" is a region's name: ap-northeast-1, us-east-1, ...");
}

static const struct option sns_options[] = {
	KIND,
	{"topic", OPTION_TEXT, R(place), .required = true,
		.help = "ARN of the topic: arn:aws:sns:ap-northeast-1:123456789012:shop-data"},
	{"content", OPTION_ENUM, R(content), "text", .values = content_names,
		.help = "of a message: text for people, json for programs"},
	REGION,
	ENDPOINT,
	TIMEOUT,
	SEND_RESOLVED,
	CA_FILE,
	PROXY,
};

static void finish_sns(void *block, struct option_reader *r, const struct yaml_node *node)
{
	struct receiver_config *c = block;
	const char *p = c->place;
	int colons = 0;

	for (; p && *p; p++)
		colons += *p == ':';
	if (c->place && (strncmp(c->place, "arn:aws", 7) != 0 || !strstr(c->place, ":sns:") || colons != 5))
		diag_error(r->diags, "E0202", r->file, option_node(node, "topic"),
			"\"topic\" is the topic's ARN: arn:aws:sns:REGION:ACCOUNT:NAME");
	finish_aws(block, r, node);
}

const struct option_block sns_block = {
	"sns receiver",
	sns_options,
	ARRAY_LEN(sns_options),
	sizeof(struct receiver_config),
	R(node),
	.help = "Amazon SNS, a topic",
	.finish = finish_sns,
};

static const struct option sqs_options[] = {
	KIND,
	{"queue", OPTION_TEXT, R(place), .required = true,
		.help = "address of the queue: https://sqs.ap-northeast-1.amazonaws.com/123456789012/repairs; a FIFO "
			"queue keeps the order of one group"},
	REGION,
	ENDPOINT,
	TIMEOUT,
	SEND_RESOLVED,
	CA_FILE,
	PROXY,
};

static void finish_sqs(void *block, struct option_reader *r, const struct yaml_node *node)
{
	const struct receiver_config *c = block;

	check_url(r, node, "queue", c->place, false);
	finish_aws(block, r, node);
}

const struct option_block sqs_block = {
	"sqs receiver",
	sqs_options,
	ARRAY_LEN(sqs_options),
	sizeof(struct receiver_config),
	R(node),
	.help = "Amazon SQS, a queue",
	.finish = finish_sqs,
};

static const struct option ses_options[] = {
	KIND,
	{"from", OPTION_TEXT, R(from), .required = true, .help = "verified address that letters come from"},
	{"to", OPTION_TEXTS, R(to), .required = true, .help = "addresses that get them"},
	REGION,
	ENDPOINT,
	TIMEOUT,
	SEND_RESOLVED,
	CA_FILE,
	PROXY,
};

static void finish_ses(void *block, struct option_reader *r, const struct yaml_node *node)
{
	check_mail_addresses(r, node, block, LIMIT_SES_RECIPIENTS, "LIMIT_SES_RECIPIENTS");
	finish_aws(block, r, node);
}

const struct option_block ses_block = {
	"ses receiver",
	ses_options,
	ARRAY_LEN(ses_options),
	sizeof(struct receiver_config),
	R(node),
	.help = "letters, by Amazon SES v2",
	.finish = finish_ses,
};

static const struct option eventbridge_options[] = {
	KIND,
	{"bus", OPTION_TEXT, R(place), "default", .help = "name or ARN of the event bus"},
	REGION,
	ENDPOINT,
	TIMEOUT,
	SEND_RESOLVED,
	CA_FILE,
	PROXY,
};

const struct option_block eventbridge_block = {
	"eventbridge receiver",
	eventbridge_options,
	ARRAY_LEN(eventbridge_options),
	sizeof(struct receiver_config),
	R(node),
	.help = "Amazon EventBridge, an event a message",
	.finish = finish_aws,
};

static const struct option cloudwatch_options[] = {
	KIND,
	{"namespace", OPTION_TEXT, R(place), "kenpin", .help = "of the metrics FindingsFound and FindingsResolved"},
	REGION,
	ENDPOINT,
	TIMEOUT,
	SEND_RESOLVED,
	CA_FILE,
	PROXY,
};

static void finish_cloudwatch(void *block, struct option_reader *r, const struct yaml_node *node)
{
	const struct receiver_config *c = block;

	/* the service keeps these to itself, and says so only by dropping what comes */
	if (c->place && (strncmp(c->place, "AWS/", 4) == 0 || c->place[0] == ':' || c->place[0] == '\0'))
		diag_error(r->diags, "E0202", r->file, option_node(node, "namespace"),
			"\"namespace\" is a name of your own; AWS/... is AWS's");
	finish_aws(block, r, node);
}

const struct option_block cloudwatch_block = {
	"cloudwatch receiver",
	cloudwatch_options,
	ARRAY_LEN(cloudwatch_options),
	sizeof(struct receiver_config),
	R(node),
	.help = "Amazon CloudWatch, counts by severity",
	.finish = finish_cloudwatch,
};
