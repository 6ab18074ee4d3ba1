/*
 * alert: of ElastAlert 2 -> receivers and a route for kenpin.yaml. Secrets are
 * never copied: a receiver names the variable that will hold them.
 */
#include "base/base.h"
#include "rule/elastalert_private.h"

/* One kind of alert: where it goes with us. Of the options, that with the address comes first. */
static const struct alert {
	const char *name;
	const char *receiver;    /* its keys; NULL: there is none of its kind */
	const char *options[10]; /* that say what the receiver says now; the others of the kind are its layout */
} alerts[] = {
	{"debug", "kind: stdout", {NULL}},
	{"slack", "kind: slack, url: env:SLACK_WEBHOOK", {"slack_webhook_url", "slack_channel_override"}},
	{"email",
		"kind: smtp, url: 'smtps://mail.example:465', from: kenpin@example.com, to: [ops@example.com], auth: "
		"env:SMTP_LOGIN",
		{"email", "smtp_host", "smtp_port", "smtp_ssl", "smtp_auth_file", "from_addr", "cc", "bcc"}},
	{"pagerduty", "kind: pagerduty, routing_key: env:PAGERDUTY_KEY",
		{"pagerduty_service_key", "pagerduty_event_type", "pagerduty_incident_key", "pagerduty_api_version"}},
	{"datadog", "kind: datadog, api_key: env:DATADOG_API_KEY",
		{"datadog_api_key", "datadog_app_key", "datadog_api_url"}},
	{"sns", "kind: sns, topic: 'arn:aws:sns:REGION:ACCOUNT:TOPIC'",
		{"sns_topic_arn", "sns_aws_access_key_id", "sns_aws_secret_access_key", "sns_aws_region",
			"sns_aws_profile"}},
	{"sqs", "kind: sqs, queue: 'https://sqs.REGION.amazonaws.com/ACCOUNT/QUEUE'",
		{"sqs_queue_url", "sqs_aws_access_key_id", "sqs_aws_secret_access_key", "sqs_aws_region",
			"sqs_aws_profile"}},
	{"ses", "kind: ses, from: kenpin@example.com, to: [ops@example.com]",
		{"ses_email", "ses_from_addr", "ses_aws_access_key", "ses_aws_secret_key", "ses_aws_region",
			"ses_aws_profile", "ses_cc", "ses_bcc"}},
	{"command", "kind: exec, command: [/usr/local/bin/tell]", {"command", "pipe_match_json", "pipe_alert_text"}},
	{"post", "kind: webhook, url: env:HOOK_URL",
		{"http_post_url", "http_post_headers", "http_post_payload", "http_post_static_payload"}},
	{"post2", "kind: webhook, url: env:HOOK_URL",
		{"http_post2_url", "http_post2_headers", "http_post2_payload", "http_post2_raw_fields"}},
	{"ms_power_automate", "kind: webhook, url: env:TEAMS_HOOK", {"ms_power_automate_webhook_url"}},
	{"mattermost", "kind: webhook, url: env:MATTERMOST_HOOK", {"mattermost_webhook_url"}},
	{"rocketchat", "kind: webhook, url: env:ROCKETCHAT_HOOK", {"rocket_chat_webhook_url"}},
	{"googlechat", "kind: webhook, url: env:GOOGLECHAT_HOOK", {"googlechat_webhook_url"}},
	{"discord", "kind: webhook, url: env:DISCORD_HOOK", {"discord_webhook_url"}},
};

static const struct alert *alert_of(struct span name)
{
	for (size_t i = 0; i < ARRAY_LEN(alerts); i++)
		if (span_is(name, alerts[i].name))
			return &alerts[i];
	return NULL;
}

/* The receiver's line, and the names of those that there are not. */
static void add_receiver(struct elastalert *x, struct buf *names, struct buf *missing, struct span name)
{
	const struct alert *alert = alert_of(name);

	if (alert == NULL) {
		buf_addf(missing, "%s%.*s", missing->len ? ", " : "", SPAN_ARG(name));
		return;
	}
	if (names->len == 0)
		buf_adds(&x->project, "receivers:\n");
	buf_addf(&x->project, "  %s: {%s}\n", alert->name, alert->receiver);
	buf_addf(names, "%s%s", names->len ? ", " : "", alert->name);
	for (size_t i = 0; i < ARRAY_LEN(alert->options) && alert->options[i]; i++)
		elastalert_note(x, ELASTALERT_PROPOSED, alert->options[i],
			"receiver %s of kenpin.yaml; put the value there, a secret into a variable", alert->name);
}

/* An entry of `alert` is a name, or a map of the name to its options. */
static struct span name_of(const struct yaml_node *alert)
{
	if (alert->kind == YAML_MAP && alert->count == 1)
		return alert->pairs[0].key->text;
	return alert->kind == YAML_SCALAR ? alert->text : SPAN_NONE;
}

static void add_receivers(struct elastalert *x, const struct yaml_node *alert)
{
	struct buf names, missing;

	buf_init(&names, SIZE_MAX / 4);
	buf_init(&missing, SIZE_MAX / 4);
	if (alert->kind != YAML_LIST)
		add_receiver(x, &names, &missing, name_of(alert));
	for (size_t i = 0; alert->kind == YAML_LIST && i < alert->count; i++)
		add_receiver(x, &names, &missing, name_of(alert->items[i]));
	if (names.len)
		buf_addf(&x->project, "routes:\n  - {match: {rule: [%s]}, receivers: [%s], group_by: [rule]}\n", x->id,
			buf_text(&names));
	if (names.len && missing.len)
		elastalert_note(x, ELASTALERT_PROPOSED, "alert",
			"receivers and a route of kenpin.yaml; there is no receiver for %s: a webhook with a template "
			"may do",
			buf_text(&missing));
	else if (missing.len)
		elastalert_note(x, ELASTALERT_LEFT, "alert",
			"there is no receiver for %s: a webhook with a template may do", buf_text(&missing));
	else
		elastalert_note(x, ELASTALERT_PROPOSED, "alert", "receivers and a route of kenpin.yaml");
	buf_clear(&missing);
	buf_clear(&names);
}

/* A server of the rule's own is a source. */
static void add_source(struct elastalert *x)
{
	static const char *const keys[] = {"es_port", "use_ssl", "es_url_prefix", "verify_certs", "ca_certs",
		"es_username", "es_password", "es_bearer", "es_api_key", "es_conn_timeout", "es_hosts"};
	const struct yaml_node *host = elastalert_find(x, "es_host"), *port = elastalert_find(x, "es_port");

	if (host == NULL || host->kind != YAML_SCALAR)
		return;
	buf_addf(&x->project, "sources:\n  %s: {kind: elasticsearch, url: ", x->source);
	scalar_write(
		&x->project, span_of(arena_printf(x->arena, "https://%.*s:%.*s", SPAN_ARG(host->text),
				     SPAN_ARG(port && port->kind == YAML_SCALAR ? port->text : SPAN_LITERAL("9200")))));
	buf_adds(&x->project, elastalert_find(x, "es_username") ? ", auth: {basic: env:KENPIN_ES_BASIC}}\n" : "}\n");
	elastalert_note(x, ELASTALERT_PROPOSED, "es_host", "source %s of kenpin.yaml", x->source);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		elastalert_note(x, ELASTALERT_PROPOSED, keys[i],
			"source %s of kenpin.yaml; a secret is named there, never written", x->source);
}

void elastalert_alerts(struct elastalert *x)
{
	const struct yaml_node *alert = elastalert_find(x, "alert");

	add_source(x);
	if (alert)
		add_receivers(x, alert);
}
