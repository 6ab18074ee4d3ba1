/* kenpin doctor: is everything there that a run will need? One line each, with a remedy. */
#include "base/base.h"
#include "command/command.h"

#include <inttypes.h>
#include <sys/statvfs.h>

#include "notify/notify.h"
#include "source/source.h"

#define LEAST_DISK_BYTES ((int64_t)256 << 20)

struct examination {
	struct command_context *context;
	struct loaded *loaded;
	int bad;
	char subject[160];
};

static void print_check(
	struct examination *x, bool ok, bool warning, const char *what, const char *result, const char *remedy)
{
	printf("%-7s %s: %s%s%s\n",
		!ok       ? "FAIL"
		: warning ? "warning"
			  : "ok",
		x->subject, what, result[0] ? ": " : "", result);
	if (remedy[0] != '\0')
		printf("        -> %s\n", remedy);
	x->bad += !ok;
}

static void on_source(void *arg, const struct source_check *c)
{
	print_check(arg, c->ok, c->warning, c->what, c->result, c->remedy);
}

static void examine_query(
	struct examination *x, const struct query *query, const struct fields *fields, const char *shop)
{
	struct command_context *c = x->context;
	const struct source_context context = {.clock = &c->clock,
		.run_id = "doctor",
		.stop = c->stop,
		.stop_now = c->stop_now,
		.folder = x->loaded->project->folder};
	struct error e = {0};
	struct arena arena;

	snprintf(x->subject, sizeof(x->subject), "query %s", query->name);
	struct source *source = source_open(query->source, &context, &e);
	if (source == NULL) {
		print_check(x, false, false, "source", e.message, "mend the source's settings");
		return;
	}
	arena_init(&arena);
	int64_t now = clock_now(&c->clock);
	const struct source_request request = {
		.query = query,
		.index = query->index ? template_render(&arena, query->index, shop, now, false) : NULL,
		.body = template_render(&arena, query->body, shop, now, true),
		.fields = fields,
	};
	source_check_all(source, &request, on_source, x);
	arena_clear(&arena);
	source_close(source);
}

static void examine_sources(struct examination *x)
{
	const struct rule_set *rules = x->loaded->rules;
	const struct texts *shops = &x->loaded->project->shops;

	for (size_t i = 0; i < rules->group_count && !*x->context->stop; i++) {
		const struct query *query = rule_group_query(rules->groups[i]);
		examine_query(x, query, rule_group_fields(rules->groups[i]),
			query->for_each_shop && shops->count > 0 ? shops->items[0] : NULL);
	}
}

static void examine_receivers(struct examination *x)
{
	const struct project *project = x->loaded->project;
	struct notify_context context = {&x->context->clock, "doctor", x->context->stop_now, stdout, project->folder};
	struct error e = {0};
	struct notify *notify = notify_new(project, &context, &e);

	for (size_t i = 0; notify != NULL && i < project->receivers.count; i++) {
		const struct receiver_config *receiver = project->receivers.items[i];
		e = (struct error){0};
		snprintf(x->subject, sizeof(x->subject), "receiver %s", receiver->name);
		bool ok = notify_check(notify, receiver->name, &e) == 0;
		print_check(x, ok, false, "settings", e.message, "");
	}
	notify_free(notify);
}

static void examine_disk(struct examination *x, const char *path)
{
	struct statvfs disk;
	char folder[512], result[64];

	snprintf(folder, sizeof(folder), "%s", path);
	char *slash = strrchr(folder, '/');
	if (slash != NULL)
		*slash = '\0';
	if (statvfs(slash ? folder : ".", &disk) != 0)
		return;
	int64_t left = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
	snprintf(result, sizeof(result), "%" PRId64 " MiB free", left >> 20);
	print_check(x, true, left < LEAST_DISK_BYTES, "disk", result,
		left < LEAST_DISK_BYTES ? "free some space: findings must not be lost" : "");
}

static void examine_state(struct examination *x)
{
	struct error e = {0};
	const char *path = x->loaded->project->state->path;
	struct state *state = load_state(x->loaded, x->context, 0, &e);

	snprintf(x->subject, sizeof(x->subject), "state");
	print_check(x, state != NULL, false, "store", state ? path : e.message, "");
	if (state != NULL)
		examine_disk(x, path);
	state_close(state);
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	struct loaded l = {0};
	struct examination x = {.context = c, .loaded = &l};
	int count;

	if (cli_parse(NULL, 0, argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (load_project(&l, c, NULL, true, e) < 0) {
		loaded_clear(&l);
		return error_exit_code(e->kind);
	}
	printf("ok      project: %zu queries, %zu rules, %zu receivers\n", l.project->query_count, l.rules->count,
		l.project->receivers.count);
	examine_state(&x);
	examine_sources(&x);
	examine_receivers(&x);
	loaded_clear(&l);
	if (x.bad > 0)
		error_set(e, ERROR_INCOMPLETE, "%d thing%s a run needs %s not there", x.bad, x.bad == 1 ? "" : "s",
			x.bad == 1 ? "is" : "are");
	return x.bad > 0 ? EXIT_INCOMPLETE : EXIT_DONE;
}

const struct command command_doctor = {
	"doctor", "", "Looks at every source, receiver and the store: one line each, with a remedy.", run, NULL};
