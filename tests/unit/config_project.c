/*
 * Projects in temporary folders: what is read and what is refused.
 */
#include "base/base.h"
#include "base/limits.h"
#include "config/project.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

#define SOURCES                                                                                                        \
	"version: 1\nsources:\n  search: {kind: elasticsearch, url: 'http://127.0.0.1:9200'}\n  files: {kind: "        \
	"ndjson, path: data/}\n"

struct fixture {
	char folder[64];
	struct project *project;
};

static void make_folders(const char *folder, const char *path)
{
	char full[512];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(full, sizeof(full), "%s/%.*s", folder, (int)(slash - path), path);
		assert_true(mkdir(full, 0777) == 0 || errno == EEXIST);
	}
}

static void put(const struct fixture *f, const char *path, const char *text)
{
	char full[512];
	FILE *out;

	make_folders(f->folder, path);
	snprintf(full, sizeof(full), "%s/%s", f->folder, path);
	out = fopen(full, "w");
	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	snprintf(f->folder, sizeof(f->folder), "/tmp/kenpin-config-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	put(f, "kenpin.yaml", SOURCES);
	*state = f;
	return 0;
}

static void remove_all(const char *path)
{
	struct dirent *entry;
	DIR *dir;

	if (unlink(path) == 0 || !(dir = opendir(path)))
		return;
	while ((entry = readdir(dir)) != NULL) {
		char below[512];

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		remove_all(below);
	}
	closedir(dir);
	rmdir(path);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	project_close(f->project);
	remove_all(f->folder);
	free(f);
	return 0;
}

static struct project *open_project(struct fixture *f)
{
	struct error e;

	project_close(f->project);
	f->project = project_open(f->folder, &e);
	if (!f->project)
		fail_msg("%s", e.message);
	diags_sort(&f->project->diags);
	return f->project;
}

static struct project *open_good(struct fixture *f)
{
	struct project *p = open_project(f);

	if (p->diags.count > 0)
		fail_msg("%s: %s", p->diags.items[0].code, p->diags.items[0].message);
	return p;
}

/* The project has exactly one fault: CODE in LINE of PATH. */
static const struct diag *expect_fault(
	struct fixture *f, const char *code, const char *path, int line, const char *message)
{
	struct project *p = open_project(f);
	const struct diag *d = p->diags.items;

	if (p->diags.count != 1)
		fail_msg("%zu messages, the last: %s", p->diags.count,
			p->diags.count ? d[p->diags.count - 1].message : "");
	if (strcmp(d->code, code) || d->at.line != line || !strstr(d->message, message))
		fail_msg("%s in line %d: %s", d->code, d->at.line, d->message);
	assert_string_equal(d->file->path + strlen(f->folder) + 1, path);
	return d;
}

static void expect_settings_fault(struct fixture *f, const char *more, const char *code, const char *message)
{
	char text[1024];

	snprintf(text, sizeof(text), SOURCES "%s", more);
	put(f, "kenpin.yaml", text);
	expect_fault(f, code, "kenpin.yaml", 5, message);
}

static void expect_query_fault(struct fixture *f, const char *text, const char *code, int line, const char *message)
{
	put(f, "kenpin.yaml", SOURCES "shops: [s1, s2]\n");
	put(f, "queries/live.yaml", text);
	expect_fault(f, code, "queries/live.yaml", line, message);
}

static void the_example_of_the_manual_is_read(void **state)
{
	struct fixture *f = *state;
	const struct receiver_config *team;
	const struct route_config *route;
	const struct source_config *s;
	const struct project *p;

	put(f, "kenpin.yaml",
		"version: 1\nsources:\n"
		"  search: {kind: elasticsearch, url: 'https://search.example:9200', auth: {basic: "
		"env:KENPIN_ES_BASIC}, timeout: 30s}\n"
		"  sample: {kind: ndjson, path: tests/data/sample/}\n"
		"shops: [s001, s002]\n"
		"receivers:\n"
		"  oncall: {kind: pagerduty, routing_key: env:PAGERDUTY_KEY}\n"
		"  team: {kind: webhook, url: env:TEAM_HOOK}\n"
		"  open: {kind: webhook, url: 'http://127.0.0.1:8080/hook', send_resolved: false}\n"
		"  run: {kind: exec, command: [./tell, --now]}\n"
		"routes:\n"
		"  - {match: {severity: [critical, error]}, receivers: [oncall, team], group_by: [rule, shop]}\n"
		"  - {receivers: team, group_by: [rule], continue: true}\n");
	p = open_good(f);
	s = project_source(p, "search");
	assert_int_equal(s->kind, SOURCE_ELASTICSEARCH);
	assert_int_equal(s->timeout, 30000);
	assert_int_equal(s->auth->basic.from, SECRET_ENV);
	assert_int_equal(project_source(p, "sample")->kind, SOURCE_NDJSON);
	assert_null(project_source(p, "nothing"));
	assert_int_equal(p->shops.count, 2);
	team = project_receiver(p, "team");
	assert_string_equal(team->url.name, "TEAM_HOOK");
	assert_null(team->url_text);
	assert_true(team->send_resolved);
	assert_string_equal(project_receiver(p, "open")->url_text, "http://127.0.0.1:8080/hook");
	assert_false(project_receiver(p, "open")->send_resolved);
	assert_int_equal(project_receiver(p, "run")->command.count, 2);
	route = p->routes.items[1];
	assert_true(route->go_on && !route->match);
	assert_string_equal(p->state->path + strlen(f->folder), "/state/kenpin.db");
}

static void defaults_agree_with_the_limits(void **state)
{
	const struct source_config *s = project_source(open_good(*state), "search");

	assert_int_equal(s->page, LIMIT_PAGE_DOCS);
	assert_int_equal(s->page_bytes, LIMIT_PAGE_BYTES);
	assert_int_equal(s->attempts, LIMIT_HTTP_ATTEMPTS);
	assert_int_equal(s->timeout, LIMIT_HTTP_TIMEOUT_MS);
	assert_int_equal(s->connect_timeout, LIMIT_HTTP_CONNECT_MS);
	assert_false(s->gzip || s->insecure);
}

static void settings_are_checked(void **state)
{
	struct fixture *f = *state;

	expect_settings_fault(f, "shops: all\n", "E0201", "a list of names");
	expect_settings_fault(f, "shops: [a b]\n", "E0206", "a shop");
	expect_settings_fault(f, "shops: [a, a]\n", "E0207", "\"a\" is listed twice");
	expect_settings_fault(f, "shops: {file: none.txt}\n", "E0101", "cannot be opened");
	expect_settings_fault(f, "shops: {path: none.txt}\n", "E0204", "\"file\" is missing");
}

static void receivers_are_checked(void **state)
{
	struct fixture *f = *state;

	expect_settings_fault(
		f, "receivers: {a: {kind: webhook, url: 'https://u:p@host/'}}\n", "E0205", "user or password");
	expect_settings_fault(
		f, "receivers: {a: {kind: webhook, url: 'https://host/?token=x'}}\n", "E0205", "query string");
	expect_settings_fault(f, "receivers: {a: {kind: webhook, url: 'ftp://host/'}}\n", "E0202", "http://");
	expect_settings_fault(f, "receivers: {a: {kind: webhook, url: 'https:///x'}}\n", "E0202", "no host");
	expect_settings_fault(f, "receivers: {a: {kind: exec, command: []}}\n", "E0202", "names no program");
	expect_settings_fault(f, "receivers: {a: {kind: pagerduty, routing_key: abc}}\n", "E0205", "plain sight");
	expect_settings_fault(f, "receivers: {a: {kind: file}}\n", "E0204", "\"path\" is missing");
	expect_settings_fault(f, "receivers: {a: {kind: stdout, path: x}}\n", "E0208", "belongs under");
	expect_settings_fault(f, "routes: [{receivers: [a]}]\n", "E0209", "cannot hold \"a\"");
	expect_settings_fault(f, "routes: [{receivers: []}]\n", "E0202", "names nobody");
	expect_settings_fault(
		f, "receivers: {a: {kind: webhook, url: env:X, proxy: 'http://u:p@h'}}\n", "E0205", "user or password");
}

static void sources_are_checked(void **state)
{
	struct fixture *f = *state;

	put(f, "kenpin.yaml", "version: 1\nsources:\n  a: {kind: elasticsearch, url: 'http://u:p@h:9200'}\n");
	assert_int_equal(expect_fault(f, "E0205", "kenpin.yaml", 3, "user or password")->hide.line, 3);
	put(f, "kenpin.yaml", "version: 1\nsources:\n  a: {kind: elasticsearch, url: 'http://h', auth: {}}\n");
	expect_fault(f, "E0204", "kenpin.yaml", 3, "one of basic, api_key, bearer");
	put(f, "kenpin.yaml",
		"version: 1\nsources:\n  a: {kind: elasticsearch, url: 'http://h', auth: {basic: env:A, bearer: "
		"env:B}}\n");
	expect_fault(f, "E0202", "kenpin.yaml", 3, "more than one");
	put(f, "kenpin.yaml",
		"version: 1\nsources:\n  a: {kind: elasticsearch, url: 'http://h', client_cert: c.pem}\n");
	expect_fault(f, "E0204", "kenpin.yaml", 3, "go together");
}

static void shops_come_out_of_a_file(void **state)
{
	struct fixture *f = *state;
	const struct project *p;

	put(f, "kenpin.yaml", SOURCES "shops: {file: shops.txt}\n");
	put(f, "shops.txt", "# all of them\ns001\n\n  s002  # new\r\ns003");
	p = open_good(f);
	assert_int_equal(p->shops.count, 3);
	assert_string_equal(p->shops.items[1], "s002");
	put(f, "shops.txt", "s001\ns 2\n");
	expect_fault(f, "E0206", "shops.txt", 2, "a shop");
	put(f, "shops.txt", "s001\n\ns001\n");
	assert_int_equal(expect_fault(f, "E0207", "shops.txt", 3, "twice")->also.line, 1);
}

static void queries_are_read(void **state)
{
	struct fixture *f = *state;
	const struct project *p;
	const struct query *q;

	put(f, "kenpin.yaml", SOURCES "shops: [s1]\n");
	put(f, "queries/live.yaml",
		"source: search\nindex: 'products-{shop}'\nfor_each: shop\nkey: [shop, sku]\n"
		"time: {field: updated_at, lateness: 5m, zone: '+09:00'}\nmin_documents: 1000\nfetch: full\n"
		"body: {query: {term: {sellable: true}}, a: [1, 1.50, 0123, no, ~, 'true', \"x\\ny\"]}\n");
	put(f, "queries/deep/all.yml", "source: files\nkey: sku\n");
	put(f, "queries/.hidden.yaml", "rubbish");
	put(f, "queries/README.md", "rubbish");
	p = open_good(f);
	assert_int_equal(p->query_count, 2);
	q = project_query(p, "live");
	assert_true(q->for_each_shop);
	assert_string_equal(q->source->name, "search");
	assert_int_equal(q->time->overlap, 15 * 60000);
	assert_int_equal(q->time->lateness, 5 * 60000);
	assert_string_equal(q->zone, "+09:00");
	assert_int_equal(q->min_documents, 1000);
	assert_int_equal(q->fetch, FETCH_FULL);
	assert_string_equal(q->body,
		"{\"query\":{\"term\":{\"sellable\":true}},\"a\":[1,1.50,\"0123\",\"no\",null,\"true\",\"x\\ny\"]}");
	q = project_query(p, "all");
	assert_string_equal(q->body, "{}");
	assert_null(q->index);
	assert_string_equal(q->key.items[0], "sku");
	assert_string_equal(project_nearest_query(p, "lvie"), "live");
	assert_null(project_nearest_query(p, "orders"));
}

static void a_body_may_be_a_file(void **state)
{
	struct fixture *f = *state;

	put(f, "queries/live.yaml", "source: search\nindex: a\nbody_file: bodies/live.json\n");
	put(f, "queries/bodies/live.json", "{\"query\": {\"match_all\": {}}, \"n\": 1e3}\n");
	assert_string_equal(project_query(open_good(f), "live")->body, "{\"query\":{\"match_all\":{}},\"n\":1e3}");
	put(f, "queries/bodies/lost.json", "{}");
	assert_non_null(
		strstr(expect_fault(f, "E0210", "queries/bodies/lost.json", 1, "no query names")->help, "lost.yaml"));
	put(f, "queries/bodies/lost.json", "");
	put(f, "queries/lost.yaml", "source: search\nindex: a\nbody_file: bodies/lost.json\n");
	expect_fault(f, "E0103", "queries/bodies/lost.json", 1, "JSON");
	put(f, "queries/bodies/lost.json", "[]");
	expect_fault(f, "E0201", "queries/bodies/lost.json", 1, "must be a map");
}

static void queries_are_checked(void **state)
{
	struct fixture *f = *state;

	expect_query_fault(f, "source: serch\nindex: a\n", "E0209", 1, "did you mean \"search\"?");
	expect_query_fault(f, "source: search\n", "E0204", 1, "\"index\" is missing");
	expect_query_fault(f, "source: search\nindex: a-{shp}\n", "E0202", 2, "did you mean {shop}?");
	expect_query_fault(f, "source: search\nindex: a-}\n", "E0202", 2, "without");
	expect_query_fault(f, "source: search\nindex: ''\n", "E0202", 2, "empty");
	expect_query_fault(f, "source: search\nindex: a-{shop}\n", "E0202", 2, "for which shops");
	expect_query_fault(f, "source: search\nindex: a\nbody: {s: '{shop}'}\n", "E0202", 3, "for which shops");
	expect_query_fault(f, "source: search\nindex: a\nfor_each: shop\n", "E0202", 3, "the same documents");
	expect_query_fault(
		f, "source: search\nindex: a\nfor_each: shops\nbody: {s: '{shop}'}\n", "E0202", 3, "did you mean");
	expect_query_fault(f, "source: search\nindex: 'a-{shop}'\nfor_each: shop\nshop: s\n", "E0202", 4, "beside");
	expect_query_fault(f, "source: search\nindex: a\nkey: [a, b..c]\n", "E0305", 3, "b..c");
	expect_query_fault(f, "source: search\nindex: a\nkey: 'i[].x'\n", "E0305", 3, "many values");
	expect_query_fault(f, "source: search\nindex: a\ntime: {overlap: 1m}\n", "E0204", 3, "\"field\" is missing");
	expect_query_fault(f, "source: search\nindex: a\ntime: {field: t, zone: JST}\n", "E0310", 3, "no offset");
	expect_query_fault(f, "source: search\nindex: a\noverlap: 1m\n", "E0208", 3, "it belongs under \"time\"");
	expect_query_fault(f, "source: search\nindex: a\nbody: '{}'\n", "E0201", 3, "must be a map");
	expect_query_fault(f, "source: search\nindex: a\nbody_file: none.json\n", "E0101", 3, "none.json");
	expect_query_fault(f, "rules: []\n", "E0210", 1, "this is a rule file");
	expect_query_fault(f, "query: {match_all: {}}\n", "E0210", 1, "bare search body");
}

static void shops_are_needed_for_each(void **state)
{
	struct fixture *f = *state;

	put(f, "queries/live.yaml", "source: search\nindex: 'a-{shop}'\nfor_each: shop\n");
	expect_fault(f, "E0209", "queries/live.yaml", 3, "lists no shops");
}

static void names_of_queries_are_unique(void **state)
{
	struct fixture *f = *state;
	const struct diag *d;

	put(f, "queries/a.yaml", "source: files\n");
	put(f, "queries/b/a.yml", "source: files\n");
	d = expect_fault(f, "E0207", "queries/b/a.yml", 1, "\"a\"");
	assert_string_equal(d->help, "it is in queries/a.yaml");
}

static void rule_files_are_listed(void **state)
{
	struct fixture *f = *state;
	char link[128];
	const struct project *p;

	put(f, "rules/b.yaml", "");
	put(f, "rules/a/c.yml", "");
	put(f, "rules/a/notes.txt", "");
	put(f, "rules/.git/x.yaml", "");
	snprintf(link, sizeof(link), "%s/rules/a/loop", f->folder);
	assert_int_equal(symlink("..", link), 0);
	p = open_good(f);
	assert_int_equal(p->rule_files.count, 2);
	assert_string_equal(p->rule_files.items[0] + strlen(f->folder), "/rules/a/c.yml");
	assert_string_equal(p->rule_files.items[1] + strlen(f->folder), "/rules/b.yaml");
}

static void the_digest_follows_what_is_read(void **state)
{
	struct fixture *f = *state;
	char before[65];

	snprintf(before, sizeof(before), "%s", open_good(f)->config_sha256);
	assert_int_equal(strlen(before), 64);
	assert_string_equal(open_good(f)->config_sha256, before);
	put(f, "queries/a.yaml", "source: files\n");
	assert_string_not_equal(open_good(f)->config_sha256, before);
}

static void a_folder_without_project_is_refused(void **state)
{
	struct error e;

	(void)state;
	assert_null(project_open("/tmp/kenpin-no-such-folder", &e));
	assert_int_equal(e.kind, ERROR_CONFIG);
	assert_non_null(strstr(e.message, "kenpin.yaml"));
}

static void the_project_is_found_upwards(void **state)
{
	struct fixture *f = *state;
	char before[512], deep[512];
	struct error e;

	put(f, "rules/deep/er/a.yaml", "");
	snprintf(deep, sizeof(deep), "%s/rules/deep/er", f->folder);
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(deep), 0);
	f->project = project_open(NULL, &e);
	assert_int_equal(chdir(before), 0);
	assert_non_null(f->project);
	assert_string_equal(f->project->folder, f->folder);
}

