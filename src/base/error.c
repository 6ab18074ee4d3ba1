/*
 * Errors as values. It must not know who makes them, only how they are worded
 * and which exit code they lead to.
 */
#include "base/base.h"
#include "base/error.h"
#include "base/log.h"
#include "base/utf8.h"

/* Puts TEXT of SIZE bytes, cut on a character and marked when it is too long. */
static void put_cut(char *out, size_t size, const char *text, size_t len)
{
	static const char mark[] = "...";

	if (len < size) {
		memmove(out, text, len + 1);
		return;
	}
	len = utf8_cut((struct span){text, len}, size - sizeof(mark)).n;
	memmove(out, text, len);
	memcpy(out + len, mark, sizeof(mark));
}

static void put_message(struct error *e, const char *format, va_list args)
{
	/* One more than fits, so that a cut is noticed. */
	char text[sizeof(e->message) + 4];
	int len = vsnprintf(text, sizeof(text), format, args);

	if (len < 0)
		len = 0;
	if ((size_t)len >= sizeof(text))
		len = (int)sizeof(text) - 1;
	text[len] = '\0';
	put_cut(e->message, sizeof(e->message), text, (size_t)len);
}

int error_set(struct error *e, enum error_kind kind, const char *format, ...)
{
	va_list args;

	e->kind = kind;
	e->line = e->column = 0;
	e->path[0] = '\0';
	va_start(args, format);
	put_message(e, format, args);
	va_end(args);
	return -1;
}

int error_at(struct error *e, enum error_kind kind, const char *path, int line, int column, const char *format, ...)
{
	va_list args;

	e->kind = kind;
	e->line = line;
	e->column = column;
	put_cut(e->path, sizeof(e->path), path ? path : "", path ? strlen(path) : 0);
	va_start(args, format);
	put_message(e, format, args);
	va_end(args);
	return -1;
}

int error_prefix(struct error *e, const char *format, ...)
{
	struct error before = {0};
	char text[sizeof(e->message) * 2];
	va_list args;
	int len;

	va_start(args, format);
	put_message(&before, format, args);
	va_end(args);
	len = snprintf(text, sizeof(text), "%s%s", before.message, e->message);
	put_cut(e->message, sizeof(e->message), text, len < 0 ? 0 : (size_t)len);
	return -1;
}

enum exit_code error_exit_code(enum error_kind kind)
{
	switch (kind) {
	case ERROR_NONE: return EXIT_DONE;
	case ERROR_USAGE: return EXIT_CONFIG;
	case ERROR_CONFIG: return EXIT_CONFIG;
	case ERROR_STATE: return EXIT_STATE;
	case ERROR_LEASE: return EXIT_LEASE;
	case ERROR_INCOMPLETE: return EXIT_INCOMPLETE;
	case ERROR_OWED: return EXIT_OWED;
	}
	return EXIT_INCOMPLETE;
}

enum exit_code exit_worse(enum exit_code a, enum exit_code b)
{
	static const enum exit_code order[] = {
		EXIT_CONFIG, EXIT_STATE, EXIT_LEASE, EXIT_INCOMPLETE, EXIT_OWED, EXIT_FOUND, EXIT_DONE};

	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		if (a == order[i] || b == order[i])
			return order[i];
	}
	return a;
}

void error_print(const struct error *e)
{
	if (e->path[0] == '\0')
		log_error("%s", e->message);
	else if (e->line <= 0)
		log_error("%s: %s", e->path, e->message);
	else if (e->column <= 0)
		log_error("%s:%d: %s", e->path, e->line, e->message);
	else
		log_error("%s:%d:%d: %s", e->path, e->line, e->column, e->message);
}
