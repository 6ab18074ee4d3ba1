/*
 * The numbered files of one role in a manifest: lines go in, files of at most
 * LIMIT_MANIFEST_LINES come out, each with its size and digest.
 */
#ifndef KENPIN_PART_H
#define KENPIN_PART_H

#include "base/buf.h"
#include "base/error.h"
#include "ext/sha.h"
#include "recover/schema.h"

#define PART_NAME_CHARS 32

struct part_file {
	char name[PART_NAME_CHARS];
	int64_t lines, bytes;
	char sha256[SHA_HEX];
};

struct parts {
	enum line_role role;
	struct part_file *files;
	size_t count, capacity;
	int fd; /* of the last file, -1 when it is closed */
	struct sha *sha;
};

/* "actions-0001.jsonl"; NUMBER from 1. */
void part_name(char out[PART_NAME_CHARS], enum line_role role, size_t number);

void parts_init(struct parts *p, enum line_role role);
void parts_clear(struct parts *p);
/* Adds LINE (with its line feed) to the last file in FOLDER, or to a new one. */
int parts_add(struct parts *p, const char *folder, struct span line, struct error *e) must_check;
/* Syncs and closes the last file. */
int parts_close(struct parts *p, struct error *e) must_check;

#endif
