/*
 * What is done with manifests that were written: settled after a kill, proven
 * unchanged, taken back.
 */
#include "base/base.h"
#include "scan/recovery.h"

#include "base/limits.h"
#include "ext/json.h"

static int settle_unfinished(struct state *state, struct error *e)
{
	struct manifest_record r;
	struct arena arena;
	int got;

	arena_init(&arena);
	while ((got = state_manifest_unfinished(state, &r, &arena, e)) == 1) {
		int failed = manifest_stands(r.path, r.sha256) ? state_manifest_published(state, r.number, e)
							       : state_manifest_drop(state, r.number, e);

		if (failed) {
			got = -1;
			break;
		}
		arena_reset(&arena);
	}
	arena_clear(&arena);
	return got;
}

int scan_manifests_settle(struct state *state, struct error *e)
{
	return settle_unfinished(state, e) < 0 ? -1 : state_manifests_sweep(state, e);
}

int scan_manifest_prove(const struct manifest_record *r, const char *path, struct buf *out, struct error *e)
{
	int got = manifest_check(path, out, e);

	if (got < 0)
		return -1;
	if (got > 0)
		return error_at(e, ERROR_OWED, path, 0, 0, "the files are not those that were written");
	if (!manifest_stands(path, r->sha256))
		return error_at(e, ERROR_OWED, path, 0, 0,
			"manifest.json is sound, but not the one that was written as %s", r->id);
	return 0;
}

/* ---- taking back ---- */

struct undoing {
	struct state *state;
	struct manifest *manifest;
	const struct manifest_record *record;
	int64_t number;
	struct arena arena; /* of one line */
	int64_t actions;
};

/* What action_line writes before the body. */
static bool is_head(const char *key)
{
	static const char *const head[] = {"kind", "undoes", "seq", "action_id", "group_id", "finding_id", "episode",
		"attempt", "rule", "class", "mode", "severity"};

	for (size_t i = 0; i < ARRAY_LEN(head); i++)
		if (strcmp(key, head[i]) == 0)
			return true;
	return false;
}

static bool copy_key(void *arg, const char *key, struct json *value)
{
	if (!is_head(key))
		json_set(arg, key, json_keep(value));
	return true;
}

static const char *body_of(const struct json *line, struct arena *arena)
{
	struct json *body = json_new_map();
	struct buf text;

	json_each(line, copy_key, body);
	buf_init(&text, LIMIT_MANIFEST_LINE_BYTES);
	json_write(&text, body);
	const char *kept = arena_strdup(arena, buf_text(&text));
	buf_clear(&text);
	json_free(body);
	return kept;
}

/* Whether the action may have been done: what is known not to have been needs no undo. */
static bool may_be_done(enum action_state state)
{
	return state == ACTION_EXPORTED || state == ACTION_APPLIED || state == ACTION_UNREPORTED ||
	       state == ACTION_VERIFIED || state == ACTION_REOPENED;
}

static int add_undo(void *arg, const struct json *line, struct span text, struct error *e)
{
	struct undoing *u = arg;
	const char *undoes = json_text(line, "undoes", "");
	enum action_state state;

	(void)text;
	arena_reset(&u->arena);
	int got = state_manifest_member(u->state, u->record->number, undoes, &state, e);
	if (got <= 0 || !may_be_done(state))
		return got < 0 ? -1 : 0;
	struct action a = {.finding = json_text(line, "finding_id", ""),
		.episode = json_int(line, "episode", 1),
		.attempt = json_int(line, "attempt", 1),
		.rule = json_text(line, "rule.id", ""),
		.rule_rev = json_text(line, "rule.rev", ""),
		.klass = json_text(line, "class", ""),
		.shop = json_text(line, "target.key.shop", ""),
		.severity = json_text(line, "severity", ""),
		.body = body_of(line, &u->arena)};
	snprintf(a.action_id, sizeof(a.action_id), "%s", json_text(line, "action_id", ""));
	u->actions++;
	if (manifest_add(u->manifest, &a, e) < 0)
		return -1;
	return state_manifest_add(u->state, u->number, &a, undoes, e);
}

static bool keep_bound(void *arg, const char *rule, struct json *bound)
{
	manifest_guard_rule(arg, rule,
		&(struct manifest_guard){.max_actions = json_int(bound, "max_actions", 0),
			.max_per_shop = json_int(bound, "max_per_shop", 0),
			.max_percent = json_text(bound, "max_percent", "0")},
		json_int(bound, "documents", 0));
	return true;
}

static int take(void *arg, const char *id, struct error *e)
{
	(void)e;
	manifest_supersedes(arg, id);
	return 0;
}

/* Guards are those of the manifest that is taken back: it kept them, so its undo does. */
static int seal_undo(struct undoing *u, const char *path, const struct json *head, const struct manifest_header *header,
	struct manifest_seal *sealed, struct error *e)
{
	json_each(json_get(head, "guard"), keep_bound, u->manifest);
	if (state_manifest_begin(u->state, "undo", u->record->number, &u->number, e) < 0 ||
		manifest_lines(path, head, LINE_UNDO, add_undo, u, e) < 0 ||
		state_manifest_takes(u->state, u->number, take, u->manifest, e) < 0 ||
		manifest_seal(u->manifest, sealed, e) < 0)
		return -1;
	if (sealed->id == NULL)
		return 0;
	return state_manifest_seal(u->state,
		&(struct manifest_record){.number = u->number,
			.id = sealed->id,
			.sha256 = sealed->sha256,
			.previous_sha256 = header->previous_sha256,
			.run_id = header->run_id,
			.path = sealed->path,
			.created = header->created_at,
			.expires = header->expires_at},
		e);
}

static int write_undo(struct undoing *u, const char *path, const struct json *head,
	const struct manifest_header *header, const char *folder, struct scan_manifest *out, struct error *e)
{
	struct manifest_seal sealed = {.id = NULL};

	if ((u->manifest = manifest_begin(folder, header, e)) == NULL || state_begin(u->state, e) < 0)
		return -1;
	int failed = seal_undo(u, path, head, header, &sealed, e);
	if (failed < 0 || sealed.id == NULL) {
		state_rollback(u->state);
		return failed;
	}
	if (state_commit(u->state, e) < 0 || scan_manifest_publish(u->state, u->manifest, u->number, e) < 0)
		return -1;
	snprintf(out->path, sizeof(out->path), "%s/%s", folder, sealed.id);
	out->actions = u->actions;
	return 0;
}

int scan_manifest_undo(const struct scan_context *c, const struct manifest_record *r, const char *path,
	const char *folder, struct scan_manifest *out, struct error *e)
{
	struct undoing u = {.state = c->state, .record = r};
	char previous[65], digest[65];
	struct json *head = manifest_head(path, digest, e);
	int64_t now = clock_now(c->clock);
	int failed = -1;

	*out = (struct scan_manifest){.actions = 0};
	if (head != NULL && state_manifest_last(c->state, previous, e) == 0) {
		const struct manifest_header header = {.run_id = "undo",
			.rules_sha256 = json_text(head, "rules_sha256", ""),
			.config_sha256 = json_text(head, "config_sha256", ""),
			.created_at = now,
			.expires_at = now + LIMIT_MANIFEST_LIFE_MS,
			.complete = true,
			.documents = json_int(head, "coverage.documents", 0),
			.previous_sha256 = previous[0] ? previous : NULL,
			.undo = true};

		arena_init(&u.arena);
		failed = write_undo(&u, path, head, &header, folder, out, e);
		arena_clear(&u.arena);
	}
	manifest_free(u.manifest);
	json_free(head);
	return failed;
}
