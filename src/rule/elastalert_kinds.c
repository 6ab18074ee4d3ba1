/*
 * The types of rule of ElastAlert 2: what each is with us. One that would find
 * something else is refused, with the reason.
 */
#include "base/base.h"
#include "rule/elastalert_private.h"

#include <inttypes.h>

#include "base/str.h"
#include "config/node_json.h"

#define MAPPED ELASTALERT_MAPPED
#define LEFT ELASTALERT_LEFT
#define DAY_MS INT64_C(86400000)
#define BUFFER_MS INT64_C(900000) /* buffer_time, when neither the rule nor anybody else says */

static bool is_true(const struct elastalert *x, const char *key)
{
	const struct yaml_node *node = elastalert_find(x, key);
	bool on = false;

	return node && yaml_is_bool(node, &on) && on;
}

static bool is_list(const struct yaml_node *node)
{
	return node->kind == YAML_LIST;
}

/* ", key: value" of a scalar, noted as window.KEY. */
static void add_value(struct elastalert *x, const char *theirs, const char *ours, bool needed)
{
	const char *what = arena_printf(x->arena, "window.%s of the rule", ours);
	struct span text = elastalert_text(x, theirs, what, needed);

	if (text.n == 0)
		return;
	buf_addf(&x->rule, ", %s: ", ours);
	if (yaml_is_number(elastalert_find(x, theirs)))
		buf_add_span(&x->rule, text);
	else
		scalar_write(&x->rule, text);
}

/* ", key: [a, b]" of a scalar or a list of scalars. */
static void add_values(struct elastalert *x, const char *theirs, const char *ours, bool needed)
{
	const struct yaml_node *node = elastalert_find(x, theirs);

	if (node == NULL || !is_list(node)) {
		add_value(x, theirs, ours, needed);
		return;
	}
	elastalert_note(x, MAPPED, theirs, "window.%s of the rule", ours);
	buf_addf(&x->rule, ", %s: [", ours);
	for (size_t i = 0; i < node->count; i++) {
		if (node->items[i]->kind != YAML_SCALAR) {
			elastalert_refuse(x, "%s holds a list within the list", theirs);
			break;
		}
		buf_adds(&x->rule, i ? ", " : "");
		scalar_write(&x->rule, node->items[i]->text);
	}
	buf_addc(&x->rule, ']');
}

static void begin_window(struct elastalert *x, const char *kind, int64_t length)
{
	if (length == 0)
		elastalert_refuse(x, "the window has no length");
	buf_addf(&x->rule, "    window: {kind: %s, length: ", kind);
	elastalert_add_period(&x->rule, length > 0 ? length : DAY_MS);
}

static int64_t timeframe(struct elastalert *x)
{
	int64_t ms = elastalert_period(x, "timeframe", "window.length of the rule", -2);

	if (ms == -2)
		elastalert_refuse(x, "timeframe is missing");
	return ms;
}

/* Of types without a timeframe: how long their aggregations are. */
static int64_t bucket(struct elastalert *x)
{
	int64_t ms = elastalert_period(x, "bucket_interval", "window.length of the rule", 0);

	return ms ? ms : elastalert_period(x, "buffer_time", "window.length of the rule", BUFFER_MS);
}

/* ---- types ---- */

static void any_type(struct elastalert *x)
{
	buf_adds(&x->rule, "    hit: {message: ");
	scalar_write(&x->rule, span_of(x->name));
	buf_adds(&x->rule, "}\n");
}

static void frequency_type(struct elastalert *x)
{
	begin_window(x, "frequency", timeframe(x));
	add_values(x, "query_key", "group_by", false);
	add_value(x, "num_events", "events", true);
	buf_adds(&x->rule, "}\n");
}

static void flatline_type(struct elastalert *x)
{
	begin_window(x, "flatline", timeframe(x));
	add_values(x, "query_key", "group_by", false);
	add_value(x, "threshold", "events", true);
	elastalert_note(
		x, LEFT, "forget_keys", "say how long a group is still expected: window.forget, a time as in 7d");
	buf_adds(&x->rule, "}\n");
}

static void spike_type(struct elastalert *x)
{
	begin_window(x, "spike", timeframe(x));
	add_values(x, "query_key", "group_by", false);
	add_value(x, "spike_height", "height", true);
	add_value(x, "spike_type", "direction", true);
	add_value(x, "threshold_cur", "min_current", false);
	add_value(x, "threshold_ref", "min_reference", false);
	add_value(x, "field_value", "field", false);
	elastalert_note(x, LEFT, "alert_on_new_data", "a group is judged once it has a whole window before it");
	buf_adds(&x->rule, "}\n");
}

