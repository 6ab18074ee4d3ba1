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

struct manifest_header {
	const char *run_id, *rules_sha256, *config_sha256;
	int64_t created_at, expires_at; /* ms */
	bool complete;                  /* every scan behind it was complete */
	int64_t documents;              /* scanned */
	const char *previous_sha256;    /* of the manifest.json before this one; NULL for none */
};

struct manifest_guard {
	int64_t max_actions, max_per_shop;
	const char *max_percent; /* of documents; decimal text */
};

struct manifest;
/* Starts a manifest in FOLDER (made when missing), which will hold it as FOLDER/<manifest id>/. Nothing is visible
 * there until manifest_finish. */
struct manifest *manifest_begin(const char *folder, const struct manifest_header *header, struct error *e) must_check;
/* The guards of one rule; the first call for a rule counts. Without it the defaults of limits.h hold for that rule. */
void manifest_guard_rule(struct manifest *m, const char *rule, const struct manifest_guard *guard, int64_t documents);
/* One line; order is kept. An id that stands in the manifest already, a line over LIMIT_MANIFEST_LINE_BYTES or a body
 * outside the closed schema fails the whole manifest. */
int manifest_add(struct manifest *m, const struct action *a, struct error *e) must_check;
/* Judges the guards, writes manifest.json, syncs and renames. When a guard refuses: nothing is left, -1 with ERROR_OWED
 * and a message that names guard, rule, count and bound. An empty manifest writes nothing and succeeds with an empty
 * path. PATH gets the folder; SHA256 that of manifest.json. */
int manifest_finish(struct manifest *m, char path[512], char sha256[65], struct error *e) must_check;
/* Drops what was written so far; also frees. manifest_finish must have been called before, or everything is thrown
 * away. */
void manifest_free(struct manifest *m);

struct manifest_summary {
	int64_t actions, undo;
	const struct map *by_rule, *by_class, *by_shop, *by_mode; /* int64_t * by name */
	bool refused;
	const char *refusal; /* which guard; NULL */
};
/* Counts so far and what the guards would say now; borrowed. */
void manifest_summarise(struct manifest *m, struct manifest_summary *out);

/* Reads a written manifest back and proves it: schema, sizes, counts, checksums, ids unique and recomputable. Faults go
 * line by line into OUT. 0 sound, 1 not, -1 cannot be read. */
int manifest_check(const char *path, struct buf *out, struct error *e) must_check;

#endif
