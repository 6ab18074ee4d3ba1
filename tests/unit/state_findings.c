/*
 * The life of a finding: new, known, changed, resolved, opened again; what is
 * proposed for it; what the lists show. In a file and in memory.
 */
#include "state_support.h"

static void a_finding_opens_once(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft d = draft_of("jan", "a", "\"4901\"");
	struct finding f;

	assert_int_equal(record(s, &run, &d, &f), CHANGE_OPENED);
	assert_int_equal(f.episode, 1);
	assert_int_equal(f.state, FINDING_OPEN);
	assert_int_equal(f.first_seen, run.started);
	assert_string_equal(f.key, "{\"sku\":\"a\"}");
	assert_string_equal(f.id, "77");
	assert_int_equal(record(s, &run, &d, &f), CHANGE_AGAIN);
	assert_int_equal(f.times_seen, 1);
	run = start(s);
	assert_int_equal(record(s, &run, &d, &f), CHANGE_KNOWN);
	assert_int_equal(f.times_seen, 2);
	assert_int_equal(f.last_seen, run.started);
	assert_events(s, &d, "opened");
}

static void another_value_is_a_change(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft d = draft_of("jan", "a", "\"4901\""), other = draft_of("jan", "a", "\"4902\"");
	struct finding f;

	record(s, &run, &d, &f);
	assert_int_equal(record(s, &run, &other, &f), CHANGE_AGAIN);
	int64_t opened = run.started;
	run = start(s);
	assert_int_equal(record(s, &run, &other, &f), CHANGE_VALUE);
	assert_int_equal(f.episode, 1);
	assert_int_equal(f.opened_at, opened);
	run = start(s);
	assert_int_equal(record(s, &run, &other, &f), CHANGE_KNOWN);
	other.rule_rev = "b00000000000";
	run = start(s);
	assert_int_equal(record(s, &run, &other, &f), CHANGE_RULE);
	run = start(s);
	assert_int_equal(record(s, &run, &other, &f), CHANGE_KNOWN);
	assert_events(s, &d, "opened,value changed");
}

static void unseen_ones_resolve_and_open_again(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft a = draft_of("jan", "a", "1"), b = draft_of("jan", "b", "1"), c = draft_of("price", "a", "1");
	struct finding f;

	record(s, &run, &a, &f);
	record(s, &run, &b, &f);
	record(s, &run, &c, &f);
	assert_int_equal(resolve(s, &run, "jan", NULL), 0);
	run = start(s);
	record(s, &run, &b, &f);
	assert_int_equal(resolve(s, &run, "jan", "s002"), 0);
	assert_int_equal(resolve(s, &run, "jan", "s001"), 1);
	assert_int_equal(resolve(s, &run, "jan", NULL), 0);
	assert_int_equal(record(s, &run, &a, &f), CHANGE_REOPENED);
	assert_int_equal(f.episode, 2);
	assert_int_equal(f.opened_at, run.started);
	assert_int_equal(f.resolved_at, 0);
	assert_int_equal(record(s, &run, &a, &f), CHANGE_AGAIN);
	run = start(s);
	assert_int_equal(record(s, &run, &a, &f), CHANGE_KNOWN);
	assert_int_equal(f.episode, 2);
	assert_events(s, &a, "opened,resolved,reopened");
	assert_events(s, &c, "opened");
}

/* More than a batch, in several scopes, half of them seen. */
static void many_resolve_scope_by_scope(void **state)
{
	struct state *s = *state;
	struct finding f;
	enum state_change change;
	struct run run = start(s);

	for (int round = 0; round < 2; round++) {
		must(state_begin(s, &error));
		for (int i = 0; i < 3000; i += 1 + round) {
			char sku[16], scope[16];

			snprintf(sku, sizeof(sku), "p%04d", i);
			snprintf(scope, sizeof(scope), "s%d", i / 1000);
			struct draft d = draft_of("jan", sku, "1");
			must(state_record(s, &run, scope, &d, &f, &change, &error));
		}
		must(state_commit(s, &error));
		if (round == 0)
			run = start(s);
	}
	assert_int_equal(resolve(s, &run, "jan", "s1"), 500);
	assert_int_equal(resolve(s, &run, "jan", NULL), 1000);
	assert_int_equal(resolve(s, &run, "jan", NULL), 0);
}

