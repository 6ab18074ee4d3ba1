/*
 * Why something failed. Described where it happens, printed once by the
 * command. The kind decides the exit code (error_exit_code, the one table).
 */
#ifndef KENPIN_ERROR_H
#define KENPIN_ERROR_H

#include "base/base.h"

enum error_kind {
	ERROR_NONE,
	ERROR_USAGE,      /* the command line */
	ERROR_CONFIG,     /* project, query or rule file */
	ERROR_STATE,      /* the state store cannot be used */
	ERROR_LEASE,      /* another run holds the lease */
	ERROR_INCOMPLETE, /* source down, limit hit, budget spent, asked to stop */
	ERROR_OWED,       /* deliveries or exports are still owed */
};

struct error {
	enum error_kind kind;
	int line, column; /* from 1; 0 when not known */
	char path[512];   /* empty when there is no file */
	char message[1536];
};

/* Exit codes of the formats document. */
enum exit_code {
	EXIT_DONE = 0,
	EXIT_FOUND = 1,
	EXIT_INCOMPLETE = 2,
	EXIT_CONFIG = 3,
	EXIT_OWED = 4,
	EXIT_STATE = 5,
	EXIT_LEASE = 6,
};

/* Both always return -1, so that a caller can write `return error_set(...)`. */
int error_set(struct error *e, enum error_kind kind, const char *format, ...) printf_like(3, 4);
int error_at(struct error *e, enum error_kind kind, const char *path, int line, int column, const char *format, ...)
	printf_like(6, 7);
/* Puts text before the message, to say what was being done. Returns -1. */
int error_prefix(struct error *e, const char *format, ...) printf_like(2, 3);

enum exit_code error_exit_code(enum error_kind kind);
/* The one that applies of two: the order is 3, 5, 6, 2, 4, 1, 0. */
enum exit_code exit_worse(enum exit_code a, enum exit_code b);
/* Prints "kenpin: error: path:line:column: message" to standard error. */
void error_print(const struct error *e);

#endif
