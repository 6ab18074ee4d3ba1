/* What the doctor asks of a server: one question at a time, each with a remedy. */
#include "base/base.h"
#include "source/es_scan.h"

#include <inttypes.h>

#include "base/limits.h"

#define SKEW_MS 5000

struct checking {
	struct es_source *source;
	const struct source_request *request;
	source_check_report *report;
	void *arg;
	struct http_answer answer;
	struct json *caps; /* "fields" of _field_caps */
};

static void say(struct checking *c, bool ok, bool warning, const char *what, const char *result, const char *remedy)
{
	struct source_check check = {.ok = ok, .warning = warning};

	snprintf(check.what, sizeof(check.what), "%s", what);
	snprintf(check.result, sizeof(check.result), "%s", result);
	snprintf(check.remedy, sizeof(check.remedy), "%s", ok && !warning ? "" : remedy);
	c->report(c->arg, &check);
}

/* Any HTTP answer counts: some servers and gateways refuse GET /. */
static bool reach(struct checking *c)
{
	struct error e = {0};
	char result[300];

	if (es_call(&c->source->session, "GET", SPAN_LITERAL("/"), SPAN_NONE, "reach", &c->answer, &e) < 0 &&
		c->answer.status == 0) {
		say(c, false, false, "reach", e.message, "check url, network, proxy and certificates of the source");
		return false;
	}
	snprintf(result, sizeof(result), "HTTP %ld in %" PRId64 " ms", c->answer.status, c->answer.elapsed_ms);
	bool refused = c->answer.status == 401 || c->answer.status == 403;
	say(c, !refused, false, "reach", result, "check `auth` of the source");
	return !refused;
}

static void clock_skew(struct checking *c)
{
	char result[128];

	if (c->answer.date_ms < 0)
		return; /* Elasticsearch itself sends no Date; a proxy in front of it does */
	int64_t skew = clock_now(&(struct clock){0}) - c->answer.date_ms;
	snprintf(result, sizeof(result), "%" PRId64 " ms apart", skew);
	bool far = skew > SKEW_MS || skew < -SKEW_MS;
	say(c, true, far, "clock", result, "set this machine's clock by NTP: `age` checks and windows depend on it");
}

static bool search(struct checking *c)
{
	struct error e = {0};
	char what[160], result[128];
	int64_t count = 0;

	snprintf(what, sizeof(what), "index %.140s", c->request->index ? c->request->index : "_all");
	if (source_count(&c->source->base, c->request, &count, &e) < 0) {
		bool missing = strstr(e.message, "HTTP 404") != NULL && c->request->query->optional;
		say(c, missing, missing, what, e.message,
			"correct the index, the permissions or the body of the query");
		return false;
	}
	snprintf(result, sizeof(result), "%" PRId64 " documents", count);
	say(c, true, count == 0, what, result, "is the index empty on purpose? min_documents makes this a finding");
	return true;
}

/* Opens what a scan opens, reads one document, and closes it again. */
static void read_one(struct checking *c)
{
	struct source_request request = *c->request;
	struct error e = {0};

	request.limit = request.page = 1;
	struct source_scan *scan = source_scan(&c->source->base, &request, &e);
	int got = scan ? source_next(scan, &e) : -1;
	source_scan_close(scan);
	say(c, got >= 0, false, "read",
		got < 0 ? e.message
		: got   ? "a page can be read"
			: "there is nothing to read",
		"the user needs the permissions read and view_index_metadata; see also the setting `paging`");
}

static bool load_caps(struct checking *c)
{
	struct error e = {0};
	struct buf path;

	buf_init(&path, LIMIT_CONFIG_BYTES);
	es_index_path(&path, c->request->index, "/_field_caps?fields=*");
	int failed = es_call(&c->source->session, "GET", buf_span(&path), SPAN_NONE, "field_caps", &c->answer, &e);
	buf_clear(&path);
	if (!failed)
		c->caps = json_parse(buf_span(&c->answer.body), ERROR_INCOMPLETE, "", &e);
	if (c->caps == NULL)
		say(c, false, false, "mapping", e.message, "the user needs the permission view_index_metadata");
	return c->caps != NULL;
}

static bool first_type(void *arg, const char *key, struct json *value)
{
	(void)value;
	*(const char **)arg = key;
	return false;
}

static void check_field(struct checking *c, const char *path)
{
	const struct json *types = json_get_key(json_get(c->caps, "fields"), span_of(path));
	const char *type = "";
	char what[160], result[128];

	snprintf(what, sizeof(what), "field %.140s", path);
	json_each(types, first_type, &type);
	if (types == NULL) {
		say(c, true, true, what, "is not in the mapping",
			"correct the path in the rule, or expect it only in some documents");
		return;
	}
	snprintf(
		result, sizeof(result), "%s%s", type, json_count(types) > 1 ? " and other types in other indices" : "");
	say(c, true, json_count(types) > 1, what, result,
		"give the field one type in all indices that the query reads");
}

static void fields(struct checking *c)
{
	const struct fields *f = c->request->fields;
	struct arena arena;

	arena_init(&arena);
	for (int i = 0; i < fields_count(f); i++) {
		const char *path =
			i == fields_slot_id(f) || i == fields_slot_index(f) ? NULL : fields_source_path(f, i, &arena);
		if (path != NULL)
			check_field(c, path);
	}
	arena_clear(&arena);
}

void es_check(struct source *s, const struct source_request *request, source_check_report *report, void *arg)
{
	struct checking c = {.source = (struct es_source *)(void *)s, .request = request, .report = report, .arg = arg};

	http_answer_init(&c.answer);
	if (reach(&c)) {
		clock_skew(&c);
		if (search(&c)) {
			read_one(&c);
			if (load_caps(&c))
				fields(&c);
		}
	}
	json_free(c.caps);
	http_answer_clear(&c.answer);
}
