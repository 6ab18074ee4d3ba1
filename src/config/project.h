/*
 * The project: kenpin.yaml, queries/ and the list of rule files. Everything
 * lives in the project's arena. It knows the settings, not what is done with them.
 */
#ifndef KENPIN_PROJECT_H
#define KENPIN_PROJECT_H

#include "config/option.h"
#include "model/severity.h"

enum source_kind { SOURCE_ELASTICSEARCH, SOURCE_NDJSON };
enum source_fetch { FETCH_AUTO, FETCH_FULL, FETCH_FIELDS };
enum source_paging { PAGING_AUTO, PAGING_SCROLL, PAGING_PIT };

struct auth_config {
	struct secret basic;   /* user:password */
	struct secret api_key; /* ApiKey, as Elasticsearch gives it */
	struct secret bearer;
	const struct yaml_node *node;
};

struct source_config {
	const char *name;
	const struct yaml_node *node;
	int kind; /* enum source_kind */
	/* elasticsearch */
	const char *url;
	struct auth_config *auth; /* NULL: none */
	const char *ca_file, *client_cert, *client_key, *proxy;
	bool insecure, gzip;
	int64_t timeout, connect_timeout; /* ms */
	int64_t attempts;
	int64_t page, page_bytes; /* documents, bytes */
	int64_t slices;           /* 0: as many as shards are useful */
	int fetch;                /* enum source_fetch */
	int paging;               /* enum source_paging */
	/* ndjson */
	const char *path; /* file, folder, or "-" */
};

enum receiver_kind {
	RECEIVER_STDOUT,
	RECEIVER_FILE,
	RECEIVER_WEBHOOK,
	RECEIVER_EXEC,
	RECEIVER_PAGERDUTY,
	RECEIVER_SLACK,
	RECEIVER_DATADOG,
	RECEIVER_SMTP,
	RECEIVER_SNS,
	RECEIVER_SQS,
	RECEIVER_SES,
	RECEIVER_EVENTBRIDGE,
	RECEIVER_CLOUDWATCH
};
enum aws_content { AWS_CONTENT_TEXT, AWS_CONTENT_JSON };
enum datadog_intake { DATADOG_EVENTS, DATADOG_LOGS, DATADOG_METRICS };

struct receiver_config {
	const char *name;
	const struct yaml_node *node;
	int kind;                    /* enum receiver_kind */
	struct secret url;           /* webhook; a plain URL without secrets is allowed too: url_text */
	const char *url_text;        /* pagerduty: base URL, for a regional service or a test */
	struct secret routing_key;   /* pagerduty */
	struct secret authorization; /* webhook: value of the Authorization header */
	const char *template;        /* webhook: NULL for the message as it is */
	const char *path;            /* file */
	struct texts command;        /* exec: argv */
	struct secret token;         /* slack: of a bot; with `channel`, in the place of a url */
	const char *channel;         /* slack */
	struct secret api_key;       /* datadog */
	const char *site;            /* datadog */
	int intake;                  /* datadog: enum datadog_intake */
	struct texts tags;           /* datadog: added to all that is sent */
	const char *from;            /* smtp, ses: address */
	struct texts to;             /* smtp, ses: addresses */
	struct secret login;         /* smtp: user:password */
	const char *region;          /* AWS: NULL for that of the name or of the environment */
	const char *place;           /* AWS: topic (ARN), queue (address), bus or namespace */
	int content;                 /* sns: enum aws_content */
	int64_t timeout;             /* ms */
	bool send_resolved;
	const char *ca_file, *proxy;
};

/* Each list empty: any; entries are globs (severities are names). Of those that begin with ! none may fit, of the
 * others one must. */
struct match_config {
	struct texts severity, rule, shop, query, klass, tag;
	const struct yaml_node *node;
};
struct quiet_config {
	const char *from, *to; /* "22:00" */
	const char *zone_name;
	const struct zone *zone;
	struct texts days, except;
	int64_t from_ms, to_ms;         /* of the day */
	unsigned day_bits, except_bits; /* 1 << weekday, 0 Sunday; 1 << severity */
	const struct yaml_node *node;
};
struct escalate_config {
	int64_t after; /* ms */
	struct texts receivers;
	const struct yaml_node *node;
};
struct route_config {
	struct match_config *match; /* NULL: everything */
	struct texts receivers;     /* empty: nobody */
	struct texts group_by;      /* of rule, shop, severity, class, query; empty: one group */
	int64_t show;               /* findings that a message names */
	bool go_on;                 /* continue: true */
	const struct yaml_node *quiet_node, *escalate_node;
	struct blocks escalate; /* struct escalate_config */
	struct blocks quiet;    /* struct quiet_config; not inherited */
	struct blocks routes;   /* struct route_config, tried first: what they leave out they have of this one */
	const struct yaml_node *node;
};

