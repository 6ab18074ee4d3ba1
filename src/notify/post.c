/*
 * What receivers that are reached by HTTP share: one POST, what an answer
 * means, and keeping secrets out of what is remembered of it.
 */
#include "base/base.h"
#include "notify/receiver.h"

#include "base/limits.h"

#define LEAST_WHOLE 4 /* bytes of a secret that is taken out as it stands */
#define LEAST_PART 8  /* of a part of one; shorter parts are words that tell nothing */

/* ---- secrets ---- */

static void take_out(struct buf *text, struct span secret)
{
	struct buf clean;
	struct span rest = buf_span(text);
	ptrdiff_t at = span_find(rest, secret);

	if (at < 0)
		return;
	buf_init(&clean, text->max + secret.n);
	for (; at >= 0; at = span_find(rest, secret)) {
		buf_add(&clean, rest.p, (size_t)at);
		buf_adds(&clean, "***");
		rest = (struct span){rest.p + at + secret.n, rest.n - (size_t)at - secret.n};
	}
	buf_add_span(&clean, rest);
	buf_reset(text);
	buf_add_span(text, buf_span(&clean));
	buf_clear(&clean);
}

/* What follows the host of an address; all of anything else. */
static const char *past_host(const char *secret)
{
	const char *host = strstr(secret, "://");

	return host ? host + 3 + strcspn(host + 3, "/?#") : secret;
}

void receiver_redact(struct buf *text, const char *const *secrets)
{
	static const char between[] = " /?&=#";

	for (; *secrets; secrets++) {
		const char *p = past_host(*secrets);

		if (strlen(*secrets) >= LEAST_WHOLE)
			take_out(text, span_of(*secrets));
		while (*(p += strspn(p, between))) {
			struct span part = {p, strcspn(p, between)};

			if (part.n >= LEAST_PART)
				take_out(text, part);
			p += part.n;
		}
	}
}

static void redact_answer(struct http_answer *answer, const char *const *secrets)
{
	struct buf why;

	receiver_redact(&answer->body, secrets);
	buf_init(&why, sizeof(answer->why) * 4);
	buf_adds(&why, answer->why);
	receiver_redact(&why, secrets);
	snprintf(answer->why, sizeof(answer->why), "%s", buf_text(&why));
	buf_clear(&why);
}

/* ---- answers ---- */

void receiver_judge(const struct receiver *r, const struct http_answer *a, struct outcome *out)
{
	char said[160];
	size_t n = 0;

	(void)r;
	while (n < a->body.len && n + 1 < sizeof(said) && a->body.data[n] != '\0') {
		unsigned char c = (unsigned char)a->body.data[n];

		said[n++] = c < ' ' || c == 0x7f ? ' ' : (char)c;
	}
	said[n] = '\0';
	if (a->status >= 200 && a->status < 300)
		outcome_set(out, VERDICT_SENT, "HTTP %ld", a->status);
	else if (a->status == 0)
		outcome_set(out, VERDICT_RETRY, "%s", a->why);
	else if (a->status == 408 || a->status == 425 || a->status == 429 || a->status >= 500)
		outcome_set(out, VERDICT_RETRY, "HTTP %ld %s", a->status, said);
	else
		outcome_set(out, VERDICT_REFUSED, "HTTP %ld %s", a->status, said);
	out->retry_after_ms = out->verdict == VERDICT_RETRY ? a->retry_after_ms : -1;
}

/* ---- requests ---- */

static bool is_web_address(const char *url)
{
	return strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0;
}

static int make_ready(struct receiver *r, const char *url, struct error *e)
{
	struct http_options options = {.ca_file = r->config->ca_file, .proxy = r->config->proxy};

	/* it may be another secret, put in the wrong place: not a byte of it is repeated */
	if (!is_web_address(url))
		return error_set(e, ERROR_CONFIG, "the address of receiver %s does not begin with https:// or http://",
			r->config->name);
	if (r->http == NULL && (r->http = http_new(&options, e)) == NULL)
		return -1;
	http_interrupt_flag(r->http, r->context->stop_now);
	return 0;
}

static void request(struct receiver *r, const char *method, const struct post *post, struct http_answer *answer)
{
	const char *usual[] = {post->content_type ? post->content_type : "Content-Type: application/json",
		"User-Agent: kenpin/" KENPIN_VERSION, post->authorization, NULL};

	http_do(r->http,
		&(struct http_request){.method = method,
			.url = post->url,
			.headers = post->signed_headers ? post->signed_headers : usual,
			.body = post->body,
			.timeout_ms = r->config->timeout,
			.total_ms = r->config->timeout,
			.max_body = LIMIT_RECEIVER_ANSWER_BYTES},
		answer);
	redact_answer(answer, post->secrets);
}

int receiver_ask(struct receiver *r, const struct post *post, struct http_answer *answer, struct error *e)
{
	if (make_ready(r, post->url, e) < 0)
		return -1;
	request(r, "POST", post, answer);
	r->failures = answer->status == 0 ? r->failures + 1 : 0;
	return 0;
}

void receiver_post(struct receiver *r, const struct post *post, struct outcome *out)
{
	struct http_answer answer;
	struct error e = {0};

	http_answer_init(&answer);
	if (receiver_ask(r, post, &answer, &e) < 0)
		outcome_set(out, VERDICT_RETRY, "%s", e.message);
	else
		r->ops->judge(r, &answer, out);
	http_answer_clear(&answer);
}

int receiver_reach(struct receiver *r, const char *url, struct error *e)
{
	struct http_answer answer;
	int result = 0;

	if (make_ready(r, url, e) < 0)
		return -1;
	char *origin = xasprintf("%.*s/", (int)(past_host(url) - url), url);
	http_answer_init(&answer);
	request(r, "HEAD", &(struct post){.url = origin, .secrets = (const char *const[]){url, NULL}}, &answer);
	if (answer.status == 0)
		result = error_set(e, ERROR_OWED, "receiver %s is not reached: %s; check its address and the proxy",
			r->config->name, answer.why);
	http_answer_clear(&answer);
	free(origin);
	return result;
}

int receiver_reach_with(struct receiver *r, const struct secret *secret, const char *url, struct error *e)
{
	struct arena arena;

	arena_init(&arena);
	bool readable = secret_value(secret, &arena, e) != NULL;
	arena_clear(&arena);
	return readable ? receiver_reach(r, url, e) : -1;
}
