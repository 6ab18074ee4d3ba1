/*
 * Where a process on AWS finds its keys: the environment, the container's
 * address (ECS, Fargate, Batch, EKS pod identity), the instance's (IMDSv2), in
 * that order, as AWS's own clients do it. Keys are kept until ten minutes
 * before they expire; they are never printed. Shared files and web identity
 * are not read.
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
#ifndef KENPIN_AWS_H
#define KENPIN_AWS_H

#include "ext/sigv4.h"

struct aws_keys;
struct aws_keys *aws_keys_new(void) must_check returns_nonnull;
void aws_keys_free(struct aws_keys *k); /* NULL is fine */

/* A key that is good at NOW (ms, true time), borrowed until the next call; -1 with what was tried in *E. */
int aws_keys_get(struct aws_keys *k, int64_t now, struct sigv4_key *key, struct error *e) must_check;
/* AWS says that the key has expired: the next call asks anew. */
void aws_keys_forget(struct aws_keys *k);

/* REGION, or AWS_REGION, or AWS_DEFAULT_REGION; NULL with *E when none is set. */
const char *aws_region(const char *region, struct error *e) must_check;

#endif
