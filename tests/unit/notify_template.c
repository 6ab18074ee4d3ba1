/*
 * A webhook with a template: every name has a value, and a template that fails
 * costs nobody the message.
 */
#include "config/diag.h"
#include "config/fill.h"
#include "notify_support.h"

static struct json *body_of(const char *template, const struct message *m)
{
	struct receiver_config c = {.name = "teams", .kind = RECEIVER_WEBHOOK, .template = template};
	struct telling t;
	struct error e = {0};
	struct buf body;

	buf_init(&body, LIMIT_NOTICE_BYTES);
	if (notify_build(telling_begin(&t, &c, stdout, &never), "teams", m, &body, &e) < 0)
		fail_msg("%s", e.message);
	notify_free(t.notify);
	struct json *j = json_of(buf_span(&body));
	buf_clear(&body);
	return j;
}

static void the_template_that_is_explained_works(void **state)
{
	const char *text = strstr(diag_code_find("E0212")->good, "|\n") + 2;
	struct finding f = finding_of("jan", "{\"sku\":\"a\"}", "short \"4901\"");
	struct message m = message_of(&f, 1, 3);
	struct json *j = body_of(text, &m), *card;

	(void)state;
	m.manifest = NULL;
	card = json_get(json_get(json_at(json_get(j, "attachments"), 0), "content"), "body");
	assert_string_equal(
		json_text(json_at(json_get(json_at(card, 1), "facts"), 0), "value", ""), "s001 a: short \"4901\"");
	assert_string_equal(
		json_text(json_at(card, 2), "text", ""), "2 more; manifest manifests/20261124T160007Z-3fa9c1d2");
	json_free(j);
}

/* None of the names that may stand in a template is forgotten here. */
static void every_name_has_a_value(void **state)
{
	struct finding f = finding_of("jan", "{\"sku\":\"a\"}", "short");
	struct message m = message_of(&f, 1, 3);

	(void)state;
	for (size_t table = 0; table < 2; table++) {
		const struct fill_name *n = table ? fill_finding_names : fill_message_names;

		for (; n->name; n++) {
			char *text = table ? xasprintf("[{{#findings}}\"{{%s}}\"{{/findings}}]", n->name)
					   : xasprintf("[\"{{%s}}\"]", n->name);
			struct json *j = body_of(text, &m);

			if (json_span(json_at(j, 0)).n == 0)
				fail_msg("%s is empty", n->name);
			json_free(j);
			free(text);
		}
	}
}

static void a_template_that_fails_sends_the_plain_message(void **state)
{
	struct message m = message_of(NULL, 0, 3);
	struct json *j = body_of("[1,{{#findings}}1{{,}}{{/findings}}]", &m);

	(void)state;
	assert_string_equal(json_text(j, "format", ""), "kenpin-message");
	json_free(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_template_that_is_explained_works),
		cmocka_unit_test(every_name_has_a_value),
		cmocka_unit_test(a_template_that_fails_sends_the_plain_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
