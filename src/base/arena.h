/*
 * Memory for what dies together: a page, a file, a run. Nothing in an arena is
 * freed alone.
 */
#ifndef KENPIN_ARENA_H
#define KENPIN_ARENA_H

#include "base/span.h"

struct arena_block;
struct arena {
	struct arena_block *head;
	size_t used; /* bytes handed out since the last reset */
};

void arena_init(struct arena *a);
void arena_clear(struct arena *a); /* frees all */
void arena_reset(struct arena *a); /* forgets all, keeps one block for reuse */

void *arena_alloc(struct arena *a, size_t size) returns_nonnull must_check; /* aligned, not zeroed */
void *arena_zalloc(struct arena *a, size_t size) returns_nonnull must_check;
char *arena_strdup(struct arena *a, const char *text) must_check;
char *arena_strndup(struct arena *a, const char *text, size_t len) must_check; /* terminated */
struct span arena_span(struct arena *a, struct span s);                        /* a copy, terminated too */
char *arena_printf(struct arena *a, const char *format, ...) printf_like(2, 3) must_check;

/* Grows an array of COUNT elements of SIZE bytes by one when it is full;
 * *CAPACITY is kept by it. The old copy stays in the arena. */
void *arena_grow(struct arena *a, void *array, size_t count, size_t *capacity, size_t size) must_check;

#endif
