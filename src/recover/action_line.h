/*
 * One action as a line of a manifest, and the proof of a line, which holds for
 * what is written and for what is read back.
 */
#ifndef KENPIN_ACTION_LINE_H
#define KENPIN_ACTION_LINE_H

#include "model/action.h"
#include "recover/idset.h"
#include "recover/schema.h"

/* Writes the line of ACTION, with its line feed. LINE_UNDO takes its undo, with an id of its own. */
int action_line_write(
	struct buf *out, const struct action *a, enum line_role role, int64_t seq, struct error *e) must_check;

/* What a line says of itself, for counting. */
struct line {
	struct json *tree; /* NULL when the text is no JSON object */
	int64_t seq;
	unsigned char id[IDSET_BYTES], undoes[IDSET_BYTES];
};
/* Reads TEXT (without its line feed) and proves it alone: length, closed keys, and that its action_id is the one that
 * its content gives. */
void action_line_read(struct line *l, struct span text, enum line_role role, struct shape_faults *f);
void action_line_clear(struct line *l);

#endif
