/* kenpin rules: the table of its verbs, and what they share. */
#include "base/base.h"
#include "command/rules.h"

#include "base/log.h"
#include "base/str.h"

static const struct command *const verbs[] = {&rules_check, &rules_test, &rules_list, &rules_explain, &rules_try,
	&rules_schema, &rules_fmt, &rules_coverage, &rules_new, &rules_import};

/* The options of all verbs, each once, for help. */
static const struct cli_option *options(size_t *count)
{
	static struct cli_option all[64];
	size_t more, k;

	*count = 0;
	for (size_t v = 0; v < ARRAY_LEN(verbs); v++) {
		const struct cli_option *own = verbs[v]->options ? verbs[v]->options(&more) : NULL;

		for (size_t i = 0; own != NULL && i < more; i++) {
			for (k = 0; k < *count && strcmp(all[k].name, own[i].name) != 0;)
				k++;
			if (k == *count && k < ARRAY_LEN(all))
				all[(*count)++] = own[i];
		}
	}
	return all;
}

int rules_open(struct loaded *l, const struct command_context *c, const char *const *rules, struct error *e)
{
	const struct rule_filter filter = {rules, NULL};

	arena_init(&l->arena);
	l->project = project_open(c->folder, e);
	if (l->project == NULL)
		return -1;
	l->rules = rule_set_open(l->project, &l->project->rule_files, &filter, &l->project->diags, &l->arena);
	return 0;
}

const struct rule *rules_one(struct loaded *l, const char *id, struct error *e)
{
	const struct rule *rule = rule_find(l->rules, id);
	struct diags *diags = &l->project->diags;
	const char **ids;

	if (rule != NULL) {
		if (diags->errors > 0)
			log_warning("other files have %zu error%s; kenpin rules check shows them", diags->errors,
				diags->errors == 1 ? "" : "s");
		return rule;
	}
	if (diags->errors > 0)
		print_diags(diags, DIAG_TEXT);
	ids = xcalloc(l->rules->count + 1, sizeof(*ids));
	for (size_t i = 0; i < l->rules->count; i++)
		ids[i] = l->rules->rules[i].id;
	const char *near = str_nearest(id, ids);
	free(ids);
	error_set(e, ERROR_USAGE, "there is no rule \"%s\"%s%s%s", id,
		near            ? "; did you mean \""
		: diags->errors ? " without faults"
				: "; kenpin rules list shows all",
		near ? near : "", near ? "\"?" : "");
	return NULL;
}

static void no_verb(const char *given, struct error *e)
{
	const char *names[ARRAY_LEN(verbs) + 1] = {NULL}, *near;
	struct buf list;

	buf_init(&list, 4096);
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		names[i] = verbs[i]->name;
		buf_addf(&list, "%s%s", i ? " | " : "", names[i]);
	}
	near = given ? str_nearest(given, names) : NULL;
	if (near != NULL)
		error_set(e, ERROR_USAGE, "there is no `rules %s`; did you mean `rules %s`?", given, near);
	else
		error_set(e, ERROR_USAGE, "usage: kenpin rules %s [options]", buf_text(&list));
	buf_clear(&list);
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	for (size_t i = 0; argc > 0 && i < ARRAY_LEN(verbs); i++)
		if (strcmp(argv[0], verbs[i]->name) == 0)
			return verbs[i]->run(c, argc - 1, argv + 1, e);
	no_verb(argc > 0 ? argv[0] : NULL, e);
	return EXIT_CONFIG;
}

const struct command command_rules = {"rules",
	"check | test | list | explain | try | coverage | new | import | fmt | schema [options]",
	"Checks rule files, runs the tests that stand in them, lists the rules.", run, options};
