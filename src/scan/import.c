/*
 * Result files into the store: every line is proven and placed before anything
 * of it is done, in one transaction over all files.
 */
#include "base/base.h"
#include "scan/recovery.h"

#include <errno.h>
#include <inttypes.h>

#include "base/limits.h"
#include "recover/text_line.h"
#include "recover/result_line.h"

struct importing {
	struct state *state;
	struct import_counts *counts;
	struct shape_faults faults;
	struct arena arena; /* of one line */
};

static const char *const place_faults[] = {
	[RESULT_NO_MANIFEST] = "no such manifest was written by this project",
	[RESULT_NO_ACTION] = "the manifest holds no such action",
};

static int place_line(
	struct importing *i, const struct recovery_result *r, const char *file, int64_t line, struct error *e)
{
	struct result_before before = {.file = NULL};
	enum result_place place;

	if (state_result_add(i->state, r, file, line, &place, &before, &i->arena, e) < 0)
		return -1;
	switch (place) {
	case RESULT_NEW: i->counts->taken++; break;
	case RESULT_DOUBLED: i->counts->doubled++; break;
	case RESULT_NO_MANIFEST:
		shape_fault(&i->faults, "manifest_id", "%s: %s", r->manifest_id, place_faults[place]);
		break;
	case RESULT_NO_ACTION: shape_fault(&i->faults, "action_id", "%s: %s", r->action_id, place_faults[place]); break;
	case RESULT_CONTRADICTS:
		shape_fault(&i->faults, "outcome", "%s contradicts %s:%" PRId64 ", which says %s of action %s",
			outcome_names[r->outcome], before.file, before.line, outcome_names[before.outcome],
			r->action_id);
		break;
	}
	return 0;
}

static int import_line(
	struct importing *i, const char *file, int64_t number, const struct buf *line, bool ended, struct error *e)
{
	char *where = xasprintf("%s:%" PRId64, file, number);
	struct recovery_result r;
	size_t before = i->faults.count;
	int failed = 0;

	i->faults.where = where;
	i->counts->lines++;
	if (buf_over(line))
		shape_fault(&i->faults, "", "is longer than %u bytes", LIMIT_MANIFEST_LINE_BYTES);
	else if (!ended)
		shape_fault(&i->faults, "", "has no line feed: the file may be cut off");
	else
		result_line_read(&r, buf_span(line), &i->arena, &i->faults);
	if (i->faults.count == before)
		failed = place_line(i, &r, file, number, e);
	i->faults.where = "";
	free(where);
	arena_reset(&i->arena);
	return failed;
}

static int import_file(struct importing *i, const char *path, struct error *e)
{
	FILE *in = fopen(path, "rbe");
	struct buf line;
	int64_t number = 0, bytes = 0;
	int failed = 0;
	bool ended;

	if (in == NULL)
		return error_at(e, ERROR_USAGE, path, 0, 0, "cannot be read: %s", strerror(errno));
	buf_init(&line, LIMIT_MANIFEST_LINE_BYTES);
	while (!failed && text_line_read(in, &line, &ended, NULL, &bytes))
		failed = import_line(i, path, ++number, &line, ended, e);
	if (!failed && ferror(in))
		failed = error_at(e, ERROR_USAGE, path, 0, 0, "cannot be read: %s", strerror(errno));
	buf_clear(&line);
	fclose(in);
	return failed;
}

static int import_all(struct importing *i, const char *const *files, size_t count, struct error *e)
{
	for (size_t k = 0; k < count; k++)
		if (import_file(i, files[k], e) < 0)
			return -1;
	if (i->faults.count > LIMIT_MANIFEST_FAULTS)
		buf_addf(i->faults.out, "and %zu faults more\n", i->faults.count - LIMIT_MANIFEST_FAULTS);
	if (i->faults.count > 0)
		return error_set(e, ERROR_USAGE, "nothing was imported: %zu line%s of the results %s refused",
			i->faults.count, i->faults.count == 1 ? "" : "s", i->faults.count == 1 ? "is" : "are");
	return state_results_settle(i->state, &i->counts->changed, e);
}

int scan_import(struct state *state, const char *const *files, size_t count, struct import_counts *out,
	struct buf *faults, struct error *e)
{
	struct importing i = {.state = state, .counts = out, .faults = {.out = faults, .where = ""}};

	*out = (struct import_counts){0};
	if (state_begin(state, e) < 0)
		return -1;
	arena_init(&i.arena);
	int failed = import_all(&i, files, count, e);
	arena_clear(&i.arena);
	if (!failed)
		return state_commit(state, e);
	state_rollback(state);
	return -1;
}
