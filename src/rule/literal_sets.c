/* Sets of strings; no more than a prefilter can use. */
#include "base/base.h"
#include "rule/literal_sets.h"

bool set_add(struct set *set, const char *s, size_t n)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->item[i].n == n && memcmp(set->item[i].s, s, n) == 0)
			return true;
	}
	if (set->count == LITERAL_COUNT || n > LITERAL_BYTES)
		return false;
	set->item[set->count].n = (unsigned char)n;
	memcpy(set->item[set->count].s, s, n);
	set->count++;
	return true;
}

bool set_union(struct set *a, const struct set *b)
{
	for (size_t i = 0; i < b->count; i++) {
		if (!set_add(a, b->item[i].s, b->item[i].n))
			return false;
	}
	return true;
}

bool set_cross(struct set *a, const struct set *b)
{
	struct set out = {0};
	char joined[2 * LITERAL_BYTES];

	for (size_t i = 0; i < a->count; i++) {
		for (size_t k = 0; k < b->count; k++) {
			memcpy(joined, a->item[i].s, a->item[i].n);
			memcpy(joined + a->item[i].n, b->item[k].s, b->item[k].n);
			if (!set_add(&out, joined, (size_t)a->item[i].n + b->item[k].n))
				return false;
		}
	}
	*a = out;
	return true;
}

bool set_has_empty(const struct set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->item[i].n == 0)
			return true;
	}
	return false;
}

/* Longer strings are rarer, and so are digits, signs and letters that few words hold. */
static unsigned byte_worth(unsigned char c)
{
	if (strchr(" etaoinrs", c | 0x20) && c)
		return 2;
	if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
		return 3;
	if (c == 0xe3 || (c >= 0x81 && c <= 0x83))
		return 1; /* kana */
	return c >= 0x80 ? 2 : 4;
}

unsigned set_worth(const struct set *set)
{
	unsigned least = UINT32_MAX;

	if (set->count == 0)
		return 0;
	for (size_t i = 0; i < set->count; i++) {
		unsigned worth = 0;

		if (set->item[i].n < LITERAL_LEAST)
			return 0;
		for (size_t k = 0; k < set->item[i].n && k < 16; k++)
			worth += byte_worth((unsigned char)set->item[i].s[k]);
		if (worth < least)
			least = worth;
	}
	return 4 * least - (unsigned)set->count;
}
