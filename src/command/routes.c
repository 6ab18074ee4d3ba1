/* kenpin routes: the tree of routes, and which of them a finding takes. */
#include "base/base.h"
#include "command/routes.h"

#include <inttypes.h>

#include "base/str.h"
#include "command/people.h"

static const char *const labels[] = {"severity", "rule", "shop", "query", "class", "tag"};

struct texts match_label(const struct match_config *match, const char *label)
{
	const struct texts *lists[ARRAY_LEN(labels)];

	if (match == NULL)
		return (struct texts){0};
	lists[0] = &match->severity;
	lists[1] = &match->rule;
	lists[2] = &match->shop;
	lists[3] = &match->query;
	lists[4] = &match->klass;
	lists[5] = &match->tag;
	for (size_t i = 0; i < ARRAY_LEN(labels); i++)
		if (strcmp(labels[i], label) == 0)
			return *lists[i];
	return (struct texts){0};
}

static void add_texts(struct buf *out, const struct texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		buf_addf(out, "%s%s", i ? ", " : "", texts->items[i]);
}

void route_describe(struct buf *out, const struct route_config *route)
{
	if (route->receivers.count == 0) {
		buf_adds(out, "to nobody");
		return;
	}
	buf_adds(out, "to ");
	add_texts(out, &route->receivers);
	buf_adds(out, route->group_by.count ? "; one message for each " : "; one message for all");
	add_texts(out, &route->group_by);
	for (size_t i = 0; i < route->escalate.count; i++) {
		const struct escalate_config *x = route->escalate.items[i];
		char after[32];

		str_duration_text(after, x->after);
		buf_addf(out, "; after %s to ", after);
		add_texts(out, &x->receivers);
	}
	buf_addf(out, "; names %" PRId64 " finding%s", route->show, route->show == 1 ? "" : "s");
}

static void print_list(const struct blocks *routes, int depth)
{
	for (size_t i = 0; i < routes->count; i++) {
		const struct route_config *route = routes->items[i];
		struct buf line;
		bool any = true;

		buf_init(&line, 1 << 20);
		for (size_t k = 0; k < ARRAY_LEN(labels); k++) {
			const struct texts wanted = match_label(route->match, labels[k]);

			if (wanted.count == 0)
				continue;
			buf_addf(&line, "%s%s ", any ? "" : "; ", labels[k]);
			add_texts(&line, &wanted);
			any = false;
		}
		buf_adds(&line, any ? "all\n" : "\n");
		buf_addf(&line, "%*s", depth * 2 + 4, "");
		route_describe(&line, route);
		buf_adds(&line, route->go_on ? "; goes on\n" : "\n");
		printf("%*skenpin.yaml:%d  %s", depth * 2, "", route->node->start.line, buf_text(&line));
		buf_clear(&line);
		print_list(&route->routes, depth + 1);
	}
}

static enum exit_code run_list(struct command_context *c, int argc, char **argv, struct error *e)
{
	struct loaded l = {0};
	int count, failed;

	if (cli_parse(NULL, 0, argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count > 0) {
		error_set(e, ERROR_USAGE, "usage: kenpin routes list");
		return EXIT_CONFIG;
	}
	failed = load_project(&l, c, NULL, false, e);
	if (!failed && l.project->routes.count == 0)
		printf("no routes: nobody is told of anything\n");
	else if (!failed)
		print_list(&l.project->routes, 0);
	loaded_clear(&l);
	return failed ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command routes_list = {"list", "", "", run_list, NULL};
static const struct command *const verbs[] = {&routes_list, &routes_explain};

static const struct cli_option *options(size_t *count)
{
	static struct cli_option all[8];

	*count = verbs_options(all, ARRAY_LEN(all), verbs, ARRAY_LEN(verbs));
	return all;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	return verbs_run("routes", verbs, ARRAY_LEN(verbs), &routes_list, c, argc, argv, e);
}

const struct command command_routes = {"routes", "list | explain --finding ID | explain --match LABEL=VALUE,...",
	"Shows the tree of routes, or which of them a finding takes, and why.", run, options};
