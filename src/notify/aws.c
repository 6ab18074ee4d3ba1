/* A signed POST to a service of AWS. */
#include "base/base.h"
#include "notify/aws.h"

#include <inttypes.h>

#include "base/limits.h"
#include "ext/aws.h"
#include "ext/json.h"

/* ---- messages ---- */

int aws_json(struct buf *out, const struct message *m, size_t bytes, struct error *e)
{
	size_t findings = bytes;

	/* without findings first: what it takes is not theirs */
	for (int round = 0; round < 2; round++) {
		buf_reset(out);
		message_json_within(out, m, round == 0 ? 0 : findings);
		if (out->len > bytes || buf_over(out))
			return error_set(e, ERROR_OWED, "the message is larger than %zu bytes", bytes);
		findings = bytes - out->len;
	}
	return 0;
}

bool aws_is_fifo(const struct receiver_config *c)
{
	static const char fifo[] = ".fifo";
	size_t n = strlen(c->place);

	return n > strlen(fifo) && strcmp(c->place + n - strlen(fifo), fifo) == 0;
}

void aws_message_id(char hex[SHA_HEX], const struct message *m)
{
	char *text = xasprintf("%s %s %" PRId64, m->dedup_key, m->resolved ? "resolved" : "found", m->at);

	sha_hex_of(hex, span_of(text));
	free(text);
}

void aws_group_id(char hex[SHA_HEX], const struct message *m)
{
	sha_hex_of(hex, span_of(m->group_key));
}

/* ---- where and as whom ---- */

/* "arn:aws:sns:REGION:..." and "https://sqs.REGION.amazonaws.com/..." name theirs. */
static const char *region_of(const struct receiver_config *c, struct arena *arena, struct error *e)
{
	const char *place = c->place ? c->place : "", *start = NULL;
	size_t n = 0;

	if (c->region)
		return c->region;
	if (strncmp(place, "arn:", 4) == 0) {
		start = place;
		for (int colons = 0; colons < 3; start++)
			colons += *start == ':';
		n = strcspn(start, ":");
	} else if (strstr(place, "://sqs.") && strstr(place, ".amazonaws.com")) {
		start = strstr(place, "://sqs.") + strlen("://sqs.");
		n = strcspn(start, "./");
	}
	return n > 0 ? arena_strndup(arena, start, n) : aws_region(NULL, e);
}

static const char *address_of(
	const struct receiver_config *c, const struct aws_service *s, const char *region, struct arena *arena)
{
	struct span base = span_of(c->url_text);

	if (c->url_text == NULL)
		return arena_printf(arena, "https://%s.%s.amazonaws.com%s%s", s->host, region,
			strncmp(region, "cn-", 3) == 0 ? ".cn" : "", s->path);
	while (base.n > 0 && base.p[base.n - 1] == '/')
		base.n--;
	return arena_printf(arena, "%.*s%s", SPAN_ARG(base), s->path);
}

/* Signing wants the true time, whatever time the run is told that it is. */
static int64_t true_time(void)
{
	return clock_now(&(struct clock){0});
}

static int key_of(struct receiver *r, struct sigv4_key *key, struct error *e)
{
	if (r->keys == NULL)
		r->keys = aws_keys_new();
	return aws_keys_get(r->keys, true_time(), key, e);
}

/* ---- answers ---- */

static bool says(const struct http_answer *a, const char *word)
{
	return span_find(buf_span(&a->body), span_of(word)) >= 0;
}

static bool key_expired(const struct http_answer *a)
{
	return (a->status == 400 || a->status == 403) && says(a, "ExpiredToken");
}

static bool clock_wrong(const struct http_answer *a)
{
	return (a->status == 400 || a->status == 403) && a->date_ms >= 0 &&
	       (says(a, "RequestTimeTooSkewed") || says(a, "RequestExpired") || says(a, "Signature expired") ||
		       says(a, "Signature not yet current"));
}

/* What stands between <NAME> and </NAME>. */
static struct span element(const struct http_answer *a, const char *start, const char *end)
{
	struct span text = buf_span(&a->body);
	ptrdiff_t at = span_find(text, span_of(start));

