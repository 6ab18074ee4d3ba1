/*
 * Typos, durations, sizes, globs and hex. It must not know which settings
 * there are.
 */
#include "base/base.h"
#include "base/str.h"

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS (60 * MINUTE_MS)

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* One row of the distance matrix from the two rows above; the least value in it. */
static unsigned fill_row(unsigned *row, const unsigned *above, const unsigned *above2, const char *a, size_t i,
	const char *b, size_t width)
{
	unsigned best = row[0] = (unsigned)i;

	for (size_t j = 1; j <= width; j++) {
		unsigned cost = a[i - 1] != b[j - 1];
		unsigned n = least(least(above[j], row[j - 1]) + 1, above[j - 1] + cost);

		if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
			n = least(n, above2[j - 2] + 1);
		row[j] = n;
		best = least(best, n);
	}
	return best;
}

unsigned str_distance(const char *a, const char *b, unsigned max)
{
	size_t height = strlen(a), width = strlen(b), gap = height > width ? height - width : width - height;
	unsigned *rows, *row, *above, *above2, result, best_above = 0;

	if (gap > max)
		return max + 1;
	rows = xcalloc(3 * (width + 1), sizeof(*rows));
	above2 = rows;
	above = rows + width + 1;
	row = above + width + 1;
	for (size_t j = 0; j <= width; j++)
		above[j] = (unsigned)j;
	for (size_t i = 1; i <= height; i++) {
		unsigned best = fill_row(row, above, above2, a, i, b, width), *spare = above2;

		/* A swap reaches two rows back, so both must be past it. */
		if (best > max && best_above > max) {
			free(rows);
			return max + 1;
		}
		best_above = best;
		above2 = above;
		above = row;
		row = spare;
	}
	result = least(above[width], max + 1);
	free(rows);
	return result;
}

const char *str_nearest(const char *word, const char *const *candidates)
{
	unsigned best = strlen(word) < 4 ? 1 : 2;
	const char *nearest = NULL;

	for (; *candidates; candidates++) {
		unsigned distance = str_distance(word, *candidates, best);

		if (distance < best || (distance == best && !nearest)) {
			best = distance;
			nearest = *candidates;
		}
	}
	return nearest;
}

struct unit {
	const char *name;
	int64_t factor;
};

/* Digits, then one of the units. */
static int parse_amount(int64_t *out, struct span text, const struct unit *units, size_t count)
{
	size_t digits = 0;
	int64_t n;

	while (digits < text.n && text.p[digits] >= '0' && text.p[digits] <= '9')
		digits++;
	if (!span_to_int64(&n, (struct span){text.p, digits}))
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (span_is((struct span){text.p + digits, text.n - digits}, units[i].name))
			return __builtin_mul_overflow(n, units[i].factor, out) ? -1 : 0;
	}
	return -1;
}

int str_duration(int64_t *ms, struct span text)
{
	static const struct unit units[] = {{"ms", 1}, {"s", SECOND_MS}, {"m", MINUTE_MS}, {"h", HOUR_MS},
		{"d", 24 * HOUR_MS}, {"w", 7 * 24 * HOUR_MS}};

	return parse_amount(ms, text, units, ARRAY_LEN(units));
}

int str_bytes(int64_t *bytes, struct span text)
{
	static const struct unit units[] = {{"", 1}, {"k", 1 << 10}, {"K", 1 << 10}, {"KiB", 1 << 10}, {"m", 1 << 20},
		{"M", 1 << 20}, {"MiB", 1 << 20}, {"g", 1 << 30}, {"G", 1 << 30}, {"GiB", 1 << 30}};

	return parse_amount(bytes, text, units, ARRAY_LEN(units));
}

void str_duration_text(char out[32], int64_t ms)
{
	const char *sign = ms < 0 ? "-" : "";
	uint64_t n = ms < 0 ? 0 - (uint64_t)ms : (uint64_t)ms;
	unsigned long long seconds = n / 1000, minutes = seconds / 60, hours = minutes / 60;

	if (n < 1000)
		snprintf(out, 32, "%s%d ms", sign, (int)n);
	else if (seconds < 60)
		snprintf(out, 32, "%s%llu.%d s", sign, seconds, (int)(n / 100 % 10));
	else if (minutes < 60)
		snprintf(out, 32, "%s%llu m %02d s", sign, minutes, (int)(seconds % 60));
	else
		snprintf(out, 32, "%s%llu h %02d m", sign, hours, (int)(minutes % 60));
}

static const char *next_char(const char *p, const char *end)
{
	p++;
	while (p < end && ((unsigned char)*p & 0xc0) == 0x80)
		p++;
	return p;
}

bool str_glob(const char *pattern, struct span text)
{
	const char *p = text.p, *end = p + text.n;
	const char *star = NULL, *retry = NULL; /* the last star, and where it stopped */

	while (p < end) {
		if (*pattern == '*') {
			star = ++pattern;
			retry = p;
		} else if (*pattern == '?') {
			pattern++;
			p = next_char(p, end);
		} else if (*pattern && *pattern == *p) {
			pattern++;
			p++;
		} else if (star) {
			pattern = star;
			p = retry = next_char(retry, end);
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

void str_hex(char *out, const unsigned char *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
	*out = '\0';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int str_unhex(unsigned char *bytes, size_t n, struct span text)
{
	if (text.n % 2 || text.n / 2 != n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int high = hex_digit(text.p[2 * i]), low = hex_digit(text.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return -1;
		bytes[i] = (unsigned char)(high << 4 | low);
	}
	return 0;
}
