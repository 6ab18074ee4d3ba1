/*
 * Field paths -> JSON pointers (RFC 6901). It must not know what they are for.
 */
#include "base/base.h"
#include "rule/compile.h"

const char *path_pointer(struct arena *arena, const char *path, int64_t element)
{
	struct buf out;
	const char *pointer;
	bool used = false;

	buf_init(&out, strlen(path) * 2 + 32);
	buf_addc(&out, '/');
	for (const char *p = path; *p; p++) {
		if (*p == '\\' && p[1]) {
			p++;
		} else if (*p == '.') {
			buf_addc(&out, '/');
			continue;
		} else if (p[0] == '[' && p[1] == ']') {
			if (used || element < 0) {
				buf_clear(&out);
				return NULL;
			}
			buf_addf(&out, "/%lld", (long long)element);
			used = true;
			p++;
			continue;
		}
		if (*p == '~')
			buf_adds(&out, "~0");
		else if (*p == '/')
			buf_adds(&out, "~1");
		else
			buf_addc(&out, *p);
	}
	pointer = arena_strdup(arena, buf_text(&out));
	buf_clear(&out);
	return pointer;
}
