/* Receiver: the message as JSON by POST. */
#include "base/base.h"
#include "notify/receiver.h"

#include "base/limits.h"

static int build(const struct receiver *r, const struct message *m, struct buf *body, struct error *e)
{
	(void)r;
	(void)e;
	message_json(body, m);
	return 0;
}

static const char *url_of(const struct receiver *r, struct arena *arena, struct error *e)
{
	return r->config->url.from == SECRET_NONE ? r->config->url_text : secret_value(&r->config->url, arena, e);
}

static const char *authorization_of(const struct receiver *r, struct arena *arena, struct error *e)
{
	if (r->config->authorization.from == SECRET_NONE)
		return NULL;
	const char *value = secret_value(&r->config->authorization, arena, e);
	return value ? arena_printf(arena, "Authorization: %s", value) : NULL;
}

static void send(struct receiver *r, const struct message *m, struct span body, struct outcome *out)
{
	struct arena arena;
	struct error e = {0};

	(void)m;
	arena_init(&arena);
	const char *url = url_of(r, &arena, &e), *authorization = authorization_of(r, &arena, &e);
	if (e.kind != ERROR_NONE)
		outcome_set(out, VERDICT_RETRY, "%.200s", e.message);
	else
		receiver_post(r, url, authorization, body, out);
	arena_clear(&arena);
}

static int check(struct receiver *r, struct error *e)
{
	struct arena arena;

	arena_init(&arena);
	url_of(r, &arena, e);
	if (e->kind == ERROR_NONE)
		authorization_of(r, &arena, e);
	arena_clear(&arena);
	return e->kind == ERROR_NONE ? 0 : -1;
}

const struct receiver_ops receiver_webhook = {
	.kind = "webhook", .resolves = true, .build = build, .judge = receiver_judge, .send = send, .check = check};
