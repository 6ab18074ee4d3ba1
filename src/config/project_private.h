/*
 * Between the files that read a project.
 */
#ifndef KENPIN_PROJECT_PRIVATE_H
#define KENPIN_PROJECT_PRIVATE_H

#include <sys/types.h>

#include "config/project.h"
#include "ext/sha.h"

/* kenpin.yaml as its table reads it. */
struct project_file {
	int64_t version;
	struct blocks sources, receivers, routes;
	const struct yaml_node *shops;
	struct state_config *state;
	struct metrics_config *metrics;
	const char *heartbeat;
	const struct yaml_node *node;
};

/* A query file as its table reads it. */
struct query_file {
	struct query query;
	int for_each;
	const struct yaml_node *body;
	const char *body_file; /* relative to the query file */
};

/* What must be an HTTP address at KEY of NODE; TEXT may be NULL. TOKEN: a query string in it counts as a secret. */
void check_url(
	struct option_reader *reader, const struct yaml_node *node, const char *key, const char *text, bool token);
/* The same for a mail server: smtp:// or smtps://. */
void check_mail_url(struct option_reader *reader, const struct yaml_node *node, const char *text);
/* `url` may be a reference to a secret: then SECRET gets it and *TEXT becomes NULL. Else it is checked as above. */
void read_secret_url(
	struct option_reader *reader, const struct yaml_node *node, struct secret *secret, const char **text);
/* The same for a proxy, which may be socks5:// too, or empty. */
void check_proxy(struct option_reader *reader, const struct yaml_node *node, const char *text);

/* `shops:` as a list, or {file: PATH}; *TEXT gets the text of that file. */
void read_shops(struct option_reader *reader, struct texts *out, const struct yaml_node *node, struct span *text);

/* The whole of PATH in ARENA, with the padding of a JSON text after it. */
int read_text_file(struct arena *arena, const char *path, struct span *text, struct error *e) must_check;

/* Names of files below FOLDER (absolute), sorted, whose ending is one of ENDINGS (NULL-terminated); hidden ones are
 * left out. A folder that is not there is empty. -1 when one cannot be read. */
int list_files(struct arena *arena, const char *folder, const char *const *endings, struct texts *out,
	struct error *e) must_check;

/* A file whatever path leads to it. */
struct file_id {
	dev_t device;
	ino_t inode;
};
bool file_identify(struct file_id *id, const char *path) must_check;
bool file_same(const struct file_id *a, const struct file_id *b);

/* Reports the entries of TEXTS, at KEY of NODE, that are not among NAMES. */
void check_entries(struct option_reader *r, const struct yaml_node *node, const char *key, const struct texts *texts,
	const char *code, const char *const *names);
/* Hands down what routes inherit, and reports what is wrong with them; NAMES: the receivers. */
void finish_routes(struct option_reader *r, const struct blocks *routes, const char *const *names);

/* `quiet` of a route: one block, or a list of them. */
void read_quiet(struct option_reader *r, struct route_config *route);
extern const struct option_block quiet_block;

/* While the files of a project are read. */
struct project_loader {
	struct project *project;
	struct sha *sha;            /* over everything that was read; NULL: not kept */
	struct file_id *body_files; /* of all queries */
	size_t body_count, body_capacity;
};
void loader_add_text(struct project_loader *l, const char *path, struct span text);
/* A message about a file that could not be read. */
struct diag *loader_unreadable(struct project_loader *l, const char *path, const struct error *e);

/* All of queries/. */
void read_queries(struct project_loader *l);
/* What is wrong with a query beyond its table; finds its source. FILE holds it. */
void finish_query(struct project_loader *l, struct option_reader *reader, struct query_file *file);

/* The body of a query: JSON text, in which scalars in quotes are text and plain ones what YAML's core makes of them;
 * "{}" after a message when it is no map. */
const char *body_of_node(struct option_reader *reader, const struct yaml_node *node);
/* The same out of `body_file`. */
const char *body_of_file(struct project_loader *l, struct option_reader *reader, const struct query_file *file);

/* What is wrong with the template TEXT of an index name, or NULL. */
const char *template_fault(struct arena *arena, const char *text);
/* True when WORD ("shop") stands in TEXT in braces. */
bool template_uses(const char *text, const char *word, bool json);

extern const struct option_block source_block, match_block, state_block, time_block;

#endif
