/*
 * One line to standard error for each message. What a message quotes from
 * business data cannot steer a terminal or feign a line of its own.
 */
#include "base/base.h"
#include "base/log.h"
#include "base/clock.h"
#include "base/jsonout.h"
#include "base/utf8.h"

#define LINE_MAX_BYTES ((size_t)64 << 10)

static const char *const level_names[] = {"error", "warning", "info", "debug"};

static struct {
	enum log_level least;
	enum log_format format;
	char run_id[64];
	void (*before)(void);
} sink = {.least = LOG_INFO};

void log_configure(enum log_level least, enum log_format format)
{
	sink.least = least;
	sink.format = format;
}

void log_run_id(const char *run_id)
{
	snprintf(sink.run_id, sizeof(sink.run_id), "%s", run_id ? run_id : "");
}

void log_before(void (*hook)(void))
{
	sink.before = hook;
}

/* Adds one code point, or a mark in its place when it would steer a terminal. */
static void add_shown(struct buf *line, const char **p, const char *end)
{
	const char *at = *p;
	uint32_t code = utf8_next(p, end);

	if (code == '\n' && sink.format == LOG_TEXT)
		buf_adds(line, "\n    ");
	else if (code == '\n' || code == '\t')
		buf_addc(line, (char)code);
	else if (code < 0x20 || (code >= 0x7f && code < 0xa0))
		buf_adds(line, "?");
	else
		buf_add(line, at, (size_t)(*p - at));
}

/* Text that is fit to be shown, and valid UTF-8 whatever came in. */
static void add_clean(struct buf *line, struct span text)
{
	while (text.n) {
		ptrdiff_t bad = utf8_invalid(text);
		const char *p = text.p, *end = p + (bad < 0 ? text.n : (size_t)bad);

		while (p < end)
			add_shown(line, &p, end);
		if (bad < 0)
			return;
		buf_adds(line, "\xef\xbf\xbd");
		text.n -= (size_t)bad + 1;
		text.p = end + 1;
	}
}

static void add_json(struct buf *line, enum log_level level, struct span message)
{
	struct jsonout out;
	char when[32];

	clock_text(when, clock_now(&(struct clock){0}));
	jsonout_init(&out, line);
	jsonout_open(&out, '{');
	jsonout_pair(&out, "time", when);
	jsonout_pair(&out, "level", level_names[level]);
	if (sink.run_id[0])
		jsonout_pair(&out, "run", sink.run_id);
	jsonout_pair_span(&out, "message", message);
	jsonout_close(&out, '}');
}

static void add_text(struct buf *line, enum log_level level, struct span message)
{
	if (sink.run_id[0])
		buf_addf(line, "kenpin[%s]: %s: ", sink.run_id, level_names[level]);
	else
		buf_addf(line, "kenpin: %s: ", level_names[level]);
	buf_add_span(line, message);
}

static void put(enum log_level level, const char *format, va_list args) printf_like(2, 0);
static void put(enum log_level level, const char *format, va_list args)
{
	struct buf raw, clean, line;

	if (level > sink.least)
		return;
	buf_init(&raw, LINE_MAX_BYTES);
	buf_init(&clean, LINE_MAX_BYTES * 5);
	buf_init(&line, LINE_MAX_BYTES * 12);
	buf_vaddf(&raw, format, args);
	if (buf_over(&raw))
		buf_adds(&raw, "a message too long to be shown");
	add_clean(&clean, buf_span(&raw));
	if (sink.format == LOG_JSON)
		add_json(&line, level, buf_span(&clean));
	else
		add_text(&line, level, buf_span(&clean));
	buf_addc(&line, '\n');
	if (sink.before)
		sink.before();
	fwrite(line.data, 1, line.len, stderr);
	buf_clear(&raw);
	buf_clear(&clean);
	buf_clear(&line);
}

void log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(LOG_ERROR, format, args);
	va_end(args);
}

void log_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(LOG_WARNING, format, args);
	va_end(args);
}

void log_info(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(LOG_INFO, format, args);
	va_end(args);
}

void log_debug(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(LOG_DEBUG, format, args);
	va_end(args);
}
