/*
 * Time and chance, behind a context so that a test or `--now` can set them.
 * Instants are milliseconds since 1970-01-01T00:00:00Z, leap seconds ignored.
 */
#ifndef KENPIN_CLOCK_H
#define KENPIN_CLOCK_H

#include "base/span.h"

struct clock {
	bool fixed; /* `now` stands still at fixed_ms (--now) */
	int64_t fixed_ms;
	uint64_t seed; /* of the jitter; 0 takes one from the system at first use */
};

int64_t clock_now(const struct clock *c);               /* business time, ms */
int64_t clock_monotonic(void);                          /* ms, for durations and budgets */
uint64_t clock_random(struct clock *c, uint64_t below); /* 0 to below - 1, for jitter only */
void clock_sleep(int64_t ms);                           /* ends early when a signal arrives */

/* Civil time, proleptic Gregorian. */
int64_t clock_from_civil(int year, int month, int day); /* days since 1970-01-01 */
void clock_to_civil(int64_t days, int *year, int *month, int *day);

/* RFC 3339 / ISO 8601 text -> instant: a date, or a date and time with an optional
 * fraction and an optional zone (Z, +09:00, +0900); without one ZONE_MINUTES is
 * taken, or the text refused when ZONE_MINUTES is CLOCK_NO_ZONE. Impossible
 * dates are refused. 0 or -1. */
#define CLOCK_NO_ZONE 100000
int clock_parse(int64_t *ms, struct span text, int zone_minutes) must_check;
/* "2026-11-24T18:22:35Z", with ".123" only when there are milliseconds. */
void clock_text(char out[32], int64_t ms);

#endif
