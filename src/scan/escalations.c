/*
 * People are wanted: a key whose automatic recovery is off is a finding of its
 * own, told as any other, and over once the key is.
 */
#include "base/base.h"
#include "scan/walk.h"

#include "base/jsonout.h"
#include "base/limits.h"
#include "scan/recovery.h"

#define RULE "kenpin-escalated"
#define SCOPE "kenpin" /* no query has it */

/* Which key of which rule: the same for as long as it is off. */
static struct span key_of(const struct escalation *x, struct arena *arena)
{
	struct jsonout j;
	struct buf text;

	buf_init(&text, SIZE_MAX / 4);
	jsonout_init(&j, &text);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "rule", x->rule);
	jsonout_pair(&j, "finding", x->finding);
	jsonout_close(&j, '}');
	struct span key = arena_span(arena, buf_span(&text));
	buf_clear(&text);
	return key;
}

static int tell(struct walk *w, const struct escalation *x, struct arena *arena, struct error *e)
{
	struct draft d = {.rule = RULE,
		.rule_rev = "",
		.query = x->query,
		.severity = SEVERITY_ERROR,
		.klass = "recovery",
		.title = "Automatic recovery is off for a key",
		.tags = SPAN_LITERAL("kenpin"),
		.shop = span_of(x->shop),
		.key = key_of(x, arena),
		.field = SPAN_LITERAL(""),
		.value = SPAN_LITERAL("null"),
		.index = SPAN_LITERAL(""),
		.id = SPAN_LITERAL(""),
		.seq_no = -1,
		.primary_term = -1,
		.version = -1};
	struct buf key;

	buf_init(&key, LIMIT_MESSAGE_BYTES);
	key_display(&key, span_of(x->key));
	d.message = span_of(arena_printf(arena,
		"rule %s, %s: %s; look at it, and once it is right: kenpin findings resolve %.12s --reason TEXT",
		x->rule, buf_text(&key), x->why, x->finding));
	buf_clear(&key);
	draft_identify(&d);
	return record_draft(w, SCOPE, &d, e);
}

static int tell_all(struct walk *w, struct error *e)
{
	const struct judgement j = {.rule = RULE, .scope = SCOPE};
	struct escalation x = {.number = 0};
	struct arena arena;
	int got;

	arena_init(&arena);
	while ((got = state_escalated(w->context->state, x.number, &x, &arena, e)) == 1) {
		if (tell(w, &x, &arena, e) < 0) {
			got = -1;
			break;
		}
		arena_reset(&arena);
	}
	arena_clear(&arena);
	return got < 0 ? -1 : record_over(w, &j, e);
}

int scan_escalations(struct walk *w, struct error *e)
{
	if (state_begin(w->context->state, e) < 0)
		return -1;
	if (tell_all(w, e) == 0)
		return state_commit(w->context->state, e);
	state_rollback(w->context->state);
	return -1;
}
