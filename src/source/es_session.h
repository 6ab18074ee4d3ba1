/*
 * Talking to one server: credentials, headers, retries, and errors that a
 * person understands.
 */
#ifndef KENPIN_ES_SESSION_H
#define KENPIN_ES_SESSION_H

#include "base/arena.h"
#include "ext/http.h"
#include "source/es_answer.h"
#include "source/source.h"

struct es_session {
	const struct source_config *config;
	const struct source_context *context;
	struct http *http;
	struct arena arena; /* of headers and credentials */
	const char *userinfo;
	const char *headers[5];
	int64_t retries;
};

int es_session_open(struct es_session *s, const struct source_config *config, const struct source_context *context,
	struct error *e) must_check;
void es_session_close(struct es_session *s);

/* Starts a call. URL and BODY (n 0: none) must live until it is over. */
struct http_call *es_start(struct es_session *s, const char *method, const char *url, struct span body, size_t max_body,
	struct http_answer *answer) must_check;
/* "http://host:9200" + PATH, in ARENA. */
const char *es_url(struct es_session *s, struct arena *arena, struct span path);

/* How long to wait before try number ATTEMPT + 1 (from 1), in ms, honouring Retry-After; -1 when there is to be none:
 * the tries are used up, or kenpin was asked to stop. It counts and logs the retry. */
int64_t es_backoff(struct es_session *s, int64_t attempt, const struct http_answer *a);
/* True after a second signal. */
bool es_stopped(const struct es_session *s);
/* False after the first already: a page may come to its end, but a busy server is not waited for. */
bool es_may_wait(const struct es_session *s);
/* Fills *E from an answer that is not fine: the server's reason and a remedy. -1. */
int es_error(struct es_session *s, const struct http_answer *a, const char *doing, struct error *e);

/* A call that may be repeated, with retries. 0 when it is fine; -1 with *E. The answer is there in both cases. */
int es_call(struct es_session *s, const char *method, struct span path, struct span body, const char *doing,
	struct http_answer *answer, struct error *e) must_check;

#endif