static void a_window_resolves_only_what_it_read(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft a = draft_of("jan", "a", "1"), b = draft_of("jan", "b", "1");
	struct finding f;
	int64_t count;

	record(s, &run, &a, &f);
	record(s, &run, &b, &f);
	run = start(s);
	struct resolving_visit v = {s, &run, 0};
	must(state_begin(s, &error));
	must(state_entity_seen(s, a.shop, a.key, &error));
	state_rollback(s);
	for (int round = 0; round < 2; round++) {
		must(state_begin(s, &error));
		if (round == 1) {
			must(state_entity_seen(s, a.shop, a.key, &error));
			must(state_entity_seen(s, a.shop, a.key, &error));
		}
		must(state_resolve_seen_entities(s, &run,
			&(struct judgement){.rule = "jan", .scope = "s001", .after = 0}, tell_resolved, &v, &count,
			&error));
		must(state_commit(s, &error));
		assert_int_equal(count, round);
	}
	must(state_entities_forget(s, &error));
	must(state_resolve_seen_entities(s, &run, &(struct judgement){.rule = "jan", .scope = NULL, .after = 0},
		tell_resolved, &v, &count, &error));
	assert_int_equal(count, 0);
	assert_events(s, &a, "opened,resolved");
	assert_events(s, &b, "opened");
}

static int count_actions(void *arg, const struct action *a, struct error *e)
{
	(void)e;
	assert_int_equal(strlen(a->action_id), 32);
	assert_int_equal(strlen(a->finding), 32);
	assert_string_equal(a->rule, "jan");
	assert_null(a->undo);
	(*(int *)arg)++;
	return 0;
}

static int actions(struct state *s, const char *rule)
{
	int count = 0;

	must(state_actions(s, rule, count_actions, &count, &error));
	return count;
}

static void one_action_stands_as_long_as_its_finding(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft d = draft_of("jan", "a", "1");
	struct finding f;
	enum state_change change;
	bool proposed;

	d.action = SPAN_LITERAL("{\"op\":\"delete\",\"target\":{\"key\":1},\"precondition\":[]}");
	change = record(s, &run, &d, &f);
	must(state_propose(s, &run, &d, &f, change, &proposed, &error));
	assert_true(proposed);
	must(state_propose(s, &run, &d, &f, change, &proposed, &error));
	assert_int_equal(actions(s, NULL), 1);
	assert_int_equal(actions(s, "jan"), 1);
	assert_int_equal(actions(s, "price"), 0);
	run = start(s);
	d.value_digest = fingerprint_of(SPAN_LITERAL("2"));
	assert_int_equal(record(s, &run, &d, &f), CHANGE_VALUE);
	must(state_propose(s, &run, &d, &f, CHANGE_VALUE, &proposed, &error));
	assert_int_equal(actions(s, NULL), 1);
	run = start(s);
	assert_int_equal(resolve(s, &run, "jan", NULL), 1);
	assert_int_equal(actions(s, NULL), 0);
	run = start(s);
	assert_int_equal(record(s, &run, &d, &f), CHANGE_REOPENED);
	must(state_propose(s, &run, &d, &f, CHANGE_REOPENED, &proposed, &error));
	assert_int_equal(actions(s, NULL), 1);
	d.action = SPAN_LITERAL("[]");
	assert_int_equal(state_propose(s, &run, &d, &f, CHANGE_REOPENED, &proposed, &error), -1);
	assert_int_equal(error.kind, ERROR_STATE);
}

static int add_key(void *arg, const struct finding *f, struct error *e)
{
	(void)e;
	buf_addf(arg, "%s:%s ", f->rule, f->key);
	return 0;
}

static void assert_list(struct state *s, struct finding_filter filter, const char *want)
{
	int64_t by_severity[SEVERITY_COUNT], all = 0, listed = 0;
	struct buf out;

	buf_init(&out, 1 << 16);
	must(state_findings(s, &filter, add_key, &out, &error));
	assert_string_equal(buf_text(&out), want);
	for (const char *p = want; (p = strchr(p, ' ')) != NULL; p++)
		listed++;
	must(state_count_findings(s, &filter, by_severity, &error));
	for (int i = 0; i < SEVERITY_COUNT; i++)
		all += by_severity[i];
	assert_true(all == listed || filter.limit == listed);
	buf_clear(&out);
}

