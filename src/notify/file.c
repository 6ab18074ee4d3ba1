/* Receiver: one JSON line a message at the end of a file. */
#include "base/base.h"
#include "notify/receiver.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"

static int build(const struct receiver *r, const struct message *m, struct buf *body, struct error *e)
{
	(void)r;
	(void)e;
	message_json(body, m);
	buf_addc(body, '\n');
	return 0;
}

static int open_end(const char *path)
{
	return open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

/* Without its last line whole, as after a loss of power, the next would continue it. */
static bool ends_in_line(int fd, off_t size)
{
	char last = '\n';

	return size == 0 || pread(fd, &last, 1, size - 1) != 1 || last == '\n';
}

/* The name of a new file is kept by its folder. */
static int sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* where a folder may not be read, or cannot be synced, nothing more can be done */
	bool failed = fd >= 0 && fsync(fd) != 0 && errno != EINVAL;

	free(folder);
	if (fd >= 0)
		close(fd);
	return failed ? -1 : 0;
}

/* One write with O_APPEND, so that lines of several writers never mix; the lock is for taking a short one back. Text
 * for the outcome, or NULL when it is written. */
static const char *append(int fd, const char *path, struct span line)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct stat st;

	if (fstat(fd, &st) != 0)
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return write(fd, line.p, line.n) == (ssize_t)line.n ? NULL : "the line could not be written whole";
	if (fcntl(fd, F_SETLKW, &lock) != 0 || fstat(fd, &st) != 0)
		return strerror(errno);
	if (!ends_in_line(fd, st.st_size) && write(fd, "\n", 1) != 1)
		return strerror(errno);
	ssize_t n = write(fd, line.p, line.n);
	if (n == (ssize_t)line.n)
		return fsync(fd) == 0 && (st.st_size > 0 || sync_folder(path) == 0) ? NULL : strerror(errno);
	if (n < 0)
		return strerror(errno);
	return ftruncate(fd, st.st_size) == 0 ? "the disk is full"
					      : "the disk is full, and a cut line is left at its end";
}

static void send(struct receiver *r, const struct message *m, struct span body, struct outcome *out)
{
	int fd = open_end(r->config->path);
	const char *why = fd < 0 ? strerror(errno) : append(fd, r->config->path, body);

	(void)m;
	if (why)
		outcome_set(out, VERDICT_RETRY, "%s: %s", r->config->path, why);
	else
		outcome_set(out, VERDICT_SENT, "written");
	if (fd >= 0)
		close(fd);
}

static int check(struct receiver *r, struct error *e)
{
	int fd = open_end(r->config->path);

	if (fd < 0)
		return error_set(e, ERROR_OWED, "%s cannot be written: %s; check the folder and its permissions",
			r->config->path, strerror(errno));
	close(fd);
	return 0;
}

const struct receiver_ops receiver_file = {
	.kind = "file",
	.limits = {.body_bytes = LIMIT_NOTICE_BYTES},
	.resolves = true,
	.build = build,
	.send = send,
	.check = check,
};
