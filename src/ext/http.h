/*
 * HTTP requests, by libcurl's multi interface: connections are reused, and a
 * call can be under way while the caller does something else. One thread.
 * It knows nothing of Elasticsearch or of receivers, and does not retry.
 */
#ifndef KENPIN_HTTP_H
#define KENPIN_HTTP_H

#include "base/buf.h"
#include "base/error.h"

struct http; /* a pool of connections to any hosts with the same options */

struct http_options {
	const char *ca_file;     /* NULL: the system's */
	const char *client_cert; /* PEM */
	const char *client_key;
	const char *proxy;  /* NULL: from the environment; "": none */
	bool insecure;      /* do not verify the server's certificate */
	int64_t connect_ms; /* 0: LIMIT_HTTP_CONNECT_MS */
};

struct http_request {
	const char *method; /* "GET", "POST", "DELETE", ... */
	const char *url;
	const char *const *headers; /* "Name: value", NULL-terminated; may be NULL */
	struct span body;           /* borrowed until the call is over; p NULL for none */
	int64_t timeout_ms;         /* silence (no byte moving) that ends the call; 0: LIMIT_HTTP_TIMEOUT_MS */
	int64_t total_ms;           /* whole time that ends the call; 0: none */
	size_t max_body;            /* 0: LIMIT_CONTROL_BYTES */
	bool gzip;                  /* accept a compressed answer */
	const char *userinfo;       /* "user:password" for Basic, or NULL */
};

struct http_answer {
	long status;            /* 0 when there was no answer */
	struct buf body;        /* kept for reuse by the next call into the same answer */
	int64_t retry_after_ms; /* from Retry-After (seconds or a date), -1 when absent */
	int64_t reset_ms;       /* from X-RateLimit-Reset (seconds to go), -1 when absent */
	int64_t date_ms;        /* from Date, -1 when absent */
	bool too_large;         /* the body passed max_body */
	bool interrupted;       /* ended by http_interrupt */
	char why[256];          /* transport failure; empty when an answer came */
	int64_t wire_bytes;     /* bytes of body received, before decompression */
	int64_t elapsed_ms;
};

struct http *http_new(const struct http_options *options, struct error *e) must_check;
void http_free(struct http *h);

void http_answer_init(struct http_answer *a);
void http_answer_clear(struct http_answer *a);

struct http_call;
/* Starts a call; ANSWER must live until http_wait. The request is sent as far as it can be without blocking. */
struct http_call *http_start(struct http *h, const struct http_request *request, struct http_answer *answer) must_check;
/* Moves bytes of all calls under way without blocking; true while CALL is under way. */
bool http_pump(struct http *h, struct http_call *call);
/* Waits until a call under way can move on, MS at most. */
void http_poll(struct http *h, int64_t ms);
/* Waits for the call and frees it. The outcome is in its answer: status, or why. */
void http_wait(struct http *h, struct http_call *call);
/* Ends the call at once and frees it. */
void http_cancel(struct http *h, struct http_call *call);
/* start + wait */
void http_do(struct http *h, const struct http_request *request, struct http_answer *answer);

/* While *FLAG is non-zero, waiting ends early with `interrupted` (a second signal). NULL for none. */
void http_interrupt_flag(struct http *h, const volatile int *flag);

/* Percent-encodes TEXT for one path part or query value (RFC 3986 unreserved stay). */
void http_escape(struct buf *out, struct span text);
const char *http_version(void);

#endif
