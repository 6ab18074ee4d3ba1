/* The closed format of a recovery manifest, as tables. */
#include "base/base.h"
#include "recover/schema.h"

#include "base/clock.h"
#include "model/action.h"
#include "model/recovery.h"
#include "model/severity.h"
#include "model/value.h"

#define KEYS(table) .types = SHAPE_MAP, .wants = "an object", .keys = (table), .count = ARRAY_LEN(table)

const char *const line_role_names[LINE_ROLE_COUNT + 1] = {"actions", "undo", NULL};

/* ---- values ---- */

static bool is_hex(struct span text, size_t n)
{
	if (text.n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!memchr("0123456789abcdef", text.p[i], 16))
			return false;
	}
	return true;
}

static bool is_id(struct span text)
{
	return is_hex(text, 32);
}

static bool is_sha256(struct span text)
{
	return is_hex(text, 64);
}

static bool is_instant(struct span text)
{
	int64_t ms;

	return text.n > 0 && text.p[text.n - 1] == 'Z' && clock_parse(&ms, text, CLOCK_NO_ZONE) == 0;
}

static bool is_pointer(struct span text)
{
	return text.n > 0 && text.p[0] == '/';
}

static bool is_filled(struct span text)
{
	return text.n > 0;
}

static const struct shape any = {.types = SHAPE_ANY, .min = INT64_MIN};
static const struct shape text = {.types = SHAPE_TEXT, .wants = "a text"};
static const struct shape name = {.types = SHAPE_TEXT, .wants = "a text that is not empty", .valid = is_filled};
static const struct shape id = {.types = SHAPE_TEXT, .wants = "32 hex digits", .valid = is_id};
static const struct shape sha256 = {.types = SHAPE_TEXT, .wants = "64 hex digits", .valid = is_sha256};
static const struct shape sha256_or_null = {
	.types = SHAPE_TEXT | SHAPE_NULL, .wants = "64 hex digits or null", .valid = is_sha256};
static const struct shape text_or_null = {.types = SHAPE_TEXT | SHAPE_NULL, .wants = "a text or null"};
static const struct shape instant = {
	.types = SHAPE_TEXT, .wants = "an instant such as 2026-11-24T16:00:07Z", .valid = is_instant};
static const struct shape pointer = {
	.types = SHAPE_TEXT, .wants = "a JSON pointer such as /price", .valid = is_pointer};
static const struct shape decimal = {.types = SHAPE_TEXT, .wants = "a decimal number as text", .valid = decimal_valid};
static const struct shape boolean = {.types = SHAPE_BOOL, .wants = "true or false"};
static const struct shape count = {.types = SHAPE_INT, .wants = "a whole number, at least 0", .min = 0};
static const struct shape ordinal = {.types = SHAPE_INT, .wants = "a whole number, at least 1", .min = 1};
static const struct shape integer = {.types = SHAPE_INT, .wants = "a whole number", .min = INT64_MIN};
static const struct shape object = {.types = SHAPE_MAP, .wants = "an object"};
static const struct shape counts_by_name = {.types = SHAPE_MAP, .wants = "an object of counts", .each = &count};

static const struct shape severity = {.types = SHAPE_TEXT, .wants = "a severity", .values = severity_names};
static const struct shape op = {.types = SHAPE_TEXT, .wants = "an op of the format", .values = action_op_names};
static const char *const modes[] = {"auto", "manual", NULL};
static const struct shape mode = {.types = SHAPE_TEXT, .wants = "auto or manual", .values = modes};
static const char *const undo_kinds[] = {"undo", NULL};
static const struct shape undo_kind = {.types = SHAPE_TEXT, .wants = "\"undo\"", .values = undo_kinds};

/* ---- the parts of a line ---- */

static const struct shape_key rule_keys[] = {{"id", &name, false}, {"rev", &text, false}};
static const struct shape rule = {KEYS(rule_keys)};

