/*
 * Addresses, dates and Japanese forms. Each judges what business data may
 * hold, not all that its standard permits: an address with quotes or comments is refused.
 */
#include "base/base.h"
#include "rule/check.h"

#include "base/clock.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* Labels of letters, digits and hyphens, joined by dots; at most 253 bytes. With DOT there must be two of them. */
static bool host_valid(struct span host, bool dot)
{
	size_t label = 0, dots = 0;

	if (host.n == 0 || host.n > 253)
		return false;
	for (size_t i = 0; i < host.n; i++) {
		char c = host.p[i];

		if (c == '.') {
			if (label == 0 || host.p[i - 1] == '-')
				return false;
			label = 0;
			dots++;
			continue;
		}
		if (!(is_alnum(c) || (c == '-' && label > 0)) || ++label > 63)
			return false;
	}
	return label > 0 && host.p[host.n - 1] != '-' && (!dot || dots > 0);
}

bool email_valid(struct span text)
{
	const char *at = text.n ? memchr(text.p, '@', text.n) : NULL;
	size_t local = at ? (size_t)(at - text.p) : 0;

	if (local == 0 || local > 64 || text.p[0] == '.' || at[-1] == '.')
		return false;
	for (size_t i = 0; i < local; i++) {
		char c = text.p[i];

		if (c == '\0' || !(is_alnum(c) || strchr("!#$%&'*+/=?^_`{|}~.-", c)) ||
			(c == '.' && text.p[i + 1] == '.'))
			return false;
	}
	return host_valid((struct span){at + 1, text.n - local - 1}, true);
}

/* The port after a host, with its colon; empty is none. */
static bool port_valid(struct span port)
{
	unsigned number = 0;

	if (port.n == 0)
		return true;
	for (size_t i = 1; i < port.n; i++) {
		if (!is_digit(port.p[i]) || i > 5)
			return false;
		number = number * 10 + (unsigned)(port.p[i] - '0');
	}
	return port.p[0] == ':' && port.n > 1 && number > 0 && number <= 65535;
}

/* Ends at the first byte of STOPS. */
static struct span until(struct span text, const char *stops)
{
	size_t n = 0;

	while (n < text.n && (text.p[n] == '\0' || !strchr(stops, text.p[n])))
		n++;
	return (struct span){text.p, n};
}

bool url_valid(struct span text)
{
	size_t scheme = span_starts(text, "https://") ? 8 : span_starts(text, "http://") ? 7 : 0;
	struct span rest = {text.p + scheme, text.n - scheme}, authority, host;

	if (scheme == 0)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c <= ' ' || c >= 0x7f || strchr("\"<>\\^`{|}", c))
			return false;
		if (c == '%' && (i + 2 >= text.n || !memchr("0123456789abcdefABCDEF", text.p[i + 1], 22) ||
					!memchr("0123456789abcdefABCDEF", text.p[i + 2], 22)))
			return false;
	}
	authority = until(rest, "/?#");
	host = until(authority, ":");
	return host_valid(host, false) && port_valid((struct span){host.p + host.n, authority.n - host.n});
}

bool iso_date_valid(struct span text)
{
	int64_t ms;

	return text.n == 10 && clock_parse(&ms, text, 0) == 0;
}

bool iso_datetime_valid(struct span text)
{
	int64_t ms;

	return text.n > 16 && (text.p[10] == 'T' || text.p[10] == 't' || text.p[10] == ' ') &&
	       clock_parse(&ms, text, CLOCK_NO_ZONE) == 0;
}

/* 0 and 9 or 10 more digits, or +81 in the place of the 0; hyphens between digits. Freephone and mobile numbers are
 * like that too. */
bool phone_jp_valid(struct span text)
{
	struct span rest = text;
	size_t digits = 0, hyphens = 0;
	bool mobile;

	if (span_starts(text, "+81")) {
		rest = (struct span){text.p + 3, text.n - 3};
		if (rest.n && rest.p[0] == '-')
			rest = (struct span){rest.p + 1, rest.n - 1};
	} else if (span_starts(text, "0")) {
		rest = (struct span){text.p + 1, text.n - 1};
	} else {
		return false;
	}
	if (rest.n < 2 || rest.p[0] == '0')
		return false;
	for (size_t i = 0; i < rest.n; i++) {
		if (is_digit(rest.p[i]))
			digits++;
		else if (rest.p[i] == '-' && i + 1 < rest.n && is_digit(rest.p[i + 1]))
			hyphens++;
		else
			return false;
	}
	/* 020, 050, 060, 070, 080, 090 (and so 0800) have a digit more. */
	mobile = rest.p[1] == '0' && strchr("256789", rest.p[0]);
	return hyphens <= 3 && digits == (mobile ? 10 : 9);
}

bool prefecture_jp_valid(struct span text)
{
	static const char *const names[] = {"北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県",
		"茨城県", "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県", "石川県",
		"福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府",
		"兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県", "岡山県", "広島県", "山口県", "徳島県", "香川県",
		"愛媛県", "高知県", "福岡県", "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (span_is(text, names[i]))
			return true;
	}
	return false;
}
