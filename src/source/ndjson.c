/*
 * Documents out of NDJSON files: plain documents, search hits
 * ({"_index":..,"_id":..,"_source":{..}}) or bulk files (an {"index":{..}} line
 * before each document), told apart line by line.
 */
#include "base/base.h"
#include "source/source_private.h"

#include "base/limits.h"
#include "base/str.h"
#include "base/utf8.h"
#include "source/files.h"
#include "source/lines.h"

struct ndjson_scan {
	struct source_scan base;
	struct files files;
	size_t file; /* the one that is open, from 1 */
	struct lines lines;
	bool open;
	bool bad_utf8; /* in the chunk at hand: look line by line */
	struct arena page;
	struct arena bulk; /* of the action line, which may end a chunk */
	struct span bulk_index, bulk_id;
	bool in_bulk;
	int time_slot; /* of the window's field; -1 none */
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

static int find_slot(const struct fields *fields, const char *path)
{
	for (int i = 0; i < fields_count(fields); i++)
		if (strcmp(fields_path(fields, i), path) == 0)
			return i;
	return -1;
}

static struct source_scan *ndjson_scan(struct source *s, const struct source_request *r, struct error *e)
{
	struct ndjson_scan *n = xcalloc(1, sizeof(*n));

	arena_init(&n->page);
	arena_init(&n->bulk);
	n->base.expected = n->base.verdict.counted = -1;
	n->time_slot = r->until != 0 ? find_slot(r->fields, r->query->time->field) : -1;
	if (files_find(&n->files, s->config->path, e) < 0) {
		free(n);
		return NULL;
	}
	return &n->base;
}

static void close_file(struct ndjson_scan *n)
{
	if (n->open)
		lines_close(&n->lines);
	n->open = n->in_bulk = false;
}

static void ndjson_scan_close(struct source_scan *s)
{
	struct ndjson_scan *n = self(s);

	close_file(n);
	files_clear(&n->files);
	arena_clear(&n->page);
	arena_clear(&n->bulk);
	free(n);
}

static const char *path_of(const struct ndjson_scan *n)
{
	return n->files.paths[n->file - 1];
}

/* Whether INDEX is one of the comma-separated globs of the request. */
static bool wanted(const struct source_request *r, struct span index)
{
	const char *p = r->index;

	while (p != NULL && *p != '\0') {
		char glob[LIMIT_KEY_BYTES];
		size_t len = strcspn(p, ",");
		snprintf(glob, sizeof(glob), "%.*s", (int)len, p);
		if (str_glob(glob, index))
			return true;
		p += len + (p[len] == ',');
	}
	return r->index == NULL;
}

/* Opens the next file; 0 when there is none. */
static int next_file(struct ndjson_scan *n, struct error *e)
{
	close_file(n);
	if (n->file >= n->files.count)
		return 0;
	n->file++;
	if (lines_open(&n->lines, path_of(n), e) < 0)
		return -1;
	n->open = true;
	return 1;
}

static bool limit_reached(const struct ndjson_scan *n)
{
	return n->base.request->limit > 0 && n->base.verdict.read >= n->base.request->limit;
}

static int ndjson_next(struct source_scan *s, struct error *e)
{
	struct ndjson_scan *n = self(s);
	int got;

	arena_reset(&n->page);
	if (limit_reached(n)) {
		source_incomplete(s, "only %lld documents were asked for", (long long)s->request->limit);
		return 0;
	}
	for (;;) {
		if (!n->open && (got = next_file(n, e)) <= 0)
			return got;
		got = lines_fill(&n->lines, e);
		if (got < 0)
			return error_prefix(e, "%s: ", path_of(n));
		if (got == 0) {
			close_file(n);
			continue;
		}
		n->bad_utf8 = utf8_invalid((struct span){n->lines.buf.data, n->lines.chunk}) >= 0;
		s->verdict.bytes += (int64_t)n->lines.chunk;
		s->verdict.pages++;
		return 1;
	}
}

static struct span text_of(struct arena *arena, struct span raw, bool escaped)
{
	return escaped ? jsonscan_unescape(arena, raw) : raw;
}

/* The first key of the object in LINE, raw; n 0 when there is none. */
static struct span first_key(struct span line)
{
	struct jsonscan s;
	struct span key = SPAN_NONE;
	bool first = true, escaped;

