/*
 * Between the files that print messages.
 */
#ifndef KENPIN_DIAG_PRIVATE_H
#define KENPIN_DIAG_PRIVATE_H

#include "config/diag.h"

/* TEXT that is safe for a terminal and for JSON: valid UTF-8, no control character but a line break. In the arena of D,
 * or TEXT itself. */
const char *diag_clean(const struct diags *d, const char *text);
/* The name of FILE for people: relative to the project's folder when it is below it. */
const char *diag_path(const struct diags *d, const struct yaml_file *file);
/* True for what must not reach a terminal raw: controls, and marks that turn the direction of writing. */
bool diag_unprintable(uint32_t code);

/* What a mark is drawn with; "" for no colour. */
struct diag_paint {
	const char *primary, *secondary, *gutter, *reset;
};
/* The source lines of ITEM with its marks, each line after a gutter of WIDTH columns. */
void diag_excerpt(
	struct buf *out, const struct diags *d, const struct diag *item, int width, const struct diag_paint *paint);

void diags_render_json(struct buf *out, const struct diags *d);
void diags_render_sarif(struct buf *out, const struct diags *d);

#endif
