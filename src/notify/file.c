/* Receiver: one JSON line a message at the end of a file. */
#include "base/base.h"
#include "notify/receiver.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int build(const struct receiver *r, const struct message *m, struct buf *body, struct error *e)
{
	(void)r;
	(void)e;
	message_json(body, m);
	buf_addc(body, '\n');
	return 0;
}

/* One write with O_APPEND, so that lines of several writers never mix; a short write is taken back. */
static void send(struct receiver *r, const struct message *m, struct span body, struct outcome *out)
{
	int fd = open(r->config->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

	(void)m;
	if (fd < 0) {
		outcome_set(out, VERDICT_RETRY, "%s: %s", r->config->path, strerror(errno));
		return;
	}
	off_t before = lseek(fd, 0, SEEK_END);
	ssize_t n = write(fd, body.p, body.n);
	if (n == (ssize_t)body.n && fsync(fd) == 0) {
		outcome_set(out, VERDICT_SENT, "written");
	} else {
		outcome_set(
			out, VERDICT_RETRY, "%s: %s", r->config->path, n < 0 ? strerror(errno) : "the disk is full");
		if (n > 0 && ftruncate(fd, before) != 0)
			outcome_set(out, VERDICT_RETRY, "%s: a cut line is left at its end", r->config->path);
	}
	close(fd);
}

static int check(struct receiver *r, struct error *e)
{
	int fd = open(r->config->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

	if (fd < 0)
		return error_set(e, ERROR_OWED, "%s cannot be written: %s; check the folder and its permissions",
			r->config->path, strerror(errno));
	close(fd);
	return 0;
}

const struct receiver_ops receiver_file = {
	.kind = "file", .resolves = true, .build = build, .send = send, .check = check};
