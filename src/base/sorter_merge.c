/* The half of the sorter that reads: several sorted runs at once, the least record first. */
#include "base/base.h"
#include "base/sorter.h"

#include <errno.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/sorter_private.h"

#define LENGTH_BYTES 4

struct reader {
	int64_t at, end;    /* of the file: what has not been read */
	char *data;         /* LIMIT_SORT_READ_BYTES */
	size_t begin, size; /* what has not been given out */
	struct sorter_item head;
};

struct sorter_cursor {
	const struct sorter *memory; /* NULL: runs */
	size_t next;                 /* item of it */
	int file;
	struct reader *readers;
	size_t count;
	size_t *heap; /* readers that have a record, the least at 0 */
	size_t heap_count;
	bool started;
};

struct sorter_cursor *sorter_cursor_new(int file, const struct sorter_run *runs, size_t count, const struct sorter *s)
{
	struct sorter_cursor *c = xcalloc(1, sizeof(*c));

	if (file < 0) {
		c->memory = s;
		return c;
	}
	c->file = file;
	c->count = count;
	c->readers = xcalloc(count + 1, sizeof(*c->readers));
	c->heap = xcalloc(count + 1, sizeof(*c->heap));
	for (size_t i = 0; i < count; i++) {
		c->readers[i] = (struct reader){.at = runs[i].begin, .end = runs[i].end};
		c->readers[i].data = xmalloc(LIMIT_SORT_READ_BYTES);
	}
	return c;
}

void sorter_close(struct sorter_cursor *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->count; i++)
		free(c->readers[i].data);
	free(c->readers);
	free(c->heap);
	free(c);
}

/* Fills up the reader's bytes. */
static int fill(struct sorter_cursor *c, struct reader *r, struct error *e)
{
	memmove(r->data, r->data + r->begin, r->size);
	r->begin = 0;
	while (r->size < LIMIT_SORT_READ_BYTES && r->at < r->end) {
		size_t room = LIMIT_SORT_READ_BYTES - r->size;
		ssize_t n;

		if ((int64_t)room > r->end - r->at)
			room = (size_t)(r->end - r->at);
		n = pread(c->file, r->data + r->size, room, (off_t)r->at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_set(e, ERROR_INCOMPLETE, "a temporary file cannot be read: %s",
				n < 0 ? strerror(errno) : "it is shorter than what was written");
		r->size += (size_t)n;
		r->at += n;
	}
	return 0;
}

/* The reader's next record into its head: 1, 0 at the end of its run. */
static int advance(struct sorter_cursor *c, struct reader *r, struct error *e)
{
	uint32_t length = 0;

	for (int tries = 0;; tries++) {
		if (r->size >= LENGTH_BYTES) {
			memcpy(&length, r->data + r->begin, LENGTH_BYTES);
			if (r->size - LENGTH_BYTES >= length)
				break;
		}
		if (r->at == r->end && r->size == 0)
			return 0;
		if (tries > 0)
			return error_set(e, ERROR_INCOMPLETE, "a temporary file was changed by somebody");
		if (fill(c, r, e) < 0)
			return -1;
	}
	r->head.record = (struct span){r->data + r->begin + LENGTH_BYTES, length};
	r->head.head = sorter_head(r->head.record);
	r->begin += LENGTH_BYTES + length;
	r->size -= LENGTH_BYTES + length;
	return 1;
}

static bool before(const struct sorter_cursor *c, size_t a, size_t b)
{
	return sorter_compare(&c->readers[a].head, &c->readers[b].head) < 0;
}

/* The reader at PLACE of the heap goes down to where it belongs. */
static void sink(struct sorter_cursor *c, size_t place)
{
	size_t reader = c->heap[place];

	for (;;) {
		size_t child = 2 * place + 1;

		if (child >= c->heap_count)
			break;
		if (child + 1 < c->heap_count && before(c, c->heap[child + 1], c->heap[child]))
			child++;
		if (!before(c, c->heap[child], reader))
			break;
		c->heap[place] = c->heap[child];
		place = child;
	}
	c->heap[place] = reader;
}

static int start(struct sorter_cursor *c, struct error *e)
{
	c->started = true;
	for (size_t i = 0; i < c->count; i++) {
		int got = advance(c, &c->readers[i], e);

		if (got < 0)
			return -1;
		if (got == 1)
			c->heap[c->heap_count++] = i;
	}
	for (size_t i = c->heap_count / 2; i-- > 0;)
		sink(c, i);
	return 0;
}

/* The record that was given out last has gone: its reader takes the next one. */
static int replace_least(struct sorter_cursor *c, struct error *e)
{
	int got = advance(c, &c->readers[c->heap[0]], e);

	if (got < 0)
		return -1;
	if (got == 0)
		c->heap[0] = c->heap[--c->heap_count];
	if (c->heap_count > 0)
		sink(c, 0);
	return 0;
}

int sorter_next(struct sorter_cursor *c, struct span *record, struct error *e)
{
	if (c->memory) {
		if (c->next == c->memory->count)
			return 0;
		*record = c->memory->items[c->next++].record;
		return 1;
	}
	if (!c->started ? start(c, e) < 0 : c->heap_count > 0 && replace_least(c, e) < 0)
		return -1;
	if (c->heap_count == 0)
		return 0;
	*record = c->readers[c->heap[0]].head.record;
	return 1;
}
