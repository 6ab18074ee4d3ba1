/*
 * The identity of a proposed correction. It must not know how actions are
 * stored or exported.
 */
#include "base/base.h"
#include "model/action.h"

#include "ext/json.h"
#include "ext/sha.h"

const char *const action_op_names[ACTION_OP_COUNT + 1] = {"call", "patch", "create", "delete", "copy", "reindex", NULL};

static bool known_op(const char *op)
{
	for (int i = 0; op && i < ACTION_OP_COUNT; i++) {
		if (strcmp(op, action_op_names[i]) == 0)
			return true;
	}
	return false;
}

/* KEY of the body, when it has one. */
static void take(struct json *identity, const struct json *body, const char *key)
{
	struct json *value = json_get_key(body, span_of(key));

	if (value)
		json_set(identity, key, json_keep(value));
}

static struct json *identity_of(
	const struct json *body, const char *op, const char *rule, const char *klass, int64_t episode)
{
	struct json *identity = json_new_map();

	json_set(identity, "class", json_new_text(span_of(klass)));
	json_set(identity, "episode", json_new_int(episode));
	json_set(identity, "op", json_new_text(span_of(op)));
	json_set(identity, "rule", json_new_text(span_of(rule)));
	take(identity, body, "target");
	take(identity, body, "precondition");
	if (strcmp(op, action_op_names[ACTION_CALL]) == 0) {
		take(identity, body, "call");
		take(identity, body, "arguments");
	} else {
		take(identity, body, "patch");
	}
	return identity;
}

static void digest_of(char id[33], const struct json *identity)
{
	char hex[SHA_HEX];
	struct buf text;

	buf_init(&text, SIZE_MAX / 4);
	json_write_canonical(&text, identity);
	sha_hex_of(hex, buf_span(&text));
	buf_clear(&text);
	memcpy(id, hex, 32);
	id[32] = '\0';
}

int action_identify(char id[33], const char *rule, const char *klass, struct span body, int64_t episode)
{
	struct error e;
	struct json *tree = json_parse(body, ERROR_STATE, "action", &e), *identity;
	const char *op = json_text(tree, "op", NULL);
	bool whole = known_op(op) && json_type_of(json_get(tree, "target")) == JSON_TYPE_MAP;

	if (whole) {
		identity = identity_of(tree, op, rule, klass, episode);
		digest_of(id, identity);
		json_free(identity);
	}
	json_free(tree);
	return whole ? 0 : -1;
}
