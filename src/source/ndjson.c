/*
 * Documents out of NDJSON files: which files, chunk after chunk, line after
 * line. A chunk is a page. What a line means is in ndjson_line.c.
 */
#include "base/base.h"
#include "source/source_private.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/str.h"
#include "base/utf8.h"
#include "source/files.h"
#include "source/lines.h"
#include "source/ndjson_line.h"

/* The time field of each document, looked at apart from what rules read. */
struct window {
	struct fields *fields; /* NULL: there is no window */
	struct doc doc;
	int zone;
};

struct ndjson_scan {
	struct source_scan base;
	struct files files;
	size_t file;          /* the one that is open, from 1 */
	int64_t bytes_before; /* of the files before it */
	struct lines lines;
	bool open, looked; /* LOOKED: for the files */
	struct span index; /* what the file's name stands for */
	bool wanted;       /* whether that index is */
	bool any;          /* something of a wanted index was there */
	bool bad_utf8;     /* in the chunk at hand: look line by line */
	bool own_ids;      /* an _id stands somewhere in it */
	struct line_reader reader;
	struct arena page;
	struct arena between; /* names of an action that ended a chunk */
	struct window window;
};

static struct ndjson_scan *self(struct source_scan *s)
{
	return (struct ndjson_scan *)(void *)s;
}

static struct source *ndjson_open(
	const struct source_config *config, const struct source_context *context, struct error *e)
{
	(void)config;
	(void)context;
	(void)e;
	return xcalloc(1, sizeof(struct source));
}

static void ndjson_close(struct source *s)
{
	free(s);
}

/* ---- the window ---- */

static int zone_minutes(int *minutes, const char *zone)
{
	char stamp[64];
	int64_t there, utc = clock_from_civil(2000, 1, 1) * 86400000;

	*minutes = CLOCK_NO_ZONE;
	if (zone == NULL)
		return 0;
	snprintf(stamp, sizeof(stamp), "2000-01-01T00:00:00%.32s", zone);
	if (clock_parse(&there, span_of(stamp), CLOCK_NO_ZONE) < 0)
		return -1;
	*minutes = (int)((utc - there) / 60000);
	return 0;
}

static int window_open(struct window *w, const struct source_request *r, struct error *e)
{
	if (r->until == 0)
		return 0;
	if (zone_minutes(&w->zone, r->query->time->zone) < 0)
		return error_set(e, ERROR_CONFIG, "query %s: \"%s\" is no offset from UTC such as +09:00",
			r->query->name, r->query->time->zone);
	w->fields = fields_new();
	if (fields_add(w->fields, r->query->time->field, e) < 0)
		return -1;
	doc_init(&w->doc, w->fields);
	return 0;
}

static void window_close(struct window *w)
{
	if (w->fields == NULL)
		return;
	doc_clear(&w->doc);
	fields_free(w->fields);
}

/* Whether the document lies in the window: 1, 0 (also without a time, as a server sees it), -1 when its time cannot be
 * read. */
static int window_holds(struct ndjson_scan *n, const struct doc *doc)
{
	const struct source_request *r = n->base.request;
	struct jsonscan s;
	int64_t at;

	if (n->window.fields == NULL)
		return 1;
	jsonscan_init(&s, doc->source);
	if (doc_pull(&n->window.doc, &s) < 0)
		return -1;
	const struct value *v = doc_first(&n->window.doc, 0);
	if (v == NULL || v->kind == VALUE_NULL || v->kind == VALUE_ABSENT)
		return 0;
	if (value_instant(&at, v, n->window.zone, &n->page) < 0)
		return -1;
	return at > r->since && at <= r->until;
}

/* ---- opening and closing ---- */

static struct source_scan *ndjson_scan(struct source *s, const struct source_request *r, struct error *e)
{
	struct ndjson_scan *n = xcalloc(1, sizeof(*n));

	(void)s;
	arena_init(&n->page);
	arena_init(&n->between);
	n->reader.page = &n->page;
	n->base.expected = n->base.verdict.counted = -1;
	if (window_open(&n->window, r, e) < 0) {
		window_close(&n->window);
		free(n);
		return NULL;
	}
	return &n->base;
}

static void ndjson_scan_close(struct source_scan *s)
{
	struct ndjson_scan *n = self(s);

	if (n->open)
		lines_close(&n->lines);
	files_clear(&n->files);
	arena_clear(&n->page);
	arena_clear(&n->between);
	window_close(&n->window);
	free(n);
}

/* ---- files ---- */

static const char *path_of(const struct ndjson_scan *n)
{
	return n->files.paths[n->file - 1];
}

