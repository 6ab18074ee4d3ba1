/*
 * One table per kind of block drives the reading of files, and with it help,
 * manual, editor schema and completion: name, type, range, default, help.
 */
#ifndef KENPIN_OPTION_H
#define KENPIN_OPTION_H

#include "config/diag.h"
#include "config/secret.h"

struct option_block;
struct option_reader;

enum option_type {
	OPTION_TEXT,     /* const char * */
	OPTION_NAME,     /* const char *: letters, digits, - _ . ; at most LIMIT_NAME_CHARS */
	OPTION_BOOL,     /* bool */
	OPTION_INT,      /* int64_t, within min and max */
	OPTION_DECIMAL,  /* const char *, a decimal number kept as text */
	OPTION_DURATION, /* int64_t, ms */
	OPTION_BYTES,    /* int64_t */
	OPTION_ENUM,     /* int, index into values */
	OPTION_INSTANT,  /* int64_t, ms; a date or RFC 3339 */
	OPTION_TEXTS,    /* struct texts; one scalar counts as a list of one */
	OPTION_SECRET,   /* struct secret; a literal is refused */
	OPTION_PATH,     /* const char *, relative to the project folder; resolved */
	OPTION_NODE,     /* struct yaml_node *, any shape */
	OPTION_BLOCK,    /* pointer to a struct made by `block` */
	OPTION_BLOCKS,   /* struct blocks: list of them */
	OPTION_NAMED,    /* struct blocks: map of name -> block; the block's first field is its const char *name */
};

struct texts {
	const char **items;
	size_t count;
};
struct blocks {
	void **items;
	size_t count;
};

struct option {
	const char *name;
	enum option_type type;
	size_t offset;        /* of the field in the block's struct */
	const char *fallback; /* default, written as in a file; NULL: the field stays zero */
	const char *help;     /* one line */
	bool required;
	int64_t min, max; /* of OPTION_INT, OPTION_DURATION, OPTION_BYTES; both 0: no range; equal: the version of a
			     format (E0210) */
	const char *const *values; /* of OPTION_ENUM; NULL-terminated */
	const struct option_block
		*block; /* of OPTION_NODE: what a map in it, or each of a list, holds; for help and schema */
};

struct option_block {
	const char *name; /* "source", "rule", ... for messages and help */
	const struct option *options;
	size_t count, size; /* of options; of the struct */
	size_t node_offset; /* where the struct keeps its struct yaml_node * (for later messages), OPTION_NO_NODE:
			       nowhere */
	const char *help;
	/* More checks, and keys that depend on another; may be NULL. */
	void (*finish)(void *block, struct option_reader *reader, const struct yaml_node *node);
	/* Blocks whose keys depend on a `kind`: picks the table by the node; may be NULL. */
	const struct option_block *(*pick)(struct option_reader *reader, const struct yaml_node *node);
	/* The tables that `pick` picks from, for help and schema: one a value of `kind`; ends with a NULL kind. */
	const struct option_variant *variants;
};
struct option_variant {
	const char *kind;
	const struct option_block *block;
};
#define OPTION_NO_NODE ((size_t)-1)

struct option_reader {
	struct arena *arena; /* of everything that is made */
	struct diags *diags;
	const struct yaml_file *file;
	const char *folder; /* of the project */
};

/* Reads NODE into a new struct of BLOCK in the arena. Reports everything wrong (unknown key with a suggestion or
 * with the block where it belongs, wrong type, range, missing required key); the struct is returned all the same, for
 * further checks; NULL only when NODE is no map. */
void *option_read(struct option_reader *reader, const struct option_block *block, const struct yaml_node *node);

/* The node of KEY in the block's own node, or the block's node when the key is absent: for messages. */
const struct yaml_node *option_node(const struct yaml_node *block_node, const char *key);

/* True when a key of the block's node that BLOCK does not know was most likely meant as NAME, or, NAME being NULL, when
 * there is a key that it does not know: that was told, and that NAME is missing follows from it. */
bool option_meant(const struct option_block *block, const struct yaml_node *node, const char *name);

/* A `pick` for blocks with variants: by the key `kind`, which it demands. */
const struct option_block *option_pick_kind(
	struct option_reader *reader, const struct option_block *block, const struct yaml_node *node);
/* True when TEXT is well formed as OPTION_NAME. */
bool option_name_valid(struct span text);
/* PATH as OPTION_PATH resolves it. In the reader's arena. */
const char *option_path(struct option_reader *reader, const char *path);

/* The root of the reader's file, which must hold a project, a query or rules: reports an empty file and another kind of
 * file in its place (E0210). False when there is no use in reading on. */
enum option_file { OPTION_FILE_PROJECT, OPTION_FILE_QUERY, OPTION_FILE_RULES };
bool option_check_file(struct option_reader *reader, enum option_file kind) must_check;

/* Renders a table for people and for machines. */
void option_help(struct buf *out, const struct option_block *block, unsigned indent);
void option_schema(
	struct buf *out, const struct option_block *root, const char *id, const char *title); /* JSON Schema 2020-12 */

#endif
