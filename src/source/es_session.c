/* Credentials, retries, readable errors. */
#include "base/base.h"
#include "source/es_session.h"

#include "base/limits.h"
#include "base/log.h"

#define BACKOFF_MS 250

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

int es_session_open(struct es_session *s, const struct source_config *config, const struct source_context *context, struct error *e)
{
	const struct http_options options = {config->ca_file, config->client_cert, config->client_key, config->proxy, config->insecure,
		config->connect_timeout};
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

enum es_verdict es_judge(const struct http_answer *a)
{
	if (a->status >= 200 && a->status < 300)
		return ES_FINE;
	if (a->too_large)
		return ES_REFUSED;
	if (a->status == 0 || a->status == 502 || a->status == 504)
		return ES_LOST;
	return a->status == 429 || a->status == 503 ? ES_AGAIN : ES_REFUSED;
}

bool es_wait(struct es_session *s, int64_t attempt, const struct http_answer *a)
{
	int64_t wait = (int64_t)BACKOFF_MS << (attempt < 16 ? attempt - 1 : 15);

	if (attempt >= s->config->attempts || a->interrupted)
		return false;
	if (wait > LIMIT_HTTP_BACKOFF_MS)
		wait = LIMIT_HTTP_BACKOFF_MS;
	wait = wait / 2 + (int64_t)clock_random(s->context->clock, (uint64_t)wait / 2 + 1);
	if (a->retry_after_ms >= 0)
		wait = a->retry_after_ms < LIMIT_HTTP_BACKOFF_MS ? a->retry_after_ms : LIMIT_HTTP_BACKOFF_MS;
	s->retries++;
	log_info("source %s: %s (%ld), try %lld in %lld ms", s->config->name, a->why[0] ? a->why : "the server is busy", a->status,
		(long long)attempt + 1, (long long)wait);
	for (int64_t until = clock_monotonic() + wait; clock_monotonic() < until;) {
		if (*s->context->stop_now)
			return false;
		int64_t left = until - clock_monotonic();
		clock_sleep(left < 100 ? left : 100);
	}
	return true;
}

/* The reason in an error body: an object with root_cause, or a plain string. */
static const char *reason_of(const struct json *body)
{
	const struct json *error = json_get(body, "error");

	if (json_type_of(error) == JSON_TYPE_TEXT)
		return json_text(body, "error", "");
	const struct json *root = json_at(json_get(error, "root_cause"), 0);
	const char *reason = json_text(root, "reason", NULL);
	return reason ? reason : json_text(error, "reason", "");
}

static const char *remedy(long status)
{
	switch (status) {
	case 401: return "; check `auth` of the source";
	case 403: return "; the user needs the permissions read and view_index_metadata on the index";
	case 404: return "; check the index name, or say `optional: true` in the query";
	case 400: return "; check the query's body";
	case 429: return "; the cluster is too busy: run again later or lower `page`";
	default: return "";
	}
}

int es_error(struct es_session *s, const struct http_answer *a, const char *doing, struct error *e)
{
	struct error ignored;
	struct json *body = NULL;

	if (a->status == 0)
		return error_set(e, ERROR_INCOMPLETE, "source %s: %s: %s", s->config->name, doing, a->why);
	if (a->body.len > 0)
		body = json_parse(buf_span(&a->body), ERROR_INCOMPLETE, "", &ignored);
	/* a query that the server cannot read will not heal by another run */
	enum error_kind kind = a->status == 400 ? ERROR_CONFIG : ERROR_INCOMPLETE;
	const char *reason = reason_of(body);
	error_set(e, kind, "source %s: %s: HTTP %ld%s%.600s%s", s->config->name, doing, a->status, reason[0] ? ": " : "", reason,
		remedy(a->status));
	json_free(body);
	return -1;
}

int es_call(struct es_session *s, const char *method, struct span path, struct span body, const char *doing, struct http_answer *answer,
	struct error *e)
{
	struct arena arena;
	enum es_verdict verdict;
	int64_t attempt = 0;

	arena_init(&arena);
	const char *url = es_url(s, &arena, path);
	do {
		http_wait(s->http, es_start(s, method, url, body, LIMIT_CONTROL_BYTES, answer));
		verdict = es_judge(answer);
	} while ((verdict == ES_AGAIN || verdict == ES_LOST) && es_wait(s, ++attempt, answer));
	arena_clear(&arena);
	return verdict == ES_FINE ? 0 : es_error(s, answer, doing, e);
}
