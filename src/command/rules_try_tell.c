/* kenpin rules try: what was seen, for people. */
#include "base/base.h"
#include "command/rules_try.h"

#include <inttypes.h>

#include "base/limits.h"
#include "command/table.h"
#include "recover/guard.h"

#define MEASURED_LEAST 1000 /* documents below which a time says nothing */

static const char *plural(int64_t n)
{
	return n == 1 ? "" : "s";
}

static void print_key(const char *shop, const char *key)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	key_display(&text, span_of(key));
	printf("%s%s%s", shop, shop[0] ? "  " : "", buf_text(&text));
	buf_clear(&text);
}

static void tell_read(const struct trying *t)
{
	const struct query *q = t->rule->query;
	char since[32];

	printf("%s: %s\n\nREAD\n  %" PRId64 " document%s of query %s", t->rule->id, t->rule->title, t->documents_read,
		plural(t->documents_read), q->name);
	if (q->for_each_shop)
		printf(", %zu shops", t->loaded->project->shops.count);
	if (t->since) {
		clock_text(since, t->since);
		printf(", since %s", since);
	}
	printf("\n  %s%s\n", t->incomplete ? "NOT COMPLETE: " : "complete", t->why);
	if (t->gated)
		printf("  %" PRId64 " stopped at the gate\n", t->gated);
	if (t->allowed)
		printf("  %" PRId64 " value%s allowed\n", t->allowed, t->allowed == 1 ? " is" : "s are");
}

/* By class, then by shop. */
static int by_key(const void *a, const void *b)
{
	return span_compare(((const struct map_entry *)a)->key, ((const struct map_entry *)b)->key);
}

static void tell_counts(const struct trying *t)
{
	static const char *const columns[] = {"class", "shop", "findings"};

	printf("\nFOUND\n  %" PRId64 " finding%s\n", t->found, plural(t->found));
	if (t->again)
		printf("  %" PRId64 " more of documents with the same key: a key is one finding\n", t->again);
	if (t->found == 0)
		return;
	struct table *table = table_new(stdout, TABLE_TEXT, columns, ARRAY_LEN(columns));
	struct map_entry *sorted = xcalloc(t->counts.count, sizeof(*sorted));
	memcpy(sorted, t->counts.entries, t->counts.count * sizeof(*sorted));
	qsort(sorted, t->counts.count, sizeof(*sorted), by_key);
	for (size_t i = 0; i < t->counts.count; i++) {
		const struct map_entry *entry = &sorted[i];
		char number[24];

		snprintf(number, sizeof(number), "%" PRId64, *(const int64_t *)entry->value);
		table_row(table, (struct span[]){span_of(entry->key.p),
					 span_of(entry->key.p + strlen(entry->key.p) + 1), span_of(number)});
	}
	table_end(table);
	free(sorted);
}

static void tell_known(const struct trying *t)
{
	int64_t fresh = t->found - t->opened_before - t->resolved_before;

	if (t->found == 0)
		return;
	printf("\nKNOWN\n  %" PRId64 " %% of them: %" PRId64 " open in the store, %" PRId64
	       " resolved once that would open again, %" PRId64 " new\n",
		t->opened_before * 100 / t->found, t->opened_before, t->resolved_before, fresh);
}

/* The first of each class, then the second of each, until there are enough. */
static void tell_samples(const struct trying *t)
{
	int left = TRY_SAMPLES;

	if (t->found == 0)
		return;
	printf("\nSAMPLES (« » hold what a regex met, or what it does not go along with)\n");
	for (size_t n = 0; n < TRY_SAMPLES; n++) {
		for (size_t i = 0; i < t->class_count && left > 0; i++) {
			const struct try_sample *s = &t->classes[i].samples[n];

			if (n >= t->classes[i].count)
				continue;
			left--;
			printf("  ");
			print_key(s->shop, s->key);
			printf("\n    %s%s%s\n    %s\n", s->field, s->field[0] ? ": " : "", s->value, s->message);
		}
	}
}

static void tell_cost(const struct trying *t)
{
	int64_t n = t->documents_read, share = t->nanoseconds ? t->regex_nanoseconds * 100 / t->nanoseconds : 0;

	printf("\nCOST\n");
	if (n < MEASURED_LEAST) {
		printf("  not measured: fewer than %d documents\n", MEASURED_LEAST);
		return;
	}
	printf("  %.2f us a document, about %" PRId64 " %% of it in regexes\n",
		(double)t->nanoseconds / 1000 / (double)n, share < 100 ? share : 100);
}

