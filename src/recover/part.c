/* The numbered files of one role in a manifest. */
#include "base/base.h"
#include "recover/part.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/str.h"
#include "recover/folder.h"

void part_name(char out[PART_NAME_CHARS], enum line_role role, size_t number)
{
	snprintf(out, PART_NAME_CHARS, "%s-%04zu.jsonl", line_role_names[role], number);
}

void parts_init(struct parts *p, enum line_role role)
{
	*p = (struct parts){.role = role, .fd = -1, .sha = sha_new()};
}

void parts_clear(struct parts *p)
{
	if (p->fd >= 0)
		close(p->fd);
	sha_free(p->sha);
	free(p->files);
}

static struct part_file *last(struct parts *p)
{
	return &p->files[p->count - 1];
}

static int fail(struct parts *p, struct error *e)
{
	return error_at(e, ERROR_OWED, last(p)->name, 0, 0, "the file cannot be written: %s", strerror(errno));
}

static int open_next(struct parts *p, const char *folder, struct error *e)
{
	char *path;

	if (p->count == p->capacity) {
		p->capacity = p->capacity ? p->capacity * 2 : 4;
		p->files = xrealloc(p->files, p->capacity * sizeof(*p->files));
	}
	p->files[p->count++] = (struct part_file){.lines = 0};
	part_name(last(p)->name, p->role, p->count);
	path = xasprintf("%s/%s", folder, last(p)->name);
	p->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	free(path);
	sha_reset(p->sha);
	return p->fd >= 0 ? 0 : fail(p, e);
}

int parts_close(struct parts *p, struct error *e)
{
	unsigned char digest[SHA_BYTES];
	int result;

	if (p->fd < 0)
		return 0;
	result = fsync(p->fd) == 0 ? 0 : fail(p, e);
	close(p->fd);
	p->fd = -1;
	sha_end(p->sha, digest);
	str_hex(last(p)->sha256, digest, SHA_BYTES);
	return result;
}

int parts_add(struct parts *p, const char *folder, struct span line, struct error *e)
{
	if (p->fd >= 0 && last(p)->lines == LIMIT_MANIFEST_LINES && parts_close(p, e) < 0)
		return -1;
	if (p->fd < 0 && open_next(p, folder, e) < 0)
		return -1;
	if (folder_write_all(p->fd, line) < 0)
		return fail(p, e);
	sha_add(p->sha, line.p, line.n);
	last(p)->lines++;
	last(p)->bytes += (int64_t)line.n;
	return 0;
}
