/*
 * Reads a written manifest back and proves it: nothing is believed that can be
 * counted, hashed or recomputed. It writes nothing.
 */
#include "base/base.h"
#include "recover/manifest.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>

#include "base/limits.h"
#include "base/str.h"
#include "recover/action_line.h"
#include "recover/text_line.h"
#include "recover/manifest_private.h"

struct check {
	const char *folder;
	struct json *manifest;
	struct idset ids[LINE_ROLE_COUNT];
	struct tally by_rule, by_class, by_mode;
	int64_t lines[LINE_ROLE_COUNT];
	int64_t last_seq;
	struct shape_faults faults;
};

static void count_action(struct check *c, const struct line *l)
{
	++*tally_of(&c->by_rule, span_of(json_text(l->tree, "rule.id", "")));
	++*tally_of(&c->by_class, span_of(json_text(l->tree, "class", "")));
	++*tally_of(&c->by_mode, span_of(json_text(l->tree, "mode", "")));
	if (l->seq != c->lines[LINE_ACTION])
		shape_fault(&c->faults, "seq", "is %" PRId64 ", but this is line %" PRId64 " of the actions", l->seq,
			c->lines[LINE_ACTION]);
}

static void match_undo(struct check *c, const struct line *l)
{
	if (!idset_has(&c->ids[LINE_ACTION], l->undoes))
		shape_fault(&c->faults, "undoes", "no action of the manifest has this id");
	if (l->seq <= c->last_seq)
		shape_fault(&c->faults, "seq", "does not rise");
	c->last_seq = l->seq;
}

static void check_line(struct check *c, enum line_role role, struct span text)
{
	struct line l;

	c->lines[role]++;
	action_line_read(&l, text, role, &c->faults);
	if (l.tree == NULL)
		return;
	if (!idset_add(&c->ids[role], l.id))
		shape_fault(&c->faults, "action_id", "stands in the manifest already");
	if (role == LINE_ACTION)
		count_action(c, &l);
	else
		match_undo(c, &l);
	action_line_clear(&l);
}

static void compare_file(struct check *c, const struct json *file, int64_t lines, int64_t bytes, struct sha *sha)
{
	unsigned char digest[SHA_BYTES];
	char hex[SHA_HEX];

	sha_end(sha, digest);
	str_hex(hex, digest, SHA_BYTES);
	if (json_int(file, "bytes", -1) != bytes)
		shape_fault(&c->faults, "bytes", "has %" PRId64 ", the manifest says %" PRId64, bytes,
			json_int(file, "bytes", -1));
	if (json_int(file, "lines", -1) != lines)
		shape_fault(&c->faults, "lines", "has %" PRId64 ", the manifest says %" PRId64, lines,
			json_int(file, "lines", -1));
	if (lines > LIMIT_MANIFEST_LINES)
		shape_fault(&c->faults, "lines", "has %" PRId64 ", at most %d", lines, LIMIT_MANIFEST_LINES);
	if (strcmp(json_text(file, "sha256", ""), hex) != 0)
		shape_fault(&c->faults, "sha256", "is %s, the manifest says another", hex);
}

static void check_lines(struct check *c, const struct json *file, enum line_role role, const char *name, FILE *in)
{
	struct sha *sha = sha_new();
	struct buf line;
	int64_t lines = 0, bytes = 0;
	bool ended;

	buf_init(&line, LIMIT_MANIFEST_LINE_BYTES);
	while (text_line_read(in, &line, &ended, sha, &bytes)) {
		char *where = xasprintf("%s:%" PRId64, name, ++lines);

		c->faults.where = where;
		if (buf_over(&line))
			shape_fault(&c->faults, "", "is longer than %u bytes", LIMIT_MANIFEST_LINE_BYTES);
		else
			check_line(c, role, buf_span(&line));
		if (!ended)
			shape_fault(&c->faults, "", "has no line feed");
		c->faults.where = name;
		free(where);
	}
	if (ferror(in))
		shape_fault(&c->faults, "", "cannot be read: %s", strerror(errno));
	compare_file(c, file, lines, bytes, sha);
	buf_clear(&line);
	sha_free(sha);
}

/* The file that should stand at place NUMBER (from 1) of its role. */
static void check_file(struct check *c, const struct json *file, enum line_role role, size_t number)
{
	char name[PART_NAME_CHARS];
	char *path;
	FILE *in;

	part_name(name, role, number);
	c->faults.where = MANIFEST_FILE;
	if (strcmp(json_text(file, "name", ""), name) != 0) {
		shape_fault(&c->faults, "files", "the name of a file is not %s, as its place demands", name);
		return;
	}
	path = xasprintf("%s/%s", c->folder, name);
	in = fopen(path, "rbe");
	c->faults.where = name;
	if (in)
		check_lines(c, file, role, name, in);
	else
		shape_fault(&c->faults, "", "cannot be read: %s", strerror(errno));
	if (in)
		fclose(in);
	free(path);
	c->faults.where = MANIFEST_FILE;
}

/* Actions first: an undo line must name one. */
static void check_files(struct check *c)
{
	const struct json *files = json_get(c->manifest, "files");

	for (int role = 0; role < LINE_ROLE_COUNT; role++) {
		size_t number = 0;

		for (size_t i = 0; i < json_count(files); i++) {
			const struct json *file = json_at(files, i);

			if (strcmp(json_text(file, "role", ""), line_role_names[role]) == 0)
				check_file(c, file, (enum line_role)role, ++number);
		}
	}
}

