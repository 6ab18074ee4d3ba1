/*
 * What receivers share.
 */
#ifndef KENPIN_RECEIVER_H
#define KENPIN_RECEIVER_H

#include "base/jsonout.h"
#include "notify/notify.h"

struct receiver {
	const struct receiver_ops *ops;
	const struct receiver_config *config;
	const struct notify_context *context;
	struct http *http;     /* HTTP receivers, made at the first send */
	struct aws_keys *keys; /* those of AWS, likewise */
	int failures;          /* connections that failed in a row in this run */
};

struct post {
	const char *url;
	const char *authorization;         /* a header line, or NULL */
	const char *content_type;          /* a header line; NULL: JSON */
	const char *const *signed_headers; /* in the place of all of them; NULL: as said above */
	struct span body;
	const char *const
		*secrets; /* NULL-terminated: what must not be in the outcome, whatever the receiver answers */
};
/* Posts it and lets the receiver's judge say what the answer means. */
void receiver_post(struct receiver *r, const struct post *post, struct outcome *out);
/* Posts it and leaves the answer to the caller; -1 when its address cannot be used. */
int receiver_ask(struct receiver *r, const struct post *post, struct http_answer *answer, struct error *e) must_check;
/* For the doctor: whether the host of URL answers. What is asked of it is only its root, so nobody is told anything. */
int receiver_reach(struct receiver *r, const char *url, struct error *e) must_check;
/* The same, when SECRET can be read. */
int receiver_reach_with(struct receiver *r, const struct secret *secret, const char *url, struct error *e) must_check;
/* The usual meaning of an HTTP status: 2xx sent; 408, 425, 429, 5xx and no answer again; the rest refused. */
void receiver_judge(const struct receiver *r, const struct http_answer *answer, struct outcome *out);
/* Takes the secrets out of a text, also in part: of an address what follows its host, of a header what follows its
 * scheme. */
void receiver_redact(struct buf *text, const char *const *secrets);
/* The answer gets what fits, whole characters only. */
void outcome_set(struct outcome *out, enum verdict verdict, const char *format, ...) printf_like(3, 4);

/* TEXT as part of one line on a terminal: what moves the cursor or turns the writing round becomes a space or U+FFFD.
 */
void message_line(struct buf *out, struct span text);
/* TEXT, at most MAX_CHARS characters of it: the last is then "…". */
void message_cut(struct buf *out, struct span text, size_t max_chars);
/* The label of a group's key that begins at AT or after it ("rule=jan shop=s001" has two), and where to go on; NULL
 * when there is none any more. */
const char *message_label(const char *at, struct span *name, struct span *value) must_check;
/* "3 findings: 1 critical, 2 error" */
void message_counts(struct buf *out, const struct message *m);
/* A finding without its rule, in one line of at most MAX_CHARS characters. */
void finding_text(struct buf *out, const struct finding *f, size_t max_chars);
/* The message as text of many lines: as many findings as MAX_CHARS let stand, and how many are left out. */
void message_plain(struct buf *out, const struct message *m, size_t max_chars);
/* Fills TEMPLATE, which was checked when it was read. */
int message_fill(struct buf *out, const struct message *m, const char *template, struct error *e) must_check;
/* As message_json, with as many findings as have no more than BYTES together. */
void message_json_within(struct buf *out, const struct message *m, size_t bytes);
/* How many of the top findings have a JSON of no more than BYTES together, commas counted. */
size_t message_fitting(const struct message *m, size_t bytes);
/* The members "findings", the first COUNT of them, and "findings_left_out". */
void message_findings(struct jsonout *j, const struct message *m, size_t count);

#endif
