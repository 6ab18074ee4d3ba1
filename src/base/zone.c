/* Time zone files: a table of changes, and a rule for the time after the last one. */
#include "base/base.h"
#include "base/zone.h"

#include <errno.h>

#include "base/clock.h"
#include "base/limits.h"

#define DAY INT64_C(86400)
#define HEADER_BYTES 44
#define OFFSET_MOST (26 * 3600) /* RFC 9636, 3.2: within -25:59:59 and 25:59:59 */

/* When a half of the year begins. */
struct turn {
	enum { MONTH_WEEK_DAY, DAY_WITHOUT_LEAP, DAY_OF_YEAR } kind;
	int month, week, day;
	int64_t time; /* seconds of the local day; may lie outside of it */
};

struct zone {
	int64_t *changes; /* seconds, ascending */
	int32_t *offsets; /* from each change on */
	size_t count;
	int32_t first; /* before the first change */
	bool ruled;    /* the time after the last one has a rule */
	int64_t standard, summer;
	bool has_summer;
	struct turn begin, end; /* of summer */
};

/* ---- the rule: a TZ string of POSIX, "CET-1CEST,M3.5.0,M10.5.0/3" ---- */

static bool take(const char **p, char c)
{
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

static bool take_number(const char **p, int *out, int most)
{
	int n = 0;

	if (**p < '0' || **p > '9')
		return false;
	for (; **p >= '0' && **p <= '9'; (*p)++) {
		n = n * 10 + (**p - '0');
		if (n > most)
			return false;
	}
	*out = n;
	return true;
}

static bool take_letters(const char **p)
{
	const char *start = *p;

	if (take(p, '<')) {
		while (**p != '\0' && **p != '>')
			(*p)++;
		return take(p, '>');
	}
	while ((**p >= 'A' && **p <= 'Z') || (**p >= 'a' && **p <= 'z'))
		(*p)++;
	return *p - start >= 3;
}

/* [+-]h[h[h]][:mm[:ss]] in seconds */
static bool take_time(const char **p, int64_t *out, int most_hours)
{
	bool minus = take(p, '-');
	int hours, minutes = 0, seconds = 0;

	if (!minus)
		take(p, '+');
	if (!take_number(p, &hours, most_hours))
		return false;
	if (take(p, ':') && (!take_number(p, &minutes, 59) || (take(p, ':') && !take_number(p, &seconds, 59))))
		return false;
	*out = (hours * INT64_C(60) + minutes) * 60 + seconds;
	if (minus)
		*out = -*out;
	return true;
}

static bool take_turn(const char **p, struct turn *t)
{
	*t = (struct turn){.time = 2 * 3600};
	if (!take(p, ','))
		return false;
	if (take(p, 'M')) {
		t->kind = MONTH_WEEK_DAY;
		if (!take_number(p, &t->month, 12) || !take(p, '.') || !take_number(p, &t->week, 5) || !take(p, '.') ||
			!take_number(p, &t->day, 6) || t->month == 0 || t->week == 0)
			return false;
	} else {
		t->kind = take(p, 'J') ? DAY_WITHOUT_LEAP : DAY_OF_YEAR;
		if (!take_number(p, &t->day, 365) || (t->kind == DAY_WITHOUT_LEAP && t->day == 0))
			return false;
	}
	return !take(p, '/') || take_time(p, &t->time, 167);
}

static bool read_rule(struct zone *z, const char *p)
{
	if (!take_letters(&p) || !take_time(&p, &z->standard, 24))
		return false;
	z->standard = -z->standard; /* POSIX counts to the west */
	z->ruled = true;
	if (*p == '\0')
		return true;
	z->has_summer = true;
	z->summer = z->standard + 3600;
	if (!take_letters(&p))
		return false;
	if (*p != ',') {
		if (!take_time(&p, &z->summer, 24))
			return false;
		z->summer = -z->summer;
	}
	return take_turn(&p, &z->begin) && take_turn(&p, &z->end) && *p == '\0';
}

/* ---- the file ---- */

static int64_t read_int(const unsigned char *p, size_t bytes)
{
	uint64_t n = p[0] & 0x80 ? UINT64_MAX : 0;

	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | p[i];
	return (int64_t)n;
}

/* The counts of a header, in the order of the file. */
enum { ISUT, ISSTD, LEAP, TIMES, TYPES, CHARS, COUNTS };

struct block {
	size_t counts[COUNTS], time_bytes, bytes; /* bytes: after the header */
};

static bool read_header(struct block *b, struct span file, size_t time_bytes)
{
	const unsigned char *p = (const unsigned char *)file.p;

	if (file.n < HEADER_BYTES || memcmp(p, "TZif", 4) != 0)
		return false;
	b->time_bytes = time_bytes;
	for (size_t i = 0; i < COUNTS; i++) {
		b->counts[i] = (size_t)(read_int(p + 20 + 4 * i, 4) & 0xffffffff);
		if (b->counts[i] > LIMIT_ZONE_BYTES)
			return false;
	}
	b->bytes = b->counts[TIMES] * (time_bytes + 1) + b->counts[TYPES] * 6 + b->counts[CHARS] +
		   b->counts[LEAP] * (time_bytes + 4) + b->counts[ISSTD] + b->counts[ISUT];
	return b->counts[TYPES] > 0 && b->bytes <= file.n - HEADER_BYTES;
}

static bool read_block(struct zone *z, struct arena *arena, const struct block *b, const unsigned char *p)
{
	const unsigned char *types = p + b->counts[TIMES] * b->time_bytes, *infos = types + b->counts[TIMES];

	z->count = b->counts[TIMES];
	z->changes = arena_alloc(arena, (z->count + 1) * sizeof(*z->changes));
	z->offsets = arena_alloc(arena, (z->count + 1) * sizeof(*z->offsets));
	z->first = (int32_t)read_int(infos, 4);
	for (size_t i = 0; i < z->count; i++) {
		z->changes[i] = read_int(p + i * b->time_bytes, b->time_bytes);
		if (types[i] >= b->counts[TYPES] || (i > 0 && z->changes[i] <= z->changes[i - 1]))
			return false;
		z->offsets[i] = (int32_t)read_int(infos + 6 * types[i], 4);
		if (z->offsets[i] <= -OFFSET_MOST || z->offsets[i] >= OFFSET_MOST)
			return false;
	}
	return true;
}

static bool read_footer(struct zone *z, struct arena *arena, struct span rest)
{
	const char *end = rest.n > 1 && rest.p[0] == '\n' ? memchr(rest.p + 1, '\n', rest.n - 1) : NULL;

	if (end == NULL)
		return false;
	return end == rest.p + 1 || read_rule(z, arena_strndup(arena, rest.p + 1, (size_t)(end - rest.p) - 1));
}

const struct zone *zone_parse(struct arena *arena, struct span file, struct error *e)
{
	struct zone *z = arena_zalloc(arena, sizeof(*z));
	struct block b;
	bool good = read_header(&b, file, 4);

	if (good && file.p[4] >= '2') {
		/* the same again, with times of 64 bits, and a rule */
		file = (struct span){file.p + HEADER_BYTES + b.bytes, file.n - HEADER_BYTES - b.bytes};
		good = read_header(&b, file, 8) &&
		       read_footer(z, arena,
			       (struct span){file.p + HEADER_BYTES + b.bytes, file.n - HEADER_BYTES - b.bytes});
	}
	if (good && read_block(z, arena, &b, (const unsigned char *)file.p + HEADER_BYTES))
		return z;
	error_set(e, ERROR_CONFIG, "it is no time zone file");
	return NULL;
}

static const struct zone *read_open(struct arena *arena, FILE *file, const char *name, struct error *e)
{
	char *bytes = xmalloc(LIMIT_ZONE_BYTES);
	size_t n = fread(bytes, 1, LIMIT_ZONE_BYTES, file);
	const struct zone *z = NULL;

	if (ferror(file) || n == LIMIT_ZONE_BYTES)
		error_set(e, ERROR_CONFIG, "the file of the time zone %s cannot be read, or is over %u bytes", name,
			LIMIT_ZONE_BYTES);
	else if ((z = zone_parse(arena, (struct span){bytes, n}, e)) == NULL)
		error_set(e, ERROR_CONFIG, "the file of the time zone %s is none", name);
	free(bytes);
	return z;
}

static bool is_name(const char *name)
{
	for (const char *p = name; *p != '\0'; p++)
		if (!((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') ||
			    strchr("_+-/", *p) != NULL))
			return false;
	return name[0] != '\0' && name[0] != '/' && strlen(name) <= LIMIT_NAME_CHARS;
}

/* "+09:00"; false when NAME is something else. */
static bool is_offset(const char *name, int64_t *offset)
{
	const char *p = name;

	return (*name == '+' || *name == '-') && strlen(name) == 6 && name[3] == ':' && take_time(&p, offset, 24) &&
	       *p == '\0';
}

const struct zone *zone_read(struct arena *arena, const char *name, struct error *e)
{
	static const char *const folders[] = {"/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo"};
	struct zone *fixed = arena_zalloc(arena, sizeof(*fixed));
	int64_t offset;

	if (is_offset(name, &offset)) {
		fixed->first = (int32_t)offset;
		return fixed;
	}
	for (size_t i = 0; i < ARRAY_LEN(folders) && is_name(name); i++) {
		FILE *file = fopen(arena_printf(arena, "%s/%s", folders[i], name), "rb");

		if (file == NULL)
			continue;
		const struct zone *z = read_open(arena, file, name, e);
		fclose(file);
		return z;
	}
	error_set(e, ERROR_CONFIG, "there is no time zone \"%s\" on this system", name);
	return NULL;
}

/* ---- what a clock shows ---- */

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Seconds since 1970 of a turn in YEAR, by the local clock. */
static int64_t turn_at(const struct turn *t, int year)
{
	int64_t day = clock_from_civil(year, 1, 1);

	if (t->kind == DAY_WITHOUT_LEAP)
		return (day + t->day - 1 + (is_leap(year) && t->day >= 60)) * DAY + t->time;
	if (t->kind == DAY_OF_YEAR)
		return (day + t->day) * DAY + t->time;
	day = clock_from_civil(year, t->month, 1);
	int64_t next = t->month == 12 ? clock_from_civil(year + 1, 1, 1) : clock_from_civil(year, t->month + 1, 1);
	int64_t weekday = ((day + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday; 0 is Sunday */
	day += (t->day - weekday + 7) % 7 + 7 * (t->week - 1);
	return (day < next ? day : day - 7) * DAY + t->time;
}

static int64_t ruled_offset(const struct zone *z, int64_t at)
{
	int64_t local = at + z->standard;
	int year, month, day;

	if (!z->has_summer)
		return z->standard;
	clock_to_civil(local / DAY - (local % DAY < 0), &year, &month, &day);
	int64_t begin = turn_at(&z->begin, year) - z->standard, end = turn_at(&z->end, year) - z->summer;
	bool summer = begin < end ? at >= begin && at < end : at >= begin || at < end;
	return summer ? z->summer : z->standard;
}

int64_t zone_offset(const struct zone *z, int64_t ms)
{
	int64_t at = ms / 1000 - (ms % 1000 < 0);
	size_t low = 0, high = z->count;

	if (z->ruled && (z->count == 0 || at >= z->changes[z->count - 1]))
		return ruled_offset(z, at);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (z->changes[middle] <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? z->first : z->offsets[low - 1];
}

int64_t zone_instant(const struct zone *z, int64_t days, int64_t ms_of_day)
{
	int64_t local = days * DAY * 1000 + ms_of_day;
	int64_t before = zone_offset(z, local - DAY * 1000), after = zone_offset(z, local + DAY * 1000);
	int64_t early = local - (before > after ? before : after) * 1000;
	int64_t late = local - (before > after ? after : before) * 1000;

	if (early + zone_offset(z, early) * 1000 == local)
		return early;
	if (late + zone_offset(z, late) * 1000 == local)
		return late;
	/* passed over: clocks are put forward between the two */
	while (early + 1 < late) {
		int64_t middle = early + (late - early) / 2;

		if (middle + zone_offset(z, middle) * 1000 < local)
			early = middle;
		else
			late = middle;
	}
	return late;
}
