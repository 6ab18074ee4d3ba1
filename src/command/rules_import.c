/* kenpin rules import: rules that were written for another program, with an account of all that they said. */
#include "base/base.h"
#include "command/rules.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rule/elastalert.h"

static struct {
	const char *to, *source;
} given;

static const struct cli_option table_of_options[] = {
	{"to", CLI_TEXT, &given.to, "DIR",
		"write rules/ID.yaml and queries/ID.yaml below DIR; default: only show them"},
	{"source", CLI_TEXT, &given.source, "NAME", "source that the queries name; default search"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

/* ---- files ---- */

static int write_all(int file, const char *path, const struct buf *text, struct error *e)
{
	size_t done = 0;

	while (done < text->len) {
		ssize_t n = write(file, buf_text(text) + done, text->len - done);

		if (n < 0 && errno != EINTR)
			return error_set(e, ERROR_CONFIG, "%s: %s", path, strerror(errno));
		done += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static const char *path_of(struct arena *arena, const char *folder, const char *id)
{
	return arena_printf(arena, "%s/%s/%s.yaml", given.to, folder, id);
}

static int make_folder(const char *path, struct error *e)
{
	if (mkdir(path, 0777) == 0 || errno == EEXIST)
		return 0;
	return error_set(e, ERROR_CONFIG, "%s: %s", path, strerror(errno));
}

/* A file that is there already is somebody's work. */
static int is_free(const char *path, struct error *e)
{
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return 0;
	return error_set(e, ERROR_CONFIG, "%s is there already and is not overwritten", path);
}

static int write_new(const char *path, const struct buf *text, struct error *e)
{
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666), failed;

	if (file < 0)
		return error_set(e, ERROR_CONFIG, "%s: %s", path, strerror(errno));
	failed = write_all(file, path, text, e);
	if (close(file) < 0 && !failed)
		failed = error_set(e, ERROR_CONFIG, "%s: %s", path, strerror(errno));
	if (!failed)
		printf("wrote %s\n", path);
	return failed;
}

static int write_both(const struct elastalert *x, struct error *e)
{
	const char *query = path_of(x->arena, "queries", x->id), *rule = path_of(x->arena, "rules", x->id);

	if (make_folder(given.to, e) < 0 || make_folder(arena_printf(x->arena, "%s/queries", given.to), e) < 0 ||
		make_folder(arena_printf(x->arena, "%s/rules", given.to), e) < 0 || is_free(query, e) < 0 ||
		is_free(rule, e) < 0)
		return -1;
	return write_new(query, &x->query, e) < 0 ? -1 : write_new(rule, &x->rule, e);
}

static void show(const char *folder, const char *id, const struct buf *text)
{
	printf("---- %s/%s.yaml\n%s", folder, id, buf_text(text));
}

static int put_files(const struct elastalert *x, struct error *e)
{
	if (given.to)
		return write_both(x, e);
	show("queries", x->id, &x->query);
	show("rules", x->id, &x->rule);
	return 0;
}

/* ---- the account ---- */

static size_t widest_key(const struct elastalert *x)
{
	size_t widest = 0;

	for (size_t i = 0; i < x->count; i++)
		if (strlen(x->keys[i].path) > widest)
			widest = strlen(x->keys[i].path);
	return widest;
}

/* Not as a table: what is said is never cut. */
static void tell_keys(const struct elastalert *x)
{
	static const char *const fates[] = {
		[ELASTALERT_LEFT] = "left out", [ELASTALERT_MAPPED] = "mapped", [ELASTALERT_PROPOSED] = "proposed"};
	size_t counts[ARRAY_LEN(fates)] = {0}, widest = widest_key(x);

	for (size_t i = 0; i < x->count; i++) {
		const struct elastalert_key *k = &x->keys[i];

		printf("%4d  %-*s  %-8s  %s\n", k->key->start.line, (int)widest, k->path, fates[k->fate], k->what);
		counts[k->fate]++;
	}
	printf("%zu keys: %zu mapped, %zu proposed, %zu left out\n", x->count, counts[ELASTALERT_MAPPED],
		counts[ELASTALERT_PROPOSED], counts[ELASTALERT_LEFT]);
}

static int import_tree(const struct yaml_file *file, struct arena *arena, struct error *e)
{
	struct elastalert x;
	int failed = 0;

	elastalert_import(&x, file, given.source ? given.source : "search", arena);
	printf("== %s: \"%s\", type %s\n", file->path, x.name, x.type);
	if (x.refused)
		printf("no rule is made: %s\n", x.refused);
	else
		failed = put_files(&x, e);
	if (x.project.len)
		printf("---- to be added to kenpin.yaml\n%s", buf_text(&x.project));
	printf("----\n");
	tell_keys(&x);
	if (x.refused)
		failed = error_set(e, ERROR_CONFIG, "%s: no rule is made of it", file->path);
	elastalert_clear(&x);
	return failed;
}

static int import_file(const char *path, struct error *e)
{
	struct arena arena;
	struct diags diags;
	struct yaml_file *file;
	int failed = -1;

	arena_init(&arena);
	diags_init(&diags, &arena);
	file = yaml_read_foreign(&arena, path, diag_yaml_fault, &diags, e);
	if (diags.errors > 0) {
		print_diags(&diags, DIAG_TEXT);
		error_set(e, ERROR_CONFIG, "%s cannot be read", path);
	} else if (file && (file->root == NULL || file->root->kind != YAML_MAP)) {
		error_set(e, ERROR_CONFIG, "%s holds no rule of ElastAlert: a map with name, type and index", path);
	} else if (file) {
		failed = import_tree(file, &arena, e);
	}
	arena_clear(&arena);
	return failed;
}

/* Every file is looked at, whatever became of the one before. */
static int import_all(char **paths, int count, struct error *e)
{
	int failed = 0;

	for (int i = 0; i < count; i++) {
		struct error own = {.kind = ERROR_NONE};

		if (import_file(paths[i], &own) == 0)
			continue;
		if (failed++)
			fprintf(stderr, "kenpin: error: %s\n", e->message);
		*e = own;
	}
	return failed;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	int count;

	(void)c;
	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count < 2 || strcmp(argv[0], "elastalert") != 0) {
		error_set(e, ERROR_USAGE, "usage: kenpin rules import elastalert FILE... [--to DIR] [--source NAME]");
		return EXIT_CONFIG;
	}
	if (given.source && !option_name_valid(span_of(given.source))) {
		error_set(e, ERROR_USAGE, "\"%s\" is no name of a source: letters, digits, - _ .", given.source);
		return EXIT_CONFIG;
	}
	return import_all(argv + 1, count - 1, e) ? error_exit_code(e->kind) : EXIT_DONE;
}

const struct command rules_import = {"import", "elastalert FILE... [--to DIR] [--source NAME]",
	"Makes rules and queries of rules of ElastAlert 2, with an account of every key.", run, options};
