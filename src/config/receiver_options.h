/*
 * Keys that several kinds of receiver have, for the files with their tables.
 */
#ifndef KENPIN_RECEIVER_OPTIONS_H
#define KENPIN_RECEIVER_OPTIONS_H

#include "config/project_private.h"

#define MINUTE_MS 60000

#define R(field) offsetof(struct receiver_config, field)
#define KIND                                                                                                           \
	{                                                                                                              \
		"kind", OPTION_ENUM, R(kind), .required = true, .values = receiver_kind_names,                         \
					      .help = "kind of receiver"                                               \
	}
#define TIMEOUT                                                                                                        \
	{                                                                                                              \
		"timeout", OPTION_DURATION, R(timeout), "30s", .min = 100, .max = 10 * MINUTE_MS,                      \
							       .help = "longest time of one try"                       \
	}
#define SEND_RESOLVED                                                                                                  \
	{                                                                                                              \
		"send_resolved", OPTION_BOOL, R(send_resolved), "true",                                                \
			.help = "tell too when everything of a message is resolved"                                    \
	}
#define CA_FILE                                                                                                        \
	{                                                                                                              \
		"ca_file", OPTION_PATH, R(ca_file),                                                                    \
			.help = "certificates that are trusted, PEM; default: the system's"                            \
	}
#define PROXY                                                                                                          \
	{                                                                                                              \
		"proxy", OPTION_TEXT, R(proxy), .help = "address of a proxy; '' for none; default: the environment's"  \
	}

extern const char *const receiver_kind_names[];
extern const struct option_block slack_block, datadog_block, smtp_block, sns_block, sqs_block, ses_block,
	eventbridge_block, cloudwatch_block;

/* "from" is one address, "to" has 1 to MOST of them. */
void check_mail_addresses(struct option_reader *r, const struct yaml_node *node, const struct receiver_config *c,
	int most, const char *limit);

#endif
