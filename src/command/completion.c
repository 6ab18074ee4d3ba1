/*
 * kenpin completion: scripts for shells, made from the same tables as the
 * help, so that they cannot say anything else.
 */
#include "base/base.h"
#include "command/command.h"

#define VERBS_MOST 32
#define OPTIONS_MOST 256 /* of all commands together */

/* What stands before the command; main reads them. */
static const struct cli_option globals[] = {
	{"C", CLI_TEXT, NULL, "DIR", "the project folder"},
	{"now", CLI_TEXT, NULL, "TIME", "the time that the run takes as the present"},
	{"log", CLI_TEXT, NULL, "text|json", "form of the log on standard error"},
	{"verbose", CLI_FLAG, NULL, NULL, "say more"},
	{"quiet", CLI_FLAG, NULL, NULL, "say only errors"},
	{"help", CLI_FLAG, NULL, NULL, "tell more"},
	{"version", CLI_FLAG, NULL, NULL, "print the version"},
};

/* ---- what there is ---- */

static const struct cli_option *options_of(const struct command *command, size_t *count)
{
	*count = 0;
	return command->options ? command->options(count) : NULL;
}

static const char *dashes(const struct cli_option *o)
{
	return o->name[1] == '\0' ? "-" : "--";
}

static bool is_new(const struct span *found, size_t count, struct span word)
{
	for (size_t i = 0; i < count; i++)
		if (span_equal(found[i], word))
			return false;
	return true;
}

/* The words that a command's usage begins with, or goes on with behind a bar outside of brackets. */
static size_t verbs_of(struct span verbs[VERBS_MOST], const struct command *command)
{
	size_t count = 0;
	int depth = 0;
	bool begins = true;

	for (const char *p = command->usage; *p; p++) {
		size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyz-");

		if (depth == 0 && begins && n > 0 && p[0] != '-' && strchr(" \n", p[n]) != NULL) {
			if (count < VERBS_MOST && is_new(verbs, count, (struct span){p, n}))
				verbs[count++] = (struct span){p, n};
			p += n - 1;
			begins = false;
			continue;
		}
		depth += (*p == '[') - (*p == ']');
		begins = depth == 0 && (*p == '|' || (begins && (*p == ' ' || *p == '\n')));
	}
	return count;
}

/* The summary's first line: what a list of commands says. */
static struct span summary_of(const struct command *command)
{
	return (struct span){command->summary, strcspn(command->summary, "\n")};
}

/* TEXT in single quotes of a shell; the characters in ESCAPED get a backslash. */
static void put_quoted(struct span text, const char *escaped)
{
	putchar('\'');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\'') {
			fputs("'\\''", stdout);
			continue;
		}
		if (strchr(escaped, text.p[i]))
			putchar('\\');
		putchar(text.p[i]);
	}
	putchar('\'');
}

/* ---- bash ---- */

/* A case for those options of all commands whose argument is one of KIND: "FILE", "DIR", "" (any other). */
static void bash_pattern(const char *kind)
{
	struct span told[OPTIONS_MOST];
	size_t count, told_count = 0;

	for (size_t c = 0; c == 0 || commands[c - 1] != NULL; c++) {
		const struct cli_option *o = c ? options_of(commands[c - 1], &count) : globals;

		count = c ? count : ARRAY_LEN(globals);
		for (size_t i = 0; i < count; i++) {
			const char *argument = o[i].argument;
			bool path = argument && (strcmp(argument, "FILE") == 0 || strcmp(argument, "DIR") == 0);

			if (argument == NULL || (*kind ? strcmp(argument, kind) != 0 : path) ||
				told_count == OPTIONS_MOST || !is_new(told, told_count, span_of(o[i].name)))
				continue;
			printf("%s%s%s", told_count ? "|" : "", dashes(&o[i]), o[i].name);
			told[told_count++] = span_of(o[i].name);
		}
	}
}

