/*
 * What a mapping says of a field, for aggregations. Pure.
 */
#ifndef KENPIN_ES_MAPPING_H
#define KENPIN_ES_MAPPING_H

#include "ext/json.h"

enum es_field {
	ES_FIELD_OTHER, /* not mapped in every index, or not exactly what documents hold */
	ES_FIELD_TEXT,
	ES_FIELD_WHOLE, /* a whole number of at most 64 bits */
	ES_FIELD_BOOL,
	ES_FIELD_TIME,
};
/* MAPPINGS: the answer to GET INDEX/_mapping. The same in every index, or ES_FIELD_OTHER. */
enum es_field es_field_of(const struct json *mappings, const char *path);

#endif
