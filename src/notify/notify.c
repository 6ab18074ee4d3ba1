/* Receivers by name, their circuits, and the wait between two tries. */
#include "base/base.h"
#include "notify/receiver.h"
#include "notify/route.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "ext/aws.h"

static const struct receiver_ops *const kinds[] = {
	[RECEIVER_STDOUT] = &receiver_stdout,
	[RECEIVER_FILE] = &receiver_file,
	[RECEIVER_WEBHOOK] = &receiver_webhook,
	[RECEIVER_EXEC] = &receiver_exec,
	[RECEIVER_PAGERDUTY] = &receiver_pagerduty,
	[RECEIVER_SLACK] = &receiver_slack,
	[RECEIVER_DATADOG] = &receiver_datadog,
	[RECEIVER_SMTP] = &receiver_smtp,
	[RECEIVER_SNS] = &receiver_sns,
	[RECEIVER_SQS] = &receiver_sqs,
	[RECEIVER_SES] = &receiver_ses,
	[RECEIVER_EVENTBRIDGE] = &receiver_eventbridge,
	[RECEIVER_CLOUDWATCH] = &receiver_cloudwatch,
};

struct notify {
	const struct project *project;
	struct notify_context context;
	struct receiver *receivers; /* as in the project, by position */
	const char **resolving;
};

struct notify *notify_new(const struct project *project, const struct notify_context *context, struct error *e)
{
	struct notify *n = xcalloc(1, sizeof(*n));
	size_t count = project->receivers.count, resolving = 0;

	(void)e;
	n->project = project;
	n->context = *context;
	n->receivers = xcalloc(count, sizeof(*n->receivers));
	n->resolving = xcalloc(count + 1, sizeof(*n->resolving));
	for (size_t i = 0; i < count; i++) {
		const struct receiver_config *config = project->receivers.items[i];
		n->receivers[i] =
			(struct receiver){.ops = kinds[config->kind], .config = config, .context = &n->context};
		if (config->send_resolved && kinds[config->kind]->resolves)
			n->resolving[resolving++] = config->name;
	}
	return n;
}

void notify_free(struct notify *n)
{
	if (n == NULL)
		return;
	for (size_t i = 0; i < n->project->receivers.count; i++) {
		http_free(n->receivers[i].http);
		aws_keys_free(n->receivers[i].keys);
	}
	free(n->receivers);
	free(n->resolving);
	free(n);
}

const char *const *notify_resolving(const struct notify *n)
{
	return n->resolving;
}

int notify_routes(const struct notify *n, const struct finding *f, notify_route *visit, void *arg, struct error *e)
{
	return routes_visit(&n->project->routes, f, visit, arg, e);
}

static bool any_quiet(const struct blocks *routes)
{
	for (size_t i = 0; i < routes->count; i++) {
		const struct route_config *route = routes->items[i];

		if (route->quiet.count > 0 || any_quiet(&route->routes))
			return true;
	}
	return false;
}

bool notify_has_quiet(const struct notify *n)
{
	return any_quiet(&n->project->routes);
}

int notify_routes_walk(
	const struct notify *n, const struct finding *f, route_visit_step *visit, void *arg, struct error *e)
{
	return routes_walk(&n->project->routes, f, visit, arg, e);
}

const struct route_config *notify_route_to(const struct notify *n, const struct finding *f, const char *receiver)
{
	return routes_find(&n->project->routes, f, receiver);
}

static struct receiver *find(const struct notify *n, const char *name)
{
	for (size_t i = 0; i < n->project->receivers.count; i++)
		if (strcmp(n->receivers[i].config->name, name) == 0)
			return &n->receivers[i];
	return NULL;
}

void outcome_set(struct outcome *out, enum verdict verdict, const char *format, ...)
{
	ptrdiff_t bad;
	va_list args;

	out->verdict = verdict;
	out->retry_after_ms = -1;
	va_start(args, format);
	vsnprintf(out->answer, sizeof(out->answer), format, args);
	va_end(args);
	bad = utf8_invalid(span_of(out->answer));
	if (bad >= 0)
		out->answer[bad] = '\0';
}

void notify_send(struct notify *n, const char *receiver, const struct message *m, struct outcome *out)
{
	struct receiver *r = find(n, receiver);
	struct buf body;
	struct error e = {0};

	if (r == NULL) {
		outcome_set(out, VERDICT_REFUSED, "there is no receiver \"%s\" any more", receiver);
		return;
	}
	if (r->failures >= LIMIT_CONNECT_FAILURES) {
		outcome_set(out, VERDICT_RETRY, "circuit open: it did not answer twice in this run");
		return;
	}
	buf_init(&body, LIMIT_NOTICE_BYTES);
	if (r->ops->build(r, m, &body, &e) < 0)
		outcome_set(out, VERDICT_REFUSED, "%s", e.message);
	else if (buf_over(&body))
		outcome_set(out, VERDICT_REFUSED, "the message is larger than %u bytes (LIMIT_NOTICE_BYTES)",
			LIMIT_NOTICE_BYTES);
	else
		r->ops->send(r, m, buf_span(&body), out);
	buf_clear(&body);
}

void notify_heartbeat(struct notify *n, const char *receiver, const char *run_id, int64_t at, struct outcome *out)
{
	struct receiver *r = find(n, receiver);
	struct jsonout j;
	struct buf body;
	char text[32];

	if (r == NULL || r->ops != &receiver_webhook) {
		outcome_set(out, VERDICT_REFUSED, "there is no webhook \"%s\"", receiver);
		return;
	}
	buf_init(&body, LIMIT_NOTICE_BYTES);
	clock_text(text, at);
	jsonout_init(&j, &body);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "format", "kenpin-heartbeat");
	jsonout_pair_int(&j, "version", 1);
	jsonout_pair(&j, "run", run_id);
	jsonout_pair(&j, "at", text);
	jsonout_close(&j, '}');
	r->ops->send(r, NULL, buf_span(&body), out);
	buf_clear(&body);
}

int64_t notify_backoff(struct clock *clock, int64_t attempt)
{
	int64_t wait = LIMIT_BACKOFF_MOST_MS;

	if (attempt < 10)
		wait = (int64_t)LIMIT_BACKOFF_FIRST_MS << (attempt > 0 ? attempt - 1 : 0);
	if (wait > LIMIT_BACKOFF_MOST_MS)
		wait = LIMIT_BACKOFF_MOST_MS;
	return wait / 2 + (int64_t)clock_random(clock, (uint64_t)wait / 2 + 1);
}

int notify_build(
	const struct notify *n, const char *receiver, const struct message *m, struct buf *body, struct error *e)
{
	const struct receiver *r = find(n, receiver);

	if (r == NULL)
		return error_set(e, ERROR_CONFIG, "there is no receiver \"%s\"", receiver);
	return r->ops->build(r, m, body, e);
}

int notify_check(struct notify *n, const char *receiver, struct error *e)
{
	struct receiver *r = find(n, receiver);

	if (r == NULL)
		return error_set(e, ERROR_CONFIG, "there is no receiver \"%s\"", receiver);
	return r->ops->check ? r->ops->check(r, e) : 0;
}
