/*
 * What the tests of the store share: a folder of their own, a store in it or
 * in memory, and drafts by name.
 */
#ifndef KENPIN_TEST_STATE_SUPPORT_H
#define KENPIN_TEST_STATE_SUPPORT_H

#include "base/base.h"
#include "base/buf.h"
#include "state/state.h"

#include <setjmp.h>
#include <cmocka.h>
#include <unistd.h>

static struct error error;
static struct clock test_clock = {.fixed = true, .fixed_ms = 1764000000000};
static char folder[64], path[96];
static bool in_memory;

#define must(call)                                                                                                     \
	do {                                                                                                           \
		if ((call) < 0)                                                                                        \
			fail_msg("%s: %s", error.path, error.message);                                                 \
	} while (0)

static inline void make_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/kenpin-state-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/kenpin.db", folder);
}

static inline void remove_folder(void)
{
	static const char *const endings[] = {"", "-wal", "-shm", "-journal", ".copy"};

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		char name[128];

		snprintf(name, sizeof(name), "%s%s", path, endings[i]);
		unlink(name);
	}
	assert_int_equal(rmdir(folder), 0);
}

static inline struct state *open_store(unsigned flags)
{
	struct state *s = state_open(path, flags, &test_clock, &error);

	if (s == NULL)
		fail_msg("%s: %s", error.path, error.message);
	return s;
}

static inline int set_up(void **state)
{
	make_folder();
	*state = open_store(in_memory ? STATE_MEMORY : 0);
	return 0;
}

static inline int tear_down(void **state)
{
	struct state *s = *state;
	struct buf faults;

	buf_init(&faults, 1 << 20);
	int got = state_check(s, &faults, &error);
	if (got != 0)
		fail_msg("%d: %s%s", got, buf_text(&faults), got < 0 ? error.message : "");
	buf_clear(&faults);
	state_close(s);
	remove_folder();
	return 0;
}

static inline struct run start(struct state *s)
{
	struct run run;

	test_clock.fixed_ms += 60000;
	must(state_run_start(s, &run, &error));
	return run;
}

/* A draft of RULE for the product SKU; the texts must live as long as it does. */
static inline struct draft draft_of(const char *rule, const char *sku, const char *value)
{
	static char keys[64][64];
	static unsigned next;
	char *key = keys[next++ % ARRAY_LEN(keys)];
	struct draft d = {.rule = rule,
		.rule_rev = "a81f03bc99de",
		.query = "products",
		.severity = SEVERITY_ERROR,
		.title = "A rule",
		.tags = SPAN_LITERAL("codes"),
		.shop = SPAN_LITERAL("s001"),
		.klass = "must_match",
		.field = SPAN_LITERAL("jan"),
		.message = SPAN_LITERAL("it is wrong"),
		.index = SPAN_LITERAL("products-1"),
		.id = SPAN_LITERAL("77"),
		.seq_no = 5,
		.primary_term = 1,
		.version = -1};

	snprintf(key, sizeof(keys[0]), "{\"sku\":\"%s\"}", sku);
	d.key = span_of(key);
	d.value = span_of(value);
	d.value_digest = fingerprint_of(d.value);
	draft_identify(&d);
	return d;
}

static inline enum state_change record(struct state *s, const struct run *run, const struct draft *d, struct finding *f)
{
	enum state_change change;

	must(state_begin(s, &error));
	must(state_record(s, run, "s001", d, f, &change, &error));
	must(state_commit(s, &error));
	return change;
}

static const char *const resolving[] = {"oncall", NULL};

struct resolving_visit {
	struct state *s;
	const struct run *run;
	int64_t count;
};

static inline int tell_resolved(void *arg, const struct finding *f, struct error *e)
{
	struct resolving_visit *v = arg;

	assert_int_equal(f->state, FINDING_RESOLVED);
	assert_true(f->resolved_at > 0);
	v->count++;
	return state_notice_resolved(v->s, v->run, f, resolving, e);
}

static inline int64_t resolve(struct state *s, const struct run *run, const char *rule, const char *scope)
{
	struct resolving_visit v = {s, run, 0};
	int64_t count = -1;

	must(state_begin(s, &error));
	must(state_resolve_unseen(s, run, &(struct judgement){.rule = rule, .scope = scope, .after = 0}, tell_resolved,
		&v, &count, &error));
	must(state_commit(s, &error));
	assert_int_equal(v.count, count);
	return count;
}

/* "opened,resolved": what happened to the finding of D. */
static inline int add_event(void *arg, const struct finding_event *event, struct error *e)
{
	struct buf *out = arg;

	(void)e;
	assert_true(event->at > 0 && event->run > 0);
	buf_addf(out, "%s%s", out->len ? "," : "", event->what);
	return 0;
}

static inline void assert_events(struct state *s, const struct draft *d, const char *want)
{
	struct buf events;

	buf_init(&events, 1 << 16);
	must(state_events(s, &d->fingerprint, add_event, &events, &error));
	assert_string_equal(buf_text(&events), want);
	buf_clear(&events);
}

#endif
