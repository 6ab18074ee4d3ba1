/*
 * A message as a letter. The Message-ID is made of the dedup key, so that a
 * letter that is sent twice is one to a mailbox that looks, and the letter
 * that all is over stands below the one that told of it.
 */
#include "base/base.h"
#include "notify/letter.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "ext/sha.h"
#include "notify/receiver.h"

#define WORD_BYTES 45 /* of text in one encoded word, which has 75 characters at most */
#define LINE_BYTES 57 /* of the text in one line of 76 characters of base64 */
#define ID_HEX 32

static void base64(struct buf *out, struct span text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < text.n; i += 3) {
		uint32_t bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (i + k < text.n ? (unsigned char)text.p[i + k] : 0u);
		for (size_t k = 0; k < 4; k++)
			buf_addc(out, i + k <= text.n ? digits[bits >> (18 - 6 * k) & 63] : '=');
	}
}

static bool needs_words(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] >= 0x7f || (unsigned char)text.p[i] < ' ')
			return true;
	return span_find(text, SPAN_LITERAL("=?")) >= 0;
}

void letter_header(struct buf *out, const char *name, struct span text)
{
	const char *between = " ";

	buf_addf(out, "%s:", name);
	if (!needs_words(text))
		buf_addf(out, " %.*s", SPAN_ARG(text));
	while (needs_words(text) || (between[0] == '\r' && text.n > 0)) {
		struct span word = utf8_cut(text, WORD_BYTES);

		buf_addf(out, "%s=?UTF-8?B?", between);
		base64(out, word);
		buf_adds(out, "?=");
		text = (struct span){text.p + word.n, text.n - word.n};
		between = "\r\n ";
	}
	buf_adds(out, "\r\n");
}

static void date(struct buf *out, int64_t at)
{
	static const char *const weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	int64_t seconds = at / 1000, days = seconds / 86400, rest = seconds % 86400;
	int year, month, day;

	clock_to_civil(days, &year, &month, &day);
	buf_addf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n", weekdays[(days + 4) % 7], day,
		months[month - 1], year, (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
}

static void ids(struct buf *out, const struct message *m, const char *from)
{
	const char *at = strrchr(from, '@');
	char hex[SHA_HEX];

	sha_hex_of(hex, span_of(m->dedup_key));
	hex[ID_HEX] = '\0';
	if (!m->resolved) {
		buf_addf(out, "Message-ID: <%s.kenpin%s>\r\n", hex, at);
		return;
	}
	buf_addf(out, "Message-ID: <%s.resolved.kenpin%s>\r\n", hex, at);
	buf_addf(out, "In-Reply-To: <%s.kenpin%s>\r\n", hex, at);
	buf_addf(out, "References: <%s.kenpin%s>\r\n", hex, at);
}

static void text_lines(struct buf *out, const struct message *m)
{
	struct buf plain, lines;

	buf_init(&plain, LIMIT_NOTICE_BYTES);
	buf_init(&lines, LIMIT_NOTICE_BYTES);
	message_title(&plain, m, 0);
	buf_adds(&plain, "\n\n");
	message_plain(&plain, m, LIMIT_MAIL_TEXT_CHARS);
	for (size_t i = 0; i < plain.len; i++) {
		if (plain.data[i] == '\n')
			buf_addc(&lines, '\r');
		buf_addc(&lines, plain.data[i]);
	}
	for (size_t i = 0; i < lines.len; i += LINE_BYTES) {
		size_t left = lines.len - i;

		base64(out, (struct span){lines.data + i, left < LINE_BYTES ? left : LINE_BYTES});
		buf_adds(out, "\r\n");
	}
	buf_clear(&lines);
	buf_clear(&plain);
}

void letter_write(struct buf *out, const struct message *m, const char *from, const struct texts *to)
{
	struct buf title;

	buf_init(&title, LIMIT_NOTICE_BYTES);
	message_title(&title, m, LIMIT_MAIL_SUBJECT_CHARS);
	date(out, m->at);
	buf_addf(out, "From: %s\r\n", from);
	for (size_t i = 0; i < to->count; i++)
		buf_addf(out, "%s%s", i == 0 ? "To: " : ",\r\n ", to->items[i]);
	buf_adds(out, "\r\n");
	letter_header(out, "Subject", buf_span(&title));
	ids(out, m, from);
	buf_adds(out, "Auto-Submitted: auto-generated\r\n");
	if (m->severity == SEVERITY_CRITICAL && !m->resolved)
		buf_adds(out, "Importance: high\r\n");
	buf_adds(out, "MIME-Version: 1.0\r\n"
		      "Content-Type: text/plain; charset=utf-8\r\n"
		      "Content-Transfer-Encoding: base64\r\n"
		      "\r\n");
	text_lines(out, m);
	buf_clear(&title);
}
