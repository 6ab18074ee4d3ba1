/*
 * References to secrets and the values behind them. No value may get into a
 * message: what is wrong is said of the reference.
 */
#include "base/base.h"
#include "config/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"

static bool variable_name(const char *name)
{
	size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

	return n > 0 && name[n] == '\0' && !(name[0] >= '0' && name[0] <= '9');
}

bool secret_parse(struct secret *out, const char *text)
{
	*out = (struct secret){0};
	if (strncmp(text, "env:", 4) == 0 && variable_name(text + 4))
		*out = (struct secret){SECRET_ENV, text + 4};
	else if (strncmp(text, "file:", 5) == 0 && text[5])
		*out = (struct secret){SECRET_FILE, text + 5};
	return out->from != SECRET_NONE;
}

static int read_all(struct buf *out, const char *path, struct error *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = -1;
	char *room;

	if (fd < 0)
		return error_set(e, ERROR_CONFIG, "secret file:%s cannot be opened: %s", path, strerror(errno));
	while ((room = buf_reserve(out, 4096)) != NULL && (got = read(fd, room, 4096)) > 0)
		out->len += (size_t)got;
	if (!room)
		error_set(e, ERROR_CONFIG, "secret file:%s is larger than LIMIT_SECRET_BYTES (%u)", path,
			LIMIT_SECRET_BYTES);
	else if (got < 0)
		error_set(e, ERROR_CONFIG, "secret file:%s cannot be read: %s", path, strerror(errno));
	close(fd);
	return room && got == 0 ? 0 : -1;
}

/* A value goes into headers and bodies, where a line break would begin something else. */
static const char *check_value(const struct secret *s, struct span value, struct arena *arena, struct error *e)
{
	const char *kind = s->from == SECRET_ENV ? "env" : "file";

	if (value.n == 0) {
		error_set(e, ERROR_CONFIG, "secret %s:%s is empty", kind, s->name);
		return NULL;
	}
	for (size_t i = 0; i < value.n; i++) {
		if ((unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7f) {
			error_set(
				e, ERROR_CONFIG, "secret %s:%s holds a line break or control character", kind, s->name);
			return NULL;
		}
	}
	return arena_strndup(arena, value.p, value.n);
}

static const char *file_value(const struct secret *s, struct arena *arena, struct error *e)
{
	const char *value = NULL;
	struct buf text;

	/* Room for the last read, which finds the end. */
	buf_init(&text, LIMIT_SECRET_BYTES + 4096);
	if (read_all(&text, s->name, e) == 0) {
		struct span all = buf_span(&text);

		if (all.n > 0 && all.p[all.n - 1] == '\n')
			all.n--;
		if (all.n > 0 && all.p[all.n - 1] == '\r')
			all.n--;
		value = check_value(s, all, arena, e);
	}
	buf_clear(&text);
	return value;
}

const char *secret_value(const struct secret *s, struct arena *arena, struct error *e)
{
	const char *value;

	if (s->from == SECRET_FILE)
		return file_value(s, arena, e);
	if (s->from == SECRET_NONE) {
		error_set(e, ERROR_CONFIG, "no secret is configured");
		return NULL;
	}
	value = getenv(s->name);
	if (!value) {
		error_set(e, ERROR_CONFIG, "secret env:%s: the environment variable is not set", s->name);
		return NULL;
	}
	return check_value(s, span_of(value), arena, e);
}
