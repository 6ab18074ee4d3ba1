/* Types of mappings against checks. */
#include "base/base.h"
#include "command/rules_types.h"

#include "model/value.h"

enum family { TEXT = 1, NUMBER = 2, INSTANT = 4, BOOL = 8, MAP = 16, OTHER = 32 };

static const struct {
	const char *type;
	enum family family;
} mapped[] = {
	{"keyword", TEXT},
	{"constant_keyword", TEXT},
	{"wildcard", TEXT},
	{"text", TEXT},
	{"match_only_text", TEXT},
	{"search_as_you_type", TEXT},
	{"version", TEXT},
	{"ip", TEXT},
	{"long", NUMBER},
	{"integer", NUMBER},
	{"short", NUMBER},
	{"byte", NUMBER},
	{"unsigned_long", NUMBER},
	{"double", NUMBER},
	{"float", NUMBER},
	{"half_float", NUMBER},
	{"scaled_float", NUMBER},
	{"date", INSTANT},
	{"date_nanos", INSTANT},
	{"boolean", BOOL},
	{"object", MAP},
	{"nested", MAP},
	{"flattened", MAP},
	{"flat_object", MAP},
};

/* Bits of the families that TYPES name. */
static unsigned families_of(const char *types)
{
	unsigned bits = 0;

	while (*types != '\0') {
		struct span type = {types, strcspn(types, ",")};
		unsigned bit = OTHER;

		for (size_t i = 0; i < ARRAY_LEN(mapped); i++)
			if (span_is(type, mapped[i].type))
				bit = mapped[i].family;
		bits |= bit;
		types += type.n + strspn(types + type.n, ", ");
	}
	return bits;
}

bool types_are_text(const char *types)
{
	return families_of(types) == TEXT;
}

/* What a key goes along with. Instants are kept as dates, texts or epochs alike. */
static const struct want {
	const char *key;
	unsigned fits;
	const char *wants;
} wants_of[] = {
	{"must_match", TEXT | INSTANT, "a text"},
	{"must_not_match", TEXT | INSTANT, "a text"},
	{"match", TEXT | INSTANT, "a text"},
	{"format", TEXT | INSTANT, "a text"},
	{"min_chars", TEXT | INSTANT, "a text"},
	{"max_chars", TEXT | INSTANT, "a text"},
	{"age", TEXT | INSTANT | NUMBER, "an instant"},
};

static const struct want types_of[] = {
	{"text", TEXT | INSTANT, "a text"},
	{"number", NUMBER | INSTANT, "a number"},
	{"integer", NUMBER | INSTANT, "a whole number"},
	{"decimal", NUMBER | TEXT, "a number, or a text that holds one"},
	{"bool", BOOL, "true or false"},
	{"map", MAP, "a map"},
	{"instant", TEXT | INSTANT | NUMBER, "an instant"},
};

static bool is_decimal(const struct yaml_node *entry)
{
	const struct yaml_node *type = yaml_find(entry, "type");

	return type != NULL && span_is(type->text, "decimal");
}

/* A bound is a number or an instant by how it is written. */
static bool bound(struct want *out, const struct yaml_node *entry)
{
	const struct yaml_node *min = yaml_find(entry, "min"), *node = min ? min : yaml_find(entry, "max");

	if (node == NULL || node->kind != YAML_SCALAR)
		return false;
	*out = (struct want){min ? "min" : "max", NUMBER | INSTANT, "a number"};
	if (!decimal_valid(node->text))
		*out = (struct want){out->key, NUMBER | INSTANT | TEXT, "an instant"};
	else if (is_decimal(entry))
		out->fits |= TEXT;
	return true;
}

static bool type(struct want *out, const struct yaml_node *entry)
{
	const struct yaml_node *node = yaml_find(entry, "type");

	for (size_t i = 0; node != NULL && i < ARRAY_LEN(types_of); i++)
		if (span_is(node->text, types_of[i].key)) {
			*out = (struct want){"type", types_of[i].fits, types_of[i].wants};
			return true;
		}
	return false;
}

static bool compare(struct want *out, const struct yaml_node *entry)
{
	const struct yaml_node *node = yaml_find(entry, "compare"), *as = node ? yaml_find(node, "as") : NULL;

	if (node == NULL || (as != NULL && !span_is(as->text, "number")))
		return false;
	*out = (struct want){"compare", NUMBER | (is_decimal(entry) ? TEXT : 0u), "a number"};
	return true;
}

static bool differs(const char **key, const char **wants, unsigned families, const struct want *want)
{
	if ((families & ~(want->fits | OTHER)) == 0)
		return false;
	*key = want->key;
	*wants = want->wants;
	return true;
}

bool types_contradict(const char **key, const char **wants, const char *types, const struct yaml_node *entry)
{
	unsigned families = families_of(types);
	struct want want;

	for (size_t i = 0; i < ARRAY_LEN(wants_of); i++)
		if (yaml_find(entry, wants_of[i].key) != NULL && differs(key, wants, families, &wants_of[i]))
			return true;
	return (type(&want, entry) && differs(key, wants, families, &want)) ||
	       (bound(&want, entry) && differs(key, wants, families, &want)) ||
	       (compare(&want, entry) && differs(key, wants, families, &want));
}

bool types_contradict_compare(const char **wants, const char *types, const struct yaml_node *entry)
{
	const char *key;
	struct want want;

	return compare(&want, entry) && differs(&key, wants, families_of(types), &want);
}
