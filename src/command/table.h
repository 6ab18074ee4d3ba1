/*
 * Results as a table for people (columns by display width), NDJSON or CSV (RFC 4180).
 */
#ifndef KENPIN_TABLE_H
#define KENPIN_TABLE_H

#include "base/buf.h"
#include "base/error.h"

enum table_format { TABLE_TEXT, TABLE_NDJSON, TABLE_CSV };
int table_format_parse(enum table_format *out, const char *name, struct error *e) must_check;

/* Rows stream: widths come from the first TABLE_SAMPLE rows, later ones that are wider push their row only. */
struct table;
struct table *table_new(FILE *out, enum table_format format, const char *const *columns, size_t count) must_check;
/* One row of COUNT cells. */
void table_row(struct table *t, const struct span *cells);
/* Prints what is held back and frees. */
void table_end(struct table *t);

#endif
