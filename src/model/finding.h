/*
 * A finding and its identity. A draft is what the evaluation says of one
 * document now; a finding is what the store knows of it over time.
 *
 * Identity is (rule id, shop, entity key, class), never index or _id alone,
 * since indices roll. The offending values have a digest of their own.
 */
#ifndef KENPIN_FINDING_H
#define KENPIN_FINDING_H

#include "base/buf.h"
#include "model/doc.h"
#include "model/severity.h"

#define FINGERPRINT_BYTES 16
#define FINGERPRINT_HEX (2 * FINGERPRINT_BYTES + 1)

struct fingerprint {
	unsigned char bytes[FINGERPRINT_BYTES];
};

struct draft {
	const char *rule;     /* rule id */
	const char *rule_rev; /* first 12 hex digits of the SHA-256 of the rule's text */
	const char *query;    /* saved query's name */
	enum severity severity;
	const char *title;
	struct span tags;      /* the rule's tags, joined by commas */
	struct span shop;      /* n 0 when there is none */
	struct span key;       /* the entity key as a JSON object, in the query's order of fields */
	const char *klass;     /* which check decided: "must_match", "type", "hit", ... */
	struct span field;     /* path */
	struct span value;     /* the offending value as JSON, at most LIMIT_VALUE_BYTES */
	bool value_cut;        /* it was longer */
	struct span message;   /* one line for people */
	struct span index, id; /* of the document */
	int64_t seq_no, primary_term, version;
	struct fingerprint fingerprint;
	struct fingerprint value_digest; /* of the whole offending value */
	struct span action;              /* JSON of the proposed action (struct action.body), n 0 for none */
	struct span undo;
	bool action_auto;
	int64_t open_after; /* complete scans in a row that make it a finding; 0 and 1: at once */
	bool steady;        /* a suspicion whose value changes is another one: it is counted anew */
	int64_t renotify;   /* ms after which it is told again while it is there; 0: never */
};

/* Fills fingerprint: first 16 bytes of SHA-256 over the canonical form: the four parts each followed by a NUL. */
void draft_identify(struct draft *d);
void fingerprint_text(char out[FINGERPRINT_HEX], const struct fingerprint *f);
int fingerprint_parse(struct fingerprint *f, struct span hex) must_check;
struct fingerprint fingerprint_of(struct span text); /* first 16 bytes of its SHA-256 */

/* As the store has them. Inhibited: told to nobody while another rule's finding is there (unless_open). */
enum finding_state {
	FINDING_SUSPECT,
	FINDING_OPEN,
	FINDING_ACKNOWLEDGED,
	FINDING_SILENCED,
	FINDING_RESOLVED,
	FINDING_INHIBITED
};
#define FINDING_STATE_COUNT 6
extern const char *const finding_state_names[FINDING_STATE_COUNT + 1];

struct finding {
	struct fingerprint fingerprint;
	const char *rule, *rule_rev, *query, *title, *tags, *shop, *key, *klass, *field, *value, *message, *index, *id;
	enum severity severity;
	enum finding_state state;
	int64_t episode;                                       /* from 1; rises when a resolved finding opens again */
	int64_t first_seen, last_seen, opened_at, resolved_at; /* ms; resolved_at 0 while it is open */
	int64_t times_seen;
	int64_t seq_no, primary_term, version;
	bool value_cut;
};

/* The finding as one JSON object (the format of `findings --format ndjson`, file and webhook receivers). */
void finding_json(struct buf *out, const struct finding *f);
/* Key for people: {"shop":"s1","sku":"a"} -> "s1/a". */
void key_display(struct buf *out, struct span key_json);

/* Calls VISIT for each member of a key, name and value as they are written (ESCAPED: a backslash is in the value);
 * false when KEY_JSON is no object. */
typedef void key_visit(void *arg, struct span name, struct span raw, bool escaped);
bool key_members(struct span key_json, key_visit *visit, void *arg);

#endif
