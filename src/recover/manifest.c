/*
 * Gathers actions into a manifest. What a guard refuses, and what fails half
 * way, was never visible: everything happens under a hidden name.
 */
#include "base/base.h"
#include "recover/manifest.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/str.h"
#include "recover/folder.h"
#include "recover/action_line.h"
#include "recover/manifest_private.h"

static const char *keep(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : NULL;
}

struct manifest *manifest_plan(const struct manifest_header *header)
{
	struct manifest *m = xcalloc(1, sizeof(*m));

	arena_init(&m->arena);
	m->header = *header;
	m->header.run_id = keep(&m->arena, header->run_id);
	m->header.rules_sha256 = keep(&m->arena, header->rules_sha256);
	m->header.config_sha256 = keep(&m->arena, header->config_sha256);
	m->header.previous_sha256 = keep(&m->arena, header->previous_sha256);
	guards_init(&m->guards, header->documents);
	for (int role = 0; role < LINE_ROLE_COUNT; role++)
		parts_init(&m->parts[role], (enum line_role)role);
	idset_init(&m->ids);
	tally_init(&m->by_rule);
	tally_init(&m->by_class);
	tally_init(&m->by_shop);
	tally_init(&m->by_mode);
	buf_init(&m->text, LIMIT_MANIFEST_BYTES);
	buf_init(&m->line, LIMIT_MANIFEST_LINE_BYTES);
	buf_init(&m->refusal, 1u << 16);
	return m;
}

struct manifest *manifest_begin(const char *folder, const struct manifest_header *header, struct error *e)
{
	struct manifest *m;

	if (folder_make(folder, e) < 0)
		return NULL;
	folder_sweep(folder);
	m = manifest_plan(header);
	m->folder = keep(&m->arena, folder);
	return m;
}

void manifest_free(struct manifest *m)
{
	if (m == NULL)
		return;
	for (int role = 0; role < LINE_ROLE_COUNT; role++)
		parts_clear(&m->parts[role]);
	if (m->hidden)
		folder_remove(m->hidden);
	free(m->hidden);
	guards_clear(&m->guards);
	idset_clear(&m->ids);
	tally_clear(&m->by_rule);
	tally_clear(&m->by_class);
	tally_clear(&m->by_shop);
	tally_clear(&m->by_mode);
	buf_clear(&m->text);
	buf_clear(&m->line);
	buf_clear(&m->refusal);
	arena_clear(&m->arena);
	free(m);
}

void manifest_guard_rule(struct manifest *m, const char *rule, const struct manifest_guard *guard, int64_t documents)
{
	guards_set(&m->guards, rule, guard, documents);
}

/* ---- lines ---- */

static void count(struct manifest *m, const struct action *a)
{
	m->actions++;
	m->undo += a->undo != NULL && !m->header.undo;
	++*tally_of(&m->by_rule, span_of(a->rule));
	++*tally_of(&m->by_class, span_of(a->klass));
	++*tally_of(&m->by_mode, a->automatic ? SPAN_LITERAL("auto") : SPAN_LITERAL("manual"));
	if (a->shop && *a->shop)
		++*tally_of(&m->by_shop, span_of(a->shop));
	guards_count(&m->guards, a->rule, a->shop);
}

/* The same proof that manifest_check makes of what it reads. */
static int prove(const struct action *a, enum line_role role, struct span line, struct error *e)
{
	struct buf why;
	struct shape_faults faults = {.out = &why, .where = role == LINE_UNDO ? "undo" : "action"};
	struct line l;

	buf_init(&why, LIMIT_MANIFEST_BYTES);
	action_line_read(&l, (struct span){line.p, line.n - 1}, role, &faults);
	action_line_clear(&l);
	if (faults.count > 0) {
		struct span first = {buf_text(&why), strcspn(buf_text(&why), "\n")};

		error_set(e, ERROR_OWED,
			"rule %s, action %s: no manifest is written, the format does not allow it: %.*s", a->rule,
			a->action_id, SPAN_ARG(first));
	}
	buf_clear(&why);
	return faults.count > 0 ? -1 : 0;
}

static int add_line(struct manifest *m, const struct action *a, enum line_role role, struct error *e)
{
	buf_reset(&m->line);
	if (action_line_write(&m->line, a, role, m->actions, e) < 0 || prove(a, role, buf_span(&m->line), e) < 0)
		return -1;
	if (m->folder == NULL)
		return 0;
	return parts_add(&m->parts[role], m->hidden, buf_span(&m->line), e);
}

static int add(struct manifest *m, const struct action *a, struct error *e)
{
	unsigned char id[IDSET_BYTES];

	if (str_unhex(id, IDSET_BYTES, span_of(a->action_id)) < 0)
		return error_set(e, ERROR_OWED, "rule %s: an action id is not 32 hex digits", a->rule);
	if (!idset_add(&m->ids, id))
		return error_set(e, ERROR_OWED,
			"rule %s, action %s: stands in the manifest already; no manifest is written", a->rule,
			a->action_id);
	if (m->folder != NULL && m->hidden == NULL && (m->hidden = folder_hidden(m->folder, e)) == NULL)
		return -1;
	if (add_line(m, a, LINE_ACTION, e) < 0)
		return -1;
	return a->undo && !m->header.undo ? add_line(m, a, LINE_UNDO, e) : 0;
}

int manifest_add(struct manifest *m, const struct action *a, struct error *e)
{
	if (m->why.kind != ERROR_NONE) {
		*e = m->why;
		return -1;
	}
	count(m, a);
	/* nothing will be written any more: only the counts matter, for the message */
	if (m->guards.refused)
		return 0;
	if (add(m, a, e) < 0) {
		m->why = *e;
		return -1;
	}
	return 0;
}

