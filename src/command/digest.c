/* Many findings in a few lines: how many by rule, then the first ten. */
#include "base/base.h"
#include "command/people.h"

#include <inttypes.h>

#include "base/map.h"
#include "command/table.h"

#define DIGEST_TOP 10
#define DIGEST_COLUMNS 6

struct digest {
	struct arena arena;
	struct map rules; /* int64_t: findings, by rule in the order in which they come */
	int64_t total;
	struct span top[DIGEST_TOP][DIGEST_COLUMNS];
};

struct digest *digest_new(void)
{
	struct digest *d = xcalloc(1, sizeof(*d));

	arena_init(&d->arena);
	map_init(&d->rules);
	return d;
}

void digest_free(struct digest *d)
{
	if (d == NULL)
		return;
	map_clear(&d->rules);
	arena_clear(&d->arena);
	free(d);
}

static void keep_row(struct digest *d, struct span row[DIGEST_COLUMNS], const struct finding *f)
{
	char id[FINGERPRINT_HEX];
	struct buf key;

	buf_init(&key, 1 << 20);
	key_display(&key, span_of(f->key));
	fingerprint_text(id, &f->fingerprint);
	const struct span cells[DIGEST_COLUMNS] = {{id, 12}, span_of(severity_name(f->severity)), span_of(f->rule),
		span_of(f->shop), buf_span(&key), span_of(f->message)};
	for (size_t i = 0; i < DIGEST_COLUMNS; i++)
		row[i] = arena_span(&d->arena, cells[i]);
	buf_clear(&key);
}

int digest_add(void *digest, const struct finding *f, struct error *e)
{
	struct digest *d = digest;
	int64_t *count = map_find(&d->rules, span_of(f->rule));

	(void)e;
	if (count == NULL) {
		count = arena_zalloc(&d->arena, sizeof(*count));
		*map_put(&d->rules, arena_span(&d->arena, span_of(f->rule))) = count;
	}
	(*count)++;
	if (d->total < DIGEST_TOP)
		keep_row(d, d->top[d->total], f);
	d->total++;
	return 0;
}

int64_t digest_total(const struct digest *d)
{
	return d->total;
}

void digest_print(const struct digest *d)
{
	static const char *const columns[DIGEST_COLUMNS] = {"finding", "severity", "rule", "shop", "key", "message"};

	for (size_t i = 0; i < d->rules.count; i++)
		printf("%8" PRId64 "  %.*s\n", *(const int64_t *)d->rules.entries[i].value,
			SPAN_ARG(d->rules.entries[i].key));
	if (d->total == 0)
		return;
	struct table *table = table_new(stdout, TABLE_TEXT, columns, DIGEST_COLUMNS);
	for (int64_t i = 0; i < d->total && i < DIGEST_TOP; i++)
		table_row(table, d->top[i]);
	table_end(table);
	if (d->total > DIGEST_TOP)
		printf("and %" PRId64 " more\n", d->total - DIGEST_TOP);
}
