/*
 * kenpin rules try: what a rule would find in the data as it is now. It reads,
 * and touches neither the store nor receivers.
 */
#include "base/base.h"
#include "command/rules_try.h"

#include <inttypes.h>
#include <time.h>

#include "base/log.h"
#include "base/limits.h"
#include "source/source.h"

static struct {
	int64_t since, limit;
	bool diff;
} given;

static const struct cli_option table_of_options[] = {
	{"since", CLI_INSTANT, &given.since, "TIME", "try: only what the time field puts after TIME (or 24h ago)"},
	{"limit", CLI_INT, &given.limit, "N", "try: at most N documents of each shop; default all"},
	{"diff", CLI_FLAG, &given.diff, NULL,
		"try: which open findings the rule as it is now would close, and which open"},
};

static const struct cli_option *options(size_t *count)
{
	*count = ARRAY_LEN(table_of_options);
	return table_of_options;
}

/* ---- what the store knows ---- */

static struct span text_key(struct arena *arena, const char *a, const char *b)
{
	size_t n = strlen(a) + 1 + strlen(b);
	char *key = arena_alloc(arena, n + 1);

	memcpy(key, a, strlen(a) + 1);
	memcpy(key + strlen(a) + 1, b, strlen(b) + 1);
	return (struct span){key, n};
}

static struct try_finding *finding_of(struct trying *t, const struct fingerprint *f)
{
	struct span key = {(const char *)f->bytes, FINGERPRINT_BYTES};
	struct try_finding *finding = map_find(&t->findings, key);

	if (finding == NULL) {
		finding = arena_zalloc(&t->arena, sizeof(*finding));
		*map_put(&t->findings, arena_span(&t->arena, key)) = finding;
	}
	return finding;
}

static int add_known(void *arg, const struct finding *f, struct error *e)
{
	struct trying *t = arg;
	struct try_finding *finding = finding_of(t, &f->fingerprint);

	(void)e;
	*finding = (struct try_finding){
		.shop = arena_strdup(&t->arena, f->shop),
		.key = arena_strdup(&t->arena, f->key),
		.klass = arena_strdup(&t->arena, f->klass),
		.message = arena_strdup(&t->arena, f->message),
		.known = true,
		.state = f->state,
	};
	void **first = map_put(&t->documents, text_key(&t->arena, finding->shop, finding->key));
	finding->next = *first;
	*first = finding;
	return 0;
}

static int load_known(struct trying *t, struct error *e)
{
	const struct finding_filter filter = {
		.rule = t->rule->id, .least_severity = -1, .states = (1u << FINDING_STATE_COUNT) - 1};
	struct state *state = load_state(t->loaded, t->context, STATE_READ_ONLY | STATE_NO_MIGRATE, e);
	int failed = state ? state_findings(state, &filter, add_known, t, e) : -1;

	state_close(state);
	return failed;
}

/* ---- what the rule finds ---- */

static void add_count(struct trying *t, struct map *map, struct span key)
{
	int64_t *count = map_find(map, key);

	if (count == NULL) {
		count = arena_zalloc(&t->arena, sizeof(*count));
		*map_put(map, arena_span(&t->arena, key)) = count;
	}
	++*count;
}

static const char *keep(struct trying *t, struct span s)
{
	return arena_strndup(&t->arena, s.n ? s.p : "", s.n);
}

static struct try_class *class_of(struct trying *t, const char *name)
{
	for (size_t i = 0; i < t->class_count; i++)
		if (strcmp(t->classes[i].name, name) == 0)
			return &t->classes[i];
	if (t->class_count == TRY_CLASSES)
		return &t->classes[TRY_CLASSES - 1];
	t->classes[t->class_count] = (struct try_class){.name = name};
	return &t->classes[t->class_count++];
}

static void add_sample(struct trying *t, const struct try_finding *finding, const struct draft *d)
{
	struct try_class *klass = class_of(t, d->klass);
	struct buf value;

	if (klass->count == TRY_SAMPLES)
		return;
	buf_init(&value, 1 << 20);
	eval_marked(&value, t->eval, "«", "»");
	klass->samples[klass->count++] = (struct try_sample){finding->shop, finding->key, keep(t, d->field),
		arena_strdup(&t->arena, buf_text(&value)), finding->message};
	buf_clear(&value);
}

