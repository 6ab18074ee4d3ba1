/*
 * The verbs of `kenpin manifest`, and what they share: a project, its store
 * under the lease, the manifest that an argument names.
 */
#ifndef KENPIN_COMMAND_MANIFESTS_H
#define KENPIN_COMMAND_MANIFESTS_H

#include "command/command.h"
#include "scan/recovery.h"

extern const struct command manifest_plan_verb, manifest_show, manifest_approve, manifest_export, manifest_import,
	manifest_status, manifest_verify, manifest_undo, manifest_check_verb, manifest_expire;

struct manifests {
	struct command_context *command;
	struct loaded loaded;
	struct state *state;
	struct arena arena;
	bool leased;
};
/* What a verb needs. RULES: with the rules. WRITES: the store under the lease, settled after kills and the clock; else
 * it is only read. */
int manifests_open(struct manifests *m, struct command_context *c, bool rules, bool writes, struct error *e) must_check;
void manifests_close(struct manifests *m);
struct scan_context manifests_context(struct manifests *m);

/* A manifest by its id, a beginning of it, or its folder. */
struct chosen_manifest {
	struct manifest_record record;
	bool known;       /* to this store; else only its folder was given */
	const char *path; /* of its folder */
};
/* UNKNOWN_TOO: a folder that the store does not know is fine. */
int manifests_choose(struct manifests *m, const char *text, bool unknown_too, struct chosen_manifest *out,
	struct error *e) must_check;
/* Refuses when the files of CHOSEN are not those that were written; prints what is wrong with them. */
int manifests_prove(const struct chosen_manifest *chosen, struct error *e) must_check;
/* "approved by A as R at T": why nothing more can be decided of R. -1. */
int manifests_decided(const struct manifest_record *r, struct error *e);

/* plan and export: NAME of --mode; what is held back goes to standard error; writes and prints the folder. */
int plan_mode_parse(enum plan_mode *mode, const char *name, struct error *e) must_check;
void plan_tell_held(const struct scan_manifest *m);
int plan_write(struct manifests *m, enum plan_mode mode, const char *folder, struct error *e) must_check;

/* Runs VERB of one manifest in a store that is written. */
typedef int manifests_do(struct manifests *m, const struct chosen_manifest *chosen, struct error *e);
enum exit_code manifests_run(
	struct command_context *c, const char *name, bool rules, manifests_do *verb, struct error *e);

/* ---- a manifest in other forms ---- */
enum manifest_form { FORM_MANIFEST, FORM_JSONL, FORM_S3_BATCH, FORM_CSV };
/* NAME of --as, NULL for none; BUCKET goes with s3-batch alone. */
int manifest_form_parse(enum manifest_form *form, const char *name, const char *bucket, struct error *e) must_check;
/* The actions of the manifest in PATH into the file TO, whole or not at all; NULL: to standard output. */
int manifest_form_write(
	const char *to, enum manifest_form form, const char *path, const char *bucket, struct error *e) must_check;

/* "corrections: 4 proposed, ...": all of them, always. */
void corrections_print(FILE *out, const struct recovery_counts *n);

/* ---- a review, as text, JSON or HTML ---- */
struct review_page {
	const struct review *review;
	const struct guards *guards;
	const struct json *head;                /* manifest.json; NULL: it is only planned */
	const struct chosen_manifest *manifest; /* NULL: it is only planned */
	const char *sha256;
	const int64_t *by_state; /* NULL: the store does not know it */
	const struct scan_manifest *planned;
};
enum review_form { REVIEW_TEXT, REVIEW_JSON, REVIEW_HTML };
int review_form_parse(enum review_form *form, const char *name, struct error *e) must_check;
void review_print(const struct review_page *page, enum review_form form);
void review_text(const struct review_page *page);
void review_json(const struct review_page *page);
void review_html(const struct review_page *page);

#endif
