/*
 * Severities by name.
 */
#include "base/base.h"
#include "model/severity.h"

const char *const severity_names[SEVERITY_COUNT + 1] = {"info", "warning", "error", "critical", NULL};

const char *severity_name(enum severity s)
{
	return severity_names[s];
}

bool severity_parse(enum severity *out, const char *name)
{
	for (int i = 0; i < SEVERITY_COUNT; i++) {
		if (strcmp(name, severity_names[i]) == 0) {
			*out = (enum severity)i;
			return true;
		}
	}
	return false;
}
