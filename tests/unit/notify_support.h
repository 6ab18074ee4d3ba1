/*
 * What the tests of notify/ share: a project with one receiver, messages made
 * to order, and a server that answers once a connection with what it was told to.
 */
#ifndef KENPIN_TEST_NOTIFY_SUPPORT_H
#define KENPIN_TEST_NOTIFY_SUPPORT_H

#include "base/base.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "ext/json.h"
#include "notify/receiver.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

static const volatile int never = 0;

/* A project with RECEIVER alone, and a notify of it. */
struct telling {
	struct project project;
	struct receiver_config receiver;
	void *receivers[1];
	struct clock clock;
	struct notify *notify;
};

static inline struct notify *telling_begin(
	struct telling *t, const struct receiver_config *receiver, FILE *out, const volatile int *stop_now)
{
	struct notify_context context = {&t->clock, "r-000007", stop_now, out, "/tmp"};
	struct error e = {0};

	*t = (struct telling){.receiver = *receiver, .clock = {.fixed = true, .fixed_ms = 1795536007000, .seed = 7}};
	t->receivers[0] = &t->receiver;
	t->project.receivers = (struct blocks){t->receivers, 1};
	t->notify = notify_new(&t->project, &context, &e);
	assert_non_null(t->notify);
	return t->notify;
}

static inline struct finding finding_of(const char *rule, const char *key, const char *message)
{
	return (struct finding){
		.rule = rule,
		.rule_rev = "a81f03000000",
		.query = "products-live",
		.title = "JAN code must be 8 or 13 digits",
		.tags = "jan,catalog",
		.shop = "s001",
		.key = key,
		.klass = "must_match",
		.field = "jan",
		.value = "\"4901\"",
		.message = message,
		.index = "products-v7",
		.id = "s001:P-1",
		.severity = SEVERITY_ERROR,
		.state = FINDING_OPEN,
		.episode = 1,
		.first_seen = 1795536000000,
		.last_seen = 1795536007000,
		.opened_at = 1795536000000,
		.times_seen = 1,
		.seq_no = -1,
		.primary_term = -1,
		.version = -1,
	};
}

static inline struct message message_of(const struct finding *top, size_t count, int64_t total)
{
	return (struct message){
		.dedup_key = "0123456789abcdef:1",
		.group_key = "rule=jan-code-shape shop=s001",
		.severity = SEVERITY_ERROR,
		.total = total,
		.by_severity = {[SEVERITY_ERROR] = total},
		.top = top,
		.top_count = count,
		.run_id = "r-000007",
		.manifest = "manifests/20261124T160007Z-3fa9c1d2",
		.at = 1795536007000,
		.attempt = 1,
	};
}

static inline struct json *json_of(struct span text)
{
	struct error e = {0};
	struct json *j = json_parse(text, ERROR_OWED, "message", &e);

	if (j == NULL)
		fail_msg("%s", e.message);
	return j;
}

/* Answers COUNT connections with TEXT, one after the other; what was asked last is in PATH. */
struct server {
	pid_t pid;
	char url[64];
};

static inline size_t body_length(const char *request)
{
	const char *header = strstr(request, "Content-Length: ");

	return header ? (size_t)strtoul(header + 16, NULL, 10) : 0;
}

static inline void answer_one(int connection, const char *text, const char *path)
{
	static char request[1 << 20];
	size_t n = 0;
	char *end = NULL;
	ssize_t got;

	while ((got = read(connection, request + n, sizeof(request) - 1 - n)) > 0) {
		n += (size_t)got;
		request[n] = '\0';
		end = strstr(request, "\r\n\r\n");
		if (end && n >= (size_t)(end + 4 - request) + body_length(request))
			break;
	}
	FILE *out = fopen(path, "wb");
	if (out) {
		fwrite(request, 1, n, out);
		fclose(out);
	}
	if (write(connection, text, strlen(text)) < 0)
		_exit(1);
	shutdown(connection, SHUT_WR);
	while (read(connection, request, sizeof(request)) > 0)
		;
	close(connection);
}

static inline struct server server_begin(const char *text, int count, const char *path)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t n = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct server s;

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &n), 0);
	assert_int_equal(listen(fd, 8), 0);
	snprintf(s.url, sizeof(s.url), "http://127.0.0.1:%d", ntohs(address.sin_port));
	s.pid = fork();
	if (s.pid == 0) {
		for (int i = 0; i < count; i++)
			answer_one(accept(fd, NULL, NULL), text, path);
		_exit(0);
	}
	close(fd);
	return s;
}

static inline void server_end(const struct server *s)
{
	kill(s->pid, SIGTERM);
	waitpid(s->pid, NULL, 0);
}

static inline void read_file(struct buf *out, const char *path)
{
	FILE *in = fopen(path, "rb");
	char block[4096];
	size_t n;

	buf_init(out, 1u << 26);
	assert_non_null(in);
	while ((n = fread(block, 1, sizeof(block), in)) > 0)
		buf_add(out, block, n);
	fclose(in);
}

/* A name for a file that is not there. */
static inline char *new_path(void)
{
	char *path = xstrdup("/tmp/kenpin-notify-XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	return path;
}

#endif
