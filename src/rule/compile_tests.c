/* tests: of a rule -> documents as JSON. Nothing is run here. */
#include "base/base.h"
#include "rule/compile.h"

#include "base/jsonscan.h"
#include "base/limits.h"
#include "config/node_json.h"

/* JSON, padded for the scanner. */
static struct span padded(struct arena *arena, struct span json)
{
	char *copy = arena_zalloc(arena, json.n + LIMIT_JSON_PADDING);

	if (json.n)
		memcpy(copy, json.p, json.n);
	return (struct span){copy, json.n};
}

static struct span doc_of_map(struct compiler *k, const struct yaml_node *node)
{
	struct buf out;
	struct span json;

	buf_init(&out, LIMIT_CONFIG_BYTES);
	node_json(&out, node);
	json = padded(k->arena, buf_span(&out));
	buf_clear(&out);
	return json;
}

static struct span doc_of_text(struct compiler *k, const struct yaml_node *node)
{
	struct span json = padded(k->arena, node->text), raw;
	struct jsonscan scan;
	bool escaped;

	jsonscan_init(&scan, json);
	if (jsonscan_peek(&scan) == JSON_OBJECT && jsonscan_value(&scan, &raw, &escaped) == JSON_OBJECT &&
		jsonscan_end(&scan))
		return json;
	diag_at(k->diags, DIAG_ERROR, "E0308", k->file, yaml_scalar_mark(k->file, node, (size_t)(scan.p - scan.begin)),
		node->end, "the document of this test is no JSON object%s%s", scan.why ? ": " : "",
		scan.why ? scan.why : "");
	return SPAN_NONE;
}

const struct rule_test *compile_tests(struct compiler *k, const struct blocks *entries)
{
	struct rule_test *tests = arena_zalloc(k->arena, (entries->count + 1) * sizeof(*tests));

	for (size_t i = 0; i < entries->count; i++) {
		const struct test_entry *entry = entries->items[i];
		const struct yaml_node *doc = entry->doc;
		struct rule_test *t = &tests[i];

		*t = (struct rule_test){.name = entry->name,
			.expect = (enum test_expect)entry->expect,
			.now = entry->now,
			.klass = entry->klass,
			.field = entry->field,
			.node = entry->node};
		if (doc && doc->kind == YAML_MAP)
			t->doc = doc_of_map(k, doc);
		else if (doc && doc->kind == YAML_SCALAR)
			t->doc = doc_of_text(k, doc);
		else if (doc)
			diag_error(
				k->diags, "E0308", k->file, doc, "the document of a test is a map, or JSON in a text");
		if (t->expect != EXPECT_FINDING && (t->klass || t->field))
			diag_error(k->diags, "E0308", k->file, option_node(entry->node, t->klass ? "class" : "field"),
				"only a finding has a class and a field");
	}
	return tests;
}
