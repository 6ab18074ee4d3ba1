/*
 * The log: standard error, as text or JSON lines, the run id in every line.
 * The only global mutable state of the program.
 */
#ifndef KENPIN_LOG_H
#define KENPIN_LOG_H

#include "base/base.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };
enum log_format { LOG_TEXT, LOG_JSON };

void log_configure(enum log_level least, enum log_format format);
void log_run_id(const char *run_id); /* copied; NULL for none */
void log_error(const char *format, ...) printf_like(1, 2);
void log_warning(const char *format, ...) printf_like(1, 2);
void log_info(const char *format, ...) printf_like(1, 2);
void log_debug(const char *format, ...) printf_like(1, 2);
/* Called before a line is written, to take a progress line off the terminal; NULL for none. */
void log_before(void (*hook)(void));

#endif
