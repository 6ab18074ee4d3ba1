/*
 * What people do with findings, what silences and baselines hide, and lives
 * that are damped: who is told, how often, and what the history says of it.
 */
#include "state_support.h"

#include "base/limits.h"

#define DAY INT64_C(86400000)

static enum finding_state state_of(struct state *s, const struct draft *d)
{
	struct finding_filter filter = {.least_severity = -1};
	int64_t by_severity[SEVERITY_COUNT];

	filter.key = d->key.p;
	filter.rule = d->rule;
	for (unsigned i = 0; i < FINDING_STATE_COUNT; i++) {
		filter.states = 1u << i;
		must(state_count_findings(s, &filter, by_severity, &error));
		if (by_severity[d->severity] == 1)
			return (enum finding_state)i;
	}
	fail_msg("there is no such finding");
	return FINDING_RESOLVED;
}

/* Records and tells as a scan does. */
static enum state_change see(struct state *s, const struct run *run, const struct draft *d, const char *receiver)
{
	enum state_change change;
	struct finding f;
	bool knows = false;

	must(state_begin(s, &error));
	must(state_record(s, run, "s001", d, &f, &change, &error));
	if (change == CHANGE_WOKEN)
		must(state_notice_knows(s, receiver, &f, &knows, &error));
	bool told = change == CHANGE_OPENED || change == CHANGE_REOPENED || change == CHANGE_WOKEN;
	if (told && f.state == FINDING_OPEN && !knows)
		must(state_notice_add(s, run, receiver, "all", &f, &error));
	must(state_commit(s, &error));
	return change;
}

/* Sends what is due; how many. */
static int send_all(struct state *s, enum notice_outcome outcome)
{
	struct notice n = {0};
	int count = 0, got;

	while ((got = state_notice_due(s, test_clock.fixed_ms, n.id, &n, &error)) == 1) {
		must(state_notice_done(s, n.id, outcome, 0, "as the test wants", &error));
		count++;
	}
	must(got);
	return count;
}

static void an_acknowledged_finding_is_told_no_more(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft a = draft_of("jan", "a", "1"), b = draft_of("jan", "b", "1");

	see(s, &run, &a, "oncall");
	see(s, &run, &b, "oncall");
	must(state_acknowledge(s, &a.fingerprint, "anna", "known", &error));
	assert_int_equal(state_acknowledge(s, &a.fingerprint, "bob", "known", &error), -1);
	assert_int_equal(error.kind, ERROR_USAGE);
	assert_int_equal(send_all(s, NOTICE_SENT), 1);
	run = start(s);
	assert_int_equal(see(s, &run, &a, "oncall"), CHANGE_KNOWN);
	assert_int_equal(state_of(s, &a), FINDING_ACKNOWLEDGED);
	must(state_unacknowledge(s, &a.fingerprint, "anna", "", &error));
	assert_int_equal(state_unacknowledge(s, &b.fingerprint, "anna", "", &error), -1);
	run = start(s);
	assert_int_equal(see(s, &run, &a, "oncall"), CHANGE_WOKEN);
	assert_int_equal(send_all(s, NOTICE_SENT), 1);
	run = start(s);
	assert_int_equal(see(s, &run, &a, "oncall"), CHANGE_KNOWN);
	/* told before: not again */
	must(state_acknowledge(s, &b.fingerprint, "anna", "known", &error));
	must(state_unacknowledge(s, &b.fingerprint, "anna", "", &error));
	assert_int_equal(see(s, &run, &b, "oncall"), CHANGE_WOKEN);
	assert_int_equal(send_all(s, NOTICE_SENT), 0);
}

static void a_hand_resolves(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft a = draft_of("jan", "a", "1");

	see(s, &run, &a, "oncall");
	assert_int_equal(send_all(s, NOTICE_SENT), 1);
	must(state_note(s, &a.fingerprint, "anna", "ticket 12", &error));
	must(state_resolve(s, &a.fingerprint, "anna", "mended", resolving, &error));
	assert_int_equal(state_of(s, &a), FINDING_RESOLVED);
	assert_int_equal(state_resolve(s, &a.fingerprint, "anna", "mended", resolving, &error), -1);
	assert_int_equal(send_all(s, NOTICE_SENT), 1);
	run = start(s);
	assert_int_equal(see(s, &run, &a, "oncall"), CHANGE_REOPENED);
	assert_int_equal(send_all(s, NOTICE_SENT), 1);
}

