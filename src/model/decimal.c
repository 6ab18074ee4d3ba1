/*
 * Exact decimals: nothing is converted and nothing allocated. A number is its
 * digits, and where the point stands in them; the exponent stays text, since
 * it may be longer than any integer type.
 */
#include "base/base.h"
#include "model/decimal.h"
#include "model/value.h"

/* An exponent, or a difference of two, of this size outweighs any number of digits that a text can hold. */
#define BEYOND INT64_C(100000000000000000)

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *p, const char *end)
{
	while (p < end && is_digit(*p))
		p++;
	return p;
}

static const char *skip_sign(const char *p, const char *end)
{
	return p < end && (*p == '-' || *p == '+') ? p + 1 : p;
}

bool decimal_valid(struct span text)
{
	const char *end = text.p + text.n, *begin = skip_sign(text.p, end), *p = skip_digits(begin, end);

	if (p == begin)
		return false;
	if (p < end && *p == '.') {
		begin = p + 1;
		p = skip_digits(begin, end);
		if (p == begin)
			return false;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		begin = skip_sign(p + 1, end);
		p = skip_digits(begin, end);
		if (p == begin)
			return false;
	}
	return p == end;
}

/* Digits of the mantissa from BEGIN to END, leading and trailing zeros left out. */
static void read_digits(struct decimal *d, const char *begin, const char *end)
{
	const char *point = memchr(begin, '.', (size_t)(end - begin));
	const char *first = begin, *last = end;

	while (first < end && (*first == '0' || *first == '.'))
		first++;
	if (first == end) {
		d->negative = false;
		return;
	}
	while (last[-1] == '0' || last[-1] == '.')
		last--;
	d->digits = (struct span){first, (size_t)(last - first)};
	d->significant = last - first;
	if (!point)
		point = end;
	/* A point before the digits is one character further off than its digits are. */
	d->before_point = point > first ? point - first : point + 1 - first;
	if (point > first && point < last)
		d->significant--;
}

void decimal_read(struct decimal *d, struct span text)
{
	const char *p = text.p, *end = p + text.n, *mantissa_end;

	*d = (struct decimal){.negative = *p == '-', .exponent = {end, 0}};
	p = skip_sign(p, end);
	for (mantissa_end = p; mantissa_end < end && (is_digit(*mantissa_end) || *mantissa_end == '.');)
		mantissa_end++;
	read_digits(d, p, mantissa_end);
	if (mantissa_end < end && d->digits.n) {
		p = mantissa_end + 1;
		d->exponent_negative = p < end && *p == '-';
		p = skip_sign(p, end);
		d->exponent = (struct span){p, (size_t)(end - p)};
	}
}

/* The digit of an exponent that has PLACE digits after it, with its sign. */
static int exponent_digit(const struct decimal *d, size_t place)
{
	int digit = place < d->exponent.n ? d->exponent.p[d->exponent.n - 1 - place] - '0' : 0;

	return d->exponent_negative ? -digit : digit;
}

/* Exponent of A less that of B. Once the sum of the leading digits is large, the ones that follow cannot turn it. */
static int64_t exponent_difference(const struct decimal *a, const struct decimal *b)
{
	size_t place = a->exponent.n > b->exponent.n ? a->exponent.n : b->exponent.n;
	int64_t difference = 0;

	while (place-- > 0) {
		difference = difference * 10 + exponent_digit(a, place) - exponent_digit(b, place);
		if (difference > BEYOND || difference < -BEYOND)
			break;
	}
	return difference;
}

int64_t decimal_point(const struct decimal *d)
{
	static const struct decimal zero = {.negative = false};

	return d->before_point + exponent_difference(d, &zero);
}

int64_t decimal_leading(const struct decimal *d, int64_t count, bool *more)
{
	const char *p = d->digits.p, *end = p + d->digits.n;
	int64_t n = 0;

	for (; count > 0; count--) {
		if (p < end && *p == '.')
			p++;
		n = n * 10 + (p < end ? *p++ - '0' : 0);
	}
	*more = p < end;
	return n;
}

static int compare_digits(struct span a, struct span b)
{
	const char *p = a.p, *p_end = p + a.n, *q = b.p, *q_end = q + b.n;

	for (;;) {
		if (p < p_end && *p == '.')
			p++;
		if (q < q_end && *q == '.')
			q++;
		/* No last digit is 0, so that what goes on is the larger. */
		if (p == p_end || q == q_end)
			return (p < p_end) - (q < q_end);
		if (*p != *q)
			return *p < *q ? -1 : 1;
		p++;
		q++;
	}
}

static int compare_magnitude(const struct decimal *a, const struct decimal *b)
{
	int64_t point = exponent_difference(a, b) + a->before_point - b->before_point;

	if (point)
		return point < 0 ? -1 : 1;
	return compare_digits(a->digits, b->digits);
}

static int sign_of(const struct decimal *d)
{
	return d->digits.n == 0 ? 0 : d->negative ? -1 : 1;
}

int decimal_compare(struct span a, struct span b)
{
	struct decimal x, y;
	int sign, other;

	decimal_read(&x, a);
	decimal_read(&y, b);
	sign = sign_of(&x);
	other = sign_of(&y);
	if (sign != other)
		return sign < other ? -1 : 1;
	return sign == 0 ? 0 : sign * compare_magnitude(&x, &y);
}

bool decimal_is_integer(struct span text)
{
	struct decimal d;

	if (!decimal_valid(text))
		return false;
	decimal_read(&d, text);
	return d.digits.n == 0 || decimal_point(&d) >= d.significant;
}
