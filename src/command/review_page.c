/*
 * The review page of a manifest, in its three forms. All say the same: which
 * manifest, counts, what guards say, samples.
 */
#include "base/base.h"
#include "command/manifests.h"

#include <inttypes.h>

#include "base/jsonout.h"
#include "ext/json.h"

#define PAGE_BYTES (64u << 20)

/* What the three forms have in common, in the order of the page: NAME and VALUE, "" for none. */
typedef void fact(void *arg, const char *name, const char *value);

static const char *joined(const struct json *list, struct buf *out)
{
	buf_reset(out);
	for (size_t i = 0; i < json_count(list); i++) {
		struct span id = json_span(json_at(list, i));

		buf_addf(out, "%s%.*s", i ? ", " : "", SPAN_ARG(id));
	}
	return buf_text(out);
}

static void approval(const struct manifest_record *r, fact *tell, void *arg)
{
	char at[32];

	if (r->author == NULL)
		return;
	clock_text(at, r->approved);
	char *text = xasprintf("%s as %s at %s", r->author, r->role, at);
	tell(arg, "approved by", text);
	free(text);
}

static void tell_facts(const struct review_page *p, fact *tell, void *arg)
{
	static const char *const keys[] = {"kind", "run_id", "created_at", "expires_at", "previous_sha256"};
	static const char *const names[] = {"kind", "run", "created", "expires", "previous"};
	const struct chosen_manifest *m = p->manifest;
	struct buf text;

	if (p->head == NULL) {
		tell(arg, "state", "planned: nothing is written");
		return;
	}
	tell(arg, "manifest", json_text(p->head, "manifest_id", ""));
	tell(arg, "state", m->known ? manifest_state_names[m->record.state] : "not known to this project");
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		tell(arg, names[i], json_text(p->head, keys[i], ""));
	tell(arg, "sha256", p->sha256);
	buf_init(&text, PAGE_BYTES);
	tell(arg, "supersedes", joined(json_get(p->head, "supersedes"), &text));
	buf_clear(&text);
	if (!m->known)
		return;
	if (strcmp(m->record.sha256, p->sha256) != 0)
		tell(arg, "warning", "manifest.json is not the one that was written");
	tell(arg, "superseded by", m->record.superseded_by ? m->record.superseded_by : "");
	tell(arg, "undoes", m->record.undoes ? m->record.undoes : "");
	approval(&m->record, tell, arg);
}

/* ---- text ---- */

static void text_fact(void *arg, const char *name, const char *value)
{
	(void)arg;
	if (value[0] != '\0')
		printf("%-14s %s\n", name, value);
}

static void text_tally(const char *name, const struct tally *t)
{
	for (size_t i = 0; i < t->counts.count; i++) {
		const struct map_entry *entry = &t->counts.entries[i];

		printf("%-14s %8" PRId64 "  %.*s\n", i ? "" : name, *(const int64_t *)entry->value,
			SPAN_ARG(entry->key));
	}
}

static void text_guards(const struct guards *guards)
{
	struct buf text;

	buf_init(&text, PAGE_BYTES);
	for (size_t i = 0; i < guards->rules.count; i++) {
		const struct guard_rule *r = guards->rules.entries[i].value;

		if (r->actions == 0)
			continue;
		buf_reset(&text);
		bool refuses = guard_verdict(r, &text);
		printf("%-14s %-8s  %s%s%s\n", "guard", refuses ? "REFUSES" : "allows", refuses ? "" : r->rule,
			refuses ? "" : ": ", buf_text(&text));
	}
	buf_clear(&text);
}

static void text_samples(const struct review *review)
{
	struct buf key;

	buf_init(&key, PAGE_BYTES);
	for (size_t i = 0; i < review->count; i++) {
		const struct review_sample *s = &review->samples[i];

		buf_reset(&key);
		key_display(&key, span_of(s->key));
		printf("\n%s  %s  %s\n  before  %s\n  after   %s\n", s->rule, s->op, buf_text(&key), s->before,
			s->after);
		if (s->cut)
			printf("  (cut: the action has all of it)\n");
	}
	buf_clear(&key);
}

