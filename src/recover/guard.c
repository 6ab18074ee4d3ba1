/* Guards of a manifest: bounds by rule, judged with every action. */
#include "base/base.h"
#include "recover/guard.h"

#include <inttypes.h>

#include "base/limits.h"
#include "model/value.h"

#define PERCENT_DECIMALS 18

void guards_init(struct guards *g, int64_t documents)
{
	*g = (struct guards){.documents = documents};
	arena_init(&g->arena);
	map_init(&g->rules);
}

void guards_clear(struct guards *g)
{
	for (size_t i = 0; i < g->rules.count; i++)
		tally_clear(&((struct guard_rule *)g->rules.entries[i].value)->shops);
	map_clear(&g->rules);
	arena_clear(&g->arena);
}

static struct guard_rule *add_rule(
	struct guards *g, const char *rule, const struct manifest_guard *bound, int64_t documents)
{
	struct guard_rule *r = arena_zalloc(&g->arena, sizeof(*r));

	*r = (struct guard_rule){
		.rule = arena_strdup(&g->arena, rule),
		.max_actions = bound->max_actions,
		.max_per_shop = bound->max_per_shop,
		.max_percent =
			arena_strdup(&g->arena, bound->max_percent ? bound->max_percent : LIMIT_MANIFEST_PERCENT),
		.documents = documents,
	};
	tally_init(&r->shops);
	*map_put(&g->rules, span_of(r->rule)) = r;
	return r;
}

void guards_set(struct guards *g, const char *rule, const struct manifest_guard *bound, int64_t documents)
{
	if (!map_has(&g->rules, span_of(rule)))
		add_rule(g, rule, bound, documents);
}

void guard_percent(char out[48], int64_t count, int64_t documents)
{
	int64_t rest = count % documents;
	int n = snprintf(out, 48, "%" PRId64 "%02d.", count / documents, (int)(rest * 100 / documents));

	rest = rest * 100 % documents;
	for (int i = 0; i < PERCENT_DECIMALS; i++) {
		rest *= 10;
		out[n++] = (char)('0' + rest / documents);
		rest %= documents;
	}
	out[n] = '\0';
}

bool guard_over_percent(int64_t count, int64_t documents, const char *bound)
{
	char share[48];

	if (documents <= 0)
		return count > 0;
	guard_percent(share, count, documents);
	return decimal_compare(span_of(share), span_of(bound)) > 0;
}

void guards_count(struct guards *g, const char *rule, const char *shop)
{
	static const struct manifest_guard usual = {
		LIMIT_MANIFEST_ACTIONS, LIMIT_MANIFEST_PER_SHOP, LIMIT_MANIFEST_PERCENT};
	struct guard_rule *r = map_find(&g->rules, span_of(rule));

	if (r == NULL)
		r = add_rule(g, rule, &usual, g->documents);
	r->actions++;
	if (r->actions > r->max_actions || guard_over_percent(r->actions, r->documents, r->max_percent))
		g->refused = true;
	if (shop && *shop && ++*tally_of(&r->shops, span_of(shop)) > r->max_per_shop)
		g->refused = true;
}

static void refuse(struct buf *out, const struct guard_rule *r, const char *guard)
{
	buf_addf(out, "guard %s of rule ", guard);
	jsonout_escape(out, span_of(r->rule));
	buf_adds(out, " refuses: ");
}

/* A share for people: six decimals are enough, and a share over the bound never looks like the bound. */
static void share_for_people(char share[48], const struct guard_rule *r)
{
	char *point, cut;

	guard_percent(share, r->actions, r->documents);
	point = strchr(share, '.');
	cut = point[7];
	point[7] = '\0';
	if (decimal_compare(span_of(share), span_of(r->max_percent)) <= 0)
		point[7] = cut;
	while (share[0] == '0' && share[1] != '.')
		memmove(share, share + 1, strlen(share));
}

static bool refusal_of_rule(const struct guard_rule *r, struct buf *out)
{
	char share[48];

	if (r->actions > r->max_actions) {
		refuse(out, r, "max_actions");
		buf_addf(out, "%" PRId64 " actions, at most %" PRId64, r->actions, r->max_actions);
		return true;
	}
	if (guard_over_percent(r->actions, r->documents, r->max_percent)) {
		refuse(out, r, "max_percent");
		buf_addf(out, "%" PRId64 " actions for %" PRId64 " documents", r->actions, r->documents);
		if (r->documents > 0) {
			share_for_people(share, r);
			buf_addf(out, " are %s %%", share);
		}
		buf_addf(out, ", at most %s %%", r->max_percent);
		return true;
	}
	for (size_t i = 0; i < r->shops.counts.count; i++) {
		const struct map_entry *shop = &r->shops.counts.entries[i];

		if (*(const int64_t *)shop->value > r->max_per_shop) {
			refuse(out, r, "max_per_shop");
			buf_addf(out, "%" PRId64 " actions in shop ", *(const int64_t *)shop->value);
			jsonout_escape(out, shop->key);
			buf_addf(out, ", at most %" PRId64, r->max_per_shop);
			return true;
		}
	}
	return false;
}

void guards_refusal(const struct guards *g, struct buf *out)
{
	int more = 0;

	for (size_t i = 0; g->refused && i < g->rules.count; i++) {
		const struct guard_rule *r = g->rules.entries[i].value;
		struct buf other;

		if (buf_span(out).n == 0) {
			refusal_of_rule(r, out);
			continue;
		}
		buf_init(&other, 1u << 16);
		more += refusal_of_rule(r, &other);
		buf_clear(&other);
	}
	if (more > 0)
		buf_addf(out, " (and %d more of the rules are over their bounds)", more);
}

/* A share within its bound, down to six decimals. */
static void short_share(char share[48], const struct guard_rule *r)
{
	size_t n;

	share_for_people(share, r);
	n = (size_t)(strchr(share, '.') - share) + 7;
	while (share[n - 1] == '0')
		n--;
	share[n - (share[n - 1] == '.')] = '\0';
}

static int64_t fullest_shop(const struct guard_rule *r)
{
	int64_t most = 0;

	for (size_t i = 0; i < r->shops.counts.count; i++) {
		int64_t count = *(const int64_t *)r->shops.counts.entries[i].value;

		if (count > most)
			most = count;
	}
	return most;
}

bool guard_verdict(const struct guard_rule *r, struct buf *out)
{
	char share[48];

	if (refusal_of_rule(r, out))
		return true;
	buf_addf(out, "%" PRId64 " of at most %" PRId64 " actions", r->actions, r->max_actions);
	if (r->documents > 0) {
		short_share(share, r);
		buf_addf(out, ", %s %% of at most %s %% of %" PRId64 " documents", share, r->max_percent, r->documents);
	}
	if (r->shops.counts.count > 0)
		buf_addf(out, ", %" PRId64 " of at most %" PRId64 " in one shop", fullest_shop(r), r->max_per_shop);
	return false;
}

void guards_write(const struct guards *g, struct jsonout *out)
{
	jsonout_open(out, '{');
	for (size_t i = 0; i < g->rules.count; i++) {
		const struct guard_rule *r = g->rules.entries[i].value;

		if (r->actions == 0)
			continue;
		jsonout_key(out, r->rule);
		jsonout_open(out, '{');
		jsonout_pair_int(out, "max_actions", r->max_actions);
		jsonout_pair(out, "max_percent", r->max_percent);
		jsonout_pair_int(out, "max_per_shop", r->max_per_shop);
		jsonout_pair_int(out, "documents", r->documents);
		jsonout_close(out, '}');
	}
	jsonout_close(out, '}');
}
