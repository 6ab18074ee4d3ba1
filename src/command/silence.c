/* kenpin silence: what is known and told to nobody for a time. */
#include "base/base.h"
#include "command/command.h"

#include <inttypes.h>

#include "base/str.h"
#include "command/people.h"
#include "command/table.h"

static struct {
	struct cli_list match;
	const char *until, *reason, *author, *format;
	bool dry_run, all;
} given;

static const struct cli_option add_options[] = {
	{"match", CLI_LIST, &given.match, "LABEL=GLOB,...",
		"what it hides: rule, shop, key, tag, severity; all labels must match, one given twice means either"},
	{"until", CLI_TEXT, &given.until, "TIME", "when it ends: a time, or 24h from now; at most 90d"},
	{"reason", CLI_TEXT, &given.reason, "TEXT", "why, in one line"},
	{"author", CLI_TEXT, &given.author, "NAME", "who adds or ends it; default: the user of this system"},
	{"dry-run", CLI_FLAG, &given.dry_run, NULL, "only show what it would hide now"},
};
static const struct cli_option list_options[] = {
	{"all", CLI_FLAG, &given.all, NULL, "those that have ended too"},
	{"format", CLI_TEXT, &given.format, "FORM", "table, ndjson or csv; default table"},
};
static const struct cli_option expire_options[] = {
	{"author", CLI_TEXT, &given.author, "NAME", "who adds or ends it; default: the user of this system"},
};

static const struct cli_option *options_of_add(size_t *count)
{
	*count = ARRAY_LEN(add_options);
	return add_options;
}

static const struct cli_option *options_of_list(size_t *count)
{
	*count = ARRAY_LEN(list_options);
	return list_options;
}

static const struct cli_option *options_of_expire(size_t *count)
{
	*count = ARRAY_LEN(expire_options);
	return expire_options;
}

/* What every verb does around its work: the project, the store, the exit code. */
typedef int store_work(struct state *state, void *arg, struct error *e);

static enum exit_code with_store(
	struct command_context *c, unsigned flags, store_work *work, void *arg, struct error *e)
{
	struct loaded l = {0};
	struct state *state = NULL;
	int failed = -1;

	if (load_project(&l, c, NULL, false, e) == 0 && (state = load_state(&l, c, flags, e)) != NULL)
		failed = work(state, arg, e);
	state_close(state);
	loaded_clear(&l);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

/* ---- add ---- */

static int parse_until(int64_t *until, const struct clock *clock, struct error *e)
{
	int64_t ahead;

	if (given.until == NULL)
		return error_set(e, ERROR_USAGE, "--until TIME is wanted: a silence without an end is forgotten");
	if (str_duration(&ahead, span_of(given.until)) == 0) {
		*until = clock_now(clock) + ahead;
		return 0;
	}
	if (clock_parse(until, span_of(given.until), 0) == 0)
		return 0;
	return error_set(e, ERROR_USAGE,
		"--until wants a time such as 2026-12-01T09:00:00Z, or 24h from now, not \"%s\"", given.until);
}

static void print_hidden(const struct digest *digest)
{
	printf("hides %" PRId64 " open finding%s%s\n", digest_total(digest), digest_total(digest) == 1 ? "" : "s",
		digest_total(digest) ? ":" : "");
	digest_print(digest);
}

static int add(struct state *state, void *arg, struct error *e)
{
	struct silence *silence = arg;
	struct digest *digest = digest_new();
	char until[32];
	int64_t hidden;
	int failed = state_silence_preview(state, silence->matches, 1u << FINDING_OPEN, digest_add, digest, e);

	if (!failed && !given.dry_run)
		failed = state_silence_add(state, silence, &hidden, e);
	if (!failed)
		print_hidden(digest);
	if (!failed && !given.dry_run) {
		clock_text(until, silence->until);
		printf("silence %" PRId64 " until %s\n", silence->id, until);
	}
	digest_free(digest);
	return failed;
}

static enum exit_code run_add(struct command_context *c, int argc, char **argv, struct error *e)
{
	struct silence silence = {0};
	enum exit_code code = EXIT_CONFIG;
	struct buf matches;
	int count;

	buf_init(&matches, 1 << 20);
	if (cli_parse(add_options, ARRAY_LEN(add_options), argc, argv, &count, e) < 0)
		goto out;
	for (size_t i = 0; i < given.match.count; i++)
		buf_addf(&matches, "%s%s", i ? "," : "", given.match.items[i]);
	if (count > 0 || given.match.count == 0) {
		error_set(e, ERROR_USAGE,
			"usage: kenpin silence add --match rule=GLOB,shop=GLOB --until TIME --reason TEXT");
		goto out;
	}
	if (!given.dry_run &&
		(parse_until(&silence.until, &c->clock, e) < 0 || person_says("--reason TEXT", given.reason, e) < 0))
		goto out;
	silence.matches = buf_text(&matches);
	silence.reason = given.reason;
	silence.author = person(given.author);
	if ((matches.len > 0 && person_says("--match", silence.matches, e) < 0) ||
		person_says("--author NAME", silence.author, e) < 0)
		goto out;
	code = with_store(c, given.dry_run ? STATE_READ_ONLY : 0, add, &silence, e);
out:
	buf_clear(&matches);
	cli_list_clear(&given.match);
	return code;
}

/* ---- list, show, expire ---- */

static int print_silence(void *arg, const struct silence *s, bool active, struct error *e)
{
	char id[24], until[32];

	(void)e;
	snprintf(id, sizeof(id), "%" PRId64, s->id);
	clock_text(until, s->ended ? s->ended : s->until);
	table_row(arg, (struct span[]){span_of(id), span_of(active ? "active" : "over"), span_of(until),
			       span_of(s->matches), span_of(s->author), span_of(s->reason)});
	return 0;
}

static int list(struct state *state, void *arg, struct error *e)
{
	static const char *const columns[] = {"silence", "state", "until", "match", "author", "reason"};
	const enum table_format *format = arg;
	struct table *table = table_new(stdout, *format, columns, ARRAY_LEN(columns));
	int failed = state_silences(state, 0, !given.all, print_silence, table, e);

	table_end(table);
	return failed;
}

static enum exit_code run_list(struct command_context *c, int argc, char **argv, struct error *e)
{
	enum table_format format;
	int count;

