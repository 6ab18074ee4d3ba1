/* A line of a result file. */
#include "base/base.h"
#include "recover/result_line.h"

#include "base/clock.h"
#include "base/limits.h"
#include "recover/schema.h"

static bool version_of(const struct json *tree, const char *key, int64_t *out)
{
	const struct json *version = json_get(tree, key);

	*out = json_int(version, "", 0);
	return json_type_of(version) == JSON_TYPE_INT;
}

static const char *write_observed(const struct json *tree, struct arena *arena)
{
	struct buf text;

	buf_init(&text, LIMIT_MANIFEST_LINE_BYTES);
	json_write(&text, json_get(tree, "observed"));
	const char *kept = arena_strdup(arena, buf_text(&text));
	buf_clear(&text);
	return kept;
}

static void take(struct recovery_result *r, const struct json *tree, struct arena *arena, struct shape_faults *f)
{
	*r = (struct recovery_result){
		.manifest_id = arena_strdup(arena, json_text(tree, "manifest_id", "")),
		.action_id = arena_strdup(arena, json_text(tree, "action_id", "")),
		.executor = arena_strdup(arena, json_text(tree, "executor", "")),
		.outcome = (enum outcome_kind)recovery_word(outcome_names, json_span(json_get(tree, "outcome"))),
		.observed = write_observed(tree, arena),
		.attempt = json_int(tree, "attempt", 0),
	};
	r->has_observed_version = version_of(tree, "observed_version", &r->observed_version);
	r->has_written_version = version_of(tree, "written_version", &r->written_version);
	if (clock_parse(&r->at, json_span(json_get(tree, "at")), CLOCK_NO_ZONE) < 0)
		shape_fault(f, "at", "is no instant");
}

void result_line_read(struct recovery_result *r, struct span text, struct arena *arena, struct shape_faults *f)
{
	struct error e = {0};
	struct json *tree = json_parse(text, ERROR_USAGE, "", &e);

	*r = (struct recovery_result){.manifest_id = NULL};
	if (tree == NULL || json_type_of(tree) != JSON_TYPE_MAP) {
		shape_fault(f, "", "%s", tree ? "is no JSON object" : e.message);
	} else {
		size_t before = f->count;

		schema_check_result(tree, f);
		if (f->count == before)
			take(r, tree, arena, f);
	}
	json_free(tree);
}
