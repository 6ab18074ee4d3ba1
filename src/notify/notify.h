/*
 * Telling: routes say who, receivers say how. A receiver is one file that ends
 * in one const struct receiver_ops; to add one: write it, declare it below, add
 * its row to `kinds` in notify.c, its kind to config/project.h and its options
 * table. Building a request and judging an answer are pure; only
 * notify_send moves bytes. It knows neither the store nor rules.
 */
#ifndef KENPIN_NOTIFY_H
#define KENPIN_NOTIFY_H

#include "base/clock.h"
#include "config/project.h"
#include "ext/http.h"
#include "model/finding.h"

/* What one message says: one group of findings, or the end of it. */
struct message {
	bool resolved;
	const char *dedup_key, *group_key;
	enum severity severity; /* worst */
	int64_t total;          /* findings in the group */
	int64_t by_severity[SEVERITY_COUNT];
	const struct finding *top; /* the first ones, worst first; as many as the route shows */
	size_t top_count;
	const char *run_id;
	const char *manifest; /* path of the manifest that holds their corrections; NULL for none */
	int64_t at;           /* ms */
	int64_t attempt;      /* from 1 */
};

enum verdict { VERDICT_SENT, VERDICT_RETRY, VERDICT_REFUSED };
struct outcome {
	enum verdict verdict;
	int64_t retry_after_ms; /* -1: the caller's own backoff */
	char answer[256];       /* what the receiver said, one line, no secret */
};

struct receiver;
struct receiver_limits {
	size_t body_bytes;  /* longest body; 0: none */
	size_t title_chars; /* longest title; 0: none */
};

struct receiver_ops {
	const char *kind;
	struct receiver_limits limits;
	bool resolves; /* can say that a group is over */
	/* Pure: writes the body (and for HTTP the request) of MESSAGE. -1 with *E when it cannot be built within the
	 * limits. */
	int (*build)(const struct receiver *r, const struct message *m, struct buf *body, struct error *e);
	/* Pure, HTTP receivers only: what an answer means. */
	void (*judge)(const struct receiver *r, const struct http_answer *answer, struct outcome *out);
	/* Moves the body. */
	void (*send)(struct receiver *r, const struct message *m, struct span body, struct outcome *out);
	/* For the doctor, sends nothing that a person would see: 0, or -1 with a reason and a remedy in *E. May be
	 * NULL. */
	int (*check)(struct receiver *r, struct error *e);
	const struct aws_service *service; /* on AWS: what is signed, and where it goes */
};
extern const struct receiver_ops receiver_stdout, receiver_file, receiver_webhook, receiver_exec, receiver_pagerduty,
	receiver_slack, receiver_datadog, receiver_smtp, receiver_sns, receiver_sqs, receiver_ses, receiver_eventbridge,
	receiver_cloudwatch;

struct notify_context {
	struct clock *clock;
	const char *run_id;
	const volatile int *stop_now;
	FILE *out; /* where the stdout receiver writes */
	const char *folder;
};

struct notify;
struct notify *notify_new(
	const struct project *project, const struct notify_context *context, struct error *e) must_check;
void notify_free(struct notify *n);

/* ---- routes ---- */
typedef int notify_route(
	void *arg, const struct route_config *route, const char *receiver, const char *group_key, struct error *e);
/* Calls VISIT once a receiver that is to hear of F, in the order of the routes; no receiver twice. */
int notify_routes(
	const struct notify *n, const struct finding *f, notify_route *visit, void *arg, struct error *e) must_check;
/* The route by which RECEIVER hears of F today; NULL: none names it. */
const struct route_config *notify_route_to(const struct notify *n, const struct finding *f, const char *receiver);

/* The end of the quiet hours in which ROUTE keeps what is so SEVERE at NOW; 0: it is told. */
int64_t route_quiet_until(const struct route_config *route, enum severity severity, int64_t now);
/* Whether any route has quiet hours. */
bool notify_has_quiet(const struct notify *n);

/* What becomes of a finding at one route. */
enum route_fate {
	ROUTE_UNFIT,   /* it does not fit */
	ROUTE_ENTERED, /* it fits: the routes below are tried */
	ROUTE_TAKEN,   /* it fits, and none below it does */
	ROUTE_AFTER    /* not looked at: one before it took the finding */
};
struct route_step {
	const struct route_config *route;
	size_t depth;
	enum route_fate fate;
	const char *misfit;    /* of ROUTE_UNFIT: the first label that does not fit */
	const char *group_key; /* of ROUTE_TAKEN */
};
typedef int route_visit_step(void *arg, const struct route_step *step, struct error *e);
/* Every route that F meets, in their order; a route that was entered comes again when it takes F itself. */
int notify_routes_walk(const struct notify *n, const struct finding *f, route_visit_step *visit, void *arg,
	struct error *e) must_check;
/* The name of the first label of MATCH that F does not fit, or NULL when it fits all. */
const char *route_misfit(const struct match_config *match, const struct finding *f);

/* NULL-terminated names of receivers that are told of resolves; borrowed. */
const char *const *notify_resolving(const struct notify *n);

/* ---- sending ---- */
/* Builds and sends MESSAGE to RECEIVER and says what came of it. A receiver that failed to connect twice in this run is
 * not tried again (VERDICT_RETRY, answer "circuit open"). An unknown receiver is VERDICT_REFUSED. */
void notify_send(struct notify *n, const char *receiver, const struct message *m, struct outcome *out);
/* A sign of life by a webhook, after a complete run. */
void notify_heartbeat(struct notify *n, const char *receiver, const char *run_id, int64_t at, struct outcome *out);
/* The wait before attempt ATTEMPT + 1, ms: doubling from 1 min to 6 h, with jitter. */
int64_t notify_backoff(struct clock *clock, int64_t attempt);
/* Body alone, for `--dry-run` and tests. */
int notify_build(const struct notify *n, const char *receiver, const struct message *m, struct buf *body,
	struct error *e) must_check;
int notify_check(struct notify *n, const char *receiver, struct error *e) must_check;

/* The message as JSON (file, webhook, exec) and as lines for people (stdout, titles). */
void message_json(struct buf *out, const struct message *m);
void message_title(struct buf *out, const struct message *m,
	size_t max_chars); /* never cut inside a character; says "…" when cut */

#endif
