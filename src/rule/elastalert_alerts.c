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

/* Of an option that the receiver says; %s: its name. */
#define PUT_THERE "receiver %s of kenpin.yaml; put the value there, a secret into a variable"

static const struct alert *alert_of(struct span name)
{
	for (size_t i = 0; i < ARRAY_LEN(alerts); i++)
		if (span_is(name, alerts[i].name))
			return &alerts[i];
	return NULL;
}

/* `alert` is one entry or a list of them. */
static size_t count_entries(const struct yaml_node *alert)
{
	return alert->kind == YAML_LIST ? alert->count : 1;
}

static const struct yaml_node *entry_at(const struct yaml_node *alert, size_t i)
{
	return alert->kind == YAML_LIST ? alert->items[i] : alert;
}

/* An entry is a name, or a map of the name to its options; of more names ElastAlert reads the first. */
static struct span name_of(const struct yaml_node *entry)
{
	if (entry->kind == YAML_MAP && entry->count > 0)
		return entry->pairs[0].key->text;
	return entry->kind == YAML_SCALAR ? entry->text : SPAN_NONE;
}

/* email, and email-2 for the next of its kind, which has options of its own. */
static const char *receiver_name(struct elastalert *x, const struct yaml_node *alert, size_t entry)
{
	struct span name = name_of(entry_at(alert, entry));
	size_t number = 1;

	for (size_t i = 0; i < entry; i++)
		number += span_equal(name_of(entry_at(alert, i)), name);
	if (number > 1)
		return arena_printf(x->arena, "%.*s-%zu", SPAN_ARG(name), number);
	return arena_strndup(x->arena, name.n ? name.p : "", name.n);
}

/* ---- options of one entry ---- */

static bool has_option(const struct alert *alert, struct span key)
{
	for (size_t i = 0; i < ARRAY_LEN(alert->options) && alert->options[i]; i++)
		if (span_is(key, alert->options[i]))
			return true;
	return false;
}

static const char *no_receiver(struct elastalert *x, struct span name)
{
	return arena_printf(
		x->arena, "there is no receiver for %.*s: a webhook with a template may do", SPAN_ARG(name));
}

static void account_option(struct elastalert *x, struct elastalert_key *k, struct span name, const char *receiver)
{
	const struct alert *alert = alert_of(name);

	if (alert == NULL) {
		k->what = no_receiver(x, name);
	} else if (has_option(alert, k->key->text)) {
		k->fate = ELASTALERT_PROPOSED;
		k->what = arena_printf(x->arena, PUT_THERE, receiver);
	} else {
		k->what = elastalert_why(k->key->text);
	}
}

static void account_name(struct elastalert *x, struct elastalert_key *k, bool first, const char *receiver)
{
	if (!first) {
		k->what = "ElastAlert 2 reads only the first name of a map";
	} else if (alert_of(k->key->text)) {
		k->fate = ELASTALERT_PROPOSED;
		k->what = arena_printf(x->arena, "receiver %s of kenpin.yaml", receiver);
	} else {
		k->what = no_receiver(x, k->key->text);
	}
}

/* The options of NAME, which is at PATH. */
static size_t add_options(struct elastalert *x, struct elastalert_key *out, const struct yaml_pair *name, bool first,
	const char *path, const char *receiver)
{
	const struct yaml_node *options = name->value;

	for (size_t i = 0; out && options->kind == YAML_MAP && i < options->count; i++) {
		const struct yaml_pair *pair = &options->pairs[i];

		out[i] = (struct elastalert_key){
			.path = arena_printf(x->arena, "%s.%.*s", path, SPAN_ARG(pair->key->text)),
			.key = pair->key,
			.value = pair->value};
		if (first)
			account_option(x, &out[i], name->key->text, receiver);
		else
			account_name(x, &out[i], false, receiver);
	}
	return options->kind == YAML_MAP ? options->count : 0;
}

static size_t add_entry(struct elastalert *x, struct elastalert_key *out, const struct yaml_node *entry,
	const char *path, const char *receiver)
{
	size_t n = 0;

	for (size_t i = 0; entry->kind == YAML_MAP && i < entry->count; i++) {
		const struct yaml_pair *pair = &entry->pairs[i];
		const char *own = arena_printf(x->arena, "%s.%.*s", path, SPAN_ARG(pair->key->text));

		if (out) {
			out[n] = (struct elastalert_key){.path = own, .key = pair->key, .value = pair->value};
			account_name(x, &out[n], i == 0, receiver);
		}
		n++;
		n += add_options(x, out ? out + n : NULL, pair, i == 0, own, receiver);
	}
	return n;
}

size_t elastalert_nested(struct elastalert *x, struct elastalert_key *out, const struct yaml_node *alert)
{
	size_t n = 0;

	for (size_t i = 0; i < count_entries(alert); i++)
		n += add_entry(x, out ? out + n : NULL, entry_at(alert, i),
			alert->kind == YAML_LIST ? arena_printf(x->arena, "alert[%zu]", i) : "alert",
			receiver_name(x, alert, i));
	return n;
}

/* ---- kenpin.yaml ---- */

/* The receiver's line, and the names of those that there are not. */
static void add_receiver(
	struct elastalert *x, struct buf *names, struct buf *missing, struct span name, const char *receiver)
{
	const struct alert *alert = alert_of(name);

	if (alert == NULL) {
		buf_addf(missing, "%s%.*s", missing->len ? ", " : "", SPAN_ARG(name));
		return;
	}
	if (names->len == 0)
		buf_adds(&x->project, "receivers:\n");
	buf_addf(&x->project, "  %s: {%s}\n", receiver, alert->receiver);
	buf_addf(names, "%s%s", names->len ? ", " : "", receiver);
	for (size_t i = 0; i < ARRAY_LEN(alert->options) && alert->options[i]; i++)
		elastalert_note(x, ELASTALERT_PROPOSED, alert->options[i], PUT_THERE, receiver);
}

static void add_receivers(struct elastalert *x, const struct yaml_node *alert)
{
	struct buf names, missing;

	buf_init(&names, SIZE_MAX / 4);
	buf_init(&missing, SIZE_MAX / 4);
	for (size_t i = 0; i < count_entries(alert); i++)
		add_receiver(x, &names, &missing, name_of(entry_at(alert, i)), receiver_name(x, alert, i));
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
