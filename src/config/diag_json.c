/*
 * Messages for machines: JSON lines, and SARIF 2.1.0 for code review tools.
 * Source lines are left out, so no secret gets in.
 */
#include "base/base.h"
#include "config/diag_private.h"

#include "base/jsonout.h"
#include "base/limits.h"

static const char *level_name(enum diag_level level)
{
	return level == DIAG_ERROR ? "error" : "warning";
}

static const char *dropped_text(const struct diags *d)
{
	return arena_printf(
		d->arena, "%zu more messages are not shown: LIMIT_DIAGNOSTICS is %d", d->dropped, LIMIT_DIAGNOSTICS);
}

static void json_place(struct jsonout *j, struct yaml_mark at)
{
	jsonout_pair_int(j, "line", at.line);
	jsonout_pair_int(j, "column", at.column);
}

static void json_also(struct jsonout *j, const struct diags *d, const struct diag *item)
{
	jsonout_key(j, "also");
	jsonout_open(j, '{');
	json_place(j, item->also);
	if (item->also_label)
		jsonout_pair(j, "label", diag_clean(d, item->also_label));
	jsonout_close(j, '}');
}

static void json_line(struct buf *out, const struct diags *d, const struct diag *item)
{
	struct jsonout j;

	jsonout_init(&j, out);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "level", level_name(item->level));
	jsonout_pair(&j, "code", item->code);
	jsonout_pair(&j, "message", diag_clean(d, item->message));
	if (item->file)
		jsonout_pair(&j, "path", diag_path(d, item->file));
	if (item->file && item->at.line > 0) {
		json_place(&j, item->at);
		jsonout_pair_int(&j, "end_line", item->end.line);
		jsonout_pair_int(&j, "end_column", item->end.column);
	}
	if (item->also.line > 0)
		json_also(&j, d, item);
	if (item->help)
		jsonout_pair(&j, "help", diag_clean(d, item->help));
	jsonout_close(&j, '}');
	buf_addc(out, '\n');
}

void diags_render_json(struct buf *out, const struct diags *d)
{
	struct jsonout j;

	for (size_t i = 0; i < d->count; i++)
		json_line(out, d, &d->items[i]);
	if (d->dropped == 0)
		return;
	jsonout_init(&j, out);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "level", "warning");
	jsonout_pair(&j, "message", dropped_text(d));
	jsonout_pair_int(&j, "dropped", (int64_t)d->dropped);
	jsonout_close(&j, '}');
	buf_addc(out, '\n');
}

/* A path as a URI: relative, or a file: URI; bytes outside the unreserved ones are escaped. */
static const char *path_uri(const struct diags *d, const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
	struct buf uri;
	const char *copy;

	buf_init(&uri, 3 * strlen(path) + 16);
	if (path[0] == '/')
		buf_adds(&uri, "file://");
	for (; *path; path++) {
		if (strchr(plain, *path))
			buf_addc(&uri, *path);
		else
			buf_addf(&uri, "%%%02X", (unsigned char)*path);
	}
	copy = arena_strdup(d->arena, buf_text(&uri));
	buf_clear(&uri);
	return copy;
}

static void sarif_location(struct jsonout *j, const struct diags *d, const struct yaml_file *file, struct yaml_mark at,
	struct yaml_mark end)
{
	jsonout_key(j, "physicalLocation");
	jsonout_open(j, '{');
	jsonout_key(j, "artifactLocation");
	jsonout_open(j, '{');
	jsonout_pair(j, "uri", path_uri(d, diag_path(d, file)));
	jsonout_close(j, '}');
	if (at.line > 0) {
		jsonout_key(j, "region");
		jsonout_open(j, '{');
		jsonout_pair_int(j, "startLine", at.line);
		jsonout_pair_int(j, "startColumn", at.column > 0 ? at.column : 1);
		if (end.offset > at.offset) {
			jsonout_pair_int(j, "endLine", end.line);
			jsonout_pair_int(j, "endColumn", end.column);
		}
		jsonout_close(j, '}');
	}
	jsonout_close(j, '}');
}