static const struct shape_key target_keys[] = {
	{"system", &name, false}, {"store", &text, false}, {"key", &object, false}};
static const struct shape target = {KEYS(target_keys)};

static const struct shape_key source_keys[] = {{"system", &name, false}, {"store", &text, false},
	{"key", &object, false}, {"path", &pointer, true}, {"reread", &boolean, false},
	{"min_version", &integer, true}};
static const struct shape source = {KEYS(source_keys)};

/* Values by JSON pointer; what is not named is absent there. */
static const struct shape values = {.types = SHAPE_MAP, .wants = "an object of values by JSON pointer"};

static const struct shape_key side_keys[] = {{"index", &text, true}, {"id", &text, true}, {"seq_no", &count, true},
	{"primary_term", &count, true}, {"version", &integer, true}, {"sha256", &sha256, true}};
static const struct shape side = {KEYS(side_keys)};
static const struct shape_key evidence_keys[] = {{"index", &text, true}, {"id", &text, true}, {"seq_no", &count, true},
	{"primary_term", &count, true}, {"value_digest", &id, true}, {"first_seen", &instant, true},
	{"observed_at", &instant, true}, {"confirmed", &ordinal, true}, {"query_sha256", &sha256, true},
	{"left", &side, true}, {"right", &side, true}};
static const struct shape evidence = {KEYS(evidence_keys)};

/* JSON Patch (RFC 6902), the four ops that need no second path. */
static const char *const patch_ops[] = {"add", "replace", "test", NULL};
static const struct shape patch_op = {
	.types = SHAPE_TEXT, .wants = "add, replace, test or remove", .values = patch_ops};
static const struct shape_key write_keys[] = {
	{"op", &patch_op, false}, {"path", &pointer, false}, {"value", &any, false}};
static const struct shape patch_write = {KEYS(write_keys)};
static const struct shape_key remove_keys[] = {{"op", &text, false}, {"path", &pointer, false}};
static const struct shape patch_remove = {KEYS(remove_keys)};

static const struct shape *pick_patch(const struct json *j)
{
	return strcmp(json_text(j, "op", ""), "remove") == 0 ? &patch_remove : &patch_write;
}

static const struct shape patch_entry = {.wants = "an object", .pick = pick_patch};
static const struct shape patch = {.types = SHAPE_LIST, .wants = "a list", .each = &patch_entry};

/* ---- preconditions ---- */

static const char *const version_tests[] = {"=", "<=", NULL};
static const struct shape version_test = {.types = SHAPE_TEXT, .wants = "\"=\" or \"<=\"", .values = version_tests};

static const struct shape_key exists_keys[] = {{"check", &text, false}};
static const struct shape_key absent_keys[] = {{"check", &text, false}, {"path", &pointer, true}};
static const struct shape_key equals_keys[] = {
	{"check", &text, false}, {"path", &pointer, false}, {"value", &any, false}};
static const struct shape_key version_keys[] = {
	{"check", &text, false}, {"path", &pointer, false}, {"is", &version_test, false}, {"value", &integer, false}};
static const struct shape_key seq_no_keys[] = {
	{"check", &text, false}, {"seq_no", &count, false}, {"primary_term", &count, false}};

static const struct {
	const char *check;
	bool state; /* says something of the state, not only that it is there */
	struct shape shape;
} preconditions[] = {
	{"exists", false, {KEYS(exists_keys)}},
	{"absent", true, {KEYS(absent_keys)}},
	{"equals", true, {KEYS(equals_keys)}},
	{"not_equals", true, {KEYS(equals_keys)}},
	{"version", true, {KEYS(version_keys)}},
	{"seq_no", true, {KEYS(seq_no_keys)}},
};

static size_t precondition_of(const struct json *j)
{
	const char *check = json_text(j, "check", "");
	size_t i = 0;

	while (i < ARRAY_LEN(preconditions) && strcmp(preconditions[i].check, check) != 0)
		i++;
	return i;
}