	jsonscan_init(&s, line);
	if (!jsonscan_enter(&s, JSON_OBJECT) || !jsonscan_key(&s, &first, &key, &escaped))
		return SPAN_NONE;
	return key;
}

/* Reads _index, _id and the rest of what surrounds a document; true when a _source was there. */
static bool read_hit(struct ndjson_scan *n, struct jsonscan *s, struct doc *doc, struct span *index, struct span *id)
{
	struct span key, raw;
	bool first = true, escaped, found = false, value_escaped;

	if (!jsonscan_enter(s, JSON_OBJECT))
		return false;
	while (jsonscan_key(s, &first, &key, &escaped)) {
		if (span_is(key, "_source")) {
			if (doc_pull(doc, s) < 0)
				return false;
			found = true;
			continue;
		}
		if (jsonscan_value(s, &raw, &value_escaped) == JSON_BAD)
			return false;
		if (span_is(key, "_index"))
			*index = text_of(&n->page, raw, value_escaped);
		else if (span_is(key, "_id"))
			*id = text_of(&n->page, raw, value_escaped);
		else if (span_is(key, "_seq_no") && !span_to_int64(&doc->seq_no, raw))
			doc->seq_no = -1;
		else if (span_is(key, "_primary_term") && !span_to_int64(&doc->primary_term, raw))
			doc->primary_term = -1;
	}
	return found && s->why == NULL;
}

/* {"index":{"_index":..,"_id":..}} or create: remembers who the next line is. */
static bool read_action(struct ndjson_scan *n, struct jsonscan *s)
{
	struct span key, raw;
	bool first = true, escaped, value_escaped, outer = true;

	arena_reset(&n->bulk);
	n->bulk_index = n->bulk_id = SPAN_NONE;
	if (!jsonscan_enter(s, JSON_OBJECT) || !jsonscan_key(s, &outer, &key, &escaped) ||
		!jsonscan_enter(s, JSON_OBJECT))
		return false;
	while (jsonscan_key(s, &first, &key, &escaped)) {
		if (jsonscan_value(s, &raw, &value_escaped) == JSON_BAD)
			return false;
		struct span text = arena_span(&n->bulk, text_of(&n->page, raw, value_escaped));
		if (span_is(key, "_index"))
			n->bulk_index = text;
		else if (span_is(key, "_id"))
			n->bulk_id = text;
	}
	n->in_bulk = true;
	return !jsonscan_key(s, &outer, &key, &escaped) && s->why == NULL && jsonscan_end(s);
}

/* A plain document names itself by its own _id, if it has one. */
static struct span own_id(const struct ndjson_scan *n, struct span line)
{
	struct jsonscan s;
	struct span key, raw;
	bool first = true, escaped, value_escaped;

	(void)n;
	if (span_find(line, SPAN_LITERAL("\"_id\"")) < 0)
		return SPAN_NONE;
	jsonscan_init(&s, line);
	if (!jsonscan_enter(&s, JSON_OBJECT))
		return SPAN_NONE;
	while (jsonscan_key(&s, &first, &key, &escaped)) {
		if (jsonscan_value(&s, &raw, &value_escaped) == JSON_BAD)
			break;
		if (span_is(key, "_id"))
			return raw;
	}
	return SPAN_NONE;
}

static void broken(struct ndjson_scan *n, const char *why, int column)
{
	source_report_broken(&n->base, path_of(n), n->lines.number, column, why);
}

enum line_kind { LINE_DOCUMENT, LINE_NONE };

/* Reads one line into DOC. */
static enum line_kind read_line(struct ndjson_scan *n, struct span line, struct doc *doc)
{
	struct jsonscan s;
	struct span index = files_index(path_of(n)), id = SPAN_NONE, key;
	bool fine;

