/* Folders that appear whole or not at all. */
#include "base/base.h"
#include "recover/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"

#define HIDDEN ".manifest-" /* followed by process id, "-", a number */
#define HIDDEN_TRIES 1000

static int fail(struct error *e, const char *path, const char *what)
{
	return error_at(e, ERROR_OWED, path, 0, 0, "%s: %s", what, strerror(errno));
}

static int make_one(const char *path)
{
	struct stat st;

	if (mkdir(path, 0777) == 0 || (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode)))
		return 0;
	return -1;
}

int folder_make(const char *path, struct error *e)
{
	char *part = xstrdup(path);
	int result = 0;

	for (char *p = part; result == 0 && *p; p++) {
		if (*p != '/' || p == part)
			continue;
		*p = '\0';
		result = make_one(part);
		*p = '/';
	}
	if (result == 0)
		result = make_one(part);
	free(part);
	return result == 0 ? 0 : fail(e, path, "the folder cannot be made");
}

char *folder_hidden(const char *parent, struct error *e)
{
	for (int i = 0; i < HIDDEN_TRIES; i++) {
		char *path = xasprintf("%s/" HIDDEN "%ld-%d", parent, (long)getpid(), i);

		if (mkdir(path, 0777) == 0)
			return path;
		free(path);
		if (errno != EEXIST)
			break;
	}
	fail(e, parent, "no temporary folder can be made in it");
	return NULL;
}

void folder_remove(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			unlinkat(dirfd(dir), entry->d_name, 0);
	}
	if (dir)
		closedir(dir);
	rmdir(path);
}

/* A number that this process shares with the one that made the folder tells nothing: ids come round again, and in
 * containers at once. */
static bool maker_is_dead(const char *name)
{
	long pid = strtol(name + sizeof(HIDDEN) - 1, NULL, 10);

	return pid > 0 && (pid == (long)getpid() || (kill((pid_t)pid, 0) != 0 && errno == ESRCH));
}

static bool is_stale(DIR *dir, const char *name)
{
	struct stat st;

	if (strncmp(name, HIDDEN, sizeof(HIDDEN) - 1) != 0 || fstatat(dirfd(dir), name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	return S_ISDIR(st.st_mode) && maker_is_dead(name) &&
	       clock_now(&(struct clock){0}) - (int64_t)st.st_mtime * 1000 > LIMIT_MANIFEST_STALE_MS;
}

void folder_sweep(const char *parent)
{
	DIR *dir = opendir(parent);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) != NULL) {
		if (is_stale(dir, entry->d_name)) {
			char *path = xasprintf("%s/%s", parent, entry->d_name);

			folder_remove(path);
			free(path);
		}
	}
	if (dir)
		closedir(dir);
}

int folder_sync(const char *path, struct error *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* some file systems cannot sync a folder, and say so by EINVAL */
	bool failed = fd < 0 || (fsync(fd) != 0 && errno != EINVAL);

	if (failed)
		fail(e, path, "the folder cannot be synced");
	if (fd >= 0)
		close(fd);
	return failed ? -1 : 0;
}

int folder_write_all(int fd, struct span text)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);

		if (n > 0)
			text = (struct span){text.p + n, text.n - (size_t)n};
		else if (n == 0 || errno != EINTR)
			return -1;
	}
	return 0;
}

int folder_write(const char *path, struct span text, struct error *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	bool failed = fd < 0 || folder_write_all(fd, text) != 0 || fsync(fd) != 0;

	if (failed)
		fail(e, path, "the file cannot be written");
	if (fd >= 0)
		close(fd);
	return failed ? -1 : 0;
}
