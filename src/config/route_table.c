/*
 * Routes as kenpin.yaml has them: a tree, in which what is left out is
 * inherited; and what is wrong with one. It must not know findings.
 */
#include "base/base.h"
#include "config/project_private.h"

#include "base/limits.h"
#include "base/str.h"

static const char *const group_names[] = {"rule", "shop", "severity", "class", "query", NULL};

#define M(field) offsetof(struct match_config, field)
static const struct option match_options[] = {
	{"severity", OPTION_TEXTS, M(severity),
		.help = "info, warning, error, critical: one of these; '!info': not this one"},
	{"rule", OPTION_TEXTS, M(rule), .help = "rule ids; * and ? stand for anything; '!jan-*': none of these"},
	{"shop", OPTION_TEXTS, M(shop), .help = "shops, likewise"},
	{"query", OPTION_TEXTS, M(query), .help = "names of saved queries, likewise"},
	{"class", OPTION_TEXTS, M(klass), .help = "classes of findings (the check that decided), likewise"},
	{"tag", OPTION_TEXTS, M(tag), .help = "tags of the rule, one of which must fit, and none with a ! before it"},
};
const struct option_block match_block = {
	"match",
	match_options,
	ARRAY_LEN(match_options),
	sizeof(struct match_config),
	M(node),
	.help = "which findings: every key must fit",
};

#define X(field) offsetof(struct escalate_config, field)
static const struct option escalate_options[] = {
	{"after", OPTION_DURATION, X(after), .required = true, .min = 60000, .max = LIMIT_ESCALATE_MS,
		.help = "since it was told first, or since quiet hours were over"},
	{"receivers", OPTION_TEXTS, X(receivers), .required = true, .help = "who is told then, once"},
};
static const struct option_block escalate_block = {
	"escalate",
	escalate_options,
	ARRAY_LEN(escalate_options),
	sizeof(struct escalate_config),
	X(node),
	.help = "who is told of a finding that is open and that nobody has acknowledged",
};

#define R(field) offsetof(struct route_config, field)
static const struct option route_options[] = {
	{"match", OPTION_BLOCK, R(match), .block = &match_block, .help = "which findings; all when left out"},
	{"receivers", OPTION_TEXTS, R(receivers),
		.help = "who is told, or nobody; default: those of the route that it stands in"},
	{"group_by", OPTION_TEXTS, R(group_by),
		.help = "of rule, shop, severity, class, query: findings that agree in all make one message; default: "
			"as the route that it stands in, else one for all"},
	{"show", OPTION_INT, R(show), .min = 1, .max = LIMIT_GROUP_SHOW,
		.help = "findings that a message names, the worst first; the rest is counted; default: as the route "
			"that it stands in, else 10"},
	{"quiet", OPTION_NODE, R(quiet_node), .block = &quiet_block,
		.help = "hours, or a list of them, in which its messages are kept; not inherited"},
	{"escalate", OPTION_NODE, R(escalate_node), .block = &escalate_block,
		.help = "who is told when nobody acknowledges, or a list of steps; default: as the route that it "
			"stands in"},
	{"continue", OPTION_BOOL, R(go_on), "false", .help = "look at the routes after this one too"},
	{"routes", OPTION_BLOCKS, R(routes), .block = &route_block,
		.help = "routes for some of its findings, tried first; those that none of them takes are its own"},
};

static const char *bare(const char *entry)
{
	return entry + (*entry == '!');
}

static void finish_route(void *block, struct option_reader *r, const struct yaml_node *node)
{
	struct route_config *route = block;
	struct texts severities = {0};

	read_quiet(r, route);
	check_entries(r, node, "group_by", &route->group_by, "E0202", group_names);
	if (!route->match)
		return;
	severities.items = arena_zalloc(r->arena, (route->match->severity.count + 1) * sizeof(*severities.items));
	for (; severities.count < route->match->severity.count; severities.count++)
		severities.items[severities.count] = bare(route->match->severity.items[severities.count]);
	check_entries(r, route->match->node, "severity", &severities, "E0202", severity_names);
}

const struct option_block route_block = {
	"route",
	route_options,
	ARRAY_LEN(route_options),
	sizeof(struct route_config),
	R(node),
	.help = "who is told of which findings; of a list the first that fits wins",
	.finish = finish_route,
};

/* ---- which routes can be reached ---- */

static bool has(const struct texts *list, const char *entry)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], entry) == 0)
			return true;
	return false;
}

/* Whether all that fits B is sure to fit A; "no" may also mean "perhaps". OPTIONAL: there may be no value, which no
 * pattern fits, not even *. */
static bool covers_list(const struct texts *a, const struct texts *b, bool optional)
{
	bool a_chooses = false, b_chooses = false;

	for (size_t i = 0; i < a->count; i++) {
		a_chooses |= a->items[i][0] != '!';
		if (a->items[i][0] == '!' && !has(b, a->items[i]))
			return false;
	}
	for (size_t i = 0; i < b->count; i++) {
		bool chooses = b->items[i][0] != '!';

		b_chooses |= chooses;
		if (a_chooses && chooses && !has(a, b->items[i]) && !has(a, "*"))
			return false;
	}
	return !a_chooses || b_chooses || (has(a, "*") && !optional);
}