	if (cli_parse(list_options, ARRAY_LEN(list_options), argc, argv, &count, e) < 0 ||
		table_format_parse(&format, given.format, e) < 0)
		return EXIT_CONFIG;
	if (count > 0) {
		error_set(e, ERROR_USAGE, "usage: kenpin silence list [--all] [--format FORM]");
		return EXIT_CONFIG;
	}
	return with_store(c, STATE_READ_ONLY, list, &format, e);
}

struct shown {
	struct state *state;
	bool found;
};

static void line_time(const char *name, int64_t at)
{
	char text[32];

	clock_text(text, at);
	printf("%-8s %s\n", name, text);
}

static int show_silence(void *arg, const struct silence *s, bool active, struct error *e)
{
	struct shown *shown = arg;

	shown->found = true;
	printf("silence  %" PRId64 " (%s)\nmatch    %s\nreason   %s\nauthor   %s\n", s->id, active ? "active" : "over",
		s->matches, s->reason, s->author);
	line_time("added", s->created);
	line_time("until", s->until);
	if (s->ended) {
		line_time("ended", s->ended);
		printf("ended by %s\n", s->ended_by);
	}
	if (!active)
		return 0;
	struct digest *digest = digest_new();
	int failed = state_silence_preview(shown->state, s->matches, 1u << FINDING_SILENCED, digest_add, digest, e);
	if (!failed)
		print_hidden(digest);
	digest_free(digest);
	return failed;
}

static int show(struct state *state, void *arg, struct error *e)
{
	const int64_t *id = arg;
	struct shown shown = {.state = state};

	if (state_silences(state, *id, false, show_silence, &shown, e) < 0)
		return -1;
	return shown.found ? 0
			   : error_set(e, ERROR_USAGE,
				     "there is no silence %" PRId64 "; kenpin silence list --all shows them", *id);
}

static int expire(struct state *state, void *arg, struct error *e)
{
	const int64_t *id = arg;

	if (state_silence_expire(state, *id, person(given.author), e) < 0)
		return -1;
	printf("silence %" PRId64 " is over; the next scan tells what it still sees\n", *id);
	return 0;
}

/* The one argument that show and expire take. */
static int silence_number(int64_t *id, int count, char **argv, const char *verb, struct error *e)
{
	if (count != 1)
		return error_set(e, ERROR_USAGE, "usage: kenpin silence %s ID", verb);
	return person_number(id, argv[0], "silence", e);
}

static enum exit_code run_show(struct command_context *c, int argc, char **argv, struct error *e)
{
	int64_t id;
	int count;

	if (cli_parse(NULL, 0, argc, argv, &count, e) < 0 || silence_number(&id, count, argv, "show", e) < 0)
		return EXIT_CONFIG;
	return with_store(c, STATE_READ_ONLY, show, &id, e);
}

static enum exit_code run_expire(struct command_context *c, int argc, char **argv, struct error *e)
{
	int64_t id;
	int count;

	if (cli_parse(expire_options, ARRAY_LEN(expire_options), argc, argv, &count, e) < 0 ||
		silence_number(&id, count, argv, "expire", e) < 0 ||
		person_says("--author NAME", person(given.author), e) < 0)
		return EXIT_CONFIG;
	return with_store(c, 0, expire, &id, e);
}

static const struct command silence_add = {"add", "", "", run_add, options_of_add};
static const struct command silence_list = {"list", "", "", run_list, options_of_list};
static const struct command silence_show = {"show", "", "", run_show, NULL};
static const struct command silence_expire = {"expire", "", "", run_expire, options_of_expire};
static const struct command *const verbs[] = {&silence_add, &silence_list, &silence_show, &silence_expire};

static const struct cli_option *options(size_t *count)
{
	static struct cli_option all[16];

	*count = verbs_options(all, ARRAY_LEN(all), verbs, ARRAY_LEN(verbs));
	return all;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	return verbs_run("silence", verbs, ARRAY_LEN(verbs), &silence_list, c, argc, argv, e);
}

const struct command command_silence = {"silence",
	"add --match LABEL=GLOB,... --until TIME --reason TEXT | list | show ID | expire ID",
	"Keeps findings that match from being told, until a time.", run, options};
