/* Check digits: GS1 (JAN, EAN, GTIN), ISBN, Luhn. */
#include "base/base.h"
#include "rule/check.h"

bool gs1_valid(struct span digits)
{
	unsigned sum = 0;

	for (size_t i = 0; i < digits.n; i++) {
		unsigned digit = (unsigned)(digits.p[digits.n - 1 - i] - '0');

		sum += i % 2 ? 3 * digit : digit;
	}
	return digits.n > 0 && sum % 10 == 0;
}

bool luhn_valid(struct span digits)
{
	unsigned sum = 0;

	for (size_t i = 0; i < digits.n; i++) {
		unsigned digit = (unsigned)(digits.p[digits.n - 1 - i] - '0');

		if (i % 2)
			digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
		sum += digit;
	}
	return digits.n > 0 && sum % 10 == 0;
}

static bool isbn10_valid(const char digits[10])
{
	unsigned sum = 0;

	for (unsigned i = 0; i < 10; i++) {
		unsigned digit = digits[i] == 'X' ? 10 : (unsigned)(digits[i] - '0');

		if (digits[i] == 'X' && i != 9)
			return false;
		sum += (10 - i) * digit;
	}
	return sum % 11 == 0;
}

/* Single hyphens may stand between the digits. */
bool isbn_valid(struct span text)
{
	char digits[13];
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '-' && i > 0 && i + 1 < text.n && text.p[i - 1] != '-')
			continue;
		if (n == sizeof(digits) || !((c >= '0' && c <= '9') || c == 'X'))
			return false;
		digits[n++] = c;
	}
	if (n == 10)
		return isbn10_valid(digits);
	return n == 13 && memchr(digits, 'X', 13) == NULL && digits[0] == '9' && digits[1] == '7' &&
	       (digits[2] == '8' || digits[2] == '9') && gs1_valid((struct span){digits, 13});
}
