/* The half of the sorter that takes records and writes runs; sorter_merge.c reads them. */
#include "base/base.h"
#include "base/sorter.h"

#include <errno.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/sorter_private.h"

#define LENGTH_BYTES 4

uint64_t sorter_head(struct span record)
{
	uint64_t head = 0;

	for (size_t i = 0; i < sizeof(head); i++)
		head = head << 8 | (i < record.n ? (unsigned char)record.p[i] : 0);
	return head;
}

int sorter_compare(const struct sorter_item *a, const struct sorter_item *b)
{
	if (a->head != b->head)
		return a->head < b->head ? -1 : 1;
	return span_compare(a->record, b->record);
}

static int compare_items(const void *a, const void *b)
{
	return sorter_compare(a, b);
}

struct sorter *sorter_new(size_t memory)
{
	struct sorter *s = xcalloc(1, sizeof(*s));

	s->memory = memory > LIMIT_SORT_RECORD_BYTES ? memory : LIMIT_SORT_RECORD_BYTES;
	s->file = -1;
	return s;
}

static void forget_items(struct sorter *s)
{
	free(s->data);
	free(s->items);
	s->data = NULL;
	s->items = NULL;
	s->used = s->count = s->capacity = 0;
}

void sorter_free(struct sorter *s)
{
	if (s == NULL)
		return;
	forget_items(s);
	free(s->runs);
	if (s->file >= 0)
		close(s->file);
	free(s);
}

/* ---- the file ---- */

static int make_file(int *file, struct error *e)
{
	const char *folder = getenv("TMPDIR");
	char *path = xasprintf("%s/kenpin-sort-XXXXXX", folder && *folder ? folder : "/tmp");

	*file = mkstemp(path);
	if (*file >= 0)
		unlink(path);
	else
		error_set(e, ERROR_INCOMPLETE, "a temporary file cannot be made in %s: %s",
			folder && *folder ? folder : "/tmp", strerror(errno));
	free(path);
	return *file >= 0 ? 0 : -1;
}

void sorter_writer_init(struct sorter_writer *w, int file, int64_t at)
{
	*w = (struct sorter_writer){.file = file, .at = at};
	buf_init(&w->buf, 4 * LIMIT_SORT_READ_BYTES);
}

static int write_out(struct sorter_writer *w, struct error *e)
{
	size_t done = 0;

	while (done < w->buf.len) {
		ssize_t n = pwrite(w->file, w->buf.data + done, w->buf.len - done, (off_t)(w->at + (int64_t)done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_set(
				e, ERROR_INCOMPLETE, "a temporary file cannot be written: %s", strerror(errno));
		done += (size_t)n;
	}
	w->at += (int64_t)done;
	buf_reset(&w->buf);
	return 0;
}

int sorter_write(struct sorter_writer *w, struct span record, struct error *e)
{
	uint32_t length = (uint32_t)record.n;

	buf_add(&w->buf, &length, LENGTH_BYTES);
	buf_add_span(&w->buf, record);
	return w->buf.len >= LIMIT_SORT_READ_BYTES ? write_out(w, e) : 0;
}

int sorter_flush(struct sorter_writer *w, struct error *e)
{
	int failed = write_out(w, e);

	buf_clear(&w->buf);
	return failed;
}

static void add_run(struct sorter_run **runs, size_t *count, size_t *capacity, int64_t begin, int64_t end)
{
	if (*count == *capacity) {
		*capacity = *capacity ? *capacity * 2 : 16;
		*runs = xrealloc(*runs, *capacity * sizeof(**runs));
	}
	(*runs)[(*count)++] = (struct sorter_run){begin, end};
}

/* What is in memory becomes a run. */
static int spill(struct sorter *s, struct error *e)
{
	struct sorter_writer w;
	int failed = 0;

	if (s->file < 0 && make_file(&s->file, e) < 0)
		return -1;
	qsort(s->items, s->count, sizeof(*s->items), compare_items);
	sorter_writer_init(&w, s->file, s->size);
	for (size_t i = 0; i < s->count && failed == 0; i++)
		failed = sorter_write(&w, s->items[i].record, e);
	if (sorter_flush(&w, e) < 0 || failed)
		return -1;
	add_run(&s->runs, &s->run_count, &s->run_capacity, s->size, w.at);
	s->size = w.at;
	s->used = s->count = 0;
	return 0;
}

/* ---- records ---- */

int sorter_add(struct sorter *s, struct span record, struct error *e)
{
	size_t cost = record.n + sizeof(struct sorter_item);

	if (cost > LIMIT_SORT_RECORD_BYTES)
		return error_set(
			e, ERROR_INCOMPLETE, "a record of %zu bytes is over LIMIT_SORT_RECORD_BYTES", record.n);
	if (s->used + s->count * sizeof(struct sorter_item) + cost > s->memory && spill(s, e) < 0)
		return -1;
	if (s->data == NULL)
		s->data = xmalloc(s->memory);
	if (s->count == s->capacity) {
		s->capacity = s->capacity ? s->capacity * 2 : 64;
		s->items = xrealloc(s->items, s->capacity * sizeof(*s->items));
	}
	if (record.n)
		memcpy(s->data + s->used, record.p, record.n);
	s->items[s->count++] = (struct sorter_item){sorter_head(record), {s->data + s->used, record.n}};
	s->used += record.n;
	return 0;
}

/* Merges COUNT runs into one of another file. */
static int merge_some(struct sorter_writer *w, int file, const struct sorter_run *runs, size_t count, struct error *e)
{
	struct sorter_cursor *c = sorter_cursor_new(file, runs, count, NULL);
	struct span record;
	int got;

	while ((got = sorter_next(c, &record, e)) == 1) {
		if (sorter_write(w, record, e) < 0) {
			got = -1;
			break;
		}
	}
	sorter_close(c);
	return got;
}

/* One pass over all runs: LIMIT_SORT_WIDTH of them become one, in a new file. */
static int merge_pass(struct sorter *s, struct error *e)
{
	struct sorter_run *merged = NULL;
	size_t count = 0, capacity = 0;
	int file, failed = 0;
	int64_t size = 0;

	if (make_file(&file, e) < 0)
		return -1;
	for (size_t i = 0; i < s->run_count && failed == 0; i += LIMIT_SORT_WIDTH) {
		size_t left = s->run_count - i;
		struct sorter_writer w;

		sorter_writer_init(&w, file, size);
		failed = merge_some(&w, s->file, s->runs + i, left < LIMIT_SORT_WIDTH ? left : LIMIT_SORT_WIDTH, e);
		if (sorter_flush(&w, e) < 0)
			failed = -1;
		add_run(&merged, &count, &capacity, size, w.at);
		size = w.at;
	}
	close(s->file);
	free(s->runs);
	s->file = file;
	s->size = size;
	s->runs = merged;
	s->run_count = count;
	s->run_capacity = capacity;
	return failed;
}

int sorter_sort(struct sorter *s, struct error *e)
{
	if (s->file < 0) {
		if (s->count)
			qsort(s->items, s->count, sizeof(*s->items), compare_items);
		return 0;
	}
	if (s->count && spill(s, e) < 0)
		return -1;
	forget_items(s);
	while (s->run_count > LIMIT_SORT_WIDTH) {
		if (merge_pass(s, e) < 0)
			return -1;
	}
	return 0;
}

struct sorter_cursor *sorter_open(const struct sorter *s)
{
	return sorter_cursor_new(s->file, s->runs, s->run_count, s);
}