static void a_broken_project_is_returned_all_the_same(void **state)
{
	struct fixture *f = *state;
	struct project *p;

	put(f, "kenpin.yaml", "version: [\n");
	p = open_project(f);
	assert_true(p->diags.errors > 0);
	assert_non_null(p->state);
	put(f, "kenpin.yaml", "");
	expect_fault(f, "E0210", "kenpin.yaml", 1, "empty");
	put(f, "kenpin.yaml", SOURCES "state: 1\n");
	assert_non_null(open_project(f)->state);
}

static void a_query_is_read_from_anywhere(void **state)
{
	struct fixture *f = *state;
	struct project *p = open_good(f);
	char path[128];
	struct query *q;

	put(f, "x/body.json", "{\"query\":{\"term\":{\"a\":\"b\"}}}");
	put(f, "x/q.yaml", "source: files\n");
	snprintf(path, sizeof(path), "%s/x/body.json", f->folder);
	q = project_read_query(p, path);
	assert_string_equal(q->body, "{\"query\":{\"term\":{\"a\":\"b\"}}}");
	assert_string_equal(q->name, "body");
	assert_null(q->source);
	snprintf(path, sizeof(path), "%s/x/q.yaml", f->folder);
	q = project_read_query(p, path);
	assert_string_equal(q->source->name, "files");
	assert_int_equal(p->diags.count, 0);
	assert_null(project_read_query(p, "/tmp/kenpin-no-such-file.json"));
	assert_string_equal(p->diags.items[0].code, "E0101");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_example_of_the_manual_is_read),
		TEST(defaults_agree_with_the_limits),
		TEST(settings_are_checked),
		TEST(receivers_are_checked),
		TEST(sources_are_checked),
		TEST(shops_come_out_of_a_file),
		TEST(queries_are_read),
		TEST(a_body_may_be_a_file),
		TEST(queries_are_checked),
		TEST(shops_are_needed_for_each),
		TEST(names_of_queries_are_unique),
		TEST(rule_files_are_listed),
		TEST(the_digest_follows_what_is_read),
		TEST(a_folder_without_project_is_refused),
		TEST(the_project_is_found_upwards),
		TEST(a_broken_project_is_returned_all_the_same),
		TEST(a_query_is_read_from_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