static void add_action(struct trying *t, const struct draft *d, const char *shop)
{
	if (d->action.n == 0)
		return;
	if (t->action_count++ == 0)
		t->action = keep(t, d->action);
	t->undo_count += d->undo.n > 0;
	add_count(t, &t->actions, span_of(shop));
}

static int add_draft(void *arg, const struct draft *d, struct error *e)
{
	struct trying *t = arg;
	struct try_finding *finding = finding_of(t, &d->fingerprint);

	(void)e;
	if (finding->found) {
		t->again++;
		return 0;
	}
	finding->found = true;
	finding->shop = keep(t, d->shop);
	finding->key = keep(t, d->key);
	finding->klass = d->klass;
	finding->message = keep(t, d->message);
	t->found++;
	if (finding->known)
		*(finding->state == FINDING_RESOLVED ? &t->resolved_before : &t->opened_before) += 1;
	add_count(t, &t->counts, text_key(&t->arena, finding->klass, finding->shop));
	add_action(t, d, finding->shop);
	add_sample(t, finding, d);
	return 0;
}

/* The store's findings about the document in hand could have been found again. */
static void mark_read(struct trying *t)
{
	char space[LIMIT_KEY_BYTES + LIMIT_NAME_CHARS + 2];
	struct span shop, key;

	if (t->documents.count == 0)
		return;
	shop = eval_shop(t->eval);
	key = eval_key(t->eval);
	if (shop.n + 1 + key.n > sizeof(space))
		return;
	if (shop.n)
		memcpy(space, shop.p, shop.n);
	space[shop.n] = '\0';
	memcpy(space + shop.n + 1, key.p, key.n);
	struct try_finding *f = map_find(&t->documents, (struct span){space, shop.n + 1 + key.n});
	for (; f != NULL; f = f->next)
		f->read = true;
}

/* ---- reading ---- */

static int64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void incomplete(struct trying *t, const char *shop, const char *why)
{
	if (t->incomplete)
		return;
	t->incomplete = true;
	snprintf(t->why, sizeof(t->why), "%s%s%s%.400s", shop ? "shop " : "", shop ? shop : "", shop ? ": " : "", why);
}

static int read_page(struct trying *t, struct source_scan *scan, struct doc *doc, struct error *e)
{
	while (source_doc(scan, doc) == 1) {
		int64_t from = monotonic_ns();
		int failed = eval_doc(t->eval, doc, add_draft, t, e);

		t->nanoseconds += monotonic_ns() - from;
		if (failed)
			return -1;
		mark_read(t);
	}
	eval_page(t->eval);
	return 0;
}

static void report_broken(void *arg, const char *place, int64_t line, int column, const char *why)
{
	(void)arg;
	log_error("%s:%" PRId64 ":%d: %s", place, line, column, why);
}

/* A source that fails leaves a part: that is told, and is no proof of anything. -1 when nothing can be said at all. */
static int read_all(struct trying *t, struct source *source, const struct source_request *request, const char *shop,
	struct error *e)
{
	struct source_verdict v;
	struct error why = {0};
	struct doc doc;
	int got, failed = 0;
	struct source_scan *scan = source_scan(source, request, e);

	if (scan == NULL)
		return -1;
	source_on_broken(scan, report_broken, NULL);
	doc_init(&doc, request->fields);
	while (!*t->context->stop && (got = source_next(scan, &why)) == 1 && !failed)
		failed = read_page(t, scan, &doc, e);
	source_verdict_of(scan, &v);
	t->documents_read += v.read;
	if (*t->context->stop)
		incomplete(t, shop, "asked to stop");
	else if (!v.complete)
		incomplete(t, shop, v.why[0] ? v.why : "the source did not give everything");
	if (why.kind == ERROR_CONFIG) {
		*e = why;
		failed = -1;
	}
	doc_clear(&doc);
	source_scan_close(scan);
	return failed;
}

static void add_stats(struct trying *t, const char *shop)
{
	const struct rule_stats *stats = eval_stats(t->eval, 0);
	char why[400];

	t->allowed += stats->allowed;
	t->gated += stats->gated;
	t->regex_nanoseconds += stats->nanoseconds;
	if (stats->errors == 0 && !stats->over_budget)
		return;
	snprintf(why, sizeof(why), "the rule had an error: %s", stats->why);
	incomplete(t, shop, why);
}

