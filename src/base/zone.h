/*
 * Time zones by name, out of the system's time zone files (TZif, RFC 9636).
 *
 * They are read here and not by setting TZ for localtime: that changes the
 * whole process (and the environment under the feet of threads that libraries
 * start), and takes a name that it does not know for UTC without a word, which
 * would hold messages back at the wrong hours. A zone is immutable.
 */
#ifndef KENPIN_ZONE_H
#define KENPIN_ZONE_H

#include "base/arena.h"
#include "base/error.h"

struct zone;

/* NAME as in "Asia/Tokyo" or "UTC", or an offset: "+09:00". In ARENA; NULL with *E (ERROR_CONFIG) when there is none.
 */
const struct zone *zone_read(struct arena *arena, const char *name, struct error *e) must_check;
/* The same out of the bytes of a file. */
const struct zone *zone_parse(struct arena *arena, struct span file, struct error *e) must_check;

/* Seconds east of UTC at the instant MS. */
int64_t zone_offset(const struct zone *z, int64_t ms);
/* The first instant at which clocks there show the day DAYS (since 1970-01-01) and MS_OF_DAY; for a time that is passed
 * over when clocks are put forward, the instant at which they are. */
int64_t zone_instant(const struct zone *z, int64_t days, int64_t ms_of_day);

#endif