static void bash_words(const struct command *command)
{
	struct span verbs[VERBS_MOST];
	size_t options, count = verbs_of(verbs, command);
	const struct cli_option *o = options_of(command, &options);

	printf("\t%s)\n\t\tverbs='", command->name);
	for (size_t i = 0; i < count; i++)
		printf("%s%.*s", i ? " " : "", SPAN_ARG(verbs[i]));
	printf("'\n\t\toptions='");
	for (size_t i = 0; i < options; i++)
		printf("--%s ", o[i].name);
	printf("--help'\n\t\t;;\n");
}

static void bash(void)
{
	printf("# bash completion of kenpin; made by: kenpin completion bash\n"
	       "_kenpin() {\n"
	       "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	       "\tlocal command='' verb='' verbs='' options='' i\n"
	       "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	       "\t\tcase ${COMP_WORDS[i]} in\n"
	       "\t\t");
	bash_pattern("FILE");
	putchar('|');
	bash_pattern("DIR");
	putchar('|');
	bash_pattern("");
	printf(") i=$((i + 1)) ;;\n"
	       "\t\t-*) ;;\n"
	       "\t\t*) if [ -z \"$command\" ]; then command=${COMP_WORDS[i]}; elif [ -z \"$verb\" ]; then "
	       "verb=${COMP_WORDS[i]}; fi ;;\n"
	       "\t\tesac\n"
	       "\tdone\n"
	       "\tCOMPREPLY=()\n"
	       "\tcase $prev in\n"
	       "\t");
	bash_pattern("FILE");
	printf(") mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return ;;\n\t");
	bash_pattern("DIR");
	printf(") mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); return ;;\n\t");
	bash_pattern("");
	printf(") return ;;\n"
	       "\tesac\n"
	       "\tcase $command in\n"
	       "\t'')\n\t\tverbs='");
	for (size_t c = 0; commands[c] != NULL; c++)
		printf("%s%s", c ? " " : "", commands[c]->name);
	printf("'\n\t\toptions='");
	for (size_t i = 0; i < ARRAY_LEN(globals); i++)
		printf("%s%s%s", i ? " " : "", dashes(&globals[i]), globals[i].name);
	printf("'\n\t\t;;\n");
	for (size_t c = 0; commands[c] != NULL; c++)
		bash_words(commands[c]);
	printf("\tesac\n"
	       "\tif [[ $cur == -* ]]; then\n"
	       "\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
	       "\telif [ -n \"$verbs\" ] && [ -z \"$verb\" ]; then\n"
	       "\t\tmapfile -t COMPREPLY < <(compgen -W \"$verbs\" -- \"$cur\")\n"
	       "\telse\n"
	       "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
	       "\tfi\n"
	       "}\n"
	       "complete -o filenames -F _kenpin kenpin\n");
}

/* ---- zsh ---- */

static void zsh_option(const struct cli_option *o)
{
	const char *argument = o->argument;
	char text[512];

	snprintf(text, sizeof(text), "%s%s[%s]", dashes(o), o->name, o->help);
	printf(" \\\n\t\t\t\t%s", o->type == CLI_LIST ? "'*'" : "");
	for (char *p = text; *p; p++)
		if ((*p == '[' || *p == ']') && p != strchr(text, '[') && p[1] != '\0')
			*p = *p == '[' ? '(' : ')';
	put_quoted(span_of(text), ":");
	if (argument == NULL)
		return;
	if (strcmp(argument, "FILE") == 0 || strcmp(argument, "DIR") == 0) {
		printf("':%s:_files%s'", argument, *argument == 'D' ? " -/" : "");
	} else if (strchr(argument, '|')) {
		printf("':VALUE:(");
		for (const char *p = argument; *p; p++)
			putchar(*p == '|' ? ' ' : *p);
		printf(")'");
	} else {
		printf("':%s: '", argument);
	}
}

static void zsh_command(const struct command *command)
{
	struct span verbs[VERBS_MOST];
	size_t options, count = verbs_of(verbs, command);
	const struct cli_option *o = options_of(command, &options);

	printf("\t\t%s)\n\t\t\t_arguments", command->name);
	for (size_t i = 0; i < options; i++)
		zsh_option(&o[i]);
	printf(" \\\n\t\t\t\t'--help[tell more]'");
	if (count > 0) {
		printf(" \\\n\t\t\t\t'1:VERB:(");
		for (size_t i = 0; i < count; i++)
			printf("%s%.*s", i ? " " : "", SPAN_ARG(verbs[i]));
		printf(")'");
	}
	printf(" \\\n\t\t\t\t'*:FILE:_files'\n\t\t\t;;\n");
}

