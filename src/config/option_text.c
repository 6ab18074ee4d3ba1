/*
 * How types and values of the tables are said in words.
 */
#include "base/base.h"
#include "config/option_private.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/limits.h"

struct unit {
	const char *name;
	int64_t size;
};

/* N in the largest unit that divides it. */
static const char *in_units(struct arena *arena, int64_t n, const struct unit *units)
{
	while (units->size > 1 && (n == 0 || n % units->size != 0))
		units++;
	return arena_printf(arena, "%" PRId64 "%s", n / units->size, units->name);
}

const char *option_duration_text(struct arena *arena, int64_t ms)
{
	static const struct unit units[] = {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};

	return ms == 0 ? "0s" : in_units(arena, ms, units);
}

const char *option_bytes_text(struct arena *arena, int64_t bytes)
{
	static const struct unit units[] = {{"g", 1 << 30}, {"m", 1 << 20}, {"k", 1 << 10}, {"", 1}};

	return in_units(arena, bytes, units);
}

const char *option_list_text(struct arena *arena, const char *const *items)
{
	struct buf text;
	const char *copy;

	buf_init(&text, LIMIT_CONFIG_BYTES);
	for (size_t i = 0; items[i]; i++)
		buf_addf(&text, "%s%s", i ? ", " : "", items[i]);
	copy = arena_strdup(arena, buf_text(&text));
	buf_clear(&text);
	return copy;
}

const char *option_type_text(struct arena *arena, const struct option *o)
{
	switch (o->type) {
	case OPTION_TEXT: return "a text";
	case OPTION_NAME: return "a name";
	case OPTION_BOOL: return "true or false";
	case OPTION_INT: return "a whole number";
	case OPTION_DECIMAL: return "a decimal number";
	case OPTION_DURATION: return "a duration";
	case OPTION_BYTES: return "a size in bytes";
	case OPTION_ENUM: return arena_printf(arena, "one of %s", option_list_text(arena, o->values));
	case OPTION_INSTANT: return "a date or time";
	case OPTION_TEXTS: return "a text or a list of texts";
	case OPTION_SECRET: return "env:NAME or file:PATH";
	case OPTION_PATH: return "a path";
	case OPTION_NODE: return "any value";
	case OPTION_BLOCK: return "a block of keys";
	case OPTION_BLOCKS: return "a list of blocks";
	case OPTION_NAMED: return "a map of names to blocks";
	}
	return "";
}
