/*
 * Entity keys as people read them.
 */
#include "base/base.h"
#include "model/finding.h"

#include "base/jsonscan.h"

static void add_part(struct buf *out, struct arena *arena, struct span raw, bool escaped)
{
	buf_add_span(out, escaped ? jsonscan_unescape(arena, raw) : raw);
}

/* The values of the object at SCAN, joined; false when it is none. */
static bool join(struct buf *out, struct jsonscan *scan)
{
	struct span name, raw;
	struct arena arena;
	bool first = true, second = false, escaped;

	if (jsonscan_peek(scan) != JSON_OBJECT || !jsonscan_enter(scan, JSON_OBJECT))
		return false;
	arena_init(&arena);
	while (jsonscan_key(scan, &first, &name, &escaped) && jsonscan_value(scan, &raw, &escaped) != JSON_BAD) {
		if (second)
			buf_addc(out, '/');
		second = true;
		add_part(out, &arena, raw, escaped);
	}
	arena_clear(&arena);
	return jsonscan_end(scan);
}

void key_display(struct buf *out, struct span key_json)
{
	struct buf padded, text;
	struct jsonscan scan;

	/* The scanner reads ahead, and the store's text ends where it ends. */
	buf_init(&padded, key_json.n + 1);
	buf_add_span(&padded, key_json);
	buf_init(&text, key_json.n + 1);
	jsonscan_init(&scan, buf_span(&padded));
	if (join(&text, &scan))
		buf_add_span(out, buf_span(&text));
	else
		buf_add_span(out, key_json);
	buf_clear(&text);
	buf_clear(&padded);
}
