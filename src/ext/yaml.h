/*
 * YAML files as a small tree with the place of everything, by libfyaml. The
 * restricted YAML of the formats document: no anchors, aliases, tags, merge
 * keys, second documents or duplicate keys; valid UTF-8; scalars are text, typed
 * later by whoever reads them. A file that ends in .json is read as JSON and gives the
 * same tree: texts in style YAML_JSON, everything else plain.
 */
#ifndef KENPIN_YAML_H
#define KENPIN_YAML_H

#include "base/arena.h"
#include "base/error.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };
enum yaml_style { YAML_PLAIN, YAML_SINGLE, YAML_DOUBLE, YAML_LITERAL, YAML_FOLDED, YAML_JSON };

/* A place in a file: bytes from 0, line from 1, column in characters from 1. */
struct yaml_mark {
	size_t offset;
	int line, column;
};

struct yaml_pair {
	struct yaml_node *key, *value;
};

struct yaml_node {
	enum yaml_kind kind;
	enum yaml_style style;       /* of a scalar */
	struct yaml_mark start, end; /* with quotes; end is just past it */
	struct span text;            /* of a scalar, decoded, terminated; a plain empty value has n = 0 */
	struct yaml_node **items;    /* of a list */
	struct yaml_pair *pairs;     /* of a map, in order */
	size_t count;
};

struct yaml_file {
	const char *path;       /* as given */
	struct span text;       /* the whole file, terminated */
	struct yaml_node *root; /* NULL for an empty file */
};

/* What is wrong in a file; the reader goes on where it can and reports all it finds. */
struct yaml_fault {
	const char *code; /* "E01xx", a string literal */
	struct yaml_mark at, end;
	struct yaml_mark also; /* a second place ("first defined here"); line 0 for none */
	const char *also_label;
	const char *message; /* in the arena */
	const char *help;    /* what to do; may be NULL */
};
typedef void yaml_report(void *arg, const struct yaml_file *file, const struct yaml_fault *fault);

/* Reads PATH ("-": standard input). All memory is in ARENA. Returns the file, or NULL when it cannot be read at all
 * (*E says why). Faults go to REPORT; `root` is NULL after a fault that leaves no tree. */
struct yaml_file *yaml_read(
	struct arena *arena, const char *path, yaml_report *report, void *arg, struct error *e) must_check;
/* Reads PATH as the YAML of other programs: aliases stand for what their anchors name, `<<` takes the keys of a map in,
 * tags say nothing. A tree may be in two places of the file then; one that would grow over LIMIT_YAML_NODES that way is
 * refused (E0108). */
struct yaml_file *yaml_read_foreign(
	struct arena *arena, const char *path, yaml_report *report, void *arg, struct error *e) must_check;
/* The same as yaml_read of a text in memory (copied); PATH only names it. */
struct yaml_file *yaml_parse(
	struct arena *arena, const char *path, struct span text, yaml_report *report, void *arg) must_check;

/* The value of KEY in a map, or NULL. */
struct yaml_node *yaml_find(const struct yaml_node *map, const char *key);
/* Where byte OFFSET of the decoded text of a scalar stands in the file. */
struct yaml_mark yaml_scalar_mark(const struct yaml_file *file, const struct yaml_node *scalar, size_t offset);
/* True for a plain scalar that YAML 1.2 core reads as null or bool, or that is a number as JSON writes it. */
bool yaml_is_null(const struct yaml_node *n);
bool yaml_is_bool(const struct yaml_node *n, bool *value);
bool yaml_is_number(const struct yaml_node *n);

#endif
