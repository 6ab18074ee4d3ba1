/*
 * Opening a project folder: kenpin.yaml, then queries/, then the names below
 * rules/. It must not know what is done with the settings.
 */
#include "base/base.h"
#include "config/project.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "config/project_private.h"

#define PROJECT_FILE "kenpin.yaml"
#define FOLDER_BYTES 4096

static bool has_project(const char *folder)
{
	char *path = xasprintf("%s/" PROJECT_FILE, folder);
	struct stat s;
	bool found = stat(path, &s) == 0;

	free(path);
	return found;
}

static bool current_folder(char folder[FOLDER_BYTES], struct error *e)
{
	if (getcwd(folder, FOLDER_BYTES))
		return true;
	error_set(e, ERROR_CONFIG, "the current folder cannot be told: %s", strerror(errno));
	return false;
}

/* The nearest folder upwards that holds a project; owned. */
static char *search_upwards(struct error *e)
{
	char folder[FOLDER_BYTES];

	if (!current_folder(folder, e))
		return NULL;
	while (!has_project(folder)) {
		char *slash = strrchr(folder, '/');

		if (!slash || slash[1] == '\0') {
			error_set(e, ERROR_CONFIG,
				"no " PROJECT_FILE
				" in this folder or above it; name the project's folder with -C DIR");
			return NULL;
		}
		slash[slash == folder] = '\0';
	}
	return xstrdup(folder);
}

/* FOLDER as an absolute path, when there is a project in it; owned. */
static char *resolve_folder(const char *folder, struct error *e)
{
	char here[FOLDER_BYTES];
	size_t n = folder ? strlen(folder) : 0;

	if (!folder)
		return search_upwards(e);
	if (!has_project(folder)) {
		error_set(e, ERROR_CONFIG, "%s holds no " PROJECT_FILE, folder);
		return NULL;
	}
	while (n > 1 && folder[n - 1] == '/')
		n--;
	if (folder[0] == '/')
		return xstrndup(folder, n);
	if (!current_folder(here, e))
		return NULL;
	return n == 1 && folder[0] == '.' ? xstrdup(here) : xasprintf("%s/%.*s", here, (int)n, folder);
}

void loader_add_text(struct project_loader *l, const char *path, struct span text)
{
	const struct project *p = l->project;
	size_t n = strlen(p->folder);
	char length[32];
	int digits = snprintf(length, sizeof(length), "%zu", text.n);

	if (!l->sha)
		return;
	/* The same project gives the same digest wherever its folder is. */
	if (strncmp(path, p->folder, n) == 0 && path[n] == '/')
		path += n + 1;
	sha_add(l->sha, path, strlen(path) + 1);
	sha_add(l->sha, length, (size_t)digits + 1);
	sha_add(l->sha, text.p, text.n);
}

struct diag *loader_unreadable(struct project_loader *l, const char *path, const struct error *e)
{
	struct project *p = l->project;
	struct yaml_file *file = arena_zalloc(&p->arena, sizeof(*file));

	file->path = path;
	return diag_error(&p->diags, "E0101", file, NULL, "%s", e->message);
}

static void take_settings(struct project_loader *l, struct option_reader *reader, const struct project_file *file)
{
	struct project *p = l->project;
	struct span shops = SPAN_NONE;

	p->sources = file->sources;
	p->receivers = file->receivers;
	p->heartbeat = file->heartbeat;
	p->routes = file->routes;
	p->state = file->state;
	p->metrics = file->metrics;
	if (!file->shops)
		return;
	read_shops(reader, &p->shops, file->shops, &shops);
	if (shops.p)
		loader_add_text(l, "shops", shops);
}

static void read_settings(struct project_loader *l)
{
	struct project *p = l->project;
	struct option_reader reader = {.arena = &p->arena, .diags = &p->diags, .file = p->file, .folder = p->folder};
	struct project_file *file = NULL;

	if (option_check_file(&reader, OPTION_FILE_PROJECT))
		file = option_read(&reader, &project_block, p->file->root);
	if (file)
		take_settings(l, &reader, file);
	/* After errors the state is still where it would be by default. */
	if (!p->state)
		p->state = option_read(&reader, &state_block, &(struct yaml_node){.kind = YAML_MAP});
}

static void list_rules(struct project_loader *l)
{
	static const char *const endings[] = {".yaml", ".yml", NULL};
	struct project *p = l->project;
	const char *folder = arena_printf(&p->arena, "%s/rules", p->folder);
	struct error e = {.kind = ERROR_NONE};

	if (list_files(&p->arena, folder, endings, &p->rule_files, &e) < 0)
		loader_unreadable(l, folder, &e);
}

static void read_all(struct project *p)
{
	struct project_loader l = {.project = p, .sha = sha_new()};
	unsigned char digest[SHA_BYTES];

	loader_add_text(&l, p->path, p->file->text);
	read_settings(&l);
	read_queries(&l);
	list_rules(&l);
	sha_end(l.sha, digest);
	str_hex(p->config_sha256, digest, sizeof(digest));
	sha_free(l.sha);
}

struct project *project_open(const char *folder, struct error *e)
{
	char *real = resolve_folder(folder, e);
	struct project *p;

	if (!real)
		return NULL;
	p = xcalloc(1, sizeof(*p));
	arena_init(&p->arena);
	diags_init(&p->diags, &p->arena);
	p->folder = arena_strdup(&p->arena, real);
	p->diags.folder = p->folder;
	free(real);
	p->path = arena_printf(&p->arena, "%s/" PROJECT_FILE, p->folder);
	p->file = yaml_read(&p->arena, p->path, diag_yaml_fault, &p->diags, e);
	if (!p->file) {
		project_close(p);
		return NULL;
	}
	read_all(p);
	return p;
}

void project_close(struct project *p)
{
	if (!p)
		return;
	arena_clear(&p->arena);
	free(p);
}

/* Structs in OPTION_NAMED blocks begin with their name. */
static const void *find_named(const struct blocks *blocks, const char *name)
{
	for (size_t i = 0; i < blocks->count; i++)
		if (strcmp(*(const char *const *)blocks->items[i], name) == 0)
			return blocks->items[i];
	return NULL;
}

const struct source_config *project_source(const struct project *p, const char *name)
{
	return find_named(&p->sources, name);
}

const struct receiver_config *project_receiver(const struct project *p, const char *name)
{
	return find_named(&p->receivers, name);
}

const struct query *project_query(const struct project *p, const char *name)
{
	for (size_t i = 0; i < p->query_count; i++)
		if (strcmp(p->queries[i]->name, name) == 0)
			return p->queries[i];
	return NULL;
}

const char *project_nearest_query(const struct project *p, const char *name)
{
	const char **names = xcalloc(p->query_count + 1, sizeof(*names));
	const char *nearest;

	for (size_t i = 0; i < p->query_count; i++)
		names[i] = p->queries[i]->name;
	nearest = str_nearest(name, names);
	free(names);
	return nearest;
}
