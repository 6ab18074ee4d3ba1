/*
 * Recovery manifests: actions -> files, whole or not at all. Files are written
 * into a temporary folder beside the target, synced, and renamed; manifest.json
 * is written last. The schema is closed: contrib/schema/. It knows neither the store nor receivers.
 */
#ifndef KENPIN_MANIFEST_H
#define KENPIN_MANIFEST_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "model/action.h"
#include "recover/schema.h"

struct manifest_header {
	const char *run_id, *rules_sha256, *config_sha256;
	int64_t created_at, expires_at; /* ms */
	bool complete;                  /* every scan behind it was complete */
	int64_t documents;              /* scanned */
	const char *previous_sha256;    /* of the manifest.json before this one; NULL for none */
	bool undo;                      /* its actions take back those of another manifest */
};

struct manifest_guard {
	int64_t max_actions, max_per_shop;
	const char *max_percent; /* of documents; decimal text */
};

struct manifest;
/* Only counts, judges and proves: nothing is written anywhere. */
struct manifest *manifest_plan(const struct manifest_header *header) must_check returns_nonnull;
/* Starts a manifest in FOLDER (made when missing), which will hold it as FOLDER/<manifest id>/. Nothing is visible
 * there until manifest_publish. */
struct manifest *manifest_begin(const char *folder, const struct manifest_header *header, struct error *e) must_check;
/* The guards of one rule; the first call for a rule counts. Without it the defaults of limits.h hold for that rule. */
void manifest_guard_rule(struct manifest *m, const char *rule, const struct manifest_guard *guard, int64_t documents);
/* One line; order is kept. An id that stands in the manifest already, a line over LIMIT_MANIFEST_LINE_BYTES or a body
 * outside the closed schema fails the whole manifest. */
int manifest_add(struct manifest *m, const struct action *a, struct error *e) must_check;
/* The guards count A, but it is no line: it waits for another manifest. */
void manifest_hold(struct manifest *m, const struct action *a);
/* The manifest takes the place of the one with this id. */
void manifest_supersedes(struct manifest *m, const char *id);
/* What the rest of the manifest's life needs; texts live until manifest_free. */
struct manifest_seal {
	const char *id, *path; /* path: absolute, of the folder that it becomes */
	char sha256[65];       /* of manifest.json */
};
/* Judges the guards, writes manifest.json and syncs all: what is left to do is one rename. When a guard refuses: -1
 * with ERROR_OWED and a message that names guard, rule, count and bound. 0 without an id: there are no actions, and
 * nothing was written. */
int manifest_seal(struct manifest *m, struct manifest_seal *seal, struct error *e) must_check;
/* Makes the sealed manifest visible. */
int manifest_publish(struct manifest *m, struct error *e) must_check;
/* Whether the manifest.json of this digest stands in the folder PATH. */
bool manifest_stands(const char *path, const char *sha256);
/* Frees; what was not published is thrown away. */
void manifest_free(struct manifest *m);

struct guards;
struct manifest_summary {
	int64_t actions, undo, held;
	const struct map *by_rule, *by_class, *by_shop, *by_mode; /* int64_t * by name */
	const struct guards *guards;
	bool refused;
	const char *refusal; /* which guard; NULL */
};
/* Counts so far and what the guards would say now; borrowed. */
void manifest_summarise(struct manifest *m, struct manifest_summary *out);

/* The manifest.json of a folder, as a tree that the caller frees; its digest into SHA256. Only that it is JSON of the
 * format is proven; NULL with *E. */
struct json *manifest_head(const char *path, char sha256[65], struct error *e) must_check;
/* Calls VISIT for each line of the files of ROLE, in order. Lines are not proven: manifest_check does that. */
typedef int manifest_visit_line(void *arg, const struct json *line, struct span text, struct error *e);
int manifest_lines(const char *path, const struct json *head, enum line_role role, manifest_visit_line *visit,
	void *arg, struct error *e) must_check;
/* Copies a proven manifest into FOLDER, whole or not at all; one that stands there already is fine. */
int manifest_copy(const char *path, const struct json *head, const char *folder, struct error *e) must_check;

/* Reads a written manifest back and proves it: schema, sizes, counts, checksums, ids unique and recomputable. Faults go
 * line by line into OUT. 0 sound, 1 not, -1 cannot be read. */
int manifest_check(const char *path, struct buf *out, struct error *e) must_check;

#endif
