/* The option tables of `pair:` in a rule file; what the values mean is no business of theirs. */
#include "base/base.h"
#include "rule/compile.h"

#include "base/limits.h"
#include "rule/pair.h"

#define COUNT_MAX 1000000000
#define MS_OF_A_YEAR (INT64_C(366) * 86400000)

const char *const pair_as_names[] = {"decimal", "instant", "text", "list", "set", NULL};
const char *const pair_side_names[] = {"left", "right", NULL};
const char *const pair_severity_names[] = {"none", "info", "warning", "error", "critical", NULL};

#define D(field) offsetof(struct pair_side_entry, field)
static const struct option side_options[] = {
	{"query", OPTION_NAME, D(query), .required = true, .help = "saved query that reads this side, whole"},
	{"key", OPTION_TEXTS, D(key),
		.help = "fields by which a document is known on both sides, in the same order; default: the query's "
			"key"},
	{"version", OPTION_TEXT, D(version),
		.help = "field that grows with every change, a number or an instant: tells which side is behind"},
	{"changed", OPTION_TEXT, D(changed), .help = "field that holds when the document was changed last"},
};
static const struct option_block side_block = {
	"side",
	side_options,
	ARRAY_LEN(side_options),
	sizeof(struct pair_side_entry),
	D(node),
	.help = "one of the two sides",
};

#define C(field) offsetof(struct pair_compare_entry, field)
static const struct option compare_options[] = {
	{"field", OPTION_TEXT, C(field), .required = true, .help = "path of the field on the left side"},
	{"right_field", OPTION_TEXT, C(right_field), .help = "path on the right side; default: the same"},
	{"as", OPTION_ENUM, C(as), "text", .values = pair_as_names,
		.help = "what both are: decimal numbers, instants, texts, lists, or sets (lists without order)"},
	{"tolerance", OPTION_TEXT, C(tolerance),
		.help = "how far decimals (0.5) or instants (1s) may be apart; default: not at all"},
	{"absent_is_null", OPTION_BOOL, C(absent_is_null), "true", .help = "an absent field is as good as null"},
};
static const struct option_block compare_block = {
	"pair compare",
	compare_options,
	ARRAY_LEN(compare_options),
	sizeof(struct pair_compare_entry),
	C(node),
	.help = "a field that must be the same on both sides",
};

#define T(field) offsetof(struct pair_timing_entry, field)
static const struct option timing_options[] = {
	{"grace", OPTION_DURATION, T(grace), .min = 0, .max = MS_OF_A_YEAR,
		.help = "a key that was changed on either side so short ago is in flight, and no finding"},
	{"confirm", OPTION_INT, T(confirm), "1", .min = 1, .max = LIMIT_LIFE_SCANS,
		.help = "complete scans in a row that must see the same difference of the same versions"},
	{"recheck_after", OPTION_DURATION, T(recheck_after), .min = 0, .max = MS_OF_A_YEAR,
		.help = "and for so long at least, however often is scanned"},
	{"stop_after", OPTION_INT, T(stop_after), .min = 1, .max = COUNT_MAX,
		.help = "differences at which the sides are called simply different, and the rest is not looked at"},
};
static const struct option_block timing_block = {
	"timing",
	timing_options,
	ARRAY_LEN(timing_options),
	sizeof(struct pair_timing_entry),
	T(node),
	.help = "when a difference becomes a finding",
};

#define S(klass) (offsetof(struct pair_classes_entry, severities) + (klass) * sizeof(int))
#define CLASS(name, klass, text)                                                                                       \
	{                                                                                                              \
		name, OPTION_ENUM, S(klass), .values = pair_severity_names, .help = text                               \
	}
static const struct option classes_options[] = {
	CLASS("missing_left", PAIR_MISSING_LEFT, "the key is on the right side only"),
	CLASS("missing_right", PAIR_MISSING_RIGHT, "the key is on the left side only"),
	CLASS("stale_left", PAIR_STALE_LEFT, "fields differ, and the left version is the older one"),
	CLASS("stale_right", PAIR_STALE_RIGHT, "fields differ, and the right version is the older one"),
	CLASS("mismatch", PAIR_MISMATCH, "fields differ, and the versions are equal or not known"),
	CLASS("duplicate_key", PAIR_DUPLICATE_KEY, "several documents of one side have the key"),
	CLASS("null_key", PAIR_NULL_KEY, "a part of the key is absent or null"),
	CLASS("invalid_left", PAIR_INVALID_LEFT, "what stands on the left side cannot be compared"),
	CLASS("invalid_right", PAIR_INVALID_RIGHT, "what stands on the right side cannot be compared"),
};
static const struct option_block classes_block = {
	"classes",
	classes_options,
	ARRAY_LEN(classes_options),
	sizeof(struct pair_classes_entry),
	offsetof(struct pair_classes_entry, node),
	.help = "how bad each class is, when it is not as bad as the rule says; none: it is no finding",
};

#define P(field) offsetof(struct pair_entry, field)
static const struct option pair_options[] = {
	{"left", OPTION_BLOCK, P(sides[0]), .required = true, .block = &side_block, .help = "the one side"},
	{"right", OPTION_BLOCK, P(sides[1]), .required = true, .block = &side_block, .help = "the other side"},
	{"compare", OPTION_BLOCKS, P(compare), .block = &compare_block,
		.help = "fields that must be the same; without it only keys are compared"},
	{"timing", OPTION_BLOCK, P(timing), .block = &timing_block, .help = "when a difference becomes a finding"},
	{"classes", OPTION_BLOCK, P(classes), .block = &classes_block, .help = "severity by class of difference"},
	{"message", OPTION_TEXT, P(message), .help = "what the finding says before the difference itself"},
};
const struct option_block rule_pair_block = {
	"pair",
	pair_options,
	ARRAY_LEN(pair_options),
	sizeof(struct pair_entry),
	P(node),
	.help = "two sides that must agree, document by document",
};
