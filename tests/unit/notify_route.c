/*
 * Who hears of a finding, in which group: a tree of routes, of each list the first
 * that matches wins unless it goes on.
 */
#include "notify_support.h"

#include "notify/route.h"

struct heard {
	char text[1024];
	int left; /* visits before one fails; -1: never */
};

static int hear(
	void *arg, const struct route_config *route, const char *receiver, const char *group_key, struct error *e)
{
	assert_non_null(route);
	struct heard *h = arg;
	size_t n = strlen(h->text);

	if (h->left == 0)
		return error_set(e, ERROR_STATE, "full");
	h->left--;
	snprintf(h->text + n, sizeof(h->text) - n, "%s(%s) ", receiver, group_key);
	return 0;
}

#define TEXTS(...)                                                                                                     \
	{                                                                                                              \
		(const char *[]){__VA_ARGS__}, sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *)            \
	}

static void expect(struct route_config *routes, size_t count, const struct finding *f, const char *wanted)
{
	struct heard h = {.left = -1};
	struct error e = {0};
	void *items[8];

	for (size_t i = 0; i < count; i++)
		items[i] = &routes[i];
	assert_int_equal(routes_visit(&(struct blocks){items, count}, f, hear, &h, &e), 0);
	assert_string_equal(h.text, wanted);
}

static void the_first_that_matches_wins(void **state)
{
	struct match_config severe = {.severity = TEXTS("critical", "error")};
	struct route_config routes[] = {
		{.match = &severe, .receivers = TEXTS("oncall", "team"), .group_by = TEXTS("rule", "shop")},
		{.receivers = TEXTS("team", "log"), .group_by = TEXTS("rule")},
	};
	struct finding f = finding_of("jan", "{}", "m");

	(void)state;
	expect(routes, 2, &f, "oncall(rule=jan shop=s001) team(rule=jan shop=s001) ");
	f.severity = SEVERITY_WARNING;
	expect(routes, 2, &f, "team(rule=jan) log(rule=jan) ");
	expect(routes, 1, &f, "");
	expect(routes, 0, &f, "");
	routes[0].go_on = true;
	f.severity = SEVERITY_CRITICAL;
	expect(routes, 2, &f, "oncall(rule=jan shop=s001) team(rule=jan shop=s001) log(rule=jan) ");
}

static void nobody_hears_twice(void **state)
{
	struct match_config other = {.rule = TEXTS("other")};
	struct route_config routes[] = {
		{.match = &other, .receivers = TEXTS("a"), .go_on = true},
		{.receivers = TEXTS("b", "b"), .go_on = true},
		{.receivers = TEXTS("b", "a", "c", "a")},
	};
	struct finding f = finding_of("jan", "{}", "m");

	(void)state;
	expect(routes, 3, &f, "b(all) a(all) c(all) ");
}

static void groups_name_what_was_asked(void **state)
{
	struct route_config routes[] = {
		{.receivers = TEXTS("a"), .group_by = TEXTS("severity", "class", "query", "shop")}};
	struct finding f = finding_of("jan", "{}", "m");

	(void)state;
	expect(routes, 1, &f, "a(severity=error class=must_match query=products-live shop=s001) ");
	f.shop = NULL;
	f.klass = "";
	expect(routes, 1, &f, "a(severity=error class= query=products-live shop=) ");
}