static void cardinality_type(struct elastalert *x)
{
	begin_window(x, "cardinality", timeframe(x));
	add_values(x, "query_key", "group_by", false);
	add_value(x, "cardinality_field", "field", true);
	add_value(x, "max_cardinality", "max", false);
	add_value(x, "min_cardinality", "min", false);
	buf_adds(&x->rule, "}\n");
}

static void metric_type(struct elastalert *x)
{
	struct span metric = elastalert_text(x, "metric_agg_type", "window.metric of the rule", true);
	bool distinct = span_is(metric, "cardinality");

	if (span_is(metric, "percentiles"))
		elastalert_refuse(
			x, "metric_agg_type percentiles: a window has min, max, avg, sum, count and cardinality");
	begin_window(x, distinct ? "cardinality" : "metric", bucket(x));
	add_values(x, "query_key", "group_by", false);
	if (!distinct)
		buf_addf(&x->rule, ", metric: %.*s",
			SPAN_ARG(span_is(metric, "value_count") ? SPAN_LITERAL("count") : metric));
	add_value(x, "metric_agg_key", "field", true);
	add_value(x, "max_threshold", "max", false);
	add_value(x, "min_threshold", "min", false);
	elastalert_note(x, LEFT, "min_doc_count",
		"a window without any number in the field says nothing; no other least number");
	buf_adds(&x->rule, "}\n");
}

/* {term: {status: 500}} and its like -> a condition; false when it is another filter. */
static bool add_condition(struct buf *out, const struct yaml_node *filter)
{
	static const struct {
		const char *theirs, *ours;
	} plain[] = {{"term", "equals"}, {"terms", "one_of"}}, bounds[] = {{"gte", "min"}, {"lte", "max"}};
	const struct yaml_node *exists = yaml_find(filter, "exists"), *range = yaml_find(filter, "range"), *field;

	if (filter->kind != YAML_MAP || filter->count != 1)
		return false;
	if (exists && (field = yaml_find(exists, "field")) != NULL && exists->count == 1) {
		buf_adds(out, "{field: ");
		scalar_write(out, field->text);
		buf_adds(out, ", exists: true}");
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
		const struct yaml_node *body = yaml_find(filter, plain[i].theirs), *value;

		if (body == NULL || body->kind != YAML_MAP || body->count != 1)
			continue;
		value = body->pairs[0].value;
		if (value->kind != (i ? YAML_LIST : YAML_SCALAR))
			return false;
		buf_adds(out, "{field: ");
		scalar_write(out, body->pairs[0].key->text);
		buf_addf(out, ", %s: ", plain[i].ours);
		node_json(out, value);
		buf_addc(out, '}');
		return true;
	}
	if (range == NULL || range->kind != YAML_MAP || range->count != 1)
		return false;
	buf_adds(out, "{field: ");
	scalar_write(out, range->pairs[0].key->text);
	field = range->pairs[0].value;
	for (size_t i = 0; i < field->count; i++) {
		size_t b = 0;

		while (b < ARRAY_LEN(bounds) &&
			(field->kind != YAML_MAP || !span_is(field->pairs[i].key->text, bounds[b].theirs)))
			b++;
		if (b == ARRAY_LEN(bounds) || field->pairs[i].value->kind != YAML_SCALAR)
			return false;
		buf_addf(out, ", %s: ", bounds[b].ours);
		node_json(out, field->pairs[i].value);
	}
	buf_addc(out, '}');
	return field->count > 0;
}

static void percentage_type(struct elastalert *x)
{
	const struct yaml_node *match = elastalert_find(x, "match_bucket_filter");
	size_t count = match == NULL ? 0 : is_list(match) ? match->count : 1;

	begin_window(x, "percentage", bucket(x));
	add_values(x, "query_key", "group_by", false);
	if (count == 0)
		elastalert_refuse(x, "match_bucket_filter is missing");
	buf_adds(&x->rule, ", match: [");
	for (size_t i = 0; i < count; i++) {
		const struct yaml_node *one = is_list(match) ? match->items[i] : match;

		buf_adds(&x->rule, i ? ", " : "");
		if (!add_condition(&x->rule, one))
			elastalert_refuse(x, "match_bucket_filter: only term, terms, exists, and range with gte and "
					     "lte are conditions of a rule");
	}
	buf_addc(&x->rule, ']');
	elastalert_note(x, MAPPED, "match_bucket_filter", "window.match of the rule");
	add_value(x, "max_percentage", "max", false);
	add_value(x, "min_percentage", "min", false);
	add_value(x, "min_denominator", "min_events", false);
	buf_adds(&x->rule, "}\n");
}

