/*
 * Reads a file, or standard input ("-"), as a stream of bytes: plain, gzip
 * (zlib) or Zstandard (libzstd), told apart by the first bytes. Concatenated
 * members are read on; a cut or damaged stream is an error, never an end.
 */
#ifndef KENPIN_ZREAD_H
#define KENPIN_ZREAD_H

#include "base/error.h"

struct zread;

struct zread *zread_open(const char *path, struct error *e) must_check;
/* Up to SIZE bytes; 0 at the end; -1 on failure. */
ptrdiff_t zread_read(struct zread *z, char *data, size_t size, struct error *e) must_check;
/* Bytes taken from the file so far and its size (-1 when not known), for progress. */
int64_t zread_position(const struct zread *z);
int64_t zread_size(const struct zread *z);
void zread_close(struct zread *z);

#endif
