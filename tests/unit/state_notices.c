/*
 * Notices: one message a group, told once, never changed under its dedup key,
 * and taken back once. In a file and in memory.
 */
#include "state_support.h"

#include "base/limits.h"

static struct finding open_one(struct state *s, const struct run *run, const struct draft *d, const char *group)
{
	struct finding f;

	record(s, run, d, &f);
	must(state_begin(s, &error));
	must(state_notice_add(s, run, "oncall", group, &f, &error));
	must(state_commit(s, &error));
	return f;
}

static int64_t next_time(void)
{
	return test_clock.fixed_ms + 1;
}

/* The next notice that is due after AFTER; NULL when there is none. */
static const struct notice *due(struct state *s, int64_t after)
{
	static struct notice n;
	int got = state_notice_due(s, next_time(), after, &n, &error);

	must(got);
	return got ? &n : NULL;
}

static void assert_owed(struct state *s, int64_t want_owed, int64_t want_dead)
{
	int64_t owed, dead;

	must(state_notices_owed(s, &owed, &dead, &error));
	assert_int_equal(owed, want_owed);
	assert_int_equal(dead, want_dead);
}

static int count_visits(void *arg, const struct finding *f, struct error *e)
{
	(void)f;
	(void)e;
	(*(int *)arg)++;
	return 0;
}

static void a_lone_finding_is_told_and_taken_back(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft d = draft_of("jan", "a", "1");
	char want[64], hex[FINGERPRINT_HEX];
	int members = 0;

	open_one(s, &run, &d, "rule=jan");
	assert_owed(s, 1, 0);
	const struct notice *n = due(s, 0);
	assert_non_null(n);
	fingerprint_text(hex, &d.fingerprint);
	snprintf(want, sizeof(want), "%s-1", hex);
	assert_string_equal(n->dedup_key, want);
	assert_int_equal(n->kind, NOTICE_TRIGGER);
	assert_string_equal(n->receiver, "oncall");
	assert_string_equal(n->group_key, "rule=jan");
	assert_int_equal(n->severity, SEVERITY_ERROR);
	must(state_notice_members(s, n->id, 10, count_visits, &members, &error));
	assert_int_equal(members, 1);
	must(state_notice_done(s, n->id, NOTICE_SENT, 0, "202", &error));
	assert_null(due(s, 0));
	assert_owed(s, 0, 0);
	run = start(s);
	assert_int_equal(resolve(s, &run, "jan", NULL), 1);
	assert_owed(s, 1, 0);
	n = due(s, 0);
	assert_non_null(n);
	assert_int_equal(n->kind, NOTICE_RESOLVE);
	assert_string_equal(n->dedup_key, want);
	must(state_notice_members(s, n->id, 10, count_visits, &members, &error));
	assert_int_equal(members, 2);
	must(state_notice_done(s, n->id, NOTICE_SENT, 0, NULL, &error));
	assert_null(due(s, 0));
	run = start(s);
	open_one(s, &run, &d, "rule=jan");
	snprintf(want, sizeof(want), "%s-2", hex);
	assert_string_equal(due(s, 0)->dedup_key, want);
}

static void a_group_is_one_notice_until_it_is_sealed(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft a = draft_of("jan", "a", "1"), b = draft_of("jan", "b", "1"), c = draft_of("jan", "c", "1");
	int64_t by_severity[SEVERITY_COUNT];
	char key[64];

	b.severity = SEVERITY_CRITICAL;
	struct finding f = open_one(s, &run, &a, "rule=jan");
	must(state_notice_add(s, &run, "oncall", "rule=jan", &f, &error));
	run = start(s);
	open_one(s, &run, &b, "rule=jan");
	const struct notice *n = due(s, 0);
	assert_int_equal(n->members, 2);
	assert_int_equal(n->severity, SEVERITY_CRITICAL);
	assert_int_equal(strlen(n->dedup_key), 32);
	snprintf(key, sizeof(key), "%s", n->dedup_key);
	must(state_notice_counts(s, n->id, by_severity, &error));
	assert_int_equal(by_severity[SEVERITY_ERROR], 1);
	assert_int_equal(by_severity[SEVERITY_CRITICAL], 1);
	open_one(s, &run, &c, "rule=jan");
	n = due(s, 0);
	assert_string_equal(n->dedup_key, key);
	assert_int_equal(n->members, 2);
	must(state_notice_done(s, n->id, NOTICE_SENT, 0, "", &error));
	n = due(s, n->id);
	assert_int_equal(n->members, 1);
	must(state_notice_done(s, n->id, NOTICE_SENT, 0, "", &error));
	run = start(s);
	struct finding seen;
	record(s, &run, &a, &seen);
	assert_int_equal(resolve(s, &run, "jan", NULL), 2);
	n = due(s, 0);
	assert_int_equal(n->kind, NOTICE_RESOLVE);
	assert_int_equal(n->members, 1);
	assert_null(due(s, n->id));
	run = start(s);
	assert_int_equal(resolve(s, &run, "jan", NULL), 1);
	n = due(s, n->id);
	assert_string_equal(n->dedup_key, key);
	assert_null(due(s, n->id));
}

