/*
 * Findings that come and go. Whoever was told four times in a day that one is
 * open, and three times that it is not, looks no more; so that it flaps is told
 * once, and then nothing of it until it is calm.
 */
#include "base/base.h"
#include "scan/walk.h"

#include <inttypes.h>

#include "base/jsonout.h"
#include "base/limits.h"
#include "base/str.h"

#define RULE "kenpin-flapping"
#define SCOPE "kenpin" /* no query has it */

static const struct rule *rule_of(const struct walk *w, const char *id)
{
	const struct rule_set *rules = w->context->rules;

	for (size_t i = 0; i < rules->count; i++)
		if (rules->rules[i].id == id || strcmp(rules->rules[i].id, id) == 0)
			return &rules->rules[i];
	return NULL;
}

static int64_t since(const struct walk *w, const struct rule *rule)
{
	return clock_now(w->context->clock) - rule->flap_within;
}

int flapping_judge(struct walk *w, const struct finding *f, bool *flaps, struct error *e)
{
	const struct rule *rule = rule_of(w, f->rule);
	int64_t count = 0;

	*flaps = false;
	if (rule == NULL || rule->flap_after == 0)
		return 0;
	if (state_flaps(w->context->state, &f->fingerprint, since(w, rule), &count, e) < 0)
		return -1;
	*flaps = count >= rule->flap_after;
	return *flaps ? state_not_told(w->context->state, &w->result->run, &f->fingerprint, "it comes and goes", e) : 0;
}

static struct span key_of(const char *rule, const char *finding, struct walk *w)
{
	struct jsonout j;
	struct buf text;

	buf_init(&text, LIMIT_KEY_BYTES);
	jsonout_init(&j, &text);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "rule", rule);
	jsonout_pair(&j, "finding", finding);
	jsonout_close(&j, '}');
	struct span key = arena_span(&w->arena, buf_span(&text));
	buf_clear(&text);
	return key;
}

int flapping_tell(struct walk *w, const struct draft *of, struct error *e)
{
	const struct rule *rule = rule_of(w, of->rule);
	char id[FINGERPRINT_HEX], within[32];
	struct buf key;
	struct draft d = {.rule = RULE,
		.rule_rev = "",
		.query = of->query,
		.severity = of->severity,
		.klass = "scan",
		.title = "A finding comes and goes",
		.tags = SPAN_LITERAL("kenpin"),
		.shop = of->shop,
		.field = SPAN_LITERAL(""),
		.value = SPAN_LITERAL("null"),
		.index = SPAN_LITERAL(""),
		.seq_no = -1,
		.primary_term = -1,
		.version = -1};

	fingerprint_text(id, &of->fingerprint);
	str_duration_text(within, rule->flap_within);
	buf_init(&key, LIMIT_MESSAGE_BYTES);
	key_display(&key, of->key);
	d.id = arena_span(&w->arena, span_of(id));
	d.key = key_of(of->rule, id, w);
	d.message = span_of(arena_printf(&w->arena,
		"rule %s, %s: opened %" PRId64 " times within %s; nothing more is told of it until it is calm",
		of->rule, buf_text(&key), rule->flap_after, within));
	buf_clear(&key);
	draft_identify(&d);
	return record_draft(w, SCOPE, &d, e);
}

/* ---- calm again ---- */

/* The finding that flaps, as it stands. */
struct flapper {
	const struct walk *w;
	const struct rule *rule; /* NULL: there is no such finding or rule any more */
	enum finding_state state;
};

static int see(void *arg, const struct finding *f, struct error *e)
{
	struct flapper *x = arg;

	(void)e;
	x->rule = rule_of(x->w, f->rule);
	x->state = f->state;
	return 0;
}

static int look(struct walk *w, const struct fingerprint *flapping, const struct fingerprint *of, struct error *e)
{
	static const char *const nobody[] = {NULL};
	struct state *s = w->context->state;
	struct flapper x = {.w = w};
	char id[FINGERPRINT_HEX];
	int64_t count = 0;

	fingerprint_text(id, of);
	if (state_finding(s, id, see, &x, e) < 0)
		return -1;
	if (x.rule != NULL && x.rule->flap_after > 0 && state_flaps(s, of, since(w, x.rule), &count, e) < 0)
		return -1;
	if (count > 0)
		return 0;
	if (state_resolve(s, flapping, "scan", "it is calm",
		    w->context->notify ? notify_resolving(w->context->notify) : nobody, e) < 0)
		return -1;
	w->result->run.counts.resolved++;
	return x.state == FINDING_OPEN && x.rule != NULL ? state_wake(s, of, "scan", "it no longer comes and goes", e)
							 : 0;
}

int flapping_settle(struct walk *w, struct error *e)
{
	struct fingerprint at = {{0}}, of;
	int got;

	while ((got = state_flapping_next(w->context->state, RULE, SCOPE, &at, &of, e)) == 1)
		if (look(w, &at, &of, e) < 0)
			return -1;
	return got;
}
