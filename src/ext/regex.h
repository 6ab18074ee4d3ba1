/*
 * Regular expressions, by PCRE2 (UTF, DOLLAR_ENDONLY, JIT). Text must be valid
 * UTF-8: it is not checked again. A limit that is hit is an outcome of its own,
 * never "no match".
 */
#ifndef KENPIN_REGEX_H
#define KENPIN_REGEX_H

#include "base/span.h"

struct regex;      /* compiled, immutable, may be shared */
struct regex_room; /* what one evaluation needs: match data, JIT stack, limits */

enum regex_flag {
	REGEX_UCP = 1,
	REGEX_CASELESS = 2,
	REGEX_NO_START_OPTIMISE = 4,
	REGEX_AUTO_CALLOUT = 8,
	REGEX_NO_JIT = 16,
	REGEX_NO_AUTO_POSSESS = 32
};

struct regex_fault {
	size_t offset; /* byte in the pattern at which the fault was seen */
	int code;      /* PCRE2's own */
	char message[256];
};

/* NULL with *FAULT filled when the pattern does not compile. */
struct regex *regex_new(struct span pattern, unsigned flags, struct regex_fault *fault) must_check;
void regex_free(struct regex *r);
bool regex_jitted(const struct regex *r);
/* The shortest subject that can match, in characters (PCRE2_INFO_MINLENGTH). */
size_t regex_min_length(const struct regex *r);

struct regex_room *regex_room_new(uint32_t match_limit) must_check;
void regex_room_free(struct regex_room *room);

enum regex_outcome {
	REGEX_NO_MATCH,
	REGEX_MATCH,
	REGEX_MATCH_LIMIT, /* PCRE2_ERROR_MATCHLIMIT */
	REGEX_DEPTH_LIMIT,
	REGEX_STACK_LIMIT, /* PCRE2_ERROR_JIT_STACKLIMIT */
	REGEX_HEAP_LIMIT,
	REGEX_FAILED, /* anything else */
};
const char *regex_outcome_text(enum regex_outcome outcome);

/* WHERE, when not NULL, gets the matched part. */
enum regex_outcome regex_match(
	const struct regex *r, struct regex_room *room, struct span text, struct span *where) must_check;
/* By the interpreter, at the start of TEXT alone (the limit starts anew at every place), with a match limit that ROOM
 * keeps from then on: for the ReDoS measurement. */
enum regex_outcome regex_match_interpreted(
	const struct regex *r, struct regex_room *room, struct span text, uint32_t match_limit) must_check;
/* The items of a regex made with REGEX_AUTO_CALLOUT, each with its place in the pattern: all of them; or those that are
 * reached while TEXT is matched, by the interpreter (as often as they are). For coverage. */
typedef void regex_visit_item(void *arg, size_t offset, size_t length);
void regex_each_item(const struct regex *r, regex_visit_item *visit, void *arg);
enum regex_outcome regex_match_visiting(const struct regex *r, struct regex_room *room, struct span text,
	regex_visit_item *visit, void *arg) must_check;
const char *regex_version(void);

#endif
