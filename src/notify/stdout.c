/* Receiver: lines for people on standard output. */
#include "base/base.h"
#include "notify/receiver.h"

#include <inttypes.h>

#include "base/limits.h"

static void add_finding(struct buf *body, const struct finding *f)
{
	struct buf key;

	buf_init(&key, LIMIT_NOTICE_BYTES);
	key_display(&key, span_of(f->key));
	buf_adds(body, "    ");
	message_line(body, buf_span(&key));
	buf_adds(body, ": ");
	message_line(body, span_of(f->message));
	buf_addc(body, '\n');
	buf_clear(&key);
}

static int build(const struct receiver *r, const struct message *m, struct buf *body, struct error *e)
{
	(void)r;
	(void)e;
	buf_addf(body, "[%s] ", severity_name(m->severity));
	message_title(body, m, 0);
	buf_addc(body, '\n');
	for (size_t i = 0; m->total > 1 && i < m->top_count; i++)
		add_finding(body, &m->top[i]);
	if (m->total > (int64_t)m->top_count)
		buf_addf(body, "    and %" PRId64 " more\n", m->total - (int64_t)m->top_count);
	if (m->manifest != NULL)
		buf_addf(body, "    corrections: %s\n", m->manifest);
	return 0;
}

static void send(struct receiver *r, const struct message *m, struct span body, struct outcome *out)
{
	(void)m;
	if (fwrite(body.p, 1, body.n, r->context->out) != body.n || fflush(r->context->out) != 0)
		outcome_set(out, VERDICT_RETRY, "standard output could not be written");
	else
		outcome_set(out, VERDICT_SENT, "printed");
}

const struct receiver_ops receiver_stdout = {.kind = "stdout", .resolves = true, .build = build, .send = send};
