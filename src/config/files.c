/*
 * Finding and reading the files of a project. It must not know what they hold.
 */
#include "base/base.h"
#include "config/project_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"

int read_text_file(struct arena *arena, const char *path, struct span *text, struct error *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct buf all;
	ssize_t got = -1;
	char *room;

	if (fd < 0)
		return error_set(e, ERROR_CONFIG, "%s cannot be opened: %s", path, strerror(errno));
	buf_init(&all, LIMIT_CONFIG_BYTES);
	while ((room = buf_reserve(&all, 4096)) != NULL && (got = read(fd, room, 4096)) > 0)
		all.len += (size_t)got;
	if (!room)
		error_set(e, ERROR_CONFIG, "%s is larger than LIMIT_CONFIG_BYTES (%u)", path, LIMIT_CONFIG_BYTES);
	else if (got < 0)
		error_set(e, ERROR_CONFIG, "%s cannot be read: %s", path, strerror(errno));
	else
		*text = arena_span(arena, buf_span(&all));
	close(fd);
	buf_clear(&all);
	return room && got == 0 ? 0 : -1;
}

static bool has_ending(const char *path, const char *ending)
{
	size_t n = strlen(path), m = strlen(ending);

	return n > m && strcmp(path + n - m, ending) == 0;
}

bool file_identify(struct file_id *id, const char *path)
{
	struct stat s;

	if (stat(path, &s) < 0)
		return false;
	*id = (struct file_id){s.st_dev, s.st_ino};
	return true;
}

bool file_same(const struct file_id *a, const struct file_id *b)
{
	return a->device == b->device && a->inode == b->inode;
}

/* The folders that are open now, so that a link to one of them ends. */
struct folder {
	const struct folder *parent;
	struct file_id id;
};

struct lister {
	struct arena *arena;
	const char *const *endings;
	struct texts *out;
	size_t capacity;
	struct error *e;
};

static int list_folder(struct lister *l, const char *path, const struct folder *parent);

static bool is_open(const struct folder *f, const struct file_id *id)
{
	for (; f; f = f->parent)
		if (file_same(&f->id, id))
			return true;
	return false;
}

static int add_file(struct lister *l, const char *path)
{
	for (const char *const *ending = l->endings; *ending; ending++) {
		if (!has_ending(path, *ending))
			continue;
		if (l->out->count == LIMIT_PROJECT_FILES)
			return error_set(
				l->e, ERROR_CONFIG, "more than LIMIT_PROJECT_FILES (%d) files", LIMIT_PROJECT_FILES);
		l->out->items =
			arena_grow(l->arena, l->out->items, l->out->count, &l->capacity, sizeof(*l->out->items));
		l->out->items[l->out->count++] = path;
		break;
	}
	return 0;
}

static int add_entry(struct lister *l, const char *path, const struct folder *parent)
{
	struct stat s;

	/* A link to nothing is reported by whoever opens it. */
	if (stat(path, &s) < 0 || !S_ISDIR(s.st_mode))
		return add_file(l, path);
	return is_open(parent, &(struct file_id){s.st_dev, s.st_ino}) ? 0 : list_folder(l, path, parent);
}

static int list_folder(struct lister *l, const char *path, const struct folder *parent)
{
	struct folder here = {.parent = parent};
	struct dirent *entry;
	int result = 0;
	DIR *dir = opendir(path);

	if (!dir)
		return errno == ENOENT && !parent
			       ? 0
			       : error_set(l->e, ERROR_CONFIG, "%s cannot be read: %s", path, strerror(errno));
	if (!file_identify(&here.id, path)) {
		closedir(dir);
		return error_set(l->e, ERROR_CONFIG, "%s cannot be read", path);
	}
	while (result == 0 && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] != '.')
			result = add_entry(l, arena_printf(l->arena, "%s/%s", path, entry->d_name), &here);
	}
	closedir(dir);
	return result;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int list_files(struct arena *arena, const char *folder, const char *const *endings, struct texts *out, struct error *e)
{
	struct lister l = {.arena = arena, .endings = endings, .out = out, .e = e};

	*out = (struct texts){0};
	if (list_folder(&l, folder, NULL) < 0)
		return -1;
	if (out->count > 1)
		qsort(out->items, out->count, sizeof(*out->items), compare);
	return 0;
}
