/*
 * A failing check -> a draft: whose document it is, what stands there, and
 * one line for people.
 */
#include "base/base.h"
#include "rule/eval.h"

#include "base/jsonout.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "ext/sha.h"

#define SHOWN_BYTES 160 /* of a value in a message */

/* ---- who it is ---- */

/* Without an id a line number is better than one key for all. */
static void write_id(struct eval *e, struct jsonout *out)
{
	if (e->doc->id.n || e->doc->line == 0)
		jsonout_pair_span(out, "_id", e->doc->id);
	else
		jsonout_pair_int(out, "_line", e->doc->line);
}

static void write_key(struct eval *e, struct jsonout *out, bool with_id)
{
	const struct texts *paths = &e->group->query->key;
	bool whole = paths->count > 0, named = false;

	jsonout_open(out, '{');
	for (size_t i = 0; i < paths->count; i++) {
		const struct value *v = e->group->key_slots[i] < 0 ? NULL : eval_first(e, e->group->key_slots[i]);

		named = named || (v && v->kind > VALUE_NULL && strcmp(paths->items[i], "_id") == 0);
		jsonout_key(out, paths->items[i]);
		if (v && v->kind > VALUE_NULL) {
			jsonout_raw(out, eval_whole(e, v));
		} else {
			jsonout_null(out);
			whole = false;
		}
	}
	if (!named && (!whole || with_id))
		write_id(e, out);
	jsonout_close(out, '}');
}

/* A key over its limit is known by its digest. */
static void shorten_key(struct eval *e)
{
	char hex[SHA_HEX];
	struct jsonout out;

	sha_hex_of(hex, buf_span(&e->work));
	buf_reset(&e->work);
	jsonout_init(&out, &e->work);
	jsonout_open(&out, '{');
	jsonout_pair(&out, "key_sha256", hex);
	if (e->doc->id.n <= LIMIT_KEY_BYTES / 2)
		write_id(e, &out);
	jsonout_close(&out, '}');
}

struct span eval_shop_alone(struct eval *e)
{
	const struct value *v;

	if (e->options.shop)
		return arena_span(&e->page, span_of(e->options.shop));
	v = e->group->shop_slot < 0 ? NULL : eval_first(e, e->group->shop_slot);
	if (v == NULL || v->kind <= VALUE_NULL || v->kind > VALUE_TEXT)
		return SPAN_NONE;
	return arena_span(&e->page, utf8_cut(eval_text(e, v), LIMIT_NAME_CHARS));
}

const struct identity *eval_identity(struct eval *e)
{
	struct identity *identity = e->identity;
	struct jsonout out;

	if (identity->generation == e->generation)
		return identity;
	buf_reset(&e->work);
	jsonout_init(&out, &e->work);
	write_key(e, &out, false);
	if (e->work.len > LIMIT_KEY_BYTES)
		shorten_key(e);
	identity->generation = e->generation;
	identity->key = arena_span(&e->page, buf_span(&e->work));
	identity->shop = eval_shop_alone(e);
	return identity;
}

struct span eval_key_of_one(struct eval *e)
{
	struct jsonout out;

	buf_reset(&e->work);
	jsonout_init(&out, &e->work);
	write_key(e, &out, true);
	if (e->work.len > LIMIT_KEY_BYTES)
		shorten_key(e);
	return arena_span(&e->page, buf_span(&e->work));
}

struct span eval_key(const struct eval *e)
{
	return eval_identity((struct eval *)(uintptr_t)e)->key;
}

struct span eval_shop(const struct eval *e)
{
	return eval_identity((struct eval *)(uintptr_t)e)->shop;
}

/* ---- what stands there ---- */

/* White space between tokens is the writer's taste; lines of a manifest cannot hold it. */
static struct span compact(struct arena *arena, struct span json)
{
	char *copy = arena_alloc(arena, json.n + 1), *to = copy;
	bool text = false;

	for (size_t i = 0; i < json.n; i++) {
		char c = json.p[i];

		if (text && c == '\\')
			*to++ = json.p[i++];
		else if (c == '"')
			text = !text;
		else if (!text && (c == ' ' || c == '\n' || c == '\r' || c == '\t'))
			continue;
		*to++ = json.p[i];
	}
	return (struct span){copy, (size_t)(to - copy)};
}

struct span eval_whole(struct eval *e, const struct value *v)
{
	struct span text = eval_text(e, v);
	struct value plain = {.kind = VALUE_TEXT, .raw = text};

	if (v->kind == VALUE_TEXT)
		return value_json(&plain, &e->page);
	if (v->kind == VALUE_LIST || v->kind == VALUE_MAP)
		return compact(&e->page, v->raw);
	return value_json(v, &e->page);
}

struct span eval_json(struct eval *e, const struct value *v, size_t limit, bool *cut)
{
	struct span json = eval_whole(e, v);

