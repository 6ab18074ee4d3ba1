/*
 * Instants, civil dates and chance. It must not know time zones by name: a
 * zone is minutes east of UTC.
 */
#include "base/base.h"
#include "base/clock.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#define DAY_MS INT64_C(86400000)

static int64_t read_clock(clockid_t id)
{
	struct timespec t = {0};

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_now(const struct clock *c)
{
	return c->fixed ? c->fixed_ms : read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

void clock_sleep(int64_t ms)
{
	struct timespec t;

	if (ms <= 0)
		return;
	t.tv_sec = (time_t)(ms / 1000);
	t.tv_nsec = (long)(ms % 1000) * 1000000;
	nanosleep(&t, NULL);
}

static uint64_t system_seed(void)
{
	uint64_t seed = 0;
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		if (read(fd, &seed, sizeof(seed)) != (ssize_t)sizeof(seed))
			seed = 0;
		close(fd);
	}
	/* Jitter is no secret: a container without the device gets a weaker seed. */
	if (seed == 0) {
		struct timespec t = {0};

		clock_gettime(CLOCK_REALTIME, &t);
		seed = (uint64_t)t.tv_sec << 30 ^ (uint64_t)t.tv_nsec ^ (uint64_t)getpid() << 44 ^ 1;
	}
	return seed;
}

uint64_t clock_random(struct clock *c, uint64_t below)
{
	uint64_t z;

	if (c->seed == 0)
		c->seed = system_seed();
	/* splitmix64, then scaled by the high half of a product */
	c->seed += 0x9e3779b97f4a7c15u;
	z = c->seed;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	z ^= z >> 31;
	return (uint64_t)((unsigned __int128)z * below >> 64);
}

/* Days and dates by eras of 400 years that begin on the first of March. */
#define ERA_DAYS 146097
#define EPOCH_DAYS 719468 /* from 0000-03-01 to 1970-01-01 */

int64_t clock_from_civil(int year, int month, int day)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400, year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH_DAYS;
}

void clock_to_civil(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + EPOCH_DAYS, era = (z >= 0 ? z : z - (ERA_DAYS - 1)) / ERA_DAYS;
	int64_t day_of_era = z - era * ERA_DAYS;
	int64_t y = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * day_of_year + 2) / 153;

	*day = (int)(day_of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}

/* Exactly COUNT digits, taken off the front of TEXT. */
static bool take_digits(int *out, struct span *text, size_t count)
{
	int n = 0;

	if (text->n < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		int digit = text->p[i] - '0';

		if (digit < 0 || digit > 9)
			return false;
		n = n * 10 + digit;
	}
	*out = n;
	*text = (struct span){text->p + count, text->n - count};
	return true;
}

static bool take_char(struct span *text, const char *any)
{
	if (text->n == 0 || text->p[0] == '\0' || !strchr(any, text->p[0]))
		return false;
	*text = (struct span){text->p + 1, text->n - 1};
	return true;
}

static bool take_date(int64_t *days, struct span *text)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year, month, day, length;

	if (!take_digits(&year, text, 4) || !take_char(text, "-") || !take_digits(&month, text, 2) ||
		!take_char(text, "-") || !take_digits(&day, text, 2))
		return false;
	if (month < 1 || month > 12)
		return false;
	length = lengths[month - 1];
	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		length++;
	if (day < 1 || day > length)
		return false;
	*days = clock_from_civil(year, month, day);
	return true;
}

/* After the point: as many digits as there are, the first three count. */
static bool take_fraction(int *ms, struct span *text)
{
	int digits = 0, digit;

	*ms = 0;
	for (; take_digits(&digit, text, 1); digits++) {
		if (digits < 3)
			*ms = *ms * 10 + digit;
	}
	for (int i = digits; i < 3; i++)
		*ms *= 10;
	return digits > 0;
}

/* Time of day in ms; *LEAP when it is a second 60, counted as 59. */
static bool take_time(int64_t *ms, bool *leap, struct span *text)
{
	int hour, minute, second = 0, fraction = 0;

	if (!take_digits(&hour, text, 2) || !take_char(text, ":") || !take_digits(&minute, text, 2))
		return false;
	if (take_char(text, ":")) {
		if (!take_digits(&second, text, 2))
			return false;
		if (take_char(text, ".") && !take_fraction(&fraction, text))
			return false;
	}
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	*leap = second == 60;
	*ms = ((hour * 60 + minute) * 60 + second - *leap) * INT64_C(1000) + fraction;
	return true;
}

/* The zone at the end of TEXT; *MINUTES is left alone when there is none. */
static bool take_zone(int *minutes, struct span *text)
{
	int hour, minute;
	bool west;

	if (text->n == 0)
		return true;
	if (take_char(text, "Zz")) {
		*minutes = 0;
		return true;
	}
	west = text->p[0] == '-';
	if (!take_char(text, "+-") || !take_digits(&hour, text, 2))
		return false;
	take_char(text, ":");
	if (!take_digits(&minute, text, 2) || hour > 23 || minute > 59)
		return false;
	*minutes = west ? -(hour * 60 + minute) : hour * 60 + minute;
	return true;
}

int clock_parse(int64_t *ms, struct span text, int zone_minutes)
{
	int64_t days, time = 0, at;
	bool leap = false;

	if (!take_date(&days, &text))
		return -1;
	if (take_char(&text, "Tt ")) {
		if (!take_time(&time, &leap, &text) || !take_zone(&zone_minutes, &text))
			return -1;
	}
	if (text.n || zone_minutes == CLOCK_NO_ZONE)
		return -1;
	at = days * DAY_MS + time - zone_minutes * INT64_C(60000);
	/* A leap second ends a day of UTC; it is the same instant as the next second. */
	if (leap) {
		if ((at / 1000 + 1) % 86400 != 0)
			return -1;
		at += 1000;
	}
	*ms = at;
	return 0;
}

void clock_text(char out[32], int64_t ms)
{
	int rest = (int)(ms % DAY_MS) + (ms % DAY_MS < 0 ? (int)DAY_MS : 0), year, month, day;
	int64_t days = ms / DAY_MS - (ms % DAY_MS < 0);
	int second = rest / 1000, fraction = rest % 1000, n;

	clock_to_civil(days, &year, &month, &day);
	n = snprintf(out, 32, "%04d-%02u-%02uT%02u:%02u:%02u", year, (unsigned)month % 100, (unsigned)day % 100,
		(unsigned)second / 3600 % 100, (unsigned)second / 60 % 60, (unsigned)second % 60);
	if (fraction)
		n += snprintf(out + n, 32 - (size_t)n, ".%03u", (unsigned)fraction % 1000);
	snprintf(out + n, 32 - (size_t)n, "Z");
}
