/*
 * format: well-known forms of text. One row a format; the judgements stand in
 * format_codes.c and format_texts.c.
 */
#include "base/base.h"
#include "rule/check.h"

#include "rule/compile.h"
#include "rule/eval.h"

static bool is_digits(struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
	}
	return text.n > 0;
}

static bool jan_valid(struct span text)
{
	return (text.n == 8 || text.n == 13) && is_digits(text) && gs1_valid(text);
}

static bool gtin_valid(struct span text)
{
	return (text.n == 8 || (text.n >= 12 && text.n <= 14)) && is_digits(text) && gs1_valid(text);
}

static bool luhn_text_valid(struct span text)
{
	return text.n >= 2 && is_digits(text) && luhn_valid(text);
}

static bool postal_jp_valid(struct span text)
{
	return text.n == 8 && text.p[3] == '-' && is_digits((struct span){text.p, 3}) &&
	       is_digits((struct span){text.p + 4, 4});
}

static const struct {
	bool (*holds)(struct span text);
	const char *says;
} formats[] = {
	{jan_valid, "is no JAN code: 8 or 13 digits with a right check digit"},
	{gtin_valid, "is no GTIN: 8, 12, 13 or 14 digits with a right check digit"},
	{gtin_valid, "is no GTIN: 8, 12, 13 or 14 digits with a right check digit"},
	{isbn_valid, "is no ISBN: 10 or 13 digits with a right check digit"},
	{luhn_text_valid, "has a wrong check digit (Luhn)"},
	{email_valid, "is no e-mail address"},
	{url_valid, "is no http or https address"},
	{iso_date_valid, "is no date (2026-11-24)"},
	{iso_datetime_valid, "is no date and time with an offset (2026-11-24T18:22:35+09:00)"},
	{postal_jp_valid, "is no Japanese postal code (123-4567, ASCII digits)"},
	{phone_jp_valid, "is no Japanese phone number (03-1234-5678, +81-3-1234-5678; ASCII digits)"},
	{prefecture_jp_valid, "is no prefecture's name (東京都, 北海道, ...)"},
};

const char *const check_format_names[] = {"jan", "ean", "gtin", "isbn", "luhn", "email", "url", "iso-date",
	"iso-datetime", "postal-code-jp", "phone-jp", "prefecture-jp", NULL};

static bool format_compile(struct check *c, const struct check_entry *entry, struct compiler *k)
{
	int *format = arena_alloc(k->arena, sizeof(*format));

	*format = entry->format;
	c->param = format;
	return true;
}

static enum check_outcome format_run(const struct check *c, struct eval *e, const struct value *v)
{
	const int *format = c->param;

	if (v->kind != VALUE_TEXT)
		return CHECK_TYPE;
	return formats[*format].holds(eval_text(e, v)) ? CHECK_HOLDS : CHECK_FAILS;
}

static void format_say(struct buf *out, const struct check *c, struct eval *e, const struct value *v)
{
	const int *format = c->param;

	(void)e;
	(void)v;
	buf_adds(out, formats[*format].says);
}

const struct check_ops check_format = {
	.name = "format",
	.compile = format_compile,
	.run = format_run,
	.say = format_say,
	.explain = "The text is of a well-known form, with its check digit where it has one.",
};

bool check_format_holds(int format, struct span text)
{
	return formats[format].holds(text);
}