static void those_below_are_tried_first(void **state)
{
	struct match_config shops = {.shop = TEXTS("s0*")}, one = {.shop = TEXTS("s001")},
			    severe = {.severity = TEXTS("critical", "error")}, other = {.rule = TEXTS("other")};
	struct route_config below[] = {
		{.match = &other, .receivers = TEXTS("nobody-hears")},
		{.match = &one, .receivers = TEXTS("one"), .go_on = true},
		{.match = &severe, .receivers = TEXTS("severe"), .group_by = TEXTS("shop")},
		{.receivers = TEXTS("rest")},
	};
	void *items[] = {&below[0], &below[1], &below[2], &below[3]};
	struct route_config routes[] = {
		{.match = &shops, .receivers = TEXTS("shops"), .routes = {items, 3}, .go_on = true},
		{.receivers = TEXTS("last")},
	};
	struct finding f = finding_of("jan", "{}", "m");

	(void)state;
	expect(routes, 2, &f, "one(all) severe(shop=s001) last(all) ");
	f.severity = SEVERITY_INFO;
	expect(routes, 2, &f, "one(all) last(all) ");
	f.shop = "s002";
	expect(routes, 2, &f, "shops(all) last(all) ");
	routes[0].routes.count = 4;
	expect(routes, 2, &f, "rest(all) last(all) ");
	routes[0].go_on = false;
	expect(routes, 2, &f, "rest(all) ");
	f.shop = "s9";
	expect(routes, 2, &f, "last(all) ");
	assert_ptr_equal(routes_find(&(struct blocks){(void *[]){&routes[0], &routes[1]}, 2}, &f, "last"), &routes[1]);
	assert_null(routes_find(&(struct blocks){(void *[]){&routes[0], &routes[1]}, 2}, &f, "rest"));
}

static void a_failure_ends_the_walk(void **state)
{
	struct route_config route = {.receivers = TEXTS("a", "b", "c")};
	void *items[] = {&route};
	struct finding f = finding_of("jan", "{}", "m");
	struct heard h = {.left = 1};
	struct error e = {0};

	(void)state;
	assert_int_equal(routes_visit(&(struct blocks){items, 1}, &f, hear, &h, &e), -1);
	assert_string_equal(h.text, "a(all) ");
	assert_string_equal(e.message, "full");
}

static void every_part_of_a_match_must_hold(void **state)
{
	const struct {
		struct match_config match;
		bool matches;
	} cases[] = {
		{{.severity = {0}}, true},
		{{.severity = TEXTS("error")}, true},
		{{.severity = TEXTS("info", "warning")}, false},
		{{.rule = TEXTS("jan-*")}, true},
		{{.rule = TEXTS("jan-?ode")}, true},
		{{.rule = TEXTS("jan")}, false},
		{{.shop = TEXTS("s00?")}, true},
		{{.shop = TEXTS("s1*", "s001")}, true},
		{{.tag = TEXTS("catalog")}, true},
		{{.tag = TEXTS("cat*")}, true},
		{{.tag = TEXTS("jan,catalog")}, false},
		{{.tag = TEXTS("stock")}, false},
		{{.rule = TEXTS("jan-*"), .shop = TEXTS("s002")}, false},
		{{.shop = TEXTS("!s001")}, false},
		{{.shop = TEXTS("!s002", "!s003")}, true},
		{{.shop = TEXTS("s0*", "!s001")}, false},
		{{.shop = TEXTS("s0*", "!s002")}, true},
		{{.severity = TEXTS("!info")}, true},
		{{.tag = TEXTS("!catalog")}, false},
		{{.tag = TEXTS("!stock")}, true},
		{{.tag = TEXTS("jan", "!stock")}, true},
		{{.query = TEXTS("products-*"), .klass = TEXTS("!type")}, true},
		{{.query = TEXTS("orders")}, false},
		{{.klass = TEXTS("type", "range")}, false},
		{{.severity = TEXTS("error"), .rule = TEXTS("*"), .shop = TEXTS("*"), .tag = TEXTS("jan")}, true},
	};
	struct finding f = finding_of("jan-code", "{}", "m"), bare = f;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(route_misfit(&cases[i].match, &f) == NULL, cases[i].matches);
	assert_null(route_misfit(NULL, &f));
	bare.tags = NULL;
	bare.shop = NULL;
	assert_non_null(route_misfit(&(struct match_config){.tag = TEXTS("*")}, &bare));
	assert_null(route_misfit(&(struct match_config){.shop = TEXTS("*")}, &bare));
	assert_non_null(route_misfit(&(struct match_config){.shop = TEXTS("s*")}, &bare));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_that_matches_wins),
		cmocka_unit_test(nobody_hears_twice),
		cmocka_unit_test(groups_name_what_was_asked),
		cmocka_unit_test(those_below_are_tried_first),
		cmocka_unit_test(a_failure_ends_the_walk),
		cmocka_unit_test(every_part_of_a_match_must_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
