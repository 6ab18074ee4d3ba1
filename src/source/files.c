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

static bool is_data(const char *path)
{
	struct span name = span_of(path);

	drop(&name, packed, ARRAY_LEN(packed));
	return drop(&name, plain, ARRAY_LEN(plain));
}

static void add(struct files *f, char *path)
{
	if (f->count == f->capacity) {
		f->capacity = f->capacity ? f->capacity * 2 : 16;
		f->paths = xrealloc(f->paths, f->capacity * sizeof(*f->paths));
	}
	f->paths[f->count++] = path;
}

static int walk(struct files *f, const char *folder, struct error *e)
{
	DIR *d = opendir(folder);
	struct dirent *entry;
	int result = 0;

	if (d == NULL)
		return error_at(e, ERROR_INCOMPLETE, folder, 0, 0, "the folder cannot be read: %s", strerror(errno));
	while (result == 0 && (entry = readdir(d)) != NULL) {
		struct stat st;
		if (entry->d_name[0] == '.')
			continue;
		char *path = xasprintf("%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", entry->d_name);
		bool known = stat(path, &st) == 0;
		if (known && S_ISDIR(st.st_mode))
			result = walk(f, path, e);
		else if (known && S_ISREG(st.st_mode) && is_data(path)) {
			add(f, path);
			continue;
		}
		free(path);
	}
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

	*f = (struct files){0};
	if (strcmp(path, "-") == 0 || (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))) {
		add(f, xstrdup(path));
		return 0;
	}
	if (stat(path, &st) != 0)
		return error_at(e, ERROR_INCOMPLETE, path, 0, 0, "cannot be read: %s", strerror(errno));
	if (walk(f, path, e) < 0) {
		files_clear(f);
		return -1;
	}
	if (f->count == 0)
		return error_at(
			e, ERROR_INCOMPLETE, path, 0, 0, "the folder holds no *.ndjson, *.jsonl or *.json file");
	qsort(f->paths, f->count, sizeof(*f->paths), by_name);
	return 0;
}

void files_clear(struct files *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->paths[i]);
	free(f->paths);
	*f = (struct files){0};
}
