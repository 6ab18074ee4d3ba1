/*
 * A line of a result file, read and proven alone. What it says of which action
 * is for the store.
 */
#ifndef KENPIN_RESULT_LINE_H
#define KENPIN_RESULT_LINE_H

#include "base/arena.h"
#include "model/recovery.h"
#include "recover/shape.h"

/* Reads TEXT (without its line feed); R's texts are in ARENA. What the closed format does not allow goes to F, and R is
 * then of no use. */
void result_line_read(struct recovery_result *r, struct span text, struct arena *arena, struct shape_faults *f);

#endif