static void lists_are_filtered(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft a = draft_of("jan", "a", "1"), b = draft_of("jan", "b", "1"), c = draft_of("price", "c", "1");
	struct finding f;
	struct finding_filter all = {.least_severity = -1};

	c.severity = SEVERITY_CRITICAL;
	c.message = SPAN_LITERAL("too dear");
	record(s, &run, &b, &f);
	record(s, &run, &a, &f);
	record(s, &run, &c, &f);
	assert_list(s, all, "price:{\"sku\":\"c\"} jan:{\"sku\":\"a\"} jan:{\"sku\":\"b\"} ");
	assert_list(s, (struct finding_filter){.least_severity = -1, .rule = "j*"},
		"jan:{\"sku\":\"a\"} jan:{\"sku\":\"b\"} ");
	assert_list(s, (struct finding_filter){.least_severity = -1, .rule = "j*", .limit = 1}, "jan:{\"sku\":\"a\"} ");
	assert_list(s, (struct finding_filter){.least_severity = -1, .text = "dear"}, "price:{\"sku\":\"c\"} ");
	assert_list(s, (struct finding_filter){.least_severity = -1, .key = "*\"b\"*"}, "jan:{\"sku\":\"b\"} ");
	assert_list(s, (struct finding_filter){.least_severity = SEVERITY_CRITICAL}, "price:{\"sku\":\"c\"} ");
	assert_list(s, (struct finding_filter){.least_severity = -1, .since = run.started + 1}, "");
	assert_list(s, (struct finding_filter){.least_severity = -1, .shop = "s002"}, "");
	run = start(s);
	resolve(s, &run, "price", NULL);
	assert_list(s, all, "jan:{\"sku\":\"a\"} jan:{\"sku\":\"b\"} ");
	assert_list(s, (struct finding_filter){.least_severity = -1, .states = 1u << FINDING_RESOLVED},
		"price:{\"sku\":\"c\"} ");
	assert_list(s, (struct finding_filter){.least_severity = -1, .run = run.number}, "");
	record(s, &run, &c, &f);
	assert_list(s, (struct finding_filter){.least_severity = -1, .run = run.number}, "price:{\"sku\":\"c\"} ");
}

static int keep_finding(void *arg, const struct finding *f, struct error *e)
{
	struct finding *out = arg;

	(void)e;
	*out = *f;
	return 0;
}

static void one_is_found_by_its_first_digits(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft d = draft_of("jan", "a", "1"), twin = draft_of("jan", "b", "1");
	struct finding f;
	char hex[FINGERPRINT_HEX];

	twin.fingerprint = d.fingerprint;
	twin.fingerprint.bytes[15] ^= 1;
	record(s, &run, &d, &f);
	fingerprint_text(hex, &d.fingerprint);
	run = start(s);
	record(s, &run, &d, &f);
	assert_int_equal(state_finding(s, hex, keep_finding, &f, &error), 1);
	assert_memory_equal(&f.fingerprint, &d.fingerprint, sizeof(f.fingerprint));
	assert_int_equal(f.times_seen, 2);
	assert_int_equal(f.last_seen, run.started);
	assert_int_equal(f.first_seen, run.started - 60000);
	record(s, &run, &twin, &f);
	assert_int_equal(state_finding(s, hex, keep_finding, &f, &error), 1);
	hex[9] = '\0';
	assert_int_equal(state_finding(s, hex, keep_finding, &f, &error), -1);
	assert_int_equal(error.kind, ERROR_USAGE);
	hex[7] = '\0';
	assert_int_equal(state_finding(s, hex, keep_finding, &f, &error), -1);
	assert_int_equal(state_finding(s, "not-a-finding", keep_finding, &f, &error), -1);
	assert_int_equal(state_finding(s, "0000000000", keep_finding, &f, &error), 0);
	assert_int_equal(state_finding(s, "00000000000000000000000000000000000", keep_finding, &f, &error), -1);
}

static void what_is_rolled_back_never_was(void **state)
{
	struct state *s = *state;
	struct run run = start(s);
	struct draft a = draft_of("jan", "a", "1"), b = draft_of("jan", "b", "1");
	struct finding f;
	enum state_change change;

	must(state_begin(s, &error));
	must(state_record(s, &run, "s001", &a, &f, &change, &error));
	state_rollback(s);
	assert_events(s, &a, "");
	assert_int_equal(record(s, &run, &b, &f), CHANGE_OPENED);
	assert_events(s, &a, "");
	assert_events(s, &b, "opened");
	assert_int_equal(record(s, &run, &a, &f), CHANGE_OPENED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {TEST(a_finding_opens_once), TEST(another_value_is_a_change),
		TEST(unseen_ones_resolve_and_open_again), TEST(many_resolve_scope_by_scope),
		TEST(a_window_resolves_only_what_it_read), TEST(one_action_stands_as_long_as_its_finding),
		TEST(lists_are_filtered), TEST(one_is_found_by_its_first_digits), TEST(what_is_rolled_back_never_was)};
	int failed = cmocka_run_group_tests_name("in a file", tests, NULL, NULL);

	in_memory = true;
	return failed + cmocka_run_group_tests_name("in memory", tests, NULL, NULL);
}
