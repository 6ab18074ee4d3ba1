/* Receiver: a letter by SMTP. */
#include "base/base.h"
#include "notify/receiver.h"

#include "base/limits.h"
#include "ext/http_mail.h"
#include "notify/letter.h"

static int build(const struct receiver *r, const struct message *m, struct buf *body, struct error *e)
{
	if (m->dedup_key == NULL || m->dedup_key[0] == '\0')
		return error_set(e, ERROR_OWED, "a letter's Message-ID is made of a dedup_key, and there is none");
	letter_write(body, m, r->config->from, &r->config->to);
	return 0;
}

/* 4xx passes, 5xx does not (RFC 5321, 4.2.1); without a reply the server may be back later. */
static void judge_mail(const struct mail_answer *a, const char *const *secrets, struct outcome *out)
{
	struct buf why;

	buf_init(&why, sizeof(a->why) * 4);
	buf_adds(&why, a->why);
	receiver_redact(&why, secrets);
	if (a->sent)
		outcome_set(out, VERDICT_SENT, "SMTP %ld", a->code);
	else
		outcome_set(
			out, a->code >= 500 && a->code < 600 ? VERDICT_REFUSED : VERDICT_RETRY, "%s", buf_text(&why));
	buf_clear(&why);
}

/* BODY p NULL: only sees whether the server answers, and takes the login. */
static int post(struct receiver *r, struct span body, struct outcome *out, struct error *e)
{
	const struct receiver_config *c = r->config;
	const char **to = xcalloc(c->to.count + 1, sizeof(*to));
	struct mail mail = {.url = c->url_text,
		.from = c->from,
		.to = to,
		.ca_file = c->ca_file,
		.letter = body,
		.timeout_ms = c->timeout,
		.interrupt = r->context->stop_now};
	struct mail_answer answer;
	struct arena arena;
	int result = -1;

	arena_init(&arena);
	for (size_t i = 0; i < c->to.count; i++)
		to[i] = c->to.items[i];
	if (c->login.from != SECRET_NONE && (mail.userinfo = secret_value(&c->login, &arena, e)) == NULL)
		goto out;
	const char *colon = mail.userinfo ? strchr(mail.userinfo, ':') : NULL;
	const char *secrets[] = {mail.userinfo, colon ? colon + 1 : NULL, NULL};
	http_mail(&mail, &answer);
	judge_mail(&answer, secrets[0] ? secrets : secrets + 2, out);
	r->failures = answer.answered ? 0 : r->failures + 1;
	result = 0;
out:
	arena_clear(&arena);
	free(to);
	return result;
}

static void send(struct receiver *r, const struct message *m, struct span body, struct outcome *out)
{
	struct error e = {0};

	(void)m;
	if (post(r, body, out, &e) < 0)
		outcome_set(out, VERDICT_RETRY, "%s", e.message);
}

static int check(struct receiver *r, struct error *e)
{
	struct outcome outcome;

	if (post(r, SPAN_NONE, &outcome, e) < 0)
		return -1;
	if (outcome.verdict == VERDICT_SENT)
		return 0;
	return error_set(e, ERROR_OWED, "receiver %s is not reached: %s; check its address and login", r->config->name,
		outcome.answer);
}

const struct receiver_ops receiver_smtp = {
	.kind = "smtp",
	.limits = {.body_bytes = LIMIT_NOTICE_BYTES, .title_chars = LIMIT_MAIL_SUBJECT_CHARS},
	.resolves = true,
	.build = build,
	.send = send,
	.check = check,
};
