/*
 * JSON as a tree, by json-c, for everything that is not a page of documents:
 * control answers, receivers' answers, bodies, manifests read back. Text is read
 * by base/jsonscan, since json-c's own parser lets invalid UTF-8 and duplicate keys
 * pass and clamps integers: here they are refused, and a number that does not
 * fit into 64 bits keeps its text.
 */
#ifndef KENPIN_JSON_H
#define KENPIN_JSON_H

#include "base/buf.h"
#include "base/error.h"

struct json; /* one reference counted node; json_free drops one reference */

enum json_sort {
	JSON_TYPE_NULL,
	JSON_TYPE_BOOL,
	JSON_TYPE_INT,
	JSON_TYPE_DOUBLE,
	JSON_TYPE_TEXT,
	JSON_TYPE_LIST,
	JSON_TYPE_MAP
};

/* An owned tree, or NULL with line and column of the fault in *E (kind and path as given). */
struct json *json_parse(struct span text, enum error_kind kind, const char *path, struct error *e) must_check;
void json_free(struct json *j);                    /* NULL is fine */
struct json *json_keep(struct json *j) must_check; /* one more reference */

enum json_sort json_type_of(const struct json *j); /* of NULL: JSON_TYPE_NULL */

/* Borrowed child at a path of keys joined by dots ("hits.total.value"), or NULL. Keys that hold dots: json_get_key. */
struct json *json_get(const struct json *j, const char *path);
struct json *json_get_key(const struct json *j, struct span key);
struct json *json_at(const struct json *list, size_t i);
size_t json_count(const struct json *j); /* elements of a list or keys of a map */

/* Text or DEFAULT when there is none or the type differs; borrowed, NUL-terminated. */
const char *json_text(const struct json *j, const char *path, const char *fallback);
struct span json_span(const struct json *j); /* text with its true length; SPAN_NONE for another type */
int64_t json_int(const struct json *j, const char *path, int64_t fallback);
bool json_flag(const struct json *j, const char *path, bool fallback);
/* Visits keys of a map in order; stops when VISIT returns false. */
void json_each(const struct json *map, bool (*visit)(void *arg, const char *key, struct json *value), void *arg);

/* Making: each returns an owned node. json_set and json_push take over the child. */
struct json *json_new_map(void) must_check;
struct json *json_new_list(void) must_check;
struct json *json_new_text(struct span text) must_check;
struct json *json_new_int(int64_t n) must_check;
struct json *json_new_bool(bool value) must_check;
struct json *json_new_number(struct span as_written) must_check;      /* printed back byte for byte */
void json_set(struct json *map, const char *key, struct json *child); /* NULL child gives null */
void json_push(struct json *list, struct json *child);
struct json *json_copy(const struct json *j) must_check; /* deep */

void json_write(struct buf *out, const struct json *j);           /* compact, keys in order of insertion */
void json_write_canonical(struct buf *out, const struct json *j); /* compact, keys sorted by bytes */
void json_write_pretty(struct buf *out, const struct json *j);

#endif
