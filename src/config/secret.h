/*
 * Secrets come by reference: `env:NAME` or `file:PATH`. The value is read when
 * it is needed, never printed, never stored.
 */
#ifndef KENPIN_SECRET_H
#define KENPIN_SECRET_H

#include "base/arena.h"
#include "base/error.h"

enum secret_from { SECRET_NONE, SECRET_ENV, SECRET_FILE };

struct secret {
	enum secret_from from;
	const char *name; /* of the variable, or the path */
};

/* True when TEXT is a reference; OUT borrows from it. */
bool secret_parse(struct secret *out, const char *text) must_check;
/* The value (a file's last newline is dropped) in ARENA, or NULL: unset, empty, unreadable; *E names the reference,
 * never a value. */
const char *secret_value(const struct secret *s, struct arena *arena, struct error *e) must_check;

#endif
