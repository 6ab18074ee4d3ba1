/*
 * Findings: their identity and their form as JSON.
 */
#include "base/base.h"
#include "model/finding.h"

#include "base/clock.h"
#include "base/jsonout.h"
#include "base/str.h"
#include "ext/sha.h"

const char *const finding_state_names[FINDING_STATE_COUNT + 1] = {
	"suspect", "open", "acknowledged", "silenced", "resolved", "inhibited", NULL};

struct fingerprint fingerprint_of(struct span text)
{
	unsigned char digest[SHA_BYTES];
	struct fingerprint f;

	sha_of(digest, text);
	memcpy(f.bytes, digest, sizeof(f.bytes));
	return f;
}

void fingerprint_text(char out[FINGERPRINT_HEX], const struct fingerprint *f)
{
	str_hex(out, f->bytes, sizeof(f->bytes));
}

int fingerprint_parse(struct fingerprint *f, struct span hex)
{
	return str_unhex(f->bytes, sizeof(f->bytes), hex);
}

static void add_part(struct buf *out, struct span part)
{
	buf_add_span(out, part);
	buf_addc(out, '\0');
}

void draft_identify(struct draft *d)
{
	struct buf canonical;

	buf_init(&canonical, SIZE_MAX / 4);
	add_part(&canonical, span_of(d->rule));
	add_part(&canonical, d->shop);
	add_part(&canonical, d->key);
	add_part(&canonical, span_of(d->klass));
	d->fingerprint = fingerprint_of(buf_span(&canonical));
	buf_clear(&canonical);
}

/* What is not known, or empty, is null. */
static void pair_text(struct jsonout *j, const char *key, const char *text)
{
	jsonout_pair(j, key, text && *text ? text : NULL);
}

static void pair_json(struct jsonout *j, const char *key, const char *json)
{
	jsonout_pair_raw(j, key, json && *json ? span_of(json) : SPAN_LITERAL("null"));
}

static void pair_instant(struct jsonout *j, const char *key, int64_t ms)
{
	char text[32];

	clock_text(text, ms);
	jsonout_pair(j, key, ms ? text : NULL);
}

static void write_tags(struct jsonout *j, const char *tags)
{
	jsonout_key(j, "tags");
	jsonout_open(j, '[');
	while (tags && *tags) {
		size_t n = strcspn(tags, ",");

		if (n)
			jsonout_span(j, (struct span){tags, n});
		tags += n + (tags[n] == ',');
	}
	jsonout_close(j, ']');
}

/* A value that was cut is no JSON any more. */
static void write_value(struct jsonout *j, const struct finding *f)
{
	if (f->value_cut)
		jsonout_pair(j, "value", f->value);
	else
		pair_json(j, "value", f->value);
	jsonout_pair_bool(j, "value_cut", f->value_cut);
}

void finding_json(struct buf *out, const struct finding *f)
{
	char fingerprint[FINGERPRINT_HEX];
	struct jsonout j;

	fingerprint_text(fingerprint, &f->fingerprint);
	jsonout_init(&j, out);
	jsonout_open(&j, '{');
	jsonout_pair(&j, "finding", fingerprint);
	pair_text(&j, "rule", f->rule);
	pair_text(&j, "rule_rev", f->rule_rev);
	pair_text(&j, "query", f->query);
	jsonout_pair(&j, "severity", severity_name(f->severity));
	jsonout_pair(&j, "state", finding_state_names[f->state]);
	pair_text(&j, "title", f->title);
	pair_text(&j, "shop", f->shop);
	pair_json(&j, "key", f->key);
	pair_text(&j, "class", f->klass);
	pair_text(&j, "field", f->field);
	write_value(&j, f);
	pair_text(&j, "message", f->message);
	pair_text(&j, "index", f->index);
	pair_text(&j, "id", f->id);
	jsonout_pair_int(&j, "episode", f->episode);
	pair_instant(&j, "first_seen", f->first_seen);
	pair_instant(&j, "last_seen", f->last_seen);
	pair_instant(&j, "opened_at", f->opened_at);
	pair_instant(&j, "resolved_at", f->resolved_at);
	jsonout_pair_int(&j, "times_seen", f->times_seen);
	write_tags(&j, f->tags);
	jsonout_close(&j, '}');
}