static const struct shape *pick_precondition(const struct json *j)
{
	size_t i = precondition_of(j);

	return i < ARRAY_LEN(preconditions) ? &preconditions[i].shape : NULL;
}

static const struct shape precondition_entry = {
	.wants = "an object with a check of the format", .pick = pick_precondition};
static const struct shape precondition = {.types = SHAPE_LIST, .wants = "a list", .each = &precondition_entry};

static bool holds_state(const struct json *list)
{
	for (size_t i = 0; i < json_count(list); i++) {
		size_t at = precondition_of(json_at(list, i));

		if (at < ARRAY_LEN(preconditions) && preconditions[at].state)
			return true;
	}
	return false;
}

/* ---- lines ---- */

#define LINE_KEYS                                                                                                      \
	{"seq", &ordinal, false}, {"action_id", &id, false}, {"group_id", &text_or_null, false},                       \
		{"finding_id", &id, false}, {"episode", &ordinal, false}, {"attempt", &ordinal, false},                \
		{"rule", &rule, false}, {"class", &name, false}, {"mode", &mode, false},                               \
		{"severity", &severity, false}, {"target", &target, false}, {"op", &op, false},                        \
		{"patch", &patch, true}, {"call", &name, true}, {"arguments", &object, true},                          \
		{"precondition", &precondition, false}, {"source", &source, true}, {"before", &values, false},         \
		{"after", &values, false},                                                                             \
	{                                                                                                              \
		"evidence", &evidence, false                                                                           \
	}

static const struct shape_key action_keys[] = {LINE_KEYS};
static const struct shape_key undo_keys[] = {{"kind", &undo_kind, false}, {"undoes", &id, false}, LINE_KEYS};
static const struct shape lines[LINE_ROLE_COUNT] = {
	[LINE_ACTION] = {KEYS(action_keys)}, [LINE_UNDO] = {KEYS(undo_keys)}};

/* Which of these keys an op must have, and may have. */
static const char *const op_parts[] = {"patch", "call", "arguments", "source"};
static const struct {
	const char *must, *may;
} op_keys[ACTION_OP_COUNT] = {
	[ACTION_CALL] = {"call", "arguments"},
	[ACTION_PATCH] = {"patch", NULL},
	[ACTION_CREATE] = {"patch", NULL},
	[ACTION_DELETE] = {NULL, NULL},
	[ACTION_COPY] = {"source", "patch"},
	[ACTION_REINDEX] = {NULL, NULL},
};

static bool is_key(const char *key, const char *wanted)
{
	return key && strcmp(key, wanted) == 0;
}

static void check_op(const struct json *line, struct shape_faults *f)
{
	const char *given = json_text(line, "op", "");
	size_t at = 0;

	while (at < ACTION_OP_COUNT && strcmp(action_op_names[at], given) != 0)
		at++;
	for (size_t i = 0; at < ACTION_OP_COUNT && i < ARRAY_LEN(op_parts); i++) {
		bool there = json_get(line, op_parts[i]) != NULL, must = is_key(op_keys[at].must, op_parts[i]);

		if (must && !there)
			shape_fault(f, "", "op %s needs the key \"%s\"", given, op_parts[i]);
		else if (there && !must && !is_key(op_keys[at].may, op_parts[i]))
			shape_fault(f, op_parts[i], "is no key of op %s", given);
	}
}

void schema_check_line(const struct json *line, enum line_role role, struct shape_faults *f)
{
	shape_check(&lines[role], line, "", f);
	if (json_type_of(line) != JSON_TYPE_MAP)
		return;
	check_op(line, f);
	if (!holds_state(json_get(line, "precondition")))
		shape_fault(
			f, "precondition", "needs a check of the state: absent, equals, not_equals, version or seq_no");
}

/* ---- manifest.json ---- */

