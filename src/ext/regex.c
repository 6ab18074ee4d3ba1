/* Regular expressions, by PCRE2. */
#include "base/base.h"
#include "ext/regex.h"

#include "base/limits.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

struct regex {
	pcre2_code *code;
	bool jitted;
};

struct regex_room {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
};

/* Success says little: with (*NO_JIT) in the pattern there is still no code to run. */
static bool jit(pcre2_code *code)
{
	size_t bytes = 0;

	return pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0 &&
	       pcre2_pattern_info(code, PCRE2_INFO_JITSIZE, &bytes) == 0 && bytes > 0;
}

struct regex *regex_new(struct span pattern, unsigned flags, struct regex_fault *fault)
{
	uint32_t options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
	PCRE2_SIZE offset = 0;
	int code = 0;

	if (flags & REGEX_UCP)
		options |= PCRE2_UCP;
	if (flags & REGEX_CASELESS)
		options |= PCRE2_CASELESS;
	if (flags & REGEX_NO_START_OPTIMISE)
		options |= PCRE2_NO_START_OPTIMIZE;
	if (flags & REGEX_AUTO_CALLOUT)
		options |= PCRE2_AUTO_CALLOUT;
	if (flags & REGEX_NO_AUTO_POSSESS)
		options |= PCRE2_NO_AUTO_POSSESS;
	pcre2_code *compiled =
		pcre2_compile((PCRE2_SPTR)(pattern.p ? pattern.p : ""), pattern.n, options, &code, &offset, NULL);
	if (compiled == NULL) {
		fault->offset = offset < pattern.n ? offset : pattern.n;
		fault->code = code;
		if (pcre2_get_error_message(code, (PCRE2_UCHAR *)fault->message, sizeof(fault->message)) < 0)
			snprintf(fault->message, sizeof(fault->message), "PCRE2 error %d", code);
		return NULL;
	}
	struct regex *r = xcalloc(1, sizeof(*r));
	r->code = compiled;
	r->jitted = !(flags & REGEX_NO_JIT) && jit(compiled);
	return r;
}

void regex_free(struct regex *r)
{
	if (r == NULL)
		return;
	pcre2_code_free(r->code);
	free(r);
}

bool regex_jitted(const struct regex *r)
{
	return r->jitted;
}

size_t regex_min_length(const struct regex *r)
{
	uint32_t length = 0;

	pcre2_pattern_info(r->code, PCRE2_INFO_MINLENGTH, &length);
	return length;
}

static void set_limit(struct regex_room *room, uint32_t match_limit)
{
	pcre2_set_match_limit(room->context, match_limit);
	pcre2_set_depth_limit(room->context, match_limit);
}

struct regex_room *regex_room_new(uint32_t match_limit)
{
	struct regex_room *room = xcalloc(1, sizeof(*room));

	room->data = pcre2_match_data_create(1, NULL);
	room->context = pcre2_match_context_create(NULL);
	room->stack = pcre2_jit_stack_create(LIMIT_REGEX_STACK / 32, LIMIT_REGEX_STACK, NULL);
	if (room->data == NULL || room->context == NULL) {
		fputs("kenpin: error: out of memory\n", stderr);
		_Exit(2);
	}
	set_limit(room, match_limit);
	pcre2_set_heap_limit(room->context, LIMIT_REGEX_HEAP / 1024);
	if (room->stack != NULL)
		pcre2_jit_stack_assign(room->context, NULL, room->stack);
	return room;
}

void regex_room_free(struct regex_room *room)
{
	if (room == NULL)
		return;
	pcre2_match_data_free(room->data);
	pcre2_match_context_free(room->context);
	pcre2_jit_stack_free(room->stack);
	free(room);
}