static void tell_guards(const struct trying *t)
{
	const struct recover_spec *spec = t->rule->recover;
	const struct manifest_guard bound = {
		.max_actions = spec->max_actions ? spec->max_actions : LIMIT_MANIFEST_ACTIONS,
		.max_per_shop = spec->max_per_shop ? spec->max_per_shop : LIMIT_MANIFEST_PER_SHOP,
		.max_percent = spec->max_percent ? spec->max_percent : LIMIT_MANIFEST_PERCENT,
	};
	struct guards guards;
	struct buf text;

	guards_init(&guards, t->documents_read);
	guards_set(&guards, t->rule->id, &bound, t->documents_read);
	for (size_t i = 0; i < t->actions.count; i++) {
		const struct map_entry *entry = &t->actions.entries[i];

		for (int64_t n = *(const int64_t *)entry->value; n > 0; n--)
			guards_count(&guards, t->rule->id, entry->key.n ? entry->key.p : "");
	}
	buf_init(&text, 1 << 16);
	guards_refusal(&guards, &text);
	if (text.len)
		printf("  it would be REFUSED: %s\n", buf_text(&text));
	else
		printf("  no guard would refuse it\n");
	buf_clear(&text);
	guards_clear(&guards);
}

static void tell_manifest(const struct trying *t)
{
	const struct recover_spec *spec = t->rule->recover;

	printf("\nMANIFEST\n");
	if (spec == NULL) {
		printf("  nothing: the rule has no `recover`\n");
		return;
	}
	printf("  %" PRId64 " action%s (%s%s%s, mode %s), of which %" PRId64 " can be undone\n", t->action_count,
		plural(t->action_count), action_op_names[spec->op], spec->call ? " " : "", spec->call ? spec->call : "",
		spec->automatic ? "auto" : "manual", t->undo_count);
	if (t->found > t->action_count)
		printf("  %" PRId64 " finding%s without a correction\n", t->found - t->action_count,
			plural(t->found - t->action_count));
	if (t->action_count == 0)
		return;
	printf("  the first: %s\n", t->action);
	tell_guards(t);
}

void try_tell(struct trying *t)
{
	tell_read(t);
	tell_counts(t);
	tell_known(t);
	tell_samples(t);
	tell_cost(t);
	tell_manifest(t);
}

/* ---- against the store ---- */

static bool is_open(const struct try_finding *f)
{
	return f->known && f->state != FINDING_RESOLVED;
}

/* Of a window only what was read can be over. */
static bool closes(const struct trying *t, const struct try_finding *f)
{
	return is_open(f) && !f->found && (f->read || (t->rule->query->time == NULL && t->since == 0));
}

static bool opens(const struct trying *t, const struct try_finding *f)
{
	(void)t;
	return f->found && !is_open(f);
}

static int64_t count(const struct trying *t, bool (*wanted)(const struct trying *, const struct try_finding *))
{
	int64_t n = 0;

	for (size_t i = 0; i < t->findings.count; i++)
		n += wanted(t, t->findings.entries[i].value);
	return n;
}

static void list(
	const struct trying *t, const char *head, bool (*wanted)(const struct trying *, const struct try_finding *))
{
	bool first = true;

	for (size_t i = 0; i < t->findings.count; i++) {
		const struct try_finding *f = t->findings.entries[i].value;

		if (!wanted(t, f))
			continue;
		printf("%s  %s  ", first ? head : "", f->klass);
		first = false;
		print_key(f->shop, f->key);
		printf("  %s%s\n", f->message,
			f->known && !f->found && !f->read ? "  (no such document was read)"
			: f->known && f->found            ? "  (was resolved)"
							  : "");
	}
}

void try_tell_diff(struct trying *t)
{
	printf("\nDIFF to the open findings of the store\n");
	if (t->incomplete)
		printf("  would close: cannot be told, since not everything was read\n");
	else
		printf("  would close: %" PRId64 "\n", count(t, closes));
	printf("  would open: %" PRId64 "%s\n", count(t, opens), t->incomplete ? " at least" : "");
	if (!t->incomplete)
		list(t, "\nWOULD CLOSE\n", closes);
	list(t, "\nWOULD OPEN\n", opens);
}
