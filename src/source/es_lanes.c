/*
 * Pages, asked for ahead: while one page is walked, every lane has its next
 * one under way. A scroll page that may have been lost on the way cannot be
 * asked for again, since the server has moved on and would skip it: the scan
 * then begins anew, and documents may be handed out twice in one run, which
 * the store takes as once. A page of a point in time is simply asked for again.
 */
#include "base/base.h"
#include "source/es_scan.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/log.h"

#define RESTARTS 2
#define NAP_MS 250
#define LAST_ANSWER_MS 2000

static void lane_open(struct lane *l, int64_t number)
{
	*l = (struct lane){.number = number, .total = -1, .shards = -1};
	http_answer_init(&l->answer);
	buf_init(&l->cursor, LIMIT_CONTROL_BYTES);
	buf_init(&l->after, LIMIT_CONTROL_BYTES);
	buf_init(&l->body, LIMIT_CONTROL_BYTES);
	buf_init(&l->url, LIMIT_CONTROL_BYTES);
}

static void set_text(struct buf *b, struct span text)
{
	buf_reset(b);
	buf_add_span(b, text);
}

static void stop_call(struct es_scan *s, struct lane *l)
{
	if (l->call != NULL)
		http_cancel(s->source->session.http, l->call);
	l->call = NULL;
	l->again = 0;
}

static void lane_close(struct es_scan *s, struct lane *l)
{
	stop_call(s, l);
	http_answer_clear(&l->answer);
	buf_clear(&l->cursor);
	buf_clear(&l->after);
	buf_clear(&l->body);
	buf_clear(&l->url);
}

void es_lanes_open(struct es_scan *s)
{
	s->lanes = xcalloc((size_t)s->lane_count, sizeof(*s->lanes));
	for (int64_t i = 0; i < s->lane_count; i++)
		lane_open(&s->lanes[i], i);
	s->next_lane = 0;
}

/* A first page opens a context that nobody can close before its id is known. The id comes before everything else, so an
 * answer that was broken off will do; one that is still under way is waited for a little,
 * after a second signal too. */
static void learn_cursor(struct es_scan *s, struct lane *l, int64_t until)
{
	struct http *http = s->source->session.http;
	struct hits hits;
	int64_t left;

	while (l->call != NULL && http_pump(http, l->call) && (left = until - clock_monotonic()) > 0)
		http_poll(http, left < NAP_MS ? left : NAP_MS);
	stop_call(s, l);
	if (l->answer.body.len == 0)
		return;
	(void)!hits_open(&hits, buf_span(&l->answer.body), &s->page);
	set_text(&l->cursor, hits.cursor);
}

void es_lanes_close(struct es_scan *s)
{
	const int64_t until = clock_monotonic() + LAST_ANSWER_MS;

	for (int64_t i = 0; s->lanes != NULL && i < s->lane_count; i++) {
		struct lane *l = &s->lanes[i];
		if (s->search.paging == ES_SCROLL && l->cursor.len == 0)
			learn_cursor(s, l, until);
		stop_call(s, l);
	}
	es_contexts_close(s);
	for (int64_t i = 0; s->lanes != NULL && i < s->lane_count; i++)
		lane_close(s, &s->lanes[i]);
	free(s->lanes);
	s->lanes = NULL;
	s->from = NULL;
}

/* ---- asking ---- */

static void build_request(struct es_scan *s, struct lane *l)
{
	struct buf path;

	buf_init(&path, LIMIT_CONTROL_BYTES);
	buf_reset(&l->body);
	if (s->search.paging == ES_SCROLL && l->cursor.len > 0) {
		buf_adds(&path, "/_search/scroll");
		es_scroll_body(&l->body, buf_span(&l->cursor));
	} else {
		es_search_path(&path, s->search.paging, s->base.request->index);
		s->search.slice = l->number;
		es_search_body(&l->body, &s->search, buf_span(&s->pit), buf_span(&l->after));
	}
	buf_reset(&l->url);
	buf_adds(&l->url, es_url(&s->source->session, &s->page, buf_span(&path)));
	buf_clear(&path);
}

static void send_request(struct es_scan *s, struct lane *l)
{
	l->again = 0;
	l->call = es_start(
		&s->source->session, "POST", buf_text(&l->url), buf_span(&l->body), LIMIT_PAGE_BYTES_HARD, &l->answer);
}

static void ask(struct es_scan *s, struct lane *l)
{
	build_request(s, l);
	l->attempt = 0;
	l->asked += s->search.size;
	send_request(s, l);
}

/* ---- when something went wrong ---- */

static int begin_anew(struct es_scan *s, struct error *e)
{
	es_lanes_close(s);
	s->base.verdict.read = 0;
	s->base.verdict.counted = -1;
	if (s->search.paging != ES_SCROLL && es_pit_open(s, e) < 0)
		return -1;
	es_lanes_open(s);
	return 0;
}

