/*
 * What can be said of a receiver. It must not know how one is told.
 */
#include "base/base.h"
#include "config/receiver_options.h"

#include "config/fill.h"

const char *const receiver_kind_names[] = {[RECEIVER_STDOUT] = "stdout",
	[RECEIVER_FILE] = "file",
	[RECEIVER_WEBHOOK] = "webhook",
	[RECEIVER_EXEC] = "exec",
	[RECEIVER_PAGERDUTY] = "pagerduty",
	[RECEIVER_SLACK] = "slack",
	[RECEIVER_DATADOG] = "datadog",
	[RECEIVER_SMTP] = "smtp",
	[RECEIVER_SNS] = "sns",
	[RECEIVER_SQS] = "sqs",
	[RECEIVER_SES] = "ses",
	[RECEIVER_EVENTBRIDGE] = "eventbridge",
	[RECEIVER_CLOUDWATCH] = "cloudwatch",
	NULL};

static const struct option stdout_options[] = {KIND, SEND_RESOLVED};
static const struct option_block stdout_block = {
	"stdout receiver",
	stdout_options,
	ARRAY_LEN(stdout_options),
	sizeof(struct receiver_config),
	R(node),
	.help = "lines on standard output",
};

static const struct option file_options[] = {
	KIND,
	{"path", OPTION_PATH, R(path), .required = true, .help = "file to which one JSON line a message is added"},
	SEND_RESOLVED,
};
static const struct option_block file_block = {
	"file receiver",
	file_options,
	ARRAY_LEN(file_options),
	sizeof(struct receiver_config),
	R(node),
	.help = "a file of JSON lines",
};

static const struct option webhook_options[] = {
	KIND,
	{"url", OPTION_TEXT, R(url_text), .required = true,
		.help = "address that gets a POST of JSON: env:NAME or file:PATH, or the address itself when nothing "
			"in it is secret"},
	{"authorization", OPTION_SECRET, R(authorization), .help = "value of the Authorization header"},
	{"template", OPTION_TEXT, R(template),
		.help = "JSON of another service with {{title}}, {{#findings}}...{{/findings}}; default: the message "
			"as "
			"kenpin writes it"},
	TIMEOUT,
	SEND_RESOLVED,
	CA_FILE,
	PROXY,
};

static void check_template(struct option_reader *r, const struct yaml_node *node, const char *text)
{
	struct error e = {0};
	struct diag *d;

	if (!text || fill_check(text, &e) == 0)
		return;
	d = diag_error(r->diags, "E0212", r->file, option_node(node, "template"), "%s", e.message);
	diag_help(r->diags, d, "`kenpin explain E0212` lists the names and shows one for Microsoft Teams");
}

static void finish_webhook(void *block, struct option_reader *r, const struct yaml_node *node)
{
	struct receiver_config *c = block;

	check_template(r, node, c->template);
	check_proxy(r, node, c->proxy);
	read_secret_url(r, node, &c->url, &c->url_text);
}

static const struct option_block webhook_block = {
	"webhook receiver",
	webhook_options,
	ARRAY_LEN(webhook_options),
	sizeof(struct receiver_config),
	R(node),
	.help = "an HTTP address",
	.finish = finish_webhook,
};

static const struct option exec_options[] = {
	KIND,
	{"command", OPTION_TEXTS, R(command), .required = true,
		.help = "program and its arguments, run without a shell; the message is its standard input"},
	TIMEOUT,
	SEND_RESOLVED,
};

static void finish_exec(void *block, struct option_reader *r, const struct yaml_node *node)
{
	const struct receiver_config *c = block;

	if (yaml_find(node, "command") && (c->command.count == 0 || c->command.items[0][0] == '\0'))
		diag_error(r->diags, "E0202", r->file, option_node(node, "command"), "\"command\" names no program");
}

static const struct option_block exec_block = {
	"exec receiver",
	exec_options,
	ARRAY_LEN(exec_options),
	sizeof(struct receiver_config),
	R(node),
	.help = "a program",
	.finish = finish_exec,
};

static const struct option pagerduty_options[] = {
	KIND,
	{"routing_key", OPTION_SECRET, R(routing_key), .required = true,
		.help = "integration key of the service (Events API v2)"},
	{"url", OPTION_TEXT, R(url_text),
		.help = "base address, for another region; default https://events.pagerduty.com"},
	TIMEOUT,
	SEND_RESOLVED,
	CA_FILE,
	PROXY,
};

static void finish_pagerduty(void *block, struct option_reader *r, const struct yaml_node *node)
{
	const struct receiver_config *c = block;

	check_url(r, node, "url", c->url_text, false);
	check_proxy(r, node, c->proxy);
}

static const struct option_block pagerduty_block = {
	"pagerduty receiver",
	pagerduty_options,
	ARRAY_LEN(pagerduty_options),
	sizeof(struct receiver_config),
	R(node),
	.help = "PagerDuty, Events API v2",
	.finish = finish_pagerduty,
};

static const struct option_variant receiver_variants[] = {
	{"stdout", &stdout_block},
	{"file", &file_block},
	{"webhook", &webhook_block},
	{"exec", &exec_block},
	{"pagerduty", &pagerduty_block},
	{"slack", &slack_block},
	{"datadog", &datadog_block},
	{"smtp", &smtp_block},
	{"sns", &sns_block},
	{"sqs", &sqs_block},
	{"ses", &ses_block},
	{"eventbridge", &eventbridge_block},
	{"cloudwatch", &cloudwatch_block},
	{NULL, NULL},
};

static const struct option_block *pick_receiver(struct option_reader *r, const struct yaml_node *node)
{
	return option_pick_kind(r, &receiver_block, node);
}

const struct option_block receiver_block = {
	"receiver",
	.size = sizeof(struct receiver_config),
	.node_offset = R(node),
	.help = "who is told; its kind says which keys it has",
	.pick = pick_receiver,
	.variants = receiver_variants,
};