static int read_shop(struct trying *t, const char *shop, struct error *e)
{
	const struct query *q = t->rule->query;
	struct command_context *c = t->context;
	const struct source_context context = {.clock = &c->clock,
		.run_id = "try",
		.stop_now = c->stop_now,
		.folder = t->loaded->project->folder,
		.stop = c->stop};
	int64_t now = clock_now(&c->clock);
	const struct source_request request = {
		.query = q,
		.index = q->index ? template_render(&t->arena, q->index, shop, now, false) : NULL,
		.body = template_render(&t->arena, q->body, shop, now, true),
		.fields = rule_group_fields(t->group),
		.versions = t->rule->recover != NULL,
		.since = t->since,
		.until = t->since ? now - q->time->lateness : 0,
		.limit = t->limit,
	};
	const struct eval_options eval_options = {
		.now = now, .shop = shop, .source_name = q->source_name, .index = request.index};
	struct source *source = source_open(q->source, &context, e);

	if (source == NULL)
		return -1;
	t->eval = eval_new(t->group, &eval_options);
	int failed = read_all(t, source, &request, shop, e);
	add_stats(t, shop);
	eval_free(t->eval);
	source_close(source);
	return failed;
}

static int read_shops(struct trying *t, struct error *e)
{
	const struct texts *shops = &t->loaded->project->shops;

	if (t->since != 0 && t->rule->query->time == NULL)
		return error_set(e, ERROR_USAGE, "--since needs a query with a time field; query \"%s\" has none",
			t->rule->query->name);
	if (!t->rule->query->for_each_shop)
		return read_shop(t, NULL, e);
	for (size_t i = 0; i < shops->count && !*t->context->stop; i++)
		if (read_shop(t, shops->items[i], e) < 0)
			return -1;
	return 0;
}

/* ---- the command ---- */

/* The rule alone, so that no other costs time; the whole set when it is not there, for the message. */
static int load_rule(struct trying *t, struct command_context *c, const char *id, struct error *e)
{
	const char *const ids[] = {id, NULL};

	if (rules_open(t->loaded, c, ids, e) < 0)
		return -1;
	if (rule_find(t->loaded->rules, id) == NULL) {
		loaded_clear(t->loaded);
		*t->loaded = (struct loaded){0};
		if (rules_open(t->loaded, c, NULL, e) < 0)
			return -1;
	}
	t->rule = rules_one(t->loaded, id, e);
	if (t->rule == NULL)
		return -1;
	if (rule_is_of_many(t->rule))
		return error_set(e, ERROR_USAGE,
			"rule %s looks at many documents together, which a trial does not read: use scan --dry-run "
			"--rule %s",
			id, id);
	t->group = t->loaded->rules->groups[0];
	return 0;
}

static enum exit_code try(struct trying *t, struct error *e)
{
	if (load_known(t, e) < 0 || read_shops(t, e) < 0)
		return error_exit_code(e->kind);
	try_tell(t);
	if (given.diff)
		try_tell_diff(t);
	/* a sample that was asked for is an answer */
	return t->incomplete && t->limit == 0 ? EXIT_INCOMPLETE : EXIT_DONE;
}

static enum exit_code run(struct command_context *c, int argc, char **argv, struct error *e)
{
	struct loaded l = {0};
	struct trying t = {.context = c, .loaded = &l};
	enum exit_code code = EXIT_CONFIG;
	int count;

	if (cli_parse(table_of_options, ARRAY_LEN(table_of_options), argc, argv, &count, e) < 0)
		return EXIT_CONFIG;
	t.since = given.since;
	t.limit = given.limit;
	arena_init(&t.arena);
	map_init(&t.findings);
	map_init(&t.documents);
	map_init(&t.counts);
	map_init(&t.actions);
	if (count != 1)
		error_set(e, ERROR_USAGE, "usage: kenpin rules try ID [--since TIME] [--limit N] [--diff]");
	else if (load_rule(&t, c, argv[0], e) == 0)
		code = try(&t, e);
	map_clear(&t.findings);
	map_clear(&t.documents);
	map_clear(&t.counts);
	map_clear(&t.actions);
	arena_clear(&t.arena);
	loaded_clear(&l);
	return code;
}

const struct command rules_try = {"try", "ID [--since TIME] [--limit N] [--diff]",
	"Says what a rule would find in the data as it is now. Touches neither the store nor receivers.", run, options};