/* Whether INDEX is one of the comma-separated globs of the request. */
static bool wanted(const struct source_request *r, struct span index)
{
	for (const char *p = r->index; p != NULL && *p != '\0';) {
		char glob[LIMIT_KEY_BYTES];
		size_t len = strcspn(p, ",");
		snprintf(glob, sizeof(glob), "%.*s", (int)len, p);
		if (str_glob(glob, index))
			return true;
		p += len + (p[len] == ',');
	}
	return r->index == NULL;
}

static void broken(struct ndjson_scan *n, int64_t line, int column, const char *why)
{
	source_report_broken(&n->base, path_of(n), line, column, why);
}

static const char too_long[] = "a line longer than LIMIT_LINE_BYTES";

/* A line that could not even be looked at: should an action stand before it, this was its document. False, for the
 * caller's sake. */
static bool broken_line(struct ndjson_scan *n, int column, const char *why)
{
	n->reader.in_bulk = n->reader.pass_over = false;
	broken(n, n->lines.number, column, why);
	return false;
}

static void close_file(struct ndjson_scan *n)
{
	if (n->reader.in_bulk)
		broken(n, n->lines.number, 1, "an action without its document, at the end of the file");
	n->reader.in_bulk = n->reader.pass_over = false;
	n->bytes_before += zread_position(n->lines.in);
	lines_close(&n->lines);
	n->open = false;
}

/* Opens the next file that can be opened; false when there is none. */
static bool next_file(struct ndjson_scan *n)
{
	struct error e;

	while (n->file < n->files.count) {
		n->file++;
		n->index = files_index(path_of(n));
		n->wanted = wanted(n->base.request, n->index);
		n->any |= n->wanted;
		n->open = lines_open(&n->lines, path_of(n), &e) == 0;
		if (n->open)
			return true;
		broken(n, 0, 0, e.message);
	}
	return false;
}

/* Looks for the files: 1, 0 when nothing is there, -1. */
static int look(struct ndjson_scan *n, struct error *e)
{
	const struct source_config *config = n->base.source->config;
	const struct query *query = n->base.request->query;
	int got = files_find(&n->files, config->path, e);

	n->looked = true;
	if (got != 0)
		return got;
	n->base.verdict.missing = true;
	if (query->optional)
		return 0;
	return error_set(e, ERROR_INCOMPLETE,
		"source %s: %s holds no file (*.ndjson, *.jsonl, packed or not); correct `path`, or say `optional: "
		"true` in "
		"query %s",
		config->name, config->path, query->name);
}

/* ---- chunks ---- */

/* strstr is the fastest search at hand, and ends at a NUL: a chunk that holds one is looked at line by line. */
static bool may_hold_ids(struct span chunk)
{
	return strstr(chunk.p, "\"_id\"") != NULL || memchr(chunk.p, '\0', chunk.n) != NULL;
}

/* The names of an action live in the chunk, which is about to be overwritten. */
static void keep_action(struct ndjson_scan *n)
{
	arena_reset(&n->between);
	n->reader.index = n->reader.in_bulk ? arena_span(&n->between, n->reader.index) : SPAN_NONE;
	n->reader.id = n->reader.in_bulk ? arena_span(&n->between, n->reader.id) : SPAN_NONE;
}

/* From what was read of how many bytes. */
static void estimate(struct ndjson_scan *n)
{
	const int64_t done = n->bytes_before + zread_position(n->lines.in), read = n->base.verdict.read;

	if (n->files.bytes > 0 && done > 0 && read > 0)
		n->base.expected = (int64_t)((double)read * (double)n->files.bytes / (double)done);
}

/* The next chunk of the file that is open: 1, 0 at its end or where it cannot be read on. */
static int fill(struct ndjson_scan *n)
{
	struct error e;
	int got;

	estimate(n);
	while ((got = lines_fill(&n->lines, &e)) == LINES_TOO_LONG)
		broken_line(n, 1, too_long);
	if (got < 0)
		broken(n, n->lines.number, 0, e.message);
	return got == LINES_CHUNK;
}

static void take_chunk(struct ndjson_scan *n)
{
	const struct span chunk = lines_chunk(&n->lines);

	n->bad_utf8 = utf8_invalid(chunk) >= 0;
	n->own_ids = may_hold_ids(chunk);
	n->base.verdict.bytes += (int64_t)chunk.n;
	n->base.verdict.pages++;
}

static bool limit_reached(const struct ndjson_scan *n)
{
	return n->base.request->limit > 0 && n->base.verdict.read >= n->base.request->limit;
}

static int at_end(struct ndjson_scan *n)
{
	const struct source_request *r = n->base.request;

	n->base.expected = n->base.verdict.read;
	n->base.verdict.missing = !n->any;
	if (!n->any && !r->query->optional)
		source_incomplete(&n->base,
			"source %s: no file and no document is of index %s; correct `index`, or say `optional: true` "
			"in query %s",
			n->base.source->config->name, r->index, r->query->name);
	return 0;
}

