/*
 * Lays out a file that people wrote: keys in the order of their table, two
 * spaces a step, at most one blank line. Comments stay with what they stand above or beside, and no scalar is
 * written anew: its bytes are copied. It must not know what the keys mean.
 */
#ifndef KENPIN_FMT_H
#define KENPIN_FMT_H

#include "config/option.h"

/* The text of FILE, which must have a root and no faults, in its canonical form. What comes out is read again and must
 * hold the same, word for word and comment for comment; -1 and *E when it does not: then the file has a form that is
 * not known here, and stays as it is. */
int fmt_file(
	struct buf *out, const struct yaml_file *file, const struct option_block *root, struct error *e) must_check;

#endif
