/*
 * Tables for people: every key with its type, range, default and help. It must
 * not know any table.
 */
#include "base/base.h"
#include "config/option_private.h"

#include <inttypes.h>

#define NEST_MAX 8 /* blocks within blocks */
#define NEST_INDENT 4
#define NAME_COLUMNS 16

struct help {
	struct buf *out;
	struct arena arena;
	const struct option_block *stack[NEST_MAX];
	size_t depth;
};

static const char *bound_text(struct arena *arena, const struct option *o, int64_t value)
{
	switch (o->type) {
	case OPTION_DURATION: return option_duration_text(arena, value);
	case OPTION_BYTES: return option_bytes_text(arena, value);
	default: return arena_printf(arena, "%" PRId64, value);
	}
}

static void add_type(struct help *h, const struct option *o)
{
	buf_adds(h->out, option_type_text(&h->arena, o));
	if (o->min == o->max && o->max != 0)
		buf_addf(h->out, ": %s", bound_text(&h->arena, o, o->max));
	else if (o->min != 0 || o->max != 0)
		buf_addf(h->out, " from %s to %s", bound_text(&h->arena, o, o->min), bound_text(&h->arena, o, o->max));
	if (o->required)
		buf_adds(h->out, "; required");
	else if (o->fallback && o->type != OPTION_BLOCK)
		buf_addf(h->out, "; default %s", o->fallback);
	buf_addc(h->out, '\n');
}

static bool is_open(const struct help *h, const struct option_block *block)
{
	for (size_t i = 0; i < h->depth; i++)
		if (h->stack[i] == block)
			return true;
	return false;
}

static void add_block(struct help *h, const struct option_block *block, unsigned indent);

static void add_option(struct help *h, const struct option *o, unsigned indent)
{
	buf_addf(h->out, "%*s%-*s ", (int)indent, "", NAME_COLUMNS, o->name);
	add_type(h, o);
	buf_addf(h->out, "%*s%s\n", (int)indent + NAME_COLUMNS + 1, "", o->help);
	if (o->block && is_open(h, o->block))
		buf_addf(h->out, "%*s(keys as of %s above)\n", (int)indent + NEST_INDENT, "", o->block->name);
	else if (o->block)
		add_block(h, o->block, indent + NEST_INDENT);
}

static void add_block(struct help *h, const struct option_block *block, unsigned indent)
{
	if (h->depth == NEST_MAX)
		return;
	h->stack[h->depth++] = block;
	for (const struct option_variant *v = block->variants; v && v->kind; v++) {
		buf_addf(h->out, "%*skind: %s (%s)\n", (int)indent, "", v->kind, v->block->help);
		add_block(h, v->block, indent + NEST_INDENT);
	}
	for (size_t i = 0; i < block->count; i++)
		add_option(h, &block->options[i], indent);
	h->depth--;
}

void option_help(struct buf *out, const struct option_block *block, unsigned indent)
{
	struct help h = {.out = out};

	arena_init(&h.arena);
	add_block(&h, block, indent);
	arena_clear(&h.arena);
}
