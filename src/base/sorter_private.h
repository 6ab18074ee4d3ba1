/*
 * Sorted runs in a file, between the two halves of the sorter: the one that
 * writes them and the one that merges.
 */
#ifndef KENPIN_SORTER_PRIVATE_H
#define KENPIN_SORTER_PRIVATE_H

#include "base/buf.h"
#include "base/sorter.h"

struct sorter_run {
	int64_t begin, end; /* bytes of the file */
};

/* A record in memory; the first eight bytes of it stand here, so that most comparisons need no more. */
struct sorter_item {
	uint64_t head; /* as a number: order of numbers is order of bytes */
	struct span record;
};

struct sorter {
	size_t memory;
	char *data; /* of `memory` bytes; NULL before the first record */
	size_t used;
	struct sorter_item *items;
	size_t count, capacity;
	int file; /* -1: all is in memory */
	int64_t size;
	struct sorter_run *runs;
	size_t run_count, run_capacity;
};

uint64_t sorter_head(struct span record);
int sorter_compare(const struct sorter_item *a, const struct sorter_item *b);

/* Writes records one after the other behind what the file holds. */
struct sorter_writer {
	int file;
	int64_t at;
	struct buf buf;
};
void sorter_writer_init(struct sorter_writer *w, int file, int64_t at);
int sorter_write(struct sorter_writer *w, struct span record, struct error *e) must_check;
int sorter_flush(struct sorter_writer *w, struct error *e) must_check; /* frees the buffer too */

/* A cursor over COUNT runs of FILE, or over the items when there is no file. */
struct sorter_cursor *sorter_cursor_new(
	int file, const struct sorter_run *runs, size_t count, const struct sorter *s) must_check returns_nonnull;

#endif
