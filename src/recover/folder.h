/*
 * Folders that appear whole or not at all: made under a hidden name, synced,
 * renamed. It must not know what the files in them say.
 */
#ifndef KENPIN_FOLDER_H
#define KENPIN_FOLDER_H

#include "base/error.h"
#include "base/span.h"

/* Makes PATH with its parents; one that is there already is fine. */
int folder_make(const char *path, struct error *e) must_check;
/* A new empty folder in PARENT, hidden, named after this process; the owned path or NULL. */
char *folder_hidden(const char *parent, struct error *e) must_check;
/* Removes hidden folders that dead processes left in PARENT more than LIMIT_MANIFEST_STALE_MS ago. */
void folder_sweep(const char *parent);
/* Removes a folder and the files in it. */
void folder_remove(const char *path);
/* Makes what was done in the folder last: new names, renames. */
int folder_sync(const char *path, struct error *e) must_check;
/* Writes a whole new file, synced. */
int folder_write(const char *path, struct span text, struct error *e) must_check;
/* Writes all of TEXT; -1 with errno set. */
int folder_write_all(int fd, struct span text) must_check;

#endif
