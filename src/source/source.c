/* The kinds of source, and the way from the interface to each. */
#include "base/base.h"
#include "source/source_private.h"

static const struct source_ops *const kinds[] = {
	[SOURCE_ELASTICSEARCH] = &source_elasticsearch,
	[SOURCE_NDJSON] = &source_ndjson,
};

struct source *source_open(const struct source_config *config, const struct source_context *context, struct error *e)
{
	const struct source_ops *ops = kinds[config->kind];
	struct source *s = ops->open(config, context, e);

	if (s != NULL) {
		s->ops = ops;
		s->config = config;
		s->context = context;
	}
	return s;
}

void source_close(struct source *s)
{
	if (s != NULL)
		s->ops->close(s);
}

struct source_scan *source_scan(struct source *s, const struct source_request *request, struct error *e)
{
	struct source_scan *scan = s->ops->scan(s, request, e);

	if (scan != NULL) {
		scan->source = s;
		scan->request = request;
	}
	return scan;
}

void source_on_broken(struct source_scan *scan, source_broken *report, void *arg)
{
	scan->report = report;
	scan->arg = arg;
}

int source_next(struct source_scan *scan, struct error *e)
{
	if (scan->ended)
		return 0;
	int got = scan->source->ops->next(scan, e);
	if (got != 1) {
		scan->ended = true;
		if (got < 0)
			source_incomplete(scan, "%s", e->message);
		scan->verdict.complete = scan->verdict.why[0] == '\0';
	}
	return got;
}

int source_doc(struct source_scan *scan, struct doc *doc)
{
	return scan->source->ops->doc(scan, doc);
}

int64_t source_expected(const struct source_scan *scan)
{
	return scan->expected;
}

void source_verdict_of(const struct source_scan *scan, struct source_verdict *out)
{
	*out = scan->verdict;
	if (!scan->ended) {
		out->complete = false;
		if (out->why[0] == '\0')
			snprintf(out->why, sizeof(out->why), "not read to the end");
	}
}

void source_scan_close(struct source_scan *scan)
{
	if (scan != NULL)
		scan->source->ops->scan_close(scan);
}

int source_count(struct source *s, const struct source_request *request, int64_t *count, struct error *e)
{
	return s->ops->count(s, request, count, e);
}

int source_explain(struct source *s, const struct source_request *request, struct buf *out, struct error *e)
{
	return s->ops->explain(s, request, out, e);
}

void source_check_all(struct source *s, const struct source_request *request, source_check_report *report, void *arg)
{
	s->ops->check(s, request, report, arg);
}

static void first_fault(void *arg, const struct source_check *check)
{
	struct error *e = arg;

	if (!check->ok && e->kind == ERROR_NONE)
		error_set(e, ERROR_INCOMPLETE, "%s: %s; %s", check->what, check->result, check->remedy);
}

enum source_live source_ask(
	struct source *s, const struct source_request *request, source_field_report *report, void *arg, struct error *e)
{
	if (s->ops->live != NULL)
		return s->ops->live(s, request, report, arg, e);
	e->kind = ERROR_NONE;
	s->ops->check(s, request, first_fault, e);
	return e->kind == ERROR_NONE ? SOURCE_LIVE : SOURCE_DOWN;
}

bool source_looks_again(const struct source *s)
{
	return s->ops->look_again != NULL;
}

int source_look_again(struct source *s, struct source_ref *refs, size_t count, struct error *e)
{
	return s->ops->look_again(s, refs, count, e);
}

int source_census(struct source *s, const struct source_request *request, const struct census *census,
	census_visit *visit, void *arg, struct source_counted *out, struct error *e)
{
	*out = (struct source_counted){0};
	return s->ops->census ? s->ops->census(s, request, census, visit, arg, out, e) : 0;
}

void source_incomplete(struct source_scan *scan, const char *format, ...)
{
	va_list args;

	if (scan->verdict.why[0] != '\0')
		return;
	va_start(args, format);
	vsnprintf(scan->verdict.why, sizeof(scan->verdict.why), format, args);
	va_end(args);
}

void source_report_broken(struct source_scan *scan, const char *place, int64_t line, int column, const char *why)
{
	scan->verdict.broken++;
	source_incomplete(scan, "%s: a document could not be read: %s", place, why);
	if (scan->report != NULL)
		scan->report(scan->arg, place, line, column, why);
}
