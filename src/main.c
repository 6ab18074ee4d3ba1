/* The command line: global options, signals, the exit code. */
#include "base/base.h"

#include <errno.h>
#include <signal.h>

#include "base/log.h"
#include "base/str.h"
#include "command/command.h"

static volatile sig_atomic_t stop, stop_now;

/* The first signal asks to finish the page, commit and deliver; the second ends waiting at once. */
static void on_signal(int number)
{
	(void)number;
	if (stop)
		stop_now = 1;
	stop = 1;
}

static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
#ifdef SIGXFSZ
	/* a file that may not grow is an error of that write, with a message */
	sigaction(SIGXFSZ, &action, NULL);
#endif
}

struct globals {
	struct command_context context;
	enum log_level level;
	enum log_format format;
};

/* Takes one global option at argv[*i]; 1 taken, 0 not one, -1 wrong. */
static int take_global(struct globals *g, int argc, char **argv, int *i, struct error *e)
{
	const char *name = argv[*i], *value = *i + 1 < argc ? argv[*i + 1] : NULL;

	if (strcmp(name, "-v") == 0 || strcmp(name, "--verbose") == 0) {
		g->level = g->level < LOG_INFO ? LOG_INFO : LOG_DEBUG;
		return 1;
	}
	if (strcmp(name, "-q") == 0 || strcmp(name, "--quiet") == 0) {
		g->level = LOG_ERROR;
		g->context.quiet = true;
		return 1;
	}
	bool now = strcmp(name, "--now") == 0, log = strcmp(name, "--log") == 0;
	if (strcmp(name, "-C") != 0 && !now && !log)
		return 0;
	if (value == NULL)
		return error_set(e, ERROR_USAGE, "%s wants a value", name);
	(*i)++;
	if (log && strcmp(value, "text") != 0 && strcmp(value, "json") != 0)
		return error_set(e, ERROR_USAGE, "--log wants text or json, not \"%s\"", value);
	if (now && clock_parse(&g->context.clock.fixed_ms, span_of(value), 0) < 0)
		return error_set(e, ERROR_USAGE, "--now wants a time such as 2026-11-24T18:00:00Z, not \"%s\"", value);
	if (log)
		g->format = strcmp(value, "json") == 0 ? LOG_JSON : LOG_TEXT;
	else if (now)
		g->context.clock.fixed = true;
	else
		g->context.folder = value;
	return 1;
}

static int unknown_command(const char *name, struct error *e)
{
	const char *names[32] = {NULL};

	for (size_t i = 0; commands[i] != NULL && i + 1 < ARRAY_LEN(names); i++)
		names[i] = commands[i]->name;
	const char *near = str_nearest(name, names);
	if (near != NULL)
		return error_set(e, ERROR_USAGE, "there is no command \"%s\"; did you mean \"%s\"?", name, near);
	return error_set(e, ERROR_USAGE, "there is no command \"%s\"; kenpin --help lists them", name);
}

static bool asks_help(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

/* Global options stand before the command or, for convenience, behind it. */
static enum exit_code dispatch(struct globals *g, int argc, char **argv, struct error *e)
{
	const struct command *command = NULL;
	int count = 0;

	for (int i = 1; i < argc; i++) {
		int taken = take_global(g, argc, argv, &i, e);
		if (taken < 0)
			return EXIT_CONFIG;
		if (taken > 0)
			continue;
		if (command == NULL && strcmp(argv[i], "--version") == 0) {
			printf("kenpin %s\n", KENPIN_VERSION);
			return EXIT_DONE;
		}
		if (command == NULL && (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0 ||
					       strcmp(argv[i], "help") == 0)) {
			command_usage(stdout);
			return EXIT_DONE;
		}
		if (command != NULL) {
			argv[count++] = argv[i];
			continue;
		}
		command = command_find(argv[i]);
		if (command == NULL) {
			unknown_command(argv[i], e);
			return EXIT_CONFIG;
		}
	}
	if (command == NULL) {
		command_usage(stderr);
		return EXIT_CONFIG;
	}
	log_configure(g->level, g->format);
	if (asks_help(count, argv)) {
		command_help(stdout, command);
		return EXIT_DONE;
	}
	return command->run(&g->context, count, argv, e);
}

int main(int argc, char **argv)
{
	struct globals g = {.context = {.stop = &stop, .stop_now = &stop_now}, .level = LOG_WARNING};
	struct error e = {0};

	catch_signals();
	enum exit_code code = dispatch(&g, argc, argv, &e);
	if (e.kind != ERROR_NONE)
		error_print(&e);
	/* a reader that has seen enough (`| head`) is no failure */
	if (fflush(stdout) != 0 && errno != EPIPE && code == EXIT_DONE) {
		fputs("kenpin: error: standard output could not be written\n", stderr);
		code = EXIT_INCOMPLETE;
	}
	return (int)code;
}