static const struct match_config all = {0};

static bool covers(const struct match_config *a, const struct match_config *b)
{
	if (!a)
		a = &all;
	if (!b)
		b = &all;
	return covers_list(&a->severity, &b->severity, false) && covers_list(&a->rule, &b->rule, false) &&
	       covers_list(&a->shop, &b->shop, false) && covers_list(&a->query, &b->query, false) &&
	       covers_list(&a->klass, &b->klass, false) && covers_list(&a->tag, &b->tag, true);
}

static void check_reached(struct option_reader *r, const struct blocks *routes, size_t i)
{
	const struct route_config *route = routes->items[i];

	for (size_t k = 0; k < i; k++) {
		const struct route_config *before = routes->items[k];
		struct diag *d;

		if (before->go_on || !covers(before->match, route->match))
			continue;
		d = diag_warning(r->diags, "W0213", r->file, route->node,
			"this route is never reached: line %d takes all that it could", before->node->start.line);
		diag_also(d, before->node->start, "takes them first");
		diag_help(r->diags, d, "put it before that route, or say \"continue: true\" there");
		return;
	}
}

static void check_last(struct option_reader *r, const struct blocks *routes)
{
	const struct route_config *last = routes->items[routes->count - 1];
	struct diag *d;

	for (size_t i = 0; i < routes->count; i++)
		if (covers(((const struct route_config *)routes->items[i])->match, NULL))
			return;
	d = diag_warning(r->diags, "W0214", r->file, last->node,
		"no route takes what none of these matches: nobody is told of it");
	diag_help(r->diags, d,
		"end with a route without \"match\"; \"- {receivers: nobody}\" says that nobody is to be told");
}

/* ---- when nobody acknowledges ---- */

static void read_escalate(struct option_reader *r, struct route_config *route)
{
	const struct yaml_node *node = route->escalate_node;
	size_t count = node && node->kind == YAML_LIST ? node->count : node != NULL;

	route->escalate.items = arena_zalloc(r->arena, (count + 1) * sizeof(*route->escalate.items));
	for (size_t i = 0; i < count; i++) {
		void *step = option_read(r, &escalate_block, node->kind == YAML_LIST ? node->items[i] : node);

		if (step)
			route->escalate.items[route->escalate.count++] = step;
	}
}

static void take_escalate(struct option_reader *r, struct route_config *route, const struct route_config *parent,
	const char *const *names)
{
	if (!route->escalate_node && parent) {
		route->escalate = parent->escalate;
		return;
	}
	read_escalate(r, route);
	for (size_t i = 0; i < route->escalate.count; i++) {
		const struct escalate_config *x = route->escalate.items[i];

		check_entries(r, x->node, "receivers", &x->receivers, "E0209", names);
	}
}

/* ---- what is inherited ---- */

/* `receivers: nobody` on purpose, as long as none has that name. */
static bool is_nobody(const struct texts *receivers, const char *const *names)
{
	if (receivers->count != 1 || strcmp(receivers->items[0], "nobody") != 0)
		return false;
	for (; *names; names++)
		if (strcmp(*names, "nobody") == 0)
			return false;
	return true;
}

static void take_receivers(struct option_reader *r, struct route_config *route, const struct route_config *parent,
	const char *const *names)
{
	const struct yaml_node *node = yaml_find(route->node, "receivers");
	struct diag *d;

	if (!node && parent) {
		route->receivers = parent->receivers;
	} else if (!node) {
		d = diag_error(r->diags, "E0204", r->file, route->node, "\"receivers\" is missing under \"route\"");
		diag_help(r->diags, d, "receivers: who is told; \"receivers: nobody\" when nobody is to be");
	} else if (is_nobody(&route->receivers, names)) {
		route->receivers.count = 0;
	} else if (route->receivers.count == 0) {
		d = diag_error(r->diags, "E0202", r->file, node, "\"receivers\" names nobody");
		diag_help(r->diags, d,
			parent ? "leave it out to inherit them, or say \"receivers: nobody\""
			       : "say \"receivers: nobody\" when nobody is to be told");
	} else {
		check_entries(r, route->node, "receivers", &route->receivers, "E0209", names);
	}
}

static void finish_list(struct option_reader *r, const struct blocks *routes, const struct route_config *parent,
	const char *const *names)
{
	for (size_t i = 0; i < routes->count; i++) {
		struct route_config *route = routes->items[i];

		take_receivers(r, route, parent, names);
		take_escalate(r, route, parent, names);
		if (parent && !yaml_find(route->node, "group_by"))
			route->group_by = parent->group_by;
		if (route->show == 0)
			route->show = parent ? parent->show : LIMIT_GROUP_TOP;
		check_reached(r, routes, i);
		finish_list(r, &route->routes, route, names);
	}
}

void finish_routes(struct option_reader *r, const struct blocks *routes, const char *const *names)
{
	finish_list(r, routes, NULL, names);
	if (routes->count > 0)
		check_last(r, routes);
}
