/* One document's way through a rule, told step by step as the evaluation takes them. */
#include "base/base.h"
#include "rule/explain.h"

#include <inttypes.h>

#include "base/jsonout.h"
#include "base/utf8.h"
#include "rule/explain_private.h"
#include "rule/explain_regex.h"

#define SHOWN_BYTES 120
#define MARKED_BYTES 60 /* on each side of a mark */

struct telling {
	struct buf *out;
	const struct rule *rule;
	int64_t findings;
	bool values; /* the entry had one */
};

/* ---- values ---- */

static void add_value(struct buf *out, struct eval *e, const struct value *v)
{
	bool cut;

	if (v == NULL || v->kind == VALUE_ABSENT) {
		buf_adds(out, "absent");
		return;
	}
	buf_add_span(out, eval_json(e, v, SHOWN_BYTES, &cut));
	buf_adds(out, cut ? "…" : "");
}

/* The character border at or before N. */
static size_t border(struct span text, size_t n)
{
	while (n > 0 && n < text.n && ((unsigned char)text.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void add_before(struct buf *out, struct span text)
{
	size_t from = text.n > MARKED_BYTES ? border(text, text.n - MARKED_BYTES) : 0;

	buf_adds(out, from ? "…" : "");
	jsonout_escape(out, (struct span){text.p + from, text.n - from});
}

static void add_after(struct buf *out, struct span text)
{
	struct span cut = utf8_cut(text, MARKED_BYTES);

	jsonout_escape(out, cut);
	buf_adds(out, cut.n < text.n ? "…" : "");
}

static void add_marked(struct buf *out, struct span text, size_t from, size_t to, const char *open, const char *close)
{
	struct span middle = {text.p + from, to - from}, cut = utf8_cut(middle, 2 * MARKED_BYTES);

	buf_addc(out, '"');
	add_before(out, (struct span){text.p, from});
	buf_adds(out, open);
	jsonout_escape(out, cut);
	buf_adds(out, cut.n < middle.n ? "…" : "");
	buf_adds(out, close);
	add_after(out, (struct span){text.p + to, text.n - to});
	buf_addc(out, '"');
}

/* ---- regexes ---- */

/* Where P matches in TEXT. */
static bool match_of(struct span *where, const struct probe *p, struct eval *e, struct span text)
{
	return regex_match(p->regex, e->room, text, where) == REGEX_MATCH;
}

static void add_rest(struct buf *out, struct span text, size_t done)
{
	if (done == text.n) {
		buf_adds(out, "there the text ends");
		return;
	}
	buf_adds(out, "there stands \"");
	add_after(out, (struct span){text.p + done, text.n - done});
	buf_addc(out, '"');
}

/* Which item of the regex is the first that the text does not give. */
static void tell_first_failing(struct buf *out, const struct probe *p, struct span text)
{
	struct regex_progress progress;
	struct arena arena;
	size_t count;

	arena_init(&arena);
	struct regex_branch *branches = regex_take_apart(&arena, p->pattern, &count);
	regex_progress(&progress, p->flags, text, branches, count);
	if (progress.item == NULL) {
		buf_adds(out, "         which item fails cannot be told\n");
	} else {
		buf_adds(out, "         first item that fails: ");
		explain_text(out, progress.item->text);
		buf_adds(out, " (");
		regex_item_words(out, progress.item);
		buf_adds(out, ")\n         ");
		if (progress.times)
			buf_addf(out, "it is there %" PRIu32 " times; ", progress.times);
		buf_adds(out, progress.done ? "after \"" : "from the beginning: ");
		if (progress.done) {
			add_before(out, (struct span){text.p, progress.done});
			buf_adds(out, "\" ");
		}
		add_rest(out, text, progress.done);
		buf_addc(out, '\n');
	}
	arena_clear(&arena);
}

static void tell_regex(struct telling *t, struct eval *e, const struct eval_event *event, const struct probe *p)
{
	struct span text = eval_text(e, event->value), where;

	if (event->check->ops == &check_must_match) {
		tell_first_failing(t->out, p, text);
	} else if (match_of(&where, p, e, text)) {
		buf_adds(t->out, "         it matches here: ");
		add_marked(t->out, text, (size_t)(where.p - text.p), (size_t)(where.p + where.n - text.p), "[", "]");
		buf_addc(t->out, '\n');
	}
}

/* ---- steps ---- */

static void tell_when(struct telling *t, struct eval *e, const struct eval_event *event)
{
	static const char *const words[] = {"a limit was hit", "does not hold: the rule looks no further", "holds"};

	buf_adds(t->out, "  gate: ");
	explain_condition(t->out, e->group, event->condition);
	buf_adds(t->out, "; it is ");
	add_value(t->out, e, eval_first(e, event->condition->slot));
	buf_addf(t->out, ": %s\n", words[event->answer + 1]);
}

static void tell_check(struct telling *t, struct eval *e, const struct eval_event *event)
{
	static const char *const words[] = {[CHECK_HOLDS] = "holds",
		[CHECK_FAILS] = "FAILS",
		[CHECK_TYPE] = "FAILS by its type",
		[CHECK_ERROR] = "a limit was hit: "};
	const struct probe *probe;

	t->values = true;
	buf_adds(t->out, "     ");
	add_value(t->out, e, event->value);
	if (event->check == NULL) {
		buf_adds(t->out, ": holds, since nothing is there\n");
		return;
	}
	buf_addf(t->out, "  %s ", event->check->ops->name);
	explain_written(t->out, option_node(event->entry->node, event->check->ops->name));
	buf_addf(t->out, ": %s%s\n", words[event->answer], event->answer == CHECK_ERROR ? e->trouble : "");
	probe = explain_probe(e->group, event->check);
	if (probe && event->answer == CHECK_FAILS)
		tell_regex(t, e, event, probe);
}

static void tell_allow(struct telling *t, struct eval *e, const struct eval_event *event)
{
	bool expired = event->allow->until < e->options.now;

	buf_addf(t->out, "       allow %zu, ", (size_t)(event->allow - t->rule->allows) + 1);
	explain_allow(t->out, e->group, event->allow);
	if (event->answer)
		buf_addf(t->out, ": applies, so this is no finding (%s)\n", event->allow->reason);
	else
		buf_addf(t->out, ": %s\n", expired ? "has expired" : "does not apply");
}

static void tell(void *arg, struct eval *e, const struct eval_event *event)
{
	struct telling *t = arg;

	switch (event->step) {
	case STEP_WHEN: tell_when(t, e, event); break;
	case STEP_ENTRY:
		buf_addf(t->out, "  %zu. %s\n", (size_t)(event->entry - t->rule->checks) + 1, event->entry->field);
		if (eval_first(e, event->entry->slot) == NULL)
			buf_adds(t->out, "     no element is there: holds\n");
		break;
	case STEP_CHECK: tell_check(t, e, event); break;
	case STEP_ALLOW: tell_allow(t, e, event); break;
	case STEP_AGAIN: buf_adds(t->out, "       its class is found in this document already\n"); break;
	}
}

static int add_finding(void *arg, const struct draft *d, struct error *e)
{
	struct telling *t = arg;
	char id[FINGERPRINT_HEX];

	(void)e;
	t->findings++;
	fingerprint_text(id, &d->fingerprint);
	buf_addf(t->out, "       FINDING %.12s, class %s, %s", id, d->klass, severity_name(d->severity));
	if (d->shop.n)
		buf_addf(t->out, ", shop %.*s", SPAN_ARG(d->shop));
	buf_addf(t->out, ", key %.*s\n         %.*s\n", SPAN_ARG(d->key), SPAN_ARG(d->message));
	if (d->action.n)
		buf_addf(t->out, "         proposed: %.*s\n", SPAN_ARG(d->action));
	return 0;
}

static void conclude(struct telling *t, const struct rule_stats *stats)
{
	if (stats->errors)
		buf_addf(t->out, "  => the rule had an error, which is no verdict: %s\n", stats->why);
	else if (t->findings)
		buf_addf(t->out, "  => %" PRId64 " finding%s\n", t->findings, t->findings == 1 ? "" : "s");
	else
		buf_addf(t->out, "  => %s\n",
			stats->gated     ? "clean: the gate is shut"
			: stats->allowed ? "allowed"
					 : "clean");
}

int rule_explain_doc(struct buf *out, const struct rule_set *set, const struct rule *rule, struct span json,
	const char *name, int64_t now, struct error *e)
{
	const struct eval_options options = {
		.now = now, .source_name = rule->query->source_name, .index = rule->query->index};
	struct telling t = {.out = out, .rule = rule};
	struct arena arena;
	struct doc doc;
	size_t plan;
	const struct rule_group *group = eval_group_of(set, rule, &plan);

	if (rule_is_of_many(rule))
		return error_set(
			e, ERROR_USAGE, "rule %s looks at many documents together: one alone shows nothing", rule->id);
	arena_init(&arena);
	int status = eval_read_doc(&doc, group, json, name, &arena, e);
	if (status == 0) {
		struct eval *eval = eval_new(group, &options);

		eval->tell = tell;
		eval->tell_arg = &t;
		buf_addf(out, "\nDOCUMENT %s\n", name);
		status = eval_rule(eval, plan, &doc, add_finding, &t, e);
		if (status == 0)
			conclude(&t, eval_stats(eval, plan));
		eval_free(eval);
	}
	doc_clear(&doc);
	arena_clear(&arena);
	return status;
}

/* ---- samples ---- */

void eval_marked(struct buf *out, struct eval *e, const char *open, const char *close)
{
	const struct verdict *v = e->verdict;
	const struct probe *p = v->check && !v->type ? explain_probe(e->group, v->check) : NULL;
	struct span text = p ? eval_text(e, v->value) : SPAN_NONE, where;
	struct regex_progress progress;
	struct arena arena;
	size_t count;

	if (p == NULL) {
		add_value(out, e, v->value);
		return;
	}
	if (v->check->ops == &check_must_not_match && match_of(&where, p, e, text)) {
		add_marked(out, text, (size_t)(where.p - text.p), (size_t)(where.p + where.n - text.p), open, close);
		return;
	}
	arena_init(&arena);
	struct regex_branch *branches = regex_take_apart(&arena, p->pattern, &count);
	regex_progress(&progress, p->flags, text, branches, count);
	if (progress.item)
		add_marked(out, text, progress.done, text.n, open, close);
	else
		add_value(out, e, v->value);
	arena_clear(&arena);
}
