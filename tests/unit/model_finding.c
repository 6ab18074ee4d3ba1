/*
 * Findings and actions: identities that must never change, and the JSON that
 * receivers get.
 */
#include "base/base.h"
#include "base/buf.h"
#include "ext/json.h"
#include "ext/sha.h"
#include "model/action.h"
#include "model/finding.h"

#include <setjmp.h>
#include <cmocka.h>

static void severities_have_names(void **state)
{
	enum severity s = SEVERITY_INFO;

	(void)state;
	for (int i = 0; i < SEVERITY_COUNT; i++) {
		assert_true(severity_parse(&s, severity_names[i]));
		assert_int_equal(s, i);
		assert_string_equal(severity_name(s), severity_names[i]);
	}
	assert_null(severity_names[SEVERITY_COUNT]);
	assert_false(severity_parse(&s, "high"));
	assert_false(severity_parse(&s, ""));
	assert_false(severity_parse(&s, "Error"));
}

static struct fingerprint identity(const char *rule, const char *shop, const char *key, const char *klass)
{
	struct draft d = {.rule = rule, .shop = span_of(shop), .key = span_of(key), .klass = klass};

	draft_identify(&d);
	return d.fingerprint;
}

static void a_finding_is_its_rule_shop_key_and_class(void **state)
{
	static const char *const others[][4] = {
		{"jan-2", "s1", "{\"sku\":\"a\"}", "type"},
		{"jan", "s2", "{\"sku\":\"a\"}", "type"},
		{"jan", "", "{\"sku\":\"a\"}", "type"},
		{"jan", "s1", "{\"sku\":\"b\"}", "type"},
		{"jan", "s1", "{\"sku\":\"a\"}", "hit"},
		{"jans1", "", "{\"sku\":\"a\"}", "type"},
	};
	struct fingerprint f = identity("jan", "s1", "{\"sku\":\"a\"}", "type"), g;
	struct fingerprint want = fingerprint_of(SPAN_LITERAL("jan\0s1\0{\"sku\":\"a\"}\0type\0"));

	(void)state;
	assert_memory_equal(&f, &want, sizeof(f));
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		g = identity(others[i][0], others[i][1], others[i][2], others[i][3]);
		assert_memory_not_equal(&f, &g, sizeof(f));
	}
}

static void fingerprints_have_a_text(void **state)
{
	struct fingerprint f = fingerprint_of(SPAN_LITERAL("abc")), back;
	char text[FINGERPRINT_HEX];

	(void)state;
	fingerprint_text(text, &f);
	assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223"); /* FIPS 180-4's example, its first half */
	assert_int_equal(fingerprint_parse(&back, span_of(text)), 0);
	assert_memory_equal(&f, &back, sizeof(f));
	assert_int_equal(fingerprint_parse(&back, SPAN_LITERAL("ba78")), -1);
	assert_int_equal(fingerprint_parse(&back, SPAN_LITERAL("zz7816bf8f01cfea414140de5dae2223")), -1);
}

static void a_finding_is_one_json_object(void **state)
{
	struct finding f = {.rule = "jan",
		.rule_rev = "0123456789ab",
		.query = "products",
		.title = "JAN \"code\"",
		.tags = "jan,master",
		.shop = "s1",
		.key = "{\"sku\":\"a\"}",
		.klass = "must_match",
		.field = "jan",
		.value = "\"4901\"",
		.message = "line\n2",
		.index = "products-1",
		.id = "p1",
		.severity = SEVERITY_ERROR,
		.state = FINDING_OPEN,
		.episode = 2,
		.first_seen = 1763795330000,
		.last_seen = 1763795330123,
		.opened_at = 1763795330000,
		.times_seen = 3};
	struct buf out;
	struct error e;
	struct json *parsed;

	(void)state;
	buf_init(&out, 10000);
	finding_json(&out, &f);
	assert_string_equal(buf_text(&out),
		"{\"finding\":\"00000000000000000000000000000000\",\"rule\":\"jan\",\"rule_rev\":\"0123456789ab\","
		"\"query\":\"products\",\"severity\":\"error\",\"state\":\"open\",\"title\":\"JAN \\\"code\\\"\","
		"\"shop\":\"s1\",\"key\":{\"sku\":\"a\"},\"class\":\"must_match\",\"field\":\"jan\",\"value\":\"4901\","
		"\"value_cut\":false,\"message\":\"line\\n2\",\"index\":\"products-1\",\"id\":\"p1\",\"episode\":2,"
		"\"first_seen\":\"2025-11-22T07:08:50Z\",\"last_seen\":\"2025-11-22T07:08:50.123Z\","
		"\"opened_at\":\"2025-11-22T07:08:50Z\",\"resolved_at\":null,\"times_seen\":3,"
		"\"tags\":[\"jan\",\"master\"]}");

	buf_reset(&out);
	f = (struct finding){.key = "{}", .value = "{\"a\": [1, \"x", .value_cut = true, .shop = ""};
	finding_json(&out, &f);
	parsed = json_parse(buf_span(&out), ERROR_STATE, "finding", &e);
	assert_non_null(parsed);
	assert_string_equal(json_text(parsed, "value", ""), "{\"a\": [1, \"x");
	assert_true(json_flag(parsed, "value_cut", false));
	assert_int_equal(json_type_of(json_get(parsed, "shop")), JSON_TYPE_NULL);
	assert_int_equal(json_count(json_get(parsed, "tags")), 0);
	assert_int_equal(json_count(parsed), 23);
	json_free(parsed);
	buf_clear(&out);
}

