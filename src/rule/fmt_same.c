/*
 * Whether two files hold the same: the trees, in which only the order of keys
 * may differ, and every byte that is no white space, comments with them.
 */
#include "base/base.h"
#include "rule/fmt_private.h"

static bool same_node(const struct yaml_node *a, const struct yaml_node *b)
{
	if (a->kind != b->kind || a->count != b->count)
		return false;
	if (a->kind == YAML_SCALAR)
		return a->style == b->style && span_equal(a->text, b->text);
	for (size_t i = 0; i < a->count; i++) {
		const struct yaml_node *other;

		if (a->kind == YAML_LIST) {
			if (!same_node(a->items[i], b->items[i]))
				return false;
			continue;
		}
		other = yaml_find(b, a->pairs[i].key->text.p);
		if (other == NULL || !same_node(a->pairs[i].value, other))
			return false;
	}
	return true;
}

/* Commas may go: one before a closing bracket says nothing. */
static void count_bytes(size_t counts[256], struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		counts[(unsigned char)text.p[i]] += strchr(" \t\r\n,", text.p[i]) == NULL;
}

int fmt_same(const struct yaml_file *before, const struct yaml_file *after, struct error *e)
{
	size_t counts[2][256] = {{0}};

	count_bytes(counts[0], before->text);
	count_bytes(counts[1], after->text);
	if (same_node(before->root, after->root) && memcmp(counts[0], counts[1], sizeof(counts[0])) == 0)
		return 0;
	return error_set(e, ERROR_CONFIG, "what was read is not what was written");
}
