/*
 * What every kind of source begins with, and what kinds share.
 */
#ifndef KENPIN_SOURCE_PRIVATE_H
#define KENPIN_SOURCE_PRIVATE_H

#include "source/source.h"

struct source {
	const struct source_ops *ops;
	const struct source_config *config;
	const struct source_context *context;
};

struct source_scan {
	struct source *source;
	const struct source_request *request;
	struct source_verdict verdict; /* `complete` and `why` are settled by source_incomplete and at the end */
	bool ended;
	int64_t expected;
	source_broken *report;
	void *arg;
};

/* Keeps the first reason. */
void source_incomplete(struct source_scan *scan, const char *format, ...) printf_like(2, 3);
/* Counts and reports a document or line that could not be read. */
void source_report_broken(struct source_scan *scan, const char *place, int64_t line, int column, const char *why);

#endif
