/*
 * Every limit of kenpin, by name, with its unit. A limit that is hit is always
 * reported with its name; nothing is cut silently. Those that a setting can
 * change are marked (setting), and this is then the default.
 */
#ifndef KENPIN_LIMITS_H
#define KENPIN_LIMITS_H

/* Zero bytes that must follow a JSON text, so that the scanner may read ahead. */
#define LIMIT_JSON_PADDING 64
#define LIMIT_JSON_DEPTH 128
#define LIMIT_NUMBER_CHARS 1024 /* characters of one JSON number */

/* Sources */
#define LIMIT_PAGE_DOCS 5000               /* (setting) documents a page */
#define LIMIT_PAGE_BYTES (12u << 20)       /* (setting) a page over this halves the next */
#define LIMIT_PAGE_BYTES_HARD (256u << 20) /* a page over this is refused */
#define LIMIT_LINE_BYTES (16u << 20)       /* one NDJSON line */
#define LIMIT_CONTROL_BYTES (64u << 20)    /* an answer that is no page: _mapping, _field_caps */
#define LIMIT_SLICES 64
#define LIMIT_HTTP_ATTEMPTS 6       /* (setting) tries of one request */
#define LIMIT_HTTP_BACKOFF_MS 60000 /* longest wait between two tries */
#define LIMIT_HTTP_TIMEOUT_MS 60000 /* (setting) silence on one request */
#define LIMIT_HTTP_CONNECT_MS 10000

/* Configuration */
#define LIMIT_CONFIG_BYTES (8u << 20) /* one project, query or rule file */
#define LIMIT_CONFIG_DEPTH 64
#define LIMIT_YAML_NODES 20000 /* values of an imported file, with its aliases written out */
#define LIMIT_DIAGNOSTICS 1000 /* messages of one check */
#define LIMIT_NAME_CHARS 128   /* a rule id, query, source, receiver or shop name */
#define LIMIT_PATH_PARTS 32    /* parts of a field path */
#define LIMIT_FIELDS 1024      /* fields that the rules of one query read */
#define LIMIT_RULES 10000
#define LIMIT_DIAG_COLUMNS 110         /* of a source line in a message; a longer one is shown around the mark */
#define LIMIT_SECRET_BYTES (64u << 10) /* value of one secret */
#define LIMIT_PROJECT_FILES 10000      /* files below queries/ or rules/ */

/* Evaluation */
#define LIMIT_MATCH_STEPS 100000        /* PCRE2 match limit */
#define LIMIT_REGEX_STACK (1u << 20)    /* JIT stack, bytes */
#define LIMIT_REGEX_HEAP (32u << 20)    /* memory of a match without JIT, bytes */
#define LIMIT_SUBJECT_BYTES (64u << 10) /* text that a regex is run on */
#define LIMIT_RULE_TIME_MS 30000        /* time of one rule in one run */
#define LIMIT_VALUES 100000             /* values that the fields of one document hold */
#define LIMIT_AMOUNT_DIGITS 2048        /* digits of a sum, and places before or after its point */

/* Rules over all documents of a query; what they remember lies sorted in temporary files */
#define LIMIT_SET_BYTES (16u << 20)         /* memory of all of them together, while documents pass */
#define LIMIT_SET_RULE_BYTES (4u << 20)     /* of one of them */
#define LIMIT_SET_FIELDS 16                 /* fields of one key */
#define LIMIT_SET_TARGETS 1000              /* documents of one key that a document is compared with */
#define LIMIT_PAIR_AGAIN 200                /* differences that are looked at again by one request */
#define LIMIT_SET_NAMED 5                   /* documents that a message names */
#define LIMIT_SORT_RECORD_BYTES (48u << 10) /* what is remembered of one document */
#define LIMIT_SORT_READ_BYTES (64u << 10)   /* read at once of one run */
#define LIMIT_SORT_WIDTH 32                 /* runs that are merged at once */

/* Rules over windows of time */
#define LIMIT_WINDOW_BYTES (16u << 20) /* memory of all of one query, while documents pass */
#define LIMIT_WINDOW_STEPS 1440        /* of one window */
#define LIMIT_WINDOW_VALUES 200000     /* different values in the windows of one group */
#define LIMIT_CENSUS_BUCKETS 2000      /* groups and steps of one page that a server counts */
#define LIMIT_WINDOW_GROUPS 1000000    /* groups, or terms, that one rule remembers of one shop */

