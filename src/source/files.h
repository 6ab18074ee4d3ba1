/*
 * The files of an NDJSON source: one, or all below a folder, in sorted order.
 */
#ifndef KENPIN_FILES_H
#define KENPIN_FILES_H

#include "base/error.h"
#include "base/span.h"

struct files {
	char **paths;
	size_t count, capacity;
	int64_t bytes; /* of all together; -1 when not known */
};

/* PATH: a file, "-", or a folder (all *.ndjson and *.jsonl below it, and these and *.json with .gz or .zst; hidden ones
 * are left out). 1; 0 when nothing is there; -1. */
int files_find(struct files *f, const char *path, struct error *e) must_check;
void files_clear(struct files *f);
/* The file's name without folders and endings: what stands for an index. */
struct span files_index(const char *path);

#endif
