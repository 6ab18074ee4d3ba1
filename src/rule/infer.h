/*
 * A rule out of sample documents: what is there in all of them, of which type
 * and form, from a few values only, and between which bounds. It must not know where the documents come from.
 */
#ifndef KENPIN_INFER_H
#define KENPIN_INFER_H

#include "base/buf.h"

struct infer;

/* FIELDS: NULL-terminated globs over field paths, the only ones to look at; NULL: all. */
struct infer *infer_new(const char *const *fields) must_check;
void infer_free(struct infer *in);
/* One document: a JSON object that the scanner has passed; a bare one, or a hit with _source. */
void infer_add(struct infer *in, struct span doc);

/* The entries of `check:`, a line each. The number of them. */
size_t infer_checks(struct buf *out, const struct infer *in);

/* Documents that were kept, for tests. */
size_t infer_kept(const struct infer *in);
/* Ways to break a document, so that a check should fail. */
size_t infer_breaks(const struct infer *in);
/* Kept document DOC as JSON, with those keys only that the checks look at (or that are among KEYS), broken in way
 * BREAK; -1: whole. NAME gets what was done to it. */
void infer_doc(struct buf *out, struct buf *name, const struct infer *in, size_t doc, int way, const char *const *keys);

#endif
