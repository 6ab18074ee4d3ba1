/*
 * Values as text, as JSON and as instants. It must not know which document
 * or field a value belongs to.
 */
#include "base/base.h"
#include "model/value.h"

#include "base/clock.h"
#include "base/jsonout.h"
#include "base/jsonscan.h"
#include "model/decimal.h"

/* From here on a bare number is milliseconds: as seconds it would be the year 5138. */
#define SECONDS_DIGITS 11
#define INSTANT_DIGITS 15

static const int64_t instant_first = INT64_C(-62167219200000); /* 0000-01-01 */
static const int64_t instant_last = INT64_C(253402300799999);  /* 9999-12-31 */

const char *value_kind_name(enum value_kind kind)
{
	static const char *const names[] = {"absent", "null", "bool", "number", "text", "list", "map"};

	return names[kind];
}

struct span value_text(const struct value *v, struct arena *arena)
{
	switch (v->kind) {
	case VALUE_TEXT: return v->escaped ? jsonscan_unescape(arena, v->raw) : v->raw;
	case VALUE_NUMBER:
	case VALUE_BOOL: return v->raw;
	default: return SPAN_NONE;
	}
}

/* The text of a document's own identity is not escaped and may hold anything. */
static struct span quoted(const struct value *v, struct arena *arena)
{
	struct buf out;
	struct span json;

	buf_init(&out, SIZE_MAX / 4);
	buf_addc(&out, '"');
	if (v->escaped)
		buf_add_span(&out, v->raw);
	else
		jsonout_escape(&out, v->raw);
	buf_addc(&out, '"');
	json = arena_span(arena, buf_span(&out));
	buf_clear(&out);
	return json;
}

struct span value_json(const struct value *v, struct arena *arena)
{
	switch (v->kind) {
	case VALUE_ABSENT: return SPAN_NONE;
	case VALUE_NULL: return SPAN_LITERAL("null");
	case VALUE_TEXT: return quoted(v, arena);
	default: return v->raw;
	}
}

static int instant_of_number(int64_t *ms, struct span text)
{
	struct decimal d;
	int64_t point;
	bool more;

	if (!decimal_valid(text))
		return -1;
	decimal_read(&d, text);
	point = decimal_point(&d);
	if (d.digits.n && point <= SECONDS_DIGITS)
		point += 3;
	if (d.digits.n && point > INSTANT_DIGITS)
		return -1;
	*ms = decimal_leading(&d, point, &more);
	/* Towards the past, like every instant that is cut to whole milliseconds. */
	if (d.negative)
		*ms = -*ms - more;
	return *ms < instant_first || *ms > instant_last ? -1 : 0;
}

int value_instant(int64_t *ms, const struct value *v, int zone_minutes, struct arena *arena)
{
	switch (v->kind) {
	case VALUE_TEXT: return clock_parse(ms, value_text(v, arena), zone_minutes);
	case VALUE_NUMBER: return instant_of_number(ms, v->raw);
	default: return -1;
	}
}
