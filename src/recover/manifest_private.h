/*
 * Between manifest.c, which gathers, and manifest_text.c, which writes manifest.json.
 */
#ifndef KENPIN_MANIFEST_PRIVATE_H
#define KENPIN_MANIFEST_PRIVATE_H

#include "recover/guard.h"
#include "recover/idset.h"
#include "recover/manifest.h"
#include "recover/part.h"

#define MANIFEST_ID_CHARS 26 /* 20261124T160007Z-3fa9c1d2 */

struct manifest {
	struct arena arena;
	struct manifest_header header; /* its texts are in the arena */
	const char *folder;            /* NULL: a plan */
	char *hidden;                  /* where files go until the end; NULL before the first line, and of a plan */
	struct guards guards;
	struct parts parts[LINE_ROLE_COUNT];
	struct idset ids;
	struct tally by_rule, by_class, by_shop, by_mode;
	int64_t actions, undo, held;
	struct {
		const char **items;
		size_t count, capacity;
	} supersedes;
	const char *id, *path; /* once it is sealed */
	struct buf text;       /* manifest.json, then */
	struct buf line, refusal;
	struct error why; /* the failure that every later call repeats */
};

/* The time of CREATED_AT and the first 8 hex digits of the SHA-256 of REST: what follows the manifest_id in
 * manifest.json, to its end. */
void manifest_identify(char id[MANIFEST_ID_CHARS], int64_t created_at, struct span rest);
/* manifest.json of M, whose files are closed. */
void manifest_text(struct buf *out, char id[MANIFEST_ID_CHARS], const struct manifest *m);

/* The bytes of a manifest.json. */
int manifest_read_text(struct buf *text, const char *path, struct error *e) must_check;

#endif
