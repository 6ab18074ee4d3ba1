/*
 * Comparing, searching and reading borrowed text. It must not allocate.
 */
#include "base/base.h"
#include "base/span.h"

struct span span_of(const char *text)
{
	return text ? (struct span){text, strlen(text)} : SPAN_NONE;
}

bool span_equal(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool span_is(struct span s, const char *text)
{
	return span_equal(s, span_of(text));
}

int span_compare(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	if (order)
		return order;
	return (a.n > b.n) - (a.n < b.n);
}

bool span_starts(struct span s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && (n == 0 || memcmp(s.p, prefix, n) == 0);
}

ptrdiff_t span_find(struct span s, struct span needle)
{
	const char *p = s.p, *last;

	if (needle.n == 0)
		return 0;
	if (needle.n > s.n)
		return -1;
	last = s.p + (s.n - needle.n);
	while (p <= last && (p = memchr(p, needle.p[0], (size_t)(last - p) + 1))) {
		if (memcmp(p, needle.p, needle.n) == 0)
			return p - s.p;
		p++;
	}
	return -1;
}

bool span_to_int64(int64_t *out, struct span s)
{
	bool negative = s.n && s.p[0] == '-';
	size_t i = negative;
	int64_t n = 0; /* kept negative: the range is larger there */

	if (i == s.n)
		return false;
	for (; i < s.n; i++) {
		int digit = s.p[i] - '0';

		if (digit < 0 || digit > 9)
			return false;
		if (__builtin_mul_overflow(n, 10, &n) || __builtin_sub_overflow(n, digit, &n))
			return false;
	}
	if (!negative && n == INT64_MIN)
		return false;
	*out = negative ? n : -n;
	return true;
}
