/*
 * What can be said of a saved query. It must not know how it is run.
 */
#include "base/base.h"
#include "config/project_private.h"

#define DAY_MS INT64_C(86400000)

static const char *const each_names[] = {"shop", NULL};
static const char *const fetch_names[] = {
	[FETCH_AUTO] = "auto", [FETCH_FULL] = "full", [FETCH_FIELDS] = "fields", NULL};
static const char *const paging_names[] = {
	[PAGING_AUTO] = "auto", [PAGING_SCROLL] = "scroll", [PAGING_PIT] = "pit", NULL};

#define T(field) offsetof(struct time_config, field)
static const struct option time_options[] = {
	{"field", OPTION_TEXT, T(field), .required = true, .help = "field that says when a document changed"},
	{"overlap", OPTION_DURATION, T(overlap), "15m", .min = 0, .max = 366 * DAY_MS,
		.help = "how far a run reads back before where the last one ended"},
	{"lateness", OPTION_DURATION, T(lateness), "1m", .min = 0, .max = 366 * DAY_MS,
		.help = "how long before now a run stops, for documents that are written late"},
	{"max_lag", OPTION_DURATION, T(max_lag), .min = 0, .max = 366 * DAY_MS,
		.help = "a query that is read less far than this before now is a finding; more than lateness"},
	{"zone", OPTION_TEXT, T(zone),
		.help = "offset of stamps written without one: +09:00; such stamps are refused when left out"},
};
const struct option_block time_block = {
	"time",
	time_options,
	ARRAY_LEN(time_options),
	sizeof(struct time_config),
	OPTION_NO_NODE,
	.help = "makes the query incremental: a run reads what changed since the last one",
};

#define Q(field) offsetof(struct query_file, query.field)
static const struct option query_options[] = {
	{"title", OPTION_TEXT, Q(title), .help = "what the documents are, in one line"},
	{"source", OPTION_NAME, Q(source_name), .required = true, .help = "source of the project"},
	{"index", OPTION_TEXT, Q(index),
		.help = "index, alias or pattern, with {shop} and {date}; of an ndjson source: file or index in the "
			"data, all when left out"},
	{"for_each", OPTION_ENUM, offsetof(struct query_file, for_each), .values = each_names,
		.help = "run once for every shop of the project, each with its own state"},
	{"optional", OPTION_BOOL, Q(optional), "false", .help = "a missing index is no error"},
	{"key", OPTION_TEXTS, Q(key), .help = "fields that name the thing a document is about; _id when left out"},
	{"shop", OPTION_TEXT, Q(shop), .help = "field that names the shop, when there is no for_each"},
	{"time", OPTION_BLOCK, Q(time), .block = &time_block,
		.help = "makes the query incremental; the present state whole when left out"},
	{"zone", OPTION_TEXT, Q(zone), .help = "offset of instants in documents written without one: +09:00"},
	{"min_documents", OPTION_INT, Q(min_documents), "0", .min = 0, .max = INT64_MAX,
		.help = "fewer documents than this are a finding"},
	{"max_drop", OPTION_INT, Q(max_drop), .min = 1, .max = 100,
		.help = "percent: when more than this are missing since the last scan, that is a finding"},
	{"unique", OPTION_TEXT, Q(unique),
		.help = "keyword field that is unique over the index: lets a point in time be complete"},
	{"fetch", OPTION_ENUM, Q(fetch), "auto", .values = fetch_names, .help = "as of the source, when not auto"},
	{"paging", OPTION_ENUM, Q(paging), "auto", .values = paging_names, .help = "as of the source, when not auto"},
	{"body", OPTION_NODE, offsetof(struct query_file, body),
		.help = "body of the search, as YAML or JSON; all documents when left out"},
	{"body_file", OPTION_TEXT, offsetof(struct query_file, body_file),
		.help = "file with the body, beside this one"},
};

const struct option_block query_block = {
	"query",
	query_options,
	ARRAY_LEN(query_options),
	sizeof(struct query_file),
	Q(node),
	.help = "a saved query: one file below queries/, named by it",
};
