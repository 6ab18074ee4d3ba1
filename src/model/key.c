/*
 * Entity keys as people read them.
 */
#include "base/base.h"
#include "model/finding.h"

#include "base/jsonscan.h"

bool key_members(struct span key_json, key_visit *visit, void *arg)
{
	bool first = true, escaped, whole = false;
	struct span name, raw;
	struct jsonscan scan;
	struct buf padded;

	/* The scanner reads ahead, and the store's text ends where it ends. */
	buf_init(&padded, key_json.n + 1);
	buf_add_span(&padded, key_json);
	jsonscan_init(&scan, buf_span(&padded));
	if (jsonscan_peek(&scan) == JSON_OBJECT && jsonscan_enter(&scan, JSON_OBJECT)) {
		while (jsonscan_key(&scan, &first, &name, &escaped) &&
			jsonscan_value(&scan, &raw, &escaped) != JSON_BAD)
			visit(arg, name, raw, escaped);
		whole = jsonscan_end(&scan);
	}
	buf_clear(&padded);
	return whole;
}

struct joining {
	struct buf text;
	struct arena arena;
	bool second;
};

static void add_part(void *arg, struct span name, struct span raw, bool escaped)
{
	struct joining *j = arg;

	(void)name;
	if (j->second)
		buf_addc(&j->text, '/');
	j->second = true;
	buf_add_span(&j->text, escaped ? jsonscan_unescape(&j->arena, raw) : raw);
}

void key_display(struct buf *out, struct span key_json)
{
	struct joining j = {.second = false};

	buf_init(&j.text, key_json.n + 1);
	arena_init(&j.arena);
	if (key_members(key_json, add_part, &j))
		buf_add_span(out, buf_span(&j.text));
	else
		buf_add_span(out, key_json);
	arena_clear(&j.arena);
	buf_clear(&j.text);
}
