/* Finds data files. */
#include "base/base.h"
#include "source/files.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

static const char *const packed[] = {".gz", ".zst"};
static const char *const plain[] = {".ndjson", ".jsonl", ".json"};

/* Drops the first ending of LIST that NAME has; true when there was one. */
static bool drop(struct span *name, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t n = strlen(list[i]);
		if (name->n > n && memcmp(name->p + name->n - n, list[i], n) == 0) {
			name->n -= n;
			return true;
		}
	}
	return false;
}

struct span files_index(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct span name = span_of(slash ? slash + 1 : path);

	drop(&name, packed, ARRAY_LEN(packed));
	drop(&name, plain, ARRAY_LEN(plain));
	return name;
}

/* A plain *.json is more often one document on many lines, such as a settings file; a packed one is a dump. */
static bool is_data(const char *path)
{
	struct span name = span_of(path);
	bool was_packed = drop(&name, packed, ARRAY_LEN(packed));

	return drop(&name, plain, was_packed ? ARRAY_LEN(plain) : ARRAY_LEN(plain) - 1);
}

static int walk(struct files *f, const char *folder, struct error *e);

static void add(struct files *f, char *path)
{
	if (f->count == f->capacity) {
		f->capacity = f->capacity ? f->capacity * 2 : 16;
		f->paths = xrealloc(f->paths, f->capacity * sizeof(*f->paths));
	}
	f->paths[f->count++] = path;
}

/* A link to a folder is not followed: it may lead back. A data file that cannot be looked at is kept, so that opening
 * it tells. */
static int visit(struct files *f, char *path, struct error *e)
{
	struct stat link, st;
	bool known = lstat(path, &link) == 0 && stat(path, &st) == 0;
	int result = 0;

	if (known && S_ISDIR(st.st_mode)) {
		if (!S_ISLNK(link.st_mode))
			result = walk(f, path, e);
	} else if (is_data(path)) {
		f->bytes += known ? st.st_size : 0;
		add(f, path);
		return 0;
	}
	free(path);
	return result;
}

static int walk(struct files *f, const char *folder, struct error *e)
{
	DIR *d = opendir(folder);
	const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
	struct dirent *entry;
	int result = 0;

	if (d == NULL)
		return error_at(e, ERROR_INCOMPLETE, folder, 0, 0, "the folder cannot be read: %s", strerror(errno));
	while (result == 0 && (entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.')
			result = visit(f, xasprintf("%s%s%s", folder, slash, entry->d_name), e);
	closedir(d);
	return result;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int files_find(struct files *f, const char *path, struct error *e)
{
	struct stat st;
	bool input = strcmp(path, "-") == 0;

	*f = (struct files){.bytes = input ? -1 : 0};
	if (!input && stat(path, &st) != 0)
		return errno == ENOENT
			       ? 0
			       : error_at(e, ERROR_INCOMPLETE, path, 0, 0, "cannot be read: %s", strerror(errno));
	if (input || !S_ISDIR(st.st_mode)) {
		f->bytes = input || !S_ISREG(st.st_mode) ? -1 : st.st_size;
		add(f, xstrdup(path));
		return 1;
	}
	if (walk(f, path, e) < 0) {
		files_clear(f);
		return -1;
	}
	if (f->count > 0)
		qsort(f->paths, f->count, sizeof(*f->paths), by_name);
	return f->count > 0;
}

void files_clear(struct files *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->paths[i]);
	free(f->paths);
	*f = (struct files){.bytes = -1};
}