static void keys_are_shown_by_their_values(void **state)
{
	static const char *const cases[][2] = {
		{"{\"shop\":\"s1\",\"sku\":\"a\"}", "s1/a"},
		{"{\"sku\":\"a\"}", "a"},
		{"{\"n\":12.50,\"b\":true,\"z\":null}", "12.50/true/null"},
		{"{\"a\":\"\\u3042\\n\"}", "あ\n"},
		{"{\"a\":\"\",\"b\":\"\"}", "/"},
		{"{}", ""},
		{"", ""},
		{"not json", "not json"},
		{"{\"a\":1", "{\"a\":1"},
		{"{\"a\":1}x", "{\"a\":1}x"},
		{"[1]", "[1]"},
	};
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		/* a copy without a byte after it, for the address sanitizer */
		size_t n = strlen(cases[i][0]);
		char *copy = xmalloc(n + !n);

		memcpy(copy, cases[i][0], n);
		buf_reset(&out);
		key_display(&out, (struct span){copy, n});
		assert_string_equal(buf_text(&out), cases[i][1]);
		free(copy);
	}
	buf_clear(&out);
}

#define TARGET "\"target\":{\"store\":\"p\",\"key\":{\"b\":2,\"a\":1}}"
#define PATCH "\"patch\":[{\"op\":\"replace\",\"path\":\"/price\",\"value\":\"1980\"}]"
#define WHEN "\"precondition\":[{\"check\":\"exists\"}]"

/* The id of BODY under rule r, class c, episode 1; "" when it is refused. */
static const char *id_of(const char *body)
{
	static char id[33];

	return action_identify(id, "r", "c", span_of(body), 1) == 0 ? id : "";
}

static void expect_id(const char *body, const char *canonical)
{
	char hex[SHA_HEX];

	sha_hex_of(hex, span_of(canonical));
	hex[32] = '\0';
	assert_string_equal(id_of(body), hex);
}

static void an_action_is_what_it_does(void **state)
{
	static const char canonical_patch[] = "{\"class\":\"c\",\"episode\":1,\"op\":\"patch\","
					      "\"patch\":[{\"op\":\"replace\",\"path\":\"/price\",\"value\":\"1980\"}],"
					      "\"precondition\":[{\"check\":\"exists\"}],\"rule\":\"r\","
					      "\"target\":{\"key\":{\"a\":1,\"b\":2},\"store\":\"p\"}}";

	(void)state;
	expect_id("{" TARGET ",\"op\":\"patch\"," PATCH "," WHEN "}", canonical_patch);
	/* Order, space, and what is for people make no difference. */
	expect_id("{\"op\":\"patch\", " WHEN ", " PATCH ", " TARGET ",\"before\":{\"/price\":\"1\"},\"evidence\":{}}",
		canonical_patch);
	expect_id("{" TARGET ",\"op\":\"call\",\"call\":\"fix\",\"arguments\":{\"y\":1,\"x\":1.50}," WHEN "}",
		"{\"arguments\":{\"x\":1.50,\"y\":1},\"call\":\"fix\",\"class\":\"c\",\"episode\":1,\"op\":\"call\","
		"\"precondition\":[{\"check\":\"exists\"}],\"rule\":\"r\","
		"\"target\":{\"key\":{\"a\":1,\"b\":2},\"store\":\"p\"}}");
	expect_id("{" TARGET ",\"op\":\"delete\"}", "{\"class\":\"c\",\"episode\":1,\"op\":\"delete\",\"rule\":\"r\","
						    "\"target\":{\"key\":{\"a\":1,\"b\":2},\"store\":\"p\"}}");
}

static void an_action_changes_with_rule_class_and_episode(void **state)
{
	static const char body[] = "{" TARGET ",\"op\":\"patch\"," PATCH "," WHEN "}";
	char id[4][33];

	(void)state;
	assert_int_equal(action_identify(id[0], "r", "c", span_of(body), 1), 0);
	assert_int_equal(action_identify(id[1], "r2", "c", span_of(body), 1), 0);
	assert_int_equal(action_identify(id[2], "r", "c2", span_of(body), 1), 0);
	assert_int_equal(action_identify(id[3], "r", "c", span_of(body), 2), 0);
	for (int i = 1; i < 4; i++)
		assert_string_not_equal(id[0], id[i]);
}

static void bodies_that_are_none_are_refused(void **state)
{
	static const char *const bodies[] = {"", "{}", "[]", "1", "null", "{\"op\":\"patch\"}", "{" TARGET "}",
		"{" TARGET ",\"op\":\"fix\"}", "{" TARGET ",\"op\":1}", "{\"target\":\"p\",\"op\":\"patch\"}",
		"{" TARGET ",\"op\":\"patch\"", "{" TARGET ",\"op\":\"patch\",\"op\":\"patch\"}"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
		assert_string_equal(id_of(bodies[i]), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(severities_have_names),
		cmocka_unit_test(a_finding_is_its_rule_shop_key_and_class),
		cmocka_unit_test(fingerprints_have_a_text),
		cmocka_unit_test(a_finding_is_one_json_object),
		cmocka_unit_test(keys_are_shown_by_their_values),
		cmocka_unit_test(an_action_is_what_it_does),
		cmocka_unit_test(an_action_changes_with_rule_class_and_episode),
		cmocka_unit_test(bodies_that_are_none_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
