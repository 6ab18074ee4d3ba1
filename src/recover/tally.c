/* How many, by name. */
#include "base/base.h"
#include "recover/tally.h"

void tally_init(struct tally *t)
{
	arena_init(&t->arena);
	map_init(&t->counts);
}

void tally_clear(struct tally *t)
{
	map_clear(&t->counts);
	arena_clear(&t->arena);
}

int64_t *tally_of(struct tally *t, struct span name)
{
	int64_t *count = map_find(&t->counts, name);

	if (count == NULL) {
		count = arena_zalloc(&t->arena, sizeof(*count));
		*map_put(&t->counts, arena_span(&t->arena, name)) = count;
	}
	return count;
}

int64_t tally_get(const struct tally *t, struct span name)
{
	const int64_t *count = map_find(&t->counts, name);

	return count ? *count : 0;
}

static int by_name(const void *a, const void *b)
{
	return span_compare(((const struct map_entry *)a)->key, ((const struct map_entry *)b)->key);
}

void tally_write(const struct tally *t, struct jsonout *out)
{
	size_t n = t->counts.count;
	struct map_entry *sorted = xcalloc(n + 1, sizeof(*sorted));
	struct buf name;

	if (n > 0)
		memcpy(sorted, t->counts.entries, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_name);
	buf_init(&name, SIZE_MAX / 4);
	jsonout_open(out, '{');
	for (size_t i = 0; i < n; i++) {
		buf_reset(&name);
		buf_add_span(&name, sorted[i].key);
		jsonout_pair_int(out, buf_text(&name), *(const int64_t *)sorted[i].value);
	}
	jsonout_close(out, '}');
	buf_clear(&name);
	free(sorted);
}
