/*
 * What receivers share.
 */
#ifndef KENPIN_RECEIVER_H
#define KENPIN_RECEIVER_H

#include "notify/notify.h"

struct receiver {
	const struct receiver_ops *ops;
	const struct receiver_config *config;
	const struct notify_context *context;
	struct http *http; /* HTTP receivers, made at the first send */
	int failures;      /* connections that failed in a row in this run */
};

/* Posts BODY to URL and lets the receiver's judge say what the answer means. AUTHORIZATION may be NULL. */
void receiver_post(
	struct receiver *r, const char *url, const char *authorization, struct span body, struct outcome *out);
/* The usual meaning of an HTTP status: 2xx sent; 408, 425, 429, 5xx and no answer again; the rest refused. */
void receiver_judge(const struct receiver *r, const struct http_answer *answer, struct outcome *out);
void outcome_set(struct outcome *out, enum verdict verdict, const char *format, ...) printf_like(3, 4);

#endif
