/* kenpin explain: what a message's code means. */
#include "base/base.h"
#include "command/command.h"

static void print_example(const char *label, const char *text)
{
	if (text == NULL)
		return;
	printf("\n%s:\n", label);
	for (const char *p = text; *p != '\0';) {
		size_t n = strcspn(p, "\n");
		printf("    %.*s\n", (int)n, p);
		p += n + (p[n] == '\n');
	}
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	int count;
	size_t codes;

	(void)c;
	if (cli_parse(NULL, 0, argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count == 0) {
		const struct diag_code *all = diag_codes(&codes);
		for (size_t i = 0; i < codes; i++)
			printf("%s  %s\n", all[i].code, all[i].title);
		return EXIT_DONE;
	}
	const struct diag_code *code = count == 1 ? diag_code_find(argv[0]) : NULL;
	if (code == NULL) {
		error_set(e, ERROR_USAGE, "there is no code \"%s\"; kenpin explain lists them", argv[0]);
		return EXIT_CONFIG;
	}
	printf("%s: %s\n\n%s\n", code->code, code->title, code->explain);
	print_example("wrong", code->bad);
	print_example("right", code->good);
	return EXIT_DONE;
}

const struct command command_explain = {
	"explain", "[CODE]", "Explains the code of a message, with a wrong and a right example.", run, NULL};
