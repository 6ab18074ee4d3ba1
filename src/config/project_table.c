/*
 * What stands in kenpin.yaml besides sources, receivers and routes: state,
 * shops; and that all that is named there exists.
 */
#include "base/base.h"
#include "config/project_private.h"

#include "base/str.h"

/* The node of entry I of a list that may be written as one value. */
static const struct yaml_node *entry_node(const struct yaml_node *node, const char *key, size_t i)
{
	const struct yaml_node *list = option_node(node, key);

	return list->kind == YAML_LIST && i < list->count ? list->items[i] : list;
}

static bool in_list(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

void check_entries(struct option_reader *r, const struct yaml_node *node, const char *key, const struct texts *texts,
	const char *code, const char *const *names)
{
	const char *list = names[0];

	for (size_t i = 1; list && names[i]; i++)
		list = arena_printf(r->arena, "%s, %s", list, names[i]);
	for (size_t i = 0; i < texts->count; i++) {
		const char *near, *text = texts->items[i];
		struct diag *d;

		if (in_list(text, names))
			continue;
		near = str_nearest(text, names);
		d = diag_error(r->diags, code, r->file, entry_node(node, key, i), "\"%s\" cannot hold \"%s\"%s", key,
			text, near ? arena_printf(r->arena, "; did you mean \"%s\"?", near) : "");
		diag_help(r->diags, d, "there is: %s", list ? list : "none");
	}
}

#define K(field) offsetof(struct keep_config, field)
static const struct option keep_options[] = {
	{"runs", OPTION_DURATION, K(runs), "90d", .help = "records of runs, since they began; 0s: for ever"},
	{"resolved", OPTION_DURATION, K(resolved), "400d",
		.help = "findings with their corrections, since they were resolved, and manifests that are over; a "
			"finding that a kept message or manifest names stays"},
	{"events", OPTION_DURATION, K(events), "400d",
		.help = "steps in the stories of findings that were resolved as long ago"},
	{"messages", OPTION_DURATION, K(messages), "90d",
		.help = "messages that were sent or given up, about what is all over"},
};
static const struct option_block keep_block = {
	"keep",
	keep_options,
	ARRAY_LEN(keep_options),
	sizeof(struct keep_config),
	OPTION_NO_NODE,
	.help = "how long is kept what is over; what is open is never forgotten",
};

#define S(field) offsetof(struct state_config, field)
static const struct option state_options[] = {
	{"path", OPTION_PATH, S(path), "state/kenpin.db", .help = "file in which kenpin remembers"},
	{"network_disk", OPTION_BOOL, S(network_disk), "false",
		.help = "the file is on a network disk (NFS, EFS): no WAL"},
	{"keep", OPTION_BLOCK, S(keep), "{}", .block = &keep_block,
		.help = "how long is kept what is over; it goes once a day, after a complete run"},
};
const struct option_block state_block = {
	"state",
	state_options,
	ARRAY_LEN(state_options),
	sizeof(struct state_config),
	OPTION_NO_NODE,
	.help = "what kenpin remembers from run to run",
};

#define T(field) offsetof(struct metrics_config, field)
static const struct option metrics_options[] = {
	{"textfile", OPTION_PATH, T(textfile),
		.help = "file that gets the last run in Prometheus' text format, for the node exporter (NAME.prom)"},
	{"emf", OPTION_BOOL, T(emf), "false",
		.help = "a line of CloudWatch's Embedded Metric Format on standard output after each run"},
	{"namespace", OPTION_TEXT, T(space), "kenpin", .help = "CloudWatch's namespace of these metrics"},
};
static const struct option_block metrics_block = {
	"metrics",
	metrics_options,
	ARRAY_LEN(metrics_options),
	sizeof(struct metrics_config),
	OPTION_NO_NODE,
	.help = "what each run tells of itself in numbers",
};

#define P(field) offsetof(struct project_file, field)
static const struct option project_options[] = {
	{"version", OPTION_INT, P(version), .required = true, .min = 1, .max = 1, .help = "of this format: 1"},
	{"sources", OPTION_NAMED, P(sources), .required = true, .block = &source_block,
		.help = "where documents come from, by name"},
	{"shops", OPTION_NODE, P(shops),
		.help = "list of shops for queries with for_each: shop; or {file: PATH}, one a line, # begins a "
			"comment"},
	{"state", OPTION_BLOCK, P(state), "{}", .block = &state_block, .help = "what is remembered, and where"},
	{"metrics", OPTION_BLOCK, P(metrics), "{}", .block = &metrics_block,
		.help = "what each run tells of itself in numbers"},
	{"receivers", OPTION_NAMED, P(receivers), .block = &receiver_block, .help = "who can be told, by name"},
	{"routes", OPTION_BLOCKS, P(routes), .block = &route_block,
		.help = "who is told of what; nobody when left out"},
	{"heartbeat", OPTION_NAME, P(heartbeat),
		.help = "webhook that gets a sign of life after each complete run of everything"},
};

/* One that is named for it must be there, and be one that is posted to. */
static void check_heartbeat(struct option_reader *r, const struct yaml_node *node, const struct project_file *file,
	const char *const *names)
{
	const struct texts one = {(const char *[]){file->heartbeat}, 1};

	if (!file->heartbeat)
		return;
	check_entries(r, node, "heartbeat", &one, "E0209", names);
	for (size_t i = 0; i < file->receivers.count; i++) {
		const struct receiver_config *c = file->receivers.items[i];

		if (strcmp(c->name, file->heartbeat) == 0 && c->kind != RECEIVER_WEBHOOK)
			diag_error(r->diags, "E0202", r->file, option_node(node, "heartbeat"),
				"\"heartbeat\" names a receiver that is no webhook");
	}
}

static void finish_project(void *block, struct option_reader *r, const struct yaml_node *node)
{
	const struct project_file *file = block;
	const char **names = arena_zalloc(r->arena, (file->receivers.count + 1) * sizeof(*names));

	for (size_t i = 0; i < file->receivers.count; i++)
		names[i] = ((const struct receiver_config *)file->receivers.items[i])->name;
	finish_routes(r, &file->routes, names);
	check_heartbeat(r, node, file, names);
}

const struct option_block project_block = {
	"project",
	project_options,
	ARRAY_LEN(project_options),
	sizeof(struct project_file),
	P(node),
	.help = "kenpin.yaml",
	.finish = finish_project,
};
