/*
 * What stands in `window:` of a rule, one option table a kind. What the values
 * mean is no business of theirs.
 */
#include "base/base.h"
#include "rule/window.h"

#include "rule/compile.h"

#define COUNT_MAX 1000000000
#define LENGTH_MIN 1000
#define LENGTH_MAX (INT64_C(3660) * 86400000)

const char *const window_kind_names[] = {
	"frequency", "flatline", "spike", "cardinality", "percentage", "metric", "new_term", "change", NULL};
const char *const window_direction_names[] = {"up", "down", "both", NULL};
const char *const window_metric_names[] = {"min", "max", "avg", "sum", "count", NULL};

#define W(field) offsetof(struct window_entry, field)
#define KIND                                                                                                           \
	{                                                                                                              \
		"kind", OPTION_ENUM, W(kind), .required = true, .values = window_kind_names,                           \
					      .help = "what is asked of the documents of a window"                     \
	}
#define LENGTH(text)                                                                                                   \
	{                                                                                                              \
		"length", OPTION_DURATION, W(length), .required = true, .min = LENGTH_MIN, .max = LENGTH_MAX,          \
						      .help = text                                                     \
	}
#define STEP                                                                                                           \
	{                                                                                                              \
		"step", OPTION_DURATION, W(step),                                                                      \
			.min = 1, .max = LENGTH_MAX,                                                                   \
			.help = "windows end at its multiples (UTC); it divides length; default: a twelfth of it"      \
	}
#define GROUP                                                                                                          \
	{                                                                                                              \
		"group_by", OPTION_TEXTS, W(group_by),                                                                 \
			.help = "fields whose values each have a window of their own; default: one for all"            \
	}
#define MESSAGE                                                                                                        \
	{                                                                                                              \
		"message", OPTION_TEXT, W(message), .help = "what the finding says before its numbers"                 \
	}
#define BOUNDS                                                                                                         \
	{"max", OPTION_DECIMAL, W(max), .help = "more is a finding"},                                                  \
	{                                                                                                              \
		"min", OPTION_DECIMAL, W(min), .help = "less is a finding"                                             \
	}
#define FORGET                                                                                                         \
	{                                                                                                              \
		"forget", OPTION_DURATION, W(forget),                                                                  \
			.min = LENGTH_MIN, .max = LENGTH_MAX,                                                          \
			.help = "a group silent for so long is no longer expected; default: for ever"                  \
	}
#define BLOCK(what, words)                                                                                             \
	static const struct option_block what##_block = {                                                              \
		#what " window",                                                                                       \
		what##_options,                                                                                        \
		ARRAY_LEN(what##_options),                                                                             \
		sizeof(struct window_entry),                                                                           \
		W(node),                                                                                               \
		.help = words,                                                                                         \
	}

static const struct option frequency_options[] = {
	KIND,
	LENGTH("how long a window is"),
	STEP,
	GROUP,
	{"events", OPTION_INT, W(events), .required = true, .min = 1, .max = COUNT_MAX,
		.help = "so many documents in one window, or more, are a finding"},
	MESSAGE,
};
BLOCK(frequency, "too many documents in a window");

static const struct option flatline_options[] = {
	KIND,
	LENGTH("how long a window is"),
	STEP,
	GROUP,
	{"events", OPTION_INT, W(events), "1", .min = 1, .max = COUNT_MAX,
		.help = "fewer documents in the last window are a finding"},
	FORGET,
	MESSAGE,
};
BLOCK(flatline, "too few documents in the last window");

static const struct option spike_options[] = {
	KIND,
	LENGTH("how long a window is, and the one before it that it is held against"),
	STEP,
	GROUP,
	{"height", OPTION_DECIMAL, W(height), .required = true, .help = "how many times as much, over 1"},
	{"direction", OPTION_ENUM, W(direction), "up", .values = window_direction_names,
		.help = "up: so many times more; down: so many times less"},
	{"min_current", OPTION_INT, W(min_current), .min = 0, .max = COUNT_MAX,
		.help = "with fewer documents in the window nothing is said"},
	{"min_reference", OPTION_INT, W(min_reference), .min = 0, .max = COUNT_MAX,
		.help = "with fewer documents in the window before it nothing is said"},
	{"field", OPTION_TEXT, W(field), .help = "compare the mean of this field, not the number of documents"},
	MESSAGE,
};
BLOCK(spike, "a window with many times more, or less, than the one before it");

static const struct option cardinality_options[] = {
	KIND,
	LENGTH("how long a window is"),
	STEP,
	GROUP,
	{"field", OPTION_TEXT, W(field), .required = true, .help = "whose different values are counted, exactly"},
	BOUNDS,
	FORGET,
	MESSAGE,
};
BLOCK(cardinality, "too many or too few different values in a window");

static const struct option percentage_options[] = {
	KIND,
	LENGTH("how long a window is"),
	STEP,
	GROUP,
	{"match", OPTION_NODE, W(match), .required = true, .block = &rule_when_block,
		.help = "which documents are the share: a condition as in when, or a list of them"},
	BOUNDS,
	{"min_events", OPTION_INT, W(events), "1", .min = 1, .max = COUNT_MAX,
		.help = "with fewer documents in the window nothing is said"},
	MESSAGE,
};
BLOCK(percentage, "too great or too small a share of the documents of a window");

static const struct option metric_options[] = {
	KIND,
	LENGTH("how long a window is"),
	STEP,
	GROUP,
	{"metric", OPTION_ENUM, W(metric), .required = true, .values = window_metric_names,
		.help = "of the numbers in the field; a window without any says nothing"},
	{"field", OPTION_TEXT, W(field), .required = true, .help = "that holds the number"},
	BOUNDS,
	MESSAGE,
};
BLOCK(metric, "the least, greatest, mean, sum or count of a field's numbers in a window");

static const struct option new_term_options[] = {
	KIND,
	LENGTH("how long a value is learned at first, and how long it is told as new afterwards"),
	GROUP,
	{"field", OPTION_TEXT, W(field), .required = true, .help = "whose values are known or new"},
	MESSAGE,
};
BLOCK(new_term, "a value that was never there before");

static const struct option change_options[] = {
	KIND,
	LENGTH("how long a change is told"),
	{"group_by", OPTION_TEXTS, W(group_by), .required = true,
		.help = "fields whose values each have a last value of their own"},
	{"fields", OPTION_TEXTS, W(fields), .required = true, .help = "that must stay as they are, by the time field"},
	{"within", OPTION_DURATION, W(within), .min = 1, .max = LENGTH_MAX,
		.help = "only between two documents no further apart; default: any time"},
	{"ignore_null", OPTION_BOOL, W(ignore_null),
		.help = "a document where one of them is absent, null, empty or 0 is passed over"},
	MESSAGE,
};
BLOCK(change, "a value that is not as it was in the document before");

static const struct option_variant window_variants[] = {
	{"frequency", &frequency_block},
	{"flatline", &flatline_block},
	{"spike", &spike_block},
	{"cardinality", &cardinality_block},
	{"percentage", &percentage_block},
	{"metric", &metric_block},
	{"new_term", &new_term_block},
	{"change", &change_block},
	{NULL, NULL},
};

static const struct option_block *pick_window(struct option_reader *r, const struct yaml_node *node)
{
	return option_pick_kind(r, &rule_window_block, node);
}

const struct option_block rule_window_block = {
	"window",
	.size = sizeof(struct window_entry),
	.node_offset = W(node),
	.help = "what must not be in a window of the query's time field; its kind says which keys it has",
	.pick = pick_window,
	.variants = window_variants,
};
