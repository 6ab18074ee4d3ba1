/*
 * Severity of a finding, in rising order.
 */
#ifndef KENPIN_SEVERITY_H
#define KENPIN_SEVERITY_H

#include "base/base.h"

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR, SEVERITY_CRITICAL };
#define SEVERITY_COUNT 4

extern const char *const severity_names[SEVERITY_COUNT + 1]; /* NULL-terminated */
const char *severity_name(enum severity s);
bool severity_parse(enum severity *out, const char *name) must_check;

#endif
