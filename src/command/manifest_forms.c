/*
 * A manifest in the forms of other consumers: one file of JSON lines, the CSV of
 * an S3 Batch Operations job, a CSV for people. Each loses something, and the
 * manual says what.
 */
#include "base/base.h"
#include "command/manifests.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/jsonout.h"
#include "base/limits.h"
#include "command/table.h"
#include "ext/http.h"
#include "ext/json.h"
#include "recover/part.h"

#define TASK_BYTES 256

struct forming {
	FILE *out;
	struct table *table; /* of a CSV for people */
	const char *bucket, *manifest_id;
};

int manifest_form_parse(enum manifest_form *form, const char *name, const char *bucket, struct error *e)
{
	static const char *const names[] = {"manifest", "jsonl", "s3-batch", "csv"};
	size_t i = 0;

	while (name != NULL && i < ARRAY_LEN(names) && strcmp(name, names[i]) != 0)
		i++;
	if (i == ARRAY_LEN(names))
		return error_set(e, ERROR_USAGE, "--as is jsonl, s3-batch or csv, not \"%s\"", name);
	*form = (enum manifest_form)i;
	if ((*form == FORM_S3_BATCH) != (bucket != NULL))
		return error_set(e, ERROR_USAGE,
			"--bucket NAME goes with --as s3-batch: the bucket that the manifest's folder is in");
	/* https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
	if (bucket != NULL && (strlen(bucket) < 3 || strlen(bucket) > 63 ||
				      bucket[strspn(bucket, "abcdefghijklmnopqrstuvwxyz0123456789.-")] != '\0'))
		return error_set(e, ERROR_USAGE, "\"%s\" is no name of a bucket", bucket);
	return 0;
}

static int add_json_line(void *arg, const struct json *line, struct span text, struct error *e)
{
	const struct forming *f = arg;

	(void)line;
	(void)e;
	fprintf(f->out, "%.*s\n", SPAN_ARG(text));
	return 0;
}

/* A task has room for 1,024 bytes: they say where its action stands, URL-encoded as S3 wants the keys of its list. */
static int add_task(void *arg, const struct json *line, struct span text, struct error *e)
{
	const struct forming *f = arg;
	int64_t seq = json_int(line, "seq", 1);
	char name[PART_NAME_CHARS];
	struct buf key, encoded;
	struct jsonout j;

	(void)text;
	(void)e;
	part_name(name, LINE_ACTION, (size_t)((seq - 1) / LIMIT_MANIFEST_LINES + 1));
	buf_init(&key, TASK_BYTES);
	buf_init(&encoded, 3 * TASK_BYTES);
	jsonout_init(&j, &key);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "manifest_id", f->manifest_id);
	jsonout_pair(&j, "file", name);
	jsonout_pair_int(&j, "seq", seq);
	jsonout_pair(&j, "action_id", json_text(line, "action_id", ""));
	jsonout_close(&j, '}');
	http_escape(&encoded, buf_span(&key));
	fprintf(f->out, "%s,%s\n", f->bucket, buf_text(&encoded));
	buf_clear(&key);
	buf_clear(&encoded);
	return 0;
}

static void write_json(struct buf *out, const struct json *j)
{
	buf_reset(out);
	json_write(out, j);
}

static int add_row(void *arg, const struct json *line, struct span text, struct error *e)
{
	const struct forming *f = arg;
	struct buf key, before, after;

	(void)text;
	(void)e;
	buf_init(&key, LIMIT_MANIFEST_LINE_BYTES);
	buf_init(&before, LIMIT_MANIFEST_LINE_BYTES);
	buf_init(&after, LIMIT_MANIFEST_LINE_BYTES);
	write_json(&before, json_get(line, "target.key"));
	key_display(&key, buf_span(&before));
	write_json(&before, json_get(line, "before"));
	write_json(&after, json_get(line, "after"));
	table_row(f->table, (struct span[]){span_of(json_text(line, "rule.id", "")),
				    span_of(json_text(line, "class", "")), span_of(json_text(line, "severity", "")),
				    span_of(json_text(line, "mode", "")), span_of(json_text(line, "op", "")),
				    span_of(json_text(line, "call", "")), span_of(json_text(line, "target.system", "")),
				    span_of(json_text(line, "target.store", "")), buf_span(&key), buf_span(&before),
				    buf_span(&after), span_of(json_text(line, "action_id", ""))});
	buf_clear(&key);
	buf_clear(&before);
	buf_clear(&after);
	return 0;
}

static int write_form(FILE *out, enum manifest_form form, const char *path, const struct json *head, const char *bucket,
	struct error *e)
{
	static const char *const columns[] = {"rule", "class", "severity", "mode", "op", "call", "system", "store",
		"key", "before", "after", "action"};
	manifest_visit_line *const visits[] = {
		[FORM_JSONL] = add_json_line, [FORM_S3_BATCH] = add_task, [FORM_CSV] = add_row};
	struct forming f = {.out = out, .bucket = bucket, .manifest_id = json_text(head, "manifest_id", "")};

	if (form == FORM_CSV)
		f.table = table_new(out, TABLE_CSV, columns, ARRAY_LEN(columns));
	int failed = manifest_lines(path, head, LINE_ACTION, visits[form], &f, e);
	if (f.table != NULL)
		table_end(f.table);
	if (!failed && (fflush(out) != 0 || ferror(out)))
		failed = error_set(e, ERROR_OWED, "it cannot be written: %s", strerror(errno));
	return failed;
}

/* Beside the file under a hidden name, synced, then renamed: whole or not at all. */
static int write_file(const char *to, enum manifest_form form, const char *path, const struct json *head,
	const char *bucket, struct error *e)
{
	char *hidden = xasprintf("%s.%ld.part", to, (long)getpid());
	FILE *out = fopen(hidden, "wbx");
	int failed = -1;

	if (out == NULL) {
		error_at(e, ERROR_OWED, hidden, 0, 0, "cannot be made: %s", strerror(errno));
		free(hidden);
		return -1;
	}
	failed = write_form(out, form, path, head, bucket, e);
	if (!failed && fsync(fileno(out)) != 0)
		failed = error_at(e, ERROR_OWED, hidden, 0, 0, "cannot be synced: %s", strerror(errno));
	fclose(out);
	if (!failed && rename(hidden, to) != 0)
		failed = error_at(e, ERROR_OWED, to, 0, 0, "cannot be put there: %s", strerror(errno));
	if (failed)
		unlink(hidden);
	free(hidden);
	return failed;
}

int manifest_form_write(const char *to, enum manifest_form form, const char *path, const char *bucket, struct error *e)
{
	char digest[65];
	struct json *head = manifest_head(path, digest, e);
	int failed = head == NULL ? -1
		     : to == NULL ? write_form(stdout, form, path, head, bucket, e)
				  : write_file(to, form, path, head, bucket, e);

	json_free(head);
	return failed;
}