void review_text(const struct review_page *p)
{
	tell_facts(p, text_fact, NULL);
	printf("%-14s %8" PRId64 "\n", "actions", p->review->actions);
	text_tally("by rule", &p->review->by_rule);
	text_tally("by class", &p->review->by_class);
	text_tally("by shop", &p->review->by_shop);
	text_tally("by mode", &p->review->by_mode);
	for (int i = 0, first = 1; p->by_state != NULL && i < ACTION_STATE_COUNT; i++) {
		if (p->by_state[i] == 0)
			continue;
		printf("%-14s %8" PRId64 "  %s\n", first ? "by state" : "", p->by_state[i], action_state_names[i]);
		first = 0;
	}
	if (p->planned != NULL && p->planned->canary > 0)
		printf("%-14s %8" PRId64 "  by canary\n", "held back", p->planned->canary);
	if (p->planned != NULL && p->planned->cooling > 0)
		printf("%-14s %8" PRId64 "  by cool_down\n", "held back", p->planned->cooling);
	text_guards(p->guards);
	text_samples(p->review);
}

/* ---- JSON ---- */

static void json_fact(void *arg, const char *name, const char *value)
{
	char key[32];
	size_t n = 0;

	if (value[0] == '\0')
		return;
	for (; name[n] != '\0' && n + 1 < sizeof(key); n++)
		key[n] = name[n] == ' ' ? '_' : name[n];
	key[n] = '\0';
	jsonout_pair(arg, key, value);
}

static void json_tally(struct jsonout *j, const char *name, const struct tally *t)
{
	jsonout_key(j, name);
	tally_write(t, j);
}

static void json_guards(struct jsonout *j, const struct guards *guards)
{
	struct buf text;

	buf_init(&text, PAGE_BYTES);
	jsonout_key(j, "guards");
	jsonout_open(j, '[');
	for (size_t i = 0; i < guards->rules.count; i++) {
		const struct guard_rule *r = guards->rules.entries[i].value;

		if (r->actions == 0)
			continue;
		buf_reset(&text);
		bool refuses = guard_verdict(r, &text);
		jsonout_open(j, '{');
		jsonout_pair(j, "rule", r->rule);
		jsonout_pair_bool(j, "refuses", refuses);
		jsonout_pair(j, "why", buf_text(&text));
		jsonout_close(j, '}');
	}
	jsonout_close(j, ']');
	buf_clear(&text);
}

/* What was cut is no JSON any more: it is then a text. */
static void json_value(struct jsonout *j, const char *name, const struct review_sample *s, const char *value)
{
	if (s->cut)
		jsonout_pair(j, name, value);
	else
		jsonout_pair_raw(j, name, span_of(value));
}

static void json_samples(struct jsonout *j, const struct review *review)
{
	jsonout_key(j, "samples");
	jsonout_open(j, '[');
	for (size_t i = 0; i < review->count; i++) {
		const struct review_sample *s = &review->samples[i];

		jsonout_open(j, '{');
		jsonout_pair(j, "rule", s->rule);
		jsonout_pair(j, "op", s->op);
		json_value(j, "key", s, s->key);
		json_value(j, "before", s, s->before);
		json_value(j, "after", s, s->after);
		jsonout_pair_bool(j, "cut", s->cut);
		jsonout_close(j, '}');
	}
	jsonout_close(j, ']');
}

void review_json(const struct review_page *p)
{
	struct jsonout j;
	struct buf out;

	buf_init(&out, PAGE_BYTES);
	jsonout_init(&j, &out);
	jsonout_open(&j, '{');
	tell_facts(p, json_fact, &j);
	jsonout_pair_int(&j, "actions", p->review->actions);
	json_tally(&j, "by_rule", &p->review->by_rule);
	json_tally(&j, "by_class", &p->review->by_class);
	json_tally(&j, "by_shop", &p->review->by_shop);
	json_tally(&j, "by_mode", &p->review->by_mode);
	if (p->by_state != NULL) {
		jsonout_key(&j, "by_state");
		jsonout_open(&j, '{');
		for (int i = 0; i < ACTION_STATE_COUNT; i++)
			if (p->by_state[i] != 0)
				jsonout_pair_int(&j, action_state_names[i], p->by_state[i]);
		jsonout_close(&j, '}');
	}
	if (p->planned != NULL) {
		jsonout_pair_int(&j, "held_by_canary", p->planned->canary);
		jsonout_pair_int(&j, "held_by_cool_down", p->planned->cooling);
	}
	json_guards(&j, p->guards);
	json_samples(&j, p->review);
	jsonout_close(&j, '}');
	printf("%s\n", buf_text(&out));
	buf_clear(&out);
}
