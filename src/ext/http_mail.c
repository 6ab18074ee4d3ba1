/* A letter by SMTP, by libcurl. */
#include "base/base.h"
#include "ext/http_mail.h"

#include <curl/curl.h>

#include "base/limits.h"
#include "base/utf8.h"

struct sending {
	const struct mail *mail;
	size_t at;
	bool begun;
	char said[sizeof(((struct mail_answer *)NULL)->why)]; /* last refusal of the server, or "" */
};

static size_t on_read(char *data, size_t size, size_t count, void *arg)
{
	struct sending *s = arg;
	size_t room = size * count, left = s->mail->letter.n - s->at, n = left < room ? left : room;

	if (n > 0)
		memcpy(data, s->mail->letter.p + s->at, n);
	s->at += n;
	return n;
}

/* Each line that the server says. The last refusal is kept: 221 says goodbye after it, any other success ends it. */
static size_t on_line(char *data, size_t size, size_t count, void *arg)
{
	struct sending *s = arg;
	size_t n = size * count, out = 0;

	s->begun = true;
	if (n < 3 || strncmp(data, "221", 3) == 0)
		return n;
	s->said[0] = '\0';
	if (data[0] != '4' && data[0] != '5')
		return n;
	for (size_t i = 0; i < n && out + 1 < sizeof(s->said) && data[i] != '\r' && data[i] != '\n'; i++)
		s->said[out++] = (unsigned char)data[i] < ' ' ? ' ' : data[i];
	s->said[out] = '\0';
	ptrdiff_t bad = utf8_invalid((struct span){s->said, out});
	if (bad >= 0)
		s->said[bad] = '\0';
	return n;
}

static int on_progress(void *arg, curl_off_t down, curl_off_t down_now, curl_off_t up, curl_off_t up_now)
{
	const struct sending *s = arg;

	(void)down;
	(void)down_now;
	(void)up;
	(void)up_now;
	return s->mail->interrupt != NULL && *s->mail->interrupt;
}

static void set_login(CURL *easy, const struct mail *m)
{
	if (m->ca_file != NULL)
		curl_easy_setopt(easy, CURLOPT_CAINFO, m->ca_file);
	if (m->userinfo != NULL)
		curl_easy_setopt(easy, CURLOPT_USERPWD, m->userinfo);
	/* a password goes over TLS or not at all */
	curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)(m->userinfo ? CURLUSESSL_ALL : CURLUSESSL_TRY));
}

static void set_letter(CURL *easy, struct sending *s, struct curl_slist *to)
{
	curl_easy_setopt(easy, CURLOPT_MAIL_FROM, s->mail->from);
	curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)s->mail->letter.n);
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(easy, CURLOPT_READDATA, s);
}

static size_t on_nothing(char *data, size_t size, size_t count, void *arg)
{
	(void)data;
	(void)arg;
	return size * count;
}

static CURLcode perform(CURL *easy, struct sending *s, struct curl_slist *to, char *message)
{
	const struct mail *m = s->mail;

	curl_easy_setopt(easy, CURLOPT_URL, m->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, message);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)LIMIT_HTTP_CONNECT_MS);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)m->timeout_ms);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_line);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, s);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_nothing);
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(easy, CURLOPT_XFERINFODATA, s);
	set_login(easy, m);
	if (m->letter.p != NULL)
		set_letter(easy, s, to);
	else
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "NOOP");
	return curl_easy_perform(easy);
}

void http_mail(const struct mail *mail, struct mail_answer *answer)
{
	struct sending s = {.mail = mail};
	struct curl_slist *to = NULL;
	char message[CURL_ERROR_SIZE] = "";
	CURL *easy = curl_easy_init();
	CURLcode code = CURLE_FAILED_INIT;

	*answer = (struct mail_answer){0};
	for (const char *const *one = mail->to; one && *one; one++)
		to = curl_slist_append(to, *one);
	if (easy != NULL) {
		code = perform(easy, &s, to, message);
		curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer->code);
	}
	answer->sent = code == CURLE_OK;
	if (!answer->sent)
		answer->code = strtol(s.said, NULL, 10);
	answer->answered = s.begun;
	if (code == CURLE_ABORTED_BY_CALLBACK)
		snprintf(answer->why, sizeof(answer->why), "stopped by a signal");
	else if (code != CURLE_OK && s.said[0])
		snprintf(answer->why, sizeof(answer->why), "%s", s.said);
	else if (code != CURLE_OK)
		snprintf(answer->why, sizeof(answer->why), "%s", message[0] ? message : curl_easy_strerror(code));
	curl_slist_free_all(to);
	curl_easy_cleanup(easy);
}
