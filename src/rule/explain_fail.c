/*
 * The first item of a regex that a text does not give: the longest run of
 * items from the beginning that still matches, and the item after it. A run of items that
 * begins a regex matches wherever the whole does, so the answer is exact but for backreferences into what was cut off.
 */
#include "base/base.h"
#include "rule/explain_regex.h"

#include "base/limits.h"
#include "ext/regex.h"

#define COUNT_MOST 256 /* repeats that are counted */
#define GROUPS_MOST 16

struct search {
	struct span text;
	unsigned flags;
	struct regex_room *room;
	struct buf prefix; /* items that match so far; groups in it are still open */
	unsigned open;     /* of them */
	bool failed;       /* a limit was hit, or a cut regex does not compile */
};

/* Does the prefix, with MORE behind it, match? *END: where. */
static bool matches(struct search *s, struct span more, const char *times, size_t *end)
{
	static const char closing[] = "))))))))))))))))";
	size_t len = s->prefix.len;
	struct regex_fault fault;
	struct span where = SPAN_NONE;

	buf_add_span(&s->prefix, more);
	buf_adds(&s->prefix, times);
	buf_add(&s->prefix, closing, s->open);
	struct regex *regex = regex_new(buf_span(&s->prefix), s->flags | REGEX_NO_JIT, &fault);
	s->prefix.len = len;
	s->prefix.data[len] = '\0';
	enum regex_outcome outcome = regex ? regex_match(regex, s->room, s->text, &where) : REGEX_FAILED;
	regex_free(regex);
	if (outcome > REGEX_MATCH)
		s->failed = true;
	if (outcome != REGEX_MATCH)
		return false;
	*end = (size_t)(where.p + where.n - s->text.p);
	return true;
}

static void explore(struct search *s, const struct regex_branch *branch, struct regex_progress *out);

static bool may_enter(const struct search *s, const struct regex_item *item)
{
	return item->kind == ITEM_GROUP && item->min > 0 && s->open < GROUPS_MOST && item->group <= GROUP_ATOMIC;
}

/* Into the branch of a group that goes furthest. */
static void enter(struct search *s, const struct regex_item *item, struct regex_progress *out)
{
	size_t len = s->prefix.len;

	buf_add_span(&s->prefix, item->opening);
	s->open++;
	for (size_t b = 0; b < item->branch_count; b++) {
		struct regex_progress inner = {.done = out->done};
		size_t before = s->prefix.len;

		explore(s, &item->branches[b], &inner);
		s->prefix.len = before;
		if (inner.item && (out->item == item || inner.done > out->done))
			*out = inner;
	}
	s->open--;
	s->prefix.len = len;
}

static void count_times(struct search *s, const struct regex_item *item, struct regex_progress *out)
{
	char times[16];

	if (item->min < 2 || item->min > COUNT_MOST)
		return;
	for (uint32_t n = item->min - 1; n > 0 && !s->failed; n--) {
		snprintf(times, sizeof(times), "{%u}", n);
		if (matches(s, item->atom, times, &out->done)) {
			out->times = n;
			return;
		}
	}
}

static void explore(struct search *s, const struct regex_branch *branch, struct regex_progress *out)
{
	for (size_t i = 0; i < branch->count && !s->failed; i++) {
		const struct regex_item *item = &branch->items[i];

		if (matches(s, item->text, "", &out->done)) {
			buf_add_span(&s->prefix, item->text);
			continue;
		}
		out->item = item;
		count_times(s, item, out);
		if (out->times == 0 && may_enter(s, item))
			enter(s, item, out);
		return;
	}
}

void regex_progress(
	struct regex_progress *out, unsigned flags, struct span text, const struct regex_branch *branches, size_t count)
{
	struct search s = {.text = text, .flags = flags};
	struct regex_item whole = {.kind = ITEM_GROUP,
		.opening = SPAN_LITERAL("(?:"),
		.branches = (struct regex_branch *)(uintptr_t)branches,
		.branch_count = count,
		.min = 1,
		.max = 1};

	*out = (struct regex_progress){.item = &whole};
	buf_init(&s.prefix, SIZE_MAX / 4);
	s.failed = text.n > LIMIT_SUBJECT_BYTES;
	s.room = regex_room_new(LIMIT_MATCH_STEPS);
	if (count == 1)
		explore(&s, branches, out);
	else if (!s.failed)
		enter(&s, &whole, out);
	if (s.failed || out->item == &whole)
		out->item = NULL;
	regex_room_free(s.room);
	buf_clear(&s.prefix);
}
