/*
 * What receivers on AWS share: a signed POST, and what an answer means.
 */
#ifndef KENPIN_NOTIFY_AWS_H
#define KENPIN_NOTIFY_AWS_H

#include "ext/sha.h"
#include "notify/receiver.h"

struct aws_service {
	const char *host;         /* first part of its host: "sqs" */
	const char *name;         /* that it signs with: "sqs" */
	const char *path;         /* "/" */
	const char *content_type; /* header lines */
	const char *target;       /* X-Amz-Target; NULL for none */
};

/* send and check of a receiver whose ops name a service. A key that has expired and a clock that is wrong are mended
 * once; the doctor wants a key, a region and a host that answers. */
void aws_send(struct receiver *r, const struct message *m, struct span body, struct outcome *out);
int aws_check(struct receiver *r, struct error *e) must_check;
/* As receiver_judge; throttling and an expired key, which AWS tells by 400 and 403, are tried again. */
void aws_judge(const struct receiver *r, const struct http_answer *answer, struct outcome *out);

/* MESSAGE as JSON of at most BYTES: as many findings as that lets stand. -1 when it is longer without any. */
int aws_json(struct buf *out, const struct message *m, size_t bytes, struct error *e) must_check;
/* What FIFO topics and queues want, as 64 hex digits: the same for each try of a message, and for what keeps its order.
 */
bool aws_is_fifo(const struct receiver_config *c);
void aws_message_id(char hex[SHA_HEX], const struct message *m);
void aws_group_id(char hex[SHA_HEX], const struct message *m);

#endif