	if (at < 0)
		return SPAN_NONE;
	text = (struct span){text.p + at + strlen(start), text.n - (size_t)at - strlen(start)};
	at = span_find(text, span_of(end));
	return at < 0 ? SPAN_NONE : (struct span){text.p, (size_t)at};
}

/* The answer is XML or JSON by service; people are told its code and its text. */
static void tell_reason(const struct http_answer *a, struct outcome *out)
{
	struct error e = {0};
	struct json *j = json_parse(buf_span(&a->body), ERROR_OWED, "the answer", &e);
	struct span code = span_of(json_text(j, "__type", NULL));
	struct span message = span_of(json_text(j, "message", json_text(j, "Message", NULL)));

	if (j == NULL) {
		code = element(a, "<Code>", "</Code>");
		message = element(a, "<Message>", "</Message>");
	}
	if (code.n > 0 || message.n > 0)
		outcome_set(out, out->verdict, "HTTP %ld %.*s: %.*s", a->status, SPAN_ARG(code), SPAN_ARG(message));
	json_free(j);
}

void aws_judge(const struct receiver *r, const struct http_answer *a, struct outcome *out)
{
	static const char *const passing[] = {"Throttl", "TooManyRequests", "LimitExceeded", "RequestLimit"};

	receiver_judge(r, a, out);
	if (out->verdict != VERDICT_REFUSED)
		return;
	tell_reason(a, out);
	if (key_expired(a) || clock_wrong(a))
		out->verdict = VERDICT_RETRY;
	for (size_t i = 0; i < ARRAY_LEN(passing) && a->status == 400; i++)
		if (says(a, passing[i]))
			out->verdict = VERDICT_RETRY;
}

/* ---- requests ---- */

static int attempt(struct receiver *r, struct span body, int64_t skew, struct http_answer *answer, struct error *e)
{
	const struct aws_service *s = r->ops->service;
	const char *target = s->target,
		   *headers[] = {"User-Agent: kenpin/" KENPIN_VERSION, s->content_type, target, NULL};
	struct sigv4_request request = {.method = "POST", .headers = headers, .body = body, .service = s->name};
	struct sigv4_key key;
	struct arena arena;
	int result = -1;

	arena_init(&arena);
	if (key_of(r, &key, e) < 0 || (request.region = region_of(r->config, &arena, e)) == NULL)
		goto out;
	request.url = address_of(r->config, s, request.region, &arena);
	request.at = true_time() + skew;
	const char *const *signed_headers = sigv4_headers(&arena, &request, &key, e);
	const char *secrets[] = {key.secret, key.token, NULL};
	if (signed_headers)
		result = receiver_ask(r,
			&(struct post){
				.url = request.url, .signed_headers = signed_headers, .body = body, .secrets = secrets},
			answer, e);
out:
	arena_clear(&arena);
	return result;
}

void aws_send(struct receiver *r, const struct message *m, struct span body, struct outcome *out)
{
	struct http_answer answer;
	struct error e = {0};
	int result;

	(void)m;
	http_answer_init(&answer);
	result = attempt(r, body, 0, &answer, &e);
	if (result == 0 && (key_expired(&answer) || clock_wrong(&answer))) {
		int64_t skew = clock_wrong(&answer) ? answer.date_ms - true_time() : 0;

		if (key_expired(&answer))
			aws_keys_forget(r->keys);
		result = attempt(r, body, skew, &answer, &e);
	}
	if (result < 0)
		outcome_set(out, VERDICT_RETRY, "%s", e.message);
	else
		r->ops->judge(r, &answer, out);
	http_answer_clear(&answer);
}

int aws_check(struct receiver *r, struct error *e)
{
	struct sigv4_key key;
	struct arena arena;
	int result = -1;

	arena_init(&arena);
	const char *region = region_of(r->config, &arena, e);
	if (region && key_of(r, &key, e) == 0)
		result = receiver_reach(r, address_of(r->config, r->ops->service, region, &arena), e);
	arena_clear(&arena);
	return result;
}
