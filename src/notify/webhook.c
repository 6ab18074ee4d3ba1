/* Receiver: the message as JSON by POST, as it is or by a template. */
#include "base/base.h"
#include "notify/receiver.h"

#include "base/limits.h"
#include "base/log.h"

/* What must be known for a POST: its address, and what the Authorization header says. */
struct access {
	struct arena arena;
	const char *url, *authorization; /* the latter NULL for none */
};

static int access_read(struct access *a, const struct receiver *r, struct error *e)
{
	const struct receiver_config *config = r->config;

	*a = (struct access){.url = config->url_text};
	arena_init(&a->arena);
	if (config->url.from != SECRET_NONE && (a->url = secret_value(&config->url, &a->arena, e)) == NULL)
		return -1;
	if (config->authorization.from == SECRET_NONE)
		return 0;
	a->authorization = secret_value(&config->authorization, &a->arena, e);
	return a->authorization ? 0 : -1;
}

/* A message is told whatever happens to its template. */
static int build(const struct receiver *r, const struct message *m, struct buf *body, struct error *e)
{
	const char *template = r->config->template;

	if (template && message_fill(body, m, template, e) == 0)
		return 0;
	if (template)
		log_warning(
			"receiver %s: the plain message is sent, its template failed: %s", r->config->name, e->message);
	buf_reset(body);
	message_json(body, m);
	return 0;
}

static void post(struct receiver *r, struct access *a, struct span body, struct outcome *out)
{
	const char *secrets[] = {a->url, a->authorization, NULL};
	struct post post = {.url = a->url, .body = body, .secrets = secrets};

	if (a->authorization)
		post.authorization = arena_printf(&a->arena, "Authorization: %s", a->authorization);
	receiver_post(r, &post, out);
}

static void send(struct receiver *r, const struct message *m, struct span body, struct outcome *out)
{
	struct error e = {0};
	struct access a;

	(void)m;
	if (access_read(&a, r, &e) < 0)
		outcome_set(out, VERDICT_RETRY, "%s", e.message);
	else
		post(r, &a, body, out);
	arena_clear(&a.arena);
}

static int check(struct receiver *r, struct error *e)
{
	struct access a;
	int result = access_read(&a, r, e);

	if (result == 0)
		result = receiver_reach(r, a.url, e);
	arena_clear(&a.arena);
	return result;
}

const struct receiver_ops receiver_webhook = {
	.kind = "webhook",
	.limits = {.body_bytes = LIMIT_NOTICE_BYTES},
	.resolves = true,
	.build = build,
	.judge = receiver_judge,
	.send = send,
	.check = check,
};
