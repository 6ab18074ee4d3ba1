/*
 * A written manifest, read for people and for those who hand it on. It believes
 * what stands there: manifest_check proves it.
 */
#include "base/base.h"
#include "recover/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/limits.h"
#include "ext/json.h"
#include "ext/sha.h"
#include "recover/folder.h"
#include "recover/text_line.h"
#include "recover/manifest_private.h"

int manifest_read_text(struct buf *text, const char *path, struct error *e)
{
	FILE *in = fopen(path, "rbe");
	char block[1 << 14];
	size_t n;

	if (in == NULL)
		return error_at(e, ERROR_OWED, path, 0, 0, "cannot be read: %s; name the folder of a manifest",
			strerror(errno));
	while ((n = fread(block, 1, sizeof(block), in)) > 0)
		buf_add(text, block, n);
	bool failed = ferror(in);
	fclose(in);
	if (failed || buf_over(text))
		return error_at(e, ERROR_OWED, path, 0, 0,
			"cannot be read, or is longer than %u bytes (LIMIT_MANIFEST_BYTES)", LIMIT_MANIFEST_BYTES);
	return 0;
}

static struct json *parse_head(struct span text, const char *name, struct error *e)
{
	struct json *head = json_parse(text, ERROR_OWED, name, e);
	struct buf why;
	struct shape_faults faults = {.out = &why, .where = MANIFEST_FILE};

	if (head == NULL)
		return NULL;
	buf_init(&why, LIMIT_MANIFEST_BYTES);
	schema_check_manifest(head, &faults);
	if (faults.count > 0) {
		error_at(e, ERROR_OWED, name, 0, 0, "is no manifest: %.*s", (int)strcspn(buf_text(&why), "\n"),
			buf_text(&why));
		json_free(head);
		head = NULL;
	}
	buf_clear(&why);
	return head;
}

struct json *manifest_head(const char *path, char sha256[65], struct error *e)
{
	char *name = xasprintf("%s/" MANIFEST_FILE, path);
	struct json *head = NULL;
	struct buf text;

	buf_init(&text, LIMIT_MANIFEST_BYTES);
	if (manifest_read_text(&text, name, e) == 0) {
		sha_hex_of(sha256, buf_span(&text));
		head = parse_head(buf_span(&text), name, e);
	}
	buf_clear(&text);
	free(name);
	return head;
}

bool manifest_stands(const char *path, const char *sha256)
{
	struct error ignored;
	char digest[65];
	struct json *head = manifest_head(path, digest, &ignored);
	bool stands = head != NULL && strcmp(digest, sha256) == 0;

	json_free(head);
	return stands;
}

static int visit_lines(FILE *in, const char *name, manifest_visit_line *visit, void *arg, struct error *e)
{
	struct buf line;
	int64_t bytes = 0;
	int number = 0, failed = 0;
	bool ended;

	buf_init(&line, LIMIT_MANIFEST_LINE_BYTES);
	while (!failed && text_line_read(in, &line, &ended, NULL, &bytes)) {
		struct json *tree = NULL;

		number++;
		if (buf_over(&line))
			failed = error_at(
				e, ERROR_OWED, name, number, 0, "is longer than %u bytes", LIMIT_MANIFEST_LINE_BYTES);
		else if ((tree = json_parse(buf_span(&line), ERROR_OWED, name, e)) == NULL)
			failed = -1;
		else
			failed = visit(arg, tree, buf_span(&line), e);
		json_free(tree);
	}
	if (!failed && ferror(in))
		failed = error_at(e, ERROR_OWED, name, 0, 0, "cannot be read: %s", strerror(errno));
	buf_clear(&line);
	return failed;
}

int manifest_lines(const char *path, const struct json *head, enum line_role role, manifest_visit_line *visit,
	void *arg, struct error *e)
{
	const struct json *files = json_get(head, "files");
	int failed = 0;

	for (size_t i = 0; !failed && i < json_count(files); i++) {
		const struct json *file = json_at(files, i);

		if (strcmp(json_text(file, "role", ""), line_role_names[role]) != 0)
			continue;
		char *name = xasprintf("%s/%s", path, json_text(file, "name", ""));
		FILE *in = fopen(name, "rbe");
		if (in == NULL)
			failed = error_at(e, ERROR_OWED, name, 0, 0, "cannot be read: %s", strerror(errno));
		else
			failed = visit_lines(in, name, visit, arg, e);
		if (in)
			fclose(in);
		free(name);
	}
	return failed;
}

/* ---- handing on ---- */

static int copy_file(const char *from, const char *to, struct error *e)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	char block[1 << 14];
	ssize_t n = -1;
	bool failed = in < 0 || out < 0;

	while (!failed && (n = read(in, block, sizeof(block))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		failed = n < 0 || folder_write_all(out, (struct span){block, (size_t)n}) != 0;
	}
	failed = failed || fsync(out) != 0;
	if (failed)
		error_at(e, ERROR_OWED, to, 0, 0, "cannot be copied from %s: %s", from, strerror(errno));
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return failed ? -1 : 0;
}

static int copy_named(const char *path, const char *hidden, const char *name, struct error *e)
{
	char *from = xasprintf("%s/%s", path, name), *to = xasprintf("%s/%s", hidden, name);
	int failed = copy_file(from, to, e);

	free(from);
	free(to);
	return failed;
}

/* manifest.json last: its presence means that all is there, also for who looks into the hidden folder. */
static int copy_all(const char *path, const struct json *head, const char *hidden, struct error *e)
{
	const struct json *files = json_get(head, "files");
	int failed = 0;

	for (size_t i = 0; !failed && i < json_count(files); i++)
		failed = copy_named(path, hidden, json_text(json_at(files, i), "name", ""), e);
	if (failed || folder_sync(hidden, e) < 0 || copy_named(path, hidden, MANIFEST_FILE, e) < 0)
		return -1;
	return folder_sync(hidden, e);
}

int manifest_copy(const char *path, const struct json *head, const char *folder, struct error *e)
{
	char *to = xasprintf("%s/%s", folder, json_text(head, "manifest_id", "")), *hidden = NULL;
	char there[65], here[65];
	struct error ignored;
	struct json *other = manifest_head(to, there, &ignored), *own = manifest_head(path, here, e);
	int failed = own ? 0 : -1;

	if (own != NULL && other != NULL && strcmp(there, here) == 0)
		goto out;
	if (!failed && (folder_make(folder, e) < 0 || (hidden = folder_hidden(folder, e)) == NULL ||
			       copy_all(path, head, hidden, e) < 0))
		failed = -1;
	else if (!failed && rename(hidden, to) != 0)
		failed = error_at(e, ERROR_OWED, to, 0, 0, "the manifest cannot be put there: %s", strerror(errno));
	if (!failed)
		failed = folder_sync(folder, e);
	else if (hidden != NULL)
		folder_remove(hidden);
out:
	json_free(own);
	json_free(other);
	free(hidden);
	free(to);
	return failed;
}
