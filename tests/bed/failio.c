/*
 * A disk that fails, for any program: loaded by LD_PRELOAD, it makes calls on
 * chosen files fail. It knows nothing of the program.
 *
 *   FAILIO=CALL:ERROR:PART:SKIP:COUNT
 *
 * CALL is open (for writing), write, sync or truncate; ERROR is ENOSPC, EIO, EROFS or EACCES;
 * calls on files whose path holds PART are counted, the first SKIP succeed, then COUNT fail
 * (-1: all). cc -shared -fPIC -o failio.so failio.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static struct {
	char call[16], part[128];
	int error;
	long skip, count, seen;
	int read;
} plan;

static int error_of(const char *name)
{
	static const struct {
		const char *name;
		int error;
	} errors[] = {{"ENOSPC", ENOSPC}, {"EIO", EIO}, {"EROFS", EROFS}, {"EACCES", EACCES}};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strcmp(name, errors[i].name) == 0)
			return errors[i].error;
	fprintf(stderr, "failio: unknown error %s\n", name);
	abort();
}

static void read_plan(void)
{
	const char *text = getenv("FAILIO");
	char error[16];

	plan.read = 1;
	if (text == NULL)
		return;
	if (sscanf(text, "%15[^:]:%15[^:]:%127[^:]:%ld:%ld", plan.call, error, plan.part, &plan.skip, &plan.count) !=
		5) {
		fprintf(stderr, "failio: FAILIO is CALL:ERROR:PART:SKIP:COUNT, not %s\n", text);
		abort();
	}
	plan.error = error_of(error);
}

/* Whether this call on PATH fails; errno is set then. */
static int fails(const char *call, const char *path)
{
	if (!plan.read)
		read_plan();
	if (strcmp(call, plan.call) != 0 || strstr(path, plan.part) == NULL)
		return 0;
	long past = plan.seen++ - plan.skip;
	if (past < 0 || (plan.count >= 0 && past >= plan.count))
		return 0;
	errno = plan.error;
	return 1;
}

static int fails_on(const char *call, int fd)
{
	char name[64], path[4096];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	ssize_t n = readlink(name, path, sizeof(path) - 1);
	if (n < 0)
		return 0;
	path[n] = '\0';
	return fails(call, path);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define OPEN(name)                                                                                                     \
	int name(const char *path, int flags, ...)                                                                     \
	{                                                                                                              \
		va_list args;                                                                                          \
		va_start(args, flags);                                                                                 \
		mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;                                              \
		va_end(args);                                                                                          \
		if ((flags & O_ACCMODE) != O_RDONLY && fails("open", path))                                            \
			return -1;                                                                                     \
		return NEXT(name)(path, flags, mode);                                                                  \
	}
OPEN(open)
OPEN(open64)

ssize_t pwrite(int fd, const void *data, size_t n, off_t at)
{
	return fails_on("write", fd) ? -1 : NEXT(pwrite)(fd, data, n, at);
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at)
{
	return fails_on("write", fd) ? -1 : NEXT(pwrite64)(fd, data, n, at);
}

int fsync(int fd)
{
	return fails_on("sync", fd) ? -1 : NEXT(fsync)(fd);
}

int fdatasync(int fd)
{
	return fails_on("sync", fd) ? -1 : NEXT(fdatasync)(fd);
}

int ftruncate(int fd, off_t length)
{
	return fails_on("truncate", fd) ? -1 : NEXT(ftruncate)(fd, length);
}

int ftruncate64(int fd, off64_t length)
{
	return fails_on("truncate", fd) ? -1 : NEXT(ftruncate64)(fd, length);
}
