/*
 * Exact decimal arithmetic: sums and products of numbers as documents hold
 * them. Nothing is rounded; what needs more digits than LIMIT_AMOUNT_DIGITS is refused.
 */
#ifndef KENPIN_AMOUNT_H
#define KENPIN_AMOUNT_H

#include "base/buf.h"
#include "base/limits.h"

struct amount {
	bool negative;                             /* never of zero */
	int exponent;                              /* of ten, of digits[0]; 0 for zero */
	int count;                                 /* of digits; 0 for zero */
	unsigned char digits[LIMIT_AMOUNT_DIGITS]; /* lowest first; neither the first nor the last is 0 */
};

/* TEXT must satisfy decimal_valid. All three leave the amount as it was, and return false, when the result has more
 * digits than the limit. */
bool amount_set(struct amount *a, struct span text) must_check;
bool amount_add(struct amount *sum, const struct amount *a) must_check;
bool amount_multiply(struct amount *product, const struct amount *a) must_check;
static inline void amount_negate(struct amount *a)
{
	a->negative = a->count > 0 && !a->negative;
}
/* As people write it, without an exponent: -12.5. One number has one text. */
void amount_text(struct buf *out, const struct amount *a);

#endif