static enum regex_outcome outcome_of(int code)
{
	if (code >= 0)
		return REGEX_MATCH;
	switch (code) {
	case PCRE2_ERROR_NOMATCH: return REGEX_NO_MATCH;
	case PCRE2_ERROR_MATCHLIMIT: return REGEX_MATCH_LIMIT;
	case PCRE2_ERROR_DEPTHLIMIT: return REGEX_DEPTH_LIMIT;
	case PCRE2_ERROR_JIT_STACKLIMIT: return REGEX_STACK_LIMIT;
	case PCRE2_ERROR_HEAPLIMIT: return REGEX_HEAP_LIMIT;
	default: return REGEX_FAILED;
	}
}

const char *regex_outcome_text(enum regex_outcome outcome)
{
	static const char *const text[] = {
		[REGEX_NO_MATCH] = "no match",
		[REGEX_MATCH] = "match",
		[REGEX_MATCH_LIMIT] = "the match limit was hit (LIMIT_MATCH_STEPS)",
		[REGEX_DEPTH_LIMIT] = "the depth limit was hit (LIMIT_MATCH_STEPS)",
		[REGEX_STACK_LIMIT] = "the stack limit was hit (LIMIT_REGEX_STACK)",
		[REGEX_HEAP_LIMIT] = "the heap limit was hit (LIMIT_REGEX_HEAP)",
		[REGEX_FAILED] = "matching failed",
	};

	return text[outcome];
}

enum regex_outcome regex_match(const struct regex *r, struct regex_room *room, struct span text, struct span *where)
{
	PCRE2_SPTR subject = (PCRE2_SPTR)(text.p ? text.p : "");
	int code;

	if (likely(r->jitted))
		code = pcre2_jit_match(r->code, subject, text.n, 0, 0, room->data, room->context);
	else
		code = pcre2_match(r->code, subject, text.n, 0, PCRE2_NO_UTF_CHECK, room->data, room->context);
	if (code >= 0 && where != NULL) {
		const PCRE2_SIZE *at = pcre2_get_ovector_pointer(room->data);
		/* \K in a lookahead may put the start behind the end */
		*where = (struct span){(const char *)subject + at[1], 0};
		if (at[0] < at[1])
			*where = (struct span){(const char *)subject + at[0], at[1] - at[0]};
	}
	return likely(code == PCRE2_ERROR_NOMATCH) ? REGEX_NO_MATCH : outcome_of(code);
}

enum regex_outcome regex_match_interpreted(
	const struct regex *r, struct regex_room *room, struct span text, uint32_t match_limit)
{
	const uint32_t options = PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT | PCRE2_ANCHORED;
	PCRE2_SPTR subject = (PCRE2_SPTR)(text.p ? text.p : "");

	set_limit(room, match_limit);
	return outcome_of(pcre2_match(r->code, subject, text.n, 0, options, room->data, room->context));
}

struct visitor {
	regex_visit_item *visit;
	void *arg;
};

static int visit_callout(pcre2_callout_block *block, void *arg)
{
	const struct visitor *v = arg;

	v->visit(v->arg, block->pattern_position, block->next_item_length);
	return 0;
}

static int visit_place(pcre2_callout_enumerate_block *block, void *arg)
{
	const struct visitor *v = arg;

	v->visit(v->arg, block->pattern_position, block->next_item_length);
	return 0;
}

void regex_each_item(const struct regex *r, regex_visit_item *visit, void *arg)
{
	struct visitor v = {visit, arg};

	pcre2_callout_enumerate(r->code, visit_place, &v);
}

enum regex_outcome regex_match_visiting(
	const struct regex *r, struct regex_room *room, struct span text, regex_visit_item *visit, void *arg)
{
	struct visitor v = {visit, arg};
	int code;

	pcre2_set_callout(room->context, visit_callout, &v);
	code = pcre2_match(r->code, (PCRE2_SPTR)(text.p ? text.p : ""), text.n, 0, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT,
		room->data, room->context);
	pcre2_set_callout(room->context, NULL, NULL);
	return outcome_of(code);
}

const char *regex_version(void)
{
	static char version[64];

	pcre2_config(PCRE2_CONFIG_VERSION, version);
	return version;
}