bool es_restart(struct es_scan *s, const char *why, struct error *e)
{
	if (s->restarts >= RESTARTS || !es_may_wait(&s->source->session))
		return false;
	s->restarts++;
	s->source->session.retries++;
	log_warning("query %s: %s; reading it again from the beginning", s->base.request->query->name, why);
	return begin_anew(s, e) == 0;
}

/* A page over the hard limit. A scroll keeps the size that it was opened with. */
static int halve(struct es_scan *s, struct lane *l, struct error *e)
{
	if (s->search.size == 1 || (s->search.paging == ES_SCROLL && s->base.verdict.read > 0))
		return error_set(e, ERROR_INCOMPLETE,
			"source %s: a page of %" PRId64
			" documents is larger than LIMIT_PAGE_BYTES_HARD (%u bytes); lower `page`",
			s->source->base.config->name, s->search.size, LIMIT_PAGE_BYTES_HARD);
	l->asked -= s->search.size;
	s->search.size /= 2;
	if (s->search.paging == ES_SCROLL)
		return begin_anew(s, e);
	ask(s, l);
	return 0;
}

/* Servers without scroll have points in time. The refusal of the scroll is what a person must see when they have not.
 */
static bool without_scroll(struct es_scan *s, const struct lane *l)
{
	const struct source_config *config = s->source->base.config;
	const struct query *query = s->base.request->query;
	struct error ignored;

	if (s->search.paging != ES_SCROLL || query->paging == PAGING_SCROLL || config->paging == PAGING_SCROLL ||
		s->base.verdict.pages > 0 || !es_scroll_unknown(&l->answer))
		return false;
	es_lanes_close(s);
	if (es_pit_open(s, &ignored) < 0)
		return false;
	log_info("source %s: scroll is refused here, a point in time works", config->name);
	es_lanes_open(s);
	return true;
}

/* The call of lane L failed: 0 when something is done about it, -1. */
static int mend(struct es_scan *s, struct lane *l, struct error *e)
{
	struct es_session *session = &s->source->session;
	const enum es_verdict verdict = es_judge(&l->answer);
	const bool moved_on = s->search.paging == ES_SCROLL && l->cursor.len > 0;

	es_error(session, &l->answer, "read a page", e);
	if (l->answer.too_large)
		return halve(s, l, e);
	if (es_context_missing(&l->answer))
		return es_restart(s, e->message, e) ? 0 : -1;
	if (verdict == ES_REFUSED)
		return without_scroll(s, l) ? 0 : -1;
	if (verdict == ES_LOST && moved_on)
		return es_restart(s, e->message, e) ? 0 : -1;
	const int64_t wait = es_backoff(session, ++l->attempt, &l->answer);
	if (wait < 0)
		return -1;
	l->again = clock_monotonic() + wait;
	return 0;
}

/* ---- pages ---- */

/* Shards that answered the first pages. A server that knows which shards a slice is about asks those only. */
static int64_t shards_answered(const struct es_scan *s)
{
	int64_t sum = 0;

	for (int64_t i = 0; i < s->lane_count; i++) {
		if (s->lanes[i].shards < 0)
			return INT64_MAX; /* there are more to come */
		sum += s->lanes[i].shards;
	}
	return sum;
}

/* What the page says about itself. False when it tells that documents are missing. */
static bool page_is_whole(const struct es_scan *s, struct lane *l, char why[160])
{
	const struct hits *h = &s->hits;
	int64_t wanted = l->shards, answered = h->shards;

	if (l->shards < 0) {
		l->shards = h->shards;
		wanted = s->shards;
		answered = shards_answered(s);
	}
	if (h->timed_out)
		snprintf(why, 160, "a page timed out on the server");
	else if (h->failed > 0)
		snprintf(why, 160, "%" PRId64 " of %" PRId64 " shards failed", h->failed, h->shards);
	else if (h->shards >= 0 && answered < wanted)
		snprintf(why, 160, "only %" PRId64 " of %" PRId64 " shards answered", answered, wanted);
	else
		return true;
	return false;
}

static void count_total(struct es_scan *s, struct lane *l)
{
	struct source_verdict *v = &s->base.verdict;

	if (l->total >= 0 || s->hits.total < 0)
		return;
	l->total = s->hits.total;
	v->counted = v->counted < 0 ? l->total : v->counted + l->total;
	if (!s->hits.total_exact)
		source_incomplete(&s->base, "the server does not say exactly how many documents there are");
}

/* Asks for the page after the one in hand, unless that should hold the last documents: es_page_end will know. */
static void ask_ahead(struct es_scan *s, struct lane *l)
{
	const int64_t limit = s->base.request->limit;

	if ((l->total >= 0 && l->asked >= l->total) || (limit > 0 && l->asked >= limit))
		return;
	if (s->search.paging != ES_SCROLL) {
		struct span sort = hits_last_sort(buf_span(&s->hand.body));
		if (sort.n == 0)
			return;
		set_text(&l->after, sort);
	} else if (l->cursor.len == 0) {
		return;
	}
	ask(s, l);
}

