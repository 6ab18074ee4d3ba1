/*
 * What every source includes first: the standard headers, the attributes of
 * the house style, and a ban on functions that cannot be used safely.
 */
#ifndef KENPIN_BASE_H
#define KENPIN_BASE_H

#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define must_check __attribute__((__warn_unused_result__))
#define printf_like(at, first) __attribute__((__format__(__printf__, at, first)))
#define returns_nonnull __attribute__((__returns_nonnull__))
#define maybe_unused __attribute__((__unused__))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Memory that cannot be had ends the process with a message: a run may be
 * killed at any moment without loss, so there is nothing better to do. */
void *xmalloc(size_t size) must_check returns_nonnull;
void *xcalloc(size_t count, size_t size) must_check returns_nonnull;
void *xrealloc(void *old, size_t size) must_check returns_nonnull;
char *xstrdup(const char *text) must_check returns_nonnull;
char *xstrndup(const char *text, size_t len) must_check returns_nonnull;

/* An owned string made by printf; never NULL. */
char *xasprintf(const char *format, ...) must_check printf_like(1, 2);

/* The most memory that the process had so far, bytes. */
int64_t memory_peak(void);

/* No safe use of these exists here; the names make the compiler say so. */
#define BANNED(name) sorry_##name##_is_banned_see_base_h
#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef strtok
#undef gets
#undef atoi
#undef atol
#undef atof
#undef gmtime
#undef localtime
#undef ctime
#undef asctime
#define strcpy(a, b) BANNED(strcpy)
#define strcat(a, b) BANNED(strcat)
#define strncpy(a, b, n) BANNED(strncpy)
#define strncat(a, b, n) BANNED(strncat)
#define sprintf(...) BANNED(sprintf)
#define vsprintf(...) BANNED(vsprintf)
#define strtok(a, b) BANNED(strtok)
#define gets(a) BANNED(gets)
#define atoi(a) BANNED(atoi)
#define atol(a) BANNED(atol)
#define atof(a) BANNED(atof)
#define gmtime(a) BANNED(gmtime)
#define localtime(a) BANNED(localtime)
#define ctime(a) BANNED(ctime)
#define asctime(a) BANNED(asctime)

#endif
