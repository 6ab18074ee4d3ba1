/* Receiver: a program that gets the message as JSON on its standard input. */
#include "base/base.h"
#include "notify/receiver.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"

#define EXIT_TRY_AGAIN 75 /* EX_TEMPFAIL of sysexits.h */
#define WAIT_MS 16        /* between two looks at a program that may have ended without a sign */

static int build(const struct receiver *r, const struct message *m, struct buf *body, struct error *e)
{
	(void)r;
	(void)e;
	message_json(body, m);
	buf_addc(body, '\n');
	return 0;
}

static _Noreturn void run_child(const struct receiver *r, const struct message *m, int input)
{
	char **argv = xcalloc(r->config->command.count + 1, sizeof(*argv));

	for (size_t i = 0; i < r->config->command.count; i++)
		argv[i] = xstrdup(r->config->command.items[i]);
	setpgid(0, 0);
	signal(SIGPIPE, SIG_DFL);
	/* paths in a project are relative to it */
	if (r->context->folder && chdir(r->context->folder) != 0)
		_exit(126);
	dup2(input, STDIN_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO); /* results alone stand on standard output */
	setenv("KENPIN_EVENT", m->resolved ? "resolved" : "found", 1);
	setenv("KENPIN_DEDUP_KEY", m->dedup_key, 1);
	setenv("KENPIN_GROUP", m->group_key, 1);
	setenv("KENPIN_SEVERITY", severity_name(m->severity), 1);
	execvp(argv[0], argv);
	_exit(errno == ENOENT ? 127 : 126);
}

/* Writes all of BODY before DEADLINE; a program that does not read is no failure by itself. */
static void feed(int fd, struct span body, int64_t deadline, const volatile int *stop_now)
{
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (body.n > 0 && clock_monotonic() < deadline && !*stop_now) {
		ssize_t n = write(fd, body.p, body.n);
		if (n > 0)
			body = (struct span){body.p + n, body.n - (size_t)n};
		else if (n < 0 && errno == EAGAIN)
			poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, 50);
		else if (n < 0 && errno != EINTR)
			break;
	}
	close(fd);
}

/* Waits until DEADLINE, then ends the whole process group. False when the program did not end by itself.
 * ALIVE is the reading end of a pipe that the program holds without knowing: its end closes it. What the program left
 * behind may hold it longer, and a program may close what it did not open, so its status is asked for from time to time
 * all the same. The kernel closes the pipe a little before the status is there. */
static bool wait_for(pid_t pid, int *status, int alive, int64_t deadline, const volatile int *stop_now)
{
	struct pollfd end = {.fd = alive, .events = POLLIN};
	int pause = WAIT_MS;
	pid_t got;

	while ((got = waitpid(pid, status, WNOHANG)) == 0) {
		if (clock_monotonic() >= deadline || *stop_now) {
			kill(-pid, SIGKILL);
			kill(pid, SIGKILL);
			waitpid(pid, status, 0);
			return false;
		}
		if (poll(&end, 1, pause) > 0) {
			end.fd = -1; /* poll passes over it from now on, and only waits */
			pause = 1;
		} else if (end.fd < 0 && pause < WAIT_MS) {
			pause *= 2;
		}
	}
	return got == pid;
}

static void judge_exit(const struct receiver *r, int status, struct outcome *out)
{
	const char *name = r->config->command.items[0];

	if (!WIFEXITED(status))
		outcome_set(out, VERDICT_RETRY, "%s was ended by signal %d", name, WTERMSIG(status));
	else if (WEXITSTATUS(status) == 0)
		outcome_set(out, VERDICT_SENT, "exit 0");
	else if (WEXITSTATUS(status) == 127)
		outcome_set(out, VERDICT_REFUSED, "%s was not found", name);
	else if (WEXITSTATUS(status) == 126)
		outcome_set(out, VERDICT_REFUSED, "%s cannot be executed", name);
	else
		outcome_set(out, VERDICT_RETRY, "%s: exit %d%s", name, WEXITSTATUS(status),
			WEXITSTATUS(status) == EXIT_TRY_AGAIN ? " (try again)" : "");
}

/* Starts the program. INPUT gets the end that it reads from, ALIVE the pipe of wait_for. The pid, or -1. */
static pid_t start(const struct receiver *r, const struct message *m, int *input, int *alive)
{
	int ends[2], life[2];
	pid_t pid;

	if (pipe(ends) != 0)
		return -1;
	if (pipe(life) != 0) {
		close(ends[0]);
		close(ends[1]);
		return -1;
	}
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	fcntl(life[0], F_SETFD, FD_CLOEXEC);
	/* whoever started kenpin may have it ignored, and then no program leaves a status */
	signal(SIGCHLD, SIG_DFL);
	pid = fork();
	if (pid == 0)
		run_child(r, m, ends[0]);
	close(ends[0]);
	close(life[1]);
	if (pid < 0) {
		close(ends[1]);
		close(life[0]);
		return -1;
	}
	setpgid(pid, pid);
	*input = ends[1];
	*alive = life[0];
	return pid;
}

static void send(struct receiver *r, const struct message *m, struct span body, struct outcome *out)
{
	int64_t timeout = r->config->timeout ? r->config->timeout : LIMIT_HTTP_TIMEOUT_MS;
	int64_t deadline = clock_monotonic() + timeout;
	int input, alive, status = 0;
	pid_t pid = start(r, m, &input, &alive);

	if (pid < 0) {
		outcome_set(out, VERDICT_RETRY, "no process: %s", strerror(errno));
		return;
	}
	feed(input, body, deadline, r->context->stop_now);
	if (wait_for(pid, &status, alive, deadline, r->context->stop_now))
		judge_exit(r, status, out);
	else if (*r->context->stop_now)
		outcome_set(out, VERDICT_RETRY, "%s was ended: a second signal came", r->config->command.items[0]);
	else
		outcome_set(out, VERDICT_RETRY, "%s did not end within %lld ms", r->config->command.items[0],
			(long long)timeout);
	close(alive);
}

static bool can_run(const struct receiver *r, struct span folder, const char *name)
{
	const char *project = name[0] == '/' || (folder.n > 0 && folder.p[0] == '/') ? NULL : r->context->folder;
	char *path = xasprintf("%s%s%.*s%s%s", project ? project : "", project ? "/" : "", SPAN_ARG(folder),
		folder.n > 0 ? "/" : "", name);
	struct stat st;
	bool can = stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;

	free(path);
	return can;
}

/* As execvp looks for it: in the folders of PATH, unless there is a slash in the name. */
static int check(struct receiver *r, struct error *e)
{
	const char *name = r->config->command.items[0], *path = getenv("PATH");
	bool can = strchr(name, '/') && can_run(r, SPAN_NONE, name);

	if (path == NULL)
		path = "/bin:/usr/bin";
	while (!strchr(name, '/') && !can) {
		struct span folder = {path, strcspn(path, ":")};

		can = can_run(r, folder, name);
		if (path[folder.n] == '\0')
			break;
		path += folder.n + 1;
	}
	if (!can)
		return error_set(e, ERROR_CONFIG, "the program %s is not found, or may not be executed", name);
	return 0;
}

const struct receiver_ops receiver_exec = {
	.kind = "exec",
	.limits = {.body_bytes = LIMIT_NOTICE_BYTES},
	.resolves = true,
	.build = build,
	.send = send,
	.check = check,
};
