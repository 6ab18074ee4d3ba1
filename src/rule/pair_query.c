/* Keys of a pair rule as a query of Elasticsearch, by which they are looked for again. */
#include "base/base.h"
#include "rule/pair.h"

#include "base/jsonout.h"
#include "base/jsonscan.h"

static void add_string(struct jsonout *out, struct span raw, enum json_kind kind)
{
	if (kind == JSON_STRING)
		jsonout_raw(out, (struct span){raw.p - 1, raw.n + 2});
	else
		jsonout_raw(out, raw);
}

/* {"bool":{"filter":[{"match":{FIELD:{"query":VALUE,"operator":"and"}}},...]}}: whatever is found is looked at, so a
 * field that is analysed does no harm. */
static bool add_key(struct jsonout *out, const struct pair_side *side, const struct span *key)
{
	struct arena arena;
	struct jsonscan scan;
	struct span name, raw;
	bool first = true, escaped, good = true;
	char *text;

	arena_init(&arena);
	text = arena_zalloc(&arena, key->n + LIMIT_JSON_PADDING);
	memcpy(text, key->p, key->n);
	jsonscan_init(&scan, (struct span){text, key->n});
	good = jsonscan_enter(&scan, JSON_OBJECT);
	jsonout_raw(out, SPAN_LITERAL("{\"bool\":{\"filter\":["));
	out->comma = false;
	for (size_t i = 0; good && jsonscan_key(&scan, &first, &name, &escaped); i++) {
		enum json_kind kind = jsonscan_value(&scan, &raw, &escaped);
		const char *path = fields_source_path(side->group->fields, side->key_slots[i], &arena);

		/* neither a digest nor _index can be asked for */
		if (span_is(name, PAIR_LONG_KEY) ||
			(path == NULL && side->key_slots[i] != fields_slot_id(side->group->fields))) {
			good = false;
			break;
		}
		jsonout_open(out, '{');
		jsonout_key(out, path ? "match" : "ids");
		jsonout_open(out, '{');
		jsonout_key(out, path ? path : "values");
		jsonout_open(out, path ? '{' : '[');
		if (path)
			jsonout_key(out, "query");
		add_string(out, raw, kind);
		if (path)
			jsonout_pair(out, "operator", "and");
		jsonout_close(out, path ? '}' : ']');
		jsonout_close(out, '}');
		jsonout_close(out, '}');
	}
	buf_adds(out->out, "]}}");
	out->comma = true;
	arena_clear(&arena);
	return good;
}

bool pair_query_keys(struct buf *out, const struct rule *rule, int side, const struct span *keys, size_t count)
{
	struct jsonout json;
	bool good = true;

	jsonout_init(&json, out);
	jsonout_open(&json, '{');
	jsonout_key(&json, "bool");
	jsonout_open(&json, '{');
	jsonout_pair_int(&json, "minimum_should_match", 1);
	jsonout_key(&json, "should");
	jsonout_open(&json, '[');
	for (size_t i = 0; i < count && good; i++)
		good = add_key(&json, &rule->pair->sides[side], &keys[i]);
	jsonout_close(&json, ']');
	jsonout_close(&json, '}');
	jsonout_close(&json, '}');
	return good;
}