void manifest_hold(struct manifest *m, const struct action *a)
{
	m->held++;
	guards_count(&m->guards, a->rule, a->shop);
}

void manifest_supersedes(struct manifest *m, const char *id)
{
	m->supersedes.items = arena_grow(&m->arena, m->supersedes.items, m->supersedes.count, &m->supersedes.capacity,
		sizeof(*m->supersedes.items));
	m->supersedes.items[m->supersedes.count++] = arena_strdup(&m->arena, id);
}

/* ---- the end ---- */

void manifest_summarise(struct manifest *m, struct manifest_summary *out)
{
	buf_reset(&m->refusal);
	guards_refusal(&m->guards, &m->refusal);
	*out = (struct manifest_summary){
		.actions = m->actions,
		.undo = m->undo,
		.held = m->held,
		.by_rule = &m->by_rule.counts,
		.by_class = &m->by_class.counts,
		.by_shop = &m->by_shop.counts,
		.by_mode = &m->by_mode.counts,
		.guards = &m->guards,
		.refused = m->guards.refused,
		.refusal = m->guards.refused ? buf_text(&m->refusal) : NULL,
	};
}

static int allowed(struct manifest *m, struct error *e)
{
	struct manifest_summary summary;

	if (m->why.kind != ERROR_NONE) {
		*e = m->why;
		return -1;
	}
	manifest_summarise(m, &summary);
	if (summary.refused)
		return error_set(e, ERROR_OWED,
			"no manifest is written: %s; look at the rule, or raise the bound under recover.guard",
			summary.refusal);
	if (!m->header.complete)
		return error_set(e, ERROR_INCOMPLETE, "no manifest is written: a scan behind it was not complete");
	return 0;
}

static int prove_text(struct span text, struct error *e)
{
	struct buf why;
	struct shape_faults faults = {.out = &why, .where = MANIFEST_FILE};
	struct json *tree = json_parse(text, ERROR_OWED, MANIFEST_FILE, e);

	if (tree == NULL)
		return -1;
	buf_init(&why, LIMIT_MANIFEST_BYTES);
	schema_check_manifest(tree, &faults);
	if (faults.count > 0)
		error_set(e, ERROR_OWED, "no manifest is written, the format does not allow it: %.*s",
			(int)strcspn(buf_text(&why), "\n"), buf_text(&why));
	buf_clear(&why);
	json_free(tree);
	return faults.count > 0 ? -1 : 0;
}

static int write_text(struct manifest *m, struct span text, struct error *e)
{
	char *path = xasprintf("%s/" MANIFEST_FILE, m->hidden);
	int result = -1;

	if (folder_sync(m->hidden, e) == 0 && folder_write(path, text, e) == 0 && folder_sync(m->hidden, e) == 0)
		result = 0;
	free(path);
	return result;
}

/* The same content at the same instant has the same name: such a manifest need not be written twice. */
static bool stands_there(const char *path, struct span text)
{
	char *name = xasprintf("%s/" MANIFEST_FILE, path);
	FILE *in = fopen(name, "rbe");
	char *there = xmalloc(text.n + 1);
	bool same = in && fread(there, 1, text.n + 1, in) == text.n && memcmp(there, text.p, text.n) == 0;

	if (in)
		fclose(in);
	free(there);
	free(name);
	return same;
}

int manifest_publish(struct manifest *m, struct error *e)
{
	if (rename(m->hidden, m->path) == 0) {
		free(m->hidden);
		m->hidden = NULL;
	} else if (!stands_there(m->path, buf_span(&m->text))) {
		return error_at(e, ERROR_OWED, m->path, 0, 0, "the manifest cannot be put there: %s", strerror(errno));
	}
	return folder_sync(m->folder, e);
}

/* Where it will stand, whatever folder a later process is in. */
static int set_path(struct manifest *m, const char *id, struct error *e)
{
	char here[1024];

	m->id = arena_strdup(&m->arena, id);
	if (m->folder[0] == '/')
		m->path = arena_printf(&m->arena, "%s/%s", m->folder, id);
	else if (getcwd(here, sizeof(here)) != NULL)
		m->path = arena_printf(&m->arena, "%s/%s/%s", here, m->folder, id);
	else
		return error_at(
			e, ERROR_OWED, m->folder, 0, 0, "the folder that it is in has no name: %s", strerror(errno));
	return 0;
}

int manifest_seal(struct manifest *m, struct manifest_seal *seal, struct error *e)
{
	char id[MANIFEST_ID_CHARS];

	*seal = (struct manifest_seal){.id = NULL};
	if (allowed(m, e) < 0)
		return -1;
	if (m->actions == 0)
		return 0;
	/* the files must be closed before their digests are known */
	if (parts_close(&m->parts[LINE_ACTION], e) < 0 || parts_close(&m->parts[LINE_UNDO], e) < 0)
		return -1;
	manifest_text(&m->text, id, m);
	if (buf_over(&m->text))
		return error_set(e, ERROR_OWED, "manifest.json is longer than %u bytes (LIMIT_MANIFEST_BYTES)",
			LIMIT_MANIFEST_BYTES);
	if (prove_text(buf_span(&m->text), e) < 0 || write_text(m, buf_span(&m->text), e) < 0 || set_path(m, id, e) < 0)
		return -1;
	seal->id = m->id;
	seal->path = m->path;
	sha_hex_of(seal->sha256, buf_span(&m->text));
	return 0;
}
