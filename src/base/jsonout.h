/*
 * Writes JSON into a buffer, one token at a time; commas and quotes are its
 * business. Keys come out in the order in which they were written. Text must be valid UTF-8.
 */
#ifndef KENPIN_JSONOUT_H
#define KENPIN_JSONOUT_H

#include "base/buf.h"

struct jsonout {
	struct buf *out;
	unsigned depth;
	bool comma; /* the next token needs one before it */
};

void jsonout_init(struct jsonout *j, struct buf *out);
void jsonout_open(struct jsonout *j, char bracket);  /* '{' or '[' */
void jsonout_close(struct jsonout *j, char bracket); /* '}' or ']' */
void jsonout_key(struct jsonout *j, const char *key);
void jsonout_span(struct jsonout *j, struct span text); /* a string */
void jsonout_text(struct jsonout *j, const char *text); /* a string; NULL gives null */
void jsonout_int(struct jsonout *j, int64_t n);
void jsonout_bool(struct jsonout *j, bool value);
void jsonout_null(struct jsonout *j);
void jsonout_raw(struct jsonout *j, struct span json); /* JSON as it stands */

/* A key and its value in one call. */
void jsonout_pair(struct jsonout *j, const char *key, const char *text);
void jsonout_pair_span(struct jsonout *j, const char *key, struct span text);
void jsonout_pair_int(struct jsonout *j, const char *key, int64_t n);
void jsonout_pair_bool(struct jsonout *j, const char *key, bool value);
void jsonout_pair_raw(struct jsonout *j, const char *key, struct span json);

/* Only the escaped characters of TEXT, without quotes. */
void jsonout_escape(struct buf *out, struct span text);

#endif
