/*
 * A rule of ElastAlert 2 -> a rule and a saved query of ours, with an account of
 * every key of its file: what it became, or why it became nothing. It writes texts, and reads and knows no project.
 */
#ifndef KENPIN_ELASTALERT_H
#define KENPIN_ELASTALERT_H

#include "base/buf.h"
#include "ext/yaml.h"

enum elastalert_fate {
	ELASTALERT_LEFT,     /* has become nothing */
	ELASTALERT_MAPPED,   /* is in the rule or the query */
	ELASTALERT_PROPOSED, /* belongs into kenpin.yaml: it is in `project` */
};

struct elastalert_key {
	const char *path; /* the key, or of an option of one alert: alert[0].email.from_addr */
	const struct yaml_node *key, *value;
	enum elastalert_fate fate;
	const char *what; /* what it became, or why not */
};

struct elastalert {
	struct arena *arena; /* of all texts here */
	const struct yaml_file *file;
	const char *source;           /* of the query */
	const char *name, *type, *id; /* id: of the rule, and the name of both files */
	struct elastalert_key *keys;  /* all of the file and of its alerts, in its order */
	size_t count;
	const char *refused;             /* why no rule can be made that finds the same; NULL: one was made */
	struct buf rule, query, project; /* texts of files; of kenpin.yaml: what to add */
};

/* Imports FILE, as yaml_read_foreign gives it, whose root is a map. SOURCE is named by the query. */
void elastalert_import(struct elastalert *x, const struct yaml_file *file, const char *source, struct arena *arena);
void elastalert_clear(struct elastalert *x);

#endif
