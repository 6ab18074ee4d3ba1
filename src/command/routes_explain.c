/*
 * kenpin routes explain: every route that a finding meets, what it lacks for
 * those that it does not take, who is told, and what holds that back now.
 */
#include "base/base.h"
#include "command/routes.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/str.h"
#include "command/findings.h"
#include "notify/notify.h"

static struct {
	const char *finding, *match;
} given;

static const struct cli_option table_of_options[] = {
	{"finding", CLI_TEXT, &given.finding, "ID", "explain: a finding that the store knows"},
	{"match", CLI_TEXT, &given.match, "LABEL=VALUE,...",
		"explain: one that might be: rule, shop, severity, query, class, key, tag; the rest is that of the "
		"rule"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

struct explaining {
	struct command_context *c;
	struct loaded *l;
	struct state *state;
	struct notify *notify;
	const struct finding *finding;
	bool stored; /* the store knows it */
	size_t told, notices;
};

/* ---- the routes ---- */

static const char *value_of(const struct finding *f, const char *label)
{
	const struct {
		const char *label, *value;
	} values[] = {{"severity", severity_name(f->severity)}, {"rule", f->rule}, {"shop", f->shop},
		{"query", f->query}, {"class", f->klass}, {"tag", f->tags}};

	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		if (strcmp(values[i].label, label) == 0 && values[i].value != NULL && values[i].value[0] != '\0')
			return values[i].value;
	return "none";
}

static void add_misfit(struct buf *out, const struct explaining *x, const struct route_step *s)
{
	const struct texts wanted = match_label(s->route->match, s->misfit);

	buf_addf(out, "no: %s is %s, wanted ", s->misfit, value_of(x->finding, s->misfit));
	for (size_t i = 0; i < wanted.count; i++)
		buf_addf(out, "%s%s", i ? ", " : "", wanted.items[i]);
}

static int print_step(void *arg, const struct route_step *s, struct error *e)
{
	const struct explaining *x = arg;
	struct buf line;

	(void)e;
	buf_init(&line, 1 << 20);
	switch (s->fate) {
	case ROUTE_UNFIT: add_misfit(&line, x, s); break;
	case ROUTE_ENTERED: buf_adds(&line, "fits; those below it come first"); break;
	case ROUTE_AFTER: buf_adds(&line, "not looked at: one before it took the finding"); break;
	case ROUTE_TAKEN:
		buf_adds(&line, s->route->routes.count ? "takes it, since none below it does: " : "takes it: ");
		route_describe(&line, s->route);
		buf_adds(&line, s->route->go_on ? "; goes on" : "");
		break;
	}
	printf("%*skenpin.yaml:%d  %s\n", 2 + 2 * (int)s->depth, "", s->route->node->start.line, buf_text(&line));
	buf_clear(&line);
	return 0;
}

/* ---- who is told ---- */

static int print_told(
	void *arg, const struct route_config *route, const char *receiver, const char *group_key, struct error *e)
{
	struct explaining *x = arg;

	(void)e;
	x->told++;
	printf("  %s, in the group %s (kenpin.yaml:%d)\n", receiver, group_key, route->node->start.line);
	return 0;
}

/* ---- what was and will be said ---- */

static int print_notice(void *arg, const struct notice *n, const char *state, struct error *e)
{
	struct explaining *x = arg;
	const struct rule *rule = rule_find(x->l->rules, x->finding->rule);
	char at[32];

	(void)e;
	x->notices++;
	printf("  notice %" PRId64 " to %s: ", n->id, n->receiver);
	if (n->held > clock_now(&x->c->clock)) {
		clock_text(at, n->held);
		printf("held by quiet hours until %s\n", at);
	} else if (strcmp(state, "gathering") == 0) {
		printf("gathers; the next scan sends it\n");
	} else if (strcmp(state, "owed") == 0) {
		clock_text(at, n->next_attempt);
		printf("owed after %" PRId64 " tries; again %s%s\n", n->attempts,
			n->next_attempt > clock_now(&x->c->clock) ? "at " : "with the next scan",
			n->next_attempt > clock_now(&x->c->clock) ? at : "");
	} else if (strcmp(state, "sent") == 0) {
		clock_text(at, n->done);
		printf("taken at %s", at);
		clock_text(at, rule && rule->renotify ? notice_next_repeat(n, rule->renotify) : 0);
		printf(rule && rule->renotify ? "; not said again before %s\n" : "; not said again\n", at);
	} else {
		printf("%s: %s\n", strcmp(state, "dead") == 0 ? "given up" : "discarded", n->last_answer);
	}
	return 0;
}

static void add_inhibitors(struct buf *out, const struct explaining *x, const struct finding *f)
{
	const struct rule *rule = rule_find(x->l->rules, f->rule);

	buf_adds(out, "  inhibited: its rule is told unless one of these is open:");
	for (size_t i = 0; rule != NULL && i < rule->unless_open.count; i++)
		buf_addf(out, "%s %s", i ? "," : "", rule->unless_open.items[i]);
	buf_addc(out, '\n');
}

struct quiet {
	struct buf *out;
	const struct explaining *x;
};

static int add_quiet(
	void *arg, const struct route_config *route, const char *receiver, const char *group_key, struct error *e)
{
	const struct quiet *q = arg;
	int64_t until = route_quiet_until(route, q->x->finding->severity, clock_now(&q->x->c->clock));
	char text[32];

	(void)group_key;
	(void)e;
	clock_text(text, until);
	if (until != 0)
		buf_addf(q->out, "  quiet hours keep what is for %s until %s (kenpin.yaml:%d)\n", receiver, text,
			route->node->start.line);
	return 0;
}

/* What keeps a finding from being told, in words; "" when nothing does. */
static int hold(struct explaining *x, struct buf *out, struct error *e)
{
	const struct finding *f = x->finding;
	struct quiet quiet = {out, x};
	const char *by = NULL;

	if (state_silence_of(x->state, f, &by, e) < 0 || notify_routes(x->notify, f, add_quiet, &quiet, e) < 0)
		return -1;
	if (by != NULL)
		buf_addf(out, "  %s\n", by);
	if (!x->stored)
		return 0;
	switch (f->state) {
	case FINDING_SUSPECT:
		buf_adds(out, "  suspect: not yet seen by as many complete scans as the rule's open_after asks for\n");
		break;
	case FINDING_ACKNOWLEDGED: buf_adds(out, "  acknowledged\n"); break;
	case FINDING_SILENCED:
		if (by == NULL)
			buf_adds(out,
				"  accepted by a baseline, or its silence has ended since: the next scan that sees "
				"it decides\n");
		break;
	case FINDING_INHIBITED: add_inhibitors(out, x, f); break;
	case FINDING_RESOLVED: buf_adds(out, "  resolved\n"); break;
	case FINDING_OPEN: break;
	}
	return 0;
}

static int print_hold(struct explaining *x, struct error *e)
{
	struct buf lines;

	buf_init(&lines, 1 << 20);
	int failed = hold(x, &lines, e);
	if (!failed)
		printf("HELD BACK\n%s", lines.len ? buf_text(&lines) : "  by nothing\n");
	buf_clear(&lines);
	return failed;
}

static int explain(struct explaining *x, struct error *e)
{
	printf("ROUTES\n");
	if (x->l->project->routes.count == 0)
		printf("  none\n");
	if (notify_routes_walk(x->notify, x->finding, print_step, x, e) < 0)
		return -1;
	printf("TOLD\n");
	if (notify_routes(x->notify, x->finding, print_told, x, e) < 0)
		return -1;
	if (x->told == 0)
		printf("  nobody\n");
	if (print_hold(x, e) < 0 || !x->stored)
		return x->stored ? -1 : 0;
	printf("SAID\n");
	if (state_notices_of(x->state, x->finding, print_notice, x, e) < 0)
		return -1;
	if (x->notices == 0)
		printf("  nothing yet of this episode\n");
	return 0;
}

/* ---- a finding that the store knows ---- */

static int explain_stored(void *arg, const struct finding *f, struct error *e)
{
	struct explaining *x = arg;
	char id[FINGERPRINT_HEX];
	struct buf key;

	x->finding = f;
	x->stored = true;
	fingerprint_text(id, &f->fingerprint);
	buf_init(&key, 1 << 20);
	key_display(&key, span_of(f->key));
	printf("finding %.12s: %s, %s, %s%s%s, %s\n", id, finding_state_names[f->state], severity_name(f->severity),
		f->rule, f->shop[0] ? ", shop " : "", f->shop, buf_text(&key));
	buf_clear(&key);
	return explain(x, e);
}

/* ---- one that might be ---- */

static const char *const label_names[] = {"rule", "shop", "severity", "query", "class", "key", "tag", NULL};

static int set_label(
	struct finding *f, const char *label, const char *value, struct arena *arena, bool *severe, struct error *e)
{
	const char **texts[] = {&f->rule, &f->shop, NULL, &f->query, &f->klass, &f->key, &f->tags}, *near;

	for (size_t i = 0; label_names[i] != NULL; i++) {
		if (strcmp(label_names[i], label) != 0)
			continue;
		if (texts[i] == NULL) {
			*severe = severity_parse(&f->severity, value);
			return *severe ? 0
				       : error_set(e, ERROR_USAGE,
						 "severity= wants info, warning, error or critical, not \"%s\"", value);
		}
		*texts[i] = strcmp(label, "tag") == 0 && f->tags[0] ? arena_printf(arena, "%s,%s", f->tags, value)
								    : arena_strdup(arena, value);
		return 0;
	}
	near = str_nearest(label, label_names);
	return error_set(e, ERROR_USAGE,
		"--match knows rule, shop, severity, query, class, key and tag, as in rule=jan-shape,shop=s001, not "
		"\"%s\"%s%s%s",
		label, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static int parse_match(struct finding *f, const char *text, struct arena *arena, bool *severe, struct error *e)
{
	while (*text != '\0') {
		size_t n = strcspn(text, ",");
		char *label = arena_strndup(arena, text, n), *value = strchr(label, '=');

		if (value != NULL)
			*value++ = '\0';
		if (set_label(f, label, value ? value : "", arena, severe, e) < 0)
			return -1;
		text += n + (text[n] == ',');
	}
	return 0;
}

/* What is not given is as the rule has it. */
static int explain_match(struct explaining *x, struct error *e)
{
	struct finding f = {
		.rule = "", .query = "", .tags = "", .shop = "", .key = "{}", .klass = "", .state = FINDING_OPEN};
	bool severe = false;

	if (parse_match(&f, given.match, &x->l->arena, &severe, e) < 0)
		return -1;
	const struct rule *rule = rule_find(x->l->rules, f.rule);
	if (rule != NULL) {
		f.severity = severe ? f.severity : rule->severity;
		f.query = f.query[0] ? f.query : rule->query_name;
		f.tags = f.tags[0] ? f.tags : rule->tags_joined;
	} else if (!severe) {
		return error_set(e, ERROR_USAGE,
			"--match names no rule of this project, so it must say severity=, which routes and silences "
			"look "
			"at");
	}
	x->finding = &f;
	return explain(x, e);
}

/* ---- both ---- */

static int with_all(struct explaining *x, struct error *e)
{
	const struct notify_context context = {&x->c->clock, "", x->c->stop_now, stdout, x->l->project->folder};

	x->state = load_state(x->l, x->c, STATE_READ_ONLY, e);
	x->notify = x->state ? notify_new(x->l->project, &context, e) : NULL;
	if (x->notify == NULL)
		return -1;
	if (given.match != NULL)
		return explain_match(x, e);
	int found = state_finding(x->state, given.finding, explain_stored, x, e);
	return found == 1 ? 0 : found == 0 ? findings_unknown(given.finding, e) : -1;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	const struct rule_filter every = {NULL, NULL};
	struct loaded l = {0};
	struct explaining x = {.c = c, .l = &l};
	int count, failed;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count > 0 || (given.finding == NULL) == (given.match == NULL)) {
		error_set(e, ERROR_USAGE,
			"usage: kenpin routes explain --finding ID, or --match rule=RULE,shop=SHOP,severity=SEVERITY");
		return EXIT_CONFIG;
	}
	failed = load_project(&l, c, &every, true, e) < 0 || with_all(&x, e) < 0;
	notify_free(x.notify);
	state_close(x.state);
	loaded_clear(&l);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command routes_explain = {"explain", "", "", run, options};
