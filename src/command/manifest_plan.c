/* kenpin manifest plan: what would be proposed now, and what guards say of it. */
#include "base/base.h"
#include "command/manifests.h"

#include <inttypes.h>

static struct {
	const char *to, *mode, *format;
} given;

static const struct cli_option table_of_options[] = {
	{"to", CLI_TEXT, &given.to, "DIR",
		"plan: write the manifest into DIR, to be reviewed; without it nothing is written"},
	{"mode", CLI_TEXT, &given.mode, "MODE", "only actions of this mode: auto or manual"},
	{"format", CLI_TEXT, &given.format, "FORM", "text, json or html; default text"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

int plan_mode_parse(enum plan_mode *mode, const char *name, struct error *e)
{
	*mode = MODE_ANY;
	if (name == NULL)
		return 0;
	if (strcmp(name, "auto") != 0 && strcmp(name, "manual") != 0)
		return error_set(e, ERROR_USAGE, "--mode is auto or manual, not \"%s\"", name);
	*mode = name[0] == 'a' ? MODE_AUTO : MODE_MANUAL;
	return 0;
}

void plan_tell_held(const struct scan_manifest *m)
{
	if (m->canary > 0)
		fprintf(stderr,
			"held back: %" PRId64
			" by canary: until those of the same revision that go first are verified\n",
			m->canary);
	if (m->cooling > 0)
		fprintf(stderr, "held back: %" PRId64 " by cool_down: their last attempt was over not long ago\n",
			m->cooling);
}

int plan_write(struct manifests *m, enum plan_mode mode, const char *folder, struct error *e)
{
	const struct scan_context context = manifests_context(m);
	const struct scan_plan plan = {.run_id = "export", .folder = folder, .mode = mode};
	struct scan_manifest written;

	if (scan_export(&context, &plan, &written, e) < 0)
		return -1;
	plan_tell_held(&written);
	if (written.path[0] == '\0')
		printf("no corrections are proposed; no manifest was written\n");
	else
		printf("%s\n", written.path);
	if (written.approved)
		fprintf(stderr, "all of it is automatic: approved by policy, and exported\n");
	return 0;
}

struct planning {
	const struct review *review;
	const struct scan_manifest *planned;
	enum review_form form;
	char refusal[512];
};

static int print_plan(void *arg, const struct manifest_summary *summary, struct error *e)
{
	struct planning *p = arg;
	const struct review_page page = {.review = p->review, .guards = summary->guards, .planned = p->planned};

	(void)e;
	review_print(&page, p->form);
	if (summary->refused)
		snprintf(p->refusal, sizeof(p->refusal), "%.500s", summary->refusal);
	return 0;
}

static int show_plan(struct manifests *m, enum plan_mode mode, enum review_form form, struct error *e)
{
	const struct scan_context context = manifests_context(m);
	struct scan_manifest planned;
	struct review review;
	struct planning p = {&review, &planned, form, ""};

	review_init(&review);
	const struct scan_plan plan = {.run_id = "plan", .mode = mode, .review = &review};
	int failed = scan_plan_manifest(&context, &plan, &planned, print_plan, &p, e);
	review_clear(&review);
	if (failed)
		return -1;
	if (p.refusal[0] != '\0')
		return error_set(e, ERROR_OWED, "no manifest would be written: %s", p.refusal);
	return 0;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	enum plan_mode mode;
	enum review_form form;
	struct manifests m;
	int count, failed = -1;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0 ||
		plan_mode_parse(&mode, given.mode, e) < 0 || review_form_parse(&form, given.format, e) < 0)
		return EXIT_CONFIG;
	if (count != 0) {
		error_set(e, ERROR_USAGE, "usage: kenpin manifest plan [--mode MODE] [--to DIR]");
		return EXIT_CONFIG;
	}
	if (manifests_open(&m, c, true, given.to != NULL, e) == 0)
		failed = given.to ? plan_write(&m, mode, given.to, e) : show_plan(&m, mode, form, e);
	manifests_close(&m);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command manifest_plan_verb = {"plan", "[--mode MODE] [--to DIR]",
	"Shows what a manifest of now would hold and what its guards say; writes it only with --to.", run, options};