static int64_t silence(struct state *s, const char *matches, int64_t *id)
{
	struct silence silence = {
		.matches = matches, .reason = "r", .author = "anna", .until = test_clock.fixed_ms + DAY};
	int64_t hidden = -1;

	must(state_silence_add(s, &silence, &hidden, &error));
	*id = silence.id;
	return hidden;
}

static void a_silence_hides_and_then_tells_once(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft a = draft_of("jan", "a", "1"), b = draft_of("jan", "b", "1"), c = draft_of("price", "a", "1");
	int64_t id;

	see(s, &run, &a, "oncall");
	see(s, &run, &c, "oncall");
	assert_int_equal(silence(s, "rule=jan,tag=codes,key=[!x]*", &id), 0);
	assert_int_equal(silence(s, "rule=jan,rule=other,tag=c*,severity=error,shop=s00?", &id), 1);
	assert_int_equal(see(s, &run, &b, "oncall"), CHANGE_OPENED);
	assert_int_equal(state_of(s, &a), FINDING_SILENCED);
	assert_int_equal(state_of(s, &b), FINDING_SILENCED);
	assert_int_equal(state_of(s, &c), FINDING_OPEN);
	assert_int_equal(send_all(s, NOTICE_SENT), 1);
	test_clock.fixed_ms += DAY;
	run = start(s);
	assert_int_equal(see(s, &run, &a, "oncall"), CHANGE_WOKEN);
	assert_int_equal(see(s, &run, &b, "oncall"), CHANGE_WOKEN);
	assert_int_equal(see(s, &run, &c, "oncall"), CHANGE_KNOWN);
	assert_int_equal(send_all(s, NOTICE_SENT), 1);
	run = start(s);
	assert_int_equal(see(s, &run, &a, "oncall"), CHANGE_KNOWN);
	assert_int_equal(state_silence_expire(s, id, "bob", &error), -1);
}

static void silences_that_overlap_end_one_by_one(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft a = draft_of("jan", "a", "1");
	int64_t first, second;

	see(s, &run, &a, "oncall");
	assert_int_equal(silence(s, "rule=*", &first), 1);
	assert_int_equal(silence(s, "key=a", &second), 0);
	must(state_silence_expire(s, first, "bob", &error));
	run = start(s);
	assert_int_equal(see(s, &run, &a, "oncall"), CHANGE_KNOWN);
	must(state_silence_expire(s, second, "bob", &error));
	run = start(s);
	assert_int_equal(see(s, &run, &a, "oncall"), CHANGE_WOKEN);
}

static void a_silence_has_an_end_and_a_meaning(void **state)
{
	static const char *const wrong[] = {"", "rule", "rule=", "rool=x", "severity=bad", "rule=x,shop="};
	struct state *s = *state;
	struct silence silence = {.matches = "rule=x", .reason = "r", .author = "anna"};
	int64_t hidden;

	silence.until = test_clock.fixed_ms;
	assert_int_equal(state_silence_add(s, &silence, &hidden, &error), -1);
	silence.until = test_clock.fixed_ms + LIMIT_SILENCE_MS + 1;
	assert_int_equal(state_silence_add(s, &silence, &hidden, &error), -1);
	silence.until--;
	must(state_silence_add(s, &silence, &hidden, &error));
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		silence.matches = wrong[i];
		assert_int_equal(state_silence_add(s, &silence, &hidden, &error), -1);
		assert_int_equal(error.kind, ERROR_USAGE);
	}
}

