/*
 * What can be said of a receiver that is a service with an interface of its
 * own. It must not know how one is told.
 */
#include "base/base.h"
#include "config/receiver_options.h"

#include "base/limits.h"
#include "base/utf8.h"

static const struct option slack_options[] = {
	KIND,
	{"url", OPTION_TEXT, R(url_text),
		.help = "an incoming webhook: env:NAME or file:PATH; beside a token the base address, default "
			"https://slack.com/api"},
	{"token", OPTION_SECRET, R(token), .help = "of a bot that may chat:write, in the place of a webhook"},
	{"channel", OPTION_TEXT, R(channel), .help = "where the bot writes, by id: C0123456789"},
	TIMEOUT,
	SEND_RESOLVED,
	CA_FILE,
	PROXY,
};

static void finish_slack(void *block, struct option_reader *r, const struct yaml_node *node)
{
	struct receiver_config *c = block;
	bool token = yaml_find(node, "token") != NULL;

	check_proxy(r, node, c->proxy);
	if (token)
		check_url(r, node, "url", c->url_text, false);
	else
		read_secret_url(r, node, &c->url, &c->url_text);
	if (!token && !yaml_find(node, "url"))
		diag_error(r->diags, "E0204", r->file, node,
			"a slack receiver needs \"url\", or \"token\" and \"channel\"");
	if (token && !c->channel)
		diag_error(r->diags, "E0204", r->file, node, "\"token\" needs a \"channel\" beside it");
	if (!token && c->channel)
		diag_error(r->diags, "E0208", r->file, option_node(node, "channel"),
			"\"channel\" goes with \"token\"; a webhook has its own");
}

const struct option_block slack_block = {
	"slack receiver",
	slack_options,
	ARRAY_LEN(slack_options),
	sizeof(struct receiver_config),
	R(node),
	.help = "Slack, by an incoming webhook or chat.postMessage",
	.finish = finish_slack,
};

static const char *const intake_names[] = {
	[DATADOG_EVENTS] = "events", [DATADOG_LOGS] = "logs", [DATADOG_METRICS] = "metrics", NULL};

static const struct option datadog_options[] = {
	KIND,
	{"api_key", OPTION_SECRET, R(api_key), .required = true, .help = "API key of the organisation"},
	{"intake", OPTION_ENUM, R(intake), "events", .values = intake_names,
		.help = "what a message becomes: one event (v2), a log entry a finding, or counts by severity"},
	{"site", OPTION_TEXT, R(site), "datadoghq.com",
		.help = "of the organisation: datadoghq.eu, ap1.datadoghq.com, ..."},
	{"url", OPTION_TEXT, R(url_text), .help = "base address in the place of the site's own, for a proxy or agent"},
	{"tags", OPTION_TEXTS, R(tags), .help = "added to all that is sent: env:prod, team:catalog"},
	TIMEOUT,
	SEND_RESOLVED,
	CA_FILE,
	PROXY,
};

static bool is_host(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";

	return text[0] != '\0' && text[strspn(text, allowed)] == '\0';
}

static void finish_datadog(void *block, struct option_reader *r, const struct yaml_node *node)
{
	const struct receiver_config *c = block;

	check_url(r, node, "url", c->url_text, false);
	check_proxy(r, node, c->proxy);
	if (c->site && !is_host(c->site))
		diag_error(r->diags, "E0202", r->file, option_node(node, "site"),
			"\"site\" is a host name: datadoghq.com, datadoghq.eu, ...");
	for (size_t i = 0; i < c->tags.count; i++)
		if (c->tags.items[i][0] == '\0' || utf8_chars(span_of(c->tags.items[i])) > LIMIT_DATADOG_TAG_CHARS)
			diag_error(r->diags, "E0202", r->file, option_node(node, "tags"),
				"a tag has 1 to %d characters (LIMIT_DATADOG_TAG_CHARS)", LIMIT_DATADOG_TAG_CHARS);
	if (c->tags.count > LIMIT_DATADOG_OWN_TAGS)
		diag_error(r->diags, "E0202", r->file, option_node(node, "tags"),
			"more than %d tags (LIMIT_DATADOG_OWN_TAGS)", LIMIT_DATADOG_OWN_TAGS);
}

const struct option_block datadog_block = {
	"datadog receiver",
	datadog_options,
	ARRAY_LEN(datadog_options),
	sizeof(struct receiver_config),
	R(node),
	.help = "Datadog: events, logs or metrics",
	.finish = finish_datadog,
};

static const struct option smtp_options[] = {
	KIND,
	{"url", OPTION_TEXT, R(url_text), .required = true,
		.help = "server: smtp://host:587 (TLS where it offers that), smtps://host:465"},
	{"from", OPTION_TEXT, R(from), .required = true, .help = "address that letters come from"},
	{"to", OPTION_TEXTS, R(to), .required = true, .help = "addresses that get them"},
	{"auth", OPTION_SECRET, R(login), .help = "user:password; sent over TLS alone"},
	TIMEOUT,
	SEND_RESOLVED,
	CA_FILE,
};

/* local@domain in ASCII, without the forms that need quotes. */
static bool is_mail_address(const char *text)
{
	const char *at = strchr(text, '@');

	if (!at || at == text || !is_host(at + 1) || strlen(text) > LIMIT_MAIL_ADDRESS_BYTES)
		return false;
	for (const char *p = text; p < at; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f || strchr("\"(),:;<>[\\]", *p))
			return false;
	return true;
}

void check_mail_addresses(struct option_reader *r, const struct yaml_node *node, const struct receiver_config *c,
	int most, const char *limit)
{
	if (c->from && !is_mail_address(c->from))
		diag_error(r->diags, "E0202", r->file, option_node(node, "from"),
			"\"from\" is an address alone: kenpin@example.com");
	for (size_t i = 0; i < c->to.count; i++)
		if (!is_mail_address(c->to.items[i]))
			diag_error(r->diags, "E0202", r->file, option_node(node, "to"),
				"\"%s\" is no mail address: write person@example.com", c->to.items[i]);
	if (yaml_find(node, "to") && (c->to.count == 0 || c->to.count > (size_t)most))
		diag_error(r->diags, "E0202", r->file, option_node(node, "to"), "\"to\" has 1 to %d addresses (%s)",
			most, limit);
}

static void finish_smtp(void *block, struct option_reader *r, const struct yaml_node *node)
{
	const struct receiver_config *c = block;

	check_mail_url(r, node, c->url_text);
	check_mail_addresses(r, node, c, LIMIT_MAIL_RECIPIENTS, "LIMIT_MAIL_RECIPIENTS");
}

const struct option_block smtp_block = {
	"smtp receiver",
	smtp_options,
	ARRAY_LEN(smtp_options),
	sizeof(struct receiver_config),
	R(node),
	.help = "letters, by a mail server",
	.finish = finish_smtp,
};
