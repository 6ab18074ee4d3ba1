/* What commands share by which people act: verbs, names and reasons. */
#include "base/base.h"
#include "command/people.h"

#include "base/limits.h"
#include "base/str.h"
#include "base/utf8.h"

#define VERBS_MOST 16

static void no_verb(
	const char *name, const struct command *const *verbs, size_t verb_count, const char *given, struct error *e)
{
	const char *names[VERBS_MOST + 1] = {NULL};
	struct buf list;

	buf_init(&list, 4096);
	for (size_t i = 0; i < verb_count && i < VERBS_MOST; i++) {
		names[i] = verbs[i]->name;
		buf_addf(&list, "%s%s", i ? " | " : "", names[i]);
	}
	const char *near = given ? str_nearest(given, names) : NULL;
	if (near != NULL)
		error_set(e, ERROR_USAGE, "there is no `%s %s`; did you mean `%s %s`?", name, given, name, near);
	else
		error_set(e, ERROR_USAGE, "usage: kenpin %s %s [options]", name, buf_text(&list));
	buf_clear(&list);
}

enum exit_code verbs_run(const char *name, const struct command *const *verbs, size_t verb_count,
	const struct command *fallback, struct command_context *c, int argc, char **argv, struct error *e)
{
	for (size_t i = 0; argc > 0 && i < verb_count; i++)
		if (strcmp(argv[0], verbs[i]->name) == 0)
			return verbs[i]->run(c, argc - 1, argv + 1, e);
	if (fallback != NULL && (argc == 0 || argv[0][0] == '-'))
		return fallback->run(c, argc, argv, e);
	no_verb(name, verbs, verb_count, argc > 0 ? argv[0] : NULL, e);
	return EXIT_CONFIG;
}

size_t verbs_options(struct cli_option *all, size_t most, const struct command *const *verbs, size_t verb_count)
{
	size_t count = 0, more = 0, k;

	for (size_t v = 0; v < verb_count; v++) {
		const struct cli_option *own = verbs[v]->options ? verbs[v]->options(&more) : NULL;

		for (size_t i = 0; own != NULL && i < more; i++) {
			for (k = 0; k < count && strcmp(all[k].name, own[i].name) != 0;)
				k++;
			if (k == count && k < most)
				all[count++] = own[i];
		}
	}
	return count;
}

const char *person(const char *given)
{
	const char *names[] = {given, getenv("USER"), getenv("LOGNAME")};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (names[i] != NULL && names[i][0] != '\0')
			return names[i];
	return "someone";
}

int person_says(const char *option, const char *text, struct error *e)
{
	if (text == NULL || text[strspn(text, " ")] == '\0')
		return error_set(e, ERROR_USAGE, "%s is wanted: who reads the history later wants to know", option);
	if (strlen(text) > LIMIT_REASON_BYTES)
		return error_set(
			e, ERROR_USAGE, "%s has more than %d bytes (LIMIT_REASON_BYTES)", option, LIMIT_REASON_BYTES);
	if (utf8_invalid(span_of(text)) >= 0)
		return error_set(e, ERROR_USAGE, "%s is not UTF-8", option);
	for (const char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return error_set(e, ERROR_USAGE, "%s has a line break or control character in it", option);
	return 0;
}

int person_number(int64_t *out, const char *text, const char *what, struct error *e)
{
	if (span_to_int64(out, span_of(text)) && *out > 0)
		return 0;
	return error_set(e, ERROR_USAGE, "\"%s\" is no number of a %s", text, what);
}