static void zsh(void)
{
	printf("#compdef kenpin\n"
	       "# zsh completion of kenpin; made by: kenpin completion zsh\n"
	       "_kenpin() {\n"
	       "\tlocal curcontext=$curcontext state line\n"
	       "\tlocal -a commands=(\n");
	for (size_t c = 0; commands[c] != NULL; c++) {
		printf("\t\t%s:", commands[c]->name);
		put_quoted(summary_of(commands[c]), "");
		putchar('\n');
	}
	printf("\t)\n\t_arguments -C");
	for (size_t i = 0; i < ARRAY_LEN(globals); i++)
		zsh_option(&globals[i]);
	printf(" \\\n\t\t'1:command:->command' \\\n\t\t'*::argument:->argument'\n"
	       "\tcase $state in\n"
	       "\tcommand) _describe command commands ;;\n"
	       "\targument)\n"
	       "\t\tcase $words[1] in\n");
	for (size_t c = 0; commands[c] != NULL; c++)
		zsh_command(commands[c]);
	printf("\t\tesac\n"
	       "\t\t;;\n"
	       "\tesac\n"
	       "}\n"
	       "_kenpin \"$@\"\n");
}

/* ---- fish ---- */

static void fish_option(const char *condition, const struct cli_option *o)
{
	printf("complete -c kenpin -n %s %s %s", condition, o->name[1] == '\0' ? "-s" : "-l", o->name);
	if (o->argument && strcmp(o->argument, "DIR") == 0)
		printf(" -x -a '(__fish_complete_directories)'");
	else if (o->argument && strcmp(o->argument, "FILE") == 0)
		printf(" -r -F");
	else if (o->argument)
		printf(" -x");
	if (o->argument && strchr(o->argument, '|')) {
		printf(" -a '");
		for (const char *p = o->argument; *p; p++)
			putchar(*p == '|' ? ' ' : *p);
		putchar('\'');
	}
	printf(" -d ");
	put_quoted(span_of(o->help), "");
	putchar('\n');
}

static void fish_command(const struct command *command)
{
	struct span verbs[VERBS_MOST];
	size_t options, count = verbs_of(verbs, command);
	const struct cli_option *o = options_of(command, &options);
	char condition[128];

	printf("complete -c kenpin -n __fish_use_subcommand -f -a %s -d ", command->name);
	put_quoted(summary_of(command), "");
	putchar('\n');
	for (size_t i = 0; i < count; i++)
		printf("complete -c kenpin -n '__fish_seen_subcommand_from %s' -f -a %.*s\n", command->name,
			SPAN_ARG(verbs[i]));
	snprintf(condition, sizeof(condition), "'__fish_seen_subcommand_from %s'", command->name);
	for (size_t i = 0; i < options; i++)
		fish_option(condition, &o[i]);
}

static void fish(void)
{
	printf("# fish completion of kenpin; made by: kenpin completion fish\n");
	for (size_t i = 0; i < ARRAY_LEN(globals); i++)
		fish_option("__fish_use_subcommand", &globals[i]);
	for (size_t c = 0; commands[c] != NULL; c++)
		fish_command(commands[c]);
}

static const struct {
	const char *name;
	void (*print)(void);
} shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	int count;

	(void)c;
	if (cli_parse(NULL, 0, argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	for (size_t i = 0; i < ARRAY_LEN(shells) && count == 1; i++) {
		if (strcmp(argv[0], shells[i].name) == 0) {
			shells[i].print();
			return EXIT_DONE;
		}
	}
	error_set(e, ERROR_USAGE, "usage: kenpin completion bash | zsh | fish");
	return EXIT_CONFIG;
}

const struct command command_completion = {
	"completion", "bash | zsh | fish", "Prints a completion script for a shell.", run, NULL};
