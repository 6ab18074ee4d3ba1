/*
 * What can be said of a source. It must not know how one is read.
 */
#include "base/base.h"
#include "config/project_private.h"

#include "base/limits.h"

#define MINUTE_MS 60000
#define PAGE_DOCS_MAX 10000 /* index.max_result_window of a server left as it comes */

static const char *const kind_names[] = {[SOURCE_ELASTICSEARCH] = "elasticsearch", [SOURCE_NDJSON] = "ndjson", NULL};
static const char *const fetch_names[] = {
	[FETCH_AUTO] = "auto", [FETCH_FULL] = "full", [FETCH_FIELDS] = "fields", NULL};
static const char *const paging_names[] = {
	[PAGING_AUTO] = "auto", [PAGING_SCROLL] = "scroll", [PAGING_PIT] = "pit", NULL};

#define A(field) offsetof(struct auth_config, field)
static const struct option auth_options[] = {
	{"basic", OPTION_SECRET, A(basic), .help = "user:password"},
	{"api_key", OPTION_SECRET, A(api_key), .help = "encoded API key, as the server gave it"},
	{"bearer", OPTION_SECRET, A(bearer), .help = "token"},
};

static void finish_auth(void *block, struct option_reader *r, const struct yaml_node *node)
{
	(void)block;
	if (node->count == 0)
		diag_error(r->diags, "E0204", r->file, node,
			"\"auth\" says nothing: one of basic, api_key, bearer is needed");
	else if (node->count > 1)
		diag_error(r->diags, "E0202", r->file, node, "\"auth\" says more than one of basic, api_key, bearer");
}

static const struct option_block auth_block = {
	"auth",
	auth_options,
	ARRAY_LEN(auth_options),
	sizeof(struct auth_config),
	A(node),
	.help = "how kenpin says who it is; one of these",
	.finish = finish_auth,
};

#define S(field) offsetof(struct source_config, field)
static const struct option elasticsearch_options[] = {
	{"kind", OPTION_ENUM, S(kind), .required = true, .values = kind_names, .help = "kind of source"},
	{"url", OPTION_TEXT, S(url), .required = true, .help = "address of the cluster, without user and password"},
	{"auth", OPTION_BLOCK, S(auth), .block = &auth_block, .help = "credentials; none when left out"},
	{"ca_file", OPTION_PATH, S(ca_file), .help = "certificates that are trusted, PEM; default: the system's"},
	{"client_cert", OPTION_PATH, S(client_cert), .help = "certificate of kenpin itself, PEM"},
	{"client_key", OPTION_PATH, S(client_key), .help = "its private key, PEM"},
	{"proxy", OPTION_TEXT, S(proxy), .help = "address of a proxy; '' for none; default: the environment's"},
	{"insecure", OPTION_BOOL, S(insecure), "false", .help = "do not check the server's certificate"},
	{"gzip", OPTION_BOOL, S(gzip), "false", .help = "ask for compressed answers: for slow networks"},
	{"timeout", OPTION_DURATION, S(timeout), "60s", .min = 100, .max = 60 * MINUTE_MS,
		.help = "longest silence on one request"},
	{"connect_timeout", OPTION_DURATION, S(connect_timeout), "10s", .min = 100, .max = 10 * MINUTE_MS,
		.help = "longest wait for a connection"},
	{"attempts", OPTION_INT, S(attempts), "6", .min = 1, .max = 100, .help = "tries of one request"},
	{"page", OPTION_INT, S(page), "5000", .min = 1, .max = PAGE_DOCS_MAX, .help = "documents a page"},
	{"page_bytes", OPTION_BYTES, S(page_bytes), "12m", .min = 1 << 10, .max = LIMIT_PAGE_BYTES_HARD,
		.help = "a page over this makes the next ones smaller"},
	{"slices", OPTION_INT, S(slices), "0", .min = 0, .max = LIMIT_SLICES,
		.help = "parallel readers of one index; 0: as many as its shards make useful"},
	{"fetch", OPTION_ENUM, S(fetch), "auto", .values = fetch_names,
		.help = "whole documents, the fields that rules read, or whichever is faster"},
	{"paging", OPTION_ENUM, S(paging), "auto", .values = paging_names,
		.help = "scroll, point in time, or whichever is complete on this server"},
};

static void finish_elasticsearch(void *block, struct option_reader *r, const struct yaml_node *node)
{
	const struct source_config *s = block;

	check_url(r, node, "url", s->url, false);
	check_proxy(r, node, s->proxy);
	if (!s->client_cert != !s->client_key)
		diag_error(r->diags, "E0204", r->file, option_node(node, s->client_cert ? "client_cert" : "client_key"),
			"\"%s\" is missing: client_cert and client_key go together",
			s->client_cert ? "client_key" : "client_cert");
}

const struct option_block source_elasticsearch_block = {
	"elasticsearch source",
	elasticsearch_options,
	ARRAY_LEN(elasticsearch_options),
	sizeof(struct source_config),
	S(node),
	.help = "an Elasticsearch or OpenSearch cluster; it is only read",
	.finish = finish_elasticsearch,
};

static const struct option ndjson_options[] = {
	{"kind", OPTION_ENUM, S(kind), .required = true, .values = kind_names, .help = "kind of source"},
	{"path", OPTION_PATH, S(path), .required = true,
		.help = "a file, a folder with all files in it, or - for standard input; .gz and .zst are unpacked"},
	{"page", OPTION_INT, S(page), "5000", .min = 1, .max = PAGE_DOCS_MAX, .help = "documents a page"},
	{"page_bytes", OPTION_BYTES, S(page_bytes), "12m", .min = 1 << 10, .max = LIMIT_PAGE_BYTES_HARD,
		.help = "bytes a page"},
};

const struct option_block source_ndjson_block = {
	"ndjson source",
	ndjson_options,
	ARRAY_LEN(ndjson_options),
	sizeof(struct source_config),
	S(node),
	.help = "files with one JSON document a line",
};

static const struct option_variant source_variants[] = {
	{"elasticsearch", &source_elasticsearch_block},
	{"ndjson", &source_ndjson_block},
	{NULL, NULL},
};

static const struct option_block *pick_source(struct option_reader *r, const struct yaml_node *node)
{
	return option_pick_kind(r, &source_block, node);
}

const struct option_block source_block = {
	"source",
	.size = sizeof(struct source_config),
	.node_offset = S(node),
	.help = "where documents come from; its kind says which keys it has",
	.pick = pick_source,
	.variants = source_variants,
};
