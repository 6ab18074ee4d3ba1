/*
 * Closed shapes of JSON: which keys an object has, of which shape, which must
 * be there. Everything else is a fault. The tables are in schema.c.
 */
#ifndef KENPIN_SHAPE_H
#define KENPIN_SHAPE_H

#include "ext/json.h"

enum shape_type {
	SHAPE_NULL = 1,
	SHAPE_BOOL = 2,
	SHAPE_INT = 4,    /* a whole number that fits into 64 bits */
	SHAPE_NUMBER = 8, /* any other number */
	SHAPE_TEXT = 16,
	SHAPE_LIST = 32,
	SHAPE_MAP = 64,
	SHAPE_ANY = 127,
};

struct shape;
struct shape_key {
	const char *name;
	const struct shape *shape;
	bool optional;
};
struct shape {
	unsigned types;                  /* any of them */
	const char *wants;               /* for the message */
	bool (*valid)(struct span text); /* of a text; NULL: any */
	const char *const *values;       /* of a text, NULL-terminated; NULL: any */
	int64_t min;                     /* of a whole number */
	const struct shape_key *keys;    /* of an object; NULL: its keys are free */
	size_t count;
	const struct shape
		*each; /* of the elements of a list, of the values of an object with free keys; NULL: anything */
	/* For objects of several shapes: the one that J wants to be, NULL when it is none. May be NULL. */
	const struct shape *(*pick)(const struct json *j);
};

/* Where faults go: one line each, "WHERE: PATH: what". */
struct shape_faults {
	struct buf *out;
	const char *where;
	size_t count;
};
void shape_fault(struct shape_faults *f, const char *path, const char *format, ...) printf_like(3, 4);

/* Reports everything in J that SHAPE does not allow. */
void shape_check(const struct shape *shape, const struct json *j, const char *path, struct shape_faults *f);

#endif
