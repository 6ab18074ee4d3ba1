/*
 * A letter by SMTP, by libcurl. One connection a letter, one thread. It knows
 * nothing of what is in a letter and does not retry.
 */
#ifndef KENPIN_HTTP_MAIL_H
#define KENPIN_HTTP_MAIL_H

#include "ext/http.h"

struct mail {
	const char *url;       /* smtp://host:25 (STARTTLS where the server has it), smtps://host:465 */
	const char *from;      /* addresses alone */
	const char *const *to; /* NULL-terminated */
	const char *userinfo;  /* "user:password", or NULL; then nothing is sent without TLS */
	const char *ca_file;   /* NULL: the system's */
	struct span letter;    /* RFC 5322, lines end in CR LF; p NULL: goes no further than the greeting */
	int64_t timeout_ms;    /* whole time */
	const volatile int *interrupt;
};
struct mail_answer {
	long code;     /* of the last reply; of a failure: that of the refusal, 0 when there was none */
	bool sent;     /* taken for all recipients */
	bool answered; /* the server was reached */
	char why[256]; /* of a failure: what the server said last, or what broke; no secret but what it repeated */
};

void http_mail(const struct mail *mail, struct mail_answer *answer);

#endif