/* How long is kept what is over, ms; 0: for ever. */
struct keep_config {
	int64_t runs, resolved, events, messages;
};
struct metrics_config {
	const char *textfile; /* for Prometheus' node exporter; NULL: none */
	bool emf;             /* a line of CloudWatch's Embedded Metric Format on standard output */
	const char *space;    /* CloudWatch's namespace */
};
struct state_config {
	const char *path;
	struct keep_config *keep;
	bool network_disk; /* rollback journal instead of WAL */
};

struct time_config {
	const char *field;
	int64_t overlap, lateness; /* ms */
	int64_t max_lag;           /* ms; 0: none */
	const char *zone;          /* of stamps without one: "+09:00"; NULL: refused */
};

struct query {
	const char *name; /* of the file, without .yaml or .json */
	const struct yaml_file *file;
	const struct yaml_node *node;
	const char *title;
	const char *source_name;
	const struct source_config *source; /* NULL after an error */
	const char *index;                  /* template; NULL for ndjson sources means: all */
	bool for_each_shop;                 /* for_each: shop */
	bool optional;                      /* a missing index is no error */
	struct texts key;                   /* field paths of the entity key; empty: _id */
	const char *shop;                   /* field that names the shop, when there is no for_each */
	struct time_config *time;           /* NULL: present state */
	int64_t min_documents;
	int64_t max_drop; /* percent; 0: any */
	const char *
		unique; /* a keyword field unique over the index: allows a point in time where there is no _shard_doc */
	int fetch, paging; /* as of the source, when not AUTO */
	const char *body;  /* JSON object text, template; "{}" when none */
	const char *zone;
};

struct project {
	struct arena arena;
	struct diags diags;
	const char *folder; /* absolute */
	const char *path;   /* of kenpin.yaml */
	const struct yaml_file *file;
	struct blocks sources, receivers; /* struct source_config, struct receiver_config */
	struct blocks routes;             /* struct route_config */
	const char *heartbeat;            /* webhook that hears of complete runs; NULL: none */
	struct texts shops;
	struct state_config *state;
	struct metrics_config *metrics;
	struct query **queries;
	size_t query_count;
	struct texts rule_files; /* absolute, sorted */
	char config_sha256[65];  /* over kenpin.yaml and all queries */
};

/* Reads FOLDER/kenpin.yaml and all below queries/ and the names below rules/ (*.yaml, *.yml, subfolders too, hidden
 * files left out, sorted). Returns the project, also when diags.errors is not 0: the caller looks; NULL with *E when
 * there is no project there at all. FOLDER NULL: the nearest folder upwards from the current one that holds a
 * kenpin.yaml. */
struct project *project_open(const char *folder, struct error *e) must_check;
void project_close(struct project *p);

const struct source_config *project_source(const struct project *p, const char *name);
const struct receiver_config *project_receiver(const struct project *p, const char *name);
const struct query *project_query(const struct project *p, const char *name);
/* A query that is in no file: read from PATH ("-": standard input), a query file or a bare body (JSON or YAML). */
struct query *project_read_query(struct project *p, const char *path);

/* NAME of the nearest known thing, or NULL; for suggestions. */
const char *project_nearest_query(const struct project *p, const char *name);

/* `{shop}` and `{now}`, `{date}` (of NOW_MS, UTC yyyy.MM.dd) in TEXT; "{{" and "}}" stand for braces only in an index
 * name; in a JSON body only the exact words {shop}, {now}, {date} are replaced (JSON-escaped). In ARENA. */
const char *template_render(struct arena *arena, const char *text, const char *shop, int64_t now_ms, bool json);

/* The option tables, for help, schema and completion. */
extern const struct option_block project_block, query_block, source_elasticsearch_block, source_ndjson_block,
	receiver_block, route_block;

#endif
