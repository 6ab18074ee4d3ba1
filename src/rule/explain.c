/* A rule in plain words. */
#include "base/base.h"
#include "rule/explain.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/str.h"
#include "base/utf8.h"
#include "rule/explain_private.h"
#include "rule/explain_regex.h"
#include "rule/literal.h"

#define WRITTEN_BYTES 200
#define DAY_MS INT64_C(86400000)

/* ---- words ---- */

void explain_text(struct buf *out, struct span text)
{
	struct span cut = utf8_cut(text, WRITTEN_BYTES);
	size_t from = out->len;

	buf_add_span(out, cut);
	for (size_t i = from; i < out->len; i++)
		if ((unsigned char)out->data[i] < 0x20 || out->data[i] == 0x7f)
			out->data[i] = ' ';
	if (cut.n < text.n)
		buf_adds(out, "…");
}

static void write_plainly(struct buf *out, const struct yaml_node *node)
{
	switch (node->kind) {
	case YAML_SCALAR: buf_add_span(out, node->text); break;
	case YAML_LIST:
		for (size_t i = 0; i < node->count; i++) {
			buf_adds(out, i ? ", " : "");
			write_plainly(out, node->items[i]);
		}
		break;
	case YAML_MAP:
		for (size_t i = 0; i < node->count; i++) {
			buf_addf(out, "%s%.*s ", i ? ", " : "", SPAN_ARG(node->pairs[i].key->text));
			write_plainly(out, node->pairs[i].value);
		}
	}
}

void explain_written(struct buf *out, const struct yaml_node *node)
{
	struct buf text;

	buf_init(&text, LIMIT_CONFIG_BYTES);
	write_plainly(&text, node);
	explain_text(out, buf_span(&text));
	buf_clear(&text);
}

static void add_literals(struct buf *out, const struct literals *l)
{
	struct buf text;

	buf_init(&text, LIMIT_CONFIG_BYTES);
	for (size_t i = 0; i < l->count; i++)
		buf_addf(&text, "%s%.*s", i ? ", " : "", SPAN_ARG(l->items[i].text));
	explain_text(out, buf_span(&text));
	buf_clear(&text);
}

static void add_bounds(struct buf *out, const struct condition *c)
{
	if (c->min.n)
		buf_addf(out, "is at least %.*s", SPAN_ARG(c->min));
	if (c->max.n)
		buf_addf(out, "%s at most %.*s", c->min.n ? " and" : "is", SPAN_ARG(c->max));
}

void explain_condition(struct buf *out, const struct rule_group *group, const struct condition *c)
{
	buf_addf(out, "%s ", fields_path(group->fields, c->slot));
	switch (c->is) {
	case IS_MATCH:
		buf_adds(out, "matches ");
		explain_text(out, group->probes[c->probe].pattern);
		break;
	case IS_MEMBER:
		buf_adds(out, c->literals.count == 1 ? "equals " : "is one of ");
		add_literals(out, &c->literals);
		break;
	case IS_NO_MEMBER:
		buf_adds(out, "does not equal ");
		add_literals(out, &c->literals);
		break;
	case IS_THERE: buf_adds(out, "is there and not null"); break;
	case IS_NOT_THERE: buf_adds(out, "is absent or null"); break;
	case IS_WITHIN: add_bounds(out, c); break;
	}
}

void explain_allow(struct buf *out, const struct rule_group *group, const struct rule_allow *allow)
{
	for (size_t i = 0; i < allow->keys.count; i++)
		buf_addf(out, "%s%s", i ? " or " : "the key is ", allow->keys.items[i]);
	if (allow->condition.slot < 0)
		return;
	if (allow->keys.count)
		buf_adds(out, ", and ");
	explain_condition(out, group, &allow->condition);
}

const struct probe *explain_probe(const struct rule_group *group, const struct check *c)
{
	bool regex = c->ops == &check_must_match || c->ops == &check_must_not_match;

	return regex ? &group->probes[*(const uint32_t *)c->param] : NULL;
}

/* ---- regexes ---- */

static void tell_literals(struct buf *out, const struct probe *p, struct arena *arena)
{
	struct literal_set set;

	if (!literal_extract(&set, p->pattern, p->flags & REGEX_CASELESS, arena)) {
		buf_addf(out,
			"       prefilter: none: no text of %d bytes or more stands in every match; the regex runs on "
			"every "
			"value\n",
			LITERAL_LEAST);
		return;
	}
	buf_adds(out, "       prefilter: the regex runs only on documents with ");
	for (size_t i = 0; i < set.count; i++) {
		buf_adds(out, i ? " or \"" : "\"");
		explain_text(out, set.items[i]);
		buf_addc(out, '"');
	}
	buf_adds(out, " in this field\n");
}

static void tell_regex(struct buf *out, const struct probe *p)
{
	struct arena arena;
	size_t count;

	arena_init(&arena);
	if (p->flags & REGEX_CASELESS)
		buf_adds(out, "       small and capital letters are one\n");
	if (p->flags & REGEX_UCP)
		buf_adds(out, "       digits, letters and white space are those of Unicode\n");
	struct regex_branch *branches = regex_take_apart(&arena, p->pattern, &count);
	regex_tell(out, branches, count, 7);
	tell_literals(out, p, &arena);
	arena_clear(&arena);
}

/* ---- the rule ---- */

static void tell_check(
	struct buf *out, const struct rule_group *group, const struct rule_check *entry, const struct check *c)
{
	const struct probe *probe = explain_probe(group, c);

	buf_addf(out, "     %s ", c->ops->name);
	explain_written(out, option_node(entry->node, c->ops->name));
	buf_addf(out, "   (class %s)\n       %s\n", c->klass, c->ops->explain);
	if (probe)
		tell_regex(out, probe);
}

