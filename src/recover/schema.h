/*
 * The closed format of a recovery manifest, version 1: the one place that
 * names its keys. contrib/schema says the same to others.
 */
#ifndef KENPIN_SCHEMA_H
#define KENPIN_SCHEMA_H

#include "recover/shape.h"

#define MANIFEST_FORMAT "recovery-manifest"
#define MANIFEST_VERSION 1
#define MANIFEST_HEAD "{\"format\":\"" MANIFEST_FORMAT "\",\"version\":1,\"manifest_id\":\""
#define MANIFEST_FILE "manifest.json"
#define RESULT_FORMAT "recovery-result"
#define RESULT_VERSION 1

enum line_role { LINE_ACTION, LINE_UNDO };
#define LINE_ROLE_COUNT 2
extern const char *const line_role_names[LINE_ROLE_COUNT + 1]; /* "actions", "undo": of files and their names */

/* Everything in a line, or in manifest.json, that the format does not allow goes to F. */
void schema_check_line(const struct json *line, enum line_role role, struct shape_faults *f);
void schema_check_manifest(const struct json *manifest, struct shape_faults *f);
/* The same for a line of a result file. */
void schema_check_result(const struct json *line, struct shape_faults *f);

#endif
