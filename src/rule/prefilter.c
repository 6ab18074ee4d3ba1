/* The window hash; what it is for stands in the header. */
#include "base/base.h"
#include "rule/prefilter.h"

#include "rule/literal.h"

#define NO_ENTRY UINT32_MAX

struct window {
	uint32_t value; /* four bytes with the case bit set */
	uint32_t next;  /* with the same hash */
	uint32_t bit;
	uint32_t offset; /* of the window in its literal */
	struct span folded;
};

struct prefilter {
	size_t stride;
	unsigned shift; /* from a hash of 32 bits to a place in the map */
	uint64_t *map;
	uint32_t *heads; /* by place in the map */
	struct window *windows;
	uint32_t count;
};

static inline uint32_t load(const char *p)
{
	uint32_t x;

	memcpy(&x, p, sizeof(x));
	return x | 0x20202020u;
}

static inline uint32_t place_of(const struct prefilter *f, uint32_t window)
{
	return (window * 2654435761u) >> f->shift;
}

/* How rarely a byte stands in business texts: the windows that go into the map are chosen by it. */
static unsigned rarity(unsigned char c)
{
	if (c == 0x20 || c == '_' || (c && strchr("etaoinrs", c)))
		return 1;
	if (c == 0xe3 || (c >= 0xa1 && c <= 0xa3))
		return 0; /* kana, folded */
	return (c >= 'a' && c <= 'z') ? 2 : 3;
}

/* Where the rarest run of STRIDE windows of a literal begins. */
static size_t best_offset(struct span folded, size_t stride)
{
	size_t best = 0, width = LITERAL_LEAST + stride - 1;
	unsigned most = 0;

	for (size_t i = 0; i + width <= folded.n; i++) {
		unsigned worth = 0;

		for (size_t k = i; k < i + width; k++)
			worth += rarity((unsigned char)folded.p[k]);
		if (worth >= most) {
			most = worth;
			best = i;
		}
	}
	return best;
}

static void add(struct prefilter *f, struct span folded, uint32_t bit)
{
	size_t from = best_offset(folded, f->stride);

	for (size_t i = from; i < from + f->stride; i++) {
		uint32_t value = load(folded.p + i), place = place_of(f, value);

		f->windows[f->count] = (struct window){value, f->heads[place], bit, (uint32_t)i, folded};
		f->heads[place] = f->count++;
		f->map[place >> 6] |= (uint64_t)1 << (place & 63);
	}
}

static struct span fold(struct arena *arena, struct span literal)
{
	char *copy = arena_strndup(arena, literal.p, literal.n);

	for (size_t i = 0; i < literal.n; i++)
		copy[i] = (char)(copy[i] | 0x20);
	return (struct span){copy, literal.n};
}

struct prefilter *prefilter_make(struct arena *arena, const struct prefilter_item *items, size_t count)
{
	struct prefilter *f = arena_zalloc(arena, sizeof(*f));
	size_t shortest = SIZE_MAX, places = 512;

	for (size_t i = 0; i < count; i++) {
		if (items[i].literal.n < shortest)
			shortest = items[i].literal.n;
	}
	f->stride = shortest >= LITERAL_LEAST + 3 ? 4 : shortest > LITERAL_LEAST ? 2 : 1;
	f->shift = 32 - 9;
	while (places < 64 * f->stride * count && f->shift > 32 - 16) {
		places *= 2;
		f->shift--;
	}
	f->map = arena_zalloc(arena, places / 8);
	f->heads = arena_alloc(arena, places * sizeof(*f->heads));
	memset(f->heads, 0xff, places * sizeof(*f->heads));
	f->windows = arena_alloc(arena, f->stride * count * sizeof(*f->windows));
	for (size_t i = 0; i < count; i++)
		add(f, fold(arena, items[i].literal), items[i].bit);
	return f;
}

static bool stands_at(struct span folded, const char *p)
{
	for (size_t i = 0; i < folded.n; i++) {
		if ((char)(p[i] | 0x20) != folded.p[i])
			return false;
	}
	return true;
}

/* A window was seen at I: which literals are really there? */
static bool confirm(
	const struct prefilter *f, struct span text, size_t i, uint32_t value, uint32_t place, uint64_t *bits)
{
	bool any = false;

	for (uint32_t k = f->heads[place]; k != NO_ENTRY; k = f->windows[k].next) {
		const struct window *w = &f->windows[k];

		if (w->value != value || i < w->offset || i - w->offset + w->folded.n > text.n)
			continue;
		if (stands_at(w->folded, text.p + (i - w->offset))) {
			bits[w->bit >> 6] |= (uint64_t)1 << (w->bit & 63);
			any = true;
		}
	}
	return any;
}

bool prefilter_scan(const struct prefilter *f, struct span text, uint64_t *bits)
{
	bool any = false;
	size_t stride = f->stride;

	for (size_t i = 0; i + sizeof(uint32_t) <= text.n; i += stride) {
		uint32_t value = load(text.p + i), place = place_of(f, value);

		if (unlikely((f->map[place >> 6] >> (place & 63)) & 1) && confirm(f, text, i, value, place, bits))
			any = true;
	}
	return any;
}
