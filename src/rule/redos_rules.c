/*
 * The ReDoS check of a rule set: every regex that a rule file holds, once each,
 * and what the rules silence.
 */
#include "base/base.h"
#include "rule/redos.h"

#include "base/limits.h"
#include "rule/compile.h"

struct rule_silence {
	const struct yaml_node *node;
	enum silence_code code;
	bool used;
};
const char *const silence_code_names[] = {
	[SILENCE_E0501] = "E0501", [SILENCE_W0502] = "W0502", [SILENCE_W0503] = "W0503", NULL};

struct rule_silence *compile_silences(struct compiler *k, const struct blocks *entries)
{
	struct rule_silence *silences = arena_zalloc(k->arena, (entries->count + 1) * sizeof(*silences));

	for (size_t i = 0; i < entries->count; i++) {
		const struct silence_entry *entry = entries->items[i];

		silences[i] = (struct rule_silence){.node = entry->node, .code = (enum silence_code)entry->code};
	}
	return silences;
}

static bool silenced(const struct rule *rule, enum silence_code code)
{
	bool found = false;

	for (size_t i = 0; i < rule->silence_count; i++) {
		if (rule->silences[i].code == code)
			found = rule->silences[i].used = true;
	}
	return found;
}

struct checker {
	struct diags *diags;
	struct map verdicts; /* struct redos_verdict * by flags and pattern */
};

/* 100000 -> "100,000" */
static const char *grouped(struct arena *arena, unsigned n)
{
	return n < 1000 ? arena_printf(arena, "%u", n)
			: arena_printf(arena, "%s,%03u", grouped(arena, n / 1000), n % 1000);
}

static void report(
	struct checker *c, const struct rule *rule, const struct yaml_node *scalar, const struct redos_verdict *v)
{
	const char *most = grouped(c->diags->arena, v->steps);
	struct diag *d;

	switch (v->kind) {
	case REDOS_SAFE: return;
	case REDOS_EXPLOSIVE:
		if (silenced(rule, SILENCE_E0501))
			return;
		d = diag_error(c->diags, "E0501", rule->file, scalar, "regex %s: %s passes %s steps",
			v->exponential ? "is exponential" : "explodes", v->attack, most);
		diag_help(c->diags, d, "one text can be divided in many ways: let each character have one place to go");
		return;
	case REDOS_POLYNOMIAL:
		if (silenced(rule, SILENCE_W0502))
			return;
		d = diag_warning(c->diags, "W0502", rule->file, scalar,
			v->uncounted ? "regex is polynomial of degree %u: for %s it reads %s characters"
				     : "regex is polynomial of degree %u: %s passes %s steps",
			v->degree, v->attack, most);
		diag_help(c->diags, d,
			"two repeats in a row can take the same text: keep them apart, or add to the rule\n"
			"silence: [{code: W0502, reason: ...}]");
		return;
	case REDOS_UNCHECKED:
		if (silenced(rule, SILENCE_W0503))
			return;
		d = diag_warning(c->diags, "W0503", rule->file, scalar,
			"regex is not checked for explosion: it holds %s", v->why);
		diag_help(c->diags, d,
			"look at it with care, then add to the rule silence: [{code: W0503, reason: ...}]");
		return;
	}
}

/* Of a rule with faults the regex may be one of them. */
static bool compiles(struct span pattern, unsigned flags)
{
	struct regex_fault fault;
	struct regex *regex = regex_new(pattern, flags | REGEX_NO_JIT, &fault);

	regex_free(regex);
	return regex != NULL;
}

static void check_scalar(
	struct checker *c, const struct rule *rule, const struct yaml_node *map, const struct yaml_node *scalar)
{
	const struct yaml_node *ucp = yaml_find(map, "ucp"), *ignore_case = yaml_find(map, "ignore_case");
	struct redos_verdict *verdict;
	bool on = false;
	unsigned flags = 0;
	void **slot;

	if (ucp && yaml_is_bool(ucp, &on) && on)
		flags |= REGEX_UCP;
	if (ignore_case && yaml_is_bool(ignore_case, &on) && on)
		flags |= REGEX_CASELESS;
	slot = map_put(&c->verdicts, span_of(arena_printf(c->diags->arena, "%u:%.*s", flags, SPAN_ARG(scalar->text))));
	if (*slot == NULL) {
		*slot = verdict = arena_zalloc(c->diags->arena, sizeof(*verdict));
		if (compiles(scalar->text, flags))
			*verdict = redos_judge(scalar->text, flags, c->diags->arena);
	}
	report(c, rule, scalar, *slot);
}

static void check_map(struct checker *c, const struct rule *rule, const struct yaml_node *map)
{
	static const char *const keys[] = {"must_match", "must_not_match", "match"};

	for (size_t i = 0; map->kind == YAML_MAP && i < ARRAY_LEN(keys); i++) {
		const struct yaml_node *scalar = yaml_find(map, keys[i]);

		if (scalar && scalar->kind == YAML_SCALAR)
			check_scalar(c, rule, map, scalar);
	}
}

static void needless(struct checker *c, const struct rule *rule)
{
	for (size_t i = 0; i < rule->silence_count; i++) {
		const struct rule_silence *s = &rule->silences[i];

		if (!s->used)
			diag_help(c->diags,
				diag_warning(c->diags, "W0504", rule->file, s->node,
					"nothing to silence: no regex of the rule gives %s",
					silence_code_names[s->code]),
				"take it out");
	}
}

static void check_rule(struct checker *c, const struct rule *rule)
{
	static const char *const blocks[] = {"check", "when", "allow"};

	for (size_t i = 0; i < ARRAY_LEN(blocks); i++) {
		const struct yaml_node *block = yaml_find(rule->node, blocks[i]);

		if (block == NULL)
			continue;
		check_map(c, rule, block);
		for (size_t n = 0; block->kind == YAML_LIST && n < block->count; n++)
			check_map(c, rule, block->items[n]);
	}
}

void rule_set_redos(const struct rule_set *set, struct diags *diags)
{
	struct checker c = {.diags = diags};
	bool whole = diags->errors == 0;

	map_init(&c.verdicts);
	for (size_t i = 0; i < set->count; i++) {
		check_rule(&c, &set->rules[i]);
		if (whole)
			needless(&c, &set->rules[i]);
	}
	for (size_t i = 0; i < set->faulty_count; i++)
		check_rule(&c, &set->faulty[i]);
	map_clear(&c.verdicts);
}
