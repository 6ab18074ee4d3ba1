/* Options out of argv by a table. */
#include "base/base.h"
#include "command/command.h"

#include "base/str.h"

static int unknown(const struct cli_option *options, size_t count, const char *name, struct error *e)
{
	const char **names = xcalloc(count + 1, sizeof(*names));

	for (size_t i = 0; i < count; i++)
		names[i] = options[i].name;
	const char *near = str_nearest(name, names);
	free(names);
	if (near != NULL)
		return error_set(e, ERROR_USAGE, "unknown option --%s; did you mean --%s?", name, near);
	return error_set(e, ERROR_USAGE, "unknown option --%s; run with --help to see the options", name);
}

static void list_add(struct cli_list *list, const char *item)
{
	list->items = xrealloc(list->items, (list->count + 2) * sizeof(*list->items));
	list->items[list->count++] = item;
	list->items[list->count] = NULL;
}

void cli_list_clear(struct cli_list *list)
{
	free(list->items);
	*list = (struct cli_list){0};
}

/* A date or time, or a span back from now: "24h". */
static int instant(int64_t *out, const char *text)
{
	int64_t back;

	if (str_duration(&back, span_of(text)) == 0) {
		*out = clock_now(&(struct clock){0}) - back;
		return 0;
	}
	return clock_parse(out, span_of(text), 0);
}

static int set(const struct cli_option *o, const char *text, struct error *e)
{
	switch (o->type) {
	case CLI_FLAG: *(bool *)o->value = true; return 0;
	case CLI_TEXT: *(const char **)o->value = text; return 0;
	case CLI_LIST: list_add(o->value, text); return 0;
	case CLI_INT:
		if (span_to_int64(o->value, span_of(text)) && *(int64_t *)o->value >= 0)
			return 0;
		return error_set(e, ERROR_USAGE, "--%s wants a whole number, not \"%s\"", o->name, text);
	case CLI_DURATION:
		if (str_duration(o->value, span_of(text)) == 0)
			return 0;
		return error_set(
			e, ERROR_USAGE, "--%s wants a duration such as 30s, 15m or 24h, not \"%s\"", o->name, text);
	case CLI_INSTANT:
		if (instant(o->value, text) == 0)
			return 0;
		return error_set(e, ERROR_USAGE,
			"--%s wants a time such as 2026-11-24T18:00:00Z, or 24h for as long ago, not \"%s\"", o->name,
			text);
	}
	return -1;
}

int cli_parse(const struct cli_option *options, size_t option_count, int argc, char **argv, int *count, struct error *e)
{
	bool only_rest = false;

	*count = 0;
	for (int i = 0; i < argc; i++) {
		if (only_rest || argv[i][0] != '-' || argv[i][1] == '\0') {
			argv[(*count)++] = argv[i];
			continue;
		}
		if (strcmp(argv[i], "--") == 0) {
			only_rest = true;
			continue;
		}
		if (strncmp(argv[i], "--", 2) != 0)
			return error_set(e, ERROR_USAGE, "unknown option %s; options begin with two dashes", argv[i]);
		char *name = argv[i] + 2, *equals = strchr(name, '=');
		const struct cli_option *found = NULL;
		if (equals != NULL)
			*equals = '\0';
		for (size_t k = 0; k < option_count; k++)
			if (strcmp(options[k].name, name) == 0)
				found = &options[k];
		if (found == NULL)
			return unknown(options, option_count, name, e);
		const char *text = equals ? equals + 1 : NULL;
		if (found->type == CLI_FLAG && text != NULL)
			return error_set(e, ERROR_USAGE, "--%s takes no value", name);
		if (found->type != CLI_FLAG && text == NULL) {
			if (++i >= argc)
				return error_set(e, ERROR_USAGE, "--%s wants a value: %s", name, found->argument);
			text = argv[i];
		}
		if (set(found, text, e) < 0)
			return -1;
	}
	return 0;
}