	ptrdiff_t bad = n->bad_utf8 ? utf8_invalid(line) : -1;
	if (bad >= 0) {
		broken(n, "bytes that are not UTF-8", (int)bad + 1);
		n->in_bulk = false;
		return LINE_NONE;
	}
	jsonscan_init(&s, line);
	doc->seq_no = doc->primary_term = doc->version = -1;
	key = n->in_bulk ? SPAN_NONE : first_key(line);
	if (!n->in_bulk && (span_is(key, "index") || span_is(key, "create")) && line.n < LIMIT_KEY_BYTES &&
		read_action(n, &s))
		return LINE_NONE;
	jsonscan_init(&s, line);
	bool hit = !n->in_bulk && (span_is(key, "_index") || span_is(key, "_id")) &&
		   span_find(line, SPAN_LITERAL("\"_source\"")) >= 0;
	if (hit) {
		fine = read_hit(n, &s, doc, &index, &id);
	} else {
		fine = doc_pull(doc, &s) == 0;
		id = n->in_bulk ? n->bulk_id : fine ? own_id(n, line) : SPAN_NONE;
		if (n->in_bulk && n->bulk_index.n > 0)
			index = n->bulk_index;
	}
	if (n->in_bulk) {
		index = arena_span(&n->page, index);
		id = arena_span(&n->page, id);
		n->in_bulk = false;
	}
	if (!fine || !jsonscan_end(&s)) {
		broken(n, s.why ? s.why : "a search hit without a _source", (int)(s.p - s.begin) + 1);
		return LINE_NONE;
	}
	doc_set_identity(doc, index, id);
	doc->line = n->lines.number;
	return wanted(n->base.request, index) ? LINE_DOCUMENT : LINE_NONE;
}

static bool in_window(const struct ndjson_scan *n, const struct doc *doc)
{
	const struct source_request *r = n->base.request;
	int64_t at;
	struct arena scratch;

	if (n->time_slot < 0)
		return true;
	const struct value *v = doc_first(doc, n->time_slot);
	if (v == NULL)
		return false;
	arena_init(&scratch);
	int failed = value_instant(&at, v, 0, &scratch);
	arena_clear(&scratch);
	return !failed && at > r->since && at <= r->until;
}

static int ndjson_doc(struct source_scan *s, struct doc *doc)
{
	struct ndjson_scan *n = self(s);
	struct span line;

	while (!limit_reached(n) && lines_next(&n->lines, &line)) {
		size_t blank = 0;
		while (blank < line.n && (line.p[blank] == ' ' || line.p[blank] == '\t'))
			blank++;
		if (blank == line.n)
			continue;
		if (read_line(n, line, doc) == LINE_NONE || !in_window(n, doc))
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
	struct doc doc;
	int got;

	if (scan == NULL)
		return -1;
	doc_init(&doc, r->fields);
	*count = 0;
	while ((got = source_next(scan, e)) == 1)
		while (source_doc(scan, &doc) == 1)
			(*count)++;
	doc_clear(&doc);
	source_scan_close(scan);
	return got;
}

static int ndjson_explain(struct source *s, const struct source_request *r, struct buf *out, struct error *e)
{
	struct files files;

	if (files_find(&files, s->config->path, e) < 0)
		return -1;
	for (size_t i = 0; i < files.count; i++)
		buf_addf(out, "read %s\n", files.paths[i]);
	if (r->index != NULL)
		buf_addf(out, "keep documents of index %s\n", r->index);
	files_clear(&files);
	return 0;
}

static void ndjson_check(struct source *s, const struct source_request *r, source_check_report *report, void *arg)
{
	struct source_check check = {.ok = true, .what = "files"};
	struct files files;
	struct error e = {0};

	(void)r;
	if (files_find(&files, s->config->path, &e) < 0) {
		check.ok = false;
		snprintf(check.result, sizeof(check.result), "%.100s: %.150s", e.path, e.message);
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
