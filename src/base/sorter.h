/*
 * Sorts records by their bytes, whatever their number, in a set amount of
 * memory: what does not fit is written to a temporary file as sorted runs, which
 * are merged while they are read. It knows nothing of what the records mean.
 *
 * The file is made in TMPDIR (/tmp without it) when it is needed first and
 * unlinked at once: nothing is left behind, however the process ends.
 */
#ifndef KENPIN_SORTER_H
#define KENPIN_SORTER_H

#include "base/error.h"
#include "base/span.h"

struct sorter;
struct sorter_cursor;

/* MEMORY: bytes of records held at a time, at least LIMIT_SORT_RECORD_BYTES. Taken at the first record. */
struct sorter *sorter_new(size_t memory) must_check returns_nonnull;
void sorter_free(struct sorter *s);
/* A copy of RECORD. -1 when it is over LIMIT_SORT_RECORD_BYTES or the file cannot be written. */
int sorter_add(struct sorter *s, struct span record, struct error *e) must_check;
/* After the last record, before the first cursor. */
int sorter_sort(struct sorter *s, struct error *e) must_check;

/* Reads all records in order, the shorter of two first when it is the other's beginning. Cursors are independent of one
 * another. */
struct sorter_cursor *sorter_open(const struct sorter *s) must_check returns_nonnull;
void sorter_close(struct sorter_cursor *c);
/* The next record, valid until the next call: 1, or 0 at the end; -1 when the file cannot be read. */
int sorter_next(struct sorter_cursor *c, struct span *record, struct error *e) must_check;

#endif