/* ReDoS check of one regex; what is past them is not checked whole, and said to be so */
#define LIMIT_REDOS_SAMPLES 256   /* characters that stand for all others; whole words of 64 */
#define LIMIT_REDOS_POSITIONS 512 /* characters of a pattern with its repeats written out; whole words of 64 */
#define LIMIT_REDOS_UNROLL 12     /* copies that a counted repeat is written out to */
#define LIMIT_REDOS_STATES (1u << 20)
#define LIMIT_REDOS_WORK 4000000  /* steps of the search for suspects */
#define LIMIT_REDOS_WORD 64       /* characters of one repeat of an attack */
#define LIMIT_REDOS_PUMPS 32      /* suspects that are measured */
#define LIMIT_REDOS_STEPS 500000  /* match steps that a short attack may take */
#define LIMIT_REDOS_SHORT 100     /* bytes of a short attack */
#define LIMIT_REDOS_METER 2000000 /* match steps of all measurements */

/* Findings */
#define LIMIT_KEY_BYTES 1024  /* entity key of a finding */
#define LIMIT_VALUE_BYTES 512 /* offending value kept with a finding (marked when cut) */
#define LIMIT_MESSAGE_BYTES 512
#define LIMIT_FINDINGS_PER_RULE 1000000 /* findings of one rule in one run */
#define LIMIT_BATCH_FINDINGS 10000      /* findings of one transaction */

/* Delivery */
#define LIMIT_GROUP_TOP 10                    /* (setting) findings that a grouped message names */
#define LIMIT_ZONE_BYTES 65536                /* one time zone file */
#define LIMIT_ESCALATE_MS INT64_C(2592000000) /* 30 days: longest wait for an acknowledgement */
#define LIMIT_GROUP_SHOW 50                   /* most that it can be set to */
#define LIMIT_DELIVERY_ATTEMPTS 12            /* tries of one delivery over all runs, then it is a dead letter */
#define LIMIT_RECEIVER_ANSWER_BYTES (1u << 20)
#define LIMIT_STOP_DELIVER_MS 20000            /* delivery after a signal to stop */
#define LIMIT_NOTICE_BYTES (4u << 20)          /* body of one message */
#define LIMIT_NOTICE_FINDINGS_BYTES (1u << 20) /* findings that one message names */
#define LIMIT_AWS_KEYS_MS 2000                 /* one question for a key */
#define LIMIT_AWS_KEYS_ATTEMPTS 3
#define LIMIT_AWS_KEYS_WAIT_MS 1000
#define LIMIT_AWS_KEYS_EARLY_MS 600000 /* before a key expires another is asked for */
#define LIMIT_SNS_BYTES (256u << 10)
#define LIMIT_SNS_SUBJECT_CHARS 99
#define LIMIT_SQS_BYTES (1u << 20)
#define LIMIT_EVENTBRIDGE_BYTES (256u << 10) /* one entry: what every region takes */
#define LIMIT_SES_RECIPIENTS 50
#define LIMIT_CLOUDWATCH_DIMENSIONS 30
#define LIMIT_CLOUDWATCH_VALUE_CHARS 255
#define LIMIT_SIGNED_BYTES (64u << 10) /* address and headers of a signed request */
#define LIMIT_BACKOFF_FIRST_MS 60000   /* wait after the first try of a delivery */
#define LIMIT_BACKOFF_MOST_MS 21600000
#define LIMIT_CONNECT_FAILURES 2 /* in a row, then a receiver is left alone for this run */
#define LIMIT_PAGERDUTY_EVENT_BYTES (512u << 10)
#define LIMIT_PAGERDUTY_SUMMARY_CHARS 1024
#define LIMIT_PAGERDUTY_DEDUP_CHARS 255
#define LIMIT_PAGERDUTY_KEY_BYTES 1024 /* routing key, as JSON */
#define LIMIT_SLACK_HEADER_CHARS 150
#define LIMIT_SLACK_SECTION_CHARS 3000
#define LIMIT_SLACK_TEXT_CHARS 3000    /* what a notification shows; the service takes 40,000 */
#define LIMIT_SLACK_CONTEXT_CHARS 2000 /* one element of a context block */
#define LIMIT_SLACK_BLOCKS 50
#define LIMIT_SLACK_BLOCKS_CHARS 12000 /* all sections; the service refuses about 13,000 (msg_blocks_too_long) */
#define LIMIT_DATADOG_TITLE_CHARS 500
#define LIMIT_DATADOG_TEXT_CHARS 4000
#define LIMIT_DATADOG_KEY_CHARS 100 /* aggregation key */
#define LIMIT_DATADOG_TAG_CHARS 200
#define LIMIT_DATADOG_OWN_TAGS 50 /* of the receiver; the service takes 100 with those of the message */
#define LIMIT_MAIL_SUBJECT_CHARS 200
#define LIMIT_MAIL_TEXT_CHARS 100000
#define LIMIT_MAIL_ADDRESS_BYTES 254
#define LIMIT_MAIL_RECIPIENTS 100          /* what every server takes in one letter (RFC 5321) */
#define LIMIT_DATADOG_LOG_BYTES (1u << 20) /* one entry; a request may hold 5 MB */

