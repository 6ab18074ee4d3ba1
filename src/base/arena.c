/*
 * Blocks of memory in a list, the newest first. Each is twice the one before,
 * so that a page soon fits in the one block that a reset keeps.
 */
#include "base/base.h"
#include "base/arena.h"

#define BLOCK_FIRST ((size_t)4 << 10)
#define BLOCK_LARGEST ((size_t)1 << 20)

struct arena_block {
	struct arena_block *next;
	size_t size, pos;
	max_align_t data[];
};

void arena_init(struct arena *a)
{
	*a = (struct arena){0};
}

void arena_clear(struct arena *a)
{
	while (a->head) {
		struct arena_block *next = a->head->next;

		free(a->head);
		a->head = next;
	}
	a->used = 0;
}

void arena_reset(struct arena *a)
{
	struct arena_block *keep = a->head, **link = &a->head;

	for (struct arena_block *b = a->head; b; b = b->next) {
		if (b->size > keep->size)
			keep = b;
	}
	while (*link && *link != keep)
		link = &(*link)->next;
	if (keep) {
		*link = keep->next;
		arena_clear(a);
		keep->next = NULL;
		keep->pos = 0;
		a->head = keep;
	}
	a->used = 0;
}

static void add_block(struct arena *a, size_t size)
{
	size_t want = a->head ? a->head->size * 2 : BLOCK_FIRST;
	struct arena_block *b;

	if (want > BLOCK_LARGEST)
		want = BLOCK_LARGEST;
	if (want < size)
		want = size;
	b = xmalloc(sizeof(*b) + want);
	b->next = a->head;
	b->size = want;
	b->pos = 0;
	a->head = b;
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t align = _Alignof(max_align_t), whole;
	char *p;

	if (size > SIZE_MAX / 2) /* let malloc say no to it */
		return xmalloc(size);
	whole = (size + align - 1) & ~(align - 1);
	if (!a->head || a->head->size - a->head->pos < whole)
		add_block(a, whole);
	p = (char *)a->head->data + a->head->pos;
	a->head->pos += whole;
	a->used += whole;
	return p;
}

void *arena_zalloc(struct arena *a, size_t size)
{
	return memset(arena_alloc(a, size), 0, size);
}

char *arena_strndup(struct arena *a, const char *text, size_t len)
{
	char *copy = arena_alloc(a, len + 1);

	if (len)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *arena_strdup(struct arena *a, const char *text)
{
	return arena_strndup(a, text, strlen(text));
}

struct span arena_span(struct arena *a, struct span s)
{
	return (struct span){arena_strndup(a, s.p, s.n), s.n};
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		len = 0;
	text = arena_alloc(a, (size_t)len + 1);
	text[0] = '\0';
	va_start(args, format);
	vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return text;
}

void *arena_grow(struct arena *a, void *array, size_t count, size_t *capacity, size_t size)
{
	size_t want, bytes;
	void *larger;

	if (count < *capacity)
		return array;
	want = *capacity ? *capacity * 2 : 8;
	if (__builtin_mul_overflow(want, size, &bytes))
		bytes = SIZE_MAX;
	larger = arena_alloc(a, bytes);
	if (count)
		memcpy(larger, array, count * size);
	*capacity = want;
	return larger;
}
