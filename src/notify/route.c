/*
 * Routes: of a list the first that fits takes a finding, unless it goes on; a
 * route hands it down to those below it, and takes it itself when none fits.
 */
#include "base/base.h"
#include "notify/route.h"

#include "base/limits.h"
#include "base/str.h"

/* What one value is to a list of patterns. */
struct fitting {
	bool chosen, refused;
};

static void fit(struct fitting *f, const struct texts *globs, struct span text)
{
	for (size_t i = 0; i < globs->count; i++) {
		const char *glob = globs->items[i];

		if (*glob == '!')
			f->refused |= str_glob(glob + 1, text);
		else
			f->chosen |= str_glob(glob, text);
	}
}

static bool verdict(const struct fitting *f, const struct texts *globs)
{
	bool chooses = false;

	for (size_t i = 0; i < globs->count; i++)
		chooses |= globs->items[i][0] != '!';
	return !f->refused && (f->chosen || !chooses);
}

static bool fits(const struct texts *globs, const char *text)
{
	struct fitting f = {0};

	fit(&f, globs, span_of(text ? text : ""));
	return verdict(&f, globs);
}

static bool tags_fit(const struct texts *globs, const char *tags)
{
	struct fitting f = {0};

	while (tags != NULL && *tags != '\0') {
		size_t n = strcspn(tags, ",");

		fit(&f, globs, (struct span){tags, n});
		tags += n + (tags[n] == ',');
	}
	return verdict(&f, globs);
}

const char *route_misfit(const struct match_config *m, const struct finding *f)
{
	if (m == NULL)
		return NULL;
	return !fits(&m->severity, severity_name(f->severity)) ? "severity"
	       : !fits(&m->rule, f->rule)                      ? "rule"
	       : !fits(&m->shop, f->shop)                      ? "shop"
	       : !fits(&m->query, f->query)                    ? "query"
	       : !fits(&m->klass, f->klass)                    ? "class"
	       : !tags_fit(&m->tag, f->tags)                   ? "tag"
							       : NULL;
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

/* ---- the walk ---- */

struct walk {
	const struct finding *finding;
	route_visit_step *visit;
	void *arg;
	struct buf key;
	struct error *e;
};

static int step(
	struct walk *w, const struct route_config *route, size_t depth, enum route_fate fate, const char *misfit)
{
	const struct route_step s = {route, depth, fate, misfit, buf_text(&w->key)};

	return w->visit(w->arg, &s, w->e);
}

static int take(struct walk *w, const struct route_config *route, size_t depth)
{
	group_key(&w->key, route, w->finding);
	return step(w, route, depth, ROUTE_TAKEN, NULL);
}

/* 1 when one of ROUTES took it, 0 when none did, -1 when a visit failed. */
static int walk_list(struct walk *w, const struct blocks *routes, size_t depth)
{
	bool taken = false, over = false;

	for (size_t i = 0; i < routes->count; i++) {
		const struct route_config *route = routes->items[i];
		const char *misfit = over ? NULL : route_misfit(route->match, w->finding);
		bool enters = !over && misfit == NULL && route->routes.count > 0;
		int below = 0;

		if (over || misfit != NULL || enters) {
			enum route_fate fate = over ? ROUTE_AFTER : enters ? ROUTE_ENTERED : ROUTE_UNFIT;

			if (step(w, route, depth, fate, misfit) < 0)
				return -1;
			if (!enters)
				continue;
		}
		if (enters && (below = walk_list(w, &route->routes, depth + 1)) < 0)
			return -1;
		if (below == 0 && take(w, route, depth) < 0)
			return -1;
		taken = true;
		over = !route->go_on;
	}
	return taken;
}

int routes_walk(
	const struct blocks *routes, const struct finding *f, route_visit_step *visit, void *arg, struct error *e)
{
	struct walk w = {.finding = f, .visit = visit, .arg = arg, .e = e};

	buf_init(&w.key, LIMIT_KEY_BYTES * 4);
	int result = walk_list(&w, routes, 0);
	buf_clear(&w.key);
	return result < 0 ? -1 : 0;
}

/* ---- who is told ---- */

static bool names(const struct texts *receivers, size_t count, const char *receiver)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(receivers->items[i], receiver) == 0)
			return true;
	return false;
}

struct telling {
	const struct route_config **taken; /* before this one */
	size_t count;
	notify_route *visit;
	void *arg;
};

/* A receiver hears of a finding once, by the first route that names it. */
static bool told_before(const struct telling *t, const char *receiver)
{
	for (size_t i = 0; i < t->count; i++)
		if (names(&t->taken[i]->receivers, t->taken[i]->receivers.count, receiver))
			return true;
	return false;
}

static int tell(void *arg, const struct route_step *s, struct error *e)
{
	const struct texts *receivers = &s->route->receivers;
	struct telling *t = arg;

	if (s->fate != ROUTE_TAKEN)
		return 0;
	for (size_t i = 0; i < receivers->count; i++)
		if (!names(receivers, i, receivers->items[i]) && !told_before(t, receivers->items[i]) &&
			t->visit(t->arg, s->route, receivers->items[i], s->group_key, e) < 0)
			return -1;
	t->taken = xrealloc(t->taken, (t->count + 1) * sizeof(*t->taken));
	t->taken[t->count++] = s->route;
	return 0;
}

int routes_visit(const struct blocks *routes, const struct finding *f, notify_route *visit, void *arg, struct error *e)
{
	struct telling t = {.visit = visit, .arg = arg};
	int result = routes_walk(routes, f, tell, &t, e);

	free(t.taken);
	return result;
}

/* ---- by which route ---- */

struct search {
	const char *receiver;
	const struct route_config *found;
};

/* At once, or when nobody acknowledges. */
static bool tells(const struct route_config *route, const char *receiver)
{
	bool found = names(&route->receivers, route->receivers.count, receiver);

	for (size_t i = 0; i < route->escalate.count && !found; i++) {
		const struct escalate_config *x = route->escalate.items[i];

		found = names(&x->receivers, x->receivers.count, receiver);
	}
	return found;
}

static int look(void *arg, const struct route_step *s, struct error *e)
{
	struct search *search = arg;

	(void)e;
	if (s->fate == ROUTE_TAKEN && search->found == NULL && tells(s->route, search->receiver))
		search->found = s->route;
	return 0;
}

const struct route_config *routes_find(const struct blocks *routes, const struct finding *f, const char *receiver)
{
	struct search search = {receiver, NULL};
	struct error e;

	return routes_walk(routes, f, look, &search, &e) < 0 ? NULL : search.found;
}
