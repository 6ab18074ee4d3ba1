/*
 * Templates of message bodies: JSON with holes. {{name}} is a value, escaped
 * when it stands in quotes and quoted when it does not; {{name:80}} is at most
 * 80 characters of it, {{name|none}} says what stands for an empty one.
 * {{#findings:5}} ... {{/findings}} is written once a finding, five times at most;
 * {{,}} in it is a comma, save after the last; {{left_out}} after it counts those that it did not
 * name. Nothing else: no conditions, no code.
 */
#ifndef KENPIN_FILL_H
#define KENPIN_FILL_H

#include "base/buf.h"
#include "base/error.h"

struct fill_name {
	const char *name;
	bool number;
};
/* What a template can name: of the message, and (within the loop, where they win) of a finding. End with NULL. */
extern const struct fill_name fill_message_names[], fill_finding_names[];

struct fill {
	/* Writes the value NAME, of the message when FINDING is -1, at most MAX_CHARS characters. */
	void (*value)(void *arg, struct buf *out, const char *name, ptrdiff_t finding, size_t max_chars);
	void *arg;
	size_t findings; /* that the loop can name */
	int64_t total;   /* that there are */
};

/* -1 with *E (kind ERROR_CONFIG) when TEXT is no template, or what comes out is no JSON. */
int fill_render(struct buf *out, const char *text, const struct fill *fill, struct error *e) must_check;
/* Renders TEXT with made-up messages of none, one and many findings. */
int fill_check(const char *text, struct error *e) must_check;

#endif
