/*
 * What is wrong in files that people write: a stable code, the place by line
 * and column, a second place where it helps, and what to do. All messages of
 * all files are collected, sorted by place, and rendered for a terminal (caret by display width), as JSON lines or
 * SARIF.
 */
#ifndef KENPIN_DIAG_H
#define KENPIN_DIAG_H

#include "base/buf.h"
#include "ext/yaml.h"

enum diag_level { DIAG_ERROR, DIAG_WARNING };

struct diag {
	const char *code;             /* "E0203" */
	const struct yaml_node *node; /* that it is about; NULL: it was given marks */
	enum diag_level level;
	const struct yaml_file *file; /* NULL when the message belongs to no file */
	struct yaml_mark at, end;
	const char *message;
	struct yaml_mark also; /* line 0: none */
	const char *also_label;
	const char *help;                /* may be NULL */
	struct yaml_mark hide, hide_end; /* a literal secret: stars are printed in its place, in every message's source
					    line; line 0: none */
};

struct diags {
	struct arena *arena;
	struct diag *items;
	size_t count, capacity;
	size_t errors, warnings, dropped; /* dropped: past LIMIT_DIAGNOSTICS, reported at the end */
	const char *folder;               /* files below it are named relative to it; NULL: as their path says */
};

void diags_init(struct diags *d, struct arena *arena);

/* Adds a message about NODE; returns it, so that the caller can set `also` and `help`. A value that was refused for its
 * type or range (E0201, E0202, E0206) is not judged again: what follows from that is no mistake of its own, and is
 * dropped. */
struct diag *diag_error(struct diags *d, const char *code, const struct yaml_file *file, const struct yaml_node *node,
	const char *format, ...) printf_like(5, 6);
struct diag *diag_warning(struct diags *d, const char *code, const struct yaml_file *file, const struct yaml_node *node,
	const char *format, ...) printf_like(5, 6);
struct diag *diag_at(struct diags *d, enum diag_level level, const char *code, const struct yaml_file *file,
	struct yaml_mark at, struct yaml_mark end, const char *format, ...) printf_like(7, 8);
void diag_help(struct diags *d, struct diag *item, const char *format, ...) printf_like(3, 4);
void diag_also(struct diag *item, struct yaml_mark mark, const char *label);
/* NODE may be a literal secret. */
void diag_hide(struct diag *item, const struct yaml_node *node);
/* A yaml_report whose ARG is a struct diags. */
void diag_yaml_fault(void *arg, const struct yaml_file *file, const struct yaml_fault *fault);

void diags_sort(struct diags *d); /* by path, line, column, code */
enum diag_format { DIAG_TEXT, DIAG_JSON, DIAG_SARIF };
/* Sorts and renders all; text form as in research part C (error[E0203]: ..., -->, source line, carets, = help). */
void diags_render(struct buf *out, struct diags *d, enum diag_format format, bool colour);

/* The registry of codes: a row for every code, with its explain page. */
struct diag_code {
	const char *code, *title;
	const char *explain; /* what it means and what to do, some lines */
	const char *bad, *good;
};
const struct diag_code *diag_code_find(const char *code); /* NULL: no such code */
const struct diag_code *diag_codes(size_t *count);

#endif