static void what_is_over_before_it_was_told_is_not_told(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft a = draft_of("jan", "a", "1"), b = draft_of("price", "b", "1");

	a.severity = SEVERITY_CRITICAL;
	open_one(s, &run, &a, "shop=s001");
	open_one(s, &run, &b, "shop=s001");
	run = start(s);
	resolve(s, &run, "jan", NULL);
	const struct notice *n;
	assert_events(s, &a, "opened,resolved,not told");
	open_one(s, &run, &a, "shop=s002");
	resolve(s, &run, "jan", NULL);
	run = start(s);
	resolve(s, &run, "jan", NULL);
	assert_owed(s, 1, 0);
	n = due(s, 0);
	assert_int_equal(n->members, 1);
	assert_int_equal(n->severity, SEVERITY_ERROR);
	assert_null(due(s, n->id));
}

static void once_sealed_it_is_told_then_taken_back(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft d = draft_of("jan", "a", "1");

	open_one(s, &run, &d, "rule=jan");
	int64_t id = due(s, 0)->id; /* perhaps it was sent, and we were killed */
	run = start(s);
	resolve(s, &run, "jan", NULL);
	const struct notice *n = due(s, 0);
	assert_int_equal(n->id, id);
	assert_null(due(s, id));
	must(state_notice_done(s, id, NOTICE_SENT, 0, "", &error));
	n = due(s, id);
	assert_int_equal(n->kind, NOTICE_RESOLVE);
}

static void tries_run_out(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft d = draft_of("jan", "a", "1");

	open_one(s, &run, &d, "rule=jan");
	for (int i = 0; i < LIMIT_DELIVERY_ATTEMPTS; i++) {
		const struct notice *n = due(s, 0);

		assert_non_null(n);
		assert_int_equal(n->attempts, i);
		if (i == 1)
			resolve(s, &(struct run){.number = 99}, "jan", NULL);
		must(state_notice_done(s, n->id, NOTICE_RETRY, next_time() + 1000, "503", &error));
		assert_null(due(s, 0));
		test_clock.fixed_ms += 1000;
	}
	assert_null(due(s, 0));
	assert_owed(s, 0, 1);
	assert_int_equal(state_notice_done(s, 1, NOTICE_SENT, 0, "", &error), -1);
	run = start(s);
	open_one(s, &run, &d, "rule=jan");
	const struct notice *n = due(s, 0);
	must(state_notice_done(s, n->id, NOTICE_DEAD, 0, "400", &error));
	resolve(s, &(struct run){.number = 100}, "jan", NULL);
	assert_owed(s, 0, 2);
}

static void receivers_that_take_nothing_back(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft d = draft_of("jan", "a", "1");
	struct finding f;

	record(s, &run, &d, &f);
	must(state_notice_add(s, &run, "mail", "rule=jan", &f, &error));
	must(state_notice_add(s, &run, "oncall", "rule=jan", &f, &error));
	for (const struct notice *n; (n = due(s, 0)) != NULL;)
		must(state_notice_done(s, n->id, NOTICE_SENT, 0, "", &error));
	run = start(s);
	resolve(s, &run, "jan", NULL);
	const struct notice *n = due(s, 0);
	assert_string_equal(n->receiver, "oncall");
	assert_null(due(s, n->id));
}

static int add_state(void *arg, const struct notice *n, const char *text, struct error *e)
{
	(void)e;
	buf_addf(arg, "%s:%s:%s ", n->receiver, n->group_key, text);
	return 0;
}

static void lists_say_how_they_stand(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft a = draft_of("jan", "a", "1"), b = draft_of("jan", "b", "1"), c = draft_of("jan", "c", "1");
	struct buf out;

	buf_init(&out, 4096);
	open_one(s, &run, &a, "g1");
	open_one(s, &run, &b, "g2");
	open_one(s, &run, &c, "g3");
	must(state_notice_done(s, due(s, 0)->id, NOTICE_SENT, 0, "", &error));
	must(state_notice_done(s, due(s, 0)->id, NOTICE_DEAD, 0, "", &error));
	must(state_notices(s, NOTICES_OWED | NOTICES_DEAD | NOTICES_SENT, 0, add_state, &out, &error));
	assert_string_equal(buf_text(&out), "oncall:g1:sent oncall:g2:dead oncall:g3:gathering ");
	buf_reset(&out);
	must(state_notices(s, NOTICES_OWED | NOTICES_DEAD, 1, add_state, &out, &error));
	assert_string_equal(buf_text(&out), "oncall:g2:dead ");
	buf_clear(&out);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {TEST(a_lone_finding_is_told_and_taken_back),
		TEST(a_group_is_one_notice_until_it_is_sealed), TEST(what_is_over_before_it_was_told_is_not_told),
		TEST(once_sealed_it_is_told_then_taken_back), TEST(tries_run_out),
		TEST(receivers_that_take_nothing_back), TEST(lists_say_how_they_stand)};
	int failed = cmocka_run_group_tests_name("in a file", tests, NULL, NULL);

	in_memory = true;
	return failed + cmocka_run_group_tests_name("in memory", tests, NULL, NULL);
}
