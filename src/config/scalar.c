/* Texts as a file of ours would hold them. It must not know any table. */
#include "base/base.h"
#include "config/scalar.h"

#include "base/jsonout.h"

static bool is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* A word that nobody reads as anything else. */
static bool is_plain(struct span text)
{
	static const char *const words[] = {"null", "true", "false", "yes", "no", "on", "off"};
	bool plain = text.n > 0 && is_letter(text.p[0]);

	for (size_t i = 0; i < text.n && plain; i++)
		plain = is_letter(text.p[i]) || (text.p[i] >= '0' && text.p[i] <= '9') ||
			strchr("_-.", text.p[i]) != NULL;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		plain = plain && !span_is(text, words[i]);
	return plain;
}

void scalar_write(struct buf *out, struct span text)
{
	bool control = false;

	for (size_t i = 0; i < text.n; i++)
		control = control || (unsigned char)text.p[i] < 0x20 || text.p[i] == 0x7f;
	if (!control && is_plain(text)) {
		buf_add_span(out, text);
		return;
	}
	buf_addc(out, control ? '"' : '\'');
	if (control)
		jsonout_escape(out, text);
	for (size_t i = 0; i < text.n && !control; i++) {
		buf_addc(out, text.p[i]);
		if (text.p[i] == '\'')
			buf_addc(out, '\'');
	}
	buf_addc(out, control ? '"' : '\'');
}
