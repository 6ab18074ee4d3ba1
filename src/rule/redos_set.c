/*
 * Sets of characters for the ReDoS check. What a class, an escape or a property
 * holds is asked of the engine itself, over sample characters: there is no second opinion that could differ from it.
 */
#include "base/base.h"
#include "rule/redos_private.h"

#include <ctype.h>

#include "base/buf.h"
#include "base/utf8.h"

static void add_sample(struct redos_samples *s, uint32_t code)
{
	char bytes[4];
	size_t n;

	for (size_t i = 0; i < s->count; i++) {
		if (s->codes[i] == code)
			return;
	}
	if (s->count == LIMIT_REDOS_SAMPLES)
		return;
	n = utf8_put(bytes, code);
	memcpy(s->text + s->bytes, bytes, n);
	for (size_t i = 0; i < n; i++)
		s->index[s->bytes + i] = (uint16_t)s->count;
	s->bytes += n;
	s->codes[s->count++] = code;
}

static void add_range(struct redos_samples *s, uint32_t first, uint32_t last)
{
	for (uint32_t code = first; code <= last; code++)
		add_sample(s, code);
}

/* \xHH and \x{HHHH}: characters that the pattern names by number. */
static void add_named(struct redos_samples *s, struct span pattern, size_t at)
{
	char digits[8] = "";
	size_t n = 0, most = 2, i = at + 2;
	uint32_t code;

	if (i < pattern.n && pattern.p[i] == '{') {
		most = 6;
		i++;
	}
	for (; i < pattern.n && n < most && isxdigit((unsigned char)pattern.p[i]); i++)
		digits[n++] = pattern.p[i];
	code = (uint32_t)strtoul(digits, NULL, 16);
	if (code > 0x7f && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff))
		add_sample(s, code);
}

void redos_samples_init(struct redos_samples *s, struct span pattern)
{
	/* Latin, Greek, Cyrillic, kana wide and narrow, Han, marks, spaces, digits, Hangul, signs, past 16 bits. */
	static const uint32_t others[] = {0xe9, 0xc9, 0xdf, 0x3b1, 0x416, 0x3042, 0x30a2, 0x30fc, 0xff71, 0x6f22,
		0x3005, 0x3001, 0x3000, 0xff41, 0xff10, 0xac00, 0x2605, 0x1f600, 0x20bb7, 0x661, 0xb2, 0xa0, 0x301,
		0x200b, 0x85, 0x2028};

	s->count = s->bytes = 0;
	add_range(s, 'a', 'z');
	add_range(s, '0', '9');
	add_range(s, 'A', 'Z');
	add_range(s, '!', '~');
	add_sample(s, ' ');
	for (size_t i = 0; i < pattern.n; i++) {
		const char *p = pattern.p + i;

		if ((unsigned char)*p >= 0xc0)
			add_sample(s, utf8_next(&p, pattern.p + pattern.n));
		else if (*p == '\\' && i + 2 < pattern.n && p[1] == 'x')
			add_named(s, pattern, i);
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		add_sample(s, others[i]);
	add_range(s, 0, 0x7f);
	s->room = regex_room_new(LIMIT_MATCH_STEPS);
}

void redos_samples_clear(struct redos_samples *s)
{
	regex_room_free(s->room);
}

bool redos_set_of(
	struct redos_set *set, const struct redos_samples *s, struct span atom, const char *options, unsigned flags)
{
	struct span rest = {s->text, s->bytes}, found;
	struct regex_fault fault;
	struct regex *regex;
	struct buf pattern;

	buf_init(&pattern, LIMIT_CONFIG_BYTES);
	buf_addf(&pattern, "(?%s:", options);
	buf_add_span(&pattern, atom);
	buf_adds(&pattern, ")+");
	regex = regex_new(buf_span(&pattern), flags | REGEX_NO_JIT, &fault);
	buf_clear(&pattern);
	*set = (struct redos_set){0};
	if (regex == NULL)
		return false;
	while (rest.n && regex_match(regex, s->room, rest, &found) == REGEX_MATCH && found.n) {
		size_t from = (size_t)(found.p - s->text), to = from + found.n;

		for (size_t i = from; i < to; i++)
			set->words[s->index[i] / 64] |= UINT64_C(1) << (s->index[i] % 64);
		rest = (struct span){s->text + to, s->bytes - to};
	}
	regex_free(regex);
	return true;
}

bool redos_set_of_code(struct redos_set *set, const struct redos_samples *s, uint32_t code)
{
	*set = (struct redos_set){0};
	for (size_t i = 0; i < s->count; i++) {
		if (s->codes[i] == code) {
			set->words[i / 64] |= UINT64_C(1) << (i % 64);
			return true;
		}
	}
	return false;
}

void redos_set_all(struct redos_set *set, const struct redos_samples *s)
{
	*set = (struct redos_set){0};
	for (size_t i = 0; i < s->count; i++)
		set->words[i / 64] |= UINT64_C(1) << (i % 64);
}