static void tell_entry(struct buf *out, const struct rule_group *group, const struct rule_check *entry, size_t number)
{
	buf_addf(out, "  %zu. %s", number, entry->field);
	if (fields_each_element(group->fields, entry->slot))
		buf_adds(out, ", each element by itself");
	buf_adds(out, entry->on_nothing ? "\n" : "; absent or null holds\n");
	for (size_t i = 0; i < entry->count; i++)
		tell_check(out, group, entry, &entry->checks[i]);
	if (entry->message)
		buf_addf(out, "     a finding says: %s\n", entry->message);
}

static void tell_until(struct buf *out, int64_t until, int64_t now)
{
	char text[32];

	if (until == INT64_MAX) {
		buf_adds(out, "for ever");
		return;
	}
	clock_text(text, until);
	buf_addf(out, "%s %.10s", until < now ? "EXPIRED: was good until" : "until", text);
	if (until >= now)
		buf_addf(out, ", %" PRId64 " days from now", (until - now) / DAY_MS);
}

static void tell_allows(struct buf *out, const struct rule_group *group, const struct rule *rule, int64_t now)
{
	buf_adds(out, "\nALLOWED\n");
	if (rule->allow_count == 0)
		buf_adds(out, "  nothing\n");
	for (size_t i = 0; i < rule->allow_count; i++) {
		const struct rule_allow *allow = &rule->allows[i];

		buf_addf(out, "  %zu. ", i + 1);
		explain_allow(out, group, allow);
		buf_addf(out, "\n     %s; ", allow->reason);
		tell_until(out, allow->until, now);
		buf_addc(out, '\n');
	}
}

void rule_explain_checks(struct buf *out, const struct rule_set *set, const struct rule *rule, int64_t now)
{
	size_t plan;
	const struct rule_group *group = eval_group_of(set, rule, &plan);

	buf_adds(out, "\nGATE\n");
	if (rule->when == NULL)
		buf_adds(out, "  none: every document is looked at\n");
	for (size_t i = 0; rule->when && i < rule->when->count; i++) {
		buf_adds(out, i ? "  and " : "  only documents where ");
		explain_condition(out, group, &rule->when->items[i]);
		buf_addc(out, '\n');
	}
	buf_adds(out, "\nCHECKS\n");
	if (rule->kind == RULE_HIT)
		buf_adds(out, "  none: every document that the query returns is a finding   (class hit)\n");
	for (size_t i = 0; i < rule->check_count; i++)
		tell_entry(out, group, &rule->checks[i], i + 1);
	if (rule->kind == RULE_SET)
		rule_explain_set(out, rule);
	if (rule->kind == RULE_PAIR)
		rule_explain_pair(out, rule);
	if (rule->kind == RULE_WINDOW)
		rule_explain_window(out, group, rule);
	if (rule->kind == RULE_CHECK)
		buf_adds(out, "  The first check of an entry that a value does not stand is a finding of its class.\n");
	tell_allows(out, group, rule, now);
}

/* ---- corrections ---- */

static void tell_op(struct buf *out, const struct recover_spec *spec)
{
	switch (spec->op) {
	case ACTION_CALL:
		buf_addf(out, "  call the correction %s", spec->call);
		if (spec->arguments.n)
			buf_addf(out, " with %.*s", SPAN_ARG(spec->arguments));
		break;
	case ACTION_PATCH:
	case ACTION_CREATE:
		buf_adds(out, spec->op == ACTION_PATCH ? "  patch the document:" : "  create the document:");
		for (size_t i = 0; i < spec->set_count; i++) {
			const struct recover_field *f = &spec->set[i];

			buf_addf(out, "%s %s %s", i ? "," : "", f->value.p ? "set" : "remove", f->field);
			if (f->value.p)
				buf_addf(out, " to %.*s", SPAN_ARG(f->value));
		}
		break;
	case ACTION_DELETE: buf_adds(out, "  delete the document"); break;
	case ACTION_COPY:
		buf_addf(out, "  copy %s from %s, %s, read again when it is done",
			spec->source_path ? spec->source_path : "the document", spec->source_system,
			spec->source_store);
		break;
	case ACTION_REINDEX: buf_adds(out, "  write the document into the index again"); break;
	}
	buf_addf(out, "\n  in %s, %s\n", spec->system ? spec->system : "the source of the query",
		spec->store ? spec->store : "the index that the document is in");
}

void rule_explain_recover(struct buf *out, const struct rule *rule)
{
	const struct recover_spec *spec = rule->recover;
	char life[32];

	buf_adds(out, "\nPROPOSED\n");
	if (spec == NULL) {
		buf_adds(out, "  nothing: the rule has no `recover`\n");
		return;
	}
	if (rule->kind == RULE_PAIR) {
		rule_explain_pair_recover(out, rule);
	} else {
		tell_op(out, spec);
		buf_adds(out, spec->automatic ? "  by itself (mode auto)\n"
					      : "  when a person has approved it (mode manual)\n");
	}
	str_duration_text(life, spec->expires_ms > 0 ? spec->expires_ms : DAY_MS);
	buf_addf(out,
		"  guards: the whole manifest is refused over %" PRId64
		" actions, over %s %% of the documents read, or "
		"over %" PRId64 " in one shop; an action may wait for %s\n",
		spec->max_actions ? spec->max_actions : (int64_t)LIMIT_MANIFEST_ACTIONS,
		spec->max_percent ? spec->max_percent : LIMIT_MANIFEST_PERCENT,
		spec->max_per_shop ? spec->max_per_shop : (int64_t)LIMIT_MANIFEST_PER_SHOP, life);
}