static void sarif_message(struct jsonout *j, const char *key, const char *text)
{
	jsonout_key(j, key);
	jsonout_open(j, '{');
	jsonout_pair(j, "text", text);
	jsonout_close(j, '}');
}

static void sarif_result(struct jsonout *j, const struct diags *d, const struct diag *item)
{
	const char *message = diag_clean(d, item->message);

	if (item->help)
		message = arena_printf(d->arena, "%s\n%s", message, diag_clean(d, item->help));
	jsonout_open(j, '{');
	jsonout_pair(j, "ruleId", item->code);
	jsonout_pair(j, "level", level_name(item->level));
	sarif_message(j, "message", message);
	jsonout_key(j, "locations");
	jsonout_open(j, '[');
	if (item->file) {
		jsonout_open(j, '{');
		sarif_location(j, d, item->file, item->at, item->end);
		jsonout_close(j, '}');
	}
	jsonout_close(j, ']');
	if (item->file && item->also.line > 0) {
		jsonout_key(j, "relatedLocations");
		jsonout_open(j, '[');
		jsonout_open(j, '{');
		sarif_location(j, d, item->file, item->also, item->also);
		if (item->also_label)
			sarif_message(j, "message", diag_clean(d, item->also_label));
		jsonout_close(j, '}');
		jsonout_close(j, ']');
	}
	jsonout_close(j, '}');
}

static bool code_is_used(const struct diags *d, const char *code)
{
	for (size_t i = 0; i < d->count; i++)
		if (strcmp(d->items[i].code, code) == 0)
			return true;
	return false;
}

static void sarif_tool(struct jsonout *j, const struct diags *d)
{
	size_t count;
	const struct diag_code *codes = diag_codes(&count);

	jsonout_key(j, "tool");
	jsonout_open(j, '{');
	jsonout_key(j, "driver");
	jsonout_open(j, '{');
	jsonout_pair(j, "name", "kenpin");
	jsonout_key(j, "rules");
	jsonout_open(j, '[');
	for (size_t i = 0; i < count; i++) {
		if (!code_is_used(d, codes[i].code))
			continue;
		jsonout_open(j, '{');
		jsonout_pair(j, "id", codes[i].code);
		sarif_message(j, "shortDescription", codes[i].title);
		sarif_message(j, "help", codes[i].explain);
		jsonout_close(j, '}');
	}
	jsonout_close(j, ']');
	jsonout_close(j, '}');
	jsonout_close(j, '}');
}

static void sarif_invocation(struct jsonout *j, const struct diags *d)
{
	jsonout_key(j, "invocations");
	jsonout_open(j, '[');
	jsonout_open(j, '{');
	jsonout_pair_bool(j, "executionSuccessful", d->errors == 0);
	if (d->dropped > 0) {
		jsonout_key(j, "toolExecutionNotifications");
		jsonout_open(j, '[');
		jsonout_open(j, '{');
		jsonout_pair(j, "level", "warning");
		sarif_message(j, "message", dropped_text(d));
		jsonout_close(j, '}');
		jsonout_close(j, ']');
	}
	jsonout_close(j, '}');
	jsonout_close(j, ']');
}

void diags_render_sarif(struct buf *out, const struct diags *d)
{
	struct jsonout j;

	jsonout_init(&j, out);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	jsonout_pair(&j, "version", "2.1.0");
	jsonout_key(&j, "runs");
	jsonout_open(&j, '[');
	jsonout_open(&j, '{');
	sarif_tool(&j, d);
	jsonout_pair(&j, "columnKind", "unicodeCodePoints");
	sarif_invocation(&j, d);
	jsonout_key(&j, "results");
	jsonout_open(&j, '[');
	for (size_t i = 0; i < d->count; i++)
		sarif_result(&j, d, &d->items[i]);
	jsonout_close(&j, ']');
	jsonout_close(&j, '}');
	jsonout_close(&j, ']');
	jsonout_close(&j, '}');
	buf_addc(out, '\n');
}
