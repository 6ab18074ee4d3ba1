/*
 * Manifests between the store and the files: what is planned, written, handed
 * on, read back. It knows neither argv nor terminals.
 */
#ifndef KENPIN_SCAN_RECOVERY_H
#define KENPIN_SCAN_RECOVERY_H

#include "recover/manifest.h"
#include "recover/review.h"
#include "scan/scan.h"
#include "state/manifests.h"

enum plan_mode { MODE_ANY, MODE_AUTO, MODE_MANUAL };
struct scan_plan {
	const char *run_id, *folder; /* folder: that gets the manifest; NULL: only planned */
	enum plan_mode mode;         /* of the actions that are wanted */
	struct review *review;       /* gets them too; may be NULL */
};
struct scan_manifest {
	char path[512];             /* of the manifest that was written, "" when there is nothing to do */
	int64_t actions, automatic; /* in it */
	int64_t canary, cooling;    /* held back by a canary, by a cool-down */
	bool approved;              /* by policy, and exported with that */
};

/* Writes what is proposed now into a manifest, under the lease of a scan. One that holds automatic actions alone is
 * approved by policy, and exported. */
int scan_export(const struct scan_context *c, const struct scan_plan *plan, struct scan_manifest *out,
	struct error *e) must_check;
/* The same without writing anything: VISIT gets the counts, and what the guards would say. */
typedef int scan_visit_plan(void *arg, const struct manifest_summary *summary, struct error *e);
int scan_plan_manifest(const struct scan_context *c, const struct scan_plan *plan, struct scan_manifest *out,
	scan_visit_plan *visit, void *arg, struct error *e) must_check;

/* Makes M, which is sealed and NUMBER in the store, visible in both. */
int scan_manifest_publish(struct state *state, struct manifest *m, int64_t number, struct error *e) must_check;
/* Under the lease of a scan: what a kill left half written is published or dropped, what is over expires. */
int scan_manifests_settle(struct state *state, struct error *e) must_check;

/* Proves that the files of R are those that were written; every fault is a line of OUT, and then -1. */
int scan_manifest_prove(const struct manifest_record *r, const char *path, struct buf *out, struct error *e) must_check;

/* Writes a manifest that takes R back, into FOLDER: the undo of each action that may have been applied. *COUNT of
 * them; OUT->path stays "" when there is none. */
int scan_manifest_undo(const struct scan_context *c, const struct manifest_record *r, const char *path,
	const char *folder, struct scan_manifest *out, struct error *e) must_check;

/* ---- results ---- */
struct import_counts {
	int64_t lines, taken, doubled, changed; /* changed: actions */
};
/* All lines of all files, or nothing: then each fault is a line of FAULTS, and -1. Under the lease of a scan. */
int scan_import(struct state *state, const char *const *files, size_t count, struct import_counts *out,
	struct buf *faults, struct error *e) must_check;

struct walk;
/* Tells people of keys whose automatic recovery is off: a finding of its own for each, over once that ends. */
int scan_escalations(struct walk *w, struct error *e) must_check;

/* ---- canaries: the first actions of a rule's revision go alone ---- */
struct canaries {
	struct arena arena;
	struct map rules; /* struct canary * by rule and revision */
};
void canaries_init(struct canaries *c);
void canaries_clear(struct canaries *c);
/* 1: A waits until those that went first are verified; 0: it goes; -1 error. SPEC may be NULL. */
int canary_holds(struct canaries *c, struct state *state, const struct recover_spec *spec, const struct action *a,
	struct error *e) must_check;

#endif