static bool is_listed(const struct check *c, const char *name)
{
	const struct json *files = json_get(c->manifest, "files");

	for (size_t i = 0; i < json_count(files); i++) {
		if (strcmp(json_text(json_at(files, i), "name", ""), name) == 0)
			return true;
	}
	return strcmp(name, MANIFEST_FILE) == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static void check_strangers(struct check *c)
{
	DIR *dir = opendir(c->folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) != NULL) {
		if (!is_listed(c, entry->d_name))
			shape_fault(&c->faults, entry->d_name, "stands in the folder, but not in the manifest");
	}
	if (dir)
		closedir(dir);
}

static void compare_count(struct check *c, const char *key, int64_t found)
{
	int64_t said = json_int(c->manifest, key, -1);

	if (said != found)
		shape_fault(&c->faults, key, "says %" PRId64 ", the files hold %" PRId64, said, found);
}

static void compare_tally(struct check *c, const char *key, const struct tally *found)
{
	const struct json *said = json_get(c->manifest, key);
	bool same = json_count(said) == found->counts.count;

	for (size_t i = 0; same && i < found->counts.count; i++) {
		const struct json *count = json_get_key(said, found->counts.entries[i].key);

		same = json_int(count, "", -1) == *(const int64_t *)found->counts.entries[i].value;
	}
	if (!same)
		shape_fault(&c->faults, key, "is not what the files hold");
}

/* The bounds that need no knowledge of shops. */
static bool check_bound(void *arg, const char *rule, struct json *bound)
{
	struct check *c = arg;
	int64_t actions = tally_get(&c->by_rule, span_of(rule));

	if (actions > json_int(bound, "max_actions", 0))
		shape_fault(&c->faults, "guard", "rule %s has more actions than max_actions", rule);
	if (guard_over_percent(actions, json_int(bound, "documents", 0), json_text(bound, "max_percent", "0")))
		shape_fault(&c->faults, "guard", "rule %s has more actions than max_percent of its documents", rule);
	return true;
}

static void check_guards(struct check *c)
{
	const struct json *guard = json_get(c->manifest, "guard");

	json_each(guard, check_bound, c);
	for (size_t i = 0; i < c->by_rule.counts.count; i++) {
		struct span rule = c->by_rule.counts.entries[i].key;

		if (json_get_key(guard, rule) == NULL)
			shape_fault(&c->faults, "guard", "rule %.*s has no bounds", SPAN_ARG(rule));
	}
}

static void check_id(struct check *c, struct span text)
{
	char id[MANIFEST_ID_CHARS];
	const char *said = json_text(c->manifest, "manifest_id", ""),
		   *instant = json_text(c->manifest, "created_at", "");
	char *head = xasprintf("%s%s\",", MANIFEST_HEAD, said);
	size_t n = strlen(head);
	int64_t created;

	if (!span_starts(text, head)) {
		shape_fault(
			&c->faults, "", "does not begin with format, version and manifest_id as kenpin writes them");
	} else if (clock_parse(&created, span_of(instant), CLOCK_NO_ZONE) == 0) {
		manifest_identify(id, created, (struct span){text.p + n, text.n - n});
		if (strcmp(id, said) != 0)
			shape_fault(
				&c->faults, "manifest_id", "is not the id of what the manifest says, which is %s", id);
	}
	free(head);
}

static void check_all(struct check *c, struct span text)
{
	schema_check_manifest(c->manifest, &c->faults);
	/* with a wrong shape the rest would only repeat it */
	if (c->faults.count > 0)
		return;
	check_id(c, text);
	check_files(c);
	check_strangers(c);
	compare_count(c, "counts.actions", c->lines[LINE_ACTION]);
	compare_count(c, "counts.undo", c->lines[LINE_UNDO]);
	compare_tally(c, "counts.by_rule", &c->by_rule);
	compare_tally(c, "counts.by_class", &c->by_class);
	compare_tally(c, "counts.by_mode", &c->by_mode);
	check_guards(c);
}

static void check_text(struct check *c, struct span text)
{
	struct error e = {0};

	c->manifest = json_parse(text, ERROR_OWED, MANIFEST_FILE, &e);
	if (c->manifest == NULL) {
		shape_fault(&c->faults, "", "%s (line %d, column %d)", e.message, e.line, e.column);
		return;
	}
	for (int role = 0; role < LINE_ROLE_COUNT; role++)
		idset_init(&c->ids[role]);
	tally_init(&c->by_rule);
	tally_init(&c->by_class);
	tally_init(&c->by_mode);
	check_all(c, text);
	for (int role = 0; role < LINE_ROLE_COUNT; role++)
		idset_clear(&c->ids[role]);
	tally_clear(&c->by_rule);
	tally_clear(&c->by_class);
	tally_clear(&c->by_mode);
	json_free(c->manifest);
}

int manifest_check(const char *path, struct buf *out, struct error *e)
{
	struct check c = {.folder = path, .faults = {.out = out, .where = MANIFEST_FILE}};
	char *name = xasprintf("%s/" MANIFEST_FILE, path);
	struct buf text;
	int result;

	buf_init(&text, LIMIT_MANIFEST_BYTES);
	result = manifest_read_text(&text, name, e);
	if (result == 0) {
		check_text(&c, buf_span(&text));
		if (c.faults.count > LIMIT_MANIFEST_FAULTS)
			buf_addf(out, "and %zu faults more\n", c.faults.count - LIMIT_MANIFEST_FAULTS);
		result = c.faults.count > 0;
	}
	buf_clear(&text);
	free(name);
	return result;
}
