/* Credentials, retries, readable errors. */
#include "base/base.h"
#include "source/es_session.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/log.h"

/* Before full jitter; doubled with every try. */
#define BACKOFF_MS INT64_C(250)

static int set_auth(struct es_session *s, const struct auth_config *auth, const char **header, struct error *e)
{
	const char *value;

	if (auth == NULL)
		return 0;
	if (auth->basic.from != SECRET_NONE) {
		s->userinfo = secret_value(&auth->basic, &s->arena, e);
		return s->userinfo ? 0 : -1;
	}
	bool key = auth->api_key.from != SECRET_NONE;
	const struct secret *secret = key ? &auth->api_key : &auth->bearer;
	if (secret->from == SECRET_NONE)
		return 0;
	value = secret_value(secret, &s->arena, e);
	if (value == NULL)
		return -1;
	*header = arena_printf(&s->arena, "Authorization: %s %s", key ? "ApiKey" : "Bearer", value);
	return 0;
}

int es_session_open(
	struct es_session *s, const struct source_config *config, const struct source_context *context, struct error *e)
{
	const struct http_options options = {config->ca_file, config->client_cert, config->client_key, config->proxy,
		config->insecure, config->connect_timeout};
	const char *auth = NULL;
	size_t n = 0;

	*s = (struct es_session){.config = config, .context = context};
	arena_init(&s->arena);
	if (set_auth(s, config->auth, &auth, e) < 0 || (s->http = http_new(&options, e)) == NULL) {
		es_session_close(s);
		return error_prefix(e, "source %s: ", config->name);
	}
	s->headers[n++] = "Content-Type: application/json";
	s->headers[n++] = arena_printf(&s->arena, "X-Opaque-Id: kenpin/%s", context->run_id ? context->run_id : "");
	s->headers[n++] = "User-Agent: kenpin/" KENPIN_VERSION;
	s->headers[n++] = auth;
	http_interrupt_flag(s->http, context->stop_now);
	return 0;
}

void es_session_close(struct es_session *s)
{
	http_free(s->http);
	s->http = NULL;
	arena_clear(&s->arena);
}

const char *es_url(struct es_session *s, struct arena *arena, struct span path)
{
	size_t n = strlen(s->config->url);

	while (n > 0 && s->config->url[n - 1] == '/')
		n--;
	return arena_printf(arena, "%.*s%.*s", (int)n, s->config->url, SPAN_ARG(path));
}

struct http_call *es_start(struct es_session *s, const char *method, const char *url, struct span body, size_t max_body,
	struct http_answer *answer)
{
	const struct http_request request = {
		.method = method,
		.url = url,
		.headers = s->headers,
		.body = body.n > 0 ? body : SPAN_NONE,
		.timeout_ms = s->config->timeout,
		.max_body = max_body,
		.gzip = s->config->gzip,
		.userinfo = s->userinfo,
	};

	return http_start(s->http, &request, answer);
}

bool es_stopped(const struct es_session *s)
{
	return s->context->stop_now != NULL && *s->context->stop_now;
}

bool es_may_wait(const struct es_session *s)
{
	return !es_stopped(s) && (s->context->stop == NULL || !*s->context->stop);
}

int64_t es_backoff(struct es_session *s, int64_t attempt, const struct http_answer *a)
{
	int64_t attempts = s->config->attempts ? s->config->attempts : LIMIT_HTTP_ATTEMPTS,
		wait = LIMIT_HTTP_BACKOFF_MS;

	if (attempt >= attempts || a->interrupted || !es_may_wait(s))
		return -1;
	if (attempt < 16 && (BACKOFF_MS << attempt) < wait)
		wait = BACKOFF_MS << attempt;
	wait = (int64_t)clock_random(s->context->clock, (uint64_t)wait + 1);
	/* the server knows better than chance */
	if (a->retry_after_ms >= 0)
		wait = a->retry_after_ms < LIMIT_HTTP_BACKOFF_MS ? a->retry_after_ms : LIMIT_HTTP_BACKOFF_MS;
	s->retries++;
	log_info("source %s: %s (HTTP %ld), try %" PRId64 " in %" PRId64 " ms", s->config->name,
		a->why[0] ? a->why : "the server is busy", a->status, attempt + 1, wait);
	return wait;
}

static bool sleep_for(const struct es_session *s, int64_t wait)
{
	const int64_t until = clock_monotonic() + wait;
	int64_t left;

	while ((left = until - clock_monotonic()) > 0) {
		if (!es_may_wait(s))
			return false;
		clock_sleep(left < 100 ? left : 100);
	}
	return true;
}

/* A query that the server cannot read will not heal by another run; a closed index or a wrong base path may. */
static enum error_kind kind_of(const struct http_answer *a, const struct es_reason *r)
{
	bool refused = a->status == 400 && r->type[0] != '\0' && strcmp(r->type, "index_closed_exception") != 0;

	return refused ? ERROR_CONFIG : ERROR_INCOMPLETE;
}

int es_error(struct es_session *s, const struct http_answer *a, const char *doing, struct error *e)
{
	struct es_reason r;

	if (a->status == 0)
		return error_set(e, ERROR_INCOMPLETE, "source %s: %s: %s", s->config->name, doing, a->why);
	es_reason_read(&r, buf_span(&a->body));
	return error_set(e, kind_of(a, &r), "source %s: %s: HTTP %ld%s%s%s%s%s%s", s->config->name, doing, a->status,
		r.text[0] ? ": " : "", r.text, r.type[0] ? " (" : "", r.type, r.type[0] ? ")" : "",
		es_remedy(a->status));
}

int es_call(struct es_session *s, const char *method, struct span path, struct span body, const char *doing,
	struct http_answer *answer, struct error *e)
{
	struct arena arena;
	enum es_verdict verdict;
	int64_t attempt = 0, wait;

	arena_init(&arena);
	const char *url = es_url(s, &arena, path);
	do {
		http_wait(s->http, es_start(s, method, url, body, LIMIT_CONTROL_BYTES, answer));
		verdict = es_judge(answer);
		if (verdict != ES_AGAIN && verdict != ES_LOST)
			break;
		wait = es_backoff(s, ++attempt, answer);
	} while (wait >= 0 && sleep_for(s, wait));
	arena_clear(&arena);
	return verdict == ES_FINE ? 0 : es_error(s, answer, doing, e);
}
