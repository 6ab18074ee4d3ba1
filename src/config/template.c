/*
 * {shop}, {now} and {date} in index names and bodies. It must not know where
 * the values come from.
 */
#include "base/base.h"

#include "base/clock.h"
#include "base/jsonout.h"
#include "base/str.h"
#include "config/project_private.h"

enum word { WORD_SHOP, WORD_NOW, WORD_DATE, WORD_NONE };
static const char *const words[] = {[WORD_SHOP] = "shop", [WORD_NOW] = "now", [WORD_DATE] = "date", NULL};

#define DAY_MS INT64_C(86400000)

/* The word in braces that P begins with. */
static enum word word_at(const char *p)
{
	if (*p != '{')
		return WORD_NONE;
	for (enum word w = WORD_SHOP; w < WORD_NONE; w++) {
		size_t n = strlen(words[w]);

		if (strncmp(p + 1, words[w], n) == 0 && p[n + 1] == '}')
			return w;
	}
	return WORD_NONE;
}

static bool is_doubled(const char *p)
{
	return (p[0] == '{' || p[0] == '}') && p[1] == p[0];
}

/* P moved past what it points at: a doubled brace, a word in braces or one byte. */
static const char *step(const char *p, bool json, enum word *word)
{
	*word = WORD_NONE;
	if (!json && is_doubled(p))
		return p + 2;
	*word = word_at(p);
	return *word == WORD_NONE ? p + 1 : p + strlen(words[*word]) + 2;
}

bool template_uses(const char *text, const char *word, bool json)
{
	enum word w;

	while (*text) {
		text = step(text, json, &w);
		if (w != WORD_NONE && strcmp(words[w], word) == 0)
			return true;
	}
	return false;
}

const char *template_fault(struct arena *arena, const char *text)
{
	enum word w;

	while (*text) {
		const char *begin = text, *name, *near;

		text = step(text, false, &w);
		if (w != WORD_NONE || is_doubled(begin))
			continue;
		if (*begin == '}')
			return "\"}\" without \"{\" before it; write }} for a plain brace";
		if (*begin != '{')
			continue;
		name = arena_strndup(arena, begin + 1, strcspn(begin + 1, "}"));
		near = str_nearest(name, words);
		if (near)
			return arena_printf(arena, "there is no {%s}; did you mean {%s}?", name, near);
		return arena_printf(
			arena, "there is no {%s}; write {shop}, {now} or {date}, and {{ and }} for plain braces", name);
	}
	return NULL;
}

static void add_date(struct buf *out, int64_t now_ms)
{
	int year, month, day;

	clock_to_civil(now_ms / DAY_MS - (now_ms % DAY_MS < 0), &year, &month, &day);
	buf_addf(out, "%04d.%02d.%02d", year, month, day);
}

static void add_word(struct buf *out, enum word word, const char *shop, int64_t now_ms, bool json)
{
	char now[32];

	if (word == WORD_DATE) {
		add_date(out, now_ms);
	} else if (word == WORD_NOW) {
		clock_text(now, now_ms);
		buf_adds(out, now);
	} else if (!shop) {
		buf_adds(out, "{shop}");
	} else if (json) {
		jsonout_escape(out, span_of(shop));
	} else {
		buf_adds(out, shop);
	}
}

const char *template_render(struct arena *arena, const char *text, const char *shop, int64_t now_ms, bool json)
{
	struct buf out;
	const char *copy;
	enum word word;

	buf_init(&out, SIZE_MAX / 4);
	while (*text) {
		const char *begin = text;

		text = step(text, json, &word);
		if (word == WORD_NONE)
			buf_addc(&out, *begin);
		else
			add_word(&out, word, shop, now_ms, json);
	}
	copy = arena_strdup(arena, buf_text(&out));
	buf_clear(&out);
	return copy;
}
