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
	diag_help(k->diags,
		diag_at(k->diags, DIAG_ERROR, "E0308", k->file,
			yaml_scalar_mark(k->file, node, (size_t)(scan.p - scan.begin)), node->end,
			"the document of this test is no JSON object%s%s", scan.why ? ": " : "",
			scan.why ? scan.why : ""),
		"doc: {sku: a, price: 10}, or JSON in single quotes");
	return SPAN_NONE;
}

static struct span read_doc(struct compiler *k, const struct yaml_node *node)
{
	if (node->kind == YAML_MAP)
		return doc_of_map(k, node);
	if (node->kind == YAML_SCALAR)
		return doc_of_text(k, node);
	diag_error(k->diags, "E0308", k->file, node, "the document of a test is a map, or JSON in a text");
	return SPAN_NONE;
}

static const struct span *read_docs(size_t *count, struct compiler *k, const struct yaml_node *list)
{
	struct span *docs;

	*count = 0;
	if (list == NULL)
		return NULL;
	if (list->kind != YAML_LIST) {
		diag_help(k->diags,
			diag_error(k->diags, "E0308", k->file, list, "the documents of such a test are a list"),
			"docs: [{sku: a}, {sku: b}]");
		return NULL;
	}
	docs = arena_zalloc(k->arena, (list->count + 1) * sizeof(*docs));
	for (size_t i = 0; i < list->count; i++)
		docs[i] = read_doc(k, list->items[i]);
	*count = list->count;
	return docs;
}

/* A side of a pair rule's test: one document, or a list of them. */
static const struct span *read_side(size_t *count, struct compiler *k, const struct yaml_node *node)
{
	struct span *doc;

	*count = 0;
	if (node == NULL || node->kind == YAML_LIST)
		return read_docs(count, k, node);
	doc = arena_zalloc(k->arena, sizeof(*doc));
	*doc = read_doc(k, node);
	*count = 1;
	return doc;
}

static void read_sides(struct rule_test *t, struct compiler *k, const struct test_entry *entry)
{
	const struct yaml_node *wrong = entry->doc ? entry->doc : entry->docs ? entry->docs : entry->others;

	if (wrong)
		diag_help(k->diags,
			diag_error(k->diags, "E0308", k->file, wrong, "a test of a pair rule has `left` and `right`"),
			"left: {sku: a, price: 10}, and right: {sku: a, price: 11}; or one of the two alone");
	else if (!entry->left && !entry->right)
		diag_help(k->diags,
			diag_error(k->diags, "E0204", k->file, entry->node, "test needs \"left\" or \"right\""),
			"left: {sku: a, price: 10}, right: {sku: a, price: 11}");
	t->docs = read_side(&t->doc_count, k, entry->left);
	t->others = read_side(&t->other_count, k, entry->right);
}

/* One document, or the documents of a set or window rule. */
static void read_documents(struct rule_test *t, struct compiler *k, const struct test_entry *entry)
{
	bool set = rule_is_of_many(k->rule);
	const struct yaml_node *wrong = set ? entry->doc : entry->docs ? entry->docs : entry->others;

	if (k->rule->kind == RULE_PAIR) {
		read_sides(t, k, entry);
		return;
	}
	if (entry->left || entry->right)
		diag_help(k->diags,
			diag_error(k->diags, "E0308", k->file, entry->left ? entry->left : entry->right,
				"only a test of a pair rule has `left` and `right`"),
			"doc: {sku: a, price: 10}");
	else if (wrong)
		diag_help(k->diags,
			diag_error(k->diags, "E0308", k->file, wrong,
				set ? "a test of a set or window rule has `docs`, a list, and not `doc`"
				    : "only a test of a set or window rule has `docs`, and one of a set rule "
				      "`others`"),
			"%s", set ? "docs: [{sku: a}, {sku: b}]" : "doc: {sku: a, price: 10}");
	else if (set ? !entry->docs : !entry->doc)
		diag_help(k->diags,
			diag_error(k->diags, "E0204", k->file, entry->node, "test needs \"%s\"", set ? "docs" : "doc"),
			"%s", set ? "docs: [{sku: a}, {sku: b}]" : "doc: {sku: a, price: 10}");
	else if (!set)
		t->doc = read_doc(k, entry->doc);
	if (!set)
		return;
	t->docs = read_docs(&t->doc_count, k, entry->docs);
	t->others = read_docs(&t->other_count, k, entry->others);
	if (entry->others && k->target == NULL)
		diag_help(k->diags,
			diag_error(k->diags, "E0308", k->file, entry->others, "the rule refers to no other query"),
			"leave `others` out, or give the set `references`");
}

/* What finds nothing has nothing to say of a finding. */
static void judge_silent(struct compiler *k, const struct test_entry *entry)
{
	static const char *const keys[] = {"class", "field", "severity"};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (yaml_find(entry->node, keys[i])) {
			diag_help(k->diags,
				diag_error(k->diags, "E0308", k->file, option_node(entry->node, keys[i]),
					"only a finding has a class, a field and a severity"),
				"leave it out, or write expect: finding");
			return;
		}
	}
}

const struct rule_test *compile_tests(struct compiler *k, const struct blocks *entries)
{
	struct rule_test *tests = arena_zalloc(k->arena, (entries->count + 1) * sizeof(*tests));

	for (size_t i = 0; i < entries->count; i++) {
		const struct test_entry *entry = entries->items[i];
		struct rule_test *t = &tests[i];

		*t = (struct rule_test){.name = entry->name,
			.expect = (enum test_expect)entry->expect,
			.now = entry->now,
			.klass = entry->klass,
			.field = entry->field,
			.has_severity = yaml_find(entry->node, "severity") != NULL,
			.severity = (enum severity)entry->severity,
			.node = entry->node};
		read_documents(t, k, entry);
		if (t->expect != EXPECT_FINDING)
			judge_silent(k, entry);
	}
	return tests;
}
