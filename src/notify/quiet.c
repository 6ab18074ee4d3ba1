/* Quiet hours: until when a route holds back its messages. Periods are instants, so that a clock that is put back does
 * not begin one again. */
#include "base/base.h"
#include "notify/route.h"

#include "base/zone.h"

#define DAY_MS INT64_C(86400000)
#define PERIODS_MOST 32 /* that may follow one another without a break */

/* The end of the period of Q that AT lies in, or 0. */
static int64_t end_of_period(const struct quiet_config *q, int64_t at)
{
	int64_t local = at + zone_offset(q->zone, at) * 1000;
	int64_t today = local / DAY_MS - (local % DAY_MS < 0);

	for (int64_t day = today - 1; day <= today; day++) {
		unsigned weekday = (unsigned)(((day + 4) % 7 + 7) % 7);

		if (!(q->day_bits >> weekday & 1))
			continue;
		int64_t end = zone_instant(q->zone, day + (q->to_ms <= q->from_ms), q->to_ms);
		if (zone_instant(q->zone, day, q->from_ms) <= at && at < end)
			return end;
	}
	return 0;
}

static int64_t latest_end(const struct route_config *route, enum severity severity, int64_t at)
{
	int64_t latest = 0;

	for (size_t i = 0; i < route->quiet.count; i++) {
		const struct quiet_config *q = route->quiet.items[i];
		int64_t end = q->except_bits >> severity & 1 ? 0 : end_of_period(q, at);

		latest = end > latest ? end : latest;
	}
	return latest;
}

int64_t route_quiet_until(const struct route_config *route, enum severity severity, int64_t now)
{
	int64_t until = 0, next = now;

	for (int i = 0; i < PERIODS_MOST && (next = latest_end(route, severity, next)) != 0; i++)
		until = next;
	return until;
}
