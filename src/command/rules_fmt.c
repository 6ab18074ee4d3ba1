/* kenpin rules fmt: lays out rule files. */
#include "base/base.h"
#include "command/rules.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rule/fmt.h"

static struct {
	bool check;
} given;

static const struct cli_option table_of_options[] = {
	{"check", CLI_FLAG, &given.check, NULL, "change nothing; name the files that would change, and exit 1"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

static int write_all(int fd, struct span text)
{
	while (text.n > 0) {
		ssize_t put = write(fd, text.p, text.n);

		if (put < 0 && errno != EINTR)
			return -1;
		if (put > 0)
			text = (struct span){text.p + put, text.n - (size_t)put};
	}
	return fsync(fd);
}

/* Whoever reads the file sees the old text or the new one, never a part. */
static int replace(const char *path, struct span text, struct error *e)
{
	char *fresh = xasprintf("%s.XXXXXX", path);
	struct stat s;
	int fd = mkstemp(fresh);

	if (fd >= 0 && stat(path, &s) == 0 && fchmod(fd, s.st_mode & 07777) == 0 && write_all(fd, text) == 0 &&
		rename(fresh, path) == 0) {
		close(fd);
		free(fresh);
		return 0;
	}
	error_set(e, ERROR_CONFIG, "%s cannot be written: %s; it was left as it is", path, strerror(errno));
	if (fd >= 0) {
		close(fd);
		unlink(fresh);
	}
	free(fresh);
	return -1;
}

/* What is wrong in the file beyond its YAML. */
static void judge(const struct yaml_file *file, struct diags *diags, struct arena *arena)
{
	struct option_reader reader = {.arena = arena, .diags = diags, .file = file, .folder = "."};

	if (option_check_file(&reader, OPTION_FILE_RULES))
		option_read(&reader, &rule_file_block, file->root);
}

struct tally {
	const char *folder; /* files below it are named relative to it; NULL: as given */
	size_t files, changed;
};

static const char *name_of(const char *path, const struct tally *tally)
{
	size_t n = tally->folder ? strlen(tally->folder) : 0;

	return n > 0 && strncmp(path, tally->folder, n) == 0 && path[n] == '/' ? path + n + 1 : path;
}

static int format_file(const char *path, struct tally *tally, struct diags *diags, struct error *e)
{
	struct arena arena;
	struct buf out;
	int failed = -1;

	arena_init(&arena);
	buf_init(&out, SIZE_MAX / 4);
	diags_init(diags, &arena);
	diags->folder = tally->folder;
	struct yaml_file *file = yaml_read(&arena, path, diag_yaml_fault, diags, e);
	if (file != NULL)
		judge(file, diags, &arena);
	if (diags->errors > 0) {
		print_diags(diags, DIAG_TEXT);
		error_set(e, ERROR_CONFIG, "%s has faults and was left as it is", name_of(path, tally));
	} else if (file != NULL && fmt_file(&out, file, &rule_file_block, e) == 0) {
		tally->files++;
		failed = 0;
		if (!span_equal(file->text, buf_span(&out))) {
			tally->changed++;
			printf("%s\n", name_of(path, tally));
			failed = given.check ? 0 : replace(path, buf_span(&out), e);
		}
	}
	buf_clear(&out);
	arena_clear(&arena);
	return failed;
}

/* Goes on after a file that cannot be laid out: the first reason is the one that is told at the end. */
static int format_all(const char *const *paths, size_t count, struct tally *tally, struct error *e)
{
	struct diags diags;
	int failed = 0;

	for (size_t i = 0; i < count; i++) {
		struct error fault = {0};

		if (format_file(paths[i], tally, &diags, &fault) == 0)
			continue;
		if (failed)
			error_print(&fault);
		else
			*e = fault;
		failed = -1;
	}
	return failed;
}

static int format_project(struct command_context *c, struct tally *tally, struct error *e)
{
	struct project *p = project_open(c->folder, e);
	int failed;

	if (p == NULL)
		return -1;
	tally->folder = p->folder;
	if (p->rule_files.count == 0)
		failed = error_set(e, ERROR_CONFIG, "no rule file was found; rule files are rules/*.yaml");
	else
		failed = format_all(p->rule_files.items, p->rule_files.count, tally, e);
	project_close(p);
	return failed;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	struct tally tally = {0};
	int count, failed;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	if (count > 0)
		failed = format_all((const char *const *)argv, (size_t)count, &tally, e);
	else
		failed = format_project(c, &tally, e);
	if (failed)
		return EXIT_CONFIG;
	if (!c->quiet)
		fprintf(stderr, "%zu file%s, %zu %s\n", tally.files, tally.files == 1 ? "" : "s", tally.changed,
			given.check ? "would change" : "changed");
	return given.check && tally.changed > 0 ? EXIT_FOUND : EXIT_DONE;
}

const struct command rules_fmt = {"fmt", "[--check] [FILE...]",
	"Lays out rule files: keys in their order, two spaces a step; comments stay where they belong.", run, options};