/* A page that is too large makes the next one smaller, where the server lets us. */
static void adapt_size(struct es_scan *s)
{
	const int64_t most = s->source->base.config->page_bytes ? s->source->base.config->page_bytes : LIMIT_PAGE_BYTES;

	if (s->search.paging != ES_SCROLL && s->search.size > 1 && (int64_t)s->hand.body.len > most)
		s->search.size /= 2;
}

/* Looks at the page in hand, which came by lane L: 1, 0 when the scan begins anew, -1. */
static int take_page(struct es_scan *s, struct lane *l, struct error *e)
{
	char why[160];

	s->base.verdict.bytes += (int64_t)s->hand.body.len;
	s->base.verdict.wire_bytes += s->hand.wire_bytes;
	s->base.verdict.pages++;
	const int opened = hits_open(&s->hits, buf_span(&s->hand.body), &s->page);
	/* before anything else: a context that is not known cannot be closed */
	if (s->hits.cursor.n > 0)
		set_text(s->search.paging == ES_SCROLL ? &l->cursor : &s->pit, s->hits.cursor);
	if (opened < 0) {
		error_set(e, ERROR_INCOMPLETE, "source %s: %s", s->source->base.config->name, s->hits.why);
		return es_restart(s, e->message, e) ? 0 : -1;
	}
	if (!page_is_whole(s, l, why)) {
		if (es_restart(s, why, e))
			return 0;
		if (s->lanes == NULL)
			return -1;
		source_incomplete(&s->base, "%s", why);
	}
	count_total(s, l);
	adapt_size(s);
	ask_ahead(s, l);
	s->from = l;
	return 1;
}

void es_page_end(struct es_scan *s, bool whole)
{
	struct lane *l = s->from;
	const struct span sort = s->hits.last.sort;
	const bool pit = s->search.paging != ES_SCROLL;

	s->from = NULL;
	l->seen += s->hits.count;
	if (whole && s->hits.count == 0) {
		stop_call(s, l);
		l->done = true;
	} else if (l->call == NULL && l->again == 0) {
		/* a broken page of a point in time does not say where to go on */
		l->done = (l->total >= 0 && l->seen >= l->total) || (pit ? !whole || sort.n == 0 : l->cursor.len == 0);
		set_text(&l->after, sort);
	} else if (pit && whole && !span_equal(buf_span(&l->after), sort)) {
		stop_call(s, l);
		l->asked -= s->search.size;
		set_text(&l->after, sort);
		ask(s, l);
	}
}

/* Lane L's call is over: 1 its page is in hand, 0 it has to wait, -1. */
static int arrived(struct es_scan *s, struct lane *l, struct error *e)
{
	http_wait(s->source->session.http, l->call);
	l->call = NULL;
	if (es_judge(&l->answer) != ES_FINE)
		return mend(s, l, e);
	/* the two change places: nothing is copied, and the memory is that of one page more than there are lanes */
	struct http_answer walked = s->hand;
	s->hand = l->answer;
	l->answer = walked;
	return take_page(s, l, e);
}

/* Moves lane L on: 1 its page is in hand, 0 not yet, -1. *NAP is how long nothing will happen. */
static int lane_move(struct es_scan *s, struct lane *l, int64_t *nap, struct error *e)
{
	const int64_t left = l->again - clock_monotonic();

	if (l->again > 0 && left > 0) {
		if (left < *nap)
			*nap = left;
		return es_may_wait(&s->source->session) ? 0 : error_set(e, ERROR_INCOMPLETE, "asked to stop");
	}
	if (l->again > 0)
		send_request(s, l);
	else if (l->call == NULL)
		ask(s, l);
	if (http_pump(s->source->session.http, l->call))
		return 0;
	*nap = 0;
	return arrived(s, l, e);
}

int es_lanes_next(struct es_scan *s, struct error *e)
{
	for (;;) {
		int64_t nap = NAP_MS;
		bool busy = false;

		if (es_stopped(&s->source->session))
			return error_set(e, ERROR_INCOMPLETE, "stopped by a signal");
		/* after an arrival the lanes may be others */
		for (int64_t i = 0; i < s->lane_count && nap > 0; i++) {
			struct lane *l = &s->lanes[(s->next_lane + i) % s->lane_count];
			if (l->done)
				continue;
			busy = true;
			int got = lane_move(s, l, &nap, e);
			if (got == 1)
				s->next_lane = (l->number + 1) % s->lane_count;
			if (got != 0)
				return got;
		}
		if (!busy)
			return 0;
		if (nap > 0)
			http_poll(s->source->session.http, nap);
	}
}
