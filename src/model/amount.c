/* Exact sums and products, digit by digit: the numbers of a document are short. */
#include "base/base.h"
#include "model/amount.h"

#include "model/decimal.h"

#define DIGITS LIMIT_AMOUNT_DIGITS

static int least(int a, int b)
{
	return a < b ? a : b;
}

static int most(int a, int b)
{
	return a > b ? a : b;
}

/* Takes zeros off both ends of the COUNT digits in DIGITS. False when more are left than there is room for. */
static bool take(struct amount *a, const unsigned char *digits, int count, int exponent, bool negative)
{
	int first = 0;

	while (count > 0 && digits[count - 1] == 0)
		count--;
	while (first < count && digits[first] == 0)
		first++;
	count -= first;
	exponent += first;
	if (count > DIGITS || exponent + count > DIGITS || exponent < -DIGITS)
		return false;
	a->count = count;
	a->exponent = count ? exponent : 0;
	a->negative = count && negative;
	if (count)
		memcpy(a->digits, digits + first, (size_t)count);
	return true;
}

bool amount_set(struct amount *a, struct span text)
{
	struct decimal d;
	int64_t point;
	int n = 0;

	decimal_read(&d, text);
	point = decimal_point(&d);
	if (d.significant > DIGITS || point > DIGITS || point - d.significant < -DIGITS)
		return false;
	a->negative = d.negative;
	a->count = (int)d.significant;
	a->exponent = d.significant ? (int)(point - d.significant) : 0;
	for (size_t i = d.digits.n; i-- > 0;) {
		if (d.digits.p[i] != '.')
			a->digits[n++] = (unsigned char)(d.digits.p[i] - '0');
	}
	return true;
}

/* The digit of 10^PLACE. */
static int digit_at(const struct amount *a, int place)
{
	int i = place - a->exponent;

	return i >= 0 && i < a->count ? a->digits[i] : 0;
}

static int compare_magnitude(const struct amount *a, const struct amount *b)
{
	int low = least(a->exponent, b->exponent);

	for (int place = most(a->exponent + a->count, b->exponent + b->count); place-- > low;) {
		int difference = digit_at(a, place) - digit_at(b, place);

		if (difference)
			return difference;
	}
	return 0;
}

/* Digits of |A| + |B|, or of |A| - |B| where A is the larger. */
static bool combine(struct amount *out, const struct amount *a, const struct amount *b, bool subtract, bool negative)
{
	unsigned char digits[2 * DIGITS + 1];
	int low = least(a->exponent, b->exponent), high = most(a->exponent + a->count, b->exponent + b->count);
	int carry = 0, count = 0;

	for (int place = low; place < high || carry; place++) {
		int digit = digit_at(a, place) + (subtract ? -digit_at(b, place) : digit_at(b, place)) + carry;

		carry = digit < 0 ? -1 : digit / 10;
		digits[count++] = (unsigned char)(digit - carry * 10);
	}
	return take(out, digits, count, low, negative);
}

bool amount_add(struct amount *sum, const struct amount *a)
{
	if (a->count == 0)
		return true;
	if (sum->count == 0) {
		*sum = *a;
		return true;
	}
	if (sum->negative == a->negative)
		return combine(sum, sum, a, false, a->negative);
	if (compare_magnitude(sum, a) >= 0)
		return combine(sum, sum, a, true, sum->negative);
	return combine(sum, a, sum, true, a->negative);
}

bool amount_multiply(struct amount *product, const struct amount *a)
{
	unsigned char digits[2 * DIGITS] = {0};
	int count = product->count + a->count;

	for (int i = 0; i < product->count; i++) {
		int carry = 0;

		for (int k = 0; k < a->count || carry; k++) {
			int digit = digits[i + k] + carry;

			if (k < a->count)
				digit += product->digits[i] * a->digits[k];
			digits[i + k] = (unsigned char)(digit % 10);
			carry = digit / 10;
		}
	}
	return take(product, digits, count, product->exponent + a->exponent, product->negative != a->negative);
}

void amount_text(struct buf *out, const struct amount *a)
{
	int high = most(a->exponent + a->count, 1), low = least(a->exponent, 0);

	if (a->negative)
		buf_addc(out, '-');
	for (int place = high; place-- > low;) {
		if (place == -1)
			buf_addc(out, '.');
		buf_addc(out, (char)('0' + digit_at(a, place)));
	}
}