static void a_baseline_accepts_what_is_there(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft a = draft_of("jan", "a", "1"), b = draft_of("jan", "b", "1"), c = draft_of("jan", "c", "1");
	struct baseline baseline = {.rule = "j*", .reason = "the start", .author = "anna"};
	int64_t count;

	see(s, &run, &a, "oncall");
	see(s, &run, &b, "oncall");
	must(state_baseline_accept(s, &baseline, &error));
	assert_int_equal(baseline.accepted, 2);
	assert_int_equal(send_all(s, NOTICE_SENT), 0);
	run = start(s);
	assert_int_equal(see(s, &run, &a, "oncall"), CHANGE_KNOWN);
	assert_int_equal(see(s, &run, &c, "oncall"), CHANGE_OPENED);
	assert_int_equal(resolve(s, &run, "jan", NULL), 1);
	run = start(s);
	assert_int_equal(see(s, &run, &b, "oncall"), CHANGE_REOPENED);
	assert_int_equal(state_of(s, &b), FINDING_OPEN);
	assert_int_equal(send_all(s, NOTICE_SENT), 1);
	must(state_baseline_undo(s, baseline.id, "bob", &count, &error));
	assert_int_equal(count, 1);
	assert_int_equal(see(s, &run, &a, "oncall"), CHANGE_WOKEN);
	assert_int_equal(state_baseline_undo(s, baseline.id, "bob", &count, &error), -1);
}

static int64_t resolve_after(struct state *s, const struct run *run, int64_t after)
{
	struct resolving_visit v = {s, run, 0};
	int64_t count = -1;

	must(state_begin(s, &error));
	must(state_resolve_unseen(s, run, &(struct judgement){.rule = "jan", .scope = "s001", .after = after},
		tell_resolved, &v, &count, &error));
	must(state_commit(s, &error));
	return count;
}

static int count_opened(void *arg, const struct finding *f, struct error *e)
{
	(void)e;
	assert_int_equal(f->state, FINDING_OPEN);
	++*(int *)arg;
	return 0;
}

static int open_suspects(struct state *s, const struct run *run, int64_t after)
{
	int64_t count;
	int visited = 0;

	must(state_begin(s, &error));
	must(state_open_suspects(s, run, &(struct judgement){.rule = "jan", .scope = "s001", .after = after},
		count_opened, &visited, &count, &error));
	must(state_commit(s, &error));
	assert_int_equal(visited, count);
	return visited;
}

static void a_suspicion_wants_scans_in_a_row(void **state)
{
	struct state *s = *state;
	struct draft a = draft_of("jan", "a", "1"), b = draft_of("jan", "b", "1");
	struct run run = start(s);

	a.open_after = b.open_after = 3;
	assert_int_equal(see(s, &run, &a, "oncall"), CHANGE_OPENED);
	assert_int_equal(state_of(s, &a), FINDING_SUSPECT);
	assert_int_equal(open_suspects(s, &run, 3), 0);
	assert_int_equal(open_suspects(s, &run, 3), 0);
	run = start(s); /* not complete: judges nothing */
	see(s, &run, &a, "oncall");
	run = start(s);
	see(s, &run, &a, "oncall");
	see(s, &run, &b, "oncall");
	assert_int_equal(open_suspects(s, &run, 3), 0);
	run = start(s);
	see(s, &run, &a, "oncall");
	assert_int_equal(resolve_after(s, &run, 5), 1); /* b is gone at once */
	assert_int_equal(open_suspects(s, &run, 3), 1);
	assert_int_equal(state_of(s, &a), FINDING_OPEN);
	assert_int_equal(state_of(s, &b), FINDING_RESOLVED);
	assert_events(s, &a, "suspected,opened");
}

static void an_end_wants_scans_in_a_row(void **state)
{
	struct state *s = *state;
	struct draft a = draft_of("jan", "a", "1");
	struct run run = start(s);

	see(s, &run, &a, "oncall");
	run = start(s);
	assert_int_equal(resolve_after(s, &run, 3), 0);
	assert_int_equal(resolve_after(s, &run, 3), 0);
	run = start(s);
	assert_int_equal(resolve_after(s, &run, 3), 0);
	run = start(s);
	see(s, &run, &a, "oncall");
	for (int i = 0; i < 2; i++) {
		run = start(s);
		assert_int_equal(resolve_after(s, &run, 3), 0);
	}
	run = start(s);
	assert_int_equal(resolve_after(s, &run, 3), 1);
}

static void repeat(struct state *s, const struct draft *d, int64_t interval)
{
	struct finding f = {.fingerprint = d->fingerprint};

	must(state_begin(s, &error));
	must(state_notice_repeat(s, &f, interval, &error));
	must(state_commit(s, &error));
}

