/* kenpin manifest verify: a scan of what waits for one, and of nothing else. */
#include "base/base.h"
#include "command/manifests.h"

#include <inttypes.h>

#include "base/map.h"
#include "notify/notify.h"

struct waiting {
	struct arena *arena;
	const char **rules; /* NULL-terminated */
	size_t count, capacity;
};

/* RULE NULL ends the list. */
static int add_rule(void *arg, const char *rule, struct error *e)
{
	struct waiting *w = arg;

	(void)e;
	w->rules = arena_grow(w->arena, w->rules, w->count, &w->capacity, sizeof(*w->rules));
	w->rules[w->count] = rule ? arena_strdup(w->arena, rule) : NULL;
	w->count += rule != NULL;
	return 0;
}

/* The rules whose corrections were handed out. */
static int find_waiting(struct command_context *c, struct waiting *w, struct error *e)
{
	struct loaded l = {0};
	struct state *state = NULL;
	int failed = -1;

	if (load_project(&l, c, NULL, false, e) == 0 && (state = load_state(&l, c, STATE_READ_ONLY, e)) != NULL)
		failed = state_rules_waiting(state, add_rule, w, e) < 0 ? -1 : add_rule(w, NULL, e);
	state_close(state);
	loaded_clear(&l);
	return failed;
}

void corrections_print(FILE *out, const struct recovery_counts *n)
{
	fprintf(out,
		"  corrections: %" PRId64 " proposed, %" PRId64 " exported, %" PRId64 " applied, %" PRId64
		" verified, %" PRId64 " self-healed, %" PRId64 " reopened, %" PRId64 " escalated, %" PRId64
		" unreported\n",
		n->proposed, n->exported, n->applied, n->verified, n->self_healed, n->reopened, n->escalated,
		n->unreported);
}

static int scan(struct loaded *l, struct command_context *c, struct scan_result *result, struct error *e)
{
	const struct scan_options scan_options = {.filtered = true};
	const struct notify_context notify_context = {&c->clock, "", c->stop_now, stdout, l->project->folder};
	struct state *state = load_state(l, c, 0, e);
	struct notify *notify = state ? notify_new(l->project, &notify_context, e) : NULL;
	int failed = -1;

	if (notify != NULL) {
		const struct scan_context context = {.project = l->project,
			.rules = l->rules,
			.state = state,
			.notify = notify,
			.clock = &c->clock,
			.stop = c->stop,
			.stop_now = c->stop_now};
		failed = scan_run(&context, &scan_options, result, e);
	}
	notify_free(notify);
	state_close(state);
	return failed;
}

static enum exit_code verify(struct command_context *c, const struct waiting *w, struct error *e)
{
	const struct rule_filter filter = {w->rules, NULL};
	struct scan_result result;
	struct loaded l = {0};
	int failed = load_project(&l, c, &filter, true, e) < 0 || scan(&l, c, &result, e) < 0;

	loaded_clear(&l);
	if (failed)
		return error_exit_code(e->kind);
	printf("run %s: %s\n", result.run.id, result.run.status);
	corrections_print(stdout, &result.run.counts.recovery);
	if (result.run.why[0] != '\0')
		printf("  not complete, so nothing of it is over: %s\n", result.run.why);
	return result.code;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	struct waiting w = {.count = 0};
	enum exit_code code = EXIT_DONE;
	struct arena arena;
	int count;

	if (cli_parse(NULL, 0, argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count != 0) {
		error_set(e, ERROR_USAGE, "usage: kenpin manifest verify");
		return EXIT_CONFIG;
	}
	arena_init(&arena);
	w.arena = &arena;
	if (find_waiting(c, &w, e) < 0)
		code = error_exit_code(e->kind);
	else if (w.count == 0)
		printf("nothing waits to be verified\n");
	else
		code = verify(c, &w, e);
	arena_clear(&arena);
	return code;
}

const struct command manifest_verify = {"verify", "",
	"Scans with the rules whose corrections were handed out: what passes now is verified.", run, NULL};