	*cut = limit > 0 && json.n > limit;
	return *cut ? utf8_cut(json, limit) : json;
}

/* The place in the document that V came from: items[2].sku. */
static const char *place_of(struct eval *e, const char *path, const struct value *v)
{
	const char *at = NULL;

	for (const char *p = path; *p; p++) {
		if (p[0] == '\\' && p[1])
			p++;
		else if (p[0] == '[' && p[1] == ']')
			at = p;
	}
	if (at == NULL)
		return path;
	return arena_printf(&e->page, "%.*s[%u]%s", (int)(at - path), path, v->element, at + 2);
}

/* ---- what to say ---- */

static void add_shown(struct buf *out, struct eval *e, const struct value *v)
{
	bool cut;

	if (v->kind == VALUE_ABSENT) {
		buf_adds(out, "is absent");
		return;
	}
	if (v->kind == VALUE_NULL) {
		buf_adds(out, "is null");
		return;
	}
	buf_add_span(out, eval_json(e, v, SHOWN_BYTES, &cut));
	if (cut)
		buf_adds(out, "…");
}

/* `jan: "4901" does not match ^[0-9]{13}$`; an author's message comes first, and what stands there in brackets. */
static void compose(struct buf *out, struct eval *e, const struct verdict *v)
{
	const char *kind = value_kind_name(v->value->kind), *place;
	bool authored = v->entry->message != NULL;

	if (authored)
		buf_adds(out, v->entry->message);
	if (v->check == NULL)
		return;
	place = place_of(e, v->entry->field, v->value);
	buf_addf(out, authored ? " (%s: " : "%s: ", place);
	add_shown(out, e, v->value);
	if (authored) {
		buf_addc(out, ')');
		return;
	}
	buf_addc(out, ' ');
	if (v->type && v->check->ops == &check_type)
		buf_addf(out, "is a %s, not %s", kind, v->check->wants);
	else if (v->type && v->check->ops->say_type && v->check->ops->say_type(out, v->check, e, v->value))
		return;
	else if (v->type)
		buf_addf(out, "is a %s, and %s needs %s", kind, v->check->ops->name, v->check->wants);
	else
		v->check->ops->say(out, v->check, e, v->value);
}

static struct span message_of(struct eval *e, const struct rule *rule, const struct verdict *verdict)
{
	struct span text;
	char *copy;

	buf_reset(&e->work);
	compose(&e->work, e, verdict);
	if (e->work.len == 0)
		buf_adds(&e->work, rule->title);
	text = utf8_cut(buf_span(&e->work), LIMIT_MESSAGE_BYTES);
	if (text.n < e->work.len)
		text = utf8_cut(text, LIMIT_MESSAGE_BYTES - 3);
	copy = arena_printf(&e->page, "%.*s%s", SPAN_ARG(text), text.n < e->work.len ? "…" : "");
	for (char *p = copy; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f) /* a pattern of many lines is told in one */
			*p = ' ';
	}
	return span_of(copy);
}

struct draft draft_of(const struct rule *rule)
{
	return (struct draft){.rule = rule->id,
		.rule_rev = rule->rev,
		.query = rule->query_name,
		.severity = rule->severity,
		.open_after = rule->open_after,
		.renotify = rule->renotify,
		.title = rule->title,
		.tags = span_of(rule->tags_joined)};
}

int eval_draft(struct eval *e, const struct rule_plan *plan, const struct verdict *verdict, struct error *error)
{
	const struct rule *rule = plan->rule;
	const struct identity *identity = eval_identity(e);
	struct draft d = draft_of(rule);
	struct span whole = eval_whole(e, verdict->value);

	d.shop = identity->shop;
	d.key = identity->key;
	d.index = e->doc->index;
	d.id = e->doc->id;
	d.seq_no = e->doc->seq_no;
	d.primary_term = e->doc->primary_term;
	d.version = e->doc->version;
	d.klass = verdict->check == NULL ? "hit" : verdict->type ? verdict->entry->type_klass : verdict->check->klass;
	d.field = verdict->check ? span_of(verdict->entry->field) : SPAN_NONE;
	d.value = eval_json(e, verdict->value, LIMIT_VALUE_BYTES, &d.value_cut);
	d.value_digest = fingerprint_of(whole);
	d.message = message_of(e, rule, verdict);
	if (d.index.n == 0)
		d.index = span_of(e->options.index);
	draft_identify(&d);
	/* The page of the document may go before the drafts do. */
	d.index = arena_span(&e->page, d.index);
	d.id = arena_span(&e->page, d.id);
	d.value = arena_span(&e->page, d.value);
	if (rule->recover)
		eval_propose(e, plan, verdict, &d);
	e->verdict = verdict;
	return e->emit(e->emit_arg, &d, error);
}