static void new_term_type(struct elastalert *x)
{
	const char *key = elastalert_find(x, "fields") ? "fields" : "query_key";
	const struct yaml_node *fields = elastalert_find(x, key);

	if (fields && is_list(fields) && (fields->count != 1 || fields->items[0]->kind != YAML_SCALAR)) {
		elastalert_refuse(
			x, "%s names several fields: a rule looks at the values of one; write a rule for each", key);
		return;
	}
	begin_window(
		x, "new_term", elastalert_period(x, "terms_window_size", "window.length of the rule", 30 * DAY_MS));
	if (fields && is_list(fields)) {
		buf_adds(&x->rule, ", field: ");
		scalar_write(&x->rule, fields->items[0]->text);
		elastalert_note(x, MAPPED, key, "window.field of the rule");
	} else {
		add_value(x, key, "field", true);
	}
	elastalert_note(x, LEFT, "query_key", "the field is the key");
	elastalert_note(
		x, LEFT, "alert_on_missing_field", "a second rule says it: check: [{field: ..., required: true}]");
	elastalert_note(
		x, LEFT, "window_step_size", "values are learned from the documents that are read, not by steps");
	buf_adds(&x->rule, "}\n");
}

static void change_type(struct elastalert *x)
{
	begin_window(x, "change", DAY_MS);
	add_values(x, "query_key", "group_by", true);
	add_values(x, "compare_key", "fields", true);
	if (elastalert_find(x, "timeframe")) {
		buf_adds(&x->rule, ", within: ");
		elastalert_add_period(&x->rule, elastalert_period(x, "timeframe", "window.within of the rule", DAY_MS));
	}
	if (is_true(x, "ignore_null"))
		buf_adds(&x->rule, ", ignore_null: true");
	elastalert_note(x, MAPPED, "ignore_null", "window.ignore_null of the rule");
	buf_adds(&x->rule, "}\n");
}

/* blacklist and whitelist: the list and the check are named alike. */
static void list_type(struct elastalert *x, const char *list, const char *check)
{
	const struct yaml_node *values = elastalert_find(x, list);

	buf_adds(&x->rule, "    check:\n      - {field: ");
	scalar_write(&x->rule, elastalert_text(x, "compare_key", "field of the check", true));
	if (values == NULL || !is_list(values) || values->count == 0)
		elastalert_refuse(x, "%s is no list of values", list);
	if (strcmp(list, "whitelist") == 0 && !is_true(x, "ignore_null"))
		buf_adds(&x->rule, ", required: true");
	buf_addf(&x->rule, ", %s: [", check);
	for (size_t i = 0; values && i < values->count && is_list(values); i++) {
		const struct yaml_node *value = values->items[i];

		if (value->kind != YAML_SCALAR)
			elastalert_refuse(x, "%s holds something that is no single value", list);
		else if (value->text.n > 5 && memcmp(value->text.p, "!file", 5) == 0)
			elastalert_refuse(x, "%s names a file: put its values into the list", list);
		else if (value->text.n > 1 && value->text.p[0] == '/' && value->text.p[value->text.n - 1] == '/')
			elastalert_refuse(
				x, "%s holds a regex, which only the server reads: write must_match by hand", list);
		buf_adds(&x->rule, i ? ", " : "");
		node_json(&x->rule, value);
	}
	buf_addc(&x->rule, ']');
	elastalert_note(x, MAPPED, list, "check of the rule: %s", check);
	elastalert_note(x, MAPPED, "ignore_null", "required of the check");
	elastalert_note(x, LEFT, "filter_by_list", "the check is made here, not by the server");
	buf_adds(&x->rule, "}\n");
}

static void blacklist_type(struct elastalert *x)
{
	list_type(x, "blacklist", "not_one_of");
}

static void whitelist_type(struct elastalert *x)
{
	list_type(x, "whitelist", "one_of");
}

static const struct {
	const char *name;
	void (*make)(struct elastalert *x);
} types[] = {
	{"any", any_type},
	{"frequency", frequency_type},
	{"flatline", flatline_type},
	{"spike", spike_type},
	{"cardinality", cardinality_type},
	{"metric_aggregation", metric_type},
	{"percentage_match", percentage_type},
	{"new_term", new_term_type},
	{"change", change_type},
	{"blacklist", blacklist_type},
	{"whitelist", whitelist_type},
};

void elastalert_kind(struct elastalert *x)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (strcmp(x->type, types[i].name) == 0) {
			types[i].make(x);
			return;
		}
	}
	if (strcmp(x->type, "spike_aggregation") == 0)
		elastalert_refuse(x, "type spike_aggregation: a spike window compares the number of documents, or with "
				     "`field` its mean");
	else
		elastalert_refuse(x, "type %s is none of ElastAlert 2 but a module of your own", x->type);
}
