/* A file line by line, in bounded memory. */
#include "base/base.h"
#include "recover/text_line.h"

bool text_line_read(FILE *in, struct buf *line, bool *ended, struct sha *sha, int64_t *bytes)
{
	int c = getc_unlocked(in);
	char one;

	buf_reset(line);
	*ended = false;
	if (c == EOF)
		return false;
	for (; c != EOF; c = getc_unlocked(in)) {
		one = (char)c;
		if (sha != NULL)
			sha_add(sha, &one, 1);
		++*bytes;
		if (c == '\n') {
			*ended = true;
			break;
		}
		buf_addc(line, one);
	}
	return true;
}
