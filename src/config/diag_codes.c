/*
 * The registry of message codes: one row a code, with the page that
 * `kenpin explain CODE` shows. A code is never reused for something else.
 */
#include "base/base.h"
#include "config/diag.h"

static const struct diag_code codes[] = {
#include "config/diag_codes_yaml.h"
#include "config/diag_codes_blocks.h"
#include "config/diag_codes_rules.h"
#include "config/diag_codes_live.h"
};

const struct diag_code *diag_codes(size_t *count)
{
	*count = ARRAY_LEN(codes);
	return codes;
}

const struct diag_code *diag_code_find(const char *code)
{
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		if (strcmp(codes[i].code, code) == 0)
			return &codes[i];
	return NULL;
}