static const char *const formats[] = {MANIFEST_FORMAT, NULL};
static const struct shape format = {.types = SHAPE_TEXT, .wants = "\"" MANIFEST_FORMAT "\"", .values = formats};
static const char *const kinds[] = {"repair", "undo", NULL};
static const struct shape kind = {.types = SHAPE_TEXT, .wants = "repair or undo", .values = kinds};
static const struct shape role = {.types = SHAPE_TEXT, .wants = "actions or undo", .values = line_role_names};

static const struct shape_key coverage_keys[] = {{"complete", &boolean, false}, {"documents", &count, false}};
static const struct shape coverage = {KEYS(coverage_keys)};
static const struct shape_key bound_keys[] = {{"max_actions", &count, false}, {"max_percent", &decimal, false},
	{"max_per_shop", &count, false}, {"documents", &count, false}};
static const struct shape bound = {KEYS(bound_keys)};
static const struct shape guard = {.types = SHAPE_MAP, .wants = "an object of bounds by rule", .each = &bound};
static const struct shape_key counts_keys[] = {{"actions", &ordinal, false}, {"undo", &count, false},
	{"by_class", &counts_by_name, false}, {"by_mode", &counts_by_name, false}, {"by_rule", &counts_by_name, false}};
static const struct shape counts = {KEYS(counts_keys)};
static const struct shape_key file_keys[] = {{"name", &name, false}, {"role", &role, false}, {"lines", &ordinal, false},
	{"bytes", &ordinal, false}, {"sha256", &sha256, false}};
static const struct shape file = {KEYS(file_keys)};
static const struct shape files = {.types = SHAPE_LIST, .wants = "a list of files", .each = &file};
static const struct shape ids = {.types = SHAPE_LIST, .wants = "a list of manifest ids", .each = &name};

static const struct shape_key manifest_keys[] = {{"format", &format, false}, {"version", &ordinal, false},
	{"manifest_id", &name, false}, {"kind", &kind, false}, {"run_id", &name, false},
	{"created_at", &instant, false}, {"expires_at", &instant, false}, {"rules_sha256", &sha256, false},
	{"config_sha256", &sha256, false}, {"coverage", &coverage, false}, {"guard", &guard, false},
	{"counts", &counts, false}, {"files", &files, false}, {"supersedes", &ids, false},
	{"previous_sha256", &sha256_or_null, false}};
static const struct shape manifest = {KEYS(manifest_keys)};

void schema_check_manifest(const struct json *j, struct shape_faults *f)
{
	shape_check(&manifest, j, "", f);
	if (json_int(j, "version", MANIFEST_VERSION) != MANIFEST_VERSION)
		shape_fault(f, "version", "only version %d is known", MANIFEST_VERSION);
	if (!json_flag(j, "coverage.complete", true))
		shape_fault(f, "coverage.complete", "a manifest stands on complete scans only");
}

/* ---- a line of a result file ---- */

static const char *const result_formats[] = {RESULT_FORMAT, NULL};
static const struct shape result_format = {
	.types = SHAPE_TEXT, .wants = "\"" RESULT_FORMAT "\"", .values = result_formats};
static const struct shape outcome = {.types = SHAPE_TEXT, .wants = "an outcome of the format", .values = outcome_names};
static const struct shape version_or_null = {
	.types = SHAPE_INT | SHAPE_NULL, .wants = "a whole number or null", .min = INT64_MIN};

static const struct shape_key result_keys[] = {{"format", &result_format, false}, {"version", &ordinal, false},
	{"manifest_id", &name, false}, {"action_id", &id, false}, {"outcome", &outcome, false}, {"at", &instant, false},
	{"observed", &values, false}, {"observed_version", &version_or_null, false},
	{"written_version", &version_or_null, false}, {"executor", &name, false}, {"attempt", &ordinal, false}};
static const struct shape result = {KEYS(result_keys)};

void schema_check_result(const struct json *j, struct shape_faults *f)
{
	shape_check(&result, j, "", f);
	if (json_int(j, "version", RESULT_VERSION) != RESULT_VERSION)
		shape_fault(f, "version", "only version %d is known", RESULT_VERSION);
}
