/* One action as a line of a manifest. */
#include "base/base.h"
#include "recover/action_line.h"

#include "base/jsonout.h"
#include "base/limits.h"
#include "base/str.h"

static int not_well_formed(const struct action *a, const char *what, struct error *e)
{
	return error_set(e, ERROR_OWED, "rule %s, action %s: %s is not well formed; no manifest is written", a->rule,
		a->action_id, what);
}

static void write_head(struct jsonout *j, const struct action *a, enum line_role role, const char *id, int64_t seq)
{
	if (role == LINE_UNDO) {
		jsonout_pair(j, "kind", "undo");
		jsonout_pair(j, "undoes", a->action_id);
	}
	jsonout_pair_int(j, "seq", seq);
	jsonout_pair(j, "action_id", id);
	jsonout_pair(j, "group_id", NULL);
	jsonout_pair(j, "finding_id", a->finding);
	jsonout_pair_int(j, "episode", a->episode);
	jsonout_pair_int(j, "attempt", a->attempt);
	jsonout_key(j, "rule");
	jsonout_open(j, '{');
	jsonout_pair(j, "id", a->rule);
	jsonout_pair(j, "rev", a->rule_rev);
	jsonout_close(j, '}');
	jsonout_pair(j, "class", a->klass);
	/* a person decides to undo */
	jsonout_pair(j, "mode", a->automatic && role == LINE_ACTION ? "auto" : "manual");
	jsonout_pair(j, "severity", a->severity);
}

/* The members of the object TEXT, without its braces; SPAN_NONE when it is no object with members. */
static struct span members_of(const char *text)
{
	struct span s = span_of(text);

	while (s.n > 0 && strchr(" \t\r\n", s.p[0]))
		s = (struct span){s.p + 1, s.n - 1};
	while (s.n > 0 && strchr(" \t\r\n", s.p[s.n - 1]))
		s.n--;
	if (s.n <= 2 || s.p[0] != '{' || s.p[s.n - 1] != '}' || memchr(s.p, '\n', s.n))
		return SPAN_NONE;
	return (struct span){s.p + 1, s.n - 2};
}

int action_line_write(struct buf *out, const struct action *a, enum line_role role, int64_t seq, struct error *e)
{
	const char *body = role == LINE_UNDO ? a->undo : a->body, *what = role == LINE_UNDO ? "its undo" : "its body";
	struct span members = members_of(body);
	struct jsonout j;
	char id[33];

	if (members.n == 0 || action_identify(id, a->rule, a->klass, span_of(body), a->episode) < 0)
		return not_well_formed(a, what, e);
	if (role == LINE_ACTION && strcmp(id, a->action_id) != 0)
		return not_well_formed(a, "its id", e);
	jsonout_init(&j, out);
	jsonout_open(&j, '{');
	write_head(&j, a, role, id, seq);
	buf_addc(out, ',');
	buf_add_span(out, members);
	jsonout_close(&j, '}');
	buf_addc(out, '\n');
	if (buf_over(out))
		return error_set(e, ERROR_OWED,
			"rule %s, action %s: %s makes a line longer than %u bytes (LIMIT_MANIFEST_LINE_BYTES)", a->rule,
			a->action_id, what, LIMIT_MANIFEST_LINE_BYTES);
	return 0;
}

static void read_id(unsigned char id[IDSET_BYTES], const struct json *tree, const char *key)
{
	if (str_unhex(id, IDSET_BYTES, json_span(json_get(tree, key))) < 0)
		memset(id, 0, IDSET_BYTES);
}

static void prove_id(const struct line *l, struct span text, struct shape_faults *f)
{
	char id[33];

	if (action_identify(id, json_text(l->tree, "rule.id", ""), json_text(l->tree, "class", ""), text,
		    json_int(l->tree, "episode", 0)) < 0)
		shape_fault(f, "action_id", "cannot be made of what the line says");
	else if (!span_is(json_span(json_get(l->tree, "action_id")), id))
		shape_fault(f, "action_id", "is not the id of what the line says, which is %s", id);
}

void action_line_read(struct line *l, struct span text, enum line_role role, struct shape_faults *f)
{
	struct error e = {0};

	*l = (struct line){.tree = NULL};
	if (text.n + 1 > LIMIT_MANIFEST_LINE_BYTES) {
		shape_fault(f, "", "is longer than %u bytes", LIMIT_MANIFEST_LINE_BYTES);
		return;
	}
	l->tree = json_parse(text, ERROR_OWED, "", &e);
	if (l->tree == NULL || json_type_of(l->tree) != JSON_TYPE_MAP) {
		shape_fault(f, "", "%s", l->tree ? "is no JSON object" : e.message);
		action_line_clear(l);
		return;
	}
	schema_check_line(l->tree, role, f);
	prove_id(l, text, f);
	l->seq = json_int(l->tree, "seq", 0);
	read_id(l->id, l->tree, "action_id");
	read_id(l->undoes, l->tree, "undoes");
}

void action_line_clear(struct line *l)
{
	json_free(l->tree);
	l->tree = NULL;
}