/* Manifest */
#define LIMIT_MANIFEST_LINES 500 /* lines of one actions or undo file */
#define LIMIT_MANIFEST_LINE_BYTES (64u << 10)
#define LIMIT_MANIFEST_ACTIONS 1000              /* (setting) guard.max_actions */
#define LIMIT_MANIFEST_PERCENT "1.0"             /* (setting) guard.max_percent of the documents scanned */
#define LIMIT_MANIFEST_PER_SHOP 200              /* (setting) guard.max_per_shop */
#define LIMIT_ACTION_VALUE_BYTES (8u << 10)      /* one old or new value that an action carries */
#define LIMIT_MANIFEST_BYTES (8u << 20)          /* manifest.json */
#define LIMIT_MANIFEST_FAULTS 1000               /* faults that one check names */
#define LIMIT_MANIFEST_LIFE_MS INT64_C(86400000) /* (setting) recover.expires: how long an action may wait */
#define LIMIT_MANIFEST_STALE_MS 86400000         /* age at which the temporary folder of a dead process is removed */

/* Recovery: how correcting goes on one key */
#define LIMIT_RECOVERY_ATTEMPTS 3                   /* that failed in a row; then people are wanted */
#define LIMIT_RECOVERY_RECURRENCES 2                /* of what was proven, within the next; then too */
#define LIMIT_RECOVERY_RECUR_MS INT64_C(604800000)  /* 7 days */
#define LIMIT_RECOVERY_COOL_DOWN_MS INT64_C(900000) /* (setting) guard.cool_down: 15 minutes; doubles with attempts */
#define LIMIT_RECOVERY_SETTLE_MS INT64_C(60000)     /* a search may not see yet what was just applied */
#define LIMIT_RECOVERY_CANARY 5                     /* (setting) guard.canary, of automatic actions */

/* State */
#define LIMIT_LEASE_SECONDS 300 /* a holder silent for so long is dead */
#define LIMIT_SQL_BUSY_MS 5000
#define LIMIT_SILENCE_MS INT64_C(7776000000)    /* longest silence: 90 days */
#define LIMIT_SILENCE_TERMS 16                  /* label=GLOB of one silence */
#define LIMIT_REASON_BYTES 2000                 /* what a person says of a finding, silence or baseline */
#define LIMIT_RENOTIFY_MS INT64_C(604800000)    /* the wait between repeats doubles up to 7 days */
#define LIMIT_FLAP_MS INT64_C(2592000000)       /* of flap_within: 30 days */
#define LIMIT_LIFE_SCANS 1000                   /* of open_after and resolve_after */
#define LIMIT_FORGET_EVERY_MS INT64_C(86400000) /* what is old is forgotten once a day */
#define LIMIT_FORGET_STEPS 200                  /* transactions of that in one run */
#define LIMIT_EXPORT_BYTES (8u << 20)           /* one row of the store as JSON */
#define LIMIT_METRICS_BYTES (64u << 10)         /* the metrics of one run */
#define LIMIT_STATE_WAL_PAGES 8192 /* pages that the write-ahead log gathers before they move to the file */

#endif
