/* manifest.json: what a manifest says of itself. */
#include "base/base.h"
#include "recover/manifest_private.h"

#include "base/limits.h"

static void pair_instant(struct jsonout *j, const char *key, int64_t ms)
{
	char text[32];

	clock_text(text, ms);
	jsonout_pair(j, key, text);
}

static void write_counts(struct jsonout *j, const struct manifest *m)
{
	jsonout_key(j, "counts");
	jsonout_open(j, '{');
	jsonout_pair_int(j, "actions", m->actions);
	jsonout_pair_int(j, "undo", m->undo);
	jsonout_key(j, "by_class");
	tally_write(&m->by_class, j);
	jsonout_key(j, "by_mode");
	tally_write(&m->by_mode, j);
	jsonout_key(j, "by_rule");
	tally_write(&m->by_rule, j);
	jsonout_close(j, '}');
}

static void write_files(struct jsonout *j, const struct parts *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct part_file *f = &parts->files[i];

		jsonout_open(j, '{');
		jsonout_pair(j, "name", f->name);
		jsonout_pair(j, "role", line_role_names[parts->role]);
		jsonout_pair_int(j, "lines", f->lines);
		jsonout_pair_int(j, "bytes", f->bytes);
		jsonout_pair(j, "sha256", f->sha256);
		jsonout_close(j, '}');
	}
}

/* All that follows the manifest_id. */
static void write_rest(struct jsonout *j, const struct manifest *m)
{
	const struct manifest_header *h = &m->header;

	jsonout_pair(j, "kind", h->undo ? "undo" : "repair");
	jsonout_pair(j, "run_id", h->run_id);
	pair_instant(j, "created_at", h->created_at);
	pair_instant(j, "expires_at", h->expires_at);
	jsonout_pair(j, "rules_sha256", h->rules_sha256);
	jsonout_pair(j, "config_sha256", h->config_sha256);
	jsonout_key(j, "coverage");
	jsonout_open(j, '{');
	jsonout_pair_bool(j, "complete", h->complete);
	jsonout_pair_int(j, "documents", h->documents);
	jsonout_close(j, '}');
	jsonout_key(j, "guard");
	guards_write(&m->guards, j);
	write_counts(j, m);
	jsonout_key(j, "files");
	jsonout_open(j, '[');
	for (int role = 0; role < LINE_ROLE_COUNT; role++)
		write_files(j, &m->parts[role]);
	jsonout_close(j, ']');
	jsonout_key(j, "supersedes");
	jsonout_open(j, '[');
	for (size_t i = 0; i < m->supersedes.count; i++)
		jsonout_text(j, m->supersedes.items[i]);
	jsonout_close(j, ']');
	jsonout_pair(j, "previous_sha256", h->previous_sha256);
}

void manifest_identify(char id[MANIFEST_ID_CHARS], int64_t created_at, struct span rest)
{
	char instant[32], digest[SHA_HEX];
	size_t n = 0;

	clock_text(instant, created_at);
	for (const char *p = instant; *p && *p != '.' && *p != 'Z'; p++) {
		if (*p != '-' && *p != ':')
			id[n++] = *p;
	}
	sha_hex_of(digest, rest);
	snprintf(id + n, MANIFEST_ID_CHARS - n, "Z-%.8s", digest);
}

void manifest_text(struct buf *out, char id[MANIFEST_ID_CHARS], const struct manifest *m)
{
	struct buf rest;
	struct jsonout j;

	buf_init(&rest, LIMIT_MANIFEST_BYTES);
	jsonout_init(&j, &rest);
	jsonout_open(&j, '{');
	write_rest(&j, m);
	jsonout_close(&j, '}');
	buf_addc(&rest, '\n');
	struct span text = {rest.data + 1, rest.len - 1}; /* the brace that opens comes with the head */
	manifest_identify(id, m->header.created_at, text);
	buf_addf(out, "%s%s\",", MANIFEST_HEAD, id);
	buf_add_span(out, text);
	out->over |= buf_over(&rest);
	buf_clear(&rest);
}