static void a_message_is_repeated_ever_more_rarely(void **state)
{
	static const int64_t waits[] = {1, 2, 4, 7, 7};
	struct state *s = *state;
	struct draft a = draft_of("jan", "a", "1");
	struct run run = start(s);

	see(s, &run, &a, "oncall");
	repeat(s, &a, DAY);
	assert_int_equal(send_all(s, NOTICE_SENT), 1);
	for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
		test_clock.fixed_ms += waits[i] * DAY - 1;
		repeat(s, &a, DAY);
		assert_int_equal(send_all(s, NOTICE_SENT), 0);
		test_clock.fixed_ms++;
		repeat(s, &a, DAY);
		repeat(s, &a, DAY);
		assert_int_equal(send_all(s, NOTICE_SENT), 1);
	}
	/* a repeat that is refused is no dead letter: it was told, so its end is told too */
	test_clock.fixed_ms += 7 * DAY;
	repeat(s, &a, DAY);
	assert_int_equal(send_all(s, NOTICE_DEAD), 1);
	test_clock.fixed_ms += 7 * DAY;
	repeat(s, &a, DAY);
	run = start(s);
	assert_int_equal(resolve(s, &run, "jan", NULL), 1);
	assert_int_equal(send_all(s, NOTICE_SENT), 1);
	assert_int_equal(send_all(s, NOTICE_SENT), 0);
}

static void dead_letters_come_back_under_their_key(void **state)
{
	struct state *s = *state;
	struct draft a = draft_of("jan", "a", "1"), b = draft_of("jan", "b", "1");
	struct run run = start(s);
	struct notice n;
	int64_t count, owed, dead;
	char key[128];

	see(s, &run, &a, "oncall");
	see(s, &run, &b, "team");
	must(state_notice_due(s, test_clock.fixed_ms, 0, &n, &error));
	snprintf(key, sizeof(key), "%s", n.dedup_key);
	int64_t first = n.id;
	assert_int_equal(send_all(s, NOTICE_DEAD), 2);
	must(state_notice_retry(s, first, &count, &error));
	assert_int_equal(count, 1);
	assert_int_equal(state_notice_due(s, test_clock.fixed_ms, 0, &n, &error), 1);
	assert_int_equal(n.attempts, 0);
	assert_string_equal(n.dedup_key, key);
	must(state_notice_done(s, n.id, NOTICE_SENT, 0, "", &error));
	assert_int_equal(state_notice_retry(s, first, &count, &error), -1);
	must(state_notice_discard(s, first + 1, "anna", "told by telephone", &error));
	assert_int_equal(state_notice_discard(s, first + 1, "anna", "again", &error), -1);
	must(state_notices_owed(s, &owed, &dead, &error));
	assert_int_equal(owed + dead, 0);
	/* what is over when it could be sent again is not */
	run = start(s);
	struct draft c = draft_of("jan", "c", "1");
	see(s, &run, &c, "oncall");
	assert_int_equal(send_all(s, NOTICE_DEAD), 1);
	run = start(s);
	resolve(s, &run, "jan", NULL);
	must(state_notice_retry(s, 0, &count, &error));
	assert_int_equal(send_all(s, NOTICE_SENT), 1); /* the end of a */
}

static void nobody_writes_of_what_is_not_there(void **state)
{
	struct state *s = *state;
	struct draft a = draft_of("jan", "a", "1");
	struct run run = start(s);
	struct finding f = {.fingerprint = a.fingerprint};

	see(s, &run, &a, "oncall");
	f.fingerprint.bytes[0] ^= 1;
	assert_int_equal(state_note(s, &f.fingerprint, "anna", "x", &error), -1);
	assert_events(s, &a, "opened");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(an_acknowledged_finding_is_told_no_more),
		TEST(a_hand_resolves),
		TEST(a_silence_hides_and_then_tells_once),
		TEST(silences_that_overlap_end_one_by_one),
		TEST(a_silence_has_an_end_and_a_meaning),
		TEST(a_baseline_accepts_what_is_there),
		TEST(a_suspicion_wants_scans_in_a_row),
		TEST(an_end_wants_scans_in_a_row),
		TEST(a_message_is_repeated_ever_more_rarely),
		TEST(dead_letters_come_back_under_their_key),
		TEST(nobody_writes_of_what_is_not_there),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	in_memory = true;
	return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