static int ndjson_next(struct source_scan *s, struct error *e)
{
	struct ndjson_scan *n = self(s);
	int got;

	if (!n->looked && (got = look(n, e)) != 1)
		return got;
	keep_action(n);
	arena_reset(&n->page);
	if (limit_reached(n)) {
		source_incomplete(s, "only %" PRId64 " documents were asked for", s->request->limit);
		return 0;
	}
	for (;;) {
		bool fresh = !n->open;
		if (fresh && !next_file(n))
			return at_end(n);
		if (!fill(n)) {
			close_file(n);
			continue;
		}
		/* a file of plain documents is of the index that its name says: no need to read one of another */
		if (fresh && !n->wanted && line_is_plain(lines_peek(&n->lines))) {
			close_file(n);
			continue;
		}
		take_chunk(n);
		return 1;
	}
}

/* ---- lines ---- */

/* Reads one line into DOC; true when it is a document to hand out. */
static bool take_line(struct ndjson_scan *n, struct span line, struct doc *doc)
{
	struct hit hit;
	ptrdiff_t bad = n->bad_utf8 ? utf8_invalid(line) : -1;

	if (bad >= 0)
		return broken_line(n, (int)bad + 1, "bytes that are not UTF-8");
	if (line.n > LIMIT_LINE_BYTES)
		return broken_line(n, 1, too_long);
	switch (line_read(&n->reader, line, n->own_ids, doc, &hit)) {
	case LINE_NOTHING: return false;
	case LINE_BROKEN: broken(n, n->lines.number, (int)(hit.at - line.p) + 1, hit.why); return false;
	case LINE_DOCUMENT: break;
	}
	if (hit.index.n > 0 ? !wanted(n->base.request, hit.index) : !n->wanted)
		return false;
	n->any = true;
	int inside = window_holds(n, doc);
	if (inside < 0)
		broken(n, n->lines.number, 1,
			"the time field of the query holds no instant (without a zone? see `time: {zone: ..}`)");
	doc_set_identity(doc, hit.index.n > 0 ? hit.index : n->index, hit.id);
	doc->line = n->lines.number;
	return inside == 1;
}

static int ndjson_doc(struct source_scan *s, struct doc *doc)
{
	struct ndjson_scan *n = self(s);
	struct span line;

	while (!limit_reached(n) && lines_next(&n->lines, &line)) {
		if (lines_blank(line) || !take_line(n, line, doc))
			continue;
		s->verdict.read++;
		return 1;
	}
	return 0;
}

/* There is no shorter way than reading. */
static int ndjson_count(struct source *s, const struct source_request *r, int64_t *count, struct error *e)
{
	struct source_scan *scan = source_scan(s, r, e);
	struct source_verdict verdict;
	struct doc doc;
	int got;

	if (scan == NULL)
		return -1;
	doc_init(&doc, r->fields);
	*count = 0;
	while ((got = source_next(scan, e)) == 1)
		while (source_doc(scan, &doc) == 1)
			(*count)++;
	source_verdict_of(scan, &verdict);
	if (got == 0 && !verdict.complete)
		got = error_set(e, ERROR_INCOMPLETE, "%s", verdict.why);
	doc_clear(&doc);
	source_scan_close(scan);
	return got;
}

static int ndjson_explain(struct source *s, const struct source_request *r, struct buf *out, struct error *e)
{
	struct files files;

	if (files_find(&files, s->config->path, e) < 0)
		return -1;
	if (files.count == 0)
		buf_addf(out, "no file at %s\n", s->config->path);
	for (size_t i = 0; i < files.count; i++)
		buf_addf(out, "read %s\n", files.paths[i]);
	if (r->index != NULL)
		buf_addf(out, "keep the documents of index %s\n", r->index);
	files_clear(&files);
	return 0;
}

static void ndjson_check(struct source *s, const struct source_request *r, source_check_report *report, void *arg)
{
	struct source_check check = {.ok = true, .what = "files"};
	struct files files;
	struct error e = {0};

	(void)r;
	int got = files_find(&files, s->config->path, &e);
	if (got <= 0) {
		check.ok = false;
		snprintf(check.result, sizeof(check.result), "%.100s: %.150s", s->config->path,
			got < 0 ? e.message : "no file is there");
		snprintf(check.remedy, sizeof(check.remedy),
			"set `path` of source %s to a file or folder that is there", s->config->name);
	} else {
		snprintf(check.result, sizeof(check.result), "%zu file%s", files.count, files.count == 1 ? "" : "s");
		files_clear(&files);
	}
	report(arg, &check);
}

const struct source_ops source_ndjson = {
	.kind = "ndjson",
	.open = ndjson_open,
	.close = ndjson_close,
	.scan = ndjson_scan,
	.next = ndjson_next,
	.doc = ndjson_doc,
	.scan_close = ndjson_scan_close,
	.count = ndjson_count,
	.explain = ndjson_explain,
	.check = ndjson_check,
};
