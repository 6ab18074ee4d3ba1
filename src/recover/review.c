/* Counts and samples for a review. */
#include "base/base.h"
#include "recover/review.h"

#define SAMPLE_BYTES 300 /* of before, of after */

void review_init(struct review *r)
{
	*r = (struct review){.actions = 0};
	arena_init(&r->arena);
	tally_init(&r->by_rule);
	tally_init(&r->by_class);
	tally_init(&r->by_shop);
	tally_init(&r->by_mode);
}

void review_clear(struct review *r)
{
	tally_clear(&r->by_rule);
	tally_clear(&r->by_class);
	tally_clear(&r->by_shop);
	tally_clear(&r->by_mode);
	arena_clear(&r->arena);
}

static const char *text_of(struct review *r, const struct json *j, bool *cut)
{
	struct buf text;

	buf_init(&text, SIZE_MAX / 4);
	json_write(&text, j);
	size_t n = text.len;
	if (n > SAMPLE_BYTES) {
		*cut = true;
		for (n = SAMPLE_BYTES; n > 0 && (text.data[n] & 0xc0) == 0x80;)
			n--;
	}
	const char *kept = arena_strndup(&r->arena, buf_text(&text), n);
	buf_clear(&text);
	return kept;
}

static void add_sample(struct review *r, const char *rule, const struct json *body)
{
	const char *op = json_text(body, "op", ""), *call = json_text(body, "call", NULL);
	struct review_sample s = {.rule = arena_strdup(&r->arena, rule)};

	s.op = call ? arena_printf(&r->arena, "%s %s", op, call) : arena_strdup(&r->arena, op);
	s.key = text_of(r, json_get(body, "target.key"), &s.cut);
	s.before = text_of(r, json_get(body, "before"), &s.cut);
	s.after = text_of(r, json_get(body, "after"), &s.cut);
	r->samples = arena_grow(&r->arena, r->samples, r->count, &r->capacity, sizeof(*r->samples));
	r->samples[r->count++] = s;
}

static void add(struct review *r, const char *rule, const char *klass, const char *shop, const char *mode,
	const struct json *body)
{
	r->actions++;
	++*tally_of(&r->by_class, span_of(klass));
	++*tally_of(&r->by_mode, span_of(mode));
	if (*shop)
		++*tally_of(&r->by_shop, span_of(shop));
	if (++*tally_of(&r->by_rule, span_of(rule)) <= REVIEW_SAMPLES)
		add_sample(r, rule, body);
}

int review_action(struct review *r, const struct action *a, struct error *e)
{
	struct json *body = json_parse(span_of(a->body), ERROR_STATE, "action", e);

	if (body == NULL)
		return -1;
	add(r, a->rule, a->klass, a->shop, a->automatic ? "auto" : "manual", body);
	json_free(body);
	return 0;
}

void review_line(struct review *r, const struct json *line, const char *shop)
{
	add(r, json_text(line, "rule.id", ""), json_text(line, "class", ""),
		shop ? shop : json_text(line, "target.key.shop", ""), json_text(line, "mode", ""), line);
}
