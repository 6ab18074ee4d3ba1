/* kenpin manifest show: the page that a person reads before approving. */
#include "base/base.h"
#include "command/manifests.h"

#include "base/limits.h"
#include "ext/json.h"

static const char *form;

static const struct cli_option table_of_options[] = {
	{"format", CLI_TEXT, &form, "FORM", "text, json or html; default text"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

int review_form_parse(enum review_form *out, const char *name, struct error *e)
{
	static const char *const names[] = {"text", "json", "html"};

	*out = REVIEW_TEXT;
	for (size_t i = 0; name != NULL && i < ARRAY_LEN(names); i++) {
		if (strcmp(name, names[i]) == 0) {
			*out = (enum review_form)i;
			return 0;
		}
	}
	return name == NULL ? 0 : error_set(e, ERROR_USAGE, "--format is text, json or html, not \"%s\"", name);
}

void review_print(const struct review_page *page, enum review_form how)
{
	switch (how) {
	case REVIEW_TEXT: review_text(page); break;
	case REVIEW_JSON: review_json(page); break;
	case REVIEW_HTML: review_html(page); break;
	}
}

struct showing {
	struct review review;
	struct guards guards;
	bool known; /* then the store says which shop an action is of */
};

static bool set_bound(void *arg, const char *rule, struct json *bound)
{
	const struct manifest_guard guard = {.max_actions = json_int(bound, "max_actions", 0),
		.max_per_shop = json_int(bound, "max_per_shop", 0),
		.max_percent = json_text(bound, "max_percent", "0")};

	guards_set(arg, rule, &guard, json_int(bound, "documents", 0));
	return true;
}

static int add_line(void *arg, const struct json *line, struct span text, struct error *e)
{
	struct showing *s = arg;

	(void)text;
	(void)e;
	review_line(&s->review, line, s->known ? "" : NULL);
	if (!s->known)
		guards_count(&s->guards, json_text(line, "rule.id", ""), json_text(line, "target.key.shop", ""));
	return 0;
}

static int add_member(void *arg, const struct manifest_member *m, struct error *e)
{
	struct showing *s = arg;

	(void)e;
	if (m->shop[0] != '\0')
		++*tally_of(&s->review.by_shop, span_of(m->shop));
	guards_count(&s->guards, m->rule, m->shop);
	return 0;
}

static int gather(struct manifests *m, const struct chosen_manifest *chosen, const struct json *head, struct showing *s,
	int64_t by_state[ACTION_STATE_COUNT], struct error *e)
{
	s->known = chosen->known;
	json_each(json_get(head, "guard"), set_bound, &s->guards);
	if (manifest_lines(chosen->path, head, LINE_ACTION, add_line, s, e) < 0)
		return -1;
	if (!chosen->known)
		return 0;
	if (state_manifest_members(m->state, chosen->record.number, add_member, s, e) < 0)
		return -1;
	return state_manifest_counts(m->state, chosen->record.number, by_state, e);
}

static int show(struct manifests *m, const char *name, enum review_form how, struct error *e)
{
	struct chosen_manifest chosen;
	struct showing s = {.known = false};
	int64_t by_state[ACTION_STATE_COUNT];
	char digest[65];

	if (manifests_choose(m, name, true, &chosen, e) < 0)
		return -1;
	struct json *head = manifest_head(chosen.path, digest, e);
	if (head == NULL)
		return -1;
	review_init(&s.review);
	guards_init(&s.guards, json_int(head, "coverage.documents", 0));
	int failed = gather(m, &chosen, head, &s, by_state, e);
	const struct review_page page = {.review = &s.review,
		.guards = &s.guards,
		.head = head,
		.manifest = &chosen,
		.sha256 = digest,
		.by_state = chosen.known ? by_state : NULL};
	if (!failed)
		review_print(&page, how);
	guards_clear(&s.guards);
	review_clear(&s.review);
	json_free(head);
	return failed;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	enum review_form how;
	struct manifests m;
	int count, failed = -1;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0 ||
		review_form_parse(&how, form, e) < 0)
		return EXIT_CONFIG;
	if (count != 1) {
		error_set(e, ERROR_USAGE, "usage: kenpin manifest show MANIFEST [--format FORM]");
		return EXIT_CONFIG;
	}
	if (manifests_open(&m, c, false, false, e) == 0)
		failed = show(&m, argv[0], how, e);
	manifests_close(&m);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command manifest_show = {"show", "MANIFEST [--format FORM]",
	"Shows what a person reads before approving: counts, guards, samples before and after.", run, options};
