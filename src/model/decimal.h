/*
 * A decimal number taken apart in its own text, so that it can be compared and
 * cut exactly, whatever its length. value.h declares what others use of it.
 */
#ifndef KENPIN_DECIMAL_H
#define KENPIN_DECIMAL_H

#include "base/span.h"

struct decimal {
	bool negative;        /* never of a zero */
	struct span digits;   /* first to last digit that is not 0; a point may stand among them; n 0 for zero */
	int64_t significant;  /* how many digits that is */
	int64_t before_point; /* of them before the point, without the exponent; 0.001 has -2 */
	bool exponent_negative;
	struct span exponent; /* its digits */
};

/* TEXT must satisfy decimal_valid, and outlive D. */
void decimal_read(struct decimal *d, struct span text);
/* Digits before the point, with the exponent; what is past any text's length is cut to about 10^17. */
int64_t decimal_point(const struct decimal *d);
/* The number that the first COUNT digits make (at most 18), filled up with zeros; *MORE tells whether any are left. */
int64_t decimal_leading(const struct decimal *d, int64_t count, bool *more);

#endif
