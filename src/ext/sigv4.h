/*
 * AWS Signature Version 4: what a request's headers must say so that AWS takes
 * it as that of a key's holder. Pure; it neither sends nor finds keys.
 * libcurl's own signer is not used: it leaves queries unsorted and escaped
 * paths as they are (both are refused), see the cases in tests/unit/ext_sigv4.c.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
#ifndef KENPIN_SIGV4_H
#define KENPIN_SIGV4_H

#include "base/arena.h"
#include "base/error.h"

struct sigv4_key {
	const char *id, *secret;
	const char *token; /* of a session; NULL for a key without one */
};

struct sigv4_request {
	const char *method, *url;
	const char *const *headers; /* "Name: value", NULL-terminated; no name twice; may be NULL */
	struct span body;
	const char *region, *service; /* the service's signing name: "ses" for SES v2, "monitoring" for CloudWatch */
	int64_t at;                   /* ms since 1970; AWS refuses more than five minutes off */
};

/* All headers to send, in ARENA, NULL-terminated: those of REQUEST, then x-amz-date, x-amz-security-token (with a
 * token), x-amz-content-sha256 (s3 and aoss demand it) and authorization. NULL with *E when it is past
 * LIMIT_SIGNED_BYTES. */
const char *const *sigv4_headers(struct arena *arena, const struct sigv4_request *request, const struct sigv4_key *key,
	struct error *e) must_check;

#endif
