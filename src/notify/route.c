/* Routes: the first that matches wins, unless it goes on. */
#include "base/base.h"
#include "notify/route.h"

#include "base/limits.h"
#include "base/str.h"

static bool any_glob(const struct texts *globs, struct span text)
{
	for (size_t i = 0; i < globs->count; i++)
		if (str_glob(globs->items[i], text))
			return true;
	return globs->count == 0;
}

static bool any_tag(const struct texts *globs, const char *tags)
{
	if (globs->count == 0)
		return true;
	while (tags != NULL && *tags != '\0') {
		size_t n = strcspn(tags, ",");
		if (any_glob(globs, (struct span){tags, n}))
			return true;
		tags += n + (tags[n] == ',');
	}
	return false;
}

bool route_matches(const struct match_config *m, const struct finding *f)
{
	return m == NULL ||
	       (any_glob(&m->severity, span_of(severity_name(f->severity))) && any_glob(&m->rule, span_of(f->rule)) &&
		       any_glob(&m->shop, span_of(f->shop)) && any_tag(&m->tag, f->tags));
}

static const char *label(const struct finding *f, const char *name)
{
	const struct {
		const char *name, *value;
	} labels[] = {{"rule", f->rule}, {"shop", f->shop}, {"severity", severity_name(f->severity)},
		{"class", f->klass}, {"query", f->query}};

	for (size_t i = 0; i < ARRAY_LEN(labels); i++)
		if (strcmp(labels[i].name, name) == 0)
			return labels[i].value ? labels[i].value : "";
	return "";
}

/* "rule=jan-code-shape shop=s001"; "all" for one group of everything. */
static void group_key(struct buf *out, const struct route_config *route, const struct finding *f)
{
	buf_reset(out);
	for (size_t i = 0; i < route->group_by.count; i++)
		buf_addf(
			out, "%s%s=%s", i > 0 ? " " : "", route->group_by.items[i], label(f, route->group_by.items[i]));
	if (route->group_by.count == 0)
		buf_adds(out, "all");
}

static bool names(const struct texts *receivers, size_t count, const char *receiver)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(receivers->items[i], receiver) == 0)
			return true;
	return false;
}

/* A receiver hears of a finding once, by the first route that names it. */
static bool named_before(const struct blocks *routes, size_t route, const char *receiver, const struct finding *f)
{
	for (size_t i = 0; i < route; i++) {
		const struct route_config *r = routes->items[i];
		if (route_matches(r->match, f) && names(&r->receivers, r->receivers.count, receiver))
			return true;
	}
	return false;
}

int routes_visit(const struct blocks *routes, const struct finding *f, notify_route *visit, void *arg, struct error *e)
{
	struct buf key;
	int result = 0;

	buf_init(&key, LIMIT_KEY_BYTES * 4);
	for (size_t i = 0; i < routes->count && result == 0; i++) {
		const struct route_config *route = routes->items[i];
		if (!route_matches(route->match, f))
			continue;
		group_key(&key, route, f);
		for (size_t k = 0; k < route->receivers.count && result == 0; k++)
			if (!names(&route->receivers, k, route->receivers.items[k]) &&
				!named_before(routes, i, route->receivers.items[k], f))
				result = visit(arg, route->receivers.items[k], buf_text(&key), e);
		if (!route->go_on)
			break;
	}
	buf_clear(&key);
	return result;
}
